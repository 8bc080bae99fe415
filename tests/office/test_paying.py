"""Runs, checks, bank files, voids: nothing is ever paid twice, and the books always agree."""

import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pypdfium2
import pytest
from beancount import loader
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.cli.books import export
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger.models import Posting
from frontdesk.ledger.operations import close_day
from frontdesk.office import operations
from frontdesk.office.models import Bill, VendorPayment
from frontdesk.office.operations import paying
from frontdesk.office.queries import ties
from frontdesk.office.queries.paying import offers, preview
from frontdesk.office.queries.vendors import year_list
from tests.clinic import Clinic
from tests.office.house import NOON, TODAY, House, day

DAYS = timedelta(days=1)


def hold(clinic):
    with clinic.reading():
        return {tie.name: tie.holds for tie in ties()}


def payments(clinic, **where):
    with clinic.reading():
        return list(VendorPayment.objects.filter(**where).order_by("number"))


def test_a_run_pays_each_vendor_once_with_discount_and_credit(house, clinic):
    acme = house.vendor(discount_percent=Decimal(2), discount_days=10)
    rent = house.vendor("Elm Street Properties", account="expense.rent")
    first, second = house.approved(acme, "100.00"), house.approved(acme, "50.00")
    credit = house.approved(acme, "30.00", kind="credit")
    third = house.approved(rent, "900.00")
    with clinic.reading():
        shown = preview(TODAY, TODAY + 40 * DAYS)
    assert (shown.total, shown.discount, shown.count) == (Decimal("1017.00"), 3, 3)

    run = house.pay(first, second, third, expected="1017.00")

    made = payments(clinic, run=run)
    assert [(one.vendor_id, one.amount, one.discount, one.check_number) for one in made] == [
        (acme.pk, Decimal("117.00"), Decimal("3.00"), 1001),
        (rent.pk, Decimal("900.00"), Decimal("0.00"), 1002),
    ]
    assert {house.again(one).status for one in (first, second, third, credit)} == {"paid"}
    assert house.books() == {
        "bank": Decimal("-1017.00"),
        "expense.supplies": 120,
        "expense.rent": 900,
        "income.discounts": -3,
    }
    assert all(hold(clinic).values())


def test_a_discount_is_lost_a_day_late_and_early_pay_is_proposed_where_it_earns(house, clinic):
    acme = house.vendor(discount_percent=Decimal(2), discount_days=10)
    bill = house.approved(acme, "100.00")
    with clinic.reading():
        [offer] = offers(TODAY, TODAY)
        [late] = offers(TODAY + 11 * DAYS, TODAY + 11 * DAYS)
    assert (offer.why, offer.amount) == ("discount", 98)
    assert (late.why, late.amount) == ("later", 100)

    house.pay(bill, expected="100.00", on=TODAY + 11 * DAYS)
    assert house.books()["bank"] == -100


def test_a_credit_above_the_bills_stays_open_and_no_money_moves(house, clinic):
    acme = house.vendor()
    credit = house.approved(acme, "300.00", kind="credit")
    bill = house.approved(acme, "100.00")

    house.pay(bill, expected="0.00")

    [payment] = payments(clinic)
    assert (payment.method, payment.amount, payment.check_number) == ("credit", 0, None)
    assert payment.posting_id is None
    assert (house.again(credit).open, house.again(credit).status) == (200, "approved")
    assert house.books() == {"payable": 200, "expense.supplies": -200}
    assert all(hold(clinic).values())
    operations.void_payment(payment, because="Wrong bill", at=NOON, by=house.omar)
    assert (house.again(credit).open, house.again(bill).open) == (300, 100)
    assert all(hold(clinic).values())


def test_the_same_press_pays_once_and_another_run_is_refused_whole(house, clinic):
    acme = house.vendor()
    one, two = house.approved(acme, "100.00"), house.approved(acme, "50.00")
    first = house.pay(one, expected="100.00", key="k")
    assert house.pay(one, expected="100.00", key="k") == first

    with pytest.raises(Refused, match="meanwhile"):
        house.pay(one, two, expected="150.00")
    with pytest.raises(Refused, match="Look again"):
        house.pay(two, expected="49.00")
    assert house.again(two).status == "approved"
    assert len(payments(clinic)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_never_pay_a_bill_twice():
    clinic = Clinic()
    house = House(clinic)
    acme = house.vendor()
    credit = house.approved(acme, "30.00", kind="credit")
    bills = [house.approved(acme, amount) for amount in ("100.00", "50.00", "70.00")]
    picks = [(bills[:2], "120.00"), (bills[1:], "90.00"), ([bills[2]], "40.00")]
    barrier, told = threading.Barrier(len(picks)), []

    def run(picked, expected):
        barrier.wait()
        try:
            house.pay(*picked, expected=expected)
            told.append("paid")
        except Refused:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pick) for pick in picks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert "paid" in told
    with clinic.reading():
        settled = {bill.pk: Decimal(0) for bill in (*bills, credit)}
        for payment in VendorPayment.objects.prefetch_related("items"):
            for item in payment.items.all():
                settled[item.bill_id] += abs(item.amount)
        for bill in Bill.objects.all():
            assert settled[bill.pk] == bill.settled <= bill.total
    assert all(hold(clinic).values())


def test_what_may_not_be_paid(house):
    acme = house.vendor()
    waiting = house.bill(acme)
    with pytest.raises(Refused, match="to be approved"):
        house.pay(waiting, expected="240.00")
    with pytest.raises(Refused, match="Pick the bills"):
        house.pay(expected="0.00")
    bill = house.approved(acme)
    with pytest.raises(Refused, match="within a month"):
        house.pay(bill, expected="240.00", on=TODAY + 40 * DAYS)
    with pytest.raises(NotPermitted):
        house.pay(bill, expected="240.00", by=house.clinic.role("receptionist"))


def test_in_a_closed_day_a_payment_stands_on_the_next_open_one(house, clinic):
    bill = house.approved(house.vendor(), on=TODAY - 40 * DAYS)
    for site in (clinic.site,):
        close_day(site, TODAY, open_points=[], at=NOON, by=clinic.anybody())

    house.pay(bill, expected="240.00")

    [payment] = payments(clinic)
    with clinic.reading():
        posting = Posting.objects.get(pk=payment.posting_id)
    assert (posting.posted_on, posting.meant_on) == (TODAY + DAYS, TODAY)
    assert payment.pay_on == TODAY
    assert all(hold(clinic).values())


def test_a_voided_check_keeps_its_number_and_its_bill_is_paid_anew(house, clinic):
    bill = house.approved(house.vendor())
    house.pay(bill, expected="240.00")
    [check] = payments(clinic)
    with pytest.raises(Refused, match="Say why"):
        operations.void_payment(check, because=" ", at=NOON, by=house.omar)

    new = operations.reissue(check, because="Lost in the mail", at=NOON, by=house.omar)

    old = house.again(check)
    assert (old.status, old.check_number, old.because) == ("voided", 1001, "Lost in the mail")
    assert (new.check_number, new.amount, new.replaces_id) == (1002, 240, old.pk)
    assert house.again(bill).status == "paid"
    assert house.books() == {"bank": -240, "expense.supplies": 240}
    with pytest.raises(Refused):
        operations.void_payment(check, because="Again", at=NOON, by=house.omar)
    voided = operations.void_payment(new, because="Not owed", at=NOON, by=house.omar)
    assert voided.status == "voided"
    assert house.again(bill).status == "approved"
    bill = operations.void_bill(
        house.again(bill), because="Never delivered", at=NOON, by=house.grace
    )
    assert house.books() == {}
    assert all(hold(clinic).values())


def test_a_bill_with_a_payment_is_not_voided_and_one_in_the_books_asks_who_may_approve(house):
    bill = house.approved(house.vendor())
    clerk = house.clinic.actor("office.bill")
    with pytest.raises(NotPermitted):
        operations.void_bill(bill, because="Mine", at=NOON, by=clerk)
    assert house.again(bill).status == "approved"
    house.pay(bill, expected="240.00")
    with pytest.raises(Refused, match="void the payment first"):
        operations.void_bill(house.again(bill), because="x", at=NOON, by=house.grace)


def test_paid_by_card_or_debit_is_noted_and_a_check_is_not(house, clinic):
    bill = house.approved(house.vendor())
    with pytest.raises(Refused, match="by a run"):
        operations.note_paid(
            bill, method="check", pay_on=TODAY, reference="", at=NOON, by=house.omar
        )
    payment = operations.note_paid(
        bill, method="debit", pay_on=TODAY, reference="ACH 77", at=NOON, by=house.omar
    )
    assert (payment.run_id, payment.check_number, house.again(bill).status) == (None, None, "paid")
    with pytest.raises(Refused, match="meanwhile"):
        operations.note_paid(
            bill, method="debit", pay_on=TODAY, reference="", at=NOON, by=house.omar
        )
    for trouble, on, kind in (
        ("not come yet", TODAY + DAYS, "bill"),
        ("A credit", TODAY, "credit"),
    ):
        open_bill = house.approved(bill.vendor, "30.00", kind=kind)
        with pytest.raises(Refused, match=trouble):
            operations.note_paid(
                open_bill, method="card", pay_on=on, reference="", at=NOON, by=house.omar
            )
    assert all(hold(clinic).values())


def test_bank_details_want_two_people_and_the_old_ones_serve_until_then(house, clinic):
    vendor = house.vendor(pays_by="ach")
    house.settings()
    first = house.bank(vendor, "11112222")
    changed = operations.propose_bank(
        vendor, routing="021000021", account="99998888", kind="checking",
        came_by="E-mail, urgent", at=NOON, by=house.omar,
    )  # fmt: skip
    with pytest.raises(Refused, match="yourself"):
        operations.confirm_bank(changed, because="Sure", at=NOON, by=house.omar)
    with pytest.raises(Refused, match="whom you called"):
        operations.confirm_bank(changed, because=" ", at=NOON, by=house.grace)
    with pytest.raises(Refused, match="routing"):
        operations.propose_bank(
            vendor, routing="021000022", account="99998888", kind="checking", came_by="x",
            at=NOON, by=house.omar,
        )  # fmt: skip

    house.pay(house.approved(vendor), expected="240.00")
    [payment] = payments(clinic)
    assert (payment.method, payment.bank_id) == ("ach", first.pk)

    operations.confirm_bank(changed, because="Called Ann", at=NOON, by=house.grace)
    assert house.again(first).status == "replaced"
    house.pay(house.approved(vendor, "10.00"), expected="10.00")
    assert payments(clinic)[-1].bank_id == changed.pk


def test_the_bank_file_is_the_same_twice_and_leaves_out_what_was_voided_before(house, clinic):
    house.settings()
    ann, bob = house.vendor("Ann", pays_by="ach"), house.vendor("Bob", pays_by="ach")
    for vendor in (ann, bob):
        house.bank(vendor)
    run = house.pay(
        house.approved(ann, "10.00", "A-1"), house.approved(bob, "20.00"), expected="30.00"
    )
    house.settings(company_id="")
    with pytest.raises(Refused, match="company number first"):
        operations.write_bank_file(run, at=NOON, by=house.omar)
    house.settings()
    one, two = payments(clinic)
    operations.void_payment(one, because="Wrong", at=NOON, by=house.omar)

    text = operations.write_bank_file(run, at=NOON, by=house.omar)
    operations.void_payment(two, because="Came back: R03", at=NOON, by=house.omar)
    again = operations.write_bank_file(
        house.again(run), at=NOON + timedelta(hours=5), by=house.omar
    )

    assert again == text
    assert "BOB" in text
    assert "ANN" not in text
    assert text.split("\r\n")[4].startswith("8220000002")
    run = house.pay(house.approved(house.vendor("Cyd"), "5.00"), expected="5.00")
    with pytest.raises(Refused, match="nobody"):
        operations.write_bank_file(run, at=NOON, by=house.omar)


def test_checks_print_with_their_stubs_and_the_bank_hears_of_them(house, clinic):
    house.settings()
    vendor = house.vendor(our_account="E-44")
    run = house.pay(house.approved(vendor, "1234.50", "A-17"), expected="1234.50")
    house.pay(house.approved(house.vendor("Bob"), "7.00"), expected="7.00")
    with clinic.reading():
        made = list(VendorPayment.objects.filter(run=run).select_related("vendor"))
    document = pypdfium2.PdfDocument(operations.print_checks(made, at=NOON, by=house.omar))
    told = document[0].get_textpage().get_text_bounded()
    assert len(document) == 1
    for words in ("1001", "One thousand two hundred thirty-four and 50/100", "$1,234.50", "A-17",
                  "Acme Medical Supply", "9 Dock Rd", "E-44"):  # fmt: skip
        assert words in told
    operations.void_payment(payments(clinic)[1], because="Torn", at=NOON, by=house.omar)
    with pytest.raises(Refused, match="no check"):
        operations.print_checks(payments(clinic)[1:], at=NOON, by=house.omar)

    lines = operations.write_positive_pay(TODAY, TODAY, by=house.omar)
    assert [line.strip() for line in lines] == [
        "Account,Check number,Amount,Issue date,Payee,Issue or void",
        "55501234,1001,1234.50,11/23/2026,Acme Medical Supply,I",
        "55501234,1002,7.00,11/23/2026,Bob,V",
    ]


def test_a_new_stock_of_checks_begins_further_on_and_never_with_numbers_written(house, clinic):
    vendor = house.vendor()
    house.pay(house.approved(vendor, "1.00"), expected="1.00")
    with pytest.raises(Refused, match="Check 1001 is written already"):
        house.settings(first_check=1000)
    house.settings(first_check=5001)
    for _ in range(2):
        house.pay(house.approved(vendor, "1.00"), expected="1.00")
    assert [one.check_number for one in payments(clinic)] == [1001, 5001, 5002]


def test_the_1099_list_counts_what_left_the_bank_in_the_year(house, clinic):
    vendor = house.vendor("Dana Cole", reported_as="nec", tax_id="123-45-6789")
    house.pay(house.approved(vendor, "1500.00"), expected="1500.00")
    house.pay(house.approved(vendor, "600.00"), expected="600.00")
    card = house.approved(vendor, "5000.00")
    operations.note_paid(card, method="card", pay_on=TODAY, reference="", at=NOON, by=house.omar)
    with clinic.reading():
        [row] = year_list(2026)
        [before] = year_list(2025)
    assert (row.paid, row.count, row.is_reported, row.lacks_tax_id) == (2100, 2, True, False)
    assert (before.paid, before.is_reported) == (0, False)
    [(told, tax_id)] = operations.export_year(2026, by=house.grace)
    assert (told.vendor.pk, tax_id) == (vendor.pk, "123456789")
    operations.void_payment(payments(clinic)[0], because="x", at=NOON, by=house.omar)
    with clinic.reading():
        assert year_list(2026)[0].is_reported is False


def test_beancount_accepts_the_books_with_bills_in_them(house, clinic):
    import io

    vendor = house.vendor('The "Acme" Co', discount_percent=Decimal(2), discount_days=10)
    bill = house.approved(vendor, "100.00")
    house.approved(vendor, "40.00", kind="credit")
    run = house.pay(bill, expected="58.00")
    operations.void_payment(payments(clinic, run=run)[0], because="x", at=NOON, by=house.omar)
    house.approved(vendor, "55.55")
    out = io.StringIO()
    export(out, practice_id=clinic.practice.pk)
    _entries, errors, _options = loader.load_string(out.getvalue())
    assert errors == []
    assert "Liabilities:Payable" in out.getvalue()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["bill", "credit", "approve", "pay", "void_payment", "void_bill", "reissue", "card"]
        ),
        st.integers(1, 20000),
        st.integers(0, 5),
    ),
    max_size=18,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_over_any_history_the_books_tie_to_open_bills(house, clinic, steps):
    if not hasattr(house, "pair"):
        house.pair = [
            house.vendor("Ann", discount_percent=Decimal(2), discount_days=10), house.vendor("Bob")
        ]  # fmt: skip
    for step, cents, pick in steps:
        try:
            _take(house, clinic, step, Decimal(cents).scaleb(-2), pick)
        except Refused:
            continue
        finally:
            assert all(hold(clinic).values()), step
    with clinic.reading():
        for bill in Bill.objects.all():
            assert 0 <= bill.settled <= bill.total
            assert (bill.status == "paid") == (bill.settled == bill.total)


def _take(house, clinic, step, amount, pick):
    with clinic.reading():
        bills = list(Bill.objects.order_by("number"))
        paid = list(VendorPayment.objects.order_by("number"))
    some = bills[-1 - pick % len(bills)] if bills else None
    payment = paid[-1 - pick % len(paid)] if paid else None
    if step in ("bill", "credit"):
        house.bill(house.pair[pick % 2], str(amount), kind=step)
    elif step == "approve" and some:
        operations.approve_bill(some, at=NOON, by=house.grace)
    elif step == "pay":
        with clinic.reading():
            shown = preview(TODAY, TODAY + 90 * DAYS)
        open_ = [offer.bill for offer in shown.offers][: pick + 1]
        with clinic.reading():
            shown = preview(TODAY, TODAY + 90 * DAYS, [bill.pk for bill in open_])
        house.pay(*open_, expected=str(shown.total), key=str(new_key()))
    elif step == "void_payment" and payment:
        operations.void_payment(payment, because="x", at=NOON, by=house.omar)
    elif step == "reissue" and payment:
        operations.reissue(payment, because="x", at=NOON, by=house.omar)
    elif step == "void_bill" and some:
        operations.void_bill(some, because="x", at=NOON, by=house.grace)
    elif step == "card" and some:
        operations.note_paid(
            some, method="card", pay_on=TODAY, reference="", at=NOON, by=house.omar
        )


@pytest.mark.django_db(transaction=True)
def test_a_credit_is_not_used_by_one_while_another_gives_it_back(monkeypatch):
    """Whoever voids a payment queues with whoever pays the same vendor."""
    clinic = Clinic()
    house = House(clinic)
    acme = house.vendor()
    credit = house.approved(acme, "100.00", kind="credit")
    house.pay(house.approved(acme, "60.00"), expected="0.00")
    [first] = payments(clinic)
    bill = house.approved(acme, "30.00")
    read, done = threading.Event(), threading.Event()
    by_vendor = paying.queries.by_vendor

    def and_wait(picked):
        rows = by_vendor(picked)
        read.set()
        done.wait(1)  # until the other is through, if nothing holds it up
        return rows

    def void():
        read.wait(60)
        try:
            operations.void_payment(first, because="Wrong bill", at=NOON, by=house.omar)
        finally:
            done.set()
            connections.close_all()

    monkeypatch.setattr(paying.queries, "by_vendor", and_wait)
    other = threading.Thread(target=void)
    other.start()
    house.pay(bill, expected="0.00")
    other.join()

    assert house.again(credit).open == Decimal("70.00")
    assert all(hold(clinic).values())


@pytest.mark.parametrize(
    ("pay_on", "moves"),
    [("2026-11-26", "261127"), ("2026-11-28", "261130"), ("2026-11-20", "261123")],
    ids=["a bank holiday", "a Saturday", "a day before the file is made"],
)
def test_the_bank_file_names_a_day_on_which_banks_work(house, clinic, pay_on, moves):
    house.settings()
    ann = house.vendor("Ann", pays_by="ach")
    house.bank(ann)

    run = house.pay(house.approved(ann, "10.00"), expected="10.00", on=day(pay_on))

    text = operations.write_bank_file(run, at=NOON, by=house.omar)
    assert text.split("\r\n")[1][69:75] == moves


def test_the_bank_file_is_made_on_the_offices_day(house, clinic):
    house.settings()
    ann = house.vendor("Ann", pays_by="ach")
    house.bank(ann)
    bill = house.approved(ann, "10.00")
    evening = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)  # half past nine of the 23rd in Columbus

    run = operations.pay_bills(
        [bill.pk], pay_on=TODAY, expected=Decimal("10.00"), key="k", at=evening, by=house.omar
    )

    text = operations.write_bank_file(run, at=evening, by=house.omar)
    assert text.split("\r\n")[0][23:33] == "2611232130"
    assert text.split("\r\n")[1][69:75] == "261123"


def test_bank_files_of_one_day_are_told_apart(house, clinic):
    """Nacha: the modifier of a file tells those that were made on the same day apart."""
    house.settings()
    ann = house.vendor("Ann", pays_by="ach")
    house.bank(ann)
    runs = [
        house.pay(house.approved(ann, amount), expected=amount) for amount in ("10.00", "20.00")
    ]
    bill = house.approved(ann, "30.00")
    later = operations.pay_bills(
        [bill.pk], pay_on=TODAY, expected=Decimal("30.00"), key="k", at=NOON + DAYS, by=house.omar
    )

    def heads(*these):
        files = [operations.write_bank_file(run, at=NOON, by=house.omar) for run in these]
        return [text.split("\r\n")[0][23:34] for text in files]

    assert heads(*runs, later) == ["2611231200A", "2611231200B", "2611241200A"]
    assert heads(house.again(runs[1])) == ["2611231200B"]


def test_a_bill_is_not_noted_as_paid_years_ago(house, clinic):
    bill = house.approved(house.vendor())
    with pytest.raises(Refused, match="far from today"):
        operations.note_paid(
            bill, method="card", pay_on=day("2016-11-23"), reference="", at=NOON, by=house.omar
        )


def test_the_preview_says_when_transfers_move_later(house, clinic):
    house.settings()
    ann = house.vendor("Ann", pays_by="ach")
    house.bank(ann)
    house.approved(ann, "10.00")
    house.approved(house.vendor("Bob"), "10.00", is_another=True)
    with clinic.reading():
        holiday = preview(day("2026-11-26"), TODAY + 40 * DAYS)
        friday = preview(day("2026-11-27"), TODAY + 40 * DAYS)
        by_check = preview(
            day("2026-11-26"), TODAY, [offer.bill.pk for offer in holiday.offers
                                       if offer.bill.vendor.name == "Bob"]
        )  # fmt: skip
    assert holiday.moves_on == day("2026-11-27")
    assert (friday.moves_on, by_check.moves_on) == (None, None)
