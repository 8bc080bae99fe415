"""The sandbox on a socket: envelopes by POST, the world and the faults by PUT, and a page."""

import base64
import binascii
import hashlib
import html
import json
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from frontdesk import x12
from frontdesk.sandbox import examples
from frontdesk.sandbox.desk import Desk
from frontdesk.sandbox.faults import HEADER, KINDS, BadFault, Faults, read_header
from frontdesk.sandbox.grounds import refuse_production
from frontdesk.sandbox.roll import Roll
from frontdesk.sandbox.state import State
from frontdesk.sandbox.world import BadWorld, World, load
from frontdesk.x12 import connectivity as core

LARGEST_BODY = 64 * 1024 * 1024


class Sandbox(ThreadingHTTPServer):
    """The server; `url` says where it answers. Use it as a context to close it."""

    daemon_threads = True
    request_queue_size = 128  # a batch opens many connections at once
    is_closed = False
    allow_reuse_address = True

    def __init__(
        self,
        port: int,
        state: Path,
        world: Mapping[str, Any] | None = None,
        faults: Mapping[str, float] | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        refuse_production()
        self.world_file = state / "world.json"
        self.memory = State(state)
        first = examples.WORLD if world is None else world
        self.first_told = hashlib.sha256(json.dumps(first, sort_keys=True).encode()).hexdigest()
        known = World(roll=Roll(state / "members.sqlite3"))
        if known.roll.kept("told") == self._told():
            known.recall()
        else:
            self._learn(known, first)
        self.faults = Faults(faults)
        self.desk = Desk(known, self.memory, self.faults)
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def keep_world(self) -> None:
        """Write the world down, so that it is the same after a restart."""
        draft = self.world_file.with_suffix(".draft")
        draft.write_text(json.dumps(self.desk.world.as_json()), encoding="utf-8")
        draft.replace(self.world_file)
        with self.desk.world.roll.changing():
            self.desk.world.roll.keep("told", self._told())

    def _learn(self, world: World, first: Mapping[str, Any]) -> None:
        """Read everything told anew; at the next start the roll knows it."""
        with world.roll.changing():
            world.roll.clear()
        world.merge(first)
        if self.world_file.exists():
            world.merge(load(self.world_file))
        with world.roll.changing():
            world.roll.keep("told", self._told())

    def _told(self) -> str:
        """Return what tells whether the roll was read from the same words."""
        if not self.world_file.exists():
            return self.first_told
        return self.first_told + hashlib.sha256(self.world_file.read_bytes()).hexdigest()

    def server_close(self) -> None:
        """Stop listening and let go of the database."""
        self.is_closed = True
        super().server_close()
        self.memory.close()
        self.desk.world.roll.close()


def serve(
    port: int,
    state: Path,
    world: Mapping[str, Any] | None = None,
    faults: Mapping[str, float] | None = None,
    host: str = "127.0.0.1",
) -> None:
    """Answer until interrupted; raise `NotHere` in production."""
    with Sandbox(port, state, world, faults, host) as server:
        server.serve_forever(poll_interval=0.2)


class _Handler(BaseHTTPRequestHandler):
    server: Sandbox
    protocol_version = "HTTP/1.1"
    server_version = "FrontdeskSandbox"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer a page, the health, the mailbox, the world or the faults."""
        path = urlsplit(self.path).path
        if path == "/mailbox":
            self._mailbox()
        elif path == "/health":
            self._json({"status": "ok", "sandbox": True})
        elif path == "/world":
            self._json(self.server.desk.world.as_json())
        elif path == "/faults":
            self._json(self.server.faults.as_json())
        elif path == "/":
            self._send(HTTPStatus.OK, _page(self.server), "text/html; charset=utf-8")
        else:
            self._json({"error": "There is nothing here."}, HTTPStatus.NOT_FOUND)

    def do_PUT(self) -> None:
        """Take a description of the world (merged) or of the faults (replaced)."""
        try:
            told = json.loads(self._body())
            if not isinstance(told, dict):
                raise BadWorld("an object is needed")
            if self.path == "/world":
                with self.server.memory.changing():
                    self.server.desk.world.merge(told)
                    self.server.keep_world()
                self._json({"status": "merged"})
            elif self.path == "/faults":
                self.server.faults.set(told)
                self._json(self.server.faults.as_json())
            else:
                self._json({"error": "There is nothing here."}, HTTPStatus.NOT_FOUND)
        except (BadWorld, BadFault, ValueError) as error:
            self._json({"error": str(error)}, HTTPStatus.BAD_REQUEST)

    def do_POST(self) -> None:
        """Answer an envelope."""
        body = self._body()
        if urlsplit(self.path).path != "/core":
            self._json({"error": "Envelopes go to /core."}, HTTPStatus.NOT_FOUND)
            return
        try:
            faults = self._faults()
        except BadFault as error:
            self._json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
            return
        time.sleep(faults.take("latency") + faults.take("slow"))
        if self.server.is_closed:
            self.close_connection = True
            return
        if faults.take("down"):
            self._json({"error": "Down, as asked for."}, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        try:
            response = self.server.desk.answer(body, self.headers.get("Content-Type", ""), faults)
        except x12.Unwritable as error:  # its text names places, never values
            self._json({"error": str(error)}, HTTPStatus.INTERNAL_SERVER_ERROR)
            return
        self._envelope(response, faults)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base names it so
        """Write nothing: addresses and messages are nobody's business."""

    def _envelope(self, response: core.CoreResponse, faults: Faults) -> None:
        if response.payload and faults.take("truncated"):
            response = _halved(response)
        body, content_type = core.build_response(response)
        if faults.take("cut"):
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
            return
        self._send(HTTPStatus.OK, body, content_type)

    def _mailbox(self) -> None:
        world = self.server.desk.world
        if self._credentials() != (world.user, world.password):
            self._json({"error": "The user or the password is wrong."}, HTTPStatus.UNAUTHORIZED)
            return
        if self.server.faults.take("down"):
            self._json({"error": "Down, as asked for."}, HTTPStatus.SERVICE_UNAVAILABLE)
            return
        asked = parse_qs(urlsplit(self.path).query)
        sender = asked.get("sender", [""])[0]
        self._json({"files": self.server.desk.mailbox(sender, taken="all" in asked)})

    def _credentials(self) -> tuple[str, str]:
        kind, _, coded = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "basic":
            return "", ""
        try:
            user, _, password = base64.b64decode(coded).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return user, password

    def _faults(self) -> Faults:
        """Return the faults of this request alone, or those that were asked for before."""
        asked = self.headers.get(HEADER, "")
        return Faults(read_header(asked)) if asked else self.server.faults

    def _body(self) -> bytes:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        return self.rfile.read(length)

    def _json(self, told: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, json.dumps(told).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _halved(response: core.CoreResponse) -> core.CoreResponse:
    half = response.payload[: len(response.payload) // 2]
    return core.CoreResponse(
        payload_type=response.payload_type,
        mode=response.mode,
        payload_id=response.payload_id,
        at=response.at,
        sender=response.sender,
        receiver=response.receiver,
        payload=half,
    )


def _page(server: Sandbox) -> bytes:
    world = server.desk.world
    with server.memory.changing():
        figures = server.memory.figures()
    facts = {
        "Payers": len(world.payers),
        "Plans": len(world.plans),
        "Members": len(world.roll),
        "Batches taken": figures["batch"],
        "Claims decided": figures["claim"],
        "Files": figures["file"],
    }
    rows = "".join(f"<dt>{name}</dt><dd>{number}</dd>" for name, number in facts.items())
    kinds = "".join(f"<li><b>{k}</b>: {html.escape(words)}</li>" for k, words in KINDS.items())
    return f"""<!doctype html><html lang="en"><meta charset="utf-8">
<title>Sandbox: training and tests</title>
<meta name="viewport" content="width=device-width">
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}
.mark{{background:#8a4b00;color:#fff;padding:.5rem 1rem;font-weight:600}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.5rem}}dd{{margin:0}}</style>
<p class="mark">Sandbox: training and tests. No real payer is behind this.</p>
<h1>Made-up payers and clearinghouse</h1><dl>{rows}</dl>
<h2>Trouble on request</h2><p>PUT /faults, or the header {HEADER} on one message.</p>
<ul>{kinds}</ul></html>""".encode()
