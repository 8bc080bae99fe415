"""Python values as PostgreSQL reads them from text, a column at a time.

psycopg looks up for each single value how its type is written; a remittance of ten thousand claims
has one and a half million of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

Write = Callable[[Any], str]
_NO_ROW = "\\N"
_LINES_TOGETHER = 1000  # of a COPY: so much text is in hand at once
_ODD_IN_COPY = re.compile(r"[\\\t\n\r]").search
_ODD_IN_ARRAY = re.compile(r'[\\"]').search
_OF_COPY = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_OF_ARRAY = str.maketrans({"\\": "\\\\", '"': '\\"'})
_PLAIN: dict[type, Write] = {
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    UUID: lambda key: f"{key.int:032x}",
    datetime: lambda at: str(at.isoformat()),
    date: date.isoformat,
    time: time.isoformat,
}


def lines(columns: Sequence[Sequence[Any]]) -> Iterator[bytes]:
    """Yield the rows of columns as COPY reads them, many at a time.

    Raises `TypeError` before the first for a value that is not one of those a record keeps.
    """
    written = [[*_written(column, _in_copy, _NO_ROW)] for column in columns]
    rows = list(map("\t".join, zip(*written, strict=True)))
    for first in range(0, len(rows), _LINES_TOGETHER):
        yield ("\n".join(rows[first : first + _LINES_TOGETHER]) + "\n").encode()


def array(values: Sequence[Any]) -> str:
    """Return the values as an array's literal, to be cast: `%s::uuid[]`."""
    return "{" + ",".join(_written(values, _in_array, "NULL")) + "}"


def _written(values: Sequence[Any], text: Write, nothing: str) -> Iterable[str]:
    kinds = set(map(type, values))
    is_some_nothing = type(None) in kinds
    kinds.discard(type(None))
    if not kinds:
        return [nothing] * len(values)
    if len(kinds) > 1:
        return [nothing if one is None else _writer(type(one), text)(one) for one in values]
    write = _writer(kinds.pop(), text)
    if is_some_nothing:
        return [nothing if one is None else write(one) for one in values]
    return map(write, values)


def _writer(kind: type, text: Write) -> Write:
    if kind is bytes:
        return lambda value: text(f"\\x{value.hex()}")
    if issubclass(kind, str):
        return text
    for base in kind.__mro__:
        if base in _PLAIN:
            return _PLAIN[base]
    raise TypeError(f"No record keeps a {kind.__name__}.")


def _in_copy(text: str) -> str:
    return text if _ODD_IN_COPY(text) is None else text.translate(_OF_COPY)


def _in_array(text: str) -> str:
    return f'"{text if _ODD_IN_ARRAY(text) is None else text.translate(_OF_ARRAY)}"'
