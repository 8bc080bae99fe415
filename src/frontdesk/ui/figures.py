"""How figures are written: money, ages, waits, initials, phones. Plain values in, text out."""

from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUS = "−"
DASH = "—"
DAYS_OF_A_NEWBORN = 14
MONTHS_COUNTED = 24
WEEKS_COUNTED = 13


def money(amount: Decimal | None, *, dash: bool = False, sign: bool = False) -> str:
    """Write dollars with cents, a minus for a minus; nothing, or zero on request, as a dash."""
    if amount is None or (dash and not amount):
        return DASH
    before = MINUS if amount < 0 else "+" if sign and amount > 0 else ""
    return f"{before}${abs(amount):,.2f}"


def age(born: date, on: date) -> str:
    """Write an age as a clinic does: 9 days, 5 wk, 14 mo, 58."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    if months >= MONTHS_COUNTED:
        return str(months // 12)
    days = max((on - born).days, 0)
    if days < DAYS_OF_A_NEWBORN:
        return ngettext("%(count)s day", "%(count)s days", days) % {"count": days}
    if days // 7 < WEEKS_COUNTED:
        return _("%(count)s wk") % {"count": days // 7}
    return _("%(count)s mo") % {"count": months}


def minutes_between(since: datetime, until: datetime) -> int:
    """Return whole minutes, never less than none."""
    return max(int((until - since).total_seconds() // 60), 0)


def initials(name: str) -> str:
    """Return the first letters of the first and the last word; titles and degrees don't count."""
    person = name.partition(",")[0].replace(".", " ")
    words = [word for word in person.split() if word[0].isalpha()]
    titles = {"dr", "mr", "ms", "mrs", "mx"}
    words = [word for word in words if word.lower() not in titles] or words
    letters = [word[0] for word in (words if len(words) < 2 else (words[0], words[-1]))]
    return "".join(letters).upper()


def phone(number: str) -> str:
    """Write a North American number as (555) 014-2277; others as they came."""
    digits = "".join(sign for sign in number if sign.isdigit())
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    if len(digits) != 10:
        return number
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def percent(value: float) -> int:
    """Return a whole number from 0 to 100."""
    return min(max(round(value), 0), 100)
