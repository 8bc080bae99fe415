"""Making the demo practice, with a progress bar: foundation, people, two years, and today."""

import random
import time
from datetime import date, timedelta

import holidays
from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from frontdesk.coding.models import Diagnosis
from frontdesk.core.clock import today
from frontdesk.core.database.statistics import refresh_statistics
from frontdesk.demo import (
    authorizing,
    bills,
    books,
    bulk,
    card_money,
    charging,
    checking_in,
    claims,
    covering,
    denials,
    figures,
    folk,
    foundation,
    history,
    hours,
    kpis,
    living,
    payables,
    paying,
    planning,
    reminders,
    remitting,
    ruling,
    waitlist,
)

YEARS = 2
USUAL_DAY = 24  # visits a past day, both sites together
CHUNK = 10  # days a transaction


def make(*, patients: int = 1500, appointments: int = 0, seed: int = 7) -> int:
    """Make a practice of so many patients; return 0. The same seed makes the same one."""
    started = time.monotonic()
    chance = random.Random(seed)  # noqa: S311 - made-up people, not secrets
    if not Diagnosis.objects.exists():
        call_command("load_code_sets", verbosity=0)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    console = Console()
    with bulk.in_haste(), Progress(*columns, console=console) as progress:
        world = foundation.lay()
        hours.plan_hours(world, by=world.by)
        _people(world, patients, chance, progress)
        _past(world, appointments, chance, progress)
        checking_in.set_up(world)
        charging.live_contracts(world.practice)
        ruling.live_rules(world.practice.pk)
        refresh_statistics()  # the days to come ask many questions of the past
        authorizing.set_up(world.practice.pk)
        living.book_ahead(world, chance=chance, progress=progress)
        reminders.live_reminders(world.practice.pk, chance=chance)
        waitlist.live_waitlist(world.practice.pk, chance=chance)
        planning.live_planning(world.practice.pk, chance=chance)
        covering.live_coverage(world.practice.pk)
        living.live_today(world, chance=chance, progress=progress)
        authorizing.live_authorizations(world.practice.pk)
        checking_in.live(world)
        payables.live_payables(world.practice.pk)
        books.live_books(world.practice.pk)
        card_money.live_cards(world.practice.pk)
        paying.live_paying(world.practice.pk)
        remitting.live_remittances(world.practice.pk)
        bills.live_bills(world.practice.pk)
        claims.live_claims(world.practice.pk)
        denials.live_denials(world.practice.pk)
        covering.live_told(world.practice.pk)
        living.tell_sandbox(world)
        figures.learn(world.practice.pk, chance)
        kpis.count_the_past(world.practice.pk)
        refresh_statistics()
    console.print(f"The demo practice is ready ({time.monotonic() - started:.0f} s).")
    return 0


def refresh_today() -> None:
    """Make today a busy day when the demo was made on an earlier one."""
    living.catch_up()
    books.catch_up()


def working_days(until: date, count_days: int) -> list[date]:
    """Return the weekdays of the days before `until` that are no public holidays."""
    first = until - timedelta(days=count_days)
    free = holidays.country_holidays("US", subdiv="OH", years=range(first.year, until.year + 1))
    days = (first + timedelta(days=number) for number in range(count_days))
    return [day for day in days if day.weekday() < 5 and day not in free]


def _people(world: foundation.World, count: int, chance: random.Random, progress: Progress) -> None:
    on = today(next(iter(world.sites.values())))
    task = progress.add_task("Patients", total=count)
    batch: list[folk.Household] = []
    for home in folk.households(count, today=on, chance=chance):
        batch.append(home)
        if len(batch) == 200:
            foundation.bring_patients(world, batch, chance=chance, by=world.by)
            progress.advance(task, sum(len(home.people) for home in batch))
            batch = []
    foundation.bring_patients(world, batch, chance=chance, by=world.by)
    progress.advance(task, sum(len(home.people) for home in batch))


def _past(
    world: foundation.World, appointments: int, chance: random.Random, progress: Progress
) -> None:
    on = today(next(iter(world.sites.values())))
    days = working_days(on, 365 * YEARS)
    per_day = appointments // len(days) if appointments else USUAL_DAY
    past = history.Past(world, chance=chance, per_day=per_day)
    history.get_ready(past, by=world.by)
    task = progress.add_task("Two years of visits", total=len(days))
    for start in range(0, len(days), CHUNK):
        history.bring_days(past, days[start : start + CHUNK], by=world.by)
        progress.advance(task, len(days[start : start + CHUNK]))
