"""Django's SQLite backend with a process-wide write lock around the outermost transaction.

SQLite's busy handler is unfair: with eight writers some waited for seconds. All our writers
live in one web process and one worker, so inside a process they queue here instead, and the
processes take turns.
"""

import threading
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.backends.sqlite3 import base, operations
from django.db.utils import OperationalError

from frontdesk.core.database.turns import Turns
from frontdesk.core.keys import key_from_hex

WAIT_SECONDS = 30.0
TOO_LONG = "database is locked: another writer did not finish in time"

_locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
_turns: dict[str, Turns] = {}


class DatabaseOperations(operations.DatabaseOperations):
    """What is read most often, read the shortest way."""

    def convert_uuidfield_value(self, value: str | None, *_: Any) -> UUID | None:
        """Return the key that the text says."""
        return None if value is None else key_from_hex(value)

    def convert_datetimefield_value(self, value: datetime | str | None, *_: Any) -> datetime | None:
        """Return the instant, which is kept in UTC and says so nowhere."""
        if value is None:
            return None
        at = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at


class DatabaseWrapper(base.DatabaseWrapper):
    """SQLite with one writer at a time, first come first served."""

    ops_class = DatabaseOperations
    _holds_write_lock = False

    @property
    def _write_lock(self) -> threading.Lock:
        return _locks[str(self.settings_dict["NAME"])]

    @property
    def _turns(self) -> Turns | None:
        """The queue of the processes; a database in memory has one process only."""
        name = str(self.settings_dict["NAME"])
        in_memory = name == ":memory:" or "mode=memory" in name
        return None if in_memory else _turns.setdefault(name, Turns(name))

    def _start_transaction_under_autocommit(self) -> None:
        until = time.monotonic() + WAIT_SECONDS
        if not self._write_lock.acquire(timeout=WAIT_SECONDS):
            raise OperationalError(TOO_LONG)
        self._holds_write_lock = True
        try:
            if self._turns is not None and not self._turns.take(until):
                raise OperationalError(TOO_LONG)
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._release()
            raise

    def _commit(self) -> Any:
        done = super()._commit()  # type: ignore[misc]
        self._release()  # a commit that failed is rolled back next, and holds on till then
        return done

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            self._release()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            self._release()

    def _release(self) -> None:
        if self._holds_write_lock:
            self._holds_write_lock = False
            if self._turns is not None:
                self._turns.give_back()
            self._write_lock.release()
