"""Patients arrive, are moved on, and a move can be taken back."""

from datetime import timedelta

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, CheckOutItem, FlowEvent, Stage, Superbill, Visit
from frontdesk.visits.signals import visit_arrived


@pytest.fixture
def at():
    return now().replace(second=0, microsecond=0)


@pytest.fixture
def here(clinic, at):
    """Ann Lee, arrived."""
    return operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())


def stage_of(clinic, visit):
    with clinic.reading():
        visit = Visit.objects.get(pk=visit.pk)
        return visit.stage, visit.room_id


def test_arriving_makes_the_visit_once(clinic, at):
    told = []

    def hear(visit, **_):
        told.append(visit.pk)

    visit_arrived.connect(hear)
    appointment = clinic.booked(at=at)
    visit = operations.arrive(appointment, at=at, by=clinic.role("receptionist"))
    again = operations.arrive(
        appointment, at=at + timedelta(minutes=3), by=clinic.role("receptionist")
    )

    visit_arrived.disconnect(hear)
    assert (again.pk, told) == (visit.pk, [visit.pk])
    assert visit.stage_since == at
    with clinic.reading():
        assert FlowEvent.objects.count() == CheckIn.objects.count() == 1
        appointment.refresh_from_db()
        assert appointment.status == Appointment.Status.ARRIVED


def test_rooming_takes_a_free_room_and_begins_the_superbill(clinic, here, at):
    by = clinic.role("assistant")

    operations.move(here, Stage.ROOMED, room=clinic.room, at=at, by=by)

    assert stage_of(clinic, here) == (Stage.ROOMED, clinic.room.pk)
    with clinic.reading():
        assert Superbill.objects.get(visit=here).status == Superbill.Status.PRELIMINARY


def test_a_room_holds_one_patient(clinic, here, at):
    by = clinic.anybody()
    second = operations.arrive(
        clinic.booked(at=at, patient=clinic.patient("Ben", "Ash")), at=at, by=by
    )
    operations.move(here, Stage.ROOMED, room=clinic.room, at=at, by=by)

    with pytest.raises(Refused, match="Room 1 is taken"):
        operations.move(second, Stage.ROOMED, room=clinic.room, at=at, by=by)
    with pytest.raises(Refused, match="Choose a room"):
        operations.move(second, Stage.ROOMED, at=at, by=by)
    operations.move(here, Stage.CHECK_OUT, at=at, by=by)  # gives the room back
    operations.move(second, Stage.ROOMED, room=clinic.room, at=at, by=by)


def test_a_room_of_another_practice_is_not_found(clinic, other, here, at):
    from frontdesk.practice.models import Room

    with pytest.raises(Room.DoesNotExist):
        operations.move(here, Stage.ROOMED, room=other.room, at=at, by=clinic.anybody())


def test_two_who_move_the_same_patient_move_them_once(clinic, here, at):
    by = clinic.anybody()
    first = operations.move(here, Stage.CHECK_OUT, seen="arrived", at=at, by=by)

    same = operations.move(here, Stage.CHECK_OUT, seen="arrived", at=at, by=by)
    with pytest.raises(Changed):
        operations.move(here, Stage.ROOMED, seen="arrived", room=clinic.room, at=at, by=by)

    assert same.pk == first.pk


def test_a_move_off_the_path_is_refused_in_words(clinic, here, at):
    operations.move(here, Stage.CHECK_OUT, at=at, by=clinic.anybody())
    with pytest.raises(Refused, match="From Check-out a patient can't go to Roomed"):
        operations.move(here, Stage.ROOMED, room=clinic.room, at=at, by=clinic.anybody())


def test_undo_restores_stage_wait_and_room(clinic, here, at):
    by = clinic.anybody()
    operations.move(here, Stage.ROOMED, room=clinic.room, at=at + timedelta(minutes=5), by=by)
    done = operations.move(here, Stage.CHECK_OUT, at=at + timedelta(minutes=9), by=by)

    visit = operations.undo_move(here, event_id=done.pk, at=at + timedelta(minutes=10), by=by)
    again = operations.undo_move(here, event_id=done.pk, at=at + timedelta(minutes=11), by=by)

    assert (visit.stage, visit.stage_since, visit.room_id) == (
        Stage.ROOMED,
        at + timedelta(minutes=5),
        clinic.room.pk,
    )
    assert again.stage == Stage.ROOMED  # pressed twice, it takes back one move
    with clinic.reading():
        assert FlowEvent.objects.filter(visit=here).count() == 4


def test_undo_is_refused_once_somebody_moved_on_or_the_room_is_taken(clinic, here, at):
    by = clinic.anybody()
    roomed = operations.move(here, Stage.ROOMED, room=clinic.room, at=at, by=by)
    seen = operations.move(here, Stage.CHECK_OUT, at=at, by=by)
    with pytest.raises(Changed):
        operations.undo_move(here, event_id=roomed.pk, at=at, by=by)

    second = operations.arrive(
        clinic.booked(at=at, patient=clinic.patient("Ben", "Ash")), at=at, by=by
    )
    operations.move(second, Stage.ROOMED, room=clinic.room, at=at, by=by)
    with pytest.raises(Refused, match="taken"):
        operations.undo_move(here, event_id=seen.pk, at=at, by=by)


def test_taking_an_arrival_back_gives_the_appointment_back(clinic, here, at):
    visit = operations.undo_move(here, at=at, by=clinic.anybody())

    assert visit.stage == Stage.EXPECTED
    with clinic.reading():
        assert Appointment.objects.get(pk=here.appointment_id).status == "booked"
    back = operations.arrive(visit.appointment, at=at, by=clinic.anybody())
    assert (back.pk, back.stage) == (visit.pk, Stage.ARRIVED)


def test_leaving_unseen_is_kept_apart_and_somebody_is_asked_to_call(clinic, here, at):
    operations.leave_unseen(here, because="had to work", at=at, by=clinic.role("receptionist"))

    with clinic.reading():
        visit = Visit.objects.get(pk=here.pk)
        assert (visit.stage, visit.left_unseen) == (Stage.GONE, True)
        item = WorkItem.objects.get(kind="visits.left_unseen")
        assert (item.pool, item.patient_id) == ("receptionist", here.patient_id)
    assert not operations.undo_move(here, at=at, by=clinic.anybody()).left_unseen


def test_a_patient_may_go_before_the_superbill_is_signed(clinic, here, at):
    by = clinic.anybody()
    operations.move(here, Stage.ROOMED, room=clinic.room, at=at, by=by)
    operations.move(here, Stage.GONE, at=at, by=by)

    with clinic.reading():
        visit = Visit.objects.get(pk=here.pk)
        assert (visit.stage, visit.closed_at) == (Stage.GONE, None)
        assert visit.superbill.status == Superbill.Status.PRELIMINARY
        answers = CheckOutItem.objects.filter(visit=visit).values_list("answer", flat=True)
        assert set(answers) == {"open"}
        assert visit.appointment.status == Appointment.Status.FULFILLED


def test_a_walk_in_takes_a_free_time_and_overrides_only_with_the_right(clinic):
    at = now().replace(hour=15, minute=0, second=0, microsecond=0)  # 10 AM in New York
    wanted = {
        "visit_type": clinic.visit_type,
        "provider": clinic.provider,
        "site": clinic.site,
        "starts_at": at,
        "at": at,
    }
    came = operations.walk_in(clinic.patient(), by=clinic.role("receptionist"), **wanted)
    assert (came.visit.stage, came.appointment.starts_at) == (Stage.ARRIVED, at)

    ben = clinic.patient("Ben", "Ash")
    with pytest.raises(Refused):
        operations.walk_in(ben, by=clinic.role("receptionist"), **wanted)
    with pytest.raises(NotPermitted):
        operations.walk_in(ben, because="cut hand", by=clinic.role("receptionist"), **wanted)
    squeezed = operations.walk_in(ben, because="cut hand", by=clinic.role("manager"), **wanted)
    assert squeezed.appointment.override_reason == "cut hand"


@pytest.mark.parametrize("step", ["arrive", "move", "undo_move", "leave_unseen"])
def test_each_step_asks_for_its_right(clinic, here, at, step):
    nobody = clinic.actor("visits.view")
    subject = here.appointment if step == "arrive" else here
    more = {"stage": Stage.CHECK_OUT} if step == "move" else {}
    with pytest.raises(NotPermitted):
        getattr(operations, step)(subject, at=at, by=nobody, **more)
