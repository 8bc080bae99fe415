"""Bank statements as banks give them (CSV, OFX/QFX, BAI2): their credits as plain values."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from frontdesk.core.money import CENT, ZERO

MOST_LINES = 20_000
_DAYS = ("%m/%d/%Y", "%Y-%m-%d", "%m/%d/%y", "%m-%d-%Y", "%Y%m%d", "%d-%b-%Y")
_HEADS = {
    "on": ("date", "posting date", "posted date", "transaction date", "post date", "as of date"),
    "amount": ("amount", "transaction amount", "amount usd"),
    "credit": ("credit", "credits", "credit amount", "deposit", "deposits"),
    "debit": ("debit", "debits", "debit amount", "withdrawal", "withdrawals"),
    "words": ("description", "transaction description", "details", "memo", "name", "payee"),
    "more": ("addenda", "extended details", "additional information", "text", "memo"),
    "reference": ("reference", "bank reference", "transaction id", "fitid", "reference number"),
}
_CREDIT_TYPES = range(100, 400)  # BAI2: 100 to 399 are credits


@dataclass(frozen=True, slots=True)
class Credit:
    """Money that came in: the bank's day, dollars, its words and its own number for it."""

    on: date
    amount: Decimal
    words: str
    reference: str


class NotAStatement(ValueError):
    """A file that is no bank statement, with what is wrong in words for a person."""


def credits_of(content: bytes) -> list[Credit]:
    """Return the credits of a bank statement; debits are left out.

    Raises `NotAStatement`, naming the line where one cannot be read: then nothing is taken in.
    """
    text = _text(content)
    start = text.lstrip()[:2000].upper()
    if start.startswith("01,"):
        found = list(_bai(text))
    elif "<OFX>" in start or start.startswith("OFXHEADER"):
        found = list(_ofx(text))
    else:
        found = list(_csv(text))
    if len(found) > MOST_LINES:
        raise NotAStatement("There are more than 20,000 lines in it: take a shorter time.")
    return _numbered(found)


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _numbered(found: Sequence[Credit]) -> list[Credit]:
    """Tell apart what is equal by its count: the same file makes the same numbers.

    A bank's reference alone tells nothing apart: "DEPOSIT" stands on every line of some banks.
    """
    seen: dict[str, int] = {}
    made = []
    for one in found:
        reference = one.reference
        if not reference.startswith("fit:"):
            told = f"{one.on}|{one.amount}|{one.words}|{reference}"
            seen[told] = seen.get(told, 0) + 1
            digest = hashlib.sha256(f"{told}|{seen[told]}".encode()).hexdigest()
            reference = f"own:{digest[:32]}"
        made.append(Credit(one.on, one.amount, one.words[:300], reference[:64]))
    return made


def _csv(text: str) -> Iterator[Credit]:
    try:
        dialect = csv.Sniffer().sniff(text[:4000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    rows = list(csv.reader(io.StringIO(text), dialect))
    place, columns = _head(rows)
    for number, row in enumerate(rows[place + 1 :], start=place + 2):
        if not any(cell.strip() for cell in row):
            continue
        amount = _came_in(row, columns, number)
        if amount > ZERO:
            words = " ".join(dict.fromkeys((_cell(row, columns, "words"), _more(row, columns))))
            on = _day(_cell(row, columns, "on"), number)
            yield Credit(on, amount, words.strip(), _cell(row, columns, "reference"))


def _head(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    for place, row in enumerate(rows[:20]):
        named = {cell.strip().lower(): column for column, cell in enumerate(row)}
        columns = {
            what: next(named[name] for name in names if name in named)
            for what, names in _HEADS.items()
            if any(name in named for name in names)
        }
        if "on" in columns and ("amount" in columns or "credit" in columns):
            return place, columns
    raise NotAStatement(
        "This is no bank statement that can be read: a CSV needs a heading with Date, "
        "Description and Amount (or Credit and Debit); OFX, QFX and BAI2 are read too."
    )


def _came_in(row: Sequence[str], columns: dict[str, int], number: int) -> Decimal:
    if "credit" in columns:
        return _dollars(_cell(row, columns, "credit"), number)
    return _dollars(_cell(row, columns, "amount"), number)


def _cell(row: Sequence[str], columns: dict[str, int], what: str) -> str:
    column = columns.get(what, -1)
    return row[column].strip() if 0 <= column < len(row) else ""


def _more(row: Sequence[str], columns: dict[str, int]) -> str:
    return _cell(row, columns, "more") if columns.get("more") != columns.get("words") else ""


def _dollars(text: str, number: int) -> Decimal:
    plain = re.sub(r"[$,\s]", "", text)
    if not plain:
        return ZERO
    is_negative = plain.startswith(("(", "-")) or plain.endswith("-")
    try:
        amount = Decimal(plain.strip("()-+")).quantize(CENT)
    except InvalidOperation:
        raise NotAStatement(f"Line {number}: {text[:20]!r} is no amount.") from None
    return -amount if is_negative else amount


def _day(text: str, number: int) -> date:
    for form in _DAYS:
        try:
            return datetime.strptime(text.strip()[:11].strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    raise NotAStatement(f"Line {number}: {text[:20]!r} is no date.")


def _ofx(text: str) -> Iterator[Credit]:
    """Read OFX 1 (SGML, without closing tags) and OFX 2 (XML) alike."""
    if not re.search(r"</BANKTRANLIST>", text, re.IGNORECASE):
        raise NotAStatement("The file is cut short: its list of transactions does not end.")
    for number, part in enumerate(re.split(r"<STMTTRN>", text, flags=re.IGNORECASE)[1:], start=1):
        said = {
            name.upper(): value.strip()
            for name, value in re.findall(r"<(\w+)>([^<\r\n]*)", part.split("</STMTTRN>")[0])
        }
        amount = _dollars(said.get("TRNAMT", ""), number)
        if amount > ZERO:
            words = " ".join(said[name] for name in ("NAME", "MEMO", "CHECKNUM") if said.get(name))
            on = _day(said.get("DTPOSTED", "")[:8], number)
            yield Credit(on, amount, words, _fit(said, on, amount))


def _fit(said: dict[str, str], on: date, amount: Decimal) -> str:
    """Return the bank's own number; it is unique within an account only, hence day and sum."""
    return f"fit:{on:%Y%m%d}:{amount}:{said['FITID']}" if said.get("FITID") else ""


def _bai(text: str) -> Iterator[Credit]:
    """Read BAI2: group date from 02, details from 16, continued by 88."""
    records = _bai_records(text)
    if not any(one[0] == "99" for one in records):
        raise NotAStatement("The file is cut short: its last record (99) is missing.")
    on = None
    for number, fields in enumerate(records, start=1):
        if fields[0] == "02" and len(fields) > 4:
            on = _day(f"20{fields[4]}", number)
        elif fields[0] == "16" and on and _is_credit(fields):
            yield _bai_credit(fields, on, number)


def _is_credit(fields: Sequence[str]) -> bool:
    kind = fields[1] if len(fields) > 2 else ""
    return kind.isdigit() and int(kind) in _CREDIT_TYPES


def _bai_credit(fields: Sequence[str], on: date, number: int) -> Credit:
    """Read a credit: funds type with what belongs to it, the bank's reference, ours, words."""
    rest = _after_funds(fields[3] if len(fields) > 3 else "", fields[4:], number)
    amount = (_dollars(fields[2], number) * CENT).quantize(CENT)
    reference = rest[0] if rest else ""
    words = " ".join(part.strip() for part in rest[1:] if part.strip())
    return Credit(on, amount, words, reference)


def _after_funds(kind: str, rest: Sequence[str], number: int) -> Sequence[str]:
    """Leave out when the money is there: three sums (S), day and time (V), or pairs (D)."""
    if kind != "D":
        return rest[{"S": 3, "V": 2}.get(kind, 0) :]
    if not rest or not rest[0].isdigit():
        raise NotAStatement(f"Line {number}: how many days the money takes is not said.")
    return rest[1 + 2 * int(rest[0]) :]


def _bai_records(text: str) -> list[list[str]]:
    records: list[list[str]] = []
    for line in text.splitlines():
        plain = line.strip().rstrip("/")
        if plain.startswith("88,") and records:
            records[-1] += plain[3:].split(",")
        elif plain:
            records.append(plain.split(","))
    return records
