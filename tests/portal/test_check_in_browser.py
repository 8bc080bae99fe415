"""Check-in in a real browser: on a phone, on the tablet, and with the network gone."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect

from frontdesk.comms import operations as comms
from frontdesk.core.clock import local, now
from frontdesk.people.models import Patient
from frontdesk.records import operations as records
from frontdesk.records.models import Consent, ConsentForm, Document
from frontdesk.visits import operations
from frontdesk.visits.models import CheckIn, Told, Visit
from tests.browser import PHONE, axe, settled
from tests.records import cards

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TABLET = {"width": 810, "height": 1080}
SHOTS = os.environ.get("FRONTDESK_SHOTS")


def shot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def booked(clinic, settings, tmp_path):
    """Ann's visit today, whatever the hour; forms to sign, one with blanks."""
    settings.VAR = tmp_path
    manager = clinic.role("manager")
    records.add_starter_forms(by=manager)
    records.save_form(
        key="intake", language="en", title="About your health", blanks="Allergies *",
        body="Please tell us what we should know.", by=manager,
    )  # fmt: skip
    ann = clinic.patient(
        birth_date="1968-03-14", mobile_phone="+16145550147", email="ann@example.org",
        address_1="1 Elm Street", city="Columbus", state="OH", zip_code="43215",
    )  # fmt: skip
    clinic.policy(ann)
    at = now()
    if local(clinic.site, at).date() != local(clinic.site, at + timedelta(minutes=20)).date():
        at -= timedelta(minutes=30)
    return clinic.booked(at=at, patient=Patient(pk=ann.pk, practice_id=ann.practice_id))


def door(clinic, live_server, booked):
    with clinic.reading():
        booked.patient = Patient.objects.get(pk=booked.patient_id)
    made = comms.make_link(
        "check_in", patient=booked.patient, subject=booked,
        expires_at=now() + timedelta(hours=6), by=clinic.anybody(),
    )  # fmt: skip
    return live_server.url + made.url[made.url.index("/l/") :]


def fill_in(page, picture):
    """Go through what is asked, as a patient does."""
    page.get_by_role("link", name="Next").click()
    for title in ("Your phone", "Your e-mail", "Your address"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        page.get_by_role("button", name="Still right").click()
    expect(page.get_by_role("heading", name="How we may reach you")).to_be_visible()
    for question in ("May we e-mail you?", "May we text you?", "May we call you?"):
        page.get_by_role("group", name=question).get_by_label("Yes").check()
    picture("reach")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Whom to call in an emergency")).to_be_visible()
    page.get_by_label("Their name").fill("Ben Lee")
    page.get_by_label("Their phone").fill("614")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This number is not complete.")).to_be_visible()
    page.get_by_label("Their phone").fill("614 555 0123")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your insurance")).to_be_visible()
    page.get_by_role("button", name="Still right").click()
    for _ in range(4):
        sign(page, picture)
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        re.compile("Everything is filled in|That is all we need")
    )


def sign(page, picture):
    """Answer the form at hand; one with a blank is refused first, for the blank is empty."""
    page.locator("canvas").scroll_into_view_if_needed()
    box = page.locator("canvas").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 80, steps=6)
    page.mouse.up()
    page.get_by_label("or type your full name").fill("Ann Lee")
    title = page.get_by_role("heading", level=1).inner_text()
    picture("form")
    page.get_by_role("button", name="Sign", exact=True).click()
    if title == "About your health":
        expect(page.get_by_text("Still to fill in: Allergies.")).to_be_visible()
        page.get_by_label("Allergies *").fill("None")
        page.get_by_label("or type your full name").fill("Ann Lee")
        page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name=title, exact=True)).not_to_be_visible()


@pytest.mark.journey
def test_a_patient_checks_in_on_their_phone(clinic, live_server, new_page, booked, tmp_path):
    page = new_page(PHONE)
    page.goto(door(clinic, live_server, booked))
    page.get_by_label("Your birth date").fill("3/15/1968")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("This is not the birth date we have")).to_be_visible()
    page.get_by_label("Your birth date").fill("3/14/1968")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Check in for your visit")).to_be_visible()
    shot(page, "phone-first")
    assert axe(page) == []
    fill_in(page, lambda name: shot(page, f"phone-{name}"))

    file = tmp_path / "card.jpg"
    file.write_bytes(cards.bytes_of(cards.lined(cards.CARDS[0])))
    page.get_by_role("link", name="Pictures of your cards").click()
    settled(page)
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_text("Picture sent. Thank you.")).to_be_visible(timeout=20_000)
    shot(page, "phone-cards")
    assert axe(page) == []
    page.get_by_role("link", name="Go on").click()
    page.get_by_role("button", name="I’m here").click()
    expect(page.get_by_text("You are checked in. Please take a seat.")).to_be_visible()
    expect(page.locator(".position-code")).to_contain_text("A01")
    shot(page, "phone-here")
    with clinic.reading():
        check_in = CheckIn.objects.get()
        assert (check_in.way, bool(check_in.details_confirmed_at)) == ("phone", True)
        assert Consent.objects.filter(answer="signed", device="phone").count() == 4
        assert ConsentForm.objects.filter(language="en").count() == 4


@pytest.mark.journey
def test_a_patient_checks_in_on_the_tablet_and_it_clears_itself(
    clinic, live_server, new_page, booked
):
    page = new_page(TABLET)
    paired = operations.make_kiosk(
        "Waiting room", clinic.site, pin="2468", at=now(), by=clinic.role("manager")
    )
    page.goto(f"{live_server.url}/l/kiosk/pair/{paired.secret}/")
    page.get_by_role("button", name="Yes, lock it").click()
    expect(page.get_by_role("heading", name="Welcome. Who are you?")).to_be_visible()
    page.goto(f"{live_server.url}/people/")
    expect(page.get_by_role("heading", name="Welcome. Who are you?")).to_be_visible()
    shot(page, "tablet-welcome")
    assert axe(page) == []
    page.get_by_label("Birth date").fill("3/14/1968")
    page.get_by_label("Last name, or phone number").fill("Smith")
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("We did not find your visit today.")).to_be_visible()
    assert "Ann" not in page.content()
    page.get_by_label("Birth date").fill("3/14/1968")
    page.get_by_label("Last name, or phone number").fill("0147")
    page.clock.install()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("We know that you are here. A few questions")).to_be_visible()
    shot(page, "tablet-first")
    assert axe(page) == []
    with clinic.reading():
        assert Visit.objects.get().stage == "arrived"
    address = page.url
    page.clock.run_for(61_000)
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    shot(page, "tablet-idle")
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_role("heading", name="Are you still there?")).not_to_be_visible()
    page.clock.run_for(61_000)
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="Welcome. Who are you?")).to_be_visible()
    page.goto(address)  # nothing of Ann is left
    expect(page.get_by_role("heading", name="Welcome. Who are you?")).to_be_visible()


def at_the_first_question(clinic, live_server, new_page, booked, size=PHONE):
    page = new_page(size)
    address = door(clinic, live_server, booked)
    page.goto(address)
    page.get_by_label("Your birth date").fill("3/14/1968")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="Your phone")).to_be_visible()
    return page, address


def kept(page):
    """What waits in the browser."""
    return page.evaluate(
        "Object.entries(localStorage).filter(([key]) => key.startsWith('fd-kept:')).flat().join()"
    )


def told_phones(clinic):
    with clinic.reading():
        return Told.objects.filter(item="phone").count()


def test_an_answer_given_without_network_is_sent_once_when_it_is_back(
    clinic, live_server, new_page, booked
):
    page, _address = at_the_first_question(clinic, live_server, new_page, booked)
    page.context.set_offline(True)
    page.get_by_role("button", name="Still right").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    shot(page, "phone-offline")
    assert axe(page) == []
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Your e-mail")).to_be_visible(timeout=15_000)
    assert told_phones(clinic) == 1
    assert kept(page) == ""


def test_an_answer_waits_for_a_tab_that_was_closed_and_opened_again(
    clinic, live_server, new_page, booked
):
    page, address = at_the_first_question(clinic, live_server, new_page, booked)
    page.locator("summary").click()
    page.get_by_label("Mobile phone").fill("614 555 0188")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    secret = address.split("/l/")[1].split("/")[0]
    assert "0188" in kept(page)
    assert secret not in kept(page)
    page.close()
    assert told_phones(clinic) == 0
    page.context.set_offline(False)
    again, twin = page.context.new_page(), page.context.new_page()
    again.goto(address)
    twin.goto(address)  # two tabs at once send it once
    expect(again.get_by_role("heading", name="Your e-mail")).to_be_visible(timeout=15_000)
    assert told_phones(clinic) == 1
    assert kept(again) == ""
    with clinic.reading():
        assert Patient.objects.get(pk=booked.patient_id).mobile_phone == "+16145550188"


def test_an_answer_whose_receipt_was_lost_counts_once(clinic, live_server, new_page, booked):
    page, _address = at_the_first_question(clinic, live_server, new_page, booked)
    lost = []

    def swallow(route):
        """The server hears the answer, but the patient's phone hears nothing back."""
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch(max_redirects=0).status)
            route.abort()
        else:
            route.continue_()

    page.route("**/item/phone/", swallow)
    page.get_by_role("button", name="Still right").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    assert told_phones(clinic) == 1
    expect(page.get_by_role("heading", name="Your e-mail")).to_be_visible(timeout=15_000)
    assert (lost, told_phones(clinic)) == ([302], 1)


def test_a_refused_answer_says_why_and_does_not_wait(clinic, live_server, new_page, booked):
    page, _address = at_the_first_question(clinic, live_server, new_page, booked)
    page.locator("summary").click()
    page.get_by_label("Mobile phone").fill("614")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This number is not complete.")).to_be_visible()
    assert kept(page) == ""
    page.get_by_label("Mobile phone").fill("614 555 0188")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Your e-mail")).to_be_visible()


def test_what_was_not_sent_from_the_tablet_is_forgotten_when_it_clears_itself(
    clinic, live_server, new_page, booked
):
    page = new_page(TABLET)
    paired = operations.make_kiosk(
        "Waiting room", clinic.site, pin="2468", at=now(), by=clinic.role("manager")
    )
    page.goto(f"{live_server.url}/l/kiosk/pair/{paired.secret}/")
    page.get_by_role("button", name="Yes, lock it").click()
    page.get_by_label("Birth date").fill("3/14/1968")
    page.get_by_label("Last name, or phone number").fill("0147")
    page.get_by_role("button", name="Check in").click()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="Your phone")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Still right").click()
    expect(page.get_by_text("No connection just now.")).to_be_visible()
    assert kept(page) != ""
    page.evaluate("dispatchEvent(new Event('fd-forget'))")  # what idle.js says after its warning
    assert kept(page) == ""
    page.context.set_offline(False)
    page.goto(f"{live_server.url}/l/kiosk/")
    assert told_phones(clinic) == 0


@pytest.mark.parametrize("arrives", [False, True], ids=["before it arrived", "before the answer"])
def test_a_picture_sent_as_the_network_dies_is_kept_and_filed_once(
    clinic, live_server, new_page, booked, tmp_path, arrives
):
    page, address = at_the_first_question(clinic, live_server, new_page, booked)
    page.goto(f"{address}check-in/card/")
    settled(page)

    sent = []

    def die():
        """What this page sends comes to nothing; the server may hear it all the same."""
        while not sent:
            page.wait_for_timeout(50)
        route = sent.pop()
        if arrives:
            assert route.fetch(max_redirects=0).status == 302
        route.abort()

    page.route(
        "**/check-in/card/",
        lambda route: sent.append(route) if route.request.method == "POST" else route.continue_(),
    )
    file = tmp_path / "card.jpg"
    file.write_bytes(cards.bytes_of(cards.lined(cards.CARDS[0])))
    for nth, side in enumerate(("front", "licence"), 1):
        form = page.locator("form", has=page.locator(f"[value={side}]"))
        form.locator("input[type=file]").set_input_files(file)
        expect(form.get_by_text("Sending …")).to_be_visible()
        die()
        expect(page.get_by_text("No connection just now.")).to_be_visible()
        page.wait_for_function(f"Object.keys(localStorage).join().split('fd-kept').length > {nth}")
    page.goto("about:blank")  # the phone goes back into the pocket
    page.unroute_all(behavior="ignoreErrors")
    page.goto(f"{address}check-in/")
    expect(page.get_by_text("Picture sent. Thank you.")).to_be_visible()
    assert kept(page) == ""
    with clinic.reading():
        filed = Document.objects.order_by("kind").values_list("kind", flat=True)
        assert list(filed) == ["card_front", "photo_id"]
