"""A clean message with one fault in it is never taken for clean, and the fault is named."""

import pytest

from frontdesk import x12
from tests.x12.mutate import (
    acknowledgement_mutants,
    claim_mutants,
    eligibility_mutants,
    envelope_mutants,
    remittance_mutants,
    response_mutants,
)
from tests.x12.samples import (
    AT,
    claim,
    claim_acknowledgement,
    envelope,
    inquiry,
    remittance,
    response,
)

CLAIM = x12.write(envelope(), [claim()])
REMITTANCE = x12.write(envelope(), [remittance()])
INQUIRY = x12.write(envelope(), [inquiry()])
RESPONSE = x12.write(envelope(), [response()])
ACKNOWLEDGEMENT = x12.write(envelope(), [claim_acknowledgement()])
MUTANTS = [
    *envelope_mutants(CLAIM),
    *envelope_mutants(REMITTANCE),
    *claim_mutants(CLAIM),
    *remittance_mutants(REMITTANCE),
    *eligibility_mutants(INQUIRY),
    *response_mutants(RESPONSE),
    *acknowledgement_mutants(ACKNOWLEDGEMENT),
]


def found(report):
    """Every error of a report."""
    return [*report.errors, *(e for t in report.transactions for e in t.errors)]


def test_the_originals_are_clean():
    for data in (CLAIM, REMITTANCE, INQUIRY, RESPONSE, ACKNOWLEDGEMENT):
        assert found(x12.check(data)) == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_every_mutant_is_found_at_its_place(mutant):
    errors = found(x12.check(mutant.data))

    assert errors
    if mutant.element:
        assert mutant.element in [error.element for error in errors]


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_no_message_about_a_mutant_holds_a_value(mutant):
    for error in found(x12.check(mutant.data)):
        text = f"{error.message} {error.loop} {error.id} {error.element}"
        for value in ("LEE", "W100200", "CLM-17", "1234567893", "15O", "19801341"):
            assert value not in text


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_every_mutant_is_answered_with_a_valid_acknowledgement(mutant):
    report = x12.check(mutant.data)

    answer = x12.acknowledge(report, envelope().answered(control=9, at=AT))

    assert found(x12.check(answer)) == []
    verdicts = [body for transaction in x12.read(answer) for body in transaction.bodies]
    assert not all(verdict.is_accepted for verdict in verdicts)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda m: m.name)
def test_reading_a_mutant_raises_nothing(mutant):
    transactions = list(x12.read(mutant.data))

    assert len(transactions) == 1
