"""Questions about messages."""

import base64
import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from frontdesk.comms import rules
from frontdesk.comms.models import Line, Link, Message, Wording
from frontdesk.core.composed import Composed
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.people.models import Channel, Patient

ON_THE_CHART = 30
SECRET_BYTES = 18


def wording(kind: str, language: str) -> rules.Text:
    """Return what this practice says in a message of this kind, in the language or in English."""
    spoken = rules.language_of(language)
    own = Wording.objects.filter(kind=kind, language=spoken).first()
    ours = rules.WORDINGS[kind].texts[spoken]
    return rules.Text(own.subject, own.body, own.short or ours.short) if own else ours


def own_wordings() -> dict[tuple[str, str], Wording]:
    """Return what the practice words its own way, by kind and language."""
    return {(own.kind, own.language): own for own in Wording.objects.all()}


def listed(status: str = "", channel: str = "") -> QuerySet[Message]:
    """Return messages, the newest first; of one status and channel where they are given.

    Without a status: what was written to somebody. "sent" is what left, arrived or not.
    """
    found = Message.objects.select_related("patient").order_by("-written_at", "-pk")
    if status == Message.Status.SENT:
        found = found.filter(status__in=(Message.Status.SENT, Message.Status.DELIVERED))
    elif status in Message.Status.values:
        found = found.filter(status=status)
    else:
        found = found.filter(direction=Message.Direction.OUT)
    return found.filter(channel=channel) if channel in Channel.values else found


def stuck(before: datetime) -> list[Message]:
    """Return messages that should have been tried by then: whoever was to send them is gone."""
    waiting = Message.objects.filter(status=Message.Status.QUEUED, written_at__lt=before)
    for name in ("not_before", "next_try_at", "taken_until"):
        waiting = waiting.filter(Q(**{name: None}) | Q(**{f"{name}__lt": before}))
    return list(waiting.order_by("written_at")[:200])


def of_patient(patient: Patient) -> QuerySet[Message]:
    """Return the latest messages to and from a patient, the newest first."""
    return Message.objects.filter(patient=patient).order_by("-written_at", "-pk")[:ON_THE_CHART]


def about(subject_id: UUID) -> QuerySet[Message]:
    """Return the messages that were written about a record, the newest first."""
    return Message.objects.filter(subject_id=subject_id).order_by("-written_at", "-pk")


def waiting_about(subject_id: UUID) -> list[Message]:
    """Return what still waits to be sent about a record."""
    waiting = Message.objects.filter(subject_id=subject_id, status=Message.Status.QUEUED)
    return list(waiting.order_by("written_at", "pk"))


def not_delivered() -> int:
    """Return how many messages did not arrive and wait for a person."""
    return Message.objects.filter(status=Message.Status.FAILED).count()


def link_of(secret: str) -> Link | None:
    """Return the link that this secret opens, whichever practice made it; None for a guess."""
    digest = rules.digest_of(secret)
    with practice_scope(EVERY_PRACTICE):
        found = Link.objects.select_related("practice", "patient").filter(digest=digest).first()
    return found if found and hmac.compare_digest(found.digest, digest) else None


def secret_of(link: Link) -> str:
    """Return the link's secret: 144 bits signed with the installation's key, kept nowhere."""
    signed = salted_hmac("frontdesk.comms.link", link.pk.hex, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(signed[:SECRET_BYTES]).decode()


def address_of(link: Link) -> str:
    """Return where the link leads, for the message that carries it."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{rules.DOOR}{secret_of(link)}/"


def with_marks(text: str) -> str:
    """Return a text as it is kept: where a link's address stood, its key stands."""
    for address, secret in rules.secrets_in(text):
        if (link := link_of(secret)) is not None:
            text = text.replace(address, rules.mark_of(link.pk))
    return text


def with_addresses(text: str) -> str:
    """Return a kept text as it goes out: with the addresses of its links."""
    for mark, key in rules.links_in(text):
        if (link := Link.objects.filter(pk=key).first()) is not None:
            text = text.replace(mark, address_of(link))
    return text


def standing_link(patient: Patient, purpose: str, *, until: datetime) -> Link | None:
    """Return a link of the patient's own for a purpose that holds at least until then."""
    mine = Link.objects.filter(patient=patient, purpose=purpose, subject_id=patient.pk)
    return mine.filter(used_at=None, ended_at=None, expires_at__gte=until).first()


def the_line() -> Line:
    """Return how this practice sends texts; one that sends none until somebody sets it up."""
    return _lines.first() or Line()


_lines = Composed(lambda: Line.objects.order_by("pk")[:1])


def links_about(subject_id: UUID) -> QuerySet[Link]:
    """Return the links about a record, the newest first."""
    return Link.objects.filter(subject_id=subject_id).order_by("-made_at", "-pk")
