"""Where the lists of people who work here answer."""

from django.urls import path

from frontdesk.staff import views

app_name = "staff"
urlpatterns = [
    path("roles/", views.roles, name="roles"),
    *views.PEOPLE.urls(),
    path("people/<uuid:pk>/link/", views.send_link, name="send_link"),
    path("people/<uuid:pk>/unpause/", views.end_pause, name="end_pause"),
    *views.PROVIDERS.urls(),
]
