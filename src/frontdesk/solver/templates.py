"""What a session's template costs: patients' waiting, the provider's idle time, overtime.

The work that stands in front of an arriving patient is a distribution over minutes. It grows by a
service that may or may not come, and shrinks by the clock until the next appointment; following it
exactly costs one convolution a patient and no simulation. Patients come on time or not at all.

On the grid of one minute the answer is that of a Monte-Carlo of the same template up to the noise
of the latter (`tests/solver/test_templates.py`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Spread = NDArray[np.float64]

STEP = 5  # minutes that an appointment is moved by
LONGEST = 8.0  # services longer than so many times the mean are cut off
NEGLIGIBLE = 1e-9


class Costs(NamedTuple):
    """What a minute of each is worth, beside a minute of waiting."""

    wait: float = 1.0
    idle: float = 10.0
    overtime: float = 15.0


USUAL = Costs()


class Patient(NamedTuple):
    """A place in the template: how long the visit takes, and how likely the patient comes."""

    spread: Spread  # probability of 0, 1, 2 … minutes, for one who comes
    shows: float


@dataclass(frozen=True, slots=True)
class Value:
    """What a template is expected to cost, in minutes, and weighted."""

    wait: float  # of all patients together
    idle: float
    overtime: float
    cost: float


def service(mean: float, variation: float) -> Spread:
    """Return how likely a visit takes each number of minutes: gamma, with its mean kept.

    `variation` is the standard deviation over the mean; 0 is a visit that always takes as long.
    """
    import numpy as np

    if variation <= 0:
        fixed = np.zeros(round(mean) + 1)
        fixed[-1] = 1.0
        return fixed
    shape = 1.0 / variation**2
    scale = mean / shape
    most = math.ceil(mean * min(LONGEST, 1 + 7 * variation)) + 1
    fine = 20
    x = (np.arange(most * fine) + 0.5) / fine
    dense = np.exp((shape - 1) * np.log(x) - x / scale)
    spread: Spread = np.zeros(most + 1)
    share = (x - np.floor(x)) * dense  # a minute and a part of it: shared by both neighbours
    whole = np.floor(x).astype(int)
    np.add.at(spread, whole, dense - share)
    np.add.at(spread, whole + 1, share)
    spread /= spread.sum()
    return spread


def observed(minutes: Sequence[float]) -> Spread:
    """Return how likely each length is, from visits that happened."""
    import numpy as np

    spread: Spread = np.bincount([max(round(one), 1) for one in minutes]).astype(float)
    spread /= spread.sum()
    return spread


class Template:
    """Appointments of one session, evaluated exactly; a later one that moves redoes little.

    Idle is every minute of the session in which nobody is seen, its end included.
    """

    def __init__(self, patients: Sequence[Patient], length: int, costs: Costs = USUAL) -> None:
        self.patients = list(patients)
        self.length = length
        self.costs = costs
        self._kernels = [_with_no_show(one) for one in self.patients]
        self._shows = [one.shows for one in self.patients]
        self._kept: list[tuple[Spread, float, float]] = []
        self._kept_for: tuple[int, ...] = ()

    def value(self, starts: Sequence[int]) -> Value:
        """Return what it costs when the patients are called at these minutes, none before 0."""
        states = self._states(tuple(starts))
        load, wait, idle = states[-1]
        left = self.length - (starts[-1] if starts else 0)
        overtime = _beyond(load, left)
        idle += max(left - (float(load @ _minutes(len(load))) - overtime), 0.0) if left > 0 else 0.0
        return Value(wait, idle, overtime, self._cost(wait, idle, overtime))

    def cost(self, starts: Sequence[int]) -> float:
        """Return the weighted cost alone."""
        return self.value(starts).cost

    def _cost(self, wait: float, idle: float, overtime: float) -> float:
        weights = self.costs
        return weights.wait * wait + weights.idle * idle + weights.overtime * overtime

    def _states(self, starts: tuple[int, ...]) -> list[tuple[Spread, float, float]]:
        """Return, after each patient, the work that stands, the waiting and the idling so far."""
        import numpy as np

        held, kept = self._kept_for, self._kept
        same = 0
        while same < min(len(held), len(starts)) and held[same] == starts[same]:
            same += 1
        states = kept[: same + 1] if kept else [(np.ones(1), 0.0, 0.0)]
        load, wait, idle = states[-1]
        before = starts[same - 1] if same else 0
        for number in range(same, len(starts)):
            gap = starts[number] - before
            before = starts[number]
            if gap > 0:
                load, lost = _passed(load, gap)
                idle += lost
            wait += self._shows[number] * float(load @ _minutes(len(load)))
            load = np.convolve(load, self._kernels[number])
            states.append((load, wait, idle))
        self._kept_for, self._kept = starts, states
        return states


def one_by_one(count: int, length: int) -> list[int]:
    """Return the plain template: patients at even distances."""
    return [_on_step(length * place / count) for place in range(count)]


def bailey_welch(count: int, length: int) -> list[int]:
    """Return two at the start and the others at even distances (Bailey and Welch, 1952)."""
    return several_first(count, length, 2)


def several_first(count: int, length: int, first: int) -> list[int]:
    """Return so many at the start, and the others where one by one would have put them earlier."""
    return [_on_step(length * max(place - first + 1, 0) / count) for place in range(count)]


def best(
    template: Template, begin: Sequence[Sequence[int]], *, budget: int = 4000
) -> tuple[list[int], Value]:
    """Return a template that no single step, block step or pair of steps betters.

    `budget` is how many templates are looked at most; each start is bettered on its own.
    """
    found = [_climb(template, list(one), budget // max(len(begin), 1)) for one in begin]
    starts = min(found, key=template.cost)
    return starts, template.value(starts)


def every_template(count: int, latest: int) -> list[list[int]]:
    """Return every template of so many patients on the five-minute grid, the first at 0."""
    places = range(0, latest + 1, STEP)

    def more(begun: list[int]) -> list[list[int]]:
        if len(begun) == count:
            return [begun]
        return [one for place in places if place >= begun[-1] for one in more([*begun, place])]

    return more([0])


def _climb(template: Template, starts: list[int], budget: int) -> list[int]:
    cost, looked = template.cost(starts), 0
    while looked < budget:
        better = None
        for moved in _moves(starts, template.length):
            looked += 1
            if (new := template.cost(moved)) < cost - 1e-9:
                better, cost = moved, new
                break
        if better is None:
            return starts
        starts = better
    return starts


def _moves(starts: list[int], length: int) -> list[list[int]]:
    """Return the neighbours, those that change the end first: they are quickest to evaluate."""
    found: list[list[int]] = []
    count = len(starts)
    for place in range(count - 1, 0, -1):
        for by in (-STEP, STEP):
            found.append(_set(starts, [(place, by)]))
            found.append(_set(starts, [(later, by) for later in range(place, count)]))
            if place + 1 < count:
                found.append(_set(starts, [(place, by), (place + 1, -by)]))
            if place + 1 < count:
                found.append(_set(starts, [(place, by), (place + 1, by)]))
    latest = length + 4 * STEP
    return [one for one in found if one != starts and one[0] >= 0 and one[-1] <= latest]


def _set(starts: list[int], changes: Sequence[tuple[int, int]]) -> list[int]:
    moved = list(starts)
    for place, by in changes:
        moved[place] = max(moved[place] + by, 0)
    moved.sort()
    return moved


def _with_no_show(one: Patient) -> Any:
    kernel = one.spread * one.shows
    kernel[0] += 1.0 - one.shows
    return kernel


def _passed(load: Spread, gap: int) -> tuple[Spread, float]:
    """Return the work left after so many minutes, and how many of them there was none to do."""
    import numpy as np

    done = load[: gap + 1]
    lost = float(done @ (gap - _minutes(len(done)))) if len(done) else 0.0
    if len(load) <= gap:
        return np.ones(1), lost
    left: Spread = load[gap:].copy()
    left[0] += load[:gap].sum()
    if left[-1] < NEGLIGIBLE:
        left = left[: int(np.nonzero(left >= NEGLIGIBLE)[0][-1]) + 1]
    return left, lost


def _beyond(load: Spread, minutes: int) -> float:
    """Return the expected work beyond so many minutes."""
    if minutes < 0:
        return float(load @ _minutes(len(load))) - minutes
    tail = load[minutes:]
    return float(tail @ _minutes(len(tail)))


def _minutes(count: int) -> Any:
    kept = _KEPT.get(count)
    if kept is None:
        import numpy as np

        kept = _KEPT[count] = np.arange(count, dtype=float)
    return kept


_KEPT: dict[int, Any] = {}


def _on_step(minute: float) -> int:
    return round(minute / STEP) * STEP
