"""Ask payers where claims stand."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.exchange.status import UnreadableStatus, status_answer, status_request
from frontdesk.billing.jobs.lines import line_to_ask
from frontdesk.billing.models import Claim, StatusQuestion
from frontdesk.core.clock import local, now
from frontdesk.core.scoping import practice_scope
from frontdesk.coverage.gateways import Declined, NoAnswer
from frontdesk.staff.queries import the_clock
from frontdesk.x12 import Unwritable
from frontdesk.x12.connectivity import STATUS_INQUIRY

LARGEST_CONTROL = 999_999_999


@task()
def ask_where_it_stands(practice_id: str, question_id: str) -> str:
    """Ask the payer where a claim stands and keep its answer; return how the question stands.

    An answered question is not asked again. A crash after the answer asks once more.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        question = StatusQuestion.objects.get(pk=question_id)
        if question.status != StatusQuestion.Status.WAITING:
            return question.status
        try:
            payload = _question(question)
            answer = line_to_ask(clock).ask(
                payload, message_id=str(question.pk), payload_type=STATUS_INQUIRY
            )
            said = status_answer(answer, trace=question.pk.hex)
        except (NoAnswer, Declined, Unwritable, UnreadableStatus) as trouble:
            because = str(trouble)
            operations.note_no_status(question, because=because, at=now(), by=clock)
        else:
            operations.note_status(question, said, content=answer, at=now(), by=clock)
        return StatusQuestion.objects.get(pk=question_id).status


def ask_soon(sender: object, *, question: StatusQuestion, **_: Any) -> None:
    """Queue the asking beside the question itself."""
    ask_where_it_stands.enqueue(str(question.practice_id), str(question.pk))


def _question(question: StatusQuestion) -> bytes:
    """Return the 276 of a question: the same but for the moment, asked however often."""
    claim = queries.with_all(Claim.objects.filter(pk=question.claim_id)).get()
    facts = queries.facts_of(claim, local(claim.visit.site, now()).date())
    number = question.pk.int % LARGEST_CONTROL + 1
    envelope = replace(queries.trial_envelope(claim.practice, now()), control=number)
    return status_request(
        facts, envelope, trace=question.pk.hex, payer_control=claim.payer_control_number
    )
