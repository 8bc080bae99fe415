"""Where the web shell itself answers."""

from django.urls import path

from frontdesk.ui import views

app_name = "ui"
urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("drawer/", views.drawer, name="drawer"),
    path("options/", views.options, name="options"),
    path("say/", views.say, name="say"),
    path("worker.js", views.worker, name="worker"),
    path("offline/", views.offline, name="offline"),
    path("counts/", views.counts, name="counts"),
]
