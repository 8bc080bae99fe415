"""Where the office answers."""

from django.urls import path

from frontdesk.office.views import bills, orders, paying, planning, vendors

app_name = "office"
urlpatterns = [
    path("", bills.bills, name="bills"),
    path("bills/new/", bills.new_bill, name="new_bill"),
    path("bills/vendor/", bills.vendor_side, name="vendor_side"),
    path("bills/<uuid:pk>/", bills.bill, name="bill"),
    path("bills/<uuid:pk>/approve/", bills.approve, name="approve_bill"),
    path("bills/<uuid:pk>/change/", bills.change_bill, name="change_bill"),
    path("bills/<uuid:pk>/void/", bills.void_bill, name="void_bill"),
    path("bills/<uuid:pk>/paid/", bills.note_paid, name="note_paid"),
    path("bills/<uuid:pk>/attach/", bills.attach, name="attach"),
    path("files/<uuid:pk>/", bills.bill_file, name="bill_file"),
    path("orders/", orders.orders, name="orders"),
    path("orders/new/", orders.new_order, name="new_order"),
    path("orders/<uuid:pk>/", orders.order, name="order"),
    path("orders/<uuid:pk>/bill/", bills.bill_order, name="bill_order"),
    path("orders/<uuid:pk>/close/", orders.close_order, name="close_order"),
    path("orders/<uuid:pk>/cancel/", orders.cancel_order, name="cancel_order"),
    *vendors.VENDORS.urls(),
    path("vendors/<uuid:pk>/bank/", vendors.bank, name="bank"),
    path("bank-details/<uuid:pk>/", vendors.bank_details, name="bank_details"),
    path("bank-details/<uuid:pk>/refuse/", vendors.refuse_bank, name="refuse_bank"),
    path("vendors/1099/", vendors.year, name="year"),
    path("vendors/1099/file/", vendors.year_csv, name="year_csv"),
    *vendors.RECURRING.urls(),
    *vendors.LIMITS.urls(),
    path("settings/", vendors.settings, name="settings"),
    path("pay/", paying.pay, name="pay"),
    path("pay/sum/", paying.pay_preview, name="pay_preview"),
    path("runs/<uuid:pk>/", paying.run, name="run"),
    path("runs/<uuid:pk>/checks/", paying.run_checks, name="run_checks"),
    path("runs/<uuid:pk>/file/", paying.run_file, name="run_file"),
    path("payments/", paying.payments, name="payments"),
    path("payments/<uuid:pk>/", paying.payment, name="payment"),
    path("payments/<uuid:pk>/void/", paying.void_payment, name="void_payment"),
    path("payments/<uuid:pk>/check/", paying.check, name="check"),
    path("positive-pay/", paying.positive_pay, name="positive_pay"),
    path("budget/", planning.budget, name="budget"),
    path("budget/line/", planning.budget_line, name="budget_line"),
    path("budget/import/", planning.budget_import, name="budget_import"),
    path("budget/sample/", planning.budget_sample, name="budget_sample"),
    path("forecast/", planning.forecast, name="forecast"),
]
