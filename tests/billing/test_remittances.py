"""What payers decide is balanced and posted line by line, by its reasons."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.billing import operations
from frontdesk.billing.models import Claim, Remittance, RemittanceClaim
from frontdesk.billing.operations import posting
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations as visits
from tests.billing.decisions import USUAL, claim, fresh, moved, rows, sent, work
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, line, posted, received, remittance

__all__ = ["claim"]


def test_each_line_is_posted_by_its_reasons(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))

    assert moved(office) == [
        ("receivable.insurance", "adjustment.contractual", "CO-45", "41.00"),
        ("receivable.insurance", "adjustment.contractual", "CO-45", "63.00"),
        ("receivable.insurance", "bank", "", "20.00"),
        ("receivable.insurance", "bank", "", "60.00"),
        ("receivable.insurance", "receivable.patient", "PR-1", "5.00"),
        ("receivable.insurance", "receivable.patient", "PR-3", "25.00"),
    ]
    found = fresh(office, claim)
    assert (found.status, found.paid, found.patient_responsibility) == ("paid", 80, 30)
    assert found.payer_control_number == "PCN1"
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")
    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED
        lines = list(found.lines.order_by("place"))
    assert [(one.paid, one.allowed) for one in lines] == [(60, 85), (20, 25)]
    assert work(office) == []


def test_a_copay_taken_before_pays_the_share_when_it_falls_due(office, claim):
    ledger.take_payment(
        claim.patient,
        amount=Decimal(25),
        method="cash",
        kind="copay",
        site=office.site,
        key="k",
        at=NOON,
        visit_id=claim.visit_id,
        by=office.role("receptionist"),
    )

    received(office, remittance(decided(claim.number, *USUAL)))

    assert office.standing(claim.patient) == ("5.00", "0.00", "0.00")


def test_a_denial_stays_with_the_payer_until_a_person_decides(office, claim):
    denial = decided(
        claim.number,
        line("99213", "148.00", "0.00", "CO-197 148.00"),
        line("93000", "66.00", "0.00", "CO-197 66.00"),
        status="4",
    )

    received(office, remittance(denial))

    assert moved(office) == []
    assert fresh(office, claim).status == Claim.Status.DENIED
    assert office.standing(claim.patient) == ("0.00", "214.00", "0.00")
    with office.reading():
        item = WorkItem.objects.get(status="open")
    assert (item.kind, item.amount) == ("billing.claim_denied", Decimal(214))
    assert item.how_to_fix == "Retro-auth or appeal."


def test_what_the_payer_leaves_to_the_patient_is_the_patients_even_when_denied(office, claim):
    denial = decided(
        claim.number,
        line("99213", "148.00", "0.00", "PR-204 148.00"),
        line("93000", "66.00", "0.00", "PR-204 66.00"),
        status="4",
    )

    received(office, remittance(denial))

    assert office.standing(claim.patient) == ("214.00", "0.00", "0.00")
    assert work(office) == []


def test_a_reversal_and_its_correction_leave_only_the_correction(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    back = decided(
        claim.number,
        line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
        line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
        status="22",
    )
    anew = decided(
        claim.number,
        line("99213", "148.00", "70.00", "CO-45 63.00", "PR-3 15.00"),
        line("93000", "66.00", "25.00", "CO-45 41.00"),
    )

    received(office, remittance(back, anew))

    found = fresh(office, claim)
    assert (found.status, found.paid, found.patient_responsibility) == ("paid", 95, 15)
    assert office.standing(claim.patient) == ("15.00", "0.00", "0.00")
    assert office.books()["bank"] == Decimal(95)
    assert work(office) == []


def test_money_outside_of_claims_makes_the_bank_agree_with_the_check(office, claim):
    content = remittance(decided(claim.number, *USUAL), plb=[("WO", "30.00"), ("L6", "-1.25")])

    received(office, content)

    with office.reading():
        assert Remittance.objects.get().amount == Decimal("51.25")
    found = office.books()
    assert (found["bank"], found["payer.recoupment"], found["interest"]) == (
        Decimal("51.25"),
        Decimal(30),
        Decimal("-1.25"),
    )
    assert work(office) == ["billing.provider_adjustment"]


def test_adjustments_of_the_whole_claim_are_spread_over_its_lines(office, claim):
    body = decided(
        claim.number,
        line("99213", "148.00", "148.00"),
        line("93000", "66.00", "66.00"),
        adjustments=("CO-45 104.00", "PR-1 30.00"),
    )

    received(office, remittance(body))

    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")
    found = office.books()
    assert (found["bank"], found["adjustment.contractual"]) == (Decimal(80), Decimal(104))


def test_a_line_that_comes_back_without_its_modifier_is_posted(office):
    bill = office.seen(office.insured())
    with office.writing():
        first = bill.lines.order_by("place").first()
        first.modifiers = ["25"]
        first.save()
    found = office.sign(bill)
    sent(office)

    received(office, remittance(decided(found.number, *USUAL)))

    assert fresh(office, found).status == Claim.Status.PAID
    assert work(office) == []


def test_sequestration_is_never_the_patients(office, claim):
    body = decided(
        claim.number,
        line("99213", "148.00", "83.30", "CO-45 63.00", "CO-253 1.70"),
        line("93000", "66.00", "25.00", "CO-45 41.00"),
    )

    received(office, remittance(body))

    assert office.standing(claim.patient) == ("0.00", "0.00", "0.00")
    assert work(office) == []


def test_the_next_plan_is_billed_for_what_the_first_left(office):
    policy = office.insured()
    office.second_plan(policy)
    first = office.signed(policy)
    sent(office)

    received(office, remittance(decided(first.number, *USUAL)))

    with office.reading():
        second = Claim.objects.select_related("payer", "visit").order_by("pk").last()
    assert (second.pk != first.pk, second.payer.name) == (True, "Second Mutual")
    assert second.status == Claim.Status.READY, second.findings
    assert office.standing(policy.patient) == ("0.00", "30.00", "0.00")
    content = bytes(sent(office).content)
    assert b"SBR*S*18" in content
    assert b"CAS*CO*45*63" in content
    assert b"AMT*D*80" in content
    answer = decided(
        second.number,
        line("99213", "148.00", "20.00", "OA-23 123.00", "PR-2 5.00"),
        line("93000", "66.00", "5.00", "OA-23 61.00"),
        status="2",
    )
    received(office, remittance(answer, payer="SECOND MUTUAL"))
    assert office.standing(policy.patient) == ("5.00", "0.00", "0.00")
    assert office.books()["bank"] == Decimal(105)


def test_a_claim_the_payer_sent_on_itself_is_not_billed_again(office):
    policy = office.insured()
    office.second_plan(policy)
    first = office.signed(policy)
    sent(office)

    received(office, remittance(decided(first.number, *USUAL, status="19")))

    with office.reading():
        [later] = Claim.objects.exclude(pk=first.pk)
        assert (later.crossed_over, later.transmissions.count()) == (True, 0)
        assert first.events.filter(kind="forwarded").exists()


def test_a_decision_that_is_refused_keeps_no_other_waiting(office, claim, monkeypatch):
    """One by one after the batch: the rest is posted, the refused one waits with the words."""
    second = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    other = decided("X", *USUAL)
    other.number = second.number
    received(office, remittance(decided(claim.number, *USUAL), other), posts=False)
    whole = posting.compare_with_contract

    def refuses(remittance, allowed, **more):
        if any(one.claim.pk == second.pk for one in allowed):
            raise Refused("Let be cannot become paid after all.")
        return whole(remittance, allowed, **more)

    monkeypatch.setattr(posting, "compare_with_contract", refuses)

    posted(office)

    assert {row.claim_number: (row.status, row.why) for row in rows(office)} == {
        claim.number: ("posted", ""),
        second.number: ("person", "Let be cannot become paid after all."),
    }
    assert office.books()["bank"] == Decimal(80)


def test_a_paid_visit_that_is_opened_again_owes_the_payer_until_it_decides_anew(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    with office.reading():
        bill = claim.visit.superbill
    visits.reopen_superbill(bill, because="Wrong code", at=NOON, by=office.anybody())

    found = office.books()
    assert found == {"bank": Decimal(80), "payer.recoupment": Decimal(-80)}
    assert office.standing(claim.patient) == ("0.00", "0.00", "0.00")

    second = office.sign(bill)
    assert (second.status, second.frequency) == (Claim.Status.READY, "7")
    sent(office)
    back = decided(
        claim.number,
        line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
        line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
        status="22",
    )
    anew = decided(second.number, *USUAL)
    received(office, remittance(back, anew))
    found = office.books()
    assert found["bank"] == Decimal(80)
    assert "payer.recoupment" not in found
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")


def test_an_unpaid_rest_is_billed_to_the_patient_or_written_off_with_a_reason(office, claim):
    denial = decided(
        claim.number,
        line("99213", "148.00", "0.00", "CO-29 148.00"),
        line("93000", "66.00", "0.00", "CO-29 66.00"),
        status="4",
    )
    received(office, remittance(denial))

    with pytest.raises(NotPermitted):
        operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("receptionist"))
    operations.write_off_claim(claim, because="Late", at=NOON, by=office.role("manager"))

    assert fresh(office, claim).status == Claim.Status.CLOSED
    assert office.books()["adjustment.writeoff"] == Decimal(214)
    assert work(office) == []


cents = st.integers(0, 14800).map(lambda number: Decimal(number).scaleb(-2))


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    paid=cents,
    share=cents,
    reason=st.sampled_from(["CO-45", "CO-97", "CO-253", "PI-45", "OA-23", "OA-18"]),
    plb=st.integers(-500, 500).map(lambda number: Decimal(number).scaleb(-2)),
)
def test_whatever_is_decided_the_books_balance_and_the_bank_has_the_check(
    office, paid, share, reason, plb
):
    share = min(share, Decimal(148) - paid)
    left = Decimal(148) - paid - share
    codes = [f"PR-2 {share}"] if share else []
    codes += [f"{reason} {left}"] if left else []
    one = Office(f"Practice {paid} {share} {reason} {plb}")
    policy = one.insured()
    found = one.signed(policy, lines=(("99213", "148.00", "A"),))
    sent(one)
    body = decided(found.number, line("99213", "148.00", paid, *codes))
    kept_back = [("WO", min(plb, paid))] if plb else []

    received(one, remittance(body, plb=kept_back))

    with one.reading():
        total = Remittance.objects.get().amount
        balance = books.balance_of(policy.patient)
    assert one.books().get("bank", Decimal(0)) == total
    assert balance.patient_due == share
    assert balance.insurance_due >= 0


def test_nearly_every_dollar_of_a_mixed_file_is_posted_untouched(office):
    """Paid, denied, taken back and corrected, sent on, interest, capitation, and not ours."""
    made = [office.signed(office.insured(f"Pat{n}")) for n in range(12)]
    sent(office)
    received(office, remittance(decided(made[0].number, *USUAL)))
    back = [line(one.procedure.code, -one.charge, -one.paid, control="") for one in USUAL]
    for one, was in zip(back, USUAL, strict=True):
        one.adjustments = [
            type(each)(each.group, each.reason, -each.amount) for each in was.adjustments
        ]
    refused = (line("99213", "148.00", "0", "CO-50 148.00"), line("93000", "66", "0", "CO-50 66"))
    bodies = [
        decided(made[0].number, *back, status="22"),
        decided(made[0].number, line("99213", "148", "50", "CO-45 98"), USUAL[1]),
        decided(made[1].number, *refused, status="4"),
        decided(made[2].number, *USUAL, status="19"),
        *(decided(one.number, *USUAL) for one in made[3:]),
        decided("NOBODY1", line("99213", "60", "40", "CO-45 20")),
    ]

    received(office, remittance(*bodies, plb=[("L6", "-1.25"), ("CT", "-900.00")]))

    with office.reading():
        told = RemittanceClaim.objects.values_list("status", "paid")
        dollars = {"posted": Decimal(0), "person": Decimal(0)}
        for status, paid in told:
            dollars[status] += abs(paid)
        balances = {one.code: one.balance for one in books.trial_balance()}
    assert dollars["person"] == 40
    assert dollars["posted"] / sum(dollars.values()) > Decimal("0.95")
    assert (balances["interest"], balances["income.capitation"]) == (Decimal("-1.25"), -900)
    kinds = ("claim_denied", "next_plan_unknown", "remittance_claim")
    assert work(office) == [f"billing.{kind}" for kind in kinds]
