"""Which questions about visits, sent by text, can still be answered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.models import Message
from frontdesk.comms.rules import language_of
from frontdesk.comms.signals import Open
from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Offer, Reminder

ABOUT = "scheduling.Appointment"
ABOUT_OFFER = "scheduling.Offer"
EARLIER = {"en": "earlier", "es": "antes"}


def is_reminder(message: Message) -> bool:
    """Say whether a message asks about a visit."""
    return message.subject_kind == ABOUT and message.kind.startswith("appointment.")


def open_questions(messages: Sequence[Message], at: datetime) -> list[Open]:
    """Return the reminders of visits that are still to come at the time they named."""
    ours = [one for one in messages if is_reminder(one)]
    keys = {one.subject_id for one in ours if one.subject_id}
    asked = Reminder.objects.filter(message__in=[one.pk for one in ours])
    sequences = dict(asked.values_list("message_id", "sequence"))
    booked = Appointment.objects.select_related("patient", "site").filter(
        pk__in=keys, status=Appointment.Status.BOOKED, starts_at__gt=at
    )
    known = {one.pk: one for one in booked}
    found = []
    for message in ours:
        one = known.get(message.subject_id) if message.subject_id else None
        if one is not None and sequences.get(message.pk, one.sequence) == one.sequence:
            found.append(Open(message.pk, label_of(one), one.confirmed_at is not None))
    return found


def is_offer(message: Message) -> bool:
    """Say whether a message offers a time."""
    return message.subject_kind == ABOUT_OFFER


def open_offers(messages: Sequence[Message], at: datetime) -> list[Open]:
    """Return the offered times still to come; what can't be had any more is over."""
    ours = {one.subject_id: one for one in reversed(messages) if is_offer(one) and one.subject_id}
    held = Offer.objects.select_related("patient", "freed__site").filter(
        pk__in=list(ours), starts_at__gt=at
    )
    found = {one.pk: one for one in held}
    return [
        Open(
            message.pk,
            _label_of_offer(found[key]),
            is_visit=False,
            is_over=not found[key].is_open or found[key].expires_at <= at,
        )
        for key, message in ours.items()
        if key in found
    ]


def label_of(appointment: Appointment) -> str:
    """Return a visit in few words, for somebody who has several: "Ann, Tue Nov 24, 9:20 AM"."""
    when = _when(appointment.patient, appointment.site, appointment.starts_at)
    return f"{_called(appointment.patient)}, {when}"


def _label_of_offer(offer: Offer) -> str:
    when = _when(offer.patient, offer.freed.site, offer.starts_at)
    return f"{_called(offer.patient)}, {EARLIER[language_of(offer.patient.language)]}: {when}"


def _called(patient: Patient) -> str:
    return patient.preferred_name or patient.first_name


def _when(patient: Patient, site: Site, starts_at: datetime) -> str:
    with override(language_of(patient.language)):
        return date_format(local(site, starts_at), "D M j, g:i A")
