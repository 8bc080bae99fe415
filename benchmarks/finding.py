"""Run inside the office with 500,000 reservations: the request, the booking, the race."""

import io
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from contextlib import redirect_stdout
from datetime import date, timedelta
from typing import Any

import django

TIMES, BOOKERS = 30, 50


def main() -> None:
    """Print what was measured, as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    with redirect_stdout(io.StringIO()):
        told = Desk().measure()
    sys.stdout.write(json.dumps(told))


class Desk:
    """The office's front desk, without the network."""

    def __init__(self) -> None:
        from django.conf import settings

        from frontdesk.core.clock import now, today

        settings.ALLOWED_HOSTS = ["*"]
        self.practice_id = made_once()
        self.now = now
        with self.scope():
            from frontdesk.people.models import Patient
            from frontdesk.practice.models import Site
            from frontdesk.scheduling.models import VisitType
            from frontdesk.staff.models import Provider

            self.site = Site.objects.get()
            self.visit_type = VisitType.objects.get()
            self.providers = list(Provider.objects.order_by("last_name"))
            self.patients = list(Patient.objects.order_by("pk"))
        self.day = today(self.site) + timedelta(days=1)
        self.chance = random.Random(5)
        self.by = actor(self.practice_id)

    def scope(self) -> Any:
        from frontdesk.core.scoping import practice_scope

        return practice_scope(self.practice_id)

    def measure(self) -> dict[str, Any]:
        """Return every figure."""
        rebuild, first, changed = self.rebuild(), self.first(), self.changed()
        return {
            "rebuild": rebuild, "first": first, "changed": changed,
            "request": self.request(), "booking": self.booking(),
            "seen": self.seen(), **self.race(),
            "note": f"115 calendars, {RESERVATIONS:,} reservations, 3 phases of 4 kinds",
        }  # fmt: skip

    def rebuild(self) -> float:
        """Return the seconds of CPU in which the year is read from the database."""
        from frontdesk.scheduling.queries import year

        started = time.process_time()
        with self.scope():
            year.build(self.site.time_zone, self.day - timedelta(days=1))
        return time.process_time() - started

    def first(self) -> float:
        """Return the CPU milliseconds of the first answer of a process that has just come up.

        Two weeks of a provider, asked while a thread reads the year.
        """
        from frontdesk.scheduling import queries
        from frontdesk.scheduling.queries import ahead, remembered

        remembered.forget(self.practice_id)
        ahead.start()
        time.sleep(0.05)  # the thread is at it
        started = time.thread_time()
        with self.scope():
            queries.find_a_time(self.visit_type, self.site, self.providers[7], from_on=self.day)
        spent = (time.thread_time() - started) * 1000
        with self.scope():  # waits for the thread: what is measured next has the year
            queries.find_a_time(self.visit_type, self.site, from_on=self.day, days=120)
        return spent

    def changed(self) -> float:
        """Return the median CPU milliseconds of the first answer after a session was changed."""
        from datetime import time as wall

        from frontdesk.scheduling import operations, queries
        from frontdesk.scheduling.models import Session

        spent = []
        for number in range(6):
            with self.scope():
                session = Session.objects.filter(provider=self.providers[number]).first()
            operations.change_session(
                session,
                starts=wall(8),
                ends=wall(18, 5 * self.chance.randint(1, 11)),
                on=session.from_on,
                by=self.by,
            )
            started = time.process_time()
            with self.scope():
                queries.find_a_time(self.visit_type, self.site, from_on=self.day, days=120)
            spent.append((time.process_time() - started) * 1000)
        return statistics.median(spent)

    def request(self) -> float:
        """Return the median CPU milliseconds of the find screen's answer."""
        from django.test import Client

        from frontdesk.staff.models import User

        client = Client()
        client.force_login(User.objects.get(email="find@bench.example"))
        spent = []
        for number in range(TIMES):
            which = self.chance.choice([p.pk for p in self.providers] + [""] * 20)
            path = (
                f"/schedule/find/times/?visit_type={self.visit_type.pk}&site={self.site.pk}"
                f"&days=120&provider={which}"
            )
            started = time.process_time()
            answer = client.get(path, headers={"HX-Request": "true"})
            assert answer.status_code == 200, answer.status_code
            if number >= 5:
                spent.append((time.process_time() - started) * 1000)
        return statistics.median(spent)

    def booking(self) -> float:
        """Return the median CPU milliseconds of booking a time that was found."""
        from frontdesk.scheduling import operations

        spent = []
        for number, opening in enumerate(self.openings(TIMES)):
            patient = self.patients[number % len(self.patients)]
            started = time.process_time()
            try:
                operations.book(
                    patient, self.visit_type, opening.provider, self.site, opening.starts_at,
                    self.now(), by=self.by,
                )  # fmt: skip
            except operations.Taken:
                continue  # two of the openings overlap
            spent.append((time.process_time() - started) * 1000)
        return statistics.median(spent)

    def openings(self, limit: int) -> Any:
        from frontdesk.scheduling import queries

        with self.scope():
            return queries.openings(
                self.visit_type, self.site, from_on=self.day + timedelta(days=200), days=150,
                limit=limit,
            )  # fmt: skip

    def seen(self) -> float:
        """Return the seconds after which another process no longer offers what was booked."""
        from frontdesk.scheduling import operations

        opening = self.openings(40)[-1]
        words = [sys.executable, "-m", "benchmarks.finding", "watch",
                 str(opening.provider.pk), opening.starts_at.isoformat()]  # fmt: skip
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout
            assert other.stdout.readline().strip() == "offered"
            operations.book(
                self.patients[-1], self.visit_type, opening.provider, self.site,
                opening.starts_at, self.now(), by=self.by,
            )  # fmt: skip
            booked = time.time()
            gone = float(other.stdout.readline())
        return max(gone - booked, 0.0)

    def watch(self, provider: str, starts_at: str) -> None:
        """Ask again and again; say when a time is offered, and when it no longer is."""
        from frontdesk.core.clock import local
        from frontdesk.scheduling import queries

        def is_offered() -> bool:
            who = next(p for p in self.providers if str(p.pk) == provider)
            with self.scope():
                day = local(self.site, _moment(starts_at)).date()
                found = queries.openings(
                    self.visit_type, self.site, who, from_on=day, days=1, limit=100
                )
            return any(one.starts_at == _moment(starts_at) for one in found)

        assert is_offered()
        sys.stdout.write("offered\n")
        sys.stdout.flush()
        until = time.time() + 30
        while is_offered() and time.time() < until:
            pass
        sys.stdout.write(f"{time.time()}\n")

    def race(self) -> dict[str, Any]:
        """Let 50 book at once what shares rooms, assistants and devices; half hold first."""
        from frontdesk.core.errors import Refused
        from frontdesk.scheduling import operations
        from frontdesk.scheduling.models import Appointment, Hold

        wanted = self.openings(12)
        gate = threading.Barrier(BOOKERS)
        results: list[str] = []

        def book(number: int) -> None:
            from django.db import connection

            opening = wanted[number % len(wanted)]
            patient = self.patients[number + 100]
            said = (self.visit_type, opening.provider, self.site, opening.starts_at, self.now())
            gate.wait()
            try:
                hold = operations.hold(*said, by=self.by) if number % 2 else None
                operations.book(patient, *said, hold=hold, by=self.by)
                results.append("booked with a hold" if hold else "booked")
            except Refused:
                results.append("refused")
            except Exception as trouble:
                results.append(f"{type(trouble).__name__}: {trouble}")
            finally:
                connection.close()

        threads = [threading.Thread(target=book, args=(n,)) for n in range(BOOKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        fine = ("booked", "booked with a hold", "refused")
        with self.scope():
            booked = Appointment.objects.filter(patient__in=self.patients[100:150]).count()
            won = sum(result.startswith("booked") for result in results)
            holds = Hold.objects.filter(status="held", expires_at__gt=self.now()).count()
        return {
            "overlaps": self.overlaps(),
            "errors": sum(result not in fine for result in results) + (booked < won or not won),
            "lost": holds,
        }

    def overlaps(self) -> int:
        """Count pairs of active rows of one resource and lane that overlap."""
        from django.db.models import Exists, F, OuterRef

        from frontdesk.scheduling.models import Occupancy

        with self.scope():
            others = Occupancy.objects.filter(
                resource_id=OuterRef("resource_id"), lane=OuterRef("lane"), is_active=True,
                starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"),
                starts_at__gte=OuterRef("starts_at"),
            ).exclude(pk=OuterRef("pk"))  # fmt: skip
            rows = Occupancy.objects.filter(appointment__isnull=False, is_active=True)
            return rows.filter(Exists(others), ends_at__gt=F("starts_at")).count()


def _moment(text: str) -> Any:
    from datetime import datetime

    return datetime.fromisoformat(text)


def actor(practice_id: Any) -> Any:
    """Return somebody who may do everything."""
    from frontdesk.core.actor import Actor
    from frontdesk.staff.roles import EVERY_PERMISSION

    return Actor(name="Grace", practice_id=practice_id, permissions=EVERY_PERMISSION)


RESERVATIONS = 500_000


def made_once() -> Any:
    """Return the practice's key; the first time it is made, with its year of reservations."""
    from frontdesk.core import audit
    from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
    from frontdesk.practice.models import Practice

    with practice_scope(EVERY_PRACTICE), audit.recording():
        known = Practice.objects.filter(name="Find a time").first()
        if known:
            return known.pk
        practice = Practice.objects.create(
            name="Find a time", legal_name="Find a time", tax_id="12-3456789", npi="1234567893",
            phone="+16145550100", state="OH", zip_code="43215", is_set_up=True,
        )  # fmt: skip
    from django.db import transaction

    with transaction.atomic(), practice_scope(practice.pk), audit.recording():
        _fill()
    return practice.pk


def _fill() -> None:
    from datetime import time as wall

    from frontdesk.people.models import Patient
    from frontdesk.practice.models import Device, Hours, Room, Site
    from frontdesk.scheduling.models import Phase, Session, VisitType
    from frontdesk.staff.models import Member, Provider, User

    site = Site.objects.create(name="Main", state="OH", zip_code="43215")
    keys: dict[Any, Any] = {}
    for weekday in range(7):
        Hours.objects.create(site=site, weekday=weekday, opens=wall(8), closes=wall(20))
    for number in range(50):
        provider = Provider.objects.create(
            first_name="P", last_name=f"Number {number:02}", credential="MD", site=site,
            npi=_npi(number), taxonomy="207Q00000X",
        )  # fmt: skip
        keys["provider", number] = provider.pk
        Session.objects.bulk_create(
            Session(provider=provider, site=site, weekday=day, starts=wall(8), ends=wall(20),
                    from_on=date(2020, 1, 1)) for day in range(7)
        )  # fmt: skip
    for number in range(30):
        keys["room", number] = Room.objects.create(site=site, name=f"Room {number:02}").pk
    for number in range(10):
        device = Device.objects.create(site=site, name=f"Sono {number:02}", kind="ultrasound")
        keys["device", number] = device.pk
    for number in range(25):
        user = User.objects.create_user(f"a{number}@bench.example", None, name=f"A {number:02}")
        member = Member.objects.create(
            user=user, name=f"A {number:02}", roles=["assistant"], default_site=site
        )
        keys["assistant", number] = member.pk
    user = User.objects.create_user("find@bench.example", None, name="Grace")
    Member.objects.create(user=user, name="Grace", roles=["manager"], default_site=site)
    kind = VisitType.objects.create(name="Scan", code="scan", minutes=45)
    for role, more, after, minutes, wait in (
        ("assistant", {}, 0, 10, 0), ("provider", {}, 10, 20, 0),
        ("device", {"kind": "ultrasound"}, 30, 15, 10), ("room", {}, 0, 50, 0),
    ):  # fmt: skip
        Phase.objects.create(
            visit_type=kind, role=role, starts_after=after, minutes=minutes, may_wait=wait, **more
        )
    Patient.objects.bulk_create(
        Patient(first_name="Pat", last_name=f"Number {n}", chart_number=str(10000 + n),
                birth_date=date(1980, 1, 1), registered_on=date(2024, 1, 1)) for n in range(200)
    )  # fmt: skip
    _reserve(site, keys)


def _reserve(site: Any, keys: dict[Any, Any]) -> None:
    from datetime import time as wall

    from benchmarks.calendars_made import made
    from frontdesk.core.clock import at_wall, today
    from frontdesk.scheduling.models import Occupancy

    held = made(today(site))
    begins = [at_wall(site, held.first + timedelta(days=n), wall(8)) for n in range(365)]
    rows = []
    for name, day, cell, length in held.rows:
        starts_at = begins[day] + timedelta(minutes=5 * cell)
        rows.append(
            Occupancy(resource_kind=name[0], resource_id=keys[name], starts_at=starts_at,
                      ends_at=starts_at + timedelta(minutes=5 * length))
        )  # fmt: skip
        if len(rows) == 5000:
            Occupancy.objects.bulk_create(rows)
            rows = []
    Occupancy.objects.bulk_create(rows)


def _npi(number: int) -> str:
    """Return a number of the right shape; the check digit is the one that fits."""
    from frontdesk.practice.rules import is_npi

    return next(text for digit in range(10) if is_npi(text := f"12345{number:04}{digit}"))


if __name__ == "__main__":
    if sys.argv[1:2] == ["watch"]:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
        django.setup()
        Desk().watch(*sys.argv[2:4])
    else:
        main()
