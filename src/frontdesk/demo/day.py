"""A whole day by the real operations: from the phone to the paid bill, without a browser."""

import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from frontdesk.billing import jobs as billing_jobs
from frontdesk.billing import operations as billing
from frontdesk.billing.models import Claim, ClaimEvent
from frontdesk.core.clock import at_wall, local, now, today
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import EligibilityCheck
from frontdesk.demo import folk, foundation, living, office
from frontdesk.demo.visiting import Office, staff
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as ledger_queries
from frontdesk.people import operations as people
from frontdesk.people.models import Patient
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling import queries as scheduling_queries
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Stage, Visit

ROUNDS = 6  # of sending and reading, until nothing moves any more
FITTING = {"child": ["sick", "follow-up"], "adult": ["sick", "follow-up", "lab-review"]}


@dataclass
class Day:
    """The day under way."""

    world: foundation.World
    crew: Office
    visits: int
    chance: random.Random
    progress: Progress
    at: datetime  # when the phone rings: three days before
    appointments: list[Appointment] = field(default_factory=list)

    @property
    def practice_id(self) -> Any:
        """Whose day it is."""
        return self.world.practice.pk

    def each(self, words: str, items: list[Any], step: Callable[[Any], None]) -> None:
        """Do a step for each item, with progress."""
        task = self.progress.add_task(words, total=len(items))
        for item in items:
            step(item)
            self.progress.advance(task)


def live(*, visits: int, console: Console) -> dict[str, Any]:
    """Live the day and return its figures."""
    chance = random.Random(5)  # noqa: S311 - made-up people
    call_command("migrate", verbosity=0)
    call_command("load_code_sets", verbosity=0, stdout=io.StringIO())
    world = foundation.lay(is_demo=False)
    site = next(iter(world.sites.values()))
    on = today(site) - timedelta(days=1)
    while on.weekday() > 4:
        on -= timedelta(days=1)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        opens = local(site, at_wall(site, on, office.OPENS))
        day = Day(
            world=world, crew=Office.of(world.practice.pk, chance), visits=visits, chance=chance,
            progress=progress, at=opens - timedelta(days=3),
        )  # fmt: skip
        homes = list(folk.households(visits, today=on, chance=chance))
        day.each("Callers registered", homes, lambda home: _register(day, home))
        day.each("Visits booked", list(day.world.patients), lambda one: _book(day, one, on))
        with living.world_of_payers(day.practice_id):
            living.run_jobs()
            day.each("Patients seen", day.appointments, lambda one: _see(day, one))
            _bill(day)
        day.each("Balances paid", list(day.world.patients), lambda one: _pay(day, one))
    return _figures(day)


def _register(day: Day, home: folk.Household) -> None:
    by = day.crew.desk
    head: Patient | None = None
    held: Patient | None = None
    for person in home.people:
        patient = people.register(_details(person, home, head), by=by, despite="Says so")
        head = head or patient
        day.world.patients.append(patient)
        if person.payer is None:
            continue
        own = held is None or folk.age_group(person, day.at.date()) == "senior"
        coverage.add_policy(
            patient, payer=day.world.payers[person.payer.payer_id], plan_name=person.payer.plan,
            member_id=person.member_id, group_number=f"{person.payer.payer_id}-100",
            relationship="18" if own else "19" if _is_child(person, day) else "01",
            rx_bin="610011", rx_pcn="IRX", rx_group=f"{person.payer.payer_id}RX"[:15],
            holder=None if own else held, by=by,
        )  # fmt: skip
        if own and folk.age_group(person, day.at.date()) != "senior":
            held = patient


def _is_child(person: folk.Person, day: Day) -> bool:
    return folk.age_group(person, day.at.date()) == "child"


def _details(person: folk.Person, home: folk.Household, head: Patient | None) -> dict[str, Any]:
    return {
        "first_name": person.first_name, "last_name": person.last_name, "sex": person.sex,
        "birth_date": person.birth_date, "mobile_phone": person.mobile_phone,
        "email": person.email, "language": person.language, "address_1": home.address_1,
        "city": home.city, "state": "OH", "zip_code": home.zip_code,
        "guarantor_patient": head, "consents": {"email": bool(person.email)},
    }  # fmt: skip


def _book(day: Day, patient: Patient, on: Any) -> None:
    if len(day.appointments) >= day.visits:
        return
    group = folk.group_of(patient.birth_date, on)
    code = day.chance.choice(FITTING.get(group, FITTING["adult"]))
    kind = day.world.visit_types[code]
    with practice_scope(day.practice_id):
        found = scheduling_queries.openings(kind, from_on=on, days=1, limit=12, at=day.at)
    opening = day.chance.choice(found)
    hold = scheduling.hold(
        kind, opening.provider, opening.site, opening.starts_at, day.at, by=day.crew.desk
    )
    appointment = scheduling.book(
        patient, kind, opening.provider, opening.site, opening.starts_at, day.at, hold=hold,
        reason=day.chance.choice(office.REASONS.get(code, [kind.name])), by=day.crew.desk,
    )  # fmt: skip
    day.appointments.append(appointment)


def _see(day: Day, appointment: Appointment) -> None:
    at = appointment.starts_at
    visit = day.crew.arrive(appointment, at - timedelta(minutes=8))
    day.crew.check_in(visit, at - timedelta(minutes=4))
    rooms = day.world.rooms[appointment.site_id]
    order = sorted(rooms, key=lambda room: room.pk != appointment.room_id)
    day.crew.room(visit, order, at)
    day.crew.see(visit, at + timedelta(minutes=4))
    day.crew.sign(visit, at + timedelta(minutes=16))
    day.crew.check_out(visit, at + timedelta(minutes=19))


def _bill(day: Day) -> None:
    biller = staff(day.practice_id, "biller", "Omar Haddad")
    task = day.progress.add_task("Claims sent, answers read", total=ROUNDS)
    for _ in range(ROUNDS):
        with practice_scope(day.practice_id):
            is_ready = Claim.objects.filter(status=Claim.Status.READY).exists()
        if is_ready:
            billing.queue_batch(at=now(), by=biller)
        living.run_jobs()
        billing_jobs.read_mailbox.func(str(day.practice_id))
        living.run_jobs()
        day.progress.advance(task)


def _pay(day: Day, patient: Patient) -> None:
    with practice_scope(day.practice_id):
        owed = ledger_queries.balance_of(patient).patient_due
    if owed > 0 and day.chance.random() < 0.7:
        ledger.take_payment(
            patient, amount=owed, method="check", kind="balance", reference="2077",
            site=next(iter(day.world.sites.values())), key=f"mail:{patient.pk}", at=now(),
            by=day.crew.desk,
        )  # fmt: skip


def _figures(day: Day) -> dict[str, Any]:
    with practice_scope(day.practice_id):
        rows = {row.code: row.balance for row in ledger_queries.trial_balance()}
        claims = list(Claim.objects.values_list("status", flat=True))
        sent = ClaimEvent.objects.filter(kind="sent").values("claim").distinct().count()
        taken = ClaimEvent.objects.filter(kind="277CA", code__startswith="A2")
        checks = EligibilityCheck.objects.exclude(status__in=("queued", "failed"))
        seen = Visit.objects.filter(stage=Stage.GONE, left_unseen=False).count()
        return {
            "booked": len(day.appointments),
            "verified": checks.values("policy").distinct().count(),
            "arrived": Visit.objects.count(),
            "seen": seen,
            "claims_sent": sent,
            "claims_accepted": taken.values("claim").distinct().count(),
            "claims_paid": claims.count("paid") + claims.count("closed"),
            "claims_denied": claims.count("denied"),
            "charged": -rows.get("income.services", Decimal(0)),
            "paid": sum(rows.get(code, Decimal(0)) for code in ("cash", "checks", "cards", "bank")),
            "written_off": sum(
                value for code, value in rows.items() if code.startswith("adjustment.")
            ),
            "owed": sum(value for code, value in rows.items() if code.startswith("receivable.")),
            "books_balanced": sum(rows.values(), Decimal(0)) == 0,
        }
