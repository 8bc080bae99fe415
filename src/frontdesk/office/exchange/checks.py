"""Checks for the printer: our nouns into the PDF that is laid upon the check stock."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from frontdesk.core.paper import pdf
from frontdesk.ledger.exchange import day, dollars
from frontdesk.office.models import PaymentItem, PaySettings, VendorPayment
from frontdesk.office.rules.banking import in_words
from frontdesk.practice.models import Practice
from frontdesk.ui.figures import phone

DATA = Path(__file__).parent.parent / "data"
ON_A_STUB = 12  # bills that one stub names; the rest are told in one line


def checks_pdf(
    practice: Practice,
    settings: PaySettings,
    checks: Sequence[tuple[VendorPayment, Sequence[PaymentItem]]],
) -> bytes:
    """Return one page a check: the check on top, then a stub for the vendor and one for us."""
    told = {
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "bank": settings.bank_name,
        "right": settings.nudge_right,
        "down": settings.nudge_down,
        "checks": [_check(payment, items) for payment, items in checks],
    }
    return pdf(DATA / "check.typ", told)


def _check(payment: VendorPayment, items: Sequence[PaymentItem]) -> dict[str, Any]:
    shown = list(items)[:ON_A_STUB]
    more = len(items) - len(shown)
    return {
        "number": str(payment.check_number),
        "on": day(payment.pay_on),
        "payee": payment.payee,
        "payee_lines": payment.payee_lines,
        "amount": dollars(payment.amount),
        "words": in_words(payment.amount),
        "memo": payment.vendor.our_account,
        "items": [_item(item) for item in shown],
        "more": f"and {more} more bills" if more else "",
        "discount": dollars(payment.discount) if payment.discount else "",
    }


def _item(item: PaymentItem) -> list[str]:
    number = item.bill.vendor_number or f"our {item.bill.number}"
    off = dollars(item.discount) if item.discount else ""
    return [day(item.bill.billed_on), number, dollars(item.bill.total), off, dollars(item.amount)]
