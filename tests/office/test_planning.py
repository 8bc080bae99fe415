"""Budgets beside the books, files of them, and the cash of the weeks ahead."""

import threading
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse

from frontdesk.core.clock import today
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.rules import Line
from frontdesk.office import operations
from frontdesk.office.models import BudgetLine
from frontdesk.office.queries import planning
from frontdesk.staff.models import User
from tests.clinic import Clinic
from tests.office.house import TODAY, House, day

RENT, JAN = "expense.rent", date(2026, 1, 1)


def planned(amount, *, site=None, month=JAN, account=RENT):
    return operations.Planned(account, site, month, Decimal(amount))


def moved(clinic, source, target, amount, on, site=None):
    line = Line(source, target, Decimal(amount), "x", site_id=site)
    ledger.post("x", key=str(new_key()), lines=[line], on=on, by=clinic.anybody())


def test_budget_beside_the_books_by_site_and_month(house, clinic):
    here = clinic.site.pk
    operations.set_budget(
        [
            planned("900", site=here),
            planned("100"),
            planned("900", site=here, month=date(2026, 2, 1)),
            planned("5000", account="income.services"),
        ],
        by=house.grace,
    )
    moved(clinic, "payable", RENT, "950.00", day("2026-01-05"), here)
    moved(clinic, "payable", RENT, "70.00", day("2026-01-31"))
    moved(clinic, RENT, "payable", "20.00", day("2026-02-01"))  # a credit
    moved(clinic, "income.services", "cash", "5100.00", day("2026-01-09"), here)
    moved(clinic, "payable", RENT, "1.00", day("2025-12-31"))
    with clinic.reading():
        january, february = planning.plan(2026, 1), planning.plan(2026, 2)
        site = planning.plan(2026, 1, str(here))
        none = planning.plan(2026, 1, "none")

    def rent(plan):
        return next((r.budget, r.actual, r.better) for r in plan.rows if r.code == RENT)

    assert rent(january) == (1000, 1020, -20)
    assert rent(february) == (1900, 1000, 900)
    assert rent(site) == (900, 950, -50)
    assert rent(none) == (100, 70, 30)
    assert (january.income.budget, january.income.actual, january.income.better) == (
        5000,
        5100,
        100,
    )
    assert january.months[0] == (1000, 1020)
    assert january.months[1] == (900, -20)


def test_a_budget_is_set_once_more_and_only_what_is_named_changes(house, clinic):
    rows = [planned("10"), planned("20", month=date(2026, 2, 1))]
    assert operations.set_budget(rows, by=house.grace) == 2
    assert operations.set_budget(rows, by=house.grace) == 0
    assert operations.set_budget([planned("11")], by=house.grace) == 1
    with clinic.reading():
        held = list(BudgetLine.objects.order_by("month").values_list("amount", flat=True))
    assert held == [11, 20]


def test_two_who_change_the_same_account_do_not_undo_each_other(manager, clinic):
    url = f"{reverse('office:budget_line')}?code={RENT}&year=2026"
    months = {f"m{number}": "100.00" for number in range(1, 13)}
    assert manager.post(url, months).status_code == 302
    version = manager.get(url).context["version"]
    first = manager.post(url, {**months, "m3": "900.00", "version": version})
    assert first.status_code == 302

    second = manager.post(url, {**months, "m6": "50.00", "version": version})

    assert second.status_code == 422
    assert "changed this in the meantime" in second.content.decode()
    with clinic.reading():
        held = planning.budget_of(RENT, 2026, None)
    assert (held[3].amount, held[6].amount) == (900, 100)
    fresh = manager.get(url).context["version"]
    assert manager.post(url, {**months, "m6": "50.00", "version": fresh}).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_two_new_budgets_at_once_are_one():
    clinic = Clinic()
    house = House(clinic)
    barrier, told = threading.Barrier(2), []

    def plan(amount):
        barrier.wait()
        try:
            told.append(operations.set_budget([planned(amount)], by=house.grace))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=plan, args=[amount]) for amount in ("10", "20")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert told == [1, 1]
    with clinic.reading():
        assert BudgetLine.objects.count() == 1


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (planned("1", account="bank"), "no account “bank”"),
        (planned("1", account="rubbish"), "no account “rubbish”"),
        (planned("1", site=new_key()), "no such site"),
        (planned("1", month=date(2026, 1, 2)), "whole months"),
    ],
)
def test_what_is_no_budget(house, row, words):
    with pytest.raises(Refused, match=words):
        operations.set_budget([row], by=house.grace)


def test_only_a_manager_plans(house):
    with pytest.raises(NotPermitted):
        operations.set_budget([planned("1")], by=house.omar)


@pytest.fixture
def manager(house, client):
    """A signed-in manager."""
    client.force_login(User.objects.get(email="grace@office.example"))
    return client


def test_a_file_with_an_unknown_account_is_told_by_line_and_nothing_is_taken_over(manager, clinic):
    url = reverse("office:budget_import")

    def send(text):
        file = SimpleUploadedFile("budget.csv", text.encode())
        return manager.post(url, {"year": 2026, "file": file})

    wrong = send("Account,Site,Jan\nRent,Elm Street,900\nRnet,,5\n")
    assert wrong.status_code == 422
    assert "Line 3: there is no account “Rnet”. Did you mean “Rent”?" in wrong.content.decode()
    with clinic.reading():
        assert not BudgetLine.objects.exists()
    assert send("Account,Site,Jan\nRent,Elm Street,900\n").status_code == 302
    with clinic.reading():
        [line] = BudgetLine.objects.all()
    assert (line.account, line.site_id, line.amount) == (RENT, clinic.site.pk, 900)


def test_a_years_budget_by_its_sum_and_the_sample_comes_back_in(manager, clinic):
    url = f"{reverse('office:budget_line')}?code={RENT}&year=2026"
    assert manager.post(url, {"whole": "1000.00"}).status_code == 302
    with clinic.reading():
        amounts = [line.amount for line in planning.budget_of(RENT, 2026, None).values()]
    assert sum(amounts) == 1000
    sample = manager.get(reverse("office:budget_sample")).getvalue()
    filled = sample.replace(b"Rent,,", b"Rent,,55", 1)
    file = SimpleUploadedFile("budget.csv", filled)
    answer = manager.post(reverse("office:budget_import"), {"year": 2026, "file": file})
    assert answer.status_code == 302
    with clinic.reading():
        assert planning.budget_of(RENT, 2026, None)[1].amount == 55


def test_cash_ahead_from_the_bank_bills_recurring_and_the_usual_week(house, clinic):
    monday = TODAY - timedelta(days=TODAY.weekday())
    for week in range(1, 13):
        moved(clinic, "cash", "bank", "100.00", monday - timedelta(days=7 * week))
    vendor = house.vendor(net_days=10)
    house.approved(vendor, "400.00")
    house.bill(vendor, "50.00", due_on=TODAY)
    house.approved(vendor, "30.00", kind="credit")
    operations.save_recurring(
        None,
        {"vendor": vendor, "what": "x", "account": RENT, "amount": Decimal(10), "every": "week",
         "next_on": TODAY + timedelta(days=7)},
        by=house.omar,
    )  # fmt: skip
    with clinic.reading():
        weeks = planning.cash_ahead(TODAY)
    assert len(weeks) == 13
    assert {week.comes for week in weeks} == {100}
    assert weeks[0].goes == {"waiting": 50}
    assert weeks[0].closing == 1200 + 100 - 50
    assert weeks[1].goes == {"bills": 370}
    assert weeks[2].goes == {"recurring": 10}
    assert weeks[-1].closing == 1200 + 1300 - 50 - 370 - 10 * sum(
        "recurring" in week.goes for week in weeks
    )


def test_a_page_of_the_budget_leads_to_the_entries_and_out_as_csv(manager, clinic):
    on = today(clinic.site)
    moved(clinic, "payable", RENT, "950.00", on, clinic.site.pk)
    page = manager.get(reverse("office:budget")).content.decode()
    assert f"code={RENT}&amp;first={on.year}-01-01" in page
    text = manager.get(f"{reverse('office:budget')}?csv=1").getvalue().decode()
    assert "Rent,expense.rent,0.00,950.00,-950.00" in text
