"""Edits on where a claim stands: questions (276), answers (277) and acknowledgements (277CA)."""

import re
from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.registry import Look, Spot, at, each, edit, first, span
from frontdesk.x12.tree import Branch

_CATEGORY = re.compile(r"A[0-8]|P[0-5]|F[0-4]|F3[FN]|R\d\d?|E[0-4]|D0|DR0[1-8]")
_STATUS = re.compile(r"\d{1,2}|[1-8]\d\d")  # 0 to 8xx in 2026
_UNPAID = re.compile(r"[ADEPR]|F2")  # taken in, on the way, sent back, denied
_ANSWER = "0010"  # BHT01 of a 277 that is no 277CA
# Statuses whose words begin with "Entity" (claim status code list).
_OF_ENTITIES = frozenset(
    code
    for line in (
        "19 24 25 26 88 89 90 91 92 93 94 97 109 123 124 125 126 127 128 129 130 153 157 158 159",
        "160 164 562",
    )
    for code in line.split()
)
TAKEN = frozenset({"A0", "A1", "A2", "A5"})
_COUNTS = (("90", True), ("QA", True), ("AA", False), ("QC", False))


def category(status: list[str]) -> str:
    """The category of a status: the first part of STC01."""
    return at(status, 1).partition(":")[0]


@edit(
    "status-unknown",
    "there is no such status",
    snip=5,
    set_id="277",
    segment="STC",
)
def status_unknown(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC01, 10 and 11: a category of the list, and a status within the numbers given out."""
    for segment in each(branch, "STC"):
        for place in (1, 10, 11):
            parts = at(segment, place).split(":")
            if parts == [""]:
                continue
            code = parts[1] if len(parts) > 1 else ""
            if not _CATEGORY.fullmatch(parts[0]) or not _STATUS.fullmatch(code):
                yield branch, segment, f"STC{place:02}"


@edit(
    "asked-ahead",
    "a service is dated after the message was made",
    snip=6,
    set_id="*",
    loops="2200D 2200E 2210D 2210E 2220D 2220E",
    segment="DTP",
)
def asked_ahead(branch: Branch, look: Look) -> Iterator[Spot]:
    """Where a claim stands is asked for what has been given: DTP*472 is past."""
    for segment in each(branch, "DTP", "472"):
        end = span(segment)[1]
        if look.made_on and end and end > look.made_on:
            yield branch, segment, "DTP03"


@edit(
    "line-above-claim",
    "the lines were charged with more than the claim",
    snip=6,
    set_id="*",
    loops="2200D 2200E",
)
def line_above_claim(claim: Branch, look: Look) -> Iterator[Spot]:
    """The sum of SVC02 is not above AMT*T3 (276) or STC04 (277)."""
    charge = at(first(claim, "AMT", "T3"), 2) or at(first(claim, "STC"), 4)
    if not charge:
        return
    total = Decimal(0)
    for line in claim.each("2210D", "2210E", "2220D", "2220E"):
        segment = first(line, "SVC")
        total += Decimal(at(segment, 2) or "0")
        if total > Decimal(charge):
            yield line, segment, "SVC02"
            return


@edit(
    "unpaid-with-payment",
    "a claim that was not paid names a payment",
    snip=6,
    set_id="277",
    segment="STC",
)
def unpaid_with_payment(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC05 and STC09 are empty where the claim is on the way, sent back or denied."""
    for segment in each(branch, "STC"):
        if _UNPAID.match(category(segment)):
            if at(segment, 5).strip("0."):
                yield branch, segment, "STC05"
            elif at(segment, 9):
                yield branch, segment, "STC09"


@edit(
    "paid-above-charge",
    "more was paid than was charged",
    snip=6,
    set_id="277",
    segment="STC",
)
def paid_above_charge(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC05 is not above STC04; on a line, SVC03 not above SVC02."""
    for name, charged, paid in (("STC", 4, 5), ("SVC", 2, 3)):
        for segment in each(branch, name):
            charge = at(segment, charged)
            if charge and Decimal(at(segment, paid) or "0") > Decimal(charge) > 0:
                yield branch, segment, f"{name}{paid:02}"


@edit(
    "acknowledged-claims",
    "the count of claims is not that of the claims listed",
    snip=6,
    set_id="277",
    loops="2200B 2200C",
    segment="QTY",
)
def acknowledged_claims(branch: Branch, look: Look) -> Iterator[Spot]:
    """QTY*90 and QA count the claims taken in, AA and QC those sent back."""
    level = branch.parent
    if level is None:
        return
    counted = {True: 0, False: 0}
    for claim in claims_of(level):
        statuses = [category(s) for x in claim.each("2200D") for s in each(x, "STC")]
        counted[all(s in TAKEN for s in statuses)] += 1
    for qualifier, is_taken in _COUNTS:
        segment = first(branch, "QTY", qualifier)
        if segment is not None and Decimal(at(segment, 2) or "0") != counted[is_taken]:
            yield branch, segment, "QTY02"


def claims_of(level: Branch) -> Iterator[Branch]:
    """The claims at or below a level."""
    for child in level.children:
        if child.id == "2000D":
            yield child
        else:
            yield from claims_of(child)


@edit(
    "questioned-patient",
    "the subscriber's birth date does not agree with who the patient is",
    snip=4,
    set_id="276",
    loops="2000D",
)
def questioned_patient(level: Branch, look: Look) -> Iterator[Spot]:
    """DMG in 2000D where the subscriber is the patient, and only there."""
    segment = first(level, "DMG")
    if (segment is None) is (level.child("2000E") is None):
        yield level, segment, "DMG02"


@edit(
    "status-alone",
    "something is missing or invalid, and it is not said what",
    snip=5,
    set_id="277",
    segment="STC",
)
def status_alone(branch: Branch, look: Look) -> Iterator[Spot]:
    """Status 21 never comes alone, by its own words; the 277CA may name the rest elsewhere."""
    if at(first(branch.up("") or branch, "BHT"), 1) != _ANSWER:
        return
    for segment in each(branch, "STC"):
        if at(segment, 1).split(":")[1:2] == ["21"] and len(_statuses(branch)) == 1:
            yield branch, segment, "STC01"


@edit(
    "status-entity",
    "a status is about somebody, and it is not said about whom",
    snip=5,
    set_id="277",
    segment="STC",
)
def status_entity(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC01-3 (10, 11) where the words of the status ask for an entity."""
    for segment in each(branch, "STC"):
        for place in (1, 10, 11):
            parts = at(segment, place).split(":")
            if len(parts) > 1 and parts[1] in _OF_ENTITIES and not "".join(parts[2:3]):
                yield branch, segment, f"STC{place:02}"


def _statuses(branch: Branch) -> list[str]:
    """Every status said in a loop."""
    return [at(s, place) for s in each(branch, "STC") for place in (1, 10, 11) if at(s, place)]
