"""A drawer opened by its address: a page of its own, whose form is answered in it."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, axe, settled, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_refused_form_is_shown_once_with_what_is_wrong(new_page, live_server, clinic):
    page = sign_in(new_page(PHONE), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/settings/practice/rooms/")
    address = page.locator("[data-key=c]").first.get_attribute("href")
    page.goto(live_server.url + address)
    settled(page)

    page.locator(".drawer-page").locator("button[type=submit]").click()

    expect(page.locator(".drawer-page .is-wrong").first).to_be_visible()
    expect(page.locator("#drawer > *")).to_have_count(0)
    expect(page.locator("main form:has(.is-wrong)")).to_have_count(1)
    assert axe(page) == []


def test_what_is_put_right_there_is_saved(new_page, live_server, clinic):
    page = sign_in(new_page(), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/settings/practice/rooms/")
    address = page.locator("[data-key=c]").first.get_attribute("href")
    page.goto(live_server.url + address)
    settled(page)
    page.locator(".drawer-page").locator("button[type=submit]").click()
    expect(page.locator(".drawer-page .is-wrong").first).to_be_visible()

    page.get_by_label("Name").fill("Room 9")
    page.locator(".drawer-page").locator("button[type=submit]").click()

    expect(page.get_by_text("Room 9").first).to_be_visible()
    expect(page.locator(".drawer-page .is-wrong")).to_have_count(0)


def test_what_is_done_next_stands_at_the_right_where_the_foot_wraps(new_page, live_server, clinic):
    page = sign_in(new_page(), live_server, clinic.member("manager"))
    page.goto(f"{live_server.url}/settings/practice/rooms/")
    settled(page)
    page.locator("[data-key=c]").first.click()
    expect(page.locator("#drawer .drawer-foot .btn-primary")).to_be_visible()
    quiet = "".join(
        f'<button class="btn btn-quiet">{words}</button>' for words in ("Letter", "Back", "Decline")
    )
    primary = '<button class="btn btn-primary">Approve and give $1,240.00 back</button>'
    for last in (primary, f"<form>{primary}</form>"):
        room = page.evaluate(
            """foot => {
                const [place] = document.getElementsByClassName("drawer-foot");
                place.innerHTML = foot;
                const [first] = place.children, last = place.querySelector(".btn-primary");
                const [one, other] = [first, last].map(each => each.getBoundingClientRect());
                const end = place.getBoundingClientRect().right;
                const inside = parseFloat(getComputedStyle(place).paddingRight);
                return [other.top > one.top, Math.round(end - inside - other.right)];
            }""",
            f'{quiet}<span class="push"></span>{last}',
        )
        assert room == [True, 0]
