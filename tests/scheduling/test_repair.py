"""A provider is out: who is moved where, by whose rules, applied whole or not at all."""

from datetime import UTC, date, time, timedelta
from itertools import cycle

import pytest
import time_machine
from django_tasks_db.models import DBTaskResult

from frontdesk.comms.models import Message
from frontdesk.core.clock import at_wall, day_bounds, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import repairing
from frontdesk.scheduling.models import (
    Appointment,
    Bump,
    Occupancy,
    Repair,
    RepairLine,
    Session,
    TimeOff,
)
from frontdesk.staff.models import Provider, WorkItem

TUESDAY = date(2026, 11, 24)
NPIS = cycle(["9900001055", "9900001063", "9900001071"])


@pytest.fixture(autouse=True)
def _eight_o_five(clinic):
    with time_machine.travel(at_wall(clinic.site, TUESDAY, time(8, 5)), tick=False):
        yield


@pytest.fixture
def bo(clinic):
    """A colleague who works the same hours."""
    return colleague(clinic, "Bo", "Chen")


def colleague(clinic, first, last, *, starts=time(8), ends=time(17)):
    with clinic.writing():
        provider = Provider.objects.create(
            first_name=first, last_name=last, credential="MD", npi=next(NPIS), site=clinic.site
        )
        for weekday in range(7):
            Session.objects.create(
                provider=provider, site=clinic.site, weekday=weekday,
                starts=starts, ends=ends, from_on=date(2020, 1, 1),
            )  # fmt: skip
    return provider


def wall(clinic, hour, minute=0, day=TUESDAY):
    return at_wall(clinic.site, day, time(hour, minute))


def book(clinic, starts_at, patient=None, provider=None, **more):
    return operations.book(
        patient or clinic.patient(email="a@example.com"),
        clinic.visit_type,
        provider or clinic.provider,
        clinic.site,
        starts_at,
        starts_at - timedelta(days=3),
        by=clinic.anybody(),
        **more,
    )


def out(clinic, starts_at=None, ends_at=None, **more):
    """Say at 8:05 that Dr Okafor is out today, and let the worker make the plan."""
    first, last = day_bounds(clinic.site, TUESDAY)
    repair = operations.start_repair(
        **{
            "resource_kind": "provider",
            "resource_id": clinic.provider.pk,
            "site": clinic.site,
            "starts_at": starts_at or first,
            "ends_at": ends_at or last,
            "because": "Ill",
            "at": now(),
            "by": clinic.role("receptionist"),
            **more,
        }
    )
    return work(clinic, repair)


def work(clinic, repair):
    with clinic.reading():
        repair = Repair.objects.get(pk=repair.pk)
    repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), repair.round)
    with clinic.reading():
        return Repair.objects.get(pk=repair.pk)


def lines(clinic, repair):
    with clinic.reading():
        found = repair.lines.select_related("appointment__patient", "provider")
        return {line.appointment.patient.first_name: line for line in found}


def apply(clinic, repair, **more):
    return operations.apply_repair(
        repair, **{"of_round": repair.round, "at": now(), "by": clinic.role("receptionist"), **more}
    )


def fresh(clinic, appointment):
    with clinic.reading():
        return Appointment.objects.select_related("provider", "room").get(pk=appointment.pk)


def test_a_colleague_takes_over_at_the_same_time(clinic, bo):
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann", email="a@example.com"))
    repair = out(clinic)
    assert (repair.status, repair.is_proven, repair.cost) == ("ready", True, 45)
    line = lines(clinic, repair)["Ann"]
    assert (line.kind, line.provider, line.costs) == ("provider", bo, [["provider", 45]])
    assert fresh(clinic, ann).provider == clinic.provider  # nothing has happened yet
    with clinic.reading():
        assert TimeOff.objects.get().because == "Ill"

    apply(clinic, repair)

    moved = fresh(clinic, ann)
    assert (moved.provider, moved.starts_at) == (bo, wall(clinic, 9).astimezone(UTC))
    with clinic.reading():
        kinds = list(Message.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["appointment.booked", "appointment.moved"]
        assert moved.changes.get().kind == "moved"
        assert not WorkItem.objects.filter(status="open").exists()
        taken = Occupancy.objects.filter(is_active=True, appointment=ann)
        assert {row.resource_id for row in taken} == {bo.pk, moved.room_id}


def test_the_plan_is_the_cheapest_and_leaves_others_alone(clinic, bo):
    """Nine o'clock is taken with Bo: Ann waits a little, Bo's patient stays."""
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    cy = book(clinic, wall(clinic, 9), clinic.patient("Cy"), bo)
    repair = out(clinic)
    line = lines(clinic, repair)["Ann"]
    assert dict(line.costs) == {"provider": 45, "moved": 20}
    assert line.starts_at == wall(clinic, 9, 20)
    apply(clinic, repair)
    assert fresh(clinic, cy).starts_at == wall(clinic, 9)
    assert fresh(clinic, ann).starts_at == wall(clinic, 9, 20)


def test_without_anybody_else_they_come_another_day_or_are_called(clinic):
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann", mobile_phone="+16145550111"))
    repair = out(clinic)
    line = lines(clinic, repair)["Ann"]
    assert (line.kind, line.starts_at) == ("day", wall(clinic, 9, day=TUESDAY + timedelta(days=1)))

    week = out_for(clinic, repair, days=0)
    assert lines(clinic, week)["Ann"].kind == "call"
    apply(clinic, week)
    with clinic.reading():
        entry = Bump.objects.select_related("patient").get()
        assert (entry.status, entry.because) == ("to_call", "Dr. Okafor: Ill")
        assert WorkItem.objects.get(kind="scheduling.bumped").status == "open"
    assert fresh(clinic, ann).status == "cancelled"
    assert fresh(clinic, ann).cancelled_by == "practice"

    new = operations.book(
        entry.patient, clinic.visit_type, clinic.provider, clinic.site,
        wall(clinic, 9, day=TUESDAY + timedelta(days=20)), now(), by=clinic.role("receptionist"),
    )  # fmt: skip
    with clinic.reading():
        entry = Bump.objects.get()
        assert (entry.status, entry.new_appointment) == ("rebooked", new)
        assert WorkItem.objects.get(kind="scheduling.bumped").status == "done"


def out_for(clinic, repair, days):
    """Drop a repair and ask for one that covers the fortnight: nobody is left."""
    operations.drop_repair(repair, is_back=True, at=now(), by=clinic.anybody())
    first, last = day_bounds(clinic.site, TUESDAY)
    return out(clinic, first, last + timedelta(days=13), days=days)


def test_a_call_is_noted_and_a_patient_may_want_no_other_time(clinic):
    book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    first, last = day_bounds(clinic.site, TUESDAY)
    apply(clinic, out(clinic, first, last + timedelta(days=13), days=0))
    desk = clinic.role("receptionist")
    with clinic.reading():
        entry = Bump.objects.get()
    for calls in (1, 2):
        entry = operations.note_call(entry, at=now(), by=desk)
        assert (entry.status, entry.calls) == ("called", calls)
    entry = operations.give_up(entry, at=now(), by=desk)
    with pytest.raises(Refused, match="needs no call"):
        operations.note_call(entry, at=now(), by=desk)
    assert operations.call_again(entry, at=now(), by=desk).status == "to_call"


def test_a_wish_is_obeyed_and_the_rest_worked_out_around_it(clinic, bo):
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    dan = book(clinic, wall(clinic, 9, 20), clinic.patient("Dan"))
    repair = out(clinic)
    desk = {"at": now(), "by": clinic.role("receptionist")}
    repair = operations.wish(
        repair, ann, wish="pinned", starts_at=wall(clinic, 9, 20), provider=bo, site=clinic.site,
        **desk,
    )  # fmt: skip
    assert repair.status == "asked"
    repair = work(clinic, repair)
    held = lines(clinic, repair)
    assert held["Ann"].starts_at == wall(clinic, 9, 20)
    assert held["Dan"].starts_at != wall(clinic, 9, 20)

    operations.wish(repair, dan, wish="keep", **desk)
    repair = work(clinic, operations.wish(repair, ann, wish="call", **desk))
    assert lines(clinic, repair)["Ann"].kind == "call"
    apply(clinic, repair)
    assert fresh(clinic, dan).provider == clinic.provider  # hands off
    assert fresh(clinic, ann).status == "cancelled"


def test_a_patient_who_is_here_is_handed_over_without_a_message(clinic, bo):
    ann = book(clinic, wall(clinic, 8, 20), clinic.patient("Ann", email="a@example.com"))
    operations.arrive(ann, at=now(), by=clinic.anybody())
    apply(clinic, out(clinic))
    moved = fresh(clinic, ann)
    assert (moved.status, moved.provider) == ("arrived", bo)
    with clinic.reading():
        assert [m.kind for m in Message.objects.all()] == ["appointment.booked"]


def test_a_room_that_is_out_costs_nobody_their_time(clinic):
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann"), room=clinic.room)
    repair = out(clinic, resource_kind="room", resource_id=clinic.room.pk)
    assert (repair.cost, lines(clinic, repair)["Ann"].kind) == (0, "room")
    apply(clinic, repair)
    assert fresh(clinic, ann).room == clinic.second_room
    with clinic.reading():
        assert not Message.objects.filter(kind="appointment.moved").exists()


def test_what_the_book_refuses_is_never_shown(clinic, bo):
    """A firm preference of Bo's, which the plan's own rules know nothing of."""
    book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    from frontdesk.scheduling.operations import booking

    real = booking.taking.choose

    def picky(wish, held):
        if wish.provider == bo and wish.starts_at < wall(clinic, 10):
            raise operations.Taken("Bo sees nobody this early.")
        return real(wish, held)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(booking.taking, "choose", picky)
        patch.setattr(repairing, "REHEARSALS", 20)
        repair = out(clinic)
        line = lines(clinic, repair)["Ann"]
        assert line.starts_at >= wall(clinic, 10)
        apply(clinic, repair)


def test_a_plan_is_refused_whole_when_the_book_has_changed(clinic, bo):
    ann = book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    dan = book(clinic, wall(clinic, 10), clinic.patient("Dan"))
    repair = out(clinic)
    book(clinic, wall(clinic, 10), clinic.patient("Eve"), bo)  # takes the time meant for Dan
    with pytest.raises(Refused, match="Nothing was changed"):
        apply(clinic, repair)
    assert fresh(clinic, ann).provider == clinic.provider
    assert fresh(clinic, dan).provider == clinic.provider
    repair = work(clinic, operations.work_out_again(repair, at=now(), by=clinic.anybody()))
    operations.cancel(ann, because="x", whose="patient", at=now(), by=clinic.anybody())
    with pytest.raises(Refused, match="Ann Lee's visit is not as it was"):
        apply(clinic, repair)
    repair = work(clinic, operations.work_out_again(repair, at=now(), by=clinic.anybody()))
    apply(clinic, repair)
    assert fresh(clinic, dan).provider == bo


def test_it_is_started_once_and_applied_once(clinic, bo):
    book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    repair = out(clinic)
    assert out(clinic).pk == repair.pk
    with clinic.reading():
        assert TimeOff.objects.count() == 1
    with pytest.raises(Refused, match="worked out anew"):
        apply(clinic, repair, of_round=repair.round - 1)
    apply(clinic, repair)
    with pytest.raises(Refused, match="was quicker"):
        apply(clinic, repair)
    with clinic.reading():
        assert Message.objects.filter(kind="appointment.moved").count() == 0  # no address


def test_a_killed_workers_job_runs_again_and_an_overtaken_one_does_nothing(clinic, bo):
    book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    repair = out(clinic)
    assert DBTaskResult.objects.filter(task_path__endswith="repairing.work_out").count() == 1
    before = lines(clinic, repair)["Ann"].pk
    assert repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), 1) == "ready"
    operations.work_out_again(repair, at=now(), by=clinic.anybody())
    assert repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), 1) == "asked"
    assert repairing.work_out.func(str(clinic.practice.pk), str(repair.pk), 2) == "ready"
    assert lines(clinic, repair)["Ann"].pk == before


def test_a_plan_that_cannot_be_made_is_told(clinic, monkeypatch):
    book(clinic, wall(clinic, 9))
    monkeypatch.setattr(repairing.packing, "solve", lambda *_, **__: 1 / 0)
    repair = out(clinic)
    assert repair.status == "failed"
    with clinic.reading():
        assert WorkItem.objects.get(kind="scheduling.repair").pool == "receptionist"


def test_wrong_input_is_refused_in_words(clinic):
    for more, words in (
        ({"resource_id": clinic.practice.pk}, "Nobody and nothing"),
        ({"ends_at": now()}, "has passed already"),
    ):
        with pytest.raises(Refused, match=words):
            out(clinic, **more)
    with pytest.raises(NotPermitted):
        out(clinic, by=clinic.role("biller"))
    repair = out(clinic)
    assert repair.status == "ready"  # nobody is booked: an empty plan
    with clinic.reading():
        assert not RepairLine.objects.exists()


def test_a_full_day_of_two_providers_is_repaired(clinic, bo):
    colleague(clinic, "Cem", "Diaz", starts=time(12))
    for number in range(12):
        book(
            clinic,
            wall(clinic, 8, 20) + timedelta(minutes=20 * number),
            clinic.patient(f"A{number}"),
        )
        if number % 3:
            starts_at = wall(clinic, 8, 20) + timedelta(minutes=20 * number)
            book(clinic, starts_at, clinic.patient(f"B{number}"), bo)
    repair = out(clinic)
    assert repair.is_proven
    assert repair.cost <= repair.greedy_cost
    apply(clinic, repair)
    with clinic.reading():
        today = Appointment.objects.filter(starts_at__lt=wall(clinic, 23), status="booked")
        assert not today.filter(provider=clinic.provider).exists()


def test_who_is_out_for_longer_is_planned_for_all_of_it(clinic, bo):
    """First for the morning, then it is the whole day: one repair, one time off, every visit."""
    book(clinic, wall(clinic, 9), clinic.patient("Ann"))
    book(clinic, wall(clinic, 14), clinic.patient("Cy"))
    morning = out(clinic, wall(clinic, 8), wall(clinic, 12))
    assert lines(clinic, morning).keys() == {"Ann"}
    longer = out(clinic, wall(clinic, 10), wall(clinic, 17))
    assert (longer.pk, longer.round) == (morning.pk, morning.round + 1)
    assert (longer.starts_at, longer.ends_at) == (wall(clinic, 8), wall(clinic, 17))
    assert lines(clinic, longer).keys() == {"Ann", "Cy"}
    with clinic.reading():
        (off,) = TimeOff.objects.all()
    assert (off.starts_at, off.ends_at) == (wall(clinic, 8), wall(clinic, 17))
    again = out(clinic, wall(clinic, 9), wall(clinic, 11))
    assert (again.round, again.ends_at) == (longer.round, wall(clinic, 17))
