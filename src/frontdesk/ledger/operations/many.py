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

_POSTING = (
    "id",
    "kind",
    "number",
    "key",
    "memo",
    "posted_on",
    "meant_on",
    "posted_at",
    "posted_by",
)
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
    keys = [new_key() for _ in fresh]
    postings = [
        (key, kind, number, one.key, one.memo[:200], day, on if day != on else None, at, by.name)
        for number, (key, one, day) in enumerate(zip(keys, fresh, days, strict=True), start=first)
    ]
    Posting.objects.create_rows(_POSTING, postings)
    Entry.objects.create_rows(_NAMES, list(_entries(keys, days, fresh)))
    return known | {one.key: key for key, one in zip(keys, fresh, strict=True)}


def _entries(
    keys: Iterable[UUID], days: Iterable[date], wanted: Iterable[ToPost]
) -> Iterable[Sequence[Any]]:
    """Yield the entries as bare values: there are several for each posting."""
    accounts = {code: account.pk for code, account in accounts_by_code().items()}
    for key, day, one in zip(keys, days, wanted, strict=True):
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
