"""Nothing that comes in makes reading fail: bytes cut, doubled, turned or made up."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from tests.x12.samples import (
    claim,
    claim_acknowledgement,
    envelope,
    inquiry,
    remittance,
    response,
)
from tests.x12.strategies import single

BODIES = (claim(), remittance(), inquiry(), response(), claim_acknowledgement())
MESSAGES = [x12.write(envelope(), [body]) for body in BODIES]


def swallow(data):
    """Do everything that can be done with a source."""
    report = x12.check(data)
    try:
        list(x12.read(data))
        list(x12.claims(data))
        x12.to_json(data)
    except x12.NotX12:
        assert not report.valid
    return report


@pytest.mark.parametrize("data", MESSAGES, ids=lambda data: data[200:230].decode())
def test_a_message_cut_anywhere_is_never_valid(data):
    for end in range(0, len(data) - 1, 7):
        assert not swallow(data[:end]).valid


@pytest.mark.parametrize("data", MESSAGES, ids=lambda data: data[200:230].decode())
def test_a_message_with_a_changed_byte_is_read(data):
    dice = random.Random(7)
    for _ in range(150):
        place = dice.randrange(len(data))
        swallow(data[:place] + bytes([dice.randrange(256)]) + data[place + 1 :])


@single
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read(data):
    assert not swallow(data).valid


@single
@given(
    texts=st.lists(
        st.sampled_from(
            [text for data in MESSAGES for text in data.decode().split("~") if text[:3] != "ISA"]
        ),
        max_size=30,
    )
)
def test_any_order_of_segments_is_read(texts):
    head = MESSAGES[0].decode().split("~")[0]

    swallow("~".join([head, *texts, ""]).encode())


def test_the_terminator_may_be_lost():
    data = MESSAGES[0].replace(b"~", b" ")

    assert not swallow(data).valid
