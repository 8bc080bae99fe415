"""A practice is set up and its first patient booked with nothing but the keys."""

import pytest
from playwright.sync_api import expect

from frontdesk.core.scoping import practice_scope
from frontdesk.practice.models import Practice
from frontdesk.scheduling.models import Appointment, Session
from tests.browser import settled

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAYS = range(7)
# What is typed into each drawer of the guided list, field by field; None goes past a field.
DRAWERS = {
    "Rooms": [None, "Room 1"],
    "Providers": ["Ada", "Okafor", "MD", "1245319599"],
    "Visit types": ["Office visit", "OV20"],
    "Weekly sessions": [None, None, *[" "] * len(DAYS), "0800AM", None, "0500PM"],
    "Payers": ["Demo Blue", "DEMOPPO"],
    "Charge list": ["Z9213", "98", "Office visit, 20 min"],
    "People who work here": ["Maria Santos", "maria@elm.example", " "],
}


def fill(page, *texts):
    """Type into one field after the other, beginning where the focus is, and send the form."""
    for number, text in enumerate(texts):
        if number:
            page.keyboard.press("Tab")
        if text == " ":
            page.keyboard.press("Space")
        elif text is not None:
            page.keyboard.type(text)
    page.keyboard.press("Enter")
    settled(page)


def press(page, *keys):
    """Press keys, each when the one before has been answered."""
    for key in keys:
        page.keyboard.press(key)
        settled(page)


def test_the_form_of_the_first_day_counts_once_however_often_it_is_sent(live_server, page):
    settled(page.goto(live_server.url) and page)
    words = ("Elm Street", None, "Grace Hopper", "grace@elm.example", "a long and quiet word")
    for number, text in enumerate(words):
        if number:
            page.keyboard.press("Tab")
        if text:
            page.keyboard.type(text)
    posts = []
    page.on("request", lambda request: posts.append(request.url) if request.method == "POST" else 0)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # an impatient hand: the answer is still on its way

    expect(page.locator("form[method=post] [type=password]")).to_have_count(0)
    assert len(posts) == 1
    assert Practice.objects.count() == 1


def test_a_practice_is_set_up_and_its_first_patient_booked_by_keys_alone(live_server, page):
    settled(page.goto(live_server.url) and page)
    fill(page, "Elm Street", None, "Grace Hopper", "grace@elm.example", "a long and quiet word")
    press(page, "Enter", "Tab", "Enter", "Tab")  # to the practice, past what stands around the page
    address = ["1 Elm St", None, "Columbus", "oh", "43215-1000"]
    fill(page, None, None, "12-3456789", "1234567893", "207Q00000X", "614 555 0100", None, *address)
    for title, texts in DRAWERS.items():
        press(page, "g", "u", "Enter")
        expect(page.locator("h1")).to_have_text(title)
        press(page, "c")
        fill(page, *texts)
        expect(page.locator("#drawer > *")).to_have_count(0)
    press(page, "g", "u", "Enter")
    expect(page.get_by_text("The office is open")).to_be_visible()

    press(page, "n", "p")
    fill(page, "Ann", "Lee", "5/4/1980", "F", "614 555 0123")
    expect(page.locator("h1")).to_contain_text("Ann Lee")
    press(page, "b", "Enter")  # the best time is held
    expect(page.locator(".held [data-left]")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_text("Booked Ann Lee:")).to_be_visible()

    practice = Practice.objects.get()
    with practice_scope(practice.pk):
        assert practice.is_set_up
        assert set(Session.objects.values_list("weekday", flat=True)) == set(DAYS)
        assert Appointment.objects.get().patient.last_name == "Lee"
