"""Where the ledger answers."""

from django.urls import path

from frontdesk.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.payments, name="payments"),
    path("take/", views.take, name="take"),
    path("stripe/", views.stripe_event, name="stripe"),
    path("drawers/", views.drawers, name="drawers"),
    path("drawers/open/", views.open_drawer, name="open_drawer"),
    path("drawers/loose/", views.put_in_drawer, name="put_in_drawer"),
    path("drawers/<uuid:pk>/count/", views.count_drawer, name="count_drawer"),
    path("drawers/<uuid:pk>/explain/", views.explain_drawer, name="explain_drawer"),
    path("deposits/new/", views.new_deposit, name="new_deposit"),
    path("deposits/<uuid:pk>/", views.deposit, name="deposit"),
    path("deposits/<uuid:pk>/slip/", views.slip, name="slip"),
    path("deposits/<uuid:pk>/void/", views.void_deposit, name="void_deposit"),
    path("patients/<uuid:pk>/", views.account, name="account"),
    path("patients/<uuid:pk>/panel/", views.panel, name="panel"),
    path("patients/<uuid:pk>/write-off/", views.write_off, name="write_off"),
    path("payments/<uuid:pk>/", views.payment, name="payment"),
    path("payments/<uuid:pk>/receipt/", views.receipt, name="receipt"),
    path("payments/<uuid:pk>/back/", views.take_back, name="take_back"),
    path("payments/<uuid:pk>/card/", views.card, name="card"),
]
