"""Many small questions to one table asked as one: counts with their dollars, first rows.

The figures above a work list are a dozen counts of one table, and its rows come from a few
statuses, each answered by an index in a moment; asked one by one through Django, composing them
costs more than answering them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from frontdesk.core.database import bulk
from frontdesk.core.keys import key_from_hex
from frontdesk.core.money import ZERO, MoneyField

_SEVERAL = frozenset({"IN", "NOT IN"})
_HOW = frozenset({"=", "<", "<=", ">", ">=", "> OR NONE"}) | _SEVERAL
Where = tuple[tuple[str, str, Any], ...]  # attribute name, how, value
Key = tuple[Any, UUID]  # a row's value in the field it is ordered by, and its key


@dataclass(frozen=True, slots=True)
class Kind:
    """One count: of which rows, as attribute name, how, value; and where counting stops."""

    where: Where
    most: int


@dataclass(frozen=True, slots=True)
class Order:
    """By which field rows come, money or a day, and behind which row they begin."""

    field: str
    is_down: bool
    after: Key | None = None


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


def first_rows(
    model: type[models.Model],
    kinds: Sequence[Where],
    order: Order,
    most: int,
    practice_id: UUID,
) -> list[list[Key]]:
    """Return the first rows of each kind in their order, as value and key; at most so many each.

    Rows of one practice; those of the same value by their keys.
    """
    column, table = _column(model, order.field), connection.ops.quote_name(model._meta.db_table)
    pk, down = _column(model, "id"), "DESC" if order.is_down else "ASC"
    parts, values = [], []
    for place, kind in enumerate(kinds):
        where, said = _where(model, (("practice_id", "=", practice_id), *kind))
        behind, mark = _behind(model, order)
        parts.append(
            f"SELECT * FROM (SELECT {place}, {column}, {pk} FROM {table} "  # noqa: S608 - our names
            f"WHERE {where}{behind} ORDER BY {column} {down}, {pk} ASC LIMIT %s) t{place}"
        )
        values += [*said, *mark, most]
    found: list[list[Key]] = [[] for _ in kinds]
    if parts:
        read = _money if isinstance(model._meta.get_field(order.field), MoneyField) else _day
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            for place, value, key in cursor.fetchall():
                found[place].append((read(value), _key(key)))
    return found


def _behind(model: type[models.Model], order: Order) -> tuple[str, list[Any]]:
    """Return what lets through only rows behind a mark: the first word bounds the index."""
    if order.after is None:
        return "", []
    value, key = order.after
    side = "<" if order.is_down else ">"
    where, said = _where(model, ((order.field, f"{side}=", value),))
    beyond, there = _where(model, ((order.field, side, value),))
    later, behind = _where(model, (("id", ">", key),))
    return f" AND {where} AND ({beyond} OR {later})", [*said, *there, *behind]


def _money(cents: Any) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)


def _day(kept: Any) -> date:
    return date.fromisoformat(kept) if isinstance(kept, str) else kept


def _key(kept: Any) -> UUID:
    return kept if isinstance(kept, UUID) else key_from_hex(kept)


def _told(count: int, cents: Any) -> tuple[int, Decimal]:
    return count, ZERO if cents is None else _money(cents)


def _where(
    model: type[models.Model], wanted: Sequence[tuple[str, str, Any]]
) -> tuple[str, list[Any]]:
    words, values = [], []
    for name, how, value in wanted:
        if how not in _HOW:
            raise ValueError(f"Rows are not chosen by {how}.")
        several = list(value) if how in _SEVERAL else [value]
        marks = ", ".join(["%s"] * len(several))
        words.append(_worded(_column(model, name), how, marks))
        values += [row[0] for row in bulk.as_kept(model, [name], [(one,) for one in several])]
    return " AND ".join(words), values


def _worded(column: str, how: str, marks: str) -> str:
    if how == "> OR NONE":
        return f"({column} > {marks} OR {column} IS NULL)"
    return f"{column} {how} ({marks})" if how in _SEVERAL else f"{column} {how} {marks}"


def _column(model: type[models.Model], name: str) -> str:
    return connection.ops.quote_name(bulk.columns_of(model, [name])[0])
