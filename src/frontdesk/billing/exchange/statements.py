"""A statement on paper: each line explained in plain words, in the patient's language."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from frontdesk.billing.models import Statement
from frontdesk.billing.rules.paper import WORDS
from frontdesk.billing.rules.plain import why_owed
from frontdesk.core.money import ZERO
from frontdesk.ledger.exchange import day, dollars, pdf, spoken
from frontdesk.ledger.queries import ChargeAccount, PatientAccount, VisitAccount
from frontdesk.ui.figures import phone

TEMPLATE = Path(__file__).parent.parent / "data" / "statement.typ"
COLUMNS = ("label", "charged", "discount", "plan_paid", "paid", "due")


def statement_lines(account: PatientAccount) -> list[dict[str, Any]]:
    """Return what a statement keeps of an account: its open visits, charge by charge."""
    return [
        {
            "visit": str(visit.visit_id or ""),
            "on": visit.on.isoformat() if visit.on else "",
            "charges": [_charge(charge) for charge in visit.charges if charge.patient_due > 0],
        }
        for visit in sorted(account.open_visits, key=_first)
    ]


def statement_pdf(statement: Statement) -> bytes:
    """Return the statement as printed, the same however often it is asked for."""
    return pdf(TEMPLATE, _told(statement))


def _first(visit: VisitAccount) -> date:
    return visit.on or date.min


def _charge(charge: ChargeAccount) -> dict[str, Any]:
    return {
        "label": charge.label,
        "charged": str(charge.charged),
        "discount": str(charge.discount + charge.other + charge.written_off),
        "plan_paid": str(charge.plan_paid),
        "paid": str(charge.paid),
        "due": str(charge.patient_due),
        "why": [[line.reason, str(line.amount)] for line in charge.why],
    }


def _told(statement: Statement) -> dict[str, Any]:
    language = spoken(statement.language)
    words, practice, patient = WORDS[language], statement.practice, statement.patient
    return {
        "title": words["title"] % statement.number,
        "lang": language,
        "practice": practice.legal_name or practice.name,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "made_on": day(statement.made_on, language),
        "due_on": day(statement.due_on, language),
        "to": patient.legal_name,
        "to_lines": [*patient.address_lines, words["chart"] % patient.chart_number],
        "total": dollars(statement.total),
        "visits": [_visit(visit, language) for visit in statement.lines],
        "sums": _sums(statement, words),
        "words": {**words, "columns": [words[f"column.{name}"] for name in COLUMNS]},
        "footer": words["footer"] % phone(practice.phone),
    }


def _sums(statement: Statement, words: dict[str, str]) -> list[dict[str, str]]:
    """What the visits come to and what was paid ahead, where the two differ."""
    charges = [charge for visit in statement.lines for charge in visit["charges"]]
    due = sum((Decimal(charge["due"]) for charge in charges), ZERO)
    if due == statement.total:
        return []
    return [
        {"label": words["yours"], "amount": dollars(due)},
        {"label": words["ahead"], "amount": dollars(statement.total - due)},
    ]


def _visit(visit: dict[str, Any], language: str) -> dict[str, Any]:
    words = WORDS[language]
    on = day(date.fromisoformat(visit["on"]), language) if visit["on"] else ""
    return {
        "title": words["visit"] % on if on else words["other"],
        "charges": [_printed(charge, language) for charge in visit["charges"]],
    }


def _printed(charge: dict[str, Any], language: str) -> dict[str, Any]:
    reasons = charge["why"] or [["", charge["due"]]]
    return {
        "label": charge["label"],
        "charged": dollars(Decimal(charge["charged"])),
        "discount": dollars(-Decimal(charge["discount"])),
        "plan_paid": dollars(-Decimal(charge["plan_paid"])),
        "paid": dollars(-Decimal(charge["paid"])),
        "due": dollars(Decimal(charge["due"])),
        "why": [
            f"{dollars(Decimal(amount))}: {why_owed(reason, language)}"
            for reason, amount in reasons
        ],
    }
