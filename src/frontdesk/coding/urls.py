"""Where this room answers."""

from django.urls import path

from frontdesk.coding import views

app_name = "coding"

urlpatterns = [
    path("diagnoses/", views.diagnoses, name="diagnoses"),
    path("procedures/", views.procedures, name="procedures"),
    path("modifiers/", views.modifiers, name="modifiers"),
    path("charges/", views.charges, name="charges"),
    path("charges/new/", views.charge_new, name="charge_new"),
    path("charges/<uuid:pk>/", views.charge, name="charge"),
    path("prices/", views.schedules, name="fees"),
    path("prices/new/", views.schedule_new, name="schedule_new"),
    path("prices/<uuid:pk>/", views.schedule, name="schedule"),
    path("prices/<uuid:pk>/set/", views.price, name="price"),
    path("prices/<uuid:pk>/import/", views.import_prices, name="import_prices"),
    path("necessity/", views.necessity, name="necessity"),
    path("necessity/import/", views.import_necessity, name="import_necessity"),
]
