"""One simulated day on a throw-away database, against a started sandbox."""

import io
import json
import os
import tempfile
import time
from typing import Any

from rich.console import Console
from rich.table import Table

from frontdesk.cli import office

WORDS = {
    "booked": "Visits booked",
    "verified": "Coverages verified",
    "arrived": "Patients arrived",
    "seen": "Patients seen",
    "claims_sent": "Claims sent",
    "claims_accepted": "Claims accepted",
    "claims_paid": "Claims paid",
    "claims_denied": "Claims denied",
    "charged": "Charged",
    "paid": "Paid",
    "written_off": "Written off",
    "owed": "Owed",
    "books_balanced": "Books balanced",
    "audit_valid": "Audit chain valid",
    "seconds": "Seconds",
}
MONEY = {"charged", "paid", "written_off", "owed"}


def run(*, visits: int, as_json: bool) -> int:
    """Live the day; print the figures; return 0 when books and audit are valid."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="frontdesk-day-") as folder:
        os.environ["FRONTDESK_VAR"] = folder
        os.environ.pop("FRONTDESK_DATABASE_URL", None)
        os.environ.setdefault("FRONTDESK_LOG_LEVEL", "ERROR")
        office.open_django()
        from frontdesk.cli import audit
        from frontdesk.demo import day

        figures = day.live(visits=visits, console=Console(stderr=True))
        silent = io.StringIO()
        figures["audit_valid"] = audit.verify(practice="", as_json=False, out=silent) == 0
    figures["seconds"] = round(time.monotonic() - started, 1)
    if as_json:
        office.say(json.dumps(figures, default=str))
    else:
        _show(figures)
    return 0 if figures["books_balanced"] and figures["audit_valid"] else 1


def _show(figures: dict[str, Any]) -> None:
    table = Table(title="One day in the office", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, words in WORDS.items():
        value = figures[name]
        shown = f"${value:,.2f}" if name in MONEY else str(value)
        if isinstance(value, bool):
            shown = "yes" if value else "NO"
        table.add_row(words, shown)
    Console().print(table)
