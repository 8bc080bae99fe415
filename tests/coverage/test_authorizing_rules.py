"""Authorizations on plain values: what needs one, what is taken of which, when payers decide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.keys import new_key
from frontdesk.coverage.rules import authorizing as rules
from frontdesk.coverage.rules.authorizing import Asked, Held, RuleFacts

PAYER, OTHER = new_key(), new_key()
DAY = date(2026, 11, 24)


def need(*written, codes=("97110",), **more):
    return rules.need_of(written, payer_id=PAYER, codes=codes, **more)


@pytest.mark.parametrize(
    ("written", "more", "why"),
    [
        ([], {}, ""),
        ([RuleFacts(PAYER, "97")], {}, "rule"),
        ([RuleFacts(None, "97")], {}, "rule"),
        ([RuleFacts(OTHER, "97")], {}, ""),
        ([RuleFacts(PAYER, "98")], {}, ""),
        ([RuleFacts(None, "", "therapy")], {"visit_type": "therapy"}, "rule"),
        ([RuleFacts(None, "", "therapy")], {"visit_type": "follow-up"}, ""),
        ([], {"plan_says": True}, "answer"),
        ([], {"type_says": True}, "type"),
        ([], {"type_says": True, "plan_says": False}, ""),
        ([RuleFacts(PAYER, "97", is_learned=True)], {"plan_says": False}, "denial"),
        ([RuleFacts(PAYER, "97110", needs=False)], {"plan_says": True}, ""),
        ([RuleFacts(PAYER, "97110", needs=False), RuleFacts(PAYER, "97")], {}, ""),
        ([RuleFacts(PAYER, "97110"), RuleFacts(PAYER, "97", needs=False)], {}, "rule"),
        ([RuleFacts(PAYER, "97", is_learned=True), RuleFacts(None, "971", needs=False)], {}, ""),
    ],
)
def test_the_most_precise_word_decides(written, more, why):
    found = need(*written, **more)

    assert (found.why, found.is_needed) == (why, bool(why))


def test_the_hardest_of_several_services_counts():
    found = need(
        RuleFacts(PAYER, "97110", stops="warn", evidence=["Note"]),
        RuleFacts(PAYER, "72148", stops="visit", evidence=["Note", "Film"]),
        codes=["97110", "72148", "99213"],
    )

    assert found.codes == ("97110", "72148")
    assert (found.stops, found.is_hard, found.evidence) == ("visit", True, ("Note", "Film"))


def test_the_line_that_ends_first_is_used_first_and_a_code_before_any_service():
    late = Held(new_key(), "97110", 5, ends_on=DAY + timedelta(days=90))
    soon = Held(new_key(), "97110", 5, ends_on=DAY + timedelta(days=9))
    every = Held(new_key(), "", None, ends_on=DAY)

    taken, short = rules.take([Asked("97110"), Asked("99213")], [every, late, soon], DAY)

    assert [one.held.key for one in taken] == [soon.key, every.key]
    assert short == []


def test_a_visit_uses_one_of_the_visits_whatever_is_done_in_it():
    line = Held(new_key(), "", 3, counts_visits=True)

    taken, short = rules.take([Asked("97110", 4), Asked("97140", 2)], [line], DAY)

    assert [one.units for one in taken] == [1, 0]
    assert (line.left, short) == (2, [])


def test_another_day_another_provider_and_another_code_are_not_covered():
    line = Held(new_key(), "97110", 5, starts_on=DAY, ends_on=DAY, provider_id=PAYER)

    def fits(code="97110", on=DAY, provider=PAYER):
        return line.fits(code, on, provider)

    assert fits()
    assert not fits("97140")
    assert not fits(on=DAY + timedelta(days=1))
    assert not fits(on=DAY - timedelta(days=1))
    assert not fits(provider=OTHER)


def test_too_many_units_are_short_and_take_what_is_left_only_when_billed():
    def line():
        return Held(new_key(), "97110", 5, used=3)

    booked, short = rules.take([Asked("97110", 3)], [line()], DAY)
    billed, short_too = rules.take([Asked("97110", 3)], [line()], DAY, is_partly=True)

    assert (booked, short) == ([], [Asked("97110", 3)])
    assert ([one.units for one in billed], short_too) == ([2], [Asked("97110", 3)])


lines = st.builds(
    Held,
    key=st.uuids(),
    code=st.sampled_from(["", "A1", "B2"]),
    approved=st.none() | st.integers(0, 6),
    counts_visits=st.booleans(),
)
services = st.builds(Asked, st.sampled_from(["A1", "B2", "C3"]), st.integers(1, 5))


@given(st.lists(lines, max_size=4), st.lists(services, max_size=6), st.booleans())
def test_no_line_is_used_beyond_what_it_allows(held, asked, is_partly):
    before = {one.key: one.used for one in held}

    taken, short = rules.take(asked, held, DAY, is_partly=is_partly)

    for line in held:
        of_line = sum(one.units for one in taken if one.held is line)
        assert line.used == before[line.key] + of_line
        assert line.approved is None or line.used <= line.approved
        assert line.left is None or line.left >= 0
    covered = [one.asked for one in taken]
    assert all(one in short or one in covered for one in asked)
    if not is_partly:
        assert len(taken) + len(short) == len(asked)
        assert all(one.units == one.asked.units or one.held.counts_visits for one in taken)


def test_urgent_in_72_hours_and_else_in_seven_days_of_the_calendar():
    at = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)  # the day before a holiday: it counts too

    assert rules.decide_by(at, is_urgent=True) == datetime(2026, 11, 28, 15, 0, tzinfo=UTC)
    assert rules.decide_by(at, is_urgent=False) == datetime(2026, 12, 2, 15, 0, tzinfo=UTC)
    assert rules.decide_by(at, is_urgent=False, standard_days=3).day == 28


@pytest.mark.parametrize(
    ("approved", "used", "ends_in", "says"),
    [
        (10, 7, 60, ""),
        (10, 8, 60, "2 of 10 left"),
        (10, 10, 60, "All 10 used"),
        (10, 0, 14, "Ends in 14 days"),
        (10, 0, 15, ""),
        (None, 0, 1, "Ends in 1 day"),
        (None, 50, None, ""),
        (10, 0, 0, "Ends today"),
        (1, 1, 60, ""),
    ],
)
def test_an_approval_that_runs_out_is_told(approved, used, ends_in, says):
    ends = None if ends_in is None else DAY + timedelta(days=ends_in)
    line = Held(new_key(), "97110", approved, used)

    assert rules.runs_out([line], ends, DAY, percent=80, days=14) == says


def test_the_payers_window_after_the_care():
    assert rules.retro_until(DAY, 0) is None
    assert rules.retro_until(DAY, 14) == date(2026, 12, 8)


def test_a_payer_that_reviews_is_asked_less_and_less_often():
    waits = [rules.wait_for_decision(times) for times in range(5)]

    assert waits == sorted(waits)
    assert waits[-1] == timedelta(days=1)


def test_a_first_letter_of_appeal_answers_the_reason():
    letter = rules.appeal_letter(
        payer="Demo PPO", patient="Ann Lee", member_id="W1", reference="R9", services="72148",
        because="Conservative treatment is not documented.", diagnoses=["M54.50"],
    )  # fmt: skip

    for part in ("Demo PPO", "Ann Lee, member W1, reference R9", "72148 for M54.50"):
        assert part in letter
    assert "Your reason: Conservative treatment is not documented.\n" in letter
