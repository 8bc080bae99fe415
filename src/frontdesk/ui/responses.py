"""Full page or fragment: one answer for a browser and for htmx."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render, resolve_url

from frontdesk.core.errors import Refused
from frontdesk.ui.context import is_part

REFUSED = 422
LOOK_KEPT = 365 * 24 * 60 * 60  # seconds that a browser remembers how screens look
TOLD = 409

R = TypeVar("R", bound=HttpResponseBase)


def words_typed(request: HttpRequest) -> str:
    """Return what somebody looks for: from the body, so that no name stands in an address."""
    return (request.POST.get("q") or request.GET.get("q", "")).strip()


def respond(request: HttpRequest, template: str, part: str = "", **context: Any) -> HttpResponse:
    """Render the page, or for htmx only the named part of it; 422 when a form has errors."""
    name = f"{template}#{part}" if part and is_part(request) else template
    form = context.get("form")
    status = REFUSED if isinstance(form, BaseForm) and form.errors else 200
    return render(request, name, context, status=status)


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Show a refusal where the person can answer it: on the form."""
    try:
        yield
    except Refused as refusal:
        form.add_error(None, str(refusal))


def refusals_told(view: Callable[..., R]) -> Callable[..., R | HttpResponse]:
    """Tell a refusal in a toast, for buttons that have no form to show it on.

    htmx gets it as plain text, which the page shows and is not changed by; without htmx one goes
    back to where the button was.
    """

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> R | HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refusal:
            if is_part(request):
                return HttpResponse(str(refusal), status=TOLD, content_type="text/plain")
            toast(request, str(refusal), tone="red")
            return HttpResponseRedirect(request.headers.get("Referer") or "/")

    return run


def toast(request: HttpRequest, message: str, undo_url: str = "", tone: str = "") -> None:
    """Say in one line what has happened; `undo_url` takes a POST that turns it back.

    The line goes out with the answer to this request, or with the page it redirects to.
    """
    tags = json.dumps({"undo": undo_url, "tone": tone or "green"})
    messages.add_message(request, messages.INFO, message, extra_tags=tags)


def go(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Lead on to another page (a URL name, a record or a URL), from a form and from htmx alike."""
    url = resolve_url(to, *args, **kwargs)
    if not is_part(request):
        return HttpResponseRedirect(url)
    return HttpResponse(status=204, headers={"HX-Redirect": url})


def done(request: HttpRequest, *events: str) -> HttpResponse:
    """Answer a drawer's form that went well: the drawer closes, lists named by events refresh.

    Without htmx, one goes back to where the form was opened from.
    """
    if not is_part(request):
        return HttpResponseRedirect(request.headers.get("Referer") or "/")
    # The drawer closes last: what it sends before still rises from its form to the page.
    triggers: dict[str, dict[str, str]] = {name: {} for name in (*events, "drawer:close")}
    return HttpResponse(headers={"HX-Trigger": json.dumps(triggers), "HX-Reswap": "none"})


def open_drawer(request: HttpRequest, url: str) -> HttpResponse:
    """Answer a drawer's form by the next drawer; without htmx, by the page of it."""
    if not is_part(request):
        return HttpResponseRedirect(url)
    triggers = json.dumps({"drawer:open": {"url": url}})
    return HttpResponse(headers={"HX-Trigger": triggers, "HX-Reswap": "none"})


def csv_file(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """Hand out the lines of a CSV file, to be kept as `name`.csv; they leave as they are made."""
    head = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=head)


def trigger(response: HttpResponse, **events: Any) -> HttpResponse:
    """Add events that the browser fires when it has the answer."""
    held = json.loads(response.get("HX-Trigger") or "{}")
    response["HX-Trigger"] = json.dumps({**held, **events})
    return response


def wear(response: HttpResponse, theme: str, density: str) -> HttpResponse:
    """Tell this browser how the person likes their screens; "auto" follows the machine."""
    response.set_cookie("fd-density", density, max_age=LOOK_KEPT, samesite="Lax")
    if theme == "auto":
        response.delete_cookie("fd-shade-chosen", samesite="Lax")
        return response
    response.set_cookie("fd-shade", theme, max_age=LOOK_KEPT, samesite="Lax")
    response.set_cookie("fd-shade-chosen", "1", max_age=LOOK_KEPT, samesite="Lax")
    return response
