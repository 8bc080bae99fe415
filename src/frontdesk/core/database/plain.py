"""The few statements that every change makes, composed once instead of each time.

Django composes a statement from its parts in a millisecond's third; one form that is sent makes
five of these. Nobody but `core` calls this.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

from frontdesk.core.database import bulk


def insert(model: type[models.Model], values: Mapping[str, Any]) -> None:
    """Insert one row, by attribute name (`patient_id`)."""
    names = tuple(values)
    kept = bulk.as_kept(model, names, [tuple(values.values())])
    with connection.cursor() as cursor:
        cursor.execute(_insertion(model._meta.db_table, bulk.columns_of(model, names)), kept[0])


def run(sql: str, *values: UUID | str | int) -> Sequence[Any] | None:
    """Run a statement; return the first row of its answer, None where it has none."""
    on_disk = connection.vendor == "sqlite"
    said = [one.hex if on_disk and isinstance(one, UUID) else one for one in values]
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        rows: list[Sequence[Any]] = cursor.fetchall() if cursor.description else []
    return rows[0] if rows else None


def held(sql: str) -> str:
    """Return the SELECT so that its rows are held; on SQLite whoever writes holds everything."""
    return f"{sql} FOR UPDATE" if connection.vendor == "postgresql" else sql


@cache
def _insertion(table: str, columns: tuple[str, ...]) -> str:
    named = ", ".join(f'"{column}"' for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    return f'INSERT INTO "{table}" ({named}) VALUES ({marks})'  # noqa: S608 - names of our models
