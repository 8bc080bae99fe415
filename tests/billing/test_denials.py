"""What payers refuse has a root cause, a worth and an end; it never writes itself off."""

from datetime import timedelta
from decimal import Decimal

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import ClockKind, Deadline, Denial, PayerLimit
from frontdesk.billing.rules import denials as rules
from tests.billing.decisions import USUAL, claim, sent, work
from tests.billing.denying import BACK, PAID, REFUSED, denials, only, refused
from tests.billing.office import NOON
from tests.billing.payer import PAID_ON, decided, line, received, remittance

__all__ = ["claim"]


def test_a_refused_line_bears_a_denial_and_writes_nothing_off(office, claim):
    refused(office, claim)

    one = only(office)
    assert (one.carc, one.code, one.amount, one.cause) == (
        "CO-197", "99213", Decimal(148), "authorization",
    )  # fmt: skip
    assert one.status == Denial.Status.NEW
    assert one.denied_on == PAID_ON
    assert one.expected == Decimal("66.60") and one.worth == Decimal("2.22")  # 45 %, 30 minutes
    assert "adjustment.writeoff" not in office.books()
    assert office.standing(claim.patient)[1] == "148.00"
    assert work(office) == ["billing.claim_denied"]


def test_two_reasons_on_a_line_are_two_denials(office, claim):
    both = line("99213", "148.00", "0.00", "CO-16 100.00", "CO-97 48.00")
    refused(office, claim, both, USUAL[1])

    assert [(one.reason, one.amount) for one in denials(office)] == [
        ("16", Decimal(100)),
        ("97", Decimal(48)),
    ]


def test_a_patients_refusal_is_kept_with_its_cause_and_billed(office, claim):
    refused(office, claim, line("99213", "148.00", "0.00", "PR-27 148.00"), USUAL[1])

    one = only(office)
    assert (one.status, one.cause) == (Denial.Status.PATIENT, "eligibility")
    assert office.standing(claim.patient)[0] == "153.00"


def test_a_usual_share_and_the_contract_are_no_denials(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))

    assert denials(office) == []


def test_paid_in_a_new_decision_it_is_won_with_what_was_allowed(office, claim):
    refused(office, claim)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))

    one = only(office)
    assert (one.status, one.recovered) == (Denial.Status.WON, Decimal("85.00"))
    assert work(office) == []


def test_the_same_refusal_again_is_the_same_denial(office, claim):
    refused(office, claim)
    operations.take_denial(only(office), at=NOON, by=office.role("biller"))
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(claim.number, REFUSED, USUAL[1])))

    one = only(office)
    assert (one.times, one.status) == (2, Denial.Status.WORKING)


def appeal_days(office):
    """The last days of the clocks to appeal that run."""
    with office.reading():
        kinds = (ClockKind.APPEAL, ClockKind.SECOND_APPEAL)
        running = Deadline.objects.filter(kind__in=kinds, stopped_on=None)
        return list(running.order_by("due_on").values_list("due_on", flat=True))


SECOND_BACK = line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00")
PAID_BACK = line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00")
OWED = {True: [("FB", "-60.00")], False: [("FB", "-80.00")]}  # nothing is paid this time


def test_the_same_refusal_again_keeps_the_last_day_of_the_contract(office, claim):
    with office.writing():
        PayerLimit.objects.create(payer=office.insurer, kind=ClockKind.APPEAL, days=60)
    refused(office, claim)
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, REFUSED, USUAL[1])))

    assert appeal_days(office) == [PAID_ON + timedelta(days=60)]
    assert only(office).appeal_by == PAID_ON + timedelta(days=60)


@pytest.mark.parametrize("then", [(REFUSED, USUAL[1]), ()])
def test_what_was_won_and_is_taken_back_may_be_appealed_until_its_last_day(office, claim, then):
    with office.writing():
        PayerLimit.objects.create(payer=office.insurer, kind=ClockKind.APPEAL, days=60)
    refused(office, claim)
    back = decided(claim.number, BACK, SECOND_BACK, status="22")
    received(office, remittance(back, decided(claim.number, PAID, USUAL[1])))
    assert (only(office).status, appeal_days(office)) == (Denial.Status.WON, [])

    back = decided(claim.number, PAID_BACK, SECOND_BACK, status="22")
    again = [decided(claim.number, *then)] if then else []
    received(office, remittance(back, *again, plb=OWED[bool(again)]))

    assert only(office).status == Denial.Status.WORKING
    assert appeal_days(office) == [PAID_ON + timedelta(days=60)]
    assert only(office).appeal_by == PAID_ON + timedelta(days=60)


def test_a_corrected_claim_waits_and_wins(office, claim):
    refused(office, claim)
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))
    assert only(office).status == Denial.Status.CORRECTED
    sent(office)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    received(office, remittance(back, decided(new.number, PAID, USUAL[1], control="P2")))

    one = only(office)
    assert (one.status, one.recovered) == (Denial.Status.WON, Decimal("85.00"))


def test_a_corrected_claim_refused_for_another_reason_bears_one_that_follows(office, claim):
    refused(office, claim)
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))
    sent(office)
    back = decided(claim.number, BACK, line("93000", "-66.00", "-20.00", "CO-45 -41.00",
                   "PR-1 -5.00"), status="22")  # fmt: skip
    other = line("99213", "148.00", "0.00", "CO-50 148.00")
    received(office, remittance(back, decided(new.number, other, USUAL[1], control="P2")))

    first, second = denials(office)
    assert (first.status, second.status) == (Denial.Status.LOST, Denial.Status.NEW)
    assert (second.follows_id, second.cause) == (first.pk, "necessity")


def test_what_is_learned_reranks_what_is_open(office, claim):
    refused(office, claim)
    later = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    refused(office, later)
    before = denials(office)[1].expected
    by = office.role("manager")

    operations.write_off_denial(denials(office)[0], because="No records", at=NOON, by=by)

    after = denials(office)[1]
    assert after.seen == 1 and after.expected < before


def test_a_contract_price_is_what_is_at_stake(office, claim):
    refused(office, claim)
    with office.writing():
        one = Denial.objects.get()
        one.stake = Decimal("85.00")
        one.weigh(rules.odds(one.cause, None))
    assert one.expected == Decimal("38.25")
