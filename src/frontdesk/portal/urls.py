"""Where links lead: `/l/<secret>/`, and each purpose's own pages below it."""

from django.urls import path

from frontdesk.portal.views import appointment, door, late, lobby, position, unsubscribe

app_name = "portal"
urlpatterns = [
    path("<str:secret>/", door.door, name="door"),
    path("<str:secret>/who/", door.who, name="who"),
    # One entry a purpose, whose first page has the purpose for its name.
    path("<str:secret>/unsubscribe/", unsubscribe.page, name="unsubscribe"),
    path("<str:secret>/appointment/", appointment.page, name="appointment"),
    path("<str:secret>/confirm/", appointment.confirm, name="appointment_confirm"),
    path("<str:secret>/cancel/", appointment.cancel, name="appointment_cancel"),
    path("<str:secret>/times/", appointment.times, name="appointment_times"),
    path("<str:secret>/move/", appointment.move, name="appointment_move"),
    path("<str:secret>/calendar/", appointment.calendar, name="appointment_calendar"),
    path("<str:secret>/late/", late.page, name="late"),
    path("<str:secret>/lobby/", lobby.page, name="lobby"),
    path("<str:secret>/position/", position.page, name="position"),
]
