"""Reminders on screen: the drawer, the plans, the list of whom to call."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.scheduling.models import ReminderPolicy
from frontdesk.scheduling.queries import reminders
from tests.scheduling.reminding import (
    ANNS,
    MONDAY,
    OURS,
    answer,
    asked,
    run,
    visit,
)

HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _on_monday(settings):
    settings.SMS_SPOOL = "/nonexistent"  # a carrier there is; nothing is sent in these tests
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def line(clinic):
    return comms.set_line({"number": OURS, "is_on": True}, by=clinic.anybody())


@pytest.fixture
def ann(clinic):
    return clinic.patient(
        mobile_phone=ANNS, email="ann@example.com", preferred_channel="sms", site=clinic.site
    )


def test_the_drawer_shows_the_life_of_the_reminders(clinic, line, ann, client):
    found = visit(clinic, ann, 47)
    client.force_login(clinic.member("receptionist").user)
    where = reverse("scheduling:appointment", args=[found.pk])
    page = client.get(where, **HTMX).content.decode()
    assert "Planned: text, 1 day before" in page
    assert "only if likely to be missed" in page
    asked(clinic)
    answer(clinic, "C")
    page = client.get(where, **HTMX).content.decode()
    assert "Reminded: text, 2 days before" in page
    assert "Will come, by text" in page
    assert "Planned:" not in page  # they said they will come
    assert "Not reminded: e-mail, 7 days before" in page
    later = visit(clinic, ann, 400)
    page = client.get(reverse("scheduling:appointment", args=[later.pk]), **HTMX).content.decode()
    assert "Planned: e-mail, 7 days before" in page


def test_how_many_confirm_is_counted_by_step(clinic, line, ann):
    ben = clinic.patient("Ben", mobile_phone=OURS, preferred_channel="sms")
    visit(clinic, ann, 47)
    visit(clinic, ben, 46)
    asked(clinic)
    answer(clinic, "C")
    with clinic.reading():
        rates = {rate.step: rate for rate in reminders.rates(now() - timedelta(days=1))}
    text = rates["48h:sms:all:0"]
    assert (text.sent, text.percent, text.words) == (2, 50, "text, 2 days before")
    assert rates["168h:email:all:0"].left_out == 2


def row(number, **more):
    said = {"hours": "", "channel": "", "mode": "", "risk": "0", **more}
    return {f"steps-{number}-{name}": value for name, value in said.items()}


def form(*rows, **more):
    said = {
        "is_on": "on",
        "notice_hours": "4",
        "steps-TOTAL_FORMS": "6",
        "steps-INITIAL_FORMS": "6",
    }
    for number in range(6):
        said |= row(number, **(rows[number] if number < len(rows) else {}))
    return {**said, **more}


def test_a_manager_plans_reminders_and_a_receptionist_looks(clinic, client):
    where = reverse("scheduling:reminder_policy")
    of_type = reverse("scheduling:reminder_policy_of", args=[clinic.visit_type.pk])
    client.force_login(clinic.member("receptionist").user)
    assert client.get(where).status_code == 403
    page = client.get(reverse("scheduling:reminders")).content.decode()
    assert "e-mail, 7 days before" in page
    assert "as every visit" in page

    client.force_login(clinic.member("manager").user)
    drawer = client.get(where, **HTMX).content.decode()
    assert "Reply C to confirm" in drawer
    assert "Responda C para confirmar" in drawer
    same = form({"hours": "24", "channel": "sms"}, {"hours": "24", "channel": "sms"})
    refused = client.post(where, same, **HTMX)
    assert (refused.status_code, "are the same" in refused.content.decode()) == (422, True)
    assert client.post(where, form(notice_hours="soon"), **HTMX).status_code == 422
    assert client.post(where, form({"hours": "900"}), **HTMX).status_code == 422
    with clinic.reading():
        assert not ReminderPolicy.objects.exists()  # no such hour: nothing was kept

    good = form({"hours": "24", "channel": "sms"}, {"hours": "168", "channel": "email"})
    assert client.post(where, good, **HTMX).status_code == 200
    assert client.post(of_type, form(is_on=""), **HTMX).status_code == 200
    with clinic.reading():
        general = ReminderPolicy.objects.get(visit_type=None)
        own = ReminderPolicy.objects.get(visit_type=clinic.visit_type)
    assert [step.hours for step in general.plan] == [168, 24]
    assert (general.notice_hours, own.plan) == (4, ())


def test_the_list_of_whom_to_call_asks_no_more_of_many(clinic, line, client):
    client.force_login(clinic.member("receptionist").user)
    where = reverse("scheduling:reminders")

    def count():
        with CaptureQueriesContext(connection) as made:
            assert client.get(where).status_code == 200
        return len(made)

    def unreachable(number):
        bo = clinic.patient("Bo", str(number), home_phone=OURS, preferred_channel="voice")
        visit(clinic, bo, 40 + number / 10)

    unreachable(0)
    run(clinic)
    client.get(where)
    first = count()
    for number in range(1, 12):
        unreachable(number)
    run(clinic)
    assert count() == first
    assert "(614) 555-0100" in client.get(where).content.decode()
