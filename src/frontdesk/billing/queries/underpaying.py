"""Questions about contracts and what payers allowed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from frontdesk.billing.models import Charge, Claim, ClaimLine, Underpayment
from frontdesk.coding.queries import price_book
from frontdesk.core.money import ZERO
from frontdesk.coverage.models import Payer, Policy

_OF_A_CHARGE = (
    "code", "modifiers", "on", "provider_id", "visit__site_id", "amount", "units",
)  # fmt: skip
_OF_A_CLAIM = ("payer_id", "policy_id")


class Priced(NamedTuple):
    """What of a charge decides its price."""

    code: str
    modifiers: Sequence[str]
    on: date
    provider: UUID
    site: UUID
    amount: Decimal
    units: Decimal


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a contract allows for all units of a line, and where that stands."""

    amount: Decimal
    because: str
    code: str
    on: date


def expected_of(
    lines: Collection[ClaimLine],
    *,
    claims: Mapping[UUID, Claim] | None = None,
    charges: Mapping[UUID, Priced] | None = None,
) -> dict[UUID, Agreed]:
    """Return what contracts allow for lines, in the same few questions for any number of them.

    Each is by key: as one question over all their tables it took a database without fresh
    statistics twice as long as everything else in posting a file. `claims` and `charges` are
    those of the lines, where they were read already.
    """
    sent = _sent_to(lines, claims)
    if not sent:
        return {}
    charges = _priced(lines) if charges is None else charges
    policies = Policy.objects.filter(pk__in={policy for _, policy in sent.values()})
    plans = dict(policies.values_list("pk", "subscription__plan_id"))
    payers = {payer for payer, _ in sent.values()}
    lists = dict(Payer.objects.filter(pk__in=payers).values_list("pk", "allowed_id"))
    codes = {charges[line.charge_id].code for line in lines}
    book = price_book(payers, codes, schedules={one for one in lists.values() if one})
    found = {}
    for line in lines:
        payer, policy = sent[line.claim_id]
        code, modifiers, on, provider, site, charge, units = charges[line.charge_id]
        agreed = book.allowed(
            payer,
            code,
            modifiers,
            on,
            plan=plans.get(policy),
            provider=provider,
            site=site,
            charge=charge / (units or 1),
            schedule=lists.get(payer),
        )
        if agreed is not None:
            found[line.pk] = Agreed(_cents(agreed.amount * units), agreed.because, code, on)
    return found


def _sent_to(
    lines: Collection[ClaimLine], claims: Mapping[UUID, Claim] | None
) -> dict[UUID, tuple[UUID, UUID]]:
    """Return payer and policy of the lines' claims."""
    if claims is not None:
        return {key: (one.payer_id, one.policy_id) for key, one in claims.items()}
    found = Claim.objects.filter(pk__in={line.claim_id for line in lines})
    return {row[0]: row[1:] for row in found.values_list("pk", *_OF_A_CLAIM)}


def _priced(lines: Collection[ClaimLine]) -> dict[UUID, Priced]:
    found = Charge.objects.filter(pk__in={line.charge_id for line in lines})
    return {row[0]: Priced(*row[1:]) for row in found.values_list("pk", *_OF_A_CHARGE)}


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
