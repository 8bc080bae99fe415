"""Authorizations (278) and claim status (276, 277): read, written, judged, answered."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given

from frontdesk import x12
from frontdesk.x12.writing import compose
from tests.x12 import strategies as some
from tests.x12 import strategies_reviews as more
from tests.x12.samples import AT, ben, edited, envelope, errors, recounted
from tests.x12.samples_reviews import (
    authorization_request,
    authorization_response,
    status_inquiry,
    status_response,
)
from tests.x12.test_roundtrip import bodies, content

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SAMPLES = (authorization_request, authorization_response, status_inquiry, status_response)
# The examples of the guide as others have typed them in, and what is wrong with those that
# are not valid: nobody else's validator knows this guide, so each was looked at by hand.
DEFECTS_OF_THE_278_EXAMPLES = {
    "emb0": set(),
    "emb1": {"se-count"},
    "emb2": set(),
    "emb3": set(),
    "emb4": set(),
    "emb5": set(),
    "emb6": set(),
    "emb7": {"se-count"},
    "emb8": set(),
    "emb9": {"hierarchy-child"},  # a service hangs on the service before it
    "emb10": set(),
    "emb11": set(),
}


@pytest.mark.parametrize("make", SAMPLES, ids=lambda make: make.__name__)
def test_a_sample_comes_back_byte_for_byte(make):
    data = x12.write(envelope(), [make()])

    assert content(bodies(data)) == content([make()])
    assert x12.write(envelope(), bodies(data)) == data


@some.single
@given(models=more.reviews_and_statuses())
def test_models_and_bytes_come_back_as_they_were(models):
    data = x12.write(envelope(), models)

    assert content(bodies(data)) == content(models)
    assert x12.write(envelope(), bodies(data)) == data


def test_a_request_is_laid_out_level_by_level():
    text = x12.write(envelope(), [authorization_request()]).decode()

    assert "~ST*278*0001*005010X217~BHT*0007*13*R17*20261123*0930~HL*1**20*1~NM1*X3*2*" in text
    assert "~HL*4*3*EV*1~TRN*1*AUTH17*9123456789~UM*HS*I*1*11:B*****Y~" in text
    assert "~HI*ABK:M5450:D8:20261101*ABF:R519~HSD*VS*10~PWK*OB*EL***AC*DOC1~" in text
    assert "~HL*5*4*SS*0~DTP*472*RD8*20261201-20270131~SV1*HC:97110:GP*85.5*UN*10***1~" in text


def test_an_answer_says_what_may_be_done():
    (answer,) = bodies(x12.write(envelope(), [authorization_response()]))
    therapy, scan = answer.services

    assert (answer.number, answer.is_certified) == ("CERT88", True)
    assert (answer.effective.start, answer.effective.end) == (date(2026, 12, 1), date(2027, 1, 31))
    assert (therapy.decision.is_certified, therapy.units) == (True, Decimal(8))
    assert (scan.decision.is_pended, scan.decision.reasons) == (True, ("0U", "1D"))
    assert (answer.trace, answer.payer_traces) == ("AUTH17", (("EH-1", "1999999999"),))


def test_without_a_decision_on_the_event_every_service_must_be_certified():
    mixed = authorization_response(decision=None)
    certified = authorization_response(decision=None, services=mixed.services[:1])

    assert mixed.is_certified is False
    assert certified.is_certified is True
    assert authorization_response(decision=None, services=()).is_certified is False
    assert certified.number == "CERT88-1"


def test_a_dependent_is_asked_about_below_the_subscriber():
    child = ben(entity="QC", relationship="19", address=None)
    data = x12.write(envelope(), [authorization_request(dependent=child)])
    (request,) = bodies(data)

    assert b"~HL*4*3*23*1~NM1*QC*1*LEE*BEN~DMG*D8*20150302*M~INS*N*19~HL*5*4*EV*1~" in data
    assert request.patient.first == "BEN"


def test_a_refused_request_is_an_answer_without_an_event():
    refusal = x12.Reject(level="payer", code="42", follow_up="R")
    whole = authorization_response(
        requester=None,
        subscriber=None,
        rejects=(refusal,),
        trace="",
        trace_origin="",
        payer_traces=(),
        review=None,
        decision=None,
        periods=(),
        diagnoses=(),
        services=(),
    )
    (answer,) = bodies(x12.write(envelope(), [whole]))

    assert [(r.level, r.code) for r in answer.rejects] == [("payer", "42")]
    assert answer.decision is None


def test_what_no_field_holds_is_kept():
    data = edited(
        x12.write(envelope(), [authorization_request()]),
        "~PWK*OB",
        "~CRC*07*Y*01~CL1*2~CR1*LB*140*I*A*DH*12~PWK*OB",
    )
    (request,) = bodies(recounted(data))

    assert [e.elements[0] for e in request.extra] == ["CRC", "CL1", "CR1"]
    assert compose(envelope(), [request]) == recounted(data)


@pytest.mark.parametrize("block", [*range(395, 430), 1 << 16])
def test_request_and_answer_are_told_apart_wherever_a_block_ends(monkeypatch, block):
    from frontdesk.x12 import tokens

    data = x12.write(envelope(), [authorization_response()])
    monkeypatch.setattr(tokens, "_BLOCK", block - 200)

    (transaction,) = x12.read(data)

    assert transaction.valid
    assert isinstance(transaction.body, x12.AuthorizationResponse)


def test_a_set_that_ends_after_its_st_is_told():
    data = x12.write(envelope(), [authorization_request()])
    cut = data[: data.index(b"BHT")]

    assert "se-missing" in errors(x12.check(cut))
    assert len(list(x12.read(cut))) == 1


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("BHT*0007*13", "BHT*0007*08", "element-code"),
        ("UM*HS*I", "UM*QQ*I", "element-code"),
        ("UM*HS*I*1", "UM*HS**1", "element-missing"),
        ("HL*4*3*EV", "HL*4*3*EX", "qualifier-unknown"),
        ("NM1*X3", "NM1*ZZ", "element-code"),
        ("TRN*1*AUTH17*9123456789", "TRN*1*AUTH17*912345678", "element-short"),
        ("HSD*VS*10", "HSD*VS", "element-dependent"),
        ("SV1*HC:97110", "SV1*XX:97110", "element-code"),
        ("D8:20261101", "D8:20261301", "element-date"),
    ],
)
def test_a_faulty_request_is_named_and_answered(old, new, code):
    report = x12.check(edited(x12.write(envelope(), [authorization_request()]), old, new))

    answer = x12.acknowledge(report, envelope().answered(control=9, at=AT))

    assert code in errors(report)
    (verdict,) = bodies(answer)
    assert verdict.group == "HI"
    assert not verdict.is_accepted


def test_a_request_about_nothing_is_refused():
    text = x12.write(envelope(), [authorization_request()]).decode()
    start, end = text.index("HL*4*3*EV"), text.index("SE*")
    cut = recounted((text[:start] + text[end:]).encode())

    assert "loop-missing" in errors(x12.check(cut))


def test_an_answer_that_decides_nothing_is_told():
    undecided = authorization_response(decision=None, services=())
    with pytest.raises(x12.Unwritable):
        x12.write(envelope(), [undecided])

    report = x12.check(compose(envelope(), [undecided]))

    assert report.valid
    assert [w.code for t in report.transactions for w in t.warnings] == ["review-undecided"]


def test_a_claim_status_says_what_was_paid_and_how():
    (answer,) = bodies(x12.write(envelope(), [status_response()]))
    (status,) = answer.statuses

    assert answer.is_final
    assert (answer.payer_control, answer.lines[0].control) == ("ICN1", "L1")
    assert (status.paid, status.payment, status.paid_on) == (
        Decimal(80),
        "CHK1",
        date(2026, 12, 1),
    )


def test_a_question_refused_whole_says_at_which_level():
    refused = x12.ClaimStatus(category="E0", code="24", entity="1P", on=date(2026, 11, 23))
    (answer,) = bodies(
        x12.write(
            envelope(),
            [
                status_response(
                    level="provider",
                    subscriber=None,
                    statuses=(refused,),
                    references=(),
                    periods=(),
                    lines=(),
                )
            ],
        )
    )

    assert (answer.level, answer.provider.npi) == ("provider", "1234567893")
    assert not answer.is_final


def test_the_new_sets_are_shown_as_plain_data():
    (shown,) = x12.to_json(x12.write(envelope(), [authorization_response()]))["transactions"]

    (body,) = shown["bodies"]
    assert body["decision"] == {"action": "A6", "number": "CERT88"}
    assert body["services"][1]["decision"]["reasons"] == ["0U", "1D"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside this clone")
@pytest.mark.parametrize("number", DEFECTS_OF_THE_278_EXAMPLES)
def test_the_examples_of_the_278_are_judged_as_they_deserve(number):
    (path,) = (CORPUS / "278").glob(f"apimeister*278_test.rs__{number}.edi")
    report = x12.check(path)
    found = [body for transaction in x12.read(path) for body in transaction.bodies]

    assert set(errors(report)) == DEFECTS_OF_THE_278_EXAMPLES[number]
    again = bodies(compose(envelope(), found))
    assert content(again) == content(found)
