"""A message's way: taken for one try, sent, delivered, tried again, left to a person."""

from datetime import datetime

from frontdesk.comms import rules
from frontdesk.comms.models import Message
from frontdesk.comms.operations.otherwise import tell_otherwise
from frontdesk.comms.signals import message_failed, message_queued
from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel
from frontdesk.people.operations import say_consent
from frontdesk.people.queries import address_for
from frontdesk.staff.operations import open_work, settle_work

_NOUN = {Channel.EMAIL.value: "An e-mail", Channel.SMS.value: "A text"}
_BY = {Channel.EMAIL.value: "e-mail", Channel.SMS.value: "text"}
_WHAT_TO_ASK = {Channel.EMAIL.value: "e-mail address", Channel.SMS.value: "mobile number"}


@operation("comms.send")
def begin_delivery(message: Message, *, at: datetime, by: Actor) -> Message | None:
    """Take a queued message for one try; None when it is sent, kept back or another has it."""
    message = Message.objects.lock(message.pk)
    if message.status != Message.Status.QUEUED:
        return None
    if message.not_before and at < message.not_before:
        return None
    if message.taken_until and at < message.taken_until:
        return None
    message.taken_until = at + rules.LEASE
    message.attempts += 1
    message.save()
    return message


@operation("comms.send")
def note_sent(message: Message, *, at: datetime, by: Actor, gateway_id: str = "") -> Message:
    """Remember that the mail server or the carrier took the message, and settle its trouble."""
    message = Message.objects.lock(message.pk)
    if message.status in (Message.Status.SENT, Message.Status.DELIVERED):
        return message
    message.status = message.lifecycle.move(message.status, Message.Status.SENT)
    message.sent_at = at
    message.gateway_id = gateway_id
    message.failed_because = ""
    message.taken_until = message.next_try_at = None
    message.save()
    if message.attempts > 1:
        settle_work(once=_trouble_of(message), at=at, by=by)
    return message


@operation("comms.send")
def note_delivered(message: Message, *, at: datetime, by: Actor) -> Message:
    """Remember that the message reached the patient's phone; told twice, the first time counts."""
    message = Message.objects.lock(message.pk)
    if message.status in (Message.Status.SENT, Message.Status.FAILED):
        message.status = message.lifecycle.move(message.status, Message.Status.DELIVERED)
        message.delivered_at = at
        message.failed_because = ""
        message.is_bad_address = False
        message.save()
        settle_work(once=_trouble_of(message), at=at, by=by)
    return message


@operation("comms.send")
def note_failed(
    message: Message,
    *,
    because: str,
    is_final: bool,
    at: datetime,
    by: Actor,
    is_bad_address: bool = False,
    has_opted_out: bool = False,
) -> Message:
    """Remember a try that failed: try again later, or ask a person when it will not help.

    What can be said another way goes there, once, and nobody is asked; but an address at which
    nothing arrives is to be put right in any case. Somebody who told the carrier to send no texts
    has told us: that is kept, and is no trouble.
    """
    message = Message.objects.lock(message.pk)
    if message.status not in (Message.Status.QUEUED, Message.Status.SENT):
        return message
    message.failed_because = because[:200]
    message.taken_until = None
    was_queued = message.status == Message.Status.QUEUED
    pause = rules.pause_after(message.attempts) if was_queued and not is_final else None
    if pause is not None:
        message.next_try_at = at + pause
        message.save()
        message_queued.send(Message, message=message, not_before=message.next_try_at)
        return message
    message.status = message.lifecycle.move(message.status, Message.Status.FAILED)
    message.next_try_at = None
    message.is_bad_address = is_bad_address
    message.save()
    if has_opted_out and message.patient:
        how = "told the carrier"
        say_consent(message.patient, channel=message.channel, is_given=False, how=how, at=at, by=by)
    other = tell_otherwise(message, at=at, by=by)
    if other is None:
        message_failed.send(Message, message=message, at=at, by=by)
    if (other is None and not has_opted_out) or is_bad_address:
        _ask_a_person(message, other, at=at, by=by)
    return message


@operation("comms.send")
def drop(message: Message, *, because: str, at: datetime, by: Actor) -> Message:
    """Do not send a message that still waits, for what it says is no longer so."""
    message = Message.objects.lock(message.pk)
    if message.status == Message.Status.QUEUED and message.taken_until is None:
        message.status = message.lifecycle.move(message.status, Message.Status.DROPPED)
        message.failed_because = because[:200]
        message.next_try_at = None
        message.save()
    return message


@operation("comms.send")
def send_again(message: Message, *, at: datetime, by: Actor) -> Message:
    """Queue a message that was not delivered, to the address the patient has now."""
    message = Message.objects.lock(message.pk)
    message.status = message.lifecycle.move(message.status, Message.Status.QUEUED)
    if message.patient and (address := address_for(message.patient, message.channel)):
        message.address = address
    message.attempts = 0
    message.failed_because = ""
    message.is_bad_address = False
    message.save()
    settle_work(once=_trouble_of(message), at=at, by=by)
    message_queued.send(Message, message=message, not_before=None)
    return message


def _ask_a_person(message: Message, other: Message | None, *, at: datetime, by: Actor) -> None:
    asked = _WHAT_TO_ASK.get(message.channel, "address")
    label = _BY.get(other.channel, "another way") if other else ""
    instead = f" It went by {label} instead: there is no hurry." if other else ""
    open_work(
        kind="comms.not_delivered",
        title=f"{_NOUN.get(message.channel, 'A message')} was not delivered: {message.subject}",
        detail=f"{message.failed_because}{instead}",
        how_to_fix=f"Ask the patient for their {asked}, correct it in the chart, "
        "then open the message and send it again.",
        pool="receptionist",
        subject=message,
        once=_trouble_of(message),
        at=at,
        by=by,
    )


def _trouble_of(message: Message) -> str:
    return f"comms.message:{message.pk}"
