"""Bills, letters and receipts: made, printed, filed and sent."""

from typing import Any
from uuid import UUID

from django_tasks import task

from frontdesk.billing import operations, queries
from frontdesk.billing.exchange import letter_pdf, statement_pdf
from frontdesk.billing.models import Placement, Statement, StatementRun
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.ledger.exchange import receipt_pdf, spoken
from frontdesk.ledger.models import Payment
from frontdesk.ledger.queries import receipt
from frontdesk.staff.queries import the_clock


@task()
def print_statement(practice_id: str, statement_id: str) -> str:
    """Print a statement, file it in the chart, and send it where the patient agreed."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        statement = Statement.objects.select_related("practice", "patient").get(pk=statement_id)
        address = operations.print_pay_link(statement, at=now(), by=clock)
        printed = statement_pdf(statement, queries.family_on(statement), address)
        return operations.file_statement(statement, printed, at=now(), by=clock).status


@task()
def make_run(practice_id: str, run_id: str) -> int:
    """Bill family by family; killed, it goes on where it was. Returns how many were billed."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        run = StatementRun.objects.get(pk=run_id)
        cycles = queries.statement_policy().cycles
        for head in queries.heads_owing(run.cycle, cycles, after=run.reached):
            operations.bill_next(run, head, at=now(), by=clock)
        return operations.end_run(run, at=now(), by=clock).made


@task()
def print_letter(practice_id: str, placement_id: str) -> str:
    """Print the last letter before a balance goes to an agency, and file it in the chart."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = Placement.objects.select_related("practice", "patient").get(pk=placement_id)
        family = queries.family_billed(found.patient)
        printed = letter_pdf(found, family, spoken(found.patient.language))
        return operations.file_letter(found, printed, at=now(), by=clock).status


@task()
def mail_receipt(practice_id: str, payment_id: str) -> bool:
    """Send the receipt of a bill that was paid by link."""
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        found = Payment.objects.select_related("practice", "patient", "site").get(pk=payment_id)
        printed = receipt_pdf(receipt(found))
        return operations.send_receipt(found, printed, at=now(), by=clock)


def print_soon(sender: object, *, statement: Statement, **_: Any) -> None:
    """Queue the printing of a statement beside the statement itself."""
    print_statement.enqueue(str(statement.practice_id), str(statement.pk))


def run_soon(sender: object, *, run: StatementRun, **_: Any) -> None:
    """Queue a run of statements beside the run itself."""
    make_run.enqueue(str(run.practice_id), str(run.pk))


def letter_soon(sender: object, *, placement: Placement, **_: Any) -> None:
    """Queue the printing of a last letter beside its approval."""
    print_letter.enqueue(str(placement.practice_id), str(placement.pk))


def receipt_soon(sender: object, *, payment: Payment, **_: Any) -> None:
    """Queue the receipt beside the payment."""
    mail_receipt.enqueue(str(payment.practice_id), str(payment.pk))
