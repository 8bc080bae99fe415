"""Every request acts as someone, inside one practice; a URL that asks nothing is refused."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

from frontdesk.core.http import PUBLIC, ask
from frontdesk.core.scoping import practice_scope

View = Callable[[HttpRequest], HttpResponse]


class Acting:
    """Set `request.actor` and `request.site` from the session, and the practice in scope.

    `settings.SIGNED_IN` names the function that knows: it returns the actor and the site
    for a request, or None when nobody is signed in.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response
        self.signed_in = import_string(settings.SIGNED_IN)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request as whoever it comes from."""
        with ExitStack() as stack:
            found = self.signed_in(request)
            if found is not None:
                request.actor, request.site = found  # type: ignore[attr-defined]
                stack.enter_context(practice_scope(found[0].practice_id))
            return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> None:
        """Deny by default: a view says what it needs, or settings say it for a library's view."""
        match = request.resolver_match
        declared = getattr(view, "needs", None) or settings.LIBRARY_VIEWS.get(
            (match.url_name if match else None) or ""
        )
        if declared is None:
            raise ImproperlyConfigured(f"{match and match.view_name} declares no permission.")
        if PUBLIC not in declared and getattr(request, "actor", None) is None:
            if request.user.is_authenticated:  # signed in, but at no practice any more
                raise PermissionDenied
            return  # LoginRequiredMiddleware sends them to the sign-in page
        ask(request, declared)
