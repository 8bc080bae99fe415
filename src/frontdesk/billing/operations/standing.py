"""Ask a payer where a claim stands (276), and keep what it answers (277) on the claim."""

from datetime import datetime, timedelta
from hashlib import sha256

from frontdesk.billing.exchange import StatusSaid
from frontdesk.billing.models import Claim, Exchange, StatusQuestion
from frontdesk.billing.operations.clocks import stop_clocks
from frontdesk.billing.operations.history import tell
from frontdesk.billing.queries.clocks import OWN_KINDS
from frontdesk.billing.signals import status_asked
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Enrolment
from frontdesk.coverage.operations.enrolling import require_enrolled
from frontdesk.practice.queries import office_day
from frontdesk.staff.operations import open_work, settle_work

Status = StatusQuestion.Status
PATIENCE = timedelta(days=14)  # after a payer says that it works on a claim
_IN_HAND = (Claim.Status.SENT, Claim.Status.RECEIVED, Claim.Status.ACCEPTED)


@operation("billing.claim")
def ask_status(claim: Claim, *, at: datetime, by: Actor) -> StatusQuestion:
    """Ask the payer where a claim stands; asked twice before the answer, it is one question."""
    claim = Claim.objects.lock(claim.pk)
    if claim.status not in _IN_HAND and not claim.is_decided:
        raise Refused("Nobody has this claim yet. Send it first.")
    waiting = StatusQuestion.objects.filter(claim=claim, status=Status.WAITING).first()
    if waiting is not None:
        return waiting
    require_enrolled(claim.payer, Enrolment.Message.STATUS, office_day(at))
    question = StatusQuestion(claim=claim, asked_at=at, asked_by=by.name)
    question.save()
    tell(claim, kind="276", words="The payer was asked where it stands", at=at, by=by)
    status_asked.send(StatusQuestion, question=question)
    return question


@operation("billing.claim")
def note_status(
    question: StatusQuestion,
    said: StatusSaid,
    *,
    content: bytes,
    at: datetime,
    by: Actor,
) -> StatusQuestion:
    """Keep what the payer says of the claim, in words and as it came. Told twice, kept once."""
    question = StatusQuestion.objects.lock(question.pk)
    if question.status != Status.WAITING:
        return question
    claim = Claim.objects.lock(question.claim_id)
    question.exchange = _kept(content, at)
    question.status, question.answered_at = Status.ANSWERED, at
    question.category, question.code = said.category[:3], said.code[:4]
    question.words, question.segment = said.words[:300], said.segment
    question.paid, question.paid_on = said.paid, said.paid_on
    question.payment = said.payment[:50]
    question.save()
    code = f"{said.category}:{said.code}"
    tell(
        claim,
        kind="277",
        words=said.words,
        code=code,
        exchange=question.exchange,
        at=at,
        by=by,
    )
    _follow(claim, said, at, by)
    return question


@operation("billing.claim")
def note_no_status(question: StatusQuestion, *, because: str, at: datetime, by: Actor) -> None:
    """Remember that no answer came: somebody may ask again."""
    question = StatusQuestion.objects.lock(question.pk)
    if question.status != Status.WAITING:
        return
    question.status, question.answered_at = Status.FAILED, at
    question.words = because[:300]
    question.save()
    claim = Claim.objects.get(pk=question.claim_id)
    tell(claim, kind="277", words=f"No answer: {because}", at=at, by=by)


def _kept(content: bytes, at: datetime) -> Exchange:
    digest = sha256(content).hexdigest()
    known = Exchange.objects.filter(direction=Exchange.Direction.IN, sha256=digest).first()
    if known is not None:
        return known
    kept = Exchange(
        direction=Exchange.Direction.IN,
        kind="277",
        name="Claim status",
        sha256=digest,
        content=content,
        status=Exchange.Status.READ,
        at=at,
    )
    kept.save()
    return kept


def _follow(claim: Claim, said: StatusSaid, at: datetime, by: Actor) -> None:
    """Do what the answer asks for: wait longer, look for the money, send again."""
    if said.payer_control and not claim.payer_control_number:
        claim.payer_control_number = said.payer_control[:50]
    if claim.status not in _IN_HAND:
        claim.save()
        return
    if said.category.startswith("P"):
        claim.late_on = office_day(at) + PATIENCE
        settle_work(once=f"claim.late:{claim.pk}", at=at, by=by)
    elif said.is_decided:
        stop_clocks([claim], OWN_KINDS, why="Decided by the payer (277)", at=at, by=by)
    claim.save()
    if said.is_unknown or said.category[:1] in "FR" or (claim.late_on and said.category[:1] == "A"):
        _ask_to_act(claim, said, at, by)


def _ask_to_act(claim: Claim, said: StatusSaid, at: datetime, by: Actor) -> None:
    settle_work(once=f"claim.late:{claim.pk}", at=at, by=by)
    if not said.how_to_fix:
        return
    open_work(
        kind="billing.claim_standing",
        title=f"Claim {claim.number}: {said.words}",
        how_to_fix=said.how_to_fix,
        pool="biller",
        subject=claim,
        amount=claim.total,
        once=f"claim.standing:{claim.pk}",
        at=at,
        by=by,
    )
