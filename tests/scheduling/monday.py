"""What tests of several visits at once share: a Monday morning, and short ways to book."""

from datetime import date, time

import pytest
import time_machine

from frontdesk.core.clock import at_wall, now
from frontdesk.people.models import ChannelConsent
from frontdesk.scheduling import operations

MONDAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday_morning(clinic):
    with time_machine.travel(at_wall(clinic.site, MONDAY, time(7)), tick=False):
        yield


def wall(clinic, hour, minute=0, day=MONDAY):
    return at_wall(clinic.site, day, time(hour, minute))


def book(clinic, patient, starts_at, **more):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(), **more,
    )  # fmt: skip


def mailed(clinic, **more):
    patient = clinic.patient(email="ann@example.com", **more)
    with clinic.writing():
        ChannelConsent.objects.create(
            patient=patient, channel="email", is_given=True, said_at=now(), how="form"
        )
    return patient
