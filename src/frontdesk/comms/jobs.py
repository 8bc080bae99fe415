"""What comms does later: hand messages to the mail server."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.comms import gateways, operations
from frontdesk.comms.models import Message
from frontdesk.comms.signals import message_queued
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Practice
from frontdesk.staff.queries import the_clock


@task()
def deliver(message_id: str, practice_id: str) -> str:
    """Try to send one message; return what became of it.

    Asked twice it sends once. A worker that dies between the mail server's answer and our note
    of it makes a second try with the same Message-ID, which mailboxes show once.
    """
    by = the_clock(UUID(practice_id))
    with practice_scope(by.practice_id):
        message = Message.objects.get(pk=message_id)
        taken = operations.begin_delivery(message, at=now(), by=by)
        if taken is None:
            return _left_to_another(message)
        try:
            gateways.post(_email(taken))
        except gateways.NotDelivered as refusal:
            operations.note_failed(
                taken, because=str(refusal), is_final=refusal.is_final, at=now(), by=by
            )
            return "not delivered"
        operations.note_sent(taken, at=now(), by=by)
        return "sent"


def enqueue_delivery(
    sender: object, *, message: Message, not_before: datetime | None, **_: Any
) -> None:
    """Leave the job behind in the transaction that wrote the message."""
    later = deliver if not_before is None else deliver.using(run_after=not_before)
    later.enqueue(str(message.pk), str(message.practice_id))


def listen() -> None:
    """Hear of queued messages."""
    message_queued.connect(enqueue_delivery, dispatch_uid="comms.deliver")


def _left_to_another(message: Message) -> str:
    """Look again when the lease of whoever has it is over: they may have died."""
    message.refresh_from_db()
    if message.status != Message.Status.QUEUED or message.taken_until is None:
        return "nothing to do"
    enqueue_delivery(Message, message=message, not_before=message.taken_until)
    return "another worker has it"


def _email(message: Message) -> gateways.Email:
    practice = Practice.objects.get(pk=message.practice_id)
    return gateways.Email(
        key=str(message.pk),
        sender_name=practice.name,
        reply_to=practice.email,
        to=message.address,
        subject=message.subject,
        body=message.body,
        enclosures=[
            (kept.name, kept.content_type, bytes(kept.content))
            for kept in message.attachments.order_by("pk")
        ],
    )
