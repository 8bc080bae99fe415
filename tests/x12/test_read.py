"""Reading: the models hold what the message says, with its provenance."""

from datetime import date
from decimal import Decimal

import pytest

from frontdesk import x12
from tests.x12.samples import (
    ben,
    claim,
    claim_acknowledgement,
    edited,
    envelope,
    inquiry,
    line,
    remittance,
    response,
)


def one(data):
    """The only model of a message."""
    (transaction,) = x12.read(data)
    return transaction.body


def test_a_transaction_knows_its_envelope():
    (transaction,) = x12.read(x12.write(envelope(7, usage="P"), [claim()]))

    assert (transaction.set, transaction.version) == ("837", "005010X222A1")
    assert (transaction.control, transaction.group_control) == ("0001", "7")
    assert (transaction.interchange_control, transaction.usage) == ("000000007", "P")
    assert (transaction.sender, transaction.receiver) == ("OFFICE1", "PAYER9")


def test_a_transaction_can_be_cut_out_of_its_source():
    data = x12.write(envelope(), [inquiry(), inquiry(trace="SECOND")])

    first, second = x12.read(data)

    assert data[first.start : first.end].startswith(b"ST*270*0001*")
    assert data[first.start : first.end].endswith(b"SE*13*0001~")
    assert data[second.start : second.end].startswith(b"ST*270*0002*")


def test_a_benefit_knows_where_it_was_said():
    data = x12.write(envelope(), [response()])
    texts = data.decode().split("~")
    start = texts.index(next(t for t in texts if t.startswith("ST*")))

    for benefit in one(data).benefits:
        assert texts[start + benefit.segment - 1].startswith(f"EB*{benefit.code}")
        assert data[benefit.position :].startswith(f"EB*{benefit.code}".encode())


def test_offsets_hold_where_lines_end_with_a_break():
    data = x12.write(envelope(), [response()]).replace(b"~", b"~\r\n")

    for benefit in one(data).benefits:
        assert data[benefit.position :].lstrip().startswith(f"EB*{benefit.code}".encode())


def test_benefits_are_read_whole():
    active, copay, deductible, coinsurance = one(x12.write(envelope(), [response()])).benefits

    assert (active.code, active.plan_description) == ("1", "GOLD")
    assert (copay.amount, copay.in_network, copay.messages) == (Decimal(25), "Y", ("PER VISIT",))
    assert (deductible.period_qualifier, deductible.amount) == ("29", Decimal("612.5"))
    assert deductible.related[0].identifier == "77"
    assert (coinsurance.percent, coinsurance.in_network) == (Decimal("0.2"), "N")


def test_a_refused_question_says_at_which_level_and_why():
    refused = x12.Reject(level="subscriber", code="75", follow_up="C")

    found = one(x12.write(envelope(), [response(benefits=(), rejects=(refused,))]))

    assert not found.is_active
    assert [(r.level, r.code, r.follow_up) for r in found.rejects] == [("subscriber", "75", "C")]


def test_an_inquiry_about_a_dependent_names_both():
    found = one(x12.write(envelope(), [inquiry(dependent=ben(address=None))]))

    assert (found.subscriber.first, found.dependent.first) == ("ANN", "BEN")
    assert found.dependent.relationship == "19"
    assert (found.service_date, found.service_types) == (date(2026, 11, 23), ("30", "98"))


def test_a_claim_for_a_patient_names_the_subscriber_too():
    found = one(x12.write(envelope(), [claim(patient=ben())]))

    assert (found.subscriber.first, found.patient.first) == ("ANN", "BEN")
    assert found.patient.relationship == "19"


def test_a_claim_is_read_whole():
    found = one(x12.write(envelope(), [claim(references=(x12.Reference("G1", "PA1"),))]))

    assert (found.number, found.charge) == ("CLM-17", Decimal(150))
    assert found.rendering.npi == "1245319599"
    assert found.reference_value("G1") == "PA1"
    assert [(d.qualifier, d.code) for d in found.diagnoses] == [("ABK", "J069"), ("ABF", "R059")]
    assert found.lines[0].pointers == (1,)
    assert found.billing.taxonomy == "207Q00000X"


def test_claims_share_a_set_and_come_one_by_one():
    many = [claim(number=f"C{n}") for n in range(50)]
    data = x12.write(envelope(), many)

    assert [found.number for found in x12.claims(data)] == [f"C{n}" for n in range(50)]
    assert data.count(b"ST*") == 1


def test_a_remittance_is_read_whole():
    found = one(x12.write(envelope(), [remittance()]))

    (decided,) = found.claims
    (service,) = decided.lines
    assert (found.payment.amount, found.trace) == (Decimal(80), "CHK1001")
    assert (decided.number, decided.payer_control, decided.paid) == ("CLM-17", "ICN1", Decimal(80))
    assert (service.control, service.allowed, service.remarks) == ("L1", Decimal(100), ("N130",))
    assert service.service_date == date(2026, 11, 20)


def test_provider_adjustments_keep_their_reason_and_reference():
    pairs = (
        x12.ProviderAdjustment("1234567893", date(2026, 12, 31), "WO", Decimal(5), "ICN0"),
        x12.ProviderAdjustment("1234567893", date(2026, 12, 31), "L6", Decimal("-1.25")),
    )
    payment = x12.Payment(amount=Decimal("76.25"), paid_on=date(2026, 12, 1))
    data = x12.write(envelope(), [remittance(provider_adjustments=pairs, payment=payment)])

    assert data.count(b"PLB*") == 1
    assert tuple(one(data).provider_adjustments) == pairs


def test_a_claim_acknowledgement_tells_accepted_from_rejected():
    found = one(x12.write(envelope(), [claim_acknowledgement()]))

    assert [(c.number, c.is_accepted) for c in found.claims] == [
        ("CLM-17", True),
        ("CLM-18", False),
    ]
    assert found.claims[0].payer_control == "ICN1"
    assert found.batch == "BATCH7"


def test_what_no_field_holds_is_kept():
    data = x12.write(envelope(), [claim()])
    more = edited(data, "~HI*", "~K3*FREE TEXT~HI*").replace(b"SE*27", b"SE*28")

    found = one(more)

    assert [(e.loop, e.elements) for e in found.extra] == [("2300", ("K3", "FREE TEXT"))]
    assert b"K3*FREE TEXT" in x12.write(envelope(), [found])


def test_a_broken_claim_leaves_the_others():
    data = x12.write(envelope(), [claim(number="ONE"), claim(number="TWO"), claim(number="SIX")])

    (transaction,) = x12.read(edited(data, "CLM*TWO*150*", "CLM*TWO*15O*"))

    assert [body.number for body in transaction.bodies] == ["ONE", "SIX"]
    assert [error.element for error in transaction.errors if error.element] == ["CLM02"]


def test_a_lone_ta1_is_read():
    note = x12.InterchangeAcknowledgement(
        control="000000007", at=envelope().at, status="R", note="025"
    )

    (transaction,) = x12.read(x12.write(envelope(), [note]))

    assert transaction.set == "TA1"
    assert transaction.body == note
    assert not transaction.body.is_accepted


def test_something_else_is_not_x12():
    with pytest.raises(x12.NotX12):
        list(x12.read(b"Dear payer, please pay."))


def test_dates_of_a_claim_are_read():
    seen = x12.Period("454", date(2026, 11, 1))

    assert one(x12.write(envelope(), [claim(periods=(seen,))])).periods == (seen,)


def test_drugs_are_read():
    drug = x12.Drug(ndc="00002143380", quantity=Decimal("1.5"), unit="ML", prescription="RX1")

    found = one(x12.write(envelope(), [claim(lines=(line(drug=drug),))]))

    assert found.lines[0].drug == drug
