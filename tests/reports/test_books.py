"""Reports of the books against sums made independently, entry by entry."""

import csv
import io
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from beancount import loader
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import today
from frontdesk.core.kept import forget
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations as ledger
from frontdesk.ledger.models import Entry, Payment
from frontdesk.ledger.queries import moved as moved_kept
from frontdesk.ledger.rules import Line
from frontdesk.reports.jobs.books import check_ties
from frontdesk.reports.queries import books_aging
from frontdesk.reports.queries.books_aging import open_items
from frontdesk.reports.queries.books_close import points_of_day, points_of_month
from frontdesk.reports.queries.books_sums import (
    entries_behind,
    moved,
    profit_by_month,
    profit_by_site,
    ties,
)
from frontdesk.reports.rules.books import (
    BUCKETS,
    aged,
    bucket_of,
    reason_of_claim,
    reason_of_statement,
    together,
)
from frontdesk.staff.models import WorkItem
from tests.ledger.test_payments import charge, pay
from tests.ledger.test_screens import paid

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DAY = NOON.date()


def post(clinic, source, target, amount, *, on=DAY, kind="payment", **more):
    line = Line(source, target, Decimal(amount), kind, **more)
    return ledger.post("t", key=str(new_key()), lines=[line], on=on, by=clinic.anybody())


@pytest.fixture
def manager(clinic, client):
    """A signed-in manager."""
    client.force_login(clinic.member("manager").user)
    return client


@pytest.mark.parametrize(
    ("age", "bucket"),
    [(0, 0), (30, 0), (31, 1), (60, 1), (61, 2), (90, 2), (91, 3), (120, 3), (121, 4)],
)
def test_ages_fall_into_their_buckets(age, bucket):
    assert bucket_of(age) == bucket


def test_reasons_come_from_the_claim_and_the_statement():
    assert reason_of_claim(None) == "no_claim"
    assert reason_of_claim("received") == "sent"
    assert reason_of_claim("denied") == "denied"
    assert reason_of_statement(None, DAY) == "no_statement"
    assert reason_of_statement(DAY, DAY) == "billed"
    assert reason_of_statement(DAY - timedelta(days=1), DAY) == "past_due"


def oracle(clinic, code, on):
    """Add an account up entry by entry."""
    with clinic.reading():
        total = Decimal(0)
        for entry in Entry.objects.select_related("source", "target"):
            if entry.posted_on <= on:
                total += entry.amount * (entry.target.code == code)
                total -= entry.amount * (entry.source.code == code)
    return total


def some_history(clinic):
    ann, bob = clinic.patient("Ann"), clinic.patient("Bob")
    payer = clinic.payer()
    for days, amount in (
        (3, "100.00"),
        (45, "80.00"),
        (75, "60.00"),
        (100, "50.00"),
        (200, "7.01"),
    ):
        on = DAY - timedelta(days=days)
        ledger.post(
            "charge", key=str(new_key()), on=on, by=clinic.anybody(),
            lines=[Line(
                "income.services", "receivable.insurance", Decimal(amount), "charge",
                patient_id=ann.pk, payer_id=payer.pk, charge_id=new_key(), visit_id=new_key(),
                service_on=on, site_id=clinic.site.pk,
            )],
        )  # fmt: skip
    charge(clinic, bob, "30.00", on=DAY - timedelta(days=95))
    pay(clinic, bob, "12.50")
    pay(clinic, clinic.patient("Cyd"), "40.00")
    return ann, bob, payer


def test_aging_is_the_ledger_to_the_cent(clinic):
    _ann, bob, payer = some_history(clinic)
    with clinic.reading():
        insurance = open_items("insurance", DAY)
        patients = open_items("patient", DAY)
        credits_ = open_items("credit", DAY)

    rows = aged((item.payer, item.payer, item) for item in insurance)
    assert [(row.name, row.count) for row in rows] == [(payer.name, 5)]
    assert rows[0].sums == tuple(map(Decimal, ("100.00", "80.00", "60.00", "50.00", "7.01")))
    assert together(rows).total == oracle(clinic, "receivable.insurance", DAY)
    assert [(item.patient_id, item.amount, item.age) for item in patients] == [
        (bob.pk, Decimal("17.50"), 95)
    ]
    assert sum(item.amount for item in credits_) == -oracle(clinic, "patient.credit", DAY) == 40
    assert {item.reason for item in insurance} == {"no_claim"}
    assert {item.reason for item in patients} == {"no_statement"}
    assert {item.reason for item in credits_} == {"free_credit"}


def test_credit_that_paid_another_visit_is_told_once_and_what_waits_for_a_bill_apart(clinic):
    dee = clinic.patient("Dee")
    first, second = new_key(), new_key()
    pay(clinic, dee, "40.00", kind="copay", visit_id=first)
    pay(clinic, dee, "30.00", kind="balance", visit_id=second)
    charge(clinic, dee, "25.00", visit=second)
    ledger.apply_credit(dee, at=NOON, by=clinic.anybody())

    with clinic.reading():
        found = {item.reason: item.amount for item in open_items("credit", DAY)}
        owed = open_items("patient", DAY)

    assert found == {"held_credit": 40, "free_credit": 5}
    assert owed == []


@pytest.mark.parametrize("most", [books_aging.CHUNK, 1])
def test_credit_of_a_day_is_that_days_whatever_came_and_went_since(clinic, monkeypatch, most):
    monkeypatch.setattr(books_aging, "CHUNK", most)
    ann, bea = clinic.patient("Ann"), clinic.patient("Bea")
    then = DAY - timedelta(days=10)
    post(clinic, "patient.credit", "bank", "40.00", on=then, patient_id=ann.pk)
    post(clinic, "bank", "patient.credit", "40.00", patient_id=ann.pk)
    post(clinic, "patient.credit", "bank", "20.00", patient_id=bea.pk)

    def told(on):
        with clinic.reading():
            return [(item.patient_id, item.amount) for item in open_items("credit", on)]

    assert told(then) == [(ann.pk, 40)]
    assert told(DAY) == [(bea.pk, 20)]


def test_credit_asks_the_same_for_few_and_for_many(clinic, django_assert_num_queries):
    def asked():
        with clinic.reading(), django_assert_num_queries(7):
            return len(open_items("credit", DAY))

    for amount in (1, 2, 3):
        paying = clinic.patient()
        post(clinic, "patient.credit", "bank", "20.00", patient_id=paying.pk)
        if amount != 2:
            assert asked() == amount


@pytest.mark.parametrize("most", [moved_kept.MOST_NAMED, 1])
@pytest.mark.parametrize("chunk", [moved_kept.CHUNK, 2])
def test_what_was_open_on_any_day_is_what_the_entries_up_to_it_say(
    clinic, monkeypatch, settings, most, chunk
):
    settings.BOARDS_KEPT = 50
    forget()
    monkeypatch.setattr(moved_kept, "MOST_NAMED", most)
    monkeypatch.setattr(moved_kept, "CHUNK", chunk)
    dice = Random(7)
    patients = [clinic.patient(name) for name in ("Ann", "Bob", "Cyd")]
    visits = [(patient.pk, new_key()) for patient in patients for _ in range(2)]
    visits += [(patient.pk, None) for patient in patients]
    days = [DAY - timedelta(days=number) for number in (90, 60, 30, 0)]
    for _ in range(12):
        patient, visit = dice.choice(visits)
        about = {"patient_id": patient, "visit_id": visit}
        amount, on = str(dice.choice((10, 20))), dice.choice(days)
        for source, target in dice.sample(MOVES, 2):
            post(clinic, source, target, amount, on=on, **about)
        on = dice.choice(days)
        for code in ("receivable.insurance", "receivable.patient"):
            side = code.removeprefix("receivable.")
            with clinic.reading():
                found = {(i.patient_id, i.visit_id): i.amount for i in open_items(side, on)}
            assert found == left_of(clinic, code, on)
    forget()


MOVES = [
    ("income.services", "receivable.insurance"),
    ("receivable.insurance", "bank"),
    ("receivable.insurance", "receivable.patient"),
    ("receivable.patient", "bank"),
    ("receivable.patient", "receivable.insurance"),
]


def left_of(clinic, code, on):
    """Add up what is left of each visit entry by entry."""
    found = defaultdict(Decimal)
    with clinic.reading():
        for entry in Entry.objects.select_related("source", "target"):
            if entry.posted_on <= on:
                sign = (entry.target.code == code) - (entry.source.code == code)
                found[entry.patient_id, entry.visit_id] += sign * entry.amount
    return {key: amount for key, amount in found.items() if amount}


@given(st.integers(0, 260))
def test_every_age_has_one_bucket(age):
    assert 0 <= bucket_of(age) < len(BUCKETS)


def test_aging_as_of_a_past_day_knows_nothing_that_came_later(clinic):
    some_history(clinic)
    then = DAY - timedelta(days=60)
    with clinic.reading():
        items = open_items("insurance", then)

    assert sorted(item.amount for item in items) == [Decimal("7.01"), 50, 60]
    assert sum(item.amount for item in items) == oracle(clinic, "receivable.insurance", then)


def test_profit_and_loss_is_the_ledger_by_month_and_by_site(clinic):
    some_history(clinic)
    post(clinic, "cash", "overshort", "3.00", kind="overshort", site_id=clinic.site.pk)
    with clinic.reading():
        by_month = profit_by_month(2026)
        at_site = profit_by_month(2026, str(clinic.site.pk))
        nowhere = profit_by_month(2026, "none")
        by_site = profit_by_site(date(2026, 1, 1), date(2026, 12, 31))
        expected = defaultdict(Decimal)
        for entry in Entry.objects.select_related("source", "target"):
            if entry.source.code == "income.services":
                expected[entry.posted_on.month] += entry.amount
    services = next(row for row in by_month.rows if row.code == "income.services")
    assert {n + 1: s for n, s in enumerate(services.sums) if s} == dict(expected)
    assert by_month.net.total == services.total - 3
    assert at_site.net.total + nowhere.net.total == by_month.net.total
    assert by_site.net.total == by_month.net.total
    assert by_site.columns == ["Elm Street", "No site"]


def test_the_rows_behind_an_account_add_up_to_its_balance(clinic):
    some_history(clinic)
    with clinic.reading():
        found = entries_behind("receivable.patient", None, DAY)
        debit, credit = moved(found, "receivable.patient")
    assert debit - credit == oracle(clinic, "receivable.patient", DAY) == Decimal("17.50")


def test_aging_asks_the_same_for_few_and_for_many(clinic, django_assert_num_queries):
    def asked():
        with clinic.reading(), django_assert_num_queries(14):  # seven learn what was posted since
            return len(open_items("insurance", DAY))

    some_history(clinic)
    charge(clinic, clinic.patient(), "10.00", to="receivable.insurance")  # of no visit
    few = asked()
    for _ in range(3):
        patient = clinic.patient()
        charge(clinic, patient, "10.00", to="receivable.insurance")
    assert asked() == few + 3


def test_the_night_tells_the_manager_what_does_not_agree_and_settles_it(clinic):
    with clinic.reading():
        assert all(tie.holds for tie in ties())
    pay(clinic, clinic.patient(), "20.00")
    stray = post(clinic, "bank", "cash", "5.00")

    first = check_ties.func(str(clinic.practice.pk))
    again = check_ties.func(str(clinic.practice.pk))

    assert first == again == 1
    with clinic.reading():
        item = WorkItem.objects.get(kind="ledger.books_apart")
    assert (item.title, item.amount) == ("The books do not agree: Cash drawer", 5)
    ledger.reverse(stray, because="Wrong", at=NOON, by=clinic.anybody())
    assert check_ties.func(str(clinic.practice.pk)) == 0
    with clinic.reading():
        assert WorkItem.objects.get(kind="ledger.books_apart").status == "done"


def test_the_checklist_says_what_is_open(clinic):
    at = NOON
    visit = clinic.visit(at=at)
    with clinic.writing():
        visit.stage = "gone"
        visit.save()
    pay(clinic, clinic.patient("Cyd"), "40.00")
    with clinic.reading():
        assert Payment.objects.get().drawer_id is None
        points = {point.label: point for point in points_of_day(clinic.site, DAY)}
        found = points_of_month(date(2026, 11, 1), date(2026, 11, 30))
        month = {point.label: point for point in found}

    assert points["Visits without a charge"].says == f"1: {visit.patient.name}"
    assert points["Cash and checks in no drawer"].says == "1, $40.00"
    assert points["Payments not applied"].says == "1, $40.00"
    assert points["Drawers"].tone == "green"
    assert month["Days of Elm Street"].stops
    assert month["The books agree"].tone == "green"


def rows_of(answer):
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


def test_files_have_numbers_as_numbers_and_leaving_is_remembered(clinic, manager):
    some_history(clinic)
    on = f"on={DAY:%Y-%m-%d}"
    for name, query in (
        ("aging", f"{on}&csv=1"),
        ("open_rows", f"{on}&csv=1"),
        ("trial", f"{on}&csv=1"),
        ("profit", "year=2026&csv=1"),
        ("entries", f"code=receivable.insurance&last={DAY:%Y-%m-%d}&csv=1"),
    ):
        rows = rows_of(manager.get(f"{reverse(f'reports:{name}')}?{query}"))
        assert len(rows) > 1
        assert all(Decimal(row[-1]) is not None for row in rows[1:]), name
    total = sum(Decimal(row[-1]) for row in rows[1:])
    assert total == Decimal("297.01")


def test_a_name_is_never_a_formula(clinic, manager):
    patient = clinic.patient("=HYPERLINK()", "+1")
    charge(clinic, patient, "30.00", on=DAY)

    rows = rows_of(manager.get(f"{reverse('reports:open_rows')}?side=patient&on={DAY}&csv=1"))

    assert all(not cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_the_page_says_whether_the_books_agree(clinic, manager):
    text = manager.get(reverse("reports:ties")).content.decode()

    assert "Patients&#x27; charts" in text
    assert text.count("Agree") > 10
    assert "Apart" not in text


def test_the_journal_is_accepted_by_beancount(clinic, manager):
    some_history(clinic)

    text = manager.get(reverse("reports:beancount")).getvalue().decode()

    entries, errors, _ = loader.load_string(text)
    assert errors == []
    assert len(entries) > 5
    assert "Lee" not in text


@pytest.mark.parametrize("name", ["aging", "open_rows", "trial", "profit", "close", "month"])
@pytest.mark.parametrize(
    "query",
    [
        "",
        "side=patient&group=payer&on=2026-11-23",
        "on=nonsense&side=x&year=x&bucket=77&month=13",
    ],
)
def test_every_report_opens_and_survives_nonsense(clinic, manager, name, query):
    some_history(clinic)
    assert manager.get(f"{reverse(f'reports:{name}')}?{query}").status_code == 200


def test_a_day_is_closed_on_screen_with_a_note_for_what_is_open(clinic, manager):
    on = today(clinic.site)
    paid(clinic, clinic.patient("Cyd"), "40.00", kind="balance")
    url = f"{reverse('reports:close')}?on={on:%Y-%m-%d}"

    refused = manager.post(url, {"note": ""})
    done = manager.post(url, {"note": "Cash counted by hand"})

    assert refused.status_code == 422
    assert "say why" in refused.content.decode()
    assert done.status_code == 302
    assert "Cash counted by hand" in manager.get(url).content.decode()


def test_the_front_desk_sees_no_books(clinic, client):
    client.force_login(clinic.member("receptionist").user)
    for name in ("aging", "trial", "ties", "profit", "close", "month", "beancount"):
        assert client.get(reverse(f"reports:{name}")).status_code == 403
