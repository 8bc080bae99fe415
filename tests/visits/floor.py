"""A floor for tests: who came when, and how a visit and a room stand now."""

from datetime import timedelta

import pytest

from frontdesk.core.clock import local, now
from frontdesk.visits import operations
from frontdesk.visits.models import (
    RoomStanding,
    Visit,
)

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at(clinic):
    """A quarter to noon of today, so that a few hours stay within the site's day."""
    return local(clinic.site, now()).replace(hour=11, minute=45, second=0, microsecond=0)


def came(clinic, at, first="Ann", *, due=None):
    patient = clinic.patient(first, "Lee")
    return operations.arrive(
        clinic.booked(at=due or at, patient=patient), at=at, by=clinic.anybody()
    )


def fresh(clinic, visit):
    with clinic.reading():
        return Visit.objects.select_related("appointment", "site", "patient").get(pk=visit.pk)


def state_of(clinic, room):
    with clinic.reading():
        standing = RoomStanding.objects.filter(room=room).first()
        return standing.state if standing else "clean"
