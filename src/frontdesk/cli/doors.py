"""Whether the office is open: a lock that the system lets go of when its holder ends, anyhow."""

from collections.abc import Iterator
from contextlib import contextmanager

from frontdesk.cli import prepared

try:
    import fcntl
except ImportError:  # not on this system: then nothing is held, and nothing is told apart
    fcntl = None  # type: ignore[assignment] # the module or nothing


@contextmanager
def kept_open() -> Iterator[bool]:
    """Hold the doors open; several may. Yields False while they are held shut."""
    with _held(exclusively=False) as done:
        yield done


@contextmanager
def kept_shut() -> Iterator[bool]:
    """Hold the doors shut. Yields False where the office is open, and then holds nothing."""
    with _held(exclusively=True) as done:
        yield done


@contextmanager
def _held(*, exclusively: bool) -> Iterator[bool]:
    if fcntl is None:
        yield True
        return
    prepared.var().mkdir(parents=True, exist_ok=True)
    with (prepared.var() / "doors").open("a") as doors:
        try:
            fcntl.flock(doors, (fcntl.LOCK_EX if exclusively else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
