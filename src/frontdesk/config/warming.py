"""The first pages after a start are as quick as any: what they need is read before somebody asks.

Templates are compiled when a page is first drawn, and each thread of the web opens its own
connection: half a second of work for whoever comes first. So the web draws the pages people open
first, for nobody, once it is up, and adds up the books, which later questions are only put to. It
is kept from writing anything: no session, no audit entry.
"""

import io
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.sessions.backends.signed_cookies import SessionStore
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection
from django.http import HttpRequest
from django.urls import resolve, reverse
from django_htmx.middleware import HtmxDetails

from frontdesk.core.garbage import settle
from frontdesk.core.models import Revision
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.ledger import queries as ledger
from frontdesk.practice.models import Site
from frontdesk.staff.models import Member
from frontdesk.staff.queries import actor_of

SIGN_IN = "account_login"
PAGES = ("workspace:today", "scheduling:day", "people:patients", "workspace:inbox")
SUMS = (ledger.books_kept, ledger.accounts_kept, ledger.opened_kept)
TOGETHER = 5.0  # seconds in which every thread of the web should have begun
KEPT_FROM_WRITING = {
    "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
    "postgresql": (
        "SET default_transaction_read_only = on",
        "SET default_transaction_read_only = off",
    ),
}

logger = logging.getLogger("frontdesk.web")


def start(threads: Executor) -> None:
    """Begin, beside what people ask meanwhile."""
    Thread(target=_warm, args=(threads,), name="warming", daemon=True).start()


def draw() -> list[str]:
    """Draw the first pages for a member of the practice that is used most; return which."""
    drawn = []
    with kept_from_writing():
        member, site = _somebody()
        for name in (SIGN_IN, *(PAGES if member and site else ())):
            try:
                _draw(_request(name, member, site))
            except Exception:  # a page that can't be drawn tells whoever asks for it
                logger.debug("%s was not drawn ahead.", name, exc_info=True)
            else:
                drawn.append(name)
    return drawn


def add_up() -> None:
    """Add up the books of the practice that is used most, for its lists of money."""
    busiest = _busiest()
    if busiest is not None:
        with kept_from_writing(), practice_scope(busiest):
            for sums in SUMS:
                sums()


@contextmanager
def kept_from_writing() -> Iterator[None]:
    """Let this thread's connection read only."""
    begin, end = KEPT_FROM_WRITING[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(end)


def _warm(threads: Executor) -> None:
    try:
        _connect(threads)
        draw()
        add_up()
    except Exception:  # the office opens all the same
        logger.debug("The first pages were not drawn ahead.", exc_info=True)
    finally:
        connection.close()
        settle()


def _connect(threads: Executor) -> None:
    """Open the connection of every thread of the web: each waits until all have begun."""
    all_here = Barrier(settings.WEB_THREADS)
    for _ in range(settings.WEB_THREADS):
        threads.submit(_open, all_here)


def _open(all_here: Barrier) -> None:
    connection.ensure_connection()
    try:
        all_here.wait(TOGETHER)
    except BrokenBarrierError:
        return  # one of them answers somebody: it is open already


def _somebody() -> tuple[Member | None, Site | None]:
    """Return who has most rights where most has happened, and the site they look at."""
    busiest = _busiest()
    if busiest is None:
        return None, None
    with practice_scope(busiest):
        members = Member.objects.filter(is_active=True, user__is_active=True)
        several = list(members.select_related("user", "practice", "default_site"))
        member = max(several, key=lambda one: len(actor_of(one).permissions), default=None)
        return member, Site.objects.filter(is_active=True).order_by("pk").first()


def _busiest() -> UUID | None:
    """Return the practice in which most has happened."""
    return Revision.objects.order_by("-number").values_list("practice_id", flat=True).first()


def _request(name: str, member: Member | None, site: Site | None) -> HttpRequest:
    """Return the request of that member's browser as it reaches a view."""
    request: Any = WSGIRequest(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": reverse(name),
            "HTTP_HOST": next((one for one in settings.ALLOWED_HOSTS if one[0] not in ".*"), ""),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "wsgi.input": io.BytesIO(),
        }
    )
    request.session = SessionStore()
    request._messages = CookieStorage(request)
    request.htmx = HtmxDetails(request)
    request.resolver_match = resolve(request.path_info)
    request.user = AnonymousUser()
    if member and name != SIGN_IN:
        request.user, request.actor, request.site = member.user, actor_of(member), site
    told: HttpRequest = request
    return told


def _draw(request: HttpRequest) -> None:
    actor = getattr(request, "actor", None)
    view: Callable[..., Any] = request.resolver_match.func  # type: ignore[union-attr] # just set
    with practice_scope(actor.practice_id if actor else EVERY_PRACTICE):
        answer = view(request)
        if hasattr(answer, "render"):
            answer.render()
