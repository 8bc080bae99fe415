"""A day in the office played through: who waits where, and how late it gets.

Patients come about their time or not at all and go through stages: check-in, an assistant, their
provider, sometimes the laboratory. A stage has so many who serve; a provider has one queue of
their own. Whoever was promised the earlier time goes first. Durations are drawn from the
practice's own, given as minutes at even quantiles.
"""

import heapq
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

CHECK_IN, ASSISTANT, PROVIDER, LAB = "check_in", "assistant", "provider", "lab"
STAGES = (CHECK_IN, ASSISTANT, PROVIDER, LAB)

Quantiles = Sequence[float]  # minutes at even quantiles, the least and the most included

USUAL: Mapping[str, Quantiles] = {  # an office that has told nothing yet
    "early": (-10, -2, 2, 5, 8, 12, 25),  # minutes before the promised time
    CHECK_IN: (2, 4, 5, 6, 8, 10, 18),
    ASSISTANT: (3, 5, 6, 8, 9, 11, 18),
    PROVIDER: (5, 9, 12, 15, 18, 23, 40),
    LAB: (3, 4, 5, 6, 8, 10, 15),
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A visit of the day: when, with whom, how long it is planned for, and how likely it is kept.

    `at` is in minutes of the day. `usual` is the provider's usual time for it in minutes; without
    one, the provider's stage takes what it usually takes.
    """

    at: float
    provider: int
    minutes: float
    shows: float = 1.0
    lab: float = 0.0  # how likely it ends at the laboratory
    usual: float = 0.0


@dataclass(frozen=True, slots=True)
class Office:
    """Who is there to serve, and how long things take."""

    desk: int = 2
    assistants: int = 2
    labs: int = 1
    stages: Mapping[str, Quantiles] = field(default_factory=lambda: dict(USUAL))


@dataclass(slots=True)
class Day:
    """What became of a day; all in minutes."""

    seen: int = 0
    waited: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    with_provider: dict[int, float] = field(default_factory=dict)
    idle: dict[int, float] = field(default_factory=dict)
    ended: dict[int, float] = field(default_factory=dict)  # when each provider's last visit ends
    longest: float = 0.0  # wait of one patient for the provider

    def wait(self) -> float:
        """Return how long a patient waited on average, all stages together."""
        return sum(self.waited.values()) / self.seen if self.seen else 0.0

    def overtime(self, until: Mapping[int, float]) -> float:
        """Return how long providers stayed beyond these times, together."""
        return sum(max(end - until.get(who, end), 0.0) for who, end in self.ended.items())


def play(
    promises: Sequence[Promise],
    office: Office,
    chance: random.Random,
    begins: Mapping[int, float] | None = None,
) -> Day:
    """Play one day; the same chance plays the same day. `begins` is when each provider starts."""
    run = _Run(office, chance, begins or {})
    run.come(promises)
    while run.events:
        now, _order, what, patient = heapq.heappop(run.events)
        if what == _FREE:
            run.finish(now, patient)
        else:
            run.queue_up(now, patient)
    return run.day


def overtime_and_wait(
    days: Sequence[tuple[Sequence[Promise], Mapping[int, float], Mapping[int, float]]],
    office: Office,
    *,
    times: int = 1,
    seed: int = 1,
) -> tuple[float, float]:
    """Return the mean overtime a day and the mean wait of a patient over these days, played often.

    A day is its promises, when each provider begins, and until when each works.
    """
    overtime = waited = 0.0
    seen = 0
    for number, (promises, begins, until) in enumerate(days):
        for time in range(times):
            chance = random.Random(f"{seed} {number} {time}")  # noqa: S311 - a simulation
            day = play(promises, office, chance, begins)
            overtime += day.overtime(until)
            waited += sum(day.waited.values())
            seen += day.seen
    played = max(len(days) * times, 1)
    return overtime / played, waited / seen if seen else 0.0


def draw(quantiles: Quantiles, chance: random.Random) -> float:
    """Return a duration as they usually are."""
    last = len(quantiles) - 1
    place = chance.random() * last
    low = int(place)
    if low >= last:
        return float(quantiles[last])
    return quantiles[low] + (place - low) * (quantiles[low + 1] - quantiles[low])


def middle(quantiles: Quantiles) -> float:
    """Return the mean of durations that are given by even quantiles."""
    pairs = list(pairwise(quantiles))
    return sum((a + b) / 2 for a, b in pairs) / len(pairs) if pairs else float(quantiles[0])


_READY, _FREE = 0, 1  # somebody is ready for their next stage; somebody was served


@dataclass(slots=True)
class _Patient:
    promise: Promise
    stage: int = 0
    since: float = 0.0


class _Run:
    """One day under way: servers, queues and events, the earliest first."""

    def __init__(self, office: Office, chance: random.Random, begins: Mapping[int, float]) -> None:
        self.office = office
        self.chance = chance
        self.begins = begins
        self.day = Day()
        self.events: list[tuple[float, int, int, _Patient]] = []
        self.order = 0
        self.free = {CHECK_IN: office.desk, ASSISTANT: office.assistants, LAB: office.labs}
        self.busy: set[int] = set()  # providers with a patient
        self.queues: dict[tuple[str, int], list[tuple[float, int, _Patient]]] = {}
        self.mean = middle(office.stages[PROVIDER])

    def come(self, promises: Sequence[Promise]) -> None:
        """Let patients arrive, early or late as they do, or stay away."""
        for promise in promises:
            early = draw(self.office.stages["early"], self.chance)
            if self.chance.random() < promise.shows:
                self.put(promise.at - early, _READY, _Patient(promise))

    def put(self, at: float, what: int, patient: _Patient) -> None:
        """Let something happen at a time."""
        self.order += 1
        heapq.heappush(self.events, (at, self.order, what, patient))

    def queue_up(self, now: float, patient: _Patient) -> None:
        """Stand in line for the next stage, and go in when somebody is free."""
        patient.since = now
        name = STAGES[patient.stage]
        line = self.queues.setdefault(self._line(name, patient), [])
        self.order += 1
        heapq.heappush(line, (patient.promise.at, self.order, patient))
        self._serve(now, name, patient.promise.provider)

    def finish(self, now: float, patient: _Patient) -> None:
        """Leave a stage: whoever served turns to the next, the patient goes on or home."""
        name = STAGES[patient.stage]
        who = patient.promise.provider
        if name == PROVIDER:
            self.busy.discard(who)
            self.day.ended[who] = now
        else:
            self.free[name] += 1
        self._serve(now, name, who)
        patient.stage += 1
        goes_on = patient.stage < len(STAGES)
        if goes_on and STAGES[patient.stage] == LAB:
            goes_on = self.chance.random() < patient.promise.lab
        if goes_on:
            self.queue_up(now, patient)
        else:
            self.day.seen += 1

    def _serve(self, now: float, name: str, provider: int) -> None:
        line = self.queues.get((name, provider if name == PROVIDER else -1))
        if not line:
            return
        if name == PROVIDER:
            begins = self.begins.get(provider, 0.0)
            if provider in self.busy:
                return
            start = max(now, begins)
            self.busy.add(provider)
        elif self.free[name]:
            self.free[name] -= 1
            start = now
        else:
            return
        _at, _order, patient = heapq.heappop(line)
        self._take(start, name, patient)

    def _take(self, start: float, name: str, patient: _Patient) -> None:
        promise = patient.promise
        # Whoever came early waits for nothing until the promised time.
        waited = max(start - max(patient.since, promise.at), 0.0)
        self.day.waited[name] += waited
        minutes = draw(self.office.stages[name], self.chance)
        if name == PROVIDER:
            minutes *= (promise.usual or promise.minutes) / self.mean if promise.minutes else 1.0
            who = promise.provider
            before = self.day.ended.get(who, self.begins.get(who, start))
            self.day.idle[who] = self.day.idle.get(who, 0.0) + max(start - before, 0.0)
            self.day.with_provider[who] = self.day.with_provider.get(who, 0.0) + minutes
            self.day.longest = max(self.day.longest, waited)
        self.put(start + minutes, _FREE, patient)

    @staticmethod
    def _line(name: str, patient: _Patient) -> tuple[str, int]:
        return name, patient.promise.provider if name == PROVIDER else -1
