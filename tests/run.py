"""Run the whole suite: everything on SQLite, then what touches the database on PostgreSQL too."""

import os
import subprocess
import sys
import tempfile

from tests.postgres import server

ON_POSTGRESQL = "not browser or journey"
PURE = ["x12", "solver", "ui", "sandbox", "cli"]  # rooms whose tests no database can change
SOME_FAILED = 1  # pytest's exit code
TRIES_ALONE = 2


def main() -> int:
    """Run each part, print its summary, and return 0 when all passed."""
    started = os.environ | {"FRONTDESK_VAR": tempfile.mkdtemp(prefix="frontdesk-test-")}
    print("The suite on SQLite", flush=True)
    sqlite = _run("sqlite", ["-m", "not browser", *sys.argv[1:]], started)
    print("What drives a browser, on SQLite", flush=True)  # apart: it keeps an event loop running
    plain = ["-m", "browser", "--tb", "native"]  # CPython 3.11 can't parse within a greenlet
    browser = _run("browser", [*plain, *sys.argv[1:]], started)
    print("What touches the database, on PostgreSQL", flush=True)
    ignored = [f"--ignore=tests/{room}" for room in PURE]
    with server() as address:
        chosen = ["-m", ON_POSTGRESQL, *ignored, *sys.argv[1:]]
        postgresql = _run("postgresql", chosen, started | {"FRONTDESK_DATABASE_URL": address})
    return sqlite or browser or postgresql


def _run(name: str, chosen: list[str], environment: dict[str, str]) -> int:
    """Run tests on every core; what failed runs once more, alone, and must pass then.

    Real browsers and real processes wait for each other; on a machine that is busy with
    something else a wait can run out. What is broken fails alone as well.
    """
    cache = ["-o", f"cache_dir=.pytest_cache/{name}"]
    pytest = [sys.executable, "-m", "pytest", *cache, *chosen]
    workers = ["-n", str(os.cpu_count() or 2), "--dist", "loadfile"]
    code = subprocess.run([*pytest, *workers], env=environment, check=False).returncode
    alone = [*pytest, "--last-failed", "--last-failed-no-failures", "none"]
    for _ in range(TRIES_ALONE):
        if code == SOME_FAILED:
            print("Once more, alone: what failed", flush=True)
            code = subprocess.run(alone, env=environment, check=False).returncode
    return code


if __name__ == "__main__":
    sys.exit(main())
