"""Edits on remittances."""

import re
from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.claim_codes import wrong_reasons
from frontdesk.x12.edits.codes import FACILITY, REMARK
from frontdesk.x12.edits.registry import Look, Spot, at, day, each, edit, first, one_of, where
from frontdesk.x12.tree import Branch

# M and MA are given out no more (M1 to M144, MA01 to MA134); N goes on.
_REMARK = re.compile(
    r"M(?:[1-9]|[1-9]\d|1[0-4]\d)|MA(?:0[1-9]|[1-9]\d?|1[0-3]\d)|N(?:[1-9]\d{0,2})"
)
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


@edit(
    "remark-form",
    "there is no such remark",
    snip=5,
    set_id="*",
    loops="2100 2110 2320",
    segment="LQ MOA",
)
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
    loops="2100 2110",
    segment="CAS",
    only=where(2, _ASK_REMARK.__contains__, every=3),
)
def remark_missing(branch: Branch, look: Look) -> Iterator[Spot]:
    """CARC 16, 96 and others say nothing without a RARC (CORE 360)."""
    claim = branch if branch.id == "2100" else branch.parent
    remarks = each(claim, "MOA") if claim is not None else ()
    if first(branch, "LQ", "HE") is not None or any(any(s[3:8]) for s in remarks):
        return
    for segment in each(branch, "CAS"):
        if not _ASK_REMARK.isdisjoint(segment[2::3]):
            yield branch, segment, "CAS02"


@edit(
    "crossover-payer",
    "the claim was forwarded, but it is not said to whom",
    snip=4,
    set_id="835",
    loops="2100",
    segment="CLP",
    only=one_of(*_FORWARDED, place=2),
)
def crossover_payer(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM1*TT where CLP02 is 19, 20, 21 or 23."""
    if first(claim, "NM1", "TT") is None:
        yield claim, first(claim, "CLP"), "CLP02"


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
    if claim.children or first(claim, "CAS") is not None:
        return
    head = first(claim, "CLP")
    if at(head, 8) not in {"21", "51", "61"}:
        charge, paid = Decimal(at(head, 3) or "0"), Decimal(at(head, 4) or "0")
        if charge != paid:
            yield claim, head, "CLP03"


@edit(
    "denied-paid",
    "a claim that was denied was paid",
    snip=6,
    set_id="835",
    loops="2100",
    segment="CLP",
    only=one_of(_DENIED, place=2),
)
def denied_paid(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLP04 is nothing where CLP02 is 4."""
    head = first(claim, "CLP")
    if Decimal(at(head, 4) or "0") > 0:
        yield claim, head, "CLP04"


@edit(
    "decided-ahead",
    "a service, or the claim for it, is dated after it was paid",
    snip=6,
    set_id="835",
    loops="2100 2110",
    segment="DTM",
)
def decided_ahead(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTM*472, 232, 233 and 050 (the claim came) are not after the payment (BPR16) or the day the
    remittance was made (DTM*405)."""
    root = branch.up("")
    days = (day(at(first(root, "BPR"), 16)), day(at(first(root, "DTM", "405"), 2)))
    paid_on = min((one for one in days if one), default=None)
    for segment in each(branch, "DTM", "472", "150", "151", "232", "233", "050"):
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
    only=one_of("B6"),
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
    only=one_of("233", "151"),
)
def statement_reversed(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTM*233 is not before DTM*232; on a line, 151 not before 150."""
    for begins, ends in (("232", "233"), ("150", "151")):
        start, end = first(branch, "DTM", begins), first(branch, "DTM", ends)
        if start is not None and end is not None and at(end, 2) < at(start, 2):
            yield branch, end, "DTM02"


@edit(
    "insured-same",
    "who is insured is the patient, and is named again",
    snip=4,
    set_id="835",
    loops="2100",
    segment="NM1",
    only=one_of("IL"),
)
def insured_same(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM1*IL is for somebody else than NM1*QC."""
    insured, patient = first(claim, "NM1", "IL"), first(claim, "NM1", "QC")
    if insured is not None and patient is not None and insured[2:] == patient[2:]:
        yield claim, insured, "NM101"


@edit(
    "outcome-twice",
    "the outcome of a stay and that of a visit stand side by side",
    snip=4,
    set_id="835",
    loops="2100",
    segment="MIA",
)
def outcome_twice(claim: Branch, look: Look) -> Iterator[Spot]:
    """MIA or MOA, not both."""
    segment = first(claim, "MOA")
    if segment is not None:
        yield claim, segment, "MOA01"


@edit(
    "period-half",
    "the days of a service begin and do not end, or end and do not begin",
    snip=4,
    set_id="835",
    loops="2110",
    segment="DTM",
    only=one_of("150", "151"),
)
def period_half(line: Branch, look: Look) -> Iterator[Spot]:
    """DTM*150 and DTM*151 come together."""
    start, end = first(line, "DTM", "150"), first(line, "DTM", "151")
    if (start is None) is not (end is None):
        yield line, start or end, "DTM01"


@edit(
    "submitted-same",
    "the service that was asked for is the one that was paid, and is named again",
    snip=4,
    set_id="835",
    loops="2110",
    segment="SVC",
    only=where(6, bool, every=1),
)
def submitted_same(line: Branch, look: Look) -> Iterator[Spot]:
    """SVC06 is for another procedure than SVC01, and SVC07 for another count than SVC05."""
    segment = first(line, "SVC")
    for paid, submitted in ((1, 6), (5, 7)):
        if at(segment, submitted) and at(segment, submitted) == at(segment, paid):
            yield line, segment, f"SVC{submitted:02}"


@edit(
    "method-accounts",
    "accounts are named, but the payment is no transfer",
    snip=4,
    set_id="835",
    loops="",
)
def method_accounts(root: Branch, look: Look) -> Iterator[Spot]:
    """BPR05 to BPR15 are empty for a check, and where nothing is paid."""
    segment = first(root, "BPR")
    if at(segment, 4) in {"CHK", "NON"} and segment is not None and any(segment[5:16]):
        yield root, segment, "BPR05"


@edit(
    "notice-amount",
    "it is only a notice, but money is paid",
    snip=4,
    set_id="835",
    loops="",
)
def notice_amount(root: Branch, look: Look) -> Iterator[Spot]:
    """BPR02 is nothing where BPR01 is H."""
    segment = first(root, "BPR")
    if at(segment, 1) == "H" and Decimal(at(segment, 2) or "0"):
        yield root, segment, "BPR01"


@edit(
    "crossover-unsaid",
    "another payer is named, but the claim was not forwarded",
    snip=4,
    set_id="835",
    loops="2100",
    segment="NM1",
    only=one_of("TT"),
)
def crossover_unsaid(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM1*TT only where CLP02 is 19, 20, 21 or 23."""
    segment = first(claim, "NM1", "TT")
    if segment is not None and at(first(claim, "CLP"), 2) not in _FORWARDED:
        yield claim, segment, "NM101"


@edit(
    "rendering-payee",
    "who treated is who is paid, and is named again",
    snip=4,
    set_id="835",
    loops="2100",
    segment="NM1",
    only=one_of("82"),
)
def rendering_payee(claim: Branch, look: Look) -> Iterator[Spot]:
    """NM1*82 is for somebody else than the payee."""
    segment, root = first(claim, "NM1", "82"), claim.up("")
    payee = first(root.child("1000B"), "N1") if root is not None else None
    if at(segment, 9) and at(segment, 9) == at(payee, 4):
        yield claim, segment, "NM109"


@edit(
    "stay-of-visit",
    "what is said of a stay stands on a visit",
    snip=6,
    set_id="835",
    loops="2100",
)
def stay_of_visit(claim: Branch, look: Look) -> Iterator[Spot]:
    """MIA and QTY*CA are of stays, whose lines have a revenue code."""
    segment = first(claim, "MIA") or first(claim, "QTY", "CA")
    if segment is None:
        return
    services = [first(line, "SVC") for line in claim.each("2110")]
    is_visit = all(at(s, 1).startswith("HC:") and not at(s, 4) for s in services)
    if services and is_visit:
        yield claim, segment, f"{segment[0]}01"


@edit(
    "decided-place",
    "there is no such place of service",
    snip=5,
    set_id="835",
    loops="2100",
    segment="CLP",
    only=where(8, bool),
)
def decided_place(claim: Branch, look: Look) -> Iterator[Spot]:
    """CLP08 is a place of service of CMS, or the first digits of a type of bill (NUBC)."""
    head = first(claim, "CLP")
    if at(head, 8) and look.refuses(FACILITY, at(head, 8), None):
        yield claim, head, "CLP08"


@edit(
    "allowed-negative",
    "less than nothing was allowed for a service that was charged",
    snip=6,
    set_id="835",
    loops="2110",
    segment="AMT",
    only=one_of("B6"),
)
def allowed_negative(line: Branch, look: Look) -> Iterator[Spot]:
    """AMT*B6 is negative only where SVC02 is: in a reversal."""
    segment = first(line, "AMT", "B6")
    charge = Decimal(at(first(line, "SVC"), 2) or "0")
    if charge > 0 and Decimal(at(segment, 2) or "0") < 0:
        yield line, segment, "AMT02"


@edit(
    "group-repeated",
    "adjustments of one group are parted though they fit in one segment",
    snip=4,
    set_id="*",
    loops="2100 2110 2320 2430",
    segment="CAS",
)
def group_repeated(branch: Branch, look: Look) -> Iterator[Spot]:
    """A second CAS of a group only where the first holds six adjustments (005010X221A1, X222A1)."""
    room: dict[str, bool] = {}
    for segment in each(branch, "CAS"):
        if room.get(segment[1]):
            yield branch, segment, "CAS01"
        room[segment[1]] = not at(segment, 17)


def _is_nothing(amount: str) -> bool:
    return bool(amount) and not amount.strip("-0.")


@edit(
    "nothing-adjusted",
    "an adjustment of nothing is told",
    snip=4,
    set_id="835",
    loops="2100 2110",
    segment="CAS",
    only=where(3, _is_nothing, every=3),
)
def nothing_adjusted(branch: Branch, look: Look) -> Iterator[Spot]:
    """CAS03, 06 and so on are not zero: what changes nothing is not told (005010X221A1, 1.10.2)."""
    for segment in each(branch, "CAS"):
        for place in range(3, len(segment), 3):
            if _is_nothing(segment[place]):
                yield branch, segment, f"CAS{place:02}"


@edit(
    "expired-paid",
    "coverage is said to have ended before the service, which was paid",
    snip=6,
    set_id="835",
    loops="2100",
    segment="DTM",
    only=one_of("036"),
)
def expired_paid(claim: Branch, look: Look) -> Iterator[Spot]:
    """DTM*036 is told where a claim is denied because coverage had ended (005010X221A1)."""
    segment = first(claim, "DTM", "036")
    ended, head = day(at(segment, 2)), first(claim, "CLP")
    days = [day(at(one, 2)) for line in claim.each("2110") for one in each(line, "DTM", "472")]
    served = min((one for one in days if one), default=None)
    if ended and served and ended < served and Decimal(at(head, 4) or "0") > 0:
        yield claim, segment, "DTM02"
