"""Thirty-two people want one time in the same instant: one has it, the others are told so."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from frontdesk.core.clock import at_wall
from frontdesk.core.models import AuditEntry
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Occupancy
from tests import disk
from tests.clinic import Clinic

WRITERS = 32
DAYS = [date(2026, 11, 24) + timedelta(days=n) for n in range(2)]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def several_connections(tmp_path, monkeypatch):
    """Let threads share one database: on SQLite a file, as in a real office."""

    return partial(disk.share, tmp_path, monkeypatch)


def race(attempt):
    """Run the attempt in as many threads, all let go at once; return what each came to."""
    gate = Barrier(WRITERS)

    def run(number):
        try:
            gate.wait(timeout=60)
            return attempt(number)
        except Exception as trouble:  # every kind counts here
            return f"{type(trouble).__name__}: {trouble}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(run, range(WRITERS)))


def in_a_thread(question):
    """Ask the shared database from a thread, whose connection is to it."""

    def ask():
        try:
            return question()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(ask).result()


@pytest.mark.parametrize("shift", [0, 5], ids=["equal starts", "overlapping starts"])
def test_exactly_one_wins_and_the_others_are_refused_cleanly(several_connections, shift):
    clinic = Clinic()
    patients = [clinic.patient(f"Ann{n}") for n in range(WRITERS)]
    by = clinic.actor("scheduling.book")
    several_connections()

    for day in DAYS:
        nine = at_wall(clinic.site, day, time(9))

        def attempt(number, nine=nine):
            # Twenty minutes each, from 9:00, 9:05, 9:10 or 9:15: any two overlap.
            starts_at = nine + timedelta(minutes=shift * (number % 4))
            operations.book(
                patients[number],
                clinic.visit_type,
                clinic.provider,
                clinic.site,
                starts_at,
                nine - timedelta(days=3),
                by=by,
            )
            return "booked"

        came_to = Counter(race(attempt))
        assert came_to.pop("booked") == 1
        assert all(word.startswith("Taken: Dr. Okafor is taken until") for word in came_to)
        assert sum(came_to.values()) == WRITERS - 1

    def left_behind():
        with clinic.reading():
            entries = AuditEntry.objects.filter(practice_id=clinic.practice.pk).count()
            return Appointment.objects.count(), Occupancy.objects.count(), entries

    assert in_a_thread(left_behind) == (len(DAYS), 2 * len(DAYS), len(DAYS))


def test_the_database_alone_lets_one_through(several_connections):
    """Without our own queue and look: rows written blindly meet the constraint.

    Two who wrote at once may wait for each other on PostgreSQL, which then refuses one of them as
    a deadlock; operations queue at the site before they write, so that this never happens there.
    """
    clinic = Clinic()
    nine = at_wall(clinic.site, DAYS[0], time(9))
    several_connections()

    def attempt(number):
        try:
            with clinic.writing(), transaction.atomic():
                Occupancy.objects.create(
                    resource_kind="room",
                    resource_id=clinic.room.pk,
                    starts_at=nine + timedelta(minutes=number % 3),
                    ends_at=nine + timedelta(minutes=20),
                )
        except (IntegrityError, OperationalError) as refusal:
            is_clean = any(w in str(refusal) for w in ("occupancy_no_overlap", "deadlock detected"))
            return "refused" if is_clean else str(refusal)
        return "taken"

    assert Counter(race(attempt)) == {"taken": 1, "refused": WRITERS - 1}
