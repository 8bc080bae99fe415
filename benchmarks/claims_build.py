"""Claims built from the database: gathered, judged by rules and checks, written as files."""

import json
import os
import sys
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, empty_office, run

CLAIMS = int(os.environ.get("FRONTDESK_BENCH_BUILT", "10000"))
ONE_BY_ONE = 100  # claims judged each in a transaction of its own, for comparison


def measure() -> list[dict[str, Any]]:
    """Judge the claims and put them into files on each database."""
    rows = []
    for engine in ENGINES:
        with empty_office(engine) as environment:
            told = json.loads(run(environment, "benchmarks.claims_build", str(CLAIMS)))
        judged = (
            f"facts, rules, {told['checks']} checks, payment edits, trial in the payer's form, "
            f"written back; {told['busy']:.1f} s CPU of ours; one transaction a claim: "
            f"{told['one_by_one']:.1f} ms a claim; {told['questions']} questions for 500 claims"
        )
        rows += [
            row(f"{CLAIMS} claims built and scrubbed, {engine}", told["judged"], "claims/s",
                better="higher", goal=1000, note=judged),
            row(f"{CLAIMS} claims judged again and put into files, {engine}", told["filed"],
                "claims/s", better="higher",
                note=f"{told['files']} files, {told['megabytes']:.1f} MB"),
            row(f"{CLAIMS} claims built: memory above the start, {engine}", told["memory"], "MB",
                goal=150),
        ]  # fmt: skip
    return rows


def main(count: int) -> None:
    """In a process of its own, on the office that the environment names: make, build, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frontdesk.config.settings"
    import django

    django.setup()
    from benchmarks import claims_build_office

    sys.stdout.write(json.dumps(claims_build_office.measured(count, ONE_BY_ONE)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
