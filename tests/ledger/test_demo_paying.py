"""The demo shows patients' money alive: plans, refunds that wait, a returned check."""

from decimal import Decimal

from frontdesk.core.clock import now, today
from frontdesk.core.keys import new_key
from frontdesk.demo import paying
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Plan, Refund, ReturnedPayment
from tests.ledger.test_payments import charge
from tests.ledger.test_plans import tied


def test_the_demo_shows_plans_refunds_and_a_returned_check(clinic):
    on = today(clinic.site)
    for number in range(10):
        patient = clinic.patient(f"P{number}")
        charge(clinic, patient, f"{120 + number}.00", on=on)
    operations.take_payment(
        patient, amount=Decimal(5), method="check", kind="balance", reference="9",
        site=clinic.site, key=str(new_key()), at=now(), by=clinic.anybody(),
    )  # fmt: skip

    paying.live_paying(clinic.practice.pk)

    with clinic.reading():
        assert set(Plan.objects.values_list("status", flat=True)) == {"active", "paused"}
        assert Plan.objects.count() == paying.PLANS
        assert sorted(Refund.objects.values_list("status", flat=True)) == ["approved", "proposed"]
        assert ReturnedPayment.objects.count() == 1
        assert queries.crediting.credit_rows(on=on)
    tied(clinic)
