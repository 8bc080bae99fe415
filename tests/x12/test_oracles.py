"""What we write is accepted by validators that are not ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12.oracles import pyx12_accepts, pyx12_complaints, x12sdk_accepts
from tests.x12.samples import (
    AT,
    claim,
    claim_acknowledgement,
    edited,
    envelope,
    remittance,
)


@some.batched
@given(claims=some.claim_batches())
def test_pyx12_accepts_our_837p(claims):
    data = x12.write(envelope(), claims)

    assert pyx12_accepts(data), pyx12_complaints(data)


@some.batched
@given(remittances=st.lists(some.remittances(), min_size=some.BATCH, max_size=some.BATCH))
def test_pyx12_accepts_our_835(remittances):
    data = x12.write(envelope(), remittances)

    assert pyx12_accepts(data), pyx12_complaints(data)


@some.batched
@given(inquiries=st.lists(some.inquiries(), min_size=some.BATCH, max_size=some.BATCH))
def test_x12sdk_accepts_our_270(inquiries):
    assert x12sdk_accepts(x12.write(envelope(), inquiries))


@some.batched
@given(responses=st.lists(some.responses(), min_size=some.BATCH, max_size=some.BATCH))
def test_x12sdk_accepts_our_271(responses):
    assert x12sdk_accepts(x12.write(envelope(), responses))


def test_pyx12_accepts_our_277ca_with_a_provider_level():
    body = claim_acknowledgement()
    body.providers[0].trace = "P1"
    body.providers[0].statuses = (
        x12.Status(
            category="A1", code="19", entity="PR", action="WQ", amount=body.amounts[0].value
        ),
    )
    data = x12.write(envelope(), [body])

    assert pyx12_accepts(data), pyx12_complaints(data)


@pytest.mark.parametrize(
    ("old", "new"),
    [("", ""), ("*UN*1*", "*XX*1*"), ("N4*SPRINGFIELD", "N9*SPRINGFIELD"), ("HI*", "HX*")],
)
def test_pyx12_accepts_the_999_we_answer_with(old, new):
    report = x12.check(edited(x12.write(envelope(), [claim()]), old, new))

    answer = x12.acknowledge(report, envelope().answered(control=9, at=AT))

    assert pyx12_accepts(answer), pyx12_complaints(answer)


def test_x12sdk_accepts_our_837p_and_835():
    assert x12sdk_accepts(x12.write(envelope(), [claim()]))
    assert x12sdk_accepts(x12.write(envelope(), [remittance()]))
