"""Remittances that do not fit: kept whole, nothing lost or doubled, and a person decides."""

from decimal import Decimal

import pytest

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, Exchange, Remittance, RemittanceClaim
from frontdesk.core.errors import NotPermitted, Refused
from tests.billing.decisions import USUAL, claim, fresh, moved, rows, sent, work
from tests.billing.office import NOON
from tests.billing.payer import decided, line, posted, received, remittance

__all__ = ["claim"]


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
    with pytest.raises(Refused, match="does not balance"):
        operations.post_remittance_claims(found, at=NOON, by=office.role("biller"))
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


def test_a_corrected_total_takes_the_place_of_the_one_that_did_not_balance(office, claim):
    right = remittance(decided(claim.number, *USUAL), trace="T8")
    received(office, right.replace(b"BPR*I*80*", b"BPR*I*81*"))
    assert work(office) == ["billing.remittance_unbalanced"]
    with office.reading():
        broken = Remittance.objects.get()

    received(office, remittance(decided(claim.number, *USUAL), trace="T8"))

    with office.reading():
        states = sorted(Remittance.objects.values_list("status", flat=True))
    assert states == ["posted", "replaced"]
    assert office.books()["bank"] == Decimal(80)
    assert work(office) == []
    with pytest.raises(Refused, match="not waiting"):
        operations.accept_unbalanced(broken, because="x", at=NOON, by=office.role("biller"))


def test_a_broken_file_takes_no_place_of_another(office, claim):
    right = remittance(decided(claim.number, *USUAL), trace="T7")
    received(office, right.replace(b"BPR*I*80*", b"BPR*I*81*"))
    received(office, right.replace(b"BPR*I*80*", b"BPR*I*82*"))

    with office.reading():
        states = sorted(Remittance.objects.values_list("status", flat=True))
    assert states == ["unbalanced", "unbalanced"]


def test_the_same_payment_in_another_file_is_counted_once(office, claim):
    received(office, remittance(decided(claim.number, *USUAL), trace="T2"))
    received(office, remittance(decided(claim.number, *USUAL), trace="T2"))

    assert len(rows(office)) == 1
    assert office.books()["bank"] == Decimal(80)


NOTHING = (
    line("99213", "148.00", "0.00", "CO-197 148.00"),
    line("93000", "66.00", "0.00", "CO-197 66.00"),
)


def test_refusals_without_money_that_share_one_number_are_all_heard(office, claim):
    other = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    one = remittance(decided(claim.number, *NOTHING, status="4"), trace="0")
    received(office, one)
    received(office, remittance(decided(other.number, *NOTHING, status="4"), trace="0"))

    assert fresh(office, claim).status == Claim.Status.DENIED
    assert fresh(office, other).status == Claim.Status.DENIED
    received(office, remittance(decided(claim.number, *NOTHING, status="4"), trace="0"))
    assert len(rows(office)) == 2  # the same again is the same


def test_a_payment_that_comes_again_with_other_claims_goes_to_a_person(office, claim):
    other = office.signed(office.insured("Tom", "Roe"))
    sent(office)
    received(office, remittance(decided(claim.number, *USUAL), trace="T7"))
    received(office, remittance(decided(other.number, *USUAL), trace="T7"))

    assert office.books()["bank"] == Decimal(80)
    assert work(office) == ["billing.remittance_again"]


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
    received(
        office,
        remittance(decided(claim.number, line("99213", "140.00", "60.00", "CO-45 80.00"))),
    )

    assert rows(office)[0].why == "The payer decided on $140.00, and the claim was for $214.00."


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
