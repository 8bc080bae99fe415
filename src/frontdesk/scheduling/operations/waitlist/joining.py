"""Who is on the waitlist, and what they can come to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment, Offer, VisitType, Wait

FIELDS = frozenset(
    {
        "provider_ids",
        "site_ids",
        "weekdays",
        "part",
        "earliest_on",
        "latest_on",
        "notice_hours",
        "channel",
        "urgency",
        "note",
    }
)
Status = Wait.Status


@operation("scheduling.waitlist")
def join_waitlist(
    patient: Patient,
    visit_type: VisitType,
    *,
    at: datetime,
    by: Actor,
    appointment: Appointment | None = None,
    **wants: Any,
) -> Wait:
    """Put somebody on the waitlist, for something earlier or for a first time.

    `wants` are fields of `Wait`: providers, sites, weekdays, part of the day, days, notice. Who
    is on the list for the same visit already stays there once, with what is said now.
    """
    if patient.status != Patient.Status.ACTIVE:
        raise Refused("This chart is not in use.")
    if appointment is not None:
        appointment = Appointment.objects.lock(appointment.pk)
        _refuse_gone(appointment, at)
    known = Wait.objects.filter(
        patient=patient, visit_type=visit_type, appointment=appointment, status=Status.WAITING
    ).first()
    wait = known or Wait(
        patient=patient,
        visit_type=visit_type,
        appointment=appointment,
        since=at,
        added_by=by.name,
    )
    return _say(wait, wants)


@operation("scheduling.waitlist")
def want_earlier(appointment: Appointment, *, at: datetime, by: Actor) -> Wait:
    """Put a booked patient on the waitlist with the usual wishes: same provider, same site.

    Asked twice, they are on it once, as they were.
    """
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_gone(appointment, at)
    known = Wait.objects.filter(appointment=appointment, status=Status.WAITING).first()
    if known is not None:
        return known
    return join_waitlist(
        appointment.patient,
        appointment.visit_type,
        appointment=appointment,
        provider_ids=[str(appointment.provider_id)],
        site_ids=[str(appointment.site_id)],
        at=at,
        by=by,
    )


@operation("scheduling.waitlist")
def change_wait(wait: Wait, wants: Mapping[str, Any], *, by: Actor, version: str = "") -> Wait:
    """Correct what somebody on the waitlist can come to."""
    wait = Wait.objects.lock(wait.pk)
    wait.expect(version)
    if wait.status != Status.WAITING:
        raise Refused("They are not on the waitlist any more.")
    return _say(wait, wants)


@operation("scheduling.waitlist")
def leave_waitlist(wait: Wait, *, because: str, at: datetime, by: Actor) -> Wait:
    """Take somebody off the waitlist, with the reason. Said twice, the first one counts."""
    wait = Wait.objects.lock(wait.pk)
    if wait.status == Status.LEFT:
        return wait
    return _leave(wait, because.strip() or "Asked to be taken off.", at)


@operation("scheduling.waitlist")
def wait_again(wait: Wait, *, by: Actor) -> Wait:
    """Put somebody back on the waitlist, with the days they waited before."""
    wait = Wait.objects.lock(wait.pk)
    if (
        wait.appointment_id
        and Wait.objects.filter(appointment=wait.appointment_id, status=Status.WAITING).exists()
    ):
        raise Refused("They are on the waitlist already.")
    wait.status = wait.lifecycle.move(wait.status, Status.WAITING)
    wait.ended_at, wait.ended_because, wait.takes_offers = None, "", True
    wait.save()
    return wait


@operation("scheduling.waitlist")
def resume_offers(wait: Wait, *, by: Actor) -> Wait:
    """Offer times again to somebody who had asked us to stop, and now asks us to go on."""
    wait = Wait.objects.lock(wait.pk)
    wait.takes_offers = True
    wait.save()
    return wait


@operation("scheduling.waitlist")
def settle_waits(appointment: Appointment, *, at: datetime, by: Actor) -> int:
    """Do what a cancelled visit means for the waitlist; say how many waits it touched.

    Whom the practice cancelled still needs a time and waits on without one; who cancelled by
    themselves is taken off. Offers that would have moved the visit are gone.
    """
    held = Wait.objects.filter(appointment=appointment, status=Status.WAITING)
    keys = list(held.values_list("pk", flat=True))
    offers = Offer.objects.filter(
        wait_id__in=keys, status__in=(Offer.Status.PENDING, Offer.Status.VIEWED)
    )
    for offer in Offer.objects.lock_many(set(offers.values_list("pk", flat=True))):
        offer.status = offer.lifecycle.move(offer.status, Offer.Status.GONE)
        offer.answered_at = at
        offer.save()
    for wait in Wait.objects.lock_many(keys):
        if appointment.cancelled_by == Appointment.CancelledBy.PRACTICE:
            wait.appointment = None
            wait.save()
        else:
            _leave(wait, "Cancelled the visit.", at)
    return len(keys)


def _say(wait: Wait, wants: Mapping[str, Any]) -> Wait:
    strange = sorted(set(wants) - FIELDS)
    if strange:
        raise ValueError(f"A wait has no {strange[0]}.")
    for name, value in wants.items():
        setattr(wait, name, value)
    _refuse_nonsense(wait)
    wait.save()
    return wait


def _refuse_nonsense(wait: Wait) -> None:
    earliest, latest = wait.earliest_on, wait.latest_on
    if earliest and latest and latest < earliest:
        raise Refused("The latest day lies before the earliest one.")
    if any(day not in range(7) for day in wait.weekdays):
        raise Refused("There are seven days in a week.")
    booked = wait.appointment
    if booked and earliest and earliest >= local(booked.site, booked.starts_at).date():
        raise Refused("The visit that is booked lies before the earliest day wanted.")


def _refuse_gone(appointment: Appointment, at: datetime) -> None:
    if appointment.status != Appointment.Status.BOOKED or appointment.starts_at <= at:
        raise Refused("Only a visit that is still to come can be moved earlier.")


def _leave(wait: Wait, because: str, at: datetime) -> Wait:
    wait.status = wait.lifecycle.move(wait.status, Status.LEFT)
    wait.ended_at, wait.ended_because = at, because[:200]
    wait.save()
    return wait
