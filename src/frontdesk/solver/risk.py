"""How likely a visit is missed: a calibrated logistic regression on few, plain facts.

What it may know is the list of fields of `Case` and nothing else: no age, sex, language, address,
insurance or anything that stands for them. A model is fitted on the older visits and its level and
steepness are set on the newest ones, because habits drift and a probability is only of use when it
comes true as often as it says. The day before a visit, silence says something too: the effect of
confirming is learned apart, so that an unconfirmed visit far ahead is not taken for a suspect one.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

LEAST_SEEN, LEAST_MISSED, LEAST_DAYS = 400, 40, 60  # below this nothing is learned
LEAST, MOST = 0.005, 0.95  # probabilities that are ever said
SHRUNK_BY = 4.0  # visits of the average patient that each history is mixed with
PENALTY = 2.0  # on every weight but the first: few visits of a type say little
HELD_BACK = 0.2  # the newest part, on which a fit is measured or its level set
BINS = 8  # points of the calibration
HOURS = (0, 10, 12, 15, 24)  # parts of the day
FACTORS = ("lead", "history", "visit_type", "hour", "weekday", "confirmation")


@dataclass(frozen=True, slots=True)
class Case:
    """A visit as the model sees it; all of it is known before the visit."""

    lead_days: float  # from booking to the visit
    seen: int  # earlier visits of the patient that were kept or missed
    missed: int
    visit_type: str
    hour: int  # on the wall of the site
    weekday: int  # Monday is 0
    is_confirmed: bool
    is_near: bool = True  # the day before or later: silence counts


@dataclass(slots=True)
class Model:
    """What was learned; plain values, so that it can be kept."""

    base: float  # share that was missed
    weights: dict[str, float] = field(default_factory=dict)
    level: float = 0.0
    steepness: float = 1.0
    confirmed: float = 0.0  # log-odds
    silent: float = 0.0

    def probability(self, case: Case) -> float:
        """Return how likely the visit is missed; never as good as certain either way."""
        return min(max(_chance(sum(self.parts(case).values())), LEAST), MOST)

    def parts(self, case: Case) -> dict[str, float]:
        """Return the log-odds by factor; `level` is what every visit starts from."""
        found = dict.fromkeys(FACTORS, 0.0)
        found["level"] = self.level + self.steepness * self.weights.get("always", 0.0)
        for name, value in features(case, self.base).items():
            factor = _FACTOR_OF.get(name.partition(":")[0], "")
            if factor:
                found[factor] += self.steepness * value * self.weights.get(name, 0.0)
        found["confirmation"] = self._confirmation(case)
        return found

    def usual(self, name: str) -> float:
        """Return the average log-odds of a factor among the visits that were learned from."""
        return self.weights.get(f"usual:{name}", 0.0)

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be kept."""
        return asdict(self)

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Model":
        """Return it from what was kept."""
        return cls(**kept)

    def _confirmation(self, case: Case) -> float:
        if case.is_confirmed:
            return self.confirmed
        return self.silent if case.is_near else 0.0


class Point(NamedTuple):
    """One group of visits with alike risks."""

    predicted: float
    happened: float
    visits: int


@dataclass(frozen=True, slots=True)
class Report:
    """How a fit did on newer visits that it had not seen."""

    auc: float
    predicted: float
    happened: float
    count: int
    points: list[Point]

    def plain(self) -> dict[str, Any]:
        """Return it as plain values, to be kept."""
        return asdict(self) | {"points": [list(point) for point in self.points]}


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model, and how one that was made the same way did on visits it had not seen."""

    model: Model
    report: Report


def features(case: Case, base: float) -> dict[str, float]:
    """Return the numbers that the weights are multiplied with."""
    lead = math.log1p(max(case.lead_days, 0.0))
    history = (case.missed + SHRUNK_BY * base) / (case.seen + SHRUNK_BY) - base
    part = sum(case.hour >= edge for edge in HOURS[1:])
    return {
        "lead": lead,
        "lead:same_day": float(case.lead_days < 1.0),
        "lead:week": max(lead - math.log1p(7), 0.0),
        "lead:month": max(lead - math.log1p(30), 0.0),
        "history": 10.0 * history,
        "history:first": float(case.seen == 0),
        f"visit_type:{case.visit_type}": 1.0,
        f"hour:{part}": 1.0,
        f"weekday:{case.weekday}": 1.0,
    }


def is_enough(seen: int, missed: int, days: int) -> bool:
    """Say whether there is enough to learn from."""
    return seen >= LEAST_SEEN and missed >= LEAST_MISSED and days >= LEAST_DAYS


def fit(cases: Sequence[Case], was_missed: Sequence[bool]) -> Fitted:
    """Learn from visits in the order of their days, and measure on the newest of them.

    The report is of a model that has not seen the newest fifth; the model that is returned is
    made the same way, one step later.
    """
    held = max(int(len(cases) * HELD_BACK), 1)
    earlier = _calibrated(cases[:-held], was_missed[:-held], held)
    found = report([earlier.probability(case) for case in cases[-held:]], was_missed[-held:])
    return Fitted(_calibrated(cases, was_missed, held), found)


def report(predicted: Sequence[float], was_missed: Sequence[bool]) -> Report:
    """Return how predictions compare with what happened."""
    count = len(predicted)
    ranked = sorted(zip(predicted, was_missed, strict=True))
    size = max(count // BINS, 1)
    edges = [*range(0, min(BINS, count) * size, size)[:BINS], count]
    points = [
        Point(
            sum(p for p, _ in ranked[a:b]) / (b - a),
            sum(m for _, m in ranked[a:b]) / (b - a),
            b - a,
        )
        for a, b in pairwise(edges)
        if b > a
    ]
    return Report(
        auc(predicted, was_missed), sum(predicted) / count, sum(was_missed) / count, count, points
    )


def auc(predicted: Sequence[float], was_missed: Sequence[bool]) -> float:
    """Return how often a missed visit had a higher risk than a kept one; a half for a tie."""
    ranked = sorted(zip(predicted, was_missed, strict=True))
    missed = sum(was_missed)
    kept = len(ranked) - missed
    if not missed or not kept:
        return 0.5
    ranks, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        middle = (place + end + 1) / 2
        ranks += middle * sum(was for _p, was in ranked[place:end])
        place = end
    return (ranks - missed * (missed + 1) / 2) / (missed * kept)


def _calibrated(cases: Sequence[Case], was_missed: Sequence[bool], held: int) -> Model:
    """Fit on all but the newest, and set the level, steepness and confirmation on those."""
    older, newer = cases[:-held], cases[-held:]
    model = _fitted(older or cases, was_missed[:-held] or was_missed)
    said = [_log_odds(model.probability(case)) for case in newer]
    model.level, model.steepness = _straightened(said, was_missed[-held:])
    model.confirmed = _shift(model, cases, was_missed, is_confirmed=True)
    model.silent = _shift(model, cases, was_missed, is_confirmed=False)
    parts = [model.parts(case) for case in newer]
    for name in FACTORS:
        model.weights[f"usual:{name}"] = sum(part[name] for part in parts) / len(parts)
    return model


def _fitted(cases: Sequence[Case], was_missed: Sequence[bool]) -> Model:
    """Return a penalised logistic regression by Newton's steps (iteratively reweighted)."""
    import numpy as np

    base = (sum(was_missed) + 1.0) / (len(cases) + 2.0)
    rows = [features(case, base) for case in cases]
    names = sorted({name for row in rows for name in row})
    place = {name: number for number, name in enumerate(names, start=1)}
    x = np.zeros((len(rows), len(names) + 1))
    x[:, 0] = 1.0
    for number, row in enumerate(rows):
        for name, value in row.items():
            x[number, place[name]] = value
    y = np.array(was_missed, dtype=float)
    penalty = np.full(len(names) + 1, PENALTY)
    penalty[0] = 1e-6
    w = np.zeros(len(names) + 1)
    w[0] = _log_odds(base)
    for _ in range(25):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (y - p) - penalty * w
        bend = (x.T * (p * (1 - p))) @ x + np.diag(penalty)
        step = np.linalg.solve(bend, slope)
        w = w + step
        if float(np.abs(step).max()) < 1e-7:
            break
    weights = {name: float(w[number]) for name, number in place.items()}
    return Model(base, {"always": float(w[0]), **weights})


def _straightened(said: Sequence[float], was_missed: Sequence[bool]) -> tuple[float, float]:
    """Return the level and steepness that make predictions come true (Platt), gently."""
    level, steepness = 0.0, 1.0
    for _ in range(25):
        g0, g1 = -0.5 * level, -8.0 * (steepness - 1.0)  # held near no change at all
        h00, h01, h11 = 0.5, 0.0, 8.0
        for z, was in zip(said, was_missed, strict=True):
            p = _chance(level + steepness * z)
            g0, g1 = g0 + was - p, g1 + (was - p) * z
            v = p * (1 - p)
            h00, h01, h11 = h00 + v, h01 + v * z, h11 + v * z * z
        least = h00 * h11 - h01 * h01
        d0, d1 = (h11 * g0 - h01 * g1) / least, (h00 * g1 - h01 * g0) / least
        level, steepness = level + d0, steepness + d1
        if abs(d0) + abs(d1) < 1e-7:
            break
    return level, max(steepness, 0.05)


def _shift(
    model: Model, cases: Sequence[Case], was_missed: Sequence[bool], *, is_confirmed: bool
) -> float:
    """Return how the log-odds of confirmed, or of silent, visits differ; shrunk to none."""
    pairs = [
        (_log_odds(model.probability(_unsaid(case))), was)
        for case, was in zip(cases, was_missed, strict=True)
        if case.is_confirmed == is_confirmed
    ]
    shift = 0.0
    for _ in range(25):
        slope, bend = -PENALTY * shift, PENALTY
        for z, was in pairs:
            p = _chance(z + shift)
            slope, bend = slope + was - p, bend + p * (1 - p)
        shift += slope / bend
        if abs(slope / bend) < 1e-7:
            break
    return shift


def _unsaid(case: Case) -> Case:
    return Case(
        case.lead_days,
        case.seen,
        case.missed,
        case.visit_type,
        case.hour,
        case.weekday,
        False,
        False,
    )


def _chance(z: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(z, -30.0), 30.0)))


def _log_odds(p: float) -> float:
    p = min(max(p, 1e-6), 1 - 1e-6)
    return math.log(p / (1 - p))


_FACTOR_OF = {name: name for name in FACTORS}
