"""Mutants made from the guides, at places chosen by a seed: none of SNIP 1 to 3 escapes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk import x12
from tests.x12 import strategies as some
from tests.x12 import strategies_reviews as more
from tests.x12.mutating import mutants
from tests.x12.samples import (
    AT,
    ben,
    claim,
    claim_acknowledgement,
    edited,
    envelope,
    inquiry,
    remittance,
    response,
)
from tests.x12.samples_reviews import (
    authorization_request,
    authorization_response,
    status_inquiry,
    status_response,
)

# How many of each kind of fault are tried; "make test" tries some, the full run nearly all.
EACH = 200 if some.FULL else 6
SEED = int(os.environ.get("FRONTDESK_MUTANTS_SEED", "17"))
# Told as warnings: gateways of real time renumber the envelope and forget its trailer.
LENIENT = {("270", "GE02"), ("271", "GE02"), ("276", "GE02"), ("277", "GE02")}
LENIENT |= {(name, "IEA02") for name, _ in LENIENT}


def clean():
    """A clean message of every set, by name."""
    bad = edited(x12.write(envelope(), [claim()]), "*UN*1*", "*XX*1*")
    return {
        "837P": x12.write(envelope(), [claim()]),
        "837P of a child": x12.write(envelope(), [claim(patient=ben())]),
        "835": x12.write(envelope(), [remittance()]),
        "270": x12.write(envelope(), [inquiry()]),
        "271": x12.write(envelope(), [response()]),
        "276": x12.write(envelope(), [status_inquiry()]),
        "277": x12.write(envelope(), [status_response()]),
        "277CA": x12.write(envelope(), [claim_acknowledgement()]),
        "278 request": x12.write(envelope(), [authorization_request()]),
        "278 answer": x12.write(envelope(), [authorization_response()]),
        "999": x12.acknowledge(x12.check(bad), envelope().answered(control=9, at=AT)),
    }


def escaped(name, data, seed, each):
    """The mutants that are taken for clean, and how many were tried."""
    found, tried = [], 0
    for mutant in mutants(data, seed, each):
        tried += 1
        report = x12.check(mutant.data)
        is_lenient = (name, mutant.what.split(" ")[0]) in LENIENT
        if x12.check(mutant.data, strict=is_lenient).valid:
            found.append((mutant.kind, mutant.what, report.valid))
    return found, tried


@pytest.mark.parametrize("name", clean())
def test_no_mutant_of_a_sample_escapes(name):
    data = clean()[name]
    assert x12.check(data, strict=True).valid

    found, tried = escaped(name, data, SEED, EACH)

    assert found == []
    assert tried > 100


@some.few
@given(claims=some.claim_batches(), seed=st.integers(0, 10**6))
def test_no_mutant_of_made_up_claims_escapes(claims, seed):
    assert escaped("837P", x12.write(envelope(), claims[:3]), seed, 4)[0] == []


@some.few
@given(remittance=some.remittances(), seed=st.integers(0, 10**6))
def test_no_mutant_of_a_made_up_remittance_escapes(remittance, seed):
    assert escaped("835", x12.write(envelope(), [remittance]), seed, 4)[0] == []


@some.few
@given(model=more.reviews_and_statuses(), seed=st.integers(0, 10**6))
def test_no_mutant_of_a_made_up_review_or_status_escapes(model, seed):
    data = x12.write(envelope(), model[:1])
    assert escaped(data.split(b"ST*")[1][:3].decode(), data, seed, 4)[0] == []
