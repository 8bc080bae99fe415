"""A link opens one thing for one patient; what opens nothing says so and tells nothing."""

import logging
from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from frontdesk.comms import operations
from frontdesk.comms.models import Link
from frontdesk.comms.queries import link_of
from frontdesk.comms.rules import digest_of
from frontdesk.config import urls as house
from frontdesk.config.logs import NoSecrets
from frontdesk.core.clock import now
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.models import AuditEntry
from frontdesk.portal.rules import MISSES_ALLOWED, both
from frontdesk.portal.views.door import by_link, patient_by
from frontdesk.staff.roles import LINK_PERMISSIONS
from tests.security.routes import routes

SECRET = "/l/{}/"


@pytest.fixture(autouse=True)
def _no_misses(monkeypatch):
    cache.clear()
    monkeypatch.setitem(LINK_PERMISSIONS, "other", frozenset())


@pytest.fixture
def ann(clinic):
    return clinic.patient(birth_date=date(1968, 3, 14), email="ann@example.com")


@pytest.fixture
def visit(clinic, ann):
    return clinic.booked(at=now() + timedelta(days=2), patient=ann)


def audit_of(clinic, **more):
    return AuditEntry.objects.filter(practice_id=clinic.practice.pk, **more)


def make(clinic, visit, purpose="appointment", **more):
    said = {"expires_at": now() + timedelta(days=2), "by": clinic.actor("comms.send"), **more}
    return operations.make_link(purpose, patient=visit.patient, subject=visit, **said)


def address(made):
    return made.url.partition("/l/")[1] + made.url.partition("/l/")[2]


def secret_in(made):
    return made.url.rstrip("/").rpartition("/")[2]


@by_link("appointment", asks_who=True)
def shown(request, link):
    """A page of the purpose, for these tests."""
    if request.method == "POST":
        raise Refused("The time has passed.")
    return HttpResponse(both("Hello {name}", "Hola {name}", name=link.patient.name))


class Routes:
    """The house, with a page behind a link that asks who is there."""

    urlpatterns = [
        path("l/<str:secret>/appointment/", shown),
        *house.urlpatterns,
    ]
    handler400, handler403 = house.handler400, house.handler403
    handler404, handler500 = house.handler404, house.handler500


@pytest.fixture
def patients_phone(settings):
    """A browser that nobody signed in with."""
    settings.ROOT_URLCONF = Routes
    return Client(enforce_csrf_checks=True)


def test_only_the_digest_of_the_secret_is_kept(clinic, visit):
    made = make(clinic, visit)
    secret = secret_in(made)

    assert len(secret) >= 22  # 128 bits and more, in 6-bit letters
    assert made.link.digest == digest_of(secret)
    with clinic.reading():
        kept = Link.objects.values().get()
    assert secret not in str(kept)
    assert secret not in str(list(audit_of(clinic).values_list("changes", flat=True)))
    assert link_of(secret).pk == made.link.pk
    assert link_of(secret[:-1]) is None


def test_a_link_is_used_once_and_refused_in_words(clinic, visit):
    link = make(clinic, visit).link
    by = patient_by(link)
    operations.use_link(link, by=by)
    with pytest.raises(Refused, match="used already"):
        operations.use_link(link, by=by)

    old = make(clinic, visit, expires_at=now() - timedelta(minutes=1)).link
    with pytest.raises(Refused, match="expired"):
        operations.use_link(old, by=by)

    ended = make(clinic, visit).link
    assert operations.end_links(visit, because="The visit has moved", by=clinic.anybody()) == 2
    with pytest.raises(Refused, match="does not work any more"):
        operations.use_link(ended, by=by)


def test_a_purpose_that_there_is_not_is_refused(clinic, visit):
    with pytest.raises(Refused, match="no such kind"):
        make(clinic, visit, purpose="everything")
    with pytest.raises(NotPermitted):
        make(clinic, visit, by=clinic.actor("people.view"))


def test_the_patient_may_do_what_the_purpose_says_and_no_more(clinic, visit):
    by = patient_by(make(clinic, visit).link)

    assert by.permissions == LINK_PERMISSIONS["appointment"]
    assert by.practice_id == clinic.practice.pk
    assert by.name == "Ann Lee (by link)"
    for right in ("people.view", "scheduling.book", "comms.send", "scheduling.view"):
        assert not by.may(right)


def test_the_door_leads_to_the_page_of_the_purpose_and_shows_nothing_before_who(
    clinic, visit, patients_phone
):
    made = make(clinic, visit)
    door = patients_phone.get(address(made))
    page = patients_phone.get(door.headers["Location"])

    assert door.headers["Location"] == f"{address(made)}appointment/"
    assert page.headers["Location"] == f"{address(made)}who/"
    asked = patients_phone.get(page.headers["Location"])
    assert "Ann Lee" not in asked.content.decode()
    for answer in (door, page, asked):
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer.headers["Cache-Control"]
        assert "noindex" in answer.headers["X-Robots-Tag"]
    with clinic.reading():
        assert Link.objects.get().opened_at is None

    told = patients_phone.post(f"{address(made)}who/", {"birth_date": "3/14/1968"})
    assert told.headers["Location"] == f"{address(made)}appointment/"
    assert patients_phone.get(told.headers["Location"]).content == b"Hello Ann Lee"
    with clinic.reading():
        assert Link.objects.get().opened_at is not None
    entry = audit_of(clinic).get(operation="comms.open_link")
    assert (entry.actor, entry.patient_id) == ("Ann Lee (by link)", visit.patient_id)


def test_five_wrong_birth_dates_end_the_link(clinic, visit, patients_phone):
    made = make(clinic, visit)
    who = f"{address(made)}who/"
    answers = [patients_phone.post(who, {"birth_date": "1/1/1970"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [422] * 5 + [410]
    assert "not the birth date we have" in answers[0].content.decode()
    assert patients_phone.post(who, {"birth_date": "3/14/1968"}).status_code == 410
    assert patients_phone.post(who, {"birth_date": "a"}).status_code == 410


def test_a_birth_date_told_for_one_link_opens_no_other(clinic, visit, patients_phone):
    mine, hers = make(clinic, visit), make(clinic, visit)
    patients_phone.post(f"{address(mine)}who/", {"birth_date": "3/14/1968"})

    assert patients_phone.get(f"{address(mine)}appointment/").status_code == 200
    assert patients_phone.get(f"{address(hers)}appointment/").status_code == 302
    with time_machine.travel(now() + timedelta(minutes=31)):
        assert patients_phone.get(f"{address(mine)}appointment/").status_code == 302


def test_a_refusal_is_told_to_the_patient_in_words(clinic, visit, patients_phone):
    made = make(clinic, visit)
    patients_phone.post(f"{address(made)}who/", {"birth_date": "3/14/1968"})
    answer = patients_phone.post(f"{address(made)}appointment/")

    assert answer.status_code == 409
    assert "The time has passed." in answer.content.decode()


def test_the_page_speaks_the_patients_language_or_the_one_they_choose(
    clinic, visit, patients_phone
):
    with clinic.writing():
        visit.patient.language = "es"
        visit.patient.save()
    made = make(clinic, visit)
    who = f"{address(made)}who/"

    assert "¿quién es usted?" in patients_phone.get(who).content.decode()
    assert "who are you?" in patients_phone.get(f"{who}?lang=en").content.decode()
    assert "who are you?" in patients_phone.get(who).content.decode()  # kept for this browser


def test_a_member_of_staff_who_opens_a_link_acts_as_the_patient(clinic, visit, patients_phone):
    patients_phone.force_login(clinic.member("manager").user)
    made = make(clinic, visit)
    patients_phone.post(f"{address(made)}who/", {"birth_date": "3/14/1968"})
    patients_phone.get(f"{address(made)}appointment/")

    assert audit_of(clinic).get(operation="comms.open_link").actor == "Ann Lee (by link)"


@pytest.mark.parametrize("how", ["used", "ended", "expired", "unknown", "of another purpose"])
def test_what_opens_nothing_says_so_and_names_nobody(clinic, visit, patients_phone, how, caplog):
    made = make(clinic, visit, purpose="other" if "another" in how else "appointment")
    where = address(made)
    if how == "used":
        operations.use_link(made.link, by=patient_by(made.link))
    if how == "ended":
        operations.end_link(made.link, by=clinic.anybody())
    if how == "unknown":
        where = SECRET.format("A" * 24)
    with time_machine.travel(now() + timedelta(days=3 if how == "expired" else 0)):
        answer = patients_phone.get(f"{where}appointment/")

    page = answer.content.decode()
    assert answer.status_code == (410 if how in ("used", "ended", "expired") else 404)
    assert "Ann Lee" not in page
    assert ("(614) 555-0100" in page) == (answer.status_code == 410)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert where.strip("/").partition("/")[2] not in caplog.text


def test_guesses_are_counted_and_a_real_link_still_opens(clinic, visit, patients_phone):
    guesses = [patients_phone.get(SECRET.format("x" * 24)) for _ in range(MISSES_ALLOWED + 1)]

    assert [answer.status_code for answer in guesses[-2:]] == [404, 429]
    assert patients_phone.get(address(make(clinic, visit))).status_code == 302


def test_a_log_line_never_holds_a_secret():
    line = logging.LogRecord(
        "django.request", logging.ERROR, "", 1, "Error: %s", ("/l/abc_DEF-123/who/",), None
    )
    assert NoSecrets().filter(line)
    assert line.getMessage() == "Error: /l/…/who/"


DOORS = {"portal:door", "portal:who"}
TABLETS = {"portal:kiosk", "portal:kiosk_leave", "portal:kiosk_pair"}  # by pairing, not by link


def portal_routes():
    ours = [route for route in routes() if route.name.startswith("portal:")]
    return [route for route in ours if route.name not in TABLETS]


@pytest.mark.parametrize("route", portal_routes(), ids=lambda route: route.name)
def test_every_page_behind_a_link_keeps_to_its_purpose(route, clinic, visit, other):
    """Whatever page is added: no secret, a wrong purpose and an ended link open nothing."""
    phone = Client()
    purpose = getattr(route.view, "purpose", None)
    assert purpose in LINK_PERMISSIONS or route.name in DOORS
    wrong = next(one for one in LINK_PERMISSIONS if one != purpose)
    ended = make(clinic, visit, purpose=purpose or "appointment")
    operations.end_link(ended.link, by=clinic.anybody())
    secrets = {"A" * 24: 404, secret_in(ended): 410}
    if purpose:
        secrets[secret_in(make(clinic, visit, purpose=wrong))] = 404
    before = audit_of(clinic).count()
    for secret, status in secrets.items():
        url = route.url(secret=secret, **dict.fromkeys(route.keys, clinic.practice.pk))
        for answer in (phone.get(url), phone.post(url)):
            if route.name == "portal:door":
                assert answer.status_code in (status, 405)
                continue
            assert answer.status_code == status, url
            assert "Ann Lee" not in answer.content.decode()  # a token may have the letters
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert "no-store" in answer.headers["Cache-Control"]
    assert audit_of(clinic).count() == before


def test_a_purpose_has_a_page_of_its_name():
    named = {route.name.removeprefix("portal:") for route in portal_routes()}
    assert set(LINK_PERMISSIONS) - {"other", "kiosk"} - named == set()
