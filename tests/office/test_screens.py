"""The office on screen: every page answers, who may, and what it says."""

import io
import re
from decimal import Decimal

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from frontdesk.core.clock import now, today
from frontdesk.office import operations
from frontdesk.office.models import Bill, PaymentRun, VendorPayment
from frontdesk.office.queries import bills as queries
from frontdesk.office.queries import orders

PAGES = (
    "bills", "new_bill", "orders", "new_order", "vendors", "vendors_new", "recurring",
    "recurring_new", "limits", "limits_new", "year", "settings", "pay", "payments", "budget",
    "budget_line", "budget_import", "budget_sample", "forecast",
)  # fmt: skip


@pytest.fixture
def manager(house, client):
    """A signed-in manager."""
    from frontdesk.staff.models import User

    client.force_login(User.objects.get(email="grace@office.example"))
    return client


def test_whoever_approved_a_bill_is_told_that_it_waits_for_a_second_person(manager, house, clinic):
    bill = house.bill(house.vendor(), "5000.01", number="A-18", on=today(clinic.site))
    address = reverse("office:bill", args=[bill.pk])
    assert "a second person approves it after you" in manager.get(address).content.decode()

    manager.post(reverse("office:approve_bill", args=[bill.pk]), {})

    drawer = manager.get(address).content.decode()
    assert "You approved this bill" in drawer
    assert 'form="approve-form"' not in drawer


@pytest.mark.parametrize("name", ["pay", "positive_pay"])
@pytest.mark.parametrize("far", ["9999-12-31", "0001-01-01", "2026-02-30"])
def test_a_day_beyond_all_calendars_is_as_none(manager, house, name, far):
    house.settings()
    asked = {"pay_on": far, "until": far, "first": far, "last": far}
    assert manager.get(reverse(f"office:{name}"), asked).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_a_manager_with_nothing_in_it(manager, name):
    assert manager.get(reverse(f"office:{name}")).status_code == 200


def test_the_way_of_a_bill_through_the_screens(manager, house, clinic):
    vendor = house.vendor()
    bill = house.bill(vendor, number="A-17", on=today(clinic.site))
    drawer = manager.get(reverse("office:bill", args=[bill.pk])).content.decode()
    assert "Approve" in drawer
    assert "A-17" in drawer

    manager.post(reverse("office:approve_bill", args=[bill.pk]), {})
    page = manager.get(reverse("office:pay")).content.decode()
    assert "Acme Medical Supply" in page
    said = {
        "pay_on": today(clinic.site), "until": today(clinic.site), "bill": [str(bill.pk)],
        "expected": "240.00", "key": "k",
    }  # fmt: skip
    summed = manager.post(reverse("office:pay_preview"), said).content.decode()
    assert "Pay 1 bill, $240.00" in summed
    answer = manager.post(reverse("office:pay"), said)
    with clinic.reading():
        run = PaymentRun.objects.get()
        [payment] = VendorPayment.objects.all()
    assert answer.headers["Location"] == reverse("office:run", args=[run.pk])

    assert "Print 1 check" in manager.get(answer.headers["Location"]).content.decode()
    pdf = manager.get(reverse("office:run_checks", args=[run.pk]))
    told = pypdfium2.PdfDocument(pdf.content)[0].get_textpage().get_text_bounded()
    assert "Two hundred forty and 00/100" in told
    assert "A-17" in told
    assert "Paid" in manager.get(reverse("office:payment", args=[payment.pk])).content.decode()
    assert manager.get(reverse("office:run_file", args=[run.pk])).status_code in (302, 409)
    assert house.again(bill).status == "paid"


def test_a_check_is_called_the_same_wherever_it_stands(manager, house, clinic):
    vendor = house.vendor()
    bill = house.bill(vendor, number="A-18", on=today(clinic.site))
    manager.post(reverse("office:approve_bill", args=[bill.pk]), {})
    said = {
        "pay_on": today(clinic.site), "until": today(clinic.site), "bill": [str(bill.pk)],
        "expected": "240.00", "key": "k",
    }  # fmt: skip
    manager.post(reverse("office:pay"), said)
    with clinic.reading():
        run = PaymentRun.objects.get()
        payment = VendorPayment.objects.get()
    places = [
        reverse("office:run", args=[run.pk]),
        reverse("office:payments"),
        reverse("office:payment", args=[payment.pk]),
    ]

    def states():
        pages = [manager.get(place).content.decode() for place in places]
        words = ("To be handed out", "Paid", "Handed out", "Voided")
        return [
            {one for one in words if re.search(rf'class="badge[^>]*>(<svg.*?</svg>)?{one}<', page)}
            for page in pages
        ]

    assert states() == [{"To be handed out"}] * 3
    manager.get(reverse("office:run_checks", args=[run.pk]))
    assert states() == [{"Paid"}] * 3


def test_what_went_back_is_offered_as_a_credit(manager, house, clinic):
    on = today(clinic.site)
    line = operations.ToOrder("Gloves", "expense.supplies", Decimal(10), Decimal("12.50"))
    order = operations.place_order(
        house.vendor(), site=clinic.site, lines=[line], ordered_on=on, by=house.omar
    )
    with clinic.reading():
        [row] = orders.rows_of(order)
    url = reverse("office:bill_order", args=[order.pk])

    def come(quantity):
        operations.receive(
            order, {row.line.pk: Decimal(quantity)}, received_on=on, at=now(), by=house.omar
        )

    def offered():
        page = manager.get(url).context
        return page["form"]["kind"].value(), page["lines"].forms[0]["quantity"].value()

    come("10")
    assert offered() == ("bill", 10)
    told = house.line("125.00", quantity=Decimal(10), order_line=row.line)
    house.bill(order.vendor, "125.00", on=on, lines=[told], order=order)
    assert offered() == ("bill", None)
    come("-2")
    assert offered() == ("credit", 2)


def test_a_bill_entered_under_another_vendor_is_put_right(manager, house, clinic):
    wrong, right = house.vendor(), house.vendor("Zeta Supply", account="expense.rent")
    bill = house.bill(wrong, number="A-17", on=today(clinic.site))
    said = {
        "vendor": str(right.pk), "kind": "bill", "vendor_number": "A-17", "total": "240.00",
        "billed_on": today(clinic.site), "line-TOTAL_FORMS": "0", "line-INITIAL_FORMS": "0",
        "version": house.again(bill).version,
    }  # fmt: skip

    assert manager.post(reverse("office:change_bill", args=[bill.pk]), said).status_code == 302

    changed = house.again(bill)
    assert changed.vendor_id == right.pk
    with clinic.reading():
        assert [line.account for line in queries.lines_of(changed)] == ["expense.rent"]


def test_a_bill_is_entered_with_lines_and_what_is_wrong_stands_on_the_form(manager, house, clinic):
    vendor = house.vendor(account="expense.rent")
    url = reverse("office:new_bill")
    said = {
        "vendor": str(vendor.pk), "kind": "bill", "vendor_number": "R-1", "total": "1000.00",
        "billed_on": today(clinic.site), "line-TOTAL_FORMS": "3", "line-INITIAL_FORMS": "0",
        "line-0-account": "expense.repairs", "line-0-amount": "100.00",
        "line-1-what": "The rest",
    }  # fmt: skip
    assert manager.post(url, {**said, "line-1-amount": "899.00"}).status_code == 422
    assert manager.post(url, said).status_code == 302
    with clinic.reading():
        bill = Bill.objects.get()
        lines = list(bill.lines.order_by("place").values_list("account", "amount"))
    assert lines == [("expense.repairs", Decimal(100)), ("expense.rent", Decimal(900))]

    again = manager.post(url, said)
    assert "is here already" in again.content.decode()
    likely = manager.post(url, {**said, "vendor_number": "R-2"})
    assert "It is another bill" in likely.content.decode()
    assert manager.post(
        url, {**said, "vendor_number": "R-2", "is_another": "on"}
    ).status_code == 302  # fmt: skip
    with clinic.reading():
        assert Bill.objects.count() == 2


def test_the_office_is_closed_to_the_front_desk_and_sums_to_nobody_without_the_right(
    house, client, clinic
):
    client.force_login(clinic.member("receptionist", email="maria@office.example").user)
    for name in PAGES:
        assert client.get(reverse(f"office:{name}")).status_code == 403


def test_a_list_asks_as_much_for_many_rows_as_for_one(
    house, clinic, django_assert_num_queries, manager
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    vendor = house.vendor()
    house.approved(vendor, number="N-0")
    asked = []
    for name in ("bills", "pay", "forecast", "payments", "orders"):
        with CaptureQueriesContext(
            connection,
        ) as few:
            manager.get(reverse(f"office:{name}"), {"show": "pay"})
        asked.append(len(few))
    for number in range(1, 12):
        house.approved(vendor, number=f"N-{number}")
    again = []
    for name in ("bills", "pay", "forecast", "payments", "orders"):
        with CaptureQueriesContext(connection) as many:
            manager.get(reverse(f"office:{name}"), {"show": "pay"})
        again.append(len(many))
    assert again == asked


def test_neither_account_numbers_nor_tax_ids_are_shown_or_kept_readable(manager, house, clinic):
    vendor = house.vendor(tax_id="12-3456789", reported_as="nec")
    house.bank(vendor, "998877665544", confirmed_by=house.pat)
    house.settings()
    pages = [
        reverse("office:vendors"), reverse("office:vendors_edit", args=[vendor.pk]),
        reverse("office:bank", args=[vendor.pk]), reverse("office:year"),
        reverse("office:settings"),
    ]  # fmt: skip
    told = "".join(manager.get(url).content.decode() for url in pages)
    for secret in ("998877665544", "123456789", "12-3456789", "55501234"):
        assert secret not in told
    assert "•••• 5544" in told
    assert "•••• 6789" in told
    from django.db import connection

    from frontdesk.core.models import AuditEntry

    with connection.cursor() as cursor, clinic.reading():
        cursor.execute(
            "SELECT account_sealed FROM office_vendorbank WHERE practice_id = %s",
            [clinic.practice.pk.hex if connection.vendor == "sqlite" else clinic.practice.pk],
        )
        assert all("998877665544" not in row[0] for row in cursor.fetchall())
        kept = str(list(AuditEntry.objects.filter(
            practice_id=clinic.practice.pk
        ).values_list("changes", flat=True)))  # fmt: skip
    assert "998877665544" not in kept
    assert "123456789" not in kept


def test_a_picture_is_kept_with_its_bill_and_shown(manager, house):
    bill = house.bill(house.vendor())
    out = io.BytesIO()
    Image.new("RGB", (9, 9)).save(out, "PNG")
    url = reverse("office:attach", args=[bill.pk])
    file = SimpleUploadedFile("scan.png", out.getvalue())
    page = manager.post(url, {"file": file}, HTTP_HX_REQUEST="true")
    assert "scan.png" in page.content.decode()
    with house.clinic.reading():
        [kept] = bill.files.all()
    shown = manager.get(reverse("office:bill_file", args=[kept.pk]))
    assert shown.headers["Content-Type"] == "image/png"
    wrong = SimpleUploadedFile("x.exe", b"MZ")
    assert manager.post(url, {"file": wrong}, HTTP_HX_REQUEST="true").status_code == 409
