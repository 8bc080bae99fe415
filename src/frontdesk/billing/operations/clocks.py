"""Clocks on claims: started from a day that counts, stopped only by what really stops them.

A rejected claim was never received: its clock runs on. The clock of a claim stops when the payer
has taken it in (277CA A2) or decided it, or when the office gives it up.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from frontdesk.billing import queries
from frontdesk.billing.models import Claim, ClockKind, Deadline, PayerLimit
from frontdesk.billing.queries.clocks import OWN_KINDS
from frontdesk.billing.rules import clocks
from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, local, now
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work, settle_work

MOST_AT_ONCE = 1000
CLOSES = time(17)
_OVER = (
    "Send it with proof that it was first sent in time (the receipts and rejections on the claim "
    "show the days), or close it with the reason."
)
_SAYS: Mapping[str, tuple[str, str]] = {
    ClockKind.FILING: (
        "to reach the payer",
        "Correct and send the claim. If it was sent, ask the payer whether it is there, and keep "
        "the answer as proof of timely filing.",
    ),
    ClockKind.SECONDARY: ("to reach the next plan", "Correct and send the claim."),
    ClockKind.CORRECTED: (
        "to be corrected",
        "Send a corrected claim, or close it with the reason.",
    ),
    ClockKind.APPEAL: ("to be appealed", "Send the appeal, or close the denial."),
    ClockKind.SECOND_APPEAL: (
        "to be appealed again",
        "Send the second appeal, or close the denial.",
    ),
    ClockKind.RECORDS: (
        "for the records asked for",
        "Send the payer what it asked for.",
    ),
}


@operation("billing.claim")
def start_clock(
    kind: str, claim: Claim, *, from_on: date, by: Actor, due_on: date | None = None
) -> Deadline:
    """Start a clock on a claim from a day; one of its kind that runs already is returned.

    The last day follows from the payer's limits; `due_on` says otherwise, as a letter that names
    the day does, also for a clock that runs.
    """
    running = queries.running([claim.pk]).select_for_update(of=("self",)).filter(kind=kind).first()
    if running is None:
        made = clock_for(claim, kind, from_on, due_on)
        made.save()
        return made
    if due_on and due_on != running.due_on:
        running.due_on = max(due_on, running.starts_on)
        running.alarm_on = clocks.next_alarm(running.told, running.starts_on, running.due_on)
        running.save()
    return running


@operation("billing.claim")
def stop_clock(
    kind: str, claim: Claim, *, why: str, by: Actor, at: datetime | None = None
) -> Deadline | None:
    """Stop a claim's clock of a kind and take its alarm back; nothing where none runs."""
    found = stop_clocks([claim], [kind], why=why, at=at or now(), by=by)
    return found[0] if found else None


@operation("billing.claim")
def stop_clocks(
    claims: Sequence[Claim],
    kinds: Collection[str] = tuple(ClockKind),
    *,
    why: str,
    at: datetime,
    by: Actor,
) -> list[Deadline]:
    """Stop the clocks of these kinds on many claims, in the same few statements for any number."""
    if not claims:
        return []
    running = queries.running([claim.pk for claim in claims]).select_for_update(of=("self",))
    found = list(running.filter(kind__in=list(kinds)).order_by("pk"))
    if not found:
        return []
    on = office_day(at)
    for one in found:
        one.stopped_on, one.stopped_why, one.alarm_on = on, why[:140], None
    Deadline.objects.update_many(found, ["stopped_on", "stopped_why", "alarm_on"])
    for one in found:
        if one.told:
            settle_work(once=once_of(one), at=at, by=by)
    return found


@operation("billing.claim")
def start_clocks(kind: str, claims: Sequence[Claim], *, from_on: date, by: Actor) -> list[Deadline]:
    """Start a clock on each of many claims on which none of the kind runs yet."""
    running = queries.running([claim.pk for claim in claims]).filter(kind=kind)
    have = set(running.values_list("claim_id", flat=True))
    fresh = [claim for claim in claims if claim.pk not in have]
    if not fresh:
        return []
    limits = queries.limits(claim.payer_id for claim in fresh)
    keys = [claim.pk for claim in fresh]
    with_plan = Claim.objects.filter(pk__in=keys).select_related("payer")
    plans = {
        row.pk: (row.payer, row.plan_id)
        for row in with_plan.annotate(plan_id=F("policy__subscription__plan_id"))
    }
    made = [
        new_clock(
            claim,
            kind,
            from_on,
            _last_day(limits, claim, kind, from_on, *plans[claim.pk]),
        )
        for claim in fresh
    ]
    Deadline.objects.create_many(made)
    return made


@operation("billing.claim")
def watch_clocks(*, at: datetime, by: Actor) -> int:
    """Give the alarms that are due, each stage once; return how many.

    A claim without a clock, however it came here, gets one first.
    """
    for claim in queries.claims_without_clock()[:MOST_AT_ONCE]:
        own_clock(claim, at).save()
        claim.save()
    given = 0
    tomorrow = (at + timedelta(days=1)).date()  # somewhere the day has begun already
    for deadline in queries.alarms_due(tomorrow)[:MOST_AT_ONCE]:
        given += _alarm(deadline, at, by)
    return given


@operation("coverage.payers")
def save_limit(limit: PayerLimit | None, values: Mapping[str, Any], *, by: Actor) -> PayerLimit:
    """Set how many days a payer gives for one kind of step: for one plan, or for all.

    Without days what is usual counts again. Clocks that run keep the day they have.
    """
    limit = PayerLimit.objects.lock(limit.pk) if limit else PayerLimit()
    for name, value in values.items():
        setattr(limit, name, value)
    if limit.plan is not None and limit.plan.payer_id != limit.payer_id:
        raise Refused("That plan is another payer’s.")
    same = PayerLimit.objects.filter(payer=limit.payer_id, plan=limit.plan_id, kind=limit.kind)
    if same.exclude(pk=limit.pk).exists():
        raise Refused("This payer has a limit for that already. Change that one.")
    limit.save()
    return limit


def clock_for(claim: Claim, kind: str, from_on: date, due_on: date | None = None) -> Deadline:
    """Return a clock for a claim, not saved yet."""
    due = due_on or queries.last_day(kind, claim.policy, from_on)
    return new_clock(claim, kind, from_on, due)


def new_clock(claim: Claim, kind: str, from_on: date, due_on: date) -> Deadline:
    """Return a clock between two days, not saved yet; the claim knows when it becomes urgent."""
    due_on = max(due_on, from_on)
    if kind in OWN_KINDS:
        claim.urgent_on = clocks.urgent_from(from_on, due_on)
    return Deadline(
        claim=claim,
        kind=kind,
        starts_on=from_on,
        due_on=due_on,
        alarm_on=clocks.next_alarm(0, from_on, due_on),
    )


def own_clock(claim: Claim, at: datetime) -> Deadline:
    """Return the clock a claim itself runs under, not saved yet, and set until when it is filed.

    A replacement counts from the decision it answers, a claim to a later plan from the decision
    of the plan before (Medicare as any first claim), every other from the day of service. A
    correction that goes as a first claim, as to Medicare, has no longer than a first claim has.
    """
    today = local(claim.visit.site, at).date()
    kind, from_on, due_on = ClockKind.FILING, claim.on, None
    if claim.replaces is not None:
        kind, from_on = ClockKind.CORRECTED, queries.decided_on(claim.replaces) or today
        if claim.frequency == "1":
            days = (kind, from_on), (ClockKind.FILING, claim.on)
            due_on = min(queries.last_day(one, claim.policy, on) for one, on in days)
    elif claim.policy.rank > 1:
        decided = queries.decided_before(claim)
        if decided is not None:
            filing = claim.payer.filing_indicator
            kind = ClockKind.SECONDARY
            from_on = clocks.later_from(claim.on, decided, filing=filing)
    made = clock_for(claim, kind, from_on, due_on)
    claim.file_by = made.due_on
    return made


def run_on(claim: Claim, at: datetime) -> None:
    """Let a claim's own clock run where none does; the claim is not saved yet."""
    if not queries.running([claim.pk]).filter(kind__in=OWN_KINDS).exists():
        own_clock(claim, at).save()


def _last_day(
    limits: queries.Limits, claim: Claim, kind: str, from_on: date, payer: Payer, plan_id: UUID
) -> date:
    """Return the last day for a step; to correct where corrections go as first claims, theirs.

    Once that is over only a reopening is left, which counts from the decision.
    """
    last = limits.last_day(kind, from_on, payer=payer, plan_id=plan_id)
    if kind != ClockKind.CORRECTED or payer.takes_replaced_claims:
        return last
    filed = limits.last_day(ClockKind.FILING, claim.on, payer=payer, plan_id=plan_id)
    return min(last, filed) if filed >= from_on else last


def once_of(deadline: Deadline) -> str:
    """Return what makes the alarm of a clock one item on the work list."""
    return f"claim.clock:{deadline.pk}"


def _alarm(deadline: Deadline, at: datetime, by: Actor) -> int:
    """Give the alarm of the stage that was reached, in the place of the one before."""
    claim = deadline.claim
    today = local(claim.visit.site, at).date()
    stage = clocks.stage_on(today, deadline.starts_on, deadline.due_on)
    if stage <= deadline.told:
        return 0
    settle_work(once=once_of(deadline), at=at, by=by)
    until, step = _SAYS[deadline.kind]
    open_work(
        kind="billing.claim_clock",
        title=f"Claim {claim.number}: {_time(stage, deadline, today)} {until}",
        detail=f"{deadline.get_kind_display()}, {claim.payer.name}: the last day is "
        f"{deadline.due_on:%b %-d, %Y}.",
        how_to_fix=_OVER if stage == clocks.OVER else step,
        pool="biller",
        subject=claim,
        amount=claim.total,
        due_at=at_wall(claim.visit.site, deadline.due_on, CLOSES),
        once=once_of(deadline),
        at=at,
        by=by,
    )
    deadline.told = stage
    deadline.alarm_on = clocks.next_alarm(stage, deadline.starts_on, deadline.due_on)
    deadline.save()
    return 1


def _time(stage: int, deadline: Deadline, today: date) -> str:
    left = (deadline.due_on - today).days
    if stage == clocks.OVER:
        return "the time is over"
    if left == 0:
        return "today is the last day"
    return f"{left} day{'' if left == 1 else 's'} left"
