"""Questions about contracts and what payers allowed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from frontdesk.billing.models import ClaimLine, Underpayment
from frontdesk.coding.queries import price_book
from frontdesk.core.money import ZERO

_ASKED = (
    "pk",
    "claim__payer_id",
    "claim__payer__allowed_id",
    "claim__policy__subscription__plan_id",
    "charge__code",
    "charge__modifiers",
    "charge__on",
    "charge__provider_id",
    "charge__visit__site_id",
    "charge__amount",
    "charge__units",
)


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a contract allows for all units of a line, and where that stands."""

    amount: Decimal
    because: str
    code: str
    on: date


def expected_of(lines: Collection[ClaimLine]) -> dict[UUID, Agreed]:
    """Return what contracts allow for lines, in the same few questions for any number of them."""
    asked = list(ClaimLine.objects.filter(pk__in=[line.pk for line in lines]).values_list(*_ASKED))
    if not asked:
        return {}
    payers = {row[1] for row in asked}
    lists = {row[2] for row in asked if row[2]}
    book = price_book(payers, {row[4] for row in asked}, schedules=lists)
    found = {}
    for pk, payer, schedule, plan, code, modifiers, on, provider, site, charge, units in asked:
        agreed = book.allowed(
            payer,
            code,
            modifiers,
            on,
            plan=plan,
            provider=provider,
            site=site,
            charge=charge / (units or 1),
            schedule=schedule,
        )
        if agreed is not None:
            found[pk] = Agreed(_cents(agreed.amount * units), agreed.because, code, on)
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
