"""An office with 500,000 reservations, on either database, made once and kept."""

from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.offices import KEPT, run, started


def finding(engine: str) -> str:
    """Return what was measured inside the office, as JSON."""
    with office(engine) as environment:
        return run(environment, "benchmarks.finding")


@contextmanager
def office(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of the office; the first measurement fills it."""
    folder = KEPT / f"find-{engine.lower()}"
    folder.mkdir(parents=True, exist_ok=True)
    KEPT.chmod(0o755)
    with started(engine, folder) as environment:
        run(environment, "frontdesk.cli", "prepare")
        yield environment
