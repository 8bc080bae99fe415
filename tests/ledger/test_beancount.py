"""The export is accepted by beancount and tells the same balances."""

import io
from decimal import Decimal

import pytest
from beancount import loader
from beancount.core import realization

from frontdesk.cli.books import export
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.exchange.beancount import account_name
from frontdesk.ledger.rules import Line
from tests.ledger.test_payments import NOON, TODAY, charge, pay


def exported(clinic):
    out = io.StringIO()
    export(out, practice_id=clinic.practice.pk)
    return out.getvalue()


def test_bean_check_accepts_the_books_and_finds_the_same_balances(clinic):
    patient = clinic.patient()
    charge(clinic, patient, "148.00", to="receivable.insurance", charge=(key := new_key()))
    moves = (
        ("bank", "55.00"),
        ("adjustment.contractual", "68.00"),
        ("receivable.patient", "25.00"),
    )
    operations.post(
        "remittance",
        key="era",
        lines=[
            Line(
                "receivable.insurance",
                target,
                Decimal(amount),
                "payment",
                patient_id=patient.pk,
                charge_id=key,
            )
            for target, amount in moves
        ],
        on=TODAY,
        memo='A "quoted" payer',
        by=clinic.anybody(),
    )
    payment = pay(clinic, patient, "40.00")
    operations.reverse_payment(payment, because="Wrong", at=NOON, by=clinic.anybody())

    text = exported(clinic)

    entries, errors, _ = loader.load_string(text)
    assert errors == []
    real = realization.realize(entries)
    with clinic.reading():
        ours = queries.trial_balance()
    for found in ours:
        account = realization.get(real, account_name(found.code, found.kind))
        theirs = account.balance.get_currency_units("USD").number or Decimal(0)
        assert theirs == found.balance, found.code


def test_no_patient_is_named_in_it(clinic):
    patient = clinic.patient("Zebulon", "Quirk")
    charge(clinic, patient, "20.00")
    pay(clinic, patient, "20.00")

    text = exported(clinic)

    assert "Receipt 1001" in text
    assert "Quirk" not in text
    assert "Zebulon" not in text


def test_an_edited_amount_is_caught(clinic):
    pay(clinic, clinic.patient(), "20.00")

    text = exported(clinic).replace("         20.00 USD", "         21.00 USD", 1)

    assert loader.load_string(text)[1]


def test_of_several_practices_one_must_be_named(clinic, other):
    with pytest.raises(LookupError):
        export(io.StringIO())
