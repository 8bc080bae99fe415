"""The book as a list: narrowed, in an order, and as lines of a file."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment

ORDERS = {
    "": ("starts_at", "pk"),
    "patient": ("patient__last_name", "patient__first_name", "starts_at", "pk"),
    "provider": ("provider__last_name", "starts_at", "pk"),
    "visit": ("visit_type__name", "starts_at", "pk"),
    "status": ("status", "starts_at", "pk"),
}
HEAD = (
    "Date", "Time", "Minutes", "Patient", "Born", "Chart", "Phone", "Visit", "Provider", "Site",
    "Room", "State", "Confirmed", "Reason",
)  # fmt: skip


def agenda(
    sites: Sequence[Site], first: date, last: date, *, order: str = "", **narrowed: Any
) -> QuerySet[Appointment]:
    """Return the visits of some days, narrowed by provider, visit_type and status."""
    opens = min(day_bounds(site, first)[0] for site in sites)
    closes = max(day_bounds(site, last)[1] for site in sites)
    rows = Appointment.objects.filter(
        site__in=[site.pk for site in sites], starts_at__gte=opens, starts_at__lt=closes
    )
    said = {name: value for name, value in narrowed.items() if value}
    if "status" not in said:
        rows = rows.exclude(status=Appointment.Status.CANCELLED)
    rows = rows.filter(**said).select_related("patient", "provider", "room", "visit_type", "site")
    return rows.order_by(*ORDERS.get(order, ORDERS[""]))


def as_lines(rows: QuerySet[Appointment]) -> Iterator[tuple[Any, ...]]:
    """Yield the visits as lines of a table, times by the clock of their site."""
    for one in rows.iterator(chunk_size=500):
        starts = local(one.site, one.starts_at)
        yield (
            f"{starts:%Y-%m-%d}", f"{starts:%H:%M}", one.minutes, one.patient.name,
            one.patient.birth_date, one.patient.chart_number, one.patient.phone,
            one.visit_type.name, one.provider.full_name, one.site.name,
            one.room.name if one.room else "", one.get_status_display(),
            "yes" if one.confirmed_at else "", one.reason,
        )  # fmt: skip
