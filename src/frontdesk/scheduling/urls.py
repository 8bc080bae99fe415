"""Where the schedule answers."""

from django.urls import path

from frontdesk.scheduling import views

app_name = "scheduling"
urlpatterns = [
    path("", views.day, name="day"),
    path("week/", views.week, name="week"),
    path("sheet/", views.paper, name="paper"),
    path("find/", views.find, name="find"),
    path("find/times/", views.found, name="found"),
    path("soonest/", views.soonest, name="soonest"),
    path("book/", views.book, name="book"),
    path("hold/", views.hold, name="hold"),
    path("holds/<uuid:pk>/take-over/", views.take_over, name="take_over"),
    path("holds/<uuid:pk>/release/", views.release, name="release"),
    path("appointments/<uuid:pk>/", views.appointment, name="appointment"),
    path("appointments/<uuid:pk>/confirm/", views.confirm, name="confirm"),
    path("appointments/<uuid:pk>/cancel/", views.cancel, name="cancel"),
    path("appointments/<uuid:pk>/no-show/", views.no_show, name="no_show"),
    path("appointments/<uuid:pk>/restore/", views.restore, name="restore"),
    path("appointments/<uuid:pk>/unbook/", views.unbook, name="unbook"),
    path("appointments/<uuid:pk>/times/", views.times, name="times"),
    path("appointments/<uuid:pk>/move/", views.move, name="move"),
    path("patients/<uuid:pk>/", views.panel, name="panel"),
    path("visit-types/", views.visit_types, name="visit_types"),
    path("visit-types/new/", views.visit_type, name="visit_type_new"),
    path("visit-types/<uuid:pk>/", views.visit_type, name="visit_type"),
    path("sessions/", views.sessions, name="sessions"),
    path("sessions/new/", views.new_session, name="session_new"),
    path("sessions/<uuid:pk>/", views.session, name="session"),
    path("sessions/<uuid:pk>/end/", views.end_session, name="session_end"),
    path("time-off/", views.time_off, name="time_off"),
    path("time-off/new/", views.new_time_off, name="time_off_new"),
    path("time-off/<uuid:pk>/end/", views.end_time_off, name="time_off_end"),
]
