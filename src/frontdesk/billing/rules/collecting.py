"""Which balances may go to a collection agency, and what an agency's report says: plain values."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from frontdesk.core.errors import Refused
from frontdesk.core.money import CENT, ZERO
from frontdesk.core.spreadsheet import table

COLUMNS = ("account", "date", "kind", "amount", "fee")
KINDS = ("payment", "returned")  # money the agency got; an account it gives up
MAJORITY = 18


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's bill stands, as the policy asks it."""

    owed: Decimal
    first_billed: date | None
    notices: int  # how many went out, the last with its number
    last_paid: date | None
    born: date
    open_question: bool = False
    open_estimate: bool = False
    bankrupt: bool = False
    help_open: bool = False
    on_plan: bool = False
    with_insurance: bool = False
    returned: bool = False
    deceased: bool = False
    has_guarantor: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """What the practice's policy asks before it hands a balance over."""

    after_days: int
    least: Decimal
    notices: int


class Reported(NamedTuple):
    """One line of an agency's report."""

    line: int
    account: int
    on: date
    kind: str
    amount: Decimal
    fee: Decimal


@dataclass(slots=True)
class Report:
    """An agency's report as it was read; what could not be read is kept with why."""

    lines: list[Reported] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def why_not(standing: Standing, limits: Limits, on: date) -> list[str]:
    """Return every reason why a balance must stay here; none means it may be proposed."""
    age = (on - standing.first_billed).days if standing.first_billed else 0
    checks = [
        (standing.owed < limits.least, f"Less than ${limits.least}"),
        (standing.first_billed is None, "Never billed"),
        (age < limits.after_days, f"Billed for {age} of {limits.after_days} days"),
        (standing.notices < limits.notices, f"{standing.notices} of {limits.notices} notices sent"),
        (_is_paying(standing, on), "Paid something within 45 days"),
        (_is_minor(standing, on), "A minor without anybody who answers for the bill"),
        (standing.open_question, "A question is open"),
        (standing.open_estimate, "A good-faith estimate is disputed (45 CFR 149.620)"),
        (standing.bankrupt, "A bankruptcy notice came (11 USC 362)"),
        (standing.help_open, "Financial help was asked for or given"),
        (standing.on_plan, "Pays by a plan"),
        (standing.with_insurance, "Insurance has not decided"),
        (standing.returned, "Mail comes back: they never saw the bill"),
        (standing.deceased, "The patient has died"),
    ]
    return [words for is_so, words in checks if is_so]


def read_report(content: bytes) -> Report:
    """Read an agency's CSV: account, date, kind, amount, fee. Refuse what is no such file."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Refused("This file is no text: ask the agency for a CSV file.") from trouble
    rows = csv.DictReader(io.StringIO(text))
    names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
    if missing := [name for name in COLUMNS if name not in names]:
        raise Refused(f"The file has no column {missing[0]}. It needs: {', '.join(COLUMNS)}.")
    rows.fieldnames = names
    report = Report()
    for number, row in enumerate(rows, start=2):
        try:
            report.lines.append(_reported(number, row))
        except (ValueError, InvalidOperation, AttributeError) as trouble:
            report.wrong.append(f"Line {number}: {trouble or 'cannot be read'}")
    return report


def manifest(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> bytes:
    """Return rows as CSV with a last row that counts and sums them, so that nothing is lost."""
    every, place = list(rows), list(columns).index("amount")
    total = sum((Decimal(str(row[place])) for row in every), ZERO)
    return "".join(table(columns, [*every, ["TOTAL", len(every), total]])).encode()


def _reported(number: int, row: dict[str, str]) -> Reported:
    kind = row["kind"].strip().lower()
    if kind not in KINDS:
        raise ValueError(f"the kind {kind[:20]!r} is neither payment nor returned")
    amount, fee = _money(row["amount"]), _money(row["fee"])
    if kind == "payment" and amount <= ZERO:
        raise ValueError("a payment is above zero")
    if fee < ZERO or fee > amount:
        raise ValueError("the fee is larger than the payment")
    return Reported(number, int(row["account"].strip()), _day(row["date"]), kind, amount, fee)


def _money(text: str) -> Decimal:
    amount = Decimal((text or "0").strip().replace("$", "").replace(",", "") or "0")
    if not amount.is_finite() or amount != amount.quantize(CENT) or abs(amount) > 10**7:
        raise ValueError("an amount has dollars and cents")
    return amount.quantize(CENT)


def _day(text: str) -> date:
    for shape in ("%Y-%m-%d", "%m/%d/%Y"):
        try:
            return datetime.strptime(text.strip(), shape).date()  # noqa: DTZ007 - a day, no instant
        except ValueError:
            continue
    raise ValueError("the day is not a date")


def _is_paying(standing: Standing, on: date) -> bool:
    return standing.last_paid is not None and (on - standing.last_paid).days <= 45


def _is_minor(standing: Standing, on: date) -> bool:
    born = standing.born
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return age < MAJORITY and not standing.has_guarantor
