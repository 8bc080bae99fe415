"""Owe a later plan what it paid too much, after the plan before corrected its decision."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from frontdesk.billing.models import Claim
from frontdesk.billing.rules.overpaid import LaterPlan, owed_by_patient, squared
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.operations import post
from frontdesk.ledger.rules import Line
from frontdesk.staff.operations import open_work, settle_work

TO_TELL = timedelta(days=60)  # Medicare's time to report and return (42 CFR 401.305)


def settle_with_later_plans(claim: Claim, *, key: str, at: datetime, by: Actor) -> Decimal:
    """Let stand on later plans' accounts what they paid above what is left to them now.

    It is never the patient's credit. Returns the dollars owed to them for the claim's charges,
    and asks somebody to tell them once the plan before has decided anew.
    """
    charges = set(claim.lines.values_list("charge_id", flat=True))
    same = Claim.objects.filter(lines__charge__in=charges, level__gt=1).order_by("-level", "-pk")
    later = {one.pk: one for one in same.select_related("payer").distinct()}
    if not later:
        return ZERO
    found = Entry.objects.filter(charge_id__in=charges).select_related("source", "target")
    entries = [entry.as_line() for entry in found.order_by("pk")]
    plans = _plans(entries, later)
    lines = _squared(plans, entries)
    if lines:
        on, memo = local(claim.visit.site, at).date(), "Paid by a later plan, and owed back to it"
        post("claim", key=key, lines=lines, on=on, memo=memo, at=at, by=by)
    for one in later.values():
        mine = (plan.owed for plan in plans if plan.base.claim_id == one.pk)
        _ask(one, claim, sum(mine, ZERO), at, by)
    return sum((plan.owed for plan in plans), ZERO)


def _plans(entries: Sequence[Line], later: Mapping[UUID, Claim]) -> list[LaterPlan]:
    """Return what each later claim's plan did for each charge, the last plan first."""
    found: dict[tuple[UUID, UUID], LaterPlan] = {}
    for entry in entries:
        if entry.claim_id and entry.claim_id in later and entry.charge_id:
            found.setdefault((entry.claim_id, entry.charge_id), LaterPlan(entry))
    for (_, charge), plan in found.items():
        for entry in entries:
            if entry.charge_id == charge:
                plan.hear(entry)
    places = list(later)
    return sorted(found.values(), key=lambda plan: places.index(plan.base.claim_id or places[0]))


def _squared(plans: Sequence[LaterPlan], entries: Sequence[Line]) -> list[Line]:
    lines: list[Line] = []
    for plan in plans:
        mine = [one for one in (*entries, *lines) if one.charge_id == plan.base.charge_id]
        more = squared(plan, owed_by_patient(mine))
        for line in more:
            plan.hear(line)
        lines += more
    return lines


def _ask(later: Claim, first: Claim, owed: Decimal, at: datetime, by: Actor) -> None:
    once = f"claim.owed_to_plan:{later.pk}"
    if owed <= ZERO:
        settle_work(once=once, at=at, by=by)
        return
    if first.pk == later.pk or not first.is_decided:  # a reversal is followed by its correction
        return
    settle_work(once=once, at=at, by=by)
    open_work(
        kind="billing.owed_to_plan",
        title=f"{later.payer.name} paid ${owed} more than is left to it now",
        detail=f"{first.payer.name} corrected claim {first.number} after claim {later.number} "
        "was paid.",
        how_to_fix="Tell this plan what the first one pays now. It takes its money back, and the "
        "takeback finds it: it stands on the plan's account, not on the patient's. Medicare must "
        "hear of it within 60 days.",
        pool="biller",
        subject=later,
        amount=owed,
        due_at=at + TO_TELL,
        once=once,
        at=at,
        by=by,
    )
