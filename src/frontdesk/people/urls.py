"""Where this room answers."""

from django.urls import path

from frontdesk.people.views import charts, duplicates, finding, imports

app_name = "people"

urlpatterns = [
    path("", finding.patients, name="patients"),
    path("options/", finding.options, name="options"),
    path("new/", charts.new, name="new"),
    path("new/alike/", charts.candidates, name="candidates"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/look/", duplicates.look_for, name="look_for_duplicates"),
    path("duplicates/<uuid:pk>/", duplicates.duplicate, name="duplicate"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:pk>/", imports.import_one, name="import"),
    path("imports/<uuid:pk>/begin/", imports.begin, name="import_begin"),
    path("imports/<uuid:pk>/rejected/", imports.rejected, name="import_rejected"),
    path("contacts/<uuid:pk>/retire/", charts.retire_contact, name="retire_contact"),
    path("<uuid:pk>/", charts.patient, name="patient"),
    path("<uuid:pk>/edit/", charts.edit, name="edit"),
    path("<uuid:pk>/photo/", charts.photo, name="photo"),
    path("<uuid:pk>/photo/take/", charts.take_photo, name="take_photo"),
    path("<uuid:pk>/contact/", charts.contact, name="contact"),
    path("<uuid:pk>/guarantor/", charts.guarantor, name="guarantor"),
    path("<uuid:pk>/status/", charts.standing, name="standing"),
    path("<uuid:pk>/consent/", charts.consent, name="consent"),
    path("<uuid:pk>/unmerge/", duplicates.unmerge, name="unmerge"),
]
