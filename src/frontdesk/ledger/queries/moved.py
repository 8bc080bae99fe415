"""What moved between accounts, day by day: added up once, then only what was posted since.

The books are only ever added to, in the order of their postings' numbers. So sums that hold up to
one posting stay true, and later ones are put to them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, Sum

from frontdesk.core.kept import kept
from frontdesk.core.money import ZERO
from frontdesk.core.scoping import current_practice_id
from frontdesk.ledger.models import Account, Entry, Posting


class Move(NamedTuple):
    """From which account into which, when and where; whether it stands on a patient's chart."""

    on: date
    source: UUID
    target: UUID
    site: UUID | None
    is_named: bool


@dataclass(frozen=True, slots=True)
class Books:
    """Everything that moved up to one posting: dollars by move."""

    through: int = 0  # the number of the newest posting in it
    last: UUID | None = None  # and its key
    sums: dict[Move, Decimal] = field(default_factory=dict)
    strayed: Decimal = ZERO  # on entries whose day is not that of their posting

    def by_account(self, side: str, *, on: date | None = None) -> dict[UUID, Decimal]:
        """Return what went out of (`source`) or into (`target`) each account, up to a day."""
        found: dict[UUID, Decimal] = {}
        for move, amount in self.sums.items():
            if on is None or move.on <= on:
                key = move.target if side == "target" else move.source
                found[key] = found.get(key, ZERO) + amount
        return found

    def named(self) -> dict[str, Decimal]:
        """Return what stands on patients' charts, by the code of the account: debits less credits.

        What stands there without a chart is left out.
        """
        codes = dict(Account.objects.values_list("pk", "code"))
        found: dict[str, Decimal] = dict.fromkeys(codes.values(), ZERO)
        for move, amount in self.sums.items():
            if move.is_named:
                found[codes[move.source]] -= amount
                found[codes[move.target]] += amount
        return found


@dataclass
class _Held:
    books: Books = field(default_factory=Books)
    lock: Lock = field(default_factory=Lock)


def books_read() -> Books:
    """Return all that moved, read whole: what was changed by force shows as well."""
    return _with_newer(Books())


def books_kept() -> Books:
    """Return all that moved, of which this process reads only what was posted since it asked last.

    Where the posting up to which it knows is gone (a copy was put back), it reads the whole.
    """
    held = kept(("what moved in the books", current_practice_id()), _Held)
    with held.lock:
        books = held.books
        if books.last and not Posting.objects.filter(pk=books.last, number=books.through).exists():
            books = Books()
        held.books = _with_newer(books)
        return held.books


def _with_newer(books: Books) -> Books:
    newest = Posting.objects.order_by("-number").values_list("number", "pk").first()
    if newest is None or newest[0] == books.through:
        return books if newest else Books()
    number, last = newest
    since = Q(posting__number__lte=number)
    if books.through:
        since &= Q(posting__number__gt=books.through)
    rows: Any = (
        Entry.objects.filter(since)
        .order_by()
        .annotate(of=Q(patient__isnull=False), right=Q(posted_on=F("posting__posted_on")))
        .values_list("posted_on", "source_id", "target_id", "site_id", "of", "right")
        .annotate(Sum("amount"))
    )
    return _added(books, number, last, rows.iterator(chunk_size=2000))


def _added(books: Books, number: int, last: UUID, rows: Iterable[tuple[Any, ...]]) -> Books:
    sums, strayed = dict(books.sums), books.strayed
    for *where, is_right, amount in rows:
        move = Move(*where)
        sums[move] = sums.get(move, ZERO) + amount
        strayed += ZERO if is_right else amount
    return Books(number, last, sums, strayed)
