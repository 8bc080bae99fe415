"""One answer for a browser and for htmx; toasts, refusals and lost sessions."""

import json

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse, HttpResponseRedirect
from django.test import RequestFactory

from frontdesk.core.errors import Refused
from frontdesk.ui.middleware import Parts, SecurityHeaders
from frontdesk.ui.responses import done, go, refusals_on, toast, trigger

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/billing/claims/?chip=denied"}


class Held(list):
    """Messages that wait, without a session."""

    def add(self, level, message, extra_tags=""):
        from django.contrib.messages.storage.base import Message

        self.append(Message(level, message, extra_tags))


@pytest.fixture
def asked():
    def request(**headers):
        request = RequestFactory(headers=headers).get("/")
        request.user = AnonymousUser()
        request._messages = Held()
        return request

    return request


class Reason(forms.Form):
    because = forms.CharField()


def test_a_refusal_stands_on_the_form():
    form = Reason({"because": "x"})

    with refusals_on(form):
        raise Refused("This time was just taken.")

    assert form.non_field_errors() == ["This time was just taken."]


def test_one_is_led_on_by_redirect_or_by_htmx(asked):
    plain, part = go(asked(), "/today/"), go(asked(**HTMX), "/today/")

    assert (plain.status_code, plain["Location"]) == (302, "/today/")
    assert (part.status_code, part["HX-Redirect"]) == (204, "/today/")


def test_a_drawer_is_closed_after_the_events_it_sends(asked):
    response = done(asked(**HTMX), "claims")

    assert list(json.loads(response["HX-Trigger"])) == ["claims", "drawer:close"]
    assert response["HX-Reswap"] == "none"


def test_events_are_added_to_those_there(asked):
    response = trigger(done(asked(**HTMX)), counted={"n": 2})

    assert json.loads(response["HX-Trigger"]) == {"drawer:close": {}, "counted": {"n": 2}}


def test_a_toast_travels_with_an_answer_to_htmx(asked):
    def view(request):
        toast(request, "Copay posted. Receipt 1042", undo_url="/undo/1/")
        return HttpResponse("")

    response = Parts(view)(asked(**HTMX))

    told = {"text": "Copay posted. Receipt 1042", "undo": "/undo/1/", "tone": "green"}
    assert json.loads(response["HX-Trigger"]) == {"toast": {"list": [told]}}


def test_a_toast_waits_for_the_page_one_is_led_to(asked):
    def view(request):
        toast(request, "Saved")
        return go(request, "/today/")

    request = asked(**HTMX)
    response = Parts(view)(request)

    assert "HX-Trigger" not in response.headers
    assert [str(message) for message in request._messages] == ["Saved"]


def test_a_lost_session_leads_the_whole_page_to_sign_in_and_back(asked):
    response = Parts(lambda request: HttpResponseRedirect("/account/login/?next=/part/"))(
        asked(**HTMX)
    )

    to = "/account/login/?next=%2Fbilling%2Fclaims%2F%3Fchip%3Ddenied&ended=1"
    assert (response.status_code, response["HX-Redirect"]) == (204, to)


def test_every_answer_forbids_inline_script_style_and_framing(asked):
    response = SecurityHeaders(lambda request: HttpResponse(""))(asked())

    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "style-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" not in response


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(asked):
    request = asked()
    request.actor = object()

    response = SecurityHeaders(lambda request: HttpResponse(""))(request)

    assert response["Cache-Control"] == "no-store"
