"""One's own password and second step, through the pages that people use."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client

from frontdesk.core.models import AuditEntry
from tests.clinic import PASSWORD

NEW = "seven grey geese fly"


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Forget what the library counted in other tests."""
    cache.clear()


@pytest.fixture
def maria(client, clinic):
    """Somebody at the front desk, signed in by the form."""
    member = clinic.member("receptionist", email="maria@elm.example")
    client.post("/account/login/", {"login": member.user.email, "password": PASSWORD})
    return member


def told(clinic):
    entries = AuditEntry.objects.filter(practice_id=clinic.practice.pk).order_by("number")
    return [entry.operation for entry in entries]


def confirm(client, page):
    """Type one's password again where a page asks for it, and go on to that page."""
    asked = client.get(page)
    assert asked.status_code == 302
    return client.post(asked.headers["Location"], {"password": PASSWORD}, follow=True)


def turn_on(client):
    """Turn the second step on as a person does; return the secret of the app."""
    page = confirm(client, "/account/two-step/app/")
    secret = re.search(r"[A-Z2-7]{32}", page.content.decode()).group(0)
    code = hotp_value(secret, next(yield_hotp_counters_from_time()))
    answer = client.post("/account/two-step/app/", {"code": f"{code:06}"})
    assert answer.status_code == 302
    return secret


def test_a_new_password_keeps_this_session_and_ends_the_others(client, clinic, maria):
    elsewhere = Client()
    elsewhere.force_login(maria.user)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}

    assert client.get("/account/password/change/").status_code == 200
    answer = client.post("/account/password/change/", said)

    assert answer.headers["Location"] == "/profile/"
    assert client.get("/sites/").status_code == 200
    assert elsewhere.get("/sites/").status_code == 302
    assert told(clinic)[-1] == "staff.set_password"


def test_a_wrong_old_password_is_refused_and_a_short_new_one_too(client, maria):
    wrong = {"oldpassword": "not mine", "password1": NEW, "password2": NEW}
    short = {"oldpassword": PASSWORD, "password1": "short", "password2": "short"}

    for said in (wrong, short):
        page = client.post("/account/password/change/", said)
        assert page.status_code in (200, 422)
        assert page.context["form"].errors


def test_the_second_step_is_turned_on_and_off_and_both_are_audited(
    client, clinic, maria, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        turn_on(client)
    assert Authenticator.objects.filter(user=maria.user, type="totp").exists()
    assert "staff.add_second_step" in told(clinic)
    assert client.get("/account/two-step/").status_code == 200

    with django_capture_on_commit_callbacks(execute=True):
        assert client.post("/account/two-step/app/off/").status_code == 302
    assert not Authenticator.objects.filter(user=maria.user).exists()
    assert "staff.remove_second_step" in told(clinic)


def test_a_recovery_code_opens_once(client, maria):
    turn_on(client)
    page = client.get("/account/two-step/codes/")
    assert page.status_code == 200
    kept = Authenticator.objects.get(user=maria.user, type="recovery_codes")
    code = RecoveryCodes(kept).get_unused_codes()[0]
    assert code not in str(kept.data)

    def come_in():
        browser = Client()
        browser.post("/account/login/", {"login": maria.user.email, "password": PASSWORD})
        browser.post("/account/two-step/code/", {"code": code})
        return browser.get("/sites/").status_code

    assert come_in() == 200
    assert come_in() == 302


def test_a_second_step_asks_for_the_password_again_first(client, maria):
    asked = client.get("/account/two-step/app/")
    wrong = client.post(asked.headers["Location"], {"password": "not mine"})

    assert asked.headers["Location"].startswith("/account/reauthenticate/")
    assert wrong.status_code in (200, 422)
    assert client.get("/account/two-step/app/").status_code == 302
