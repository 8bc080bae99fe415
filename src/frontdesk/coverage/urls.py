"""Where coverage answers."""

from django.urls import path

from frontdesk.coverage import views

app_name = "coverage"
urlpatterns = [
    *views.PAYERS.urls(),
    path("payers-found/", views.payer_options, name="payer_options"),
    path("patients/<uuid:pk>/", views.patient, name="patient"),
    path("patients/<uuid:pk>/panel/", views.panel, name="panel"),
    path("patients/<uuid:pk>/add/", views.add, name="add"),
    path("patients/<uuid:pk>/estimate/", views.estimate, name="estimate"),
    path("policies/<uuid:pk>/", views.policy, name="policy"),
    path("policies/<uuid:pk>/end/", views.end, name="end"),
    path("policies/<uuid:pk>/up/", views.move_up, name="move_up"),
    path("policies/<uuid:pk>/verify/", views.verify, name="verify"),
    path("policies/<uuid:pk>/authorize/", views.authorize, name="authorize"),
    path("checks/<uuid:pk>/", views.check, name="check"),
    path("estimates/<uuid:pk>/", views.given, name="given"),
    path("authorizations/<uuid:pk>/", views.authorization, name="authorization"),
]
