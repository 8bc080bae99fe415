"""Batches of claims: acknowledged, judged at the door, decided and paid in balance."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
import pyx12.params
import pyx12.x12n_document

from frontdesk import x12
from frontdesk.x12 import connectivity as core
from tests.sandbox.office import (
    NPI,
    YESTERDAY,
    ann,
    ask,
    batch,
    claim,
    envelope,
    files,
    line,
    post,
    read_one,
)


def send(sandbox, *claims, **more):
    response = post(sandbox, core.CLAIMS_REQUEST, batch(*claims, **more))
    assert response.payload_type == core.BATCH_RECEIVED
    return response


def bodies(sandbox, kind):
    return [read_one(one) for one in files(sandbox, kind)]


def paid(sandbox):
    return [(remittance, one) for remittance in bodies(sandbox, "835") for one in remittance.claims]


def adjustments(one):
    return {(a.group, a.reason): a.amount for ln in one.lines for a in ln.adjustments}


def is_balanced(remittance):
    for one in remittance.claims:
        for ln in one.lines:
            assert ln.charge - sum(a.amount for a in ln.adjustments) == ln.paid
        reduced = sum(a.amount for ln in one.lines for a in ln.adjustments)
        assert one.charge - reduced == one.paid
    provider = sum(a.amount for a in remittance.provider_adjustments)
    return sum(one.paid for one in remittance.claims) - provider == remittance.payment.amount


def pyx12_accepts(message):
    return pyx12.x12n_document.x12n_document(
        param=pyx12.params.params(None),
        src_file=io.StringIO(message.decode()),
        fd_997=io.StringIO(),
        fd_html=None,
        fd_xmldoc=None,
        fd_json=io.StringIO(),
    )


def test_a_claim_is_acknowledged_accepted_and_paid(sandbox):
    send(sandbox, claim())

    kinds = [x12.check(one).transactions[0].set for one in files(sandbox)]
    assert kinds == ["999", "277", "835"]
    [acknowledgement] = bodies(sandbox, "277CA")
    [told] = acknowledgement.claims
    assert (told.number, told.statuses[0].category, told.statuses[0].code) == ("CLM1", "A2", "20")
    [(remittance, decided)] = paid(sandbox)
    assert decided.payer_control == told.payer_control
    assert adjustments(decided) == {("CO", "45"): 63, ("PR", "3"): 25}
    assert (decided.status, decided.paid, decided.patient_responsibility) == ("1", 62, 25)
    assert (decided.lines[0].control, decided.lines[0].allowed) == ("L99213", 87)
    assert is_balanced(remittance)


def test_its_own_835_passes_pyx12(sandbox):
    send(sandbox, claim("A"), claim("B", line("80053", "90.00"), line("S9999", "10.00")))

    [message] = files(sandbox, "835")
    assert pyx12_accepts(message)


def test_deductible_comes_before_coinsurance_and_moves_what_is_left(sandbox):
    send(sandbox, claim("XRAY", line("71046", "1000.00")), claim("CT", line("74177", "2000.00")))

    first, second = [one for _, one in paid(sandbox)]
    assert adjustments(first) == {("CO", "45"): 420, ("PR", "1"): 580}
    left = Decimal("912.60") - 580
    rest = Decimal(2000) * Decimal("0.58") - left
    assert adjustments(second) == {
        ("CO", "45"): 840,
        ("PR", "1"): left,
        ("PR", "2"): rest * Decimal("0.2"),
    }
    answer = ask(sandbox)
    deductible = {
        (b.coverage_level, b.period_qualifier): b.amount for b in answer.benefits if b.code == "C"
    }
    assert deductible["IND", "29"] == 0
    assert deductible["FAM", "29"] == Decimal(3000) - 1500


def test_nobody_pays_beyond_the_yearly_limit(sandbox):
    send(sandbox, claim("BIG", line("71046", "60000.00")))

    [(remittance, one)] = paid(sandbox)

    assert one.patient_responsibility == Decimal("4187.60")  # what was left of 5,000
    assert is_balanced(remittance)
    after = [b for b in ask(sandbox).benefits if b.code == "G" and b.period_qualifier == "29"]
    assert after[0].amount == 0


@pytest.mark.parametrize(
    ("code", "adjustment"),
    [
        ("70551", ("CO", "197")),
        ("S9999", ("CO", "96")),
    ],
)
def test_a_line_is_denied_for_its_reason(sandbox, code, adjustment):
    send(sandbox, claim("C", line(code, "500.00"), line()))

    [(remittance, one)] = paid(sandbox)

    assert adjustments(one)[adjustment] == 500
    assert one.status == "1"
    assert is_balanced(remittance)


def test_an_authorization_opens_what_needs_one(sandbox):
    world = {
        "members": [
            {
                "id": "W123456789",
                "plan": "DEMOPPO-1",
                "last": "Lee",
                "first": "Ann",
                "born": "1980-05-04",
                "authorizations": [{"number": "AUTH7", "codes": ["70551"]}],
            }
        ]
    }
    sandbox.desk.world.merge(world)

    send(
        sandbox,
        claim("MRI", line("70551", "500.00"), references=[x12.Reference("G1", "AUTH7")]),
    )

    [(_, one)] = paid(sandbox)
    assert ("CO", "197") not in adjustments(one)


def test_the_same_service_in_another_claim_is_a_duplicate(sandbox):
    send(sandbox, claim("ONE"))
    send(sandbox, claim("TWO"))

    first, second = [one for _, one in paid(sandbox)]

    assert first.paid == 62
    assert (second.status, adjustments(second)) == ("4", {("CO", "18"): 150})


def test_the_same_file_twice_is_taken_once(sandbox):
    content = batch(claim())

    first = post(sandbox, core.CLAIMS_REQUEST, content, payload_id="FIRST")
    again = post(sandbox, core.CLAIMS_REQUEST, content, payload_id="AGAIN")

    assert first.error_message == "None"
    assert again.is_success
    assert "received before as FIRST" in again.error_message
    assert len(files(sandbox, "277CA")) == 1
    assert len(paid(sandbox)) == 1


def test_a_control_number_used_before_is_refused_by_a_ta1(sandbox):
    send(sandbox, claim("ONE"), control=77_001)
    send(sandbox, claim("TWO"), control=77_001)

    [refusal] = bodies(sandbox, "TA1")

    assert (refusal.control, refusal.status, refusal.note) == ("000077001", "R", "025")
    assert [one.number for _, one in paid(sandbox)] == ["ONE"]


def test_coverage_that_ended_and_a_late_claim_are_denied(sandbox):
    ended = ann(identifier="W200000001", name="ENDED", first="EDNA", birth_date=date(1970, 1, 2))
    hmo = x12.Party(name="HMO", id_qualifier="PI", identifier="DEMOHMO")
    old = line(service_date=date(2026, 1, 15))
    send(
        sandbox,
        claim("GONE", subscriber=ended, payer=hmo),
        claim("LATE", old, subscriber=ended, payer=hmo),
    )

    gone, late = [one for _, one in paid(sandbox)]

    assert adjustments(gone) == {("CO", "27"): 150}
    assert adjustments(late) == {("CO", "29"): 150}


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"subscriber": ann(identifier="W999")}, ("A3", "33", "IL")),
        ({"subscriber": ann(birth_date=date(1981, 1, 1))}, ("A7", "158", "QC")),
        (
            {"payer": x12.Party(name="X", id_qualifier="PI", identifier="NOPAYER")},
            ("A3", "116", "PR"),
        ),
        ({"diagnoses": [x12.Diagnosis(code="U0A", qualifier="ABK")]}, ("A7", "255", "PR")),
        ({"frequency": "7", "payer_control": "UNKNOWN"}, ("A8", "464", "PR")),
    ],
)
def test_a_claim_is_turned_away_at_the_door_for_its_reason(sandbox, more, status):
    send(sandbox, claim("BAD", **more), claim("GOOD", line("99214", "200.00")))

    [told] = bodies(sandbox, "277CA")

    bad, good = told.claims
    said = bad.statuses[0]
    assert (said.category, said.code, said.entity) == status
    assert not bad.is_accepted
    assert bad.payer_control == ""
    assert good.is_accepted
    assert [one.number for _, one in paid(sandbox)] == ["GOOD"]
    assert {(q.qualifier, q.value) for q in told.quantities} == {("90", 1), ("AA", 1)}


def test_a_service_of_tomorrow_is_turned_away(sandbox):
    ahead = line(service_date=YESTERDAY + timedelta(days=3))

    send(sandbox, claim("AHEAD", ahead))

    [told] = bodies(sandbox, "277CA")
    assert told.claims[0].statuses[0].code == "187"


def test_a_replacement_takes_back_the_first_decision_and_pays_anew(sandbox):
    send(sandbox, claim("ONE", line("71046", "1000.00")))
    [(_, first)] = paid(sandbox)
    before = first.payer_control

    send(
        sandbox,
        claim("TWO", line("71046", "500.00"), frequency="7", payer_control=before),
    )

    remittance = bodies(sandbox, "835")[1]
    reversal, corrected = remittance.claims
    assert (reversal.status, reversal.charge, reversal.number) == ("22", -1000, "ONE")
    assert adjustments(reversal) == {("CO", "45"): -420, ("PR", "1"): -580}
    assert adjustments(corrected) == {("CO", "45"): 210, ("PR", "1"): 290}
    assert is_balanced(remittance)
    left = [b for b in ask(sandbox).benefits if b.code == "C" and b.period_qualifier == "29"]
    assert left[0].amount == Decimal("912.60") - 290


def test_a_voided_claim_leaves_money_to_be_taken_from_the_next(sandbox):
    send(sandbox, claim("ONE"))
    [(_, first)] = paid(sandbox)
    send(sandbox, claim("VOID", frequency="8", payer_control=first.payer_control))

    owing = bodies(sandbox, "835")[1]
    assert (owing.payment.amount, owing.payment.method) == (0, "NON")
    assert [(a.reason, a.amount) for a in owing.provider_adjustments] == [("FB", -62)]
    assert is_balanced(owing)

    send(sandbox, claim("NEXT", line("99214", "200.00")))

    taken = bodies(sandbox, "835")[2]
    assert [(a.reason, a.amount) for a in taken.provider_adjustments] == [("FB", 62)]
    assert taken.payment.amount == Decimal(116) - 25 - 62
    assert is_balanced(taken)


def test_a_second_plan_pays_after_the_first(sandbox):
    earlier = x12.LinePayment(
        payer_id="OTHER",
        paid=Decimal("60.00"),
        procedure=x12.Procedure(code="99213"),
        adjustments=[
            x12.Adjustment("CO", "45", Decimal("50.00")),
            x12.Adjustment("PR", "2", Decimal("40.00")),
        ],
        paid_on=YESTERDAY,
    )
    other = x12.OtherPayer(
        responsibility="P",
        payer=x12.Party(name="OTHER", id_qualifier="PI", identifier="OTHER"),
        subscriber=ann(identifier="X1"),
        filing="CI",
        paid=Decimal("60.00"),
    )
    send(sandbox, claim("SEC", line(payments=[earlier]), responsibility="S", other_payers=[other]))

    [(remittance, one)] = paid(sandbox)

    assert one.status == "2"
    assert adjustments(one) == {("OA", "23"): 110}
    assert one.paid == 40  # its own benefit is 62: more than the first plan left
    assert is_balanced(remittance)


def test_each_payer_pays_by_itself(sandbox):
    edna = ann(identifier="W200000001", name="ENDED", first="EDNA", birth_date=date(1970, 1, 2))
    hmo = x12.Party(name="HMO", id_qualifier="PI", identifier="DEMOHMO")

    send(sandbox, claim("ONE"), claim("TWO", subscriber=edna, payer=hmo))

    assert sorted(one.payer.name for one in bodies(sandbox, "835")) == [
        "DEMO BLUE PPO",
        "DEMO NATIONAL HMO",
    ]


def test_a_broken_batch_is_refused_by_its_999_and_not_paid(sandbox):
    content = batch(claim()).replace(b"CLM*CLM1*150", b"CLM**150")

    post(sandbox, core.CLAIMS_REQUEST, content)

    [acknowledgement] = files(sandbox, "999")
    assert b"IK5*R" in acknowledgement
    assert files(sandbox, "277CA") == []
    assert files(sandbox, "835") == []


def test_a_file_stays_until_it_is_acknowledged_and_is_nobody_elses(sandbox):
    send(sandbox, claim())
    [listed] = [f for f in sandbox.desk.mailbox("OFFICE1") if f["kind"] == "835"]

    stranger = post(sandbox, core.REMITTANCE_REQUEST, payload_id=listed["id"], sender="OTHER")
    first = post(sandbox, core.REMITTANCE_REQUEST, payload_id=listed["id"])
    taken = post(sandbox, core.RESULTS_ACK, payload_id=listed["id"])
    unknown = post(sandbox, core.RESULTS_ACK, payload_id="835-99999999")

    assert stranger.payload_type == core.NO_RESULTS_FILE
    assert first.payload.startswith(b"ISA")
    assert taken.payload_type == core.RESULTS_ACK_RECEIVED
    assert unknown.error_code == "PayloadIDIllegal"
    assert files(sandbox, "835") == []
    assert len(sandbox.desk.mailbox("OFFICE1", taken=True)) == 3


def test_a_payer_may_take_its_time(sandbox):
    sandbox.desk.world.merge(
        {"payers": [{"id": "DEMOPPO", "name": "Demo Blue PPO", "pays_after_seconds": 3600}]}
    )

    send(sandbox, claim())

    assert files(sandbox, "835") == []
    assert len(files(sandbox, "277CA")) == 1


def test_x12_it_sends_names_the_office(sandbox):
    send(sandbox, claim())

    receivers = {next(x12.read(one)).receiver for one in files(sandbox)}
    assert receivers == {NPI}
    assert envelope().receiver == "FDSANDBOX"
