"""Vendors, their bank accounts in four eyes, how the office pays, and who approves how much."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.fernet import InvalidToken
from django.db.models import Max

from frontdesk.core import audit
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.office.models import (
    ApprovalLimit,
    PaySettings,
    Vendor,
    VendorBank,
    VendorPayment,
)
from frontdesk.office.operations.persons import is_same
from frontdesk.office.queries import vendors as found
from frontdesk.office.rules.banking import is_account, is_routing
from frontdesk.practice.models import save_checked
from frontdesk.practice.rules import is_tax_id
from frontdesk.staff.gateways import seal, unseal
from frontdesk.staff.operations import open_work, settle_work
from frontdesk.staff.queries import member_of


@operation("office.bill")
def save_vendor(vendor: Vendor | None, values: Mapping[str, Any], *, by: Actor) -> Vendor:
    """Add a vendor, or change one; the tax id is kept encrypted, and stays where none is given."""
    vendor = Vendor.objects.lock(vendor.pk) if vendor else Vendor()
    said = dict(values)
    tax_id = str(said.pop("tax_id", "") or "").replace("-", "").strip()
    if tax_id:
        if not is_tax_id(tax_id):
            raise Refused("A tax id has nine digits.")
        said |= {"tax_id_sealed": seal(tax_id), "tax_id_last4": tax_id[-4:]}
    if bool(said.get("discount_percent")) != bool(said.get("discount_days")):
        raise Refused("A discount has a percentage and the days in which it is given.")
    save_checked(vendor, said)
    return vendor


@operation("office.bill")
def propose_bank(
    vendor: Vendor,
    *,
    routing: str,
    account: str,
    kind: str,
    came_by: str,
    at: datetime,
    by: Actor,
) -> VendorBank:
    """Note a vendor's bank account; it is used once somebody else has called back and confirmed.

    Changed bank details are the commonest way to steal from an office: one proposed later
    replaces one that was not confirmed yet, and the account in use stays in use meanwhile.
    """
    vendor = Vendor.objects.lock(vendor.pk)
    account = account.replace(" ", "")
    if not is_routing(routing):
        raise Refused("This is no routing number: nine digits, the last of which is a check digit.")
    if not is_account(account):
        raise Refused("An account number has 4 to 17 digits or letters.")
    if not came_by.strip():
        raise Refused("Say how these details came to the office.")
    for earlier in VendorBank.objects.filter(vendor=vendor, status=VendorBank.Status.PROPOSED):
        _decide(earlier, VendorBank.Status.REPLACED, "Newer details came.", at, by)
    bank = VendorBank(
        vendor=vendor,
        routing=routing,
        account_sealed=seal(account),
        last4=account[-4:],
        kind=kind,
        came_by=came_by.strip(),
        proposed_at=at,
        proposed_by=by.name,
        proposed_by_id=by.user_id,
    )
    bank.save()
    open_work(
        kind="office.bank_details",
        title=f"Confirm the bank details of {vendor.name}",
        detail=f"{by.name} noted them. {came_by.strip()}",
        how_to_fix="Call the vendor at a number you had before, and compare the account with them.",
        pool="manager",
        subject=bank,
        once=_once(vendor),
        at=at,
        by=by,
    )
    return bank


@operation("office.bank", always_ask=True)
def confirm_bank(bank: VendorBank, *, because: str, at: datetime, by: Actor) -> VendorBank:
    """Confirm bank details somebody else noted, with how they were checked: they are used now."""
    bank = _other_persons(bank, by)
    if not because.strip():
        raise Refused("Say whom you called, and at which number you had before.")
    in_use = VendorBank.objects.filter(vendor=bank.vendor_id, status=VendorBank.Status.CONFIRMED)
    for earlier in in_use:
        _decide(earlier, VendorBank.Status.REPLACED, earlier.because, at, by)
    settle_work(once=_once(bank.vendor), at=at, by=by)
    return _decide(bank, VendorBank.Status.CONFIRMED, because, at, by)


@operation("office.bank", always_ask=True)
def refuse_bank(bank: VendorBank, *, because: str, at: datetime, by: Actor) -> VendorBank:
    """Refuse bank details that are not the vendor's; the account in use stays."""
    bank = VendorBank.objects.lock(bank.pk)
    if not because.strip():
        raise Refused("Say why these details are refused.")
    settle_work(once=_once(bank.vendor), at=at, by=by)
    return _decide(bank, VendorBank.Status.REFUSED, because, at, by)


@operation("office.set", always_ask=True)
def save_pay_settings(values: Mapping[str, Any], *, by: Actor) -> PaySettings:
    """Set from which account bills are paid and the office's rules for matching and discounts.

    An account number that is left empty stays as it is.
    """
    settings = PaySettings.objects.first() or PaySettings()
    said = dict(values)
    account = str(said.pop("account", "") or "").replace(" ", "")
    _check_stock(settings, said.get("first_check"))
    if said.get("routing") and not is_routing(said["routing"]):
        raise Refused("This is no routing number: nine digits, the last of which is a check digit.")
    if account:
        if not is_account(account):
            raise Refused("An account number has 4 to 17 digits or letters.")
        said |= {"account_sealed": seal(account), "account_last4": account[-4:]}
    save_checked(settings, said)
    return settings


@operation("office.set", always_ask=True)
def save_limit(
    limit: ApprovalLimit | None, values: Mapping[str, Any], *, by: Actor
) -> ApprovalLimit:
    """Say how large a bill somebody approves alone; nobody says it of themselves."""
    limit = ApprovalLimit.objects.lock(limit.pk) if limit else ApprovalLimit()
    me = member_of(by)
    if me is not None and me.pk in (limit.member_id, getattr(values.get("member"), "pk", None)):
        raise Refused("Somebody else sets your own limit.")
    save_checked(limit, values)
    return limit


@operation("office.bank", always_ask=True)
def export_year(year: int, *, by: Actor) -> list[tuple[found.YearRow, str]]:
    """Take the year's list for 1099 forms out, with whole tax ids; the audit remembers it."""
    rows = [row for row in found.year_list(year) if row.is_reported]
    for row in rows:
        audit.note_look(row.vendor, f"1099 list of {year}")
    return [(row, opened(row.vendor.tax_id_sealed)) for row in rows]


def _check_stock(settings: PaySettings, first: int | None) -> None:
    """Refuse a stock of checks that begins with numbers already written."""
    if first is None or first == settings.first_check:
        return
    last = VendorPayment.objects.aggregate(last=Max("check_number"))["last"]
    if first < 1 or (last is not None and first <= last):
        raise Refused(f"Check {last or 0} is written already: a new stock begins above it.")


def opened(sealed: str) -> str:
    """Return what was sealed; refuse where the office's secret key is not the one it was."""
    if not sealed:
        return ""
    try:
        return unseal(sealed)
    except InvalidToken as trouble:
        raise Refused(
            "An account number or tax id cannot be read: the office's secret key has changed "
            "since. Enter it again."
        ) from trouble


def _other_persons(bank: VendorBank, by: Actor) -> VendorBank:
    bank = VendorBank.objects.lock(bank.pk)
    if is_same(by, bank.proposed_by_id, bank.proposed_by):
        raise Refused("You noted these details yourself: somebody else has to confirm them.")
    return bank


def _decide(
    bank: VendorBank, status: VendorBank.Status, because: str, at: datetime, by: Actor
) -> VendorBank:
    bank.status = bank.lifecycle.move(bank.status, status)
    bank.because = because.strip()[:200]
    bank.decided_at, bank.decided_by = at, by.name
    bank.save()
    return bank


def _once(vendor: Vendor) -> str:
    return f"office.bank:{vendor.pk}"
