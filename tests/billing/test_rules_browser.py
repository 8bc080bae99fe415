"""A rule from the first word to the claim it holds, in a real browser."""

import pytest
from django.urls import reverse

from frontdesk.billing import jobs
from frontdesk.billing.models import Claim, Replay
from frontdesk.practice.models import Rule
from tests.billing.office import Office
from tests.billing.ruled import written
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(settings):
    """An office with a claim behind it."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    office = Office()
    office.signed(office.insured())
    return office


def write(page):
    """Fill the form of a rule."""
    page.get_by_label("What is wrong").fill("An EKG needs its reading")
    page.get_by_label("How it is mended").fill("Add the reading to the chart.")
    page.get_by_label("What is looked at").select_option("line.code")
    page.get_by_label("How it is compared").wait_for()
    settled(page)
    page.get_by_label("With what").fill("93005")
    assert axe(page) == []
    page.get_by_role("button", name="Keep as a draft").click()
    page.get_by_role("heading", name="Examples").wait_for()
    settled(page)


def example(page, name, applies, code):
    """Add an example by its form."""
    page.get_by_label("What it shows").fill(name)
    page.get_by_label(applies, exact=True).check()
    page.locator("[id='x1-line.code']").fill(code)
    page.get_by_role("button", name="Add the example").click()
    page.locator("#rule").get_by_text(name, exact=True).wait_for()
    settled(page)


@pytest.mark.journey
def test_a_rule_is_written_fails_its_example_is_mended_tried_and_holds_the_next_claim(
    house, live_server, new_page
):
    page = sign_in(new_page(DESKTOP), live_server, house.member("biller"))
    page.goto(live_server.url + reverse("billing:rules"))
    settled(page)
    page.keyboard.press("c")
    page.wait_for_url("**/rules/new/")
    settled(page)

    write(page)

    example(page, "An EKG with reading", "applies", "93000")
    page.get_by_text("An example fails: An EKG with reading.").wait_for()
    assert page.get_by_role("button", name="Put in force").is_disabled()
    example(page, "A visit", "does not apply", "99213")

    page.keyboard.press("e")  # the code was the wrong one
    page.wait_for_url("**/edit/")
    settled(page)
    page.get_by_label("With what").fill("93000")
    page.get_by_role("button", name="Keep as a new version").click()
    page.get_by_text("All pass").wait_for()
    settled(page)

    page.keyboard.press("Enter")  # try it on the past year
    page.get_by_text("0 of 1 claims").wait_for()
    with house.reading():
        replay = Replay.objects.get()
    jobs.replay_rule.func(str(house.practice.pk), str(replay.pk))
    page.get_by_role("button", name="Put version 4 in force").wait_for()
    assert axe(page) == []
    settled(page)
    page.keyboard.press("Enter")
    page.get_by_text("In force", exact=True).first.wait_for()

    claim = house.signed(house.insured("Bo"))
    assert claim.status == "held"
    page.goto(live_server.url + reverse("billing:claim", args=[claim.pk]))
    settled(page)
    page.get_by_text("An EKG needs its reading (line 2)").first.wait_for()
    with house.reading():
        rule = Rule.objects.get()
    page.goto(live_server.url + reverse("billing:rule", args=[rule.pk]))
    settled(page)
    page.get_by_label("Retire it, because").fill("The payer changed its mind")
    page.get_by_role("button", name="Retire", exact=True).click()
    page.get_by_text("The payer changed its mind").first.wait_for()
    page.goto(live_server.url + reverse("billing:claim", args=[claim.pk]))
    settled(page)
    page.keyboard.press("Enter")  # check again
    page.get_by_text("Passes every check", exact=False).first.wait_for()
    with house.reading():
        assert Claim.objects.get(pk=claim.pk).status == "ready"


def test_rules_fit_a_phone(house, live_server, new_page):
    rule = written(house)
    page = sign_in(new_page(PHONE), live_server, house.member("biller"))
    for url in (
        reverse("billing:rules"),
        reverse("billing:rule", args=[rule.pk]),
        reverse("billing:rule_edit", args=[rule.pk]),
        reverse("billing:rule_starters"),
    ):
        page.goto(live_server.url + url)
        settled(page)
        assert axe(page) == [], url
        wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= shown, url
