"""Lists for banks and the tax office as CSV, and budgets read from one."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from rapidfuzz import fuzz, process

from frontdesk.core.money import CENT
from frontdesk.core.spreadsheet import table
from frontdesk.ledger.rules import CHART
from frontdesk.office.models import VendorPayment
from frontdesk.office.queries.vendors import YearRow

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MOST_ROWS = 5000
MOST = Decimal(100_000_000)  # dollars in a cell


def positive_pay(account: str, payments: Iterable[VendorPayment], last: date) -> Iterator[str]:
    """Yield the bank's list of checks: account, number, dollars, day, payee, issued or void."""
    head = ["Account", "Check number", "Amount", "Issue date", "Payee", "Issue or void"]
    rows = []
    for one in payments:
        is_void = one.voided_on is not None and one.voided_on <= last
        rows.append(
            (
                account,
                one.check_number,
                one.amount,
                f"{one.pay_on:%m/%d/%Y}",
                one.payee,
                "V" if is_void else "I",
            )
        )
    return table(head, rows)


def year_file(rows: Iterable[tuple[YearRow, str]]) -> Iterator[str]:
    """Yield the list for 1099 forms, with whole tax ids."""
    head = ["Vendor", "Tax id", "Form", "Address", "City", "State", "ZIP", "Paid"]
    return table(
        head,
        (
            (
                row.vendor.name,
                tax_id,
                row.vendor.get_reported_as_display(),
                " ".join(part for part in (row.vendor.address_1, row.vendor.address_2) if part),
                row.vendor.city,
                row.vendor.state,
                row.vendor.zip_code,
                row.paid,
            )
            for row, tax_id in rows
        ),
    )


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """One figure of a budget file."""

    account: str
    site_id: UUID | None
    month: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BudgetFile:
    """What a budget file says: its figures, or what is wrong with it, line by line."""

    rows: list[BudgetRow]
    wrong: list[str]


def read_budget(
    content: bytes, year: int, accounts: Mapping[str, str], sites: Mapping[str, UUID]
) -> BudgetFile:
    """Return the figures of a CSV file with a column for the account and one for each month.

    Columns: Account (name or code), Site (a site's name; empty for the whole practice), then Jan
    to Dec, or Month (2026-03) and Amount. `accounts` maps names and codes, lower case, to codes;
    `sites` names, lower case, to keys.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\x00" in text:
        return BudgetFile([], ["This is no CSV file: save the sheet as CSV first."])
    lines = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        rows = [(lines.line_num, row) for row in lines]
    except csv.Error as trouble:
        return BudgetFile([], [f"Line {lines.line_num}: {trouble}."])
    reader = _Reader(year, accounts, sites)
    return reader.read([(number, row) for number, row in rows if any(cell.strip() for cell in row)])


class _Reader:
    """Reads a budget's lines and remembers what is wrong with which."""

    def __init__(
        self, year: int, accounts: Mapping[str, str], sites: Mapping[str, UUID]
    ) -> None:  # fmt: skip
        self.year, self.accounts, self.sites = year, accounts, sites
        self.rows: list[BudgetRow] = []
        self.wrong: list[str] = []
        self.seen: dict[tuple[str, UUID | None, date], int] = {}

    def read(self, lines: Sequence[tuple[int, list[str]]]) -> BudgetFile:
        if not lines:
            return BudgetFile([], ["The file is empty."])
        if len(lines) > MOST_ROWS:
            return BudgetFile([], [f"The file has more than {MOST_ROWS:,} lines."])
        head = [cell.strip().lower() for cell in lines[0][1]]
        columns = {name: place for place, name in enumerate(head)}
        months = {place: MONTHS.index(name[:3]) + 1 for name, place in columns.items()
                  if name[:3] in MONTHS and name.isalpha() and name != "month"}  # fmt: skip
        is_long = "month" in columns and "amount" in columns
        if "account" not in columns or not (months or is_long):
            return BudgetFile(
                [], ["The first line names the columns: Account, Site, Jan … Dec; "
                     "or Account, Site, Month, Amount."]
            )  # fmt: skip
        for number, cells in lines[1:]:
            self._line(number, cells, columns, {} if is_long else months)
        if not self.rows and not self.wrong:
            self.wrong.append("The file names no figure.")
        return BudgetFile(self.rows, self.wrong)

    def _line(
        self, number: int, cells: list[str], columns: dict[str, int], months: dict[int, int]
    ) -> None:
        said = {
            name: cells[place].strip() if place < len(cells) else ""
            for name, place in columns.items()
        }
        account = self._account(number, said["account"])
        site_id, is_site = self._site(number, said.get("site", ""))
        if account is None or not is_site:
            return
        if not months:
            self._long(number, said, account, site_id)
        for place, month in months.items():
            text = cells[place].strip() if place < len(cells) else ""
            if text:
                self._figure(number, account, site_id, date(self.year, month, 1), text)

    def _long(
        self, number: int, said: dict[str, str], account: str, site_id: UUID | None
    ) -> None:  # fmt: skip
        month = self._month(said["month"])
        if month is None:
            self.wrong.append(
                f"Line {number}: “{said['month']}” is no month. Write 2026-03 or Mar."
            )
        elif month.year != self.year:
            self.wrong.append(f"Line {number}: {said['month']} is not in {self.year}.")
        else:
            self._figure(number, account, site_id, month, said["amount"])

    def _figure(
        self, number: int, account: str, site_id: UUID | None, month: date, text: str
    ) -> None:
        amount = amount_of(text)
        if amount is None:
            self.wrong.append(f"Line {number}: “{text}” is no amount.")
            return
        key = (account, site_id, month)
        if key in self.seen:
            self.wrong.append(
                f"Line {number}: this account has {month:%B} in line {self.seen[key]} already."
            )
            return
        self.seen[key] = number
        self.rows.append(BudgetRow(account, site_id, month, amount))

    def _account(self, number: int, text: str) -> str | None:
        code = self.accounts.get(text.lower())
        if code is None:
            near = process.extractOne(
                text.lower(), list(self.accounts), scorer=fuzz.ratio, score_cutoff=60
            )
            hint = f" Did you mean “{CHART[self.accounts[near[0]]].name}”?" if near else ""
            self.wrong.append(f"Line {number}: there is no account “{text}”.{hint}")
        return code

    def _site(self, number: int, text: str) -> tuple[UUID | None, bool]:
        if not text or text.lower() in ("all", "all sites", "practice"):
            return None, True
        found = self.sites.get(text.lower())
        if found is None:
            self.wrong.append(f"Line {number}: there is no site “{text}”.")
        return found, found is not None

    def _month(self, text: str) -> date | None:
        if text[:3].lower() in MONTHS and text.isalpha():
            return date(self.year, MONTHS.index(text[:3].lower()) + 1, 1)
        if read := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", text):
            month = int(read[2])
            return date(int(read[1]), month, 1) if 1 <= month <= 12 and int(read[1]) else None
        return None


def amount_of(text: str) -> Decimal | None:
    """Return dollars as people and spreadsheets write them: "$1,200", "(45.50)"; else nothing."""
    plain = text.replace("$", "").replace(",", "").replace(" ", "").replace("−", "-")
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1]}"
    if not re.fullmatch(r"-?\d{1,12}(\.\d+)?", plain):
        return None
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    if abs(amount) >= MOST or amount != amount.quantize(CENT):
        return None
    return amount.quantize(CENT)


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)
