"""The wire to the clearinghouse: questions in real time, claims and answers in batches."""

import asyncio
import logging
import ssl
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import uuid4

from django.conf import settings

from frontdesk.core.clock import now
from frontdesk.core.later import Later
from frontdesk.x12 import connectivity as core

if TYPE_CHECKING:
    import httpx
else:
    httpx = Later("httpx")

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20  # CAQH CORE 156: a real-time answer comes within 20 seconds
BATCH_SECONDS = 60  # and the reply to a batch within 60
MOST_BYTES = 64 * 1024 * 1024
AT_ONCE = 24  # questions on the line at the same time
AT_A_TIME = 20  # answers handed over together: what is written in one transaction
GIVES_UP_AFTER = 8  # questions in a row without an answer: the line is down
_RETRIEVALS = {
    "TA1": core.TA1_REQUEST,
    "999": core.ACK_REQUEST,
    "277CA": core.STATUS_REQUEST,
    "835": core.REMITTANCE_REQUEST,
}


class NoAnswer(Exception):
    """Nothing usable came back: down, too slow, or cut short. Worth asking again."""


class FileTrouble(NoAnswer):
    """One file cannot be fetched as it is; the others can."""


class Declined(Exception):
    """The clearinghouse answered that it does not take the message; asking again is no use."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"The clearinghouse declined the message ({code}): {message}")


class HeldBack(NoAnswer):
    """The question was not sent at all: the line gave up on those before it."""


Told = bytes | NoAnswer | Declined


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file in our mailbox at the clearinghouse: its id, what it is, its name and size."""

    id: str
    kind: str  # TA1, 999, 277CA, 835
    name: str
    size: int


class Clearinghouse(Protocol):
    """Whoever passes our messages on to the payers."""

    def ask(
        self, payload: bytes, *, message_id: str, payload_type: str = core.ELIGIBILITY_REQUEST
    ) -> bytes:
        """Send a question and return the answer; raise `NoAnswer` or `Declined`."""

    def ask_all(self, questions: Mapping[str, bytes]) -> Iterator[list[tuple[str, Told]]]:
        """Send many 270s, by message id, some at once; yield what came, as it comes."""

    def submit(self, payload: bytes, *, message_id: str) -> None:
        """Send a batch of claims; return when it was received whole."""

    def waiting(self) -> list[Waiting]:
        """Return the files in the mailbox that were not yet taken, oldest first."""

    def fetch(self, file: Waiting) -> bytes:
        """Return the content of a file; it stays in the mailbox until `take`."""

    def take(self, file: Waiting) -> None:
        """Say that the file was kept; it is no longer waiting."""


class CoreClearinghouse:
    """A clearinghouse that speaks the CAQH CORE vC2.2.0 envelope over HTTP."""

    def __init__(
        self,
        url: str,
        *,
        user: str,
        password: str,
        sender: str,
        receiver: str,
        timeout: float | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.user, self.password = user, password
        self.sender, self.receiver = sender, receiver
        self.timeout = TIMEOUT_SECONDS if timeout is None else timeout

    def ask(
        self, payload: bytes, *, message_id: str, payload_type: str = core.ELIGIBILITY_REQUEST
    ) -> bytes:
        """Send a question (a 270, a 276) in real time and return the payload of the answer."""
        request = self._request(payload_type, core.REAL_TIME, message_id, payload)
        answer = self._send(request, self.timeout)
        if answer.payload_id != message_id:
            raise NoAnswer("The answer belongs to another question.")
        return answer.payload

    def ask_all(self, questions: Mapping[str, bytes]) -> Iterator[list[tuple[str, Told]]]:
        """Ask many questions, `AT_ONCE` on the line, and yield answers in groups as they come.

        The asking goes on in a thread of its own while the caller writes down what came. Each
        question is answered exactly once: by its payload, or by why there is none.
        """
        told: SimpleQueue[tuple[str, Told] | None] = SimpleQueue()
        asking = Thread(target=self._ask_in_thread, args=(questions, told), daemon=True)
        asking.start()
        is_open = True
        while is_open:
            group = [told.get()]
            while len(group) < AT_A_TIME and group[-1] is not None:
                try:
                    group.append(told.get_nowait())
                except Empty:
                    break
            is_open = group[-1] is not None
            if came := [one for one in group if one is not None]:
                yield came
        asking.join()

    def submit(self, payload: bytes, *, message_id: str) -> None:
        """Send a batch; the same content sent again is answered as received."""
        request = self._request(core.CLAIMS_REQUEST, core.BATCH, message_id, payload)
        answer = self._send(request, max(self.timeout, BATCH_SECONDS))
        if answer.payload_type != core.BATCH_RECEIVED:
            raise Declined(answer.payload_type, "it did not confirm the batch.")

    def waiting(self) -> list[Waiting]:
        """Return the files not yet taken, oldest first."""
        body = self._bounded("GET", f"/mailbox?sender={self.sender}", self.timeout, b"", {})[0]
        try:
            listed = cast("list[dict[str, Any]]", httpx.Response(200, content=body).json()["files"])
            return [Waiting(f["id"], f["kind"], f["name"], int(f["size"])) for f in listed]
        except (ValueError, KeyError, TypeError) as error:
            raise NoAnswer("The list of the mailbox cannot be read.") from error

    def fetch(self, file: Waiting) -> bytes:
        """Return a file of the mailbox, whole: its length and checksum are compared.

        Raise `FileTrouble` when this one cannot be had, or another one came for it.
        """
        if file.kind not in _RETRIEVALS:
            raise FileTrouble(f"{file.name} is of a kind that cannot be asked for.")
        if file.size > MOST_BYTES:
            raise FileTrouble(f"{file.name} is larger than {MOST_BYTES // 1024 // 1024} MB.")
        request = self._request(_RETRIEVALS[file.kind], core.BATCH, file.id)
        answer = self._send(request, max(self.timeout, BATCH_SECONDS))
        if answer.payload_type in {core.NO_ACK_FILE, core.NO_RESULTS_FILE}:
            raise FileTrouble(f"{file.name} is listed, and not there.")
        if answer.payload_id != file.id:
            raise FileTrouble(f"Another file came for {file.name}.")
        return answer.payload

    def take(self, file: Waiting) -> None:
        """Acknowledge a file that was kept here."""
        self._send(self._request(core.RESULTS_ACK, core.BATCH, file.id), self.timeout)

    def _request(
        self, payload_type: str, mode: core.Mode, message_id: str, payload: bytes = b""
    ) -> core.CoreRequest:
        return core.CoreRequest(
            payload_type=payload_type,
            mode=mode,
            payload_id=message_id or str(uuid4()),
            at=now(),
            user=self.user,
            password=self.password,
            sender=self.sender,
            receiver=self.receiver,
            payload=payload,
        )

    def _send(self, request: core.CoreRequest, seconds: float) -> core.CoreResponse:
        body, content_type = core.build_request(request)
        answer, kind = self._bounded("POST", "/core", seconds, body, {"Content-Type": content_type})
        return _understood(answer, kind)

    def _ask_in_thread(
        self, questions: Mapping[str, bytes], told: SimpleQueue[tuple[str, Told] | None]
    ) -> None:
        try:
            asyncio.run(self._ask_together(questions, told))
        finally:
            told.put(None)

    async def _ask_together(
        self, questions: Mapping[str, bytes], told: SimpleQueue[tuple[str, Told] | None]
    ) -> None:
        gate, broken = asyncio.Semaphore(AT_ONCE), 0
        limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
        async with httpx.AsyncClient(
            auth=(self.user, self.password),
            timeout=self.timeout,
            verify=_certificates(),
            limits=limits,
        ) as client:

            async def ask(message_id: str, payload: bytes) -> None:
                nonlocal broken
                async with gate:
                    answer: Told = HeldBack("The line to the clearinghouse is down.")
                    if broken < GIVES_UP_AFTER:
                        answer = await self._ask_one(client, message_id, payload)
                        broken = broken + 1 if isinstance(answer, NoAnswer) else 0
                    told.put((message_id, answer))

            await asyncio.gather(*(ask(key, payload) for key, payload in questions.items()))

    async def _ask_one(self, client: "httpx.AsyncClient", message_id: str, payload: bytes) -> Told:
        request = self._request(core.ELIGIBILITY_REQUEST, core.REAL_TIME, message_id, payload)
        body, content_type = core.build_request(request)
        try:
            async with asyncio.timeout(self.timeout):
                answer = await client.post(
                    self.url + "/core", content=body, headers={"Content-Type": content_type}
                )
            if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
                return NoAnswer(f"The clearinghouse is down (HTTP {answer.status_code}).")
            response = _understood(answer.content, answer.headers.get("Content-Type", ""))
        except (TimeoutError, httpx.TimeoutException):
            return NoAnswer("The answer took too long.")
        except httpx.HTTPError as error:
            return NoAnswer(_broken(error))
        except (NoAnswer, Declined) as trouble:
            return trouble
        if response.payload_id != message_id:
            return NoAnswer("The answer belongs to another question.")
        return response.payload

    def _bounded(
        self, method: str, path: str, seconds: float, body: bytes, headers: dict[str, str]
    ) -> tuple[bytes, str]:
        """Return body and Content-Type within so many seconds in all, or raise `NoAnswer`."""
        ends = time.monotonic() + seconds
        read, size = [], 0
        try:
            with httpx.stream(
                method,
                self.url + path,
                content=body,
                headers=headers,
                auth=(self.user, self.password),
                timeout=seconds,
                verify=_certificates(),
            ) as response:
                for piece in response.iter_bytes():
                    read.append(piece)
                    size += len(piece)
                    if time.monotonic() > ends or size > MOST_BYTES:
                        raise NoAnswer("The answer took too long.")
        except httpx.TimeoutException as error:
            raise NoAnswer("The answer took too long.") from error
        except httpx.HTTPError as error:
            raise NoAnswer(_broken(error)) from error
        if response.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise NoAnswer(f"The clearinghouse is down (HTTP {response.status_code}).")
        return b"".join(read), response.headers.get("Content-Type", "")


def _broken(error: "httpx.HTTPError") -> str:
    """Say in the office's words how a line broke; what kind of error it was goes to the log."""
    log.warning("The line to the clearinghouse broke (%s).", type(error).__name__)
    if isinstance(error, httpx.ConnectError):
        return "The clearinghouse cannot be reached."
    return "The connection to the clearinghouse broke off."


def _understood(answer: bytes, kind: str) -> core.CoreResponse:
    """Return an envelope that came back; raise `NoAnswer` or `Declined`."""
    try:
        response = core.parse_response(answer, kind)
    except core.BadEnvelope as bad:
        raise NoAnswer(str(bad)) from bad
    if not response.is_success:
        raise Declined(response.error_code, response.error_message)
    return response


@cache
def _certificates() -> ssl.SSLContext:
    """Read the trusted certificates once: httpx would read them again for every message."""
    return ssl.create_default_context()


def clearinghouse(sender: str) -> Clearinghouse:
    """Return the clearinghouse of this office's settings; `sender` is the practice's id there."""
    return CoreClearinghouse(
        settings.CLEARINGHOUSE_URL,
        user=settings.CLEARINGHOUSE_USER,
        password=settings.CLEARINGHOUSE_PASSWORD,
        sender=sender,
        receiver=settings.CLEARINGHOUSE_ID,
    )
