"""Whatever happens, the books balance and the patients' accounts add up to them."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Entry, Payment, Posting
from frontdesk.ledger.rules import Bucket, Line, settle

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
DAY = date(2026, 11, 23)

cents = st.integers(1, 30000).map(lambda number: Decimal(number).scaleb(-2))
steps = st.lists(
    st.one_of(
        st.tuples(st.just("charge"), st.integers(0, 2), cents),
        st.tuples(st.just("share"), st.integers(0, 2), cents),
        st.tuples(st.just("pay"), st.integers(0, 2), cents),
        st.tuples(st.just("copay"), st.integers(0, 2), cents),
        st.tuples(st.just("unpay"), st.integers(0, 9), cents),
        st.tuples(st.just("uncharge"), st.integers(0, 9), cents),
    ),
    max_size=14,
)


class History:
    """Random things that happen to three visits of one patient."""

    def __init__(self, clinic, patient):
        self.clinic, self.patient, self.by = clinic, patient, clinic.anybody()
        self.visits = [new_key() for _ in range(3)]
        self.charges = []
        self.payments = []

    def move(self, source, target, amount, visit, charge):
        return operations.post(
            "test",
            key=str(new_key()),
            lines=[
                Line(
                    source,
                    target,
                    amount,
                    "test",
                    patient_id=self.patient.pk,
                    visit_id=visit,
                    charge_id=charge,
                )
            ],
            on=DAY,
            by=self.by,
        )

    def charge(self, number, amount):
        visit, charge = self.visits[number], new_key()
        posting = self.move("income.services", "receivable.insurance", amount, visit, charge)
        self.charges.append([visit, charge, amount, [posting]])

    def share(self, number, amount):
        for found in self.charges:
            if found[0] == self.visits[number] and found[2] >= amount:
                found[2] -= amount
                found[3].append(
                    self.move("receivable.insurance", "receivable.patient", amount, *found[:2])
                )
                operations.apply_credit(self.patient, at=NOON, by=self.by)
                return

    def uncharge(self, number, _):
        if number < len(self.charges):
            for posting in self.charges.pop(number)[3]:
                operations.reverse(posting, because="Wrong", at=NOON, by=self.by)
            operations.apply_credit(self.patient, at=NOON, by=self.by)

    def pay(self, number, amount, kind="balance"):
        self.payments.append(
            operations.take_payment(
                self.patient,
                amount=amount,
                method="cash",
                kind=kind,
                site=self.clinic.site,
                key=str(new_key()),
                at=NOON,
                visit_id=self.visits[number],
                by=self.by,
            )
        )

    def copay(self, number, amount):
        self.pay(number, amount, "copay")

    def unpay(self, number, _):
        if number < len(self.payments):
            payment = self.payments.pop(number)
            operations.reverse_payment(payment, because="Wrong", at=NOON, by=self.by)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_the_books_balance_whatever_happens(clinic, happened):
    with transaction.atomic():
        patient = clinic.patient()
        history = History(clinic, patient)
        for name, number, amount in happened:
            getattr(history, name)(number, amount)
        with clinic.reading():
            check_books(patient, history)
        transaction.set_rollback(True)


def check_books(patient, history):
    books = {found.code: found.balance for found in queries.trial_balance()}
    balance = queries.balance_of(patient)
    assert sum(books.values(), Decimal(0)) == 0
    assert books.get("receivable.patient", 0) == balance.patient_due
    assert books.get("receivable.insurance", 0) == balance.insurance_due
    assert -books.get("patient.credit", 0) == balance.credit
    kept = sum((payment.amount for payment in history.payments), Decimal(0))
    assert books.get("cash", 0) == kept
    assert balance.patient_due >= 0
    assert balance.credit >= 0
    owed = defaultdict(Decimal)
    for bucket in queries.owing(patient, on=DAY).buckets:
        owed[bucket.charge_id] += bucket.owed
    assert all(amount >= 0 for amount in owed.values())
    assert queries.account(patient).balance == balance


buckets = st.lists(
    st.builds(
        Bucket,
        visit_id=st.sampled_from([new_key(), new_key()]),
        charge_id=st.uuids(),
        owed=st.integers(-900, 900).map(Decimal),
        applied=st.just(Decimal(0)),
        since=st.dates(date(2026, 1, 1), date(2026, 12, 1)),
    ),
    max_size=6,
)


@given(buckets, st.integers(0, 2000).map(Decimal))
def test_settling_leaves_no_bucket_below_zero_and_no_credit_beside_a_debt(found, credit):
    moves = settle(found, credit)

    left = {bucket.charge_id: bucket.owed for bucket in found}
    for move in moves:
        left[move.charge_id] -= move.amount
    rest = credit - sum((move.amount for move in moves), Decimal(0))
    assert all(owed >= 0 for owed in left.values())
    assert rest == 0 or all(owed == 0 for owed in left.values())
    assert rest >= 0


def test_a_key_posts_once(clinic):
    line = Line("bank", "cash", Decimal("1.00"), "test")

    first = operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())
    second = operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())

    assert first == second
    with clinic.reading():
        assert Entry.objects.count() == 1


@pytest.mark.parametrize(
    "line",
    [
        Line("cash", "cash", Decimal(1), "t"),
        Line("cash", "bank", Decimal(0), "t"),
        Line("cash", "bank", Decimal("0.005"), "t"),
        Line("cash", "pocket", Decimal(1), "t"),
        Line("receivable.patient", "cash", Decimal(1), "t"),
    ],
)
def test_what_the_books_cannot_hold_is_not_posted(clinic, line):
    with pytest.raises(ValueError, match=r"\w"):
        operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())


def test_an_entry_that_stands_is_never_edited(clinic):
    line = Line("bank", "cash", Decimal("1.00"), "test")
    operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())
    with clinic.writing():
        entry = Entry.objects.get()
        entry.amount = Decimal(2)

        with pytest.raises(TypeError, match="never edited"):
            entry.save()


def test_the_database_itself_refuses_to_change_an_entry(clinic):
    line = Line("bank", "cash", Decimal("1.00"), "test")
    operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())
    with clinic.writing():
        entry = Entry.objects.get()
        entry.amount = Decimal(2)

        with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
            Entry.objects.bulk_update([entry], ["amount"])


def test_a_reversal_stands_and_is_made_once(clinic):
    line = Line("bank", "cash", Decimal("1.00"), "test")
    posting = operations.post("t", key="k", lines=[line], on=DAY, by=clinic.anybody())

    first = operations.reverse(posting, because="Wrong", at=NOON, by=clinic.anybody())
    second = operations.reverse(posting, because="Wrong", at=NOON, by=clinic.anybody())

    assert first == second
    with clinic.reading():
        assert Posting.objects.count() == 2
        assert {found.balance for found in queries.trial_balance()} == {Decimal(0)}


def test_a_balance_of_then_leaves_out_what_came_later(clinic):
    patient = clinic.patient()
    history = History(clinic, patient)
    history.pay(0, Decimal(10))
    history.pay(0, Decimal(5))
    with clinic.reading():
        first = Payment.objects.order_by("number").first()

        then = queries.balance_of(patient, up_to=first.posting.number)

    assert then.credit == Decimal(10)


def test_another_practice_sees_none_of_it(clinic, other):
    patient = clinic.patient()
    History(clinic, patient).pay(0, Decimal(10))

    with other.reading():
        assert queries.balance_of(patient) == queries.Balance()
        assert queries.trial_balance() == []
        assert queries.balances_of([patient.pk]) == {}


def test_credit_for_a_visit_never_billed_is_free_after_two_months(clinic):
    patient = clinic.patient()
    history = History(clinic, patient)
    history.copay(0, Decimal(10))
    charge = new_key()
    history.move("income.services", "receivable.patient", Decimal(8), history.visits[1], charge)
    with clinic.reading():
        soon = queries.owing(patient, on=DAY + timedelta(days=60))
        later = queries.owing(patient, on=DAY + timedelta(days=61))

    assert soon.held == {history.visits[0]: Decimal(10)}
    assert later.held == {}
