"""The books on paper: our nouns into the PDF of a receipt. No I/O but the template's file."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import typst
from django.utils import formats, translation
from django.utils.translation import gettext as _

from frontdesk.ledger.models import Payment
from frontdesk.ledger.queries import Receipt

DATA = Path(__file__).parent / "data"


def pdf(template: Path, told: dict[str, Any]) -> bytes:
    """Return the PDF that a Typst template makes of what it is told, tagged for screen readers."""
    told_as = {"data": json.dumps(told, ensure_ascii=False)}
    return typst.compile(str(template), format="pdf", sys_inputs=told_as)


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt in the patient's language."""
    with translation.override(spoken(receipt.payment.patient.language)):
        return pdf(DATA / "receipt.typ", _told(receipt))


def spoken(tag: str) -> str:
    """Return the language we print in for somebody who speaks this one."""
    return "es" if tag.lower().startswith("es") else "en"


def dollars(amount: Decimal) -> str:
    """Return an amount as printed: $1,234.00, −$5.00."""
    sign = "−" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def day(on: date) -> str:
    """Return a day as printed, in the language in force."""
    return formats.date_format(on, "DATE_FORMAT")


def _told(receipt: Receipt) -> dict[str, Any]:
    payment, practice = receipt.payment, receipt.practice
    return {
        "title": _("Receipt %(number)s") % {"number": payment.number},
        "lang": translation.get_language() or "en",
        "on": day(receipt.on),
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, practice.phone],
        "patient": payment.patient.legal_name,
        "patient_lines": [
            *payment.patient.address_lines,
            _("Chart %(number)s") % {"number": payment.patient.chart_number},
        ],
        "taken_by": payment.taken_by,
        "site": payment.site.name,
        "columns": [_("Receipt"), _("For"), _("Paid with"), _("Amount")],
        "payments": [_line(one) for one in receipt.payments],
        "total": dollars(receipt.total),
        "balances": _balances(receipt),
        "words": {
            "patient": _("Patient"),
            "taken_by": _("Taken by"),
            "total": _("Paid on this day"),
        },
        "note": _("This payment was taken back: %(why)s") % {"why": payment.reversed_because}
        if payment.status == Payment.Status.REVERSED
        else "",
        "footer": _("Thank you. Please keep this receipt. Questions? Call %(phone)s.")
        % {"phone": practice.phone},
    }


def _line(payment: Payment) -> dict[str, str]:
    method = str(payment.get_method_display())
    if payment.reference:
        method = f"{method} {payment.reference}"
    if payment.status == Payment.Status.REVERSED:
        method = f"{method} ({_('taken back')})"
    return {
        "number": str(payment.number),
        "kind": str(payment.get_kind_display()),
        "method": method,
        "amount": dollars(payment.amount),
    }


def _balances(receipt: Receipt) -> list[dict[str, str]]:
    balance = receipt.balance
    lines = [(_("You still owe"), balance.to_pay)]
    if balance.credit:
        lines.append((_("Held for your next bill"), balance.credit))
    if balance.insurance_due:
        lines.append((_("With your insurance"), balance.insurance_due))
    return [{"label": label, "amount": dollars(amount)} for label, amount in lines]
