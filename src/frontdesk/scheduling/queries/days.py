"""What stands in the book on a day."""

from datetime import date

from django.db.models import QuerySet

from frontdesk.core.clock import day_bounds
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment


def day_sheet(site: Site, day: date) -> QuerySet[Appointment]:
    """Return the site's appointments on one local day, by time, without the cancelled ones."""
    return between(site, day, 1).exclude(status=Appointment.Status.CANCELLED)


def between(site: Site, day: date, days: int) -> QuerySet[Appointment]:
    """Return everything in the book of some local days, cancelled ones too, by time."""
    opens, _ = day_bounds(site, day)
    _, closes = day_bounds(site, date.fromordinal(day.toordinal() + days - 1))
    return (
        Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
        .select_related("patient", "provider", "room", "visit_type")
        .order_by("starts_at", "pk")
    )
