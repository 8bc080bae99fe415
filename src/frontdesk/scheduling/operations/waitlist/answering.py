"""What people say to an offer. The first yes wins; whoever comes second is told kindly."""

from datetime import datetime

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Link
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, Wait
from frontdesk.scheduling.operations.booking import book, reschedule
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.operations.waitlist.freeing import call_off, close, note_freed
from frontdesk.scheduling.queries.backfill import consider, rule_for
from frontdesk.scheduling.queries.freed_times import taken_by
from frontdesk.scheduling.signals import Left, freed_time_due
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import settle_work

Status = Offer.Status
BUSY = "Somebody at the office is looking at this time. Please try again in five minutes."


@operation("scheduling.answer_offer")
def view_offer(offer: Offer, *, at: datetime, by: Actor) -> Offer:
    """Remember that the patient looked at the offer."""
    offer = Offer.objects.lock(offer.pk)
    if offer.status == Status.PENDING:
        offer.status = offer.lifecycle.move(offer.status, Status.VIEWED)
        offer.viewed_at = at
        offer.save()
    return offer


@operation("scheduling.answer_offer")
def accept_offer(offer: Offer, *, at: datetime, by: Actor, link: Link | None = None) -> Offer:
    """Give the offered time to the patient, and move their old visit there if they had one.

    Exactly one of several who say yes in the same moment gets it. The others' offer comes back
    as gone, and they stay on the waitlist. Said twice by the same patient, it is one yes. What
    their old visit leaves free is offered in turn.
    """
    freed, offer, wait = _hold(offer)
    if not offer.is_open:
        return offer
    if offer.expires_at <= at:
        return _answered(offer, Status.EXPIRED, at, by)
    if not freed.is_open:
        return _answered(offer, Status.GONE, at, by)
    try:
        appointment = _give(freed, offer, wait, at, by)
    except Refused:
        is_taken, held_until = taken_by(freed, at)
        if held_until is not None and not is_taken:
            raise Refused(BUSY) from None
        freed_time_due.send(FreedTime, freed=freed, not_before=None)
        return _answered(offer, Status.GONE, at, by)
    if link is not None:
        comms.use_link(link, by=by)
    offer.appointment = appointment
    _answered(offer, Status.ACCEPTED, at, by)
    _fill(freed, wait, appointment, at, by)
    return offer


@operation("scheduling.answer_offer")
def decline_offer(offer: Offer, *, at: datetime, by: Actor, link: Link | None = None) -> Offer:
    """Note a no; the patient stays on the waitlist, and the next few are asked."""
    freed, offer, _wait = _hold(offer)
    if not offer.is_open:
        return offer
    if link is not None:
        comms.use_link(link, by=by)
    _answered(offer, Status.DECLINED, at, by)
    freed_time_due.send(FreedTime, freed=freed, not_before=None)
    return offer


@operation("scheduling.answer_offer")
def stop_offers(offer: Offer, *, at: datetime, by: Actor, link: Link | None = None) -> Offer:
    """Note that the patient wants no more offers: they stay on the list, and nobody writes.

    Every other offer they hold ends with it. Also said after the offer itself has gone.
    """
    freed, offer, wait = _hold(offer)
    wait.takes_offers = False
    wait.save()
    if offer.is_open:
        if link is not None:
            comms.use_link(link, by=by)
        _answered(offer, Status.OPTED_OUT, at, by)
        freed_time_due.send(FreedTime, freed=freed, not_before=None)
    return offer


@operation("scheduling.waitlist")
def place(freed: FreedTime, wait: Wait, *, at: datetime, by: Actor) -> Appointment:
    """Give a freed time to somebody on the waitlist by word of mouth: they are on the phone.

    The desk may take anybody whom the time fits, whoever was asked. Refuses in words when the
    time is gone.
    """
    if wait.appointment_id:
        Appointment.objects.lock(wait.appointment_id)
    freed = FreedTime.objects.lock(freed.pk)
    offer = Offer.objects.filter(freed=freed, wait=wait).first()
    if freed.status in (FreedTime.Status.FILLED, FreedTime.Status.TAKEN):
        raise Taken("Somebody has this time already.")
    offer = Offer.objects.lock(offer.pk) if offer else _by_phone(freed, wait, at, by)
    wait = Wait.objects.lock(wait.pk)
    if wait.status != Wait.Status.WAITING:
        raise Refused("They are not on the waitlist any more.")
    if not freed.is_open:
        freed.status = freed.lifecycle.move(freed.status, FreedTime.Status.LOOKING)
    appointment = _give(freed, offer, wait, at, by)
    offer.appointment = appointment
    if offer.is_open:
        _answered(offer, Status.ACCEPTED, at, by)
    else:
        offer.save()  # they had said no, or nothing, and changed their mind
    _fill(freed, wait, appointment, at, by)
    return appointment


@operation("scheduling.waitlist")
def take_time(
    wait: Wait,
    *,
    starts_at: datetime,
    provider: Provider,
    site: Site,
    at: datetime,
    by: Actor,
) -> Appointment:
    """Give somebody on the waitlist a time that is open anyway; refuse with `Taken` if it is not.

    Who is booked is moved there, and what they leave comes free.
    """
    if wait.appointment_id:
        Appointment.objects.lock(wait.appointment_id)
    wait = Wait.objects.lock(wait.pk)
    if wait.status != Wait.Status.WAITING:
        raise Refused("They are not on the waitlist any more.")
    if wait.appointment is not None:
        found = reschedule(wait.appointment, starts_at, provider=provider, site=site, at=at, by=by)
    else:
        found = book(wait.patient, wait.visit_type, provider, site, starts_at, at, by=by)
    _placed(wait, "Placed by the desk.", at)
    return found


def _hold(offer: Offer) -> tuple[FreedTime, Offer, Wait]:
    """Lock all that an answer changes, always in this order, so that two never wait crosswise."""
    booked = Wait.objects.filter(pk=offer.wait_id).values_list("appointment_id", flat=True).first()
    if booked:
        Appointment.objects.lock(booked)
    freed = FreedTime.objects.lock(offer.freed_id)
    return freed, Offer.objects.lock(offer.pk), Wait.objects.lock(offer.wait_id)


def _give(freed: FreedTime, offer: Offer, wait: Wait, at: datetime, by: Actor) -> Appointment:
    """Book the time, or move the visit there; refuse in words when it is not to be had."""
    if wait.status != Wait.Status.WAITING:
        raise Refused("They are not on the waitlist any more.")
    with attempt():
        if wait.appointment is not None:
            return reschedule(
                wait.appointment,
                freed.starts_at,
                provider=freed.provider,
                site=freed.site,
                at=at,
                by=by,
            )
        return book(
            wait.patient, offer.visit_type, freed.provider, freed.site, freed.starts_at, at, by=by
        )


def _fill(freed: FreedTime, wait: Wait, appointment: Appointment, at: datetime, by: Actor) -> None:
    freed.booked = appointment
    close(freed, FreedTime.Status.FILLED, "")
    call_off(freed, at=at, by=by)
    _placed(wait, "Took an offered time.", at)
    _pass_on(freed, appointment, at, by)


def _placed(wait: Wait, because: str, at: datetime) -> None:
    wait.status = wait.lifecycle.move(wait.status, Wait.Status.PLACED)
    wait.ended_at, wait.ended_because = at, because
    wait.moves += 1
    wait.save()


def _pass_on(freed: FreedTime, appointment: Appointment, at: datetime, by: Actor) -> None:
    """Tie what the move freed to what caused it, and offer what a shorter visit leaves over."""
    rule = rule_for(freed.visit_type_id)
    led_to = FreedTime.objects.filter(
        appointment=appointment, freed_at=at, after=None, status=FreedTime.Status.LOOKING
    ).exclude(pk=freed.pk)
    for child in FreedTime.objects.lock_many(set(led_to.values_list("pk", flat=True))):
        child.after, child.depth = freed, freed.depth + 1
        if child.depth > rule.cascades:
            close(child, FreedTime.Status.ENDED, "Enough visits were moved for one cancellation.")
        else:
            child.save()
    if appointment.ends_at < freed.ends_at:
        rest = Left(appointment.ends_at, freed.ends_at, freed.provider, freed.site, freed.room)
        note_freed(
            rest,
            visit_type=freed.visit_type,
            because=FreedTime.Because.LEFT_OVER,
            once=f"left:{freed.pk}",
            after=freed,
            at=at,
            by=by,
        )


def _answered(offer: Offer, status: Offer.Status, at: datetime, by: Actor) -> Offer:
    offer.status = offer.lifecycle.move(offer.status, status)
    offer.answered_at, offer.answered_by = at, by.name
    offer.save()
    settle_work(once=f"offer:{offer.pk}", at=at, by=by)
    return offer


def _by_phone(freed: FreedTime, wait: Wait, at: datetime, by: Actor) -> Offer:
    """Make the offer that is accepted in the same breath."""
    _is_taken, held_until = taken_by(freed, at)
    if held_until is not None:
        raise Taken("A colleague is holding this time.")
    considered = consider(freed, at, rule_for(freed.visit_type_id))
    mine = next((one for one in considered if one.wait.pk == wait.pk), None)
    ranked = mine.ranked if mine else None
    return Offer.objects.create(
        freed=freed,
        wait=wait,
        patient=wait.patient,
        visit_type=wait.visit_type,
        starts_at=freed.starts_at,
        ends_at=wait.asks_for.ends_at(freed.starts_at),
        was_starts_at=wait.appointment.starts_at if wait.appointment else None,
        batch=freed.batches,
        points=ranked.points if ranked else 0,
        because=[list(why) for why in ranked.because] if ranked else [],
        channel="voice",
        offered_at=at,
        offered_by=by.name,
        expires_at=freed.starts_at,
    )
