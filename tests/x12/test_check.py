"""Judging: what is found, where, and what is only told as a warning."""

import io
from decimal import Decimal

import pytest

from frontdesk import x12
from tests.x12.samples import (
    adjudicated,
    claim,
    edited,
    envelope,
    errors,
    inquiry,
    line,
    recounted,
    remittance,
    response,
)

CLAIM = x12.write(envelope(), [claim()])
REMITTANCE = x12.write(envelope(), [remittance()])


def joined(*messages):
    """Several interchanges in one source."""
    return b"".join(messages)


def only(report):
    """The one error of a report."""
    found = [*report.errors, *(e for t in report.transactions for e in t.errors)]
    assert len(found) == 1
    return found[0]


def test_a_clean_message_has_no_errors_and_no_warnings():
    report = x12.check(CLAIM)

    assert report.valid
    assert [(t.set, t.version, t.control, t.warnings) for t in report.transactions] == [
        ("837", "005010X222A1", "0001", [])
    ]


def test_an_error_says_where_it_is():
    error = only(x12.check(edited(CLAIM, "*UN*1*", "*XX*1*")))

    assert (error.segment, error.id, error.loop, error.element, error.snip, error.code) == (
        24,
        "SV1",
        "2400",
        "SV103",
        2,
        "element-code",
    )


def test_a_component_is_named_after_its_element():
    assert only(x12.check(edited(CLAIM, "HC:99213", "QQ:99213"))).element == "SV101-1"


def test_a_source_without_an_interchange_header_is_named():
    error = only(x12.check(CLAIM[CLAIM.index(b"GS*") :]))

    assert (error.id, error.code) == ("ISA", "isa-missing")


def test_an_empty_source_is_not_valid():
    assert errors(x12.check(b"")) == ["isa-missing"]


def test_the_source_may_be_bytes_a_path_or_a_stream(tmp_path):
    path = tmp_path / "claim.edi"
    path.write_bytes(CLAIM)

    assert x12.check(CLAIM).valid
    assert x12.check(path).valid
    assert x12.check(io.BytesIO(CLAIM)).valid


def test_a_missing_file_raises(tmp_path):
    with pytest.raises(FileNotFoundError):
        x12.check(tmp_path / "nothing.edi")


@pytest.mark.parametrize("end", ["~\n", "~\r\n", "\n", "\r\n"])
def test_line_breaks_after_or_as_terminators_are_fine(end):
    data = CLAIM.decode().replace("~", end).encode()

    assert errors(x12.check(data)) == []


@pytest.mark.parametrize("end", [b"\n\x1a", b"\x00\x00", b"\r\n\x1a\x1a"])
def test_signs_of_the_end_of_a_file_are_fine_after_a_short_answer_too(end):
    isa = CLAIM[: CLAIM.index(b"~") + 1]
    answer = isa + b"TA1*000000500*261101*1155*A*000~IEA*0*" + isa.split(b"*")[13] + b"~"

    assert errors(x12.check(answer + end)) == []
    assert errors(x12.check(CLAIM + end)) == []


@pytest.mark.parametrize(("before", "after"), [(b"Hello!\n", b""), (b"", b"IEA*1*000000001~")])
def test_what_stands_outside_the_interchange_is_named(before, after):
    assert errors(x12.check(before + CLAIM + after)) == ["junk"]


@pytest.mark.parametrize(("note", "wrong"), [(b"031", []), (b"032", ["element-code"])])
def test_an_envelope_is_answered_by_a_note_that_there_is(note, wrong):
    isa = CLAIM[: CLAIM.index(b"~") + 1]
    told = b"TA1*000000500*261101*1155*R*" + note + b"~IEA*0*" + isa.split(b"*")[13] + b"~"

    assert errors(x12.check(isa + told)) == wrong


@pytest.mark.parametrize("place", [b"~GS*", b"~ST*", b"~CLM*", b"~GE*", b"~IEA*"])
def test_a_value_that_a_stray_terminator_makes_a_segment_of_is_not_told(place):
    report = x12.check(CLAIM.replace(place, b"~W123456789" + place, 1))

    assert not report.valid
    assert "W123456789" not in repr(report)


def test_a_byte_order_mark_is_fine():
    assert x12.check(b"\xef\xbb\xbf" + CLAIM).valid


def test_indented_segments_are_read_but_not_valid():
    report = x12.check(CLAIM.replace(b"~NM1", b"~  NM1"))

    assert set(errors(report)) == {"segment-indented"}
    assert len(next(iter(x12.read(CLAIM.replace(b"~NM1", b"~  NM1")))).bodies) == 1


def test_an_unpadded_header_is_read_but_not_valid():
    report = x12.check(edited(CLAIM, "OFFICE1        ", "OFFICE1"))

    assert [(e.element, e.code) for e in report.errors] == [("ISA06", "element-short")]
    assert [t.valid for t in report.transactions] == [True]


def test_after_a_broken_set_the_rest_is_still_judged():
    good, bad = CLAIM, edited(CLAIM, "~CLM*", "~CLX*")

    report = x12.check(joined(good, bad, REMITTANCE))

    assert [(t.set, t.valid) for t in report.transactions] == [
        ("837", True),
        ("837", False),
        ("835", True),
    ]


def test_a_set_that_ends_early_does_not_swallow_the_next():
    data = x12.write(envelope(), [inquiry(), inquiry()])
    texts = data.decode().split("~")
    first = texts.index(next(t for t in texts if t.startswith("SE*")))
    broken = "~".join(texts[: first - 2] + texts[first + 1 :]).encode()

    report = x12.check(broken)

    assert [t.valid for t in report.transactions] == [False, True]
    assert "se-missing" in errors(report)


def test_control_numbers_may_not_come_twice():
    assert "isa-duplicate" in errors(x12.check(joined(CLAIM, CLAIM)))


def test_a_set_of_a_guide_not_held_is_named():
    report = x12.check(CLAIM.replace(b"005010X222A1", b"005010X298"))

    assert errors(report) == ["guide-unknown"]


def test_the_older_addenda_of_the_claim_are_read_too():
    assert x12.check(CLAIM.replace(b"005010X222A1", b"005010X222A2")).valid


def test_a_set_in_a_group_of_another_kind_is_named():
    assert errors(x12.check(edited(CLAIM, "GS*HC", "GS*HP"))) == ["set-in-wrong-group"]


def test_a_made_up_npi_is_a_warning_when_read():
    report = x12.check(edited(CLAIM, "1234567893", "1234567890"))

    assert report.valid
    assert [(w.element, w.code) for w in report.transactions[0].warnings] == [
        ("NM109", "npi-check-digit")
    ]


def test_a_made_up_npi_is_an_error_when_judged_strictly():
    data = edited(CLAIM, "1234567893", "1234567890")

    assert errors(x12.check(data, strict=True)) == ["npi-check-digit"]


def test_a_name_that_looks_like_a_qualifier_is_no_npi():
    payee = x12.Party(name="XX", entity="PE", id_qualifier="FI", identifier="123456789")
    data = x12.write(envelope(), [remittance(payee=payee)])

    assert x12.check(data, strict=True).valid


def test_an_altered_trailer_is_tolerated_only_in_real_time():
    question = edited(x12.write(envelope(), [inquiry()]), "IEA*1*000000001", "IEA*1*000000002")
    batch = edited(CLAIM, "IEA*1*000000001", "IEA*1*000000002")

    assert x12.check(question).valid
    assert errors(x12.check(batch)) == ["iea-control"]


def test_a_claim_level_reduction_balances_the_claim_without_its_lines():
    reductions = (x12.Adjustment("CO", "45", Decimal(30)),)
    decided = adjudicated(paid=Decimal(50), adjustments=reductions)
    payment = x12.Payment(amount=Decimal(50), paid_on=remittance().payment.paid_on)

    assert x12.check(x12.write(envelope(), [remittance(claims=(decided,), payment=payment)])).valid


def test_a_reversal_turns_every_sign():
    before = adjudicated()
    line_before = before.lines[0]
    back = adjudicated(
        status="22",
        charge=-before.charge,
        paid=-before.paid,
        patient_responsibility=None,
        lines=(
            x12.RemittanceLine(
                procedure=line_before.procedure,
                charge=-line_before.charge,
                paid=-line_before.paid,
                periods=line_before.periods,
                adjustments=tuple(
                    x12.Adjustment(a.group, a.reason, -a.amount) for a in line_before.adjustments
                ),
            ),
        ),
    )
    payment = x12.Payment(amount=Decimal(80), paid_on=remittance().payment.paid_on)
    body = remittance(payment=payment, claims=(adjudicated(), back, adjudicated()))

    assert x12.check(x12.write(envelope(), [body])).valid


def first_plan(**changes):
    """Another payer that paid 100 of the 150 charged."""
    fields = {
        "responsibility": "P",
        "payer": x12.Party(name="FIRST PLAN", id_qualifier="PI", identifier="77"),
        "subscriber": x12.Member(
            name="LEE", first="ANN", id_qualifier="MI", identifier="Z1", relationship="18"
        ),
        "paid": Decimal(100),
        "filing": "CI",
    }
    return x12.OtherPayer(**{**fields, **changes})


def decided(payer_id="77"):
    """A line of which that payer paid 100 and wrote off 50."""
    decision = x12.LinePayment(
        payer_id=payer_id,
        paid=Decimal(100),
        procedure=x12.Procedure(code="99213"),
        adjustments=(x12.Adjustment("CO", "45", Decimal(50)),),
        paid_on=remittance().payment.paid_on,
    )
    return line(payments=(decision,))


def test_what_another_payer_paid_must_balance():
    other = first_plan(adjustments=(x12.Adjustment("PR", "1", Decimal(50)),))
    data = x12.write(envelope(), [claim(other_payers=(other,), responsibility="S")])

    assert x12.check(data).valid
    assert errors(x12.check(edited(data, "AMT*D*100", "AMT*D*99"))) == ["balance-other-payer"]


def test_a_line_decided_by_another_payer_must_balance():
    body = claim(lines=(decided(),), other_payers=(first_plan(),), responsibility="S")
    data = x12.write(envelope(), [body])

    assert errors(x12.check(edited(data, "SVD*77*100", "SVD*77*90"))) == ["balance-other-line"]


def test_the_payer_that_decided_a_line_must_be_named():
    body = claim(lines=(decided("78"),), other_payers=(first_plan(),), responsibility="S")

    with pytest.raises(x12.Unwritable) as refused:
        x12.write(envelope(), [body])

    assert [d.code for d in refused.value.defects] == ["payer-line-unknown"]


@pytest.mark.parametrize(
    ("paperwork", "told"),
    [
        ("PWK*CT*AB", []),
        ("PWK*CT*AD", []),
        ("PWK*CT*NS~PWK*OZ*BM***AC*123", []),
        ("PWK*OZ*BM***AC*123~PWK*CT*AG", []),
        ("PWK*CT*AB~PWK*CT*AD", ["segment-repeats"]),
        ("PWK*CT*BM***AC*1", ["element-short"]),
        ("PWK*CT*XX", ["qualifier-unknown"]),
    ],
)
def test_a_line_tells_how_its_certificate_of_need_is_sent(paperwork, told):
    data = edited(CLAIM, "~DTP*472", f"~{paperwork}~DTP*472")

    assert errors(x12.check(recounted(data))) == told


def test_a_question_refused_whole_is_a_valid_answer():
    refused = x12.Reject(level="provider", code="50", follow_up="N", is_valid_request=True)
    data = x12.write(envelope(), [response(subscriber=None, benefits=(), rejects=(refused,))])

    assert x12.check(data).valid


def test_the_limit_on_listed_defects_keeps_a_report_small():
    junk = b"ZZZ*1~" * 5000
    data = recounted(CLAIM.replace(b"~SE*", b"~" + junk + b"SE*"))

    assert 900 < len(errors(x12.check(data))) < 1100


def test_a_large_source_is_judged_in_parts(tmp_path):
    path = tmp_path / "many.edi"
    with path.open("wb") as stream:
        for number in range(1, 300):
            stream.write(x12.write(envelope(number), [claim()]))

    report = x12.check(path)

    assert report.valid
    assert len(report.transactions) == 299
