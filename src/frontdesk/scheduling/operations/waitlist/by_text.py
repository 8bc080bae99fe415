"""What a text says to an offered time: yes, no, or words for a person."""

from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from frontdesk.comms.models import Message
from frontdesk.comms.rules import Said
from frontdesk.comms.signals import Reply
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.scheduling.models import Offer
from frontdesk.scheduling.operations.waitlist.answering import accept_offer, decline_offer
from frontdesk.scheduling.operations.waitlist.saying import facts_of
from frontdesk.scheduling.queries.answers import is_offer
from frontdesk.staff.operations import open_work


@operation("scheduling.answer_offer")
def answer_offer_by_text(
    question: Message, *, said: Said, reply: Message, at: datetime, by: Actor
) -> Reply | None:
    """Do what a text says about the time it was offered, as the link would; return what to answer.

    None when the question is of another kind.
    """
    if not is_offer(question):
        return None
    offer = Offer.objects.select_related("patient", "freed__site", "freed__provider").get(
        pk=cast("UUID", question.subject_id)
    )
    who = replace(by, name=f"{offer.patient.name} (by text)")
    when = {"when": facts_of(offer.freed, offer.patient.language)["when"]}
    if said == Said.YES:
        return _accept(offer, when, at, who)
    if said == Said.NO:
        told = decline_offer(offer, at=at, by=who)
        is_theirs = told.status == Offer.Status.ACCEPTED
        return Reply("reply.call_us", {}) if is_theirs else Reply("reply.offer_declined", when)
    open_work(
        kind="scheduling.patient_asks",
        title=f"{offer.patient.name}: wrote about an offered time",
        detail=reply.body,
        how_to_fix="Call the patient, then open the freed time and note yes or no.",
        pool="receptionist",
        subject=offer.freed,
        patient_id=offer.patient_id,
        due_at=offer.expires_at,
        at=at,
        by=by,
    )
    return Reply("reply.person", {})


def _accept(offer: Offer, when: dict[str, str], at: datetime, by: Actor) -> Reply:
    """Say yes. Exactly one of several gets the time; the others are told that it is gone."""
    try:
        with attempt():
            told = accept_offer(offer, at=at, by=by)
    except Refused:  # somebody at the office holds it just now
        return Reply("reply.offer_busy", when)
    is_theirs = told.status == Offer.Status.ACCEPTED
    return Reply("reply.offer_taken" if is_theirs else "reply.offer_gone", when)
