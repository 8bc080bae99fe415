"""Tickets, late arrivals, forgotten patients and foretold waits, through the database."""

from datetime import time, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from frontdesk.core.errors import Changed, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.practice.models import Closure, Interpreter
from frontdesk.scheduling import operations as scheduling
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.jobs import flow as jobs
from frontdesk.visits.models import (
    FlowEvent,
    LateArrival,
    Stage,
    Ticket,
    Vitals,
    WaitPrediction,
)
from frontdesk.visits.queries.board import board
from frontdesk.visits.queries.lobby import lobby, position
from frontdesk.visits.queries.predicted import predicted
from tests.visits.floor import MINUTE, at, came, fresh

__all__ = ["at"]


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


def test_who_comes_early_is_said_to_and_is_not_waited_for_by_a_room(clinic, at):
    visit = came(clinic, at, due=at + 45 * MINUTE)  # the site counts 30 minutes as early
    with clinic.writing():
        visit.check_in.finished_at = at
        visit.check_in.save()
    with clinic.reading():
        assert _card(clinic, visit, at).holds == "Came 45 min early"


@pytest.mark.parametrize("stage", [Stage.ARRIVED, Stage.ROOMED, Stage.WITH_PROVIDER, "checkout"])
def test_no_place_is_without_an_alarm(clinic, at, stage):
    """Whoever stays too long anywhere stands out; a visit may last, and is not forgotten for it."""
    by, visit = clinic.anybody(), came(clinic, at)
    for step in (Stage.ROOMED, Stage.WITH_PROVIDER, Stage.CHECK_OUT):
        if visit.stage == stage:
            break
        room = clinic.room if step == Stage.ROOMED else None
        operations.move(visit, step, room=room, at=at, by=by)
        visit = fresh(clinic, visit)
    with clinic.reading():
        soon, later = (_card(clinic, visit, at + n * MINUTE) for n in (16, 180))
    waits = stage != Stage.WITH_PROVIDER
    assert (soon.is_over, soon.is_forgotten, later.is_forgotten) == (waits, False, True)


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


def test_a_time_put_right_puts_right_how_good_the_foretelling_was(clinic, at):
    by, visit = clinic.anybody(), came(clinic, at)
    operations.foretell(visit, at=at, by=by)
    roomed = operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 40 * MINUTE, by=by)
    right = operations.correct_time(
        visit, roomed.pk, was_at=at + 10 * MINUTE, at=at + 41 * MINUTE, by=by
    )

    def came_out():
        with clinic.reading():
            return dict(WaitPrediction.objects.values_list("until", "actual"))

    assert came_out() == {"room": 10, "provider": None}
    operations.undo_move(visit, event_id=right.pk, at=at + 42 * MINUTE, by=by)
    assert came_out() == {"room": 40, "provider": None}


def test_who_was_checked_in_or_prepared_of_late_is_not_forgotten(clinic, at):
    """The board and the work list agree: what was noted last counts, not only the last move."""
    by, visit = clinic.anybody(), came(clinic, at)
    with clinic.writing():
        visit.check_in.finished_at = at + 30 * MINUTE
        visit.check_in.save()
    assert_remembered(clinic, visit, at + 50 * MINUTE)
    operations.move(visit, Stage.ROOMED, room=clinic.room, at=at + 50 * MINUTE, by=by)
    with clinic.writing():
        Vitals.objects.create(
            visit=visit, patient=visit.patient, pulse=60, taken_at=at + 80 * MINUTE, taken_by="Jo"
        )
    assert_remembered(clinic, visit, at + 100 * MINUTE)
    assert operations.watch(clinic.site, at=at + 130 * MINUTE, by=by) == 1


def assert_remembered(clinic, visit, moment):
    assert operations.watch(clinic.site, at=moment, by=clinic.anybody()) == 0
    with clinic.reading():
        assert not _card(clinic, visit, moment).is_forgotten


def test_the_lobby_is_closed_for_the_part_of_the_day_that_is(clinic, at):
    with clinic.writing():
        Closure.objects.create(
            site=clinic.site, on=at.date(), because="Staff meeting", starts=time(12), ends=time(13)
        )
    with clinic.reading():
        said = [lobby(clinic.site, at + n * MINUTE) for n in (0, 20, 80)]
    assert [one.closed_because for one in said] == ["", "Staff meeting", ""]
    assert [one.is_closed for one in said] == [False, True, False]
