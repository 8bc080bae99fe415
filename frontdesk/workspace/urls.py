"""Where the staff's cross-room screens answer: one list a screen."""

from django.urls import path

from frontdesk.workspace.views import session

app_name = "workspace"

_SESSION = [
    path("stay/", session.stay, name="stay"),
    path("sites/", session.sites, name="sites"),
    path("sites/<uuid:pk>/", session.choose_site, name="choose_site"),
    path("practices/", session.practices, name="practices"),
]

urlpatterns = [
    *_SESSION,
]
