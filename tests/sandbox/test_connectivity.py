"""The CORE envelope: what is built is read back; what is bent is refused by name."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.x12 import connectivity as core

AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)
REQUEST = core.CoreRequest(
    payload_type=core.CLAIMS_REQUEST,
    mode="Batch",
    payload_id="e51d4fae-7dec-11d0-a765-00a0c91e6da6",
    at=AT,
    user="office",
    password="secret",
    sender="OFFICE1",
    receiver="CLEAR",
    payload=b"ISA*00~\r\nIEA*1~",
)
RESPONSE = core.CoreResponse(
    payload_type=core.ELIGIBILITY_RESPONSE,
    mode="RealTime",
    payload_id="1",
    at=AT,
    sender="CLEAR",
    receiver="OFFICE1",
    payload=b"ISA*00~",
)


@given(payload=st.binary(max_size=300), mode=st.sampled_from(["RealTime", "Batch"]))
def test_a_request_is_read_as_it_was_built(payload, mode):
    request = replace(REQUEST, payload=payload, mode=mode)

    assert core.parse_request(*core.build_request(request)) == request


@given(payload=st.binary(max_size=300))
def test_a_response_is_read_as_it_was_built(payload):
    response = replace(RESPONSE, payload=payload, error_message="")

    assert core.parse_response(*core.build_response(response)) == response


def test_the_bytes_are_those_of_the_rule():
    body, content_type = core.build_request(replace(REQUEST, mode="RealTime", payload=b"X"))

    boundary = content_type.partition("boundary=")[2]
    assert body.split(b"\r\n")[:4] == [
        f"--{boundary}".encode(),
        b'Content-Disposition: form-data; name="PayloadType"',
        b"",
        b"X12_837_Request_005010X222A1",
    ]
    assert body.endswith(f"\r\nX\r\n--{boundary}--\r\n".encode())
    assert b"2026-11-23T14:05:06Z" in body
    assert b"CheckSum" not in body


def test_a_batch_carries_its_length_and_checksum():
    body, _ = core.build_request(replace(REQUEST, payload=b"abc"))

    assert b'name="PayloadLength"\r\n\r\n3\r\n' in body
    assert b"a9993e364706816aba3e25717850c26c9cd0d89d" in body  # SHA-1 of abc (FIPS 180)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"2.2.0", b"1.1.0", "VersionMismatch"),
        (b"IEA*1", b"IEA*2", "ChecksumMismatched"),
        (b"IEA*1", b"IEA*12", "PayloadLengthIllegal"),
        (b"\r\n\r\nBatch", b"\r\n\r\nOther", "ProcessingModeIllegal"),
        (b"T14:05:06Z", b"T14:05", "TimeStampIllegal"),
        (b'name="UserName"', b'name="Somebody"', "UserNameRequired"),
        (b'name="CheckSum"', b'name="CheckSome"', "CheckSumRequired"),
        (b'name="UserName"', b'name="SenderID"', "SenderIDIllegal"),
        (b"OFFICE1", b"OFFI\x00E1", "SenderIDIllegal"),
        (b"OFFICE1", b"", "SenderIDRequired"),
        (b'; name="Password"', b"", "PayloadIllegal"),
    ],
)
def test_each_defect_of_an_envelope_has_its_code(old, new, code):
    body, content_type = core.build_request(REQUEST)
    assert old in body

    with pytest.raises(core.BadEnvelope) as refused:
        core.parse_request(body.replace(old, new, 1), content_type)

    assert refused.value.code == code


@pytest.mark.parametrize("kept", [0, 10, 200, -3])
def test_a_cut_message_is_refused(kept):
    body, content_type = core.build_response(RESPONSE)

    with pytest.raises(core.BadEnvelope) as refused:
        core.parse_response(body[: kept if kept >= 0 else len(body) + kept - 20], content_type)

    assert refused.value.code == "Truncated"


def test_another_kind_of_message_is_refused():
    with pytest.raises(core.BadEnvelope, match="not multipart"):
        core.parse_response(b"<html>", "text/html")


def test_a_field_that_would_break_the_envelope_is_not_built():
    with pytest.raises(core.BadEnvelope) as refused:
        core.build_request(replace(REQUEST, user="a\r\nb"))

    assert refused.value.code == "UserNameIllegal"
