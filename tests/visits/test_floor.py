"""Rooms, calls, tickets, late arrivals, corrections and foretold waits, through the database."""

from datetime import timedelta

import pytest
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.clock import local, now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.practice.models import Interpreter, Room
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.jobs import flow as jobs
from frontdesk.visits.models import (
    Call,
    FlowEvent,
    LateArrival,
    MessageSeen,
    RoomEvent,
    RoomStanding,
    Stage,
    Ticket,
    Visit,
    WaitPrediction,
)
from frontdesk.visits.operations.rooms import steps_of_room
from frontdesk.visits.queries.board import Look, board
from frontdesk.visits.queries.figures import wait_figures
from frontdesk.visits.queries.flow import rooms_of, steps_of
from frontdesk.visits.queries.lobby import lobby, position
from frontdesk.visits.queries.predicted import predicted
from frontdesk.visits.rules import flow
from frontdesk.visits.rules import rooms as room_rules

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(clinic):
    """A quarter to noon of today, so that a few hours stay within the site's day."""
    return local(clinic.site, now()).replace(hour=11, minute=45, second=0, microsecond=0)


def came(clinic, at, first="Ann", *, due=None):
    patient = clinic.patient(first, "Lee")
    return operations.arrive(
        clinic.booked(at=due or at, patient=patient), at=at, by=clinic.anybody()
    )


def fresh(clinic, visit):
    with clinic.reading():
        return Visit.objects.select_related("appointment", "site", "patient").get(pk=visit.pk)


def state_of(clinic, room):
    with clinic.reading():
        standing = RoomStanding.objects.filter(room=room).first()
        return standing.state if standing else "clean"


# Rooms


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


# Tickets


def test_everybody_who_comes_has_one_number_of_the_day_and_the_site(clinic, at):
    first, second = came(clinic, at), came(clinic, at, "Ben")
    with clinic.reading():
        codes = [Ticket.objects.get(visit=visit).code for visit in (first, second)]
    assert codes == ["A01", "A02"]
    again = operations.take_ticket(clinic.site, visit=first, at=at, by=clinic.anybody())
    assert again.code == "A01"
    tomorrow = operations.take_ticket(
        clinic.site, at=at + timedelta(days=1), by=clinic.anybody(), what="question"
    )
    assert tomorrow.number == 1


def test_the_next_is_who_waited_longest_for_the_desk_and_nobody_twice(clinic, at):
    by = clinic.role("receptionist")
    question = operations.take_ticket(clinic.site, what="question", at=at, by=by)
    visit = came(clinic, at)
    calls = [operations.call_next(clinic.site, to="Front desk", at=at, by=by).pk for _ in range(2)]
    with clinic.reading():
        assert calls == [question.pk, Ticket.objects.get(visit=visit).pk]
    with pytest.raises(Refused, match="Nobody waits"):
        operations.call_next(clinic.site, to="Front desk", at=at, by=by)


def test_a_number_taken_before_the_desk_knew_them_stays_theirs(clinic, at):
    by = clinic.anybody()
    early = operations.take_ticket(clinic.site, at=at, by=by)
    visit = came(clinic, at)
    operations.give_ticket(early, visit, at=at, by=by)
    with clinic.reading():
        assert Ticket.objects.get(visit=visit).pk == early.pk
    with pytest.raises(Changed):
        operations.give_ticket(early, came(clinic, at, "Ben"), at=at, by=by)


def test_the_display_knows_numbers_and_no_names(clinic, at):
    visit = came(clinic, at)
    ticket = operations.take_ticket(clinic.site, visit=visit, at=at, by=clinic.anybody())
    operations.call_ticket(ticket, to="Room 1", at=at, by=clinic.anybody())
    with clinic.reading():
        shown = lobby(clinic.site, at + MINUTE)
        place = position(fresh(clinic, visit), at + MINUTE)
        later = lobby(clinic.site, at + 30 * MINUTE)
    assert [(one.code, one.to) for one in shown.called] == [("A01", "Room 1")]
    assert (place.is_called, place.called_to) == (True, "Room 1")
    assert later.called == []
    assert "Lee" not in repr(shown)
    assert "Lee" not in repr(place)


# Late


def test_who_comes_too_late_waits_for_the_providers_word(clinic, at):
    visit = came(clinic, at, due=at - 22 * MINUTE)
    came(clinic, at, "Ben", due=at - 10 * MINUTE)  # within the policy
    with clinic.reading():
        late = LateArrival.objects.get()
        card = _card(clinic, visit, at)
    assert (late.visit_id, late.minutes, late.answer) == (visit.pk, 22, "asked")
    assert card.holds == "22 min late: ask Dr. Okafor"

    with pytest.raises(Refused):
        operations.answer_late(late, "asked", at=at, by=clinic.role("provider"))
    operations.answer_late(late, "fit_in", at=at, by=clinic.role("provider"))
    with clinic.reading():
        told = predicted(clinic.site, visit.on, at)
    assert told.of(visit.pk).ahead == 1  # behind who came in time


def _card(clinic, visit, at):
    shown = board(clinic.site, visit.on, at)
    cards = [card for lane in shown.lanes for card in lane.cards]
    return next(card for card in cards if card.booked.visit_id == visit.pk)


def test_a_card_says_whom_the_patient_waits_for(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Check-in"
    with clinic.writing():
        visit.check_in.finished_at = at
        visit.check_in.save()
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Assistant"
    operations.soil_room(clinic.room, at=at, by=by)
    operations.close_room(clinic.second_room, because="Paint", at=at, by=by)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "A room to be cleaned"
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.call("interpreter", site=clinic.site, room=clinic.room, at=at, by=by)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Interpreter"


@pytest.mark.parametrize("is_booked", [False, True])
def test_who_needs_an_interpreter_waits_for_one_who_is_not_booked(clinic, at, is_booked):
    by = clinic.anybody()
    patient = clinic.patient("Ana", "Lee", needs_interpreter=True, language="es")
    booked = clinic.booked(at=at, patient=patient)
    with clinic.writing():
        speaker = Interpreter.objects.create(name="Ana Ruiz", languages=["es"])
    if is_booked:
        scheduling.book_interpreter(booked, speaker, at=at, by=by)
    visit = operations.arrive(booked, at=at, by=by)
    with clinic.writing():
        visit.check_in.finished_at = at
        visit.check_in.save()
    said = ("Assistant", "") if is_booked else ("Interpreter", "amber")
    with clinic.reading():
        card = _card(clinic, visit, at)
        assert (card.holds, card.holds_tone) == said
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == said[0]


def test_an_interpreter_who_comes_to_the_rooms_call_is_there(clinic, at):
    by = clinic.anybody()
    patient = clinic.patient("Ana", "Lee", needs_interpreter=True)
    visit = operations.arrive(clinic.booked(at=at, patient=patient), at=at, by=by)
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at, by=by)
    held = operations.call("interpreter", site=clinic.site, room=clinic.room, at=at, by=by)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Interpreter"
    operations.answer_call(held, at=at + MINUTE, by=by)
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Assistant"


# Forgotten


def test_who_is_forgotten_is_put_on_the_list_once_and_taken_off_when_moved(clinic, at):
    visit = came(clinic, at)
    late = at + 46 * MINUTE
    assert operations.watch(clinic.site, at=at + 44 * MINUTE, by=clinic.anybody()) == 0
    for _ in range(2):
        operations.watch(clinic.site, at=late, by=clinic.anybody())
    with clinic.reading():
        assert WorkItem.objects.get(kind="visits.forgotten").status == "open"
        assert _card(clinic, visit, late).is_forgotten
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=late, by=clinic.anybody())
    with clinic.reading():
        assert WorkItem.objects.get(kind="visits.forgotten").status == "done"
        assert not _card(clinic, visit, late).is_forgotten


# Foretold


def test_a_wait_is_foretold_once_at_arrival_and_measured_against_what_came(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.foretell(visit, at=at, by=by)
    operations.foretell(visit, at=at + MINUTE, by=by)
    with clinic.reading():
        assert set(WaitPrediction.objects.values_list("until", "made_at")) == {
            ("room", at),
            ("provider", at),
        }
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 7 * MINUTE, by=by)
    seen = operations.move(visit, Stage.WITH_PROVIDER, at=at + 16 * MINUTE, by=by)
    with clinic.reading():
        came_out = dict(WaitPrediction.objects.values_list("until", "actual"))
    assert came_out == {"room": 7, "provider": 16}
    operations.undo_move(visit, event_id=seen.pk, at=at + 17 * MINUTE, by=by)
    with clinic.reading():
        assert dict(WaitPrediction.objects.values_list("until", "actual"))["provider"] is None


def test_what_is_foretold_beside_an_arrival_wakes_no_screen(clinic, at):
    appointment = clinic.booked(at=at, patient=clinic.patient("Ann", "Lee"))
    by = clinic.anybody()
    visit = operations.arrive(appointment, at=at, by=by)
    assert DBTaskResult.objects.filter(task_path__endswith="visits.jobs.flow.foretell").exists()

    jobs.foretell.func(str(visit.practice_id), str(visit.pk))

    with clinic.reading():
        told = set(WaitPrediction.objects.values_list("until", flat=True))
        entry = AuditEntry.objects.filter(practice_id=by.practice_id).latest("number")
    assert told == {"room", "provider"}
    assert entry.operation == "visits.foretell" and entry.rooms == "waits"


def test_arriving_again_after_an_undo_keeps_the_first_foretelling(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.foretell(visit, at=at, by=by)
    with clinic.reading():
        arrived = FlowEvent.objects.get(visit=visit)
    operations.undo_move(visit, event_id=arrived.pk, at=at + MINUTE, by=by)
    operations.arrive(fresh(clinic, visit).appointment, at=at + 5 * MINUTE, by=by)
    operations.foretell(visit, at=at + 5 * MINUTE, by=by)
    with clinic.reading():
        assert set(WaitPrediction.objects.values_list("made_at", flat=True)) == {at}


def test_learning_twice_from_the_same_log_is_the_same(clinic, at):
    by = clinic.anybody()
    visit = came(clinic, at)
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 5 * MINUTE, by=by)
    operations.move(visit, Stage.WITH_PROVIDER, at=at + 9 * MINUTE, by=by)
    operations.move(visit, Stage.GONE, at=at + 50 * MINUTE, by=by)
    first = operations.learn_times(at=at + 60 * MINUTE, by=by)
    second = operations.learn_times(at=at + 60 * MINUTE, by=by)
    assert (first.pk, first.figures) == (second.pk, second.figures)
    assert any(key.startswith("provider|") for key in first.figures["cells"])


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
