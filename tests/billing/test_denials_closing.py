"""How denials end here: billed where the group allows, written off by two, given up whole."""

from decimal import Decimal

import pytest
from django.db import connection

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, ClockKind, Deadline, Denial
from frontdesk.billing.operations.denials_found import find_denials
from frontdesk.core.errors import NotPermitted, Refused
from tests.billing.decisions import USUAL, claim, fresh, work
from tests.billing.denying import denials, named, only, refused
from tests.billing.office import NOON
from tests.billing.payer import line

__all__ = ["claim"]


def test_the_patient_is_never_billed_for_what_the_practice_bears(office, claim):
    refused(office, claim)

    with pytest.raises(Refused, match="must not be billed for CO-197"):
        operations.bill_denial_to_patient(
            only(office), because="Easier", at=NOON, by=office.role("biller")
        )
    with pytest.raises(Refused, match="must not be billed"):
        operations.bill_patient(
            fresh(office, claim), because="Easier", at=NOON, by=office.role("biller")
        )
    assert office.standing(claim.patient)[1] == "148.00"


def test_where_the_group_allows_it_the_patient_owes(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "OA-18 148.00"), USUAL[1])

    operations.bill_denial_to_patient(
        only(office), because="Agreed in writing", at=NOON, by=office.role("biller")
    )

    assert only(office).status == Denial.Status.PATIENT
    assert office.standing(claim.patient) == ("153.00", "0.00", "0.00")


def test_a_small_sum_is_written_off_alone(office, claim):
    refused(office, claim, USUAL[0], line("93000", "66.00", "0.00", "CO-97 66.00"))
    by = office.role("biller")
    assert running(office, claim) == {ClockKind.CORRECTED, ClockKind.APPEAL}

    operations.write_off_denial(only(office), because="Bundled", at=NOON, by=by)

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert office.books()["adjustment.writeoff"] == Decimal(66)
    assert work(office) == []
    assert running(office, claim) == set()


def running(office, claim):
    """The clocks of the claim that nobody has stopped."""
    with office.reading():
        held = Deadline.objects.filter(claim=claim, stopped_on=None)
        return set(held.values_list("kind", flat=True))


def test_above_the_limit_a_second_person_agrees(office, claim):
    refused(office, claim)
    biller = named(office.role("biller"), "Omar")
    asked = operations.write_off_denial(only(office), because="Hopeless", at=NOON, by=biller)
    assert (asked.status, asked.asked_by) == (Denial.Status.NEW, biller.name)
    assert "billing.write_off_asked" in work(office)
    assert "adjustment.writeoff" not in office.books()
    with pytest.raises(NotPermitted):
        operations.agree_to_write_off(only(office), at=NOON, by=biller)
    with pytest.raises(Refused, match="has asked for this already"):
        operations.write_off_denial(only(office), because="Hopeless", at=NOON, by=biller)

    operations.agree_to_write_off(only(office), at=NOON, by=named(office.role("manager"), "Grace"))

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert office.books()["adjustment.writeoff"] == Decimal(148)
    assert work(office) == []


def test_it_may_be_sent_back_to_be_worked(office, claim):
    refused(office, claim)
    operations.write_off_denial(
        only(office), because="Hopeless", at=NOON, by=named(office.role("biller"), "Omar")
    )
    manager = named(office.role("manager"), "Grace")

    operations.decline_write_off(only(office), because="Appeal it", at=NOON, by=manager)

    assert (only(office).status, only(office).asked_by) == (Denial.Status.NEW, "")
    assert work(office) == ["billing.claim_denied"]


def test_closing_the_claim_as_a_whole_asks_for_agreement_too_and_ends_its_denials(office, claim):
    refused(office, claim)
    with pytest.raises(Refused, match="second person"):
        operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("biller"))

    operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("manager"))

    assert only(office).status == Denial.Status.WRITTEN_OFF
    assert fresh(office, claim).status == Claim.Status.CLOSED


def test_a_corrected_claim_given_up_ends_what_was_refused_and_its_clocks(office, claim):
    ended = (
        line("99213", "148.00", "0.00", "CO-27 148.00"),
        line("93000", "66.00", "0.00", "CO-27 66.00"),
    )
    refused(office, claim, *ended, status="4")
    biller = office.role("biller")
    new = operations.replace_claim(claim, at=NOON, by=biller)

    with pytest.raises(Refused, match="must not be billed for CO-27"):
        operations.bill_patient(new, because="The coverage had ended", at=NOON, by=biller)
    manager = office.role("manager")
    operations.write_off_claim(new, because="The coverage had ended", at=NOON, by=manager)

    assert {one.status for one in denials(office)} == {Denial.Status.WRITTEN_OFF}
    assert [one.status for one in (fresh(office, claim), fresh(office, new))] == [
        "closed",
        "voided",
    ]
    with office.reading():
        assert not Deadline.objects.filter(stopped_on=None).exists()
    assert "billing.claim_denied" not in work(office)


def test_a_refusal_posted_before_denials_were_kept_is_found_by_night_once(office, claim):
    refused(office, claim)
    before = only(office)
    with office.writing(), connection.cursor() as cursor:  # as it was before there were any
        for table in ("billing_denialstep", "billing_denial"):
            cursor.execute(
                f"DELETE FROM {table} WHERE practice_id = %s",  # noqa: S608 - a table of ours
                [before.practice_id.hex if connection.vendor == "sqlite" else before.practice_id],
            )
    clock = office.anybody()

    assert find_denials(at=NOON, by=clock) == 1
    found = only(office)
    kept = ("code", "group", "reason", "cause", "amount", "stake", "appeal_by", "status")
    assert [getattr(found, name) for name in kept] == [getattr(before, name) for name in kept]
    assert found.pk != before.pk
    assert find_denials(at=NOON, by=clock) == 0
