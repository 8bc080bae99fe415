"""What can be done with messages: write them, and follow them through delivery."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from frontdesk.comms import queries, rules
from frontdesk.comms.models import Attachment, Message, Wording
from frontdesk.comms.rules import Enclosure, Text
from frontdesk.comms.signals import message_queued
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel, Patient
from frontdesk.people.queries import address_for
from frontdesk.staff.operations import open_work, settle_work


@operation("comms.send")
def write_message(
    patient: Patient,
    *,
    channel: str = Channel.EMAIL,
    kind: str,
    subject: str,
    body: str,
    at: datetime,
    by: Actor,
    attachments: Sequence[Enclosure] = (),
    address: str | None = None,
    subject_record: Record | None = None,
    once: str = "",
) -> Message:
    """Write a message and queue it in this transaction; a job sends it.

    Whether the patient may be reached this way is asked of `people.queries.may_reach` first.
    With `once`, what was written before is returned and nothing is sent twice. Refuses a
    channel that nothing here can send on, and a patient without an address for it.
    """
    if channel != Channel.EMAIL:
        raise Refused(f"Only e-mail can be sent from here, not: {Channel(channel).label.lower()}.")
    if once and (known := Message.objects.filter(once=once).first()):
        return known
    to = address or address_for(patient, channel)
    if not to:
        raise Refused(f"{patient.name} has given no e-mail address.")
    message = Message.objects.create(
        patient=patient,
        channel=channel,
        address=to,
        subject=subject[:200],
        body=body,
        kind=kind,
        written_at=at,
        subject_kind=subject_record._meta.label if subject_record else "",
        subject_id=subject_record.pk if subject_record else None,
        once=once,
    )
    for enclosure in attachments:
        name, content_type, content = enclosure
        Attachment.objects.create(
            message=message, name=name, content_type=content_type, content=content
        )
    message_queued.send(Message, message=message, not_before=None)
    return message


@operation("comms.send")
def write_by_wording(
    patient: Patient,
    *,
    kind: str,
    facts: Mapping[str, str],
    at: datetime,
    by: Actor,
    attachments: Sequence[Enclosure] = (),
    subject_record: Record | None = None,
    once: str = "",
) -> Message:
    """Write an e-mail in the practice's words for its kind, in the patient's language."""
    text = queries.wording(kind, patient.language).filled(facts)
    return write_message(
        patient,
        kind=kind,
        subject=text.subject,
        body=text.body,
        attachments=attachments,
        subject_record=subject_record,
        once=once,
        at=at,
        by=by,
    )


@operation("comms.send")
def begin_delivery(message: Message, *, at: datetime, by: Actor) -> Message | None:
    """Take a queued message for one try; None when it is sent, or another worker has it."""
    message = Message.objects.lock(message.pk)
    if message.status != Message.Status.QUEUED:
        return None
    if message.taken_until and at < message.taken_until:
        return None
    message.taken_until = at + rules.LEASE
    message.attempts += 1
    message.save()
    return message


@operation("comms.send")
def note_sent(message: Message, *, at: datetime, by: Actor) -> Message:
    """Remember that the mail server took the message, and settle its trouble."""
    message = Message.objects.lock(message.pk)
    if message.status == Message.Status.SENT:
        return message
    message.status = message.lifecycle.move(message.status, Message.Status.SENT)
    message.sent_at = at
    message.failed_because = ""
    message.taken_until = message.next_try_at = None
    message.save()
    if message.attempts > 1:
        settle_work(once=_trouble_of(message), at=at, by=by)
    return message


@operation("comms.send")
def note_failed(
    message: Message, *, because: str, is_final: bool, at: datetime, by: Actor
) -> Message:
    """Remember a try that failed: try again later, or ask a person when it will not help."""
    message = Message.objects.lock(message.pk)
    message.failed_because = because[:200]
    message.taken_until = None
    pause = None if is_final else rules.pause_after(message.attempts)
    if pause is not None:
        message.next_try_at = at + pause
        message.save()
        message_queued.send(Message, message=message, not_before=message.next_try_at)
        return message
    message.status = message.lifecycle.move(message.status, Message.Status.FAILED)
    message.next_try_at = None
    message.save()
    open_work(
        kind="comms.not_delivered",
        title=f"An e-mail was not delivered: {message.subject}",
        detail=message.failed_because,
        how_to_fix="Ask the patient for their e-mail address, correct it in the chart, "
        "then open the message and send it again.",
        pool="receptionist",
        subject=message,
        once=_trouble_of(message),
        at=at,
        by=by,
    )
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
    message.save()
    settle_work(once=_trouble_of(message), at=at, by=by)
    message_queued.send(Message, message=message, not_before=None)
    return message


@operation("practice.edit")
def word(kind: str, language: str, *, text: Text, by: Actor) -> Wording:
    """Say a kind of message in the practice's own words."""
    if kind not in rules.WORDINGS or language not in rules.LANGUAGES:
        raise Refused("There is no such message.")
    if strange := rules.unknown_facts(text, rules.WORDINGS[kind]):
        raise Refused(f"Nothing here fills ${strange[0]}. Take it out or correct it.")
    own = Wording.objects.filter(kind=kind, language=language).first()
    own = own or Wording(kind=kind, language=language)
    own.subject, own.body, own.short = text.subject, text.body, text.short
    own.save()
    return own


def _trouble_of(message: Message) -> str:
    return f"comms.message:{message.pk}"
