"""Many rows in one go: COPY on PostgreSQL, one prepared statement on SQLite.

What Django's `bulk_create` and `bulk_update` do row by row in Python costs ten times as much.
Callers note the audit first: nobody but `core.models` calls this, and what loads the code sets,
which belong to no practice.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import repeat
from typing import Any
from uuid import UUID

from django.db import connection, models

from frontdesk.core.database import written

Row = Sequence[Any]
_TEXT = {str, type(None)}  # written as they are
_ASKED_TOGETHER = 2000  # rows of one UPDATE on PostgreSQL: its arrays stay small


def insert(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows of Python values; `names` are attribute names (`patient_id`), one a column."""
    if not rows:
        return
    fields = [_field(model, name) for name in names]
    columns = ", ".join(_quoted(field.column) for field in fields)
    table = _quoted(model._meta.db_table)
    kept = _kept(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for some in written.lines(kept):
                    copy.write(some)
            return
        marks = ", ".join(["%s"] * len(fields))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608 - names of our models
        cursor.executemany(sql, list(zip(*kept, strict=True)))


@cache
def names_of(model: type[models.Model]) -> tuple[str, ...]:
    """Return the attribute names of a model's columns; they are asked for with every record."""
    return tuple(field.attname for field in model._meta.concrete_fields)


def as_kept(model: type[models.Model], names: Sequence[str], rows: Sequence[Row]) -> list[Row]:
    """Return rows of Python values as the database keeps them."""
    return list(zip(*_kept([_field(model, name) for name in names], rows), strict=True))


def columns_of(model: type[models.Model], names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns of attribute names."""
    return tuple(_field(model, name).column or name for name in names)


def update(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Row], practice_id: UUID
) -> None:
    """Change rows of one practice; each row is its key and then the values of `names`."""
    if not rows:
        return
    fields = [_field(model, name) for name in names]
    if connection.vendor == "postgresql":
        for first in range(0, len(rows), _ASKED_TOGETHER):
            _update_from_arrays(model, fields, rows[first : first + _ASKED_TOGETHER], practice_id)
        return
    keys, *kept = _kept([_field(model, "id"), *fields], rows)
    sets = ", ".join(f"{_quoted(field.column)} = %s" for field in fields)
    table = _quoted(model._meta.db_table)
    sql = f'UPDATE {table} SET {sets} WHERE "practice_id" = %s AND "id" = %s'  # noqa: S608
    own = practice_id.hex
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(zip(*kept, repeat(own), keys, strict=False)))


def _update_from_arrays(
    model: type[models.Model],
    fields: Sequence["models.Field[Any, Any]"],
    rows: Sequence[Row],
    practice_id: UUID,
) -> None:
    """PostgreSQL's quickest way: one array a column, unnested side by side."""
    table = _quoted(model._meta.db_table)
    types = [_array_type(field) for field in fields]
    values = ", ".join(
        f"unnest(%s::{kind}[]) AS v{place}" for place, (kind, _cast) in enumerate(types)
    )
    sets = ", ".join(
        f"{_quoted(field.column)} = new.v{place}{cast}"
        for place, (field, (_kind, cast)) in enumerate(zip(fields, types, strict=True))
    )
    sql = (
        f"UPDATE {table} SET {sets} FROM (SELECT unnest(%s::uuid[]) AS key, {values}) AS new "  # noqa: S608
        f'WHERE {table}."practice_id" = %s AND {table}."id" = new.key'
    )
    columns = _kept([_field(model, "id"), *fields], rows)
    with connection.cursor() as cursor:
        cursor.execute(sql, [*map(written.array, columns), practice_id])


def _array_type(field: "models.Field[Any, Any]") -> tuple[str, str]:
    kind = field.db_type(connection) or "text"
    return ("text", f"::{kind}") if kind == "jsonb" else (kind, "")


@cache
def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _quoted(name: str | None) -> str:
    return connection.ops.quote_name(name or "")


def _kept(fields: Sequence["models.Field[Any, Any]"], rows: Sequence[Row]) -> list[Sequence[Any]]:
    """Return the columns of the rows as the database keeps them."""
    columns = zip(*rows, strict=True)
    return [_column(field, column) for field, column in zip(fields, columns, strict=True)]


def _column(field: "models.Field[Any, Any]", values: Sequence[Any]) -> Sequence[Any]:
    convert = _converter(field)
    if convert is None or (convert is str and set(map(type, values)) <= _TEXT):
        return values
    made, last, kept = [], None, None
    for value in values:
        if value is not last:  # the practice, the day and who did it are the same in every row
            last, kept = value, None if value is None else convert(value)
        made.append(kept)
    return made


def _converter(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """Return how a value of the field is written; None where it is written as it is."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    on_disk = connection.vendor == "sqlite"
    if isinstance(field, models.UUIDField):
        return _hex if on_disk else None
    if isinstance(field, models.CharField | models.TextField):
        return str
    if type(field) is models.DateField:
        return date.isoformat if on_disk else None
    if isinstance(field, models.DateTimeField):
        return _moment if on_disk else None
    return _by_django(field)


def _hex(key: UUID) -> str:
    return f"{key.int:032x}"


def _moment(at: datetime) -> str:
    """As SQLite keeps an instant: its UTC wall time, as Django writes it."""
    return str((at if at.tzinfo is UTC else at.astimezone(UTC)).replace(tzinfo=None))


def _by_django(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    if isinstance(field, models.JSONField):
        encode = (field.encoder or json.JSONEncoder)().encode
        return lambda value: encode(value) if value or type(value) is not list else "[]"
    known: dict[Any, Any] = {}  # most values of a column repeat: amounts, flags, places

    def convert(value: Any) -> Any:
        if value not in known:
            known[value] = field.get_db_prep_save(value, connection)
        return known[value]

    return convert
