"""Reading one row of a practice's file: what a column says, or in words why it can't be read."""

from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from django.db.models import TextChoices

from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.practice.exchange import Row
from frontdesk.practice.models import save_checked

R = TypeVar("R", bound=Record)

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YES, NO = {"yes", "true", "1", "x", "y"}, {"", "no", "false", "0", "n"}


def save(model: type[R], known: R | None, values: Mapping[str, Any]) -> bool:
    """Make or change a record; return whether it is new."""
    record = model.objects.lock(known.pk) if known is not None else model()
    save_checked(record, values)
    return known is None


def given(row: Row, names: str, *more: str) -> dict[str, Any]:
    """Return the texts that the row gives, by column."""
    return {name: row.text(name) for name in (*names.split(), *more) if row.text(name)}


def named(row: Row, column: str) -> str:
    """Return a text that must be there."""
    if not (text := row.text(column)):
        raise Refused(f"The column {column} is empty.")
    return text


def record_of(model: type[R], row: Row, column: str, key: str) -> R:
    """Return the record that the column names."""
    text = named(row, column)
    found: R | None = model.objects.filter(**{key: text}).first()
    if found is None:
        raise Refused(f"There is no {model._meta.verbose_name} {text}.")
    return found


def choice_of(choices: type[TextChoices], row: Row, column: str) -> str:
    """Return one of the values that the column may have, written large or small."""
    text = named(row, column)
    found = next((one for one in choices.values if one.lower() == text.lower()), None)
    if found is None:
        raise Refused(f"{column} is one of {', '.join(choices.values)}, not {text}.")
    return str(found)


def number(row: Row, column: str) -> int:
    """Return a whole number."""
    text = named(row, column)
    if not text.isdigit():
        raise Refused(f"{column} is a whole number, not {text}.")
    return int(text)


def day(row: Row, column: str) -> date:
    """Return a day."""
    text = named(row, column)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"{column} is a day such as 2026-11-23, not {text}.") from None


def weekday(row: Row) -> int:
    """Return the day of the week, Monday as 0."""
    return weekday_of(named(row, "weekday"))


def weekday_of(said: str) -> int:
    """Return a day of the week from its name, its first letters or its number."""
    text = said.lower()
    found = [n for n, day in enumerate(WEEK) if text in (day, day[:3], str(n))]
    if not found:
        raise Refused(f"weekday is a day such as Monday, not {text}.")
    return found[0]


def flag(row: Row, column: str) -> bool:
    """Return yes or no."""
    text = row.text(column).lower()
    if text not in YES | NO:
        raise Refused(f"{column} is yes or no, not {text}.")
    return text in YES


def dollars(row: Row, column: str) -> Decimal:
    """Return an amount in dollars and cents."""
    text = named(row, column)
    try:
        amount = Decimal(text.replace("$", "").replace(",", ""))
    except InvalidOperation:
        raise Refused(f"{column} is an amount such as 120.00, not {text}.") from None
    exponent = amount.as_tuple().exponent
    if not amount.is_finite() or amount < 0 or (isinstance(exponent, int) and exponent < -2):
        raise Refused(f"{column} is an amount in dollars and cents, not {text}.")
    return amount


def wall(row: Row, column: str) -> time:
    """Return a time of day."""
    text = named(row, column)
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Refused(f"{column} is a time such as 13:30, not {text}.") from None


def wall_or_none(row: Row, column: str) -> time | None:
    """Return a time of day, or nothing for an empty column."""
    return wall(row, column) if row.text(column) else None


def number_or_none(row: Row, column: str) -> int | None:
    """Return a whole number, or nothing for an empty column."""
    return number(row, column) if row.text(column) else None
