"""A sketch of a simulated year: everything rare happens in it, and nothing is lost."""

import json
import os
import subprocess
import sys
from typing import Any

from benchmarks.__main__ import row

DAYS, VISITS, UNTIL = 12, 6, "2026-11-20"
AT_THE_END = {"cards_waiting"}  # what is on its way then, not something that happens
KINDS = 24  # of what is counted; some of it is a matter of luck in so few visits


def measure() -> list[dict[str, Any]]:
    """Live twelve days of a year, a month apart, in a program of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FRONTDESK_")}
    command = [sys.executable, "-m", "frontdesk.cli", "day", "--sketch", "--json"]
    command += ["--days", str(DAYS), "--visits", str(VISITS), "--until", UNTIL]
    lived = subprocess.run(command, env=clean, capture_output=True, text=True, check=False)
    told = json.loads(lived.stdout)
    kinds = {name for name, one in told["happened"].items() if one["times"]} - AT_THE_END
    held = [told["books_balanced"], told["audit_valid"]]
    wrong = held.count(False) + told["past_deadline"] + told["missed"]
    note = f"{told['visits']} visits on {DAYS} days a month apart, in {told['seconds']} s"
    return [
        row("a year's sketch: kinds of rare things in it", len(kinds), "", better="higher",
            goal=KINDS, note=note),
        row("a year's sketch: books, audit, deadlines that don't hold", wrong, "", goal=0,
            note=note),
    ]  # fmt: skip
