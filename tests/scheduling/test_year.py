"""The year's index says what the calendars say, and hears of every change."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from frontdesk.core.clock import at_wall, local
from frontdesk.practice.models import Closure, Device, Interpreter, Room, Site
from frontdesk.scheduling import operations, queries
from frontdesk.scheduling.models import (
    Block,
    Occupancy,
    Phase,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.queries import remembered, year
from frontdesk.scheduling.queries.calendars import stretch
from frontdesk.scheduling.queries.openings import sources
from frontdesk.scheduling.queries.search import Search, search
from frontdesk.solver.openings import cells
from frontdesk.staff.models import Provider

FIRST = date(2026, 10, 25)  # the clocks go back a week later
AT = datetime(2026, 10, 25, 13, 7, tzinfo=UTC)
DAYS = 16


def by_index(clinic, visit_type, provider=None, at=AT, patient=None):
    """Every start of every provider, as the index says."""
    with clinic.reading():
        memory = remembered.memory()
        found = search(memory, visit_type, clinic.site, at=at, provider=provider, patient=patient)
        assert isinstance(found, Search)
        within = found.within(FIRST, DAYS)
        return {
            (key, found.grid.at(cell))
            for key in found.providers
            for cell in cells(found.starts(key) & within)
            if found.given(key, cell) is not None
        }


def by_calendars(clinic, visit_type, provider=None, at=AT, patient=None):
    """The same, day by day from the calendars that booking looks at."""
    found = set()
    with clinic.reading():
        for number in range(DAYS):
            held = stretch(
                visit_type,
                clinic.site,
                from_on=FIRST + timedelta(days=number),
                days=1,
                at=at,
                provider=provider,
                patient=patient,
            )
            gone = held.grid.touched(held.grid.starts_at, at)
            found |= {
                (key, held.grid.at(cell))
                for key in held.providers
                for cell in cells(held.starts(key) & ~gone)
            }
    return found


@pytest.fixture
def scan(clinic):
    """A visit of many parts: five phases over six kinds of resources, with waiting and buffers."""
    clinic.member("assistant")
    clinic.member("receptionist")
    with clinic.writing():
        for name in ("Sono 1", "Sono 2"):
            Device.objects.create(site=clinic.site, name=name, kind="ultrasound")
        kind = VisitType.objects.create(
            name="Scan", code="scan", minutes=40, buffer_before=5, buffer_after=10
        )
        for role, more, after, minutes, wait in (
            ("desk", {}, 0, 5, 0),
            ("assistant", {}, 5, 10, 0),
            ("provider", {}, 15, 13, 10),
            ("device", {"kind": "ultrasound"}, 28, 12, 5),
            ("room", {}, 5, 35, 0),
        ):
            Phase.objects.create(
                visit_type=kind, role=role, starts_after=after, minutes=minutes, may_wait=wait,
                **more,
            )  # fmt: skip
    return kind


def crowd(clinic, chance):
    """Take much of the time at random, as a year of bookings would, and shut and block some."""
    with clinic.writing():
        second = Provider.objects.create(
            first_name="Bo", last_name="Reyes", npi="1679576722", site=clinic.site
        )
        for weekday in range(0, 7, 2):
            Session.objects.create(
                provider=second, site=clinic.site, weekday=weekday, starts=time(9, 3),
                ends=time(15), from_on=FIRST, until_on=FIRST + timedelta(days=12),
            )  # fmt: skip
        session = Session.objects.filter(provider=clinic.provider).first()
        Block.objects.create(
            session=session, name="Same day", starts=time(10), ends=time(11, 30),
            visit_type_ids=[], release_hours=30,
        )  # fmt: skip
        Closure.objects.create(on=FIRST + timedelta(days=3), because="Flood", starts=time(13))
        Closure.objects.create(on=FIRST + timedelta(days=5), because="Holiday")
        RecurringOff.objects.create(
            resource_kind="provider", resource_id=clinic.provider.pk, site=clinic.site, weekday=2,
            starts=time(12), ends=time(13, 10), from_on=FIRST, because="Lunch",
        )  # fmt: skip
        noon = at_wall(clinic.site, FIRST + timedelta(days=8), time(12))
        TimeOff.objects.create(
            resource_kind="room", resource_id=clinic.room.pk, starts_at=noon,
            ends_at=noon + timedelta(days=2), because="Paint",
        )  # fmt: skip
        things = [
            clinic.provider.pk, second.pk, clinic.room.pk, clinic.second_room.pk,
            *Device.objects.values_list("pk", flat=True),
        ]  # fmt: skip
        for lane, key in enumerate(things * 12):
            day = FIRST + timedelta(days=chance.randrange(DAYS))
            starts = at_wall(clinic.site, day, time(8)) + timedelta(minutes=chance.randrange(540))
            Occupancy.objects.create(
                resource_kind="room", resource_id=key, lane=lane, starts_at=starts,
                ends_at=starts + timedelta(minutes=chance.randrange(1, 120)),
            )  # fmt: skip
    return second


@pytest.mark.parametrize("seed", [1, 2])
def test_the_index_says_what_the_calendars_say(clinic, scan, seed):
    second = crowd(clinic, random.Random(seed))
    for kind in (clinic.visit_type, scan):
        for who in (None, clinic.provider, second):
            found = by_index(clinic, kind, who)
            assert found == by_calendars(clinic, kind, who)
    assert by_index(clinic, scan)


def test_a_block_that_opens_is_seen_then_and_not_before(clinic):
    crowd(clinic, random.Random(3))
    for hours in (0, 15, 30, 200, 26):  # the last one is back in time
        at = AT + timedelta(hours=hours)
        assert by_index(clinic, clinic.visit_type, at=at) == by_calendars(
            clinic, clinic.visit_type, at=at
        )


def test_named_providers_and_interpreters_are_asked_for(clinic, scan):
    second = crowd(clinic, random.Random(4))
    with clinic.writing():
        Interpreter.objects.create(name="Iris", languages=["es"])
        Phase.objects.create(
            visit_type=scan, role="provider", named_id=second.pk, starts_after=15, minutes=10
        )
    rosa = clinic.patient(language="es-MX", needs_interpreter=True)
    with clinic.writing():
        iris = Interpreter.objects.get()
        ten = at_wall(clinic.site, FIRST + timedelta(days=1), time(10))
        Occupancy.objects.create(
            resource_kind="interpreter", resource_id=iris.pk, starts_at=ten,
            ends_at=ten + timedelta(hours=6),
        )  # fmt: skip
    for patient in (None, rosa):
        found = by_index(clinic, scan, clinic.provider, patient=patient)
        assert found == by_calendars(clinic, scan, clinic.provider, patient=patient)
    assert by_index(clinic, scan, patient=rosa) < by_index(clinic, scan)


def test_every_change_is_seen_at_the_next_question(clinic, scan):
    """Booked, held, run out, moved, cancelled: always what the calendars say."""
    by, ann = clinic.anybody(), clinic.patient()
    nine = at_wall(clinic.site, FIRST + timedelta(days=1), time(9))

    def same(at=AT):
        assert by_index(clinic, scan, at=at) == by_calendars(clinic, scan, at=at)
        kind = clinic.visit_type
        assert by_index(clinic, kind, at=at) == by_calendars(clinic, kind, at=at)

    same()
    booked = operations.book(ann, scan, clinic.provider, clinic.site, nine, AT, by=by)
    same()
    operations.hold(
        clinic.visit_type, clinic.provider, clinic.site, nine + timedelta(hours=2), AT, by=by
    )
    same()
    same(AT + timedelta(minutes=6))  # it ran out
    same()
    operations.reschedule(booked, nine + timedelta(days=7), at=AT, by=by)
    same()
    operations.cancel(booked, because="Ill", whose="patient", at=AT, by=by)
    same()
    with clinic.reading():
        closes = {"starts_at": nine, "ends_at": nine + timedelta(days=1)}
    operations.take_time_off(
        resource_kind="provider", resource_id=clinic.provider.pk, because="Leave", by=by, **closes
    )
    same()


def test_another_process_sees_a_change_at_its_next_question(clinic):
    """Two processes have a memory each; what one does, the other reads from the log."""
    ours = by_index(clinic, clinic.visit_type)
    here = dict(remembered._memories)
    remembered._memories.clear()  # the other process, which knows nothing yet
    nine = at_wall(clinic.site, FIRST + timedelta(days=1), time(9))
    assert by_index(clinic, clinic.visit_type) == ours
    operations.book(
        clinic.patient(), clinic.visit_type, clinic.provider, clinic.site, nine, AT,
        by=clinic.anybody(),
    )  # fmt: skip
    remembered._memories.clear()
    remembered._memories.update(here)
    with clinic.reading(), CaptureQueriesContext(connection) as made:
        queries.openings(clinic.visit_type, clinic.site, from_on=FIRST, days=DAYS, at=AT)
    theirs = by_index(clinic, clinic.visit_type)
    assert (clinic.provider.pk, nine) in ours - theirs
    assert theirs == by_calendars(clinic, clinic.visit_type)
    assert len(made) <= 7


def test_what_an_operation_did_is_seen_inside_it_and_forgotten_when_it_fails(clinic):
    from frontdesk.core.operation import operation

    nine = at_wall(clinic.site, FIRST + timedelta(days=1), time(9))
    before = by_index(clinic, clinic.visit_type)

    @operation("scheduling.book")
    def book_and_fail(*, by):
        operations.book(
            clinic.patient(), clinic.visit_type, clinic.provider, clinic.site, nine, AT, by=by
        )
        memory = remembered.memory()
        found = search(memory, clinic.visit_type, clinic.site, at=AT)
        cell = found.cell_of(nine)
        assert not found.starts(clinic.provider.pk) >> cell & 1
        raise RuntimeError("the power is out")

    patient = clinic.patient
    with pytest.raises(RuntimeError), transaction.atomic():
        book_and_fail(by=clinic.anybody())
    assert patient
    assert by_index(clinic, clinic.visit_type) == before
    assert by_index(clinic, clinic.visit_type) == by_calendars(clinic, clinic.visit_type)


def test_hours_that_reach_further_are_read_anew(clinic):
    before = by_index(clinic, clinic.visit_type)
    with clinic.writing():
        pass
    by = clinic.anybody()
    with clinic.reading():
        session = Session.objects.filter(provider=clinic.provider).order_by("weekday").first()
    operations.end_session(session, on=FIRST + timedelta(days=9), by=by)
    after = by_index(clinic, clinic.visit_type)
    assert after < before
    assert after == by_calendars(clinic, clinic.visit_type)


def test_a_day_beyond_the_year_is_answered_from_the_calendars(clinic):
    far = FIRST + timedelta(days=800)
    with clinic.reading():
        found = queries.openings(clinic.visit_type, clinic.site, from_on=far, days=2, at=AT)
        asked = sources(clinic.visit_type, clinic.site, None, from_on=far, days=2, at=AT)
    assert not isinstance(asked[0].held, Search)
    assert local(clinic.site, found[0].starts_at).date() == far


def test_the_year_moves_on(clinic):
    later = AT + timedelta(days=60)
    by_index(clinic, clinic.visit_type)
    with clinic.reading():
        memory = remembered.memory()
        first = year.year_of(clinic.site, memory, AT).first
        assert year.year_of(clinic.site, memory, later).first - first == timedelta(days=60)


def test_a_year_that_moved_on_is_the_one_read_anew_and_reads_the_new_days_alone(clinic):
    later = AT + timedelta(days=40)
    soon = at_wall(clinic.site, FIRST + timedelta(days=50), time(9))
    beyond = at_wall(clinic.site, FIRST + timedelta(days=420), time(9))
    visit = clinic.booked(at=soon)
    with clinic.writing():
        for starts_at in (soon, beyond):
            Occupancy.objects.create(
                resource_kind="provider", resource_id=clinic.provider.pk, lane=0,
                starts_at=starts_at, ends_at=starts_at + timedelta(minutes=20),
                appointment=visit,
            )  # fmt: skip
    with clinic.reading():
        memory = remembered.memory()
        year.year_of(clinic.site, memory, AT)
        with CaptureQueriesContext(connection) as made:
            moved = year.year_of(clinic.site, memory, later)
        anew = year.build(clinic.site.time_zone, later.date())
        anew.stand(later)
    assert (moved.first, moved.grid.opens) == (anew.first, anew.grid.opens)
    assert moved.taken(clinic.provider.pk) == anew.taken(clinic.provider.pk) != 0
    assert {k for k, days in moved.busy.items() if any(days)} == set(anew.busy)
    rows = [one["sql"] for one in made if 'FROM "scheduling_occupancy"' in one["sql"]]
    new_day = (moved.first + timedelta(days=358)).year
    assert rows and str(new_day) in rows[0]


def test_sites_in_other_zones_have_their_own_days(clinic):
    with clinic.writing():
        west = Site.objects.create(name="West", time_zone="Pacific/Honolulu")
        Room.objects.create(site=west, name="Room 1")
    with clinic.reading():
        memory = remembered.memory()
        assert year.year_of(west, memory, AT).zone != year.year_of(clinic.site, memory, AT).zone
        assert queries.openings(clinic.visit_type, west, from_on=FIRST, days=3, at=AT) == []


def test_a_visit_that_is_moved_is_offered_its_own_time(clinic):
    nine = at_wall(clinic.site, FIRST + timedelta(days=3), time(9))
    ann, by = clinic.patient(), clinic.anybody()
    others = [clinic.patient(f"P{number}") for number in range(2)]
    mine = operations.book(
        ann, clinic.visit_type, clinic.provider, clinic.site, nine, AT, by=by
    )  # fmt: skip
    for patient, minutes in zip(others, (-20, 40), strict=True):
        operations.book(
            patient, clinic.visit_type, clinic.provider, clinic.site,
            nine + timedelta(minutes=minutes), AT, by=by,
        )  # fmt: skip
    day = local(clinic.site, nine).date()

    def starts(moving):
        with clinic.reading():
            found = search(
                remembered.memory(), clinic.visit_type, clinic.site, at=AT, moving=moving
            )
            within = found.within(day, 1)
            return {
                found.grid.at(cell)
                for cell in cells(found.starts(clinic.provider.pk) & within)
            }  # fmt: skip

    with clinic.reading():
        held = stretch(
            clinic.visit_type, clinic.site, from_on=day, days=1, at=AT, besides={mine.pk}
        )
        oracle = {held.grid.at(c) for c in cells(held.starts(clinic.provider.pk))}
    assert starts(None) == starts(None)  # nothing of the move stays behind
    assert starts(mine) == oracle
    assert starts(mine) - starts(None) == {nine + timedelta(minutes=m) for m in (0, 5, 10, 15)}
    assert nine not in starts(None)

    with clinic.reading():
        found = queries.find_a_time(
            clinic.visit_type, clinic.site, from_on=day, days=1, limit=200, at=AT, moving=mine,
            patient=ann,
        )  # fmt: skip
    assert nine in {one.starts_at for one in found.openings}
    # What else stands there keeps it from being free.
    operations.double_book(
        clinic.patient("Cy"), clinic.visit_type, clinic.provider, clinic.site, nine, AT,
        because="Fever", by=by,
    )  # fmt: skip
    assert nine not in starts(mine)


@pytest.mark.django_db(transaction=True)
def test_what_this_process_has_committed_is_not_read_again(clinic):
    by_index(clinic, clinic.visit_type)
    with clinic.reading():
        remembered.memory()
    nine = at_wall(clinic.site, FIRST + timedelta(days=3), time(9))
    operations.book(
        clinic.patient(), clinic.visit_type, clinic.provider, clinic.site, nine, AT,
        by=clinic.anybody(),
    )  # fmt: skip
    with clinic.reading(), CaptureQueriesContext(connection) as made:
        remembered.memory()
    assert len(made) == 1  # the head of the chain alone, no entry
    assert by_index(clinic, clinic.visit_type) == by_calendars(clinic, clinic.visit_type)
