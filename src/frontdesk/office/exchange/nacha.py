"""An ACH file of payments to companies: Nacha Operating Rules, appendix three, CCD credits.

Plain values in, the text of the file out: lines of 94 characters in blocks of ten, with the
counts, hashes and totals that the bank adds up again.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

WIDTH, BLOCK = 94, 10
CREDITS_ONLY = "220"
CHECKING, SAVINGS = "22", "32"
HASHED = 10**10
MODIFIERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Origin:
    """The practice as its bank knows it."""

    routing: str  # of its bank, nine digits
    bank_name: str
    company_id: str  # up to ten characters, given by the bank
    company_name: str


@dataclass(frozen=True, slots=True)
class Credit:
    """One payment into an account."""

    routing: str
    account: str
    amount: Decimal  # dollars
    name: str
    identifier: str  # ours, which the vendor sees
    is_savings: bool = False
    remittance: Sequence[tuple[str, str]] = field(default_factory=tuple)  # number, dollars


def modifier(place: int) -> str:
    """Return what tells the files of one day apart: A to Z, then 0 to 9, by their place."""
    return MODIFIERS[place % len(MODIFIERS)]


def write(
    origin: Origin,
    credits_: Sequence[Credit],
    *,
    effective_on: date,
    made_at: datetime,
    batch: int = 1,
    modifier: str = "A",
) -> str:
    """Return the file. Raises `ValueError` for what its fields cannot hold."""
    lines = [_file_header(origin, made_at, modifier), _batch_header(origin, effective_on, batch)]
    for place, credit in enumerate(credits_, start=1):
        lines += _entry(origin, credit, place)
    entries = len(lines) - 2
    hashed = sum(int(credit.routing[:8]) for credit in credits_) % HASHED
    total = sum(_cents(credit.amount) for credit in credits_)
    lines.append(_batch_control(origin, entries, hashed, total, batch))
    blocks = -(-(len(lines) + 1) // BLOCK)
    lines.append(f"9{1:06}{blocks:06}{entries:08}{hashed:010}{0:012}{total:012}{'':39}")
    lines += ["9" * WIDTH] * (blocks * BLOCK - len(lines))
    for line in lines:
        if len(line) != WIDTH:
            raise ValueError(f"A line of {len(line)} characters: {line[:3]}")
    return "".join(f"{line}\r\n" for line in lines)


def _file_header(origin: Origin, made_at: datetime, modifier: str) -> str:
    return (
        f"101 {_digits(origin.routing, 9)}{_text(origin.company_id, 10, right=True)}"
        f"{made_at:%y%m%d%H%M}{modifier}094101"
        f"{_text(origin.bank_name, 23)}{_text(origin.company_name, 23)}{'':8}"
    )


def _batch_header(origin: Origin, effective_on: date, batch: int) -> str:
    return (
        f"5{CREDITS_ONLY}{_text(origin.company_name, 16)}{'':20}{_text(origin.company_id, 10)}"
        f"CCD{_text('VENDOR PAY', 10)}{'':6}{effective_on:%y%m%d}{'':3}1"
        f"{origin.routing[:8]}{batch % 10**7:07}"
    )


def _entry(origin: Origin, credit: Credit, place: int) -> list[str]:
    addenda = _remittance(credit)
    code = SAVINGS if credit.is_savings else CHECKING
    entry = (
        f"6{code}{_digits(credit.routing, 9)}{_text(credit.account, 17)}"
        f"{_cents(credit.amount):010}{_text(credit.identifier, 15)}{_text(credit.name, 22)}"
        f"{'':2}{1 if addenda else 0}{origin.routing[:8]}{place:07}"
    )
    if not addenda:
        return [entry]
    return [entry, f"705{_text(addenda, 80)}0001{place:07}"]


def _remittance(credit: Credit) -> str:
    """Return which bills it pays, as X12 segments; those that fit into the one line there is."""
    told = ""
    for number, amount in credit.remittance:
        segment = f"RMR*IV*{_plain(number).replace('*', ' ')[:30]}**{amount}\\"
        if len(told) + len(segment) > 80:
            break
        told += segment
    return told


def _batch_control(origin: Origin, entries: int, hashed: int, total: int, batch: int) -> str:
    return (
        f"8{CREDITS_ONLY}{entries:06}{hashed:010}{0:012}{total:012}"
        f"{_text(origin.company_id, 10)}{'':19}{'':6}{origin.routing[:8]}{batch % 10**7:07}"
    )


def _cents(amount: Decimal) -> int:
    cents = amount.scaleb(2)
    if cents <= 0 or cents != cents.to_integral_value() or cents >= HASHED:
        raise ValueError("A payment is a positive number of whole cents below $100,000,000.")
    return int(cents)


def _digits(number: str, width: int) -> str:
    if len(number) != width or not (number.isascii() and number.isdigit()):
        raise ValueError(f"A routing number has {width} digits.")
    return number


def _text(value: str, width: int, *, right: bool = False) -> str:
    """Return text as the file holds it: capitals without accents, cut or filled."""
    plain = _plain(value)[:width]
    return plain.rjust(width) if right else plain.ljust(width)


def _plain(value: str) -> str:
    folded = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    return "".join(mark if mark.isprintable() else " " for mark in folded).upper()
