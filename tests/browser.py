"""A real Chromium for tests that need one: launch, sign in, look, and ask axe.

`page` is signed out; `sign_in(page, live_server, member)` signs a member of staff in. Whatever
the page says on the console as an error fails the test when it ends.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.signals import request_finished, request_started
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Request,
    expect,
    sync_playwright,
)

# Playwright keeps an event loop in the thread of the test; Django would refuse its database there.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = next(
    (found for found in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(found).exists()),
    None,
)
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE = Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WITHIN = 20_000  # milliseconds that anything may take on a busy machine
expect.set_options(timeout=WITHIN)
# A live server of the tests is plain WSGI and has no stream of changes.
# A request that a page leaves behind when it goes, or one to a server that a test has cut off.
EXPECTED = (
    "/live/", "EventSource", "net::ERR_INTERNET_DISCONNECTED", "status of 422",
    "net::ERR_FAILED", "net::ERR_ABORTED", "Failed to fetch",
    "network error", "htmx:error: timeout", "net::ERR_CONNECTION", "net::ERR_EMPTY_RESPONSE",
    "error occurred when fetching the script",  # the service worker asked for a newer one
)  # fmt: skip


QUIET_LOOKS = 4  # as many in a row, 50 ms apart, with nothing under way
LEAVING: WeakKeyDictionary[Page, set[Request]] = WeakKeyDictionary()  # requests for a whole page


def _follow(page: Page) -> None:
    """Note each request for a whole page until it is answered or given up."""
    asked = LEAVING[page] = set()

    def begun(request: Request) -> None:
        if request.is_navigation_request() and request.frame == page.main_frame:
            asked.add(request)

    page.on("request", begun)
    page.on("requestfinished", lambda request: asked.discard(request))
    page.on("requestfailed", lambda request: asked.discard(request))


class Asked:
    """How many requests the live server is answering at the moment."""

    def __init__(self) -> None:
        self.count, self.changed = 0, threading.Condition()
        request_started.connect(self._one_more)
        request_finished.connect(self._one_less)

    def _one_more(self, **_: Any) -> None:
        self._count(1)

    def _one_less(self, **_: Any) -> None:
        self._count(-1)

    def _count(self, by: int) -> None:
        with self.changed:
            self.count = max(0, self.count + by)
            self.changed.notify_all()

    def settle(self, within: float = 5.0) -> None:
        """Wait until all are answered: the tables are emptied next, and both would want them."""
        with self.changed:
            self.changed.wait_for(lambda: not self.count, timeout=within)


ASKED = Asked()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages, each in a window of its own: `new_page(PHONE, shade="dark")`."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        told = f"{message.text} {message.location.get('url', '')}"
        is_page = message.location.get("url") == message.page.url if message.page else False
        if message.type == "error" and not is_page and not any(part in told for part in EXPECTED):
            errors.append(told)

    def note(error: str) -> None:
        if not any(part in error for part in EXPECTED):
            errors.append(error)

    def opened(size: dict[str, int] = DESKTOP, shade: str = "light", **more: Any) -> Page:
        context = chromium.new_context(
            viewport=size, color_scheme=shade, has_touch=size == PHONE, **more
        )
        context.set_default_timeout(WITHIN)
        contexts.append(context)
        page = context.new_page()
        _follow(page)
        page.on("console", listen)
        page.on("pageerror", lambda error: note(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    ASKED.settle()
    assert not errors, errors


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page on a desktop."""
    return new_page()


def sign_in(page: Page, live_server: Any, member: Any, site: Any = None) -> Page:
    """Sign a member of staff in by a session of their own, without the form."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session["practice_id"] = str(member.practice_id)
    if site is not None:
        session["site_id"] = str(site.pk)
    session.save()
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.session_key}
    page.context.add_cookies([{**cookie, "url": live_server.url}])
    return page


def settled(page: Page) -> Page:
    """Wait until the scripts have started, no page is on its way and nothing is asked any more."""
    quiet = 0
    for _ in range(200):  # waiting by a function in the page would need eval, which is forbidden
        quiet = quiet + 1 if _is_quiet(page) else 0
        if quiet == QUIET_LOOKS:
            break
        page.wait_for_timeout(50)
    return page


def _is_quiet(page: Page) -> bool:
    if LEAVING.get(page):
        return False
    try:
        return page.evaluate("!!window.htmx && !document.querySelector('.htmx-request')")
    except Error as trouble:
        if "context was destroyed" in str(trouble):  # the page is being left; ask the next one
            return False
        raise


@cache
def _axe_core() -> str:
    return AXE.read_text()


def axe(page: Page) -> list[str]:
    """Return what axe-core finds wrong by WCAG 2.2 AA: rule, what is wrong, and where."""
    page.wait_for_load_state()  # the scripts of the page are part of what is looked at
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_core())
    found = page.evaluate(
        """async rules => ({violations: (await axe.run(document, {
            runOnly: {type: 'tag', values: rules}, resultTypes: ['violations'],
        })).violations})""",
        RULES,
    )  # only what is wrong comes over the wire: the rest is large and read by nobody
    return [
        f"{rule['id']}: {rule['help']}: {node['target']} {node.get('failureSummary', '')}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
