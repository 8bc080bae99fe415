"""A scheduler's day in a browser, and a family.

Book, repeat, override, move by the mouse, an offer taken by the patient's link, cancel, recall,
and a doctor who is out.
"""

import re
from datetime import time, timedelta

import pytest
from playwright.sync_api import expect

from frontdesk.comms.models import Message
from frontdesk.comms.queries import link_of
from frontdesk.core.clock import at_wall, local, now, today
from frontdesk.people.operations import keys
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import (
    Appointment,
    Bump,
    FreedTime,
    Offer,
    Override,
    PlannedVisit,
    VisitSet,
    Wait,
)
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.portal.test_offer import link_for
from tests.scheduling.test_repair import colleague
from tests.scheduling.test_repair_browser import pressed, worker

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tomorrow(clinic):
    return today(clinic.site) + timedelta(days=1)


def book(clinic, patient, starts_at):
    return operations.book(
        patient, clinic.visit_type, clinic.provider, clinic.site, starts_at, now(),
        by=clinic.anybody(),
    )  # fmt: skip


def due(clinic, patient, **more):
    on = today(clinic.site)
    return operations.plan_visit(
        patient, clinic.visit_type, due_on=on, from_on=on, until_on=on + timedelta(days=14),
        list_on=on, at=now(), by=clinic.anybody(), **more,
    )  # fmt: skip


def _cancel_the_rest(page, live_server, clinic, first, ann):
    """All that are to come; the patient wants another time."""
    page.goto(f"{live_server.url}/schedule/appointments/{first.pk}/cancel/")
    settled(page)
    page.get_by_label("Reason").fill("No transport")
    page.get_by_label("Which visits").select_option("all")
    page.get_by_label("Wants another time").check()
    assert axe(page) == []
    page.get_by_role("button", name="Cancel the visit").click()
    expect(page.get_by_text("Cancelled: Ann Lee")).to_be_visible()
    with clinic.reading():
        assert not ann.appointments.filter(status="booked").exists()


def _work_the_list(page, live_server, clinic):
    """The first row, the best time, Enter."""
    page.goto(f"{live_server.url}/schedule/planned/")
    settled(page)
    assert axe(page) == []
    page.keyboard.press("j")
    page.keyboard.press("b")
    expect(page.get_by_role("heading", name="Times that suit best")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Enter")
    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()
    expect(page.get_by_text("Nothing to book")).to_be_visible()
    with clinic.reading():
        assert PlannedVisit.objects.get().status == "booked"


def _drag_to_a_free_time(page, live_server, clinic, tomorrow, bo):
    """The squeezed-in visit is taken by the mouse to where there is room: an hour and a half on."""
    page.goto(f"{live_server.url}/schedule/?on={tomorrow}")
    settled(page)
    with clinic.reading():
        squeezed = bo.appointments.get(overrides__because="Can't wait")
    visit = page.locator(f"#appt-{squeezed.pk}")
    visit.scroll_into_view_if_needed()
    box = visit.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 6
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 72, steps=3)
    page.mouse.move(x, y + 144, steps=3)  # 18 rows of five minutes
    expect(page.locator(".is-ghost [data-why]")).to_have_text("")
    page.mouse.up()
    expect(page.locator("#toasts")).to_contain_text("Moved Bo Reyes to")
    with clinic.reading():
        moved = Appointment.objects.get(pk=squeezed.pk).starts_at
    assert moved - squeezed.starts_at == timedelta(minutes=90)


def _an_offer_is_taken(page, new_page, live_server, clinic):
    """Wanted earlier by one key; a visit is cancelled; offered; taken on the patient's phone."""
    nine = at_wall(clinic.site, today(clinic.site), time(9))
    cy = clinic.patient("Cy", "Dow", email="cy@x.example", preferred_channel="email")
    wants = book(clinic, cy, nine + timedelta(days=20))
    lost = book(clinic, clinic.patient("Fay", "Gill"), nine + timedelta(days=5))
    page.goto(f"{live_server.url}/schedule/appointments/{wants.pk}/")
    settled(page)
    page.keyboard.press("w")
    expect(page.get_by_text("Cy Dow is on the waitlist for an earlier time")).to_be_visible()

    operations.cancel(lost, because="Ill", whose="patient", at=now(), by=clinic.anybody())
    page.goto(f"{live_server.url}/schedule/freed/")
    settled(page)
    assert axe(page) == []
    page.locator("#freed-times a.row-link").first.click()
    expect(page.get_by_text("To ask next")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name=re.compile("Offer it now")).click()
    expect(page.get_by_text("Offered to 1 patient")).to_be_visible()
    with clinic.reading():
        offer = Offer.objects.select_related("patient").get()
        assert Message.objects.filter(kind="waitlist.offer").count() == 1

    phone, secret = new_page(PHONE), link_for(clinic, offer)
    assert link_of(secret) is not None
    phone.goto(f"{live_server.url}/l/{secret}/")
    settled(phone)
    assert axe(phone) == []
    phone.get_by_role("button", name="Yes, I take this time").click()
    expect(phone.get_by_text("This time is yours.")).to_be_visible()
    assert axe(phone) == []
    with clinic.reading():
        assert Appointment.objects.get(pk=wants.pk).starts_at == lost.starts_at
        assert FreedTime.objects.get(status="filled").booked_id == wants.pk
        assert Wait.objects.get().status == "placed"


def _a_doctor_is_out(page, live_server, clinic):
    """From the call to the messages: one is moved, one is rung up, one is left as it is."""
    day = today(clinic.site) + timedelta(days=31)
    bo = colleague(clinic, "Bo", "Chen")
    hal, dan, eve = (
        book(clinic, patient, at_wall(clinic.site, day, at))
        for patient, at in (
            (clinic.patient("Hal", "Ives", email="hal@example.com"), time(9)),
            (clinic.patient("Dan", "Roe", mobile_phone="+16145550111"), time(9, 20)),
            (clinic.patient("Eve", "Poe", email="eve@example.com"), time(10)),
        )
    )
    page.goto(f"{live_server.url}/schedule/")
    settled(page)
    page.keyboard.press("o")
    page.get_by_role("link", name="Somebody is out").wait_for()
    page.keyboard.press("u")
    page.get_by_label("Who or what is out").select_option(label="Dr. Okafor")
    page.get_by_label("Day", exact=True).fill(f"{day}")
    page.get_by_label("Reason").fill("Ill")
    assert axe(page) == []
    page.get_by_role("button", name="Work out a plan").click()
    expect(page.get_by_role("heading", name="Dr. Okafor is out")).to_be_visible()
    expect(page.get_by_text("being worked out")).to_be_visible()
    worker(clinic, page)
    expect(page.get_by_text("No plan costs the patients less")).to_be_visible()
    expect(page.get_by_role("heading", name="3 visits move")).to_be_visible()
    settled(page)
    assert axe(page) == []

    page.get_by_role("link", name="Dan Roe").click()
    expect(page.get_by_text("Other times, the gentlest first")).to_be_visible()
    assert axe(page) == []
    pressed(page, "Leave it to a call")
    worker(clinic, page)
    expect(page.get_by_role("heading", name="1 patient to call")).to_be_visible()
    pressed(page, "Leave Eve Poe out of the plan")
    worker(clinic, page)
    expect(page.get_by_role("heading", name="Left out of the plan")).to_be_visible()
    page.get_by_role("button", name="Apply the plan").click()
    page.get_by_role("dialog").get_by_role("button", name="Apply the plan").click()
    expect(page.get_by_text("1 visit moved, 1 to call.")).to_be_visible()
    expect(page.get_by_role("link", name="(614) 555-0111")).to_be_visible()
    settled(page)
    assert axe(page) == []
    with clinic.reading():
        assert Appointment.objects.get(pk=hal.pk).provider == bo
        assert Appointment.objects.get(pk=dan.pk).status == "cancelled"
        assert Appointment.objects.get(pk=eve.pk).provider == clinic.provider
        told = Message.objects.filter(kind="appointment.moved", patient=hal.patient)
        assert told.count() == 1

    page.locator("[data-row]").first.get_by_role("link", name="Dan Roe").focus()
    page.keyboard.press("d")
    expect(page.get_by_text("Nobody to call")).to_be_visible()
    with clinic.reading():
        assert Bump.objects.get().status == "rebooked"


@pytest.mark.journey
def test_a_schedulers_day(new_page, live_server, clinic, tomorrow):
    ann, bo = clinic.patient(), clinic.patient("Bo", "Reyes")
    starts_at = at_wall(clinic.site, tomorrow, time(9))
    first = book(clinic, ann, starts_at)
    book(clinic, bo, starts_at + timedelta(days=14))
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("scheduler"))
    _an_offer_is_taken(page, new_page, live_server, clinic)

    # Repeat it weekly: the third date is taken, another time is proposed.
    page.goto(f"{live_server.url}/schedule/appointments/{first.pk}/")
    settled(page)
    page.keyboard.press("r")
    expect(page.get_by_text("4 dates are free, 1 is not")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Book the series").click()
    expect(page.get_by_text("5 visits booked")).to_be_visible()
    with clinic.reading():
        assert VisitSet.objects.get().visits.count() == 6

    # Move one and those that follow by a few hours.
    page.goto(f"{live_server.url}/schedule/appointments/{first.pk}/times/")
    settled(page)
    assert axe(page) == []
    page.get_by_label("Which visits move").select_option("following")
    page.get_by_role("button", name=re.compile("11:00 AM")).first.click()
    expect(page.get_by_text("6 visits moved")).to_be_visible()
    with clinic.reading():
        walls = {local(clinic.site, a.starts_at).time() for a in ann.appointments.all()}
        assert time(11) in walls

    # Against a rule, with a reason.
    with clinic.reading():
        taken = Appointment.objects.get(pk=first.pk).starts_at
    page.goto(
        f"{live_server.url}/schedule/book/?provider={clinic.provider.pk}&site={clinic.site.pk}"
        f"&starts_at={taken.isoformat().replace('+', '%2B')}&visit_type={clinic.visit_type.pk}"
        f"&patient={bo.pk}&against=taken"
    )
    settled(page)
    page.get_by_label("Book it all the same, because").fill("Can't wait")
    page.get_by_role("button", name="Book the visit").click()
    expect(page.get_by_text("Booked Bo Reyes")).to_be_visible()
    with clinic.reading():
        assert Override.objects.filter(because="Can't wait").exists()

    _drag_to_a_free_time(page, live_server, clinic, tomorrow, bo)
    _cancel_the_rest(page, live_server, clinic, first, ann)
    _work_the_list(page, live_server, clinic)
    _a_doctor_is_out(page, live_server, clinic)


@pytest.mark.journey
def test_recalls_are_worked_through_on_a_phone(new_page, live_server, clinic):
    ann = clinic.patient(mobile_phone="+16145550123")
    due(clinic, ann, source="recall", because="Annual physical")
    page = sign_in(new_page(PHONE), live_server, clinic.member("receptionist"))
    page.goto(f"{live_server.url}/schedule/recall/")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert axe(page) == []
    page.get_by_role("link", name="Ann Lee").tap()
    page.locator("#drawer").get_by_role("button", name="No answer").tap()
    expect(page.get_by_text("Call 1 noted")).to_be_visible()
    page.get_by_role("link", name="Ann Lee").tap()
    page.locator("#drawer .slot").first.tap()
    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()
    with clinic.reading():
        assert Appointment.objects.count() == 1


def test_a_family_is_booked_from_one_drawer(new_page, live_server, clinic):
    ann, bo = clinic.patient(), clinic.patient("Bo", "Reyes")
    with clinic.writing():
        keys.rekey(bo)
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("receptionist"))
    page.goto(
        f"{live_server.url}/schedule/together/?patient={ann.pk}&visit_type={clinic.visit_type.pk}"
    )
    settled(page)
    assert axe(page) == []
    page.locator("#id_visit-1-patient-text").fill("reyes")
    page.get_by_role("option", name="Bo Reyes").wait_for()
    page.keyboard.press("Enter")
    page.locator("#id_visit-1-visit_type").select_option(label="Follow-up")
    expect(page.get_by_role("heading", name="Times that suit all")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Book all").click()
    expect(page.get_by_text("2 visits booked together")).to_be_visible()
    with clinic.reading():
        assert VisitSet.objects.get().kind == "family"


@pytest.mark.parametrize(
    "path", ["recall_rules/", "recall_rules/new/", "cancel_reasons/", "planned/new/", "to-call/"]
)
def test_every_other_page_is_accessible(new_page, live_server, clinic, path):
    page = sign_in(new_page(DESKTOP), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/schedule/{path}")
    settled(page)
    assert axe(page) == []
