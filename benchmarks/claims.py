"""The claims work list among a million claims: what a page costs the server."""

import json
import os
import sys
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, empty_office, run

CLAIMS = int(os.environ.get("FRONTDESK_BENCH_LISTED", "1000000"))


def measure() -> list[dict[str, Any]]:
    """Open the list's chips and their second pages on each database."""
    rows = []
    for engine in ENGINES:
        with empty_office(engine) as environment:
            told = json.loads(run(environment, "benchmarks.claims", str(CLAIMS)))
        note = ", ".join(f"{name} {cost:.1f}" for name, cost in told["each"].items())
        rows.append(
            row(f"claims work list among {CLAIMS}: dearest page, {engine}", told["worst"],
                "ms CPU", goal=30.0, note=note)
        )  # fmt: skip
    return rows


def main(count: int) -> None:
    """In a process of its own, on the office that the environment names: make, open, tell."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "frontdesk.config.settings"
    import django

    django.setup()
    from benchmarks import claims_office

    sys.stdout.write(json.dumps(claims_office.measured(count)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
