"""Turns at SQLite's file: whoever waits to write is not overtaken by one who comes again.

SQLite lets a process that finds the file locked look again after 1, 2, 5 … 100 milliseconds. The
worker that catches up writes, lets go and writes again at once, so the desk could look many times
in vain. Here each waits in a queue of two places: at the gate, and behind it for its turn. Who
holds the gate is next, and who has just written stands before it.
"""

import os
import time
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # a system without it: SQLite's own way is left
    fcntl = None  # type: ignore[assignment] # the module or nothing

LOOK_AGAIN = 0.001  # seconds
GATE, TURN = 0, 1  # bytes of the file that are locked; there is nothing in it


class Turns:
    """One process's place in the queue; its own threads have queued before."""

    def __init__(self, database: str) -> None:
        self._path = Path(f"{database}-turns")
        self._file: int | None = None

    def take(self, until: float) -> bool:
        """Wait for the turn; say whether it came by then (on the monotonic clock)."""
        if not self._is_open():
            return True
        if not self._lock(GATE, until):
            return False
        try:
            return self._lock(TURN, until)
        finally:
            self._unlock(GATE)

    def give_back(self) -> None:
        """Let the next one write."""
        self._unlock(TURN)

    def _is_open(self) -> bool:
        """Open the file; where that can't be, SQLite will say what is wrong with the folder."""
        if self._file is None and fcntl is not None:
            with suppress(OSError):
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return self._file is not None

    def _lock(self, place: int, until: float) -> bool:
        assert self._file is not None  # opened before  # noqa: S101
        while True:
            try:
                # Of the process, not of the file that is open: gone with it, not a child's too.
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
            except BlockingIOError:
                if time.monotonic() >= until:
                    return False
                time.sleep(LOOK_AGAIN)
            else:
                return True

    def _unlock(self, place: int) -> None:
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
