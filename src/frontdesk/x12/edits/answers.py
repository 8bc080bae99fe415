"""Edits on eligibility, claim status and authorizations."""

import re
from collections.abc import Iterator

from frontdesk.x12.edits.codes import DIAGNOSIS, PLACE
from frontdesk.x12.edits.registry import Look, Spot, at, by_name, each, edit, first, span
from frontdesk.x12.tree import Branch

_MONEY = frozenset({"B", "C", "G", "J"})
_DENIED = "A3"
_LIMIT = "F"
_ICD10 = frozenset({"ABK", "ABF", "ABJ"})
_REASONS = re.compile(r"[0-9A-Z]{2}(?:\W[0-9A-Z]{2})*")


@edit(
    "nobody-to-find",
    "there is nothing to find the patient by",
    snip=4,
    set_id="270",
    loops="2100C",
)
def nobody_to_find(branch: Branch, look: Look) -> Iterator[Spot]:
    """A member id, or name and birth date (005010X279 1.4.8)."""
    name = first(branch, "NM1")
    is_named = at(name, 3) and at(first(branch, "DMG"), 2)
    level = branch.parent
    has_dependent = level is not None and level.child("2000D") is not None
    if not at(name, 9) and not is_named and not has_dependent:
        yield branch, name, "NM109"


@edit(
    "benefit-amount",
    "the benefit says no amount",
    snip=4,
    set_id="271",
    loops="2110C 2110D",
)
def benefit_amount(branch: Branch, look: Look) -> Iterator[Spot]:
    """Copay, deductible and the like have EB07 (or EB08), or words with a number; so has A EB08.

    A limit (F) is dollars, a share, a quantity, a delivery of service or words.
    """
    segment = first(branch, "EB") or []
    code = at(segment, 1)
    if (
        code in _MONEY
        and not at(segment, 7)
        and not at(segment, 8)
        and not any(sign.isdigit() for s in each(branch, "MSG") for sign in at(s, 1))
    ):
        yield branch, segment, "EB07"
    elif code == "A" and not at(segment, 8):
        yield branch, segment, "EB08"
    elif code == _LIMIT and not (any(segment[7:11]) or by_name(branch).keys() & {"HSD", "MSG"}):
        yield branch, segment, "EB07"


@edit(
    "share-above-all", "a share is more than the whole", snip=6, set_id="271", loops="2110C 2110D"
)
def share_above_all(branch: Branch, look: Look) -> Iterator[Spot]:
    """EB08 is a part of one: 20 % is 0.2."""
    segment = first(branch, "EB")
    if at(segment, 8) and float(at(segment, 8)) > 1:
        yield branch, segment, "EB08"


@edit(
    "claim-unfindable",
    "there is nothing to find the claim by",
    snip=4,
    set_id="276",
    loops="2200D 2200E",
)
def claim_unfindable(branch: Branch, look: Look) -> Iterator[Spot]:
    """The payer's claim number, or days of service on the claim or its lines."""
    if first(branch, "REF", "1K") is None and first(branch, "DTP", "472") is None:
        has_lines = any(True for _ in branch.each("2210D", "2210E"))
        if not has_lines:
            yield branch, None, "DTP"


@edit(
    "paid-without-date",
    "the claim was paid, but it is not said when",
    snip=4,
    set_id="277",
    loops="2200D 2200E",
)
def paid_without_date(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC06 or STC08 where STC05 says that money was paid."""
    for segment in each(branch, "STC"):
        paid = at(segment, 5)
        if paid.strip("0.") and not at(segment, 6) and not at(segment, 8):
            yield branch, segment, "STC08"


@edit(
    "certification-number",
    "something was certified without a number",
    snip=4,
    set_id="278",
    loops="2000E 2000F",
)
def certification_number(branch: Branch, look: Look) -> Iterator[Spot]:
    """HCR02 where HCR01 certifies; a service may lean on the event's."""
    segment = first(branch, "HCR")
    event = first(branch.parent, "HCR") if branch.id == "2000F" else None
    if at(segment, 1) in {"A1", "A2", "A6"} and not at(segment, 2) and not at(event, 2):
        yield branch, segment, "HCR02"


@edit(
    "decision-reason",
    "something was refused without a reason",
    snip=4,
    set_id="278",
    loops="2000E 2000F",
)
def decision_reason(branch: Branch, look: Look) -> Iterator[Spot]:
    """HCR03 where HCR01 is A3 or A4; what is still open may say in words what it waits for."""
    segment = first(branch, "HCR")
    is_open = at(segment, 1) == "A4" and first(branch, "MSG") is None
    if (at(segment, 1) == _DENIED or is_open) and not at(segment, 3):
        yield branch, segment, "HCR03"


@edit(
    "service-outside-event",
    "a service lies outside the event it belongs to",
    snip=6,
    set_id="278",
    loops="2000F",
)
def service_outside_event(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTP*472 within DTP*AAH where both are spans."""
    segment = first(branch, "DTP", "472")
    event = first(branch.parent, "DTP", "AAH", "007")
    begins, ends = span(event)
    start, end = span(segment)
    if begins and ends and start and end and (end < begins or start > ends):
        yield branch, segment, "DTP03"


@edit("benefit-negative", "a benefit is below zero", snip=6, set_id="271", segment="EB")
def benefit_negative(branch: Branch, look: Look) -> Iterator[Spot]:
    """EB07 and EB08 are dollars and a share: never negative."""
    for segment in each(branch, "EB"):
        for place in (7, 8):
            if at(segment, place).startswith("-"):
                yield branch, segment, f"EB{place:02}"


@edit(
    "refused-with-number",
    "something was refused, and has the number of a certification",
    snip=6,
    set_id="278",
    loops="2000E 2000F",
)
def refused_with_number(branch: Branch, look: Look) -> Iterator[Spot]:
    """HCR02 is of what was certified; a refusal has its number in REF*NT."""
    segment = first(branch, "HCR")
    if at(segment, 1) == _DENIED and at(segment, 2):
        yield branch, segment, "HCR02"


@edit(
    "admission-unsaid",
    "an admission is asked for without its day",
    snip=4,
    set_id="278",
    loops="2000E",
)
def admission_unsaid(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTP*435 or the days of the event (AAH) where UM01 is AR."""
    segment = first(branch, "UM")
    is_asked = at(segment, 1) == "AR" and first(branch, "HCR") is None
    if is_asked and first(branch, "DTP", "435", "AAH") is None:
        yield branch, segment, "UM01"


@edit("nothing-asked", "nothing is asked for", snip=6, set_id="278", loops="2000E 2000F")
def nothing_asked(branch: Branch, look: Look) -> Iterator[Spot]:
    """HSD02 and SV104 are more than nothing in a request."""
    if first(branch, "HCR") is not None:
        return
    for name, place in (("HSD", 2), ("SV1", 4)):
        for segment in each(branch, name):
            if at(segment, place) and not at(segment, place).strip("0."):
                yield branch, segment, f"{name}{place:02}"


@edit(
    "review-accident-state",
    "a car accident has no state",
    snip=4,
    set_id="278",
    loops="2000E",
    segment="UM",
)
def review_accident_state(event: Branch, look: Look) -> Iterator[Spot]:
    """UM05-4 where UM05 names AA, unless a country is given."""
    segment = first(event, "UM")
    causes = at(segment, 5).split(":")
    if "AA" in causes[:3] and not any(causes[3:]):
        yield event, segment, "UM05-4"


@edit(
    "review-place",
    "there is no such place of service",
    snip=5,
    set_id="278",
    loops="2000E 2000F",
    segment="UM",
)
def review_place(branch: Branch, look: Look) -> Iterator[Spot]:
    """UM04-1 where UM04-2 is B: the list of CMS."""
    segment = first(branch, "UM")
    code, _, kind = at(segment, 4).partition(":")
    if kind == "B" and look.refuses(PLACE, code, None):
        yield branch, segment, "UM04-1"


@edit(
    "review-diagnosis",
    "the diagnosis is none",
    snip=5,
    set_id="278",
    loops="2000E 2000F",
    segment="HI",
    needs=DIAGNOSIS,
)
def review_diagnosis(branch: Branch, look: Look) -> Iterator[Spot]:
    """ABK, ABF and ABJ are of ICD-10-CM."""
    for segment in each(branch, "HI"):
        for place, text in enumerate(segment[1:], start=1):
            kind, _, code = text.partition(":")
            if kind in _ICD10 and look.refuses(DIAGNOSIS, code.partition(":")[0], look.made_on):
                yield branch, segment, f"HI{place:02}-2"


@edit(
    "decision-reason-form",
    "there is no such reason for a decision",
    snip=5,
    set_id="278",
    loops="2000E 2000F",
    segment="HCR",
)
def decision_reason_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """HCR03: two digits or letters each (health care services decision reasons)."""
    segment = first(branch, "HCR")
    reasons = at(segment, 3)
    if reasons and not _REASONS.fullmatch(reasons):
        yield branch, segment, "HCR03"
