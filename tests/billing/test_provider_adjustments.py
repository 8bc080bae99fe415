"""Money outside of claims (PLB): each reason has its account; what was announced asks nobody."""

from decimal import Decimal

import pytest

from frontdesk.billing.models import Exchange, Remittance
from frontdesk.billing.rules.balancing import ProviderAdjustmentRead
from frontdesk.billing.rules.provider import (
    account_of,
    provider_line,
    reason_words,
    to_explain,
)
from frontdesk.staff.models import WorkItem
from frontdesk.x12.schema.codes import CODES
from tests.billing.decisions import USUAL, claim, sent, work
from tests.billing.payer import decided, line, received, remittance

__all__ = ["claim", "sent"]


def made(*said):
    return [ProviderAdjustmentRead(reason, Decimal(amount)) for reason, amount in said]


@pytest.mark.parametrize(
    ("reason", "account"),
    [
        ("L6", "interest"),
        ("CT", "income.capitation"),
        ("IP", "income.capitation"),
        ("50", "adjustment.other"),
        ("IR", "payer.withheld"),
        ("WO", "payer.recoupment"),
        ("FB", "payer.recoupment"),
        ("72", "payer.recoupment"),
        ("ZZ", "payer.recoupment"),
    ],
)
def test_each_reason_has_its_account(reason, account):
    assert account_of(reason) == account
    kept = provider_line(reason, Decimal("5.00"), payer_id=None)
    given = provider_line(reason, Decimal("-5.00"), payer_id=None)
    assert (kept.source, kept.target, kept.amount) == ("bank", account, 5)
    assert (given.source, given.target, given.amount) == (account, "bank", 5)


def test_every_reason_of_the_guide_is_said_in_words():
    reasons = CODES["provider_adjustments"].split()
    assert [one for one in reasons if reason_words(one).startswith("reason ")] == []


@pytest.mark.parametrize(
    ("said", "stands", "taken_back", "asked"),
    [
        ([("L6", "-1.25")], 0, 0, []),
        ([("CT", "-900")], 0, 0, []),
        ([("WO", "30")], 0, 0, ["WO"]),
        ([("WO", "30")], 30, 0, []),
        ([("WO", "30"), ("WO", "10")], 30, 0, ["WO"]),
        ([("FB", "-80")], 0, 80, []),
        ([("FB", "80")], 80, 0, []),
        ([("FB", "80")], 0, 0, ["FB"]),
        ([("WO", "-80")], 0, 80, []),
        ([("WO", "-80")], 0, 0, ["WO"]),
        ([("72", "40"), ("WO", "-40")], 40, 0, ["WO"]),
        ([("IR", "12")], 0, 0, ["IR"]),
        ([("WO", "0")], 0, 0, []),
    ],
)
def test_only_what_was_not_announced_is_asked(said, stands, taken_back, asked):
    found = to_explain(made(*said), stands=Decimal(stands), taken_back=Decimal(taken_back))

    assert [one.reason for one in found] == asked


def test_a_takeback_that_is_carried_on_and_taken_later_comes_to_nothing(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))
    back = decided(
        claim.number,
        line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
        line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
        status="22",
    )
    received(office, remittance(back, plb=[("FB", "-80.00")]))
    assert office.books()["payer.recoupment"] == Decimal(-80)
    assert office.books()["bank"] == Decimal(80)
    assert work(office) == []

    received(office, remittance(decided(claim.number, *USUAL), plb=[("FB", "80.00")]))

    books = office.books()
    assert books["bank"] == Decimal(80)
    assert "payer.recoupment" not in books
    assert work(office) == []


def test_a_capitation_payment_without_claims_is_income(office):
    received(office, remittance(plb=[("CT", "-1200.00")]))

    assert office.books() == {"bank": Decimal(1200), "income.capitation": Decimal(-1200)}
    with office.reading():
        assert Remittance.objects.get().status == Remittance.Status.POSTED


def test_a_recovery_names_our_claim_by_the_payers_number(office, claim):
    received(office, remittance(decided(claim.number, *USUAL, control="REF1")))
    received(office, remittance(plb=[("WO", "30.00"), ("L6", "-30.00")]))

    with office.reading():
        item = WorkItem.objects.get(kind="billing.provider_adjustment")
    assert "WO (overpayment taken back) $30.00" in item.detail
    assert f"our claim {claim.number}" in item.detail


def test_a_payment_for_another_practice_is_kept_and_nothing_of_it_taken_in(office, claim):
    content = remittance(decided(claim.number, *USUAL)).replace(
        b"*XX*1234567893~", b"*XX*1999999992~"
    )

    kept = received(office, content)

    with office.reading():
        found = Exchange.objects.get(pk=kept.pk)
        assert not Remittance.objects.exists()
    assert found.status == Exchange.Status.UNREADABLE
    assert "another practice, NPI 1999999992" in found.trouble
    assert work(office) == ["billing.file_unreadable"]
    with office.reading():
        title = WorkItem.objects.get().title
    assert title == "A file from the clearinghouse (835) is for another practice"


def test_a_file_cut_within_the_payees_number_is_cut_short_and_nobody_elses(office, claim):
    content = remittance(decided(claim.number, *USUAL))
    cut = content[: content.index(b"*XX*1234567893~") + len(b"*XX*12345")]

    kept = received(office, cut)

    with office.reading():
        found = Exchange.objects.get(pk=kept.pk)
        item = WorkItem.objects.get(kind="billing.file_unreadable")
    assert found.status == Exchange.Status.UNREADABLE
    assert "another practice" not in found.trouble
    assert item.title == "A file from the clearinghouse (835) cannot be read whole"
