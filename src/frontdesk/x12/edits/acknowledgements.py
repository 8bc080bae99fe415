"""Edits on claim acknowledgements (277CA)."""

from collections.abc import Iterator

from frontdesk.x12.edits.registry import Look, Spot, at, each, edit
from frontdesk.x12.tree import Branch

_TAKEN = frozenset({"A1", "A2"})
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
