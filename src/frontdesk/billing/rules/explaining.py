"""A line of a bill in sentences: what was done, charged, agreed and paid, and why the rest is owed.

English and Spanish, eighth grade or below; every sum of the line is in one of the sentences.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from frontdesk.billing.rules.bills import BillLine
from frontdesk.billing.rules.plain import why_owed
from frontdesk.core.money import ZERO


class Decided(NamedTuple):
    """Who decided about a charge, and when: where a figure comes from."""

    payer: str = ""
    on: date | None = None
    claim: str = ""


_SAID = {
    "charged": ("We charged {0}.", "Cobramos {0}."),
    "agreed": (
        "We and your plan agreed on {0} for this. The other {1} is taken off. Nobody pays it.",
        "Su plan y nosotros acordamos {0} por esto. Los otros {1} se descuentan. Nadie los paga.",
    ),
    "other": ("We took off {0} more.", "Descontamos {0} más."),
    "helped": (
        "Your financial help takes off {0}.",
        "Su ayuda económica descuenta {0}.",
    ),
    "plan_paid": ("Your plan paid {0}.", "Su plan pagó {0}."),
    "plan_nothing": ("Your plan paid nothing.", "Su plan no pagó nada."),
    "share": ("{0} is yours to pay. {1}", "A usted le toca pagar {0}. {1}"),
    "paid": ("You paid {0}. Thank you.", "Usted pagó {0}. Gracias."),
    "elsewhere": (
        "Another {0} of it is paid by your payment plan.",
        "Otros {0} se pagan con su plan de pagos.",
    ),
    "due": ("You still owe {0}.", "Usted todavía debe {0}."),
}


def explain(line: BillLine, language: str) -> list[str]:
    """Return the sentences of one line, in the order in which the money moved."""
    place = 1 if language.startswith("es") else 0
    said = [
        _SAID[name][place].format(*(_dollars(one) for one in facts))
        for name, is_said, facts in (*_before(line), *_taken(line))
        if is_said
    ]
    shares = [
        _SAID["share"][place].format(_dollars(amount), why_owed(reason, language))
        for reason, amount in line.why
    ]
    if not _is_insured(line) and line.charged:
        shares = [why_owed("", language)]
    after = [
        _SAID[name][place].format(*(_dollars(one) for one in facts))
        for name, is_said, facts in _after(line)
        if is_said
    ]
    return said + shares + after


_Sentence = tuple[str, bool, tuple[Decimal, ...]]  # its name, whether it is said, its sums


def _before(line: BillLine) -> list[_Sentence]:
    agreed = line.charged - line.discount
    return [
        ("charged", bool(line.charged), (line.charged,)),
        ("agreed", bool(line.discount), (agreed, line.discount)),
    ]


def _taken(line: BillLine) -> list[_Sentence]:
    others = line.other - line.helped
    insured = _is_insured(line)
    return [
        ("other", others > ZERO, (others,)),
        ("plan_paid", insured and bool(line.plan_paid), (line.plan_paid,)),
        ("plan_nothing", insured and not line.plan_paid, ()),
    ]


def _after(line: BillLine) -> list[_Sentence]:
    return [
        ("helped", bool(line.helped), (line.helped,)),
        ("paid", bool(line.paid), (line.paid,)),
        ("elsewhere", line.elsewhere > ZERO, (line.elsewhere,)),
        ("due", True, (line.due,)),
    ]


def _is_insured(line: BillLine) -> bool:
    return bool(line.discount or line.plan_paid or line.why)


def adds_up(line: BillLine) -> bool:
    """Say whether the sentences account for every cent of the line."""
    taken = (
        line.discount
        + line.other
        + line.plan_paid
        + line.paid
        + line.insurance_due
        + line.elsewhere
    )
    return line.charged - taken == line.due


def source_of(decided: Decided, day: str, language: str) -> str:
    """Return who decided and when, or nothing."""
    if not decided.payer:
        return ""
    if language.startswith("es"):
        return f"{decided.payer} lo decidió el {day}." if day else f"Así lo dice {decided.payer}."
    return f"{decided.payer} decided this on {day}." if day else f"{decided.payer} decided this."


def _dollars(amount: Decimal) -> str:
    return f"−${-amount:,.2f}" if amount < ZERO else f"${amount:,.2f}"
