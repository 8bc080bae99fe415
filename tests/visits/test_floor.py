"""Rooms and their cleaning, corrections, and that board, book, rooms and log agree."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.errors import Changed, Refused
from frontdesk.scheduling.models import Appointment
from frontdesk.visits import operations
from frontdesk.visits.models import (
    FlowEvent,
    RoomStanding,
    Stage,
    Ticket,
    Visit,
)
from frontdesk.visits.operations.rooms import steps_of_room
from frontdesk.visits.queries.board import Look, board
from frontdesk.visits.queries.figures import wait_figures
from frontdesk.visits.queries.flow import rooms_of, steps_of
from frontdesk.visits.rules import flow
from frontdesk.visits.rules import rooms as room_rules
from tests.visits.floor import MINUTE, at, came, fresh, state_of

__all__ = ["at"]


# Rooms


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["Group", "Procedure", "Room 1", "Room 2", "Room 3"], ["4", "5", "1", "2", "3"]),
        (["Exam 3", "Lab 3", "Room 12", "Room 20"], ["3", "1", "2", "4"]),
        ([f"Room {n}" for n in range(1, 12)], [*"123456789", "", ""]),
    ],
)
def test_a_room_is_chosen_by_the_digit_in_its_name(names, keys):
    assert room_rules.keys_of_rooms(names) == keys


def test_a_room_waits_to_be_cleaned_when_its_patient_leaves_and_undo_takes_that_back(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    left = operations.move(visit, Stage.CHECK_OUT, at=at + 5 * MINUTE, by=by)
    assert state_of(clinic, clinic.room) == "turnover"

    operations.undo_move(visit, event_id=left.pk, at=at + 6 * MINUTE, by=by)
    assert state_of(clinic, clinic.room) == "clean"

    operations.move(visit, Stage.CHECK_OUT, at=at + 7 * MINUTE, by=by)
    event = operations.clean_room(clinic.room, at=at + 9 * MINUTE, by=by)
    again = operations.clean_room(clinic.room, at=at + 9 * MINUTE, by=by)
    assert (state_of(clinic, clinic.room), again.pk) == ("clean", event.pk)
    operations.undo_room(clinic.room, event_id=event.pk, at=at + 10 * MINUTE, by=by)
    assert state_of(clinic, clinic.room) == "turnover"


def test_another_room_leaves_the_first_to_be_cleaned(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.move(visit, Stage.ROOMED, room=clinic.second_room, at=at + MINUTE, by=by)
    assert state_of(clinic, clinic.room) == "turnover"
    assert state_of(clinic, clinic.second_room) == "clean"


def test_a_room_that_is_out_of_use_takes_nobody_and_an_occupied_one_is_not_closed(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.close_room(clinic.room, because="A leak", at=at, by=by)
    with pytest.raises(Refused, match="out of use"):
        operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    with pytest.raises(Refused, match="Say why"):
        operations.close_room(clinic.second_room, because=" ", at=at, by=by)
    operations.move(visit, Stage.ROOMED, room=clinic.second_room, at=at, by=by)
    with pytest.raises(Refused, match="Somebody is in Room 2"):
        operations.close_room(clinic.second_room, because="Paint", at=at, by=by)


def test_a_site_may_want_rooms_marked_clean_before_anybody_is_taken_there(clinic, at):
    by = clinic.anybody()
    first, second = came(clinic, at), came(clinic, at, "Ben")
    operations.move(first, Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.move(first, Stage.CHECK_OUT, at=at, by=by)
    operations.save_policy(clinic.site, {"needs_clean_rooms": True}, by=by)
    with pytest.raises(Refused, match="not cleaned yet"):
        operations.move(second, Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.save_policy(clinic.site, {"needs_clean_rooms": False}, by=by)
    operations.move(second, Stage.ROOMED, room=clinic.room, at=at, by=by)
    assert state_of(clinic, clinic.room) == "clean"  # whoever took them there found it so


def test_what_was_said_of_a_room_since_is_not_taken_back_unseen(clinic, at):
    by = clinic.anybody()
    soiled = operations.soil_room(clinic.room, at=at, by=by)
    operations.clean_room(clinic.room, at=at, by=by)
    with pytest.raises(Changed):
        operations.undo_room(clinic.room, event_id=soiled.pk, at=at, by=by)


# Corrections


def test_a_time_put_right_moves_the_wait_and_keeps_what_was_noted(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    roomed = operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 20 * MINUTE, by=by)

    made = operations.correct_time(
        visit, roomed.pk, was_at=at + 9 * MINUTE, at=at + 30 * MINUTE, by=by
    )
    assert fresh(clinic, visit).stage_since == at + 9 * MINUTE
    with clinic.reading():
        assert FlowEvent.objects.get(pk=roomed.pk).at == at + 20 * MINUTE
        assert flow.waits(steps_of(visit), at + 30 * MINUTE)["arrived"] == 9 * MINUTE

    operations.undo_move(visit, event_id=made.pk, at=at + 31 * MINUTE, by=by)
    again = operations.undo_move(visit, event_id=made.pk, at=at + 31 * MINUTE, by=by)
    assert (again.stage, fresh(clinic, visit).stage_since) == (Stage.ROOMED, at + 20 * MINUTE)


@pytest.mark.parametrize("minutes", [-1, 31, 600])
def test_a_time_out_of_order_or_in_the_future_is_refused(clinic, at, minutes):
    by = clinic.anybody()
    visit = came(clinic, at)
    roomed = operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 20 * MINUTE, by=by)
    operations.move(visit, Stage.WITH_PROVIDER, at=at + 30 * MINUTE, by=by)
    with pytest.raises(Refused, match="between"):
        operations.correct_time(
            visit, roomed.pk, was_at=at + minutes * MINUTE, at=at + 40 * MINUTE, by=by
        )


def test_a_correction_on_which_another_rests_is_not_taken_back(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    roomed = operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 20 * MINUTE, by=by)
    seen = operations.move(visit, Stage.WITH_PROVIDER, at=at + 30 * MINUTE, by=by)
    later = at + 40 * MINUTE
    first = operations.correct_time(visit, roomed.pk, was_at=at + 5 * MINUTE, at=later, by=by)
    operations.correct_time(visit, seen.pk, was_at=at + 8 * MINUTE, at=later, by=by)
    with pytest.raises(Changed):
        operations.undo_move(visit, event_id=first.pk, at=later, by=by)


# Board and book


MOVES = [Stage.ROOMED, Stage.WITH_PROVIDER, Stage.CHECK_OUT, Stage.GONE, "undo", "left", "fix"]
AGREES = {
    Stage.EXPECTED: {"booked"},
    Stage.ARRIVED: {"arrived"},
    Stage.ROOMED: {"arrived"},
    Stage.WITH_PROVIDER: {"arrived"},
    Stage.CHECK_OUT: {"arrived"},
    Stage.GONE: {"fulfilled", "left"},
}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(presses=st.lists(st.sampled_from(MOVES), min_size=1, max_size=9))
def test_whatever_is_pressed_board_book_rooms_and_log_agree(clinic, at, presses):
    by = clinic.anybody()
    visit = came(clinic, at)
    moment = at
    for press in presses:
        moment += MINUTE
        try:
            _press(clinic, visit, press, moment, by)
        except Refused:
            continue
        _agree(clinic, visit, moment)
    with clinic.writing():  # the room is given back for the next example
        for held in Visit.objects.filter(room__isnull=False):
            held.room, held.stage = None, Stage.GONE
            held.save()


def _press(clinic, visit, press, moment, by):
    if press == "undo":
        operations.undo_move(visit, at=moment, by=by)
    elif press == "left":
        operations.leave_unseen(visit, at=moment, by=by, because="had to go")
    elif press == "fix":
        with clinic.reading():
            held = flow.effective(steps_of(visit))
        if held:
            operations.correct_time(visit, held[-1].pk, was_at=held[-1].at, at=moment, by=by)
    else:
        room = clinic.room if press == Stage.ROOMED else None
        operations.move(visit, press, room=room, at=moment, by=by)


def _agree(clinic, visit, moment):
    with clinic.reading():
        now_ = Visit.objects.get(pk=visit.pk)
        standing = flow.standing(steps_of(visit))
        assert (now_.stage, now_.room_id) == (standing.stage, standing.room_id)
        assert standing.since is None or now_.stage_since == standing.since
        status = Appointment.objects.get(pk=visit.appointment_id).status
        assert status in AGREES[Stage(now_.stage)]
        assert (status == "left") == now_.left_unseen
        spent = flow.waits(steps_of(visit), moment)
        assert all(wait >= timedelta(0) for wait in spent.values())
        for room in (clinic.room, clinic.second_room):
            told = room_rules.room_state(steps_of_room(room))
            kept = RoomStanding.objects.filter(room=room).first()
            assert (told.state if told else "clean") == (kept.state if kept else "clean")
        shown = board(clinic.site, now_.on, moment, Look(is_whole=True))
        lane = next(lane for lane in shown.lanes if lane.stage == now_.stage)
        assert visit.pk in {card.booked.visit_id for card in lane.cards}
        in_rooms = {chip.pk for chip in shown.strip if chip.state == "occupied"}
        assert in_rooms == {s.room.pk for s in rooms_of(clinic.site, now_.on) if not s.is_free}


def test_who_left_unseen_is_neither_kept_nor_here_in_the_book(clinic, at):
    visit = came(clinic, at)
    operations.leave_unseen(visit, because="waited too long", at=at, by=clinic.anybody())
    with clinic.reading():
        assert Appointment.objects.get(pk=visit.appointment_id).status == "left"
        assert wait_figures(clinic.site, at, "day").left == [("waited too long", 1)]
        assert Ticket.objects.get(visit=visit).status == "left"
    operations.undo_move(visit, at=at + MINUTE, by=clinic.anybody())
    with clinic.reading():
        assert Appointment.objects.get(pk=visit.appointment_id).status == "arrived"
        assert Ticket.objects.get(visit=visit).status == "waiting"
