"""Who and what is away, and whose visits that hits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.clock import at_wall, day_bounds
from frontdesk.practice.models import Closure, Device, Interpreter, Room, Site
from frontdesk.scheduling.models import Appointment, Occupancy, RecurringOff, TimeOff
from frontdesk.scheduling.queries.working import again_between
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.staff.models import Member, Provider

AHEAD = timedelta(days=366)  # how far what comes again is looked at
STANDING = (Appointment.Status.BOOKED, Appointment.Status.ARRIVED)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Away:
    """Time off with the name of who or what is away."""

    time_off: TimeOff
    name: str


@dataclass(frozen=True, slots=True)
class Again:
    """Time off that comes again, with the name of who or what is away."""

    off: RecurringOff
    name: str


def time_off(at: datetime) -> list[Away]:
    """Return the time off that is not over, the next first, with names."""
    rows = list(TimeOff.objects.filter(is_active=True, ends_at__gt=at).order_by("starts_at"))
    names = names_of({row.resource_id for row in rows})
    return [Away(row, names.get(row.resource_id, "—")) for row in rows]


def recurring_off(at: datetime) -> list[Again]:
    """Return the time off that comes again, by name and day of the week."""
    held = RecurringOff.objects.filter(
        Q(until_on=None) | Q(until_on__gt=at.date()), is_active=True
    ).select_related("site")
    rows = list(held.order_by("weekday", "starts"))
    names = names_of({row.resource_id for row in rows})
    return [Again(row, names.get(row.resource_id, "—")) for row in rows]


def names_of(keys: Iterable[UUID]) -> dict[UUID, str]:
    """Return what providers, rooms, devices, staff and interpreters are called."""
    wanted, names = list(keys), dict[UUID, str]()
    for kind in (Provider, Room, Device, Member, Interpreter):
        names |= {key: str(one) for key, one in kind._default_manager.in_bulk(wanted).items()}
    return names


def name_of(key: UUID) -> str:
    """Return what one of them is called."""
    return names_of([key]).get(key, "Somebody")


def hit_by(off: TimeOff | RecurringOff | Closure, at: datetime) -> QuerySet[Appointment]:
    """Return the visits still to come that are booked while something is off, the next first."""
    if isinstance(off, Closure):
        found = _during_closure(off)
    else:
        found = _that_take(off.resource_id, _spans(off, at))
    standing = found.filter(status__in=STANDING, ends_at__gt=at)
    return standing.select_related("patient", "provider", "site", "visit_type").order_by(
        "starts_at", "pk"
    )


def off_by(key: UUID) -> TimeOff | RecurringOff | Closure | None:
    """Return time off, time off that comes again, or a closed day, by its key."""
    for kind in (TimeOff, RecurringOff, Closure):
        found = kind._default_manager.filter(pk=key).first()
        if found is not None:
            return found
    return None


def coming_with(provider: Provider, at: datetime) -> QuerySet[Appointment]:
    """Return all visits to come with a provider, the next first."""
    standing = Appointment.objects.filter(
        provider=provider, status__in=STANDING, ends_at__gt=at
    ).select_related("patient", "provider", "site", "visit_type")
    return standing.order_by("starts_at", "pk")


def _spans(off: TimeOff | RecurringOff, at: datetime) -> list[Span]:
    if isinstance(off, TimeOff):
        return [(off.starts_at, off.ends_at)]
    found = again_between(at, at + AHEAD, [off.resource_id])
    return [(starts_at, ends_at) for one, starts_at, ends_at in found if one.pk == off.pk]


def _that_take(resource_id: UUID, spans: list[Span]) -> QuerySet[Appointment]:
    """Return the visits that take a resource in one of the spans: read once, matched here."""
    if not spans:
        return Appointment.objects.none()
    first, last = min(span[0] for span in spans), max(span[1] for span in spans)
    rows = Occupancy.objects.filter(
        resource_id=resource_id,
        is_active=True,
        appointment__isnull=False,
        starts_at__gte=first - LONGEST,
        starts_at__lt=last,
        ends_at__gt=first,
    ).values_list("appointment_id", "starts_at", "ends_at")
    keys = {
        key
        for key, starts_at, ends_at in rows
        if any(starts_at < until and since < ends_at for since, until in spans)
    }
    return Appointment.objects.filter(pk__in=keys)


def _during_closure(closure: Closure) -> QuerySet[Appointment]:
    sites = [closure.site] if closure.site else list(Site.objects.filter(is_active=True))
    wanted = Q(pk__in=[])
    for site in sites:
        opens, closes = day_bounds(site, closure.on)
        since = at_wall(site, closure.on, closure.starts) if closure.starts else opens
        until = at_wall(site, closure.on, closure.ends) if closure.ends else closes
        wanted |= Q(
            site=site,
            starts_at__gte=since - LONGEST,
            starts_at__lt=until,
            ends_at__gt=since,
        )
    return Appointment.objects.filter(wanted)
