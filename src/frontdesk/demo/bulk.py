"""Writing the made-up past quickly: many rows in one statement, and no waiting for the disk."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models
from django.db.backends.signals import connection_created

from frontdesk.core import audit

HASTE = {
    "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL; PRAGMA wal_checkpoint"),
    "postgresql": ("SET synchronous_commit=off", "SET synchronous_commit=on"),
}


def write(kind: type[Any], records: Sequence[Any]) -> None:
    """Write new records as `bulk_create` does, and tell the audit their keys.

    Most values of the past repeat (whose, where, how much), so each is made fit for the database
    once. Raise `Unaudited` outside of an operation.
    """
    if not records:
        return
    for record in records:
        record.take_practice()
    audit.note_many(records, "created")
    fields = [field for field in kind._meta.concrete_fields if not field.generated]
    columns = [list(_column(field, records)) for field in fields]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    table = connection.ops.quote_name(kind._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608 - our own names
            list(zip(*columns, strict=True)),
        )
    for record in records:
        record._state.adding = False
        record._state.db = connection.alias


@contextmanager
def in_haste() -> Iterator[None]:
    """Let commits not wait for the disk: what is made up can be made up again."""
    hurry, calm = HASTE[connection.vendor]

    def hurry_again(**_: Any) -> None:
        _tell(hurry)  # the job worker opens a connection of its own

    connection_created.connect(hurry_again)
    _tell(hurry)
    try:
        yield
    finally:
        connection_created.disconnect(hurry_again)
        _tell(calm)


def _tell(words: str) -> None:
    if connection.in_atomic_block:
        return  # a test, whose rows are never kept
    with connection.cursor() as cursor:
        for one in words.split("; "):
            cursor.execute(one)


def _column(field: Any, records: Sequence[Any]) -> Iterator[Any]:
    """Yield the field of every record as the database takes it."""
    fit: Callable[[Any, Any], Any] = field.get_db_prep_save
    plain = type(field).pre_save is models.Field.pre_save
    known: dict[Any, Any] = {}
    for record in records:
        value = record.__dict__[field.attname] if plain else field.pre_save(record, True)
        try:
            yield known[value]
        except TypeError:  # a list or a mapping
            yield fit(value, connection)
        except KeyError:
            known[value] = fit(value, connection)
            yield known[value]
