"""Bills: entered once, approved by somebody else, matched with order and receipt, voided."""

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from PIL import Image

from frontdesk.core.clock import now, today
from frontdesk.core.errors import Changed, NotPermitted, Refused
from frontdesk.office import operations
from frontdesk.office.forms.vendors import Vendor as VendorForm
from frontdesk.office.jobs import keep_bills
from frontdesk.office.models import ApprovalLimit, Bill, BillLine
from frontdesk.office.queries import bills as queries
from frontdesk.office.queries.orders import rows_of
from frontdesk.staff.models import WorkItem
from tests.office.house import NOON, TODAY, day


def open_work(clinic, kind):
    with clinic.reading():
        return list(WorkItem.objects.filter(kind=kind, status="open"))


def test_a_bill_waits_for_somebody_else_and_only_then_stands_in_the_books(house, clinic):
    bill = house.bill(house.vendor(net_days=15), number="A-1")

    assert (bill.number, bill.status, bill.due_on) == (1, "entered", day("2026-12-08"))
    assert house.books() == {}
    assert [item.amount for item in open_work(clinic, "office.approve")] == [Decimal(240)]
    with pytest.raises(Refused, match="yourself"):
        operations.approve_bill(bill, at=NOON, by=house.omar)

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
        limit = ApprovalLimit.objects.get()
    with pytest.raises(Refused, match="Somebody else"):
        operations.save_limit(limit, {"up_to": Decimal(9)}, by=house.grace)
    saved = operations.save_limit(limit, {"up_to": Decimal(9)}, by=house.pat)
    assert saved.up_to == 9
    with pytest.raises(NotPermitted):
        operations.save_limit(limit, {"up_to": Decimal(99)}, by=house.omar)


def test_a_bill_is_entered_once(house, other):
    vendor = house.vendor()
    house.bill(vendor, number="INV 00-77")
    with pytest.raises(Refused, match=r"here already: our bill 1 of Nov 23, 2026, \$240\.00"):
        house.bill(vendor, "9.00", number="inv0077")
    with pytest.raises(operations.LikelySame, match="another one"):
        house.bill(vendor, "240.00", on=TODAY - timedelta(days=7), is_another=False)
    house.bill(vendor, "240.00", on=TODAY - timedelta(days=8), is_another=False)
    house.bill(vendor, "240.00", is_another=True)
    house.bill(vendor, "9.00", number="INV 00-77", kind="credit")
    house.bill(house.vendor("Bob"), number="INV 00-77")


def test_a_voided_bill_may_be_entered_again(house):
    vendor = house.vendor()
    bill = house.bill(vendor, number="1")
    with pytest.raises(Refused, match="Say why"):
        operations.void_bill(bill, because="", at=NOON, by=house.omar)
    operations.void_bill(bill, because="Typo", at=NOON, by=house.omar)
    assert house.bill(vendor, number="1").number == 2
    with pytest.raises(Refused):
        operations.approve_bill(bill, at=NOON, by=house.grace)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"total": "0.00"}, "above zero"),
        ({"lines": "short"}, "\\$40.00 missing"),
        ({"lines": "long"}, "\\$10.00 too much"),
        ({"lines": "bank"}, "no account “bank”"),
        ({"on": day("2024-01-01")}, "far from today"),
        ({"on": day("2027-11-23")}, "far from today"),
        ({"due_on": day("2026-11-22")}, "due before"),
    ],
)
def test_what_is_no_bill(house, more, words):
    lines = {
        "short": [house.line("200.00")],
        "long": [house.line("200.00"), house.line("50.00")],
        "bank": [house.line("240.00", "bank")],
    }
    said = {**more, "lines": lines.get(more.get("lines"))}
    with pytest.raises(Refused, match=words):
        house.bill(house.vendor(), **said)


def test_a_vendor_out_of_use_bills_nothing(house):
    vendor = operations.save_vendor(house.vendor(), {"is_active": False}, by=house.omar)
    with pytest.raises(Refused, match="not in use"):
        house.bill(vendor)


def test_a_changed_bill_asks_for_its_approvals_again(house, clinic):
    vendor = house.vendor()
    bill = house.bill(vendor, "6000.00", number="A")
    operations.approve_bill(bill, at=NOON, by=house.grace)
    seen = house.again(bill).version
    said = {"version": seen, "at": NOON}
    bill = operations.change_bill(
        bill, house.head("6100.00", "A"), [house.line("6100.00")], by=house.omar, **said
    )
    with pytest.raises(Changed):
        operations.change_bill(
            bill, house.head("1.00", "A"), [house.line("1.00")], by=house.pat, **said
        )
    bill = operations.approve_bill(bill, at=NOON, by=house.grace)
    assert bill.status == "entered"
    bill = operations.approve_bill(bill, at=NOON, by=house.pat)
    assert house.books()["payable"] == -6100
    with clinic.reading():
        assert BillLine.objects.filter(bill=bill).count() == 2
        assert len(queries.lines_of(bill)) == 1
    with pytest.raises(Refused, match="not changed"):
        operations.change_bill(
            bill, house.head("1.00", "A"), [house.line("1.00")], version="", at=NOON, by=house.omar
        )


def test_whoever_changes_a_bill_does_not_approve_it(house):
    bill = house.bill(house.vendor(), number="A")
    bill = operations.change_bill(
        bill, house.head("250.00", "A"), [house.line("250.00")], version="", at=NOON, by=house.grace
    )
    with pytest.raises(Refused, match="yourself"):
        operations.approve_bill(bill, at=NOON, by=house.grace)
    assert operations.approve_bill(bill, at=NOON, by=house.omar).status == "approved"


def test_lines_stand_on_their_accounts_and_sites_and_a_bill_takes_off_too(house, clinic):
    lines = [
        house.line("300.00", site=clinic.site),
        house.line("50.00", "expense.repairs"),
        house.line("-10.00", "expense.repairs", what="Goodwill"),
    ]
    house.approved(house.vendor(), "340.00", lines=lines)
    assert house.books() == {"expense.supplies": 300, "expense.repairs": 40, "payable": -340}


def order_of(house, clinic, vendor, quantity="10", price="12.50"):
    line = operations.ToOrder("Gloves", "expense.supplies", Decimal(quantity), Decimal(price))
    return operations.place_order(
        vendor, site=clinic.site, lines=[line], ordered_on=TODAY, by=house.omar
    )


@pytest.mark.parametrize(
    ("account", "quantity", "price", "words"),
    [
        ("income.services", "1", "5", "no account “income.services” for costs"),
        ("expense.supplies", "0", "5", "quantity above zero"),
        ("expense.supplies", "1", "-5", "quantity above zero and a price"),
    ],
)
def test_what_cannot_be_ordered_is_refused(house, clinic, account, quantity, price, words):
    line = operations.ToOrder("Gloves", account, Decimal(quantity), Decimal(price))
    told = {"site": clinic.site, "ordered_on": TODAY, "by": house.omar}
    vendor = house.vendor()
    with pytest.raises(Refused, match=words):
        operations.place_order(vendor, lines=[line], **told)
    with pytest.raises(Refused, match="what is ordered"):
        operations.place_order(vendor, lines=[], **told)


def billed(house, clinic, order, quantity, amount):
    with clinic.reading():
        [row] = rows_of(order)
    line = house.line(amount, quantity=Decimal(quantity), order_line=row.line)
    return house.bill(order.vendor, amount, lines=[line], order=order)


def test_order_receipt_and_bill_agree_or_somebody_says_why(house, clinic):
    order = order_of(house, clinic, house.vendor())
    with clinic.reading():
        [row] = rows_of(order)
    operations.receive(order, {row.line.pk: Decimal(6)}, received_on=TODAY, at=NOON, by=house.omar)

    good = billed(house, clinic, order, "6", "75.00")
    assert operations.approve_bill(good, at=NOON, by=house.grace).status == "approved"

    early = billed(house, clinic, order, "4", "50.00")
    with pytest.raises(Refused, match="10 billed, 6 received"):
        operations.approve_bill(early, at=NOON, by=house.grace)
    operations.receive(order, {row.line.pk: Decimal(4)}, received_on=TODAY, at=NOON, by=house.omar)
    assert operations.approve_bill(early, at=NOON, by=house.grace).status == "approved"

    more = billed(house, clinic, order, "1", "12.50")
    with pytest.raises(Refused, match="11 billed, 10 ordered"):
        operations.approve_bill(more, at=NOON, by=house.grace)
    bill = operations.approve_bill(more, because="They sent one more", at=NOON, by=house.grace)
    with clinic.reading():
        [approval] = queries.approvals_of(bill)
    assert approval.because == "They sent one more"
    assert len(approval.differences) == 2


def test_what_went_back_and_was_credited_may_be_billed_again(house, clinic):
    order = order_of(house, clinic, house.vendor())
    with clinic.reading():
        [row] = rows_of(order)

    def come(quantity):
        operations.receive(
            order, {row.line.pk: Decimal(quantity)}, received_on=TODAY, at=NOON, by=house.omar
        )

    come("10")
    operations.approve_bill(billed(house, clinic, order, "10", "125.00"), at=NOON, by=house.grace)
    come("-2")
    line = house.line("25.00", quantity=Decimal(2), order_line=row.line)
    house.approved(order.vendor, "25.00", "CM-1", kind="credit", lines=[line], order=order)
    come("2")
    with clinic.reading():
        [again] = rows_of(order)
    assert again.to_bill == 2

    bill = billed(house, clinic, order, "2", "25.00")
    assert operations.approve_bill(bill, at=NOON, by=house.grace).status == "approved"


def test_a_vendor_bills_only_what_was_ordered_of_it(house, clinic):
    order = order_of(house, clinic, house.vendor())
    other = house.vendor("Zeta Supply")
    with clinic.reading():
        [row] = rows_of(order)
    with pytest.raises(Refused, match="went to Acme Medical Supply, not to Zeta Supply"):
        house.bill(other, order=order)
    line = house.line(quantity=Decimal(1), order_line=row.line)
    with pytest.raises(Refused, match="went to Acme"):
        house.bill(other, lines=[line])


def test_what_cannot_come_and_what_cannot_be_cancelled(house, clinic):
    order = order_of(house, clinic, house.vendor())
    with clinic.reading():
        [row] = rows_of(order)

    def come(quantity, on=TODAY):
        operations.receive(
            order, {row.line.pk: Decimal(quantity)}, received_on=on, at=NOON, by=house.omar
        )

    for quantity, on, words in (
        ("0", TODAY, "how much"),
        ("-1", TODAY, "more goes back"),
        ("1", TODAY + timedelta(days=1), "not come yet"),
    ):
        with pytest.raises(Refused, match=words):
            come(quantity, on)
    come("2")
    come("-2")
    operations.cancel_order(order, because="Out of stock", by=house.omar)
    with pytest.raises(Refused, match="cancelled"):
        come("1")


def test_a_vendor_whose_bills_need_an_order(house):
    bill = house.bill(house.vendor(needs_order=True))
    with pytest.raises(Refused, match="no order"):
        operations.approve_bill(bill, at=NOON, by=house.grace)


def recurring(house, clinic, **more):
    said = {
        "vendor": house.vendor("Elm Street Properties"), "what": "Rent", "account": "expense.rent",
        "site": clinic.site, "amount": Decimal(900), "every": "month",
        "next_on": day("2026-08-31"), **more,
    }  # fmt: skip
    return operations.save_recurring(None, said, by=house.omar)


def test_recurring_bills_are_entered_once_each_however_often_it_is_asked(house, clinic):
    rent = recurring(house, clinic)
    assert operations.enter_recurring(TODAY, at=NOON, by=house.omar) == 3
    assert operations.enter_recurring(TODAY, at=NOON, by=house.omar) == 0
    with clinic.reading():
        days = list(Bill.objects.order_by("billed_on").values_list("billed_on", flat=True))
    assert days == [day("2026-08-31"), day("2026-09-30"), day("2026-10-31")]
    assert house.again(rent).next_on == day("2026-11-30")


def test_a_recurring_bill_ends_and_one_entered_before_a_crash_is_not_entered_again(house, clinic):
    rent = recurring(house, clinic, ends_on=day("2026-10-01"))
    assert operations.enter_recurring(TODAY, at=NOON, by=house.omar) == 2
    ended = house.again(rent)
    assert ended.is_active is False
    with clinic.writing():
        ended.is_active, ended.next_on = True, day("2026-08-31")
        ended.save()
    assert operations.enter_recurring(TODAY, at=NOON, by=house.omar) == 0


def test_a_recurring_bill_that_cannot_be_entered_is_work_and_holds_up_no_other(house, clinic):
    wrong = recurring(house, clinic, next_on=day("2020-01-01"))
    good = {
        "vendor": house.vendor("Bob"), "what": "Lease", "account": "expense.rent",
        "amount": Decimal(5), "every": "month", "next_on": TODAY,
    }  # fmt: skip
    operations.save_recurring(None, good, by=house.omar)
    for _ in range(2):
        operations.enter_recurring(TODAY, at=NOON, by=house.omar)
    with clinic.reading():
        assert [bill.vendor.name for bill in Bill.objects.all()] == ["Bob"]
    [item] = open_work(clinic, "office.recurring")
    assert "far from today" in item.detail

    operations.save_recurring(wrong, {"next_on": TODAY}, by=house.omar)
    assert operations.enter_recurring(TODAY, at=NOON, by=house.omar) == 1
    assert open_work(clinic, "office.recurring") == []


def test_the_clock_enters_recurring_bills_and_tells_what_falls_due(house, clinic):
    soon = today(clinic.site)
    recurring(house, clinic, next_on=soon)
    bill = operations.enter_bill(
        house.vendor(), operations.Head(Decimal(50), soon, due_on=soon), [house.line("50.00")],
        at=now(), by=house.omar,
    )  # fmt: skip
    operations.approve_bill(bill, at=now(), by=house.grace)

    assert keep_bills.func(str(clinic.practice.pk)) == 1
    assert keep_bills.func(str(clinic.practice.pk)) == 0

    [item] = open_work(clinic, "office.due")
    assert (item.amount, item.subject_id) == (50, bill.pk)
    operations.pay_bills(
        [bill.pk], pay_on=soon, expected=Decimal(50), key="k", at=now(), by=house.omar
    )
    assert open_work(clinic, "office.due") == []


def test_paper_is_kept_once_and_what_is_no_picture_is_refused(house, clinic):
    bill = house.bill(house.vendor())
    out = io.BytesIO()
    Image.new("RGB", (20, 20)).save(out, "PNG")
    for _ in range(2):
        operations.attach_file(
            bill, name="bill.png", content=out.getvalue(), at=NOON, by=house.omar
        )  # fmt: skip
    with clinic.reading():
        assert bill.files.count() == 1
    with pytest.raises(Refused, match="nor a PDF"):
        operations.attach_file(bill, name="x.pdf", content=b"MZ", at=NOON, by=house.omar)


def test_duplicates_of_vendors_are_warned_of(house, clinic):
    house.vendor("Acme Medical Supply")
    with clinic.reading():
        form = VendorForm(
            {"name": "ACME Medical Supply, Inc.", "account": "expense.supplies", "net_days": 30,
             "discount_percent": 0, "discount_days": 0, "pays_by": "check"},
            instance=None,
        )  # fmt: skip
        assert not form.is_valid()
        assert "is here already" in str(form.errors["is_another"])
        again = VendorForm({**form.data, "is_another": "on"}, instance=None)
        assert again.is_valid(), again.errors
    with pytest.raises(Refused, match="of this name already"):
        house.vendor("Acme Medical Supply")
