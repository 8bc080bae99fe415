"""The request every view of ours receives, and what a URL asks of whoever calls it."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from frontdesk.core.actor import Actor

if TYPE_CHECKING:
    from frontdesk.practice.models import Site

P = ParamSpec("P")

PUBLIC = "public"  # no login: sign-in pages, signed links, health
SIGNED_IN = "signed-in"  # any member of staff


class Request(HttpRequest):
    """A request of a signed-in member of staff, looking at one site."""

    actor: Actor
    site: "Site"  # type: ignore[assignment]  # the stubs mean django.contrib.sites, which we have not


View = Callable[Concatenate[Request, P], HttpResponseBase]


def needs(*permissions: str) -> Callable[[View[P]], Callable[..., HttpResponseBase]]:
    """Declare what a view asks: one of these permissions, or `SIGNED_IN`, or `PUBLIC`.

    A URL whose view declares nothing is refused by the middleware and fails the tests.
    """

    def declare(view: View[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            ask(request, permissions)
            return view(cast("Request", request), *args, **kwargs)

        run.needs = permissions  # type: ignore[attr-defined]
        run.login_required = PUBLIC not in permissions  # type: ignore[attr-defined]
        run.login_required = PUBLIC not in permissions  # type: ignore[attr-defined]
        return run

    return declare


def ask(request: HttpRequest, permissions: tuple[str, ...]) -> None:
    """Refuse unless the request's actor holds one of the permissions."""
    if PUBLIC in permissions:
        return
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None:
        raise PermissionDenied
    if SIGNED_IN not in permissions and not any(actor.may(name) for name in permissions):
        raise PermissionDenied
