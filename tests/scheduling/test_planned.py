"""Planned visits and recalls: on the list when due, booked once, asked again, ended in time."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connections

from frontdesk.comms.models import Message
from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.people.models import ChannelConsent, Patient
from frontdesk.practice.models import Closure
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import planned as jobs
from frontdesk.scheduling.models import (
    Appointment,
    Bump,
    PlannedVisit,
    RecallRule,
    RecurringOff,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.queries import planned as queries
from frontdesk.scheduling.queries import recall
from tests.scheduling.test_race import several_connections

__all__ = ["several_connections"]

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _monday_morning(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(7)), tick=False) as clock:
        clinic.clock = clock
        yield


def wall(clinic, hour, minute=0, day=MONDAY):
    return at_wall(clinic.site, day, time(hour, minute))


def plan(clinic, patient=None, *, weeks=0, **more):
    return operations.plan_visit(
        patient or clinic.patient(), clinic.visit_type, due_on=MONDAY + timedelta(weeks=weeks),
        at=now(), by=clinic.role("provider"), **more,
    )  # fmt: skip


def place(clinic, starts_at):
    return {"starts_at": starts_at, "provider": clinic.provider, "site": clinic.site}


def book(clinic, patient, starts_at, **more):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(), **more,
    )  # fmt: skip


def due(clinic, **more):
    with clinic.reading():
        rows = queries.work_list(**{"is_recall": False, "on": MONDAY, "at": now()} | more)
        return [one.pk for one in rows]


def fresh(clinic, record):
    with clinic.reading():
        return type(record).objects.get(pk=record.pk)


def kept(clinic, patient, on):
    with clinic.writing():
        return Appointment.objects.create(
            site=clinic.site, provider=clinic.provider, patient=patient,
            visit_type=clinic.visit_type, starts_at=wall(clinic, 9, day=on),
            ends_at=wall(clinic, 9, 20, day=on), booked_at=wall(clinic, 9, day=on),
            booked_by="Maria", status="fulfilled",
        )  # fmt: skip


def annual(clinic, **more):
    said = {"name": "Annual physical", "visit_type": clinic.visit_type, "months": 12}
    return operations.save_recall_rule(None, said | more, by=clinic.role("manager"))


def fill(clinic):
    return operations.fill_recalls(at=now(), by=clinic.anybody())


# Planned


def test_a_visit_in_six_weeks_enters_the_list_two_weeks_before_its_first_good_day(clinic):
    planned = plan(clinic, weeks=6, source="order")
    assert planned.list_on == MONDAY + timedelta(weeks=6, days=-21)
    assert due(clinic) == []
    assert due(clinic, show="later") == [planned.pk]
    assert due(clinic, on=planned.list_on) == [planned.pk]
    overdue = planned.until_on + timedelta(days=1)
    assert due(clinic, show="overdue", on=planned.until_on) == []
    assert due(clinic, show="overdue", on=overdue) == [planned.pk]


def test_it_is_booked_once_and_the_second_is_told_so(clinic):
    planned = plan(clinic, source="order", because="Recheck pressure")
    booked = operations.book_planned(
        planned, **place(clinic, wall(clinic, 9)), at=now(), by=clinic.role("receptionist")
    )
    assert booked.reason == "Recheck pressure"
    assert fresh(clinic, planned).appointment_id == booked.pk
    with pytest.raises(Refused, match="booked already: Mon, Nov 23"):
        operations.book_planned(
            planned, **place(clinic, wall(clinic, 10)), at=now(), by=clinic.anybody()
        )


def test_booking_by_the_ordinary_way_settles_it_and_cancelling_brings_it_back(clinic):
    ann = clinic.patient()
    soon, later = plan(clinic, ann), plan(clinic, ann, weeks=26)
    booked = book(clinic, ann, wall(clinic, 9))
    assert fresh(clinic, soon).status == "booked"
    assert fresh(clinic, later).status == "open"  # in half a year is another visit
    operations.cancel(booked, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    assert fresh(clinic, soon).status == "open"


def test_a_taken_time_leaves_it_on_the_list(clinic):
    planned = plan(clinic)
    book(clinic, clinic.patient("Bo", "Reyes"), wall(clinic, 9))
    with pytest.raises(Refused):
        operations.book_planned(
            planned, **place(clinic, wall(clinic, 9)), at=now(), by=clinic.anybody()
        )
    assert fresh(clinic, planned).status == "open"


def test_declined_ended_later_and_back(clinic):
    planned = plan(clinic)
    by = clinic.role("receptionist")
    assert operations.note_planned_call(planned, at=now(), by=by).calls == 1
    operations.ask_later(planned, on=MONDAY + timedelta(days=30), at=now(), by=by)
    assert due(clinic) == []
    operations.decline_planned(planned, at=now(), by=by)
    assert fresh(clinic, planned).ended_because == "Declined"
    with pytest.raises(Refused, match="not on the list"):
        operations.note_planned_call(planned, at=now(), by=by)
    operations.plan_again(planned, by=by)
    assert fresh(clinic, planned).status == "open"
    with pytest.raises(Refused, match="Say why"):
        operations.end_planned(planned, because=" ", at=now(), by=by)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"weeks": -3}, "past"),
        ({"weeks": 400}, "five years"),
        ({"from_on": MONDAY + timedelta(days=3)}, "in order"),
        ({"until_on": MONDAY - timedelta(days=1)}, "in order"),
    ],
)
def test_days_that_make_no_sense_are_refused(clinic, said, words):
    with pytest.raises(Refused, match=words):
        plan(clinic, **said)


def test_nobody_plans_for_a_chart_that_is_not_in_use_or_without_the_right(clinic):
    with pytest.raises(Refused, match="not in use"):
        plan(clinic, clinic.patient(status=Patient.Status.DECEASED))
    with pytest.raises(NotPermitted):
        operations.plan_visit(
            clinic.patient(), clinic.visit_type, due_on=MONDAY, at=now(), by=clinic.role("biller")
        )


def test_who_missed_a_visit_is_offered_another_and_coming_late_takes_it_back(clinic):
    missed = book(clinic, clinic.patient(), wall(clinic, 8))
    clinic.clock.move_to(wall(clinic, 9))
    operations.no_show(missed, at=now(), by=clinic.anybody())
    with clinic.reading():
        planned = PlannedVisit.objects.get()
    assert (planned.source, planned.due_on, due(clinic)) == ("missed", MONDAY, [planned.pk])
    operations.arrive(missed, at=now(), by=clinic.anybody())
    assert fresh(clinic, planned).status == "ended"


def test_who_misses_a_visit_and_has_another_is_not_listed(clinic):
    ann = clinic.patient()
    missed = book(clinic, ann, wall(clinic, 8))
    book(clinic, ann, wall(clinic, 8, day=MONDAY + timedelta(days=3)))
    clinic.clock.move_to(wall(clinic, 9))
    operations.no_show(missed, at=now(), by=clinic.anybody())
    assert due(clinic) == []


def test_who_cancels_and_wants_another_time_is_listed(clinic):
    gone = book(clinic, clinic.patient(), wall(clinic, 8))
    operations.cancel_following(
        gone, because="Ill", whose="patient", again=True, at=now(), by=clinic.anybody()
    )
    with clinic.reading():
        assert PlannedVisit.objects.get().source == "cancelled"


def test_the_times_shown_lie_within_the_good_days_and_near_the_best(clinic):
    planned = plan(clinic, weeks=6, source="order", provider=clinic.provider)
    with clinic.reading():
        found = queries.times_for_planned(planned, clinic.site, now())
    days = [one.starts_at.date() for one in found.openings]
    assert all(planned.from_on <= day <= planned.until_on for day in days)
    assert planned.due_on in days


def test_the_list_asks_the_same_questions_for_one_and_for_many(clinic, django_assert_num_queries):
    for number in range(3):
        plan(clinic, clinic.patient(f"A{number}"))
    with clinic.reading(), django_assert_num_queries(1):
        rows = queries.work_list(is_recall=False, on=MONDAY, at=now())
        assert {one.visit_type.name for one in rows if one.patient.name} == {"Follow-up"}


@pytest.mark.django_db(transaction=True)
def test_sixteen_book_one_planned_visit_and_one_does(several_connections, clinic):
    planned = plan(clinic)
    by = clinic.role("receptionist")
    gate = Barrier(16)

    def attempt(number):
        try:
            gate.wait(timeout=60)
            operations.book_planned(
                planned, **place(clinic, wall(clinic, 9 + number % 8)), at=now(), by=by
            )
        except Refused as refusal:
            return "told" if "booked already" in str(refusal) else str(refusal)
        finally:
            connections.close_all()
        return "booked"

    several_connections()
    with ThreadPoolExecutor(16) as pool:
        came = Counter(pool.map(attempt, range(16)))
    assert came == {"booked": 1, "told": 15}


# Recall


def test_a_year_after_the_last_physical_one_is_due_four_weeks_before(clinic):
    ann, bo, cy = clinic.patient(), clinic.patient("Bo"), clinic.patient("Cy")
    kept(clinic, ann, MONDAY - timedelta(days=365 - 20))
    kept(clinic, bo, MONDAY - timedelta(days=365 - 60))
    kept(clinic, cy, MONDAY - timedelta(days=365 - 20))
    book(clinic, cy, wall(clinic, 9, day=MONDAY + timedelta(days=9)))
    annual(clinic)
    assert fill(clinic) == 1
    assert fill(clinic) == 0
    with clinic.reading():
        entry = PlannedVisit.objects.get()
    assert entry.patient_id == ann.pk
    assert entry.due_on == MONDAY + timedelta(days=20)
    assert due(clinic, is_recall=True) == [entry.pk]
    assert due(clinic) == []


def test_age_sex_and_who_never_had_one(clinic):
    young = clinic.patient("Young", birth_date=date(2000, 1, 1), registered_on=date(2020, 1, 1))
    old = clinic.patient("Old", birth_date=date(1950, 1, 1), registered_on=date(2020, 1, 1))
    man = clinic.patient("Man", birth_date=date(1950, 1, 1), sex="M", registered_on=MONDAY)
    annual(clinic, name="A", from_age=50, never_too=True, sex="F")
    annual(clinic, name="B")
    assert fill(clinic) == 1
    with clinic.reading():
        assert PlannedVisit.objects.get().patient_id == old.pk
    assert young.pk != man.pk


def test_another_type_that_counts_starts_the_clock_again_and_settles_it(clinic):
    ann = clinic.patient()
    kept(clinic, ann, MONDAY - timedelta(days=370))
    with clinic.writing():
        checkup = VisitType.objects.create(name="Check-up", code="checkup", minutes=20)
    annual(clinic, counts=[str(checkup.pk)])
    assert fill(clinic) == 1
    operations.book(
        ann, checkup, clinic.provider, clinic.site, wall(clinic, 9), now(), by=clinic.anybody()
    )
    with clinic.reading():
        assert PlannedVisit.objects.get().status == "booked"


def test_who_declines_is_not_asked_in_this_round_again(clinic):
    ann = clinic.patient()
    kept(clinic, ann, MONDAY - timedelta(days=370))
    annual(clinic)
    fill(clinic)
    with clinic.reading():
        entry = PlannedVisit.objects.get()
    operations.decline_planned(entry, at=now(), by=clinic.anybody())
    assert fill(clinic) == 0


@pytest.mark.parametrize("status", ["deceased", "inactive"])
def test_who_died_or_moved_away_is_off_the_list_at_once_and_ended_at_night(clinic, status):
    ann = clinic.patient()
    planned = plan(clinic, ann)
    with clinic.writing():
        ann.status = status
        ann.save()
    assert due(clinic) == []
    assert operations.tidy_planned(at=now(), by=clinic.anybody()) == 1
    assert fresh(clinic, planned).status == "ended"
    with pytest.raises(Refused, match="not in use"):
        operations.plan_again(planned, by=clinic.anybody())


def test_what_was_planned_for_a_merged_chart_goes_on_with_the_one_that_is_kept(clinic):
    kept_chart, twin = clinic.patient(), clinic.patient("Anne")
    planned = plan(clinic, twin)
    with clinic.writing():
        twin.status, twin.merged_into = "merged", kept_chart
        twin.save()
    operations.tidy_planned(at=now(), by=clinic.anybody())
    with clinic.reading():
        again = PlannedVisit.objects.get(pk=planned.pk)
    assert (again.status, again.patient_id) == ("open", kept_chart.pk)


def test_patients_are_written_to_as_often_as_the_rule_says(clinic):
    ann = clinic.patient(email="ann@example.com")
    with clinic.writing():
        ChannelConsent.objects.create(
            patient=ann, channel="email", is_given=True, said_at=now(), how="form"
        )
    kept(clinic, ann, MONDAY - timedelta(days=370))
    annual(clinic, tells=True, tell_days=14, most_told=2)
    counts = []
    for days in (0, 0, 7, 14, 28):
        clinic.clock.move_to(wall(clinic, 10, day=MONDAY + timedelta(days=days)))
        jobs.keep_recalls.func(str(clinic.practice.pk))
        with clinic.reading():
            counts.append(Message.objects.count())
    assert counts == [1, 1, 1, 2, 2]
    with clinic.reading():
        body = Message.objects.first().body
    assert clinic.visit_type.name not in body
    assert "(614) 555-0100" in body or "555" in body


def test_somebody_who_agreed_to_nothing_is_not_written_to(clinic):
    assert operations.tell_due(plan(clinic), at=now(), by=clinic.role("receptionist")) is None


def test_a_rule_switched_off_takes_its_open_entries_along(clinic):
    kept(clinic, clinic.patient(), MONDAY - timedelta(days=370))
    rule = annual(clinic)
    fill(clinic)
    operations.save_recall_rule(rule, {"is_active": False}, by=clinic.role("manager"))
    with clinic.reading():
        assert PlannedVisit.objects.get().status == "ended"


@pytest.mark.parametrize("said", [{"months": 0}, {"months": 500}, {"from_age": 60, "to_age": 50}])
def test_rules_that_make_no_sense_are_refused(clinic, said):
    with pytest.raises(Refused):
        annual(clinic, **said)
    with clinic.reading():
        assert not RecallRule.objects.exists()


# Reasons and visits that are given up


def test_the_practices_own_reasons_replace_the_usual_ones(clinic):
    with clinic.reading():
        assert "No transport" in recall.reasons()
    operations.save_cancel_reason(None, {"words": "Snow"}, by=clinic.role("manager"))
    with clinic.reading():
        assert recall.reasons() == ["Snow"]
    with pytest.raises(Refused, match="already"):
        operations.save_cancel_reason(None, {"words": " Snow "}, by=clinic.role("manager"))


def test_a_provider_who_leaves_gives_up_visits_that_are_booked_anew_with_one_key(clinic):
    rows = [book(clinic, clinic.patient(n), wall(clinic, 9 + i)) for i, n in enumerate("AB")]
    by = clinic.role("receptionist")
    given = operations.bump_several(rows, because="Leaves", at=now(), by=by)
    assert [fresh(clinic, one).status for one in rows] == ["cancelled", "cancelled"]
    booked = operations.book_bumped(given[0], **place(clinic, wall(clinic, 14)), at=now(), by=by)
    assert fresh(clinic, given[0]).new_appointment_id == booked.pk
    with pytest.raises(Refused, match="no call any more"):
        operations.book_bumped(given[0], **place(clinic, wall(clinic, 15)), at=now(), by=by)
    with clinic.reading():
        assert Bump.objects.filter(status="to_call").count() == 1
    with pytest.raises(Refused, match="Say why"):
        operations.bump_several(rows, because=" ", at=now(), by=by)


def test_visits_that_were_given_up_are_booked_again_where_their_time_is_free(clinic):
    rows = [book(clinic, clinic.patient(n), wall(clinic, 9 + i)) for i, n in enumerate("ABC")]
    by, at = clinic.role("scheduler"), now()
    given = operations.bump_several(rows, because="Away", at=at, by=by)
    book(clinic, clinic.patient("Bo"), wall(clinic, 10))  # B's time has gone meanwhile
    operations.give_up(given[2], at=now(), by=by)
    taken = operations.unbump(given, at=now(), by=by)
    assert [one.pk for one in taken.back] == [given[0].pk]
    ((stayed, why),) = taken.stayed
    assert stayed.pk == given[1].pk and why
    assert [fresh(clinic, one).status for one in rows] == ["booked", "cancelled", "cancelled"]
    assert [fresh(clinic, one).status for one in given] == ["rebooked", "to_call", "dropped"]
    assert operations.unbump(given[:1], at=now(), by=by).back == []  # asked twice, done once


@pytest.mark.parametrize("kind", ["once", "again", "closed"])
def test_all_who_are_booked_while_somebody_is_away_go_onto_the_call_list(clinic, client, kind):
    client.force_login(clinic.member("manager").user)
    book(clinic, clinic.patient("A"), wall(clinic, 9))
    book(clinic, clinic.patient("B"), wall(clinic, 10))
    with clinic.writing():
        said = {"resource_kind": "provider", "resource_id": clinic.provider.pk, "because": "Ill"}
        if kind == "once":
            off = TimeOff.objects.create(
                **said, starts_at=wall(clinic, 8), ends_at=wall(clinic, 12)
            )
        elif kind == "again":
            off = RecurringOff.objects.create(
                **said, site=clinic.site, weekday=0, starts=time(8), ends=time(12), from_on=MONDAY
            )
        else:
            off = Closure.objects.create(site=clinic.site, on=MONDAY, because="Snow")
    answer = client.post(f"/schedule/time-off/{off.pk}/give-up/", headers={"HX-Request": "true"})
    told = json.loads(answer.headers["HX-Trigger"])["toast"]["list"][0]
    assert told["text"] == "2 patients to call"
    with clinic.reading():
        assert Bump.objects.filter(status="to_call").count() == 2
    answer = client.post(told["undo"], headers={"HX-Request": "true"})
    assert "2 visits booked again" in answer.headers["HX-Trigger"]
    with clinic.reading():
        assert Appointment.objects.filter(status="booked").count() == 2
        assert not Bump.objects.filter(status="to_call").exists()
    assert client.post("/schedule/to-call/back/?since=x").status_code < 500
    assert client.post(f"/schedule/time-off/{clinic.site.pk}/give-up/").status_code == 404
