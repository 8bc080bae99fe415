"""What moved between accounts, day by day, and what is open on each patient's account and visit.

All are added up once, then only what was posted since.

The books are only ever added to, in the order of their postings' numbers. So sums that hold up to
one posting stay true, and later ones are put to them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce

from frontdesk.core.kept import kept
from frontdesk.core.money import ZERO, MoneyField
from frontdesk.core.scoping import current_practice_id
from frontdesk.ledger.models import Account, Entry, Posting
from frontdesk.ledger.rules.chart import CREDIT, INSURANCE, PATIENT

T = TypeVar("T", "Books", "Accounts", "Opened")
MOST_NAMED = 20_000  # visits, or entries since; beyond it the whole books are read as soon
CHUNK = 5000  # keys in one question
_NOTHING = Value(ZERO, output_field=MoneyField())
_OPEN_BY = {  # payments of patients and credit need not name the charge
    INSURANCE: ("patient_id", "visit_id", "charge_id"),
    PATIENT: ("patient_id", "visit_id"),
    CREDIT: ("patient_id", "visit_id"),
}


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


class Standing(NamedTuple):
    """What is open on one patient's account, in dollars."""

    owed: Decimal = ZERO
    insurance: Decimal = ZERO
    credit: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Accounts:
    """What is open on patients' accounts up to one posting; one with nothing open is left out."""

    through: int = 0  # the number of the newest posting in it
    last: UUID | None = None  # and its key
    standing: dict[UUID, Standing] = field(default_factory=dict)


class Place(NamedTuple):
    """On which account something is open, and of what."""

    code: str
    patient: UUID | None
    visit: UUID | None
    charge: UUID | None = None  # with insurance only


@dataclass(frozen=True, slots=True)
class Opened:
    """What is open of each visit, and charge, up to one posting; what is settled is left out."""

    through: int = 0  # the number of the newest posting in it
    last: UUID | None = None  # and its key
    left: dict[Place, Decimal] = field(default_factory=dict)  # debits less credits


@dataclass
class _Held(Generic[T]):
    sums: T
    lock: Lock = field(default_factory=Lock)

    def newest(self, nothing: T, with_newer: Callable[[T], T]) -> T:
        with self.lock:
            last, through = self.sums.last, self.sums.through
            is_there = last and Posting.objects.filter(pk=last, number=through).exists()
            self.sums = with_newer(self.sums if is_there else nothing)
            return self.sums


def books_read() -> Books:
    """Return all that moved, read whole: what was changed by force shows as well."""
    return _with_newer(Books())


def books_kept() -> Books:
    """Return all that moved, of which this process reads only what was posted since it asked last.

    Where the posting up to which it knows is gone (a copy was put back), it reads the whole.
    """
    held = kept(("what moved in the books", current_practice_id()), lambda: _Held(Books()))
    return held.newest(Books(), _with_newer)


def accounts_kept() -> Accounts:
    """Return what is open on every patient's account, kept and brought up to date in the same way.

    It is what `balances_of` would tell of each.
    """
    key = ("what is open on accounts", current_practice_id())
    return kept(key, lambda: _Held(Accounts())).newest(Accounts(), _with_newer_accounts)


def opened_kept() -> Opened:
    """Return what is open of every visit, kept and brought up to date in the same way."""
    key = ("what is open of visits", current_practice_id())
    return kept(key, lambda: _Held(Opened())).newest(Opened(), _with_newer_opened)


def may_be_open(codes: Collection[str], moved_later: Q) -> list[Q] | None:
    """Return what picks the entries of all that may have been open on these accounts back then.

    That is what is open now, or moved later, as `moved_later` says of entries. Each condition is
    for a question of its own: everything about a visit, or about a patient without one, stands in
    one of them. Nothing is returned where they are too many to name.
    """
    places = {(one.visit, one.patient) for one in opened_kept().left if one.code in codes}
    accounts = list(Account.objects.filter(code__in=codes).values_list("pk", flat=True))
    moved = Entry.objects.filter(moved_later, Q(source__in=accounts) | Q(target__in=accounts))
    later = list(moved.order_by().values_list("visit_id", "patient_id")[: MOST_NAMED + 1])
    places |= set(later)  # not made distinct by the database: it would go by visit, through all
    if max(len(later), len(places)) > MOST_NAMED:
        return None
    visits = sorted({visit for visit, _patient in places if visit})
    alone = {patient for visit, patient in places if not visit}
    asked = [Q(visit_id__in=some) for some in _chunks(visits)]
    asked += [
        Q(visit_id=None, patient__in=some) for some in _chunks(sorted(one for one in alone if one))
    ]
    return [*asked, Q(visit_id=None, patient=None)] if None in alone else asked


def _chunks(keys: Collection[UUID]) -> Iterator[list[UUID]]:
    walking = iter(keys)
    while some := list(islice(walking, CHUNK)):
        yield some


def _newest() -> tuple[int, UUID] | None:
    return Posting.objects.order_by("-number").values_list("number", "pk").first()


def _between(through: int, number: int) -> QuerySet[Entry]:
    since = Q(posting__number__lte=number)
    if through:
        since &= Q(posting__number__gt=through)
    return Entry.objects.filter(since).order_by()


def _with_newer(books: Books) -> Books:
    newest = _newest()
    if newest is None or newest[0] == books.through:
        return books if newest else Books()
    number, last = newest
    rows: Any = (
        _between(books.through, number)
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


def _with_newer_accounts(accounts: Accounts) -> Accounts:
    newest = _newest()
    if newest is None or newest[0] == accounts.through:
        return accounts if newest else Accounts()
    number, last = newest
    codes = dict(Account.objects.values_list("pk", "code"))
    rows = (
        _between(accounts.through, number)
        .exclude(patient=None)
        .values_list("patient_id", "source_id", "target_id")
        .annotate(Sum("amount"))
    )
    standing = dict(accounts.standing)
    for patient, source, target, amount in rows.iterator(chunk_size=2000):
        found = _moved(standing.get(patient, Standing()), codes[source], -amount)
        standing[patient] = _moved(found, codes[target], amount)
    opened = {patient: found for patient, found in standing.items() if any(found)}
    return Accounts(number, last, opened)


def _moved(found: Standing, code: str, amount: Decimal) -> Standing:
    if code == PATIENT:
        return found._replace(owed=found.owed + amount)
    if code == INSURANCE:
        return found._replace(insurance=found.insurance + amount)
    if code == CREDIT:
        return found._replace(credit=found.credit - amount)
    return found


def _with_newer_opened(opened: Opened) -> Opened:
    newest = _newest()
    if newest is None or newest[0] == opened.through:
        return opened if newest else Opened()
    number, last = newest
    left = dict(opened.left)
    for code, account in Account.objects.filter(code__in=_OPEN_BY).values_list("code", "pk"):
        for *whose, came, went in _moved_on(code, account, _between(opened.through, number)):
            place = Place(code, *whose)
            left[place] = left.get(place, ZERO) + came - went
    return Opened(number, last, {place: amount for place, amount in left.items() if amount})


def _moved_on(code: str, account: UUID, entries: QuerySet[Entry]) -> Iterator[tuple[Any, ...]]:
    """Yield by patient, visit and charge what came to an account and what went, where they differ.

    The database leaves out what is settled: of the whole books all but a little.
    """
    into, out = Q(target=account), Q(source=account)
    rows: Any = (
        entries.filter(into | out)
        .values(*_OPEN_BY[code])
        .annotate(
            came=Coalesce(Sum("amount", filter=into), _NOTHING),
            went=Coalesce(Sum("amount", filter=out), _NOTHING),
        )
        .exclude(came=F("went"))
        .values_list(*_OPEN_BY[code], "came", "went")
    )
    yield from rows.iterator(chunk_size=2000)
