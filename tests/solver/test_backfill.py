"""Filling freed times: the rules by value, the batches, and a year's worth of cancellations.

The checker below reads the log of the simulation and the people as they were when they joined; it
uses none of the code that chose them.
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.solver import backfill
from frontdesk.solver.backfill import Candidate, Time, Wants, simulation

ZONE = ZoneInfo("America/New_York")
NIGHT = (time(20), time(8))
TEN = datetime(2026, 11, 23, 10, tzinfo=ZONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(scope="module")
def careful():
    return simulation.run(simulation.careful)


def broken(result):
    """Return every broken rule in the log of a run, in words."""
    world, found = result.world, []
    booked = {key: one.booked for key, one in world.started.items()}
    offered, open_now, taken, times = {}, defaultdict(dict), {}, defaultdict(list)
    for one in world.log:
        gap, person = world.gaps[one.gap], world.started.get(one.person)
        wall = one.at.astimezone(ZONE)
        if one.what == "offered":
            start = gap.starts_at.astimezone(ZONE)
            lead = gap.starts_at - one.at
            lately = [when for when in times[one.person] if one.at - when < 14 * DAY]
            kind_new = {"follow-up": False, "new": True, "long": False}
            minutes = {"follow-up": 20, "new": 40, "long": 40}[person.kind]
            parts = {"": True, "morning": start.hour < 12, "afternoon": start.hour >= 12}
            wants = person.wants
            held = {
                "too close": lead >= 4 * HOUR,
                "at night": 8 <= wall.hour < 20,
                "needs more notice": lead >= wants.notice,
                "does not fit": minutes <= gap.minutes,
                "wrong weekday": not wants.weekdays or start.weekday() in wants.weekdays,
                "wrong part of the day": parts[wants.part],
                "wrong provider": not wants.provider_ids or gap.provider in wants.provider_ids,
                "wrong site": not wants.site_ids
                or {"P0": "S0", "P1": "S0", "P2": "S1", "P3": "S1"}[gap.provider] in wants.site_ids,
                "not sooner": person.booked is None or gap.starts_at < person.booked[1],
                "not ready": person.is_ready,
                "a new patient's time": not (
                    kind_new[gap.kind] and not kind_new[person.kind] and lead > 2 * DAY
                ),
                "too many offers": len(lately) < 4,
                "asked twice": (one.gap, one.person) not in offered,
                "no time to answer": one.at < one.until <= gap.starts_at,
                "more than six at once": len(open_now[one.gap]) < 6,
                "after it was filled": one.gap not in taken,
                "off the list": one.person not in taken.values(),
            }
            found += [words for words, is_kept in held.items() if not is_kept]
            offered[one.gap, one.person] = one
            open_now[one.gap][one.person] = one.until
            times[one.person].append(one.at)
        elif one.what == "accepted":
            if one.gap in taken:
                found.append("given twice")
            if one.person in taken.values():
                found.append("one person got two")
            if one.at > offered[one.gap, one.person].until:
                found.append("answered too late")
            taken[one.gap] = one.person
            booked[one.person] = (gap.provider, gap.starts_at)
            open_now[one.gap].pop(one.person, None)
        elif one.what in ("declined", "expired"):
            open_now[one.gap].pop(one.person, None)
    found += ["a cascade too far" for gap in world.gaps.values() if gap.depth > 2]
    return found


def test_half_of_the_cancellations_are_filled_and_no_rule_is_broken(careful):
    assert careful.notice_over_a_day >= 300
    assert careful.share >= 0.5
    assert broken(careful) == []
    assert careful.offers_per_fill < 10  # Fast Pass: 60,660 offers for 6,603 filled = 9.2


def test_asking_everybody_fills_little_more_with_twice_the_offers_and_breaks_the_cap(careful):
    everybody = simulation.run(simulation.broadcast)
    assert everybody.share - careful.share < 0.15
    assert everybody.offers_per_fill > 1.6 * careful.offers_per_fill
    assert everybody.gone > 5 * careful.gone
    assert {"too many offers", "more than six at once"} <= set(broken(everybody))


def test_the_same_seed_tells_the_same_story(careful):
    again = simulation.run(simulation.careful)
    assert (again.refilled, again.offers) == (careful.refilled, careful.offers)


def test_the_checker_sees_what_is_broken(careful):
    """A gap that is made later than its offers were, and an offer at night, are found."""
    world = careful.world
    first = next(one for one in world.log if one.what == "offered")
    kept = world.gaps[first.gap].starts_at
    world.gaps[first.gap].starts_at = first.at + HOUR
    assert "too close" in broken(careful)
    world.gaps[first.gap].starts_at = kept
    assert broken(careful) == []


# The wishes, by value.
HERE = Time("P0", "S0", datetime(2026, 11, 27, 9, tzinfo=ZONE))  # a Friday morning


@pytest.mark.parametrize(
    ("wants", "words"),
    [
        (Wants(), ""),
        (Wants(provider_ids=frozenset({"P1"})), "wants somebody else"),
        (Wants(site_ids=frozenset({"S1"})), "wants another site"),
        (Wants(weekdays=frozenset({0, 3})), "can't on this weekday"),
        (Wants(weekdays=frozenset({4}), part="morning"), ""),
        (Wants(part="afternoon"), "wants an afternoon"),
        (Wants(earliest_on=HERE.starts_at.date()), ""),
        (Wants(earliest_on=HERE.starts_at.date() + DAY), "can't come that soon"),
        (Wants(latest_on=HERE.starts_at.date() - DAY), "that is too late for them"),
        (Wants(before=HERE.starts_at), "is booked earlier already"),
        (Wants(before=HERE.starts_at + HOUR), ""),
        (Wants(notice=96 * HOUR), "needs more notice"),
        (Wants(notice=95 * HOUR), ""),
    ],
)
def test_what_suits_whom(wants, words):
    assert backfill.unwanted(wants, HERE, TEN) == words


def test_an_offer_stands_shorter_the_closer_the_visit_and_sleeps_at_night():
    most = 4 * HOUR

    def until(at, lead):
        return backfill.expiry(at, lead, most, ZONE, NIGHT)

    assert until(TEN, 9 * DAY) == TEN + 4 * HOUR
    assert until(TEN, 26 * HOUR) == TEN + timedelta(minutes=90)
    assert until(TEN, 5 * HOUR) == TEN + timedelta(minutes=15)
    evening = TEN.replace(hour=19)
    assert until(evening, 9 * DAY) == (evening + DAY).replace(hour=11)
    assert until(TEN.replace(hour=23), 9 * DAY) == (TEN + DAY).replace(hour=12)
    assert backfill.expiry(TEN, 9 * DAY, HOUR, ZONE, (time(0), time(0))) == TEN + HOUR


def test_on_the_night_the_clock_falls_back_nobody_is_woken():
    at = datetime(2026, 10, 31, 23, tzinfo=ZONE)
    assert backfill.after_quiet(at, ZONE, *NIGHT) == datetime(2026, 11, 1, 8, tzinfo=ZONE)


def test_an_answer_has_its_whole_time_in_the_night_the_clock_springs():
    at = datetime(2026, 3, 8, 0, 30, tzinfo=ZONE)  # quiet until one o'clock
    until = backfill.expiry(at, 9 * DAY, 3 * HOUR, ZONE, (time(0), time(1)))
    assert until == datetime(2026, 3, 8, 9, tzinfo=UTC)  # five o'clock by the wall


@given(
    chances=st.lists(st.floats(0.01, 0.95), min_size=1, max_size=12),
    target=st.floats(0.05, 0.99),
    most=st.integers(1, 8),
)
def test_a_batch_is_the_smallest_that_fills_the_time(chances, target, most):
    size = backfill.batch(chances, target, most)
    assert 1 <= size <= min(most, len(chances))
    if size < min(most, len(chances)):
        assert backfill.fills(chances[:size]) >= target - 1e-9
    if size > 1:
        assert backfill.fills(chances[: size - 1]) < target + 1e-9


@given(target=st.floats(0.1, 0.95), rounds=st.integers(1, 6))
def test_the_rounds_together_reach_the_target(target, rounds):
    each = backfill.this_round(target, rounds)
    assert 1 - (1 - each) ** rounds == pytest.approx(target)


def someone(key, **more):
    said = {"urgency": 1, "waited_days": 10, "sooner_days": 10, "minutes": 20, "gap_minutes": 20}
    return Candidate(key=key, **{**said, **more})


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"urgency": 3}, {"waited_days": 60}),
        ({"waited_days": 40}, {}),
        ({"sooner_days": 40}, {}),
        ({}, {"gap_minutes": 60}),
        ({}, {"is_ready": False}),
        ({}, {"miss_chance": 0.4}),
        ({}, {"asked_lately": 2}),
        ({"says_yes": 0.3}, {}),
        ({"sooner_days": None}, {"sooner_days": 20}),
        ({"waited_days": 400}, {"urgency": 3}),  # nobody is passed over for ever
    ],
)
def test_who_is_asked_first(better, worse):
    top, _ = backfill.rank([someone("worse", **worse), someone("better", **better)])
    assert top.candidate.key == "better"
    assert top.points == sum(why.points for why in top.because)


def test_what_is_learned_of_answers_is_shrunk():
    assert backfill.chance_of(0, 0) == backfill.PRIOR
    assert backfill.PRIOR < backfill.chance_of(30, 100) < 0.3
    assert backfill.personal_chance(0.1, 0, 0) == pytest.approx(0.1)
    assert backfill.personal_chance(0.1, 0, 4) == pytest.approx(0.05)
