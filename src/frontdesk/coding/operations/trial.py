"""A price list tried before it is brought in: what would change, and every row that can't be."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from frontdesk.coding import exchange
from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Trial:
    """What bringing a file in would do. Nothing was saved."""

    headings: list[str]
    rows: int
    new_codes: int
    new_prices: int
    changed: list[tuple[str, str, Decimal, Decimal]]  # code, modifier, price now, price then
    same: int
    rejected: list[exchange.Rejected]
    twice: list[str]  # codes that stand more than once with the same modifier: the last counts


def try_prices(
    schedule: FeeSchedule, content: bytes, mapping: Mapping[str, str] | None = None
) -> Trial:
    """Return what bringing the file in would do, without doing it; reads only."""
    rows, rejected = exchange.read_prices(content, mapping)
    now = {(fee.code, fee.modifier): fee.amount for fee in Fee.objects.filter(schedule=schedule)}
    codes = set(ChargeItem.objects.values_list("code", flat=True))
    then: dict[tuple[str, str], Decimal] = {}
    twice = set()
    for row in rows:
        key = (row.code, row.modifier)
        if key in then:
            twice.add(row.code)
        then[key] = row.amount
    changed = [
        (code, modifier, now[code, modifier], amount)
        for (code, modifier), amount in then.items()
        if (code, modifier) in now and now[code, modifier] != amount
    ]
    known = sum(key in now for key in then)
    return Trial(
        headings=exchange.headings_of(content),
        rows=len(then),
        new_codes=len({code for code, _modifier in then} - codes),
        new_prices=len(then) - known,
        changed=sorted(changed, key=lambda one: -abs(one[3] - one[2])),
        same=known - len(changed),
        rejected=rejected,
        twice=sorted(twice),
    )
