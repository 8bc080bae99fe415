"""Contracts with the names of whom they are with, and the days without one."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from frontdesk.coding import queries as coding
from frontdesk.coding.models import Contract, ContractTerm
from frontdesk.coverage.models import Payer, Plan
from frontdesk.staff.models import Provider


@dataclass(frozen=True, slots=True)
class Row:
    """A contract as listed."""

    contract: Contract
    payer: str
    whom: str
    holds: bool
    gaps: list[tuple[date, date]] = field(default_factory=list)  # days after it without one


def rows(on: date, found: Iterable[Contract] | None = None) -> list[Row]:
    """Return the contracts by payer, those with a gap in their days first; five queries."""
    held = list(coding.contracts() if found is None else found)
    payers = dict(Payer.objects.values_list("pk", "name"))
    plans = dict(Plan.objects.values_list("pk", "name"))
    providers = {one.pk: one.short_name for one in Provider.objects.all()}
    missing: dict[object, list[tuple[date, date]]] = {}
    for contract, first, last in coding.gaps_of(held, on):
        missing.setdefault(contract.pk, []).append((first, last))
    listed = [
        Row(
            contract=one,
            payer=payers.get(one.payer_id, _("A payer that is gone")),
            whom=", ".join(
                filter(
                    None,
                    (
                        plans.get(one.plan_id, "") if one.plan_id else "",
                        providers.get(one.provider_id, "") if one.provider_id else "",
                        one.site.name if one.site else "",
                    ),
                )
            )
            or _("Everybody"),
            holds=one.holds_on(on),
            gaps=missing.get(one.pk, []),
        )
        for one in held
    ]
    return sorted(
        listed, key=lambda row: (not row.gaps, row.payer, -row.contract.starts_on.toordinal())
    )


def terms_of(contract: Contract) -> list[ContractTerm]:
    """Return the terms of a contract: single codes, then ranges, then every code."""
    found = ContractTerm.objects.filter(contract=contract, is_active=True)
    return sorted(
        found, key=lambda term: (not term.first_code, bool(term.last_code), term.first_code)
    )


def others(contract: Contract) -> list[Contract]:
    """Return the contracts that one may be compared with: of the same payer first."""
    held = [one for one in coding.contracts() if one.pk != contract.pk]
    return sorted(held, key=lambda one: (one.payer_id != contract.payer_id, one.name))
