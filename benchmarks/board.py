"""The board on a busy day: 300 patients, 20 watchers; how soon a change is seen, what it costs.

The office is opened as its user would and asked over HTTP. Every watcher listens at `/live/` as a
browser does and asks for the board and the alarm again when visits change, saying what it shows
already. A patient is moved every 16 seconds, which is 300 patients with six moves each in eight
hours; the processor's time of the web server is read from the system before and after.
"""

import json
import re
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx

from benchmarks.__main__ import row
from benchmarks.offices import ROOT, office
from benchmarks.running import _below, _client, _free_port, _wait

WATCHERS, PATIENTS, HERE = 20, 300, 60
CHANGES, EVERY = 12, 8.0  # seconds: twice as often as on such a day
A_DAY = 16.0  # seconds between two moves of a day with 300 patients
PARTS = {"/": "board", "/today/alarm/": "alarm"}
FILL = "import json, sys; from benchmarks import board; sys.stdout.write(json.dumps(board.fill()))"
TICK = 100  # of the system's clock in a second


def measure() -> list[dict[str, Any]]:
    """Open the office on SQLite, fill its day, and watch it."""
    with office("SQLite") as environment:
        port = _free_port()
        filled = subprocess.run(
            [sys.executable, "-c", FILL],
            env=environment, cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        appointments = json.loads(filled.stdout)
        command = [sys.executable, "-m", "frontdesk.cli", "serve", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(command, env=environment, cwd=ROOT, **quiet)
        try:
            _wait(f"http://127.0.0.1:{port}")
            time.sleep(4)
            seen, spent, idle = _watch(f"http://127.0.0.1:{port}", process.pid, appointments)
        finally:
            process.terminate()
            process.wait(timeout=30)
    a_change = max(spent - idle, 0.0) / CHANGES
    note = f"{PATIENTS} patients today, {HERE} in the office, {WATCHERS} watchers"
    return [
        row("board: a change is seen, worst", max(seen), "s", goal=2.0, note=note),
        row("board: a change is seen, median", statistics.median(seen), "s", note=note),
        row("board: processor for a day of watching", 100 * a_change / A_DAY, "% of a core",
            goal=2.0, note=f"{note}; a move every {A_DAY:g} s; {1000 * a_change:.0f} ms a change "
            "for all watchers and the move itself"),
        row("board: processor while nothing moves", 100 * idle / (CHANGES * EVERY), "% of a core",
            note=f"{WATCHERS} watchers listening, and what the office does by itself; not in the "
            "figure above"),
    ]  # fmt: skip


class Watcher(threading.Thread):
    """A browser that shows the board: it listens, and asks again when visits have changed."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.client = _client(address)
        self.tags: dict[str, str] = {}
        self.shown: list[tuple[float, str]] = []
        self.is_open = threading.Event()

    def run(self) -> None:
        """Listen until the server goes."""
        self.ask()
        try:
            with self.client.stream("GET", "/live/", timeout=None) as stream:
                event = ""
                for line in stream.iter_lines():
                    event = line[7:] if line.startswith("event: ") else event
                    if event == "hello":
                        self.is_open.set()
                    if line.startswith("data: ") and event == "change" and "visits" in line:
                        self.ask()
        except httpx.HTTPError:
            return

    def ask(self) -> None:
        """Ask for what the page shows, as its scripts do."""
        for path in PARTS:
            headers = {"HX-Request": "true", "X-Quiet": "1"}
            if path in self.tags:
                headers["X-Seen"] = self.tags[path]
            answer = self.client.get(path, headers=headers)
            if answer.status_code == 200:
                found = re.search(r'data-tag="(\w+)"', answer.text)
                self.tags[path] = found[1] if found else ""
                if path == "/":
                    self.shown.append((time.monotonic(), answer.text))


def _watch(address: str, pid: int, appointments: list[str]) -> tuple[list[float], float, float]:
    watchers = [Watcher(address) for _ in range(WATCHERS)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.is_open.wait(30)
    desk = _client(address)
    time.sleep(5)
    before, began = _spent(pid), time.monotonic()
    time.sleep(CHANGES * EVERY / 4)
    idle_rate = (_spent(pid) - before) / (time.monotonic() - began)
    seen: list[float] = []
    before, began = _spent(pid), time.monotonic()
    for key in appointments[:CHANGES]:
        pressed = time.monotonic()
        answer = desk.post(
            f"/visits/of/{key}/arrive/",
            headers={"HX-Request": "true", "X-CSRFToken": desk.cookies["csrftoken"]},
        )
        assert answer.status_code == 200, answer.status_code
        time.sleep(max(EVERY - (time.monotonic() - pressed), 0.0))
        seen += [_seen(watcher, pressed, key) for watcher in watchers]
    lasted = time.monotonic() - began
    return seen, _spent(pid) - before, idle_rate * lasted


def _seen(watcher: Watcher, pressed: float, key: str) -> float:
    """Return how long after the press the watcher showed the patient as arrived."""
    for at, text in watcher.shown:
        arrived = text.partition('aria-label="Arrived"')[2].partition("</section>")[0]
        if at > pressed and f'id="visit-{key}"' in arrived:
            return at - pressed
    return 99.0


def _spent(pid: int) -> float:
    """Return the seconds of processor that the web server has used."""
    total = 0
    for one in [pid, *_below(pid)]:
        try:
            command = Path(f"/proc/{one}/cmdline").read_bytes()
            told = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"frontdesk.config.web" in command:
            total += int(told[11]) + int(told[12])
    return total / TICK


def fill() -> list[str]:
    """Make today a day of 300 patients at one site, 60 of them here; return whom to arrive."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    from datetime import timedelta

    from frontdesk.core.clock import now
    from frontdesk.core.operation import operation
    from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
    from frontdesk.demo.visiting import staff
    from frontdesk.people.models import Patient
    from frontdesk.scheduling.models import Appointment, VisitType
    from frontdesk.staff.models import Member, Provider
    from frontdesk.visits import operations

    with practice_scope(EVERY_PRACTICE):
        member = Member.objects.select_related("default_site").get(user__email="grace@demo.example")
    by = staff(member.practice_id, "clock", "Measured")
    at = now()

    @operation("scheduling.book")
    def book(*, by: Any) -> list[Appointment]:
        site = member.default_site
        providers = list(Provider.objects.filter(site=site, is_active=True))
        kind = VisitType.objects.filter(code="follow-up").first()
        patients = list(Patient.objects.filter(status="active")[:PATIENTS])
        return Appointment.objects.bulk_create(
            Appointment(
                patient=patient, provider=providers[n % len(providers)], site=site,
                visit_type=kind, starts_at=at + timedelta(seconds=n), booked_by="Measured",
                ends_at=at + timedelta(seconds=n, minutes=20), booked_at=at - timedelta(days=3),
            )
            for n, patient in enumerate(patients)
        )  # fmt: skip

    booked = book(by=by)
    with practice_scope(member.practice_id):
        made = list(
            Appointment.objects.filter(pk__in=[one.pk for one in booked])
            .select_related("site")
            .order_by("-starts_at")
        )
    for one in made[:HERE]:
        operations.arrive(one, at=at, by=by)
    return [str(one.pk) for one in made[HERE:]]
