"""Tables for spreadsheets: CSV a line at a time, with text that none takes for a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Echo:
    """A file of one line: what is written comes back."""

    def write(self, text: str) -> str:
        return text


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file; amounts are plain numbers with two decimals."""
    writer = csv.writer(_Echo())
    yield str(writer.writerow(head))
    for row in rows:
        yield str(writer.writerow([cell(value) for value in row]))


def cell(value: Any) -> Any:
    """Return a value as it stands in a file: amounts in cents, names that run nothing."""
    return f"{value:.2f}" if isinstance(value, Decimal) else harmless(value)


def harmless(value: Any) -> Any:
    """Return text so that a spreadsheet shows it instead of running it; other values as they are.

    A sign before digits alone, as in +15551230000, is a number and runs nothing.
    Source: OWASP, CSV Injection.
    """
    is_formula = isinstance(value, str) and value.startswith(_FORMULA)
    return f"'{value}" if is_formula and not value[1:].isdigit() else value
