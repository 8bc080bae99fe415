"""Until when a refused claim may be corrected where the correction goes as a first claim."""

from datetime import date

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, Deadline
from tests.billing.decisions import sent
from tests.billing.office import NOON, TODAY
from tests.billing.payer import decided, line, received, remittance

A_YEAR_ON = date(2027, 11, 16)  # from the service (42 CFR 424.44)
REFUSED = (
    line("99213", "148.00", "0", "CO-197 148.00"),
    line("93000", "66.00", "0", "CO-197 66.00"),
)


@pytest.fixture
def claim(office):
    """Ann Lee's claim to Medicare, refused four days after the visit."""
    policy = office.insured()
    with office.writing():
        office.insurer.filing_indicator = "MB"
        office.insurer.save()
        policy.subscription.member_id = "1EG4TE5MK73"
        policy.subscription.save()
    found = office.signed(policy)
    sent(office)
    received(office, remittance(decided(found.number, *REFUSED, status="4")))
    return found


def clock(office, claim):
    with office.reading():
        return Deadline.objects.get(claim=claim.pk, kind="corrected", stopped_on=None)


def test_medicare_takes_a_correction_until_a_year_after_the_service(office, claim):
    """It takes no replacement: the correction is a first claim, with the time of one."""
    assert clock(office, claim).due_on == A_YEAR_ON
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))

    assert (new.frequency, new.file_by) == ("1", A_YEAR_ON)
    assert clock(office, new).due_on == A_YEAR_ON


def test_when_that_year_is_over_a_reopening_is_left(office, claim):
    """42 CFR 405.980: within one year of the decision."""
    by = office.role("biller")
    operations.stop_clocks([claim], why="Looked at anew", at=NOON, by=by)
    with office.writing():
        old = Claim.objects.select_related("payer").get(pk=claim.pk)
        old.on = date(2025, 11, 1)
        old.save()
    operations.start_clocks("corrected", [old], from_on=TODAY, by=by)

    assert clock(office, old).due_on == date(2027, 11, 16)
    new = operations.replace_claim(old, at=NOON, by=by)
    assert new.file_by < date(2027, 1, 1)  # as a first claim it comes too late, and says so
