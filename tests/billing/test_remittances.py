"""What payers decide is balanced and posted line by line; what does not fit waits for a person."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, Exchange, Remittance, RemittanceClaim
from frontdesk.billing.operations import posting
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger import operations as ledger
from frontdesk.ledger import queries as books
from frontdesk.ledger.models import Entry
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations as visits
from tests.billing.office import NOON, Office
from tests.billing.payer import decided, line, posted, received, remittance

USUAL = (
    line("99213", "148.00", "60.00", "CO-45 63.00", "PR-3 25.00"),
    line("93000", "66.00", "20.00", "CO-45 41.00", "PR-1 5.00"),
)


@pytest.fixture
def claim(office):
    """Ann Lee's claim of $214, sent."""
    office.insurance = office.insured()
    found = office.signed(office.insurance)
    sent(office)
    return fresh(office, found)


def sent(office):
    exchange = operations.queue_batch(at=NOON, by=office.role("biller"))
    operations.note_sent(exchange, at=NOON, by=office.role("biller"))
    return exchange


def fresh(office, claim):
    with office.reading():
        return Claim.objects.select_related("patient").get(pk=claim.pk)


def work(office):
    with office.reading():
        return sorted(WorkItem.objects.filter(status="open").values_list("kind", flat=True))


def rows(office):
    with office.reading():
        return list(RemittanceClaim.objects.order_by("pk"))


def moved(office):
    """What the remittances moved: (from, to, reason) and dollars."""
    with office.reading():
        found = Entry.objects.filter(posting__kind="remittance").select_related("source", "target")
        return sorted(
            (one.source.code, one.target.code, one.reason, str(one.amount)) for one in found
        )


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


def test_a_file_that_does_not_balance_is_kept_and_nothing_of_it_posted(office, claim):
    content = remittance(decided(claim.number, *USUAL), trace="T1")
    content = content.replace(b"BPR*I*80*", b"BPR*I*81*")

    received(office, content)

    assert moved(office) == []
    assert work(office) == ["billing.remittance_unbalanced"]
    with office.reading():
        found = Remittance.objects.get()
    assert found.status == Remittance.Status.UNBALANCED
    assert found.balances["payment"] == {
        "left": "80.00",
        "right": "81.00",
        "wrong": [],
        "holds": False,
    }
    with pytest.raises(NotPermitted):
        operations.accept_unbalanced(
            found, because="Known", at=NOON, by=office.role("receptionist")
        )
    operations.accept_unbalanced(found, because="Rounding", at=NOON, by=office.role("biller"))
    posted(office)
    assert fresh(office, claim).status == Claim.Status.PAID
    assert work(office) == []


def test_a_whole_file_takes_the_place_of_one_that_was_broken(office, claim):
    broken = remittance(decided(claim.number, *USUAL), trace="T9")
    received(office, broken.replace(b"CAS*CO*45*63~", b"CAS*CO*45*60~"))
    assert work(office) == ["billing.remittance_unbalanced"]

    received(office, remittance(decided(claim.number, *USUAL), trace="T9"))

    with office.reading():
        states = sorted(Remittance.objects.values_list("status", flat=True))
    assert states == ["posted", "replaced"]
    assert office.books()["bank"] == Decimal(80)
    assert work(office) == []


def test_the_same_payment_in_another_file_is_counted_once(office, claim):
    received(office, remittance(decided(claim.number, *USUAL), trace="T2"))
    received(office, remittance(decided(claim.number, *USUAL), trace="T2"))

    assert len(rows(office)) == 1
    assert office.books()["bank"] == Decimal(80)


def test_a_claim_decided_twice_without_a_reversal_needs_a_person(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    received(office, remittance(decided(claim.number, *USUAL)))

    assert office.books()["bank"] == Decimal(80)
    assert work(office) == ["billing.remittance_claim"]
    assert "decided before" in rows(office)[1].why
    operations.set_row_aside(
        rows(office)[1], because="Paid twice", at=NOON, by=office.role("biller")
    )
    found = office.books()
    assert (found["bank"], found["payer.recoupment"]) == (Decimal(160), Decimal(-80))
    assert work(office) == []


def test_a_payment_for_nobody_names_claims_it_may_be_for_and_is_matched_by_hand(office, claim):
    received(office, remittance(decided("UNKNOWN1", *USUAL)))
    row = rows(office)[0]
    assert (row.status, work(office)) == ("person", ["billing.remittance_claim"])
    with office.reading():
        row = RemittanceClaim.objects.select_related("remittance").get()
        assert list(queries.candidates(row)) == [claim]

    operations.match_claim(row, claim, at=NOON, by=office.role("biller"))

    assert fresh(office, claim).status == Claim.Status.PAID
    assert work(office) == []
    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED


@pytest.mark.parametrize(
    ("status", "words"), [("23", "not one of its own"), ("9", "not known here")]
)
def test_a_decision_that_is_not_ours_waits_for_a_person(office, claim, status, words):
    nothing = (
        line("99213", "148.00", "0.00", "OA-45 148.00"),
        line("93000", "66.00", "0.00", "OA-45 66.00"),
    )
    body = decided(claim.number, *nothing, status="23")
    content = remittance(body)
    if status != "23":
        content = content.replace(
            f"CLP*{claim.number}*23*".encode(), f"CLP*{claim.number}*9*".encode()
        )

    received(office, content)

    assert words in rows(office)[0].why
    assert moved(office) == []


def test_another_amount_than_was_charged_needs_a_person(office, claim):
    received(office, remittance(decided(claim.number, USUAL[0])))

    assert rows(office)[0].why == "The payer decided on $148.00, and the claim was for $214.00."


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


def test_a_crash_between_two_batches_loses_and_doubles_nothing(
    office, claim, monkeypatch, settings
):
    settings.POSTED_TOGETHER = 1
    second = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    other = decided("X", *USUAL)
    other.number = second.number
    received(office, remittance(decided(claim.number, *USUAL), other), posts=False)
    whole = operations.post_remittance_claims
    done = []

    def dies(row, **more):
        if done:
            raise SystemExit("killed")
        done.append(row)
        return whole(row, **more)

    monkeypatch.setattr(operations, "post_remittance_claims", dies)
    with pytest.raises(SystemExit):
        posted(office)
    assert office.books()["bank"] == Decimal(80)
    monkeypatch.setattr(operations, "post_remittance_claims", whole)

    posted(office)
    posted(office)

    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED
    assert [row.status for row in rows(office)] == ["posted", "posted"]
    assert office.books()["bank"] == Decimal(160)


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


def test_a_truncated_file_is_kept_named_and_the_rest_is_read(office, claim):
    whole = remittance(decided(claim.number, *USUAL), trace="T5")
    cut = whole[: whole.index(b"SVC*HC:93000")]

    kept = received(office, cut)

    with office.reading():
        found = Exchange.objects.get(pk=kept.pk)
    assert found.status == Exchange.Status.UNREADABLE
    assert bytes(found.content) == cut
    assert moved(office) == []
    assert "billing.file_unreadable" in work(office)
    received(office, whole)
    assert fresh(office, claim).status == Claim.Status.PAID
    assert office.books()["bank"] == Decimal(80)


def test_what_is_no_x12_at_all_goes_to_a_person(office):
    received(office, b"<html>Gateway timeout</html>")

    assert work(office) == ["billing.file_unreadable"]


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
