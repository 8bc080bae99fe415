"""What every answer carries: a strict content security policy, privacy headers, toasts."""

import json
import re
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.contrib.messages import get_messages
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _

from frontdesk.core import once
from frontdesk.core.errors import Refused
from frontdesk.ui.context import is_part
from frontdesk.ui.errors import refused
from frontdesk.ui.responses import REFUSED, TOLD, toast
from frontdesk.ui.templatetags.ui import as_toast

View = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()",
}
REDIRECTS = range(300, 400)
DAY, MONTH = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\d{4}-\d\d(-\d\d)?")
CENTURIES = ("19", "20", "21")
FIELD, COOKIE = "once", "fd-once-"  # the browser's ui/main.js knows both
ANSWERED_FOR = 600  # seconds


class PlainText:
    """Refuse NUL characters in a request: no name has one, and no database takes them."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer 400 to a request with a NUL in its address or its form."""
        said = [
            request.path_info,
            *(value for _, values in request.GET.lists() for value in values),
        ]
        if request.method == "POST":
            said += [value for _, values in request.POST.lists() for value in values]
        if any("\x00" in str(value) for value in said):
            raise SuspiciousOperation("A NUL character in the request.")
        return self.get_response(request)


class KnownDays:
    """Leave out of an address the days with which nothing can be reckoned: page as without them.

    A browser makes the year 26 of a date that was typed as 11/23/26.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as if days before 1900 and after 2199 had not been asked for."""
        strange = [
            name
            for name, values in request.GET.lists()
            if name != "q" and any(_is_far(name, value) for value in values)
        ]
        if strange:
            known = request.GET.copy()
            for name in strange:
                del known[name]
            request.GET = QueryDict(known.urlencode())
        return self.get_response(request)


def _is_far(name: str, value: str) -> bool:
    shape = MONTH if name == "month" else DAY
    return bool(shape.fullmatch(value)) and value[:2] not in CENTURIES


class SecurityHeaders:
    """Add the headers to every answer; nothing a signed-in person sees is kept by a cache."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the headers that a view has not chosen itself."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if getattr(request, "actor", None) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class Parts:
    """See to it that an answer to htmx, a part of a page, carries what the frame would show."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; toasts travel as events, and a lost session leads to the sign-in page."""
        response = self.get_response(request)
        if not is_part(request):
            return response
        if response.status_code in REDIRECTS:
            return _to_sign_in(request, response)
        if not any(name in response.headers for name in ("HX-Redirect", "HX-Refresh")):
            _add_toasts(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Tell a refusal that a view let through, instead of failing."""
        return refused(request, exception) if isinstance(exception, Refused) else None


class Once:
    """Do what a form asks once, however often it is sent under one key.

    The key comes in the field `once` of a form that is sent the plain way, and as `X-Once` by
    htmx. `X-Queued` says that the same was sent before and no answer came. A cookie with the
    key's name tells the browser that this time one did.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, under the key of the form where a member of staff sent one."""
        key = _key_of(request)
        actor = getattr(request, "actor", None)
        if key is None or actor is None:
            return self.get_response(request)
        if "X-Queued" in request.headers and once.is_done(actor.practice_id, key):
            response = _told_again(request)
        else:
            with once.sending(key):
                response = self.get_response(request)
        if FIELD in request.POST and _is_answer(response):
            response.set_cookie(f"{COOKIE}{key}", "1", max_age=ANSWERED_FOR, samesite="Lax")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Say that the twin was first."""
        return _told_again(request) if isinstance(exception, once.Again) else None


def _key_of(request: HttpRequest) -> UUID | None:
    if request.method != "POST":
        return None
    try:
        return UUID(request.headers.get("X-Once") or str(request.POST.get(FIELD, "")))
    except ValueError:
        return None


def _is_answer(response: HttpResponse) -> bool:
    """Say whether the form was judged: not when a proof has aged, or something broke."""
    return response.status_code < 400 or response.status_code in (REFUSED, TOLD)


def _told_again(request: HttpRequest) -> HttpResponse:
    toast(request, _("This had arrived before the connection was lost. It was done once."))
    if is_part(request):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return HttpResponseRedirect(request.headers.get("Referer") or "/")


def _to_sign_in(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Lead the whole page to the sign-in page, and back to where it was; not a part of it."""
    sign_in = resolve_url(settings.LOGIN_URL)
    to = urlsplit(response.headers["Location"])
    if to.path != sign_in:
        return response
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = urlencode({"next": urlunsplit(("", "", here.path, here.query, "")), "ended": "1"})
    return HttpResponse(status=204, headers={"HX-Redirect": f"{sign_in}?{back}"})


def _add_toasts(request: HttpRequest, response: HttpResponse) -> None:
    told = [as_toast(message)._asdict() for message in get_messages(request)]
    if told:
        held = json.loads(response.headers.get("HX-Trigger") or "{}")
        response.headers["HX-Trigger"] = json.dumps({**held, "toast": {"list": told}})
