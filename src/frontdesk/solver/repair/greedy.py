"""A plan in milliseconds: everybody in turn takes the cheapest way that is left, then improves."""

from collections.abc import Sequence

from frontdesk.solver.repair.model import Given, Key, Plan, Problem, Visit, give

ROUNDS = 4  # of improving; each makes the plan cheaper or ends it


def plan(problem: Problem) -> Plan:
    """Return a plan that keeps every rule. It is where the search starts, and stands in for it.

    Who stays at no cost stays; then those with the fewest ways choose first.
    """
    order = sorted(problem.visits, key=lambda one: (_least(one) > 0, len(one.options), one.key))
    used: dict[Key, int] = {}
    chosen: dict[str, Given] = {}
    for visit in order:
        chosen[visit.key] = _cheapest(visit, problem, used)
        _put(chosen[visit.key], used)
    for _round in range(ROUNDS):
        if not _improve(order, problem, chosen, used):
            break
    return Plan({visit.key: chosen[visit.key] for visit in problem.visits})


def _improve(
    order: Sequence[Visit], problem: Problem, chosen: dict[str, Given], used: dict[Key, int]
) -> bool:
    is_better = False
    for visit in sorted(order, key=lambda one: -chosen[one.key].option.cost):
        before = chosen[visit.key]
        if before.option.cost <= _least(visit):
            continue
        _drop(before, used)
        after = _cheapest(visit, problem, used)
        after = after if after.option.cost < before.option.cost else before
        _put(after, used)
        chosen[visit.key] = after
        is_better = is_better or after is not before
    return is_better


def _cheapest(visit: Visit, problem: Problem, used: dict[Key, int]) -> Given:
    for option in sorted(visit.options, key=lambda one: one.cost):
        resources = give(option.takes, problem.free, used)
        if resources is not None:
            return Given(option, resources)
    raise ValueError(f"Visit {visit.key} has no way that is always to be had.")


def _least(visit: Visit) -> int:
    return min(option.cost for option in visit.options)


def _put(given: Given, used: dict[Key, int]) -> None:
    for take, key in zip(given.option.takes, given.resources, strict=True):
        used[key] = used.get(key, 0) | take.bits


def _drop(given: Given, used: dict[Key, int]) -> None:
    for take, key in zip(given.option.takes, given.resources, strict=True):
        used[key] &= ~take.bits
