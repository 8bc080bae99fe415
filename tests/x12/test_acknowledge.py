"""Answering: every group has its 999, every envelope that needs one its TA1."""

from pathlib import Path

import pytest

from frontdesk import x12
from tests.x12.samples import AT, claim, edited, envelope, errors, inquiry

REPLY = envelope().answered(control=9, at=AT)
CLAIM = x12.write(envelope(), [claim()])


def answers(data, **options):
    """What the answer to a message says."""
    answer = x12.acknowledge(x12.check(data), REPLY, **options)
    return [body for transaction in x12.read(answer) for body in transaction.bodies]


def test_a_clean_group_is_accepted():
    (verdict,) = answers(CLAIM)

    assert (verdict.group, verdict.control, verdict.version) == ("HC", "1", "005010X222A1")
    assert (verdict.status, verdict.included, verdict.received, verdict.accepted) == ("A", 1, 1, 1)
    assert [t.status for t in verdict.transactions] == ["A"]


def test_a_fault_is_named_by_segment_and_element():
    (verdict,) = answers(edited(CLAIM, "*UN*1*", "*XX*1*"))

    (transaction,) = verdict.transactions
    (segment,) = transaction.segments
    (element,) = segment.elements
    assert (verdict.status, verdict.accepted, transaction.status) == ("R", 0, "R")
    assert (segment.id, segment.position, segment.loop, segment.code) == ("SV1", 24, "2400", "8")
    assert (element.position, element.reference, element.code) == (3, "355", "7")


def test_a_faulty_component_is_named():
    (verdict,) = answers(edited(CLAIM, "HC:99213", "QQ:99213"))

    element = verdict.transactions[0].segments[0].elements[0]
    assert (element.position, element.component, element.code) == (1, 1, "7")


def test_a_missing_segment_has_its_own_code():
    (verdict,) = answers(edited(CLAIM, "REF*EI*123456789~", "").replace(b"SE*27", b"SE*26"))

    segment = verdict.transactions[0].segments[0]
    assert (segment.id, segment.code) == ("REF", "3")


def test_a_wrong_count_is_told_of_the_set():
    (verdict,) = answers(edited(CLAIM, "SE*27", "SE*99"))

    assert verdict.transactions[0].codes == ("4",)


def test_a_group_may_be_accepted_in_part():
    data = x12.write(envelope(), [inquiry(), inquiry(trace="SECOND")])

    (verdict,) = answers(edited(data, "EQ*30^98", "EQ*ZQ"))

    assert (verdict.status, verdict.received, verdict.accepted) == ("P", 2, 1)
    assert [t.status for t in verdict.transactions] == ["R", "A"]


def test_no_value_of_the_message_is_in_the_answer():
    answer = x12.acknowledge(x12.check(edited(CLAIM, "LEE*ANN", "L\x07E*ANN")), REPLY)

    assert b"ANN" not in answer
    assert b"W100200" not in answer


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        ("*T*:", "*Q*:", "020"),
        ("IEA*1*000000001", "IEA*1*000000002", "001"),
        ("IEA*1*", "IEA*3*", "021"),
        ("*00501*", "*00401*", "017"),
    ],
)
def test_a_faulty_envelope_is_answered_with_a_ta1(old, new, note):
    found = answers(edited(CLAIM, old, new))

    assert isinstance(found[0], x12.InterchangeAcknowledgement)
    assert (found[0].control, found[0].status, found[0].note) == ("000000001", "R", note)


def test_a_sound_envelope_is_answered_where_it_asks():
    asked = x12.write(envelope(wants_acknowledgement=True), [claim()])

    assert [type(body).__name__ for body in answers(asked)] == [
        "InterchangeAcknowledgement",
        "FunctionalAcknowledgement",
    ]
    assert answers(CLAIM, interchange=True)[0].status == "A"


def test_a_999_is_not_answered():
    answer = x12.acknowledge(x12.check(CLAIM), REPLY)

    with pytest.raises(x12.Unwritable, match="nothing to answer"):
        x12.acknowledge(x12.check(answer), envelope())


def test_sender_and_receiver_change_places():
    answer = x12.acknowledge(x12.check(CLAIM), REPLY)

    (transaction,) = x12.read(answer)
    assert (transaction.sender, transaction.receiver) == ("PAYER9", "OFFICE1")


@pytest.mark.parametrize("said", ["*A*024", "*R*000", "*E*000"])
def test_a_ta1_that_contradicts_itself_is_told(said):
    golden = (Path(__file__).parent / "golden" / "ta1.edi").read_bytes()

    assert x12.check(golden).valid
    assert errors(x12.check(golden.replace(b"*A*000", said.encode()))) == ["ta1-note"]


def test_a_group_of_which_fewer_sets_came_says_why():
    golden = (Path(__file__).parent / "golden" / "999.edi").read_bytes()
    fewer = golden.replace(b"AK9*R*1*1*0", b"AK9*R*2*1*0").replace(b"AK9*A*1*1*1", b"AK9*A*2*1*1")

    assert errors(x12.check(fewer)) == ["acknowledged-count"]
    reason = fewer.replace(b"*2*1*1", b"*2*1*1*5").replace(b"*2*1*0", b"*2*1*0*5")
    assert errors(x12.check(reason)) == []
