"""What is coming in: by value from made-up habits, from the books, and how well it was foretold."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.reports.queries.receipts import receipts
from frontdesk.reports.rules.receipts import (
    Looked,
    Patients,
    Sent,
    ahead,
    error,
    habits,
    patients_habit,
)
from tests.billing.conftest import office
from tests.billing.decisions import USUAL, claim
from tests.billing.payer import PAID_ON, decided, received, remittance

__all__ = ["claim", "office"]

ON = date(2026, 11, 20)
ACME, SLOW = UUID(int=1), UUID(int=2)
NOBODY = Patients(Decimal(0), Decimal(0), Decimal(0))


def day(weeks, days=0):
    return ON - timedelta(weeks=weeks, days=days)


def group(sent, decided_on, charged=100, paid=40, count=10, payer=ACME):
    some = charged if paid else 0
    return Sent(payer, sent, decided_on, count, Decimal(charged), Decimal(paid), Decimal(some))


def past(payer=ACME, lag=2, weeks=26, **more):
    """Every week ten claims, decided so many weeks later."""
    return [
        group(day(back), day(back - lag) if back > lag else None, payer=payer, **more)
        for back in range(1, weeks)
    ]


def test_a_payers_claims_come_when_it_decided_such_claims_before_for_what_it_paid():
    sent = past(lag=2)
    found = ahead(sent, NOBODY, ON, weeks=5)

    # In hand: those sent one and two weeks ago ($100 each), of which $40 is paid.
    [row] = found.rows
    assert (row.waiting, row.count, row.comes) == (200, 20, 80)
    assert (row.habit.chance, row.habit.share, row.habit.half_by) == (1, Decimal("0.4"), 14)
    assert found.payers[:2] == [40, 40]
    assert sum(found.payers[2:]) > 0  # what will be billed in the weeks to come


@pytest.mark.parametrize("age", [3, 10, 13])
def test_the_days_that_a_claim_has_waited_count(age):
    sent = [*past(lag=2), group(ON - timedelta(days=age), None, payer=ACME)]
    one = ahead(sent, NOBODY, ON, weeks=3).rows[0]

    assert one.soon == 120  # the two of before, and this one as soon as it has waited 14 days
    assert one.habit.decided_within(age, 14 - age) == 0
    assert one.habit.decided_within(age, 15 - age) == 1


def test_chance_and_share_are_by_dollars_and_multiply_to_what_was_paid():
    paid, refused = past(paid=30), past(paid=0)
    _known, usual = habits([*paid, *refused], ON)

    assert (usual.chance, usual.share, usual.pays) == (
        Decimal("0.5"),
        Decimal("0.3"),
        Decimal("0.15"),
    )


def test_a_payer_with_few_decisions_counts_as_the_average_one():
    stranger = [group(day(1), None, payer=SLOW)]
    known, usual = habits([*past(), *stranger], ON)

    assert known[SLOW] is usual


def test_patients_pay_the_share_that_they_paid_before():
    found = patients_habit([Decimal(1000)] * 13, [Decimal(100)] * 12)

    assert (found.owed, found.due, found.share) == (1000, 100, Decimal("0.1"))
    assert ahead([], found, ON, weeks=3).patients == [100, 100, 100]


def test_the_miss_is_of_what_came():
    weeks = [
        Looked(ON, Decimal(80), Decimal(20), Decimal(90), Decimal(50)),
        Looked(ON, Decimal(100), Decimal(0), Decimal(110), Decimal(100)),
    ]
    assert (error(weeks), error(weeks, usual=True)) == (Decimal("0.1"), Decimal("0.25"))
    assert error([]) is None


days = st.integers(0, 180).map(lambda back: ON - timedelta(days=back))
groups = st.builds(
    lambda sent, later, charged, part, waits: group(
        sent,
        None if waits else sent + timedelta(days=later),
        charged=charged,
        paid=charged * part // 100,
    ),
    days,
    st.integers(0, 90),
    st.integers(1, 10_000),
    st.integers(0, 100),
    st.booleans(),
)


@given(st.lists(groups, max_size=30))
def test_no_more_comes_of_what_is_in_hand_than_was_charged(sent):
    found = ahead(sent, NOBODY, ON)

    for row in found.rows:
        assert 0 <= row.soon <= row.comes <= row.waiting
    assert all(amount >= 0 for amount in found.payers)


def test_it_is_read_from_claims_remittances_and_the_books(office, claim, client):
    received(office, remittance(decided(claim.number, *USUAL)))
    after = PAID_ON + timedelta(days=1)
    with office.reading():
        found = receipts(after)

    assert found.past[-1].payers == 80
    assert found.past[-1].first == after - timedelta(days=7)
    client.force_login(office.member("manager").user)
    page = client.get(reverse("reports:coming"))
    assert page.status_code == 200
    assert "Claims in flight, by payer" in page.text


@pytest.mark.parametrize("role", ["receptionist", "provider"])
def test_only_who_sees_the_books_sees_it(office, client, role):
    client.force_login(office.member(role).user)
    assert client.get(reverse("reports:coming")).status_code == 403
