"""Signing in: who may, what is remembered, how long one may rest."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry
from frontdesk.staff import jobs
from frontdesk.staff.models import User
from frontdesk.staff.rules import pause_after
from tests.clinic import PASSWORD

LOGIN = "/account/login/"


@pytest.fixture(autouse=True)
def _fresh_limits():
    """Forget what the library counted in other tests."""
    cache.clear()


@pytest.fixture
def maria(clinic):
    """Somebody at the front desk."""
    return clinic.member("receptionist", email="maria@elm.example")


def sign_in(client, email="maria@elm.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def told(clinic):
    entries = AuditEntry.objects.filter(practice_id=clinic.practice.pk).order_by("number")
    return list(entries.values_list("actor", "operation"))


def test_the_right_password_opens_the_practice_and_is_audited(client, clinic, maria):
    answer = sign_in(client)

    assert answer.status_code == 302
    assert client.get("/sites/").status_code == 200
    assert told(clinic) == [("Receptionist", "staff.sign_in")]


def test_signing_in_leads_back_to_where_one_was(client, maria):
    wanted = client.get("/sites/")

    assert wanted.headers["Location"] == "/account/login/?next=/sites/"
    assert sign_in(client, next="/sites/").headers["Location"] == "/sites/"
    elsewhere = sign_in(Client(), next="https://evil.example/")
    assert elsewhere.headers["Location"] == "/"


def test_a_new_session_begins_when_one_signs_in(client, maria):
    client.get(LOGIN)
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key

    sign_in(client)

    assert client.session.session_key != session.session_key


def test_wrong_password_and_unknown_address_get_the_same_answer(client, clinic, maria):
    def words(answer):
        return re.findall(r"do not match[^<]*", answer.content.decode())

    wrong = sign_in(client, password="not this one")
    unknown = sign_in(client, email="nobody@elm.example")

    assert words(wrong) == words(unknown)
    assert len(words(wrong)) >= 1
    assert told(clinic) == [("Sign-in page", "staff.miss_sign_in")]


def test_five_misses_pause_sign_in_and_each_further_one_doubles_it(client, clinic, maria):
    with time_machine.travel("2026-11-23 14:00Z", tick=False) as clock:
        for _ in range(5):
            sign_in(client, password="wrong")
        assert sign_in(client).status_code == 200  # the right one, but paused: nobody is let in
        assert "_auth_user_id" not in client.session
        user = User.objects.get(pk=maria.user_id)
        assert (user.failed_sign_ins, user.locked_until - now()) == (5, timedelta(minutes=1))

        clock.shift(61)
        sign_in(client, password="wrong")
        user.refresh_from_db()
        assert (user.failed_sign_ins, user.locked_until - now()) == (6, timedelta(minutes=2))

        clock.shift(121)
        assert sign_in(client).status_code == 302
    user.refresh_from_db()
    assert (user.failed_sign_ins, user.locked_until) == (0, None)
    entry = AuditEntry.objects.filter(practice_id=clinic.practice.pk).order_by("number")[4]
    assert entry.changes[0]["changed"]["failed_sign_ins"] == ["4", "5"]
    assert entry.changes[0]["changed"]["locked_until"][1] is not None


def test_a_pause_is_mailed_to_the_person(client, maria):
    for _ in range(5):
        sign_in(client, password="wrong")

    jobs.send_pause_notice.func(str(maria.user_id), 1)

    assert mail.outbox[-1].to == ["maria@elm.example"]
    assert "1 minute." in mail.outbox[-1].body


@pytest.mark.parametrize(
    ("misses", "minutes"), [(4, None), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (900, 60)]
)
def test_the_pause_grows_to_an_hour_and_no_further(misses, minutes):
    assert pause_after(misses) == (timedelta(minutes=minutes) if minutes else None)


def test_rest_beyond_the_practices_limit_ends_the_session(client, clinic, maria):
    with time_machine.travel("2026-11-23 14:00Z", tick=False) as clock:
        sign_in(client)
        clock.shift(14 * 60)
        assert client.get("/sites/").status_code == 200
        clock.shift(14 * 60)
        assert client.get("/sites/").status_code == 200
        clock.shift(15 * 60 + 1)
        answer = client.get("/sites/")

    assert answer.headers["Location"] == "/account/login/?next=/sites/"
    assert told(clinic)[-1] == ("Receptionist", "staff.sign_off")


@pytest.mark.parametrize("quiet", [{"HTTP_X_QUIET": "1"}, {"HTTP_X_LIVE": "1"}])
def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(client, maria, quiet):
    with time_machine.travel("2026-11-23 14:00Z", tick=False) as clock:
        sign_in(client)
        for _ in range(4):
            clock.shift(4 * 60)
            answer = client.get("/sites/", **quiet)

    assert answer.status_code == 302


def test_staying_is_work(client, maria):
    with time_machine.travel("2026-11-23 14:00Z", tick=False) as clock:
        sign_in(client)
        for _ in range(4):
            clock.shift(14 * 60)
            assert client.post("/stay/").status_code == 204


def test_a_member_let_go_is_out_at_once(client, clinic, maria):
    sign_in(client)
    with clinic.writing():
        maria.is_active = False
        maria.save()

    assert client.get("/sites/").status_code in (302, 403)


def test_a_role_taken_away_is_gone_at_once(client, clinic):
    manager = clinic.member("manager", email="grace@elm.example")
    sign_in(client, email="grace@elm.example")
    assert client.get("/ui/").status_code == 200
    with clinic.writing():
        manager.roles = ["records_clerk"]
        manager.save()

    assert client.get("/ui/").status_code == 403


def test_whoever_belongs_to_two_practices_chooses_one(client, clinic, other, maria):
    from frontdesk.staff.models import Member

    with other.writing():
        Member.objects.create(
            user=maria.user, name="Maria", roles=["biller"], default_site=other.site
        )

    answer = sign_in(client, next="/sites/")
    assert answer.headers["Location"] == "/practices/?next=%2Fsites%2F"
    assert client.get("/sites/").status_code == 403
    assert b"Oak Avenue" in client.get("/practices/").content

    chosen = client.post("/practices/?next=/sites/", {"practice": str(other.practice.pk)})
    assert chosen.headers["Location"] == "/sites/"
    assert str(other.site.pk) in client.get("/sites/").content.decode()
    assert told(other)[-1] == ("Maria", "staff.enter_practice")

    client.post("/practices/", {"practice": str(User().pk)})
    assert str(other.site.pk) in client.get("/sites/").content.decode()


def test_signing_out_is_audited(client, clinic, maria):
    sign_in(client)
    client.post("/account/logout/")

    assert client.get("/sites/").status_code == 302
    assert told(clinic)[-1] == ("Receptionist", "staff.sign_out")


def test_a_password_link_works_once_and_ends_other_sessions(client, clinic, maria):
    elsewhere = Client()
    sign_in(elsewhere)
    client.post("/account/password/reset/", {"email": "maria@elm.example"})
    client.post("/account/password/reset/", {"email": "unknown@elm.example"})
    assert mail.outbox == []  # nothing is sent while anybody waits
    jobs.send_password_link.func(str(maria.user_id), "reset")
    link = re.search(r"http://[^/]+(/\S+)", mail.outbox[-1].body).group(1)

    form = client.get(link, follow=True)
    path = form.redirect_chain[-1][0]
    words = {"password1": "quiet morning lamp", "password2": "quiet morning lamp"}
    assert client.post(path, words).status_code == 302

    assert elsewhere.get("/sites/").status_code == 302
    assert sign_in(Client(), password=PASSWORD).status_code == 200
    assert sign_in(Client(), password="quiet morning lamp").status_code == 302
    again = Client().get(link, follow=True)
    assert "password1" not in again.content.decode()
    assert ("Receptionist", "staff.set_password") in told(clinic)


def test_a_second_step_is_asked_kept_encrypted_and_required(client, maria):
    secret = generate_totp_secret()
    authenticator = TOTP.activate(maria.user, secret).instance
    assert secret not in str(Authenticator.objects.get(pk=authenticator.pk).data)

    answer = sign_in(client)
    assert answer.headers["Location"] == "/account/two-step/code/"
    assert client.get("/sites/").status_code == 302
    code = hotp_value(secret, next(yield_hotp_counters_from_time()))
    assert client.post("/account/two-step/code/", {"code": f"{code:06}"}).status_code == 302
    assert client.get("/sites/").status_code == 200


def test_nobody_signs_up_by_themselves(client, db):
    assert client.get("/account/signup/").status_code == 404
