"""What payers allow is compared with their contract line by line; the difference is work."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Underpayment
from frontdesk.billing.rules.balancing import AdjustmentRead, LineRead
from frontdesk.billing.rules.contracting import allowed_said, missing
from frontdesk.coding.models import Contract, Fee, FeeSchedule
from frontdesk.core.errors import Refused
from tests.billing.decisions import USUAL, claim, sent, work
from tests.billing.office import NOON
from tests.billing.payer import decided, line, received, remittance

__all__ = ["claim", "sent"]


@pytest.fixture
def contract(office):
    """Demo PPO agreed to $95.00 for 99213 and $25.00 for 93000; it allowed $85.00 and $25.00."""
    with office.writing():
        prices = FeeSchedule.objects.create(
            name="PPO 2026", kind=FeeSchedule.Kind.CONTRACT, starts_on=date(2026, 1, 1)
        )
        for code, amount in (("99213", "95.00"), ("93000", "25.00")):
            Fee.objects.create(schedule=prices, code=code, amount=Decimal(amount))
        return Contract.objects.create(
            payer_id=office.insurer.pk,
            name="Demo PPO 2026",
            starts_on=date(2026, 1, 1),
            schedule=prices,
        )


def found(office):
    with office.reading():
        return list(Underpayment.objects.order_by("pk"))


def read(paid, *codes, allowed=None):
    adjustments = []
    for said in codes:
        name, amount = said.split()
        group, reason = name.split("-")
        adjustments.append(AdjustmentRead(group, reason, Decimal(amount)))
    return LineRead("", "99213", (), Decimal(148), Decimal(paid), adjustments, allowed=allowed)


def test_allowed_is_what_the_payer_says_else_paid_with_what_came_off_afterwards():
    assert allowed_said(read("60.00", "CO-45 63.00", "PR-3 25.00")) == Decimal("85.00")
    assert allowed_said(read("83.30", "CO-45 63.00", "CO-253 1.70")) == Decimal("85.00")
    assert allowed_said(read("20.00", "OA-23 65.00", "CO-45 63.00")) == Decimal("85.00")
    assert allowed_said(read("60.00", "CO-45 88.00", allowed=Decimal(85))) == Decimal(85)


def test_rounding_is_no_underpayment():
    assert missing(Decimal("95.00"), Decimal("94.95")) == 0
    assert missing(Decimal("95.00"), Decimal("94.94")) == Decimal("0.06")
    assert missing(Decimal("95.00"), Decimal("99.00")) == 0


def test_a_line_below_its_contract_is_listed_with_its_dollars(office, claim, contract):
    received(office, remittance(decided(claim.number, *USUAL)))

    [one] = found(office)
    assert (one.code, one.expected, one.allowed, one.missing) == (
        "99213",
        Decimal("95.00"),
        Decimal("85.00"),
        Decimal("10.00"),
    )
    assert "Demo PPO 2026" in one.basis
    assert work(office) == ["billing.underpaid"]
    assert office.books()["bank"] == Decimal(80)  # it is posted all the same


def test_without_a_contract_nothing_is_missing(office, claim):
    received(office, remittance(decided(claim.number, *USUAL)))

    assert found(office) == []
    assert work(office) == []


def test_a_refused_line_is_a_denial_and_no_underpayment(office, claim, contract):
    body = decided(claim.number, line("99213", "148.00", "0.00", "CO-197 148.00"), USUAL[1])

    received(office, remittance(body))

    assert found(office) == []
    assert work(office) == ["billing.claim_denied"]


@pytest.mark.parametrize("done", [None, "claim_back", "accept_underpayment"])
def test_a_correction_that_pays_in_full_takes_it_off_the_list(office, claim, contract, done):
    received(office, remittance(decided(claim.number, *USUAL)))
    if done:  # whatever the office had done about it
        act = getattr(operations, done)
        act(found(office)[0], because="Called", at=NOON, by=office.role("biller"))
    back = decided(
        claim.number,
        line("99213", "-148.00", "-60.00", "CO-45 -63.00", "PR-3 -25.00"),
        line("93000", "-66.00", "-20.00", "CO-45 -41.00", "PR-1 -5.00"),
        status="22",
    )
    anew = decided(
        claim.number,
        line("99213", "148.00", "70.00", "CO-45 53.00", "PR-3 25.00"),
        USUAL[1],
    )

    received(office, remittance(back, anew))

    [one] = found(office)
    assert (one.status, one.missing) == (Underpayment.Status.RECOVERED, 0)


def test_a_person_claims_it_back_or_lets_it_be_with_a_reason(office, claim, contract):
    received(office, remittance(decided(claim.number, *USUAL)))
    [one] = found(office)
    by = office.role("biller")

    with pytest.raises(Refused, match="Say how or why"):
        operations.claim_back(one, because=" ", at=NOON, by=by)
    one = operations.claim_back(one, because="Letter of today", at=NOON, by=by)
    assert (one.status, work(office)) == (Underpayment.Status.CLAIMED, [])
    one = operations.accept_underpayment(one, because="Old contract", at=NOON, by=by)

    assert one.status == Underpayment.Status.ACCEPTED
    with office.reading():
        said = list(claim.events.filter(kind="underpaid").values_list("words", flat=True))
    assert "Asked for $10.00 more: Letter of today" in said
    with office.reading():
        assert list(queries.underpaid("open")) == []


def test_the_list_and_the_drawer_say_it(office, claim, contract, client):
    client.force_login(office.member("biller").user)
    received(office, remittance(decided(claim.number, *USUAL)))
    [one] = found(office)

    page = client.get(reverse("billing:underpaid")).content.decode()
    drawer = client.get(reverse("billing:underpayment", args=[one.pk])).content.decode()
    done = client.post(reverse("billing:underpayment", args=[one.pk]), {"because": "Called, ref 7"})

    assert "Ann Lee" in page and "10.00" in page
    assert "Demo PPO 2026" in drawer
    assert done.status_code in (200, 204, 302)
    assert found(office)[0].status == Underpayment.Status.CLAIMED
