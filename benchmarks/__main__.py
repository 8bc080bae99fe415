"""`python -m benchmarks [NAME …]`: run the benchmarks, print a table, write results.json."""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

MODULES = [
    "x12",
    "requests",
    "pages",
    "race",
    "browser",
    "calendar",
    "running",
    "board",
    "repair",
    "search",
    "find",
    "templates",
    "flow",
    "backfill",
    "cards",
    "eligibility",
    "posting",
    "claims",
    "claims_build",
    "year",
    "rules",
]
RESULTS = Path(__file__).parent / "results.json"


def main(only: list[str]) -> int:
    """Measure what is asked for (everything by default); return 1 when a goal was missed."""
    known = [name for name in MODULES if (Path(__file__).parent / f"{name}.py").exists()]
    wanted = [name for name in known if not only or name in only]
    rows: list[dict[str, Any]] = []
    for name in wanted:
        measure: Callable[[], list[dict[str, Any]]] = import_module(f"benchmarks.{name}").measure
        rows += measure()
        _keep(_earlier(rows) + rows)  # what is measured is not lost with a later one's trouble
    show(rows)
    if not only:
        _keep(rows)
    return 0 if all(row["met"] in (True, None) for row in rows) else 1


def show(rows: list[dict[str, Any]]) -> None:
    """Print the rows as a table."""
    table = Table(title="Frontdesk, measured")
    for head in ("what", "value", "goal", "met", "peer", "peer's value", "note"):
        table.add_column(head)
    for row in rows:
        sign = {"lower": "≤", "higher": "≥"}[row["better"]]
        goal = "" if row["goal"] is None else f"{sign} {row['goal']:g}"
        met = {True: "yes", False: "NO", None: ""}[row["met"]]
        peer_value = "" if row["peer_value"] is None else f"{row['peer_value']:g}"
        value = f"{row['value']:g} {row['unit']}"
        table.add_row(row["name"], value, goal, met, row["peer"] or "", peer_value, row["note"])
    Console().print(table)


def row(
    name: str,
    value: float,
    unit: str,
    *,
    better: str = "lower",
    goal: float | None = None,
    peer: str | None = None,
    peer_value: float | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Return one result; `met` follows from the goal."""
    met = None if goal is None else value <= goal if better == "lower" else value >= goal
    return {
        "name": name, "value": round(value, 3), "unit": unit, "better": better, "goal": goal,
        "met": met, "peer": peer, "peer_value": peer_value, "note": note,
    }  # fmt: skip


def _keep(rows: list[dict[str, Any]]) -> None:
    RESULTS.write_text(json.dumps(rows, indent=1) + "\n")


def _earlier(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not RESULTS.exists():
        return []
    named = {row["name"] for row in rows}
    return [row for row in json.loads(RESULTS.read_text()) if row["name"] not in named]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
