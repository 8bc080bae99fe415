"""Edits on what other payers of a professional claim decided (loops 2320 and 2430)."""

from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.claim import procedure
from frontdesk.x12.edits.codes import is_procedure
from frontdesk.x12.edits.registry import Look, Spot, at, edit, first, one_of, where
from frontdesk.x12.tree import Branch

_MEDICARE = frozenset({"MA", "MB"})


def _is_no_procedure(service: str) -> bool:
    qualifier, code = procedure(service)[:2]
    return qualifier == "HC" and not is_procedure(code)


def _is_below_zero(units: str) -> bool:
    return units.startswith("-")


@edit(
    "decided-service",
    "the service that another payer decided is no HCPCS code",
    snip=5,
    set_id="837",
    loops="2430",
    segment="SVD",
    only=where(3, _is_no_procedure),
)
def decided_service(decision: Branch, look: Look) -> Iterator[Spot]:
    """SVD03-2 after HC."""
    yield decision, first(decision, "SVD"), "SVD03-2"


@edit(
    "decided-units",
    "another payer decided fewer units than none",
    snip=6,
    set_id="837",
    loops="2430",
    segment="SVD",
    only=where(5, _is_below_zero),
)
def decided_units(decision: Branch, look: Look) -> Iterator[Spot]:
    """SVD05 is not negative."""
    yield decision, first(decision, "SVD"), "SVD05"


@edit(
    "bundled-unknown",
    "a line was taken together with one that is not there",
    snip=4,
    set_id="837",
    loops="2430",
    segment="SVD",
    only=where(6, bool),
)
def bundled_unknown(decision: Branch, look: Look) -> Iterator[Spot]:
    """SVD06 is an LX01 of this claim."""
    segment, line = first(decision, "SVD"), decision.parent
    claim = line.parent if line is not None else None
    numbers = {at(first(one, "LX"), 1) for one in claim.each("2400")} if claim else set()
    if at(segment, 6) not in numbers:
        yield decision, segment, "SVD06"


@edit(
    "other-secondary-reason",
    "why another payer comes before Medicare is said of one that is not Medicare",
    snip=4,
    set_id="837",
    loops="2320",
    segment="SBR",
    only=where(5, bool),
)
def other_secondary_reason(other: Branch, look: Look) -> Iterator[Spot]:
    """SBR05 of 2320 only where SBR09 is Medicare (005010X222A1)."""
    segment = first(other, "SBR")
    if at(segment, 9) not in _MEDICARE:
        yield other, segment, "SBR05"


@edit(
    "uncovered-paid",
    "another payer covers nothing, and paid",
    snip=6,
    set_id="837",
    loops="2320",
    segment="AMT",
    only=one_of("A8"),
)
def uncovered_paid(other: Branch, look: Look) -> Iterator[Spot]:
    """AMT*A8 is told where nothing was sent to the other payer, which paid nothing then."""
    if Decimal(at(first(other, "AMT", "D"), 2) or "0") > 0:
        yield other, first(other, "AMT", "A8"), "AMT01"


@edit(
    "remaining-above-charge",
    "more is left to pay than was charged",
    snip=6,
    set_id="837",
    loops="2320",
    segment="AMT",
    only=one_of("EAF"),
)
def remaining_above_charge(other: Branch, look: Look) -> Iterator[Spot]:
    """AMT*EAF is at most CLM02."""
    segment = first(other, "AMT", "EAF")
    if Decimal(at(segment, 2) or "0") > Decimal(at(first(other.parent, "CLM"), 2) or "0"):
        yield other, segment, "AMT02"
