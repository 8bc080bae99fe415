"""The demo's payers refuse, the biller appeals, and a first plan sends a claim on."""

from datetime import timedelta

from frontdesk.billing import operations
from frontdesk.billing.models import Appeal, Claim, Denial
from frontdesk.core.clock import now
from frontdesk.demo import denials
from tests.billing.office import NOON


def test_the_demo_has_denials_in_every_state_and_a_claim_that_was_sent_on(office):
    made = [office.signed(office.insured(f"Ann{place}")) for place in range(14)]
    two = office.insured("Two")
    office.second_plan(two)
    later = office.signed(two)
    exchange = operations.queue_batch(at=NOON, by=office.anybody())
    operations.note_sent(exchange, at=NOON, by=office.anybody())
    with office.writing():
        for claim in Claim.objects.filter(pk__in=[one.pk for one in made]):
            claim.status = Claim.Status.DENIED  # as the demo's past has them
            claim.on = (now() - timedelta(days=40)).date()
            claim.save()

    denials.live_denials(office.practice.pk)

    with office.reading():
        states = set(Denial.objects.values_list("status", flat=True))
        answers = set(Appeal.objects.values_list("status", flat=True))
        asked = Denial.objects.exclude(asked_by="").count()
        sent_on = Claim.objects.get(crossed_over=True)
    assert {"new", "won", "lost", "appeal1"} <= states
    assert {"won", "lost", "sent", "draft"} <= answers
    assert (sent_on.level, sent_on.visit_id) == (2, later.visit_id)
    assert asked == 1
    assert "adjustment.writeoff" not in office.books()
