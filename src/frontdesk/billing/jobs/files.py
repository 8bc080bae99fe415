"""Send files of claims, empty the mailbox, read what came."""

import logging
from datetime import datetime
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.jobs.lines import fetch_all, line_of
from frontdesk.billing.models import Exchange
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.gateways import Declined, NoAnswer
from frontdesk.staff.queries import practice_ids, the_clock

log = logging.getLogger(__name__)


@task()
def send_file(practice_id: str, exchange_id: str) -> str:
    """Send one file of claims; a file that was sent is not sent again.

    A crash after the clearinghouse took the file and before we noted it sends the same bytes
    once more, which the clearinghouse answers as received.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        exchange = Exchange.objects.get(pk=exchange_id)
        if exchange.status != Exchange.Status.WAITING:
            return exchange.status
        try:
            line_of(clock).submit(bytes(exchange.content), message_id=str(exchange.pk))
        except NoAnswer as trouble:
            operations.note_not_sent(exchange, because=str(trouble), at=now(), by=clock)
        except Declined as declined:
            operations.refuse_file(exchange, because=str(declined), at=now(), by=clock)
        else:
            operations.note_sent(exchange, at=now(), by=clock)
        return Exchange.objects.get(pk=exchange_id).status


@task()
def read_mailbox(practice_id: str) -> int:
    """Keep, acknowledge and read every file that waits for us; return how many were read.

    Files are kept before they are acknowledged, and read from what was kept: whatever fails in
    between is taken up where it was the next time.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        trouble = ""
        try:
            fetch_all(line_of(clock), clock)
        except (NoAnswer, Declined) as error:
            trouble = str(error)
            log.warning("The mailbox of the clearinghouse could not be emptied: %s", trouble)
        operations.note_mailbox(trouble, at=now(), by=clock)
        files = list(queries.files_to_read())
        for exchange in files:
            _read(exchange, clock)
        return len(files)


@task()
def read_mailboxes() -> int:
    """Empty the mailbox of every practice: what the clock asks for every few minutes."""
    practices = practice_ids()
    for practice_id in practices:
        read_mailbox.enqueue(str(practice_id))
    return len(practices)


@task()
def send_ready(practice_id: str) -> int:
    """Send every claim that is ready, file after file; return how many files."""
    clock = the_clock(UUID(practice_id))
    return sum(1 for _ in iter(lambda: operations.queue_batch(at=now(), by=clock), None))


@task()
def read_brought(practice_id: str, exchange_id: str) -> str:
    """Read a file that a person brought in; read before, nothing happens again."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        _read(Exchange.objects.get(pk=exchange_id), clock)
        return Exchange.objects.get(pk=exchange_id).status


def read_soon(sender: object, *, exchange: Exchange, **_: Any) -> None:
    """Queue the reading beside the file that was brought in."""
    read_brought.enqueue(str(exchange.practice_id), str(exchange.pk))


def send_soon(sender: object, *, exchange: Exchange, not_before: datetime | None, **_: Any) -> None:
    """Queue the sending of a file beside the file itself."""
    later = send_file.using(run_after=not_before) if not_before else send_file
    later.enqueue(str(exchange.practice_id), str(exchange.pk))


def _read(exchange: Exchange, clock: Actor) -> None:
    """Read one file; whatever it does to the reader, the next one is read."""
    try:
        operations.read_file(exchange, at=now(), by=clock)
    except Exception as trouble:  # a file nobody foresaw must not keep the others waiting
        because = f"Reading it failed ({type(trouble).__name__})."  # its words may name a patient
        log.error("File %s: %s", exchange.pk, because)
        operations.set_file_aside(exchange, because=because, at=now(), by=clock)
