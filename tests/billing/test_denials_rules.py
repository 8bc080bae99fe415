"""Root causes, odds, groups and days to appeal: by value."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing.rules import denials as rules
from frontdesk.billing.rules import levels


@pytest.mark.parametrize(
    ("reason", "remarks", "cause"),
    [
        ("197", [], "authorization"),
        ("27", [], "eligibility"),
        ("29", [], "timely"),
        ("18", ["N522"], "duplicate"),
        ("22", [], "other_payer"),
        ("50", [], "necessity"),
        ("97", ["M15"], "bundling"),
        ("16", ["M127"], "documentation"),
        ("16", ["N999"], "remark"),
        ("16", [], "remark"),
        ("45", [], "remark"),  # a reason that should not be refused with still comes up
        ("X99", ["MA04"], "other_payer"),
        ("X99", [], "remark"),
    ],
)
def test_every_reason_has_a_root_cause(reason, remarks, cause):
    assert rules.cause_of(reason, remarks) == cause
    assert rules.cause(cause).duty


def test_the_tables_know_only_causes_there_are():
    known = set(rules.causes()) | {rules.SHARE}
    assert set(rules._reasons().values()) <= known
    assert set(rules._remarks().values()) <= known
    assert all(one.source for one in rules.causes().values())


@pytest.mark.parametrize(
    ("group", "reason", "may"),
    [("PR", "204", True), ("OA", "133", True), ("OA", "209", False), ("CO", "29", False),
     ("PI", "50", False), ("PR", "303", False)],
)  # fmt: skip
def test_a_patient_is_billed_only_where_the_group_allows_it(group, reason, may):
    assert rules.may_bill_patient(group, reason) is may


def test_odds_begin_with_the_table_and_follow_our_own_outcomes():
    table = rules.cause("authorization")
    nothing = rules.odds("authorization", None)
    some = rules.odds("authorization", rules.Ended(8, Decimal(800), Decimal(800), 4, 40))

    assert (nothing.chance, nothing.minutes, nothing.seen) == (table.chance, table.minutes, 0)
    assert some.chance == Decimal("0.7250")  # (1.00 * 8 + 0.45 * 8) / 16
    assert some.minutes == round((40 + 30 * 8) / 12)
    assert some.seen == 8


@given(
    count=st.integers(0, 5000),
    stake=st.integers(0, 10**7),
    recovered=st.integers(0, 10**7),
    worked=st.integers(0, 5000),
    cause=st.sampled_from(sorted(rules.causes())),
)
def test_odds_are_a_share_and_draw_nearer_with_every_outcome(
    count, stake, recovered, worked, cause
):
    ended = rules.Ended(count, Decimal(stake), Decimal(recovered), worked, worked * 20)

    told = rules.odds(cause, ended)

    assert 0 <= told.chance <= 1 and told.minutes >= 1
    expected = rules.expected(Decimal("100.00"), told)
    assert rules.worth(expected, told.minutes) * told.minutes <= expected + told.minutes
    if count and stake:
        own, table = min(Decimal(recovered) / stake, Decimal(1)), rules.cause(cause).chance
        low, high = sorted((own, table))
        assert low - Decimal("0.0001") <= told.chance <= high + Decimal("0.0001")


def test_days_to_appeal_follow_the_payer_and_the_level():
    day = date(2026, 11, 20)
    assert rules.last_day_to_appeal(day, filing="MB") == day + timedelta(days=125)
    assert rules.last_day_to_appeal(day, filing="MB", level=2) == day + timedelta(days=185)
    assert rules.last_day_to_appeal(day, filing="CI") == day + timedelta(days=180)
    assert rules.last_day_to_appeal(day, filing="CI", level=4) == day + timedelta(days=120)
    for level in (3, 4, 5):  # 42 CFR 405.1002, 405.1102, 405.1136
        last = rules.last_day_to_appeal(day, filing="MB", level=level)
        assert last == day + timedelta(days=65)
    assert [levels.next_level(level, "CI") for level in range(4)] == [1, 2, 3, 0]
    assert [levels.next_level(level, "MB") for level in range(6)] == [1, 2, 3, 4, 5, 0]


@pytest.mark.parametrize(
    ("filing", "level", "on", "least"),
    [
        ("MB", 3, date(2026, 11, 20), 200),  # 90 FR 55869
        ("MB", 5, date(2026, 1, 1), 1960),
        ("MB", 5, date(2028, 2, 29), 1960),  # of the last year that is known
        ("MB", 4, date(2026, 11, 20), None),
        ("MB", 1, date(2026, 11, 20), None),
        ("CI", 3, date(2026, 11, 20), None),
    ],
)
def test_from_which_dollars_a_level_is_open(filing, level, on, least):
    assert levels.least_in_dispute(filing, level, on) == least


@pytest.mark.parametrize(
    ("typed", "code"),
    [("CO-197", ("CO", "197")), ("co197", ("CO", "197")), ("197", ("", "197")),
     ("PR 1", ("PR", "1")), ("b7", ("", "B7")), ("OA-018", ("OA", "18"))],
)  # fmt: skip
def test_a_reason_code_is_read_as_people_type_it(typed, code):
    assert rules.reason_code(typed) == code
