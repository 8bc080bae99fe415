"""Check-in: each step answered once, and no end without coverage or self-pay."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.coverage.models import Benefit, EligibilityCheck
from frontdesk.ledger.models import Payment
from frontdesk.people.models import Patient
from frontdesk.records import operations as records
from frontdesk.records import queries as record_queries
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn
from frontdesk.visits.queries.check_in_page import page
from frontdesk.visits.queries.sheet import visits


@pytest.fixture
def at():
    return now()


@pytest.fixture
def by(clinic):
    return clinic.role("receptionist")


@pytest.fixture
def visit(clinic, at):
    appointment = clinic.booked(at=at)
    visit = operations.arrive(appointment, at=at, by=clinic.role("receptionist"))
    visit.patient = appointment.patient  # known, so that tests need no practice to ask for it
    return visit


@pytest.fixture
def insured(clinic, visit):
    """Ann's plan, verified today: active, $30 for an office visit."""
    policy = clinic.policy(visit.patient)
    with clinic.writing():
        check = EligibilityCheck.objects.create(
            policy=policy,
            patient=visit.patient,
            service_on=visit.on,
            service_types="98,30",
            status=EligibilityCheck.Status.ACTIVE,
            trace="1",
            asked_at=now(),
            answered_at=now(),
        )
        Benefit.objects.create(
            asked=check,
            code="B",
            level="IND",
            service_types="98",
            amount=Decimal("30.00"),
            network="Y",
            segment=14,
        )
    return policy


def held(clinic, visit):
    with clinic.reading():
        return CheckIn.objects.get(visit=visit)


def test_identity_is_a_birth_date_that_fits_the_chart(clinic, visit, at, by):
    with pytest.raises(Refused, match="not the birth date"):
        operations.confirm_identity(visit, how="birth date", said=date(1980, 4, 5), at=at, by=by)
    with pytest.raises(Refused, match="no photo"):
        operations.confirm_identity(visit, how="photo", at=at, by=by)

    operations.confirm_identity(visit, how="birth date", said=date(1980, 5, 4), at=at, by=by)

    assert held(clinic, visit).identity_by == "birth date"


def test_details_are_corrected_with_the_version_that_was_seen(clinic, visit, at, by):
    with clinic.reading():
        version = Patient.objects.get(pk=visit.patient_id).version

    operations.confirm_details(
        visit, details={"email": "ann@example.org"}, version=version, at=at, by=by
    )
    with pytest.raises(Refused, match="Somebody changed this"):
        operations.confirm_details(
            visit, details={"email": "b@example.org"}, version=version, at=at, by=by
        )

    with clinic.reading():
        assert Patient.objects.get(pk=visit.patient_id).email == "ann@example.org"
    assert held(clinic, visit).details_confirmed_at


def test_only_a_plan_of_this_patient_that_holds_today_can_pay(clinic, other, visit, at, by):
    bens = clinic.policy(clinic.patient("Ben", "Ash"))
    over = clinic.policy(
        visit.patient, payer=bens.subscription.plan.payer, ends_on=date(2020, 1, 1)
    )
    for policy in (None, bens, over):
        with pytest.raises(Refused, match="Choose a plan"):
            operations.choose_coverage(visit, pays="insurance", policy=policy, at=at, by=by)
    with pytest.raises(Refused):
        operations.choose_coverage(visit, pays="somebody", at=at, by=by)


def test_the_copay_is_the_plans_and_taking_less_needs_a_reason(clinic, visit, insured, at, by):
    operations.choose_coverage(visit, pays="insurance", policy=insured, at=at, by=by)
    assert held(clinic, visit).copay_due == Decimal("30.00")

    pay = {"method": "cash", "key": "k1", "at": at, "by": by}
    with pytest.raises(Refused, match="Less than the copay"):
        operations.take_copay(visit, amount=Decimal("10.00"), **pay)
    with pytest.raises(Refused, match="Say why"):
        operations.skip_copay(visit, at=at, by=by)
    operations.take_copay(visit, amount=Decimal("10.00"), because="pays the rest Friday", **pay)

    check_in = held(clinic, visit)
    assert check_in.copay_not_taken_because == "pays the rest Friday"
    with clinic.reading():
        payment = Payment.objects.get()
        assert (payment.amount, payment.kind, payment.visit_id) == (
            Decimal("10.00"),
            "copay",
            visit.pk,
        )
        assert payment.number == 1001


def test_a_press_twice_takes_the_copay_once(clinic, visit, insured, at, by):
    operations.choose_coverage(visit, pays="insurance", policy=insured, at=at, by=by)
    for _ in range(2):
        operations.take_copay(
            visit, amount=Decimal("30.00"), method="cash", key="same", at=at, by=by
        )
    with clinic.reading():
        assert Payment.objects.count() == 1


def test_the_check_in_ends_by_itself_when_nothing_is_left(clinic, visit, insured, at, by):
    with pytest.raises(Refused, match="identity, details, coverage, forms, payment"):
        operations.finish_check_in(visit, at=at, by=by)
    operations.confirm_identity(visit, how="photo ID", at=at, by=by)
    operations.confirm_details(visit, at=at, by=by)
    operations.choose_coverage(visit, pays="insurance", policy=insured, at=at, by=by)
    assert held(clinic, visit).finished_at is None
    operations.skip_copay(visit, because="forgot the purse", at=at, by=by)

    check_in = held(clinic, visit)
    assert (check_in.finished_at, check_in.finished_by) == (at, "Maria")
    again = operations.finish_check_in(visit, at=at + timedelta(minutes=1), by=by)
    assert again.finished_at == at


def test_self_pay_owes_no_copay_and_needs_no_reason(clinic, visit, at, by):
    operations.choose_coverage(visit, pays="self_pay", at=at, by=by)

    check_in = held(clinic, visit)
    assert (check_in.pays, check_in.policy_id, check_in.copay_due) == ("self_pay", None, 0)
    assert check_in.payment_done_at == at  # nothing is due, so nothing is asked


def test_required_forms_hold_the_check_in_until_answered(clinic, visit, at, by, settings, tmp_path):
    settings.VAR = tmp_path
    records.add_starter_forms(by=clinic.role("manager"))
    operations.choose_coverage(visit, pays="self_pay", at=at, by=by)
    with pytest.raises(Refused, match="Still to sign"):
        operations.finish_forms(visit, at=at, by=by)
    with clinic.reading():
        waiting = record_queries.forms_due(visit.patient, visit.on)
    for form in waiting:
        records.sign_consent(
            visit.patient,
            form=form,
            signed_name="Ann Lee",
            signed_as="self",
            at=at,
            on=visit.on,
            by=by,
        )
    operations.finish_forms(visit, at=at, by=by)

    assert held(clinic, visit).forms_done_at == at


def test_the_page_leads_to_the_first_step_without_an_answer(clinic, visit, insured, at, by):
    def step():
        with clinic.reading():
            return page(visits().get(pk=visit.pk)).step

    assert step() == "identity"
    operations.confirm_identity(visit, how="photo ID", at=at, by=by)
    assert step() == "details"
    operations.confirm_details(visit, at=at, by=by)
    assert step() == "coverage"
    operations.choose_coverage(visit, pays="insurance", policy=insured, at=at, by=by)
    assert step() == "payment"  # no forms are asked for in this practice
    operations.skip_copay(visit, because="none", at=at, by=by)
    assert step() == "done"


def test_check_in_asks_for_its_right_and_stays_in_its_practice(clinic, other, visit, at):
    with pytest.raises(NotPermitted):
        operations.confirm_details(visit, at=at, by=clinic.role("assistant"))
    with pytest.raises(Refused, match="not arrived"):
        operations.confirm_details(visit, at=at, by=other.role("receptionist"))
