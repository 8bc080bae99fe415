"""A table that leaves the house as a file."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple


class Sheet(NamedTuple):
    """One file: its name, its head, and its rows."""

    name: str
    head: Sequence[str]
    rows: Iterator[Sequence[Any]]
