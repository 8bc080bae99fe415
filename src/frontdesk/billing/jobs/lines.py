"""The lines to the clearinghouse: the mailbox of files, and the one that answers at once."""

from frontdesk.billing import operations
from frontdesk.billing.gateways import FileTrouble, Mailbox, mailbox
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.coverage.gateways import Clearinghouse, Declined, Waiting, clearinghouse
from frontdesk.practice.models import Practice


def line_to_ask(clock: Actor) -> Clearinghouse:
    """Return the line on which payers answer at once, for the practice under its own id."""
    return clearinghouse(Practice.objects.get(pk=clock.practice_id).npi)


def line_of(clock: Actor) -> Mailbox:
    """Return the mailbox at the clearinghouse, for the practice under its own id."""
    return mailbox(Practice.objects.get(pk=clock.practice_id).npi)


def fetch_all(line: Mailbox, clock: Actor) -> None:
    """Keep every file of the mailbox, then tell the clearinghouse that it may forget it.

    Whatever kind it is: a file that nothing here reads goes to a person. One that cannot be
    fetched keeps no other waiting; its trouble is raised in the end.
    """
    trouble: FileTrouble | Declined | None = None
    for file in line.waiting():
        try:
            _fetch(line, file, clock)
        except (FileTrouble, Declined) as found:
            trouble = trouble or found
    if trouble:
        raise trouble


def _fetch(line: Mailbox, file: Waiting, clock: Actor) -> None:
    content = line.fetch(file)
    operations.keep_file(kind=file.kind, name=file.name, content=content, at=now(), by=clock)
    line.take(file)
