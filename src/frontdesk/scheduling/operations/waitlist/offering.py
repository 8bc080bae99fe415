"""Offering a freed time: a few at a time, the next when they said no or nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from frontdesk.comms import operations as comms
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel
from frontdesk.scheduling.models import Appointment, FreedTime, Offer, RefillRule, Wait
from frontdesk.scheduling.operations.waitlist.freeing import call_off, close
from frontdesk.scheduling.operations.waitlist.joining import leave_waitlist
from frontdesk.scheduling.operations.waitlist.saying import facts_of
from frontdesk.scheduling.queries.backfill import (
    Considered,
    chance_to_fill,
    consider,
    floor_of,
    next_batch,
    rule_for,
)
from frontdesk.scheduling.queries.freed_times import taken_by
from frontdesk.scheduling.signals import freed_time_due
from frontdesk.solver.backfill import after_quiet, expiry
from frontdesk.staff.operations import open_work, settle_work

OFFERED = "waitlist.offer"
REACHED = (Channel.EMAIL, Channel.SMS)  # by a link; whoever wants a call is called
POOL = "scheduler"
Status = FreedTime.Status


@operation("scheduling.waitlist")
def look_for_takers(freed: FreedTime, *, at: datetime, by: Actor) -> FreedTime:
    """Do the next thing for a freed time: wait, ask the next few, ask the desk, or let it rest.

    A job asks this, and may ask it twice: what was done is not done again.
    """
    freed = FreedTime.objects.lock(freed.pk)
    if freed.status != Status.LOOKING:
        return freed
    is_taken, held_until = taken_by(freed, at)
    if is_taken:
        return _let_rest(freed, Status.TAKEN, "Somebody else was booked.", at, by)
    later = _expire(freed, at, by)
    rule = rule_for(freed.visit_type_id)
    if later is None and (why := _too_late(freed, rule, at)):
        return _let_rest(freed, Status.ENDED, why, at, by)
    later = later or held_until or _quiet_until(freed, rule, at)
    if later is not None:  # they think about it, somebody is on the phone, or it is night
        return _again(freed, later)
    considered = consider(freed, at, rule)
    chosen = next_batch(considered, freed, at, rule)
    if not chosen:
        close(freed, Status.ENDED, _why_nobody(freed, considered))
    elif rule.mode == RefillRule.Mode.PROPOSE and not freed.batches:
        _propose(freed, chosen, at, by)
    else:
        _ask(freed, chosen, rule, at, by)
    return freed


@operation("scheduling.waitlist")
def offer_to(freed: FreedTime, wait_ids: Sequence[UUID], *, at: datetime, by: Actor) -> list[Offer]:
    """Offer a freed time to the people the desk chose, or without a choice to the next few.

    The rules hold for the desk as for the machine: who may not have the time is refused by name.
    """
    freed = FreedTime.objects.lock(freed.pk)
    if freed.status in (Status.FILLED, Status.TAKEN) or freed.starts_at <= at:
        raise Refused("This time is not free any more.")
    rule = rule_for(freed.visit_type_id)
    considered = consider(freed, at, rule)
    chosen = (
        [one for one in considered if one.wait.pk in set(wait_ids)]
        if wait_ids
        else next_batch(considered, freed, at, rule)
    )
    for one in chosen:
        if one.ranked is None:
            raise Refused(f"{one.wait.patient.name} can't be asked: {one.refused}.")
        if not one.wait.takes_offers:
            raise Refused(f"{one.wait.patient.name} wants no offers. Call them.")
    if not chosen:
        raise Refused("Nobody on the waitlist fits this time.")
    if freed.status != Status.LOOKING:
        freed.status = freed.lifecycle.move(freed.status, Status.LOOKING)
        freed.kept_for = ""
    settle_work(once=f"freed:{freed.pk}", at=at, by=by)
    return _ask(freed, chosen, rule, at, by)


@operation("scheduling.waitlist")
def tidy_waitlist(*, at: datetime, by: Actor) -> int:
    """Take those off whose visit has come, let times rest that passed, ask what is due again.

    The safety net of the waitlist: whatever a lost job left undone is done by this one. Returns
    how many freed times were looked at.
    """
    come = Wait.objects.filter(status=Wait.Status.WAITING, appointment__starts_at__lte=at)
    for wait in come:
        leave_waitlist(wait, because="The visit has come.", at=at, by=by)
    alive = (Status.LOOKING, Status.PROPOSED, Status.KEPT)
    for freed in FreedTime.objects.filter(status__in=alive, starts_at__lte=at):
        freed = FreedTime.objects.lock(freed.pk)
        if freed.status in alive:
            close(freed, Status.ENDED, "The time has passed.")
            call_off(freed, at=at, by=by)
    due = FreedTime.objects.filter(status=Status.LOOKING, look_at__lte=at)
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        freed_time_due.send(FreedTime, freed=FreedTime.objects.get(pk=key), not_before=None)
    return len(keys)


def _expire(freed: FreedTime, at: datetime, by: Actor) -> datetime | None:
    """Let offers expire whose time is over; return when the last open one does."""
    waiting = (Offer.Status.PENDING, Offer.Status.VIEWED)
    keys = Offer.objects.filter(freed=freed, status__in=waiting).values_list("pk", flat=True)
    until = None
    for offer in Offer.objects.lock_many(set(keys)):
        if offer.expires_at > at:
            until = max(until or offer.expires_at, offer.expires_at)
            continue
        offer.status = offer.lifecycle.move(offer.status, Offer.Status.EXPIRED)
        offer.answered_at = at
        offer.save()
        settle_work(once=f"offer:{offer.pk}", at=at, by=by)
    return until


def _let_rest(
    freed: FreedTime, status: FreedTime.Status, says: str, at: datetime, by: Actor
) -> FreedTime:
    close(freed, status, says)
    call_off(freed, at=at, by=by)
    return freed


def _too_late(freed: FreedTime, rule: RefillRule, at: datetime) -> str:
    """Say why the time can't be offered any more; nothing when it can."""
    if rule.mode == RefillRule.Mode.OFF:
        return "Times of this kind are not offered."
    awake = _quiet_until(freed, rule, at) or at
    if freed.starts_at - awake < floor_of(freed, rule):
        return "It is too close to the visit to ask anybody."
    return ""


def _quiet_until(freed: FreedTime, rule: RefillRule, at: datetime) -> datetime | None:
    """Return when people may be written to again; None when that is now, or the desk decides."""
    zone = ZoneInfo(freed.site.time_zone)
    awake = after_quiet(at, zone, rule.quiet_from, rule.quiet_until)
    is_asleep = awake > at and rule.mode == RefillRule.Mode.AUTOMATIC
    return awake if is_asleep else None


def _why_nobody(freed: FreedTime, considered: Sequence[Considered]) -> str:
    if freed.batches:
        return "Everybody who fits was asked."
    return "Nobody on the waitlist fits." if considered else "Nobody is on the waitlist."


def _propose(freed: FreedTime, chosen: Sequence[Considered], at: datetime, by: Actor) -> None:
    freed.status = freed.lifecycle.move(freed.status, Status.PROPOSED)
    freed.look_at = None
    freed.save()
    facts = facts_of(freed, "en")
    open_work(
        kind="scheduling.freed_time",
        title=f"Came free: {facts['when']}, {freed.provider}",
        detail=f"{len(chosen)} on the waitlist to ask first; the chance that one of them takes "
        f"it is {chance_to_fill(chosen)} %.",
        how_to_fix="Open the freed time and offer it, keep it back, or book somebody.",
        pool=POOL,
        subject=freed,
        due_at=freed.starts_at - timedelta(hours=4),
        once=f"freed:{freed.pk}",
        at=at,
        by=by,
    )


def _ask(
    freed: FreedTime, chosen: Sequence[Considered], rule: RefillRule, at: datetime, by: Actor
) -> list[Offer]:
    lead = freed.starts_at - at
    most = timedelta(minutes=rule.answer_minutes)
    zone = ZoneInfo(freed.site.time_zone)
    until = expiry(at, lead, most, zone, (rule.quiet_from, rule.quiet_until))
    freed.batches += 1
    offers = [_offer(freed, one, min(until, freed.starts_at), at, by) for one in chosen]
    freed.look_at = min(until, freed.starts_at)
    freed.save()
    freed_time_due.send(FreedTime, freed=freed, not_before=freed.look_at)
    return offers


def _offer(freed: FreedTime, one: Considered, until: datetime, at: datetime, by: Actor) -> Offer:
    wait, ranked = one.wait, one.ranked
    assert ranked is not None  # noqa: S101 - only who may be asked is chosen
    booked: Appointment | None = wait.appointment
    offer = Offer.objects.create(
        freed=freed,
        wait=wait,
        patient=wait.patient,
        visit_type=wait.visit_type,
        starts_at=freed.starts_at,
        ends_at=wait.asks_for.ends_at(freed.starts_at),
        was_starts_at=booked.starts_at if booked else None,
        batch=freed.batches,
        points=ranked.points,
        because=[list(why) for why in ranked.because],
        channel=wait.channel or wait.patient.preferred_channel,
        offered_at=at,
        offered_by=by.name,
        expires_at=until,
    )
    if offer.channel not in REACHED or not _write(offer, at, by):
        _have_called(offer, at, by)
    return offer


def _write(offer: Offer, at: datetime, by: Actor) -> bool:
    """Send the link; say whether somebody can be reached by it."""
    message = comms.tell(
        offer.patient,
        OFFERED,
        facts_of(offer.freed, offer.patient.language, offer),
        once=f"offer:{offer.pk}",
        subject=offer,
        channel=offer.channel,
        place=offer.freed.site,
        link=comms.Way("offer", offer.expires_at),
        until=offer.expires_at,
        at=at,
        by=by,
    )
    if message is None:
        return False
    offer.channel = message.channel
    offer.save()
    return True


def _have_called(offer: Offer, at: datetime, by: Actor) -> None:
    """Leave the offer to the telephone: it counts as any other, somebody must call."""
    if offer.channel != Channel.VOICE:
        offer.channel = Channel.VOICE
        offer.save()
    facts = facts_of(offer.freed, "en", offer)
    open_work(
        kind="scheduling.call_about_time",
        title=f"Call {offer.patient.name}: {facts['when']} is free",
        detail=f"They are on the waitlist for a {offer.visit_type}. The offer stands until "
        f"{facts['until']}.",
        how_to_fix="Call, then open the freed time and note yes or no.",
        pool=POOL,
        subject=offer.freed,
        patient_id=offer.patient_id,
        due_at=offer.expires_at,
        once=f"offer:{offer.pk}",
        at=at,
        by=by,
    )


def _again(freed: FreedTime, when: datetime) -> FreedTime:
    if freed.look_at != when:
        freed.look_at = when
        freed.save()
        freed_time_due.send(FreedTime, freed=freed, not_before=when)
    return freed
