"""Where links lead: `/l/<secret>/`, and each purpose's own pages below it."""

from django.urls import path

from frontdesk.portal.views import (
    appointment,
    book,
    check_in,
    check_in_pay,
    door,
    kiosk,
    late,
    lobby,
    offer,
    position,
    provider_calendar,
    unsubscribe,
)

app_name = "portal"
urlpatterns = [
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("kiosk/leave/", kiosk.leave, name="kiosk_leave"),
    path("kiosk/pair/<str:secret>/", kiosk.pair, name="kiosk_pair"),
    path("<str:secret>/", door.door, name="door"),
    path("<str:secret>/who/", door.who, name="who"),
    # One entry a purpose, whose first page has the purpose for its name.
    path("<str:secret>/check-in/", check_in.page, name="check_in"),
    path("<str:secret>/check-in/item/<slug:name>/", check_in.item, name="check_in_item"),
    path("<str:secret>/check-in/form/<uuid:pk>/", check_in.sign, name="check_in_form"),
    path("<str:secret>/check-in/card/", check_in.card, name="check_in_card"),
    path("<str:secret>/check-in/here/", check_in.here, name="check_in_here"),
    path("<str:secret>/check-in/pay/", check_in_pay.pay, name="check_in_pay"),
    path("<str:secret>/check-in/leave/", check_in.leave, name="check_in_leave"),
    path("<str:secret>/unsubscribe/", unsubscribe.page, name="unsubscribe"),
    path("<str:secret>/appointment/", appointment.page, name="appointment"),
    path("<str:secret>/confirm/", appointment.confirm, name="appointment_confirm"),
    path("<str:secret>/cancel/", appointment.cancel, name="appointment_cancel"),
    path("<str:secret>/times/", appointment.times, name="appointment_times"),
    path("<str:secret>/move/", appointment.move, name="appointment_move"),
    path("<str:secret>/calendar/", appointment.calendar, name="appointment_calendar"),
    path("<str:secret>/late/", late.page, name="late"),
    path("<str:secret>/book/", book.page, name="book"),
    path("<str:secret>/book/time/", book.choose, name="book_time"),
    path("<str:secret>/book/call/", book.call, name="book_call"),
    path("<str:secret>/offer/", offer.page, name="offer"),
    path("<str:secret>/offer/yes/", offer.accept, name="offer_accept"),
    path("<str:secret>/offer/no/", offer.decline, name="offer_decline"),
    path("<str:secret>/offer/stop/", offer.stop, name="offer_stop"),
    path("<str:secret>/schedule.ics", provider_calendar.page, name="provider_calendar"),
    path("<str:secret>/lobby/", lobby.page, name="lobby"),
    path("<str:secret>/position/", position.page, name="position"),
]
