"""A freed time in the book: whether it is still free, held, or one seat of several."""

from datetime import datetime

from frontdesk.core.composed import Composed
from frontdesk.scheduling.models import Appointment, FreedTime, GroupVisit, Occupancy, Seat, TimeOff
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.scheduling.signals import Left


def taken_by(freed: FreedTime, at: datetime) -> tuple[bool, datetime | None]:
    """Say whether the provider is booked again in the freed time, or until when it is held.

    A seat of a group is free as long as the group is not full, whoever else sits in it.
    """
    if freed.visit_type.capacity > 1 and (group := group_of(freed)):
        return seats_of(group, at)
    rows = Occupancy.objects.filter(
        resource_id=freed.provider_id,
        is_active=True,
        starts_at__lt=freed.ends_at,
        starts_at__gt=freed.starts_at - LONGEST,
        ends_at__gt=freed.starts_at,
    ).values_list("hold__expires_at", "starts_at")
    held_until = None
    for expires_at, starts_at in rows:
        if expires_at is None and starts_at <= freed.starts_at:
            return True, None
        if expires_at is not None and expires_at > at:
            held_until = max(held_until or expires_at, expires_at)
    return False, held_until


def is_out(left: Left) -> bool:
    """Say whether the provider is away then: what a repair took from them is no time to offer."""
    off = TimeOff.objects.filter(
        resource_id=left.provider.pk,
        is_active=True,
        starts_at__lt=left.ends_at,
        ends_at__gt=left.starts_at,
    )
    return off.exists()


def freed_at_once(appointment: Appointment) -> list[FreedTime]:
    """Return the freed times that are being offered in which this visit was booked."""
    keys = _offered(appointment.provider_id, appointment.starts_at, appointment.ends_at)
    return list(FreedTime.objects.filter(pk__in=keys)) if keys else []


_offered = Composed(  # nearly always none: read no more than the keys
    lambda provider, starts_at, ends_at: FreedTime.objects.filter(
        provider_id=provider,
        status__in=(FreedTime.Status.LOOKING, FreedTime.Status.PROPOSED),
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
    ).values_list("pk", flat=True)
)


def group_of(freed: FreedTime) -> GroupVisit | None:
    """Return the group whose seat it is, while anybody is booked in it."""
    groups = GroupVisit.objects.filter(
        provider=freed.provider_id, site=freed.site_id, visit_type=freed.visit_type_id
    )
    return groups.filter(starts_at=freed.starts_at, is_active=True).first()


def seats_of(group: GroupVisit, at: datetime) -> tuple[bool, datetime | None]:
    """Say whether every seat is booked, or until when the last free ones are held."""
    seats = Seat.objects.filter(group=group, is_active=True).select_related("hold")
    held = [one.hold.expires_at for one in seats if one.hold and one.hold.is_standing(at)]
    booked = sum(one.appointment_id is not None for one in seats)
    is_all_taken = booked + len(held) >= group.capacity
    return booked >= group.capacity, min(held) if is_all_taken and held else None
