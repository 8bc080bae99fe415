"""The year under way: whose it is, what day it is, and what was lived already."""

import io
import json
import random
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command
from rich.progress import Progress

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, local
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Payer
from frontdesk.demo import authorizing, folk, foundation, office
from frontdesk.demo import day as one_day
from frontdesk.demo.visiting import Office, staff
from frontdesk.demo.year.pace import WHOLE, Pace
from frontdesk.ledger import operations as ledger
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.sandbox.desk import Desk
from frontdesk.scheduling.models import VisitType
from frontdesk.staff.models import Member
from frontdesk.staff.queries import actor_of

PATIENTS_A_VISIT = 30  # people of the practice for each visit of a day
DONE = "year.json"
WAYS = ("cash", "check", "card", "card")  # of paying a copay at the desk
SMALL = Decimal(5)  # dollars: less is given up after months
FRIDAY, A_WEEK = 4, timedelta(days=7)
AT_DESK = {"Alder Creek": "Maya Ortiz", "North Gate": "Grace Kim"}  # whose drawer is open there


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
    crews: dict[UUID, Office]  # by site: who is at its desk
    clock: Clock
    seed: str
    visits: int
    folder: Path
    done: list[str] = field(default_factory=list)
    months: list[dict[str, Any]] = field(default_factory=list)
    chance: random.Random = field(default_factory=random.Random)
    pace: Pace = WHOLE
    payer: Desk | None = None  # the training payers', while they listen

    @property
    def practice_id(self) -> UUID:
        """Whose year it is."""
        return self.world.practice.pk

    @property
    def site(self) -> Site:
        """The first site, whose clock it is."""
        return next(iter(self.world.sites.values()))

    @property
    def at(self) -> datetime:
        """The moment it is."""
        return self.clock.at

    @property
    def biller(self) -> Actor:
        """Who works the claims."""
        return staff(self.practice_id, "biller", "Omar Haddad")

    @property
    def manager(self) -> Actor:
        """Who agrees, approves and closes."""
        return staff(self.practice_id, "manager", "Grace Kim")

    @property
    def desk(self) -> Actor:
        """Who sits at the first site's desk."""
        return self.crews[self.site.pk].desk

    def set(self, on: date, hour: int, minute: int = 0) -> datetime:
        """Set the clock to a time of a day."""
        self.clock.at = local(self.site, at_wall(self.site, on, time(hour, minute)))
        return self.clock.at

    def begin_day(self, on: date) -> None:
        """Draw the luck of a day: the same day of the same year has the same."""
        self.chance = random.Random(f"{self.seed}:{on}")  # noqa: S311 - made-up luck
        for key, crew in self.crews.items():
            self.crews[key] = replace(crew, chance=self.chance)

    def is_weekly(self, on: date) -> bool:
        """Say whether what is done once a week is done on a day: on Fridays, or after a gap."""
        last = date.fromisoformat(self.done[-1]) if self.done else on
        return on.weekday() == FRIDAY or on - last >= A_WEEK

    def keep(self, on: date) -> None:
        """Remember that a day is over."""
        self.done.append(on.isoformat())
        self.write()

    def write(self) -> None:
        """Keep how far the year has come, whole or not at all."""
        told = {
            "visits": self.visits, "done": self.done, "months": self.months,
            "sketch": self.pace is not WHOLE,
        }  # fmt: skip
        draft = (self.folder / DONE).with_suffix(".draft")
        draft.write_text(json.dumps(told, default=str))
        draft.replace(self.folder / DONE)


def kept(folder: Path) -> dict[str, Any]:
    """Return how far a year in a folder has come."""
    file = folder / DONE
    told: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return {"visits": told.get("visits"), "done": told.get("done", []), **told}


def begin(first: date, visits: int, folder: Path, clock: Clock, pace: Pace) -> Year:
    """Lay the practice and register its patients, or find them as they were left."""
    call_command("migrate", verbosity=0)
    call_command("load_code_sets", verbosity=0, stdout=io.StringIO())
    seed = f"{first}:{visits}"
    chance = random.Random(seed)  # noqa: S311 - made-up people
    with practice_scope(EVERY_PRACTICE):
        practice = Practice.objects.first()
    if practice is not None:
        world = _found(practice)
        return Year(world, _crews(world, chance), clock, seed, visits, folder, pace=pace)
    clock.at = datetime.combine(first, office.OPENS, clock.at.tzinfo) - timedelta(days=10)
    world = foundation.lay(is_demo=False)
    year = Year(world, _crews(world, chance), clock, seed, visits, folder, pace=pace)
    ledger.save_payment_policy({"small_most": SMALL}, by=year.manager)
    authorizing.set_up(year.practice_id)
    here = one_day.Day(
        world, year.crews[year.site.pk], visits, chance, Progress(disable=True), clock.at
    )
    for home in folk.households(visits * PATIENTS_A_VISIT, today=first, chance=chance):
        one_day._register(here, home)
        for person, patient in zip(home.people, world.patients[-len(home.people) :], strict=True):
            if person.second_payer is not None:
                _add_second(year, person, patient)
    return year


def _add_second(year: Year, person: folk.Person, patient: Patient) -> None:
    """Enter the plan that comes after Medicare."""
    facts = person.second_payer
    if facts is not None:
        coverage.add_policy(
            patient, payer=year.world.payers[facts.payer_id], plan_name=facts.plan,
            member_id=f"S{person.member_id[1:]}", group_number=f"{facts.payer_id}-100", rank=2,
            by=year.desk,
        )  # fmt: skip


def _crews(world: foundation.World, chance: random.Random) -> dict[UUID, Office]:
    usual = Office.of(world.practice.pk, chance)
    with practice_scope(world.practice.pk):
        members = {one.name: one for one in Member.objects.select_related("user", "practice")}
        return {
            site.pk: replace(usual, desk=actor_of(members[AT_DESK[name]]), ways=WAYS)
            for name, site in world.sites.items()
        }


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
