"""Fifty people book visits of several resources at once: nothing overlaps, nothing is lost."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connections

from frontdesk.core.clock import at_wall
from frontdesk.core.errors import Refused
from frontdesk.practice.models import Device, Room
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    GroupVisit,
    Hold,
    Occupancy,
    Phase,
    Seat,
    Session,
    VisitType,
)
from frontdesk.staff.models import Provider
from tests.clinic import Clinic
from tests.scheduling.test_race import in_a_thread, several_connections

__all__ = ["several_connections"]
BOOKERS = 50
DAY = date(2026, 11, 24)
AT = datetime.fromisoformat("2026-11-20T15:00:00+00:00")
pytestmark = pytest.mark.django_db(transaction=True)


def race(attempt):
    gate = Barrier(BOOKERS)

    def run(number):
        try:
            gate.wait(timeout=60)
            return attempt(number)
        except Refused:
            return "refused"
        except Exception as trouble:  # every kind counts here
            return f"{type(trouble).__name__}: {trouble}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(BOOKERS) as pool:
        return Counter(pool.map(run, range(BOOKERS)))


def overlaps(clinic):
    with clinic.reading():
        rows = list(Occupancy.objects.filter(is_active=True).order_by("resource_id", "starts_at"))
    pairs = pairwise(rows)
    return sum(a.resource_id == b.resource_id and a.ends_at > b.starts_at for a, b in pairs)


def test_fifty_bookers_of_shared_things_never_overlap_and_lose_no_hold(several_connections):
    clinic = Clinic()
    clinic.member("assistant")
    with clinic.writing():
        devices = [
            Device.objects.create(site=clinic.site, name=f"Sono {n}", kind="ultrasound")
            for n in range(2)
        ]
        providers = [clinic.provider]
        for number, npi in enumerate(("1679576722", "1104023674")):
            providers.append(
                Provider.objects.create(first_name="P", last_name=f"N{number}", npi=npi)
            )
            Session.objects.create(
                provider=providers[-1], site=clinic.site, weekday=1, starts=time(8),
                ends=time(17), from_on=DAY,
            )  # fmt: skip
        kind = VisitType.objects.create(name="Scan", code="scan", minutes=30, buffer_after=5)
        for role, after, minutes, more in (
            ("assistant", 0, 5, {}),
            ("provider", 5, 10, {}),
            ("device", 15, 15, {"kind": "ultrasound", "may_wait": 5}),
            ("room", 0, 30, {}),
        ):
            Phase.objects.create(
                visit_type=kind, role=role, starts_after=after, minutes=minutes, **more
            )
    assert devices
    patients = [clinic.patient(f"Ann{n}") for n in range(BOOKERS)]
    by = clinic.anybody()
    nine = at_wall(clinic.site, DAY, time(9))
    several_connections()

    def attempt(number):
        starts_at = nine + timedelta(minutes=5 * (number % 4))
        said = (kind, providers[number % 3], clinic.site, starts_at, AT)
        hold = operations.hold(*said, by=by) if number % 2 else None
        operations.book(patients[number], *said, hold=hold, by=by)
        return "booked"

    told = race(attempt)
    assert set(told) <= {"booked", "refused"}
    assert told["booked"] >= 2
    assert in_a_thread(lambda: overlaps(clinic)) == 0

    def kept():
        with clinic.reading():
            visits = Appointment.objects.count()
            rows = Occupancy.objects.filter(is_active=True, appointment__isnull=False).count()
            return visits, rows, set(Hold.objects.values_list("status", flat=True))

    visits, rows, holds = in_a_thread(kept)
    assert (visits, rows) == (told["booked"], 4 * told["booked"])
    assert holds <= {"booked"}


def test_two_or_fifty_who_want_the_last_seats_get_as_many_as_there_are(several_connections):
    clinic = Clinic()
    with clinic.writing():
        Room.objects.create(site=clinic.site, name="Hall", kind="group")
        kind = VisitType.objects.create(name="Class", code="class", minutes=40, capacity=7)
        Phase.objects.create(visit_type=kind, role="provider", minutes=40)
        Phase.objects.create(visit_type=kind, role="room", kind="group", minutes=40)
    patients = [clinic.patient(f"Ann{n}") for n in range(BOOKERS)]
    nine = at_wall(clinic.site, DAY, time(9))
    by = clinic.actor("scheduling.book")
    several_connections()

    def attempt(number):
        operations.book(patients[number], kind, clinic.provider, clinic.site, nine, AT, by=by)
        return "booked"

    assert race(attempt) == {"booked": 7, "refused": BOOKERS - 7}

    def kept():
        with clinic.reading():
            numbers = sorted(Seat.objects.filter(is_active=True).values_list("number", flat=True))
            return GroupVisit.objects.count(), numbers, Occupancy.objects.count()

    assert in_a_thread(kept) == (1, [1, 2, 3, 4, 5, 6, 7], 2)
