"""A refusal that no view caught is told in words, and a missing right is a 403."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from frontdesk.config import urls as house
from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.core.http import SIGNED_IN, needs


@needs(SIGNED_IN)
def refuse(request):
    """Refuse."""
    if "right" in request.GET:
        raise NotPermitted("Maria may not do this (x.y).")
    raise Refused("That time is taken.")


@needs(SIGNED_IN)
def fine(request):
    """Do nothing."""
    return HttpResponse("fine")


class Routes:
    """The house, and two addresses more."""

    urlpatterns = [*house.urlpatterns, path("refuse/", refuse), path("fine/", fine)]
    handler400, handler403 = house.handler400, house.handler403
    handler404, handler500 = house.handler404, house.handler500


@pytest.fixture
def maria(clinic, settings):
    """Somebody signed in at a house with these addresses."""
    settings.ROOT_URLCONF = Routes
    browser = Client()
    browser.force_login(clinic.member("receptionist").user)
    return browser


def test_a_refusal_is_told_and_a_missing_right_is_forbidden(maria):
    assert maria.get("/fine/").status_code == 200
    refused = maria.get("/refuse/")
    fragment = maria.get("/refuse/", HTTP_HX_REQUEST="true")
    forbidden = maria.get("/refuse/?right=1")

    assert (refused.status_code, fragment.status_code, forbidden.status_code) == (409, 409, 403)
    assert "That time is taken." in refused.content.decode()
    assert "That time is taken." in fragment.content.decode()
