"""A bill by link: shown after the birth date, paid once, asked about, and nobody else's."""

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from frontdesk.billing import jobs, operations
from frontdesk.billing.models import Dispute, HelpRequest, Statement
from frontdesk.comms import jobs as comms_jobs
from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Payment, Plan
from frontdesk.people.models import Guarantor
from tests.billing.office import ADDRESS, Office


@pytest.fixture
def office(db, settings):
    cache.clear()
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    return Office()


def owing(office, first="Ann", **more):
    bill = office.seen(
        patient=office.patient(first, birth_date="1968-03-14", **{**ADDRESS, **more}), at=now()
    )
    office.sign(bill, at=now())
    return bill.visit.patient


def billed(office, patient):
    return operations.make_statement(
        patient, on=today(office.site), at=now(), by=office.role("biller")
    )


def link(office, statement):
    made = comms.make_link(
        "pay", patient=statement.patient, subject=statement,
        expires_at=now().replace(year=now().year + 1, day=1), by=office.anybody(),
    )  # fmt: skip
    return made.url[made.url.index("/l/") :]


def phone(door, birth_date="3/14/1968"):
    browser = Client(enforce_csrf_checks=True)
    browser.post(f"{door}who/", {"birth_date": birth_date})
    return browser


def text(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_nothing_is_shown_before_the_birth_date(office):
    door = link(office, billed(office, owing(office)))

    stranger = phone(door, "1/1/1970").get(f"{door}pay/")

    assert stranger.status_code == 302
    assert "/who/" in stranger.headers["Location"]


def test_each_line_says_why_it_is_owed_in_the_patients_language(office):
    door = link(office, billed(office, owing(office, language="es")))

    said = text(phone(door).get(f"{door}pay/"))

    assert "Usted debe $214.00" in said
    assert "Cobramos $148.00." in said
    assert "No se facturó ningún seguro por esta visita." in said
    assert "Preguntar por esta línea" in said
    assert "con cheque" in said  # no gateway here: told how else


def test_what_was_paid_since_is_not_asked_for_again(office):
    patient = owing(office)
    door = link(office, billed(office, patient))
    ledger.take_payment(
        patient, amount=Decimal(214), method="cash", kind="balance", site=office.site, key="desk",
        at=now(), by=office.role("receptionist"),
    )  # fmt: skip

    assert "Nothing to pay now" in text(phone(door).get(f"{door}pay/"))


def test_a_question_takes_the_line_off_the_bill_until_it_is_answered(office):
    patient = owing(office)
    statement = billed(office, patient)
    door, browser = link(office, statement), None
    browser = phone(door)
    found = re.findall(r"/pay/ask/([0-9a-f-]{36})/", browser.get(f"{door}pay/").content.decode())

    empty = browser.post(f"{door}pay/ask/{found[0]}/", {"about": "unknown"})
    asked = browser.post(
        f"{door}pay/ask/{found[0]}/", {"about": "unknown", "words": "What is this?"}, follow=True
    )

    assert empty.status_code == 422
    assert "We have it, and will answer soon." in text(asked)
    assert "You owe $148.00" in text(browser.get(f"{door}pay/"))
    with office.reading():
        dispute = Dispute.objects.get()
        assert (dispute.is_by_patient, dispute.amount) == (True, Decimal(66))
    operations.answer_question(
        dispute, words="Your visit with Dr. Okafor.", outcome="explained", at=now(),
        by=office.role("biller"),
    )  # fmt: skip
    assert "Your visit with Dr. Okafor." in text(browser.get(f"{door}pay/question/{dispute.pk}/"))
    assert "You owe $214.00" in text(browser.get(f"{door}pay/"))
    browser.post(f"{door}pay/question/{dispute.pk}/", {"words": "I was not there."})
    with office.reading():
        assert Dispute.objects.get().status == Dispute.Status.OPEN


def test_another_patients_question_or_line_is_not_there(office):
    mine, theirs = owing(office), owing(office, "Ben")
    door, other = link(office, billed(office, mine)), link(office, billed(office, theirs))
    page = phone(other).get(f"{other}pay/").content.decode()
    (charge, *_rest) = re.findall(r"/pay/ask/([0-9a-f-]{36})/", page)

    said = {"about": "unknown", "words": "x"}

    assert phone(door).get(f"{door}pay/ask/{charge}/").status_code == 404
    assert phone(door).post(f"{door}pay/ask/{charge}/", said).status_code == 404


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Este archivo está vacío."),
        (b"PK\x03\x04 a letter", "Esto no es una foto JPEG o PNG, ni un PDF."),
        (b"%PDF-" + b"0" * (10 * 1024 * 1024), "Este archivo pasa de 10 MB."),
    ],
)
def test_a_paper_that_cannot_be_taken_is_refused_in_the_language_of_the_page(
    office, content, words
):
    door = link(office, billed(office, owing(office)))
    browser = phone(door)
    browser.get(f"{door}pay/help/?lang=es")
    paper = SimpleUploadedFile("talon.jpg", content)
    said = {"household": "3", "income": "24000", "proof": paper}

    answer = browser.post(f"{door}pay/help/?lang=es", said)

    assert answer.status_code == 422
    assert words in text(answer)
    with office.reading():
        assert not HelpRequest.objects.exists()


def test_help_is_asked_for_with_a_paper_and_nothing_is_billed_till_then(office):
    door = link(office, billed(office, owing(office)))
    browser = phone(door)

    wrong = browser.post(f"{door}pay/help/", {"household": "0", "income": "x"})
    browser.post(f"{door}pay/help/", {"household": "3", "income": "24000"})

    assert wrong.status_code == 422
    assert "You asked for financial help. We will decide first." in text(browser.get(f"{door}pay/"))
    with office.reading():
        asked = HelpRequest.objects.get()
        assert (asked.is_by_patient, asked.household) == (True, 3)


def test_a_plan_is_agreed_by_link_and_is_not_asked_for_at_once(office):
    patient = owing(office)
    door = link(office, billed(office, patient))
    browser = phone(door)
    page = browser.get(f"{door}pay/plan/").content.decode()
    counts = re.findall(r'name="count" value="(\d+)"', page)

    browser.post(f"{door}pay/plan/", {"patient": str(patient.pk), "count": counts[-1]})
    browser.post(f"{door}pay/plan/", {"patient": str(patient.pk), "count": counts[-1]})

    with office.reading():
        plan = Plan.objects.get()
        assert (plan.total, plan.agreed_how) == (Decimal(214), "by link")
    said = text(browser.get(f"{door}pay/"))
    assert "Nothing to pay now" in said
    assert "You pay it by your payment plan." in said


def test_a_plan_by_link_leaves_out_what_waits_for_an_answer(office):
    patient = owing(office)
    door = link(office, billed(office, patient))
    browser = phone(door)
    found = re.findall(r"/pay/ask/([0-9a-f-]{36})/", browser.get(f"{door}pay/").content.decode())
    browser.post(f"{door}pay/ask/{found[0]}/", {"about": "unknown", "words": "What is this?"})

    offered = text(browser.get(f"{door}pay/plan/"))
    browser.post(f"{door}pay/plan/", {"patient": str(patient.pk), "count": "2"})

    assert "2 × $74.00" in offered
    with office.reading():
        assert Plan.objects.get().total == Decimal(148)
    assert "Nothing to pay now" in text(browser.get(f"{door}pay/"))


def test_two_phones_that_pay_at_once_pay_once(office):
    patient = owing(office)
    statement = billed(office, patient)
    by = office.actor("billing.pay_self")
    first = operations.pay_bill(statement, patient, amount=Decimal(214), at=now(), by=by)

    assert operations.pay_bill(statement, patient, amount=Decimal(214), at=now(), by=by) == first
    with pytest.raises(Refused, match="being made just now"):
        operations.pay_bill(statement, patient, amount=Decimal(100), at=now(), by=by)
    ledger.settle_card(first, last_four="4242", at=now(), by=office.role("receptionist"))
    with pytest.raises(Refused, match="Nothing is owed now"):
        operations.pay_bill(statement, patient, amount=Decimal(214), at=now(), by=by)
    with office.reading():
        assert Statement.objects.get().status == Statement.Status.PAID


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "214.01"])
def test_no_more_than_is_owed_can_be_paid(office, amount):
    patient = owing(office)
    statement = billed(office, patient)

    with pytest.raises(Refused):
        operations.pay_bill(
            statement, patient, amount=Decimal(amount), at=now(),
            by=office.actor("billing.pay_self"),
        )  # fmt: skip


def test_a_receipt_goes_to_who_paid_by_link_once(office):
    patient = owing(office, email="ann@example.org")
    statement = billed(office, patient)
    payment = operations.pay_bill(
        statement, patient, amount=Decimal(100), at=now(), by=office.actor("billing.pay_self")
    )
    ledger.settle_card(payment, last_four="4242", at=now(), by=office.role("receptionist"))

    for _ in range(2):
        jobs.mail_receipt.func(str(office.practice.pk), str(payment.pk))

    with office.reading():
        message = Message.objects.get(kind="bill.receipt")
        assert "$100.00" in message.body
        assert message.attachments.get().name.startswith("receipt-")
        assert Payment.objects.get().status == Payment.Status.POSTED


def test_the_link_in_the_letter_opens_the_bill(office):
    statement = billed(office, owing(office, email="ann@example.org"))
    jobs.print_statement.func(str(office.practice.pk), str(statement.pk))
    with office.reading():
        message = Message.objects.get(kind="bill.statement")
    comms_jobs.deliver.func(str(message.pk), str(office.practice.pk))
    (door,) = re.findall(r"https?://[^/]+(/l/[\w-]+/)", mail.outbox[0].body)[:1]

    browser = phone(door)

    assert browser.get(door).headers["Location"] == reverse("portal:pay", args=[door[3:-1]])
    assert "You owe $214.00" in text(browser.get(f"{door}pay/"))


def test_each_of_a_family_pays_their_own_part_on_one_bill(office):
    with office.writing():
        parent = Guarantor.objects.create(first_name="Rosa", last_name="Lee", **ADDRESS)
    ann, ben = (owing(office, name, guarantor=parent) for name in ("Ann", "Ben"))
    statement = billed(office, ann)
    by = office.actor("billing.pay_self")

    operations.pay_bill(statement, ben, amount=Decimal(214), at=now(), by=by)

    with pytest.raises(Refused, match="somebody else"):
        operations.pay_bill(statement, office.patient("Zoe"), amount=Decimal(5), at=now(), by=by)


def test_a_plan_says_for_whom_and_how_much_of_a_familys_bill_it_is(office):
    with office.writing():
        parent = Guarantor.objects.create(first_name="Rosa", last_name="Diaz", **ADDRESS)
    ann, ben = (owing(office, name, guarantor=parent) for name in ("Ann", "Ben"))
    ledger.take_payment(
        ben, amount=Decimal(214), method="cash", kind="balance", site=office.site, key="desk",
        at=now(), by=office.role("receptionist"),
    )  # fmt: skip
    door = link(office, billed(office, ann))

    said = text(phone(door).get(f"{door}pay/plan/"))

    assert "Ann: $214.00 2 × $107.00" in said
    assert "Ben" not in said


def test_one_charge_pays_everybodys_bill_and_each_has_their_part(office, settings):
    settings.STRIPE_API_KEY = "sk_test"
    with office.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee", **ADDRESS)
    one, two = (owing(office, name, guarantor=rosa) for name in ("Ann", "Ben"))
    made = billed(office, one)
    door = link(office, made)
    with office.writing():
        patient = Statement.objects.select_related("patient").get(pk=made.pk).patient
    said = text(phone(door).get(f"{door}pay/"))
    assert re.search(r"Pay for everybody at once (?:(?:Ann|Ben) \$214.00 ){2}Pay by card", said)
    told = {"at": now(), "by": office.anybody()}
    first, second = (operations.pay_family(made, **told) for _ in range(2))
    assert (first.pk, first.amount, first.patient_id) == (second.pk, Decimal("428.00"), patient.pk)
    with pytest.raises(Refused, match="being made just now"):
        operations.pay_bill(made, two, amount=Decimal("214.00"), **told)

    ledger.settle_card(first, last_four="4242", **told)
    with office.reading():
        balances = books.balances_of([one.pk, two.pk])
        assert [str(balances[pk].to_pay) for pk in (one.pk, two.pk)] == ["0.00", "0.00"]
        assert [p.pk for p in books.account(two).payments] == [first.pk]
        assert Statement.objects.get(pk=made.pk).status == "paid"
    ledger.undo_payment(first, because="Disputed", at=now(), by=office.role("biller"))
    with office.reading():
        balances = books.balances_of([one.pk, two.pk])
        assert [str(balances[pk].to_pay) for pk in (one.pk, two.pk)] == ["214.00", "214.00"]
