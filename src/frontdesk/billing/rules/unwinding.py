"""How a charge is taken back when its superbill is opened again: all of it but the money."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from frontdesk.core.money import ZERO
from frontdesk.ledger.rules import Line, signed
from frontdesk.ledger.rules.chart import BANK, CASH_OF, CREDIT, INSURANCE, RECOUPMENT

MONEY = frozenset({BANK, CREDIT, RECOUPMENT, *CASH_OF.values()})


def unwound(entries: Iterable[Line]) -> list[Line]:
    """Return the lines that take back everything posted on charges except money received.

    What a payer paid for a charge that is no more is owed back to the payer until it has
    decided the corrected claim; what a patient paid becomes credit when the account settles.
    """
    sums: dict[tuple[str, str, UUID | None], Decimal] = {}
    owed: dict[UUID | None, Decimal] = {}
    first: dict[UUID | None, Line] = {}
    for entry in entries:
        first.setdefault(entry.charge_id, entry)
        if {entry.source, entry.target} & MONEY:
            _add_paid(owed, entry)
        else:
            _add(sums, entry)
    return [*_mirrored(sums, first), *_owed_back(owed, first)]


def _add(sums: dict[tuple[str, str, UUID | None], Decimal], entry: Line) -> None:
    back = (entry.target, entry.source, entry.charge_id)
    if back in sums:
        sums[back] -= entry.amount
    else:
        key = (entry.source, entry.target, entry.charge_id)
        sums[key] = sums.get(key, ZERO) + entry.amount


def _add_paid(owed: dict[UUID | None, Decimal], entry: Line) -> None:
    if entry.source == INSURANCE:
        owed[entry.charge_id] = owed.get(entry.charge_id, ZERO) + entry.amount
    elif entry.target == INSURANCE:
        owed[entry.charge_id] = owed.get(entry.charge_id, ZERO) - entry.amount


def _mirrored(
    sums: dict[tuple[str, str, UUID | None], Decimal], first: dict[UUID | None, Line]
) -> Sequence[Line]:
    return [
        signed(replace(first[charge], source=target, target=source, amount=amount, kind="back"))
        for (source, target, charge), amount in sums.items()
        if amount
    ]


def _owed_back(owed: dict[UUID | None, Decimal], first: dict[UUID | None, Line]) -> Sequence[Line]:
    return [
        signed(
            replace(
                first[charge],
                source=RECOUPMENT,
                target=INSURANCE,
                amount=amount,
                kind="owed_back",
                reason="",
            )
        )
        for charge, amount in owed.items()
        if amount
    ]
