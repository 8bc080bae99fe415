"""Payers' mistakes in a remittance: a claim under a wrong number, and a claim of another office."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from frontdesk.sandbox import habits
from frontdesk.sandbox.adjudication import Decision
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Payer

NOBODY = "0"  # CLP01 of a claim whose number the payer lost
DECIDED = frozenset("12")  # CLP02: as first or as second plan
ELSEWHERE = {"last": "QUILLFEATHER", "first": "AVERY", "id": "X00000000"}


def told(
    payer: Payer, decisions: Sequence[Decision], state: State, at: datetime, npi: str
) -> Iterator[Decision]:
    """Yield the decisions as a payer tells them, with what does not belong there.

    The money of another office's claim is taken back from a later payment.
    """
    for one in decisions:
        is_paid = one.status in DECIDED and one.paid > 0
        is_misnamed = is_paid and habits.is_misnamed(payer, one.number)
        yield _without_number(one) if is_misnamed else one
        if is_paid and habits.brings_a_stray(payer, one.number):
            stray = _of_another_office(one)
            later = at.timestamp() + payer.takes_after_seconds
            state.recoup(payer.id, npi, stray.payer_control, stray.paid, at=later)
            yield stray


def _without_number(one: Decision) -> Decision:
    lines = [replace(line, control="") for line in one.lines]
    return replace(one, number=NOBODY, lines=lines)


def _of_another_office(one: Decision) -> Decision:
    number = f"X{one.payer_control[-8:]}"
    lines = [replace(line, control="") for line in one.lines]
    return replace(
        one, number=number, payer_control=f"{one.payer_control}X", lines=lines,
        patient=dict(ELSEWHERE), insured=dict(ELSEWHERE),
    )  # fmt: skip
