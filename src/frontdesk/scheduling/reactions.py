"""What scheduling does on news from below."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from frontdesk.comms.models import Message
from frontdesk.comms.rules import Said
from frontdesk.comms.signals import Open, Reply, question_answered, questions_wanted
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.coverage.models import Authorization, EligibilityCheck
from frontdesk.coverage.signals import authorization_changed, coverage_verified
from frontdesk.practice.models import Closure
from frontdesk.practice.signals import closure_decided
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries import answers


@receiver(closure_decided, dispatch_uid="scheduling.closure_decided")
def note_hit_visits(sender: object, *, closure: Closure, by: Actor, **_: Any) -> None:
    """Put the visits of a day that is now closed on the list of whoever moves them."""
    operations.look_at_closure(closure, by=by)


@receiver(coverage_verified, dispatch_uid="scheduling.coverage_verified")
def look_at_approval(sender: object, *, check: EligibilityCheck, by: Actor, **_: Any) -> None:
    """Let the plan's answer say whether the visit it was asked for needs an authorization."""
    if check.appointment_id is None or not check.is_active:
        return
    asked = Appointment.objects.filter(pk=check.appointment_id)
    for appointment in asked.select_related("patient", "site", "visit_type"):
        operations.watch_authorization(appointment, at=now(), by=by)


@receiver(authorization_changed, dispatch_uid="scheduling.authorization_changed")
def look_at_visits(sender: object, *, authorization: Authorization, by: Actor, **_: Any) -> None:
    """Let the patient's coming visits keep what was approved, or give back what is over."""
    waits = Authorization.WAITS | {Authorization.Status.NEEDED}
    if authorization.status not in waits:
        operations.watch_authorizations_of(authorization.patient, at=now(), by=by)


@receiver(questions_wanted, dispatch_uid="scheduling.questions_wanted")
def open_reminders(sender: object, *, messages: Sequence[Message], **_: Any) -> list[Open]:
    """Return which reminders of visits can still be answered."""
    return answers.open_questions(messages, now())


@receiver(question_answered, dispatch_uid="scheduling.question_answered")
def answer_reminder(
    sender: object,
    *,
    question: Message,
    said: Said,
    reply: Message,
    at: datetime,
    by: Actor,
    **_: Any,
) -> Reply | None:
    """Do what the patient's text says about their visit."""
    return operations.answer_by_text(question, said=said, reply=reply, at=at, by=by)


@receiver(questions_wanted, dispatch_uid="scheduling.offers_wanted")
def open_offers(sender: object, *, messages: Sequence[Message], **_: Any) -> list[Open]:
    """Return which offered times can still be answered, or are gone."""
    return answers.open_offers(messages, now())


@receiver(question_answered, dispatch_uid="scheduling.offer_answered")
def answer_offer(
    sender: object,
    *,
    question: Message,
    said: Said,
    reply: Message,
    at: datetime,
    by: Actor,
    **_: Any,
) -> Reply | None:
    """Do what the patient's text says about a time that was offered."""
    return operations.answer_offer_by_text(question, said=said, reply=reply, at=at, by=by)
