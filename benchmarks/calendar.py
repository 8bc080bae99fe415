"""The schedule under the hand: 20 providers and 12 hours, scrolled in Chromium, frame by frame.

The office is opened as its user would. The day has 20 columns and 400 visits; the book is
scrolled down and across for three seconds each while every frame is timed by the browser's own
clock. A frame is late when it came more than 16.7 ms (and half again, for the clock's coarseness)
after the one before. The page's time on the server is that of the request, from the inside.
"""

import json
import statistics
import subprocess
import sys
import time
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.__main__ import row
from benchmarks.browser import CHROMIUM, FLAGS, sign_in
from benchmarks.offices import ROOT, office
from benchmarks.running import _free_port, _wait

PROVIDERS, EACH = 20, 20
FRAME = 1000 / 60
SCROLL = """([across, ms]) => new Promise((done) => {
  const box = document.getElementById('plan'), frames = [];
  const far = across ? box.scrollWidth - box.clientWidth : box.scrollHeight - box.clientHeight;
  const began = performance.now();
  let last = began;
  const step = (at) => {
    frames.push(at - last);
    last = at;
    const share = (at - began) / ms, to = far * (1 - Math.abs(1 - (share * 4) % 2));
    if (across) box.scrollLeft = to; else box.scrollTop = to;
    if (share < 1) requestAnimationFrame(step); else done(frames.slice(2));
  };
  requestAnimationFrame(step);
})"""


def measure() -> list[dict[str, Any]]:
    """Fill a day of the big office, open it, and scroll."""
    with office("SQLite") as environment:
        command = [sys.executable, "-m", "benchmarks.calendar"]
        filled = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True
        )
        on = json.loads(filled.stdout)
        port = _free_port()
        serve = [sys.executable, "-m", "frontdesk.cli", "serve", "--port", str(port)]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        process = subprocess.Popen(serve, env=environment, cwd=ROOT, **quiet)
        try:
            _wait(f"http://127.0.0.1:{port}")
            time.sleep(4)
            frames, spent = _scroll(f"http://127.0.0.1:{port}", on)
        finally:
            process.terminate()
            process.wait(timeout=30)
    note = f"{PROVIDERS} providers, 12 hours, {PROVIDERS * EACH} visits; Chromium without a GPU"
    smooth = 100 * sum(one <= FRAME * 1.5 for one in frames) / len(frames)
    return [
        row("calendar: frames in time while scrolling", smooth, "%", better="higher", goal=95.0,
            note=f"{note}; {len(frames)} frames, slowest {max(frames):.0f} ms"),
        row("calendar: the day drawn anew, median", statistics.median(spent), "ms",
            note=f"{note}; the part that is asked for again when something changes, as seen by "
            "the browser"),
    ]  # fmt: skip


def _scroll(address: str, on: str) -> tuple[list[float], list[float]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sign_in(page, address)
        page.goto(f"{address}/schedule/?on={on}")
        page.wait_for_load_state("networkidle")
        frames = page.evaluate(SCROLL, [False, 3000]) + page.evaluate(SCROLL, [True, 3000])
        spent = []
        for _ in range(10):
            start = time.perf_counter()
            asked = page.request.get(f"{address}/schedule/?on={on}", headers={"HX-Request": "true"})
            spent.append((time.perf_counter() - start) * 1000)
            assert asked.ok, asked.status
        browser.close()
    return frames, spent


def _npi(number: int) -> str:
    """Return a made-up NPI whose check digit is right (Luhn over 80840 and the number)."""
    digits = f"80840{990_000_000 + number}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 if value > 9 else value
    return f"{digits[5:]}{-total % 10}"


def fill() -> str:
    """Give a day far ahead 20 providers with 20 visits each from seven to seven; return it."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    from datetime import time as wall
    from datetime import timedelta

    from frontdesk.core.clock import at_wall, now, today
    from frontdesk.core.operation import operation
    from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
    from frontdesk.demo.visiting import staff
    from frontdesk.people.models import Patient
    from frontdesk.scheduling.models import Appointment, VisitType
    from frontdesk.staff.models import Member, Provider

    with practice_scope(EVERY_PRACTICE):
        member = Member.objects.select_related("default_site").get(user__email="maya@demo.example")
    site = member.default_site
    day = today(site) + timedelta(days=900)

    @operation("scheduling.book")
    def book(*, by: Any) -> None:
        if Appointment.objects.filter(
            site=site, starts_at__gte=at_wall(site, day, wall(7))
        ).exists():
            return
        for number in range(Provider.objects.filter(is_active=True).count(), PROVIDERS):
            Provider.objects.create(
                first_name="Measured", last_name=f"Provider {number}", credential="MD",
                npi=_npi(number), taxonomy="207Q00000X", site=site,
            )  # fmt: skip
        providers = list(Provider.objects.filter(is_active=True).order_by("pk")[:PROVIDERS])
        kind = VisitType.objects.filter(code="follow-up").first()
        patients = list(Patient.objects.filter(status="active")[: PROVIDERS * EACH])
        first = at_wall(site, day, wall(7))
        Appointment.objects.bulk_create(
            Appointment(
                patient=patient, provider=providers[n % PROVIDERS], site=site, visit_type=kind,
                starts_at=first + timedelta(minutes=n // PROVIDERS * 35),
                ends_at=first + timedelta(minutes=n // PROVIDERS * 35 + 25),
                booked_at=now(), booked_by="Measured",
            )
            for n, patient in enumerate(patients)
        )  # fmt: skip

    book(by=staff(member.practice_id, "clock", "Measured"))
    return f"{day:%Y-%m-%d}"


if __name__ == "__main__":
    from benchmarks.calendar import fill as filled  # an operation is named after its module

    print(json.dumps(filled()))
