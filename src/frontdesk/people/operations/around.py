"""Those around a patient, and what was said about reaching them."""

from collections.abc import Mapping
from datetime import datetime

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Channel, ChannelConsent, Contact, Patient
from frontdesk.people.rules import phones


@operation("people.edit")
def add_contact(
    patient: Patient,
    *,
    name: str,
    phone: str,
    by: Actor,
    relationship: str = "",
    is_emergency: bool = True,
    may_discuss: bool = False,
) -> Contact:
    """Note somebody to call about the patient."""
    if not name.strip() or not phone.strip():
        raise Refused("A contact needs a name and a phone number.")
    contact = Contact(
        patient=patient,
        name=name.strip(),
        phone=phones.normal(phone),
        relationship=relationship.strip(),
        is_emergency=is_emergency,
        may_discuss=may_discuss,
    )
    contact.save()
    return contact


@operation("people.edit")
def retire_contact(contact: Contact, *, by: Actor) -> Contact:
    """Stop calling a contact; the chart remembers them."""
    contact = Contact.objects.lock(contact.pk)
    contact.is_active = False
    contact.save()
    return contact


@operation("people.edit")
def say_consent(
    patient: Patient, *, channel: str, is_given: bool, how: str, at: datetime, by: Actor
) -> ChannelConsent:
    """Record what the patient said about being reached one way; the newest answer counts."""
    consent = ChannelConsent(
        patient=patient, channel=Channel(channel), is_given=is_given, how=how, said_at=at
    )
    consent.save()
    return consent


def record_consents(
    patient: Patient, consents: Mapping[str, bool], *, how: str, at: datetime
) -> None:
    """Save several answers given together, as a step of a larger operation."""
    for channel, is_given in consents.items():
        ChannelConsent(
            patient=patient, channel=Channel(channel), is_given=is_given, how=how, said_at=at
        ).save()
