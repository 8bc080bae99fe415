"""What comms does later: send messages, fetch texts, find out what they mean."""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django_tasks import task

from frontdesk.comms import gateways, operations, queries
from frontdesk.comms.gateways import News
from frontdesk.comms.models import Message
from frontdesk.comms.rules import as_sent
from frontdesk.comms.signals import message_queued, text_received
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.people.models import Channel
from frontdesk.people.rules.phones import normal
from frontdesk.practice.models import Practice
from frontdesk.staff.operations import open_work
from frontdesk.staff.queries import practice_ids, the_clock

log = logging.getLogger(__name__)
STUCK_AFTER = timedelta(minutes=30)
EARLY = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))
_ENDS = frozenset({"delivered", "undelivered", "failed"})


@task()
def deliver(message_id: str, practice_id: str) -> str:
    """Try to send one message; return what became of it.

    Asked twice it sends once. A worker that dies between the answer of whoever carries it and
    our note of it makes a second try: with the same Message-ID, which mailboxes show once; by
    text after looking whether the carrier has it.
    """
    by = the_clock(UUID(practice_id))
    with practice_scope(by.practice_id):
        message = Message.objects.get(pk=message_id)
        taken = operations.begin_delivery(message, at=now(), by=by)
        if taken is None:
            return _left_to_another(message)
        try:
            gateway_id = _send(taken, by)
        except gateways.NotDelivered as refusal:
            operations.note_failed(
                taken,
                because=str(refusal),
                is_final=refusal.is_final,
                is_bad_address=refusal.is_bad_address,
                has_opted_out=refusal.has_opted_out,
                at=now(),
                by=by,
            )
            return "not delivered"
        operations.note_sent(taken, at=now(), by=by, gateway_id=gateway_id)
        return "sent"


@task()
def understand(message_id: str, practice_id: str) -> str:
    """Find out what a text that came in means, and do it; return what it was taken for."""
    by = the_clock(UUID(practice_id))
    with practice_scope(by.practice_id):
        message = Message.objects.get(pk=message_id)
        return operations.understand(message, at=now(), by=by).kind


@task()
def fetch_texts() -> int:
    """Ask a carrier that does not call us what came in and what became of our texts."""
    gateway, line = gateways.text_gateway(), queries.only_line()
    found = list(gateway.news()) if gateway else []
    if gateway is None or line is None:
        return 0
    by = the_clock(line.practice_id)
    with practice_scope(by.practice_id):
        for news in found:
            if news.sender:
                operations.hear(
                    sender=normal(news.sender),
                    body=news.body,
                    gateway_id=news.id,
                    at=now(),
                    by=by,
                )
            else:
                _note(news, by)
            gateway.seen(news)
    return len(found)


@task()
def note_early_state(gateway_id: str, state: str, code: str, looked: int) -> str:
    """Note what a carrier said of a text before we had written down what it calls it."""
    message = queries.sent_as(gateway_id)
    if message is not None:
        note_state(message, state, code)
        return state
    return keep_early_state(gateway_id, state, code, looked)


@task()
def read_bounces() -> int:
    """Read the letters that came back; return how many. Killed half-way, the rest is read again.

    What is not about a letter of ours, and was not written by a machine, is shown to a person.
    """
    if not settings.BOUNCES:
        return 0
    box, count = gateways.Mailbox(settings.BOUNCES), 0
    for came in box.new():
        known = [_note_bounce(bounce) for bounce in came.bounces]
        if not any(known) and (came.bounces or not came.is_automatic):
            _show_letter(came)
        box.seen(came)
        count += 1
    return count


@task()
def sweep() -> int:
    """Send what should have gone long ago: a job that was lost loses no message."""
    at, found = now(), 0
    for practice_id in practice_ids():
        with practice_scope(practice_id):
            for message in queries.stuck(at - STUCK_AFTER):
                enqueue_delivery(Message, message=message, not_before=None)
                found += 1
    return found


def enqueue_delivery(
    sender: object, *, message: Message, not_before: datetime | None, **_: Any
) -> None:
    """Leave the job behind in the transaction that wrote the message."""
    later = deliver if not_before is None else deliver.using(run_after=not_before)
    later.enqueue(str(message.pk), str(message.practice_id))


def enqueue_understanding(sender: object, *, message: Message, **_: Any) -> None:
    """Leave the job behind in the transaction that kept the text."""
    understand.enqueue(str(message.pk), str(message.practice_id))


def listen() -> None:
    """Hear of queued messages and of texts that came in."""
    message_queued.connect(enqueue_delivery, dispatch_uid="comms.deliver")
    text_received.connect(enqueue_understanding, dispatch_uid="comms.understand")


def keep_early_state(gateway_id: str, state: str, code: str, looked: int = 0) -> str:
    """Look for the text again a little later: a carrier may be quicker than our own note of it.

    What is still nobody's after some minutes is of another system with the same account.
    """
    if state not in _ENDS or looked >= len(EARLY):
        return "not ours"
    later = note_early_state.using(run_after=now() + EARLY[looked])
    later.enqueue(gateway_id[:80], state, code[:10], looked + 1)
    return "later"


def note_state(message: Message, state: str, code: str) -> None:
    """Note what a carrier says became of a text of ours."""
    by = the_clock(message.practice_id)
    if state == "delivered":
        operations.note_delivered(message, at=now(), by=by)
    elif state in ("undelivered", "failed"):
        told = gateways.trouble_of(int(code) if code.isdecimal() else 0)
        operations.note_failed(
            message,
            because=str(told),
            is_final=True,
            is_bad_address=told.is_bad_address,
            has_opted_out=told.has_opted_out,
            at=now(),
            by=by,
        )


def _left_to_another(message: Message) -> str:
    """Look again when the lease of whoever has it is over: they may have died."""
    message.refresh_from_db()
    if message.status != Message.Status.QUEUED or message.taken_until is None:
        return "nothing to do"
    enqueue_delivery(Message, message=message, not_before=message.taken_until)
    return "another worker has it"


def _note(news: News, by: Actor) -> None:
    message = Message.objects.filter(pk=news.key).first()
    if message is None:
        return
    if news.state == "delivered":
        operations.note_delivered(message, at=now(), by=by)
    else:
        why = "The modem could not send the text."
        operations.note_failed(message, because=why, is_final=True, at=now(), by=by)


def _note_bounce(bounce: gateways.Bounce) -> bool:
    """Note what became of an e-mail; say whether it is one of ours."""
    message = queries.sent_under(bounce.key)
    if message is None:
        return False
    by = the_clock(message.practice_id)
    with practice_scope(by.practice_id):
        if bounce.action == "delivered":
            operations.note_delivered(message, at=now(), by=by)
        elif bounce.is_final:
            operations.note_failed(
                message,
                because=f"It came back: {_words_of(bounce)}.",
                is_final=True,
                is_bad_address=bounce.is_bad_address,
                at=now(),
                by=by,
            )
    return True  # "delayed" asks for nothing: their server goes on trying


def _words_of(bounce: gateways.Bounce) -> str:
    code = f" ({bounce.code})" if bounce.code else ""
    what = "nobody is at this address" if bounce.is_bad_address else "their server refused it"
    return f"{what}{code}"


def _show_letter(came: gateways.Came) -> None:
    """Leave a letter that says nothing of ours to a person of the practice whose server this is."""
    practices = practice_ids()
    if len(practices) != 1:
        log.warning("A letter came back that is of no practice: %s", came.path.name)
        return
    by = the_clock(practices[0])
    with practice_scope(by.practice_id):
        open_work(
            kind="comms.letter_to_read",
            title="A letter came to the mailbox for what comes back",
            detail=f"It names no letter of ours. File: {came.path.name}",
            how_to_fix="Open the mailbox with any mail program, read the letter and answer it.",
            pool="receptionist",
            once=f"comms.letter:{came.path.name}",
            at=now(),
            by=by,
        )


def _send(message: Message, by: Actor) -> str:
    """Hand the message over; return what the carrier calls it."""
    if message.channel == Channel.EMAIL:
        gateways.post(_email(message, by))
        return ""
    gateway, line = gateways.text_gateway(), queries.the_line()
    if gateway is None or not line.number:
        raise gateways.NotDelivered("Texts are not set up.", is_final=True)
    return gateway.send(
        gateways.Text(
            key=str(message.pk),
            sender=line.number,
            to=message.address,
            body=as_sent(queries.with_addresses(message.body)),
            written_at=message.written_at,
            is_repeat=message.attempts > 1,
        )
    ).id


def _email(message: Message, by: Actor) -> gateways.Email:
    practice = Practice.objects.get(pk=message.practice_id)
    ends = operations.unsubscribe_address(message.patient, by=by) if message.patient else ""
    return gateways.Email(
        key=str(message.pk),
        sender_name=practice.name,
        reply_to=practice.email,
        to=message.address,
        subject=message.subject,
        body=queries.with_addresses(message.body),
        enclosures=[
            (kept.name, kept.content_type, bytes(kept.content))
            for kept in message.attachments.order_by("pk")
        ],
        unsubscribe=ends,
    )
