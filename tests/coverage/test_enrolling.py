"""Enrolments: without one in force nothing of its kind goes out, and somebody hears of it."""

from datetime import date, timedelta

import pytest

from frontdesk.billing import jobs
from frontdesk.billing import operations as billing
from frontdesk.billing.models import Claim
from frontdesk.core.errors import Refused
from frontdesk.coverage import operations
from frontdesk.coverage.models import Authorization, Enrolment
from frontdesk.coverage.operations.enrolling import require_enrolled
from frontdesk.staff.models import WorkItem
from tests.billing.office import NOON, TODAY, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Office()


def enrol(office, message="837P", known=None, **said):
    values = {"payer": office.insurer, "message": message, **said}
    return operations.save_enrolment(known, values, at=NOON, by=office.anybody())


@pytest.mark.parametrize(
    ("status", "said", "why"),
    [
        ("not_needed", {}, ""),
        ("enrolled", {"starts_on": TODAY}, ""),
        ("enrolled", {"starts_on": date(2026, 12, 1)}, "it counts from Dec 1, 2026"),
        ("needed", {}, "needed, not asked for yet"),
        ("asked", {}, "asked for on Nov 16, 2026, expected by Dec 16"),
        ("pending", {"asked_on": date(2026, 11, 3)}, "asked for on Nov 3, 2026, expected by Dec 3"),
        ("refused", {}, "refused"),
        ("ended", {}, "ended"),
    ],
)
def test_a_claim_waits_for_its_enrolment(office, status, said, why):
    enrolment = enrol(office, status=status, **said)
    assert enrolment.why_not(TODAY) == why
    claim = office.signed(office.insured())
    assert claim.status == ("held" if why else "ready")
    assert ("payer.enrolment" in [one["rule"] for one in claim.findings]) == bool(why)


def test_what_waited_goes_on_when_it_counts_and_stops_when_it_ends(office):
    enrolment = enrol(office, status="asked")
    claim = office.signed(office.insured())
    assert claim.status == "held"
    enrol(office, known=enrolment, status="enrolled")
    assert jobs.judge_waiting.func(str(office.practice.pk), str(office.insurer.pk)) == 1
    with office.reading():
        claim = Claim.objects.get(pk=claim.pk)
        assert (claim.status, claim.findings[0]["severity"]) == ("ready", "warn")
    enrol(office, known=enrolment, status="ended")
    assert billing.queue_batch(at=NOON, by=office.anybody()) is None
    with office.reading():
        assert Claim.objects.get(pk=claim.pk).status == "held"


@pytest.mark.parametrize("message", ["270", "276", "278"])
def test_questions_wait_for_theirs(office, message):
    enrol(office, message, status="pending")
    policy = office.insured()
    with office.reading(), pytest.raises(Refused, match="is not enrolled with Demo PPO"):
        require_enrolled(office.insurer, message, TODAY)
    if message == "270":
        with pytest.raises(Refused, match="for eligibility"):
            operations.verify(policy, service_on=TODAY, at=NOON, by=office.anybody())


def test_the_office_hears_of_what_is_late_once(office):
    enrolment = enrol(office, "835", status="pending")
    late = TODAY + timedelta(days=31)
    for day, count in ((TODAY, 0), (late, 1), (late + timedelta(days=1), 1)):
        operations.watch_enrolments(today=day, at=NOON, by=office.anybody())
        with office.reading():
            assert WorkItem.objects.filter(kind="coverage.enrolment", status="open").count() == (
                count
            )
    enrol(office, "835", known=enrolment, status="enrolled")
    with office.reading():
        assert not WorkItem.objects.filter(kind="coverage.enrolment", status="open").exists()


def test_one_a_payer_and_message_in_an_order_that_makes_sense(office):
    first = enrol(office, status="enrolled")
    with pytest.raises(Refused, match="on the list for claims already"):
        enrol(office, status="asked")
    with pytest.raises(Refused, match="end before it starts"):
        enrol(office, known=first, status="ended", ended_on=date(2020, 1, 1))
    with office.reading():
        assert Enrolment.objects.get().status == "enrolled"


def test_medicare_hears_of_a_correction_as_of_a_new_claim(office):
    with office.writing():
        office.insurer.filing_indicator = "MB"
        office.insurer.save()
    policy = office.insured()
    with office.writing():
        policy.subscription.member_id = "1EG4TE5MK73"  # as Medicare forms them
        policy.subscription.save()
    first = office.signed(policy)
    with office.writing():
        first.status, first.payer_control_number = "denied", "ICN1"
        first.save()
    again = billing.replace_claim(first, at=NOON, by=office.anybody())
    assert (again.frequency, again.replaces_id, again.status) == ("1", first.pk, "ready")
    with office.writing():
        again.status, again.payer_control_number = "accepted", "ICN2"
        again.save()
    with pytest.raises(Refused, match="takes no voids"):
        billing.cancel_claim(again, because="Wrong patient", at=NOON, by=office.anybody())


def test_a_claim_carries_its_referral_and_who_gave_it(office):
    policy = office.insured()
    said = {"patient_id": policy.patient_id, "policy": policy, "kind": "referral"}
    with office.writing():
        for number, status, ends in (
            ("REF1", "ended", None),
            ("REF2", "approved", TODAY - timedelta(days=1)),
            ("REF3", "approved", TODAY + timedelta(days=60)),
        ):
            Authorization.objects.create(
                number=number, status=status, ends_on=ends, referred_by="Dr. Grace Hopper",
                referred_by_npi="1245319599", **said,
            )  # fmt: skip
    claim = office.signed(policy)
    assert claim.status == "ready"
    sent = billing.queue_batch(at=NOON, by=office.anybody())
    segments = bytes(sent.content).decode().split("~")
    assert "REF*9F*REF3" in segments
    assert "NM1*DN*1*HOPPER*GRACE****XX*1245319599" in segments
