"""A paper EOB is typed, balances before it is saved, and is posted as an 835 is."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.billing import operations, queries
from frontdesk.billing.models import Claim, Exchange, Remittance
from frontdesk.billing.rules.typed import TypedClaim, TypedEob, TypedLine, read_line
from frontdesk.core.errors import Refused
from tests.billing.decisions import USUAL, claim, fresh, sent, work
from tests.billing.office import NOON
from tests.billing.payer import decided, posted, received, remittance

__all__ = ["claim", "sent"]
CENTS = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)


def typed_line(charge="148.00", **said):
    made = TypedLine("k", "1", "99213", (), Decimal(charge))
    return read_line(made, said)


def test_a_line_comes_out_even_by_its_columns():
    line = typed_line(allowed="85.00", copay="$25.00", paid="60")

    assert {one.code: one.amount for one in line.adjustments} == {
        "CO-45": Decimal("63.00"),
        "PR-3": Decimal("25.00"),
    }
    assert line.difference == 0
    assert typed_line(allowed="85.00", paid="60").difference == Decimal("25.00")


def test_a_denial_is_its_reason_and_not_a_write_off():
    line = typed_line(other="148", reason="co 197", paid="0")

    assert [(one.code, one.amount) for one in line.adjustments] == [("CO-197", Decimal(148))]
    assert TypedClaim("c", "1", "Ann", [line]).status == "4"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"paid": "sixty"}, "sixty is no amount."),
        ({"other": "5", "paid": "143"}, "Write the reason as the paper does: CO-197."),
        ({"other": "5", "reason": "XX-1", "paid": "143"}, "Write the reason"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_line(said, words):
    assert words in typed_line(**said).trouble


@given(charge=CENTS, parts=st.lists(CENTS, min_size=4, max_size=4))
def test_a_line_balances_exactly_when_its_parts_are_the_charge(charge, parts):
    allowed, copay, other, paid = parts
    line = typed_line(
        charge=str(charge),
        allowed=str(allowed),
        copay=str(copay),
        other=str(other),
        reason="OA-94",
        paid=str(paid),
    )

    assert line.difference == allowed - copay - other - paid
    eob = TypedEob(paid, [TypedClaim("c", "1", "Ann", [line])])
    assert eob.balances == (line.difference == 0)


def typing(office, claim, **more):
    """What somebody types for Ann's claim of $148 and $66, paid with $80."""
    with office.reading():
        first, second = claim.lines.order_by("place")
    said = {
        f"allowed-{first.pk}": "85.00",
        f"copay-{first.pk}": "25.00",
        f"paid-{first.pk}": "60.00",
        f"allowed-{second.pk}": "25.00",
        f"deductible-{second.pk}": "5.00",
        f"paid-{second.pk}": "20.00",
    }
    return {
        "payer": office.insurer.pk,
        "check": "77001",
        "paid_on": "2026-11-20",
        "amount": "80.00",
        "claim": str(claim.pk),
        **said,
        **more,
    }


def test_it_is_found_typed_balanced_saved_and_posted(office, claim, client):
    client.force_login(office.member("biller").user)
    head = {"payer": office.insurer.pk, "find": claim.number}

    page = client.post(reverse("billing:paper_claim"), head).content.decode()
    balance = client.post(reverse("billing:paper_balance"), typing(office, claim))
    done = client.post(reverse("billing:paper"), typing(office, claim))
    posted(office)

    assert "Ann Lee" in page and "99213" in page
    assert "It balances" in balance.content.decode()
    assert done.status_code == 302
    found = fresh(office, claim)
    assert (found.status, found.paid, found.patient_responsibility) == ("paid", 80, 30)
    assert office.standing(claim.patient) == ("30.00", "0.00", "0.00")
    with office.reading():
        made = Remittance.objects.get()
        file = Exchange.objects.get(pk=made.exchange_id)
    assert (made.is_typed, made.trace, made.payer_id) == (True, "77001", office.insurer.pk)
    assert (file.kind, file.status) == ("EOB", "read")
    assert work(office) == []


def test_a_claim_is_found_by_the_patients_last_name(office, claim):
    with office.reading():
        assert queries.claims_to_type(office.insurer, "lee") == [claim]
        assert queries.claims_to_type(office.insurer, "nobody") == []
        assert queries.claims_to_type(None, "") == []


def test_what_does_not_balance_is_shown_again_as_typed_and_nothing_saved(office, claim, client):
    client.force_login(office.member("biller").user)

    again = client.post(reverse("billing:paper"), typing(office, claim, amount="81.00"))

    assert again.status_code == 422
    page = again.content.decode()
    assert "does not balance yet" in page
    assert 'value="60.00"' in page and "Ann Lee" in page
    with office.reading():
        assert not Remittance.objects.exists()
        assert not Exchange.objects.filter(kind="EOB").exists()


def test_the_same_check_is_not_taken_in_twice(office, claim, client):
    client.force_login(office.member("biller").user)
    client.post(reverse("billing:paper"), typing(office, claim))

    again = client.post(reverse("billing:paper"), typing(office, claim))

    assert again.status_code == 422
    assert "Check 77001 was entered before" in again.content.decode()
    with office.reading():
        assert Remittance.objects.count() == 1


def test_a_check_that_came_as_an_835_is_not_typed_again(office, claim):
    received(office, remittance(decided(claim.number, *USUAL), trace="77001"))
    with office.writing():
        known = Remittance.objects.get()
        known.trace_payer = ""
        known.save()
        said = {key: str(value) for key, value in typing(office, claim).items()}
        eob = queries.typed_eob(Decimal("80.00"), [str(claim.pk)], said)

    with pytest.raises(Refused, match="is here already"):
        operations.enter_eob(
            eob,
            payer=office.insurer,
            check="77001",
            paid_on=date(2026, 11, 20),
            at=NOON,
            by=office.role("biller"),
        )


def test_rubbish_in_the_form_is_no_error(office, claim, client):
    client.force_login(office.member("biller").user)

    page = client.post(reverse("billing:paper"), {"claim": ["x", str(office.site.pk)]})

    assert page.status_code == 422
    with office.reading():
        assert Claim.objects.get(pk=claim.pk).status == Claim.Status.SENT
