"""Edits on acknowledgements: of claims (277CA) and of transaction sets (999)."""

from collections.abc import Iterator
from decimal import Decimal

from frontdesk.x12.edits.registry import Look, Spot, at, each, edit, first, one_of
from frontdesk.x12.edits.statuses import TAKEN, category, claims_of
from frontdesk.x12.tree import Branch

_TAKEN = frozenset({"A1", "A2"})
# What a functional group may hold: transaction sets, guides.
_OF_GROUPS = {
    "HS": ("270", "005010X279"),
    "HB": ("271", "005010X279"),
    "HR": ("276", "005010X212"),
    "HN": ("277", "005010X212 005010X214 005010X213 005010X228 005010X364"),
    "HI": ("278", "005010X217 005010X215 005010X216"),
    "HP": ("835", "005010X221"),
    "HC": ("837", "005010X222 005010X223 005010X224 005010X298 005010X299 005010X300"),
}
_GUIDES = frozenset(" ".join(guides for _, guides in _OF_GROUPS.values()).split())
_SENT_BACK = frozenset({"A3", "A4", "A6", "A7", "A8"})


@edit(
    "status-action",
    "the status and what follows from it do not agree",
    snip=4,
    set_id="277",
    loops="2200B 2200C 2200D 2220D",
    segment="STC",
)
def status_action(branch: Branch, look: Look) -> Iterator[Spot]:
    """WQ goes with what was taken in, U with what was sent back."""
    for segment in each(branch, "STC"):
        category, action = at(segment, 1).partition(":")[0], at(segment, 3)
        is_odd = (action == "U" and category in _TAKEN) or (
            action == "WQ" and category in _SENT_BACK
        )
        if is_odd:
            yield branch, segment, "STC03"


@edit(
    "received-after-sent",
    "the claims were received after they were answered",
    snip=6,
    set_id="277",
    loops="2200A",
    segment="DTP",
)
def received_after_sent(branch: Branch, look: Look) -> Iterator[Spot]:
    """DTP*050 is not after DTP*009."""
    received = [at(s, 3) for s in each(branch, "DTP", "050")]
    for segment in each(branch, "DTP", "009"):
        if received and at(segment, 3) < received[0]:
            yield branch, segment, "DTP03"


@edit(
    "acknowledged-amounts",
    "the amounts taken in and sent back are not those of the claims listed",
    snip=3,
    set_id="277",
    loops="2200B 2200C",
    segment="AMT",
)
def acknowledged_amounts(branch: Branch, look: Look) -> Iterator[Spot]:
    """AMT*YU is the sum of the claims taken in, AMT*YY of those sent back (005010X214)."""
    level = branch.parent
    if level is None:
        return
    sums = {True: Decimal(0), False: Decimal(0)}
    for status in (first(x, "STC") for claim in claims_of(level) for x in claim.each("2200D")):
        sums[category(status or []) in TAKEN] += Decimal(at(status, 4) or "0")
    for qualifier, is_taken in (("YU", True), ("YY", False)):
        segment = first(branch, "AMT", qualifier)
        if segment is not None and Decimal(at(segment, 2) or "0") != sums[is_taken]:
            yield branch, segment, "AMT02"


@edit(
    "acknowledged-total",
    "the amount of all claims is not what was taken in and sent back",
    snip=3,
    set_id="277",
    loops="2200B 2200C",
    segment="STC",
)
def acknowledged_total(branch: Branch, look: Look) -> Iterator[Spot]:
    """STC04 is AMT*YU and AMT*YY together, where both are told or one is all."""
    amounts = [Decimal(at(s, 2) or "0") for s in each(branch, "AMT", "YU", "YY")]
    for segment in each(branch, "STC"):
        if amounts and at(segment, 4) and Decimal(at(segment, 4)) != sum(amounts):
            yield branch, segment, "STC04"


@edit(
    "verdict-errors",
    "the verdict on a transaction set does not go with the errors named",
    snip=4,
    set_id="999",
    loops="2000",
)
def verdict_errors(answer: Branch, look: Look) -> Iterator[Spot]:
    """A set with errors (IK3) is not simply accepted; any other verdict names its reason.

    IK501 is A without IK3; with E, M, P, R, W or X there is an IK3 or IK502 (005010X231).
    """
    segment = first(answer, "IK5")
    is_plain, has_errors = at(segment, 1) == "A", answer.child("2100") is not None
    if is_plain and (has_errors or at(segment, 2)):
        yield answer, segment, "IK501"
    elif not is_plain and not has_errors and not at(segment, 2):
        yield answer, segment, "IK502"


@edit(
    "error-unsaid",
    "a segment has wrong elements, and none is named",
    snip=4,
    set_id="999",
    loops="2100",
    segment="IK3",
    only=one_of("8", place=4),
)
def error_unsaid(error: Branch, look: Look) -> Iterator[Spot]:
    """IK4 where IK304 is 8 (005010X231A1)."""
    if error.child("2110") is None and first(error, "IK4") is None:
        yield error, first(error, "IK3"), "IK304"


@edit(
    "acknowledged-kind",
    "the group acknowledged cannot hold what is acknowledged",
    snip=4,
    set_id="999",
    loops="",
)
def acknowledged_kind(root: Branch, look: Look) -> Iterator[Spot]:
    """AK101, AK103 and AK201 go together: HC holds 837, HP 835, and so on."""
    head = first(root, "AK1")
    sets, guides = _OF_GROUPS.get(at(head, 1), ("", ""))
    if not sets:
        return
    guide = at(head, 3)[:10]
    if guide in _GUIDES and guide not in guides:
        yield root, head, "AK103"
    for answer in root.each("2000"):
        segment = first(answer, "AK2")
        if at(segment, 1) not in sets:
            yield answer, segment, "AK201"
