"""Where the ledger answers."""

from django.urls import path

from frontdesk.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.payments, name="payments"),
    path("take/", views.take, name="take"),
    path("stripe/", views.stripe_event, name="stripe"),
    path("patients/<uuid:pk>/", views.account, name="account"),
    path("patients/<uuid:pk>/panel/", views.panel, name="panel"),
    path("patients/<uuid:pk>/write-off/", views.write_off, name="write_off"),
    path("payments/<uuid:pk>/", views.payment, name="payment"),
    path("payments/<uuid:pk>/receipt/", views.receipt, name="receipt"),
    path("payments/<uuid:pk>/back/", views.take_back, name="take_back"),
    path("payments/<uuid:pk>/card/", views.card, name="card"),
]
