"""A statement explains every line, is filed and sent, and closes when it is paid."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest

from frontdesk.billing import jobs, operations
from frontdesk.billing.exchange import statement_pdf
from frontdesk.billing.models import Statement
from frontdesk.comms.models import Message
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger import operations as ledger
from frontdesk.people.operations import say_consent
from frontdesk.records.models import Document
from tests.billing.office import NOON, TODAY


def owing(office, **more):
    """A patient who owes 214 dollars for a visit without a plan."""
    bill = office.seen(patient=office.patient(**more))
    office.sign(bill)
    return bill.visit.patient


def made(office, patient, **more):
    said = {"on": TODAY, "at": NOON, "by": office.role("biller"), **more}
    return operations.make_statement(patient, **said)


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def paid(office, patient, amount):
    return ledger.take_payment(
        patient,
        amount=Decimal(amount),
        method="check",
        reference="1044",
        kind="balance",
        site=office.site,
        key=amount,
        at=NOON,
        by=office.role("receptionist"),
    )


def test_a_statement_shows_each_charge_with_the_reason_in_plain_words(office):
    statement = made(office, owing(office))

    with office.reading():
        said = text_of(statement_pdf(Statement.objects.get()))

    assert (statement.number, statement.total) == (5001, Decimal(214))
    assert statement.due_on == TODAY + timedelta(days=30)
    assert "Statement 5001" in said
    assert "99213 Service 99213" in said
    assert "$148.00" in said
    assert "No insurance was billed for this visit." in said
    assert "$214.00" in said


def test_it_is_written_in_the_patients_language(office):
    made(office, owing(office, language="es"))

    with office.reading():
        said = text_of(statement_pdf(Statement.objects.get()))

    assert "No se facturó ningún seguro por esta visita." in said
    assert "Estado de cuenta 5001" in said


def test_the_same_balance_is_billed_once_a_month(office):
    patient = owing(office)
    first = made(office, patient)

    assert made(office, patient) == first
    assert made(office, patient, on=TODAY + timedelta(days=28)) != first


def test_paying_closes_the_statement(office):
    patient = owing(office)
    statement = made(office, patient)

    paid(office, patient, "200.00")
    with office.reading():
        assert Statement.objects.get(pk=statement.pk).status == Statement.Status.MADE
    paid(office, patient, "14.00")

    with office.reading():
        assert Statement.objects.get(pk=statement.pk).status == Statement.Status.PAID


def test_giving_up_the_rest_closes_the_statement_too(office):
    patient = owing(office)
    statement = made(office, patient)
    paid(office, patient, "200.00")

    ledger.write_off(
        patient, Decimal("14.00"), because="Small balance", at=NOON, by=office.role("biller")
    )

    with office.reading():
        assert Statement.objects.get(pk=statement.pk).status == Statement.Status.PAID


def test_it_is_filed_and_mailed_to_a_patient_who_agreed(office):
    patient = owing(office, email="ann@example.org")
    say_consent(
        patient, channel="email", is_given=True, how="on the phone", at=NOON, by=office.anybody()
    )
    statement = made(office, patient)

    for _ in range(2):
        jobs.print_statement.func(str(office.practice.pk), str(statement.pk))

    with office.reading():
        assert Statement.objects.get().status == Statement.Status.SENT
        assert Document.objects.get().title == "Statement 5001"
        message = Message.objects.get()
        assert "$214.00" in message.body
        assert bytes(message.attachments.get().content).startswith(b"%PDF")


def test_without_agreement_it_waits_to_be_mailed(office):
    statement = made(office, owing(office))

    jobs.print_statement.func(str(office.practice.pk), str(statement.pk))

    with office.reading():
        assert Statement.objects.get().status == Statement.Status.MADE
        assert not Message.objects.exists()
    operations.note_mailed(statement, by=office.role("biller"))
    with office.reading():
        assert Statement.objects.get().status == Statement.Status.SENT


def test_who_owes_nothing_gets_no_statement(office):
    with pytest.raises(Refused, match="owes nothing"):
        made(office, office.patient())


def test_everybody_who_owes_is_billed_at_once(office):
    owing(office)
    owing(office)
    office.patient()

    found = operations.make_statements(on=TODAY, at=NOON, by=office.role("biller"))

    assert [statement.total for statement in found] == [Decimal(214), Decimal(214)]
    assert operations.make_statements(on=TODAY, at=NOON, by=office.role("biller")) == []


def test_an_assistant_bills_nobody(office):
    with pytest.raises(NotPermitted):
        made(office, owing(office), by=office.role("assistant"))
