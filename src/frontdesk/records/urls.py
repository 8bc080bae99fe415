"""Where documents answer."""

from django.urls import path

from frontdesk.records import views

app_name = "records"

urlpatterns = [
    path("<uuid:pk>/", views.content, name="content"),
    path("<uuid:pk>/void/", views.void, name="void"),
    path("<uuid:pk>/restore/", views.restore, name="restore"),
    path("of/<uuid:pk>/", views.panel, name="panel"),
    path("of/<uuid:pk>/file/", views.upload, name="upload"),
    path("forms/", views.consent_forms, name="forms"),
    path("forms/starters/", views.add_starters, name="add_starters"),
    path("forms/new/", views.edit_form, name="new_form"),
    path("forms/<uuid:pk>/", views.edit_form, name="edit_form"),
    path("forms/<uuid:pk>/who/", views.edit_rule, name="form_rule"),
    path("forms/<uuid:pk>/retire/", views.retire, name="retire_form"),
]
