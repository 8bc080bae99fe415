"""What is done in the evening stands on the office's own day, not on that of Greenwich."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine

from frontdesk.billing import operations, queries
from frontdesk.billing.models import (
    Appeal,
    Claim,
    Deadline,
    Denial,
    Statement,
    Underpayment,
)
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Enrolment
from frontdesk.ledger import operations as ledger
from tests.billing.decisions import claim, fresh, rows
from tests.billing.denying import BACK, PAID, REFUSED, denials, refused
from tests.billing.office import NOON
from tests.billing.payer import decided, line, received, remittance
from tests.billing.test_statements import made, owing
from tests.billing.test_underpaid import contract

__all__ = ["claim", "contract"]

EVENING = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # half past nine on the 23rd in New York
TODAY = date(2026, 11, 23)
LESS = line("99213", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00")
SECOND = line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00")


@pytest.fixture(autouse=True)
def evening():
    with time_machine.travel(EVENING, tick=False):
        yield


def changed(office, claim, **said):
    with office.writing():
        found = Claim.objects.get(pk=claim.pk)
        for name, value in said.items():
            setattr(found, name, value)
        found.save()


def told(model, **those):
    return model.objects.get(**those)


def test_a_claim_sent_in_the_evening_is_late_thirty_days_after_that_evening(office):
    one = office.signed(office.insured())
    exchange = operations.queue_batch(at=EVENING, by=office.role("biller"))
    operations.note_sent(exchange, at=EVENING, by=office.role("biller"))

    assert fresh(office, one).late_on == TODAY + timedelta(days=30)

    changed(office, one, late_on=None)
    operations.watch_claims(at=EVENING, by=office.anybody())
    assert fresh(office, one).late_on == TODAY + timedelta(days=30)


def test_a_claim_is_not_late_in_the_evening_before(office, claim):
    changed(office, claim, late_on=TODAY, status="accepted")

    assert operations.watch_claims(at=EVENING, by=office.anybody()) == 0
    assert operations.watch_claims(at=EVENING + timedelta(hours=3), by=office.anybody()) == 1


def test_what_is_refused_and_billed_less_in_the_evening_is_of_that_day(office, claim, contract):
    received(office, remittance(decided(claim.number, LESS, SECOND)))

    with office.reading():
        assert told(Underpayment).found_on == TODAY
        stopped = Deadline.objects.filter(claim=claim, kind="filing").get()
    assert stopped.stopped_on == TODAY


def test_denials_end_on_the_day_of_the_office(office, claim):
    refused(office, claim)
    again = line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00")
    appeal = operations.draft_appeal(denials(office)[0], at=NOON, by=office.role("biller"))
    operations.save_appeal(
        appeal, argument="It was asked for.", to=appeal.to, enclosed=[], with_remittance=True,
        with_proof=False, by=office.role("biller"),
    )  # fmt: skip
    operations.send_appeal(appeal, how="fax", reference="F", at=NOON, by=office.role("biller"))
    back = decided(claim.number, BACK, again, status="22")
    received(office, remittance(back, decided(claim.number, REFUSED, SECOND)))

    [lost] = denials(office)
    assert (lost.status, lost.ended_on) == (Denial.Status.LOST, TODAY)
    with office.reading():
        assert told(Appeal).answered_on == TODAY

    received(office, remittance(back, decided(claim.number, PAID, SECOND)))
    [won] = denials(office)
    assert (won.status, won.ended_on) == (Denial.Status.WON, TODAY)


def test_what_is_refused_to_the_patient_or_given_up_ends_that_day(office, claim):
    to_patient = line("99213", "148.00", "0.00", "PR-96 148.00")
    refused(office, claim, to_patient, line("93000", "66.00", "0.00", "CO-197 66.00"))

    mine, ours = denials(office)
    assert (mine.status, mine.ended_on) == (Denial.Status.PATIENT, TODAY)

    operations.end_denials(
        claim, Denial.Status.WRITTEN_OFF, "Too late", at=EVENING, by=office.role("biller")
    )
    [_, ours] = denials(office)
    assert (ours.status, ours.ended_on) == (Denial.Status.WRITTEN_OFF, TODAY)


def test_a_refusal_posted_by_mistake_ends_that_day(office, claim):
    refused(office, claim)

    operations.unpost_decision(
        rows(office)[0], because="Another's", at=EVENING, by=office.role("biller")
    )

    assert denials(office)[0].ended_on == TODAY


def test_a_statement_sent_in_the_evening_went_out_that_day(office):
    asked = made(office, owing(office, email="ann@example.org"))
    operations.send_pay_link(asked, at=EVENING, by=office.role("receptionist"))
    with office.reading():
        assert told(Statement, pk=asked.pk).sent_on == TODAY


def test_an_enrolment_counts_from_its_day_in_the_office(office, claim):
    with office.writing():
        for message in ("270", "276"):
            Enrolment.objects.create(
                payer=office.insurer, message=message, status="enrolled",
                starts_on=TODAY + timedelta(days=1),
            )  # fmt: skip
    by, policy = office.role("biller"), office.insurance

    with pytest.raises(Refused, match="it counts from Nov 24"):
        operations.ask_status(claim, at=EVENING, by=by)
    with pytest.raises(Refused, match="it counts from Nov 24"):
        coverage.verify(policy, service_on=TODAY, at=EVENING, by=by)
    after_midnight = EVENING + timedelta(hours=3)
    assert operations.ask_status(claim, at=after_midnight, by=by).pk
    assert coverage.verify(policy, service_on=TODAY, at=after_midnight, by=by).pk


def test_a_payment_of_that_evening_came_not_after_a_bill_of_that_day(office):
    patient = owing(office)
    ledger.take_payment(
        patient, amount=Decimal("20.00"), method="check", reference="7", kind="balance",
        site=office.site, key="k", at=EVENING, by=office.role("receptionist"),
    )  # fmt: skip

    with office.reading():
        family = queries.family_billed(patient)
        assert not queries.paid_since(family, TODAY)
        assert queries.paid_since(family, TODAY - timedelta(days=1))
