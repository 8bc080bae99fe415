"""Many days of a practice by the real operations, with the clock of the house set to each day.

Every visit is booked, checked in, seen and signed; every evening claims are sent to the training
payer, its answers read and posted, what it refused is worked, balances are paid. The end of each
day is kept: interrupted, it goes on with the next day.
"""

import io
import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from frontdesk.billing import jobs as billing_jobs
from frontdesk.billing import operations as billing
from frontdesk.billing.models import Claim, Deadline
from frontdesk.core.clock import at_wall, now
from frontdesk.core.errors import Refused
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.coverage.models import Payer
from frontdesk.demo import day as one_day
from frontdesk.demo import folk, foundation, living, making, office
from frontdesk.demo.kpis import count_the_past
from frontdesk.demo.visiting import Office, staff
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Entry
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.sandbox.server import Sandbox
from frontdesk.scheduling.models import VisitType
from frontdesk.visits.models import Visit

PATIENTS_A_VISIT = 12  # people of the practice for each visit of a day
ROUNDS = 2  # of sending and reading in an evening
REST_DAYS = 14  # until a denial that will not be paid is given up, or a bill is paid
PAYS = 0.88  # of patients
DONE = "year.json"


class Clock:
    """The clock of the house, which the year sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """Return the moment it is."""
        return self.at


@dataclass
class Year:
    """The days under way."""

    world: foundation.World
    crew: Office
    clock: Clock
    chance: random.Random
    visits: int
    folder: Path
    done: list[str] = field(default_factory=list)

    @property
    def practice_id(self) -> Any:
        """Whose year it is."""
        return self.world.practice.pk

    @property
    def site(self) -> Site:
        """The first site, whose clock it is."""
        return next(iter(self.world.sites.values()))

    def at(self, on: date, hour: int) -> datetime:
        """Set the clock to a full hour of a day."""
        opens = at_wall(self.site, on, office.OPENS)
        self.clock.at = opens.replace(hour=hour, minute=0)
        return self.clock.at

    def keep(self, on: date) -> None:
        """Remember that a day is over."""
        self.done.append(on.isoformat())
        told = {"visits": self.visits, "done": self.done}
        (self.folder / DONE).write_text(json.dumps(told))


def live(
    *, days: int, visits: int, folder: Path, console: Console,
    month_over: Callable[[dict[str, Any]], None],
) -> dict[str, Any]:  # fmt: skip
    """Live so many working days up to yesterday; return how the year ended.

    `month_over` is told the figures of each month when it ends. Days that are done already in
    this folder are not lived again.
    """
    done = _done(folder)
    wanted = _days(days, done)
    clock = Clock(now())
    with _set(clock):
        year = _begin(wanted[0], visits, folder, clock)
        year.done = done
        with _payers(year), _progress(console) as progress:
            _live(year, wanted, progress, month_over)
        return _ended(year, wanted[-1])


def _days(count: int, done: list[str]) -> list[date]:
    """Return the working days up to yesterday, or those from the day on which it once began."""
    span = count * 2 + 30
    if not done:
        return making.working_days(now().date(), span)[-count:]
    begun = date.fromisoformat(done[0])
    return making.working_days(begun + timedelta(days=span), span)[:count]


def _live(
    year: Year, wanted: list[date], progress: Progress, month_over: Callable[[dict[str, Any]], None]
) -> None:
    task = progress.add_task("Days", total=len(wanted), completed=len(year.done))
    for place, on in enumerate(wanted):
        is_last = place + 1 == len(wanted) or wanted[place + 1].month != on.month
        if on.isoformat() not in year.done:
            _day(year, on)
            year.keep(on)
            progress.advance(task)
        if is_last:
            month_over(_month(year, on))


def _day(year: Year, on: date) -> None:
    booked_at = year.at(on, 7) - timedelta(days=1)
    year.clock.at = booked_at
    here = one_day.Day(
        world=year.world, crew=year.crew, visits=year.visits, chance=year.chance,
        progress=Progress(disable=True), at=booked_at,
    )  # fmt: skip
    for patient in year.chance.sample(year.world.patients, len(year.world.patients)):
        if len(here.appointments) >= year.visits:
            break
        with suppress(IndexError, Refused):  # no time left for this kind of visit
            one_day._book(here, patient, on)
    living.run_jobs()
    for appointment in sorted(here.appointments, key=lambda one: one.starts_at):
        year.clock.at = appointment.starts_at
        one_day._see(here, appointment)
    year.at(on, 18)
    _bill(year)
    _work(year, on)
    _balances(year, on)


def _bill(year: Year) -> None:
    biller = staff(year.practice_id, "biller", "Omar Haddad")
    for _ in range(ROUNDS):
        with practice_scope(year.practice_id):
            is_ready = Claim.objects.filter(status=Claim.Status.READY).exists()
        if is_ready:
            billing.queue_batch(at=year.clock.at, by=biller)
        living.run_jobs()
        billing_jobs.read_mailbox.func(str(year.practice_id))
        living.run_jobs()
    billing_jobs.watch.func(str(year.practice_id))
    living.run_jobs()


def _work(year: Year, on: date) -> None:
    """Correct what was held or turned away; what stays refused is given up in time."""
    biller = staff(year.practice_id, "biller", "Omar Haddad")
    stuck = (Claim.Status.HELD, Claim.Status.REJECTED, Claim.Status.DENIED)
    with practice_scope(year.practice_id):
        claims = list(Claim.objects.filter(status__in=stuck).order_by("pk"))
    for claim in claims:
        with suppress(Refused):
            if claim.is_unsent:
                claim = billing.judge_claim(claim, at=year.clock.at, by=biller)
            if claim.status in stuck and (on - claim.on).days >= REST_DAYS:
                billing.write_off_claim(
                    claim, because="Refused, and an appeal is worth less than it costs",
                    at=year.clock.at, by=biller,
                )  # fmt: skip


def _balances(year: Year, on: date) -> None:
    """Most patients pay by check some days after what they owe is known."""
    seen = on - timedelta(days=REST_DAYS)
    with practice_scope(year.practice_id):
        around = Visit.objects.filter(on__gt=seen - timedelta(days=4), on__lte=seen)
        patients = list(Patient.objects.filter(pk__in=around.values("patient")).order_by("pk"))
    for patient in patients:
        with practice_scope(year.practice_id):
            owed = books.balance_of(patient).patient_due
        if owed > ZERO and year.chance.random() < PAYS:
            ledger.take_payment(
                patient, amount=owed, method="check", kind="balance", reference="2077",
                site=year.site, key=f"mail:{patient.pk}:{on}", at=year.clock.at, by=year.crew.desk,
            )  # fmt: skip


def _month(year: Year, last: date) -> dict[str, Any]:
    first = last.replace(day=1)
    with practice_scope(year.practice_id):
        moved = Entry.objects.filter(posted_on__gte=first, posted_on__lte=last)
        sums: dict[str, Decimal] = {"charge": ZERO, "payment": ZERO}
        for kind, amount in moved.filter(kind__in=sums).values_list("kind", "amount"):
            sums[kind] += amount
        claims = Claim.objects.filter(on__gte=first, on__lte=last)
        return {
            "month": f"{first:%Y-%m}",
            "seen": Visit.objects.filter(on__gte=first, on__lte=last).count(),
            "claims": claims.count(),
            "denied": claims.filter(events__kind="denied").distinct().count(),
            "charged": sums["charge"],
            "paid": sums["payment"],
            "owed": sum(row.balance for row in books.trial_balance(on=last) if _is_owed(row.code)),
            "late": _late(last),
        }


def _is_owed(code: str) -> bool:
    return code.startswith("receivable.")


def _late(on: date) -> int:
    """Return how many claims have gone past a deadline that was still running."""
    return Deadline.objects.filter(stopped_on=None, due_on__lt=on).count()


def _ended(year: Year, last: date) -> dict[str, Any]:
    year.at(last + timedelta(days=1), 9)
    count_the_past(year.practice_id)
    with practice_scope(year.practice_id):
        rows = books.trial_balance()
        return {
            "days": len(year.done),
            "visits": Visit.objects.count(),
            "claims": Claim.objects.count(),
            "off_by": sum((row.balance for row in rows), ZERO),
            "books_balanced": sum((row.balance for row in rows), ZERO) == ZERO
            and all(tie.holds for tie in books.ties()),
            "past_deadline": _late(last),
            "practice": str(year.practice_id),
            "last": last.isoformat(),
        }


def _begin(first: date, visits: int, folder: Path, clock: Clock) -> Year:
    """Lay the practice and register its patients, or find them as they were left."""
    call_command("migrate", verbosity=0)
    call_command("load_code_sets", verbosity=0, stdout=io.StringIO())
    chance = random.Random(f"{first}:{visits}")  # noqa: S311 - made-up people
    with practice_scope(EVERY_PRACTICE):
        practice = Practice.objects.first()
    if practice is not None:
        world = _found(practice)
    else:
        clock.at = datetime.combine(first, office.OPENS, clock.at.tzinfo) - timedelta(days=10)
        world = foundation.lay(is_demo=False)
    year = Year(world, Office.of(world.practice.pk, chance), clock, chance, visits, folder)
    if practice is None:
        homes = folk.households(visits * PATIENTS_A_VISIT, today=first, chance=chance)
        here = one_day.Day(world, year.crew, visits, chance, Progress(disable=True), clock.at)
        for home in homes:
            one_day._register(here, home)
    return year


def _found(practice: Practice) -> foundation.World:
    by = staff(practice.pk, "clock", "Frontdesk")
    with practice_scope(practice.pk):
        rooms: dict[Any, list[Room]] = {}
        for room in Room.objects.order_by("pk"):
            rooms.setdefault(room.site_id, []).append(room)
        return foundation.World(
            by=by, practice=practice, rooms=rooms,
            sites={site.name: site for site in Site.objects.order_by("pk")},
            visit_types={kind.code: kind for kind in VisitType.objects.all()},
            payers={payer.payer_id: payer for payer in Payer.objects.all()},
            patients=list(Patient.objects.order_by("pk")),
        )  # fmt: skip


def _done(folder: Path) -> list[str]:
    kept = folder / DONE
    return list(json.loads(kept.read_text())["done"]) if kept.exists() else []


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
def _payers(year: Year) -> Iterator[None]:
    """Run the training payer beside the office, by the same clock."""
    state = settings.VAR / "sandbox"
    state.mkdir(parents=True, exist_ok=True)
    with Sandbox(0, state, living.sandbox_world(year.practice_id)) as server:
        server.desk.clock = year.clock
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        before, settings.CLEARINGHOUSE_URL = settings.CLEARINGHOUSE_URL, server.url
        try:
            yield
        finally:
            settings.CLEARINGHOUSE_URL = before
            server.shutdown()


def _progress(console: Console) -> Progress:
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )  # fmt: skip
    return Progress(*columns, console=console)
