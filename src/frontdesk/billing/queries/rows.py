"""Claims as rows: the state in one word, why, what is open, who has it, what comes next."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.billing.models import Claim, ClaimEvent, ClaimLine, Denial
from frontdesk.billing.queries.clocks import running
from frontdesk.billing.queries.listing import ON_A_PAGE
from frontdesk.billing.queries.watching import IN_HAND
from frontdesk.billing.rules.next_steps import NextStep, Standing, next_step
from frontdesk.core.composed import Composed
from frontdesk.core.money import ZERO
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules import next_step as help_against
from frontdesk.ledger.rules import reason_in_words
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.staff.models import WorkItem

DENIED = "billing.claim_denied"  # the kind of work a refused line makes
UNSENT = (Claim.Status.HELD, Claim.Status.READY, Claim.Status.REJECTED)

SAID_OF_ROW = (  # all that a row says of its claim, and of whose it is
    "practice_id", "number", "visit_id", "on", "total", "status", "findings", "file_by", "sent_at",
    "patient_responsibility", "urgent_on", "late_on", "next_step", "next_on", "next_for",
    "patient__first_name", "patient__last_name", "patient__preferred_name", "payer__name",
    "owner__name",
)  # fmt: skip


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

    @property
    def said(self) -> tuple[Hashable, ...]:
        """All that the row says on the list: two that say the same are drawn alike."""
        claim = self.claim
        return (
            claim.pk, claim.number, claim.patient.name, claim.on, claim.payer.name, claim.total,
            claim.is_unsent, self.state, self.tone, self.icon, self.reason, self.open, self.owner,
            self.days_to_file, self.is_urgent, self.next,
        )  # fmt: skip


def rows_of(claims: Sequence[Claim], today: date, at: datetime) -> list[Row]:
    """Return the claims with state, reason, open amount and owner, in constant questions."""
    keys = [claim.pk for claim in claims]
    lines = _of_all(_lines, keys)
    left = _open_amounts(lines, _of_all(_moved, keys) if lines else [])
    reasons = _reasons(claims, lines)
    work: dict[UUID, list[_Work]] = {}
    for key, kind, owner in _of_all(_work, keys):
        work.setdefault(key, []).append(_Work(kind, owner or ""))
    due: dict[UUID, date] = {}
    for key, due_on in _of_all(_clocks, keys):
        due.setdefault(key, due_on)
    answered = _answered([claim.pk for claim in claims if claim.status == Claim.Status.DENIED])
    return [
        _row(
            claim,
            left.get(claim.pk, ZERO),
            reasons.get(claim.pk, ""),
            work.get(claim.pk, []),
            due.get(claim.pk),
            answered.get(claim.pk, ""),
            today,
            at,
        )
        for claim in claims
    ]


def filled(keys: Sequence[UUID]) -> tuple[UUID, ...]:
    """Return the keys of a page with the last one repeated: a question of one length is kept."""
    return (*keys, *[keys[-1]] * (ON_A_PAGE - len(keys)))


def is_usual(code: str) -> bool:
    return code.startswith("PR-") or help_against(code).startswith("post") or code == "CO-45"


class _Work(NamedTuple):
    kind: str
    owner: str


@Composed
def _lines(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    found = ClaimLine.objects.filter(claim__in=keys).order_by()
    return found.values_list("claim_id", "charge_id", "reasons")


@Composed
def _moved(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    """What moved for the charges of these claims, from where to where."""
    charges = ClaimLine.objects.filter(claim__in=keys).order_by().values("charge_id")
    found = Entry.objects.filter(charge_id__in=charges).order_by()
    return found.values_list("charge_id", "source__code", "target__code", "amount")


@Composed
def _rejections(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    found = ClaimEvent.objects.filter(claim__in=keys, kind="rejected").order_by("at", "pk")
    return found.values_list("claim_id", "words")


@Composed
def _work(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    return work_on(keys).values_list("subject_id", "kind", "owner__name")


@Composed
def _clocks(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    return running(keys).values_list("claim_id", "due_on")


@Composed
def _refusals(keys: Sequence[UUID]) -> QuerySet[Any, Any]:
    found = Denial.objects.filter(claim__in=keys, status__in=Denial.OPEN).order_by()
    return found.values_list("claim_id", "status")


def _answered(denied: Sequence[UUID]) -> dict[UUID, str]:
    """Return how claims were answered of which nothing is left to work: appeal or correction."""
    said: dict[UUID, set[str]] = {}
    for key, status in _of_all(_refusals, denied):
        said.setdefault(key, set()).add(status)
    return {
        key: "appealed" if statuses & {*Denial.APPEALS} else "corrected"
        for key, statuses in said.items()
        if not statuses & {*Denial.TO_WORK}
    }


def _of_all(ask: Composed[Any], keys: Sequence[UUID]) -> list[Any]:
    """Return what is said about these keys, in one question: of a page, one that is composed."""
    if len(keys) > ON_A_PAGE:
        return list(ask.make(keys))
    return ask(filled(keys)) if keys else []


def _open_amounts(
    lines: Sequence[tuple[UUID, UUID, list[str]]], moved: Iterable[tuple[UUID, str, str, Decimal]]
) -> dict[UUID, Decimal]:
    """What insurance still owes on each claim's charges."""
    charges = {charge: claim for claim, charge, _reasons in lines}
    sums: dict[UUID, Decimal] = {}
    for charge, source, target, amount in moved:
        sign = (target == INSURANCE) - (source == INSURANCE)
        if sign:
            key = charges[charge]
            sums[key] = sums.get(key, ZERO) + sign * amount
    return sums


def _reasons(
    claims: Sequence[Claim], lines: Sequence[tuple[UUID, UUID, list[str]]]
) -> dict[UUID, str]:
    """Why each claim is where it is: the worst finding, the last word of the payer."""
    said = {
        claim.pk: claim.findings[0]["words"]
        for claim in claims
        if claim.status == Claim.Status.HELD and claim.findings
    }
    rejected = [c.pk for c in claims if c.status == Claim.Status.REJECTED]
    said |= dict(_of_all(_rejections, rejected))
    decided = {c.pk for c in claims if c.is_decided}
    for key, _charge, codes in lines:
        if key in decided:
            against = [reason_in_words(code) for code in codes if not is_usual(code)]
            if against:
                said.setdefault(key, against[0])
    return said


def work_on(keys: Sequence[UUID]) -> QuerySet[WorkItem]:
    """Return the open work about these claims."""
    return WorkItem.objects.filter(
        subject_kind="billing.Claim", subject_id__in=keys, status=WorkItem.Status.OPEN
    ).select_related("owner")


def _row(
    claim: Claim,
    left: Decimal,
    reason: str,
    work: Sequence[_Work],
    due_on: date | None,
    answered: str,
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
        answered=answered,
        planned=claim.next_step,
        planned_on=claim.next_on,
        planned_for=claim.next_for,
    )
    owner = claim.owner.name if claim.owner else next((i.owner for i in work if i.owner), "")
    return Row(
        claim=claim,
        state=state,
        tone=tone,
        icon=icon,
        reason=reason or _waits(claim, at),
        open=left,
        owner=owner,
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
