"""A tablet of the office opens its own pages and nothing else, whoever holds or guesses what."""

import logging
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from frontdesk.comms import operations as comms
from frontdesk.config.logs import NoSecrets
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted
from frontdesk.core.models import AuditEntry
from frontdesk.portal.rules import KIOSK_COOKIE
from frontdesk.portal.views.kiosk import _tablet as tablet_of
from frontdesk.staff.roles import LINK_PERMISSIONS
from frontdesk.visits import operations
from frontdesk.visits.models import Kiosk
from frontdesk.visits.operations import kiosk as tablets
from tests.security.routes import routes

BORN = "3/14/1968"
GREETING = "/l/kiosk/"
# What a locked tablet still opens.
SITES_OWN = ("/l/", "/static/", "/health", "/ui/worker.js", "/ui/offline/")


@pytest.fixture(autouse=True)
def _a_monday_morning():
    cache.clear()
    with time_machine.travel("2026-11-23T15:00:00Z"):
        yield


@pytest.fixture
def booked(clinic):
    ann = clinic.patient(birth_date=date(1968, 3, 14), mobile_phone="+16145550147")
    return clinic.booked(at=now(), patient=ann)


def made(clinic, name="Door"):
    return tablets.make_kiosk(name, clinic.site, pin="2468", at=now(), by=clinic.role("manager"))


def pairing(secret):
    return f"/l/kiosk/pair/{secret}/"


def paired(clinic, name="Door"):
    browser = Client()
    assert browser.post(pairing(made(clinic, name).secret)).status_code == 302
    return browser


def told(clinic):
    return AuditEntry.objects.filter(practice_id=clinic.practice.pk).count()


def ask(browser, said="Lee", born=BORN):
    return browser.post(GREETING, {"birth_date": born, "last_name": said})


def link_of(clinic, booked, purpose="check_in"):
    link = comms.make_link(
        purpose, patient=booked.patient, subject=booked,
        expires_at=now() + timedelta(hours=6), by=clinic.anybody(),
    )  # fmt: skip
    return link.url.rstrip("/").rpartition("/")[2]


def leads_back(answer):
    return (answer.status_code, answer.headers.get("Location")) == (302, GREETING)


def strangers(clinic, booked):
    """Return what somebody may hold that is no tablet's secret, and what each is."""
    ended, unpaired = made(clinic, "Ended"), made(clinic, "Never paired")
    browser = Client()
    browser.post(pairing(ended.secret))
    of_ended = browser.cookies[KIOSK_COOKIE].value
    operations.end_kiosk(ended.kiosk, at=now(), by=clinic.role("manager"))
    return {
        "nothing": "",
        "a guess": "A" * 32,
        "a tablet that was taken back": of_ended,
        "an address to pair with": unpaired.secret,
        "a patient's link": link_of(clinic, booked),
        "a link of the tablet's purpose": link_of(clinic, booked, "kiosk"),
        "a key": str(unpaired.kiosk.pk),
        "letters": "é-ñ",
    }


def test_what_is_no_tablets_secret_opens_none_of_its_pages(clinic, booked):
    pages = [route for route in routes() if route.name in ("portal:kiosk", "portal:kiosk_leave")]
    assert len(pages) == 2
    held = strangers(clinic, booked)
    before = told(clinic)
    for what, secret in held.items():
        for route in pages:
            browser = Client()
            browser.cookies[KIOSK_COOKIE] = secret
            said = {"birth_date": BORN, "last_name": "Lee", "pin": "2468"}
            for answer in (browser.get(route.url()), browser.post(route.url(), said)):
                assert answer.status_code in (410, 405), what
                assert b"Ann" not in answer.content
                assert answer.headers.get("Location") is None
                if answer.status_code == 410:
                    assert answer.headers["Referrer-Policy"] == "no-referrer"
                    assert "no-store" in answer.headers["Cache-Control"]
    assert told(clinic) == before


def test_what_is_no_address_to_pair_with_pairs_nothing(clinic, booked):
    held = strangers(clinic, booked)
    held["the secret of a tablet in use"] = paired(clinic).cookies[KIOSK_COOKIE].value
    held.pop("an address to pair with")
    held.pop("nothing")  # leads to no page at all
    late = made(clinic, "Late").secret
    before = told(clinic)
    for what, secret in held.items():
        for ask_by in (Client().get, Client().post):
            answer = ask_by(pairing(secret))
            assert answer.status_code == 410, what
            assert KIOSK_COOKIE not in answer.cookies or not answer.cookies[KIOSK_COOKIE].value
    with time_machine.travel(now() + timedelta(minutes=61)):
        assert Client().post(pairing(late)).status_code == 410
    assert told(clinic) == before


def test_a_locked_tablet_leads_every_other_address_back_even_of_somebody_signed_in(clinic):
    browser, open_still = paired(clinic), []
    browser.force_login(clinic.member("manager", "administrator").user)
    before = told(clinic)
    for route in routes():
        url = route.url(**dict.fromkeys(route.keys, clinic.practice.pk))
        if url.startswith(SITES_OWN):
            continue
        answers = (browser.get(url), browser.post(url))
        open_still += [(route.name, a.status_code) for a in answers if not leads_back(a)]
    assert open_still == []
    assert told(clinic) == before


def test_a_tablet_may_find_who_comes_and_nothing_more(clinic, booked):
    held = made(clinic).kiosk
    by = tablet_of(held)
    assert by.permissions == {"comms.follow_link", "visits.kiosk"}
    assert by.permissions == LINK_PERMISSIONS["kiosk"]
    with pytest.raises(NotPermitted):
        operations.end_kiosk(held, at=now(), by=by)
    with pytest.raises(NotPermitted):
        comms.make_link(
            "appointment", patient=booked.patient, subject=booked,
            expires_at=now() + timedelta(days=1), by=by,
        )  # fmt: skip


def test_a_tablet_finds_nobody_of_another_practice_or_site_or_day(clinic, other, booked):
    theirs = paired(other)
    answer = ask(theirs)
    assert (answer.status_code, b"Ann" in answer.content) == (422, False)

    ours = paired(clinic)
    with time_machine.travel(now() + timedelta(days=1)):
        assert ask(ours).status_code == 422
    assert ask(ours).status_code == 302


def test_guessing_the_pin_pauses_the_tablet_and_the_right_one_opens_it_later(clinic):
    browser = paired(clinic)
    for pin in ("0000", "1111", "2222", "3333", "' OR 1=1 --"):
        assert browser.post("/l/kiosk/leave/", {"pin": pin}).status_code == 422
    if not _is_paused(clinic):  # what is no number was not counted
        assert browser.post("/l/kiosk/leave/", {"pin": "4444"}).status_code == 422
    assert _is_paused(clinic)
    assert browser.post("/l/kiosk/leave/", {"pin": "2468"}).status_code == 422
    assert browser.get("/")["Location"] == GREETING

    with time_machine.travel(now() + timedelta(minutes=6)):
        assert browser.post("/l/kiosk/leave/", {"pin": "2468"})["Location"] == "/"
        assert browser.get(GREETING).status_code == 410


def _is_paused(clinic):
    with clinic.reading():
        held = Kiosk.objects.get()
    return held.paused_until is not None and held.paused_until > now()


def test_one_patients_pages_close_by_themselves_and_lead_the_tablet_back(clinic, booked):
    browser = paired(clinic)
    pages = f"{ask(browser)['Location']}check-in/"
    assert browser.get(pages).status_code == 200
    with time_machine.travel(now() + timedelta(minutes=21)):
        gone = browser.get(pages)
        assert (gone.status_code, gone["Location"]) == (302, GREETING)
        assert Client().get(pages).status_code == 410


def test_a_log_line_never_holds_the_secret_that_pairs():
    line = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Error: %s", ("/l/kiosk/pair/abc_DEF-123/",), None
    )
    assert NoSecrets().filter(line)
    assert "abc_DEF-123" not in line.getMessage()
