"""Edits on remittances."""

import re
from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.claim_codes import wrong_reasons
from frontdesk.x12.edits.codes import REMARK
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first
from frontdesk.x12.tree import Branch

_REMARK = re.compile(r"(?:M|N|MA)\d{1,3}")
# Reasons that say nothing without a remark (CORE 360).
_ASK_REMARK = frozenset({"16", "96", "125", "129", "148", "226", "227", "252", "A1"})
_FORWARDED = frozenset({"19", "20", "21", "23"})
_DENIED, _REVERSAL = "4", "22"


@edit(
    "remittance-reason",
    "there is no such adjustment reason",
    snip=5,
    set_id="835",
    loops="2100 2110",
    segment="CAS",
)
def remittance_reason(branch: Branch, look: Look) -> Iterator[Spot]:
    """A CARC; with a code set, one of it."""
    yield from wrong_reasons(branch, look)


@edit("remark-form", "there is no such remark", snip=5, set_id="835", loops="2100 2110")
def remark_form(branch: Branch, look: Look) -> Iterator[Spot]:
    """A RARC: M, MA or N with digits; with a code set, one of it."""
    for segment in each(branch, "LQ", "HE"):
        if _is_no_remark(at(segment, 2), look):
            yield branch, segment, "LQ02"
    for segment in each(branch, "MOA"):
        for place in range(3, 8):
            if at(segment, place) and _is_no_remark(at(segment, place), look):
                yield branch, segment, f"MOA{place:02}"


def _is_no_remark(code: str, look: Look) -> bool:
    return not _REMARK.fullmatch(code) or look.refuses(REMARK, code, look.made_on)


@edit(
    "remark-missing",
    "a reason asks for a remark, and there is none",
    snip=4,
    set_id="835",
    loops="2100",
)
def remark_missing(claim: Branch, look: Look) -> Iterator[Spot]:
    """CARC 16, 96 and others say nothing without a RARC (CORE 360)."""
    has_claim_remark = any(at(s, place) for s in each(claim, "MOA") for place in range(3, 8))
    for branch in (claim, *claim.each("2110")):
        has_remark = has_claim_remark or first(branch, "LQ", "HE") is not None
        for segment in each(branch, "CAS"):
            if not has_remark and not _ASK_REMARK.isdisjoint(segment[2::3]):
                yield branch, segment, "CAS02"


@edit(
    "crossover-payer",
    "the claim was forwarded, but it is not said to whom",
    snip=4,
    set_id="835",
    loops="2100",
)
def crossover_payer(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM1*TT where CLP02 is 19, 20, 21 or 23."""
    head = first(claim, "CLP")
    if at(head, 2) in _FORWARDED and first(claim, "NM1", "TT") is None:
        yield claim, head, "CLP02"


@edit(
    "decided-date", "it is not said when the service was given", snip=4, set_id="835", loops="2100"
)
def decided_date(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTM*472 on each line, or DTM*232 on the claim."""
    if first(claim, "DTM", "232") is not None:
        return
    for line in claim.each("2110"):
        if first(line, "DTM", "472", "150") is None:
            yield line, None, "SVC"


@edit("line-missing", "the claim has no line", snip=4, set_id="835", loops="2100")
def line_missing(claim: Branch, look: Look) -> Iterator[Spot]:
    """A professional claim is decided line by line, unless it is a capitation or predetermined."""
    head = first(claim, "CLP")
    is_professional = at(head, 8) not in {"21", "51", "61"}
    if is_professional and claim.child("2110") is None and first(claim, "CAS") is None:
        charge, paid = Decimal(at(head, 3) or "0"), Decimal(at(head, 4) or "0")
        if charge != paid:
            yield claim, head, "CLP03"


@edit("denied-paid", "a claim that was denied was paid", snip=6, set_id="835", loops="2100")
def denied_paid(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLP04 is nothing where CLP02 is 4."""
    head = first(claim, "CLP")
    if at(head, 2) == _DENIED and Decimal(at(head, 4) or "0") > 0:
        yield claim, head, "CLP04"


@edit(
    "decided-ahead",
    "a service is dated after it was paid",
    snip=6,
    set_id="835",
    loops="2100 2110",
    segment="DTM",
)
def decided_ahead(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTM*472, 232 and 233 are not after BPR16."""
    root = branch.up("")
    paid_on = day(at(first(root, "BPR"), 16))
    for segment in each(branch, "DTM", "472", "150", "151", "232", "233"):
        if paid_on and (day(at(segment, 2)) or paid_on) > paid_on:
            yield branch, segment, "DTM02"


@edit(
    "payment-method",
    "the way of paying does not agree with the amount",
    snip=4,
    set_id="835",
    loops="",
)
def payment_method(root: Branch, look: Look) -> Iterator[Spot]:
    """NON where nothing is paid and only there; an ACH names both accounts."""
    segment = first(root, "BPR")
    amount = Decimal(at(segment, 2) or "0")
    if amount and at(segment, 4) == "NON":
        yield root, segment, "BPR04"
    elif at(segment, 4) == "ACH" and not (at(segment, 9) and at(segment, 15)):
        yield root, segment, "BPR09"


@edit(
    "allowed-above-charge",
    "more was allowed than was charged",
    snip=6,
    set_id="835",
    loops="2110",
    segment="AMT",
)
def allowed_above_charge(line: Branch, look: Look) -> Iterator[Spot]:
    """AMT*B6 is at most SVC02."""
    segment = first(line, "AMT", "B6")
    charge = Decimal(at(first(line, "SVC"), 2) or "0")
    if segment is not None and charge >= 0 and Decimal(at(segment, 2) or "0") > charge:
        yield line, segment, "AMT02"


@edit(
    "trace-origin",
    "who pays is another in the payment than in its trace",
    snip=4,
    set_id="835",
    loops="",
)
def trace_origin(root: Branch, look: Look) -> Iterator[Spot]:
    """BPR10, where it is given, is TRN03."""
    segment, trace = first(root, "BPR"), first(root, "TRN")
    if at(segment, 10) and at(trace, 3) and at(segment, 10) != at(trace, 3):
        yield root, trace, "TRN03"


@edit(
    "statement-reversed",
    "the claim's days end before they begin",
    snip=6,
    set_id="835",
    loops="2100 2110",
    segment="DTM",
)
def statement_reversed(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTM*233 is not before DTM*232; on a line, 151 not before 150."""
    for begins, ends in (("232", "233"), ("150", "151")):
        start, end = first(branch, "DTM", begins), first(branch, "DTM", ends)
        if start is not None and end is not None and at(end, 2) < at(start, 2):
            yield branch, end, "DTM02"
