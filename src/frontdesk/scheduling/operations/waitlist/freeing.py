"""Times that come free: noted in the transaction that freed them, kept back, offered again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.scheduling.models import FreedTime, Offer, RefillRule, VisitType
from frontdesk.scheduling.models.booking import Appointment
from frontdesk.scheduling.queries.backfill import rule_for
from frontdesk.scheduling.queries.freed_times import is_out
from frontdesk.scheduling.signals import Left, freed_time_due
from frontdesk.staff.operations import settle_work

SHORTEST = timedelta(minutes=10)  # what is left over and shorter than that is a pause
RULE_FIELDS = frozenset(field.name for field in RefillRule._meta.concrete_fields) - {
    "id",
    "practice",
    "visit_type",
}
Status = FreedTime.Status


@operation("scheduling.waitlist")
def note_freed(
    left: Left,
    *,
    visit_type: VisitType,
    because: str,
    once: str,
    at: datetime,
    by: Actor,
    appointment: Appointment | None = None,
    after: FreedTime | None = None,
) -> FreedTime | None:
    """Note that a time came free, and have it looked at; None where it is not to be offered.

    `once` names the event, so that the same time is noted once however often it is told. A time
    that is over or too short, one at which the provider is out, and one of a visit type whose
    rule is off, are left alone. A seat that is left in a group is a time as any other. What an
    offer freed in turn is offered as many times over as the rule allows.
    """
    if known := FreedTime.objects.filter(once=once).first():
        return known
    rule = rule_for(visit_type.pk)
    is_short = left.starts_at <= at or left.ends_at - left.starts_at < SHORTEST
    if is_short or rule.mode == RefillRule.Mode.OFF or is_out(left):
        return None
    depth = after.depth + 1 if after else 0
    if depth > rule.cascades:
        return None
    freed = FreedTime.objects.create(
        **left._asdict(),
        visit_type=visit_type,
        appointment=appointment,
        because=because,
        freed_at=at,
        once=once,
        depth=depth,
        after=after,
        look_at=at,
    )
    freed_time_due.send(FreedTime, freed=freed, not_before=None)
    return freed


@operation("scheduling.waitlist")
def keep_freed(freed: FreedTime, *, kept_for: str, at: datetime, by: Actor) -> FreedTime:
    """Keep a freed time back for somebody or something; nobody is asked any more.

    Nothing is booked by it: the time stays free in the book.
    """
    if not kept_for.strip():
        raise Refused("Say whom or what the time is kept for.")
    freed = FreedTime.objects.lock(freed.pk)
    freed.status = freed.lifecycle.move(freed.status, Status.KEPT)
    freed.kept_for, freed.look_at = kept_for.strip()[:200], None
    freed.save()
    call_off(freed, at=at, by=by)
    return freed


@operation("scheduling.waitlist")
def offer_again(freed: FreedTime, *, at: datetime, by: Actor) -> FreedTime:
    """Go on with a freed time that was kept back, or that nobody took."""
    freed = FreedTime.objects.lock(freed.pk)
    if freed.starts_at <= at:
        raise Refused("This time has passed.")
    freed.status = freed.lifecycle.move(freed.status, Status.LOOKING)
    freed.kept_for, freed.says, freed.look_at = "", "", at
    freed.save()
    freed_time_due.send(FreedTime, freed=freed, not_before=None)
    return freed


@operation("scheduling.waitlist")
def end_freed(freed: FreedTime, *, because: str, at: datetime, by: Actor) -> FreedTime:
    """Stop offering a freed time."""
    freed = FreedTime.objects.lock(freed.pk)
    close(freed, Status.ENDED, because.strip() or "Stopped by the desk.")
    call_off(freed, at=at, by=by)
    return freed


@operation("scheduling.templates")
def save_refill_rule(
    visit_type: VisitType | None, values: Mapping[str, Any], *, by: Actor
) -> RefillRule:
    """Say how freed times are offered: of one type of visit, or of all that have no own rule."""
    strange = sorted(set(values) - RULE_FIELDS)
    if strange:
        raise ValueError(f"A refill rule has no {strange[0]}.")
    rule = RefillRule.objects.filter(visit_type=visit_type).first()
    rule = rule or RefillRule(visit_type=visit_type)
    for name, value in values.items():
        setattr(rule, name, value)
    if not 1 <= rule.target <= 99:
        raise Refused("The chance to fill a time lies between 1 and 99 percent.")
    if rule.most_at_once < 1 or rule.offers_most < 1 or rule.offers_days < 1:
        raise Refused("At least one offer, to one patient, in one day.")
    if rule.answer_minutes < 10:
        raise Refused("Give patients at least ten minutes to answer.")
    rule.save()
    return rule


def close(freed: FreedTime, status: Status, says: str) -> None:
    """Let a freed time rest. It must be locked."""
    freed.status = freed.lifecycle.move(freed.status, status)
    freed.says, freed.look_at = says[:200], None
    freed.save()


def call_off(freed: FreedTime, *, at: datetime, by: Actor) -> None:
    """Tell the open offers of a freed time that it is gone. It must be locked."""
    waiting = (Offer.Status.PENDING, Offer.Status.VIEWED)
    keys = Offer.objects.filter(freed=freed, status__in=waiting).values_list("pk", flat=True)
    for offer in Offer.objects.lock_many(set(keys)):
        offer.status = offer.lifecycle.move(offer.status, Offer.Status.GONE)
        offer.answered_at = at
        offer.save()
        settle_work(once=f"offer:{offer.pk}", at=at, by=by)
    settle_work(once=f"freed:{freed.pk}", at=at, by=by)
