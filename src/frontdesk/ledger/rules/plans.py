"""Payment plans: which days, which sums, and what cannot be agreed. No database, no clock."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal

from frontdesk.core.money import CENT, ZERO

STEPS = {"week": timedelta(days=7), "two_weeks": timedelta(days=14)}
MOST_INSTALMENTS = 120


@dataclass(frozen=True, slots=True)
class Terms:
    """What a patient is to agree to: dollars, the rhythm, the first day."""

    total: Decimal
    each: Decimal
    every: str  # week, two_weeks, month
    first_on: date


@dataclass(frozen=True, slots=True)
class Part:
    """One instalment: its place from 1, its day, its dollars."""

    place: int
    due_on: date
    amount: Decimal


def day_of(first_on: date, every: str, number: int) -> date:
    """Return the day of the instalment after `number` others; a 31st becomes the month's last."""
    if every in STEPS:
        return first_on + STEPS[every] * number
    month = first_on.month - 1 + number
    year, month = first_on.year + month // 12, month % 12 + 1
    return date(year, month, min(first_on.day, monthrange(year, month)[1]))


def parts_of(terms: Terms) -> list[Part]:
    """Return the instalments: equal ones, and a last one that may be smaller."""
    parts: list[Part] = []
    left = terms.total
    while left > ZERO and len(parts) <= MOST_INSTALMENTS:
        amount = min(terms.each, left)
        day = day_of(terms.first_on, terms.every, len(parts))
        parts.append(Part(len(parts) + 1, day, amount))
        left -= amount
    return parts


def each_for(total: Decimal, count: int) -> Decimal:
    """Return the instalment that pays a sum in so many steps, to the cent above."""
    return (total / count).quantize(CENT, rounding=ROUND_UP)


def counts_for(total: Decimal, *, least: Decimal, months: int) -> list[int]:
    """Return the plans worth offering by month: short ones first, none below the smallest sum."""
    return [
        count
        for count in (2, 3, 4, 6, 9, 12, 18, 24, 36)
        if count <= months and total / count >= least
    ]


def trouble_with(terms: Terms, *, owed: Decimal, today: date, least: Decimal, months: int) -> str:
    """Return why these terms cannot be agreed, in words; nothing where they can."""
    if terms.first_on > today + timedelta(days=62):
        return "The first instalment is within two months."
    parts = parts_of(terms)
    trouble = (
        (terms.total <= ZERO or terms.each <= ZERO, "Enter sums above zero."),
        (terms.total > owed, f"The patient owes ${owed}: a plan cannot cover more."),
        (terms.first_on < today, "The first day has passed already."),
        (terms.each < min(least, terms.total), f"An instalment is at least ${least}."),
        (len(parts) < 2, "This is paid at once: take a payment instead."),
    )
    for is_so, words in trouble:
        if is_so:
            return words
    if parts[-1].due_on > day_of(today, "month", months + 1):
        return f"A plan lasts {months} months at most: make the instalments larger."
    return ""


def split_over(left: Decimal, opened: list[Decimal]) -> list[Decimal]:
    """Return how much of a payment each open instalment takes, in their order."""
    taken = []
    for amount in opened:
        part = min(amount, max(left, ZERO))
        taken.append(part)
        left -= part
    return taken
