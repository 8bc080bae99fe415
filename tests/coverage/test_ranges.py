"""Estimates with a range: claims in flight, second plans, past errors; and what they promise."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import now
from frontdesk.coverage import operations, queries
from frontdesk.coverage.rules import (
    Accuracy,
    BenefitSummary,
    Figure,
    Flight,
    Item,
    Off,
    Second,
    accuracy_of,
    ranged,
)
from frontdesk.coverage.rules import worth as worth_of
from tests.coverage.asking import TODAY, ask

ANSWER = "plan's answer of Nov 23"
cents = st.integers(0, 300_000).map(lambda n: Decimal(n).scaleb(-2))


def dollars(text, segment=1, **more):
    return Figure(Decimal(text), segment, "30", **more)


def said(**more):
    return {"98": BenefitSummary(**more)}


def one(allowed="100.00", charged="150.00"):
    return [Item("99213", 1, Decimal(charged), Decimal(allowed))]


@given(
    charged=cents, share=st.integers(0, 100), copay=cents, deductible=cents, limit=cents,
    flight=cents, errors=st.lists(st.integers(-90_000, 90_000), min_size=20, max_size=40),
    second=st.sampled_from(["none", "silent", "pays"]),
)  # fmt: skip
def test_the_likeliest_lies_between_least_and_most_and_nothing_is_lost(
    charged, share, copay, deductible, limit, flight, errors, second
):
    items = [Item("99213", 1, charged, (charged * 3 / 4).quantize(Decimal("0.01")))]
    benefits = said(
        copay=Figure(copay, 1, "98", least=copay / 2, most=copay * 2),
        coinsurance=Figure(Decimal(share) / 100, 2, "98"),
        deductible=Figure(Decimal(3000), 3, "30"),
        deductible_left=Figure(deductible, 4, "30"),
        out_of_pocket_left=Figure(limit, 5, "30"),
    )
    told = accuracy_of([Off(Decimal(error).scaleb(-2), True) for error in errors])
    behind = {
        "none": None,
        "silent": Second("Two", items, None, ANSWER),
        "pays": Second("Two", items, said(copay=dollars("10.00")), ANSWER),
    }[second]

    found = ranged(
        items, benefits, ANSWER, flight=Flight(1, flight, flight), second=behind, accuracy=told
    )

    assert 0 <= found.low <= found.owes <= found.high <= max(charged, found.owes)
    assert found.outcome.plan_pays + found.second + found.owes == found.outcome.allowed
    assert all(paid >= 0 for paid in found.second_pays)


def test_claims_in_flight_use_the_deductible_first_and_the_range_says_both():
    benefits = said(
        deductible=dollars("1500.00", 3), deductible_left=dollars("80.00", 4),
        coinsurance=dollars("0.20", 5),
    )  # fmt: skip

    alone = ranged(one(), benefits, ANSWER)
    racing = ranged(one(), benefits, ANSWER, flight=Flight(2, Decimal(60), Decimal(60)))

    assert (alone.low, alone.owes, alone.high) == (84, 84, 84)
    assert (racing.low, racing.owes, racing.high) == (36, 36, 84)
    assert any("2 claims not decided yet" in str(line["words"]) for line in racing.outcome.because)


def test_several_copays_are_a_range_not_a_guess():
    benefits = said(copay=dollars("25.00", least=Decimal(25), most=Decimal(50)))

    found = ranged(one(), benefits, ANSWER)

    assert (found.low, found.owes, found.high) == (25, 25, 50)


def test_a_second_plan_pays_at_most_what_is_left_and_silence_opens_the_range():
    first = said(coinsurance=dollars("0.50"))
    pays = Second("Two", one(), said(coinsurance=dollars("0.20")), ANSWER)
    silent = Second("Two", one(), None, ANSWER)

    both, unknown = (
        ranged(one(), first, ANSWER, second=pays),
        ranged(one(), first, ANSWER, second=silent),
    )

    assert (both.outcome.owes, both.second, both.owes) == (50, 50, 0)
    assert (unknown.low, unknown.owes, unknown.high) == (0, 50, 50)


def test_past_errors_widen_the_range_once_there_are_enough():
    few = accuracy_of([Off(Decimal(10), False)] * 19)
    many = accuracy_of([Off(Decimal(error), True) for error in range(-10, 31, 2)])

    benefits = said(copay=dollars("25.00"))
    narrow = ranged(one(), benefits, ANSWER, accuracy=few)
    wide = ranged(one(), benefits, ANSWER, accuracy=many)

    assert (narrow.low, narrow.high) == (25, 25)
    assert (wide.low, wide.owes, wide.high) == (19, 25, 51)


def test_accuracy_is_told_by_value():
    told = accuracy_of([Off(Decimal(error), error < 10) for error in (-20, -5, 0, 5, 30)])

    assert told == Accuracy(5, Decimal(5), Decimal(0), Decimal("0.8"), Decimal(-20), Decimal(30))
    assert accuracy_of([]) is None


def test_dollars_count_more_the_nearer_the_visit():
    assert worth_of(Decimal(300), 0) == 300
    assert worth_of(Decimal(300), 2) == 100
    assert worth_of(Decimal(300), -4) == 300
    assert worth_of(Decimal(0), 9) == 0


def test_a_claim_in_flight_lowers_the_next_estimate_until_it_is_decided(clinic, policy, sandbox):
    by, at = clinic.anybody(), now()
    ask(clinic, policy)
    with clinic.reading():
        held = queries.policies().get(pk=policy.pk)
    claim = uuid4()

    def flight():
        with clinic.reading():
            return queries.flight_of(held, TODAY)

    for _ in range(2):
        operations.note_in_flight(
            held, claim_id=claim, service_on=TODAY, deductible=Decimal(90), owes=Decimal(95),
            at=at, by=by,
        )  # fmt: skip
    assert flight() == Flight(1, Decimal(90), Decimal(95))

    decided = operations.Decided(
        claim_id=claim, service_on=TODAY, expected_allowed=Decimal(100), expected_owes=Decimal(95),
        low=Decimal(90), high=Decimal(100), allowed=Decimal(110), owes=Decimal(98),
    )  # fmt: skip
    for _ in range(2):
        operations.note_decided(held, decided, at=at, by=by)

    assert flight() == Flight()
    with clinic.reading():
        told = queries.accuracy_for(held.subscription.plan.payer_id, at + timedelta(minutes=1))
        [row] = queries.accuracies(at + timedelta(minutes=1))
    assert (told.count, told.typical, told.within) == (1, 3, 1)
    assert (row.expected, row.owed) == (95, 98)
