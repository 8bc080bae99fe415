"""Post to the books, and take a posting back. The same key posts once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Account, Entry, Posting
from frontdesk.ledger.rules import CHART, Line, check_lines, first_open, mirrored
from frontdesk.practice.queries import office_day


@operation("ledger.adjust")
def post(
    kind: str,
    *,
    key: str,
    lines: Sequence[Line],
    on: date,
    by: Actor,
    memo: str = "",
    at: datetime | None = None,
    reverses: Posting | None = None,
) -> Posting:
    """Move money between accounts in one posting; a key that was posted returns what it posted.

    `on` is the day in the books; where that day is closed, the posting stands on the next open
    one and refers back. Raises `ValueError` for lines the books cannot hold.
    """
    check_lines(lines)
    if earlier := Posting.objects.filter(key=key).first():
        return earlier
    number = Counter.take("posting")  # held until the end: two posters queue here
    if earlier := Posting.objects.filter(key=key).first():
        return earlier
    day = first_open(on, sites_of(lines), queries.closed_from(on))
    posting = Posting(
        kind=kind,
        number=number,
        key=key,
        memo=memo[:200],
        posted_on=day,
        meant_on=on if day != on else None,
        posted_at=at or now(),
        posted_by=by.name,
        reverses=reverses,
    )
    posting.save(force_insert=True)
    accounts = accounts_by_code()
    Entry.objects.bulk_create(entry_of(posting, line, accounts) for line in lines)
    return posting


@operation("ledger.adjust")
def reverse(
    posting: Posting,
    *,
    because: str,
    at: datetime,
    by: Actor,
    on: date | None = None,
    instead: Mapping[str, str] | None = None,
) -> Posting:
    """Take a whole posting back with the same lines turned round; once taken back stays so.

    `on` is the day in the books (none: the office's day). `instead` names accounts out of which
    the money comes now: a check that was deposited comes back from the bank.
    """
    posting = Posting.objects.lock(posting.pk)
    if posting.reverses_id is not None:
        raise Refused("A reversal cannot be reversed: post anew instead.")
    lines = [entry.as_line() for entry in queries.entries_of(posting)]
    return post(
        "reversal",
        key=f"reverse:{posting.pk}",
        lines=[_out_of(line, instead or {}) for line in mirrored(lines)],
        on=on or office_day(at),
        memo=because,
        at=at,
        reverses=posting,
        by=by,
    )


def sites_of(lines: Sequence[Line]) -> set[UUID]:
    """Return the sites that lines name."""
    return {line.site_id for line in lines if line.site_id is not None}


def _out_of(line: Line, instead: Mapping[str, str]) -> Line:
    return replace(line, source=instead.get(line.source, line.source))


def accounts_by_code() -> dict[str, Account]:
    """Return the practice's accounts by code, making those it does not have yet."""
    found = {account.code: account for account in Account.objects.all()}
    for code, rule in CHART.items():
        if code not in found:
            found[code] = Account.objects.create(code=code, name=rule.name, kind=rule.kind)
    return found


def entry_of(posting: Posting, line: Line, accounts: dict[str, Account]) -> Entry:
    """Return a line as an entry of a posting, not saved yet."""
    return Entry(
        posting_id=posting.pk,
        source_id=accounts[line.source].pk,
        target_id=accounts[line.target].pk,
        amount=line.amount,
        posted_on=posting.posted_on,
        kind=line.kind,
        patient_id=line.patient_id,
        provider_id=line.provider_id,
        site_id=line.site_id,
        payer_id=line.payer_id,
        visit_id=line.visit_id,
        charge_id=line.charge_id,
        claim_id=line.claim_id,
        payment_id=line.payment_id,
        reason=line.reason,
        label=line.label[:140],
        service_on=line.service_on,
    )
