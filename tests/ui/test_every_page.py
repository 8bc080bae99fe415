"""Every page of the house in a real browser: accessible by WCAG 2.2 AA, and no wider than a phone.

The pages are read from the URLconf, so a new one is looked at without a line here.
"""

from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Page

from frontdesk.comms import operations as comms
from frontdesk.core.clock import now
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, LateNotice, Offer
from frontdesk.visits.models import Visit
from frontdesk.visits.operations import kiosk as tablets
from tests.browser import DESKTOP, PHONE, axe, settled, sign_in
from tests.clinic import NEW_YORK
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
# Two frames: the new size is laid out, then painted.
DRAWN = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
LEFT_ALONE = {"account_logout", "ui:say"}  # leave the session, or show nothing of their own


PARTS = 6  # of about as many pages each, so that every core has some to the end


def today():
    """Return noon of this day: what a page shows of today is there whatever day it is."""
    return now().astimezone(NEW_YORK).replace(hour=12, minute=0, second=0, microsecond=0)


def pages(member, clinic, part):
    """Return the address of every page that answers whole or breaks, with keys of the practice."""
    client = Client(raise_request_exception=False)
    client.force_login(member.user)
    keys = {model: key for model, key in Samples(clinic, today()).keys().items() if key is not None}
    found = []
    for route in routes()[part::PARTS]:
        if route.name not in LEFT_ALONE:
            answers = ((url, client.get(url)) for url in _tries(route, keys))
            hit = next(((u, a) for u, a in answers if a.status_code != MISSING), None)
            if hit:
                hit[1].close()  # a file that was sent is let go
                found += [hit[0]] if _is_page(hit[1]) else []
    return found


def _tries(route, keys):
    """Yield the route's address with each key: those it names, then those of its own room."""
    if not route.keys:
        return [route.url()]
    room = route.name.partition(":")[0]

    def distance(model):
        is_named = model.__name__.lower() in route.pattern.replace("-", "").replace("_", "")
        return (not is_named, model._meta.app_label != room, model.__name__)

    return [route.url(**dict.fromkeys(route.keys, keys[one])) for one in sorted(keys, key=distance)]


def _is_page(answer):
    """Say whether it is a whole page, or broken, which the browser shall say."""
    is_html = answer.headers.get("Content-Type", "").startswith("text/html")
    is_whole = is_html and not answer.streaming and b"<body" in answer.content
    return (is_whole and answer.status_code == 200) or answer.status_code >= 500


class Eyes:
    """Somebody who looks at a page on a desktop in light, then on a phone in the dark."""

    def __init__(self, page: Page) -> None:
        self.page, self.line = page, page.context.new_cdp_session(page)
        self.page.emulate_media(reduced_motion="reduce")  # nothing is on its way when looked at

    def look_at(self, url: str) -> list[str]:
        """Return what is wrong with a page."""
        self._take(DESKTOP, "light")
        answer = self.page.goto(url)
        if answer.status >= 500:
            return [f"answers {answer.status}"]
        settled(self.page)
        wrong = [f"desktop: {told}" for told in self._seen()]
        self._take(PHONE, "dark")
        return wrong + [f"phone: {told}" for told in self._seen()]

    def _take(self, size: dict[str, int], shade: str) -> None:
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme=shade)
        self.line.send("Emulation.setTouchEmulationEnabled", {"enabled": size == PHONE})

    def _seen(self) -> list[str]:
        self.page.evaluate(DRAWN)
        wrong = axe(self.page)
        wide, shown = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        if wide > shown:
            wrong.append(f"wider than the window: {wide} > {shown}")
        return wrong + [f"wider than the page: {name}" for name in self.page.evaluate(WIDER)]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_accessible_and_fits(page, live_server, clinic, part):
    member = clinic.member("manager", "administrator", "provider")
    eyes = Eyes(sign_in(page, live_server, member))

    found = {url: eyes.look_at(live_server.url + url) for url in pages(member, clinic, part)}

    assert len(found) > 20  # they were found at all
    told = [f"{url}: {what[:300]}" for url, wrong in found.items() for what in wrong]
    assert not told, "\n".join(told)


SUBJECTS = {  # what a link of each purpose that shows a page leads to
    "appointment": Appointment,
    "check_in": Appointment,
    "late": LateNotice,
    "lobby": Site,
    "offer": Offer,
    "position": Visit,
    "unsubscribe": Patient,
}
NO_PAGE = {"portal:door", "portal:provider_calendar"}  # leads on; a file


def pages_by_link(clinic, phone):
    """Return the address of every page for patients, which `phone` may open."""
    samples, doors, found = Samples(clinic, today()), {}, []
    patient = samples.held[Patient]
    for purpose, model in SUBJECTS.items():
        made = comms.make_link(
            purpose, patient=patient, subject=samples.held[model],
            expires_at=now() + timedelta(hours=2), by=clinic.anybody(),
        )  # fmt: skip
        doors[purpose] = made.url.rstrip("/").rpartition("/")[2]
    phone.post(f"/l/{doors['check_in']}/who/", {"birth_date": patient.birth_date.isoformat()})
    for route in routes():
        if not route.name.startswith("portal:") or route.name in NO_PAGE:
            continue
        secret = doors.get(getattr(route.view, "purpose", "check_in"))
        keys = samples.keys().values() if route.keys else [None]
        tries = (route.url(secret=secret, name="phone", pk=key) for key in keys)
        found += next(([url] for url in tries if _is_page(phone.get(url))), [])
    return found


def lend(page, live_server, phone):
    """Let the page be known as the client that was let in."""
    page.context.add_cookies(
        [
            {"name": name, "value": held.value, "url": live_server.url}
            for name, held in phone.cookies.items()
        ]
    )


def test_every_page_for_patients_is_accessible_and_fits(page, live_server, clinic):
    phone, eyes = Client(raise_request_exception=False), Eyes(page)
    found = pages_by_link(clinic, phone)
    paired = tablets.make_kiosk(
        "Door", clinic.site, pin="2468", at=now(), by=clinic.role("manager")
    )
    pairing = f"/l/kiosk/pair/{paired.secret}/"
    shown = [*found, pairing, "/l/kiosk/", "/l/AAAAAAAAAAAAAAAAAAAAAAAA/"]
    lend(page, live_server, phone)
    wrong = {url: told for url in shown if (told := eyes.look_at(live_server.url + url))}
    phone.post(pairing)
    lend(page, live_server, phone)
    if told := eyes.look_at(f"{live_server.url}/l/kiosk/"):
        wrong["/l/kiosk/ when paired"] = told

    assert {url.split("/")[3] for url in found} >= {
        "appointment",
        "check-in",
        "late",
        "lobby",
        "offer",
        "position",
        "unsubscribe",
        "who",
    }
    assert wrong == {}
