"""The demo shows patients' money alive: plans, refunds that wait, a returned check."""

from datetime import timedelta
from decimal import Decimal

from frontdesk.core.clock import now, today
from frontdesk.core.keys import new_key
from frontdesk.demo import card_money, paying
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import CardDispute, Payment, Plan, Refund, ReturnedPayment
from frontdesk.people.models import Guarantor
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


def test_the_demo_shows_a_familys_payment_and_a_disputed_card(clinic):
    with clinic.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee")
    for name in ("Rosa", "Ben"):
        charge(clinic, clinic.patient(name, guarantor=rosa), "40.00")
    operations.take_payment(
        clinic.patient("Ann"), amount=Decimal(30), method="card", kind="balance", reference="4242",
        approval="A1", site=clinic.site, key=str(new_key()), at=now() - timedelta(days=20),
        by=clinic.anybody(),
    )  # fmt: skip

    card_money.live_cards(clinic.practice.pk)

    with clinic.reading():
        together = Payment.objects.exclude(together=None)
        assert [payment.amount for payment in together] == [Decimal(40), Decimal(40)]
        dispute = CardDispute.objects.get()
        assert (dispute.status, dispute.fee) == ("open", card_money.DISPUTED_FEE)
    tied(clinic)
