"""What is still to be entered after a day on paper."""

from datetime import date, datetime

from django.db.models import QuerySet

from frontdesk.core.clock import day_bounds
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment


def to_enter(site: Site, on: date, at: datetime) -> QuerySet[Appointment]:
    """Return the visits of a day whose time has passed and of which nothing was said."""
    opens, closes = day_bounds(site, on)
    rows = Appointment.objects.filter(
        site=site,
        starts_at__gte=opens,
        starts_at__lt=min(closes, at),
        status=Appointment.Status.BOOKED,
    )
    return rows.select_related("patient", "provider", "visit_type", "site").order_by(
        "starts_at", "pk"
    )
