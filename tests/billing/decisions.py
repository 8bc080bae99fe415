"""Ann Lee's claim as it was sent, the usual decision on it, and what it left."""

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, RemittanceClaim
from frontdesk.ledger.models import Entry
from frontdesk.staff.models import WorkItem
from tests.billing.office import NOON
from tests.billing.payer import line

USUAL = (
    line("99213", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00"),
    line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00"),
)


@pytest.fixture
def claim(office):
    """Ann Lee's claim of $214, sent."""
    office.insurance = office.insured()
    found = office.signed(office.insurance)
    sent(office)
    return fresh(office, found)


def sent(office):
    exchange = operations.queue_batch(at=NOON, by=office.role("biller"))
    operations.note_sent(exchange, at=NOON, by=office.role("biller"))
    return exchange


def fresh(office, claim):
    with office.reading():
        return Claim.objects.select_related("patient").get(pk=claim.pk)


def work(office):
    with office.reading():
        return sorted(WorkItem.objects.filter(status="open").values_list("kind", flat=True))


def rows(office):
    with office.reading():
        return list(RemittanceClaim.objects.order_by("pk"))


def moved(office):
    """What the remittances moved: (from, to, reason) and dollars."""
    with office.reading():
        found = Entry.objects.filter(posting__kind="remittance").select_related("source", "target")
        return sorted(
            (one.source.code, one.target.code, one.reason, str(one.amount)) for one in found
        )
