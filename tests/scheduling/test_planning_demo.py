"""The demo's visits for later are made by the office's own operations, on any small practice."""

import random
from datetime import timedelta

import pytest

from frontdesk.core.clock import now
from frontdesk.demo import planning
from frontdesk.scheduling.models import Appointment, Override, PlannedVisit, VisitSet

pytestmark = pytest.mark.django_db


def test_the_demo_has_series_orders_and_recalls(clinic):
    for number in range(24):
        ann = clinic.patient(f"A{number}", provider=clinic.provider, site=clinic.site)
        long_ago = now() - timedelta(days=380)
        with clinic.writing():
            Appointment.objects.create(
                site=clinic.site, provider=clinic.provider, patient=ann,
                visit_type=clinic.visit_type, starts_at=long_ago,
                ends_at=long_ago + timedelta(minutes=20), booked_at=long_ago, booked_by="Maria",
                status="fulfilled",
            )  # fmt: skip
    planning.live_planning(clinic.practice.pk, chance=random.Random(7))
    with clinic.reading():
        assert VisitSet.objects.filter(kind="series").count() == planning.SERIES
        assert PlannedVisit.objects.filter(source="order").count() == planning.LISTED
        assert PlannedVisit.objects.filter(source="recall").exists()
        assert Override.objects.filter(because__in=planning.SQUEEZED).exists()
