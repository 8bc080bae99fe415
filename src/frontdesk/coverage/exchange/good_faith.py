"""A good-faith estimate on paper, in English or Spanish, with all that the law wants on it.

Source: 45 CFR 149.610(c)(1): who, what and when; each item with codes and expected charge; each
provider with NPI, TIN and address; what must be booked apart; and four disclaimers.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from frontdesk.core.paper import pdf
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.coverage.rules.paper import WORDS
from frontdesk.ledger.exchange import day, dollars, spoken
from frontdesk.ui.figures import phone

TEMPLATE = Path(__file__).parent.parent / "data" / "good_faith.typ"


def good_faith_pdf(estimate: GoodFaithEstimate) -> bytes:
    """Return the estimate as printed from what it keeps: the same however often it is asked for."""
    return pdf(TEMPLATE, _told(estimate))


def _told(estimate: GoodFaithEstimate) -> dict[str, Any]:
    language = spoken(estimate.language)
    words, told = WORDS[language], estimate.told
    practice = told["practice"]
    return {
        "title": words["title"] % estimate.number,
        "lang": language,
        "words": words,
        "practice": practice["name"],
        "practice_lines": [*practice["address"], phone(practice["phone"])],
        "made_on": day(date.fromisoformat(told["made_on"]), language),
        "patient": told["patient"]["name"],
        "born": words["born"] % day(date.fromisoformat(told["patient"]["born"]), language),
        "patient_lines": told["patient"]["address"],
        "primary": told["primary"],
        "on": _day(told["on"], language) or words["no_day"],
        "items": [_item(one, words) for one in told["items"]],
        "total": dollars(Decimal(told["total"])),
        "providers": told["providers"],
        "separate": told["separate"],
        "disclaimers": [
            line.replace("%phone", phone(practice["phone"])) for line in words["disclaimers"]
        ],
    }


def _item(item: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    return {
        **item,
        "diagnosis": item["diagnosis"] or words["no_diagnosis"],
        "each": dollars(Decimal(item["each"])),
        "amount": dollars(Decimal(item["amount"])),
    }


def _day(on: str, language: str) -> str:
    return day(date.fromisoformat(on), language) if on else ""
