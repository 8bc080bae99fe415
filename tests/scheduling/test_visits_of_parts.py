"""Visits of several parts: waiting, one room, buffers, interpreters, seats, and what overrides."""

from collections import Counter
from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from frontdesk.core.clock import at_wall
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.practice.models import Device, Hours, Interpreter, Room, Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import (
    Appointment,
    GroupVisit,
    Occupancy,
    Override,
    Phase,
    Preference,
    Seat,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.operations import Taken
from frontdesk.scheduling.queries import conflicts
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.staff.models import Provider

TUESDAY = date(2026, 11, 24)
AT = datetime.fromisoformat("2026-11-20T15:00:00+00:00")


@pytest.fixture
def nine(clinic):
    return at_wall(clinic.site, TUESDAY, time(9))


def kind_of(clinic, *phases, **more):
    """A visit type of these phases: role, first minute, minutes, and more."""
    with clinic.writing():
        kind = VisitType.objects.create(**{"name": "Scan", "code": "scan", "minutes": 40, **more})
        for role, after, minutes, said in phases:
            Phase.objects.create(
                visit_type=kind, role=role, starts_after=after, minutes=minutes, **said
            )
    return kind


def book(clinic, kind, starts_at, **more):
    said = {"patient": more.pop("patient", None) or clinic.patient(), "at": AT}
    return operations.book(
        visit_type=kind, provider=more.pop("provider", clinic.provider), site=clinic.site,
        starts_at=starts_at, by=more.pop("by", clinic.actor("scheduling.book")),
        **{**said, **more},
    )  # fmt: skip


def beside(clinic, kind, starts_at, because="It can't wait", **more):
    return operations.double_book(
        more.pop("patient", None) or clinic.patient(), kind, clinic.provider, clinic.site,
        starts_at, AT, because=because, by=more.pop("by", clinic.actor("scheduling.override")),
    )  # fmt: skip


def minutes(clinic, nine, **which):
    """What is taken, in minutes after nine."""
    with clinic.reading():
        rows = Occupancy.objects.filter(is_active=True, **which)
        return sorted(
            (
                row.resource_kind,
                int((row.starts_at - nine).total_seconds()) // 60,
                int((row.ends_at - nine).total_seconds()) // 60,
            )
            for row in rows
        )


def block(clinic, key, starts_at, length):
    with clinic.writing():
        Occupancy.objects.create(
            resource_kind="device", resource_id=key, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=length),
        )  # fmt: skip


def test_a_phase_waits_a_little_and_its_room_is_kept(clinic, nine):
    with clinic.writing():
        sono = Device.objects.create(site=clinic.site, name="Sono", kind="ultrasound")
    kind = kind_of(
        clinic,
        ("provider", 0, 15, {}),
        ("device", 15, 15, {"may_wait": 10}),
        ("room", 0, 30, {}),
        ("room", 30, 5, {}),  # cleaning
        minutes=30,
    )
    block(clinic, sono.pk, nine, 20)

    visit = book(clinic, kind, nine)

    assert visit.ends_at == nine + timedelta(minutes=35)
    assert minutes(clinic, nine, appointment=visit) == [
        ("device", 20, 35),
        ("provider", 0, 15),
        ("room", 0, 40),
    ]
    block(clinic, sono.pk, nine + timedelta(hours=1), 30)
    with pytest.raises(Taken, match="Sono is taken until"):
        book(clinic, kind, nine + timedelta(hours=1))  # it would have to wait for 15 minutes


def test_a_buffer_keeps_others_away_and_may_lie_outside_the_hours(clinic, nine):
    kind = kind_of(clinic, ("provider", 0, 20, {}), minutes=20, buffer_before=10, buffer_after=15)
    visit = book(clinic, kind, nine)
    assert minutes(clinic, nine, appointment=visit) == [("provider", -10, 35)]
    with pytest.raises(Taken, match=r"Dr\. Okafor is taken until 9:35 AM"):
        book(clinic, clinic.visit_type, nine + timedelta(minutes=20))
    assert book(clinic, clinic.visit_type, nine + timedelta(minutes=35))
    with pytest.raises(Taken, match="keeps 10 minutes before and 15 after free around Scan"):
        book(clinic, kind, nine + timedelta(minutes=60))
    assert book(clinic, kind, at_wall(clinic.site, TUESDAY, time(8)))  # the buffer before opening
    late = beside(clinic, kind, nine + timedelta(minutes=60))
    with clinic.reading():
        assert [one.kind for one in late.overrides.all()] == ["buffer"]


def test_skills_and_named_people_are_asked_for(clinic, nine):
    sam, pat = clinic.member("assistant"), clinic.member("assistant", "receptionist")
    with clinic.writing():
        pat.skills = ["Phlebotomy"]
        pat.save()
        reyes = Provider.objects.create(
            first_name="Bo", last_name="Reyes", npi="1679576722", site=clinic.site
        )
        Session.objects.create(
            provider=reyes, site=clinic.site, weekday=1, starts=time(9), ends=time(10),
            from_on=TUESDAY,
        )  # fmt: skip
    draw = kind_of(
        clinic,
        ("provider", 0, 20, {}),
        ("provider", 10, 10, {"named_id": reyes.pk}),
        ("assistant", 0, 20, {"skill": "phlebotomy"}),
        minutes=20,
    )
    visit = book(clinic, draw, nine)
    with clinic.reading():
        held = {row.resource_id for row in Occupancy.objects.filter(appointment=visit)}
    assert held == {clinic.provider.pk, reyes.pk, pat.pk}
    assert sam.pk not in held
    with pytest.raises(Taken, match=r"No assistant|is taken until"):
        book(clinic, draw, nine + timedelta(minutes=10))
    with pytest.raises(Taken, match=r"B\. Reyes"):
        book(clinic, draw, nine + timedelta(hours=2))


def test_an_interpreter_who_knows_the_language_comes_along(clinic, nine):
    with clinic.writing():
        Interpreter.objects.create(name="Ana", languages=["fr"])
        iris = Interpreter.objects.create(name="Iris", languages=["es"])
    rosa, juan = (
        clinic.patient(name, language="es", needs_interpreter=True) for name in ("Rosa", "Juan")
    )
    first = book(clinic, clinic.visit_type, nine, patient=rosa)
    with clinic.reading():
        rows = Occupancy.objects.filter(appointment=first, resource_kind="interpreter")
        assert [row.resource_id for row in rows] == [iris.pk]
    other = clinic.patient("Olga", language="ru", needs_interpreter=True)
    assert book(clinic, clinic.visit_type, nine + timedelta(hours=1), patient=other)
    block(clinic, iris.pk, nine + timedelta(hours=2), 20)
    with pytest.raises(Taken, match=r"Iris is taken until|No interpreter"):
        book(clinic, clinic.visit_type, nine + timedelta(hours=2), patient=juan)
    assert book(clinic, clinic.visit_type, nine + timedelta(hours=2))  # who needs none
    with clinic.reading():
        found = queries.openings(
            clinic.visit_type, from_on=TUESDAY, days=1, limit=50, at=AT, patient=rosa
        )
    starts = [one.starts_at for one in found]
    assert nine not in starts
    assert nine + timedelta(hours=2) not in starts
    assert "Iris" in found[0].also


def test_notice_is_asked_for_and_can_be_overridden(clinic, nine):
    kind = kind_of(clinic, ("provider", 0, 20, {}), minutes=20, notice_hours=48)
    soon = nine - timedelta(hours=47)
    with pytest.raises(Refused, match="Scan is booked 2 days ahead at least"):
        book(clinic, kind, nine, at=soon)
    with pytest.raises(Refused, match="2 days ahead"):
        operations.hold(
            kind, clinic.provider, clinic.site, nine, soon, by=clinic.actor("scheduling.hold")
        )
    with clinic.reading():
        found = queries.openings(kind, from_on=TUESDAY, days=1, at=soon)
        assert found[0].starts_at == soon + timedelta(hours=48)
    late = operations.double_book(
        clinic.patient(), kind, clinic.provider, clinic.site, nine, soon, because="Fever",
        by=clinic.actor("scheduling.override"),
    )  # fmt: skip
    with clinic.reading():
        assert [one.kind for one in late.overrides.all()] == ["notice"]


def test_every_rule_gone_against_is_remembered_and_counted(clinic, nine):
    with clinic.writing():
        Preference.objects.create(
            provider=clinic.provider, kind="not_after", starts=time(9), weekdays=[1]
        )
    with pytest.raises(NotPermitted):
        beside(clinic, clinic.visit_type, nine, by=clinic.actor("scheduling.book"))
    with pytest.raises(Taken):
        book(clinic, clinic.visit_type, nine)
    first = beside(clinic, clinic.visit_type, nine)
    second = beside(clinic, clinic.visit_type, nine)
    at_night = beside(
        clinic, clinic.visit_type, at_wall(clinic.site, TUESDAY, time(20)), because="Fever"
    )
    with clinic.reading():
        kinds = {
            v: sorted(one.kind for one in v.overrides.all()) for v in (first, second, at_night)
        }
        counted = queries.overrides(AT, AT + timedelta(days=1))
    assert kinds == {
        first: ["preference"],
        second: ["preference", "taken"],
        at_night: ["closed", "hours", "preference"],
    }
    assert {one.name: one.times for one in counted.by_reason} == {"It can't wait": 3, "Fever": 3}
    assert {one.name: one.times for one in counted.by_person} == {"Maria": 6}
    assert counted.by_kind[0].name == "Against a preference of the provider"
    words = {row.words for row in counted.rows}
    assert "Dr. Okafor is taken until 9:20 AM." in words


@pytest.fixture
def group(clinic):
    with clinic.writing():
        Room.objects.create(site=clinic.site, name="Hall", kind="group")
    return kind_of(clinic, ("provider", 0, 40, {}), ("room", 0, 40, {"kind": "group"}), capacity=3)


def test_a_group_takes_its_time_once_and_seats_as_many_as_fit(clinic, group, nine):
    visits = [book(clinic, group, nine) for _ in range(3)]
    assert {one.room.name for one in visits} == {"Hall"}
    assert minutes(clinic, nine) == [("provider", 0, 40), ("room", 0, 40)]
    with pytest.raises(Taken, match="All 3 seats of this group are taken"):
        book(clinic, group, nine)
    with pytest.raises(Taken, match=r"Dr\. Okafor is taken until 9:40 AM"):
        book(clinic, clinic.visit_type, nine)

    by = clinic.actor("scheduling.cancel", "scheduling.book")
    gone = [operations.cancel(v, because="Ill", whose="patient", at=AT, by=by) for v in visits[:2]]
    with clinic.reading():
        found = queries.openings(group, from_on=TUESDAY, days=1, limit=3, at=AT)
    assert [(one.starts_at, one.seats) for one in found if one.seats] == [(nine, 2)]
    assert operations.restore(gone[0], at=AT, by=by).status == "booked"
    moved = operations.reschedule(visits[0], nine + timedelta(hours=2), at=AT, by=by)
    assert moved.room.name == "Hall"
    operations.cancel(visits[2], because="Ill", whose="patient", at=AT, by=by)
    assert minutes(clinic, nine) == [("provider", 120, 160), ("room", 120, 160)]
    with clinic.reading():
        assert [g.is_active for g in GroupVisit.objects.order_by("starts_at")] == [False, True]


def test_the_database_gives_a_seat_once(clinic, group, nine):
    book(clinic, group, nine)
    for number in (1, 4):
        with pytest.raises(IntegrityError), clinic.writing(), transaction.atomic():
            Seat.objects.create(group=GroupVisit.objects.get(), number=number, of=3)


def test_a_held_seat_is_kept_until_it_runs_out(clinic, group, nine):
    by = clinic.actor("scheduling.hold")

    def hold():
        return operations.hold(group, clinic.provider, clinic.site, nine, AT, by=by)

    first = hold()  # nobody is in the group yet: all of its time is held
    book(clinic, group, nine, hold=first)
    second, third = hold(), hold()
    with pytest.raises(Taken, match="All 3 seats"):
        book(clinic, group, nine)
    operations.release(third, by=by)
    book(clinic, group, nine, hold=second)
    fourth = hold()
    assert book(clinic, group, nine, at=AT + timedelta(minutes=6))  # it ran out
    assert fourth.status == "held"
    with clinic.reading():
        assert Counter(Seat.objects.values_list("is_active", flat=True))[True] == 3
        assert Appointment.objects.count() == 3


def test_why_a_part_of_a_day_has_no_time_and_what_would_give_one(clinic, nine):
    with clinic.writing():
        Device.objects.create(site=clinic.site, name="Sono", kind="ultrasound")
        reyes = Provider.objects.create(
            first_name="Bo", last_name="Reyes", credential="MD", npi="1679576722"
        )
        Session.objects.create(
            provider=reyes, site=clinic.site, weekday=2, starts=time(13), ends=time(15),
            from_on=TUESDAY,
        )  # fmt: skip
        sono = Device.objects.get()
    kind = kind_of(
        clinic, ("provider", 0, 20, {}), ("device", 0, 20, {"kind": "ultrasound"}), minutes=20
    )
    block(clinic, clinic.provider.pk, nine - timedelta(hours=1), 9 * 60)  # all of Tuesday
    wednesday = nine + timedelta(days=1)
    block(clinic, sono.pk, wednesday - timedelta(hours=1), 4 * 60)  # Wednesday morning
    block(clinic, clinic.provider.pk, wednesday + timedelta(hours=3), 5 * 60)  # and afternoon
    clinic.member("manager")

    with clinic.reading():
        told = queries.explain(kind, clinic.site, clinic.provider, from_on=TUESDAY, days=3, at=AT)
        assert queries.who_may() == ["Manager"]

    said = [
        (one.day.day, one.part, one.why, one.way_out.words, one.way_out.kind, one.way_out.starts_at)
        for one in told
    ]
    assert said == [
        (24, "morning", "Dr. Okafor is fully booked.", "double-booked with Dr. Okafor", "taken",
         nine - timedelta(hours=1)),
        (24, "afternoon", "Dr. Okafor is fully booked.", "double-booked with Dr. Okafor", "taken",
         nine + timedelta(hours=3)),
        (25, "morning", "No ultrasound is free when the provider is.", "without the ultrasound",
         "lacking", wednesday - timedelta(hours=1)),
        (25, "afternoon", "Dr. Okafor is fully booked.", "with Dr. Reyes", "",
         wednesday + timedelta(hours=4)),
    ]  # fmt: skip


def test_the_best_times_say_why(clinic, nine):
    ann = clinic.patient(provider=clinic.provider)
    with clinic.writing():
        reyes = Provider.objects.create(
            first_name="Bo", last_name="Reyes", credential="MD", npi="1679576722"
        )
        Session.objects.create(
            provider=reyes, site=clinic.site, weekday=1, starts=time(8), ends=time(9),
            from_on=TUESDAY,
        )  # fmt: skip
    with clinic.reading():
        found = queries.find_a_time(clinic.visit_type, from_on=TUESDAY, days=2, at=AT, patient=ann)
    assert found.best[0].provider == clinic.provider
    assert found.best[0].starts_at == nine - timedelta(hours=1)
    assert found.best[0].because == ("their own provider", "leaves no gap", "the soonest")
    assert [one.points for one in found.best] == sorted(one.points for one in found.best)


def test_across_sites_the_way_counts_and_is_said(clinic, nine):
    near = clinic.patient(zip_code="43215-1234")  # downtown Columbus
    unknown = clinic.patient("Bo", zip_code="00000")
    with clinic.writing():
        clinic.site.zip_code = "43004"  # Blacklick, ten miles to the east
        clinic.site.save()
        west = Site.objects.create(name="West", time_zone=clinic.site.time_zone, zip_code="43215")
        for day in range(7):
            Hours.objects.create(site=west, weekday=day, opens=time(8), closes=time(17))
        Room.objects.create(site=west, name="Room 9")
        Session.objects.create(
            provider=Provider.objects.create(
                first_name="Bo", last_name="Reyes", credential="MD", npi="1679576722"
            ),
            site=west, weekday=1, starts=time(8), ends=time(9), from_on=TUESDAY,
        )  # fmt: skip
    with clinic.reading():
        asked = {"from_on": TUESDAY, "days": 1, "at": AT}
        found = queries.find_a_time(clinic.visit_type, patient=near, **asked)
        silent = queries.find_a_time(clinic.visit_type, patient=unknown, **asked)
        alone = queries.find_a_time(clinic.visit_type, west, patient=near, **asked)
    assert found.best[0].site == west
    assert "the nearest, less than a mile away" in found.best[0].because
    away = {round(one.miles) for one in found.openings if one.site == clinic.site}
    assert away == {11}, away
    assert {one.miles for one in [*silent.openings, *alone.openings]} == {None}
    assert not any("away" in words for one in silent.best for words in one.because)


def test_a_patient_is_offered_no_time_of_their_other_visit(clinic, nine):
    ann = clinic.patient()
    book(clinic, clinic.visit_type, nine, patient=ann)
    with clinic.writing():
        reyes = Provider.objects.create(first_name="Bo", last_name="Reyes", npi="1679576722")
        Session.objects.create(
            provider=reyes, site=clinic.site, weekday=1, starts=time(9), ends=time(10),
            from_on=TUESDAY,
        )  # fmt: skip
    with clinic.reading():
        asked = {"from_on": TUESDAY, "days": 1, "at": AT, "provider": reyes}
        anyone = queries.openings(clinic.visit_type, **asked)
        hers = queries.openings(clinic.visit_type, **asked, patient=ann)
    assert anyone[0].starts_at == nine
    assert hers[0].starts_at == nine + timedelta(minutes=20)


def test_obstacles_come_in_the_order_in_which_they_bind(clinic, nine):
    wish = Wish(
        clinic.visit_type, clinic.provider, clinic.site, at_wall(clinic.site, TUESDAY, time(18))
    )
    with clinic.reading():
        held = conflicts.day_of(wish, AT)
        assert [one.kind for one in conflicts.obstacles(wish, held)] == [
            Override.Kind.HOURS,
            Override.Kind.CLOSED,
        ]


def reasons(clinic, kind=None, provider=None, **more):
    """What is said of the morning and afternoon of Tuesday."""
    with clinic.reading():
        told = queries.explain(
            kind or clinic.visit_type, clinic.site, provider, from_on=TUESDAY, days=1, at=AT, **more
        )
    return [
        (one.part, one.why, one.way_out and (one.way_out.words, one.way_out.kind)) for one in told
    ]


def test_who_is_away_with_nobody_else_there_is_said(clinic, nine):
    with clinic.writing():
        TimeOff.objects.create(
            resource_kind="provider", resource_id=clinic.provider.pk, because="Ill",
            starts_at=nine - timedelta(hours=2), ends_at=nine + timedelta(hours=3),
        )  # fmt: skip
    assert reasons(clinic, provider=clinic.provider) == [
        ("morning", "Dr. Okafor is away then.", None)
    ]


def test_where_two_rules_bind_at_once_both_are_named(clinic, nine):
    with clinic.writing():
        sono = Device.objects.create(site=clinic.site, name="Sono", kind="ultrasound")
    kind = kind_of(
        clinic, ("provider", 0, 20, {}), ("device", 0, 20, {"kind": "ultrasound"}), minutes=20
    )
    for key in (sono.pk, clinic.provider.pk):
        block(clinic, key, nine - timedelta(hours=1), 4 * 60)
    assert reasons(clinic, kind, clinic.provider) == [
        ("morning",
         "No ultrasound is free when the provider is. Dr. Okafor is fully booked.",
         ("without the ultrasound, double-booked with Dr. Okafor", "taken")),
    ]  # fmt: skip


def test_a_way_out_is_no_time_at_which_the_patient_is_elsewhere_or_a_rule_refuses(clinic, nine):
    ann = clinic.patient()
    with clinic.writing():
        reyes, long = (
            Provider.objects.create(first_name="Bo", last_name=name, credential="MD", npi=npi)
            for name, npi in (("Reyes", "1679576722"), ("Long", "1245319599"))
        )
        for who, opens, closes in ((reyes, 10, 11), (long, 9, 10)):
            Session.objects.create(
                provider=who, site=clinic.site, weekday=1, starts=time(opens), ends=time(closes),
                from_on=TUESDAY,
            )  # fmt: skip
    with clinic.writing():
        Appointment.objects.create(
            patient=ann, provider=long, site=clinic.site, visit_type=clinic.visit_type,
            starts_at=nine + timedelta(hours=1), ends_at=nine + timedelta(hours=2),
            booked_at=AT, booked_by="Maria",
        )  # fmt: skip
    block(clinic, clinic.provider.pk, nine - timedelta(hours=1), 4 * 60)
    said = {"kind": "notice", "number": 99, "visit_type_ids": [], "weekdays": []}
    operations.save_preference(
        None, long, said, on=TUESDAY, by=clinic.role("manager")
    )  # fmt: skip
    assert reasons(clinic, provider=clinic.provider, patient=ann) == [
        ("morning", "Dr. Okafor is fully booked.", ("double-booked with Dr. Okafor", "taken"))
    ]
    assert reasons(clinic, provider=clinic.provider) == [
        ("morning", "Dr. Okafor is fully booked.", ("with Dr. Reyes", ""))
    ]
