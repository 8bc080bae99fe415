"""Calls over rooms, urgent help and messages to a room, through the database."""

import pytest

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.practice.models import Room
from frontdesk.visits import operations
from frontdesk.visits.models import (
    Call,
    MessageSeen,
    RoomEvent,
)
from frontdesk.visits.queries.board import board
from tests.visits.floor import MINUTE, at, came

__all__ = ["at"]


# Calls and messages


def test_a_light_is_lit_once_and_answered_once(clinic, at):
    maria, sam = clinic.actor("visits.call"), clinic.role("assistant")
    first = operations.call("supplies", site=clinic.site, room=clinic.room, at=at, by=maria)
    again = operations.call("supplies", site=clinic.site, room=clinic.room, at=at, by=sam)
    assert first.pk == again.pk
    grace = clinic.anybody()
    operations.answer_call(first, at=at, by=grace)
    with pytest.raises(Refused, match="Grace answered already"):
        operations.answer_call(first, at=at, by=maria)
    operations.call_again(first, at=at, by=grace)
    operations.cancel_call(first, at=at, by=maria)
    with clinic.reading():
        assert Call.objects.get().status == "cancelled"


def test_help_needs_no_room_and_a_light_does(clinic, other, at):
    held = operations.call("help", site=clinic.site, at=at, by=clinic.role("biller"))
    with clinic.reading():
        assert board(clinic.site, at.date(), at).calls[0].pk == held.pk
    with pytest.raises(Refused, match="room"):
        operations.call("provider", site=clinic.site, at=at, by=clinic.anybody())
    with pytest.raises(Room.DoesNotExist):
        operations.call("provider", site=clinic.site, room=other.room, at=at, by=clinic.anybody())
    with pytest.raises(NotPermitted):
        operations.call("help", site=clinic.site, at=at, by=clinic.actor("visits.view"))


def test_a_message_knows_who_has_read_it(clinic, at):
    sam = clinic.member("assistant")
    from frontdesk.staff.queries import actor_of

    visit = came(clinic, at)
    said = operations.write_to_room(
        "Needs a chair", site=clinic.site, visit=visit, at=at, by=clinic.anybody()
    )
    for _ in range(2):
        operations.see_messages([said], at=at, by=actor_of(sam))
    with clinic.reading():
        assert MessageSeen.objects.get().name == sam.name
    with pytest.raises(Refused):
        operations.write_to_room("  ", site=clinic.site, visit=visit, at=at, by=clinic.anybody())
    with pytest.raises(Refused, match="200"):
        operations.write_to_room(
            "x" * 201, site=clinic.site, visit=visit, at=at, by=clinic.anybody()
        )


def test_the_log_of_a_room_is_never_edited(clinic, at):
    by = clinic.anybody()
    operations.soil_room(clinic.room, at=at, by=by)
    operations.clean_room(clinic.room, at=at + MINUTE, by=by)
    with clinic.reading():
        log = list(RoomEvent.objects.order_by("place").values_list("state", "place"))
    assert log == [("turnover", 0), ("clean", 1)]
