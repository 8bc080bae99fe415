"""A statement explains every line, is filed and sent, and closes when it is paid."""

from datetime import timedelta
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp

from frontdesk.billing import jobs, operations, queries
from frontdesk.billing.exchange import statement_pdf
from frontdesk.billing.models import Statement, StatementRun, StatementSkip
from frontdesk.comms.models import Link, Message
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger import operations as ledger
from frontdesk.people.models import Guarantor
from frontdesk.people.operations import say_consent
from frontdesk.records.models import Document
from frontdesk.records.queries import content_of
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL
from tests.billing.office import NOON, TODAY
from tests.billing.payer import decided, received, remittance

ADDRESS = {"address_1": "7 Oak Lane", "city": "Columbus", "state": "OH", "zip_code": "43215"}


def owing(office, **more):
    """A patient who owes 214 dollars for a visit without a plan."""
    bill = office.seen(patient=office.patient(**{**ADDRESS, **more}))
    office.sign(bill)
    return bill.visit.patient


def made(office, patient, **more):
    said = {"on": TODAY, "at": NOON, "by": office.role("biller"), **more}
    return operations.make_statement(patient, **said)


def text_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded() for page in document).split())


def printed(office, statement):
    with office.reading():
        found = Statement.objects.select_related("practice", "patient").get(pk=statement.pk)
        return text_of(statement_pdf(found, queries.family_on(found)))


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


def status(office, statement):
    with office.reading():
        return Statement.objects.get(pk=statement.pk).status


def family(office, count=2):
    """Children of one parent who is no patient, each owing 214 dollars."""
    with office.writing():
        parent = Guarantor.objects.create(first_name="Rosa", last_name="Lee", **ADDRESS)
    names = ("Ann", "Ben", "Cal")[:count]
    return parent, [owing(office, first=name, guarantor=parent) for name in names]


def test_a_statement_shows_each_charge_with_the_reason_in_plain_words(office):
    statement = made(office, owing(office))

    said = printed(office, statement)

    assert (statement.number, statement.total) == (5001, Decimal(214))
    assert statement.due_on == TODAY + timedelta(days=30)
    assert "Statement 5001" in said
    assert "99213 Service 99213" in said
    assert "We charged $148.00. No insurance was billed for this visit." in said
    assert "You still owe $148.00." in said
    assert "$214.00" in said


def test_what_a_plan_decided_is_explained_with_its_name_and_day(office):
    policy = office.insured()
    claim = office.signed(policy)
    exchange = operations.queue_batch(at=NOON, by=office.anybody())
    operations.note_sent(exchange, at=NOON, by=office.anybody())
    received(office, remittance(decided(claim.number, *USUAL)))

    statement = made(office, policy.patient)
    said = printed(office, statement)

    assert "Demo PPO decided this on" in said
    assert "We and your plan agreed on" in said
    assert "Nobody pays it." in said


def test_it_is_written_in_the_patients_language(office):
    said = printed(office, made(office, owing(office, language="es")))

    assert "No se facturó ningún seguro por esta visita." in said
    assert "Estado de cuenta 5001" in said
    assert "Usted todavía debe $148.00." in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_reads_at_grade_8_or_below_and_says_so(office, language):
    statement = made(office, owing(office, language=language))

    assert Decimal(0) < statement.reading <= 8


def test_the_same_balance_is_billed_once_a_month(office):
    patient = owing(office)
    first = made(office, patient)

    assert made(office, patient) == first
    later = made(office, patient, on=TODAY + timedelta(days=28))
    assert later != first
    assert status(office, first) == Statement.Status.REPLACED


def test_each_notice_says_it_another_way_and_the_last_one_that_it_is_the_last(office):
    patient = owing(office)
    says = []
    for month in range(4):
        statement = made(office, patient, on=TODAY + timedelta(days=28 * month))
        says.append((statement.step, printed(office, statement)))

    assert [step for step, _ in says] == [1, 2, 4, 4]
    assert "This is your part of the visits below." in says[0][1]
    assert "A reminder" in says[1][1]
    assert "This is our last notice." in says[2][1]


def test_who_paid_a_part_gets_the_same_notice_again(office):
    patient = owing(office)
    made(office, patient)
    ledger.take_payment(
        patient, amount=Decimal(50), method="cash", kind="balance", site=office.site, key="part",
        at=NOON + timedelta(days=2), by=office.role("receptionist"),
    )  # fmt: skip

    again = made(office, patient, on=TODAY + timedelta(days=28))

    assert (again.step, again.total) == (1, Decimal(164))


def test_what_insurance_has_not_decided_is_shown_and_not_asked_for(office):
    policy = office.insured()
    office.signed(policy)
    bill = office.seen(patient=policy.patient, lines=(("93000", "66.00", "A"),))
    office.sign(bill)

    statement = made(office, policy.patient)

    assert statement.total == Decimal(66)
    with office.reading():
        whole = queries.family_bill(queries.family_billed(policy.patient)).whole
    assert whole.balance == Decimal(66)


def test_a_family_gets_one_statement_to_who_answers(office):
    parent, (ann, ben) = family(office)

    statement = made(office, ann)
    said = printed(office, statement)

    assert statement.total == Decimal(428)
    assert statement.guarantor_id == parent.pk
    assert "Rosa Lee 7 Oak Lane" in said
    assert "Ann Lee: Visit of" in said
    assert "Ben Lee: Visit of" in said
    assert made(office, ben) == statement
    paid(office, ann, "214.00")
    assert status(office, statement) == Statement.Status.MADE
    ledger.write_off(ben, Decimal(214), because="Lost", at=NOON, by=office.role("biller"))
    assert status(office, statement) == Statement.Status.PAID


def test_paying_closes_the_statement(office):
    patient = owing(office)
    statement = made(office, patient)

    paid(office, patient, "200.00")
    assert status(office, statement) == Statement.Status.MADE
    paid(office, patient, "14.00")

    assert status(office, statement) == Statement.Status.PAID


def test_giving_up_the_rest_closes_the_statement_too(office):
    patient = owing(office)
    statement = made(office, patient)
    paid(office, patient, "200.00")

    ledger.write_off(
        patient, Decimal("14.00"), because="Small balance", at=NOON, by=office.role("biller")
    )

    assert status(office, statement) == Statement.Status.PAID


def test_it_is_filed_and_mailed_with_its_link_to_a_patient_who_agreed(office):
    patient = owing(office, email="ann@example.org")
    say_consent(
        patient, channel="email", is_given=True, how="on the phone", at=NOON, by=office.anybody()
    )
    statement = made(office, patient)

    for _ in range(2):
        jobs.print_statement.func(str(office.practice.pk), str(statement.pk))

    with office.reading():
        found = Statement.objects.get()
        assert (found.status, found.sent_how) == (Statement.Status.SENT, "email")
        assert Document.objects.get().title == "Statement 5001"
        message = Message.objects.get()
        assert "$214.00" in message.body
        assert bytes(message.attachments.get().content).startswith(b"%PDF")
        links = Link.objects.values_list("purpose", "subject_id")
        assert list(links) == [("pay", found.pk)] * 2  # on the paper and in the message


def test_without_agreement_it_waits_to_be_mailed(office):
    statement = made(office, owing(office, preferred_channel="mail"))

    jobs.print_statement.func(str(office.practice.pk), str(statement.pk))

    with office.reading():
        assert Statement.objects.get().status == Statement.Status.MADE
        assert not Message.objects.exists()
    operations.note_mailed(statement, by=office.role("biller"))
    assert status(office, statement) == Statement.Status.SENT


def test_a_link_to_pay_is_sent_on_request_and_refused_in_words_without_a_way(office):
    statement = made(office, owing(office, email="ann@example.org"))

    assert operations.send_pay_link(statement, at=NOON, by=office.role("receptionist")) == "email"
    nobody = made(office, owing(office))
    with pytest.raises(Refused, match="No e-mail address is known"):
        operations.send_pay_link(nobody, at=NOON, by=office.role("receptionist"))


def test_a_letter_that_came_back_stops_the_next_until_the_address_is_corrected(office):
    patient = owing(office, preferred_channel="mail")
    statement = made(office, patient)
    operations.note_mailed(statement, by=office.role("biller"))
    operations.note_returned(statement, on=TODAY, by=office.role("receptionist"))
    later = {"on": TODAY + timedelta(days=40), "at": NOON, "by": office.role("biller")}

    assert operations.make_statements(**later) == []
    with office.reading():
        assert StatementSkip.objects.get().why == "returned"
        assert WorkItem.objects.get(kind="billing.returned_mail").pool == "receptionist"
    with office.writing():
        patient.refresh_from_db()
        patient.address_1 = "9 Elm Court"
        patient.save()
    assert len(operations.make_statements(**later)) == 1


def test_who_owes_nothing_gets_no_statement(office):
    with pytest.raises(Refused, match="owes nothing"):
        made(office, office.patient())


def test_who_has_died_gets_no_statement(office):
    patient = owing(office)
    with office.writing():
        patient.status = patient.Status.DECEASED
        patient.save()
    with pytest.raises(Refused, match="Write to the estate"):
        made(office, patient)


def test_everybody_who_owes_is_billed_at_once(office):
    owing(office)
    owing(office)
    office.patient()

    found = operations.make_statements(on=TODAY, at=NOON, by=office.role("biller"))

    assert [statement.total for statement in found] == [Decimal(214), Decimal(214)]
    assert operations.make_statements(on=TODAY, at=NOON, by=office.role("biller")) == []


def test_a_run_that_was_killed_goes_on_where_it_was_and_bills_nobody_twice(office):
    for name in ("Adams", "Baker", "Clark"):
        owing(office, last=name)
    run = operations.start_run(on=TODAY, at=NOON, by=office.role("biller"))
    with office.reading():
        first = queries.heads_owing(0, 1)[0]
    operations.bill_next(run, first, at=NOON, by=office.role("biller"))

    for _ in range(2):
        jobs.make_run.func(str(office.practice.pk), str(run.pk))

    with office.reading():
        done = StatementRun.objects.get()
        assert (done.status, done.looked, done.made, done.total) == ("done", 3, 3, Decimal(642))
        assert Statement.objects.count() == 3


def test_two_runs_at_once_are_refused(office):
    owing(office)
    operations.start_run(on=TODAY, at=NOON, by=office.role("biller"))

    with pytest.raises(Refused, match="being made already"):
        operations.start_run(on=TODAY, at=NOON, by=office.role("biller"))


def test_a_run_takes_one_part_of_the_alphabet_and_says_whom_it_left_out_and_why(office):
    owing(office, last="Adams")
    owing(office, last="Young")
    bill = office.seen(
        patient=office.patient(last="Baker", **ADDRESS), lines=(("93000", "3.00", "A"),)
    )
    office.sign(bill)
    policy = queries_policy(office, cycles=2)
    operations.save_policy(policy, by=office.role("manager"))

    run = operations.start_run(on=TODAY, cycle=1, at=NOON, by=office.role("biller"))
    jobs.make_run.func(str(office.practice.pk), str(run.pk))

    with office.reading():
        assert [one.patient.last_name for one in Statement.objects.all()] == ["Adams"]
        skip = StatementSkip.objects.get()
        assert (skip.patient.last_name, skip.why, skip.amount) == ("Baker", "small", Decimal(3))


def queries_policy(office, **more):
    with office.reading():
        policy = queries.statement_policy()
    for name, value in more.items():
        setattr(policy, name, value)
    return policy


def test_a_payment_between_the_bill_and_its_printing_is_seen_by_the_next_look(office):
    patient = owing(office)
    statement = made(office, patient)
    paid(office, patient, "214.00")

    jobs.print_statement.func(str(office.practice.pk), str(statement.pk))

    with office.reading():
        found = Statement.objects.get()
        assert found.status == Statement.Status.PAID
        assert not Message.objects.exists()  # a bill that is paid is not sent


def test_an_assistant_bills_nobody(office):
    with pytest.raises(NotPermitted):
        made(office, owing(office), by=office.role("assistant"))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_phone_reads_the_code_on_the_paper_and_lands_behind_the_birth_date(
    office, client, settings, language
):
    """The code is read by another program than the one that drew it."""
    statement = made(office, owing(office, language=language, birth_date="1968-03-14"))
    for _ in range(2):  # printed again it leads to the same page
        jobs.print_statement.func(str(office.practice.pk), str(statement.pk))
    with office.reading():
        found = Statement.objects.select_related("document").get(pk=statement.pk)
        content = content_of(found.document)
        (link,) = Link.objects.filter(subject_id=statement.pk, purpose="pay")
    page = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(page)
    door = code.text.removeprefix(settings.PUBLIC_URL)
    assert door.startswith("/l/")
    assert code.text.split("://")[1] in text_of(content)
    first = client.get(door, follow=True)
    assert first.redirect_chain[-1][0].endswith("/who/")
    assert "$214" not in first.content.decode()
    client.post(f"{door}who/", {"birth_date": "3/14/1968"})
    assert "214.00" in client.get(f"{door}pay/").content.decode()
    assert link.expires_at.date() > TODAY
