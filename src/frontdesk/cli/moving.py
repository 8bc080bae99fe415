"""Moving an office from SQLite to PostgreSQL: every row of a backup, compared, or none of them."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model, QuerySet
from rich.console import Console
from rich.progress import Progress

from frontdesk.cli import audit
from frontdesk.cli.office import complain, say
from frontdesk.coding import operations as coding
from frontdesk.config import env
from frontdesk.core.database import bulk
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.practice.models import Practice
from frontdesk.reports.queries.books_sums import ties

OLD, NEW = "moved", "default"  # the connections
CHUNK = 2000  # rows in memory at a time
Kind: TypeAlias = type[Model]


def refuse_unless_empty() -> None:
    """Lay the tables of the new database; raise `Refused` where an office is in it already."""
    call_command("migrate", verbosity=0, interactive=False)
    if Practice.objects.exists() or get_user_model().objects.exists():
        raise Refused(
            "An office is in this PostgreSQL database already. Give the address of an empty one."
        )


@contextmanager
def moved(database: Path) -> Iterator[None]:
    """Fill the new database from the old file and compare; it holds once what is inside is done.

    Everything happens in one transaction: where it is broken off the new database stays empty,
    and the same can be done again. Raises `Refused` with the reason.
    """
    with _opened(database), practice_scope(EVERY_PRACTICE):
        _refuse_other_versions()
        kinds = [model for model in apps.get_models(include_auto_created=True) if _is_ours(model)]
        with transaction.atomic():
            _without_triggers(kinds)
            _empty(kinds)
            _carry(kinds)
            _settle(kinds)
            _tell_of_the_records()
            yield
        refresh_statistics()


def _is_ours(model: Kind) -> bool:
    return model._meta.managed and not model._meta.proxy


@contextmanager
def _opened(database: Path) -> Iterator[None]:
    described = {NEW: {}, OLD: env.database("", database, settings.SQLITE_PRAGMAS)}
    connections.settings[OLD] = connections.configure_settings(described)[OLD]
    try:
        yield
    finally:
        connections[OLD].close()
        del connections[OLD], connections.settings[OLD]


def _refuse_other_versions() -> None:
    known = set(MigrationExecutor(connection).loader.disk_migrations)
    applied = set(MigrationRecorder(connections[OLD]).applied_migrations())
    if applied - known:
        raise Refused("A newer Frontdesk made this backup: bring this one up to date first.")
    if known - applied:
        raise Refused(
            "An older Frontdesk made this backup. Open that office once with this Frontdesk, still "
            "on SQLite, and back it up again."
        )


def _without_triggers(kinds: list[Kind]) -> None:
    """Let rows come in as they are: what the triggers refuse was refused when it was written."""
    for model in kinds:
        _run(f"ALTER TABLE {_table(model)} DISABLE TRIGGER USER")


def _empty(kinds: list[Kind]) -> None:
    """Take out what laying the tables put in: kinds of records and rights, perhaps code sets."""
    _run(f"TRUNCATE {', '.join(map(_table, kinds))}")


def _carry(kinds: list[Kind]) -> None:
    console = Console(stderr=True)
    counts = [_rows(model, OLD).count() for model in kinds]
    with Progress(console=console, disable=not console.is_terminal) as shown:
        bar = shown.add_task("Moving rows, and reading them again", total=2 * sum(counts))
        for model, count in zip(kinds, counts, strict=True):
            here, there = _Seen(), _Seen()
            names = _names(model)
            for rows in _chunks(model, OLD):
                here.add(rows)
                with _in_words(model):
                    bulk.insert(model, names, rows)
                shown.advance(bar, len(rows))
            for rows in _chunks(model, NEW):
                there.add(rows)
                shown.advance(bar, len(rows))
            if (here.count, here.sum) != (there.count, there.sum) or here.count != count:
                raise Refused(f"The rows of {model._meta.db_table} did not arrive as they were.")
    say(f"Moved {sum(counts):,} rows of {len(kinds)} tables; each was read again and is the same.")


def _settle(kinds: list[Kind]) -> None:
    """Check every key, put the triggers up again, count on where SQLite stopped."""
    with _in_words():
        _run("SET CONSTRAINTS ALL IMMEDIATE")
    for model in kinds:
        _run(f"ALTER TABLE {_table(model)} ENABLE TRIGGER USER")
    for statement in connection.ops.sequence_reset_sql(no_style(), kinds):
        _run(statement)
    ContentType.objects.clear_cache()
    coding.index_again()


def _tell_of_the_records() -> None:
    for practice in Practice.objects.order_by("name"):
        chain = audit.walk(practice)
        apart = _comparisons_that_fail(practice)
        audited = f"{practice.name}: {chain.entries:,} entries of the audit"
        if chain.findings:
            complain(f"{audited}, broken as in the backup: frontdesk audit verify")
        else:
            say(f"{audited}, whole.")
        if apart:
            complain(f"{practice.name}: the books do not agree, as in the backup: {apart}.")
        else:
            say(f"{practice.name}: the books agree.")


def _comparisons_that_fail(practice: Practice) -> str:
    with practice_scope(practice.pk):
        return ", ".join(tie.name for tie in ties() if not tie.holds)


class _Seen:
    """Rows in any order, as their number and the sum of their digests."""

    def __init__(self) -> None:
        self.count = self.sum = 0

    def add(self, rows: list[tuple[Any, ...]]) -> None:
        self.count += len(rows)
        for row in rows:
            told = repr([_plain(value) for value in row]).encode()
            self.sum += int.from_bytes(hashlib.blake2b(told, digest_size=16).digest())


def _plain(value: Any) -> Any:
    """Return a value so that what is equal is written equally: JSON has no order of keys."""
    if isinstance(value, dict):
        return sorted((key, _plain(one)) for key, one in value.items())
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return bytes(value) if isinstance(value, memoryview) else value


def _rows(model: Kind, using: str) -> "QuerySet[Any]":
    return QuerySet(model, using=using).order_by()


def _chunks(model: Kind, using: str) -> Iterator[list[tuple[Any, ...]]]:
    rows: list[tuple[Any, ...]] = []
    for row in _rows(model, using).values_list(*_names(model)).iterator(CHUNK):
        rows.append(row)
        if len(rows) == CHUNK:
            yield rows
            rows = []
    yield rows


def _names(model: Kind) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields if not field.generated]


def _table(model: Kind) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextmanager
def _in_words(model: Kind | None = None) -> Iterator[None]:
    """Say which table a row was refused in, and why, without any value of it."""
    try:
        yield
    except (DatabaseError, psycopg.Error) as trouble:
        refusal = trouble if isinstance(trouble, psycopg.Error) else trouble.__cause__
        told = refusal.diag if isinstance(refusal, psycopg.Error) else None
        table = (told and told.table_name) or (model._meta.db_table if model else "a table")
        why = (told and told.message_primary) or "a value does not fit its column"
        raise Refused(f"PostgreSQL does not take a row of {table}: {why}.") from trouble
