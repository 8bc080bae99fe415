"""How many rows of each of several kinds there are, and their dollars, in one question.

The figures above a work list are a dozen counts of one table, each answered by an index in a
moment; asked one by one through Django, composing them costs more than answering them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from frontdesk.core.database import bulk
from frontdesk.core.money import ZERO

_HOW = frozenset({"=", "<", "<=", "NOT IN"})


@dataclass(frozen=True, slots=True)
class Kind:
    """One count: of which rows, as attribute name, how, value; and where counting stops."""

    where: tuple[tuple[str, str, Any], ...]
    most: int


def tallies(
    model: type[models.Model], summed: str, kinds: Sequence[Kind], practice_id: UUID
) -> list[tuple[int, Decimal]]:
    """Return count and sum of a money field for each kind, in their order.

    Rows of one practice; of each kind one row more than `most` at the most.
    """
    column, table = _column(model, summed), connection.ops.quote_name(model._meta.db_table)
    parts, values = [], []
    for place, kind in enumerate(kinds):
        where, said = _where(model, (("practice_id", "=", practice_id), *kind.where))
        parts.append(
            f"SELECT {place}, COUNT(v), SUM(v) FROM "  # noqa: S608 - names of our models
            f"(SELECT {column} AS v FROM {table} WHERE {where} LIMIT %s) t"
        )
        values += [*said, kind.most + 1]
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), values)
        found = {place: (count, total) for place, count, total in cursor.fetchall()}
    return [_told(*found[place]) for place in range(len(kinds))]


def _told(count: int, cents: Any) -> tuple[int, Decimal]:
    return count, ZERO if cents is None else Decimal(int(cents)).scaleb(-2)


def _where(
    model: type[models.Model], wanted: Sequence[tuple[str, str, Any]]
) -> tuple[str, list[Any]]:
    words, values = [], []
    for name, how, value in wanted:
        if how not in _HOW:
            raise ValueError(f"Rows are not chosen by {how}.")
        several = list(value) if how == "NOT IN" else [value]
        marks = ", ".join(["%s"] * len(several))
        words.append(f"{_column(model, name)} {how} {f'({marks})' if how == 'NOT IN' else marks}")
        values += [row[0] for row in bulk.as_kept(model, [name], [(one,) for one in several])]
    return " AND ".join(words), values


def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(bulk.columns_of(model, [name])[0])
