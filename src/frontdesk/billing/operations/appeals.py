"""Write an appeal, send it with its papers, and note what the payer answered."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from frontdesk.billing import exchange, queries
from frontdesk.billing.models import Appeal, Denial
from frontdesk.billing.operations.denials import run_next_level, settle_if_done, weigh_again
from frontdesk.billing.operations.history import step_of, tell
from frontdesk.billing.rules.appeals import argument, left_open
from frontdesk.billing.rules.levels import level_of, next_level
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.coverage.models import Payer
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document, open_document
from frontdesk.staff.operations import open_work

FIRST_APPEAL = 501
AT_LEVEL = dict(enumerate(Denial.APPEALS, start=1))
_MAY_BE_APPEALED = (
    *Denial.TO_WORK,
    Denial.Status.LOST,
    Denial.Status.PARTLY,
    Denial.Status.CORRECTED,
    Denial.Status.PATIENT,
)


@operation("billing.claim")
def draft_appeal(denial: Denial, *, at: datetime, by: Actor) -> Appeal:
    """Begin an appeal of the next level, with all that was refused of the claim for one cause.

    One that is being written already is returned as it is.
    """
    denial = queries.denials().select_for_update(of=("self",)).get(pk=denial.pk)
    if denial.appeal is not None and denial.appeal.status == Appeal.Status.DRAFT:
        return queries.appeals().get(pk=denial.appeal.pk)
    if denial.status not in _MAY_BE_APPEALED:
        raise Refused(f"{denial.get_status_display()}: there is nothing to appeal.")
    level = _level(denial)
    together = list(queries.chosen(denial.claim, denial.cause, _MAY_BE_APPEALED))
    template = argument(denial.cause)
    appeal = Appeal(
        number=Counter.take("appeal", start=FIRST_APPEAL),
        claim=denial.claim,
        payer=denial.payer,
        level=level,
        reason=denial.carc,
        cause=denial.cause,
        amount=sum((one.amount for one in together), ZERO),
        argument=template.text,
        to=_addressee(denial.payer, level),
        with_proof=template.with_proof,
        due_on=min(one.appeal_by for one in together),
        written_by=by.name,
    )
    appeal.save()
    for one in together:
        one.appeal = appeal
        one.save()
        words = f"Appeal {appeal.number} is being written"
        step_of(one, kind="drafted", words=words, at=at, by=by).save()
    return queries.appeals().get(pk=appeal.pk)


@operation("billing.claim")
def save_appeal(
    appeal: Appeal,
    *,
    argument: str,
    to: str,
    enclosed: Sequence[UUID],
    with_remittance: bool,
    with_proof: bool,
    by: Actor,
) -> Appeal:
    """Keep what was written so far; only papers of the patient's own chart are enclosed."""
    appeal = _draft(appeal)
    appeal.argument, appeal.to = argument.strip(), to.strip()
    theirs = {document.pk for document in queries.papers_for(appeal)}
    if not set(enclosed) <= theirs:
        raise Refused("One of the papers is not in this patient's chart.")
    appeal.enclosed = [str(key) for key in enclosed]
    appeal.with_remittance, appeal.with_proof = with_remittance, with_proof
    appeal.save()
    return appeal


@operation("billing.claim")
def send_appeal(appeal: Appeal, *, how: str, reference: str, at: datetime, by: Actor) -> Appeal:
    """Make the packet, file it in the chart, and note how and when it went out."""
    appeal = _draft(appeal)
    if missing := left_open(appeal.argument):
        raise Refused(f"Complete the letter first: {missing[0]}")
    if not appeal.argument:
        raise Refused("The letter says nothing yet.")
    on = local(appeal.claim.visit.site, at).date()
    appeal.packet = file_document(
        appeal.claim.patient,
        kind=Document.Kind.OTHER,
        title=f"Appeal {appeal.number}, claim {appeal.claim.number}",
        content=exchange.appeal_pdf(_paper(appeal, on, by)),
        content_type="application/pdf",
        subject=appeal,
        at=at,
        by=by,
    )
    appeal.status = appeal.lifecycle.move(appeal.status, Appeal.Status.SENT)
    appeal.how, appeal.reference = Appeal.How(how), reference.strip()[:60]
    appeal.sent_on, appeal.written_by = on, by.name
    appeal.save()
    for denial in _denials(appeal):
        _advance(denial, appeal, at, by)
    words = f"Appeal {appeal.number} sent by {appeal.get_how_display().lower()}"
    tell(appeal.claim, kind="appealed", words=words, at=at, by=by)
    settle_if_done(appeal.claim_id, at=at, by=by)
    return appeal


@operation("billing.claim")
def drop_appeal(appeal: Appeal, *, at: datetime, by: Actor) -> Appeal:
    """Give up a letter that was not sent; its denials are to be worked as before."""
    appeal = _draft(appeal)
    appeal.status = appeal.lifecycle.move(appeal.status, Appeal.Status.WITHDRAWN)
    appeal.save()
    former = Appeal.objects.filter(
        claim=appeal.claim_id, cause=appeal.cause, level__lt=appeal.level
    ).exclude(status=Appeal.Status.WITHDRAWN)
    before = former.order_by("-number").first()
    for denial in _denials(appeal):
        denial.appeal = before
        denial.save()
        words = f"Appeal {appeal.number} was not sent"
        step_of(denial, kind="dropped", words=words, at=at, by=by).save()
    return appeal


@operation("billing.claim")
def note_answer(
    appeal: Appeal,
    *,
    outcome: str,
    won: Decimal,
    words: str,
    at: datetime,
    by: Actor,
    dated: date | None = None,
) -> Appeal:
    """Note what the payer's letter says; its money, when it comes, may say otherwise.

    `dated` is the day on the letter (none: today): the time to the next level runs from it.
    """
    appeal = queries.appeals().select_for_update(of=("self",)).get(pk=appeal.pk)
    status = Appeal.Status(outcome)
    if status != Appeal.Status.LOST and not ZERO < won <= appeal.amount:
        raise Refused(f"Say how much was won: more than nothing, at most ${appeal.amount}.")
    on = local(appeal.claim.visit.site, at).date()
    dated = dated or on
    if dated > on or (appeal.sent_on and dated < appeal.sent_on):
        raise Refused("Look at the day of the letter: it lies after the appeal, and not ahead.")
    appeal.status = appeal.lifecycle.move(appeal.status, status)
    appeal.won = ZERO if status == Appeal.Status.LOST else won
    appeal.answered_on, appeal.answer = dated, words.strip()[:200]
    appeal.save()
    denials = _denials(appeal)
    _end_each(denials, appeal, on, at, by)
    tell(appeal.claim, kind="answered", words=_answer_words(appeal), at=at, by=by)
    weigh_again({(one.payer_id, one.cause) for one in denials}, at=at, by=by)
    if status != Appeal.Status.WON:
        _ask_what_next(appeal, at, by)
    return appeal


@operation("billing.claim")
def print_appeal(appeal: Appeal, *, on: date, by: Actor) -> bytes:
    """Return the packet as it would go out now; looking at enclosed papers is remembered."""
    return exchange.appeal_pdf(_paper(appeal, on, by))


def _addressee(payer: Payer, level: int) -> str:
    """Return who decides a level; where that is not the payer, its address is to be written in."""
    if outside := level_of(payer.filing_indicator, level).to:
        return outside
    return "\n".join(("Appeals department", payer.name, *payer.address_lines))


def _paper(appeal: Appeal, on: date, by: Actor) -> exchange.AppealPaper:
    denials = list(Denial.objects.filter(appeal=appeal).select_related("line__charge"))
    row = queries.decision_behind(denials[0]) if denials and appeal.with_remittance else None
    found = {str(one.pk): one for one in queries.papers_for(appeal)}
    return exchange.AppealPaper(
        appeal=appeal,
        denials=sorted(denials, key=lambda one: (one.line.place, one.pk)),
        on=on,
        signed=by.name,
        decision=queries.decision(row) if row else None,
        decided_on=row.remittance.paid_on if row else None,
        trace=row.remittance.trace if row else "",
        proof=queries.proof_of_filing(appeal.claim) if appeal.with_proof else [],
        papers=[
            exchange.Paper(one.title, one.content_type, open_document(one, by=by))
            for key in appeal.enclosed
            if (one := found.get(key))
        ],
    )


def _draft(appeal: Appeal) -> Appeal:
    found = queries.appeals().select_for_update(of=("self",)).get(pk=appeal.pk)
    if found.status != Appeal.Status.DRAFT:
        raise Refused(f"Appeal {found.number} was sent already.")
    return found


def _level(denial: Denial) -> int:
    appeal = denial.appeal
    if appeal is None or appeal.status == Appeal.Status.WITHDRAWN:
        return 1
    level = next_level(appeal.level, denial.payer.filing_indicator)
    if not level:
        raise Refused("The last level was used: no further appeal is left.")
    return level


def _denials(appeal: Appeal) -> list[Denial]:
    found = Denial.objects.filter(appeal=appeal).select_for_update(of=("self",))
    return list(found.order_by("pk"))


def _advance(denial: Denial, appeal: Appeal, at: datetime, by: Actor) -> None:
    minutes = denial.minutes_since(at)
    denial.status = denial.lifecycle.move(denial.status, AT_LEVEL[appeal.level])
    denial.spent += minutes
    denial.working_since = denial.ended_on = None
    denial.recovered = ZERO
    denial.save()
    words = f"Appeal {appeal.number} sent by {appeal.get_how_display().lower()}"
    if appeal.reference:
        words += f", {appeal.reference}"
    step_of(denial, kind="appealed", words=words, minutes=minutes, at=at, by=by).save()


def _end_each(denials: Sequence[Denial], appeal: Appeal, on: date, at: datetime, by: Actor) -> None:
    """Give what was won to the appeal's denials, up to what was refused of each."""
    left = appeal.won
    for denial in denials:
        part = min(left, denial.amount)
        left -= part
        status = Denial.Status(appeal.status) if part else Denial.Status.LOST
        if denial.status != status and not denial.lifecycle.may(denial.status, status):
            continue
        denial.end(status, on, part)
        if status != Denial.Status.WON:
            denial.appeal = appeal
            run_next_level(denial, appeal.answered_on or on, by=by)
        denial.save()
        words = _answer_words(appeal)
        step_of(denial, kind=str(status), words=words, amount=part, at=at, by=by).save()


def _answer_words(appeal: Appeal) -> str:
    said = f": {appeal.answer}" if appeal.answer else ""
    won = f", ${appeal.won}" if appeal.won else ""
    return f"Appeal {appeal.number}: {appeal.get_status_display().lower()}{won}{said}"


def _ask_what_next(appeal: Appeal, at: datetime, by: Actor) -> None:
    open_work(
        kind="billing.appeal_lost",
        title=f"Claim {appeal.claim.number}: appeal {appeal.get_status_display().lower()}",
        detail=appeal.answer,
        how_to_fix="Open the denial: go to the next level while its days last, bill the patient "
        "where the reason allows it, or write it off.",
        pool="biller",
        subject=appeal.claim,
        amount=appeal.amount - appeal.won,
        once=f"claim.denied:{appeal.claim_id}",
        at=at,
        by=by,
    )
