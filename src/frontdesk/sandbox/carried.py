"""What the sandbox remembers of money that goes from one payment to a later one."""

import sqlite3
from decimal import Decimal

from frontdesk.sandbox.kept import ToTake


class Carried:
    """The part of the memory that is about balances carried on and money to be taken back."""

    _base: sqlite3.Connection

    def forwarded(self, payer: str, payee: str) -> Decimal:
        """Return what a payer still has to take back from a payee."""
        row = self._base.execute(
            "SELECT cents FROM forward WHERE payer = ? AND payee = ?", (payer, payee)
        ).fetchone()
        return Decimal(row[0]).scaleb(-2) if row else Decimal("0.00")

    def forward(self, payer: str, payee: str, amount: Decimal) -> None:
        """Remember what a payer has still to take back from a payee."""
        self._base.execute(
            "INSERT INTO forward VALUES (?, ?, ?) ON CONFLICT (payer, payee) "
            "DO UPDATE SET cents = excluded.cents",
            (payer, payee, int(amount.scaleb(2))),
        )

    def recoup(self, payer: str, payee: str, control: str, amount: Decimal, *, at: float) -> None:
        """Remember what a payer takes from a payment after a moment."""
        self._base.execute(
            "INSERT INTO recoup (payer, payee, control, cents, at) VALUES (?, ?, ?, ?, ?)",
            (payer, payee, control, int(amount.scaleb(2)), at),
        )

    def to_recoup(self, payer: str, payee: str, now: float) -> list[ToTake]:
        """Return what a payer may take by now and has not taken, the oldest first."""
        rows = self._base.execute(
            "SELECT id, control, cents FROM recoup WHERE payer = ? AND payee = ? AND at <= ? "
            "AND is_taken = 0 ORDER BY id",
            (payer, payee, now),
        ).fetchall()
        return [ToTake(row[0], row[1], Decimal(row[2]).scaleb(-2)) for row in rows]

    def recouped(self, number: int) -> None:
        """Remember that it was taken."""
        self._base.execute("UPDATE recoup SET is_taken = 1 WHERE id = ?", (number,))

    def is_first(self, name: str) -> bool:
        """Say whether something happens for the first time, and remember that it did."""
        done = self._base.execute("INSERT OR IGNORE INTO happened VALUES (?)", (name,))
        return done.rowcount == 1
