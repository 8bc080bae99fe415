"""Post what payers decided, batch by batch."""

import logging
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection
from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Remittance, RemittanceClaim
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.scoping import practice_scope
from frontdesk.staff.queries import the_clock

PARTS = 2  # of a large remittance: one is decided while the database writes the other

log = logging.getLogger(__name__)


@task()
def post_remittance(practice_id: str, remittance_id: str) -> str:
    """Post what was not posted yet of a remittance, batch by batch; return how it stands."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        remittance = Remittance.objects.get(pk=remittance_id)
        if not remittance.may_be_posted:
            return remittance.status
        if _is_posted_in_parts(remittance):
            _post_in_parts(remittance, clock)
        while _post_batch(remittance, clock):
            pass
        return operations.close_remittance(remittance, at=now(), by=clock).status


def post_soon(sender: object, *, remittance: Remittance, **_: Any) -> None:
    """Queue the posting of a remittance beside the remittance itself."""
    post_remittance.enqueue(str(remittance.practice_id), str(remittance.pk))


def _is_posted_in_parts(remittance: Remittance) -> bool:
    """Say whether it is worth it: not for one batch, nor where only one may write at a time."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return False
    return queries.rows_to_post(remittance).count() > settings.POSTED_TOGETHER


def _post_in_parts(remittance: Remittance, clock: Actor) -> None:
    """Post the parts of a remittance side by side, each on a connection of its own.

    A part that fails lets the others come to their end, and then fails the job, which is run again.
    """
    first, *others = queries.parted_to_post(remittance, PARTS)
    with ThreadPoolExecutor(len(others)) as pool:
        running = [pool.submit(_post_apart, remittance, part, clock) for part in others]
        _post_part(remittance, first, clock)
        for one in running:
            one.result()


def _post_apart(remittance: Remittance, part: Sequence[UUID], clock: Actor) -> None:
    try:
        with practice_scope(clock.practice_id):
            _post_part(remittance, part, clock)
    finally:
        connection.close()  # this thread's own


def _post_part(remittance: Remittance, part: Sequence[UUID], clock: Actor) -> None:
    size = settings.POSTED_TOGETHER
    for first in range(0, len(part), size):
        _post_batch(remittance, clock, part[first : first + size])


def _post_batch(remittance: Remittance, clock: Actor, only: Collection[UUID] | None = None) -> int:
    """Post the next batch; one that breaks is posted claim by claim, so that the rest goes on."""
    try:
        return operations.post_remittance_claims(remittance, at=now(), by=clock, only=only)
    except DatabaseError:
        raise
    except Exception as trouble:  # a decision nobody foresaw must not keep the others waiting
        if not Remittance.objects.get(pk=remittance.pk).may_be_posted:
            raise  # somebody found it out of balance meanwhile
        log.error("Remittance %s: a batch broke (%s)", remittance.pk, type(trouble).__name__)
    rows = list(queries.rows_to_post(remittance, only)[: settings.POSTED_TOGETHER])
    for row in rows:
        _post_one(row, clock)
    return len(rows)


def _post_one(row: RemittanceClaim, clock: Actor) -> None:
    try:
        operations.post_remittance_claim(row, at=now(), by=clock)
    except Refused as refusal:
        operations.leave_to_a_person(row, because=str(refusal)[:200], at=now(), by=clock)
    except Exception as trouble:  # its words may name a patient
        because = f"Posting it failed ({type(trouble).__name__})."
        operations.leave_to_a_person(row, because=because, at=now(), by=clock)
