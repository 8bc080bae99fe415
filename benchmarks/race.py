"""32 people want one time: exactly one gets it, the others are told so, nothing breaks."""

import json
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import ENGINES, office, run

WRITERS, ROUNDS = 32, 20


def measure() -> list[dict[str, Any]]:
    """Race on both databases, for equal and for overlapping starts."""
    rows = []
    for engine in ENGINES:
        with office(engine) as environment:
            told = json.loads(run(environment, "benchmarks.racing", str(WRITERS), str(ROUNDS)))
        note = f"{WRITERS} writers, {ROUNDS} rounds of equal and {ROUNDS} of overlapping starts"
        for name, value, goal in (
            ("winners a round", told["won"] / told["rounds"], 1.0),
            ("overlaps", told["overlaps"], 0.0),
            ("errors other than a refusal", told["errors"], 0.0),
        ):
            rows.append(
                row(
                    f"race: {name}, {engine}", value, "", goal=goal, note=note,
                    peer="Easy!Appointments (recorded)" if name == "winners a round" else None,
                    peer_value=16.0 if name == "winners a round" else None,
                )
            )  # fmt: skip
    return rows
