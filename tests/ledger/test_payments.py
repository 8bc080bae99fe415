"""Taking money at the desk, and giving it back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Entry, Payment
from frontdesk.ledger.rules import Line

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = NOON.date()


def charge(clinic, patient, amount, *, visit=None, to="receivable.patient", on=TODAY, charge=None):
    """Put a charge on the books."""
    return operations.post(
        "charge",
        key=f"test:{new_key()}",
        lines=[
            Line(
                "income.services",
                to,
                Decimal(amount),
                "charge",
                patient_id=patient.pk,
                visit_id=visit,
                charge_id=charge or new_key(),
                label="Z9213 Follow-up",
                service_on=on,
            )
        ],
        on=on,
        by=clinic.anybody(),
    )


def pay(clinic, patient, amount, **more):
    """Take cash at the desk."""
    said = {"method": "cash", "kind": "balance", "key": str(new_key()), "at": NOON, **more}
    return operations.take_payment(
        patient,
        amount=Decimal(amount),
        site=clinic.site,
        by=clinic.role("receptionist"),
        **said,
    )


def balance(clinic, patient):
    with clinic.reading():
        found = queries.balance_of(patient)
    return str(found.patient_due), str(found.insurance_due), str(found.credit)


def test_a_payment_pays_the_oldest_charge_first_and_the_rest_is_credit(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "30.00")
    charge(clinic, patient, "20.00", on=TODAY.replace(month=8))

    payment = pay(clinic, patient, "60.00")

    assert payment.number == 1001
    assert balance(clinic, patient) == ("0.00", "0.00", "10.00")
    with clinic.reading():
        paid = Entry.objects.filter(payment_id=payment.pk).order_by("pk")
        assert [entry.amount for entry in paid] == [Decimal(20), Decimal(30), Decimal(10)]


def test_the_same_press_pays_once_and_returns_the_same_receipt(clinic):
    patient = clinic.patient()

    first = pay(clinic, patient, "25.00", key="pressed")
    second = pay(clinic, patient, "25.00", key="pressed")

    assert (first.pk, first.number) == (second.pk, second.number)
    assert balance(clinic, patient) == ("0.00", "0.00", "25.00")


def test_a_form_used_for_one_payment_does_not_make_another(clinic):
    patient = clinic.patient()
    pay(clinic, patient, "25.00", key="pressed")

    with pytest.raises(Refused, match="another payment"):
        pay(clinic, patient, "26.00", key="pressed")


def test_a_copay_waits_for_its_own_visit_even_when_an_older_bill_is_open(clinic):
    patient = clinic.patient()
    visit = new_key()
    charge(clinic, patient, "40.00", on=TODAY.replace(month=8))
    pay(clinic, patient, "25.00", kind="copay", visit_id=visit)

    operations.apply_credit(patient, at=NOON, by=clinic.anybody())
    assert balance(clinic, patient) == ("40.00", "0.00", "25.00")

    charge(clinic, patient, "25.00", visit=visit)
    operations.apply_credit(patient, at=NOON, by=clinic.anybody())
    assert balance(clinic, patient) == ("40.00", "0.00", "0.00")


def test_taking_a_payment_back_makes_its_charges_owed_again(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "30.00")
    payment = pay(clinic, patient, "30.00")

    reversed_ = operations.reverse_payment(
        payment, because="Check bounced", at=NOON, by=clinic.role("biller")
    )

    assert reversed_.status == Payment.Status.REVERSED
    assert balance(clinic, patient) == ("30.00", "0.00", "0.00")


def test_credit_that_was_already_used_is_pulled_back_when_its_payment_is_taken_back(clinic):
    patient = clinic.patient()
    payment = pay(clinic, patient, "30.00")
    charge(clinic, patient, "20.00")
    operations.apply_credit(patient, at=NOON, by=clinic.anybody())
    assert balance(clinic, patient) == ("0.00", "0.00", "10.00")

    operations.reverse_payment(payment, because="Wrong chart", at=NOON, by=clinic.role("biller"))

    assert balance(clinic, patient) == ("20.00", "0.00", "0.00")


def test_the_front_desk_may_take_money_and_not_give_it_back(clinic):
    payment = pay(clinic, clinic.patient(), "30.00")

    with pytest.raises(NotPermitted):
        operations.reverse_payment(
            payment, because="Asked", at=NOON, by=clinic.role("receptionist")
        )


def test_somebody_without_the_right_takes_no_payment(clinic):
    with pytest.raises(NotPermitted):
        operations.take_payment(
            clinic.patient(),
            amount=Decimal(5),
            method="cash",
            kind="copay",
            site=clinic.site,
            key="k",
            at=NOON,
            by=clinic.role("assistant"),
        )


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"amount": "0.00"}, "above zero"),
        ({"amount": "-5.00"}, "above zero"),
        ({"method": "check"}, "number of the check"),
        ({"method": "card", "reference": "4242424242424242"}, "last four"),
        ({"method": "card", "reference": "4242"}, "approval code"),
    ],
)
def test_a_payment_that_cannot_be_right_is_refused_in_words(clinic, said, refusal):
    said = {"amount": "5.00", **said}

    with pytest.raises(Refused, match=refusal):
        pay(clinic, clinic.patient(), said.pop("amount"), **said)


def test_writing_off_more_than_is_owed_is_refused(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "4.00")
    by = clinic.role("biller")

    with pytest.raises(Refused, match="more than is owed"):
        operations.write_off(patient, Decimal(5), because="Small", at=NOON, by=by)
    operations.write_off(patient, Decimal(4), because="Small balance", at=NOON, by=by)

    assert balance(clinic, patient) == ("0.00", "0.00", "0.00")
