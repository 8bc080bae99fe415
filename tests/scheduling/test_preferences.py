"""What providers prefer: judged by value, refused in words, never against themselves."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from frontdesk.scheduling.rules.preferences import (
    Kind,
    Planned,
    Rule,
    Worked,
    contradictions,
    judge,
    said,
)

NEW_YORK = ZoneInfo("America/New_York")
WHO = "Dr. Okafor"
SCAN, FIRST, CHECK = "scan", "first", "check"


def visit(clock, minutes=20, type_key=CHECK, *, is_new=False, asked=None, day=24):
    hour, _colon, minute = clock.partition(":")
    starts = datetime(2026, 11, day, int(hour), int(minute or 0), tzinfo=NEW_YORK)
    asked_at = starts - timedelta(hours=asked) if asked is not None else None
    ends = starts + timedelta(minutes=minutes)
    return Planned(starts, ends, type_key, is_new=is_new, asked_at=asked_at)


def rule(kind, number=0, *, types=(), starts=None, ends=None, **more):
    wall = [time.fromisoformat(t) if t else None for t in (starts, ends)]
    return Rule(
        kind, WHO, number, frozenset(types), ", ".join(types), starts=wall[0], ends=wall[1], **more
    )


LUNCH = rule(Kind.LUNCH, 30, starts="12:00", ends="13:00")


@pytest.mark.parametrize(
    ("one", "plan", "candidate", "words"),
    [
        (
            rule(Kind.MOST_NEW, 2),
            [visit("8", is_new=True), visit("9", is_new=True)],
            visit("10", is_new=True),
            "takes 2 new patients a day, and 2 are booked",
        ),
        (
            rule(Kind.MOST_OF_TYPE, 1, types=[SCAN]),
            [visit("8", type_key=SCAN)],
            visit("10", type_key=SCAN),
            "takes 1 a day of: scan, and 1 is booked",
        ),
        (rule(Kind.NOT_TWO_LONG, 40), [visit("8", 40)], visit("8:50", 40), "in a row"),
        (rule(Kind.NOT_TWO_LONG, 40), [visit("9", 60)], visit("8:10", 40), "in a row"),
        (
            rule(Kind.NOT_AFTER, types=[SCAN], starts="15:00"),
            [],
            visit("15:00", type_key=SCAN),
            "begins none of these at 3:00 PM or later: scan",
        ),
        (LUNCH, [visit("12:30", 30)], visit("12:10"), "keeps 30 minutes free between 12:00 PM"),
        (LUNCH, [], visit("12:15", 20), "keeps 30 minutes free"),
        (rule(Kind.GAP, 10), [visit("9")], visit("9:25"), "keeps 10 minutes between visits"),
        (rule(Kind.NOTICE, 24), [], visit("9", asked=23), "wants to know 24 hours before"),
    ],
)
def test_a_visit_that_breaks_a_rule_is_told_why(one, plan, candidate, words):
    (broken,) = judge([one], plan, candidate)
    assert broken.words.startswith(WHO)
    assert words in broken.words
    assert (broken.rule, broken.is_hard, broken.cost) == (one, True, 0)


@pytest.mark.parametrize(
    ("one", "plan", "candidate"),
    [
        (rule(Kind.MOST_NEW, 2), [visit("8", is_new=True)], visit("9", is_new=True)),
        (rule(Kind.MOST_NEW, 0), [], visit("9")),
        (rule(Kind.MOST_OF_TYPE, 0, types=[SCAN]), [], visit("9")),
        (rule(Kind.NOT_TWO_LONG, 40), [visit("8", 40)], visit("8:55", 40)),  # a breath between
        (rule(Kind.NOT_TWO_LONG, 40), [visit("8", 40)], visit("8:40", 35)),
        (rule(Kind.NOT_AFTER, types=[SCAN], starts="15:00"), [], visit("14:55", 60, SCAN)),
        (LUNCH, [visit("12:30", 30)], visit("11:40", 20)),
        (LUNCH, [], visit("12:00", 30)),
        (LUNCH, [], visit("13:00")),
        (rule(Kind.GAP, 10), [visit("9")], visit("9:30")),
        (rule(Kind.NOTICE, 24), [], visit("9", asked=24)),
        (rule(Kind.GAP, 10, weekdays=frozenset({0})), [visit("9")], visit("9:25")),  # a Tuesday
    ],
)
def test_a_visit_that_keeps_the_rules_is_let_be(one, plan, candidate):
    assert judge([one], plan, candidate) == []


def test_soft_rules_cost_and_stand_behind_hard_ones():
    soft = rule(Kind.GAP, 10, is_hard=False, cost=3)
    found = judge([soft, LUNCH], [visit("12:00", 20)], visit("12:20", 20))
    assert [(one.is_hard, one.cost) for one in found] == [(True, 0), (False, 3)]


def test_a_night_that_skips_an_hour_has_real_minutes():
    """Clocks go from 2:00 to 3:00 on March 14, 2027: 1:50 and 3:00 are ten minutes apart."""
    night = datetime(2027, 3, 14, tzinfo=NEW_YORK)
    before = Planned(night.replace(hour=1, minute=30), night.replace(hour=1, minute=50))
    after = Planned(night.replace(hour=3), night.replace(hour=3, minute=20))
    assert judge([rule(Kind.GAP, 15)], [before], after)
    assert not judge([rule(Kind.GAP, 10)], [before], after)
    fall = datetime(2026, 11, 1, 0, 30, tzinfo=NEW_YORK)
    ends = datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK).replace(fold=1)
    assert Planned(fall, ends).minutes == 120


WEEK = [Worked(1, time(12), time(13)), Worked(2, time(8), time(17), frozenset({SCAN}))]


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            [rule(Kind.LUNCH, 60, starts="12:00", ends="13:00")],
            "Dr. Okafor: 60 minutes free between 12:00 PM and 1:00 PM, but the Tuesday session "
            "(12:00 PM to 1:00 PM) has no other time.",
        ),
        ([rule(Kind.LUNCH, 45, starts="12:00", ends="12:30")], "there are no 45 minutes"),
        ([rule(Kind.MOST_NEW, 3), rule(Kind.MOST_NEW, 5)], "Keep one of the two"),
        ([rule(Kind.MOST_OF_TYPE, 0, types=[SCAN])], "Wednesday session"),
        ([rule(Kind.NOT_AFTER, types=[SCAN], starts="08:00")], "is for nothing else"),
    ],
)
def test_rules_that_can_not_hold_are_said(rules, words):
    (found,) = contradictions(rules, WEEK)
    assert words in found


def test_rules_that_can_hold_together_are_let_be():
    soft = rule(Kind.MOST_NEW, 5, is_hard=False)
    some_days = [
        rule(Kind.GAP, 5, weekdays=frozenset({0})),
        rule(Kind.GAP, 10, weekdays=frozenset({1})),
    ]
    assert contradictions([LUNCH, soft, rule(Kind.MOST_NEW, 3), *some_days], WEEK) == []
    late = [Worked(1, time(8), time(17), releases=(("Same day", 24),))]
    assert contradictions([rule(Kind.NOTICE, 48)], late)
    assert not contradictions([rule(Kind.NOTICE, 12)], late)


clocks = some.integers(8 * 12, 16 * 12).map(lambda n: f"{n // 12}:{n % 12 * 5:02}")
visits = some.builds(visit, clocks, some.sampled_from([10, 20, 45]), is_new=some.booleans())


@given(some.lists(visits, max_size=8), visits)
def test_what_is_let_be_leaves_the_day_as_the_rules_want_it(plan, one):
    """Whatever a rule lets be keeps it true of the whole day, counted anew from nothing."""
    day = [*plan, one]
    if not judge([rule(Kind.MOST_NEW, 3)], plan, one) and one.is_new:
        assert sum(other.is_new for other in day) <= 3
    if not judge([rule(Kind.GAP, 10)], plan, one):
        marks = {at for at in range(24 * 12) for o in plan if _covers(o, at, 10)}
        assert marks.isdisjoint(at for at in range(24 * 12) if _covers(one, at, 0))
    lunch = range(12 * 12, 13 * 12)
    if not judge([LUNCH], plan, one) and any(_covers(one, at, 0) for at in lunch):
        free = "".join("-" if any(_covers(o, at, 0) for o in day) else "f" for at in lunch)
        assert "f" * 6 in free


def _covers(one, mark, around):
    """Say whether a visit, with so many minutes around it, covers a five-minute mark."""
    starts = one.starts.hour * 60 + one.starts.minute - around
    return starts < mark * 5 + 5 and mark * 5 < starts + one.minutes + 2 * around


def test_every_kind_is_said_in_words():
    for kind in Kind:
        assert said(rule(kind, 1, starts="12:00", ends="13:00"))


@pytest.mark.parametrize(
    ("booked", "is_kept"),
    [
        ([("05:00", "05:30")], True),  # the first 1:00 to 1:30: 90 minutes stay
        ([("05:30", "06:00"), ("06:00", "06:30")], True),  # 1:30 to 1:00, again to 1:30: 60 before
        ([("05:00", "05:30"), ("06:00", "06:30")], False),  # both times 1:00: never more than 30
    ],
)
def test_a_break_in_the_hour_that_autumn_shows_twice_is_as_long_as_it_is(booked, is_kept):
    night = rule(Kind.LUNCH, 60, starts="00:30", ends="02:00")  # 2.5 hours in that night
    plan = [
        Planned(
            *(datetime.fromisoformat(f"2026-11-01T{at}Z").astimezone(NEW_YORK) for at in one), CHECK
        )
        for one in booked
    ]
    assert (judge([night], plan[:-1], plan[-1]) == []) is is_kept
