"""Reading what was written gives the same models; writing what was read the same bytes."""

from dataclasses import fields, is_dataclass

from hypothesis import given

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12.samples import (
    claim,
    claim_acknowledgement,
    envelope,
    inquiry,
    remittance,
    response,
)

_PLACE = {"segment", "position"}


def bodies(data):
    """Every model in a message."""
    return [body for transaction in x12.read(data) for body in transaction.bodies]


def content(value):
    """A model without the places it was read from."""
    if is_dataclass(value):
        kept = [f.name for f in fields(value) if f.name not in _PLACE]
        return type(value).__name__, [(name, content(getattr(value, name))) for name in kept]
    if isinstance(value, list | tuple):
        return [content(item) for item in value]
    return value


@some.single
@given(claims=some.claim_batches())
def test_claims_come_back_as_they_were_sent(claims):
    assert content(bodies(x12.write(envelope(), claims))) == content(claims)


@some.single
@given(models=some.interchanges())
def test_models_come_back_as_they_were_sent(models):
    assert content(bodies(x12.write(envelope(), models))) == content(models)


@some.single
@given(models=some.interchanges())
def test_bytes_come_back_as_they_were_written(models):
    data = x12.write(envelope(), models)

    assert x12.write(envelope(), bodies(data)) == data


def test_every_sample_comes_back_byte_for_byte():
    for sample in (claim(), remittance(), inquiry(), response(), claim_acknowledgement()):
        data = x12.write(envelope(), [sample])

        assert x12.write(envelope(), bodies(data)) == data


def test_other_delimiters_make_no_difference_to_the_content():
    usual = x12.write(envelope(), [claim()])
    unusual = x12.write(
        envelope(),
        [claim()],
        delimiters=x12.Delimiters(segment="\n", element="|", repetition="!", component=">"),
    )

    assert unusual.count(b"|") == usual.count(b"*")
    assert content(bodies(unusual)) == content(bodies(usual))
