"""Writing: strict, exact, and never with a value in a refusal."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from frontdesk import x12
from frontdesk.x12.bind.draft import Assembler, Draft, decimal_text
from frontdesk.x12.models.envelope import Delimiters
from frontdesk.x12.schema import find
from tests.x12.samples import (
    adjudicated,
    ann,
    ben,
    claim,
    claim_acknowledgement,
    clinic,
    envelope,
    errors,
    inquiry,
    line,
    remittance,
    response,
)
from tests.x12.samples_reviews import (
    authorization_request,
    authorization_response,
    status_inquiry,
    status_response,
)

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = {
    "270": inquiry(),
    "270_dependent": inquiry(dependent=ben(address=None)),
    "271": response(),
    "276": status_inquiry(),
    "277": status_response(),
    "277ca": claim_acknowledgement(),
    "278_request": authorization_request(),
    "278_response": authorization_response(),
    "835": remittance(),
    "837p": claim(),
    "837p_dependent": claim(patient=ben()),
    "999": x12.FunctionalAcknowledgement(
        group="HC",
        control="1",
        version="005010X222A1",
        included=1,
        received=1,
        accepted=1,
        transactions=(x12.TransactionNote(set="837", control="0001", version="005010X222A1"),),
    ),
    "ta1": x12.InterchangeAcknowledgement(control="000000001", at=envelope().at),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_bytes_of_each_message_are_these(name):
    path = GOLDEN / f"{name}.edi"
    data = x12.write(envelope(), [SAMPLES[name]]).replace(b"~", b"~\n")
    if os.environ.get("FRONTDESK_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        path.write_bytes(data)

    assert path.read_bytes() == data


def test_two_writes_of_the_same_are_the_same():
    assert x12.write(envelope(), [claim()]) == x12.write(envelope(), [claim()])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("150", "150"),
        ("150.00", "150"),
        ("150.50", "150.5"),
        ("0.00", "0"),
        ("-0", "0"),
        ("-12.30", "-12.3"),
        ("1E+3", "1000"),
        ("0.05", "0.05"),
    ],
)
def test_dollars_are_written_exactly(value, text):
    assert decimal_text(Decimal(value)) == text


def test_claims_of_one_provider_and_subscriber_share_their_levels():
    data = x12.write(envelope(), [claim(number="A"), claim(number="B")])

    assert data.count(b"HL*") == 2
    assert data.count(b"CLM*") == 2


def test_claims_of_other_subscribers_have_levels_of_their_own():
    other = ann(first="EVA", identifier="W2")
    data = x12.write(envelope(), [claim(number="A"), claim(number="B", subscriber=other)])

    assert data.count(b"HL*") == 3


def test_a_dependent_stands_below_the_subscriber():
    data = x12.write(envelope(), [claim(patient=ben())])

    assert b"HL*1**20*1~" in data
    assert b"HL*2*1*22*1~" in data
    assert b"HL*3*2*23*0~" in data
    assert b"SBR*P********CI" in data


def test_sets_are_numbered_from_where_the_caller_says():
    data = x12.write(envelope(), [inquiry(), inquiry()], transaction_control=41)

    assert b"ST*270*0041*" in data
    assert b"SE*13*0042~" in data


def test_an_open_reference_and_moment_are_those_of_the_envelope():
    data = x12.write(envelope(12), [claim()])

    assert b"BHT*0019*00*12-0001*20261123*0930*CH~" in data


@pytest.mark.parametrize(
    ("body", "code", "element"),
    [
        (claim(charge=Decimal(151)), "balance-claim-charge", "CLM02"),
        (claim(frequency="7"), "original-reference", "CLM05-3"),
        (claim(lines=(line(pointers=(4,)),)), "diagnosis-pointer", "SV107"),
        (claim(billing=clinic(identifier="1234567890")), "npi-check-digit", "NM109"),
        (claim(billing=clinic(references=())), "segment-missing", ""),
        (claim(subscriber=ann(identifier="")), "element-missing", "NM109"),
        (claim(assignment="Q"), "element-code", "CLM07"),
        (claim(number="X" * 39), "element-long", "CLM01"),
        (remittance(claims=(adjudicated(paid=Decimal(81)),)), "balance-claim", "CLP04"),
        (remittance(trace=""), "element-missing", "TRN02"),
        (inquiry(service_types=("ZQ",)), "element-code", "EQ01"),
    ],
)
def test_what_would_not_be_valid_is_refused_with_its_place(body, code, element):
    with pytest.raises(x12.Unwritable) as refused:
        x12.write(envelope(), [body])

    assert (code, element) in [(d.code, d.element) for d in refused.value.defects]
    assert "LEE" not in str(refused.value)


@pytest.mark.parametrize("name", ["LEE*ANN", "LEE~", "LEE:", "LEE^", "L\x07E", "李"])
def test_a_value_that_cannot_be_sent_is_refused_without_being_told(name):
    with pytest.raises(x12.Unwritable, match="NM103") as refused:
        x12.write(envelope(), [claim(subscriber=ann(name=name))])

    assert name not in str(refused.value)


@pytest.mark.parametrize(("name", "sent"), [("MUÑOZ", "MUNOZ"), ("O’NEIL", "O'NEIL")])
def test_accents_are_written_plainly(name, sent):
    data = x12.write(envelope(), [claim(subscriber=ann(name=name))])

    assert f"NM1*IL*1*{sent}*ANN".encode() in data


def test_an_address_where_it_has_no_place_is_left_out():
    receiver = x12.Party(name="CH", id_qualifier="46", identifier="CH1", address=ann().address)

    data = x12.write(envelope(), [claim(receiver=receiver)])

    assert data.count(b"N3*") == 2


def test_one_message_holds_models_of_one_kind():
    with pytest.raises(x12.Unwritable, match="one kind"):
        x12.write(envelope(), [claim(), remittance()])


def test_there_must_be_something_to_write():
    with pytest.raises(x12.Unwritable, match="nothing"):
        x12.write(envelope(), [])


@pytest.mark.parametrize("changes", [{"sender": ""}, {"sender": "X" * 16}, {"control": 0}])
def test_an_envelope_that_cannot_be_written_is_refused(changes):
    with pytest.raises(x12.Unwritable):
        x12.write(envelope(**{"control": 1, **changes}), [claim()])


def test_a_remittance_needs_a_technical_contact():
    body = remittance()
    body.payer.contacts = ()

    with pytest.raises(x12.Unwritable, match="technical contact"):
        x12.write(envelope(), [body])


def test_reductions_of_one_group_share_a_segment_up_to_six():
    reductions = tuple(x12.Adjustment("CO", str(n), Decimal(1)) for n in range(1, 9))
    decided = adjudicated(
        paid=Decimal(142),
        patient_responsibility=None,
        lines=(
            x12.RemittanceLine(
                procedure=x12.Procedure(code="99213"),
                charge=Decimal(150),
                paid=Decimal(142),
                periods=(x12.Period("472", date(2026, 11, 20)),),
                adjustments=reductions,
            ),
        ),
    )
    payment = x12.Payment(amount=Decimal(142), paid_on=date(2026, 12, 1))

    data = x12.write(envelope(), [remittance(claims=(decided,), payment=payment)])

    assert data.count(b"CAS*CO") == 2
    assert errors(x12.check(data)) == []


def test_what_is_said_again_is_written_as_before_and_refused_as_before():
    writer = Assembler(find("837", "005010X222A1"), Delimiters())

    def text(value):
        draft = Draft("")
        draft.add("BHT", "0019", value)
        return writer.texts(draft)[0]

    amounts = (Decimal("1.50"), Decimal("1.5"), Decimal(2), 2, "2", Decimal("-0.00"), 0)
    written = [text(amount) for amount in amounts]

    assert written == [f"BHT*0019*{said}" for said in ("1.5", "1.5", "2", "2", "2", "0", "0")]
    assert {text(("A", "B")) for _ in range(2)} == {"BHT*0019*A:B"}
    assert {text(["A", "B"]) for _ in range(2)} == {"BHT*0019*A^B"}
    for _ in range(2):
        with pytest.raises(x12.Unwritable):
            text("A~B")
