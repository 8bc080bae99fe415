"""Bill a patient: make the statement, file it, send it, and close it when it is paid."""

from datetime import date, datetime, timedelta

from frontdesk.billing import exchange as forms
from frontdesk.billing import queries
from frontdesk.billing.models import Statement
from frontdesk.billing.signals import statement_made
from frontdesk.comms.operations import write_by_wording
from frontdesk.comms.rules import Enclosure
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries as books
from frontdesk.ledger.exchange import day, dollars, spoken
from frontdesk.people.models import Channel, Patient
from frontdesk.people.queries import may_reach
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document

FIRST_STATEMENT = 5001
TIME_TO_PAY = timedelta(days=30)
AGAIN_AFTER = timedelta(days=28)  # the same balance is not billed twice within a month


@operation("billing.statement")
def make_statement(patient: Patient, *, on: date, at: datetime, by: Actor) -> Statement:
    """Make a statement of what the patient owes, and queue its printing and sending.

    The same balance asked for again within a month returns the statement that was made.
    """
    patient = Patient.objects.lock(patient.pk)
    account = books.account(patient)
    total = account.balance.to_pay
    if total == ZERO:
        raise Refused(f"{patient.name} owes nothing now.")
    if patient.status == Patient.Status.DECEASED:
        raise Refused("The patient has died. Write to the estate instead.")
    last = queries.open_statements(patient).first()
    if last is not None and last.total == total and on - last.made_on < AGAIN_AFTER:
        return last
    statement = Statement(
        number=Counter.take("statement", start=FIRST_STATEMENT),
        patient=patient,
        made_on=on,
        due_on=on + TIME_TO_PAY,
        total=total,
        lines=forms.statement_lines(account),
        language=spoken(patient.language),
    )
    statement.save()
    statement_made.send(Statement, statement=statement)
    return statement


@operation("billing.statement")
def make_statements(*, on: date, at: datetime, by: Actor) -> list[Statement]:
    """Make the statements of everybody who owes something and was not billed this month."""
    return [
        make_statement(patient, on=on, at=at, by=by)
        for patient in list(queries.patients_to_bill(on - AGAIN_AFTER))
    ]


@operation("billing.statement")
def file_statement(statement: Statement, pdf: bytes, *, at: datetime, by: Actor) -> Statement:
    """File the printed statement in the chart, and e-mail it where the patient agreed to that.

    Without an agreed address it waits to be mailed. Done twice, it is filed and sent once.
    """
    statement = Statement.objects.lock(statement.pk)
    patient = statement.patient
    if statement.document_id is None:
        statement.document = file_document(
            patient,
            kind=Document.Kind.STATEMENT,
            title=f"Statement {statement.number}",
            content=pdf,
            content_type="application/pdf",
            subject=statement,
            at=at,
            by=by,
        )
        statement.save()
    if statement.status == Statement.Status.MADE and may_reach(patient, Channel.EMAIL):
        _mail(statement, pdf, at, by)
        statement.status = statement.lifecycle.move(statement.status, Statement.Status.SENT)
        statement.save()
    return statement


@operation("billing.statement")
def note_mailed(statement: Statement, *, by: Actor) -> Statement:
    """Remember that a printed statement went out by mail."""
    statement = Statement.objects.lock(statement.pk)
    statement.status = statement.lifecycle.move(statement.status, Statement.Status.SENT)
    statement.save()
    return statement


@operation("billing.statement")
def close_statements(patient: Patient, *, at: datetime, by: Actor) -> list[Statement]:
    """Close the patient's statements once nothing is owed any more."""
    waiting = list(queries.open_statements(patient))
    if not waiting or books.balance_of(patient).to_pay > ZERO:
        return []
    for statement in waiting:
        statement.status = statement.lifecycle.move(statement.status, Statement.Status.PAID)
        statement.save()
    return waiting


def _mail(statement: Statement, pdf: bytes, at: datetime, by: Actor) -> None:
    practice = statement.practice
    write_by_wording(
        statement.patient,
        kind="bill.statement",
        facts={
            "patient": statement.patient.name,
            "amount": dollars(statement.total),
            "due": day(statement.due_on, statement.language),
            "phone": practice.phone,
            "practice": practice.name,
        },
        attachments=[Enclosure(f"statement-{statement.number}.pdf", "application/pdf", pdf)],
        subject_record=statement,
        once=f"statement:{statement.pk}",
        at=at,
        by=by,
    )
