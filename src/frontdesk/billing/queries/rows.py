"""Claims as rows: the state in one word, why, what is open, who has it, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet, Sum

from frontdesk.billing.models import Claim, ClaimEvent, ClaimLine
from frontdesk.billing.queries.clocks import running
from frontdesk.billing.queries.watching import IN_HAND
from frontdesk.billing.rules.next_steps import NextStep, Standing, next_step
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules import next_step as help_against
from frontdesk.ledger.rules import reason_in_words
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.staff.models import WorkItem

DENIED = "billing.claim_denied"  # the kind of work a refused line makes
UNSENT = (Claim.Status.HELD, Claim.Status.READY, Claim.Status.REJECTED)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim on the list: its state in one word and a tone, the reason, what is open."""

    claim: Claim
    state: str
    tone: str
    icon: str
    reason: str
    open: Decimal
    owner: str
    days_to_file: int
    is_urgent: bool
    next: NextStep | None


def rows_of(claims: Sequence[Claim], today: date, at: datetime) -> list[Row]:
    """Return the claims with state, reason, open amount and owner, in constant questions."""
    keys = [claim.pk for claim in claims]
    left = _open_amounts(keys)
    reasons = _reasons(claims)
    work = _by_claim(keys)
    due: dict[UUID, date] = {}
    for clock in running(keys):
        due.setdefault(clock.claim_id, clock.due_on)
    return [
        _row(
            claim,
            left.get(claim.pk, ZERO),
            reasons.get(claim.pk, ""),
            work.get(claim.pk, []),
            due.get(claim.pk),
            today,
            at,
        )
        for claim in claims
    ]


def is_usual(code: str) -> bool:
    return code.startswith("PR-") or help_against(code).startswith("post") or code == "CO-45"


def _open_amounts(keys: Sequence[UUID]) -> dict[UUID, Decimal]:
    """What insurance still owes on each claim's charges."""
    charges = dict(ClaimLine.objects.filter(claim__in=keys).values_list("charge_id", "claim_id"))
    sums: dict[UUID, Decimal] = {}
    for side, sign in (("target", 1), ("source", -1)):
        rows = (
            Entry.objects.filter(charge_id__in=list(charges), **{f"{side}__code": INSURANCE})
            .order_by()
            .values_list("charge_id")
            .annotate(Sum("amount"))
        )
        for charge_id, amount in rows:
            if charge_id is not None:
                key = charges[charge_id]
                sums[key] = sums.get(key, ZERO) + sign * amount
    return sums


def _reasons(claims: Sequence[Claim]) -> dict[UUID, str]:
    """Why each claim is where it is: the worst finding, the last word of the payer."""
    said = {
        claim.pk: claim.findings[0]["words"]
        for claim in claims
        if claim.status == Claim.Status.HELD and claim.findings
    }
    told = (
        ClaimEvent.objects.filter(claim__in=[c.pk for c in claims], kind="rejected")
        .order_by("at", "pk")
        .values_list("claim_id", "words")
    )
    rejected = {c.pk for c in claims if c.status == Claim.Status.REJECTED}
    said |= {pk: words for pk, words in told if pk in rejected}
    decided = [c.pk for c in claims if c.is_decided]
    for pk, codes in ClaimLine.objects.filter(claim__in=decided).values_list("claim_id", "reasons"):
        against = [reason_in_words(code) for code in codes if not is_usual(code)]
        if against:
            said.setdefault(pk, against[0])
    return said


def work_on(keys: Sequence[UUID]) -> QuerySet[WorkItem]:
    """Return the open work about these claims."""
    return WorkItem.objects.filter(
        subject_kind="billing.Claim", subject_id__in=keys, status=WorkItem.Status.OPEN
    ).select_related("owner")


def _by_claim(keys: Sequence[UUID]) -> dict[UUID, list[WorkItem]]:
    found: dict[UUID, list[WorkItem]] = {}
    for item in work_on(keys):
        if item.subject_id:
            found.setdefault(item.subject_id, []).append(item)
    return found


def _row(
    claim: Claim,
    left: Decimal,
    reason: str,
    work: Sequence[WorkItem],
    due_on: date | None,
    today: date,
    at: datetime,
) -> Row:
    is_part_denied = claim.status == Claim.Status.PAID and any(item.kind == DENIED for item in work)
    is_urgent = _is_urgent(claim, today)
    state, tone, icon = _state(claim, today, is_urgent=is_urgent)
    if is_part_denied:
        state, tone, icon = "Part denied", "amber", "circle-x"
    standing = Standing(
        status=claim.status,
        today=today,
        sent_on=claim.sent_at.date() if claim.sent_at else None,
        late_on=claim.late_on,
        due_on=due_on,
        is_urgent=is_urgent,
        is_part_denied=is_part_denied,
        planned=claim.next_step,
        planned_on=claim.next_on,
        planned_for=claim.next_for,
    )
    owner = claim.owner or next((item.owner for item in work if item.owner), None)
    return Row(
        claim=claim,
        state=state,
        tone=tone,
        icon=icon,
        reason=reason or _waits(claim, at),
        open=left,
        owner=owner.name if owner else "",
        days_to_file=(claim.file_by - today).days,
        is_urgent=is_urgent,
        next=next_step(standing),
    )


def _is_urgent(claim: Claim, today: date) -> bool:
    """Whether three quarters of the time have run and nobody has it in hand."""
    is_here = claim.status in UNSENT or claim.status == Claim.Status.DENIED
    return is_here and claim.urgent_on is not None and claim.urgent_on <= today


def _state(claim: Claim, today: date, *, is_urgent: bool) -> tuple[str, str, str]:
    if is_urgent and claim.status in UNSENT:
        return "Filing limit", "red", "alarm"
    if claim.status in IN_HAND and claim.late_on is not None and claim.late_on < today:
        return "Late", "slate", "clock"
    return {
        Claim.Status.HELD: ("Held", "amber", "hand-stop"),
        Claim.Status.READY: ("To send", "accent", "send"),
        Claim.Status.SENT: ("Sent", "slate", "send"),
        Claim.Status.RECEIVED: ("Received", "slate", "inbox"),
        Claim.Status.REJECTED: ("Rejected", "slate", "arrow-back-up"),
        Claim.Status.ACCEPTED: ("With payer", "blue", "building-bank"),
        Claim.Status.PAID: ("Paid", "green", "circle-check"),
        Claim.Status.DENIED: ("Denied", "amber", "circle-x"),
        Claim.Status.CLOSED: ("Closed", "slate", "circle-check"),
        Claim.Status.VOIDED: ("Voided", "slate", "circle-minus"),
    }[Claim.Status(claim.status)]


def _waits(claim: Claim, at: datetime) -> str:
    if claim.status in IN_HAND and claim.sent_at:
        days = (at - claim.sent_at).days
        return f"No answer for {days} days" if days else "Sent today"
    if claim.status == Claim.Status.READY:
        return "Passes every check"
    if claim.status == Claim.Status.PAID:
        return f"Patient's share {claim.patient_responsibility:,.2f}"
    return ""
