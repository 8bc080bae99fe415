"""The demo's payers decide claims that wait, and its bank tells of some of the payments."""

from frontdesk.billing import operations
from frontdesk.billing.models import BankLine, Remittance, RemittanceClaim
from frontdesk.demo import remitting
from tests.billing.office import NOON


def test_the_demo_has_something_on_every_list(office):
    for place in range(8):
        policy = office.insured(f"Ann{place}")
        office.signed(policy)
    exchange = operations.queue_batch(at=NOON, by=office.anybody())
    operations.note_sent(exchange, at=NOON, by=office.anybody())

    remitting.live_remittances(office.practice.pk)

    with office.reading():
        made = Remittance.objects.get()
        rows = list(RemittanceClaim.objects.order_by("place").values_list("status", flat=True))
        lines = list(BankLine.objects.values_list("status", flat=True))
    assert made.status == Remittance.Status.PARTLY
    assert rows.count("posted") == 7
    assert rows[4] == "person"
    assert lines == ["open"]
    assert office.books()["bank"] > 0
