"""The practice's own charge list, and its prices."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from frontdesk.coding import exchange, queries
from frontdesk.coding.models import ChargeItem, Fee, FeeSchedule, PriceImport
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation

_CHARGE_FIELDS = ("description", "system", "group", "is_favorite", "valid_from", "valid_to")


@operation("coding.edit")
def save_charge(
    code: str,
    details: Mapping[str, Any],
    *,
    by: Actor,
    amount: Decimal | None = None,
    on: date | None = None,
    version: str = "",
    is_new: bool = False,
) -> ChargeItem:
    """Put a line on the charge list, or change the line that has this code.

    With an `amount` its price on the list that counts on the day is set too.
    """
    code = code.strip().upper()
    found = ChargeItem.objects.filter(code=code).first()
    if is_new and found is not None:
        raise Refused(f"{code} is on the charge list already.")
    item = found or ChargeItem(code=code)
    item.expect(version)
    for name in _CHARGE_FIELDS:
        if name in details:
            setattr(item, name, details[name])
    if not item.code or not item.description.strip():
        raise Refused("A charge needs a code and the practice's own words for it.")
    item.save()
    if amount is not None and on is not None:
        schedule = queries.schedule_on(on) or open_schedule("Our prices", starts_on=on, by=by)
        set_fee(schedule, code, amount, by=by)
    return item


@operation("coding.edit")
def open_schedule(
    name: str, *, starts_on: date, by: Actor, kind: str = FeeSchedule.Kind.CHARGE
) -> FeeSchedule:
    """Begin a new price list; the practice's own list before it ends that day."""
    if kind == FeeSchedule.Kind.CHARGE:
        running = FeeSchedule.objects.filter(kind=kind, ends_on=None, starts_on__lt=starts_on)
        for earlier in running:
            earlier.ends_on = starts_on
            earlier.save()
    schedule = FeeSchedule(name=name, kind=FeeSchedule.Kind(kind), starts_on=starts_on)
    schedule.save()
    return schedule


@operation("coding.edit")
def set_fee(
    schedule: FeeSchedule, code: str, amount: Decimal, *, by: Actor, modifier: str = ""
) -> Fee:
    """Set the dollars for one unit of a code on a schedule."""
    if amount < 0:
        raise Refused("A price is not negative.")
    code, modifier = code.strip().upper(), modifier.strip().upper()
    found = Fee.objects.filter(schedule=schedule, code=code, modifier=modifier).first()
    fee = found or Fee(schedule=schedule, code=code, modifier=modifier)
    fee.amount = amount
    fee.save()
    return fee


@operation("coding.edit")
def import_prices(
    schedule: FeeSchedule,
    content: bytes,
    *,
    file_name: str,
    system: str,
    at: datetime,
    by: Actor,
    licence: str = "",
    attested: bool = False,
    mapping: Mapping[str, str] | None = None,
) -> PriceImport:
    """Bring in a price list: all rows or none. CPT needs the practice's word that it is licensed.

    Raises `Refused` naming the rows that can't be used. The same content twice changes nothing.
    """
    sha256 = hashlib.sha256(content).hexdigest()
    if done := PriceImport.objects.filter(schedule=schedule, sha256=sha256).first():
        return done
    has_cpt = system == ChargeItem.System.CPT
    if has_cpt and not (attested and licence.strip()):
        raise Refused(
            "CPT codes are licensed by the AMA. Give the licence and confirm that the practice "
            "holds it."
        )
    rows, rejected = exchange.read_prices(content, mapping)
    if rejected or not rows:
        raise Refused(_why_not(rejected))
    _take_prices(schedule, rows, system)
    done = PriceImport(
        schedule=schedule,
        file_name=file_name[:200],
        sha256=sha256,
        rows=len(rows),
        has_cpt=has_cpt,
        licence=licence.strip(),
        attested_by=by.name if attested else "",
        at=at,
    )
    done.save()
    return done


def _take_prices(schedule: FeeSchedule, rows: list[exchange.PriceRow], system: str) -> None:
    fees = {(fee.code, fee.modifier): fee for fee in Fee.objects.filter(schedule=schedule)}
    items = {item.code: item for item in ChargeItem.objects.all()}
    new_fees: dict[tuple[str, str], Fee] = {}
    new_items: dict[str, ChargeItem] = {}
    for row in rows:
        key = (row.code, row.modifier)
        if known := fees.get(key) or new_fees.get(key):
            known.amount = row.amount
        else:
            new_fees[key] = Fee(
                schedule=schedule, code=row.code, modifier=row.modifier, amount=row.amount
            )
        described = row.code in new_items and new_items[row.code].description != row.code
        if row.code not in items and not described:
            new_items[row.code] = ChargeItem(
                code=row.code,
                description=row.description or row.code,
                system=ChargeItem.System(system),
                group=row.group,
            )
    Fee.objects.bulk_update(fees.values(), ["amount"], batch_size=500)
    Fee.objects.bulk_create(new_fees.values())
    ChargeItem.objects.bulk_create(new_items.values())


def _why_not(rejected: list[exchange.Rejected]) -> str:
    if not rejected:
        return "The file has no prices."
    told = "; ".join(f"row {one.row}, {one.column}: {one.why}" for one in rejected[:10])
    more = f"; and {len(rejected) - 10} more" if len(rejected) > 10 else ""
    return f"Nothing was brought in. {told}{more}."
