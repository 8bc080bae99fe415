"""The stream of live changes: who hears what, and when it ends."""

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from frontdesk.core.clock import now
from frontdesk.core.operation import operation
from frontdesk.ui.live import Live

pytestmark = pytest.mark.django_db(transaction=True)
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@operation("people.edit")
def rename(patient, name, *, by):
    patient.last_name = name
    patient.save()


class Listener:
    """A page that listens: what it was sent, until it goes away."""

    def __init__(self, cookie="", query=""):
        headers = [(b"cookie", cookie.encode())] if cookie else []
        self.scope = {"type": "http", "path": "/live/", "headers": headers}
        self.scope["query_string"] = query.encode()
        self.sent, self.left = [], asyncio.Event()

    async def receive(self):
        await self.left.wait()
        return {"type": "http.disconnect"}

    async def send(self, message):
        self.sent.append(message)

    @property
    def status(self):
        return self.sent[0]["status"]

    def heard(self, event):
        text = b"".join(message.get("body", b"") for message in self.sent).decode()
        blocks = [block.split("\n") for block in text.split("\n\n") if block.startswith("event: ")]
        return [json.loads(lines[1][6:]) for lines in blocks if lines[0] == f"event: {event}"]


def cookie_of(member):
    session = SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def listened(listener, *, do=lambda: None, seconds=0.5, ask_again=60.0):
    """Let the listener listen, do something meanwhile, and hang up."""

    async def run():
        live = Live(poll_every=0.05, ask_again=ask_again)
        stream = asyncio.create_task(live(listener.scope, listener.receive, listener.send))
        await asyncio.sleep(0.2)
        await asyncio.get_running_loop().run_in_executor(live.thread, do)
        await asyncio.sleep(seconds)
        is_over = stream.done()
        listener.left.set()
        await asyncio.wait_for(stream, 2)
        await asyncio.get_running_loop().run_in_executor(live.thread, connections.close_all)
        return is_over, live

    return _apart(run())


def _apart(work):
    """Do it on a thread of its own: where a browser was driven, this one's loop keeps running."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def test_of_two_pages_that_begin_to_listen_at_once_neither_misses_what_happens_then():
    """The second one's number is newer; the first one has not been told what lies between."""
    practice, numbers, late = uuid4(), iter([10, 11]), asyncio.Event()

    async def run():
        live = Live(poll_every=60.0)

        async def ask(_question, asked):
            number = next(numbers)
            await (late.wait() if number == 11 else asyncio.sleep(0))
            return dict.fromkeys(asked, number)

        live._ask = ask
        first, second = (asyncio.create_task(live._join(practice, asyncio.Queue())) for _ in "ab")
        await first
        late.set()
        await second
        live.poll.cancel()
        return live.numbers[practice]

    assert _apart(run()) == 10


def test_nobody_listens_without_a_session():
    listener = Listener()

    listened(listener, seconds=0)

    assert listener.status == 401


def test_a_change_is_told_with_its_room_and_who_did_it(clinic):
    member, patient = clinic.member("receptionist"), clinic.patient()
    listener = Listener(cookie_of(member))

    listened(listener, do=lambda: rename(patient, "Lo", by=clinic.anybody()))

    assert listener.status == 200
    [change] = listener.heard("change")
    assert change["rooms"] == ["people"]
    assert (change["by"], change["did"]) == ("Grace", "Rename")  # in words


def test_another_practice_hears_nothing(clinic, other):
    listener = Listener(cookie_of(other.member("receptionist")))
    patient = clinic.patient()

    listened(listener, do=lambda: rename(patient, "Lo", by=clinic.anybody()))

    assert len(listener.heard("hello")) == 1
    assert listener.heard("change") == []


def test_what_changed_while_the_page_was_on_its_way_is_told_at_once(clinic):
    member, patient = clinic.member("receptionist"), clinic.patient()
    drawn_at = now() - timedelta(seconds=1)
    rename(patient, "Lo", by=clinic.anybody())
    query = f"since={drawn_at.isoformat().replace('+', '%2B')}"

    listener = Listener(cookie_of(member), query)
    listened(listener, seconds=0.1)

    assert [change["rooms"] for change in listener.heard("change")] == [["people"]]


def test_the_stream_ends_when_the_person_may_no_longer_be_here(clinic):
    member = clinic.member("receptionist")
    listener = Listener(cookie_of(member))

    def leave():
        with clinic.writing():
            member.is_active = False
            member.save()

    is_over, _ = listened(listener, do=leave, ask_again=0.1)

    assert listener.heard("ended") == [{}]
    assert is_over


def test_a_page_that_left_is_forgotten(clinic):
    listener = Listener(cookie_of(clinic.member("receptionist")))

    _, live = listened(listener, seconds=0)

    assert dict(live.listeners) == {}
    assert live.numbers == {}


def test_listening_is_no_work_of_the_person(clinic):
    cookie = cookie_of(clinic.member("receptionist"))
    before = dict(SessionStore(cookie.partition("=")[2]).items())

    listened(Listener(cookie), seconds=0.3, ask_again=0.1)

    assert dict(SessionStore(cookie.partition("=")[2]).items()) == before
