"""What the sandbox remembers: accumulators, decided claims, files; in a database of its own."""

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from frontdesk.sandbox.adjudication import DecidedLine, Decision, Used
from frontdesk.sandbox.carried import Carried
from frontdesk.sandbox.kept import Due, Kept, Known, StoredFile
from frontdesk.sandbox.world import Member, Permission

_SCHEMA = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS used (who TEXT, what TEXT, year INTEGER, cents INTEGER NOT NULL,
  PRIMARY KEY (who, what, year));
CREATE TABLE IF NOT EXISTS batch (sha TEXT PRIMARY KEY, message TEXT, sender TEXT,
  control TEXT, at TEXT);
CREATE TABLE IF NOT EXISTS claim (control TEXT PRIMARY KEY, sender TEXT, payer TEXT, member TEXT,
  payee TEXT, decision TEXT, is_reversed INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS line (member TEXT, day TEXT, code TEXT, modifiers TEXT, npi TEXT,
  control TEXT);
CREATE INDEX IF NOT EXISTS line_same ON line (member, day, code);
CREATE TABLE IF NOT EXISTS due (id INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT, payer TEXT,
  payee TEXT, decision TEXT, at REAL, is_told INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS file (id TEXT PRIMARY KEY, seq INTEGER, sender TEXT, kind TEXT,
  name TEXT, content BLOB, at TEXT, is_taken INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS heard (id INTEGER PRIMARY KEY, sender TEXT, number TEXT, control TEXT,
  payer TEXT, refused TEXT, told_on TEXT, trace TEXT DEFAULT '');
CREATE INDEX IF NOT EXISTS heard_number ON heard (sender, number);
CREATE INDEX IF NOT EXISTS heard_control ON heard (sender, control);
CREATE TABLE IF NOT EXISTS review (sender TEXT, trace TEXT, decision TEXT, at REAL,
  PRIMARY KEY (sender, trace));
CREATE TABLE IF NOT EXISTS permission (member TEXT, number TEXT, code TEXT, begins TEXT, ends TEXT,
  PRIMARY KEY (member, number, code));
CREATE TABLE IF NOT EXISTS forward (payer TEXT, payee TEXT, cents INTEGER NOT NULL,
  PRIMARY KEY (payer, payee));
CREATE TABLE IF NOT EXISTS recoup (id INTEGER PRIMARY KEY AUTOINCREMENT, payer TEXT, payee TEXT,
  control TEXT, cents INTEGER NOT NULL, at REAL, is_taken INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS happened (name TEXT PRIMARY KEY);
"""


class State(Carried):
    """The sandbox's memory. Every use is inside `with state.changing():`, one at a time."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._base = sqlite3.connect(
            folder / "sandbox.sqlite3", check_same_thread=False, isolation_level=None
        )
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=NORMAL")  # a rehearsal may lose its last second
        self._base.executescript(_SCHEMA)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Run what is inside alone, and keep all of it or nothing."""
        with self._lock:
            if self._base.in_transaction:
                yield
                return
            self._base.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._base.execute("ROLLBACK")
                raise
            self._base.execute("COMMIT")

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._base.close()

    def next_number(self, name: str) -> int:
        """Return the next number of a kind."""
        row = self._base.execute(
            "INSERT INTO counter VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET last = last + 1 "
            "RETURNING last",
            (name,),
        ).fetchone()
        return int(row[0])

    def used(self, member: Member, year: int) -> Used:
        """Return what a member and their family have used in a year."""
        own = self._used_by(member.key, year)
        family = self._used_by(member.family, year)
        start, cap = member.deductible_used, member.out_of_pocket_used
        return Used(
            deductible=start + own.get("deductible", Decimal(0)),
            family_deductible=start + family.get("deductible", Decimal(0)),
            out_of_pocket=cap + own.get("out_of_pocket", Decimal(0)),
            family_out_of_pocket=cap + family.get("out_of_pocket", Decimal(0)),
        )

    def use(self, member: Member, year: int, what: str, amount: Decimal) -> None:
        """Add dollars to a member's and their family's use of a year."""
        for who in (member.key, member.family):
            self._base.execute(
                "INSERT INTO used VALUES (?, ?, ?, ?) ON CONFLICT (who, what, year) "
                "DO UPDATE SET cents = cents + excluded.cents",
                (who, what, year, int(amount.scaleb(2))),
            )

    def move(self, member: Member, decision: Decision, year: int, *, sign: int) -> None:
        """Move the year's accumulators by what a decision left to the patient."""
        counted = [
            amount
            for line in decision.lines
            for group, reason, amount in line.adjustments
            if group == "PR" and reason in {"1", "2", "3"}
        ]
        self.use(member, year, "deductible", sign * decision.deductible)
        self.use(member, year, "out_of_pocket", sign * sum(counted, Decimal("0.00")))

    def known_batch(self, content: bytes) -> str:
        """Return the message id under which the same content came before, or nothing."""
        row = self._base.execute(
            "SELECT message FROM batch WHERE sha = ?", (_sha(content),)
        ).fetchone()
        return str(row[0]) if row else ""

    def keep_batch(self, content: bytes, message: str, sender: str, control: str, at: str) -> bool:
        """Remember a batch; return whether its control number is new for this sender."""
        row = self._base.execute(
            "SELECT 1 FROM batch WHERE sender = ? AND control = ?", (sender, control)
        ).fetchone()
        self._base.execute(
            "INSERT INTO batch VALUES (?, ?, ?, ?, ?)",
            (_sha(content), message, sender, control, at),
        )
        return row is None

    def keep_decision(
        self, decision: Decision, *, sender: str, payer: str, member: Member, payee: dict[str, str]
    ) -> None:
        """Remember a decided claim, so that it can be taken back and its lines not paid twice."""
        self._base.execute(
            "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, 0)",
            (
                decision.payer_control,
                sender,
                payer,
                member.key,
                json.dumps(payee),
                _dump(decision),
            ),
        )
        for line in decision.lines:
            if line.allowed:
                self._base.execute(
                    "INSERT INTO line VALUES (?, ?, ?, ?, ?, ?)",
                    (*_identity(member, line), payee["npi"], decision.payer_control),
                )

    def is_repeated(self, member: Member, line: DecidedLine, npi: str) -> bool:
        """Say whether the same service was allowed before and not taken back."""
        row = self._base.execute(
            "SELECT 1 FROM line WHERE member = ? AND day = ? AND code = ? AND modifiers = ? "
            "AND npi = ?",
            (*_identity(member, line), npi),
        ).fetchone()
        return row is not None

    def take_back(self, payer_control: str, sender: str) -> tuple[Decision, str] | None:
        """Mark a decided claim as reversed; return it with its member's key, or None."""
        row = self._base.execute(
            "SELECT decision, member FROM claim WHERE control = ? AND sender = ? "
            "AND is_reversed = 0",
            (payer_control, sender),
        ).fetchone()
        if row is None:
            return None
        self._base.execute("UPDATE claim SET is_reversed = 1 WHERE control = ?", (payer_control,))
        self._base.execute("DELETE FROM line WHERE control = ?", (payer_control,))
        return Decision.from_json(json.loads(row[0])), str(row[1])

    def decided(self, payer_control: str, sender: str) -> Kept | None:
        """Return a decision that was not taken back, with its member's key, or None."""
        row = self._base.execute(
            "SELECT decision, member, payer, payee FROM claim WHERE control = ? AND sender = ? "
            "AND is_reversed = 0",
            (payer_control, sender),
        ).fetchone()
        if row is None:
            return None
        decision = Decision.from_json(json.loads(row[0]))
        return Kept(decision, str(row[1]), str(row[2]), json.loads(row[3]))

    def change_decision(self, decision: Decision) -> None:
        """Keep another decision in the place of the one under the same number."""
        self._base.execute(
            "UPDATE claim SET decision = ? WHERE control = ?",
            (_dump(decision), decision.payer_control),
        )

    def knows_claim(self, payer_control: str, sender: str) -> bool:
        """Say whether such a claim was decided and not taken back."""
        row = self._base.execute(
            "SELECT 1 FROM claim WHERE control = ? AND sender = ? AND is_reversed = 0",
            (payer_control, sender),
        ).fetchone()
        return row is not None

    def hear(self, sender: str, number: str, control: str, payer: str, refused: str) -> None:
        """Remember that a claim came, and why it was refused if it was."""
        self._base.execute(
            "INSERT INTO heard (sender, number, control, payer, refused) VALUES (?, ?, ?, ?, ?)",
            (sender, number, control, payer, refused),
        )

    def note_told(self, sender: str, control: str, on: date, trace: str) -> None:
        """Remember that a decision was told, and in which payment."""
        self._base.execute(
            "UPDATE heard SET told_on = ?, trace = ? WHERE sender = ? AND control = ?",
            (on.isoformat(), trace, sender, control),
        )

    def find_claim(self, sender: str, *, control: str, number: str) -> Known | None:
        """Return the newest claim of a sender under the payer's number, else under its own."""
        columns = "SELECT control, payer, refused, told_on, trace FROM heard WHERE sender = ?"
        row = None
        if control:
            row = self._base.execute(
                columns + " AND control = ? ORDER BY id DESC", (sender, control)
            ).fetchone()
        if row is None and number:
            row = self._base.execute(
                columns + " AND number = ? ORDER BY id DESC", (sender, number)
            ).fetchone()
        if row is None:
            return None
        known = Known(row[0], row[1], row[2], row[3] and date.fromisoformat(row[3]), row[4])
        kept = self._base.execute(
            "SELECT decision, is_reversed FROM claim WHERE control = ?", (known.control,)
        ).fetchone()
        if kept is None:
            return known
        decision = Decision.from_json(json.loads(kept[0]))
        is_denied = decision.status == "4"
        return replace(known, is_reversed=bool(kept[1]), is_denied=is_denied, paid=decision.paid)

    def owe(
        self, decision: Decision, *, sender: str, payer: str, payee: dict[str, str], at: float
    ) -> None:
        """Let a decision wait until its moment (seconds since the epoch)."""
        self._base.execute(
            "INSERT INTO due (sender, payer, payee, decision, at) VALUES (?, ?, ?, ?, ?)",
            (sender, payer, json.dumps(payee, sort_keys=True), _dump(decision), at),
        )

    def has_due(self, sender: str, now: datetime) -> bool:
        """Say whether a decision's moment has come."""
        row = self._base.execute(
            "SELECT 1 FROM due WHERE sender = ? AND at <= ? AND is_told = 0 LIMIT 1",
            (sender, now.timestamp()),
        ).fetchone()
        return row is not None

    def due(self, sender: str, now: float) -> list[Due]:
        """Return the decisions whose moment has come, by payer and payee, and mark them told."""
        rows = self._base.execute(
            "SELECT id, payer, payee, decision FROM due WHERE sender = ? AND at <= ? "
            "AND is_told = 0 ORDER BY payer, payee, id",
            (sender, now),
        ).fetchall()
        self._base.executemany(
            "UPDATE due SET is_told = 1 WHERE id = ?", [(row[0],) for row in rows]
        )
        return [
            Due(row[0], row[1], json.loads(row[2]), Decision.from_json(json.loads(row[3])))
            for row in rows
        ]

    def review(self, sender: str, trace: str) -> tuple[str, float] | None:
        """Return what was decided of a request for review and from when it is told, or None."""
        row = self._base.execute(
            "SELECT decision, at FROM review WHERE sender = ? AND trace = ?", (sender, trace)
        ).fetchone()
        return (str(row[0]), float(row[1])) if row else None

    def keep_review(self, sender: str, trace: str, decision: str, at: float) -> None:
        """Remember a decision about a request, told from a moment on."""
        self._base.execute(
            "INSERT OR REPLACE INTO review VALUES (?, ?, ?, ?)", (sender, trace, decision, at)
        )

    def permit(self, member: Member, number: str, code: str, begins: str, ends: str) -> None:
        """Remember that a member may have a service under this number."""
        self._base.execute(
            "INSERT OR REPLACE INTO permission VALUES (?, ?, ?, ?, ?)",
            (member.key, number, code, begins, ends),
        )

    def permitted(self, member: Member) -> Member:
        """Return the member with what was permitted here besides what the world says."""
        rows = self._base.execute(
            "SELECT number, code, begins, ends FROM permission WHERE member = ?", (member.key,)
        ).fetchall()
        given = [
            Permission(
                number,
                [code] if code else [],
                date.fromisoformat(begins),
                date.fromisoformat(ends),
            )
            for number, code, begins, ends in rows
        ]
        return replace(member, authorizations=[*member.authorizations, *given]) if given else member

    def put_file(self, sender: str, kind: str, name: str, content: bytes, at: str) -> str:
        """Put a file into a mailbox; return its id."""
        number = self.next_number("file")
        file_id = f"{kind}-{number:08d}"
        self._base.execute(
            "INSERT INTO file VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
            (file_id, number, sender, kind, name, content, at),
        )
        return file_id

    def files(self, sender: str, *, taken: bool = False) -> list[StoredFile]:
        """Return a mailbox, oldest first; with `taken` also what was acknowledged."""
        rows = self._base.execute(
            "SELECT id, kind, name, length(content), at, is_taken FROM file "
            "WHERE sender = ? AND is_taken <= ? ORDER BY seq",
            (sender, int(taken)),
        ).fetchall()
        return [StoredFile(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]

    def content(self, sender: str, file_id: str) -> bytes | None:
        """Return a file's content, taken or not; None when it is not this sender's."""
        row = self._base.execute(
            "SELECT content FROM file WHERE id = ? AND sender = ?", (file_id, sender)
        ).fetchone()
        return bytes(row[0]) if row else None

    def take(self, sender: str, file_id: str) -> bool:
        """Mark a file as taken; say whether there is such a file."""
        done = self._base.execute(
            "UPDATE file SET is_taken = 1 WHERE id = ? AND sender = ?", (file_id, sender)
        )
        return done.rowcount == 1

    def figures(self) -> dict[str, int]:
        """Return how many batches, claims and files there are, for the page."""
        tables = ("batch", "claim", "file")
        return {
            table: int(self._base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 -- names are ours
            for table in tables
        }

    def _used_by(self, who: str, year: int) -> dict[str, Decimal]:
        rows = self._base.execute(
            "SELECT what, cents FROM used WHERE who = ? AND year = ?", (who, year)
        ).fetchall()
        return {what: Decimal(cents).scaleb(-2) for what, cents in rows}


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _identity(member: Member, line: DecidedLine) -> tuple[str, str, str, str]:
    return member.key, line.on.isoformat(), line.code, ",".join(sorted(line.modifiers))


def _dump(decision: Decision) -> str:
    return json.dumps(decision.as_json(), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
