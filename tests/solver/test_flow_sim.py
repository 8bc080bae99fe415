"""The office played through: by hand, against the exact template, and what must always hold."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.solver import flow_sim as flow
from frontdesk.solver import templates
from frontdesk.solver.flow_sim import Office, Promise

NOBODY = {"early": (0, 0), flow.CHECK_IN: (0, 0), flow.ASSISTANT: (0, 0), flow.LAB: (0, 0)}


def office(provider=(20, 20), **more):
    stages = {**NOBODY, flow.PROVIDER: provider, **more.pop("stages", {})}
    return Office(desk=9, assistants=9, labs=9, stages=stages, **more)


def test_a_day_by_hand():
    promises = [Promise(480, 0, 20), Promise(490, 0, 20), Promise(560, 0, 20)]

    day = flow.play(promises, office(), random.Random(1), {0: 480})

    assert day.seen == 3
    assert day.waited[flow.PROVIDER] == 10
    assert day.longest == 10
    assert day.idle == {0: 40}
    assert day.ended == {0: 580}
    assert day.with_provider == {0: 60}
    assert day.overtime({0: 570}) == 10
    assert day.overtime({0: 600}) == 0


def test_two_share_one_at_the_desk_and_each_has_a_provider():
    desk = Office(desk=1, assistants=9, stages={**office().stages, flow.CHECK_IN: (5, 5)})

    day = flow.play([Promise(480, 0, 20), Promise(480, 1, 20)], desk, random.Random(1))

    assert day.waited[flow.CHECK_IN] == 5
    assert day.ended == {0: 505, 1: 510}


def test_who_comes_early_goes_in_by_the_promised_time_and_waits_for_nothing_before_it():
    early = office(stages={"early": (30, 30)})

    day = flow.play([Promise(500, 0, 20)], early, random.Random(1), {0: 480})

    assert day.ended == {0: 500}
    assert day.wait() == 0


def test_the_provider_begins_when_they_begin():
    day = flow.play([Promise(480, 0, 20)], office(), random.Random(1), {0: 495})
    assert day.waited[flow.PROVIDER] == 15
    assert day.ended == {0: 515}


def test_nobody_comes_and_nobody_is_promised():
    nobody = flow.play([Promise(480, 0, 20, shows=0)], office(), random.Random(1))
    assert (nobody.seen, nobody.wait(), nobody.ended) == (0, 0, {})
    assert flow.play([], office(), random.Random(1)).seen == 0


def test_it_agrees_with_the_exact_template():
    fifteen = templates.service(15, 0.6)
    exact = templates.Template([templates.Patient(fifteen, 0.85)] * 8, 120)
    starts = templates.bailey_welch(8, 120)
    total, quantiles, minute = 0.0, [], 0
    for place in range(4001):
        while minute < len(fifteen) - 1 and total + fifteen[minute] < place / 4000 * (1 - 1e-5):
            total += fifteen[minute]
            minute += 1
        quantiles.append(minute)
    promises = [Promise(start, 0, 15, shows=0.85, usual=flow.middle(quantiles)) for start in starts]

    days = [(promises, {0: 0}, {0: 120})]
    overtime, wait = flow.overtime_and_wait(days, office(quantiles), times=6000)

    value = exact.value(starts)
    assert wait * 8 * 0.85 == pytest.approx(value.wait, rel=0.06)
    assert overtime == pytest.approx(value.overtime, rel=0.08)


def test_the_same_chance_plays_the_same_day():
    promises = [Promise(480 + 15 * n, n % 3, 15, 0.9, 0.3) for n in range(30)]
    first, second = (flow.play(promises, Office(), random.Random(4)) for _ in range(2))
    assert first == second
    assert first != flow.play(promises, Office(), random.Random(5))


@given(
    st.lists(st.tuples(st.integers(480, 900), st.integers(0, 3), st.sampled_from([10, 20, 40]))),
    st.integers(1, 3),
    st.integers(0, 10**6),
)
@settings(max_examples=60, deadline=None)
def test_everybody_who_comes_is_seen_and_nothing_is_negative(asked, several, seed):
    promises = [Promise(at, who, minutes, 1.0, 0.5) for at, who, minutes in asked]
    day = flow.play(promises, Office(several, several, several), random.Random(seed))

    assert day.seen == len(promises)
    assert min([*day.waited.values(), *day.idle.values(), 0.0]) >= 0
    assert set(day.ended) == {promise.provider for promise in promises}
    for who, minutes in day.with_provider.items():
        first = min(one.at for one in promises if one.provider == who)
        assert day.ended[who] >= first - 25 + minutes - 1e-6


def test_a_year_of_five_providers_is_quick():
    one = [Promise(480 + 20 * n, who, 20, 0.9, 0.3) for who in range(5) for n in range(24)]
    started = time.process_time()
    flow.overtime_and_wait([(one, {}, dict.fromkeys(range(5), 960))] * 50, Office(2, 5, 2))
    assert time.process_time() - started < 2  # a fifth of a year
