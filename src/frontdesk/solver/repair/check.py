"""The judge of plans: counts cell by cell what a plan takes. It shares nothing with the search."""

from collections.abc import Iterator

from frontdesk.solver.repair.model import Given, Key, Plan, Problem, Visit

A_CELL_OVER = 15  # points: five minutes after hours at three a minute, reckoned here once more


def faults(problem: Problem, plan: Plan) -> list[str]:
    """Return every rule that a plan breaks, in words; an empty list is a plan to be shown."""
    visits = {visit.key: visit for visit in problem.visits}
    found = []
    if set(visits) != set(plan.chosen):
        found.append("Not every visit is told what becomes of it.")
    taken: dict[tuple[Key, int], str] = {}
    for key, given in plan.chosen.items():
        wrong = _wrong_alone(visits.get(key), given)
        found += [f"{key}: {wrong}"] if wrong else []
        for resource, cell in [] if wrong else _places(given):
            if not (problem.free.get(resource, 0) >> cell) % 2:
                found.append(f"{key}: {resource} is not free in cell {cell}.")
            if (other := taken.setdefault((resource, cell), key)) != key:
                found.append(f"{key}: {resource} is with {other} in cell {cell}.")
        found += [] if wrong else [f"{key}: {words}" for words in _after_hours(problem, given)]
    return found


def _after_hours(problem: Problem, given: Given) -> Iterator[str]:
    """Yield who is kept longer than agreed, and a price that does not say so."""
    latest = 0
    for resource, cell in _places(given):
        for shift in problem.shifts.get(resource, ()):
            over = cell - shift.ends + 1
            if shift.ends <= cell < shift.until:
                latest = max(latest, over)
                if over > shift.most:
                    yield f"{resource} would stay until cell {cell}, {shift.most} are agreed."
    said = sum(points for rule, points in given.option.costs if rule == "overtime")
    if said != latest * A_CELL_OVER:
        yield f"it ends {latest} cells after hours, and its price says {said} points."


def _wrong_alone(visit: Visit | None, given: Given) -> str:
    """Say what is wrong with a way whatever the others do."""
    option, resources = given
    if visit is None or option not in visit.options:
        return "the way is not one of this visit's."
    if len(resources) != len(option.takes):
        return "somebody or something is missing."
    for take, resource in zip(option.takes, resources, strict=True):
        if resource not in take.choices:
            return f"{resource} will not do."
    seen = set()
    for resource, cell in _places(given):
        if (resource, cell) in seen:
            return f"{resource} is taken twice in cell {cell}."
        seen.add((resource, cell))
    return ""


def _places(given: Given) -> Iterator[tuple[Key, int]]:
    for take, resource in zip(given.option.takes, given.resources, strict=True):
        for cell in range(take.first, take.first + take.cells):
            yield resource, cell
