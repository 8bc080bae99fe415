"""Where a patient is and how long they waited, as folds of the log."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.visits.rules import flow

NINE = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def step(stage, minute, *, room=None, undoes=None):
    return flow.Step(uuid4(), stage, NINE + timedelta(minutes=minute), room, undoes)


@st.composite
def logs(draw):
    """A log as the office writes it: legal moves, and takings back of the last one that holds."""
    steps, minute = [], 0
    for _ in range(draw(st.integers(1, 25))):
        minute += draw(st.integers(0, 30))
        held = flow.effective(steps)
        if held and draw(st.booleans()) and draw(st.booleans()):
            before = held[-2].stage if len(held) > 1 else flow.EXPECTED
            steps.append(step(before, minute, undoes=held[-1].pk))
            continue
        now = flow.standing(steps).stage
        choices = [
            new
            for new in (*flow.IN_THE_OFFICE, flow.GONE)
            if flow.may_follow(now, new) and new != now
        ]
        steps.append(step(draw(st.sampled_from(choices)), minute))
    return steps


@given(logs(), st.integers(0, 60))
def test_waits_add_up_to_the_time_in_the_office(steps, later):
    until = steps[-1].at + timedelta(minutes=later)
    held = flow.effective(steps)
    ends = [*(one.at for one in held[1:]), until]
    away = sum(
        (end - one.at for one, end in zip(held, ends, strict=False) if one.stage == flow.GONE),
        timedelta(0),
    )

    spent = sum(flow.waits(steps, until).values(), timedelta(0))

    assert spent == (until - held[0].at - away if held else timedelta(0))


@given(logs())
def test_taking_a_move_back_restores_what_was_before_it(steps):
    before = flow.standing(steps)
    after_minutes = 500
    moved = step(flow.CHECK_OUT, after_minutes)
    undone = step(before.stage, after_minutes + 1, undoes=moved.pk)

    assert flow.standing([*steps, moved, undone]) == before


@given(logs())
def test_the_fold_never_leads_where_no_move_led(steps):
    stages = {one.stage for one in flow.effective(steps)} or {flow.EXPECTED}

    assert flow.standing(steps).stage in stages
    assert all(wait >= timedelta(0) for wait in flow.waits(steps, NINE).values())


def test_another_room_is_not_another_wait():
    one, two = uuid4(), uuid4()
    steps = [step("arrived", 0), step("roomed", 10, room=one), step("roomed", 15, room=two)]

    standing = flow.standing(steps)

    assert standing == flow.Standing("roomed", NINE + timedelta(minutes=10), two)
    assert flow.waits(steps, NINE + timedelta(minutes=20)) == {
        "arrived": timedelta(minutes=10),
        "roomed": timedelta(minutes=10),
    }


def test_a_limit_is_passed_by_whole_minutes():
    assert not flow.is_over(NINE, NINE + timedelta(minutes=15, seconds=59), 15)
    assert flow.is_over(NINE, NINE + timedelta(minutes=16), 15)
    assert not flow.is_over(NINE, NINE + timedelta(hours=9), None)
    assert flow.percent_of_limit(NINE, NINE + timedelta(minutes=11), 15) == 73
    assert flow.percent_of_limit(NINE, NINE + timedelta(minutes=90), 15) == 100


def test_a_visit_lasts_as_long_as_its_type():
    assert flow.limit_of("provider", 25) == 25
    assert (flow.limit_of("arrived", 25), flow.limit_of("gone", 25)) == (15, None)


def test_nobody_skips_the_desk_or_comes_back_to_the_waiting_room_from_outside():
    assert not flow.may_follow("expected", "roomed")
    assert not flow.may_follow("gone", "arrived")
    assert flow.may_follow("gone", "checkout")
