"""Which way a message goes to a patient, and in words why none is open."""

from datetime import datetime
from typing import NamedTuple

from frontdesk.comms import rules
from frontdesk.comms.gateways import text_gateway
from frontdesk.comms.models import Line, Message
from frontdesk.comms.queries.messages import the_line
from frontdesk.people.models import Channel, Patient
from frontdesk.people.queries import address_for, consents_of, may_reach
from frontdesk.practice.models import Site


class Asked(NamedTuple):
    """What a way is looked for: from when, how, where the patient is, until when it is of use."""

    at: datetime
    channel: str = ""
    place: Site | None = None
    until: datetime | None = None
    is_urgent: bool = False
    has_short: bool = True  # the kind can be said in a text
    without: str = ""  # the channel by which it did not arrive


class Route(NamedTuple):
    """The way a message goes; without a channel none is open, and `why` says what is in it."""

    channel: str = ""
    address: str = ""
    not_before: datetime | None = None
    why: str = ""


def route(patient: Patient, asked: Asked) -> Route:
    """Return how the patient is told, or why they are not: by what they prefer, then the other."""
    if patient.status in (Patient.Status.DECEASED, Patient.Status.MERGED):
        return Route(why=f"The chart is marked: {patient.get_status_display().lower()}.")
    first = asked.channel or patient.preferred_channel
    order = sorted((Channel.EMAIL, Channel.SMS), key=lambda one: one != first)
    why = []
    for channel in order:
        if trouble := _trouble(patient, channel, asked):
            why.append(trouble)
            continue
        at = _not_before(patient, asked) if channel == Channel.SMS else None
        if at and asked.until and at >= asked.until:
            why.append("Quiet hours last until it is of no use.")
            continue
        return Route(channel, address_for(patient, channel), at)
    return Route(why=" ".join(why))


def has_short(kind: str) -> bool:
    """Say whether a kind of message can be said in a text."""
    return all(text.short for text in rules.WORDINGS[kind].texts.values())


def has_refused(patient: Patient, channel: str) -> bool:
    """Say whether the patient's newest answer about a channel is no."""
    said = consents_of(patient).get(channel)
    return said is not None and not said.is_given


def can_text() -> bool:
    """Say whether this practice can send texts now."""
    line = the_line()
    return bool(line.is_on and line.number and text_gateway())


def is_dead(address: str) -> bool:
    """Say whether the last message there came back because nothing arrives there."""
    tried = (Message.Status.SENT, Message.Status.DELIVERED, Message.Status.FAILED)
    sent = Message.objects.filter(address=address, status__in=tried)
    last = sent.order_by("-written_at", "-pk").only("status", "is_bad_address").first()
    return bool(last and last.status == Message.Status.FAILED and last.is_bad_address)


def _trouble(patient: Patient, channel: str, asked: Asked) -> str:
    """Say what is in the way of one channel, or nothing."""
    label = "e-mail" if channel == Channel.EMAIL else "text"
    if channel == asked.without:
        return f"It did not arrive by {label}."
    if channel == Channel.SMS and not asked.has_short:
        return "This is not said by text."
    if not (address := address_for(patient, channel)):
        return f"No {'e-mail address' if channel == Channel.EMAIL else 'mobile number'} is known."
    if not may_reach(patient, channel):
        return f"They have not agreed to {label}s."
    if channel == Channel.SMS and not can_text():
        return "Texts are not set up."
    return f"Nothing arrives by {label} at the address we have." if is_dead(address) else ""


def _not_before(patient: Patient, asked: Asked) -> datetime | None:
    """Return until when a text is kept back; None when it may go now."""
    if asked.is_urgent:
        return None
    line: Line = the_line()
    place = asked.place or patient.site or Site.objects.order_by("pk").first()
    if place is None:
        return None
    at = rules.when_allowed(
        asked.at, place, quiet_from=line.quiet_from, quiet_until=line.quiet_until
    )
    return at if at > asked.at else None
