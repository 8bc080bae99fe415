"""A flow coordinator's hour in a real browser, by the keyboard, and every screen of the floor."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from frontdesk.core.clock import now
from frontdesk.visits import operations
from frontdesk.visits.models import Stage, Visit
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("FRONTDESK_SHOTS")
MINUTE = timedelta(minutes=1)


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


@pytest.fixture
def floor(clinic):
    """Ann waits, checked in; Ben is roomed; Cid came late; Room 2 needs cleaning."""
    by, at = clinic.anybody(), now()
    people = {}
    for name, due in (("Ann", 5), ("Ben", 15), ("Cid", 40)):
        patient = clinic.patient(name, "Lee")
        appointment = clinic.booked(at=at - due * MINUTE, patient=patient)
        came = at - (due if name == "Ben" else 4) * MINUTE
        people[name] = operations.arrive(appointment, at=came, by=by)
    with clinic.writing():
        people["Ann"].check_in.finished_at = at
        people["Ann"].check_in.save()
    operations.move(people["Ben"], Stage.ROOMED, room=clinic.room, at=at - 6 * MINUTE, by=by)
    operations.soil_room(clinic.second_room, at=at - 2 * MINUTE, by=by)
    return people


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_every_screen_of_the_floor_is_sound(clinic, floor, new_page, live_server, size):
    member = clinic.member("manager", "provider", "assistant", provider=clinic.provider)
    page = sign_in(new_page(size), live_server, member)
    kind = "phone" if size == PHONE else "desktop"
    operations.call("supplies", site=clinic.site, room=clinic.room, at=now(), by=clinic.anybody())
    operations.call("help", site=clinic.site, at=now(), by=clinic.role("receptionist"))
    operations.take_ticket(clinic.site, what="visit", at=now(), by=clinic.anybody())
    display = operations.open_display(clinic.site, at=now(), by=clinic.anybody()).url
    place = operations.make_position(floor["Ann"], at=now(), by=clinic.anybody()).url
    ann = floor["Ann"].pk
    wrong = {}
    for name, url in {
        "board": "/?view=all",
        "room": f"/visits/rooms/{clinic.room.pk}/",
        "queue": "/visits/queue/",
        "building": "/visits/building/",
        "alerts": "/today/alerts/",
        "messages": f"/visits/{ann}/messages/",
        "times": f"/visits/{ann}/times/",
        "late": f"/visits/of/{floor['Cid'].appointment_id}/",
        "alarms": "/visits/alarms/",
        "waits": "/visits/waits/",
        "lobby": display.partition("8000")[2],
        "position": place.partition("8000")[2],
    }.items():
        page.goto(live_server.url + url)
        settled(page)
        shot(page, f"floor-{name}-{kind}")
        if found := axe(page):
            wrong[name] = found
        if name != "lobby":
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    assert wrong == {}


@pytest.mark.journey
def test_a_flow_coordinators_hour(clinic, floor, new_page, live_server):
    member = clinic.member("manager", "provider", "assistant", provider=clinic.provider)
    page = sign_in(new_page(DESKTOP), live_server, member)
    display = new_page(DESKTOP)
    url = operations.open_display(clinic.site, at=now(), by=clinic.anybody()).url
    display.goto(live_server.url + url.partition("8000")[2])
    page.goto(live_server.url + "/?view=all")
    settled(page)
    arrived, strip = page.locator("[aria-label=Arrived]"), page.locator(".strip")

    # What holds everybody up is said on the cards; the room is turned over by one key.
    expect(arrived).to_contain_text("A room to be cleaned")
    expect(arrived).to_contain_text("min late: ask Dr. Okafor")
    page.locator(".room-chip", has_text="Room 2").locator("a").focus()
    page.keyboard.press("c")
    expect(strip.locator(".room-chip", has_text="Room 2")).to_contain_text("Clean")
    expect(arrived).to_contain_text("Assistant")

    # Ann is called in: her number stands in the lobby, without her name.
    page.locator(f"#card-{floor['Ann'].appointment_id}").focus()
    page.keyboard.press("d")
    expect(page.locator("#toasts")).to_contain_text("A01")
    expect(display.locator(".lobby-called")).to_contain_text("A01")
    assert "Lee" not in display.content()

    # The provider fits Cid in; the assistant's light is lit over Room 1 and answered.
    page.locator(f"#card-{floor['Cid'].appointment_id}").click()
    expect(page.locator("#drawer")).to_contain_text("min late")
    page.keyboard.press("2")
    expect(page.locator("#toasts")).to_contain_text("fit in later")
    page.keyboard.press("Escape")
    page.keyboard.press("1")
    expect(page.locator("#drawer")).to_contain_text("Call to this room")
    page.keyboard.press("s")
    expect(strip.locator(".room-chip", has_text="Room 1")).to_contain_text("Supplies needed")

    # Ann's arrival was noted late: the time is put right, and taken back.
    page.locator(f"#card-{floor['Ann'].appointment_id}").click()
    expect(page.locator("#drawer")).to_contain_text("Ready for the visit?")
    page.keyboard.press("t")
    expect(page.locator("#drawer")).to_contain_text("Correct")
    page.keyboard.press("1")
    expect(page.locator("#drawer [name=was]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("put right")

    # Help: one key, seen by somebody else on another screen, answered there.
    second = sign_in(new_page(DESKTOP), live_server, clinic.member("biller"))
    page.keyboard.press("!")
    expect(page.locator("#toasts")).to_contain_text("Everybody is called.")
    second.goto(live_server.url + "/")
    expect(second.locator(".alarm-bar")).to_contain_text("Urgent help")
    second.keyboard.press("+")
    expect(second.locator(".alarm-bar")).to_have_count(0)

    with clinic.reading():
        assert Visit.objects.get(pk=floor["Ann"].pk).stage == Stage.ARRIVED
