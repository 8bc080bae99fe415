"""One simulated day on a throw-away database, or many in a row, against a started sandbox."""

import io
import json
import os
import tempfile
import time
from dataclasses import dataclass
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
MONTH = {  # heads short enough for eighty columns
    "month": "Month",
    "seen": "Seen",
    "away": "Away",
    "claims": "Claims",
    "rejected": "Rejected",
    "denied": "Denied",
    "charged": "Charged",
    "paid": "Paid",
    "owed": "Owed",
    "untouched": "Untouched",
}
KPIS = {
    "month": "Month",
    "days_in_ar": "A/R",
    "over_90": ">90",
    "clean_claim": "Clean",
    "first_pass": "First",
    "initial_denial": "Denied",
    "final_denial": "Final",
    "net_collection": "Net",
    "copay": "Copay",
    "charge_lag": "Entry",
    "posting_lag": "Post",
    "rework": "Rework",
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


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: how many days and visits, before which day, and a year's sketch."""

    days: int
    visits: int
    until: date | None = None
    is_sketch: bool = False
    as_json: bool = False


def run_many(asked: Asked, folder: Path | None) -> int:
    """Live many working days, a line a month; return 0 when all that is checked at the end holds.

    With a folder the office stays there, and days that were lived are not lived again. Ctrl-C
    finishes the day and returns 130.
    """
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="frontdesk-year-") as made:
            return _live_in(Path(made), asked)
    folder.mkdir(parents=True, exist_ok=True)
    return _live_in(folder.resolve(), asked)


def _live_in(folder: Path, asked: Asked) -> int:
    started = time.monotonic()
    os.environ["FRONTDESK_VAR"] = str(folder)
    os.environ.pop("FRONTDESK_DATABASE_URL", None)
    os.environ.setdefault("FRONTDESK_LOG_LEVEL", "ERROR")
    office.open_django()
    from frontdesk.cli import kpis
    from frontdesk.demo import year

    console = Console(stderr=True)
    chain = _Chain()
    months: list[dict[str, Any]] = []

    def month_over(month: dict[str, Any]) -> None:
        months.append(month)
        _tell(month, is_whole=chain.is_whole(), console=console)

    try:
        figures = year.live(
            days=asked.days, visits=asked.visits, folder=folder, console=console,
            until=asked.until, is_sketch=asked.is_sketch, month_over=month_over,
        )  # fmt: skip
    except year.Stopped:
        console.print("Stopped after a whole day. The same command goes on with the next one.")
        return STOPPED
    except year.InUse:
        console.print("Another one lives days in this folder. Wait until it is done.")
        return 2
    figures["audit_valid"] = chain.is_whole()
    last = date.fromisoformat(figures["last"])
    figures["figures"] = kpis.told(UUID(figures["practice"]), last=last, days=365)
    figures["seconds"] = round(time.monotonic() - started, 1)
    if asked.as_json:
        office.say(json.dumps({**figures, "months": months}, default=str))
    else:
        _show_year(figures, months)
    return 0 if _holds(figures) else 1


def _holds(figures: dict[str, Any]) -> bool:
    is_whole = figures["books_balanced"] and figures["audit_valid"]
    return is_whole and not figures["past_deadline"] and not figures["missed"]


class _Chain:
    """The audit chain of the practice, walked on from where it was walked last."""

    def __init__(self) -> None:
        self.walked, self.is_broken = 0, False

    def is_whole(self) -> bool:
        """Walk on to the end, and say whether all of it is whole."""
        from frontdesk.cli import audit
        from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
        from frontdesk.practice.models import Practice

        with practice_scope(EVERY_PRACTICE):
            found = audit.walk(Practice.objects.get(), after=self.walked)
        self.walked += found.entries
        self.is_broken = self.is_broken or bool(found.findings)
        return not self.is_broken


def _tell(month: dict[str, Any], *, is_whole: bool, console: Console) -> None:
    """Say how a month went, and whatever is wrong in it."""
    wrong = [f"the books do not agree: {', '.join(month['apart'])}"] if month["apart"] else []
    wrong += [] if is_whole else ["the audit chain is broken"]
    late = month["late"] + month["missed"]
    wrong += [f"{late} deadlines missed"] if late else []
    said = "; ".join(wrong).capitalize() or "Books agree, chain whole, no deadline missed"
    console.print(
        f"{month['month']}: {month['seen']} seen, {_cell('charged', month['charged'])} charged, "
        f"{_cell('paid', month['paid'])} paid, {_cell('owed', month['owed'])} owed. {said}.",
        soft_wrap=True,
    )


def _show_year(figures: dict[str, Any], months: list[dict[str, Any]]) -> None:
    console = Console()
    console.print(_by_month(f"{figures['days']} days in the office", MONTH, months))
    figures_of = [{"month": month["month"], **month["kpis"]} for month in months]
    console.print(_by_month("Figures of the money", KPIS, figures_of))
    if figures["figures"]:
        from frontdesk.cli import kpis

        console.print(kpis.table(figures["figures"]))
    console.print(_what_happened(figures["happened"]))
    yes = {True: "yes", False: "NO"}
    untouched = _cell("untouched", figures["untouched"])
    console.print(
        f"Books balanced to the cent, with all that stands beside them: "
        f"{yes[figures['books_balanced']]}. Audit chain valid: {yes[figures['audit_valid']]}. "
        f"Deadlines of claims missed: {figures['past_deadline'] + figures['missed']}. Payers' "
        f"dollars posted untouched: {untouched or 'none came yet'}. {figures['seconds']} seconds.",
        soft_wrap=True,
    )


def _what_happened(told: dict[str, dict[str, Any]]) -> Table:
    """The rarer things, each with how often it happened and its dollars."""
    table = Table(title="Besides", box=None, padding=(0, 1, 0, 0), title_justify="left")
    table.add_column("What happened")
    table.add_column("Times", justify="right")
    table.add_column("Dollars", justify="right")
    for one in told.values():
        dollars = "" if one["dollars"] is None else f"${Decimal(one['dollars']):,.2f}"
        table.add_row(one["words"], str(one["times"]), dollars)
    return table


def _by_month(title: str, columns: dict[str, str], months: list[dict[str, Any]]) -> Table:
    table = Table(title=title, box=None, padding=(0, 1, 0, 0), title_justify="left")
    for name, words in columns.items():
        table.add_column(words, justify="left" if name == "month" else "right", no_wrap=True)
    for month in months:
        table.add_row(*(_cell(name, month[name]) for name in columns))
    return table


def _cell(name: str, value: Any) -> str:
    if name == "untouched":
        return "" if value is None else f"{value:.1%}"
    if name in {"charged", "paid", "owed"}:
        return f"${Decimal(value):,.0f}"
    return str(value).removesuffix(" days").removesuffix(" day")


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
