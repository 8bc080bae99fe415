"""Every page of the house, asked in the practice with 20,000 patients: its CPU and its queries."""

import json
from typing import Any

from benchmarks.__main__ import row
from benchmarks.offices import APPOINTMENTS, ENGINES, PATIENTS, office, run

MOST_ALIKE = 12  # the same question so often in one page is asked for each row
SLOWEST = 5


def measure() -> list[dict[str, Any]]:
    """Measure on both databases; the notes name the pages."""
    rows = []
    for engine in ENGINES:
        with office(engine) as environment:
            found = json.loads(run(environment, "benchmarks.pages_inside"))
        pages = sorted(found, key=lambda page: -page["ms"])
        times = sorted(page["ms"] for page in pages)
        note = f"{len(pages)} pages; {PATIENTS:,} patients, {APPOINTMENTS:,} appointments"
        slow = ", ".join(f"{page['name']} {page['ms']:.0f}" for page in pages[:SLOWEST])
        alike = max(pages, key=lambda page: page["alike"])
        rows += [
            row(f"a page, the median, {engine}", times[len(times) // 2], "ms CPU", note=note),
            row(f"a page, nineteen of twenty, {engine}", times[len(times) * 19 // 20], "ms CPU",
                note=f"slowest: {slow}"),
            row(f"one question in one page, {engine}", alike["alike"], "times", goal=MOST_ALIKE,
                note=f"most in {alike['name']}"),
        ]  # fmt: skip
    return rows
