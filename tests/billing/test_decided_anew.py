"""Decisions that come again, in another order, in parts or by another way than the first time."""

from decimal import Decimal

import pytest

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, ClaimLine, Denial
from frontdesk.coverage.models import Policy
from tests.billing.decisions import USUAL, claim, fresh, rows, sent, work
from tests.billing.office import NOON
from tests.billing.payer import decided, line, received, remittance

__all__ = ["claim"]
REFUSED = (
    line("99213", "148.00", "0.00", "CO-45 30.00", "CO-197 118.00"),
    line("93000", "66.00", "0.00", "CO-45 10.00", "CO-197 56.00"),
)
BACK = (
    line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
    line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
)
BETTER = (
    line("99213", "148.00", "75.00", "CO-45 63.00", "PR-3 10.00"),
    line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00"),
)
TWICE = (
    line("99213", "148.00", "0.00", "OA-18 148.00"),
    line("93000", "66.00", "0.00", "OA-18 66.00"),
)


def off(office):
    """The dollars that were written off by contract."""
    return office.books().get("adjustment.contractual", Decimal(0))


def test_what_is_refused_twice_is_reduced_once(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))

    assert off(office) == Decimal(40)
    assert office.standing(claim.patient) == ("0.00", "174.00", "0.00")
    assert [row.status for row in rows(office)] == ["posted", "posted"]


def test_a_refused_claim_is_paid_without_a_reversal_of_the_refusal(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    received(office, remittance(decided(claim.number, *USUAL)))

    assert work(office) == []
    assert (off(office), office.books()["bank"]) == (Decimal(104), Decimal(80))
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")
    assert fresh(office, claim).status == Claim.Status.PAID


def test_a_refusal_and_what_follows_in_one_file_are_reduced_once(office, claim):
    one = decided(claim.number, *REFUSED, status="4")
    received(office, remittance(one, decided(claim.number, *USUAL)))

    assert off(office) == Decimal(104)
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")


def test_a_refused_claim_that_is_called_a_duplicate_keeps_its_reduction(office, claim):
    received(office, remittance(decided(claim.number, *REFUSED, status="4")))
    received(office, remittance(decided(claim.number, *TWICE, status="4")))

    assert off(office) == Decimal(40)


@pytest.mark.parametrize("is_turned", [False, True], ids=["in order", "correction first"])
def test_a_reversal_and_its_correction_are_posted_in_whatever_order(office, claim, is_turned):
    received(office, remittance(decided(claim.number, *USUAL)))
    both = [decided(claim.number, *BACK, status="22"), decided(claim.number, *BETTER)]
    received(office, remittance(*(reversed(both) if is_turned else both)))

    assert work(office) == []
    assert office.books()["bank"] == Decimal(95)
    assert office.standing(claim.patient) == ("15.00", "0.00", "0.00")
    assert fresh(office, claim).status == Claim.Status.PAID


def test_a_claim_that_the_payer_decides_in_two_parts_is_posted_and_waits_for_both(office, claim):
    received(office, remittance(decided(claim.number, USUAL[0], control="PCN1")))

    assert work(office) == []
    assert fresh(office, claim).status == Claim.Status.ACCEPTED
    assert office.standing(claim.patient) == ("25.00", "66.00", "0.00")

    refused = line("93000", "66.00", "0.00", "CO-197 66.00")
    received(office, remittance(decided(claim.number, refused, status="4", control="PCN2")))

    assert fresh(office, claim).status == Claim.Status.PAID  # as where one file says both
    assert work(office) == ["billing.claim_denied"]
    assert office.books()["bank"] == Decimal(60)


def test_both_parts_in_one_file_and_one_of_them_taken_back(office, claim):
    parts = [decided(claim.number, one, control=f"PCN{one.charge}") for one in USUAL]
    received(office, remittance(*parts))
    assert fresh(office, claim).status == Claim.Status.PAID
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")

    again = (decided(claim.number, BACK[0], status="22"), decided(claim.number, BETTER[0]))
    received(office, remittance(*again))

    assert work(office) == []
    assert fresh(office, claim).status == Claim.Status.PAID
    assert office.standing(claim.patient) == ("15.00", "0.00", "0.00")
    received(office, remittance(parts[1]))  # decided before: nothing is paid twice
    assert work(office) == ["billing.remittance_claim"]


def second_of(office, patient):
    with office.reading():
        return list(Claim.objects.filter(patient=patient, level=2).order_by("pk"))


def test_the_next_plan_is_billed_once_when_every_part_is_decided(office):
    policy = office.insured()
    office.second_plan(policy)
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, USUAL[0])))
    assert second_of(office, policy.patient) == []

    received(office, remittance(decided(first.number, USUAL[1])))

    [second] = second_of(office, policy.patient)
    assert second.status == Claim.Status.READY, second.findings
    assert office.standing(policy.patient) == ("0.00", "30.00", "0.00")
    content = bytes(sent(office).content)
    assert b"AMT*D*80~" in content and b"AMT*EAF*30~" in content
    assert content.count(b"SVD*") == 2


def test_a_paid_claim_called_a_duplicate_keeps_nothing_from_the_next_plan(office):
    policy = office.insured()
    office.second_plan(policy)
    first = office.signed(policy)
    sent(office)
    received(office, remittance(decided(first.number, *USUAL)))
    received(office, remittance(decided(first.number, *TWICE, status="4")))

    content = operations.queue_batch(at=NOON, by=office.role("biller"))

    assert content is not None, second_of(office, policy.patient)[0].findings
    assert b"AMT*D*80~" in bytes(content.content)


def test_what_was_taken_back_is_allowed_no_longer(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    back = decided(claim.number, *BACK, status="22")
    received(office, remittance(back, plb=[("FB", "-80.00")]))

    with office.reading():
        lines = ClaimLine.objects.filter(claim=claim.pk)
        assert {(one.paid, one.allowed) for one in lines} == {(Decimal(0), Decimal(0))}


@pytest.fixture
def first(office):
    """Ann Lee's claim to the first of her two plans, decided as usual."""
    office.second_plan(office.insured())
    with office.reading():
        policy = Policy.objects.select_related("patient").get(rank=1)
    found = office.signed(policy)
    sent(office)
    return fresh(office, found)


def corrected(number, *, status="1"):
    back, better = decided(number, *BACK, status="22"), decided(number, *BETTER, status=status)
    return remittance(back, better)


def test_the_claim_to_the_next_plan_is_built_anew_when_the_first_corrects_itself(office, first):
    received(office, remittance(decided(first.number, *USUAL)))
    received(office, corrected(first.number))

    assert work(office) == []
    old, new = second_of(office, first.patient)
    assert (old.status, new.status) == (Claim.Status.VOIDED, Claim.Status.READY)
    assert office.standing(first.patient) == ("0.00", "15.00", "0.00")
    assert fresh(office, first).patient_responsibility == Decimal(15)
    content = bytes(sent(office).content)
    assert b"AMT*D*95~" in content and b"AMT*EAF*15~" in content


def test_a_claim_the_next_plan_has_is_replaced_when_the_first_corrects_itself(office, first):
    received(office, remittance(decided(first.number, *USUAL)))
    sent(office)
    received(office, corrected(first.number))

    assert work(office) == ["billing.claim_held"]  # until the plan's number is known
    old, new = second_of(office, first.patient)
    assert (old.status, new.frequency, new.replaces_id) == (Claim.Status.SENT, "7", old.pk)
    assert office.standing(first.patient) == ("0.00", "15.00", "0.00")


def test_what_was_sent_on_and_is_corrected_is_still_awaited(office, first):
    received(office, remittance(decided(first.number, *USUAL, status="19")))
    received(office, corrected(first.number, status="19"))

    assert work(office) == []
    [second] = second_of(office, first.patient)
    assert (second.status, second.crossed_over) == (Claim.Status.ACCEPTED, True)
    assert office.standing(first.patient) == ("0.00", "15.00", "0.00")
    pays = (
        line("99213", "148.00", "10.00", "OA-23 138.00"),
        line("93000", "66.00", "5.00", "OA-23 61.00"),
    )
    answer = decided(second.number, *pays, status="2")
    received(office, remittance(answer, payer="SECOND MUTUAL"))
    assert office.standing(first.patient) == ("0.00", "0.00", "0.00")
    assert office.books()["bank"] == Decimal(110)


SECOND_PAYS = (
    line("99213", "148.00", "25.00", "OA-23 123.00"),
    line("93000", "66.00", "5.00", "OA-23 61.00"),
)
SECOND_BACK = (
    line("99213", "-148.00", "-25.00", "OA-23 -123.00"),
    line("93000", "-66.00", "-5.00", "OA-23 -61.00"),
)
SECOND_LESS = (
    line("99213", "148.00", "10.00", "OA-23 138.00"),
    line("93000", "66.00", "5.00", "OA-23 61.00"),
)


@pytest.fixture
def second(office, first):
    """The claim to Second Mutual, which paid all that was left: $30."""
    received(office, remittance(decided(first.number, *USUAL)))
    sent(office)
    [found] = second_of(office, first.patient)
    answer = decided(found.number, *SECOND_PAYS, status="2")
    received(office, remittance(answer, payer="SECOND MUTUAL"))
    return found


def owed_to_plans(office):
    return -office.books().get("payer.recoupment", Decimal(0))


def test_what_a_later_plan_paid_too_much_is_its_own_and_not_the_patients(office, first, second):
    received(office, corrected(first.number))

    assert office.standing(first.patient) == ("0.00", "0.00", "0.00")
    assert owed_to_plans(office) == Decimal(15)
    assert work(office) == ["billing.owed_to_plan"]

    back = decided(second.number, *SECOND_BACK, status="22")
    less = decided(second.number, *SECOND_LESS, status="2")
    received(office, remittance(back, less, payer="SECOND MUTUAL", plb=[("FB", "-15.00")]))

    assert office.standing(first.patient) == ("0.00", "0.00", "0.00")
    assert owed_to_plans(office) == Decimal(15)  # carried on: it takes it from the next payment
    assert "billing.owed_to_plan" not in work(office)


def test_a_correction_in_a_later_file_is_paid_by_what_the_next_plan_paid(office, first, second):
    back = decided(first.number, *BACK, status="22")
    received(office, remittance(back, plb=[("FB", "-80.00")]))
    assert office.standing(first.patient) == ("0.00", "214.00", "0.00")
    assert work(office) == []

    received(office, remittance(decided(first.number, *BETTER)))

    assert office.standing(first.patient) == ("0.00", "0.00", "0.00")
    assert owed_to_plans(office) == Decimal(80 + 15)
    assert work(office) == ["billing.owed_to_plan"]


def test_when_the_first_leaves_more_only_the_rest_is_billed_on(office, first, second):
    worse = (
        line("99213", "148.00", "45.00", "CO-45 63.00", "PR-3 40.00"),
        line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00"),
    )
    back = decided(first.number, *BACK, status="22")
    received(office, remittance(back, decided(first.number, *worse), plb=[("FB", "-15.00")]))

    assert office.standing(first.patient) == ("0.00", "15.00", "0.00")
    assert owed_to_plans(office) == Decimal(15)  # carried on by the first plan
    assert len(second_of(office, first.patient)) == 2


@pytest.mark.parametrize("by", ["void", "former"])
def test_a_void_is_answered_under_either_number(office, claim, by):
    received(office, remittance(decided(claim.number, *USUAL)))
    void = operations.cancel_claim(
        claim, because="Another patient", at=NOON, by=office.role("biller")
    )
    sent(office)
    number = void.number if by == "void" else claim.number
    back = decided(number, *BACK, status="22")
    received(office, remittance(back, plb=[("FB", "-80.00")]))

    assert {fresh(office, one).status for one in (claim, void)} == {Claim.Status.CLOSED}
    assert fresh(office, claim).paid == Decimal(0)
    assert work(office) == ["billing.claim_taken_back"]


def test_a_correction_answered_whole_under_its_own_number_takes_the_former_back(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    new = operations.replace_claim(claim, at=NOON, by=office.role("biller"))
    sent(office)
    received(office, corrected(new.number))

    told = [fresh(office, one) for one in (claim, new)]
    assert [one.status for one in told] == [Claim.Status.CLOSED, Claim.Status.PAID]
    assert [one.paid for one in told] == [Decimal(0), Decimal(95)]
    assert office.standing(claim.patient) == ("15.00", "0.00", "0.00")


def unpost_last(office):
    biller = office.role("biller", "billing.unpost")
    operations.unpost_decision(rows(office)[-1], because="A test", at=NOON, by=biller)


def test_one_of_two_parts_that_was_posted_wrongly_is_awaited_again(office, claim):
    received(office, remittance(decided(claim.number, USUAL[0])))
    before = office.standing(claim.patient)
    received(office, remittance(decided(claim.number, USUAL[1])))

    unpost_last(office)

    assert fresh(office, claim).status == Claim.Status.ACCEPTED
    assert office.standing(claim.patient) == before


def test_a_correction_posted_wrongly_leaves_later_plans_their_own(office, first, second):
    received(office, corrected(first.number))

    unpost_last(office)

    assert office.standing(first.patient) == ("0.00", "214.00", "0.00")
    assert owed_to_plans(office) == Decimal(30)
    assert fresh(office, first).patient_responsibility == Decimal(0)
    operations.match_claim(rows(office)[-1], first, at=NOON, by=office.role("biller"))
    assert office.standing(first.patient) == ("0.00", "0.00", "0.00")
    assert owed_to_plans(office) == Decimal(15)


def test_a_reversal_posted_wrongly_gives_the_next_plan_its_dollars_again(office, first):
    received(office, remittance(decided(first.number, *USUAL)))
    back = decided(first.number, *BACK, status="22")
    received(office, remittance(back, plb=[("FB", "-80.00")]))
    assert fresh(office, first).patient_responsibility == Decimal(0)

    unpost_last(office)

    told = fresh(office, first)
    assert (told.status, told.patient_responsibility) == (Claim.Status.PAID, Decimal(30))
    assert office.standing(first.patient) == ("0.00", "30.00", "0.00")
    assert [one.status for one in second_of(office, first.patient)] == ["voided", "ready"]


def test_a_refused_void_of_a_paid_claim_has_nothing_to_win(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    void = operations.cancel_claim(
        claim, because="Another patient", at=NOON, by=office.role("biller")
    )
    sent(office)
    refused = (
        line("99213", "148.00", "0.00", "CO-16 148.00"),
        line("93000", "66.00", "0.00", "CO-16 66.00"),
    )
    received(office, remittance(decided(void.number, *refused, status="4")))

    assert work(office) == ["billing.claim_denied"]  # somebody reads why
    with office.reading():
        assert {one.stake for one in Denial.objects.all()} == {Decimal(0)}
