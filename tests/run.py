"""Run the whole suite: everything on SQLite, then what touches the database on PostgreSQL too."""

import os
import subprocess
import sys
import tempfile

from tests.postgres import server

ON_POSTGRESQL = "not browser or journey"
PURE = ["x12", "solver", "ui", "sandbox", "cli"]  # rooms whose tests no database can change


def main() -> int:
    """Run both halves, print both summaries, and return 0 when both passed."""
    started = os.environ | {"FRONTDESK_VAR": tempfile.mkdtemp(prefix="frontdesk-test-")}
    workers = ["-n", str(os.cpu_count() or 2), "--dist", "loadfile"]
    run = [sys.executable, "-m", "pytest", *workers]
    print("The suite on SQLite", flush=True)
    sqlite = subprocess.run([*run, *sys.argv[1:]], env=started, check=False)
    print("What touches the database, on PostgreSQL", flush=True)
    ignored = [f"--ignore=tests/{room}" for room in PURE]
    with server() as address:
        postgresql = subprocess.run(
            [*run, "-m", ON_POSTGRESQL, *ignored, *sys.argv[1:]],
            env=started | {"FRONTDESK_DATABASE_URL": address},
            check=False,
        )
    return sqlite.returncode or postgresql.returncode


if __name__ == "__main__":
    sys.exit(main())
