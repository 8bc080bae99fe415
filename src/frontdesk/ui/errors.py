"""Pages for what goes wrong: what happened, what to do now, and a reference to give."""

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from frontdesk.core.errors import NotPermitted, Refused
from frontdesk.ui.context import Shell, is_part

log = logging.getLogger(__name__)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400: the browser sent something we cannot read."""
    return _page(
        request,
        400,
        _("That did not arrive whole"),
        _("Go back and try again. If you followed a link from elsewhere, it may be cut short."),
    )


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403: the person is known, and may not."""
    return _page(
        request,
        403,
        _("This is not open to you"),
        _("Your role does not include it. Your office manager can change that in Settings."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404: nothing here, or nothing of this practice."""
    return _page(
        request,
        404,
        _("There is nothing here"),
        _("It may have been moved or merged. Go to Today and search for the name or number."),
    )


def failed(request: HttpRequest) -> HttpResponse:
    """Answer 500: our fault."""
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _(
            "Nothing was saved by this step. What you typed is still on this computer; go back "
            "and try once more. If it happens again, tell your administrator the reference."
        ),
    )


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer 409 for a refusal that no form or toast has told, 403 when it is about a right."""
    status = 403 if isinstance(refusal, NotPermitted) else 409
    return _page(request, status, _("That was not done"), str(refusal))


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 for a form whose page was too old."""
    return _page(
        request,
        403,
        _("This page was open for too long"),
        _("Load it again, then send the form once more. What you typed is kept on this computer."),
    )


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    """Draw the page without the shell, which may be what is broken; log its reference.

    The log gets the route and never the address, whose query may hold a name.
    """
    reference = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    match = request.resolver_match
    route = match.view_name if match else "no route"
    level = logging.ERROR if status >= 500 else logging.INFO
    log.log(level, "%s at %s, reference %s", status, route, reference)
    if is_part(request):  # shown as a toast over the page, which stays as it is
        text = f"{title}. {text} ({reference})"
        return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    about = {"title": title, "text": text, "reference": reference, "shell": Shell(request)}
    page = loader.render_to_string("ui/trouble.html", about)
    return HttpResponse(page, status=status)
