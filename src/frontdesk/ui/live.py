"""Live changes: one poll a second for the whole process, pushed to every open page by SSE.

Each operation moves its practice's `Revision`. A page listens at `/live/`; when the number moves
it is told which rooms' records changed and who did it, never what: it asks again for the parts
it shows, with the rights the person has then. A stream ends when the session does, and listening
is never work of the person: it keeps no session open.
"""

import asyncio
import json
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any, TypeVar
from urllib.parse import parse_qs
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.http import HttpRequest
from django.utils.module_loading import import_string

from frontdesk.core.clock import now
from frontdesk.core.models import AuditEntry, Revision

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Change = dict[str, Any]
T = TypeVar("T")

PATH = "/live/"
POLL_EVERY = 1.0  # seconds
BREATHE_EVERY = 20.0  # seconds between signs of life, so that a dead connection is noticed
ASK_AGAIN_EVERY = 60.0  # seconds after which the session is looked at again
SLACK = timedelta(seconds=3)  # an operation is dated when it begins and seen when it commits
MOST_ENTRIES = 200

log = logging.getLogger(__name__)


class Live:
    """The stream at `/live/` as an ASGI application, with the poll behind it."""

    def __init__(self, poll_every: float = POLL_EVERY, ask_again: float = ASK_AGAIN_EVERY) -> None:
        self.poll_every, self.ask_again = poll_every, ask_again
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="live")
        self.listeners: defaultdict[UUID, set[asyncio.Queue[Change | None]]] = defaultdict(set)
        self.numbers: dict[UUID, int] = {}
        self.poll: asyncio.Task[None] | None = None
        self.is_stopping = False

    def stop(self) -> None:
        """Let every page go, for the server stops; pages come back when it is up again."""
        self.is_stopping = True
        for queues in self.listeners.values():
            for queue in queues:
                queue.put_nowait(None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream changes until the page goes away or the session ends."""
        cookies = _cookies(scope)
        practice_id = await self._ask(practice_of, cookies)
        if practice_id is None:
            await _refuse(send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        gone = asyncio.create_task(_gone(receive))
        try:
            await self._join(practice_id, queue)
            await _say(send, "hello", {"at": now().isoformat()})
            missed = await self._ask(missed_since, practice_id, _since(scope))
            if missed:
                queue.put_nowait(missed)
            await self._stream(send, queue, gone, cookies)
        finally:
            gone.cancel()
            self._leave(practice_id, queue)

    async def _stream(
        self,
        send: Send,
        queue: "asyncio.Queue[Change | None]",
        gone: "asyncio.Task[None]",
        cookies: dict[str, str],
    ) -> None:
        clock = asyncio.get_running_loop()
        asked = clock.time()
        while not gone.done():
            waits = asyncio.create_task(queue.get())
            await asyncio.wait(
                {waits, gone},
                timeout=min(BREATHE_EVERY, self.ask_again),
                return_when=asyncio.FIRST_COMPLETED,
            )
            if self.is_stopping:
                waits.cancel()
                break
            change = waits.result() if waits.done() else None
            if change is not None:
                await _say(send, "change", change)
            else:
                waits.cancel()
                if not gone.done():
                    await _send(send, b": still here\n\n")
            if clock.time() - asked >= self.ask_again:
                asked = clock.time()
                if await self._ask(practice_of, cookies) is None:
                    await _say(send, "ended", {})
                    break
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _join(self, practice_id: UUID, queue: "asyncio.Queue[Change | None]") -> None:
        if practice_id not in self.numbers:
            found = await self._ask(numbers_of, [practice_id])
            # Another page may have begun to listen meanwhile: its number stands, or what lies
            # between the two would be told to nobody.
            self.numbers.setdefault(practice_id, found[practice_id])
        self.listeners[practice_id].add(queue)
        if self.poll is None or self.poll.done():
            self.poll = asyncio.create_task(self._poll())

    def _leave(self, practice_id: UUID, queue: "asyncio.Queue[Change | None]") -> None:
        self.listeners[practice_id].discard(queue)
        if not self.listeners[practice_id]:
            del self.listeners[practice_id]
            self.numbers.pop(practice_id, None)

    async def _poll(self) -> None:
        """Look once a second while anybody listens, and tell them."""
        while self.listeners:
            await asyncio.sleep(self.poll_every)
            try:
                for practice_id, number, change in await self._ask(changes, dict(self.numbers)):
                    self.numbers[practice_id] = number
                    for queue in self.listeners.get(practice_id, ()) if change["rooms"] else ():
                        queue.put_nowait(change)
            except (DatabaseError, InterfaceError):
                log.warning("The database did not answer the live poll; it tries again.")

    async def _ask(self, question: Callable[..., T], *args: Any) -> T:
        """Ask the database in the one thread that live changes have."""

        def ask() -> T:
            close_old_connections()
            try:
                return question(*args)
            finally:
                close_old_connections()

        return await asyncio.get_running_loop().run_in_executor(self.thread, ask)


def practice_of(cookies: dict[str, str]) -> UUID | None:
    """Return the practice of whoever's session this is, now; nothing when it has ended."""
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", PATH, PATH
    request.COOKIES = cookies
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(cookies.get(settings.SESSION_COOKIE_NAME))
    request.user = get_user(request)
    found = import_string(settings.SIGNED_IN)(request)
    return None if found is None else found[0].practice_id


def numbers_of(practice_ids: list[UUID]) -> dict[UUID, int]:
    """Return each practice's revision; 0 where nothing has been done yet."""
    rows = Revision.objects.filter(practice_id__in=practice_ids)
    return {**dict.fromkeys(practice_ids, 0), **dict(rows.values_list("practice_id", "number"))}


def changes(seen: dict[UUID, int]) -> list[tuple[UUID, int, Change]]:
    """Return, for each practice that has moved beyond the number seen, its number and news."""
    moved = []
    for practice_id, number in numbers_of(list(seen)).items():
        if number > seen[practice_id]:
            entries = AuditEntry.objects.filter(
                practice_id=practice_id, number__gt=seen[practice_id], number__lte=number
            )
            moved.append((practice_id, number, _told(entries)))
    return moved


def missed_since(practice_id: UUID, since: datetime | None) -> Change | None:
    """Return what has changed since the page was drawn, before it began to listen."""
    if since is None:
        return None
    entries = AuditEntry.objects.filter(practice_id=practice_id, at__gte=since - SLACK)
    told = _told(entries.exclude(rooms=""))
    return told if told["rooms"] else None


def _told(entries: Any) -> Change:
    """Say of some operations whose records they changed; who and what, when it was one person."""
    rows = list(
        entries.order_by("-number").values_list("rooms", "actor", "user_id", "operation")[
            :MOST_ENTRIES
        ]
    )
    rooms = sorted({room for row in rows for room in row[0].split(",") if room})
    people = {(actor, str(user_id)) for told, actor, user_id, _ in rows if told}
    deeds = [operation for told, _, _, operation in rows if told]
    told: Change = {"rooms": rooms, "at": now().isoformat()}
    if len(people) == 1:
        actor, user_id = people.pop()
        told |= {"by": actor, "user": user_id, "did": import_string(settings.DEED)(deeds[0])}
    return told


_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
]


async def _say(send: Send, event: str, data: Change) -> None:
    await _send(send, f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 401, "headers": headers})
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _cookies(scope: Scope) -> dict[str, str]:
    sent = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie")
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(sent.decode("latin-1")).items()}
    except CookieError:
        return {}


def _since(scope: Scope) -> datetime | None:
    held = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("since", [""])[0]
    try:
        since = datetime.fromisoformat(held)
    except ValueError:
        return None
    return since if since.tzinfo else None
