"""What a benefit says, and what a patient will owe: on plain values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.coverage.rules import (
    BenefitSummary,
    Fact,
    Figure,
    Item,
    estimate_of,
    reject_words,
    service_type_of,
    service_words,
    standing_of,
    summary_of,
    wait_before,
    why_ask,
)

ANSWER = "plan's answer of Nov 23"
MONDAY = date(2026, 11, 23)


def fact(code, segment, *services, **more):
    return Fact(code=code, segment=segment, service_types=services or ("30",), **more)


def figure(amount, segment=14, service="98"):
    return Figure(Decimal(amount), segment, service)


def owed(outcome):
    return [(line.deductible, line.copay, line.coinsurance) for line in outcome.lines]


def test_the_exact_service_is_read_before_the_whole_plan():
    facts = [
        fact("B", 5, "30", amount=Decimal(40)),
        fact("B", 9, "98", amount=Decimal(25)),
        fact("A", 6, "30", percent=Decimal("0.2")),
    ]

    said = summary_of(facts, ["98"])

    assert (said.copay.amount, said.copay.segment) == (25, 9)
    assert (said.coinsurance.amount, said.coinsurance.service_type) == (Decimal("0.2"), "30")
    assert summary_of(facts, ["5"]).copay.amount == 40


def test_another_network_is_not_read():
    facts = [
        fact("B", 5, "98", amount=Decimal(80), network="N"),
        fact("B", 6, "98", amount=Decimal(25), network="Y"),
        fact("B", 7, "98", amount=Decimal(30), network="W"),
    ]

    assert summary_of(facts, ["98"]).copay.amount == 25
    assert summary_of(facts, ["98"], network="N").copay.amount == 80


def test_what_is_left_is_the_smaller_of_person_and_family():
    facts = [
        fact("C", 5, period="23", amount=Decimal(1500), level="IND"),
        fact("C", 6, period="29", amount=Decimal(900), level="IND"),
        fact("C", 7, period="29", amount=Decimal(250), level="FAM"),
    ]

    said = summary_of(facts, ["98"])

    assert (said.deductible.amount, said.deductible_left.amount) == (1500, 250)
    assert (said.deductible_left.level, said.deductible_left.segment) == ("FAM", 7)
    assert said.deductible_met_percent == 83


def test_silence_is_not_zero_and_several_copays_are_uncertain():
    nothing = summary_of([], ["98"])
    several = summary_of(
        [fact("B", 5, "98", amount=Decimal(25)), fact("B", 6, "98", amount=Decimal(50))], ["98"]
    )

    assert nothing == BenefitSummary()
    assert several.copay.is_uncertain
    assert several.copay.amount == 25


def test_a_copay_with_a_condition_stands_behind_the_plain_one():
    facts = [
        fact("B", 5, "98", amount=Decimal(50), message="SPECIALIST"),
        fact("B", 6, "98", amount=Decimal(25)),
    ]

    said = summary_of(facts, ["98"]).copay
    assert (said.amount, said.is_uncertain) == (25, False)


@pytest.mark.parametrize(
    ("codes", "standing"),
    [
        ([("1", "30")], "active"),
        ([("6", "30")], "inactive"),
        ([("1", "30"), ("6", "35")], "active"),
        ([("1", "30"), ("6", "30")], "unclear"),
        ([("1", "98")], "active"),
        ([("B", "98")], "unclear"),
        ([], "unclear"),
    ],
)
def test_standing_is_what_is_said_of_the_plan(codes, standing):
    facts = [fact(code, place, service) for place, (code, service) in enumerate(codes)]

    assert standing_of(facts, ["98", "30"]) == standing


def test_deductible_first_then_coinsurance_and_each_names_its_line():
    benefits = {
        "4": BenefitSummary(
            deductible=figure(1500, 13, "30"),
            deductible_left=figure("60.00", 14, "30"),
            coinsurance=figure("0.2", 22, "30"),
        )
    }
    item = Item("71046", 1, Decimal("210.00"), Decimal("120.00"), "4")

    outcome = estimate_of([item], benefits, ANSWER)

    assert owed(outcome) == [(60, 0, 12)]
    assert (outcome.owes, outcome.plan_pays, outcome.charged) == (72, 48, 210)
    assert [(one["words"], one["segment"]) for one in outcome.because] == [
        ("Plan discount $90.00: what our contract with the plan takes off.", 0),
        (f"Deductible $60.00 of $60.00 left: {ANSWER}, line 14 (the whole plan).", 14),
        (f"Coinsurance $12.00, 20 % of the rest: {ANSWER}, line 22 (the whole plan).", 22),
    ]


def test_one_copay_a_visit_and_none_beyond_what_is_allowed():
    benefits = {"98": BenefitSummary(copay=figure(25), deductible=figure(0, 27))}
    items = [
        Item("Z9212", 1, Decimal("20.00"), Decimal("15.00")),
        Item("Z9213", 1, Decimal("150.00"), Decimal("90.00")),
    ]

    outcome = estimate_of(items, benefits, ANSWER)

    assert owed(outcome) == [(0, 15, 0), (0, 10, 0)]
    assert outcome.because[-1]["words"] == f"Copay $25.00: {ANSWER}, line 14 (office visit)."


def test_a_deductible_is_taken_once_over_all_lines():
    left = figure("100.00", 14, "30")
    benefits = {
        "4": BenefitSummary(deductible_left=left),
        "5": BenefitSummary(deductible_left=left),
    }
    items = [
        Item("71046", 1, Decimal("80.00"), None, "4"),
        Item("80053", 1, Decimal("50.00"), None, "5"),
    ]

    assert owed(estimate_of(items, benefits, ANSWER)) == [(80, 0, 0), (20, 0, 0)]


def test_the_yearly_limit_stops_it():
    benefits = {
        "98": BenefitSummary(copay=figure(25), out_of_pocket_left=figure("10.00", 21, "30"))
    }

    outcome = estimate_of([Item("Z9213", 1, Decimal("150.00"), None)], benefits, ANSWER)

    assert outcome.owes == 10
    assert outcome.because[-1]["segment"] == 21


def test_what_is_not_covered_is_owed_whole_and_self_pay_too():
    excluded = {"35": BenefitSummary(is_excluded=True, exclusion_segment=9)}
    item = Item("D0120", 1, Decimal("80.00"), None, "35")

    assert estimate_of([item], excluded, ANSWER).owes == 80
    assert estimate_of([item], None, ANSWER).owes == 80


money = st.decimals(min_value=0, max_value=5000, places=2)
shares = st.decimals(min_value=0, max_value=1, places=2)
figures = st.none() | st.builds(Figure, money, st.integers(1, 40), st.just("98"))
summaries = st.builds(
    BenefitSummary,
    copay=figures,
    coinsurance=st.none() | st.builds(Figure, shares, st.integers(41, 60), st.just("98")),
    deductible=figures,
    deductible_left=figures,
    out_of_pocket_left=figures,
    is_excluded=st.booleans(),
)
items = st.lists(
    st.builds(
        Item,
        st.just("Z9213"),
        st.integers(1, 3),
        money,
        st.none() | money,
        st.sampled_from(["98", "5"]),
    ),
    max_size=5,
)


@given(items=items, visit=summaries, lab=summaries)
def test_nothing_is_negative_and_the_sums_hold(items, visit, lab):
    outcome = estimate_of(items, {"98": visit, "5": lab}, ANSWER)

    for line in outcome.lines:
        assert min(line.deductible, line.copay, line.coinsurance, line.plan_pays) >= 0
        assert line.deductible + line.copay + line.coinsurance + line.plan_pays == line.allowed
        assert line.allowed <= line.charged
    assert outcome.owes + outcome.plan_pays == outcome.allowed
    limits = [one.out_of_pocket_left for one in (visit, lab) if one.out_of_pocket_left]
    if limits and not (visit.is_excluded or lab.is_excluded):
        assert outcome.owes <= min(limit.amount for limit in limits)


def test_codes_fall_under_the_services_plans_speak_of():
    assert service_type_of("99213", "30") == "98"
    assert service_type_of("80053", "30") == "5"
    assert service_type_of("71046", "30") == "4"
    assert service_type_of("Z9710", "98") == "2"
    assert service_type_of("J3420", "98") == "98"


def test_codes_are_said_in_words_and_unknown_ones_as_they_came():
    assert service_words("98,30,QQ") == "office visit, the whole plan, service type QQ"
    assert reject_words("75") == "the payer does not find the subscriber"
    assert "ZZ" in reject_words("ZZ")


@pytest.mark.parametrize(
    ("asked", "today", "stale"),
    [
        (None, -10, True),
        (-20, -10, False),
        (-20, -4, False),
        (-20, -3, True),
        (-3, -2, False),
        (-2, 0, True),
        (0, 0, False),
    ],
)
def test_coverage_grows_stale_three_days_before_and_on_the_day(asked, today, stale):
    asked_on = None if asked is None else MONDAY + timedelta(days=asked)

    assert bool(why_ask(asked_on, MONDAY, MONDAY + timedelta(days=today))) is stale


def test_waits_grow_and_end():
    assert [wait_before(tries) for tries in (1, 2, 3, 4, 5)] == [
        timedelta(0),
        timedelta(seconds=90),
        timedelta(minutes=5),
        timedelta(minutes=15),
        None,
    ]
