"""Server CPU per request, signed in, permissions and audit on, with 20,000 patients."""

import json
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import APPOINTMENTS, ENGINES, PATIENTS, office, run

# What GNU Health 4.4 and Easy!Appointments 1.5 needed for the same on the same data, in ms.
PEER = {"day board page": 32.0, "patient search": 93.0, "booking": 14.0, "check-in": 13.0,
        "charge and payment": 442.0}  # fmt: skip
GOAL = {
    "day board page": 12.0,
    "day board page, unchanged": 12.0,
    "patient search": 5.0,
    "diagnosis search": 10.0,
    "booking": 8.0,
    "check-in": 6.0,
    "charge and payment": 20.0,
}


def measure() -> list[dict[str, Any]]:
    """Measure each request on both databases."""
    rows = []
    for engine in ENGINES:
        with office(engine) as environment:
            figures = json.loads(run(environment, "benchmarks.inside"))
        for name, figure in figures.items():
            rows.append(
                row(
                    f"{name}, {engine}", figure["ms"], "ms CPU", goal=GOAL.get(name),
                    peer="GNU Health (recorded)" if name in PEER else None,
                    peer_value=PEER.get(name),
                    note=f"median of {figure['times']}; {figure['queries']} queries; "
                    f"{PATIENTS:,} patients, {APPOINTMENTS:,} appointments",
                )
            )  # fmt: skip
    return rows
