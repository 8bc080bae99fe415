"""Nobody posts into a closed day or month; opening one again takes two people."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.ledger import operations, queries
from frontdesk.ledger.models import Closing, Entry, Posting
from frontdesk.ledger.rules import Closed, Line, first_open, uncovered
from frontdesk.practice.models import Site
from frontdesk.staff.models import WorkItem
from frontdesk.staff.queries import actor_of
from tests.ledger.test_drawers import count, opened, take
from tests.ledger.test_payments import charge, pay

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
TODAY = NOON.date()
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)
LATE = NOON + timedelta(days=40)


@pytest.fixture
def grace(clinic):
    """The manager."""
    return actor_of(clinic.member("manager"))


@pytest.fixture
def second(clinic):
    """Another manager."""
    return actor_of(clinic.member("manager", email="second@example.test"))


def close(clinic, on=TODAY, by=None, site=None, at=NOON, **more):
    return operations.close_day(
        site or clinic.site, on, open_points=[], at=at, by=by or clinic.anybody(), **more
    )


def moved(clinic, on=TODAY, site=True, amount="5.00"):
    line = Line(
        "cash", "bank", Decimal(amount), "test", site_id=clinic.site.pk if site else None
    )  # fmt: skip
    return operations.post("t", key=str(new_key()), lines=[line], on=on, by=clinic.anybody())


days = st.dates(date(2026, 1, 1), date(2026, 2, 28))
sites = [new_key(), new_key()]
closed_days = st.lists(
    st.builds(
        lambda site, first, length: Closed(site, first, first + timedelta(days=length)),
        st.sampled_from([None, *sites]),
        days,
        st.integers(0, 20),
    ),
    max_size=8,
)


@given(days, closed_days)
def test_the_first_open_day_is_the_soonest_that_nothing_closes(on, shut):
    def is_shut(day, site):
        return any(c.first <= day <= c.last and c.site_id in (None, site) for c in shut)

    found = first_open(on, {sites[0]}, shut)

    day = on
    while is_shut(day, sites[0]):
        day += timedelta(days=1)
    assert found == day


def test_a_gap_between_closed_days_is_found():
    early = Closed(None, date(2026, 1, 1), date(2026, 1, 9))
    shut = [early, Closed(None, date(2026, 1, 11), date(2026, 1, 31))]
    assert uncovered(date(2026, 1, 1), date(2026, 1, 31), shut) == date(2026, 1, 10)
    assert uncovered(date(2026, 1, 11), date(2026, 1, 31), shut) is None


def test_what_comes_later_stands_on_the_next_open_day_and_refers_back(clinic):
    close(clinic)

    late = moved(clinic, TODAY)
    before = moved(clinic, YESTERDAY)

    assert (late.posted_on, late.meant_on) == (TOMORROW, TODAY)
    assert (before.posted_on, before.meant_on) == (TOMORROW, YESTERDAY)
    with clinic.reading():
        assert set(Entry.objects.values_list("posted_on", flat=True)) == {TOMORROW}
    assert moved(clinic, TOMORROW).meant_on is None


def test_a_payment_after_the_close_and_a_reversal_of_one_before_it_stand_on_the_next_day(clinic):
    paid = take(clinic, clinic.anybody(), "25.00")
    close(clinic)

    later = take(clinic, clinic.anybody(), "10.00")
    operations.reverse_payment(paid, because="Wrong", at=NOON, by=clinic.anybody())

    with clinic.reading():
        closed = {row.code: row.balance for row in queries.trial_balance(on=TODAY)}
        back = Posting.objects.get(reverses=paid.posting)
    assert later.posting.posted_on == back.posted_on == TOMORROW
    assert back.meant_on == TODAY
    assert closed["cash"] == 25


def test_all_that_an_evening_does_stands_on_the_offices_day(clinic):
    evening = datetime(2026, 11, 24, 4, 59, 59, tzinfo=UTC)  # 11:59:59 pm in New York
    told = {"at": evening, "by": clinic.anybody()}
    patient, visit = clinic.patient(), new_key()
    pay(clinic, patient, "30.00")
    charge(clinic, patient, "20.00", visit=visit)
    done = [operations.apply_credit(patient, **told)]
    charge(clinic, patient, "15.00", visit=visit)
    done.append(operations.apply_credit_to(patient, Decimal("5.00"), **told))
    done.append(operations.write_off(patient, Decimal("10.00"), because="Small balance", **told))
    operations.move_prepayment(
        patient, Decimal("5.00"), from_visit=None, to_visit=new_key(), key="moved", **told
    )
    with clinic.reading():
        done.append(Posting.objects.get(key="prepayment:moved"))
    done.append(operations.reverse(done[2], because="Wrong", **told))

    assert {one.posted_on for one in done} == {TODAY}
    close(clinic, at=evening)
    assert operations.reverse(done[1], because="Wrong", **told).posted_on == TOMORROW


def test_the_database_itself_refuses_an_entry_in_a_closed_day(clinic):
    close(clinic)
    posting = moved(clinic, TOMORROW)
    with clinic.writing():
        like = Entry.objects.get(posting=posting)
        for site in (clinic.site.pk, None):
            stray = Entry(
                posting=posting, source=like.source, target=like.target, amount=Decimal(1),
                posted_on=TODAY, kind="t", site_id=site,
            )  # fmt: skip
            with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
                stray.save()


def test_another_site_stays_open_until_it_closes_too(clinic):
    with clinic.writing():
        west = Site.objects.create(name="West", time_zone="America/New_York")
    close(clinic)

    assert moved(clinic).posted_on == TOMORROW
    assert moved(clinic, site=False).posted_on == TODAY

    close(clinic, site=west)

    assert moved(clinic, site=False).posted_on == TOMORROW


def test_another_practice_is_not_closed(clinic, other):
    close(clinic)
    assert moved(other).posted_on == TODAY


def test_a_closing_reaches_back_to_the_one_before_it(clinic):
    close(clinic, TODAY - timedelta(days=3))
    close(clinic)

    assert moved(clinic, YESTERDAY).posted_on == TOMORROW
    with clinic.reading():
        newest = queries.closings(clinic.site).filter(site=clinic.site).first()
    assert newest.first == TODAY - timedelta(days=2)


def test_a_day_with_an_uncounted_drawer_cannot_be_closed(clinic):
    maria = actor_of(clinic.member("receptionist"))
    drawer = opened(clinic, maria)
    with pytest.raises(Refused, match="Not counted yet: the drawer of Receptionist"):
        close(clinic)

    count(drawer, maria, _100_00=1)

    assert close(clinic).figures["Taken"] == "0.00"


def test_what_is_open_needs_a_note(clinic):
    said = {"open_points": ["Visits without a charge: 2"], "at": NOON, "by": clinic.anybody()}
    with pytest.raises(Refused, match="say why"):
        operations.close_day(clinic.site, TODAY, **said)

    closing = operations.close_day(clinic.site, TODAY, **said, note="Doctor signs tomorrow")

    assert closing.open_points == ["Visits without a charge: 2"]


def test_a_day_is_closed_once_not_ahead_and_by_who_may(clinic):
    close(clinic)
    with pytest.raises(Refused, match="closed already"):
        close(clinic)
    with pytest.raises(Refused, match="has not come"):
        close(clinic, TOMORROW)
    with pytest.raises(NotPermitted):
        close(clinic, TOMORROW, by=clinic.role("biller"))


def test_opening_again_takes_a_second_person_and_a_reason(clinic, grace, second):
    closing = close(clinic)
    with pytest.raises(Refused, match="Nobody asked"):
        operations.reopen(closing, at=NOON, by=second)
    with pytest.raises(Refused, match="Say why"):
        operations.ask_to_reopen(closing, because="", at=NOON, by=grace)
    operations.ask_to_reopen(closing, because="A check was missed", at=NOON, by=grace)
    assert moved(clinic).posted_on == TOMORROW
    for same in (grace, replace(grace, name="Somebody")):
        with pytest.raises(Refused, match="somebody else"):
            operations.reopen(closing, at=NOON, by=same)

    operations.reopen(closing, at=NOON, by=second)

    assert moved(clinic).posted_on == TODAY
    with clinic.reading():
        assert WorkItem.objects.get(kind="ledger.reopen").status == "done"
        assert {found.status for found in Closing.objects.all()} == {"reopened"}
    assert close(clinic).first.year == 2000


def test_what_was_asked_may_stay_closed(clinic, grace, second):
    closing = close(clinic)
    operations.ask_to_reopen(closing, because="Wrong", at=NOON, by=grace)

    operations.keep_closed(closing, at=NOON, by=second)

    assert moved(clinic).posted_on == TOMORROW


def test_a_month_is_closed_after_its_days_and_opened_before_them(clinic, grace, second):
    said = {"open_points": [], "at": LATE, "by": grace}
    month = date(2026, 11, 1)
    with pytest.raises(Refused, match="not over yet"):
        operations.close_month(month, **{**said, "at": NOON})
    with pytest.raises(Refused, match="Elm Street is not closed on November 1"):
        operations.close_month(month, **said)
    day = close(clinic, date(2026, 11, 30), at=LATE)

    closing = operations.close_month(month, **said)

    assert (closing.first, closing.last) == (date(2026, 11, 1), date(2026, 11, 30))
    with pytest.raises(Refused, match="closed already"):
        operations.close_month(month, **said)
    operations.ask_to_reopen(day, because="Late", at=LATE, by=grace)
    with pytest.raises(Refused, match="open the month first"):
        operations.reopen(day, at=LATE, by=second)
    operations.ask_to_reopen(closing, because="Late", at=LATE, by=grace)
    operations.reopen(closing, at=LATE, by=second)
    operations.reopen(day, at=LATE, by=second)
    assert moved(clinic, date(2026, 11, 12)).posted_on == date(2026, 11, 12)


def test_books_that_do_not_agree_keep_the_month_open(clinic, grace):
    close(clinic, date(2026, 11, 30), at=LATE)
    moved(clinic, date(2026, 12, 3))  # cash that no receipt and no deposit knows of

    with pytest.raises(Refused, match="do not agree: Cash drawer"):
        operations.close_month(date(2026, 11, 1), open_points=[], at=LATE, by=grace)


steps = st.lists(
    st.tuples(
        st.sampled_from(["charge", "take", "check", "back", "count", "bank", "confirm", "close"]),
        st.integers(1, 9000).map(lambda cents: Decimal(cents).scaleb(-2)),
    ),
    max_size=16,
)


class Office:
    """Random days of a desk: what was closed never changes."""

    def __init__(self, clinic):
        self.clinic, self.day, self.kept = clinic, 0, {}
        self.by = actor_of(clinic.member("manager", email=f"{new_key()}@example.test"))
        self.paid, self.deposit = [], None

    @property
    def at(self):
        return NOON + timedelta(days=self.day)

    def charge(self, amount):
        charge(self.clinic, self.clinic.patient(), amount, on=self.at.date())

    def take(self, amount, method="cash"):
        if self._drawer() is None:
            opened(self.clinic, self.by, "50.00", self.at)
        self.paid.append(take(self.clinic, self.by, amount, method, at=self.at))

    def check(self, amount):
        self.take(amount, "check")

    def back(self, _):
        if self.paid:
            payment = self.paid.pop(0)
            operations.reverse_payment(payment, because="Wrong", at=self.at, by=self.by)

    def count(self, amount):
        drawer = self._drawer()
        if drawer is not None:
            cents = int(amount * 100)
            made = operations.count_drawer(
                drawer, pieces={"0.01": cents}, checks=Decimal(0), at=self.at, by=self.by
            )
            if not made.agrees:
                operations.explain_drawer(drawer, because="Lost", at=self.at, by=self.by)

    def bank(self, _):
        if self.deposit is None:
            try:
                self.deposit = operations.make_deposit(self.clinic.site, at=self.at, by=self.by)
            except Refused:
                return

    def confirm(self, amount):
        if self.deposit is not None:
            operations.confirm_deposit(
                self.deposit, on=self.at.date(), credited=amount, reference="", because="Bank",
                at=self.at, by=self.by,
            )  # fmt: skip
            self.deposit = None

    def close(self, amount):
        self.count(amount)
        on = self.at.date()
        close(self.clinic, on, by=self.by, at=self.at)
        self.day += 1
        with self.clinic.reading():
            self.kept[on] = queries.trial_balance(on=on)

    def _drawer(self):
        with self.clinic.reading():
            return queries.drawers_open(self.clinic.site, self.at.date()).first()


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps)
def test_whatever_happens_at_the_desk_the_books_agree_and_closed_days_keep_their_sums(
    clinic, happened
):
    with transaction.atomic():
        office = Office(clinic)
        for name, amount in happened:
            getattr(office, name)(amount)
        with clinic.reading():
            assert [tie.name for tie in queries.ties() if not tie.holds] == []
            for on, kept in office.kept.items():
                codes = {row.code for row in kept}
                now = [row for row in queries.trial_balance(on=on) if row.code in codes]
                assert now == kept
        transaction.set_rollback(True)
