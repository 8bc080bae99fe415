"""The office's tablet: paired once, asks who stands there, shows nothing else, left by a PIN.

The tablet's cookie is never sent along with a form of another site (SameSite), and the pairing
address is a secret itself: no other token is asked. These pages tell no origin to compare with.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import PUBLIC, needs
from frontdesk.core.scoping import practice_scope
from frontdesk.portal import forms
from frontdesk.portal.rules import KIOSK_COOKIE as COOKIE
from frontdesk.portal.rules import LANGUAGES, both
from frontdesk.portal.views.check_in import AT_TABLET_COOKIE, PURPOSE, posted
from frontdesk.portal.views.door import LANGUAGE_COOKIE, keep_proof
from frontdesk.staff.roles import LINK_PERMISSIONS
from frontdesk.ui.responses import respond
from frontdesk.visits import operations
from frontdesk.visits.models import Kiosk
from frontdesk.visits.queries.kiosk import kiosk_of, kiosk_to_pair

KEPT = 400 * 24 * 60 * 60  # seconds; browsers keep no cookie longer
WHILE_LOCKED = ("/l/", "/static/", "/health", "/ui/worker.js", "/ui/offline/")
NOT_FOUND = (
    "We did not find your visit today. Please check what you typed, or go to the front desk.",
    "No encontramos su cita de hoy. Revise lo que escribió o vaya a la recepción.",
)


class Locked:
    """On a tablet that is paired nothing answers but the pages for patients."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Lead everything else back to the tablet's own page."""
        if request.COOKIES.get(COOKIE) and not request.path.startswith(WHILE_LOCKED):
            return HttpResponseRedirect(reverse("portal:kiosk"))
        return self.get_response(request)


@csrf_exempt
@needs(PUBLIC)
def pair(request: HttpRequest, secret: str) -> HttpResponse:
    """Make this browser the tablet: whoever was signed in here is signed out."""
    kiosk = kiosk_to_pair(secret)
    if kiosk is None:
        return _shown(request, None, "portal/kiosk_closed.html", status=410)
    if request.method != "POST":
        return _shown(request, kiosk, "portal/kiosk_pair.html")
    try:
        paired = operations.pair(kiosk, secret, at=now(), by=_tablet(kiosk))
    except Refused:
        return _shown(request, None, "portal/kiosk_closed.html", status=410)
    logout(request)
    response = HttpResponseRedirect(reverse("portal:kiosk"))
    response.set_cookie(
        COOKIE, paired.secret, max_age=KEPT, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


@csrf_exempt
@needs(PUBLIC)
def kiosk(request: HttpRequest) -> HttpResponse:
    """Greet, and ask who stands here."""
    held = kiosk_of(request.COOKIES.get(COOKIE, ""))
    if held is None:
        return _closed(request)
    with override(_language(request)), practice_scope(held.practice_id):
        form = forms.AtTheTablet(posted(request))
        if request.method == "POST" and form.is_valid():
            response = _found(request, held, form)
            if response is not None:
                return response
        return _shown(request, held, "portal/kiosk.html", form=form)


@csrf_exempt
@needs(PUBLIC)
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Unlock the tablet by its PIN."""
    held = kiosk_of(request.COOKIES.get(COOKIE, ""))
    if held is None:
        return _closed(request)
    form = forms.Pin(request.POST)
    with override(_language(request)), practice_scope(held.practice_id):
        if form.is_valid() and _unlocks(held, form):
            response = HttpResponseRedirect("/")
            response.delete_cookie(COOKIE)
            return response
        return _shown(request, held, "portal/kiosk.html", pin=form, form=forms.AtTheTablet())


def _found(request: HttpRequest, held: Kiosk, form: forms.AtTheTablet) -> HttpResponse | None:
    """Lead whoever was found to their pages; say the same to everybody else."""
    try:
        found = operations.find_me(held, **form.cleaned_data, at=now(), by=_tablet(held))
    except Refused as refusal:
        form.add_error(None, both(str(refusal), "Por favor vaya a la recepción."))
        return None
    if found is None:
        form.add_error(None, both(*NOT_FOUND))
        return None
    response = HttpResponseRedirect(found.url[found.url.index("/l/") :])
    response.set_signed_cookie(
        AT_TABLET_COOKIE, str(found.link.pk), salt=PURPOSE, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    keep_proof(response, found.link)
    return _private(response)


def _unlocks(held: Kiosk, form: forms.Pin) -> bool:
    try:
        if operations.leave_kiosk(held, form.cleaned_data["pin"], at=now(), by=_tablet(held)):
            return True
    except Refused as refusal:
        form.add_error("pin", str(refusal))
        return False
    form.add_error("pin", both("This is not the PIN.", "Ese no es el PIN."))
    return False


def _tablet(held: Kiosk) -> Actor:
    return Actor(
        name=f"{held.name} (tablet)",
        practice_id=held.practice_id,
        permissions=LINK_PERMISSIONS["kiosk"],
        role="Tablet",
    )


def _language(request: HttpRequest) -> str:
    asked = (request.GET.get("lang"), request.COOKIES.get(LANGUAGE_COOKIE))
    return next((tag for tag in asked if tag in LANGUAGES), "en")


def _closed(request: HttpRequest) -> HttpResponse:
    """Say that the office took the tablet back; forget what it held."""
    response = _shown(request, None, "portal/kiosk_closed.html", status=410)
    response.delete_cookie(COOKIE)
    return response


def _shown(
    request: HttpRequest, held: Kiosk | None, template: str, status: int = 0, **context: Any
) -> HttpResponse:
    request.link = held  # type: ignore[attr-defined]  # the frame shows its practice's name
    with override(_language(request)):
        response = respond(request, template, kiosk=held, **context)
    if "pin" in context:
        response.status_code = 422
    if status:
        response.status_code = status
        response._has_been_logged = True  # type: ignore[attr-defined]  # nothing is wrong here
    if request.GET.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, request.GET["lang"], samesite="Lax")
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Referrer-Policy"] = "no-referrer"
    patch_cache_control(response, no_store=True, private=True)
    return response
