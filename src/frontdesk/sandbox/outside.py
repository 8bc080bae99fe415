"""What the sandbox's payers move outside of claims (PLB): interest, capitation, money taken back.

A payment is never negative (X12 RFI 222): what cannot be taken is carried on (FB). A payer that
asks before it takes gives the money of a reversal back in the same remittance (WO with a minus),
and takes it from a later one (WO).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from frontdesk import x12
from frontdesk.sandbox import habits
from frontdesk.sandbox.kept import Due
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import Payer

ZERO, CENT = Decimal("0.00"), Decimal("0.01")
A_YEAR = 365 * 86400  # seconds
ON_REQUEST = Decimal("1.25")  # interest, when trouble with a PLB was asked for


@dataclass(frozen=True, slots=True)
class Payee:
    """Who is paid, in which payment, and when."""

    npi: str
    number: int
    at: datetime

    @property
    def year_end(self) -> date:
        """The end of the fiscal year, as every PLB names it."""
        return date(self.at.year, 12, 31)

    def moved(self, reason: str, amount: Decimal, reference: str) -> x12.ProviderAdjustment:
        """Return one adjustment; a positive amount lowers the payment."""
        return x12.ProviderAdjustment(self.npi, self.year_end, reason, amount, reference)


def adjustments(
    payer: Payer, payee: Payee, owed: Sequence[Due], state: State, *, on_request: bool
) -> Iterator[x12.ProviderAdjustment]:
    """Yield what a payer moves beside the claims of one payment."""
    left = sum((due.decision.paid for due in owed), ZERO)
    for one in _given(payer, payee, owed, state, on_request):
        left -= one.amount
        yield one
    for one in _taken(payer, payee, left, state):
        left -= one.amount
        yield one
    yield from _carried(payer, payee, left, state)


def _given(
    payer: Payer, payee: Payee, owed: Sequence[Due], state: State, on_request: bool
) -> Iterator[x12.ProviderAdjustment]:
    interest = ON_REQUEST if on_request else ZERO
    interest += sum((_interest(payer, due) for due in owed), ZERO)
    if interest:
        yield payee.moved("L6", -interest, f"INT{payee.number:07d}")
    month = f"{payee.at:%Y%m}"
    if payer.capitation and state.is_first(f"capitation:{payer.id}:{payee.npi}:{month}"):
        yield payee.moved("CT", -payer.capitation, f"CAP{month}")
    for due in owed:
        if due.decision.status == "22" and habits.asks_first(payer, due.decision.number):
            back = -_net(due, owed)
            if back > ZERO:
                later = payee.at.timestamp() + payer.takes_after_seconds
                state.recoup(payer.id, payee.npi, due.decision.payer_control, back, at=later)
                yield payee.moved("WO", -back, due.decision.payer_control)


def _taken(
    payer: Payer, payee: Payee, left: Decimal, state: State
) -> Iterator[x12.ProviderAdjustment]:
    """Yield what was asked for before and is taken now, as long as the payment allows it."""
    for one in state.to_recoup(payer.id, payee.npi, payee.at.timestamp()):
        if one.amount > left:
            return
        left -= one.amount
        state.recouped(one.id)
        yield payee.moved("WO", one.amount, one.control)


def _carried(
    payer: Payer, payee: Payee, left: Decimal, state: State
) -> Iterator[x12.ProviderAdjustment]:
    carried = state.forwarded(payer.id, payee.npi)
    reference = f"FB{payee.number:07d}"
    if carried and left > 0:
        taken = min(carried, left)
        left -= taken
        carried -= taken
        yield payee.moved("FB", taken, reference)
    if left < 0:
        carried -= left
        yield payee.moved("FB", left, reference)
    state.forward(payer.id, payee.npi, carried)


def _interest(payer: Payer, due: Due) -> Decimal:
    """What a payer owes for having taken too long (prompt pay laws of the states)."""
    decision = due.decision
    if decision.status == "22" or not habits.is_slow(payer, decision.number):
        return ZERO
    share = payer.interest * payer.slow_seconds / A_YEAR
    return max(decision.paid * share, ZERO).quantize(CENT, ROUND_HALF_UP)


def _net(due: Due, owed: Sequence[Due]) -> Decimal:
    """What a reversal and the decision that follows it come to, in dollars."""
    control = due.decision.payer_control
    return sum((one.decision.paid for one in owed if one.decision.payer_control == control), ZERO)
