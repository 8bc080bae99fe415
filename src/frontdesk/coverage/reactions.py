"""What coverage does on news from below."""

from datetime import datetime
from typing import Any

from frontdesk.comms.models import Message
from frontdesk.comms.signals import message_failed
from frontdesk.core.actor import Actor
from frontdesk.coverage import operations
from frontdesk.coverage.models import GoodFaithEstimate
from frontdesk.coverage.operations.good_faith import KIND


def put_back(sender: object, *, message: Message, at: datetime, by: Actor, **_: Any) -> None:
    """An estimate whose message did not arrive was not given."""
    if message.kind != KIND or message.subject_id is None:
        return
    for estimate in GoodFaithEstimate.objects.filter(pk=message.subject_id):
        operations.note_undelivered(estimate, at=at, by=by)


def listen() -> None:
    """Hear of messages that did not arrive."""
    message_failed.connect(put_back, dispatch_uid="coverage.good_faith_undelivered")
