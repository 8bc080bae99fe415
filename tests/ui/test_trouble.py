"""Pages for what goes wrong: they help, give a reference, and tell nobody about patients."""

import logging
import re

import pytest
from django.test import Client, RequestFactory

from frontdesk.ui import errors


def test_a_missing_page_says_what_to_do_and_gives_a_reference(client, db):
    response = client.get("/nothing/here/?q=Ann+Lee")

    page = response.content.decode()
    assert response.status_code == 404
    assert "There is nothing here" in page
    assert re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", page)
    assert "Ann" not in page


def test_the_log_has_the_reference_and_the_route_but_not_the_address(caplog):
    with caplog.at_level(logging.INFO, logger="frontdesk.ui.errors"):
        response = errors.failed(RequestFactory().get("/people/?q=Ann+Lee"))

    reference = re.search(r"[0-9A-F]{4}-[0-9A-F]{4}", response.content.decode()).group()
    assert response.status_code == 500
    assert reference in caplog.text
    assert "Ann" not in caplog.text


def test_a_part_of_a_page_gets_words_for_a_toast():
    response = errors.denied(RequestFactory(headers={"HX-Request": "true"}).get("/x/"))

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode().startswith("This is not open to you.")


def test_a_form_that_was_open_for_too_long_is_explained(db):
    response = Client(enforce_csrf_checks=True).post("/account/login/", {"login": "a"})

    assert response.status_code == 403
    assert "This page was open for too long" in response.content.decode()


@pytest.mark.parametrize(
    ("answer", "status"),
    [(errors.bad_request, 400), (errors.denied, 403), (errors.not_found, 404)],
)
def test_each_page_has_its_status(answer, status):
    assert answer(RequestFactory().get("/x/")).status_code == status
