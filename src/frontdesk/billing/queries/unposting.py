"""Questions about what was posted wrongly: what a decision did, and what rests on it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.billing.models import (
    Appeal,
    Claim,
    ClaimEvent,
    Denial,
    DenialStep,
    RemittanceClaim,
)
from frontdesk.ledger.models import Posting

Status = Claim.Status
_DECIDED = ("paid", "denied", "reversed", "noted")  # events that tell of a decision
_WHERE = {"999": Status.RECEIVED, "reversed": Status.ACCEPTED}
_HERE = {
    "held": Status.HELD, "ready": Status.READY, "queued": Status.SENT, "sent": Status.SENT,
    "rejected": Status.REJECTED,
}  # fmt: skip
_ENDINGS = ("won", "partly", "lost")  # steps of a denial
_ONLY_RECEIPT = ("A0", "A1")  # a 277CA that says no more than that it came


def posted_at(row: RemittanceClaim) -> datetime | None:
    """Return when a decision was posted to its claim: everything it did carries this moment."""
    told = ClaimEvent.objects.filter(
        claim=row.claim_id, exchange=row.remittance.exchange_id, kind__in=_DECIDED
    )
    last = told.order_by("pk").last()
    return last.at if last else None


def other_decisions(row: RemittanceClaim) -> list[RemittanceClaim]:
    """Return what else was posted to the claim, in the order it was posted."""
    found = RemittanceClaim.objects.filter(
        claim=row.claim_id, status=RemittanceClaim.Status.POSTED, why=""
    ).exclude(pk=row.pk)
    return list(found.select_related("remittance", "posting").order_by("pk"))


def later_decision(
    row: RemittanceClaim, others: Sequence[RemittanceClaim]
) -> RemittanceClaim | None:
    """Return a decision on the same claim that was posted after this one."""
    for one in others:
        if one.remittance_id == row.remittance_id and one.place > row.place:
            return one
        if one.remittance_id != row.remittance_id and _came_later(one, row):
            return one
    return None


def _came_later(one: RemittanceClaim, row: RemittanceClaim) -> bool:
    """Say which was posted later; a denial posts no dollars, then the file that came later."""
    if one.posting is None or row.posting is None:
        return one.pk > row.pk
    return bool(one.posting.number > row.posting.number)


def claims_after(claim: Claim) -> QuerySet[Claim]:
    """Return the claims to later plans that bill what this one left."""
    same = Claim.objects.filter(lines__charge__in=claim.lines.values("charge"))
    gone = (Status.VOIDED, Status.CLOSED)
    return same.filter(level__gt=claim.level).exclude(status__in=gone).distinct()


def moved_since(claim: Claim, row: RemittanceClaim) -> list[Posting]:
    """Return what moved the claim's dollars on since: to a next plan, to the patient, given up."""
    keys = Q(key__startswith=f"next:{claim.pk}:") | Q(key__startswith=f"close:{claim.pk}:")
    found = Posting.objects.filter(keys, reversed_by=None)
    if row.posting is not None:
        found = found.filter(number__gt=row.posting.number)
    return list(found.order_by("-number"))


def status_before(claim: Claim) -> Status:
    """Return where a claim stood before any payer decided: what its history says last."""
    if claim.crossed_over:
        return Status.ACCEPTED
    where = Status.SENT
    told = claim.events.order_by("pk").values_list("kind", "code")
    for kind, code in told:
        if kind in _HERE:
            where = _HERE[kind]
        elif where == Status.REJECTED:
            continue  # a receipt that came after does not send it again
        elif kind == "277CA":
            where = Status.RECEIVED if code[:2] in _ONLY_RECEIPT else Status.ACCEPTED
        elif kind in _WHERE and where != Status.ACCEPTED:
            where = _WHERE[kind]
    return where


def refused_then(claim: Claim, at: datetime) -> dict[UUID, str]:
    """Return the denials that a decision posted at this moment touched, with what it did."""
    charges = claim.lines.values("charge")
    steps = DenialStep.objects.filter(at=at, denial__line__charge__in=charges)
    kinds = ("denied", "again", *_ENDINGS)
    return dict(steps.filter(kind__in=kinds).order_by("pk").values_list("denial_id", "kind"))


def in_appeal_then(denials: Collection[UUID], at: datetime) -> set[UUID]:
    """Return those of the denials of which an appeal was out when something was posted then."""
    kinds = ("denied", "again", "reversed", "unposted", "corrected", "appealed", *_ENDINGS)
    steps = DenialStep.objects.filter(denial__in=denials, kind__in=kinds).order_by("pk")
    last: dict[UUID, str] = {}
    decided: set[UUID] = set()
    for denial, kind, moment in steps.values_list("denial_id", "kind", "at"):
        if moment == at and kind != "appealed":
            decided.add(denial)
        elif denial not in decided:
            last[denial] = kind
    return {denial for denial, kind in last.items() if kind == "appealed"}


def appealed(denials: QuerySet[Denial]) -> Appeal | None:
    """Return an appeal against one of these denials that is written or sent."""
    open_ = (Appeal.Status.DRAFT, Appeal.Status.SENT)
    return Appeal.objects.filter(denials__in=denials, status__in=open_).order_by("pk").first()
