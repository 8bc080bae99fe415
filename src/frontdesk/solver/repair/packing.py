"""The best plan: one yes-or-no a way, one row a resource and cell (set packing by CP-SAT).

OR-Tools is imported when it is needed and only in the worker: it is large, and a web process
has no use for it. Where it is not installed, the greedy plan stands.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from frontdesk.solver.repair import greedy
from frontdesk.solver.repair.model import Given, Key, Option, Plan, Problem, Take, give

EFFORT = 8.0  # of CP-SAT's own clock, on which the same problem always takes the same time
ROUNDS = 12  # of taking back a choice for which no rooms can be given out
STEPS = 20_000  # of giving rooms out before a choice is taken back untried
_Asked = tuple[int, str, int, Take]  # first cell, visit, place among its takes, the take
Told = Callable[[int, int], None]  # cost of the best plan so far, least that any plan can cost


def solve(problem: Problem, *, effort: float = EFFORT, told: Told | None = None) -> Plan:
    """Return the cheapest plan found, never dearer than the greedy one, and what is proven of it.

    A plan is good at any moment: when the effort is spent, the best so far is returned.
    """
    start = greedy.plan(problem)
    if told:
        told(start.cost, 0)
    try:
        cp_model: Any = import_module("ortools.sat.python.cp_model")
    except ImportError:
        return start
    return _Packing(problem, start, cp_model).search(effort, told)


class _Packing:
    """The model, kept while choices that can't be given out are taken back."""

    def __init__(self, problem: Problem, start: Plan, cp_model: Any) -> None:
        self.problem, self.start, self.cp = problem, start, cp_model
        self.model = cp_model.CpModel()
        self.yes: dict[tuple[str, str], Any] = {}
        for visit in problem.visits:
            row = [self._way(visit.key, option) for option in visit.options]
            self.model.add_exactly_one(row)
        self._rows()
        terms = [
            (self.yes[visit.key, option.key], option.cost)
            for visit in problem.visits
            for option in visit.options
            if option.cost
        ]
        self.model.minimize(sum(cost * literal for literal, cost in terms))

    def search(self, effort: float, told: Told | None) -> Plan:
        """Solve, give rooms out, and take back what can't be given out, while effort lasts."""
        best, bound, left, is_sound = self.start, 0, effort, True
        for tries in range(1, ROUNDS + 1):
            solver = self._solver(left)
            watch = _watch(self.cp, told) if told else None
            status = solver.solve(self.model, watch) if watch else solver.solve(self.model)
            if status not in (self.cp.OPTIMAL, self.cp.FEASIBLE):
                break
            bound = max(bound, _up(solver.best_objective_bound)) if is_sound else bound
            left -= solver.response_proto.deterministic_time
            options = self._chosen(solver)
            chosen, stuck, is_sure = give_out(options, self.problem.free)
            if chosen is not None:
                found = Plan(chosen, bound, status == self.cp.OPTIMAL, "packing", tries)
                best = found if found.cost <= best.cost else best
                break
            is_sound = is_sound and is_sure
            self.model.add_bool_or([~self.yes[key, options[key].key] for key in stuck])
            if left <= 0:
                break
        is_proven = best.cost <= bound
        return Plan(best.chosen, min(bound, best.cost), is_proven, best.how, best.tries)

    def _way(self, key: str, option: Option) -> Any:
        literal = self.model.new_bool_var("")
        self.yes[key, option.key] = literal
        if give(option.takes, self.problem.free, {}) is None:  # not to be had even alone
            self.model.add(literal == 0)
        self.model.add_hint(literal, self.start.chosen[key].option.key == option.key)
        return literal

    def _rows(self) -> None:
        """Nothing is taken twice in a cell; a class no oftener than it has free members."""
        asked: dict[frozenset[Key], list[tuple[Any, Take]]] = defaultdict(list)
        for visit in self.problem.visits:
            for option in visit.options:
                for take in option.takes:
                    asked[frozenset(take.choices)].append((self.yes[visit.key, option.key], take))
        rows: dict[tuple[int, ...], list[Any]] = {}
        for members, mine in asked.items():
            if len(members) == 1:
                by_cell = _by_cell(mine)
                rows |= {_name(row): row for row in by_cell.values() if len(row) > 1}
            else:
                self._class(members, asked)
        for row in rows.values():
            self.model.add_at_most_one(row)

    def _class(
        self, members: frozenset[Key], asked: Mapping[frozenset[Key], list[tuple[Any, Take]]]
    ) -> None:
        """Whoever asks for one of these or of some of them counts against how many are free."""
        within = [pair for some, pairs in asked.items() if some <= members for pair in pairs]
        seen = set()
        for cell, row in _by_cell(within).items():
            room = sum(self.problem.free.get(key, 0) >> cell & 1 for key in members)
            name = (room, *_name(row))
            if len(row) > room and name not in seen:
                seen.add(name)
                self.model.add(sum(row) <= room)

    def _solver(self, effort: float) -> Any:
        solver = self.cp.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_deterministic_time = max(effort, 0.1)
        return solver

    def _chosen(self, solver: Any) -> dict[str, Option]:
        return {
            visit.key: next(
                option
                for option in visit.options
                if solver.boolean_value(self.yes[visit.key, option.key])
            )
            for visit in self.problem.visits
        }


def _by_cell(asked: Sequence[tuple[Any, Take]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for literal, take in asked:
        for cell in range(take.first, take.first + take.cells):
            found[cell].append(literal)
    return found


def _name(row: Sequence[Any]) -> tuple[int, ...]:
    return tuple(sorted(literal.index for literal in row))


def give_out(
    options: Mapping[str, Option], free: Mapping[Key, int]
) -> tuple[dict[str, Given] | None, list[str], bool]:
    """Give each chosen way its resources; else return the visits that can't all have theirs.

    Who names its resource gets it; then the rest in the order of the day, going back a step
    where somebody is left with nothing. The last value says whether every way was tried.
    """
    used: dict[Key, int] = {}
    asked: list[_Asked] = []
    given: dict[tuple[str, int], Key] = {}
    for key, option in options.items():
        for place, take in enumerate(option.takes):
            if len(take.choices) == 1:
                used[take.choices[0]] = used.get(take.choices[0], 0) | take.bits
                given[key, place] = take.choices[0]
            else:
                asked.append((take.first, key, place, take))
    asked.sort(key=lambda one: one[:3])
    for group in _groups(asked):
        found, steps = _fill([take for *_, take in group], free, used)
        if found is None:
            stuck = {key for _, key, *_ in group} | _named(options, group)
            return None, sorted(stuck), steps < STEPS
        for (_, key, place, _take), resource in zip(group, found, strict=True):
            given[key, place] = resource
    return (
        {
            key: Given(option, tuple(given[key, place] for place in range(len(option.takes))))
            for key, option in options.items()
        },
        [],
        True,
    )


def _fill(
    takes: Sequence[Take], free: Mapping[Key, int], used: dict[Key, int]
) -> tuple[list[Key] | None, int]:
    """Give each take one of its choices, going back where that fails; `used` grows only then."""
    held: list[Key] = []
    mine, steps = dict(used), 0
    choices = [iter(take.choices) for take in takes[:1]]
    while choices and steps < STEPS:
        steps += 1
        take = takes[len(held)]
        for key in choices[-1]:
            if not take.bits & (~free.get(key, 0) | mine.get(key, 0)):
                held.append(key)
                mine[key] = mine.get(key, 0) | take.bits
                break
        else:
            choices.pop()
            if held:
                mine[held[-1]] &= ~takes[len(held) - 1].bits
                held.pop()
            continue
        if len(held) == len(takes):
            used.update(mine)
            return held, steps
        choices.append(iter(takes[len(held)].choices))
    return None, steps


def _groups(asked: list[_Asked]) -> list[list[_Asked]]:
    """Part what is asked where nothing overlaps: stretches of time that don't know each other."""
    groups: list[list[_Asked]] = []
    until = -1
    for one in asked:
        if one[0] >= until:
            groups.append([])
        groups[-1].append(one)
        until = max(until, one[0] + one[3].cells)
    return groups


def _named(options: Mapping[str, Option], group: list[_Asked]) -> set[str]:
    """Return the visits that have one of the group's resources by name in its stretch."""
    first, last = group[0][0], max(one[0] + one[3].cells for one in group)
    wanted = {key for *_, take in group for key in take.choices}
    return {
        key
        for key, option in options.items()
        for take in option.takes
        if take.choices[0] in wanted and take.first < last and take.first + take.cells > first
    }


def _watch(cp_model: Any, told: Told) -> Any:
    class Watch(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]  # known at run time only
        """Passes on each better plan as it is found."""

        def on_solution_callback(self) -> None:
            told(int(self.objective_value), _up(self.best_objective_bound))

    return Watch()


def _up(bound: float) -> int:
    """Costs are whole points, so the bound may be rounded up."""
    return -int(-(bound - 1e-6) // 1)
