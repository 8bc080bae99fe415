"""How payments and credit settle what a patient owes: oldest first, never below zero."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from frontdesk.core.money import ZERO


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a patient owes for one charge (or one visit, or nothing in particular).

    `owed` may be negative after a correction; `applied` is the credit that went into it.
    """

    visit_id: UUID | None
    charge_id: UUID | None
    owed: Decimal
    applied: Decimal
    since: date

    @property
    def age(self) -> tuple[date, str, str]:
        """Sorts the oldest first; keys are in the order of time."""
        return self.since, str(self.visit_id or ""), str(self.charge_id or "")


@dataclass(frozen=True, slots=True)
class Move:
    """Credit into a bucket (positive), or back out of it (negative), in dollars."""

    visit_id: UUID | None
    charge_id: UUID | None
    amount: Decimal


def pay(buckets: Sequence[Bucket], amount: Decimal) -> tuple[list[Move], Decimal]:
    """Spread an amount over what is owed, oldest first; return the moves and what is left."""
    moves = []
    for bucket in sorted(buckets, key=lambda bucket: bucket.age):
        part = min(amount, bucket.owed)
        if part > 0:
            moves.append(Move(bucket.visit_id, bucket.charge_id, part))
            amount -= part
    return moves, amount


def settle(
    buckets: Sequence[Bucket], credit: Decimal, held: dict[UUID, Decimal] | None = None
) -> list[Move]:
    """Return the moves after which no bucket is negative and credit waits only where it must.

    Overpaid buckets give back to credit; credit that is missing (a payment was taken back) is
    pulled out of the newest buckets it went into; then credit pays what is owed. `held` is
    credit put down for a visit whose bill is not decided yet: it pays that visit first, and
    nothing else.
    """
    moves = [Move(b.visit_id, b.charge_id, b.owed) for b in buckets if b.owed < 0]
    credit -= sum((move.amount for move in moves), ZERO)
    if credit < 0:
        return moves + _pulled_out(buckets, -credit)
    open_now = [bucket for bucket in buckets if bucket.owed > 0]
    kept = ZERO
    for visit_id, amount in (held or {}).items():
        part = min(amount, credit)
        mine = [bucket for bucket in open_now if bucket.visit_id == visit_id]
        paid, left = pay(mine, part)
        moves += paid
        credit -= part - left
        kept += left
        open_now = _after(open_now, paid)
    paid, _ = pay(open_now, max(credit - kept, ZERO))
    return moves + paid


def _pulled_out(buckets: Sequence[Bucket], missing: Decimal) -> list[Move]:
    """Take credit back out of the newest buckets it was applied to."""
    moves = []
    for bucket in sorted(buckets, key=lambda bucket: bucket.age, reverse=True):
        part = min(missing, bucket.applied + min(bucket.owed, ZERO))
        if part > 0:
            moves.append(Move(bucket.visit_id, bucket.charge_id, -part))
            missing -= part
    return moves


def _after(buckets: Sequence[Bucket], moves: Sequence[Move]) -> list[Bucket]:
    paid = {(move.visit_id, move.charge_id): move.amount for move in moves}
    return [replace(b, owed=b.owed - paid.get((b.visit_id, b.charge_id), ZERO)) for b in buckets]
