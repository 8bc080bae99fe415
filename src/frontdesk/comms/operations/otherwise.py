"""What did not arrive one way is said another way, once."""

from datetime import datetime

from frontdesk.comms import queries
from frontdesk.comms.models import Message
from frontdesk.comms.operations.messages import write_message
from frontdesk.comms.queries import Asked
from frontdesk.comms.rules import Enclosure
from frontdesk.core.actor import Actor
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel


@operation("comms.send")
def tell_otherwise(message: Message, *, at: datetime, by: Actor) -> Message | None:
    """Say what did not arrive by the other channel, where that is allowed and of use; else None.

    Once: what goes instead of something else is not sent a third way. The link in it is the same.
    """
    patient, until = message.patient, message.useful_until
    if patient is None or not message.facts or message.instead_of_id is not None:
        return None
    if known := Message.objects.filter(instead_of=message).first():
        return known
    if until is not None and at >= until:
        return None
    has_short = queries.has_short(message.kind)
    asked = Asked(at, until=until, has_short=has_short, without=message.channel)
    way = queries.route(patient, asked)
    if not way.channel:
        return None
    text = queries.wording(message.kind, patient.language).filled(message.facts)
    is_text = way.channel == Channel.SMS
    other = write_message(
        patient,
        channel=way.channel,
        kind=message.kind,
        subject=text.subject,
        body=text.short if is_text else text.body,
        address=way.address,
        attachments=() if is_text else _enclosed(message),
        not_before=way.not_before,
        at=at,
        by=by,
    )
    other.facts, other.useful_until, other.instead_of = message.facts, until, message
    other.subject_kind, other.subject_id = message.subject_kind, message.subject_id
    other.save()
    return other


def _enclosed(message: Message) -> list[Enclosure]:
    return [
        Enclosure(one.name, one.content_type, bytes(one.content))
        for one in message.attachments.order_by("pk")
    ]
