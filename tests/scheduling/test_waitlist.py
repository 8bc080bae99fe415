"""The waitlist: a time comes free, a few are asked, the first yes gets it, no rule is broken."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from frontdesk.comms.models import Message
from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.jobs import waitlist as jobs
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, VisitType, Wait
from frontdesk.scheduling.operations import Taken
from frontdesk.staff.models import WorkItem

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def clock(clinic):
    """Monday at ten; a test may let time pass."""
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(10)), tick=False) as traveller:
        yield traveller


@pytest.fixture
def desk(clinic, clock):
    """The front desk, in a practice that offers freed times by itself."""
    operations.save_refill_rule(None, {"mode": "auto"}, by=clinic.anybody())
    return clinic.role("receptionist")


def person(clinic, first, **more):
    said = {"email": f"{first.lower()}@x.example", "preferred_channel": "email"}
    return clinic.patient(first, "Lee", **{**said, **more})


def booked(clinic, patient, days, hour=9, minute=0):
    starts_at = at_wall(clinic.site, MONDAY + timedelta(days=days), time(hour, minute))
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def cancel(appointment, by, whose="patient"):
    operations.cancel(appointment, because="Ill", whose=whose, at=now(), by=by)


def work(clinic, times=12):
    """Run the jobs of the waitlist that are due, as the worker would."""
    for _ in range(times):
        waiting = [
            job
            for job in DBTaskResult.objects.filter(status="READY").order_by("enqueued_at")
            if job.task_path.endswith("look_for_takers")
            and (job.run_after.year == 9999 or job.run_after <= now())
        ]
        if not waiting:
            return
        for job in waiting:
            jobs.look_for_takers.func(*job.args_kwargs["args"])
            job.status = "SUCCESSFUL"
            job.save()


def offers(clinic):
    with clinic.reading():
        return list(Offer.objects.select_related("patient", "freed").order_by("pk"))


def freed(clinic):
    with clinic.reading():
        return list(
            FreedTime.objects.select_related("site", "provider", "visit_type").order_by("pk")
        )


def waiting(clinic, first, days, hour=9, minute=0, **wants):
    """Somebody booked later who wants to come sooner."""
    appointment = booked(clinic, person(clinic, first), days, hour, minute)
    wait = operations.want_earlier(appointment, at=now(), by=clinic.role("receptionist"))
    if wants:
        operations.change_wait(wait, wants, by=clinic.role("receptionist"))
    return wait


def fresh(clinic, record):
    with clinic.reading():
        return type(record).objects.get(pk=record.pk)


def test_a_cancelled_time_is_offered_accepted_and_the_visit_moves(clinic, desk):
    wait = waiting(clinic, "Ann", 20)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    old = wait.appointment.starts_at

    cancel(lost, desk)
    assert offers(clinic) == []  # whoever cancels does not wait for it
    work(clinic)

    (offer,) = offers(clinic)
    assert (offer.status, offer.channel, offer.patient.first_name) == ("pending", "email", "Ann")
    assert offer.starts_at == lost.starts_at and offer.was_starts_at == old
    with clinic.reading():
        letter = Message.objects.get(kind="waitlist.offer")
    assert "Friday, November 27, 9:00 AM" in letter.subject
    assert "Follow-up" not in letter.subject + letter.body  # nothing of what the visit is for

    operations.accept_offer(offer, at=now(), by=desk)
    moved = fresh(clinic, wait.appointment)
    assert (moved.starts_at, moved.sequence) == (lost.starts_at, 1)
    assert fresh(clinic, offer).status == "accepted"
    assert fresh(clinic, wait).status == "placed"
    first, second = freed(clinic)
    assert (first.status, first.booked_id) == ("filled", moved.pk)
    assert (second.starts_at, second.depth, second.after_id) == (old, 1, first.pk)
    work(clinic)
    assert freed(clinic)[1].says == "Nobody is on the waitlist."


def test_a_job_that_runs_twice_asks_nobody_twice(clinic, desk):
    waiting(clinic, "Ann", 20)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    (one,) = freed(clinic)
    for _ in range(3):
        jobs.look_for_takers.func(str(clinic.practice.pk), str(one.pk))
    assert len(offers(clinic)) == 1
    with clinic.reading():
        assert Message.objects.filter(kind="waitlist.offer").count() == 1


def test_the_next_are_asked_when_the_first_say_no_or_nothing(clinic, desk, clock):
    operations.save_refill_rule(None, {"most_at_once": 1}, by=clinic.anybody())
    waiting(clinic, "Ann", 20, urgency=3)
    waiting(clinic, "Cy", 21, urgency=2)
    waiting(clinic, "Di", 22)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    assert [one.patient.first_name for one in offers(clinic)] == ["Ann"]

    operations.decline_offer(offers(clinic)[0], at=now(), by=desk)
    work(clinic)
    assert [one.patient.first_name for one in offers(clinic)] == ["Ann", "Cy"]
    clock.move_to(offers(clinic)[1].expires_at + timedelta(seconds=1))
    work(clinic)
    assert [(one.patient.first_name, one.status) for one in offers(clinic)] == [
        ("Ann", "declined"), ("Cy", "expired"), ("Di", "pending"),
    ]  # fmt: skip
    answer = operations.accept_offer(offers(clinic)[1], at=now(), by=desk)
    assert answer.status == "expired"  # too late; they stay on the list
    with clinic.reading():
        assert Wait.objects.get(pk=answer.wait_id).status == "waiting"


def test_two_say_yes_and_one_is_told_kindly_that_it_is_gone(clinic, desk):
    operations.save_refill_rule(None, {"target": 99}, by=clinic.anybody())
    first, second = waiting(clinic, "Ann", 20), waiting(clinic, "Cy", 21)
    cancel(booked(clinic, person(clinic, "Bo"), 2), desk)
    work(clinic)
    cy, ann = sorted(offers(clinic), key=lambda one: one.wait_id == first.pk)
    assert operations.accept_offer(ann, at=now(), by=desk).status == "accepted"
    assert operations.accept_offer(ann, at=now(), by=desk).status == "accepted"  # twice is once
    assert operations.accept_offer(cy, at=now(), by=desk).status == "gone"
    assert fresh(clinic, second).status == "waiting"
    assert fresh(clinic, first).status == "placed"


def test_a_time_booked_meanwhile_is_gone_and_calls_its_offers_off(clinic, desk):
    waiting(clinic, "Ann", 20)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    cancel(lost, desk)
    work(clinic)
    booked(clinic, person(clinic, "Eve"), 4)
    assert operations.accept_offer(offers(clinic)[0], at=now(), by=desk).status == "gone"
    work(clinic)
    assert freed(clinic)[0].status == "taken"


def test_a_time_somebody_holds_on_the_phone_is_not_lost_for_the_patient(clinic, desk):
    waiting(clinic, "Ann", 20)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    cancel(lost, desk)
    work(clinic)
    held = operations.hold(
        clinic.visit_type, clinic.provider, clinic.site, lost.starts_at, now(), by=clinic.anybody()
    )
    with pytest.raises(Refused, match="in five minutes"):
        operations.accept_offer(offers(clinic)[0], at=now(), by=desk)
    operations.release(held, by=clinic.anybody())
    assert operations.accept_offer(offers(clinic)[0], at=now(), by=desk).status == "accepted"


@pytest.mark.parametrize(
    ("wants", "words"),
    [
        ({"part": "afternoon"}, "wants an afternoon"),
        ({"weekdays": [0, 1]}, "can't on this weekday"),
        ({"notice_hours": 200}, "needs more notice"),
        ({"earliest_on": MONDAY + timedelta(days=6)}, "can't come that soon"),
        ({"provider_ids": ["00000000-0000-0000-0000-000000000001"]}, "wants somebody else"),
    ],
)
def test_who_cannot_come_then_is_not_asked_and_the_desk_sees_why(clinic, desk, wants, words):
    waiting(clinic, "Ann", 20, **wants)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    assert offers(clinic) == []
    (one,) = freed(clinic)
    assert (one.status, one.says) == ("ended", "Nobody on the waitlist fits.")
    with clinic.reading():
        assert [row.refused for row in queries.run_of(one, now()).refused] == [words]


def test_fairness_nobody_gets_more_offers_than_the_rule_allows(clinic, desk):
    operations.save_refill_rule(None, {"offers_most": 2, "offers_days": 14}, by=clinic.anybody())
    waiting(clinic, "Ann", 30)
    for day in (4, 7, 8):
        cancel(booked(clinic, person(clinic, f"Bo{day}"), day), desk)
        work(clinic)
        for offer in offers(clinic):
            operations.decline_offer(offer, at=now(), by=desk)
    assert len(offers(clinic)) == 2


def test_a_new_patients_time_stays_one(clinic, desk):
    with clinic.writing():
        first_visit = VisitType.objects.create(
            name="New", code="new", minutes=20, is_new_patient=True
        )
    waiting(clinic, "Ann", 20)
    starts_at = at_wall(clinic.site, MONDAY + timedelta(days=7), time(9))
    lost = operations.book(
        person(clinic, "Bo"), first_visit, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    cancel(lost, desk)
    work(clinic)
    assert offers(clinic) == []
    wait = operations.join_waitlist(
        person(clinic, "Cy"), first_visit, at=now(), by=desk, notice_hours=2
    )
    operations.offer_again(freed(clinic)[0], at=now(), by=desk)
    work(clinic)
    (offer,) = offers(clinic)
    assert offer.wait_id == wait.pk
    operations.accept_offer(offer, at=now(), by=desk)
    with clinic.reading():
        assert Appointment.objects.get(patient=offer.patient).visit_type_id == first_visit.pk


def test_what_a_shorter_visit_leaves_over_is_offered_too(clinic, desk):
    with clinic.writing():
        long = VisitType.objects.create(name="Physical", code="physical", minutes=40)
    wait = waiting(clinic, "Ann", 20)
    starts_at = at_wall(clinic.site, MONDAY + timedelta(days=7), time(9))
    lost = operations.book(
        person(clinic, "Bo"), long, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    cancel(lost, desk)
    work(clinic)
    operations.accept_offer(offers(clinic)[0], at=now(), by=desk)
    rest = next(one for one in freed(clinic) if one.because == "left_over")
    assert (rest.starts_at, rest.minutes) == (starts_at + timedelta(minutes=20), 20)
    assert fresh(clinic, wait).moves == 1


def test_a_cascade_ends_where_the_rule_says(clinic, desk):
    operations.save_refill_rule(None, {"cascades": 1}, by=clinic.anybody())
    waiting(clinic, "Ann", 10, urgency=3)
    waiting(clinic, "Cy", 20, urgency=2)
    waiting(clinic, "Di", 30)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    for _ in range(3):
        work(clinic)
        for offer in offers(clinic):
            if offer.is_open:
                operations.accept_offer(offer, at=now(), by=desk)
                break
    held = freed(clinic)
    assert [one.depth for one in held] == [0, 1, 2]
    assert [one.status for one in held] == ["filled", "filled", "ended"]
    assert held[2].says == "Enough visits were moved for one cancellation."


def test_the_desk_is_asked_first_where_the_practice_wants_it(clinic, clock):
    by = clinic.role("scheduler")
    wait = waiting(clinic, "Ann", 20)
    cancel(booked(clinic, person(clinic, "Bo"), 4), by)
    work(clinic)
    (one,) = freed(clinic)
    assert one.status == "proposed"  # a practice that said nothing is asked
    with clinic.reading():
        item = WorkItem.objects.get(kind="scheduling.freed_time")
    assert (item.pool, item.status) == ("scheduler", "open")
    operations.offer_to(one, [wait.pk], at=now(), by=by)
    assert [offer.status for offer in offers(clinic)] == ["pending"]
    assert fresh(clinic, item).status == "done"


def test_a_caller_gets_the_time_by_phone_and_a_kept_time_is_offered_to_nobody(clinic, desk):
    wait = waiting(clinic, "Ann", 20, part="afternoon")
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    one = operations.keep_freed(freed(clinic)[0], kept_for="Mrs Roe, calls back", at=now(), by=desk)
    work(clinic)
    assert offers(clinic) == []
    moved = operations.place(one, wait, at=now(), by=desk)
    assert moved.starts_at == one.starts_at
    (offer,) = offers(clinic)
    assert (offer.status, offer.channel, offer.answered_by) == ("accepted", "voice", "Maria")
    with pytest.raises(Taken):
        operations.place(one, wait, at=now(), by=desk)


def test_whoever_has_no_address_is_called(clinic, desk):
    waiting(clinic, "Ann", 20)
    with clinic.writing():
        wait = Wait.objects.get()
        patient = wait.patient
        patient.email, patient.preferred_channel = "", "voice"
        patient.save()
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    (offer,) = offers(clinic)
    assert offer.channel == "voice"
    with clinic.reading():
        item = WorkItem.objects.get(kind="scheduling.call_about_time")
    assert "Call Ann Lee" in item.title and item.due_at == offer.expires_at
    operations.accept_offer(offer, at=now(), by=desk)
    assert fresh(clinic, item).status == "done"


def test_whoever_wants_no_more_offers_stays_on_the_list(clinic, desk):
    wait = waiting(clinic, "Ann", 20)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    work(clinic)
    assert operations.stop_offers(offers(clinic)[0], at=now(), by=desk).status == "opted_out"
    held = fresh(clinic, wait)
    assert (held.status, held.takes_offers) == ("waiting", False)
    cancel(booked(clinic, person(clinic, "Cy"), 5), desk)
    work(clinic)
    assert len(offers(clinic)) == 1


def test_a_cancelled_visit_settles_its_wait(clinic, desk):
    mine, theirs = waiting(clinic, "Ann", 20), waiting(clinic, "Cy", 21)
    cancel(mine.appointment, desk)
    cancel(theirs.appointment, desk, whose="practice")
    assert fresh(clinic, mine).status == "left"
    held = fresh(clinic, theirs)
    assert (held.status, held.appointment_id) == ("waiting", None)  # they still need a time


def test_what_was_lost_is_done_by_the_tidying(clinic, desk, clock):
    wait = waiting(clinic, "Ann", 20)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    DBTaskResult.objects.all().delete()  # a database put back from a backup has no jobs
    assert jobs.tidy_waitlist.func(str(clinic.practice.pk)) == 1
    work(clinic)
    assert len(offers(clinic)) == 1
    clock.move_to(wait.appointment.starts_at + timedelta(minutes=1))
    jobs.tidy_waitlist.func(str(clinic.practice.pk))
    assert fresh(clinic, wait).ended_because == "The visit has come."
    assert freed(clinic)[0].says == "The time has passed."


def test_nobody_is_written_to_at_night(clinic, desk, clock):
    waiting(clinic, "Ann", 20)
    lost = booked(clinic, person(clinic, "Bo"), 4)
    clock.move_to(at_wall(clinic.site, MONDAY, time(21)))
    cancel(lost, desk)
    work(clinic)
    assert offers(clinic) == []
    assert freed(clinic)[0].look_at == at_wall(clinic.site, TUESDAY, time(8))
    clock.move_to(at_wall(clinic.site, TUESDAY, time(8)))
    work(clinic)
    assert len(offers(clinic)) == 1


def test_too_close_to_the_visit_nobody_is_asked(clinic, desk):
    waiting(clinic, "Ann", 20, notice_hours=0)
    starts_at = now() + timedelta(hours=3)
    lost = operations.book(
        person(clinic, "Bo"), clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip
    cancel(lost, desk)
    work(clinic)
    assert freed(clinic)[0].says == "It is too close to the visit to ask anybody."


def test_nothing_is_noted_where_times_are_not_offered(clinic, desk):
    operations.save_refill_rule(clinic.visit_type, {"mode": "off"}, by=clinic.anybody())
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    assert freed(clinic) == []


def test_who_may(clinic, desk):
    wait = waiting(clinic, "Ann", 20)
    with pytest.raises(NotPermitted):
        operations.leave_waitlist(wait, because="x", at=now(), by=clinic.role("biller"))
    with pytest.raises(NotPermitted):
        operations.save_refill_rule(None, {"mode": "off"}, by=desk)
    gone = booked(clinic, person(clinic, "Bo"), 4)
    cancel(gone, desk)
    with pytest.raises(Refused, match="still to come"):
        operations.want_earlier(gone, at=now(), by=desk)


def test_wrong_wishes_are_refused_in_words(clinic, desk):
    with pytest.raises(Refused, match="latest day lies before"):
        waiting(clinic, "Ann", 20, earliest_on=TUESDAY, latest_on=MONDAY)
    with pytest.raises(Refused, match="seven days"):
        waiting(clinic, "Cy", 21, weekdays=[9])
    with pytest.raises(Refused, match="between 1 and 99"):
        operations.save_refill_rule(None, {"target": 0}, by=clinic.anybody())


def test_the_list_says_who_could_be_placed_now(clinic, desk):
    waiting(clinic, "Ann", 20)
    waiting(clinic, "Cy", 21, weekdays=[5], part="afternoon")
    with clinic.reading():
        held = queries.on_the_list()
        rows = queries.lines(held, now())
        first = {row.wait.patient.first_name: row.fit.starts_at for row in rows}
        assert first["Cy"] == at_wall(clinic.site, date(2026, 11, 28), time(12))
        assert first["Ann"] < first["Cy"]


def test_the_same_queries_for_two_waiting_and_for_twenty(clinic, desk):
    def asked():
        for _ in range(2):  # what shapes time is remembered from the first on
            with clinic.reading(), CaptureQueriesContext(connection) as made:
                queries.lines(queries.on_the_list(), now())
            with clinic.reading(), CaptureQueriesContext(connection) as ran:
                queries.run_of(FreedTime.objects.get(), now())
        return len(made), len(ran)

    for number in range(2):
        waiting(clinic, f"Ann{number}", 20, hour=9 + number)
    cancel(booked(clinic, person(clinic, "Bo"), 4), desk)
    few = asked()
    for number in range(18):
        waiting(clinic, f"Cy{number}", 21 + number)
    assert asked() == few


@pytest.mark.parametrize(("minutes", "is_asked"), [(20, True), (40, False)])
def test_a_visit_that_was_made_longer_is_offered_only_what_is_long_enough(
    clinic, desk, minutes, is_asked
):
    wait = waiting(clinic, "Ann", 20)
    operations.change_length(wait.appointment, minutes, at=now(), by=clinic.anybody())
    lost = booked(clinic, person(clinic, "Bo"), 4)
    booked(clinic, person(clinic, "Cy"), 4, minute=20)
    cancel(lost, desk)
    work(clinic)
    assert bool(offers(clinic)) == is_asked
