"""Every page of the house in a real browser: accessible by WCAG 2.2 AA, and no wider than a phone.

The pages are read from the URLconf, so a new one is looked at without a line here.
"""

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.security.routes import routes
from tests.security.samples import Samples

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MISSING = 404
# What stands out of the page on the right, unless something around it scrolls or cuts.
WIDER = """() => {
  const cuts = (e) => getComputedStyle(e).overflowX !== "visible";
  const held = (e) => e !== main && (cuts(e) || held(e.parentElement));
  return [...(window.main?.querySelectorAll("*") ?? [])]
    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && !held(e.parentElement))
    .map((e) => `${e.tagName}.${e.className}`);
}"""
LEFT_ALONE = {"account_logout", "ui:say"}  # leave the session, or show nothing of their own


def pages(member, clinic):
    """Return the address of every page that answers whole or breaks, with keys of the practice."""
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    keys = {model: key for model, key in Samples(clinic).keys().items() if key is not None}
    found = []
    for route in routes():
        if route.name not in LEFT_ALONE:
            answers = ((url, client.get(url)) for url in _tries(route, keys))
            hit = next(((u, a) for u, a in answers if a.status_code != MISSING), None)
            if hit:
                hit[1].close()  # a file that was sent is let go
                found += [hit[0]] if _is_page(hit[1]) else []
    return found


def _tries(route, keys):
    """Yield the route's address with each key, those of its own room first."""
    if not route.keys:
        return [route.url()]
    room = route.name.partition(":")[0]
    near_first = sorted(keys, key=lambda model: (model._meta.app_label != room, model.__name__))
    return [route.url(**dict.fromkeys(route.keys, keys[model])) for model in near_first]


def _is_page(answer):
    """Say whether it is a whole page, or broken, which the browser shall say."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    is_whole = is_html and not answer.streaming and b"<body" in answer.content
    return (is_whole and answer.status_code == 200) or answer.status_code >= 500


def looked_at(page: Page, url: str) -> list[str]:
    """Return what is wrong with a page."""
    answer = page.goto(url)
    if answer.status >= 500:
        return [f"answers {answer.status}"]
    settled(page)
    wrong = axe(page)
    wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > shown:
        wrong.append(f"wider than the window: {wide} > {shown}")
    wrong += [f"wider than the page: {name}" for name in page.evaluate(WIDER)]
    return wrong


@pytest.mark.parametrize(
    ("size", "shade"),
    [(DESKTOP, "light"), (PHONE, "dark")],
    ids=["desktop-light", "phone-dark"],
)
def test_every_page_is_accessible_and_fits(new_page, live_server, clinic, size, shade):
    member = clinic.member("manager", "administrator", "provider")
    page = sign_in(new_page(size, shade), live_server, member)

    wrong = {}
    for url in pages(member, clinic):
        found = looked_at(page, live_server.url + url)
        if found:
            wrong[url] = found

    told = [f"{url}: {what[:300]}" for url, found in wrong.items() for what in found]
    assert not told, "\n".join(told)
