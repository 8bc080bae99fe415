"""The frame of a page is drawn once for a person and a place, and is never somebody else's."""

import re

import pytest
from django.test import Client

from frontdesk.ui.templatetags import ui


@pytest.fixture(autouse=True)
def nothing_drawn():
    ui._frames.held.clear()


def page_of(client, path="/inbox/"):
    return client.get(path).content.decode()


def tokens(page):
    return set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))


def test_each_answer_has_its_own_token_and_signing_out_takes_it(clinic):
    client = Client(enforce_csrf_checks=True)
    client.force_login(clinic.member("receptionist").user)
    first, second = page_of(client), page_of(client)
    assert tokens(first) and tokens(second) and tokens(first).isdisjoint(tokens(second))
    assert ui._PLACE not in first + second
    for page in (first, second):
        [token] = tokens(page)
        assert f'"X-CSRFToken": "{token}"' in page
    assert client.post("/account/logout/", {"csrfmiddlewaretoken": "forged"}).status_code == 403
    assert client.post("/account/logout/", {"csrfmiddlewaretoken": token}).status_code == 302


def test_it_says_who_one_is_and_where(client, clinic):
    maria, grace = clinic.member("receptionist"), clinic.member("manager")
    with clinic.writing():
        grace.name = "Grace O'Neill"
        grace.save()
    client.force_login(maria.user)
    assert 'href="/inbox/" aria-current="page"' in page_of(client)
    assert 'href="/inbox/" aria-current="page"' not in page_of(client, "/people/")
    assert maria.name in page_of(client)
    client.force_login(grace.user)
    mine = page_of(client)
    assert "Grace O&#x27;Neill" in mine and maria.name not in mine


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/", "/"),
        ("/visits/charges/", "/visits/charges/"),
        ("/visits/charges/code-year/", "/visits/charges/"),
        ("/schedule/figures/", "/schedule/figures/"),
        ("/schedule/", "/schedule/"),
        ("/billing/denials/", "/billing/"),
        ("/contracts/", "/settings/"),
        ("/patients/{jane.pk}/", "/people/"),
    ],
)
def test_one_is_in_one_place_only(client, clinic, path, place):
    client.force_login(clinic.member("manager").user)
    page = page_of(client, path.format(jane=clinic.patient()))
    rail = re.search(r'<nav class="rail.*?</nav>', page, re.DOTALL)
    assert re.findall(r'href="([^"]+)" aria-current="page"', rail[0]) == [place]


def test_a_right_that_was_taken_away_takes_its_place_along(client, clinic):
    member = clinic.member("manager")
    client.force_login(member.user)
    assert 'href="/audit/"' in page_of(client)
    with clinic.writing():
        member.roles = ["receptionist"]
        member.save()
    assert 'href="/audit/"' not in page_of(client)
    with clinic.writing():
        clinic.site.name = "Oak & Elm"
        clinic.site.save()
    assert "Oak &amp; Elm" in page_of(client)
