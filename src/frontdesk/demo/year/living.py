"""Day after day: each begun, lived, closed and kept."""

import fcntl
import gc
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection
from django.utils import timezone
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.year import biller, checks, closing, desk, patients, payers
from frontdesk.demo.year.pace import SKETCH, WHOLE
from frontdesk.demo.year.state import Clock, Year, begin, kept

SPEED_OVER = 900.0  # seconds over which the remaining time is reckoned
SWEEP_EVERY = 20  # days


class Stopped(KeyboardInterrupt):
    """Asked to stop: the day under way was finished and kept."""


class InUse(RuntimeError):
    """Somebody lives in this folder already."""


def live(
    *, days: int, visits: int, folder: Path, console: Console, until: date | None = None,
    is_sketch: bool = False,
    month_over: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:  # fmt: skip
    """Live so many working days before `until` (else today); return how the year ended.

    A sketch of a year is lived on days far apart, and what is rare happens often in it.
    `month_over` is told the figures of each month when it ends. Days that are done already in
    this folder are not lived again. Raises `Stopped` after the day in which Ctrl-C was pressed,
    and `InUse` where another one lives there.
    """
    clock = Clock(now())
    with _alone_in(folder), _set(clock), _quick():
        before = kept(folder)
        pace = SKETCH if before.get("sketch", is_sketch) else WHOLE
        wanted = pace.days(days, until=until or clock.at.date(), done=before["done"])
        year = begin(wanted[0], before["visits"] or visits, folder, clock, pace)
        year.done, year.months = before["done"], before.get("months", [])
        for month in year.months:
            month_over(month)
        with payers.listening(year), _progress(console) as progress, _stoppable() as asked:
            _live(year, wanted, progress, month_over, asked)
        return checks.ended(year, wanted[-1])


def _live(
    year: Year,
    wanted: list[date],
    progress: Progress,
    month_over: Callable[[dict[str, Any]], None],
    asked: list[int],
) -> None:
    task = progress.add_task("Days", total=len(wanted), completed=len(year.done))
    for place, on in enumerate(wanted):
        if on.isoformat() in year.done:
            continue
        progress.update(task, description=f"{on:%b %-d, %Y}")
        is_last = place + 1 == len(wanted) or wanted[place + 1].month != on.month
        is_first = place > 0 and wanted[place - 1].month != on.month
        _day(year, on, is_first=is_first)
        if is_last:
            told = checks.month(year, on)
            year.months = [one for one in year.months if one["month"] != told["month"]]
            year.months.append(told)
            month_over(told)
        year.keep(on)
        progress.advance(task)
        if place % SWEEP_EVERY == 0:
            gc.collect()
        if asked:
            raise Stopped


def _day(year: Year, on: date, *, is_first: bool) -> None:
    """Live one day; `is_first` of a month closes the one before."""
    with practice_scope(year.practice_id):
        year.begin_day(on)
        desk.book(year, on)
        year.set(on, 7, 30)
        closing.open_drawers(year)
        year.set(on, 7, 45)
        patients.pay(year, on)
        desk.see_patients(year, on)
        year.set(on, 17, 10)
        biller.send_and_read(year)
        biller.work(year, on)
        biller.watch(year)
        patients.bill(year, on, is_first=is_first)
        year.set(on, 18)
        closing.to_the_bank(year, on)
        year.set(on, 18, 30)
        closing.close_day(year, on)
        if is_first:
            closing.close_month(year, on)


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Let nobody else live in the folder meanwhile; raise `InUse` where somebody does."""
    with (folder / "year.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InUse from None
        yield


@contextmanager
def _set(clock: Clock) -> Iterator[None]:
    """Let the whole house read this clock."""
    real = timezone.now  # noqa: TID251 - what core.clock reads
    timezone.now = clock  # noqa: TID251
    try:
        yield
    finally:
        timezone.now = real  # noqa: TID251


@contextmanager
def _quick() -> Iterator[None]:
    """Let made-up days go by faster: a power cut may lose the last of them, nothing else can.

    The database does not wait for the disk, and what was loaded once is not looked through for
    rubbish again and again.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous = OFF")
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@contextmanager
def _stoppable() -> Iterator[list[int]]:
    """Note the first Ctrl-C, so that the day is finished; the second one breaks it off."""
    asked: list[int] = []
    before = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        asked.append(number)
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    return Progress(*columns, console=console, speed_estimate_period=SPEED_OVER)
