"""The books of a practice as a beancount file."""

from typing import TextIO
from uuid import UUID

from frontdesk.core.scoping import practice_scope
from frontdesk.ledger.exchange import whole_journal
from frontdesk.practice.models import Practice


def export(out: TextIO, *, practice_id: UUID | None = None) -> int:
    """Write the journal and its closing balances; return how many lines were written.

    `practice_id` may be left out where there is only one practice. Raises `LookupError` when
    it does not say which of several.
    """
    practice = _practice(practice_id)
    with practice_scope(practice.pk):
        return sum(bool(out.write(f"{line}\n")) for line in whole_journal(practice.name))


def _practice(practice_id: UUID | None) -> Practice:
    practices = Practice.objects.order_by("pk")
    if practice_id is not None:
        return practices.get(pk=practice_id)
    found = list(practices[:2])
    if len(found) != 1:
        raise LookupError("Say which practice: there is not just one.")
    return found[0]
