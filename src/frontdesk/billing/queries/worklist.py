"""The claims work list: what needs somebody, why, and what it is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet, Sum

from frontdesk.billing.models import Claim, ClaimEvent, ClaimLine, Exchange
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy
from frontdesk.coverage.queries import policies_of
from frontdesk.ledger.models import Entry
from frontdesk.ledger.rules import next_step, reason_in_words
from frontdesk.ledger.rules.chart import INSURANCE
from frontdesk.staff.models import WorkItem

ON_A_PAGE = 50
DENIED = "billing.claim_denied"  # the kind of work a refused line makes
LATE_AFTER = timedelta(days=30)
NEAR_LIMIT = timedelta(days=14)
_IN_HAND = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)
_UNSENT = (Claim.Status.HELD, Claim.Status.READY, Claim.Status.REJECTED)
_DONE = (Claim.Status.PAID, Claim.Status.CLOSED)
_NEEDY = (Claim.Status.HELD, Claim.Status.REJECTED, Claim.Status.DENIED)


@dataclass(frozen=True, slots=True)
class Chip:
    """One way to narrow the list."""

    key: str
    label: str
    count: int
    amount: Decimal


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


@dataclass(frozen=True, slots=True)
class Worklist:
    """The list as drawn: chips, rows of one page, what needs somebody, what can be sent."""

    chips: list[Chip]
    show: str
    page: Page[Claim]
    rows: list[Row]

    @property
    def needs(self) -> Chip:
        """What needs somebody."""
        return self.chips[0]

    @property
    def ready(self) -> Chip:
        """What can be sent."""
        return next(chip for chip in self.chips if chip.key == "ready")


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """One claim with everything its drawer shows."""

    claim: Claim
    row: Row
    lines: list[ClaimLine]
    events: list[ClaimEvent]
    versions: list[Claim]
    files: list[Exchange]
    plans: list[Policy]
    work: list[WorkItem]

    @property
    def denied(self) -> list[tuple[str, str, str]]:
        """The reasons against it: code, words, what usually helps."""
        codes = [code for line in self.lines for code in line.reasons if not _is_usual(code)]
        return [(code, reason_in_words(code), next_step(code)) for code in dict.fromkeys(codes)]


def worklist(*, show: str, number: int, today: date, at: datetime) -> Worklist:
    """Return the claims under one chip, a page of them, and the counts of every chip."""
    chips = _chips(today, at)
    show = show if any(chip.key == show for chip in chips) else "needs"
    found = Claim.objects.filter(_chip(show, today, at)).select_related("patient", "payer", "visit")
    page = Paginator(found.order_by(*_order(show)), ON_A_PAGE).get_page(number)
    return Worklist(chips, show, page, rows_of(list(page.object_list), today, at))


def waiting_claims(today: date, at: datetime) -> int:
    """Return how many claims need somebody, for the rail."""
    return Claim.objects.filter(_chip("needs", today, at)).count()


def rows_of(claims: Sequence[Claim], today: date, at: datetime) -> list[Row]:
    """Return the claims with state, reason, open amount and owner, in constant questions."""
    keys = [claim.pk for claim in claims]
    left = _open_amounts(keys)
    reasons = _reasons(claims)
    work = _by_claim(keys)
    return [
        _row(
            claim,
            left.get(claim.pk, ZERO),
            reasons.get(claim.pk, ""),
            work.get(claim.pk, []),
            today,
            at,
        )
        for claim in claims
    ]


def claim_page(claim: Claim, *, today: date, at: datetime) -> ClaimPage:
    """Return all that a claim's drawer shows; load it with patient, payer, policy and visit."""
    versions = Claim.objects.filter(visit=claim.visit_id).select_related("payer").order_by("pk")
    events = claim.events.select_related("exchange").order_by("-at", "-pk")
    found = list(events)
    files = {event.exchange.pk: event.exchange for event in found if event.exchange}
    return ClaimPage(
        claim=claim,
        row=rows_of([claim], today, at)[0],
        lines=list(claim.lines.select_related("charge").order_by("place")),
        events=found,
        versions=list(versions),
        files=list(files.values()),
        plans=list(policies_of(claim.patient, claim.on)),
        work=list(work_on([claim.pk])),
    )


def claims() -> QuerySet[Claim]:
    """Return claims with what their drawer needs."""
    return Claim.objects.select_related(
        "patient",
        "payer",
        "provider",
        "visit__site",
        "policy__subscription__plan",
        "replaces",
    )


def files(kind: str = "") -> QuerySet[Exchange]:
    """Return files sent and received without their content, the newest first."""
    found = Exchange.objects.defer("content").annotate(inside=Count("transmissions"))
    found = found.select_related("answers").order_by("-at", "-pk")
    return found.filter(kind=kind) if kind else found


def _is_usual(code: str) -> bool:
    return code.startswith("PR-") or next_step(code).startswith("post") or code == "CO-45"


def _chips(today: date, at: datetime) -> list[Chip]:
    labels = {
        "needs": "Needs someone",
        "ready": "To send",
        "held": "Held",
        "rejected": "Rejected",
        "denied": "Denied",
        "late": "Late",
        "limit": "Filing limit",
        "waiting": "Waiting",
        "paid": "Paid",
    }
    sums = _sums(today, at)
    return [Chip(key, label, *sums[key]) for key, label in labels.items()]


def _sums(today: date, at: datetime) -> dict[str, tuple[int, Decimal]]:
    """Count and add up what each chip holds.

    Claims that are done are by far the most: they are counted by the index alone.
    """
    by_status = Claim.objects.order_by().values_list("status").annotate(Count("pk"))
    counts = dict(by_status)
    paid = sum(counts.get(status, 0) for status in _DONE)
    sums = {"paid": (paid, ZERO)}
    under_way = Claim.objects.filter(status__in=(*_UNSENT, *_IN_HAND, Claim.Status.DENIED))
    asked: dict[str, Any] = {}
    for key in ("needs", "ready", "held", "rejected", "denied", "late", "limit", "waiting"):
        asked[f"n_{key}"] = Count("pk", filter=_chip(key, today, at, part_denied=False))
        asked[f"sum_{key}"] = Sum("total", filter=_chip(key, today, at, part_denied=False))
    found = under_way.aggregate(**asked)
    part = Claim.objects.filter(_part_denied()).aggregate(n=Count("pk"), sum=Sum("total"))
    for key in (name.removeprefix("n_") for name in asked if name.startswith("n_")):
        more: dict[str, Any] = part if key in {"needs", "denied"} else {"n": 0, "sum": ZERO}
        amount = (found[f"sum_{key}"] or ZERO) + (more["sum"] or ZERO)
        sums[key] = (found[f"n_{key}"] + more["n"], amount)
    return sums


def _chip(key: str, today: date, at: datetime, *, part_denied: bool = True) -> Q:
    refused = Q(status=Claim.Status.DENIED)
    if part_denied:
        refused |= _part_denied()
    late = Q(status__in=_IN_HAND, sent_at__lt=at - LATE_AFTER)
    limit = Q(status__in=_UNSENT, file_by__lte=today + NEAR_LIMIT)
    return {
        "needs": Q(status__in=_NEEDY) | refused | late | limit,
        "ready": Q(status=Claim.Status.READY),
        "held": Q(status=Claim.Status.HELD),
        "rejected": Q(status=Claim.Status.REJECTED),
        "denied": refused,
        "late": late,
        "limit": limit,
        "waiting": Q(status__in=_IN_HAND),
        "paid": Q(status__in=_DONE),
    }[key]


def _part_denied() -> Q:
    """Claims that were paid, with lines refused that nobody has settled."""
    waiting = WorkItem.objects.filter(kind=DENIED, status=WorkItem.Status.OPEN)
    return Q(status=Claim.Status.PAID, pk__in=waiting.values("subject_id"))


def _order(show: str) -> tuple[str, ...]:
    return ("-on", "-pk") if show == "paid" else ("-total", "file_by", "pk")


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
        against = [reason_in_words(code) for code in codes if not _is_usual(code)]
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
    today: date,
    at: datetime,
) -> Row:
    days = (claim.file_by - today).days
    state, tone, icon = _state(claim, days, at)
    if claim.status == Claim.Status.PAID and any(item.kind == DENIED for item in work):
        state, tone, icon = "Part denied", "amber", "circle-x"
    return Row(
        claim=claim,
        state=state,
        tone=tone,
        icon=icon,
        reason=reason or _waits(claim, at),
        open=left,
        owner=next((item.owner.name for item in work if item.owner), ""),
        days_to_file=days,
    )


def _state(claim: Claim, days: int, at: datetime) -> tuple[str, str, str]:
    if claim.status in _UNSENT and days <= NEAR_LIMIT.days:
        return "Filing limit", "red", "alarm"
    if claim.status in _IN_HAND and claim.sent_at and claim.sent_at < at - LATE_AFTER:
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
    if claim.status in _IN_HAND and claim.sent_at:
        days = (at - claim.sent_at).days
        return f"No answer for {days} days" if days else "Sent today"
    if claim.status == Claim.Status.READY:
        return "Passes every check"
    if claim.status == Claim.Status.PAID:
        return f"Patient's share {claim.patient_responsibility:,.2f}"
    return ""
