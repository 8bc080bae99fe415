"""What patients ask about their bills: asked, answered, and closed with what came of it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from frontdesk.billing import queries
from frontdesk.billing.models import Charge, Dispute, DisputeMessage, Statement
from frontdesk.billing.operations.statements import facts_of
from frontdesk.comms.operations import Way, tell
from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, local
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries as books
from frontdesk.ledger.operations import post
from frontdesk.ledger.rules import Line
from frontdesk.ledger.rules.chart import PATIENT, WRITE_OFF
from frontdesk.ledger.signals import account_changed
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.staff.operations import open_work, settle_work

FIRST_QUESTION = 2001
MOST_WORDS = 2000
OF_STAFF_ONLY = frozenset({Dispute.About.BANKRUPT})


@operation("billing.ask")
def ask_about_bill(
    patient: Patient,
    *,
    about: str,
    words: str,
    at: datetime,
    by: Actor,
    charge: Charge | None = None,
    statement: Statement | None = None,
    is_by_patient: bool = False,
) -> Dispute:
    """Write a question about a line (or the whole bill) down: it is not billed until answered.

    Asked again about the same line, what is said is added to the question that is open.
    """
    patient = Patient.objects.lock(patient.pk)
    if not (words := words.strip()[:MOST_WORDS]):
        raise Refused("Say what the question is.")
    if is_by_patient and about in OF_STAFF_ONLY:
        raise Refused("Please call us about this.")
    same = queries.open_disputes(patient).filter(charge=charge).first()
    if same is not None:
        return add_to_question(same, words=words, is_by_patient=is_by_patient, at=at, by=by)
    dispute = Dispute(
        number=Counter.take("dispute", start=FIRST_QUESTION),
        patient=patient,
        statement=statement,
        charge=charge,
        label=f"{charge.code} {charge.description}"[:140] if charge else "",
        amount=_owed_on(patient, charge),
        about=about,
        asked_at=at,
        asked_by=by.name,
        is_by_patient=is_by_patient,
        due_on=_day(patient, at) + timedelta(days=queries.statement_policy().answer_days),
    )
    dispute.save()
    _say(dispute, words, is_by_patient, at, by)
    _put_on_list(dispute, at, by)
    return dispute


@operation("billing.ask")
def add_to_question(
    dispute: Dispute, *, words: str, at: datetime, by: Actor, is_by_patient: bool = False
) -> Dispute:
    """Add what somebody says; what a patient says opens the question again and asks for an answer.

    A patient who presses twice says it once.
    """
    dispute = Dispute.objects.lock(dispute.pk)
    if not (words := words.strip()[:MOST_WORDS]):
        raise Refused("Write something first.")
    last = queries.thread(dispute).last()
    if last is not None and (last.words, last.is_by_patient) == (words, is_by_patient):
        return dispute
    _say(dispute, words, is_by_patient, at, by)
    if is_by_patient:
        was_closed = not dispute.is_open
        dispute.status = dispute.lifecycle.move(dispute.status, Dispute.Status.OPEN)
        if was_closed:
            dispute.outcome, dispute.closed_at, dispute.closed_by = "", None, ""
        days = queries.statement_policy().answer_days
        dispute.due_on = _day(dispute.patient, at) + timedelta(days=days)
        dispute.save()
        _put_on_list(dispute, at, by)
    return dispute


@operation("billing.answer")
def answer_question(
    dispute: Dispute,
    *,
    words: str,
    at: datetime,
    by: Actor,
    outcome: str = "",
    adjust: Decimal = ZERO,
) -> Dispute:
    """Answer the patient; with an outcome the question is closed and the line billed again.

    `adjust` is given up on the line, which asks for the right to adjust. Without an outcome the
    question waits for the patient, and the line stays off the bill.
    """
    dispute = Dispute.objects.lock(dispute.pk)
    if not (words := words.strip()[:MOST_WORDS]):
        raise Refused("Write the answer first: the patient reads it.")
    if not dispute.is_open:
        raise Refused("This question is closed already.")
    if outcome == Dispute.Outcome.ADJUSTED and adjust <= ZERO:
        raise Refused("Enter how much is given up, or choose another outcome.")
    if outcome != Dispute.Outcome.ADJUSTED and adjust > ZERO:
        raise Refused("To give something up, choose the outcome Adjusted. Else clear the sum.")
    _say(dispute, words, False, at, by)
    if adjust > ZERO:
        _give_up(dispute, adjust, at, by)
    status = Dispute.Status.CLOSED if outcome else Dispute.Status.WAITING
    dispute.status = dispute.lifecycle.move(dispute.status, status)
    if outcome:
        dispute.outcome, dispute.closed_at, dispute.closed_by = outcome, at, by.name
    dispute.save()
    settle_work(once=_once(dispute), at=at, by=by)
    _tell_patient(dispute, at, by)
    return dispute


def _say(
    dispute: Dispute, words: str, is_by_patient: bool, at: datetime, by: Actor
) -> DisputeMessage:
    return DisputeMessage.objects.create(
        dispute=dispute, at=at, by_name=by.name, is_by_patient=is_by_patient, words=words
    )


def _put_on_list(dispute: Dispute, at: datetime, by: Actor) -> None:
    site = _site(dispute.patient)
    open_work(
        kind="billing.question",
        title=f"Question {dispute.number} about a bill: {dispute.get_about_display().lower()}",
        detail="The line is not billed and not collected until it is answered.",
        how_to_fix="Read the question, look at the charge and the plan's answer, and write back.",
        pool="biller",
        subject=dispute,
        amount=dispute.amount,
        due_at=at_wall(site, dispute.due_on, time(17)) if site else None,
        once=_once(dispute),
        at=at,
        by=by,
    )


def _tell_patient(dispute: Dispute, at: datetime, by: Actor) -> None:
    """Tell that there is an answer; what it says is read behind the link."""
    statement = dispute.statement or queries.last_statement(queries.family_billed(dispute.patient))
    if statement is None:
        return
    days = timedelta(days=queries.statement_policy().link_days)
    said = queries.thread(dispute).count()
    tell(
        statement.patient,
        "bill.answered",
        facts_of(statement),
        once=f"dispute:{dispute.pk}:{said}",
        subject=statement,
        link=Way("pay", at + days),
        at=at,
        by=by,
    )


def _give_up(dispute: Dispute, amount: Decimal, at: datetime, by: Actor) -> None:
    by.require("ledger.adjust")
    patient = Patient.objects.lock(dispute.patient_id)
    if dispute.charge is None:
        raise Refused("This question is about the whole bill: give it up on the account instead.")
    if amount > _owed_on(patient, dispute.charge):
        raise Refused(f"${amount} is more than is owed on this line.")
    line = Line(
        PATIENT,
        WRITE_OFF,
        amount,
        "writeoff",
        patient_id=patient.pk,
        visit_id=dispute.charge.visit_id,
        charge_id=dispute.charge_id,
        label=f"Question {dispute.number}",
    )
    memo = f"Given up after question {dispute.number}"
    key = f"dispute:{dispute.pk}:{dispute.adjusted}"
    post("adjustment", key=key, lines=[line], on=_day(patient, at), memo=memo, at=at, by=by)
    dispute.adjusted += amount
    account_changed.send(Patient, patient=patient, at=at, by=by)


def _owed_on(patient: Patient, charge: Charge | None) -> Decimal:
    if charge is None:
        return books.balance_of(patient).to_pay
    owing = books.owing(patient, on=charge.on).buckets
    return max(sum((one.owed for one in owing if one.charge_id == charge.pk), ZERO), ZERO)


def _site(patient: Patient) -> Site | None:
    return patient.site or Site.objects.order_by("pk").first()


def _day(patient: Patient, at: datetime) -> date:
    site = _site(patient)
    return local(site, at).date() if site else at.date()


def _once(dispute: Dispute) -> str:
    return f"dispute:{dispute.pk}"
