"""What the history of a claim and its corrections says for the figures.

Every mark stands on the day of the event that decided it, and depends on nothing that came
later: what was counted for a day stays as it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

KINDS = ("held", "sent", "rejected", "277CA", "paid", "denied", "closed", "replaced")
_ON_THE_WAY = ("A0", "A1")  # of a 277CA: it arrived somewhere, nobody took it in yet


class Happened(NamedTuple):
    """An event of a claim's history."""

    at: datetime
    kind: str
    code: str = ""


@dataclass(slots=True)
class Version:
    """A claim as it was built, first or as a correction, with its events in their order."""

    claim_id: UUID
    events: list[Happened] = field(default_factory=list)


class Mark(NamedTuple):
    """What one claim adds to one figure at a moment: to its upper and lower part."""

    measure: str
    claim_id: UUID
    at: datetime
    counted: Decimal
    of: Decimal
    words: str


def marks_of(family: Sequence[Version], minutes: dict[str, int]) -> list[Mark]:
    """Return what a claim (first) and its corrections (after it) add to each figure.

    The counted part of the cost of rework is in minutes, by the kind of event.
    """
    found = [*_first_answer(family[0]), *_sent(family[0])]
    everything = sorted(
        ((one, version.claim_id) for version in family for one in version.events),
        key=lambda pair: pair[0].at,
    )
    found += _decisions(everything)
    found += [
        Mark("rework", claim_id, one.at, Decimal(minutes[one.kind]), Decimal(0), _WORK[one.kind])
        for one, claim_id in everything
        if minutes.get(one.kind)
    ]
    return found


def _sent(first: Version) -> list[Mark]:
    sent = next((one for one in first.events if one.kind == "sent"), None)
    if sent is None:
        return []
    return [Mark("rework", first.claim_id, sent.at, Decimal(0), Decimal(1), "Sent")]


def _first_answer(first: Version) -> list[Mark]:
    answer = next((one for one in first.events if _is_answer(one)), None)
    if answer is None:
        return []
    accepted = answer.kind != "rejected"
    held = any(one.kind == "held" for one in _until(first.events, answer))
    words = "Rejected" if not accepted else "Held by a check first" if held else "Accepted"
    return [
        _mark("clean_claim", first, answer, words, is_counted=accepted and not held),
        _mark(
            "first_pass", first, answer, "Accepted" if accepted else words, is_counted=accepted
        ),
    ]  # fmt: skip


def _until(events: Iterable[Happened], end: Happened) -> list[Happened]:
    found = []
    for one in events:
        if one is end:
            break
        found.append(one)
    return found


def _is_answer(one: Happened) -> bool:
    if one.kind == "277CA":
        return not one.code.startswith(_ON_THE_WAY)
    return one.kind in {"rejected", "paid", "denied"}


def _decisions(everything: Sequence[tuple[Happened, UUID]]) -> list[Mark]:
    marks: list[Mark] = []
    was_denied = is_settled = False
    for one, claim_id in everything:
        denied = one.kind == "denied"
        if one.kind in {"paid", "denied"} and not any(m.measure == _INITIAL for m in marks):
            marks.append(_decided(_INITIAL, claim_id, one, denied, "Denied" if denied else "Paid"))
        was_denied = was_denied or denied
        given_up = one.kind == "closed" and was_denied
        if not is_settled and (one.kind == "paid" or given_up):
            words = "Given up" if given_up else "Paid"
            marks.append(_decided("final_denial", claim_id, one, given_up, words))
            is_settled = True
    return marks


def _decided(measure: str, claim_id: UUID, one: Happened, counts: bool, words: str) -> Mark:
    return Mark(measure, claim_id, one.at, Decimal(counts), Decimal(1), words)


def _mark(measure: str, version: Version, one: Happened, words: str, *, is_counted: bool) -> Mark:
    return Mark(measure, version.claim_id, one.at, Decimal(is_counted), Decimal(1), words)


_INITIAL = "initial_denial"
_WORK = {
    "held": "Held by a check",
    "rejected": "Rejected",
    "denied": "Denied",
    "replaced": "Corrected",
}
