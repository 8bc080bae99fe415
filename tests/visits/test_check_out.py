"""A visit closes when each thing is done, declined, or left to somebody by a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ledger.models import Payment
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.models import CheckOutItem, Stage, Superbill, Visit
from frontdesk.visits.operations import Next, Paid
from frontdesk.visits.queries import check_out as queries
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.signals import visit_closed


@pytest.fixture
def at():
    return now()


@pytest.fixture
def by(clinic):
    return clinic.role("receptionist")


@pytest.fixture
def visit(clinic, at):
    """Ann at the check-out desk; nothing is answered."""
    appointment = clinic.booked(at=at)
    held = operations.arrive(appointment, at=at, by=clinic.anybody())
    held.patient = appointment.patient
    operations.move(held, Stage.CHECK_OUT, at=at, by=clinic.anybody())
    return held


def answers(clinic, visit):
    with clinic.reading():
        return dict(CheckOutItem.objects.filter(visit=visit).values_list("kind", "answer"))


def no_charge(clinic, visit, at):
    with clinic.reading():
        bill = Superbill.objects.get(visit=visit)
    operations.mark_no_charge(bill, because="courtesy", at=at, by=clinic.anybody())


def test_closing_names_what_is_open(clinic, visit, at, by):
    with pytest.raises(Refused, match="Still open: Balance explained, Next visit, Superbill"):
        operations.close(visit, at=at, by=by)


def test_each_item_is_done_declined_or_left_to_somebody(clinic, visit, at, by):
    told = []

    def hear(visit, **_):
        told.append(visit.pk)

    visit_closed.connect(hear)
    sam = clinic.member("provider")
    operations.answer_item(visit, "balance", "done", at=at, by=by)
    operations.answer_item(visit, "follow_up", "declined", because="moves away", at=at, by=by)
    tomorrow = visit.on + timedelta(days=1)
    operations.answer_item(visit, "superbill", "deferred", owner=sam, due_on=tomorrow, at=at, by=by)
    closed = operations.close(visit, at=at, by=by)
    operations.close(visit, at=at, by=by)

    visit_closed.disconnect(hear)
    assert (closed.stage, closed.closed_at, closed.closed_by) == (Stage.GONE, at, "Maria")
    assert told == [visit.pk]
    with clinic.reading():
        item = WorkItem.objects.get(kind="visits.superbill_deferred")
        assert (item.owner, item.due_at.date(), item.pool) == (sam, tomorrow, "provider")
        assert Appointment.objects.get(pk=visit.appointment_id).status == "fulfilled"


@pytest.mark.parametrize(
    ("kind", "answer", "more", "why"),
    [
        ("superbill", "declined", {"because": "x"}, "can't be declined"),
        ("superbill", "done", {}, "not signed yet"),
        ("follow_up", "declined", {}, "why"),
        ("follow_up", "deferred", {}, "who does it"),
    ],
)
def test_an_answer_that_settles_nothing_is_refused(clinic, visit, at, by, kind, answer, more, why):
    with pytest.raises(Refused, match=why):
        operations.answer_item(visit, kind, answer, at=at, by=by, **more)


def test_a_deferred_item_is_not_due_in_the_past(clinic, visit, at, by):
    with pytest.raises(Refused, match="past"):
        operations.answer_item(
            visit,
            "balance",
            "deferred",
            owner=clinic.member("biller"),
            due_on=date(2020, 1, 1),
            at=at,
            by=by,
        )


def test_one_press_takes_books_and_closes_and_a_second_does_nothing_more(clinic, visit, at, by):
    no_charge(clinic, visit, at)
    with clinic.reading():
        page = queries.page(visits().get(pk=visit.pk), at, weeks=1)
        opening = page.offers[0].opening
    chosen = Next(opening.visit_type, opening.provider, opening.site, opening.starts_at)
    paid = Paid(Decimal("25.00"), "cash", "press-1")

    for _ in range(2):
        closed = operations.finish_check_out(visit, paid=paid, chosen=chosen, at=at, by=by)

    assert closed.closed_at == at
    assert set(answers(clinic, visit).values()) == {"done"}
    with clinic.reading():
        assert Payment.objects.get().amount == Decimal("25.00")
        coming = Appointment.objects.get(patient=visit.patient, status="booked")
        assert coming.starts_at == opening.starts_at


def test_a_refused_finish_takes_no_money(clinic, visit, at, by):
    with pytest.raises(Refused, match="Still open: Next visit, Superbill"):
        operations.finish_check_out(
            visit, paid=Paid(Decimal("25.00"), "cash", "press-2"), at=at, by=by
        )
    with clinic.reading():
        assert Payment.objects.count() == 0
        assert Visit.objects.get(pk=visit.pk).closed_at is None


def test_a_next_visit_that_is_booked_answers_for_itself(clinic, visit, at, by):
    no_charge(clinic, visit, at)
    clinic.booked(at=at + timedelta(days=30), patient=visit.patient)

    operations.finish_check_out(visit, is_explained=True, at=at, by=by)

    assert answers(clinic, visit)["follow_up"] == "done"


def test_three_times_on_three_days_are_offered(clinic, visit, at):
    with clinic.reading():
        offers = queries.page(visits().get(pk=visit.pk), at, weeks=4).offers

    days = {offer.opening.starts_at.date() for offer in offers}
    assert (len(offers), len(days)) == (3, 3)
    assert min(days) >= visit.on + timedelta(weeks=4)


def test_check_out_asks_for_its_right_and_stays_in_its_practice(clinic, other, visit, at):
    with pytest.raises(NotPermitted):
        operations.close(visit, at=at, by=clinic.role("assistant"))
    with pytest.raises(Visit.DoesNotExist):
        operations.close(visit, at=at, by=other.role("receptionist"))


def test_nobody_checks_out_who_was_never_seen(clinic, at, by):
    waiting = operations.arrive(clinic.booked(at=at), at=at, by=clinic.anybody())
    with pytest.raises(Refused, match="not begun"):
        operations.close(waiting, at=at, by=by)
