"""Questions about messages."""

import hmac
from uuid import UUID

from django.db.models import QuerySet

from frontdesk.comms import rules
from frontdesk.comms.models import Link, Message, Wording
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.people.models import Patient

ON_THE_CHART = 30


def wording(kind: str, language: str) -> rules.Text:
    """Return what this practice says in a message of this kind, in the language or in English."""
    spoken = rules.language_of(language)
    own = Wording.objects.filter(kind=kind, language=spoken).first()
    return rules.Text(own.subject, own.body) if own else rules.WORDINGS[kind].texts[spoken]


def own_wordings() -> dict[tuple[str, str], Wording]:
    """Return what the practice words its own way, by kind and language."""
    return {(own.kind, own.language): own for own in Wording.objects.all()}


def outgoing(status: str = "") -> QuerySet[Message]:
    """Return what was written to somebody, the newest first; of one status when it is given."""
    written = Message.objects.filter(direction=Message.Direction.OUT)
    if status in Message.Status.values:
        written = written.filter(status=status)
    return written.select_related("patient").order_by("-written_at", "-pk")


def of_patient(patient: Patient) -> QuerySet[Message]:
    """Return the latest messages to and from a patient, the newest first."""
    return Message.objects.filter(patient=patient).order_by("-written_at", "-pk")[:ON_THE_CHART]


def about(subject_id: UUID) -> QuerySet[Message]:
    """Return the messages that were written about a record, the newest first."""
    return Message.objects.filter(subject_id=subject_id).order_by("-written_at", "-pk")


def not_delivered() -> int:
    """Return how many messages did not arrive and wait for a person."""
    return Message.objects.filter(status=Message.Status.FAILED).count()


def link_of(secret: str) -> Link | None:
    """Return the link that this secret opens, whichever practice made it; None for a guess."""
    digest = rules.digest_of(secret)
    with practice_scope(EVERY_PRACTICE):
        found = Link.objects.select_related("practice", "patient").filter(digest=digest).first()
    return found if found and hmac.compare_digest(found.digest, digest) else None


def links_about(subject_id: UUID) -> QuerySet[Link]:
    """Return the links about a record, the newest first."""
    return Link.objects.filter(subject_id=subject_id).order_by("-made_at", "-pk")
