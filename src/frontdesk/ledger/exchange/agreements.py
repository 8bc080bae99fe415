"""A payment plan's agreement and a refund's letter, as PDF."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from frontdesk.core.clock import local
from frontdesk.core.paper import pdf
from frontdesk.ledger.exchange.paper import DATA, day, dollars, spoken
from frontdesk.ledger.models import PaymentPolicy, Plan, Refund
from frontdesk.ledger.rules.agreements import LETTER_WORDS, PLAN_WORDS
from frontdesk.ledger.rules.money_policy import needs_disclosure
from frontdesk.ledger.rules.plans import Part
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice
from frontdesk.ui.figures import phone

INSURERS = (Refund.To.MEDICARE, Refund.To.MEDICAID, Refund.To.INSURER)


def agreement_pdf(
    plan: Plan, parts: Sequence[Part], practice: Practice, policy: PaymentPolicy
) -> bytes:
    """Return a plan's agreement in the patient's language, as it stands."""
    language = spoken(plan.patient.language)
    words = PLAN_WORDS[language]
    on = day(local(plan.site, plan.started_at).date(), language)
    told = _told(plan.patient, parts, practice, policy, language)
    told["title"] = words["title"] % plan.number
    told["by"] = _by_card(plan, policy, words)
    told["agreed"] = words["agreed"] % (on, plan.started_by, plan.agreed_how)
    return pdf(DATA / "agreement.typ", told)


def draft_pdf(
    patient: Patient, parts: Sequence[Part], practice: Practice, policy: PaymentPolicy
) -> bytes:
    """Return the agreement before it is signed, with its disclosure where the law wants one."""
    language = spoken(patient.language)
    words = PLAN_WORDS[language]
    told = _told(patient, parts, practice, policy, language)
    told["title"] = (words["title"] % "").strip()
    told["by"], told["agreed"] = words["by_hand"], ""
    return pdf(DATA / "agreement.typ", told)


def refund_letter_pdf(refund: Refund, practice: Practice) -> bytes:
    """Return the letter that goes with a refund."""
    kind = "insurer" if refund.to in INSURERS else refund.to
    patient = refund.patient
    facts = [
        ("Patient", patient.legal_name),
        ("Date of birth", day(patient.birth_date)),
        ("Our number", patient.chart_number),
        ("Reason", refund.because),
        ("Amount", dollars(refund.amount)),
        ("Check", refund.reference or "enclosed"),
    ]
    told = {
        "title": f"Refund {refund.number}",
        "practice": practice.legal_name or practice.name,
        "practice_lines": [
            *practice.address_lines,
            phone(practice.phone),
            f"NPI {practice.npi}, tax id {practice.tax_id}",
        ],
        "to": [refund.to_name, *refund.to_address.split(", ", 1)],
        "on": day(refund.paid_on or refund.known_on),
        "text": LETTER_WORDS[kind],
        "facts": [[name, value] for name, value in facts if value],
        "by": refund.approved_by or refund.proposed_by,
    }
    return pdf(DATA / "refund.typ", told)


def _told(
    patient: Patient,
    parts: Sequence[Part],
    practice: Practice,
    policy: PaymentPolicy,
    language: str,
) -> dict[str, Any]:
    words = PLAN_WORDS[language]
    total = sum((part.amount for part in parts), Decimal(0))
    called = practice.legal_name or practice.name
    return {
        "lang": language,
        "practice": called,
        "practice_lines": [*practice.address_lines, phone(practice.phone)],
        "patient": patient.legal_name,
        "chart": patient.chart_number,
        "promise": words["promise"].format(total=dollars(total), count=len(parts)),
        "change": words["change"].format(phone=phone(practice.phone)),
        "default": words["default"].format(missed=policy.plan_defaults_after),
        "columns": [words[f"column.{name}"] for name in ("place", "day", "amount")],
        "parts": [
            [str(part.place), day(part.due_on, language), dollars(part.amount)] for part in parts
        ],
        "disclosure": _disclosure(called, total, words) if needs_disclosure(len(parts)) else [],
        "words": words,
    }


def _disclosure(creditor: str, total: Decimal, words: dict[str, str]) -> list[list[str]]:
    return [
        [words["creditor"], creditor],
        [words["rate"], "0.00 %"],
        [words["charge"], "$0.00"],
        [words["financed"], dollars(total)],
        [words["payments"], dollars(total)],
    ]


def _by_card(plan: Plan, policy: PaymentPolicy, words: dict[str, str]) -> str:
    if plan.card is None:
        return words["by_hand"]
    return words["by_card"].format(
        card=str(plan.card), days=policy.notice_days, most=dollars(plan.card.most)
    )
