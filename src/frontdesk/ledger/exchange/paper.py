"""The books on paper: our nouns into the PDF of a receipt. No I/O but the template's file."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils import formats, translation

from frontdesk.core.paper import pdf
from frontdesk.ledger.models import Deposit, Payment
from frontdesk.ledger.queries import Receipt
from frontdesk.ledger.rules.paper import WORDS
from frontdesk.practice.models import Practice
from frontdesk.ui.figures import phone

DATA = Path(__file__).parent.parent / "data"


def receipt_pdf(receipt: Receipt) -> bytes:
    """Return the receipt in the patient's language."""
    return pdf(DATA / "receipt.typ", _told(receipt, spoken(receipt.payment.patient.language)))


def slip_pdf(practice: Practice, deposit: Deposit, checks: Sequence[Payment]) -> bytes:
    """Return the slip that goes to the bank with a deposit; it names no patient."""
    told = {
        "title": f"Deposit {deposit.number}",
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "site": deposit.site.name,
        "on": day(deposit.day),
        "made_by": deposit.made_by,
        "cash": dollars(deposit.cash),
        "checks": [[check.reference, str(check.number), dollars(check.amount)] for check in checks],
        "check_total": dollars(deposit.checks),
        "total": dollars(deposit.total),
    }
    return pdf(DATA / "deposit.typ", told)


def spoken(tag: str) -> str:
    """Return the language we print in for somebody who speaks this one."""
    return "es" if tag.lower().startswith("es") else "en"


def dollars(amount: Decimal) -> str:
    """Return an amount as printed: $1,234.00, −$5.00."""
    sign = "−" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def day(on: date, language: str = "en") -> str:
    """Return a day as printed: Nov. 23, 2026; 23 de noviembre de 2026."""
    with translation.override(language):
        return formats.date_format(on, "DATE_FORMAT")


def _told(receipt: Receipt, language: str) -> dict[str, Any]:
    words = WORDS[language]
    payment, practice, patient = receipt.payment, receipt.practice, receipt.payment.patient
    is_back = payment.status == Payment.Status.REVERSED
    return {
        "title": words["title"] % payment.number,
        "lang": language,
        "on": day(receipt.on, language),
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "patient": patient.legal_name,
        "patient_lines": [*patient.address_lines, words["chart"] % patient.chart_number],
        "taken_by": payment.taken_by,
        "site": payment.site.name,
        "columns": [words[f"column.{name}"] for name in ("number", "kind", "method", "amount")],
        "payments": [_line(one, words) for one in receipt.payments],
        "total": dollars(receipt.total),
        "balances": _balances(receipt, words),
        "words": words,
        "note": words["note"] % payment.reversed_because if is_back else _shares(receipt),
        "footer": words["footer"] % phone(practice.phone),
    }


def _shares(receipt: Receipt) -> str:
    return ", ".join(f"{name}: {dollars(part)}" for name, part in receipt.shares)


def _line(payment: Payment, words: dict[str, str]) -> dict[str, str]:
    method = f"{words[payment.method]} {payment.reference}".strip()
    if payment.status == Payment.Status.REVERSED:
        method = f"{method} ({words['reversed']})"
    return {
        "number": str(payment.number),
        "kind": words[payment.kind],
        "method": method,
        "amount": dollars(payment.amount),
    }


def _balances(receipt: Receipt, words: dict[str, str]) -> list[dict[str, str]]:
    balance = receipt.balance
    lines = [("still_owed", balance.to_pay)]
    if balance.credit:
        lines.append(("credit", balance.credit))
    if balance.insurance_due:
        lines.append(("insurance", balance.insurance_due))
    return [{"label": words[name], "amount": dollars(amount)} for name, amount in lines]
