"""Where the practice's settings answer."""

from django.urls import path

from frontdesk.practice import views

app_name = "practice"
urlpatterns = [
    path("", views.details, name="details"),
    *views.SITES.urls(),
    *views.ROOMS.urls(),
    *views.DEVICES.urls(),
    *views.CLOSURES.urls(),
    *views.INTERPRETERS.urls(),
    path("holidays/", views.holidays, name="holidays"),
    path("holidays/keep/", views.decide_holidays, name="decide_holidays"),
]
