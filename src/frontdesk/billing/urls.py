"""Where billing answers."""

from django.urls import path

from frontdesk.billing import views

app_name = "billing"
urlpatterns = [
    path("", views.claims, name="claims"),
    path("send/", views.send, name="send"),
    path("ask/", views.ask, name="ask"),
    path("claims/<uuid:pk>/", views.claim, name="claim"),
    path("claims/<uuid:pk>/send/", views.send_one, name="send_one"),
    path("claims/<uuid:pk>/check/", views.judge, name="judge"),
    path("claims/<uuid:pk>/plan/", views.choose_plan, name="choose_plan"),
    path("claims/<uuid:pk>/authorize/", views.authorize, name="authorize"),
    path("claims/<uuid:pk>/replace/", views.replace, name="replace"),
    path("claims/<uuid:pk>/bill-patient/", views.bill_patient, name="bill_patient"),
    path("claims/<uuid:pk>/write-off/", views.write_off, name="write_off"),
    path("claims/<uuid:pk>/mine/", views.mine, name="mine"),
    path("remittances/", views.remittances, name="remittances"),
    path("remittances/paper/", views.paper, name="paper"),
    path("remittances/paper/claim/", views.paper_claim, name="paper_claim"),
    path("remittances/paper/balance/", views.paper_balance, name="paper_balance"),
    path("remittances/unposted/", views.unposted, name="unposted"),
    path("remittances/underpaid/", views.underpaid, name="underpaid"),
    path("remittances/underpaid/<uuid:pk>/", views.underpayment, name="underpayment"),
    path("remittances/bank/", views.bank, name="bank"),
    path("remittances/bank/statement/", views.bank_statement, name="bank_statement"),
    path("remittances/bank/<uuid:pk>/", views.bank_line, name="bank_line"),
    path("remittances/bank/<uuid:pk>/explain/", views.explain_credit, name="explain_credit"),
    path("remittances/bank/<uuid:pk>/open/", views.reopen_credit, name="reopen_credit"),
    path("remittances/<uuid:pk>/", views.remittance, name="remittance"),
    path("remittances/<uuid:pk>/accept/", views.accept, name="accept"),
    path("remittances/claims/<uuid:pk>/", views.remittance_claim, name="remittance_claim"),
    path("remittances/claims/<uuid:pk>/aside/", views.set_aside, name="set_aside"),
    path("statements/", views.statements, name="statements"),
    path("statements/make/", views.make_statements, name="make_statements"),
    path("statements/for/<uuid:pk>/", views.make_statement, name="make_statement"),
    path("statements/<uuid:pk>/", views.statement, name="statement"),
    path("statements/<uuid:pk>/mailed/", views.mailed, name="mailed"),
    path("files/", views.files, name="files"),
    path("files/<uuid:pk>/", views.file, name="file"),
    path("files/<uuid:pk>/send/", views.send_file, name="send_file"),
]
