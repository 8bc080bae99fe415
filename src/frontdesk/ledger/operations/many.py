"""Post many postings at once: the same books as one by one, in a handful of statements."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.operation import operation
from frontdesk.ledger import queries
from frontdesk.ledger.models import Entry, Posting
from frontdesk.ledger.operations.postings import accounts_by_code, sites_of
from frontdesk.ledger.rules import Line, check_lines, first_open

_NAMES = (
    "id",
    "posting_id",
    "source_id",
    "target_id",
    "amount",
    "posted_on",
    "kind",
    "patient_id",
    "provider_id",
    "site_id",
    "payer_id",
    "visit_id",
    "charge_id",
    "claim_id",
    "payment_id",
    "reason",
    "label",
    "service_on",
)  # of Entry


@dataclass(frozen=True, slots=True)
class ToPost:
    """One posting of several: its key posts once, whoever posts it."""

    key: str
    lines: Sequence[Line]
    memo: str = ""


@operation("ledger.adjust")
def post_many(
    kind: str, wanted: Sequence[ToPost], *, on: date, at: datetime, by: Actor
) -> dict[str, UUID]:
    """Post each of several postings on a day in the books; return the posting of each key.

    A key that was posted returns what it posted. Raises `ValueError` for lines the books cannot
    hold.
    """
    for one in wanted:
        check_lines(one.lines)
    if not wanted:
        return {}
    Counter.take("posting", count=0)  # held until the end: posters queue here
    known = dict(
        Posting.objects.filter(key__in=[one.key for one in wanted]).values_list("key", "pk")
    )
    fresh = list({one.key: one for one in wanted if one.key not in known}.values())
    first = Counter.take("posting", count=len(fresh))
    closed = queries.closed_from(on)
    days = [first_open(on, sites_of(one.lines), closed) for one in fresh]
    postings = [
        Posting(
            kind=kind,
            number=number,
            key=one.key,
            memo=one.memo[:200],
            posted_on=day,
            meant_on=on if day != on else None,
            posted_at=at,
            posted_by=by.name,
        )
        for number, (one, day) in enumerate(zip(fresh, days, strict=True), start=first)
    ]
    Posting.objects.create_many(postings)
    Entry.objects.create_rows(_NAMES, list(_entries(postings, fresh)))
    return known | {posting.key: posting.pk for posting in postings}


def _entries(postings: Iterable[Posting], wanted: Iterable[ToPost]) -> Iterable[Sequence[Any]]:
    """Yield the entries as bare values: there are several for each posting."""
    accounts = {code: account.pk for code, account in accounts_by_code().items()}
    for posting, one in zip(postings, wanted, strict=True):
        key, day = posting.pk, posting.posted_on
        for line in one.lines:
            yield (
                new_key(),
                key,
                accounts[line.source],
                accounts[line.target],
                line.amount,
                day,
                line.kind,
                line.patient_id,
                line.provider_id,
                line.site_id,
                line.payer_id,
                line.visit_id,
                line.charge_id,
                line.claim_id,
                line.payment_id,
                line.reason,
                line.label[:140],
                line.service_on,
            )
