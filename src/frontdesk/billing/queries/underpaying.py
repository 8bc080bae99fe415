"""Questions about contracts and what payers allowed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from frontdesk.billing.models import Charge, Claim, ClaimLine, Underpayment
from frontdesk.coding.queries import price_book
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Policy

_OF_A_CHARGE = (
    "code", "modifiers", "on", "provider_id", "visit__site_id", "amount", "units",
)  # fmt: skip
_OF_A_CLAIM = ("payer_id", "payer__allowed_id", "policy_id")


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a contract allows for all units of a line, and where that stands."""

    amount: Decimal
    because: str
    code: str
    on: date


def expected_of(lines: Collection[ClaimLine]) -> dict[UUID, Agreed]:
    """Return what contracts allow for lines, in the same few questions for any number of them.

    Each is by key: as one question over all their tables it took a database without fresh
    statistics twice as long as everything else in posting a file.
    """
    held = Charge.objects.filter(pk__in={line.charge_id for line in lines})
    charges = {row[0]: row for row in held.values_list("pk", *_OF_A_CHARGE)}
    sent = Claim.objects.filter(pk__in={line.claim_id for line in lines})
    claims = {row[0]: row for row in sent.values_list("pk", *_OF_A_CLAIM)}
    if not claims:
        return {}
    policies = Policy.objects.filter(pk__in={row[3] for row in claims.values()})
    plans = dict(policies.values_list("pk", "subscription__plan_id"))
    payers = {row[1] for row in claims.values()}
    lists = {row[2] for row in claims.values() if row[2]}
    book = price_book(payers, {row[1] for row in charges.values()}, schedules=lists)
    found = {}
    for line in lines:
        _, payer, schedule, policy = claims[line.claim_id]
        _, code, modifiers, on, provider, site, charge, units = charges[line.charge_id]
        agreed = book.allowed(
            payer,
            code,
            modifiers,
            on,
            plan=plans.get(policy),
            provider=provider,
            site=site,
            charge=charge / (units or 1),
            schedule=schedule,
        )
        if agreed is not None:
            found[line.pk] = Agreed(_cents(agreed.amount * units), agreed.because, code, on)
    return found


def underpaid(show: str = "open") -> QuerySet[Underpayment]:
    """Return what was paid below contract, the most dollars first; `show` is a status."""
    found = Underpayment.objects.select_related("payer", "claim__patient")
    if show:
        found = found.filter(status=show)
    return found.order_by("-missing", "on", "pk")


def underpaid_sum(payer_id: UUID) -> tuple[int, Decimal]:
    """Return how many lines of a payer wait to be claimed back, and their dollars."""
    found = Underpayment.objects.filter(payer_id=payer_id, status=Underpayment.Status.OPEN)
    told = found.aggregate(lines=Count("pk"), dollars=Sum("missing"))
    return told["lines"], told["dollars"] or ZERO


def underpaid_by_payer() -> list[dict[str, Any]]:
    """Return each payer with its open lines and dollars, the most dollars first."""
    found = Underpayment.objects.filter(status=Underpayment.Status.OPEN).order_by()
    rows = found.values("payer__name").annotate(lines=Count("pk"), dollars=Sum("missing"))
    return sorted((dict(row) for row in rows), key=lambda row: -row["dollars"])


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))
