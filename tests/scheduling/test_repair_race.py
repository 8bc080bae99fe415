"""Eight people apply the same plan in one instant: it is done once, and the others are told so."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import time_machine
from django.db import connections

from frontdesk.comms.models import Message
from frontdesk.core.clock import now
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Bump, Change
from tests import disk
from tests.clinic import Clinic
from tests.scheduling.test_repair import book, colleague, out, wall

PEOPLE = 8


@pytest.mark.django_db(transaction=True)
def test_one_applies_and_nobody_is_moved_or_told_twice(tmp_path, monkeypatch):
    clinic = Clinic()
    with time_machine.travel(wall(clinic, 8, 5), tick=False):
        colleague(clinic, "Bo", "Chen")
        visits = [
            book(clinic, wall(clinic, 9 + n), clinic.patient(f"Ann{n}", email=f"a{n}@x.example"))
            for n in range(4)
        ]
        repair = out(clinic)
        at = now()
    disk.share(tmp_path, monkeypatch)
    by, gate = clinic.role("receptionist"), Barrier(PEOPLE)

    def attempt(_number):
        try:
            gate.wait(timeout=60)
            return operations.apply_repair(repair, of_round=repair.round, at=at, by=by).status
        except Exception as trouble:  # every kind counts here
            return f"{type(trouble).__name__}: {trouble}"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(PEOPLE) as pool:
        came_to = Counter(pool.map(attempt, range(PEOPLE)))
    assert came_to.pop("applied") == 1
    assert list(came_to) == ["Refused: Maria was quicker: this repair is done."]
    assert came_to.total() == PEOPLE - 1
    with ThreadPoolExecutor(1) as pool:  # a thread's connection is to the shared database
        assert pool.submit(_left, clinic, visits).result() == [4, 4, 4, 0]


def _left(clinic, visits):
    try:
        with clinic.reading():
            moved = Appointment.objects.filter(sequence=1, pk__in=[one.pk for one in visits])
            return [
                moved.count(),
                Change.objects.filter(kind="moved").count(),
                Message.objects.filter(kind="appointment.moved").count(),
                Bump.objects.count(),
            ]
    finally:
        connections.close_all()
