"""One simulated day on a throw-away database, or many in a row, against a started sandbox."""

import io
import json
import os
import tempfile
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

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
MONTH = {
    "month": "Month",
    "seen": "Seen",
    "cancelled": "Cancelled",
    "no_show": "Stayed away",
    "claims": "Claims",
    "rejected": "Rejected",
    "denied": "Denied",
    "charged": "Charged",
    "paid": "Paid",
    "owed": "Owed",
    "untouched": "Posted untouched",
    "late": "Late",
}
STOPPED = 130  # what a shell says of a program that was interrupted
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


def run_many(*, days: int, visits: int, folder: Path | None, as_json: bool) -> int:
    """Live many working days, a line a month; return 0 when all that is checked at the end holds.

    With a folder the office stays there, and days that were lived are not lived again. Ctrl-C
    finishes the day and returns 130.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="frontdesk-year-") as made:
            return _live_in(Path(made), days, visits, as_json)
    folder.mkdir(parents=True, exist_ok=True)
    return _live_in(folder.resolve(), days, visits, as_json)


def _live_in(folder: Path, days: int, visits: int, as_json: bool) -> int:
    started = time.monotonic()
    os.environ["FRONTDESK_VAR"] = str(folder)
    os.environ.pop("FRONTDESK_DATABASE_URL", None)
    os.environ.setdefault("FRONTDESK_LOG_LEVEL", "ERROR")
    office.open_django()
    from frontdesk.cli import audit, kpis
    from frontdesk.demo import year

    months: list[dict[str, Any]] = []
    console = Console(stderr=True)
    told = _teller(months, console)
    try:
        figures = year.live(
            days=days, visits=visits, folder=folder, console=console, month_over=told
        )
    except year.Stopped:
        console.print("Stopped after a whole day. The same command goes on with the next one.")
        return STOPPED
    except year.InUse:
        console.print("Another one lives days in this folder. Wait until it is done.")
        return 2
    silent = io.StringIO()
    figures["audit_valid"] = audit.verify(practice="", as_json=False, out=silent) == 0
    last = date.fromisoformat(figures["last"])
    figures["figures"] = kpis.told(UUID(figures["practice"]), last=last, days=365)
    figures["seconds"] = round(time.monotonic() - started, 1)
    if as_json:
        office.say(json.dumps({**figures, "months": months}, default=str))
    else:
        _show_year(figures, months)
    return 0 if _holds(figures) else 1


def _holds(figures: dict[str, Any]) -> bool:
    is_whole = figures["books_balanced"] and figures["audit_valid"]
    return is_whole and not figures["past_deadline"] and not figures["missed"]


def _teller(months: list[dict[str, Any]], console: Console) -> Callable[[dict[str, Any]], None]:
    def told(month: dict[str, Any]) -> None:
        months.append(month)
        apart = f"; the books do not agree: {', '.join(month['apart'])}" if month["apart"] else ""
        console.print(
            f"{month['month']}: {month['seen']} seen, {_cell('charged', month['charged'])} "
            f"charged, {_cell('paid', month['paid'])} paid, {_cell('owed', month['owed'])} owed, "
            f"{month['denied']} denied, {month['late']} late{apart}"
        )

    return told


def _show_year(figures: dict[str, Any], months: list[dict[str, Any]]) -> None:
    table = Table(title=f"{figures['days']} days in the office")
    for name, words in MONTH.items():
        table.add_column(words, justify="left" if name == "month" else "right")
    for month in months:
        table.add_row(*(_cell(name, month[name]) for name in MONTH))
    console = Console()
    console.print(table)
    if figures["figures"]:
        from frontdesk.cli import kpis

        console.print(kpis.table(figures["figures"]))
    yes = {True: "yes", False: "NO"}
    console.print(
        f"Books balanced to the cent, with all that stands beside them: "
        f"{yes[figures['books_balanced']]}. Audit chain valid: {yes[figures['audit_valid']]}. "
        f"Deadlines of claims missed: {figures['past_deadline'] + figures['missed']}. Payers' "
        f"dollars posted untouched: {_cell('untouched', figures['untouched'])}. "
        f"{figures['seconds']} seconds."
    )


def _cell(name: str, value: Any) -> str:
    if name == "untouched":
        return "" if value is None else f"{value:.1%}"
    return f"${Decimal(value):,.2f}" if name in {"charged", "paid", "owed"} else str(value)


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
