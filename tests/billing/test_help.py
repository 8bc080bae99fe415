"""Questions hold a line, help is taken off by a person's decision, agencies get what is left."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from frontdesk.billing import jobs, operations, queries
from frontdesk.billing.models import AgencyFile, HelpRequest, Placement, Statement
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.people.models import Guarantor
from frontdesk.staff.models import WorkItem
from tests.billing.decisions import USUAL
from tests.billing.office import ADDRESS, NOON, TODAY
from tests.billing.payer import decided, received, remittance
from tests.billing.test_statements import made, owing, paid, text_of

LATER = TODAY + timedelta(days=130)
AT_LATER = NOON + timedelta(days=130)


def asked(office, patient, income="15000", household=2):
    return operations.ask_for_help(
        patient, household=household, income=Decimal(income), at=NOON,
        by=office.role("receptionist"),
    )  # fmt: skip


def decide(office, request, off=75, **more):
    said = {"because": "Pay slips", "at": NOON, "by": office.role("manager"), **more}
    return operations.decide_help(request, off=off, **said)


def charge_of(office, patient):
    with office.reading():
        return queries.charge_of([patient], patient.charges.order_by("pk").first().pk)


def ties(office):
    with office.reading():
        return [tie.name for tie in books.ties() if not tie.holds]


def test_nothing_is_billed_while_a_request_for_help_is_open(office):
    patient = owing(office)
    request = asked(office, patient)

    assert (request.percent, request.proposed) == (Decimal("69.3"), 100)
    with pytest.raises(Refused, match="A request for financial help is open"):
        made(office, patient)
    with office.reading():
        item = WorkItem.objects.get(kind="billing.help")
        assert (item.pool, item.amount) == ("manager", Decimal(214))
    assert asked(office, patient, income="40000").pk == request.pk


def test_help_is_taken_off_what_is_owed_and_off_what_comes(office):
    patient = owing(office)
    decide(office, asked(office, patient))

    assert office.standing(patient)[0] == "53.50"
    office.sign(office.seen(patient=patient, lines=(("93000", "66.00", "A"),)))
    assert office.standing(patient)[0] == "70.00"  # 53.50 and a quarter of 66
    operations.give_help(patient, at=NOON, by=office.role("manager"))
    assert office.standing(patient)[0] == "70.00"
    with office.reading():
        assert HelpRequest.objects.get().given == Decimal("210.00")
    assert ties(office) == []
    assert str(office.books()["adjustment.hardship"]) == "210.00"


def test_help_for_a_family_covers_each_of_them(office):
    with office.writing():
        parent = Guarantor.objects.create(first_name="Rosa", last_name="Lee", **ADDRESS)
    ann, ben = (owing(office, first=name, guarantor=parent) for name in ("Ann", "Ben"))

    decide(office, asked(office, ann), off=100)

    assert {office.standing(one)[0] for one in (ann, ben)} == {"0.00"}


def test_help_comes_off_what_a_plan_left_when_the_bill_is_made(office):
    policy = office.insured()
    decide(office, asked(office, policy.patient), off=50)
    claim = office.signed(policy)
    exchange = operations.queue_batch(at=NOON, by=office.anybody())
    operations.note_sent(exchange, at=NOON, by=office.anybody())
    received(office, remittance(decided(claim.number, *USUAL)))
    before = Decimal(office.standing(policy.patient)[0])

    statement = made(office, policy.patient)

    assert statement.total == before / 2
    assert ties(office) == []


def test_only_a_person_with_the_right_decides_and_says_why(office):
    request = asked(office, owing(office))

    with pytest.raises(NotPermitted):
        decide(office, request, by=office.role("biller"))
    with pytest.raises(Refused, match="rests on"):
        decide(office, request, because=" ")
    denied = decide(office, request, off=0)
    assert denied.status == HelpRequest.Status.DENIED
    with pytest.raises(Refused):
        decide(office, request)


def test_help_that_is_over_gives_no_more_and_a_plan_goes_on(office):
    patient = owing(office)
    request = decide(office, asked(office, patient))
    over = request.until_on + timedelta(days=1)

    assert request.until_on == date(2027, 11, 15)
    assert operations.end_expired(on=over, at=NOON, by=office.anybody()) == 1
    assert operations.end_expired(on=over, at=NOON, by=office.anybody()) == 0
    office.sign(office.seen(patient=patient, lines=(("93000", "66.00", "A"),)))
    assert office.standing(patient)[0] == "70.00"  # a visit of its days, charged late
    after = NOON + timedelta(days=366)
    bill = office.seen(patient=patient, lines=(("93000", "66.00", "A"),), at=after)
    office.sign(bill, at=after)
    assert office.standing(patient)[0] == "136.00"


def test_who_paid_and_owes_anew_begins_with_the_first_notice(office):
    patient = warned(office)
    paid(office, patient, "214.00")
    bill = office.seen(patient=patient, at=AT_LATER - timedelta(days=1))
    office.sign(bill, at=AT_LATER - timedelta(days=1))
    made(office, patient, on=LATER)

    assert (
        operations.propose(on=LATER + timedelta(days=60), at=AT_LATER, by=office.role("biller"))
        == []
    )


def test_a_question_is_noted_once_answered_and_adjusted_to_the_cent(office):
    patient = owing(office)
    charge = charge_of(office, patient)
    said = {"about": "amount", "words": "Too much", "at": NOON}
    desk = office.role("receptionist")
    with pytest.raises(Refused, match="what the question is"):
        operations.ask_about_bill(patient, charge=charge, **{**said, "words": " "}, by=desk)
    dispute = operations.ask_about_bill(patient, charge=charge, **said, by=desk)
    again = operations.ask_about_bill(
        patient, charge=charge, about="paid", words="And paid", at=NOON, by=desk
    )

    assert again.pk == dispute.pk
    assert dispute.due_on == TODAY + timedelta(days=10)
    with pytest.raises(NotPermitted):
        operations.answer_question(dispute, words="No.", outcome="explained", at=NOON, by=desk)
    biller = office.role("biller")
    for wrong, why in (
        ({"outcome": "adjusted"}, "how much is given up"),
        ({"adjust": Decimal(5)}, "choose the outcome Adjusted"),
        ({"words": " "}, "the patient reads it"),
    ):
        with pytest.raises(Refused, match=why), transaction.atomic():
            operations.answer_question(
                dispute, **{"words": "We looked.", "at": NOON, "by": biller, **wrong}
            )
    with pytest.raises(Refused, match="more than is owed"):
        operations.answer_question(
            dispute, words="x", outcome="adjusted", adjust=Decimal(500), at=NOON, by=biller
        )
    operations.answer_question(
        dispute, words="Right.", outcome="adjusted", adjust=Decimal(48), at=NOON, by=biller
    )
    assert office.standing(patient)[0] == "166.00"
    with office.reading():
        assert not WorkItem.objects.filter(kind="billing.question", status="open").exists()


def test_a_question_about_the_whole_bill_gives_nothing_up_on_a_line(office):
    patient = owing(office)
    desk, biller = office.role("receptionist"), office.role("biller")
    said = {"about": "amount", "words": "Too much", "at": NOON, "by": desk}
    dispute = operations.ask_about_bill(patient, **said)

    with pytest.raises(Refused, match="whole bill"):
        operations.answer_question(
            dispute, words="Right.", outcome="adjusted", adjust=Decimal(5), at=NOON, by=biller
        )


def test_a_disputed_estimate_stops_the_whole_bill(office):
    patient = owing(office)
    operations.ask_about_bill(
        patient, charge=charge_of(office, patient), about="estimate", words="You said 100",
        at=NOON, by=office.role("receptionist"),
    )  # fmt: skip

    with pytest.raises(Refused, match="disputes an estimate"):
        made(office, patient)


# ---- collections -------------------------------------------------------------------------------


def warned(office, **more):
    """Somebody who had every notice and is billed for 130 days."""
    patient = owing(office, **more)
    for month in range(3):
        statement = made(office, patient, on=TODAY + timedelta(days=28 * month))
        operations.note_mailed(statement, by=office.role("biller"))
    return patient


def proposed(office):
    found = operations.propose(on=LATER, at=AT_LATER, by=office.role("biller"))
    return found[0] if found else None


def agency(office, name="Fair Recovery"):
    return operations.save_agency(None, name=name, fee_percent=25, by=office.role("manager"))


def handed_over(office, patient=None):
    """An account with an agency."""
    warned(office) if patient is None else None
    placement, manager = proposed(office), office.role("manager")
    operations.approve(placement, on=LATER, at=AT_LATER, by=manager)
    on = LATER + timedelta(days=31)
    file = operations.hand_over(
        [placement], agency(office), on=on, at=AT_LATER + timedelta(days=31), by=manager
    )
    with office.reading():
        return Placement.objects.select_related("patient", "agency").get(pk=placement.pk), file


def report(office, placement, body, **more):
    content = f"account,date,kind,amount,fee\n{body}".encode()
    said = {"name": "r.csv", "content": content, "on": LATER, "at": AT_LATER, **more}
    return operations.read_agency_report(placement.agency, **said, by=office.role("biller"))


def test_only_who_had_every_notice_is_proposed_once(office):
    warned(office)
    owing(office, first="Ben")

    placement = proposed(office)

    assert (placement.amount, placement.facts["notices"]) == (Decimal(214), 3)
    assert proposed(office) is None


def test_a_payment_after_the_proposal_keeps_it_here(office):
    patient = warned(office)
    placement = proposed(office)
    ledger.take_payment(
        patient, amount=Decimal(20), method="cash", kind="balance", site=office.site, key="late",
        at=AT_LATER, by=office.role("receptionist"),
    )  # fmt: skip

    with pytest.raises(Refused, match="Paid something"):
        operations.approve(placement, on=LATER, at=AT_LATER, by=office.role("manager"))


def test_the_last_letter_is_filed_once_and_its_days_are_kept(office):
    warned(office)
    placement, manager = proposed(office), office.role("manager")
    with pytest.raises(NotPermitted):
        operations.approve(placement, on=LATER, at=AT_LATER, by=office.role("biller"))
    operations.approve(placement, on=LATER, at=AT_LATER, by=manager)
    for _ in range(2):
        jobs.print_letter.func(str(office.practice.pk), str(placement.pk))

    with office.reading():
        letter = Placement.objects.select_related("letter").get()
        assert letter.letter.title == f"Last letter, account {letter.number}"
        assert WorkItem.objects.filter(kind="billing.letter").count() == 1
    with pytest.raises(Refused, match="has until"):
        operations.hand_over([letter], agency(office), on=LATER, at=AT_LATER, by=manager)


def test_what_is_handed_over_moves_out_of_what_patients_owe(office):
    placement, file = handed_over(office)

    rows = bytes(file.content).decode().splitlines()
    assert rows[0].startswith("account,amount,first_name")
    assert rows[1].startswith(f"{placement.number},214.00,Ann,Lee")
    assert rows[-1] == "TOTAL,1,214.00"
    assert office.standing(placement.patient) == ("0.00", "0.00", "0.00")
    assert str(office.books()["receivable.collections"]) == "214.00"
    assert ties(office) == []
    with office.reading():
        assert Statement.objects.filter(status="paid").count() == 1  # it asks for nothing more


def test_a_question_between_letter_and_hand_over_keeps_it_here(office):
    patient = warned(office)
    placement, manager = proposed(office), office.role("manager")
    operations.approve(placement, on=LATER, at=AT_LATER, by=manager)
    operations.ask_about_bill(
        patient, about="estimate", words="You said less", at=AT_LATER,
        by=office.role("receptionist"),
    )  # fmt: skip

    with pytest.raises(Refused, match="No account may be handed over"):
        operations.hand_over(
            [placement], agency(office), on=LATER + timedelta(days=31), at=AT_LATER, by=manager
        )
    assert office.standing(patient)[0] == "214.00"
    with pytest.raises(Refused, match="why it stays here"):
        operations.keep_here(placement, because=" ", on=LATER, by=manager)
    assert operations.keep_here(placement, because="Asks", on=LATER, by=manager).status == "dropped"


def test_an_agencys_payments_and_fees_are_posted_once(office):
    placement, _ = handed_over(office)
    body = f"{placement.number},2027-04-01,payment,100.00,25.00\n9,2027-04-01,payment,5.00,0\n"

    file = report(office, placement, body)

    assert (file.total, file.fees, file.count) == (Decimal(100), Decimal(25), 1)
    assert file.not_used == ["Line 3: no account 9 is with this agency"]
    found = office.books()
    assert (str(found["bank"]), str(found["expense.agency"])) == ("75.00", "25.00")
    assert str(found["receivable.collections"]) == "114.00"
    with pytest.raises(Refused, match="read already"):
        report(office, placement, body)
    too_much = report(office, placement, f"{placement.number},2027-04-02,payment,114.01,0\n")
    assert "more than the $114.00" in too_much.not_used[0]
    report(office, placement, f"{placement.number},2027-04-03,returned,0,0\n")
    assert "receivable.collections" not in office.books()
    with office.reading():
        assert Placement.objects.get().status == Placement.Status.GIVEN_UP
        assert AgencyFile.objects.count() == 4
    assert ties(office) == []


def test_what_is_paid_here_comes_back_from_the_agency(office):
    placement, _ = handed_over(office)

    paid(office, placement.patient, "50.00")

    with office.reading():
        found = Placement.objects.get()
        assert (found.paid_here, found.status) == (Decimal(50), Placement.Status.PLACED)
        assert WorkItem.objects.get(kind="billing.tell_agency").amount == Decimal(50)
    assert office.standing(placement.patient) == ("0.00", "0.00", "0.00")
    assert str(office.books()["receivable.collections"]) == "164.00"
    operations.recall(
        placement, because="A mistake", on=LATER, at=AT_LATER, by=office.role("biller")
    )
    assert office.standing(placement.patient) == ("164.00", "0.00", "0.00")
    assert ties(office) == []


def test_the_letter_says_until_when_and_what_can_be_done(office):
    from frontdesk.billing.exchange import letter_pdf

    warned(office)
    operations.approve(proposed(office), on=LATER, at=AT_LATER, by=office.role("manager"))
    with office.reading():
        found = Placement.objects.select_related("practice", "patient").get()
        said = text_of(letter_pdf(found, queries.family_billed(found.patient), "en"))

    assert "You owe $214.00" in said
    assert "April 25, 2027" in said
    assert "ask for financial help" in said
