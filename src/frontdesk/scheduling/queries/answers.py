"""Which questions about visits, sent by text, can still be answered."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.models import Message
from frontdesk.comms.rules import language_of
from frontdesk.comms.signals import Open
from frontdesk.core.clock import local
from frontdesk.scheduling.models import Appointment, Reminder

ABOUT = "scheduling.Appointment"


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


def label_of(appointment: Appointment) -> str:
    """Return a visit in few words, for somebody who has several: "Ann, Tue Nov 24, 9:20 AM"."""
    patient = appointment.patient
    with override(language_of(patient.language)):
        when = date_format(local(appointment.site, appointment.starts_at), "D M j, g:i A")
    return f"{patient.preferred_name or patient.first_name}, {when}"
