"""Templates of a session: what the exact evaluation costs, and how good the found ones are."""

import random
import time
from typing import Any

from benchmarks.__main__ import row
from frontdesk.solver import templates
from frontdesk.solver.templates import Patient, Template

PATIENTS, LENGTH, MEAN, VARIATION = 12, 180, 15, 0.6
SMALL = ((4, 0.8, 0.6), (4, 0.95, 0.85), (5, 0.7, 0.5))
PLAYED = 20_000
KNOWN = {"Bailey-Welch": templates.bailey_welch, "one by one": templates.one_by_one}


def measure() -> list[dict[str, Any]]:
    """Evaluate, simulate, search and enumerate."""
    return [*_speed(), _agreement(), _optimum(), *_peers()]


def _session(shows: float = 0.85, count: int = PATIENTS, variation: float = VARIATION) -> Template:
    spread = templates.service(MEAN, variation)
    return Template([Patient(spread, shows)] * count, MEAN * count)


def _begin(count: int = PATIENTS) -> list[list[int]]:
    length = MEAN * count
    return [templates.bailey_welch(count, length), templates.several_first(count, length, 3)]


def _speed() -> list[dict[str, Any]]:
    wanted = [sorted([0, *_places(n)]) for n in range(300)]
    fresh = [_session() for _ in wanted]
    begun = time.process_time()
    for day, starts in zip(fresh, wanted, strict=True):
        day.cost(starts)
    one = (time.process_time() - begun) / len(wanted) * 1000
    begun = time.process_time()
    templates.best(_session(), _begin())
    return [
        row("template evaluated exactly", one, "ms", goal=0.5,
            note=f"{PATIENTS} patients of {MEAN} min; CPU, nothing kept from the one before"),
        row("template bettered by search", time.process_time() - begun, "s", goal=0.5,
            note="five-minute moves from two known rules; CPU"),
    ]  # fmt: skip


def _agreement() -> dict[str, Any]:
    day, starts = _session(), templates.bailey_welch(PATIENTS, LENGTH)
    chance = random.Random(1)
    spread = day.patients[0].spread
    minutes = chance.choices(range(len(spread)), list(spread), k=PLAYED * PATIENTS)
    waited = 0.0
    for number in range(PLAYED):
        free = 0.0
        for place, start in enumerate(starts):
            free = max(free, start)
            if chance.random() < day.patients[0].shows:
                waited += free - start
                free += minutes[number * PATIENTS + place]
    exact = day.value(starts).wait
    return row("predicted wait against simulation", abs(waited / PLAYED / exact - 1) * 100, "%",
               goal=5, note=f"{PLAYED:,} simulated days")  # fmt: skip


def _optimum() -> dict[str, Any]:
    worst = 0.0
    for count, shows, variation in SMALL:
        day = _session(shows, count, variation)
        optimum = min(day.cost(one) for one in templates.every_template(count, MEAN * count + 5))
        worst = max(worst, templates.best(day, _begin(count))[1].cost / optimum - 1)
    return row("found template above the enumerated optimum", worst * 100, "%", goal=0.5,
               note="the worst of three small sessions, each enumerated whole")  # fmt: skip


def _peers() -> list[dict[str, Any]]:
    rows = []
    for shows in (0.95, 0.85, 0.70):
        day = _session(shows)
        found = templates.best(day, _begin())[1].cost
        for peer, rule in KNOWN.items():
            theirs = round(day.cost(rule(PATIENTS, LENGTH)), 1)
            rows.append(
                row(f"cost of the found template, {1 - shows:.0%} no-shows, beside {peer}", found,
                    "weighted min", peer=peer, peer_value=theirs,
                    note="waiting 1, idle 10, overtime 15 a minute")
            )  # fmt: skip
    return rows


def _places(seed: int) -> list[int]:
    chance = random.Random(seed)
    return [5 * chance.randrange(LENGTH // 5) for _ in range(PATIENTS - 1)]
