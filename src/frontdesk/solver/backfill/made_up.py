"""The made-up practice of the simulation: who waits, and whose time comes free when."""

import heapq
import math
import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from frontdesk.solver.backfill.rules import Wants

ZONE = ZoneInfo("America/New_York")
BEGINS = datetime(2026, 1, 5, tzinfo=ZONE)
QUIET = (time(20), time(8))
FLOOR = timedelta(hours=4)
TARGET, MOST = 0.8, 6
OFFERS_MOST, OFFERS_DAYS = 4, 14
CASCADES = 2
# Four providers see some 80 patients a day and are booked weeks ahead: of about 1,500 visits to
# come every fifth patient wants to come sooner (ours; Fast Pass asks everybody).
WAITING, JOIN_A_DAY = 300, (9, 15)
SHORTEST = 20  # minutes: what is shorter is not offered
PROVIDERS = ("P0", "P1", "P2", "P3")
SITES = {"P0": "S0", "P1": "S0", "P2": "S1", "P3": "S1"}
TYPES = {"follow-up": (20, False, 60), "new": (40, True, 15), "long": (40, False, 25)}


@dataclass(slots=True)
class Person:
    """Somebody on the waitlist."""

    key: int
    kind: str
    wants: Wants
    urgency: int
    since: datetime
    eager: float  # how much more or less than others they say yes; the practice can't see it
    booked: tuple[str, datetime] | None  # provider and start of the visit they hold
    is_ready: bool
    miss_chance: float
    moves: int = 0
    is_waiting: bool = True

    @property
    def minutes(self) -> int:
        """How long their visit takes."""
        return TYPES[self.kind][0]


@dataclass(slots=True)
class Gap:
    """A time that came free."""

    key: int
    provider: str
    starts_at: datetime
    minutes: int
    kind: str
    freed_at: datetime
    depth: int = 0
    is_filled: bool = False
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class Logged:
    """One thing that happened: freed, offered, answered or left open."""

    at: datetime
    what: str  # freed, offered, accepted, declined, gone, expired, over
    gap: int
    person: int = -1
    until: datetime | None = None
    batch: int = 0


@dataclass(slots=True)
class World:
    """Everybody, every gap, and the log."""

    seed: int
    people: dict[int, Person] = field(default_factory=dict)
    gaps: dict[int, Gap] = field(default_factory=dict)
    log: list[Logged] = field(default_factory=list)
    started: dict[int, Person] = field(default_factory=dict)  # as they were when they joined
    asked: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    pairs: set[tuple[int, int]] = field(default_factory=set)
    open: dict[int, dict[int, datetime]] = field(default_factory=lambda: defaultdict(dict))
    yes: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    rates: dict[tuple[int, int], list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )  # accepted and asked, by how far off and how much sooner
    batches: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    events: list[tuple[datetime, int, str, int, int]] = field(default_factory=list)
    count: int = 0

    def tell(self, at: datetime, what: str, gap: int, person: int = -1, **more: Any) -> None:
        """Write something down."""
        self.log.append(Logged(at, what, gap, person, **more))

    def later(self, at: datetime, what: str, gap: int, person: int = -1) -> None:
        """Let something happen at its time, in UTC: fourteen days are a span of instants."""
        self.count += 1
        heapq.heappush(self.events, (at.astimezone(UTC), self.count, what, gap, person))


def join(world: World, chance: random.Random, key: int, since: datetime) -> None:
    kind = chance.choices(list(TYPES), [weight for _, _, weight in TYPES.values()])[0]
    provider = chance.choice(PROVIDERS)
    starts = _working(since + timedelta(days=chance.uniform(8, 60)), chance)
    booked = None if kind == "new" and chance.random() < 0.5 else (provider, starts)
    wants = Wants(
        provider_ids=frozenset({provider}) if chance.random() < 0.5 else frozenset(),
        site_ids=frozenset({SITES[provider]}) if chance.random() < 0.3 else frozenset(),
        weekdays=frozenset(chance.sample(range(5), 3)) if chance.random() < 0.35 else frozenset(),
        part=chance.choice(["morning", "afternoon"]) if chance.random() < 0.35 else "",
        notice=timedelta(hours=chance.choice([4, 12, 24, 24, 48])),
        before=booked[1] if booked else None,
    )
    person = Person(
        key, kind, wants, chance.choices([1, 2, 3], [80, 16, 4])[0], since,
        chance.gauss(0, 0.9), booked, chance.random() < 0.9, chance.betavariate(1, 12),
    )  # fmt: skip
    world.people[key] = person
    world.started[key] = replace(person)


def schedule_days(world: World, chance: random.Random, days: int, a_day: float) -> None:
    number, gap = len(world.people), 0
    for day in range(days):
        morning = BEGINS + timedelta(days=day)
        if morning.weekday() > 4:
            continue
        for _ in range(chance.randint(*JOIN_A_DAY)):
            join(world, chance, number, morning + timedelta(hours=chance.uniform(8, 17)))
            number += 1
        for _ in range(_poisson(chance, a_day)):
            freed_at = morning + timedelta(hours=chance.uniform(7.5, 21))
            ahead = timedelta(days=min(chance.lognormvariate(math.log(4), 0.9), 40))
            kind = chance.choices(list(TYPES), [w for _, _, w in TYPES.values()])[0]
            starts = _working(freed_at + ahead, chance)
            world.gaps[gap] = Gap(
                gap, chance.choice(PROVIDERS), starts, TYPES[kind][0], kind, freed_at
            )
            world.later(freed_at, "free", gap)
            gap += 1


def _working(at: datetime, chance: random.Random) -> datetime:
    while at.weekday() > 4:
        at += timedelta(days=1)
    minutes = chance.choice([540, 600, 640, 700, 780, 840, 900, 960])
    return datetime.combine(at.date(), time(minutes // 60, minutes % 60), tzinfo=ZONE)


def _poisson(chance: random.Random, mean: float) -> int:
    left, number = math.exp(-mean), 0
    product = chance.random()
    while product > left:
        number += 1
        product *= chance.random()
    return number
