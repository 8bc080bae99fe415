"""What comes next for a claim, and until when: planned by a person, or what its state asks."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is to be done about a claim, and on which day; `is_planned` where a person said so."""

    words: str
    on: date | None = None
    is_planned: bool = False
    is_waiting: bool = False  # nothing to do here: somebody else is to answer


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides the next step: the status, its days, what is wrong, what a person planned."""

    status: str
    today: date
    sent_on: date | None = None
    late_on: date | None = None
    due_on: date | None = None  # of the nearest clock that runs
    is_urgent: bool = False
    is_part_denied: bool = False
    answered: str = ""  # a key of _ANSWERED where every refusal of it was answered
    planned: str = ""
    planned_on: date | None = None
    planned_for: str = ""  # the status in which it was planned: in another it is over


_FIX = {
    "held": "Correct it",
    "ready": "Send it",
    "rejected": "Correct it and send it again",
    "denied": "Correct, appeal or close it",
}
_ANSWERED = {
    "appealed": "Answer to the appeal",
    "corrected": "Decision on the corrected claim",
}
_WAITS = {
    "sent": ("Receipt of the clearinghouse (999)", timedelta(0)),
    "received": ("Answer of the payer (277CA)", timedelta(days=2)),
}


def next_step(claim: Standing) -> NextStep | None:
    """Return what comes next; nothing where the claim is done."""
    if claim.planned and claim.planned_for == claim.status:
        return NextStep(claim.planned, claim.planned_on, is_planned=True)
    if claim.answered and not claim.is_urgent:
        return NextStep(_ANSWERED[claim.answered], is_waiting=True)
    if claim.status in _FIX:
        return NextStep(_FIX[claim.status], claim.due_on if claim.is_urgent else claim.today)
    if claim.is_part_denied:
        return NextStep("Correct, appeal or close the refused lines", claim.due_on)
    return _awaited(claim)


def _awaited(claim: Standing) -> NextStep | None:
    """Return whose answer a claim in hand waits for."""
    is_in_hand = claim.status in {*_WAITS, "accepted"}
    if is_in_hand and claim.late_on is not None and claim.late_on < claim.today:
        return NextStep("Find out where it is", claim.today)
    if claim.status in _WAITS:
        words, after = _WAITS[claim.status]
        return NextStep(words, claim.sent_on and claim.sent_on + after, is_waiting=True)
    if claim.status == "accepted":
        return NextStep("Decision of the payer (835)", claim.late_on, is_waiting=True)
    return None
