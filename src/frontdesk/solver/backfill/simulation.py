"""A made-up practice whose patients cancel, and two ways to fill what they leave.

Seeded and pure: the same seed gives the same cancellations, the same people and the same mind of
each person about each time, whichever way is tried. What it rests on is said beside each number.
The log holds everything that happened, so that somebody else can check that no rule was broken.
"""

import heapq
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from frontdesk.solver.backfill.choosing import (
    Candidate,
    batch,
    bucket,
    chance_of,
    personal_chance,
    rank,
    this_round,
)
from frontdesk.solver.backfill.made_up import (
    BEGINS,
    CASCADES,
    FLOOR,
    MOST,
    OFFERS_DAYS,
    OFFERS_MOST,
    QUIET,
    SHORTEST,
    SITES,
    TARGET,
    TYPES,
    WAITING,
    ZONE,
    Gap,
    Person,
    World,
    join,
    schedule_days,
)
from frontdesk.solver.backfill.rules import (
    MOVES_MOST,
    NEW_UNTIL,
    Time,
    after_quiet,
    expiry,
    rounds_left,
    unwanted,
)

Chooser = Callable[["World", "Gap", datetime], list["Person"]]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it."""

    world: World
    notice_over_a_day: int  # times that came free more than a day ahead, by a cancellation
    refilled: int  # of these
    offers: int
    fills: int
    gone: int  # who said yes to what was not there any more
    days_sooner: float  # median, of those who were moved

    @property
    def share(self) -> float:
        """The share of cancellations with more than a day's notice that was filled."""
        return self.refilled / max(self.notice_over_a_day, 1)

    @property
    def offers_per_fill(self) -> float:
        """How many offers one filled time took."""
        return self.offers / max(self.fills, 1)


def run(choose: Chooser, *, seed: int = 11, days: int = 90, a_day: float = 6.0) -> Result:
    """Live through so many days with so many cancellations a day, asking whom `choose` says."""
    world = World(seed)
    chance = random.Random(seed)  # noqa: S311 - made-up people
    for number in range(WAITING):
        join(world, chance, number, BEGINS - timedelta(days=chance.expovariate(1 / 20)))
    schedule_days(world, chance, days, a_day)
    while world.events:
        at, _, what, gap, person = heapq.heappop(world.events)
        if what == "free":
            world.tell(at, "freed", gap)
            _ask(world, world.gaps[gap], at, choose)
        elif what == "look":
            _expire(world, world.gaps[gap], at)
            _ask(world, world.gaps[gap], at, choose)
        else:
            _answer(world, world.gaps[gap], world.people[person], what, at, choose)
    return _summed(world)


def careful(world: World, gap: Gap, at: datetime) -> list[Person]:
    """Ask as the house does: ranked, and as few as fill the time with the wanted chance."""
    lead = gap.starts_at - at
    held = [person for person in _allowed(world, gap, at) if not _is_tired(world, person, at)]
    ranked = rank(_candidate(world, gap, person, at, lead) for person in held)
    goal = this_round(TARGET, rounds_left(lead, FLOOR, timedelta(hours=4)))
    size = batch([one.candidate.says_yes for one in ranked], goal, MOST)
    return [world.people[int(str(one.candidate.key))] for one in ranked[:size]]


def broadcast(world: World, gap: Gap, at: datetime) -> list[Person]:
    """Ask everybody whom the time suits, at once, as a text to the whole list does."""
    return list(_allowed(world, gap, at))


def says_yes(world_seed: int, person: Person, gap: Gap, at: datetime) -> tuple[bool, timedelta]:
    """Return a person's own mind about a time, and how long they take to say it.

    The base is set so that 11 % of offers are accepted when everybody is asked (Epic Fast Pass:
    10.9 %, JMIR 2024;26:e52071; Sutter: 8.3 %, JMIR 2020;22:e16451). More days sooner and more
    notice help (both papers find it; the slopes are ours); people differ (ours: sd 0.9). Half of
    those who answer do so within 40 minutes (ours; lognormal).
    """
    chance = random.Random(f"{world_seed}:{person.key}:{gap.key}")  # noqa: S311
    sooner = (person.booked[1] - gap.starts_at).days if person.booked else 30
    lead = (gap.starts_at - at) / timedelta(days=1)
    odds = -2.85 + 0.35 * math.log1p(max(sooner, 0) / 7) + 0.25 * math.log(max(lead, 0.1))
    odds += person.eager + (0.5 if person.urgency > 1 else 0)
    yes = chance.random() < 1 / (1 + math.exp(-odds))
    return yes, timedelta(minutes=chance.lognormvariate(math.log(40), 1.0))


def _ask(world: World, gap: Gap, at: datetime, choose: Chooser) -> None:
    """Send the next batch, unless somebody still thinks about it or it is too late."""
    if gap.is_filled or gap.is_over or world.open[gap.key]:
        return
    ready = after_quiet(at, ZONE, *QUIET)
    if gap.starts_at - ready < FLOOR:
        _end(world, gap, at)
        return
    if ready > at:
        world.later(ready, "look", gap.key)
        return
    chosen = choose(world, gap, at)
    if not chosen:
        _end(world, gap, at)
        return
    until = min(
        expiry(at, gap.starts_at - at, timedelta(hours=4), ZONE, QUIET), gap.starts_at - FLOOR
    )
    world.batches[gap.key] += 1
    for person in chosen:
        world.pairs.add((gap.key, person.key))
        world.asked[person.key].append(at)
        world.rates[_bucket(gap, person, at)][1] += 1
        world.open[gap.key][person.key] = until
        world.tell(at, "offered", gap.key, person.key, until=until, batch=world.batches[gap.key])
        yes, after = says_yes(world.seed, person, gap, at)
        if yes:
            world.later(at + after, "yes", gap.key, person.key)
        elif after < timedelta(minutes=30):  # some say no; most say nothing
            world.later(at + after, "no", gap.key, person.key)
    world.later(until, "look", gap.key)


def _answer(
    world: World, gap: Gap, person: Person, what: str, at: datetime, choose: Chooser
) -> None:
    until = world.open[gap.key].get(person.key)
    if what == "yes" and gap.is_filled:
        world.tell(at, "gone", gap.key, person.key)
        return
    if until is None or at > until or not person.is_waiting:
        return
    del world.open[gap.key][person.key]
    if what == "no":
        world.tell(at, "declined", gap.key, person.key)
        _ask(world, gap, at, choose)
        return
    gap.is_filled = True
    world.yes[person.key] += 1
    world.rates[_bucket(gap, person, world.asked[person.key][-1])][0] += 1
    world.tell(at, "accepted", gap.key, person.key)
    _move(world, gap, person, at)


def _move(world: World, gap: Gap, person: Person, at: datetime) -> None:
    """Give the time to the person; what they leave, and what is left over, comes free in turn."""
    left = person.booked
    person.booked = (gap.provider, gap.starts_at)
    person.moves += 1
    person.is_waiting = False
    if gap.depth >= CASCADES:
        return
    if left is not None:
        _free(world, gap, left[0], left[1], person.minutes, person.kind, at)
    rest = gap.minutes - person.minutes
    if rest >= SHORTEST:
        begins = gap.starts_at + timedelta(minutes=person.minutes)
        _free(world, gap, gap.provider, begins, rest, gap.kind, at)


def _free(
    world: World, after: Gap, provider: str, starts_at: datetime, minutes: int, kind: str,
    at: datetime,
) -> None:  # fmt: skip
    key = len(world.gaps)
    world.gaps[key] = Gap(key, provider, starts_at, minutes, kind, at, after.depth + 1)
    world.later(at, "free", key)


def _expire(world: World, gap: Gap, at: datetime) -> None:
    for key, until in list(world.open[gap.key].items()):
        if at >= until:
            del world.open[gap.key][key]
            if not gap.is_filled:
                world.tell(at, "expired", gap.key, key)


def _end(world: World, gap: Gap, at: datetime) -> None:
    gap.is_over = True
    world.tell(at, "over", gap.key)


def _allowed(world: World, gap: Gap, at: datetime) -> Iterator[Person]:
    """Yield whom the time suits and no rule forbids it."""
    here = Time(gap.provider, SITES[gap.provider], gap.starts_at)
    is_kept = TYPES[gap.kind][1] and gap.starts_at - at > NEW_UNTIL
    for person in world.people.values():
        if not person.is_waiting or person.since > at or not person.is_ready:
            continue
        if person.minutes > gap.minutes or (gap.key, person.key) in world.pairs:
            continue
        if is_kept and not TYPES[person.kind][1]:
            continue
        if person.moves >= MOVES_MOST or unwanted(person.wants, here, at):
            continue
        yield person


def _is_tired(world: World, person: Person, at: datetime) -> bool:
    return len(_lately(world, person, at)) >= OFFERS_MOST


def _lately(world: World, person: Person, at: datetime) -> list[datetime]:
    first = at - timedelta(days=OFFERS_DAYS)
    return [when for when in world.asked[person.key] if when > first]


def _candidate(world: World, gap: Gap, person: Person, at: datetime, lead: timedelta) -> Candidate:
    accepted, asked = (sum(column) for column in zip((0, 0), *world.rates.values(), strict=True))
    here = world.rates[_bucket(gap, person, at)]
    usual = chance_of(here[0], here[1], chance_of(accepted, asked))
    return Candidate(
        key=person.key,
        urgency=person.urgency,
        waited_days=(at - person.since).days,
        sooner_days=(person.booked[1] - gap.starts_at).days if person.booked else None,
        minutes=person.minutes,
        gap_minutes=gap.minutes,
        miss_chance=person.miss_chance,
        asked_lately=len(_lately(world, person, at)),
        says_yes=personal_chance(usual, world.yes[person.key], len(world.asked[person.key])),
    )


def _bucket(gap: Gap, person: Person, at: datetime) -> tuple[int, int]:
    sooner = (person.booked[1] - gap.starts_at).days if person.booked else None
    return bucket(gap.starts_at - at, sooner)


def _summed(world: World) -> Result:
    day = timedelta(days=1)
    counted = [
        gap for gap in world.gaps.values() if not gap.depth and gap.starts_at - gap.freed_at > day
    ]
    taken = [one for one in world.log if one.what == "accepted"]
    gains = sorted(
        (before[1] - world.gaps[one.gap].starts_at).days
        for one in taken
        if (before := world.started[one.person].booked)
    )
    return Result(
        world=world,
        notice_over_a_day=len(counted),
        refilled=sum(gap.is_filled for gap in counted),
        offers=sum(one.what == "offered" for one in world.log),
        fills=len(taken),
        gone=sum(one.what == "gone" for one in world.log),
        days_sooner=float(gains[len(gains) // 2]) if gains else 0.0,
    )
