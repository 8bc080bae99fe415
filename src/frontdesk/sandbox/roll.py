"""The members of the made-up world: kept in a database of their own and read when asked for.

Twenty thousand of them would take twenty megabytes of memory; a question is about one or two.
The database is only a reading of what the sandbox was told, and is made again from that.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, told TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS member (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE,
  id TEXT NOT NULL, person TEXT NOT NULL, told TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS member_id ON member (id);
CREATE INDEX IF NOT EXISTS member_person ON member (person);
"""


class Roll:
    """Members as they were told, by key, by id and by person. Without a file it is in memory."""

    def __init__(self, file: Path | None = None) -> None:
        self._lock = threading.RLock()
        self._base = sqlite3.connect(
            file or ":memory:", check_same_thread=False, isolation_level=None
        )
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")
        self._base.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._base.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep all that is put inside, or nothing."""
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def put(self, key: str, member_id: str, person: str, told: Any) -> None:
        """Remember a member, in place of whom had the same key."""
        self._base.execute(
            "INSERT INTO member (key, id, person, told) VALUES (?, ?, ?, ?) ON CONFLICT (key) "
            "DO UPDATE SET id = excluded.id, person = excluded.person, told = excluded.told",
            (key, member_id, person, json.dumps(told)),
        )

    def clear(self) -> None:
        """Forget everything."""
        for table in ("member", "kept"):
            self._base.execute(f"DELETE FROM {table}")  # noqa: S608 -- names are ours

    def keep(self, name: str, told: Any) -> None:
        """Remember something else of the world beside its members."""
        self._base.execute("INSERT OR REPLACE INTO kept VALUES (?, ?)", (name, json.dumps(told)))

    def kept(self, name: str) -> Any:
        """Return what was kept under a name, or None."""
        rows = self._ask("SELECT told FROM kept WHERE name = ?", name)
        return rows[0] if rows else None

    def with_key(self, key: str) -> list[Any]:
        """Return the member with this key, as told, or nobody."""
        return self._ask("SELECT told FROM member WHERE key = ?", key)

    def with_id(self, member_id: str) -> list[Any]:
        """Return everybody told with this id, in the order told."""
        return self._ask("SELECT told FROM member WHERE id = ? ORDER BY number", member_id)

    def named(self, person: str) -> list[Any]:
        """Return everybody told with this name and birth date."""
        return self._ask("SELECT told FROM member WHERE person = ? ORDER BY number", person)

    def __len__(self) -> int:
        with self._lock:
            return int(self._base.execute("SELECT count(*) FROM member").fetchone()[0])

    def __iter__(self) -> Iterator[Any]:
        """Give all, in the order told."""
        last = 0
        while rows := self._some(last):
            yield from (json.loads(told) for _, told in rows)
            last = rows[-1][0]

    def _some(self, after: int) -> list[tuple[int, str]]:
        with self._lock:
            return self._base.execute(
                "SELECT number, told FROM member WHERE number > ? ORDER BY number LIMIT 500",
                (after,),
            ).fetchall()

    def _ask(self, question: str, word: str) -> list[Any]:
        with self._lock:
            return [json.loads(row[0]) for row in self._base.execute(question, (word,))]
