"""Before the visit: asked at booking and again, and how each appointment stands."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations, queries
from frontdesk.coverage.models import Payer
from tests.coverage.asking import TODAY, ask, change, insured, work_items


def test_booking_asks_about_the_primary_policy_only(clinic, policy, sandbox):
    at, by = now(), clinic.role("receptionist")
    selfpay = clinic.patient("Self", "Pay")
    with clinic.reading():
        patient = policy.patient

    check = operations.verify_for(patient, service_on=TODAY, service_types="98", at=at, by=by)
    nothing = operations.verify_for(selfpay, service_on=TODAY, service_types="98", at=at, by=by)

    assert check.policy_id == policy.pk
    assert nothing is None


def test_a_payer_that_cannot_be_asked_becomes_work_and_never_stops_a_booking(clinic, policy):
    with clinic.reading():
        payer = Payer.objects.get()
        patient = policy.patient
    change(clinic, payer, takes_eligibility=False)
    by = clinic.role("receptionist")

    check = operations.verify_for(patient, service_on=TODAY, at=now(), by=by)

    assert check is None
    [item] = work_items(clinic)
    assert item.title == "Verify coverage by phone"
    with pytest.raises(Refused, match="does not answer electronically"):
        operations.verify(policy, service_on=TODAY, at=now(), by=by)


def test_without_an_npi_nothing_is_asked(clinic, policy):
    change(clinic, clinic.practice, npi="")

    with pytest.raises(Refused, match="no NPI"):
        operations.verify(policy, service_on=TODAY, at=now(), by=clinic.role("receptionist"))


def test_coverage_is_asked_again_when_the_day_comes_near(clinic, policy):
    by = clinic.role("receptionist")
    first = date(2026, 11, 10)  # within one month, for a new one asks too
    with clinic.reading():
        due = [operations.Due(policy.pk, policy.patient, first + timedelta(days=10))]

    def run(today):
        at = datetime.combine(today, time(15), tzinfo=UTC)
        return len(operations.reverify(due, at=at, today=today, by=by))

    asked = [run(first + timedelta(days=ahead)) for ahead in (0, 1, 6, 7, 8, 10, 10)]

    assert asked == [1, 0, 0, 1, 0, 1, 0]


def test_readiness_says_how_each_appointment_stands(
    clinic, policy, sandbox, django_assert_num_queries
):
    at = now()
    with clinic.reading():
        ann = policy.patient
    mine = clinic.booked(at=at, patient=ann)
    unasked = clinic.booked(at=at, patient=insured(clinic, "Una"))
    selfpay = clinic.booked(at=at, patient=clinic.patient("Self", "Pay"))
    ask(clinic, policy, appointment_id=mine.pk)

    with clinic.reading():
        found = queries.readiness([mine, unasked, selfpay], on=TODAY)
        with django_assert_num_queries(5):
            queries.readiness([mine], on=TODAY)
        with django_assert_num_queries(5):
            queries.readiness([mine, unasked, selfpay], on=TODAY)

    said = {pk: (one.state, one.tone, one.words) for pk, one in found.items()}
    assert said == {
        mine.pk: ("ok", "green", "Active"),
        unasked.pk: ("warn", "amber", "Not verified yet"),
        selfpay.pk: ("none", "slate", "Self-pay: no plan on file"),
    }


def test_an_authorization_that_the_plan_wants_stops_the_visit_until_it_is_there(
    clinic, policy, sandbox
):
    at, by = now(), clinic.role("receptionist")
    with clinic.reading():
        ann = policy.patient
    change(clinic, clinic.visit_type, charge_codes=["70551"])
    scan = clinic.booked(at=at, patient=ann)
    ask(clinic, policy, service_types="62", appointment_id=scan.pk)

    def state():
        with clinic.reading():
            return queries.readiness([scan], on=TODAY)[scan.pk].authorization

    assert state() == "stop"
    asked = operations.add_authorization(policy, codes=["70551"], by=by)
    assert state() == "warn"
    with pytest.raises(Refused, match="has a number"):
        operations.decide_authorization(asked, status="approved", by=by)
    assert state() == "warn"
    operations.decide_authorization(asked, status="approved", number="A7", by=by)
    assert state() == "ok"
    with clinic.reading():
        assert queries.authorization_for(ann, ["70551"], TODAY).number == "A7"
        assert queries.authorization_for(ann, ["99213"], TODAY) is None
