"""Bills: entered once, approved by somebody else, matched with order and receipt, voided."""

from decimal import Decimal

import pytest

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.office import operations
from frontdesk.office.queries import bills as queries
from frontdesk.staff.models import WorkItem
from tests.office.house import NOON, day


def open_work(clinic, kind):
    with clinic.reading():
        return list(WorkItem.objects.filter(kind=kind, status="open"))


def test_a_bill_waits_for_somebody_else_and_only_then_stands_in_the_books(house, clinic):
    bill = house.bill(house.vendor(net_days=15), number="A-1")

    assert (bill.number, bill.status, bill.due_on) == (1, "entered", day("2026-12-08"))
    assert house.books() == {}
    assert [item.amount for item in open_work(clinic, "office.approve")] == [Decimal(240)]
    with pytest.raises(Refused, match="yourself"):
        operations.approve_bill(bill, at=NOON, by=clinic.anybody() if False else house.omar)

    bill = operations.approve_bill(bill, at=NOON, by=house.grace)

    assert bill.status == "approved"
    assert house.books() == {"expense.supplies": 240, "payable": -240}
    assert open_work(clinic, "office.approve") == []
    with pytest.raises(Refused, match="already"):
        operations.approve_bill(bill, at=NOON, by=house.pat)


def test_above_the_limit_a_second_person_approves_and_not_the_same_one(house):
    bill = house.bill(house.vendor(), "5000.01")

    bill = operations.approve_bill(bill, at=NOON, by=house.grace)
    assert (bill.status, house.books()) == ("entered", {})
    with pytest.raises(Refused, match="second person"):
        operations.approve_bill(bill, at=NOON, by=house.grace)

    bill = operations.approve_bill(bill, at=NOON, by=house.pat)
    assert bill.status == "approved"
    assert house.books()["payable"] == Decimal("-5000.01")


def test_exactly_the_limit_is_within_it_and_the_usual_limit_is_small(house):
    vendor = house.vendor()
    assert operations.approve_bill(
        house.bill(vendor, "5000.00"), at=NOON, by=house.grace
    ).status == "approved"  # fmt: skip
    bill = house.bill(vendor, "500.01")
    assert operations.approve_bill(bill, at=NOON, by=house.pat).status == "entered"
    bill = house.bill(vendor, "500.00")
    assert operations.approve_bill(bill, at=NOON, by=house.pat).status == "approved"


def test_nobody_sets_their_own_limit(house, clinic):
    with clinic.reading():
        limit = (
            queries.Vendor
            and __import__(
                "frontdesk.office.models", fromlist=["ApprovalLimit"]
            ).ApprovalLimit.objects.get()
        )
    with pytest.raises(Refused, match="Somebody else"):
        operations.save_limit(limit, {"up_to": Decimal(9)}, by=house.grace)
    saved = operations.save_limit(limit, {"up_to": Decimal(9)}, by=house.pat)
    assert saved.up_to == 9
    with pytest.raises(NotPermitted):
        operations.save_limit(limit, {"up_to": Decimal(99)}, by=house.omar)
