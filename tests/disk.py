"""The database of a test where several connections or processes find it: in a file."""

import sqlite3
from pathlib import Path

from django.db import connection, connections


def copy_to(path: Path) -> None:
    """Copy the test's database, SQLite in memory, to a file as an office keeps it.

    In WAL from the start: where several connections turn it on at once, one may be told that the
    database is locked, however long it would wait.
    """
    connection.ensure_connection()
    copy = sqlite3.connect(path)
    connection.connection.backup(copy)
    copy.execute("PRAGMA journal_mode=WAL")
    copy.close()


def share(folder: Path, monkeypatch) -> None:
    """Let the threads of a test share one database; a server's is shared already."""
    if connection.vendor == "sqlite":
        path = folder / "race.sqlite3"
        copy_to(path)
        monkeypatch.setitem(connections.databases["default"], "NAME", path)
