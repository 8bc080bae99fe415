"""What can be done with messages: write them, and follow them through delivery."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from frontdesk.comms import queries, rules
from frontdesk.comms.models import Attachment, Message, Wording
from frontdesk.comms.operations.links import make_link
from frontdesk.comms.queries import Asked
from frontdesk.comms.rules import Enclosure, Text
from frontdesk.comms.signals import message_queued
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.composed import Composed
from frontdesk.core.errors import Refused
from frontdesk.core.models import Record
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel, Patient
from frontdesk.people.queries import address_for
from frontdesk.practice.models import Site

_SENT_FROM_HERE = (Channel.EMAIL, Channel.SMS)


class Way(NamedTuple):
    """A link to put into a message: what for, and until when."""

    purpose: str
    expires_at: datetime


@operation("comms.send")
def write_message(
    patient: Patient | None,
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
    not_before: datetime | None = None,
) -> Message:
    """Write a message and queue it in this transaction; a job sends it.

    Whether the patient may be reached this way is asked of `people.queries.may_reach` first;
    `tell` asks by itself. With `once`, what was written before is returned and nothing is sent
    twice. `not_before` keeps it back. Refuses a channel that nothing here can send on, and a
    patient without an address for it.
    """
    if channel not in _SENT_FROM_HERE:
        label = Channel(channel).label.lower()
        raise Refused(f"Only e-mails and texts can be sent from here, not: {label}.")
    if once and (known := _said_before(once)):
        return known
    to = address or (address_for(patient, channel) if patient else "")
    if not to:
        what = "e-mail address" if channel == Channel.EMAIL else "mobile number"
        raise Refused(f"{patient.name if patient else 'Nobody'} has given no {what}.")
    message = Message(
        patient=patient,
        channel=channel,
        address=to,
        subject=subject[:200],
        body=queries.with_marks(body),
        kind=kind,
        written_at=at,
        not_before=not_before,
        once=once,
    )
    return _queued(message, subject_record, attachments)


@operation("comms.send")
def tell(
    patient: Patient,
    kind: str,
    context: Mapping[str, str] | Callable[[], Mapping[str, str]],
    *,
    once: str,
    subject: Record | None,
    by: Actor,
    at: datetime | None = None,
    channel: str = "",
    place: Site | None = None,
    link: Way | None = None,
    until: datetime | None = None,
    is_urgent: bool = False,
    attachments: Sequence[Enclosure] | Callable[[], Sequence[Enclosure]] = (),
) -> Message | None:
    """Tell a patient something in the practice's words, the way they want to be reached.

    Chooses between e-mail and text by what they prefer (or `channel`, where that is asked for),
    what they agreed to, where messages arrive, and quiet hours by the clock of `place`, their
    site: a text that may not go now waits until it may, unless `is_urgent` (they are in the
    office or have just written). What would come after `until` is not sent as a text. None when
    no way is open: `queries.route` says why. With `link` a link of that purpose about `subject`
    fills `$link`. Said once per `once`; files go with e-mails only. What is costly to make may be
    given as a function: it is made where a way is open alone.
    """
    at = at or now()
    if once and (known := _said_before(once)):
        return known
    asked = Asked(at, channel, place, until, is_urgent, has_short=queries.has_short(kind))
    way = queries.route(patient, asked)
    if not way.channel:
        return None
    facts = dict(context() if callable(context) else context)
    if link is not None and subject is not None:
        made = make_link(
            link.purpose, patient=patient, subject=subject, expires_at=link.expires_at, by=by
        )
        facts["link"] = rules.mark_of(made.link.pk)  # its address is put in when it goes out
    text = queries.wording(kind, patient.language).filled(facts)
    is_text = way.channel == Channel.SMS
    message = Message(
        patient=patient,
        channel=way.channel,
        address=way.address,
        subject=text.subject[:200],
        body=queries.with_marks(text.short if is_text else text.body),
        kind=kind,
        written_at=at,
        not_before=way.not_before,
        once=once,
        facts=facts,
        useful_until=until,
    )
    return _queued(message, subject, () if is_text else attachments)


def _said_before(once: str) -> Message | None:
    return _said.first(once)


_said = Composed(lambda once: Message.objects.filter(once=once)[:1])


def _queued(
    message: Message,
    about: Record | None,
    attachments: Sequence[Enclosure] | Callable[[], Sequence[Enclosure]],
) -> Message:
    """Save a message with its files and leave the job behind that sends it."""
    if about is not None:
        message.subject_kind, message.subject_id = about._meta.label, about.pk
    message.save()
    for name, content_type, content in attachments() if callable(attachments) else attachments:
        Attachment.objects.create(
            message=message, name=name, content_type=content_type, content=content
        )
    message_queued.send(Message, message=message, not_before=message.not_before)
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
