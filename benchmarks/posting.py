"""An 835 of 10,000 claims: read, balanced, matched and posted to the books, with its audit."""

import json
import os
import sys
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, empty_office, run

CLAIMS = int(os.environ.get("FRONTDESK_BENCH_CLAIMS", "10000"))
ONE_BY_ONE = 100  # decisions posted each in a transaction of its own, for comparison


def measure() -> list[dict[str, Any]]:
    """Post the file on each database."""
    rows = []
    for engine in ENGINES:
        with empty_office(engine) as environment:
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


def main(count: int) -> None:
    """In a process of its own, on the office that the environment names: make, post, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frontdesk.config.settings"
    import django

    django.setup()
    from benchmarks import posting_office

    sys.stdout.write(json.dumps(posting_office.measured(count, ONE_BY_ONE)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
