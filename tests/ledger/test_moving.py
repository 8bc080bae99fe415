"""Credit moved within a family: once, never more than is there, and the books still tie."""

from decimal import Decimal

import pytest
from django.urls import reverse

from frontdesk.core.errors import Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.queries import moving
from frontdesk.people.models import Guarantor
from tests.ledger.test_payments import NOON, TODAY, balance, charge, pay
from tests.ledger.test_plans import tied


@pytest.fixture
def home(clinic):
    """Rosa, who answers for Ben; Ben owes $40. Rosa paid $25 ahead for a visit, and $30 freely."""
    with clinic.writing():
        rosa = Guarantor.objects.create(first_name="Rosa", last_name="Lee")
    one, two = (clinic.patient(name, guarantor=rosa) for name in ("Rosa", "Ben"))
    visit = new_key()
    pay(clinic, one, "25.00", kind="copay", visit_id=visit)
    pay(clinic, one, "30.00")
    charge(clinic, two, "40.00")
    return one, two, visit


def move(clinic, patient, amount, **more):
    said = {"from_visit": None, "to_visit": None, "because": "Rosa asked", **more}
    by = clinic.role("receptionist")
    return operations.move_prepayment(patient, Decimal(amount), **said, at=NOON, by=by)


def test_credit_of_a_relative_pays_what_another_owes_at_once_and_once(clinic, home):
    rosa, ben, visit = home
    for _ in range(2):
        move(clinic, rosa, "30.00", to=ben, key="press")
    assert balance(clinic, ben) == ("10.00", "0.00", "0.00")
    assert balance(clinic, rosa) == ("0.00", "0.00", "25.00")
    move(clinic, rosa, "15.00", from_visit=visit, to=ben)
    assert balance(clinic, ben) == ("0.00", "0.00", "5.00")
    with clinic.reading():
        assert queries.crediting.by_visit(rosa) == {visit: Decimal(10)}
    tied(clinic)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"amount": "30.01"}, r"\$30.00 was paid ahead and is free"),
        ({"amount": "5", "because": " "}, "Say who asked"),
        ({"amount": "5", "stranger": True}, "same family only"),
        ({"amount": "5", "to": None}, "there already"),
    ],
)
def test_what_is_not_there_or_not_theirs_does_not_move(clinic, home, said, why):
    rosa, ben, _visit = home
    told = {"to": ben, **said}
    if told.pop("stranger", False):
        told["to"] = clinic.patient("Zoe")
    with pytest.raises(Refused, match=why):
        move(clinic, rosa, told.pop("amount"), **told)
    assert balance(clinic, rosa) == ("0.00", "0.00", "55.00")


def test_a_proposed_refund_is_not_moved_away(clinic, home):
    rosa, ben, _visit = home
    wish = operations.Wish(Decimal("20.00"), "Paid twice", "patient", "Rosa Lee", "1 Elm St", None)
    told = {"site": clinic.site, "at": NOON, "by": clinic.role("biller")}
    operations.propose_refund(rosa, wish, key="r", known_on=TODAY, **told)
    with clinic.reading():
        free = next(one for one in moving.held_of(rosa) if one.visit_id is None)
    assert free.amount == Decimal("30.00")  # $55 in all, of which $20 go out
    move(clinic, rosa, "30.00", to=ben)
    with pytest.raises(Refused):
        move(clinic, rosa, "0.01", to=ben)


def test_the_desk_moves_it_on_screen(clinic, home, client):
    rosa, ben, visit = home
    client.force_login(clinic.member("receptionist").user)
    page = reverse("ledger:move_credit", args=[rosa.pk])
    shown = client.get(page).content.decode()
    assert "Ben Lee, owes $40.00" in shown or "owes $40.00" in shown
    said = {"held": "free", "amount": "30", "to": str(ben.pk), "key": "k"}
    assert "Say who asked" in client.post(page, {**said, "because": ""}).content.decode()
    client.post(page, {**said, "because": "Rosa, by phone"})
    assert balance(clinic, ben) == ("10.00", "0.00", "0.00")
    client.post(page, {"held": str(visit), "amount": "25", "to": "free", "key": "n"})
    with clinic.reading():
        assert queries.crediting.by_visit(rosa) == {None: Decimal(25)}
