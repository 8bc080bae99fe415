"""Card money at the bank: the cards leave their way, the fee is a cost, and nothing is twice."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import CardPayout
from tests.ledger.test_payments import charge
from tests.ledger.test_plans import tied


@pytest.fixture
def site(clinic):
    """$100 were paid by card."""
    patient = clinic.patient()
    charge(clinic, patient, "100.00")
    operations.take_payment(
        patient, amount=Decimal(100), method="card", kind="balance", reference="4242",
        approval="0A1", site=clinic.site, key="k", at=now(), by=clinic.anybody(),
    )  # fmt: skip
    return clinic.site


def note(clinic, credited="96.80", fee="3.20", reference="po_1", **more):
    said = {"on": today(clinic.site), "credited": Decimal(credited), "fee": Decimal(fee)}
    told = {"reference": reference, "at": now(), "by": clinic.role("biller")}
    return operations.note_card_payout(clinic.site, **said | told | more)


def accounts(clinic):
    with clinic.reading():
        rows = {row.code: row.balance for row in queries.trial_balance()}
    return [rows.get(code, Decimal(0)) for code in ("cards", "bank", "expense.bank")]


def test_the_cards_reach_the_bank_less_the_fee_and_back(clinic, site):
    payout = note(clinic)
    assert accounts(clinic) == [Decimal(0), Decimal("96.80"), Decimal("3.20")]
    tied(clinic)
    with pytest.raises(Refused, match="noted already"):
        note(clinic)
    told = {"at": now(), "by": clinic.role("biller")}
    with pytest.raises(Refused, match="Say why"):
        operations.take_payout_back(payout, because=" ", **told)
    operations.take_payout_back(payout, because="Another month's", **told)
    assert accounts(clinic) == [Decimal(100), Decimal(0), Decimal(0)]
    tied(clinic)
    assert note(clinic).status == "noted"  # the number is free again


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"credited": "100.00"}, r"Only \$100.00 of card payments is on its way"),
        ({"credited": "0.00"}, "what reached the bank"),
        ({"fee": "-1.00"}, "what reached the bank"),
    ],
)
def test_what_cannot_be_is_refused_in_words(clinic, site, said, why):
    with pytest.raises(Refused, match=why):
        note(clinic, **said)
    with pytest.raises(Refused, match="not come yet"):
        note(clinic, on=today(site) + timedelta(days=1))
    assert accounts(clinic) == [Decimal(100), Decimal(0), Decimal(0)]


def test_more_than_is_on_its_way_needs_its_reason(clinic, site):
    note(clinic, credited="140.00", because="Cards of the old system")
    assert accounts(clinic)[1] == Decimal("140.00")
    tied(clinic)


def test_on_screen_it_is_noted_and_taken_back(clinic, site, client):
    client.force_login(clinic.member("biller").user)
    page = reverse("ledger:new_payout")
    assert "$100.00" in client.get(page).content.decode()
    assert client.post(page, {"on": "", "credited": "x"}).status_code in {200, 422}
    client.post(page, {"on": today(site).isoformat(), "credited": "97.10", "fee": "2.90"})
    with clinic.reading():
        payout = CardPayout.objects.get()
    assert "$97.10" in client.get(reverse("ledger:drawers")).content.decode()
    client.post(reverse("ledger:payout", args=[payout.pk]), {"because": "Typed twice"})
    with clinic.reading():
        assert CardPayout.objects.get().status == "back"
