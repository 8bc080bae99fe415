"""Contracts with payers: begun, changed, ended; their terms."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.coding.models import Contract, ContractTerm
from frontdesk.coding.rules import is_procedure_code
from frontdesk.coding.rules.contracts import overlap
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation

_FIELDS = (
    "name",
    "payer_id",
    "plan_id",
    "provider_id",
    "site",
    "starts_on",
    "last_on",
    "schedule",
    "locality",
    "pays_lesser",
)
_MOST_PERCENT = Decimal(1000)


@operation("coding.edit")
def save_contract(
    details: Mapping[str, Any],
    *,
    by: Actor,
    contract: Contract | None = None,
    modifiers: str = "",
    version: str = "",
) -> Contract:
    """Begin a contract with a payer, or change one; two of one scope may not share a day.

    `modifiers` says what the payer pays for some of them: "50=150 80=16". A contract without a
    last day that is followed by a new one ends the day before it.
    """
    held = Contract.objects.lock(contract.pk) if contract else Contract()
    held.expect(version)
    for name in _FIELDS:
        if name in details:
            setattr(held, name, details[name])
    if held.last_on is not None and held.last_on < held.starts_on:
        raise Refused(_("The last day is before the first."))
    held.modifier_percents = _percents(modifiers)
    _make_room(held)
    held.save()
    return held


@operation("coding.edit")
def add_term(
    contract: Contract,
    *,
    basis: str,
    percent: Decimal,
    by: Actor,
    first_code: str = "",
    last_code: str = "",
    year: int | None = None,
) -> ContractTerm:
    """Say that a contract pays a percentage of our charge, or of Medicare, for some codes."""
    first, last = first_code.strip().upper(), last_code.strip().upper()
    for code in filter(None, (first, last)):
        if not is_procedure_code(code):
            raise Refused(_("A code is like 99213, G0439 or Z9213."))
    if last and (not first or last < first):
        raise Refused(_("The last code comes before the first."))
    if not 0 < percent <= _MOST_PERCENT:
        raise Refused(_("A percentage is more than 0 and 1,000 at most."))
    if basis not in ContractTerm.Basis.values:
        raise Refused(_("Say what the percentage is of."))
    contract = Contract.objects.lock(contract.pk)
    known = ContractTerm.objects.filter(
        contract=contract, first_code=first, last_code=last, is_active=True
    ).first()
    term = known or ContractTerm(contract=contract, first_code=first, last_code=last)
    term.basis, term.percent, term.year = ContractTerm.Basis(basis), percent, year
    term.save()
    return term


@operation("coding.edit")
def remove_term(term: ContractTerm, *, by: Actor) -> ContractTerm:
    """Take a term out of a contract; it is kept for the record."""
    term = ContractTerm.objects.lock(term.pk)
    term.is_active = False
    term.save()
    return term


@operation("coding.edit")
def withdraw_contract(contract: Contract, *, by: Actor) -> Contract:
    """Take back a contract that was entered by mistake: nothing is reckoned by it any more."""
    contract = Contract.objects.lock(contract.pk)
    contract.is_active = False
    contract.save()
    return contract


def _make_room(held: Contract) -> None:
    others = Contract.objects.filter(payer_id=held.payer_id, is_active=True).exclude(pk=held.pk)
    for other in others:
        if other.scope != held.scope:
            continue
        if other.last_on is None and other.starts_on < held.starts_on:
            other.last_on = held.starts_on - timedelta(days=1)
            other.save()
        elif overlap((other.starts_on, other.last_on), (held.starts_on, held.last_on)):
            raise Refused(_("%(name)s holds on some of these days already.") % {"name": other.name})


def _percents(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.replace(",", " ").split():
        name, sign, percent = part.partition("=")
        try:
            value = Decimal(percent.rstrip("%"))
        except InvalidOperation:
            value = Decimal(-1)
        if len(name) != 2 or not sign or not 0 <= value <= _MOST_PERCENT:
            raise Refused(_("Write modifiers like 50=150 80=16: what is paid, in percent."))
        found[name.upper()] = f"{value.normalize():f}"
    return found
