"""A provider is out on a day of 120 visits: the packing beside the textbook model, same day.

The peer is the model of the textbooks: an optional interval for every way of every visit, and
NoOverlap on every provider, assistant and patient, Cumulative on the rooms. Both get one worker.
"""

import random
import time
from collections.abc import Sequence
from typing import Any

from frontdesk.solver import openings
from frontdesk.solver.openings import Need
from frontdesk.solver.repair import check, greedy, packing
from frontdesk.solver.repair.columns import STAY, Day, Way, options_of
from frontdesk.solver.repair.cost import Was
from frontdesk.solver.repair.model import Option, Problem, Take, Visit

DAYS = (11, 12, 13)  # seeds of the days that are measured
VISITS, PROVIDERS, ROOMS, ASSISTANTS, AHEAD = 120, 6, 9, 6, 4
DAY_CELLS, OPENS, NOON, CLOSES = 288, 96, 144, 204  # eight to five
NEAR = 6  # cells by which somebody not hit may be moved
PEER_SECONDS = 40.0  # by the clock, five times what the packing may take
LENGTHS = (3, 4, 4, 4, 6)  # with gaps, 120 visits fill four fifths of the day
ROOM_KEYS = tuple(f"room{n}" for n in range(ROOMS))
ASSISTANT_KEYS = tuple(f"assistant{n}" for n in range(ASSISTANTS))
GRID = [Day(DAY_CELLS * n, DAY_CELLS * n + NOON) for n in range(AHEAD)]


def measure() -> list[dict[str, Any]]:
    """Measure the first plan, the proof, the peer with five times the effort, and the greedy."""
    from benchmarks.__main__ import row

    found = [_one(seed) for seed in DAYS]
    worst = {key: max(one[key] for one in found) for key in found[0]}
    least = min(one["proven"] for one in found)
    note = f"{VISITS} visits, {PROVIDERS} providers, one out, {len(DAYS)} days; the worst of them"
    return [
        row("Repair: first plan", worst["first"], "CPU-s", goal=1.0, note=note),
        row("Repair: best plan proven", worst["seconds"], "CPU-s", goal=8.0, note=note),
        row("Repair: days proven", least, "of 1", better="higher", goal=1.0),
        row("Repair: cost beside the greedy plan", worst["of_greedy"], "of 1", goal=1.0),
        row(
            "Repair: cost beside optional intervals",
            worst["of_peer"],
            "of 1",
            goal=1.0,
            peer="optional intervals + NoOverlap",
            peer_value=max(one["peer"] for one in found),
            note=f"the peer's cost after {PEER_SECONDS:g} s; ours at worst {worst['cost']:g}",
        ),
    ]


def _one(seed: int) -> dict[str, float]:
    problem = day(seed)
    first, rough = _timed(lambda: greedy.plan(problem))
    seconds, plan = _timed(lambda: packing.solve(problem))
    assert check.faults(problem, plan) == []
    assert check.faults(problem, rough) == []
    peer = textbook(problem, PEER_SECONDS)
    return {
        "first": first,
        "seconds": seconds,
        "proven": float(plan.is_proven),
        "cost": float(plan.cost),
        "of_greedy": plan.cost / rough.cost,
        "peer": peer,
        "of_peer": plan.cost / peer,
    }


def day(seed: int) -> Problem:
    """Return a day booked nearly full, one provider of which is out, and thinner days after."""
    chance = random.Random(seed)
    free = _free(chance)
    booked = _booked(chance, dict(free))
    hit = [one for one in booked if one[0] == "provider0"]
    for one in hit:
        free[one[3]] = free.get(one[3], 0)  # its rooms and assistants are free again
    free["provider0"] = 0
    problem_free: dict[str, int] = {
        **free,
        **{f"patient{n}": (1 << DAY_CELLS * AHEAD) - 1 for n in range(VISITS)},
    }
    visits = [_visit(number, one, problem_free, chance) for number, one in enumerate(booked)]
    return Problem(tuple(visits), dict(problem_free.items()))


def textbook(problem: Problem, seconds: float) -> float:
    """Return the cost that the textbook model reaches in so many seconds."""
    from ortools.sat.python import cp_model

    model, start = cp_model.CpModel(), greedy.plan(problem)
    spans: dict[tuple[Any, ...], list[Any]] = {}
    terms = []
    for visit in problem.visits:
        row = []
        for option in visit.options:
            yes = model.new_bool_var("")
            row.append(yes)
            terms.append((option.cost, yes))
            model.add_hint(yes, start.chosen[visit.key].option is option)
            for take in option.takes:
                span = model.new_optional_fixed_size_interval_var(take.first, take.cells, yes, "")
                spans.setdefault(take.choices, []).append(span)
        model.add_exactly_one(row)
    _never_overlapping(model, spans)
    model.minimize(sum(cost * yes for cost, yes in terms))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return float(start.cost)
    return float(solver.objective_value)


def _never_overlapping(model: Any, spans: dict[tuple[Any, ...], list[Any]]) -> None:
    """NoOverlap for each provider and patient, Cumulative for rooms and assistants."""
    for choices, mine in spans.items():
        if len(choices) == 1:
            model.add_no_overlap(mine)
            continue
        named = [span for key in choices for span in spans.get((key,), [])]
        model.add_cumulative([*mine, *named], [1] * (len(mine) + len(named)), len(choices))


def _free(chance: random.Random) -> dict[str, int]:
    """Return who works when on the days looked at; the days after are booked by half already."""
    keys = [*(f"provider{n}" for n in range(PROVIDERS)), *ROOM_KEYS, *ASSISTANT_KEYS]
    free = dict.fromkeys(keys, 0)
    for key in keys:
        for number in range(AHEAD):
            for cell in range(OPENS, CLOSES, 4):
                if number and key.startswith("provider") and chance.random() < 0.75:
                    continue
                free[key] |= 0b1111 << (number * DAY_CELLS + cell)
    return free


def _booked(chance: random.Random, free: dict[str, int]) -> list[tuple[str, int, int, str, str]]:
    """Fill the first day: provider, cell, length, room and assistant of each visit."""
    found: list[tuple[str, int, int, str, str]] = []
    for number in range(VISITS * 4):
        provider, cells = f"provider{number % PROVIDERS}", chance.choice(LENGTHS)
        needs = _needs(provider, cells)
        bits = openings.starts(free, needs) & ((1 << DAY_CELLS) - 1)
        several = list(openings.cells(bits))[:4]
        if not several or len(found) == VISITS:
            continue
        cell = chance.choice(several)
        given = openings.assign(free, needs, cell)
        if given is None:
            continue
        for key, need in zip(given, needs, strict=True):
            free[str(key)] &= ~(((1 << need.cells) - 1) << (cell + need.after))
        found.append((provider, cell, cells, str(given[2]), str(given[1])))
    return found


def _needs(provider: str, cells: int) -> list[Need]:
    return [
        Need((provider,), 1, cells - 1),
        Need(ASSISTANT_KEYS, 0, 1),
        Need(ROOM_KEYS, 0, cells),
    ]


def _visit(
    number: int,
    booked: tuple[str, int, int, str, str],
    free: dict[str, int],
    chance: random.Random,
) -> Visit:
    provider, cell, cells, room, assistant = booked
    is_hit = provider == "provider0"
    was = Was(
        cell, 0, cell >= NOON, provider, "elm", is_affected=is_hit,
        is_confirmed=chance.random() < 0.5, is_new=chance.random() < 0.1, into_day=cell,
    )  # fmt: skip
    ways = []
    for key in [f"provider{n}" for n in range(1, PROVIDERS)] if is_hit else [provider]:
        bits = openings.starts(free, _needs(key, cells)) & ~((1 << (OPENS + 2)) - 1)
        if not is_hit:
            bits &= ((1 << (cell + NEAR + 1)) - 1) & ~((1 << (cell - NEAR)) - 1) & ~(1 << cell)
        ways.append(Way(key, "elm", _needs(key, cells), bits))
    options: Sequence[Option] = options_of(
        was, ways, GRID, patient=f"patient{number}", cells_long=cells
    )
    if not is_hit:
        stays = Option(
            STAY,
            (
                Take((f"patient{number}",), cell, cells),
                Take((provider,), cell + 1, cells - 1),
                Take((assistant,), cell, 1),
                Take((room,), cell, cells),
            ),
        )
        options = (stays, *options[1:])
    return Visit(str(number), tuple(options))


def _timed(work: Any) -> tuple[float, Any]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result
