"""The books as a beancount file: every posting, then the balance of every account.

No patient is named: a posting carries its number, by which the practice finds the rest.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

from frontdesk.ledger.models import Entry
from frontdesk.ledger.queries import (
    AccountBalance,
    days_posted,
    every_entry,
    last_posting,
    trial_balance,
)

CHUNK = 2000  # entries in memory at a time
_ROOTS = {
    "asset": "Assets",
    "liability": "Liabilities",
    "income": "Income",
    "expense": "Expenses",
    "equity": "Equity",
}


def whole_journal(title: str) -> Iterator[str]:
    """Return the lines of the practice's books as they are now, read as they are asked for.

    What is posted meanwhile is left out of both the journal and the balances.
    """
    through = last_posting()
    entries = every_entry(through).iterator(chunk_size=CHUNK)
    return beancount(title, trial_balance(through=through), entries, days_posted())


def beancount(
    title: str,
    accounts: Sequence[AccountBalance],
    entries: Iterable[Entry],
    days: tuple[date, date] | None,
) -> Iterator[str]:
    """Yield the lines of the file; `entries` come by posting, with posting and accounts.

    `accounts` is the trial balance that the file then asserts, the day after its last posting;
    `days` are those of the first and the last posting.
    """
    names = {found.code: account_name(found.code, found.kind) for found in accounts}
    yield f'option "title" "{_quoted(title)}"'
    yield 'option "operating_currency" "USD"'
    yield ""
    if days is None:
        return
    first, last = days
    for name in sorted(names.values()):
        yield f"{first} open {name} USD"
    yield ""
    for _, group in groupby(entries, key=lambda entry: entry.posting_id):
        yield from _posting(list(group), names)
    yield from _balances(accounts, names, last + timedelta(days=1))


def account_name(code: str, kind: str) -> str:
    """Return the account's name there: receivable.insurance is Assets:Receivable:Insurance."""
    parts = (part.capitalize() for part in code.split("."))
    return ":".join((_ROOTS[kind], *parts))


def _posting(entries: Sequence[Entry], names: dict[str, str]) -> list[str]:
    posting = entries[0].posting
    lines = [
        f'{entries[0].posted_on} * "{_quoted(posting.kind)}" "{_quoted(posting.memo)}"',
        f'  number: "{posting.number}"',
    ]
    for entry in entries:
        lines.append(_leg(names[entry.target.code], entry.amount))
        lines.append(_leg(names[entry.source.code], -entry.amount))
    return [*lines, ""]


def _leg(account: str, amount: Decimal) -> str:
    return f"  {account:<36} {amount:>14.2f} USD"


def _balances(accounts: Sequence[AccountBalance], names: dict[str, str], on: date) -> Iterator[str]:
    for found in accounts:
        yield f"{on} balance {names[found.code]:<36} {found.balance:>14.2f} USD"


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
