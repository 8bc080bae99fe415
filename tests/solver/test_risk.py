"""The risk of a no-show: what it may know and learns, that it comes true, when it is silent."""

import json
import math
import random
from dataclasses import fields

import pytest

from frontdesk.solver import risk
from frontdesk.solver.risk import Case


def usual(**more):
    said = {
        "lead_days": 7.0, "seen": 4, "missed": 0, "visit_type": "a", "hour": 9, "weekday": 1,
        "is_confirmed": False,
    }  # fmt: skip
    return Case(**{**said, **more})


@pytest.fixture(scope="module")
def lived():
    """Patients with habits: far-ahead visits are missed more, confirmed ones less."""
    chance = random.Random(5)
    habit = [chance.gauss(0, 0.9) for _ in range(400)]
    before = [[0, 0] for _ in habit]
    cases, missed, true = [], [], []
    for _ in range(5000):
        who = chance.randrange(len(habit))
        lead = chance.choice([0.1, 1, 3, 7, 14, 30, 43])
        confirmed = chance.random() < 0.5
        odds = -2.9 + 0.4 * math.log1p(lead) + habit[who] - (1.0 if confirmed else 0.0)
        p = 1 / (1 + math.exp(-odds))
        was = chance.random() < p
        cases.append(
            usual(lead_days=lead, seen=before[who][0], missed=before[who][1],
                  visit_type=chance.choice("ab"), hour=chance.randrange(8, 17),
                  weekday=chance.randrange(5), is_confirmed=confirmed)
        )  # fmt: skip
        missed.append(was)
        true.append(p)
        before[who][0] += 1
        before[who][1] += was
    return cases, missed, true


@pytest.fixture(scope="module")
def fitted(lived):
    return risk.fit(lived[0], lived[1])


def test_it_knows_these_facts_and_none_about_who_somebody_is():
    assert [one.name for one in fields(Case)] == [
        "lead_days",
        "seen",
        "missed",
        "visit_type",
        "hour",
        "weekday",
        "is_confirmed",
        "is_near",
    ]
    known = {name.partition(":")[0] for name in risk.features(usual(), 0.1)}
    assert known == {"lead", "history", "visit_type", "hour", "weekday"}
    assert set(risk.FACTORS) == known | {"confirmation"}


def test_it_ranks_nearly_as_well_as_the_truth_and_comes_true(lived, fitted):
    _cases, missed, true = lived
    held = int(len(missed) * risk.HELD_BACK)
    best = risk.auc(true[-held:], missed[-held:])

    assert fitted.report.auc > best - 0.06
    assert fitted.report.auc > 0.68
    assert abs(fitted.report.predicted - fitted.report.happened) <= 0.02
    assert sum(point.visits for point in fitted.report.points) == fitted.report.count == held
    for point in fitted.report.points:
        assert abs(point.predicted - point.happened) < 0.12


def test_more_days_and_missed_visits_raise_the_risk_and_confirming_lowers_it(fitted):
    chance = fitted.model.probability
    assert chance(usual(lead_days=43)) > chance(usual(lead_days=7)) > chance(usual(lead_days=0.1))
    assert chance(usual(seen=6, missed=2)) > chance(usual(seen=6, missed=0))
    assert chance(usual(is_confirmed=True)) < chance(usual(is_near=False)) < chance(usual())


def test_a_history_of_one_visit_says_less_than_one_of_six():
    base = 0.1
    one = risk.features(usual(seen=1, missed=1), base)["history"]
    six = risk.features(usual(seen=6, missed=6), base)["history"]
    none = risk.features(usual(seen=0, missed=0), base)["history"]
    assert none == pytest.approx(0)
    assert 0 < one < six
    assert one == pytest.approx(10 * ((1 + 4 * base) / 5 - base))


def test_the_parts_add_up_to_the_probability(fitted):
    parts = fitted.model.parts(usual(lead_days=30))
    assert 1 / (1 + math.exp(-sum(parts.values()))) == pytest.approx(
        fitted.model.probability(usual(lead_days=30))
    )


def test_a_kept_model_is_the_same_model(fitted):
    again = risk.Model.of(json.loads(json.dumps(fitted.model.plain())))
    assert again.probability(usual()) == fitted.model.probability(usual())


def test_a_type_never_seen_is_taken_as_usual(fitted):
    assert 0 < fitted.model.probability(usual(visit_type="new")) < 0.5


@pytest.mark.parametrize(
    ("predicted", "missed", "expected"),
    [
        ([0.1, 0.2, 0.3, 0.4], [False, False, True, True], 1.0),
        ([0.4, 0.3, 0.2, 0.1], [False, False, True, True], 0.0),
        ([0.2, 0.2, 0.2, 0.2], [False, True, False, True], 0.5),
        ([0.1, 0.3, 0.2], [False, False, True], 0.5),
        ([0.1, 0.2], [False, False], 0.5),
    ],
)
def test_auc_by_value(predicted, missed, expected):
    assert risk.auc(predicted, missed) == pytest.approx(expected)


def test_little_is_not_enough():
    assert risk.is_enough(400, 40, 60)
    assert not risk.is_enough(399, 40, 60)
    assert not risk.is_enough(400, 39, 60)
    assert not risk.is_enough(400, 40, 59)


def test_nobody_missed_or_everybody_missed_is_still_a_chance_between_none_and_all():
    cases = [usual(lead_days=n % 30) for n in range(100)]
    for outcome in (False, True):
        model = risk.fit(cases, [outcome] * 100).model
        assert 0 < model.probability(usual()) < 1
