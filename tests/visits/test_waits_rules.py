"""What is foretold: learnt by value, in order, and right on a queue whose outcome is known."""

import random
from datetime import UTC, datetime, timedelta
from math import exp
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.visits.rules import flow, rooms, waits

NINE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SURE = waits.Usual(
    {
        "provider||": (2.9957, 0.2),  # 20 minutes
        "prepare||": (1.6094, 0.2),  # 5
        "check_in||": (1.3863, 0.2),  # 4
        "turnover||": (0.6931, 0.2),  # 2
    }
)


def person(key, stage="arrived", **more):
    return waits.Person(key=key, provider="p", kind="k", stage=stage, **more)


def test_a_provider_sees_one_patient_after_the_other():
    queue = [
        person("in", "provider", minutes=0.1),
        person("one", "roomed", order=1, is_prepared=True),
        person("two", order=2),
        person("three", order=3),
    ]
    told = waits.foretell(queue, SURE, rooms_free=5)
    means = [told.until_seen[key].mean for key in ("one", "two", "three")]
    assert means == pytest.approx([20.4, 40.8, 61.2], abs=0.8)
    assert told.ahead == {"one": 1, "two": 2, "three": 3}
    assert told.provider_free["p"].mean == pytest.approx(81.6, abs=1)


def test_nobody_else_means_a_room_and_the_assistant():
    told = waits.foretell([person("one")], SURE, rooms_free=1)
    assert told.until_room["one"].mean == 0
    assert told.until_seen["one"].mean == pytest.approx(5.1, abs=0.2)


def test_without_a_room_one_waits_for_the_first_that_is_left_and_cleaned():
    queue = [person("in", "provider", minutes=18), person("one", order=1)]
    told = waits.foretell(queue, SURE, rooms_free=0)
    assert told.until_room["one"].mean == pytest.approx(told.room_free["in"].mean)
    assert 2 < told.until_room["one"].mean < 12


def test_who_is_fitted_in_comes_last():
    queue = [person("late", order=1 + 1440), person("on time", order=2)]
    told = waits.foretell(queue, SURE, rooms_free=2)
    assert told.until_seen["late"].mean > told.until_seen["on time"].mean


@given(st.floats(0.5, 240), st.floats(0.2, 1.2), st.floats(0, 400))
def test_what_is_left_is_never_less_than_nothing(middle, sigma, lasted):
    from math import log

    left = waits.Spell(log(middle), sigma).left_after(lasted)
    assert left.mean >= 0
    assert left.variance >= 0


def test_what_is_left_agrees_with_drawing_lots():
    spell, chance = waits.Spell(2.7, 0.5), random.Random(1)
    drawn = [exp(chance.gauss(2.7, 0.5)) for _ in range(60_000)]
    beyond = [one - 18 for one in drawn if one > 18]
    left = spell.left_after(18)
    assert left.mean == pytest.approx(sum(beyond) / len(beyond), rel=0.03)


@given(st.floats(0, 300), st.floats(0, 5000))
def test_a_range_is_in_order(mean, variance):
    told = waits.Usual().range(waits.Moments(mean, variance))
    assert 0 <= told.low <= told.likely <= told.high
    low, high = waits.rounded(told)
    assert low < high
    assert low % 5 == high % 5 == 0


def test_few_visits_are_drawn_towards_many():
    many = [("provider", "a", "k", 20.0)] * 200
    few = [("provider", "b", "k", 60.0)] * 2
    usual = waits.Usual(waits.learn([*many, *few]))
    alone, with_many = usual.spell("provider", "b", "k").mu, usual.spell("provider", "a", "k").mu
    assert exp(with_many) == pytest.approx(20, abs=1)
    assert 20 < exp(alone) < 35


def test_a_forgotten_visit_teaches_nothing():
    assert waits.learn([("provider", "a", "k", 900.0), ("provider", "a", "k", 0.0)]) == {}


def test_learnt_times_are_kept_as_plain_values():
    cells = waits.learn([("prepare", "a", "k", 6.0)] * 9)
    usual = waits.Usual(cells, (0.9, 1.0, 1.2), (0.5, 0.8, 0.9))
    assert waits.Usual.from_values(usual.as_values()) == usual
    assert waits.Usual.from_values({}) == waits.Usual()


def test_foretellings_that_were_too_short_stretch_the_next():
    told = [(waits.Range(5, 10, 20), 20 + n % 7) for n in range(60)]
    low, likely, high = waits.stretch_of(told)
    assert likely > 1.5
    assert high > 1
    assert low > 1
    assert waits.stretch_of(told[:10], (0.9, 1.0, 1.1)) == (0.9, 1.0, 1.1)


def test_waits_for_a_room_are_stretched_by_their_own_record():
    usual = waits.Usual(stretch=(1.0, 1.0, 1.0), room_stretch=(0.5, 0.5, 0.5))
    told = waits.Moments(20.0, 25.0)
    assert usual.range_to_room(told).likely * 2 == pytest.approx(usual.range(told).likely, abs=1)


def test_a_score_counts_what_came_within():
    told = [(waits.Range(5, 10, 20), came) for came in (4, 8, 12, 25)]
    assert waits.score(told) == {"count": 4, "off": 6, "within": 50, "bias": 2}
    assert waits.score([])["count"] == 0


def test_eight_of_ten_come_out_within_the_range_when_the_office_is_as_it_was_learnt():
    """An office drawn by lot, foretold by what was learnt of it: the ranges keep their word."""
    chance = random.Random(4)
    told = []
    for _ in range(400):
        takes = [exp(chance.gauss(2.7, 0.45)) for _ in range(4)]
        queue = [
            person("in", "provider", minutes=0.0),
            *(person(str(n), "roomed", order=n, is_prepared=True) for n in range(1, 4)),
        ]
        usual = waits.Usual({"provider||": (2.7, 0.45), "prepare||": (1.6, 0.3)})
        said = usual.range(waits.foretell(queue, usual, rooms_free=3).until_seen["3"])
        told.append((said, round(sum(takes[:3]))))
    assert 72 <= waits.score(told)["within"] <= 88


# Milestones and blame


@st.composite
def milestones(draw):
    marks, moment = {}, NINE
    for name in ("checked_in", "roomed", "prepared", "seen", "left_provider", "gone"):
        moment += draw(st.integers(0, 30)) * MINUTE
        marks[name] = moment if draw(st.integers(0, 4)) else None
    called = NINE + draw(st.integers(-10, 200)) * MINUTE if draw(st.booleans()) else None
    came = called + draw(st.integers(0, 60)) * MINUTE if called and draw(st.booleans()) else None
    return flow.Milestones(arrived=NINE, **marks, interpreter_called=called, interpreter_came=came)


def test_an_interpreter_is_blamed_apart_from_whoever_else_was_waited_for():
    def at(minutes):
        return NINE + minutes * MINUTE

    one = flow.Milestones(
        NINE, checked_in=at(5), roomed=at(15), prepared=at(20), seen=at(50), left_provider=at(70),
        gone=at(75), interpreter_called=at(18), interpreter_came=at(43),
    )  # fmt: skip
    spent = {blame: wait // MINUTE for blame, wait in flow.waited_for(one, at(75)).items()}
    assert spent["interpreter"] == 25
    assert (spent["provider"], spent["assistant"], spent["check_in"]) == (5, 5, 5)
    assert sum(spent.values()) == 75
    late = flow.Milestones(NINE, checked_in=at(5), roomed=at(10), interpreter_called=at(12))
    spent = {blame: wait // MINUTE for blame, wait in flow.waited_for(late, at(40)).items()}
    assert spent["interpreter"] == 28  # still nobody there


@given(milestones(), st.integers(0, 60))
def test_what_was_waited_for_adds_up(one, later):
    known = [getattr(one, name) for name in ("checked_in", "roomed", "prepared", "seen", "gone")]
    until = max([NINE, *(mark for mark in known if mark), one.left_provider or NINE])
    until += later * MINUTE
    spent = flow.waited_for(one, until)
    assert all(wait >= timedelta(0) for wait in spent.values())
    assert sum(spent.values(), timedelta(0)) == (one.gone or until) - NINE


@pytest.mark.parametrize(
    ("waiting", "blame"),
    [
        (flow.Waiting("arrived", is_checked_in=False), "check_in"),
        (flow.Waiting("arrived", awaits_decision=True), "decision"),
        (flow.Waiting("arrived"), "assistant"),
        (flow.Waiting("arrived", rooms_free=0), "room"),
        (flow.Waiting("arrived", rooms_free=0, rooms_to_clean=1), "cleaning"),
        (flow.Waiting("roomed", is_prepared=False), "assistant"),
        (flow.Waiting("roomed"), "provider"),
        (flow.Waiting("roomed", called=frozenset({"interpreter"})), "interpreter"),
        (flow.Waiting("roomed", lacks_interpreter=True), "interpreter"),
        (flow.Waiting("arrived", lacks_interpreter=True), "interpreter"),
        (flow.Waiting("arrived", is_checked_in=False, lacks_interpreter=True), "check_in"),
        (flow.Waiting("provider"), ""),
        (flow.Waiting("checkout", owes=True), "payment"),
        (flow.Waiting("checkout"), "desk"),
        (flow.Waiting("gone"), ""),
    ],
)
def test_who_is_waited_for(waiting, blame):
    assert flow.waits_for(waiting) == blame


# The log with corrections


@st.composite
def logs(draw):
    """A log as the office writes it: moves, takings back, and times put right within bounds."""
    steps, minute = [], 0
    for _ in range(draw(st.integers(1, 20))):
        minute += draw(st.integers(1, 30))
        at = NINE + minute * MINUTE
        held = flow.effective(steps)
        kind = draw(st.sampled_from(["move", "move", "move", "undo", "fix"]))
        if held and kind == "undo":
            before = held[-2].stage if len(held) > 1 else flow.EXPECTED
            steps.append(flow.Step(uuid4(), before, at, undoes=held[-1].pk))
        elif held and kind == "fix":
            meant = draw(st.sampled_from(held))
            low, high = flow.room_to_correct(steps, meant.pk, at)
            low = low or high - 60 * MINUTE
            was = low + (high - low) * draw(st.floats(0, 1))
            steps.append(flow.Step(uuid4(), meant.stage, was, corrects=meant.pk))
        else:
            stage = flow.standing(steps).stage
            new = draw(st.sampled_from(sorted(flow._NEXT[stage])))
            if new != stage:
                steps.append(flow.Step(uuid4(), new, at))
    return steps


@given(logs())
def test_corrections_within_their_bounds_keep_the_log_in_order(steps):
    assert flow.in_order(steps)
    until = NINE + 2000 * MINUTE
    spent = flow.waits(steps, until)
    assert all(wait >= timedelta(0) for wait in spent.values())


@given(logs(), st.floats(0, 1))
def test_taking_a_correction_back_is_as_if_it_had_not_been(steps, part):
    held = flow.effective(steps)
    if not held:
        return
    until = NINE + 2000 * MINUTE
    low, high = flow.room_to_correct(steps, held[-1].pk, until)
    was = (low or NINE) + (high - (low or NINE)) * part
    fixed = flow.Step(uuid4(), held[-1].stage, was, corrects=held[-1].pk)
    undone = flow.Step(uuid4(), held[-1].stage, until, undoes=fixed.pk)
    assert flow.effective([*steps, fixed])[-1].at == was
    assert flow.effective([*steps, fixed, undone]) == held
    assert flow.standing([*steps, fixed, undone]) == flow.standing(steps)


# Rooms


@given(st.lists(st.sampled_from([*"cto", "undo"]), max_size=20))
def test_a_room_is_as_its_log_says_and_undo_brings_back_what_was(presses):
    states = {"c": rooms.CLEAN, "t": rooms.TURNOVER, "o": rooms.OUT}
    steps, shadow = [], []
    for minute, press in enumerate(presses):
        at = NINE + minute * MINUTE
        if press == "undo":
            if shadow:
                last = shadow.pop()
                before = shadow[-1].state if shadow else rooms.CLEAN
                steps.append(rooms.RoomStep(uuid4(), before, at, undoes=last.pk))
        else:
            steps.append(rooms.RoomStep(uuid4(), states[press], at))
            shadow.append(steps[-1])
        told = rooms.room_state(steps)
        assert (told.state if told else rooms.CLEAN) == (
            shadow[-1].state if shadow else rooms.CLEAN
        )
