"""The superbill: codes with letters that follow, prices from the schedule, one signature."""

from datetime import date
from decimal import Decimal

import pytest

from frontdesk.coding.models import ChargeItem, Diagnosis, Fee, FeeSchedule
from frontdesk.core.clock import now
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.practice.queries import practice_of
from frontdesk.staff.models import WorkItem
from frontdesk.visits import exchange, operations
from frontdesk.visits.models import CheckOutItem, Superbill, SuperbillLine
from frontdesk.visits.queries import superbill as queries
from frontdesk.visits.signals import superbill_reopened, superbill_signed

CODES = {"E11.9": "Type 2 diabetes", "I10": "High blood pressure", "Z23": "Shot given"}
PRICES = {"Z9213": "98.00", "Z9036": "18.00"}


@pytest.fixture
def at():
    return now()


@pytest.fixture
def by(clinic):
    return clinic.role("provider")


@pytest.fixture
def codes(clinic):
    Diagnosis.objects.bulk_create(Diagnosis(code=c, description=d) for c, d in CODES.items())
    Diagnosis.objects.create(code="E11", description="Too short", is_billable=False)
    Diagnosis.objects.create(code="Z99", description="Over", valid_to=date(2020, 1, 1))
    with clinic.writing():
        schedule = FeeSchedule.objects.create(name="Fees", starts_on=date(2020, 1, 1))
        for code, amount in PRICES.items():
            ChargeItem.objects.create(code=code, description=f"What {code} is")
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(amount))
        ChargeItem.objects.create(code="Z0000", description="No price yet")


@pytest.fixture
def bill(clinic, codes, at):
    visit = operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())
    return operations.begin_superbill(visit, by=clinic.anybody())


def lines(clinic, bill):
    with clinic.reading():
        return [(x.code, x.pointers, x.units, x.charge) for x in queries.lines_of(bill)]


def letters(clinic, bill):
    with clinic.reading():
        return [(one.letter, one.code) for one in queries.diagnoses_of(bill)]


def test_it_begins_with_the_usual_codes_at_their_price_and_begins_once(clinic, bill):
    assert lines(clinic, bill) == [("Z9213", "", 1, Decimal("98.00"))]
    assert operations.begin_superbill(bill.visit, by=clinic.anybody()).pk == bill.pk


def test_the_first_diagnosis_is_what_lines_are_for(clinic, bill, by):
    operations.add_diagnosis(bill, "E11.9", by=by)
    operations.add_line(bill, "z9036", by=by)

    assert [line[:2] for line in lines(clinic, bill)] == [("Z9213", "A"), ("Z9036", "A")]


def test_a_diagnosis_must_be_valid_and_precise_enough_and_stands_once(clinic, bill, by):
    for code in ("E11", "Z99", "NOPE"):
        with pytest.raises(Refused, match="not valid"):
            operations.add_diagnosis(bill, code, by=by)
    first = operations.add_diagnosis(bill, "I10", by=by)
    assert operations.add_diagnosis(bill, "I10", by=by).pk == first.pk


def test_pointers_follow_their_diagnosis_when_letters_change(clinic, bill, by):
    for code in CODES:
        operations.add_diagnosis(bill, code, by=by)
    line = operations.add_line(bill, "Z9036", pointers="BC", by=by)
    with clinic.reading():
        first, second, _ = queries.diagnoses_of(bill)

    operations.put_first(second, by=by)
    assert letters(clinic, bill) == [("A", "I10"), ("B", "E11.9"), ("C", "Z23")]
    assert lines(clinic, bill)[1][1] == "AC"

    operations.remove_diagnosis(first, by=by)
    assert letters(clinic, bill) == [("A", "I10"), ("B", "Z23")]
    assert lines(clinic, bill)[0][1] == ""  # it pointed at what is gone
    assert lines(clinic, bill)[1][1] == "AB"
    assert line.units == 1


def test_units_multiply_the_price_and_a_stale_form_changes_nothing(clinic, bill, by):
    operations.add_diagnosis(bill, "I10", by=by)
    with clinic.reading():
        line = SuperbillLine.objects.get()
    seen = line.version

    operations.change_line(line, units=3, modifiers="25", pointers="A", version=seen, by=by)
    with pytest.raises(Changed):
        operations.change_line(line, units=5, pointers="A", version=seen, by=by)

    assert lines(clinic, bill) == [("Z9213", "A", 3, Decimal("294.00"))]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"units": 0}, "Units"),
        ({"pointers": "B"}, "no diagnosis B"),
        ({"modifiers": "2"}, "two letters"),
    ],
)
def test_a_wrong_line_is_refused_in_words(clinic, bill, by, wrong, why):
    operations.add_diagnosis(bill, "I10", by=by)
    with clinic.reading():
        line = SuperbillLine.objects.get()
    with pytest.raises(Refused, match=why):
        operations.change_line(line, **{"units": 1, "pointers": "A", **wrong}, by=by)


def test_signing_needs_everything_and_tells_billing_once(clinic, bill, at, by):
    told = []

    def hear(superbill, **_):
        told.append(superbill.pk)

    superbill_signed.connect(hear)
    with pytest.raises(Refused, match="Pick at least one diagnosis"):
        operations.sign_superbill(bill, at=at, by=by)
    operations.add_diagnosis(bill, "I10", by=by)
    operations.add_line(bill, "Z0000", by=by)
    with pytest.raises(Refused, match="Z0000 has no price"):
        operations.sign_superbill(bill, at=at, by=by)
    with clinic.reading():
        unpriced = SuperbillLine.objects.get(code="Z0000")
    operations.remove_line(unpriced, by=by)

    signed = operations.sign_superbill(bill, at=at, by=by)
    operations.sign_superbill(bill, at=at, by=by)

    superbill_signed.disconnect(hear)
    assert told == [bill.pk]
    assert (signed.status, signed.signed_at, signed.signed_by) == ("signed", at, "Maria")
    with clinic.reading():
        item = CheckOutItem.objects.get(visit=bill.visit, kind="superbill")
        assert item.answer == "done"
    with pytest.raises(Refused, match="Open it again"):
        operations.add_line(bill, "Z9036", by=by)


def test_only_a_provider_signs(clinic, bill, at):
    operations.add_diagnosis(bill, "I10", by=clinic.role("assistant"))
    done = operations.complete_superbill(bill, by=clinic.role("assistant"))

    assert done.status == Superbill.Status.COMPLETE
    with pytest.raises(NotPermitted):
        operations.sign_superbill(bill, at=at, by=clinic.role("assistant"))
    with pytest.raises(NotPermitted):
        operations.add_line(bill, "Z9036", by=clinic.role("receptionist"))


def test_opening_again_tells_billing_and_asks_for_a_signature(clinic, bill, at, by):
    told = []

    def hear(superbill, **_):
        told.append(superbill.revision)

    superbill_reopened.connect(hear)
    operations.add_diagnosis(bill, "I10", by=by)
    operations.sign_superbill(bill, at=at, by=by)
    with pytest.raises(Refused, match="why"):
        operations.reopen_superbill(bill, because="", at=at, by=by)
    again = operations.reopen_superbill(bill, because="wrong code", at=at, by=by)

    superbill_reopened.disconnect(hear)
    assert (told, again.status, again.signed_by) == ([2], "preliminary", "")
    with clinic.reading():
        assert CheckOutItem.objects.get(kind="superbill").answer == "open"
        assert not WorkItem.objects.filter(kind="visits.superbill_reopened").exists()


def test_no_charge_needs_a_reason_and_settles_the_bill(clinic, bill, at, by):
    with pytest.raises(Refused, match="why"):
        operations.mark_no_charge(bill, because=" ", at=at, by=by)
    done = operations.mark_no_charge(bill, because="post-op", at=at, by=by)
    assert (done.status, done.no_charge_because) == ("no_charge", "post-op")


def test_another_practices_bill_is_not_found(other, bill, at):
    for run in (operations.sign_superbill, operations.mark_no_charge):
        more = {"because": "x"} if run is operations.mark_no_charge else {}
        with pytest.raises(Superbill.DoesNotExist):
            run(bill, at=at, by=other.anybody(), **more)


def test_the_paper_says_what_stands_on_the_bill(clinic, bill, at, by):
    operations.add_diagnosis(bill, "I10", by=by)
    signed = operations.sign_superbill(bill, at=at, by=by)
    with clinic.reading():
        told = (
            practice_of(by),
            signed,
            list(queries.diagnoses_of(signed)),
            list(queries.lines_of(signed)),
        )
        data = exchange.superbill_data(*told)
        made = exchange.superbill_pdf(*told)

    assert data["diagnoses"] == [["A", "I10", "High blood pressure"]]
    assert data["lines"] == [["Z9213", "What Z9213 is", "", "A", "1", "$98.00"]]
    assert data["total"] == ["Total charges", "$98.00"]
    assert made.startswith(b"%PDF-")
