"""A signed superbill becomes charges and a claim; opened again, they are taken back."""

from decimal import Decimal

from frontdesk.billing import operations
from frontdesk.billing.models import Charge, Claim
from frontdesk.ledger import operations as ledger
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations as visits
from tests.billing.office import NOON


def reopened(office, bill):
    return visits.reopen_superbill(bill, because="A code is missing", at=NOON, by=office.anybody())


def test_a_signed_superbill_bills_the_plan_chosen_at_check_in(office):
    policy = office.insured()

    claim = office.signed(policy)

    assert claim.findings == [] or all(f["severity"] == "warn" for f in claim.findings)
    assert claim.status == Claim.Status.READY
    assert (claim.total, claim.number, claim.frequency) == (Decimal(214), "88001", "1")
    assert claim.diagnoses == ["E11.9", "I10"]
    assert office.standing(policy.patient) == ("0.00", "214.00", "0.00")


def test_without_a_plan_the_patient_owes_at_once_and_credit_pays(office):
    bill = office.seen(patient=office.patient())
    patient = bill.visit.patient
    ledger.take_payment(
        patient,
        amount=Decimal(50),
        method="cash",
        kind="prepayment",
        site=office.site,
        key="k",
        at=NOON,
        by=office.anybody(),
    )

    claim = office.sign(bill)

    assert claim is None
    assert office.standing(patient) == ("164.00", "0.00", "0.00")


def test_signing_twice_charges_once(office):
    policy = office.insured()
    bill = office.seen(policy)
    office.sign(bill)

    operations.charge_visit(bill, at=NOON, by=office.anybody())

    with office.reading():
        assert Charge.objects.count() == 2
        assert Claim.objects.count() == 1
    assert office.standing(policy.patient) == ("0.00", "214.00", "0.00")


def test_a_service_given_for_free_is_a_charge_but_not_on_the_claim(office):
    lines = (("99213", "148.00", "A"), ("90480", "0.00", "A"))

    bill = office.seen(office.insured(), lines=lines)

    operations.charge_visit(bill, at=NOON, by=office.anybody())

    claim = office.newest_claim(bill.visit)
    with office.reading():
        assert Charge.objects.count() == 2
        assert [line.charge.code for line in claim.lines.all()] == ["99213"]


def test_opening_it_again_takes_charges_back_and_voids_a_claim_nobody_has(office):
    policy = office.insured()
    bill = office.seen(policy)
    first = office.sign(bill)

    reopened(office, bill)

    assert office.standing(policy.patient) == ("0.00", "0.00", "0.00")
    with office.reading():
        first.refresh_from_db()
        assert first.status == Claim.Status.VOIDED
    again = office.sign(bill)
    assert again.pk != first.pk
    assert again.frequency == "1"
    assert office.standing(policy.patient) == ("0.00", "214.00", "0.00")


def test_a_claim_that_was_sent_is_replaced_when_the_superbill_is_signed_anew(office):
    policy = office.insured()
    bill = office.seen(policy)
    first = office.sign(bill)
    operations.queue_batch(at=NOON, by=office.role("biller"))

    reopened(office, bill)
    with office.reading():
        assert WorkItem.objects.filter(kind="billing.correct_claim", status="open").count() == 1
    second = office.sign(bill)

    assert (second.frequency, second.replaces_id) == ("7", first.pk)
    assert second.status == Claim.Status.HELD  # the payer's number is not known yet
    assert "claim.replaces" in [finding["rule"] for finding in second.findings]
    with office.reading():
        assert not WorkItem.objects.filter(kind="billing.correct_claim", status="open").exists()


def test_another_practice_sees_no_claim(office, other):
    office.signed(office.insured())

    with other.reading():
        assert not Claim.objects.exists()
        assert not Charge.objects.exists()
