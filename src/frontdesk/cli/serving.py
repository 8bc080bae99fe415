"""Keeping the office open: the web server, the job worker and the sandbox, watched together."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from frontdesk.cli import doors, prepared
from frontdesk.cli.office import complain, say
from frontdesk.sandbox.grounds import ACCOUNT, TOKEN

READY_WITHIN = 60.0  # seconds
QUICK_DEATH = 5.0  # a part that lives less than this has something wrong with it
QUICK_DEATHS = 3
HERE = "127.0.0.1"
LAST_PORT = 65535
FAR = 200  # ports above the office's, at most, where the sandbox answers
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
PR_SET_PDEATHSIG = 1  # linux/prctl.h
FRUGAL = {"MALLOC_ARENA_MAX": "2"}  # glibc keeps freed memory for each thread, and we have many


class Grounds(NamedTuple):
    """The ports at which the sandbox answers."""

    payer: int
    phones: int


@dataclass
class Part:
    """One process of the office."""

    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    quick_deaths: int = field(default=0)

    def start(self) -> None:
        """Start it, in this process group so that one Ctrl-C reaches all."""
        self.started = time.monotonic()
        bound = _end_with_the_office if LIBC else None
        self.process = subprocess.Popen(  # noqa: S603 - our own
            self.command, preexec_fn=bound, env=FRUGAL | os.environ
        )

    def has_died(self) -> bool:
        """Say whether it ended by itself."""
        return self.process is not None and self.process.poll() is not None

    def stop(self) -> None:
        """Ask it to end, and insist after ten seconds."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def serve(*, host: str, port: int, demo: bool) -> int:
    """Prepare, start every part, say where to go, and watch until told to stop."""
    with doors.kept_open() as is_free:
        if not is_free:
            complain("A backup is being put back here. Open the office when that is done.")
            return 1
        return _serve(host, port, demo=demo)


def _serve(host: str, port: int, *, demo: bool) -> int:
    if trouble := _trouble_at(host, port):
        complain(_in_words(trouble, host, port))
        return 1
    in_production = os.environ.get("FRONTDESK_PRODUCTION", "").lower() in {"1", "true", "yes", "on"}
    grounds = None if in_production else _grounds(port)
    _set_addresses(host, port, grounds)
    if prepared := _prepare(demo=demo):
        return prepared
    parts = _parts(host, port, grounds)
    stopping = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda *_: stopping.set())
    try:
        parts[0].start()  # alone at first: people wait for it, and for nothing else
        if not _wait_until_ready(host, port, parts, stopping):
            return 0 if stopping.is_set() else 1
        for part in parts[1:]:
            part.start()
        _greet(host, port, demo=demo)
        return _watch(parts, stopping)
    finally:
        for part in reversed(parts):
            part.stop()
        say("The office is closed.")


def _end_with_the_office() -> None:
    """Have the system end a part whose office was killed: else it keeps the port for ever."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def web_server(host: str, port: int) -> list[str]:
    """Return the command that starts the web server alone, kept by this process."""
    return [
        sys.executable, "-m", "frontdesk.config.web", "--host", host, "--port", str(port),
        "--keeper", str(os.getpid()),
    ]  # fmt: skip


def _trouble_at(host: str, port: int) -> OSError | None:
    """Return what keeps the office from listening there, or nothing."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as trouble:
            return trouble
    return None


def _in_words(trouble: OSError, host: str, port: int) -> str:
    if isinstance(trouble, PermissionError):
        return (
            f"Port {port} is kept for the administrator. Choose one above 1023: PORT=8000 make run"
        )
    if trouble.errno == errno.EADDRINUSE:
        return f"Port {port} is in use. Choose another: PORT={port + 1} make run"
    return f"This machine has no address {host}. Choose 127.0.0.1, or 0.0.0.0 for every one it has."


def _grounds(port: int) -> Grounds:
    """Return where the sandbox answers: 99 and 98 above the office, or the next that are free."""
    usual = Grounds(payer=port + 99, phones=port + 98)
    if port + FAR > LAST_PORT:
        usual = Grounds(payer=port - 99, phones=port - 98)
    payer = _free_from(usual.payer, but=usual.phones)
    phones = _free_from(usual.phones, but=payer)
    for words, wanted, found in (
        ("The sandbox payer", usual.payer, payer),
        ("The sandbox’s phones", usual.phones, phones),
    ):
        if found != wanted:
            say(f"{words} answers at port {found}: {wanted} is in use.")
    return Grounds(payer, phones)


def _free_from(first: int, *, but: int) -> int:
    """Return the first port from here on that nobody listens at; the first itself if all are."""
    near = range(first, min(first + FAR, LAST_PORT + 1))
    return next((one for one in near if one != but and not _trouble_at(HERE, one)), first)


def _set_addresses(host: str, port: int, grounds: Grounds | None) -> None:
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - compared, not bound
    os.environ.setdefault("FRONTDESK_PUBLIC_URL", f"http://{shown}:{port}")
    if grounds is not None:
        payer = f"http://{HERE}:{grounds.payer}"
        os.environ.setdefault("FRONTDESK_CLEARINGHOUSE_URL", payer)
        if not any(os.environ.get(f"FRONTDESK_SMS_{name}") for name in ("ACCOUNT", "SPOOL")):
            os.environ["FRONTDESK_SMS_URL"] = f"http://{HERE}:{grounds.phones}"
            os.environ["FRONTDESK_SMS_ACCOUNT"] = ACCOUNT
            os.environ["FRONTDESK_SMS_TOKEN"] = TOKEN


def _prepare(*, demo: bool) -> int:
    if prepared.is_prepared(demo=demo):
        return 0
    command = [sys.executable, "-m", "frontdesk.cli", "prepare", *(["--demo"] if demo else [])]
    return subprocess.run(command, check=False).returncode  # noqa: S603


def _parts(host: str, port: int, grounds: Grounds | None) -> list[Part]:
    python = sys.executable
    parts = [
        Part("web server", web_server(host, port)),
        Part("job worker", [python, "-m", "frontdesk.config.worker"]),
    ]
    if grounds is not None:
        state = str(prepared.var() / "sandbox")
        office = os.environ.get("FRONTDESK_PUBLIC_URL", f"http://127.0.0.1:{port}")
        sandbox = [
            python,
            "-m",
            "frontdesk.sandbox",
            "--port",
            str(grounds.payer),
            "--state",
            state,
        ]
        phones = ["--phones", str(grounds.phones), "--office", office]
        parts.append(Part("sandbox payer", [*sandbox, *phones]))
    return parts


def _wait_until_ready(host: str, port: int, parts: list[Part], stopping: threading.Event) -> bool:
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and not stopping.is_set():
        if parts[0].has_died():
            complain("The web server could not start.")
            return False
        if _is_healthy(shown, port):
            return True
        stopping.wait(0.1)
    return False


def _is_healthy(host: str, port: int) -> bool:
    """Ask for /health by hand: a client library would double this small process's memory."""
    asked = f"GET /health HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n"
    try:
        with socket.create_connection((host, port), timeout=2) as line:
            line.sendall(asked.encode())
            return b" 200 " in line.makefile("rb").readline()
    except OSError:
        return False


def _greet(host: str, port: int, *, demo: bool) -> None:
    say(f"\nFrontdesk is open at http://{host}:{port}\n")
    if demo:
        from frontdesk.demo.logins import LOGINS, PASSWORD

        say(f"  Sign in as (password: {PASSWORD})")
        for login in LOGINS:
            say(f"    {login.role_label:<20} {login.email:<32} {login.name}")
        say("")
    say("Ctrl-C closes it.")


def _watch(parts: list[Part], stopping: threading.Event) -> int:
    while not stopping.wait(0.5):
        for part in parts:
            if not part.has_died():
                continue
            part.quick_deaths = (
                part.quick_deaths + 1 if time.monotonic() - part.started < QUICK_DEATH else 0
            )
            if part.quick_deaths >= QUICK_DEATHS:
                complain(f"The {part.name} keeps stopping. See what it says above.")
                return 1
            complain(f"The {part.name} stopped and is started again.")
            part.start()
    return 0
