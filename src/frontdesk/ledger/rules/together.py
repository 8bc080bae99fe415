"""One payment in several methods, for one patient or a family: who pays what with what."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from frontdesk.core.money import ZERO


@dataclass(frozen=True, slots=True)
class Tender:
    """Money handed over in one method. `handed` is the cash before change."""

    method: str
    amount: Decimal
    reference: str = ""
    approval: str = ""
    handed: Decimal | None = None

    @property
    def change(self) -> Decimal:
        """What goes back over the counter, in dollars."""
        return ZERO if self.handed is None else self.handed - self.amount


@dataclass(frozen=True, slots=True)
class Share:
    """What is paid for one patient; and for what, where one payment is for several things."""

    patient_id: UUID
    amount: Decimal
    kind: str = ""
    visit_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """Dollars of one tender for one patient: one line of the books."""

    tender: int
    patient_id: UUID
    amount: Decimal
    place: int = field(default=0, compare=False)  # of the share it pays


def pieces_of(tenders: Sequence[Tender], shares: Sequence[Share]) -> list[Piece]:
    """Return who pays what with what: tenders are used up in their order, patients in theirs.

    Raises `ValueError` where the two sums differ.
    """
    if sum((one.amount for one in tenders), ZERO) != sum((one.amount for one in shares), ZERO):
        raise ValueError("What is handed over is not what is paid.")
    pieces, place, left = [], 0, ZERO
    for number, share in enumerate(shares):
        wanted = share.amount
        while wanted > ZERO:
            if left == ZERO:
                left, place = tenders[place].amount, place + 1
                continue
            part = min(wanted, left)
            pieces.append(Piece(place - 1, share.patient_id, part, number))
            wanted, left = wanted - part, left - part
    return pieces


def parted(shares: Sequence[Share], amount: Decimal) -> tuple[list[Share], list[Share]]:
    """Cut shares in two after so many dollars: what those pay, and what is left to pay."""
    first, left = [], []
    for share in shares:
        part = min(share.amount, amount)
        amount -= part
        if part > ZERO:
            first.append(replace(share, amount=part))
        if share.amount > part:
            left.append(replace(share, amount=share.amount - part))
    return first, left


def oldest_first(
    owed: Sequence[tuple[date, UUID, Decimal]], amount: Decimal
) -> tuple[dict[UUID, Decimal], Decimal]:
    """Spread a sum over what several patients owe, the oldest day first; return it and the rest."""
    shares: dict[UUID, Decimal] = {}
    for _day, patient_id, open_sum in sorted(owed, key=lambda row: (row[0], str(row[1]))):
        part = min(open_sum, amount)
        if part > ZERO:
            shares[patient_id] = shares.get(patient_id, ZERO) + part
            amount -= part
    return shares, amount
