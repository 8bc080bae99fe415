"""What can be booked and when, for the settings."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.practice.models import Device, Room
from frontdesk.scheduling.models import Session, TimeOff, VisitType
from frontdesk.staff.models import Member, Provider


@dataclass(frozen=True, slots=True)
class Week:
    """A provider with their sessions by weekday, Monday first."""

    provider: Provider
    days: list[list[Session]]


@dataclass(frozen=True, slots=True)
class Away:
    """Time off with the name of who or what is away."""

    time_off: TimeOff
    name: str


def visit_types() -> QuerySet[VisitType]:
    """Return every visit type with its phases, those in use first."""
    return VisitType.objects.prefetch_related("phases").order_by("-is_active", "name")


def weeks(on: date) -> list[Week]:
    """Return the weekly sessions that hold on or begin after a day, by provider."""
    held = Session.objects.filter(Q(until_on=None) | Q(until_on__gt=on)).select_related("site")
    by_provider: dict[UUID, list[Session]] = {}
    for session in held.order_by("starts", "from_on"):
        by_provider.setdefault(session.provider_id, []).append(session)
    providers = Provider.objects.filter(is_active=True).order_by("last_name", "first_name")
    return [
        Week(
            one, [[s for s in by_provider.get(one.pk, ()) if s.weekday == day] for day in range(7)]
        )
        for one in providers
    ]


def sessions() -> QuerySet[Session]:
    """Return sessions with what a page says of them."""
    return Session.objects.select_related("provider", "site")


def time_off(at: datetime) -> list[Away]:
    """Return the time off that is not over, the next first, with names."""
    rows = list(TimeOff.objects.filter(is_active=True, ends_at__gt=at).order_by("starts_at"))
    names: dict[UUID, str] = {}
    for kind in (Provider, Room, Device, Member):
        found = kind._default_manager.in_bulk([row.resource_id for row in rows])
        names |= {key: str(one) for key, one in found.items()}
    return [Away(row, names.get(row.resource_id, "—")) for row in rows]
