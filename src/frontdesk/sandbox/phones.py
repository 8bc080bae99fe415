"""Made-up phones, for training and tests: a carrier with Twilio's interface, and a page to answer.

    python -m frontdesk.sandbox.phones --port 8098 --state DIR --office http://127.0.0.1:8000

What the office sends is shown as on the patients' phones; an answer typed there goes to the office
as the carrier's signed call. Like the carrier it keeps STOP by itself, and knows numbers at which
nothing arrives (`MAGIC`). No text ever leaves this machine.
"""

import argparse
import base64
import hashlib
import hmac
import html
import json
import re
import secrets
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from frontdesk.sandbox.grounds import ACCOUNT, TOKEN, NotHere, refuse_production

MAGIC = {  # numbers of Twilio's test credentials: what sending there answers
    "+15005550001": 21211,  # no such number
    "+15005550009": 21614,  # not a mobile phone
}
UNDELIVERED = {"+15005550003": "30003", "+15005550005": "30005"}  # taken, and never arrives
MOST_KEPT = 2000
STOP = frozenset({"stop", "stopall", "unsubscribe", "cancel", "end", "quit", "revoke", "optout"})
START = frozenset({"start", "unstop"})
_PATH = re.compile(r"^/2010-04-01/Accounts/(\w+)/Messages\.json$")


class Phones(ThreadingHTTPServer):
    """The carrier and its phones; `url` says where it answers."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(
        self,
        port: int,
        state: Path,
        office: str = "",
        host: str = "127.0.0.1",
        *,
        keeps_stop: bool = True,
    ) -> None:
        refuse_production()
        self.file = state / "phones.json"
        self.office = office.rstrip("/")
        self.keeps_stop = keeps_stop
        self.lock = threading.Lock()
        self.faults: dict[str, int] = {}
        kept = json.loads(self.file.read_text()) if self.file.exists() else {}
        self.texts: list[dict[str, Any]] = kept.get("texts", [])
        self.stopped: set[str] = set(kept.get("stopped", []))
        state.mkdir(parents=True, exist_ok=True)
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it answers."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def keep(self, text: dict[str, Any]) -> None:
        """Add a text, and write everything down."""
        with self.lock:
            self.texts = [*self.texts, text][-MOST_KEPT:]
            draft = self.file.with_suffix(".draft")
            told = {"texts": self.texts, "stopped": sorted(self.stopped)}
            draft.write_text(json.dumps(told), encoding="utf-8")
            draft.replace(self.file)

    def takes(self, fault: str) -> bool:
        """Say whether a fault was asked for, and count it down."""
        left = self.faults.get(fault, 0)
        self.faults[fault] = max(0, left - 1)
        return left > 0

    def answer(self, sender: str, to: str, body: str) -> int:
        """Send what somebody typed on their phone to the office; return what it said."""
        sid = "SM" + secrets.token_hex(16)
        word = re.sub(r"\W", "", body.lower())
        told = {"MessageSid": sid, "From": sender, "To": to, "Body": body, "AccountSid": ACCOUNT}
        if self.keeps_stop and word in STOP:
            self.stopped.add(sender)
            told["OptOutType"] = "STOP"
        elif self.keeps_stop and word in START:
            self.stopped.discard(sender)
            told["OptOutType"] = "START"
        self.keep(_text(sid, sender, to, body, "inbound"))
        return call(f"{self.office}/messages/texts/", told) if self.office else 0


def call(url: str, told: Mapping[str, str]) -> int:
    """Call the office as the carrier does, signed; return the status, 0 when it is closed."""
    said = url + "".join(f"{name}{told[name]}" for name in sorted(told))
    digest = hmac.new(TOKEN.encode(), said.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(digest).decode()}
    request = urllib.request.Request(url, urlencode(told).encode(), headers)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - our office
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return int(refusal.code)
    except OSError:
        return 0


def _text(sid: str, sender: str, to: str, body: str, status: str) -> dict[str, Any]:
    return {
        "sid": sid, "from": sender, "to": to, "body": body, "status": status,
        "date_created": format_datetime(datetime.now(UTC)), "error_code": None,
    }  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    server: Phones
    protocol_version = "HTTP/1.1"
    server_version = "FrontdeskPhones"
    sys_version = ""

    def do_GET(self) -> None:
        """Answer the phones as a page, the health, or the texts an account sent."""
        asked = urlsplit(self.path)
        if asked.path == "/":
            self._send(HTTPStatus.OK, _page(self.server), "text/html; charset=utf-8")
        elif asked.path == "/health":
            self._json({"status": "ok", "sandbox": True})
        elif _PATH.match(asked.path):
            self._listed(parse_qs(asked.query))
        else:
            self._refuse(404, 20404, "There is nothing here.")

    def do_PUT(self) -> None:
        """Take faults: {"down": 2, "cut": 1}."""
        told = json.loads(self._body() or b"{}")
        self.server.faults = {str(name): int(count) for name, count in told.items()}
        self._json(self.server.faults)

    def do_POST(self) -> None:
        """Take a text from the office, or an answer typed on a phone."""
        fields = {name: held[0] for name, held in parse_qs(self._body().decode()).items()}
        if self.path == "/answer":
            status = self.server.answer(
                fields.get("from", ""), fields.get("to", ""), fields.get("body", "")
            )
            self.send_response(HTTPStatus.SEE_OTHER)
            self.send_header("Location", f"/?office={status}#{fields.get('from', '')}")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif _PATH.match(self.path):
            self._taken(fields)
        else:
            self._refuse(404, 20404, "There is nothing here.")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the base names it so
        """Write nothing: numbers and messages are nobody's business."""

    def _taken(self, fields: Mapping[str, str]) -> None:
        to, body = fields.get("To", ""), fields.get("Body", "")
        if not self._is_known() or self._is_refused(to, body):
            return
        text = _text("SM" + secrets.token_hex(16), fields.get("From", ""), to, body, "queued")
        self.server.keep(text)
        if self.server.takes("cut"):  # taken, but nobody hears of it
            self.close_connection = True
            return
        self._json(text, HTTPStatus.CREATED)
        if callback := fields.get("StatusCallback"):
            threading.Thread(target=self._report, args=(text, callback), daemon=True).start()

    def _is_refused(self, to: str, body: str) -> bool:
        if self.server.takes("down"):
            self._json({"message": "Down, as asked for."}, HTTPStatus.SERVICE_UNAVAILABLE)
        elif not re.fullmatch(r"\+[1-9]\d{7,14}", to):
            self._refuse(400, 21211, "The 'To' number is not a valid phone number.")
        elif to in MAGIC:
            self._refuse(400, MAGIC[to], "The 'To' number can't be reached.")
        elif to in self.server.stopped:
            self._refuse(400, 21610, "Attempt to send to unsubscribed recipient")
        elif not body:
            self._refuse(400, 21602, "A 'Body' is required.")
        elif len(body) > 1600:
            self._refuse(400, 21617, "The message body exceeds the 1600 character limit.")
        else:
            return False
        return True

    def _report(self, text: dict[str, Any], callback: str) -> None:
        """Tell the office what became of its text."""
        error = UNDELIVERED.get(text["to"], "")
        text["status"] = "undelivered" if error else "delivered"
        text["error_code"] = error or None
        for state in ("sent", text["status"]):
            told = {"MessageSid": text["sid"], "MessageStatus": state, "To": text["to"]}
            if state == "undelivered":
                told["ErrorCode"] = error
            call(callback, told)

    def _listed(self, asked: Mapping[str, Sequence[str]]) -> None:
        if not self._is_known():
            return
        to, sender = asked.get("To", [""])[0], asked.get("From", [""])[0]
        found = [
            text
            for text in self.server.texts
            if (not to or text["to"] == to) and (not sender or text["from"] == sender)
        ]
        self._json({"messages": found[::-1][:100]})

    def _is_known(self) -> bool:
        kind, _, coded = self.headers.get("Authorization", "").partition(" ")
        right = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if kind.lower() == "basic" and hmac.compare_digest(coded.encode(), right.encode()):
            return True
        self._refuse(401, 20003, "Authenticate")
        return False

    def _refuse(self, status: int, code: int, message: str) -> None:
        told = {"code": code, "message": message, "status": status}
        self._json(told, HTTPStatus(status))

    def _json(self, told: Any, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(status, json.dumps(told).encode(), "application/json")

    def _send(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'self'")
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


def _page(server: Phones) -> bytes:
    """Draw each phone with its texts, the latest phone first."""
    phones: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for text in server.texts:
        came_from_us = text["status"] != "inbound"
        key = (text["to"], text["from"]) if came_from_us else (text["from"], text["to"])
        phones.setdefault(key, []).append(text)
    latest = reversed(list(phones.items())[-60:])
    drawn = [_phone(number, office, texts) for (number, office), texts in latest]
    head = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox phones</title>'
        "<h1>Sandbox phones</h1><p>Made-up phones for training. Answer as a patient would: "
        "C, X, R, STOP, or in your own words.</p>"
    )
    return (head + ("".join(drawn) or "<p>No text was sent yet.</p>")).encode()


def _phone(number: str, office: str, texts: list[dict[str, Any]]) -> str:
    said = "".join(
        f"<li><b>{'Patient' if text['status'] == 'inbound' else 'Office'}</b> "
        f"{_linked(text['body'])} <small>{html.escape(text['status'])}</small></li>"
        for text in texts[-8:]
    )
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
        for name, value in (("from", number), ("to", office))
    )
    return (
        f'<section id="{html.escape(number)}"><h2>{html.escape(number)}</h2><ul>{said}</ul>'
        f'<form method="post" action="/answer">{hidden}<label>Answer '
        '<input name="body" required></label> <button>Send</button></form></section>'
    )


def _linked(body: str) -> str:
    return re.sub(r"(https?://[^\s<]+)", r'<a href="\1">\1</a>', html.escape(body))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until interrupted; return 2 when it cannot start."""
    parser = argparse.ArgumentParser(description="Made-up phones, for training.")
    parser.add_argument("--port", type=int, default=8098)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--office", default="http://127.0.0.1:8000", help="whom answers go to")
    chosen = parser.parse_args(arguments)
    try:
        server = Phones(chosen.port, chosen.state, chosen.office, chosen.host)
    except (NotHere, OSError) as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 2
    with server:
        sys.stdout.write(f"Sandbox phones: training and tests, at {server.url}\n")
        sys.stdout.flush()
        try:
            server.serve_forever(poll_interval=0.2)
        except KeyboardInterrupt:
            sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
