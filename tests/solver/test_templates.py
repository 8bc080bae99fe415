"""Templates: exact against simulation and enumeration, and against the rules people know."""

import random
import time

import pytest

from frontdesk.solver import templates
from frontdesk.solver.templates import Costs, Patient, Template

np = pytest.importorskip("numpy")


def session(count=12, length=180, mean=15, variation=0.6, shows=0.85, costs=templates.USUAL):
    spread = templates.service(mean, variation)
    return Template([Patient(spread, shows)] * count, length, costs)


@pytest.mark.parametrize(("mean", "variation"), [(15, 0.6), (15, 0.85), (30, 0.4), (20, 0.0)])
def test_a_length_of_service_keeps_its_mean_and_spread(mean, variation):
    spread = templates.service(mean, variation)
    minutes = np.arange(len(spread))
    middle = float(spread @ minutes)
    assert spread.sum() == pytest.approx(1)
    assert middle == pytest.approx(mean, rel=0.005)
    assert float(spread @ (minutes - middle) ** 2) ** 0.5 == pytest.approx(
        variation * mean, rel=0.02, abs=0.5
    )


def test_two_patients_by_hand():
    fixed = templates.service(20, 0)
    two = Template([Patient(fixed, 1.0), Patient(fixed, 0.5)], 40)

    apart = two.value([0, 20])
    assert (apart.wait, apart.idle, apart.overtime) == (0, 10, 0)  # half the time nobody comes
    close = two.value([0, 10])
    assert close.wait == pytest.approx(0.5 * 10)
    assert close.idle == pytest.approx(0.5 * 20)
    assert two.value([0, 30]).overtime == pytest.approx(0.5 * 10)
    assert two.value([0, 30]).idle == pytest.approx(0.5 * 10 + 0.5 * 20)


@pytest.mark.parametrize(
    ("shows", "expected"),  # one by one, Bailey-Welch, three at the start: measured elsewhere
    [(0.95, (624, 530, 594)), (0.85, (649, 546, 577)), (0.70, (763, 673, 679))],
)
def test_the_rules_people_know_cost_what_they_are_known_to_cost(shows, expected):
    day = session(shows=shows)
    known = (
        templates.one_by_one(12, 180),
        templates.bailey_welch(12, 180),
        templates.several_first(12, 180, 3),
    )
    assert [day.cost(one) for one in known] == pytest.approx(expected, abs=1.5)


def test_it_agrees_with_a_simulation_of_the_same_template():
    day = session(shows=0.8)
    starts = templates.bailey_welch(12, 180)
    chance = random.Random(3)
    minutes = list(range(len(day.patients[0].spread)))
    weights = [float(one) for one in day.patients[0].spread]
    totals = [0.0, 0.0, 0.0]
    for _ in range(6000):
        free = idle = wait = 0.0
        for start in starts:
            idle += max(start - free, 0)
            free = max(free, start)
            if chance.random() < 0.8:
                wait += free - start
                free += chance.choices(minutes, weights)[0]
        found = (wait, idle + max(180 - free, 0), max(free - 180, 0))
        totals = [total + one for total, one in zip(totals, found, strict=True)]
    exact = day.value(starts)
    assert [one / 6000 for one in totals] == pytest.approx(
        [exact.wait, exact.idle, exact.overtime], rel=0.03
    )


def test_what_was_kept_of_one_template_does_not_change_the_next():
    day, fresh = session(), session()
    chance = random.Random(1)
    for _ in range(60):
        starts = sorted([0, *(5 * chance.randrange(40) for _ in range(11))])
        assert day.cost(starts) == pytest.approx(fresh.cost(starts), rel=1e-9)
        fresh = session()


@pytest.mark.parametrize(
    ("count", "shows", "variation"), [(4, 0.8, 0.6), (4, 0.95, 0.85), (5, 0.7, 0.5)]
)
def test_the_search_is_within_half_a_percent_of_the_best_there_is(count, shows, variation):
    length = 15 * count
    day = session(count, length, 15, variation, shows)
    optimum = min(day.cost(one) for one in templates.every_template(count, length + 5))

    _starts, value = templates.best(
        day, [templates.bailey_welch(count, length), templates.one_by_one(count, length)]
    )

    assert value.cost <= optimum * 1.005


def test_the_search_is_never_worse_than_where_it_began_and_quick():
    day = session()
    begin = [templates.bailey_welch(12, 180), templates.several_first(12, 180, 3)]
    started = time.process_time()
    starts, value = templates.best(day, begin)
    spent = time.process_time() - started

    assert value.cost <= min(day.cost(one) for one in begin)
    assert starts == sorted(starts)
    assert starts[0] == 0
    assert spent < 1.5  # 0.1 on a quiet machine


def test_dearer_waiting_spreads_patients_out():
    kind = session(costs=Costs(wait=10, idle=1, overtime=1))
    hard = session(costs=Costs(wait=1, idle=20, overtime=1))
    begin = [templates.one_by_one(12, 180)]
    assert templates.best(kind, begin)[0][5] > templates.best(hard, begin)[0][5]


def test_an_empty_session_is_all_idle():
    assert Template([], 180).value([]).idle == 180


def test_observed_lengths_are_taken_as_they_were():
    spread = templates.observed([10, 10, 20, 0.2])
    assert [spread[1], spread[10], spread[20]] == [0.25, 0.5, 0.25]
