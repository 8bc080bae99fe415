"""The door: whose link it is, what it opens, and what is said of a link that opens nothing.

A page is declared with `@by_link("purpose")`. It gets the link, and a request whose actor is the
patient with the permissions of that purpose alone. A page that was asked for with GET does
nothing but show: mail scanners follow links. What a patient does is a POST from the page; a forged
one would need the secret in the address, so no other token is asked.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import override
from django.views.decorators.http import require_GET

from frontdesk.comms import operations
from frontdesk.comms.models import Link
from frontdesk.comms.queries import link_of
from frontdesk.comms.rules import language_of
from frontdesk.core import once
from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.errors import Refused
from frontdesk.core.http import PUBLIC, Request
from frontdesk.core.scoping import practice_scope
from frontdesk.portal import forms
from frontdesk.portal.rules import (
    KIOSK_COOKIE,
    LANGUAGES,
    MISS_WINDOW,
    MISSES_ALLOWED,
    PROVED_FOR,
    both,
)
from frontdesk.staff.roles import LINK_PERMISSIONS
from frontdesk.ui.middleware import FIELD
from frontdesk.ui.responses import respond

P = ParamSpec("P")
LANGUAGE_COOKIE = "fd-language"
COOKIE_KEPT = 365 * 24 * 60 * 60  # seconds
_SALT = "portal.who"
_HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}


class LinkRequest(Request):
    """A request by link. Its `actor` is the patient, with the rights of the link's purpose."""

    link: Link
    secret: str


Page = Callable[Concatenate[LinkRequest, Link, P], HttpResponse]


def by_link(
    purpose: str, *, asks_who: bool = False, when_used: bool = False
) -> Callable[[Page[P]], Callable[..., HttpResponse]]:
    """Declare a page behind a link of one purpose: `page(request, link, …)`.

    `asks_who` asks the birth date first and shows nothing of the patient before; `when_used`
    also shows the page when the link was used up, for what came of it. The view runs in the
    link's practice, in the patient's language or the one they chose.
    """

    def declare(page: Page[P]) -> Callable[..., HttpResponse]:
        @wraps(page)
        def run(request: HttpRequest, secret: str, *args: Any, **kwargs: Any) -> HttpResponse:
            link = link_of(secret)
            if link is None or link.purpose != purpose:
                return _closed(request, _miss(request))
            allowed = {Link.State.OPEN, Link.State.USED} if when_used else {Link.State.OPEN}

            def answer(known: LinkRequest) -> HttpResponse:
                if (state := link.state(now())) not in allowed:
                    return _closed(known, 410, state)
                if asks_who and not has_proved(known, link):
                    return HttpResponseRedirect(reverse("portal:who", args=[secret]))
                _note_opening(link, known.actor)
                return _shown(known, lambda: page(known, link, *args, **kwargs))

            return _admitted(request, link, secret, answer)

        run.needs = (PUBLIC,)  # type: ignore[attr-defined]
        run.login_required = False  # type: ignore[attr-defined]
        run.csrf_exempt = True  # type: ignore[attr-defined]
        run.purpose = purpose  # type: ignore[attr-defined]
        return run

    return declare


def _shown(request: LinkRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer, under the key of the form where it carries one (see `core.once`)."""
    try:
        with _under_key_of(request):
            return page()
    except once.Again:  # it had come before the network died: show what came of it
        return HttpResponseRedirect(request.path)
    except Refused as refusal:
        return render(request, "portal/refused.html", {"why": refusal}, status=409)


def _under_key_of(request: HttpRequest) -> AbstractContextManager[None]:
    try:
        return once.sending(UUID(str(request.POST.get(FIELD, ""))))
    except ValueError:
        return nullcontext()


def _note_opening(link: Link, actor: Actor) -> None:
    """Note the first opening; a display that asks every few seconds writes nothing more."""
    if link.opened_at is None:
        operations.open_link(link, by=actor)


def patient_by(link: Link) -> Actor:
    """Return the patient as somebody who acts, with what this link's purpose lets them do.

    A display in the waiting room has no patient: it acts for nobody.
    """
    who = link.patient.name if link.patient else "Display"
    return Actor(
        name=f"{who} (by link)",
        practice_id=link.practice_id,
        permissions=LINK_PERMISSIONS.get(link.purpose, frozenset()),
        role="Patient",
    )


def has_proved(request: HttpRequest, link: Link) -> bool:
    """Say whether this browser has told the patient's birth date lately."""
    held = request.COOKIES.get(_proof_of(link), "")
    try:
        told = signing.loads(held, salt=_SALT, max_age=PROVED_FOR)
    except signing.BadSignature:
        return False
    return bool(told == str(link.pk))


def _open_to_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    view.needs = (PUBLIC,)  # type: ignore[attr-defined]
    view.login_required = False  # type: ignore[attr-defined]
    view.csrf_exempt = True  # type: ignore[attr-defined]
    return view


@_open_to_everybody
@require_GET
def door(request: HttpRequest, secret: str) -> HttpResponse:
    """Lead from a link to the page of its purpose."""
    link = link_of(secret)
    if link is None:
        return _closed(request, _miss(request))
    return _admitted(request, link, secret, lambda known: _led(known, link, secret))


def _led(request: LinkRequest, link: Link, secret: str) -> HttpResponse:
    if (state := link.state(now())) in (Link.State.ENDED, Link.State.EXPIRED):
        return _closed(request, 410, state)
    return HttpResponseRedirect(reverse(f"portal:{link.purpose}", args=[secret]))


@_open_to_everybody
def who(request: HttpRequest, secret: str) -> HttpResponse:
    """Ask whoever holds the link for the patient's birth date."""
    link = link_of(secret)
    if link is None:
        return _closed(request, _miss(request))
    return _admitted(request, link, secret, lambda known: _asked_who(known, link, secret))


def _asked_who(request: LinkRequest, link: Link, secret: str) -> HttpResponse:
    if (state := link.state(now())) in (Link.State.ENDED, Link.State.EXPIRED):
        return _closed(request, 410, state)
    form = forms.WhoAreYou(request.POST if request.method == "POST" else None)
    if form.is_valid():
        if operations.prove(link, birth_date=form.cleaned_data["birth_date"], by=request.actor):
            return _proved(link, secret)
        form.add_error(
            "birth_date",
            both(
                "This is not the birth date we have. Try again, or call us.",
                "No es la fecha de nacimiento que tenemos. Intente otra vez o llámenos.",
            ),
        )
    return respond(request, "portal/who.html", form=form)


def _proved(link: Link, secret: str) -> HttpResponse:
    response = HttpResponseRedirect(reverse(f"portal:{link.purpose}", args=[secret]))
    keep_proof(response, link)
    return response


def keep_proof(response: HttpResponse, link: Link) -> None:
    """Let this browser be known for a while as one that told the patient's birth date."""
    response.set_cookie(
        _proof_of(link),
        signing.dumps(str(link.pk), salt=_SALT),
        max_age=PROVED_FOR,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _admitted(
    request: HttpRequest, link: Link, secret: str, answer: Callable[[LinkRequest], HttpResponse]
) -> HttpResponse:
    """Answer as the patient, in their practice and language, whoever else is signed in here."""
    known = cast("LinkRequest", request)
    known.actor, known.link, known.secret = patient_by(link), link, secret
    language = _language(request, link)
    with practice_scope(link.practice_id), override(language):
        response = answer(known)
    if request.GET.get("lang") in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=COOKIE_KEPT, samesite="Lax")
    return _private(response)


def _language(request: HttpRequest, link: Link | None) -> str:
    asked = (request.GET.get("lang"), request.COOKIES.get(LANGUAGE_COOKIE))
    chosen = next((tag for tag in asked if tag in LANGUAGES), None)
    return chosen or language_of(
        link.patient.language if link and link.patient else _browsers(request)
    )


def _browsers(request: HttpRequest) -> str:
    return str(getattr(request, "LANGUAGE_CODE", "en"))


def _private(response: HttpResponse) -> HttpResponse:
    """The address is the key: it is told to nobody and kept by nothing on the way."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    patch_cache_control(response, no_store=True, private=True)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the address
    return response


def _proof_of(link: Link) -> str:
    return f"fd-who-{link.pk.hex[-12:]}"


def _miss(request: HttpRequest) -> int:
    """Count a link that there is not, by address; a real link is never refused for it."""
    key = f"portal.miss:{address_of(request)}"
    cache.add(key, 0, MISS_WINDOW.total_seconds())
    try:
        return 429 if cache.incr(key) > MISSES_ALLOWED else 404
    except ValueError:  # forgotten between the two
        return 404


def address_of(request: HttpRequest) -> str:
    """Return the network address of whoever asks."""
    if settings.SECURE_PROXY_SSL_HEADER:  # behind a proxy, which adds the caller's as the last
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return str(request.META.get("REMOTE_ADDR", ""))


def _closed(request: HttpRequest, status: int, state: Link.State | None = None) -> HttpResponse:
    """Say that the link opens nothing and whom to call; nothing of the patient is told."""
    if request.COOKIES.get(KIOSK_COOKIE):  # the office's tablet greets the next one
        return HttpResponseRedirect(reverse("portal:kiosk"))
    with override(_language(request, getattr(request, "link", None))):
        response = render(request, "portal/closed.html", {"state": state}, status=status)
    return _private(response)
