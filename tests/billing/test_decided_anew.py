"""Decisions that come again, in another order, in parts or by another way than the first time."""

from decimal import Decimal

import pytest

from frontdesk.billing.models import Claim
from tests.billing.decisions import USUAL, claim, fresh, rows, work
from tests.billing.payer import decided, line, received, remittance

__all__ = ["claim"]
REFUSED = (
    line("99213", "148.00", "0.00", "CO-45 30.00", "CO-197 118.00"),
    line("93000", "66.00", "0.00", "CO-45 10.00", "CO-197 56.00"),
)
BACK = (
    line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
    line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
)
BETTER = (
    line("99213", "148.00", "75.00", "CO-45 63.00", "PR-3 10.00"),
    line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00"),
)


def off(office):
    """The dollars that were written off by contract."""
    return office.books().get("adjustment.contractual", Decimal(0))


def test_what_is_refused_twice_is_reduced_once(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))

    assert off(office) == Decimal(40)
    assert office.standing(claim.patient) == ("0.00", "174.00", "0.00")
    assert [row.status for row in rows(office)] == ["posted", "posted"]


def test_a_refused_claim_is_paid_without_a_reversal_of_the_refusal(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    received(office, remittance(decided(claim.number, *USUAL)))

    assert work(office) == []
    assert (off(office), office.books()["bank"]) == (Decimal(104), Decimal(80))
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")
    assert fresh(office, claim).status == Claim.Status.PAID


def test_a_refusal_and_what_follows_in_one_file_are_reduced_once(office, claim):
    one = decided(claim.number, *REFUSED, status="4")
    received(office, remittance(one, decided(claim.number, *USUAL)))

    assert off(office) == Decimal(104)
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")


def test_a_refused_claim_that_is_called_a_duplicate_keeps_its_reduction(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    twice = (
        line("99213", "148.00", "0.00", "OA-18 148.00"),
        line("93000", "66.00", "0.00", "OA-18 66.00"),
    )
    received(office, remittance(decided(claim.number, *twice, status="4")))

    assert off(office) == Decimal(40)


@pytest.mark.parametrize("is_turned", [False, True], ids=["in order", "correction first"])
def test_a_reversal_and_its_correction_are_posted_in_whatever_order(office, claim, is_turned):
    received(office, remittance(decided(claim.number, *USUAL)))
    both = [decided(claim.number, *BACK, status="22"), decided(claim.number, *BETTER)]
    received(office, remittance(*(reversed(both) if is_turned else both)))

    assert work(office) == []
    assert office.books()["bank"] == Decimal(95)
    assert office.standing(claim.patient) == ("15.00", "0.00", "0.00")
    assert fresh(office, claim).status == Claim.Status.PAID
