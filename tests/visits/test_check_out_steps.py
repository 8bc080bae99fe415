"""Check-out asks what the practice set for the visit type; a visit closes with nothing open."""

from datetime import timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.keys import new_key
from frontdesk.staff.models import WorkItem
from frontdesk.visits import operations
from frontdesk.visits.models import CheckOutItem, Stage
from frontdesk.visits.queries import check_out as queries
from frontdesk.visits.queries.sheet import visits
from frontdesk.visits.rules import check_out as rules
from frontdesk.visits.rules.check_out import Row, Step

WORDS = st.sampled_from(["superbill", "balance", "follow_up", "lab", "referral"])
ROWS = st.lists(st.builds(Row, st.builds(Step, WORDS, WORDS), st.none(), st.booleans()))


@pytest.fixture(autouse=True)
def _a_monday_morning():
    with time_machine.travel("2026-11-23T15:00:00Z"):
        yield


@given(ROWS)
def test_superbill_and_balance_are_always_asked_and_nothing_twice(rows):
    kinds = [step.kind for step in rules.steps_for(rows, new_key())]
    assert {"superbill", "balance"} <= set(kinds)
    assert len(kinds) == len(set(kinds))


def test_a_row_for_the_type_stands_before_the_one_for_all():
    mine, theirs = new_key(), new_key()
    rows = [
        Row(Step("lab", "Lab", place=1), None, True),
        Row(Step("lab", "Lab for this", place=1), mine, True),
        Row(Step("follow_up", "Next visit"), theirs, False),
    ]
    assert next(step.label for step in rules.steps_for(rows, mine)) == "Lab for this"
    assert "follow_up" not in {step.kind for step in rules.steps_for(rows, theirs)}
    assert "follow_up" in {step.kind for step in rules.steps_for(rows, mine)}


@pytest.fixture
def manager(clinic):
    return clinic.role("manager")


def at_check_out(clinic, at):
    appointment = clinic.booked(at=at)
    held = operations.arrive(appointment, at=at, by=clinic.anybody())
    held.patient = appointment.patient
    operations.move(held, Stage.CHECK_OUT, at=at, by=clinic.anybody())
    return held


def test_a_visit_does_not_close_before_the_practices_own_step(clinic, manager):
    at, by = now(), clinic.role("receptionist")
    common = {"visit_type": clinic.visit_type, "pool": "receptionist", "due_days": 2}
    operations.save_step(
        None, {"label": "Referral sent", "is_declinable": False, **common}, by=manager
    )
    visit = at_check_out(clinic, at)
    for kind, answer, more in (
        ("balance", "done", {}), ("follow_up", "declined", {"because": "no"}),
        ("superbill", "deferred", {"owner": clinic.member("provider"), "due_on": visit.on}),
    ):  # fmt: skip
        operations.answer_item(visit, kind, answer, at=at, by=by, **more)
    with pytest.raises(Refused, match="Still open: Referral sent"):
        operations.close(visit, at=at, by=by)
    with pytest.raises(Refused, match="can't be declined"):
        operations.answer_item(visit, "referral_sent", "declined", because="x", at=at, by=by)
    maria = clinic.member("receptionist")
    operations.answer_item(
        visit, "referral_sent", "deferred", owner=maria, due_on=visit.on + timedelta(2),
        at=at, by=by,
    )  # fmt: skip
    assert operations.close(visit, at=at, by=by).closed_at
    with clinic.reading():
        left = WorkItem.objects.get(kind="visits.referral_sent_deferred")
        assert (left.owner, left.title) == (maria, "Referral sent")


def test_the_plan_of_the_provider_decides_where_times_are_looked_for(clinic, manager):
    at = now()
    follow = {"kind": "follow_up", "label": "Next visit", "visit_type": clinic.visit_type,
              "weeks": 2, "pool": "scheduler"}  # fmt: skip
    operations.save_step(None, follow, by=manager)
    visit = at_check_out(clinic, at)

    def proposed():
        with clinic.reading():
            page = queries.page(visits().get(pk=visit.pk), at)
            return page.weeks, (page.offers[0].opening.starts_at.date() - visit.on).days

    assert proposed()[0] == 2
    operations.plan_return(visit, weeks=6, by=clinic.role("provider"))
    weeks, days = proposed()
    assert (weeks, 42 <= days <= 49) == (6, True)
    with pytest.raises(Refused):
        operations.plan_return(visit, weeks=0, by=clinic.role("provider"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"label": "", "pool": "biller"}, "name"),
        ({"label": "Lab", "pool": "nobody"}, "whose list"),
        ({"label": "Superbill", "pool": "biller", "is_active": False}, "after every visit"),
    ],
)
def test_a_step_that_means_nothing_is_refused(clinic, manager, values, why):
    with pytest.raises(Refused, match=why):
        operations.save_step(None, values, by=manager)
    with pytest.raises(NotPermitted):
        operations.save_step(None, values, by=clinic.role("receptionist"))


def test_the_same_step_twice_is_refused(clinic, manager):
    operations.save_step(None, {"label": "Lab", "pool": "assistant"}, by=manager)
    with pytest.raises(Refused, match="already"):
        operations.save_step(None, {"label": "Lab", "pool": "assistant"}, by=manager)
    with clinic.reading():
        assert not CheckOutItem.objects.exists()


def test_the_provider_says_on_the_superbill_when_the_patient_comes_back(clinic, manager, client):
    at = now()
    visit = at_check_out(clinic, at)
    client.force_login(clinic.member("provider", "receptionist").user)
    bill, address = f"/visits/{visit.pk}/superbill/", f"/visits/{visit.pk}/check-out/come-back/"
    client.post(f"{bill}begin/")
    assert 'data-key="w"' in client.get(bill).content.decode()
    assert client.post(address, {"weeks": "6"}).status_code == 302
    shown = client.get(bill).content.decode()
    assert '<option value="6" selected>6 weeks' in shown
    client.post(address, {"weeks": "500"})
    client.post(address, {"weeks": "soon"})
    check_out = client.get(f"/visits/{visit.pk}/check-out/").content.decode()
    assert '<option value="6" selected>6 weeks' in check_out
    with clinic.reading():
        assert visit.check_out_items.get(kind="follow_up").weeks == 6
    operations.answer_item(
        visit, "follow_up", "declined", because="Moves away", at=at, by=clinic.anybody()
    )
    settled = client.get(bill).content.decode()
    assert "Declined" in settled
    assert 'data-key="w"' not in settled
