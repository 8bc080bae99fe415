"""Bank numbers and days, tax ids as they are shown, and amounts in words for checks."""

from datetime import date, timedelta
from decimal import Decimal

_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WEIGHTS = (3, 7, 1)
_DAY = timedelta(days=1)
_MONDAY, _SATURDAY = 0, 5


def is_routing(number: str) -> bool:
    """Say whether this can be a routing number: nine digits whose check sum is right (ABA)."""
    if len(number) != 9 or not (number.isascii() and number.isdigit()) or number == "0" * 9:
        return False
    return sum(int(digit) * _WEIGHTS[place % 3] for place, digit in enumerate(number)) % 10 == 0


def is_account(number: str) -> bool:
    """Say whether this can be an account number in an ACH file: 4 to 17 letters and digits."""
    return 4 <= len(number) <= 17 and number.isascii() and number.replace("-", "").isalnum()


def banking_day(on: date) -> date:
    """Return the day, or the next one on which the Federal Reserve Banks settle transfers.

    They keep the federal holidays: one that falls on a Sunday on Monday, and one that falls on a
    Saturday on no other day.
    """
    import holidays

    kept = holidays.country_holidays("US", years=(on.year, on.year + 1), observed=False)
    while (
        on.weekday() >= _SATURDAY or on in kept or (on.weekday() == _MONDAY and on - _DAY in kept)
    ):
        on += _DAY
    return on


def masked(last4: str) -> str:
    """Return a number of which only the end is shown."""
    return f"•••• {last4}" if last4 else ""


def in_words(amount: Decimal) -> str:
    """Return dollars as a check says them: "One hundred forty-eight and 05/100"."""
    whole, cents = divmod(int(amount.scaleb(2)), 100)
    return f"{_number(whole).capitalize()} and {cents:02}/100"


def _number(value: int) -> str:
    for size, name in ((1_000_000, "million"), (1000, "thousand"), (100, "hundred")):
        if value >= size:
            head, rest = divmod(value, size)
            return f"{_number(head)} {name}{f' {_number(rest)}' if rest else ''}"
    if value < 20:
        return _ONES[value]
    tens, ones = divmod(value, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")
