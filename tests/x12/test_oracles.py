"""What we write is accepted by validators that are not ours."""

import pytest

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12 import strategies_reviews as more
from tests.x12.oracles import (
    accepts_what_is_made,
    pyx12_accepts,
    pyx12_complaints,
    x12sdk_accepts,
)
from tests.x12.samples import (
    AT,
    claim,
    claim_acknowledgement,
    edited,
    envelope,
    remittance,
)


def alone(body):
    """A message with one body."""
    return [body]


MADE = {  # who judges it, what is made up, and how many messages hold a thousand
    "837P": (pyx12_accepts, some.claim_batches(), 1000 // some.BATCH),
    "835": (pyx12_accepts, some.remittances().map(alone), 1000),
    "270": (x12sdk_accepts, some.inquiries().map(alone), 1000),
    "271": (x12sdk_accepts, some.responses().map(alone), 1000),
    # x12sdk 2.2 keeps only the last line loop of a claim and then finds too few segments: it is
    # asked about claims with one line at most.
    "276": (x12sdk_accepts, more.status_inquiries(most_lines=1).map(alone), 1000),
    "277": (x12sdk_accepts, more.status_responses(most_lines=1).map(alone), 1000),
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_another_validator_accepts_a_thousand_of_what_we_write(made):
    accepts, bodies, messages = made

    assert accepts_what_is_made(accepts, bodies, messages) == 1000


@pytest.mark.parametrize("refuses", [lambda: False, lambda: {}["missing"]])
def test_the_simplest_message_that_another_validator_refuses_is_told(refuses):
    asked = []

    def knows_no_children(data):
        asked.append(data)
        return b"~NM1*03*" not in data or refuses()

    with pytest.raises((AssertionError, KeyError)) as told:
        accepts_what_is_made(knows_no_children, MADE["270"][1], 150)

    assert "EligibilityInquiry(" in "".join(told.value.__notes__)
    assert asked[-1].count(b"~ST*") == 1
    assert all(simple in asked[-1] for simple in (b"*A~DMG*", b"~EQ*30~SE*"))


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
