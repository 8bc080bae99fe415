"""Bill a patient or a family: make the statement, file it, send it, close it when it is paid."""

from datetime import date, datetime, timedelta

from frontdesk.billing import exchange as forms
from frontdesk.billing import queries
from frontdesk.billing.models import Statement, StatementPart, StatementRun
from frontdesk.billing.operations.helping import give_help
from frontdesk.billing.queries.bills import Family, FamilyBill
from frontdesk.billing.rules.bills import HELD, is_recent, next_notice
from frontdesk.billing.signals import statement_made
from frontdesk.comms.operations import Way, make_link, tell
from frontdesk.comms.queries import Asked, route
from frontdesk.comms.rules import Enclosure
from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.core.models import Counter
from frontdesk.core.money import ZERO
from frontdesk.core.operation import operation
from frontdesk.ledger import queries as books
from frontdesk.ledger.exchange import day, dollars, spoken
from frontdesk.people.models import Patient
from frontdesk.practice.queries import office_day
from frontdesk.records.models import Document
from frontdesk.records.operations import file_document
from frontdesk.staff.operations import open_work

FIRST_STATEMENT = 5001
LAST_NOTICE = 4  # the words of the last notice, however many a practice sends
_KINDS = {1: "bill.statement", 2: "bill.reminder", 3: "bill.late", LAST_NOTICE: "bill.last"}


@operation("billing.statement")
def make_statement(patient: Patient, *, on: date, at: datetime, by: Actor) -> Statement:
    """Make a statement of what the patient's family owes, and queue its printing and sending.

    The same balance asked for again within the policy's days returns the statement that was
    made. What insurance, a question or a decision about help keeps open is not asked for.
    """
    family = queries.family_billed(patient)
    Patient.objects.lock_many([one.pk for one in family.patients])
    if patient.status == Patient.Status.DECEASED:
        raise Refused("The patient has died. Write to the estate instead.")
    for one in family.patients:
        give_help(one, at=at, by=by)
    bill = queries.family_bill(family)
    if bill.total == ZERO:
        why = HELD[bill.whole.why_held] if bill.waiting else ""
        raise Refused(f"{patient.name} owes nothing now.{f' {why}.' if why else ''}")
    last = queries.last_statement(family)
    between = queries.statement_policy().days_between
    if last is not None and last.total == bill.total and is_recent(last.made_on, on, between):
        return last
    return write_statement(bill, on=on, by=by)


@operation("billing.statement")
def write_statement(
    bill: FamilyBill, *, on: date, by: Actor, run: StatementRun | None = None
) -> Statement:
    """Keep a bill as a statement in place of the one before, and queue its printing."""
    policy, family = queries.statement_policy(), bill.family
    last = queries.last_statement(family)
    decided = queries.decided_about([one.charge_id for one in bill.lines if one.charge_id])
    patient = family.addressee
    statement = Statement(
        number=Counter.take("statement", start=FIRST_STATEMENT),
        patient=patient,
        guarantor=family.guarantor,
        run=run,
        made_on=on,
        due_on=on + timedelta(days=policy.days_to_pay),
        total=bill.total,
        step=_step(family, bill, last, policy.notices),
        lines=forms.statement_lines(bill, decided),
        held=forms.held_lines(bill),
        credit=bill.credit,
        aging=[str(amount) for amount in bill.aging(on)],
        language=spoken(patient.language),
    )
    statement.reading = forms.statement_reading(statement).grade
    statement.save()
    for patient, part in bill.parts:
        if part.total > ZERO:
            StatementPart.objects.create(statement=statement, patient=patient, amount=part.total)
    _replace_older(family, statement)
    statement_made.send(Statement, statement=statement)
    return statement


@operation("billing.statement")
def file_statement(statement: Statement, pdf: bytes, *, at: datetime, by: Actor) -> Statement:
    """File the printed statement in the chart, and send it where the patient agreed to that.

    An e-mail carries the paper and the link to pay, a text the link alone. Without an agreed
    way it waits to be mailed. Done twice, it is filed and sent once.
    """
    statement = Statement.objects.lock(statement.pk)
    if statement.document_id is None:
        statement.document = file_document(
            statement.patient,
            kind=Document.Kind.STATEMENT,
            title=f"Statement {statement.number}",
            content=pdf,
            content_type="application/pdf",
            subject=statement,
            at=at,
            by=by,
        )
        statement.save()
    if statement.status == Statement.Status.MADE:
        _send(statement, pdf, at, by)
    return statement


@operation("billing.statement")
def print_pay_link(statement: Statement, *, at: datetime, by: Actor) -> str:
    """Return the address that stands on the paper, where the bill is looked at and paid.

    A statement printed again leads to the same page. The birth date is asked there first.
    """
    statement = Statement.objects.lock(statement.pk)
    if address := queries.pay_address(statement, at):
        return address
    until = at + timedelta(days=queries.statement_policy().link_days)
    patient = statement.patient
    return make_link("pay", patient=patient, subject=statement, expires_at=until, by=by).url


@operation("billing.statement")
def send_pay_link(statement: Statement, *, at: datetime, by: Actor, channel: str = "") -> str:
    """Send the link to look at the bill and pay; return the channel by which it goes."""
    statement = Statement.objects.lock(statement.pk)
    policy = queries.statement_policy()
    told = tell(
        statement.patient,
        "bill.pay_link",
        facts_of(statement),
        once=f"pay_link:{new_key()}",
        subject=statement,
        link=Way("pay", at + timedelta(days=policy.link_days)),
        channel=channel,
        at=at,
        by=by,
    )
    if told is None:
        raise Refused(route(statement.patient, Asked(at, channel)).why)
    if statement.status == Statement.Status.MADE:
        _note_sent(statement, told.channel, office_day(at))
    return told.channel


@operation("billing.statement")
def note_mailed(statement: Statement, *, by: Actor, on: date | None = None) -> Statement:
    """Remember that a printed statement went out by mail."""
    statement = Statement.objects.lock(statement.pk)
    _note_sent(statement, "mail", on or statement.made_on)
    return statement


@operation("billing.statement")
def note_returned(statement: Statement, *, on: date, by: Actor) -> Statement:
    """Remember that the letter came back: nothing more is mailed there until it is corrected."""
    statement = Statement.objects.lock(statement.pk)
    if statement.returned_on is not None:
        raise Refused("It was noted already that this letter came back.")
    family = queries.family_on(statement)
    statement.returned_on = on
    statement.returned_from = "\n".join(family.address)[:250]
    statement.save()
    open_work(
        kind="billing.returned_mail",
        title=f"Statement {statement.number} came back in the mail",
        detail="The address in the chart is wrong. No letter goes there until it is corrected.",
        how_to_fix="Ask for the new address when they call or come, and correct it in the chart.",
        pool="receptionist",
        subject=statement,
        amount=statement.total,
        once=f"statement.returned:{statement.pk}",
        by=by,
    )
    return statement


@operation("billing.statement")
def close_statements(patient: Patient, *, at: datetime, by: Actor) -> list[Statement]:
    """Close the statements on which the patient stands once nobody on them owes anything."""
    closed = []
    for statement in list(queries.open_statements(patient)):
        keys = [*statement.parts.values_list("patient_id", flat=True), statement.patient_id]
        if any(balance.to_pay for balance in books.balances_of(keys).values()):
            continue
        statement.status = statement.lifecycle.move(statement.status, Statement.Status.PAID)
        statement.save()
        closed.append(statement)
    return closed


def facts_of(statement: Statement) -> dict[str, str]:
    """Return what messages about a statement are filled with; nothing clinical."""
    practice = statement.practice
    return {
        "patient": statement.patient.name,
        "amount": dollars(statement.total),
        "due": day(statement.due_on, statement.language),
        "phone": practice.phone,
        "practice": practice.name,
    }


def _step(family: Family, bill: FamilyBill, last: Statement | None, most: int) -> int:
    step = next_notice(
        last=last.step if last else 0,
        last_on=last.made_on if last else None,
        has_paid=bool(last and queries.paid_since(family, last.made_on)),
        oldest=min((line.on for line in bill.lines if line.on), default=None),
        most=most,
    )
    return LAST_NOTICE if step == most > 1 else step


def _replace_older(family: Family, newest: Statement) -> None:
    """The new statement tells everything: those before it ask for nothing more."""
    for patient in family.patients:
        for older in queries.open_statements(patient).exclude(pk=newest.pk):
            older.status = older.lifecycle.move(older.status, Statement.Status.REPLACED)
            older.save()


def _send(statement: Statement, pdf: bytes, at: datetime, by: Actor) -> None:
    policy = queries.statement_policy()
    told = tell(
        statement.patient,
        _KINDS[statement.step],
        facts_of(statement),
        once=f"statement:{statement.pk}",
        subject=statement,
        link=Way("pay", at + timedelta(days=policy.link_days)),
        attachments=[Enclosure(f"statement-{statement.number}.pdf", "application/pdf", pdf)],
        at=at,
        by=by,
    )
    if told is not None:
        _note_sent(statement, told.channel, office_day(at))


def _note_sent(statement: Statement, how: str, on: date) -> None:
    statement.status = statement.lifecycle.move(statement.status, Statement.Status.SENT)
    statement.sent_on, statement.sent_how = on, how
    statement.save()
