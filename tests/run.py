"""Run the whole suite: everything on SQLite, then what touches the database on PostgreSQL too."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.postgres import server

ON_POSTGRESQL = "(database and not browser) or journey"
OWN_DATABASE = "cli"  # the room that starts an office of its own for every test
SOME_FAILED = 1  # pytest's exit code
CACHES = Path(".pytest_cache")


def main() -> int:
    """Run each part and say how long it took; return 0 when everything passed."""
    with tempfile.TemporaryDirectory(prefix="frontdesk-test-", ignore_cleanup_errors=True) as var:
        return _run_all(os.environ | {"FRONTDESK_VAR": var})


def _run_all(environment: dict[str, str]) -> int:
    codes = [
        _run("sqlite", "The suite on SQLite", ["-m", "not browser"], environment),
        _run_browser(environment),
    ]
    with server() as address:
        chosen = ["-m", ON_POSTGRESQL, f"--ignore=tests/{OWN_DATABASE}"]
        there = environment | {"FRONTDESK_DATABASE_URL": address}
        codes.append(_run("postgresql", "What touches the database, on PostgreSQL", chosen, there))
    return next(filter(None, codes), 0)


def _run_browser(environment: dict[str, str]) -> int:
    """Run what drives a browser, apart: it keeps an event loop running.

    A real browser and a real server wait for each other; on a machine that is busy with something
    else a wait can run out. What failed gets one more try, alone, and is named either way.
    """
    chosen = ["-m", "browser", "--tb", "native"]  # CPython 3.11 can't parse within a greenlet
    code = _run("browser", "What drives a browser, on SQLite", chosen, environment)
    if code != SOME_FAILED:
        return code
    failed = json.loads((CACHES / "browser/v/cache/lastfailed").read_text())
    code = _run("browser", "Once more, alone", [*chosen, "--last-failed"], environment, alone=True)
    then = "failed again" if code else "passed alone"
    print(f"FAILED AT FIRST, {then}:", *failed, sep="\n  ", flush=True)
    return code


def _run(
    name: str, title: str, chosen: list[str], environment: dict[str, str], *, alone: bool = False
) -> int:
    """Run tests on every core, each as soon as one is free; return pytest's exit code."""
    print(title, flush=True)
    started = time.monotonic()
    cache = ["-o", f"cache_dir={CACHES / name}"]
    workers = [] if alone else ["-n", str(os.cpu_count() or 2), "--dist", "worksteal"]
    command = [sys.executable, "-m", "pytest", *cache, *chosen, *workers, *sys.argv[1:]]
    code = subprocess.run(command, env=environment, check=False).returncode
    print(f"{title}: {time.monotonic() - started:.0f} s", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main())
