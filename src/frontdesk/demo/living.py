"""The demo practice's present: booked days ahead, and a today that is busy at any hour."""

import json
import random
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django_tasks_db.models import DBTaskResult
from rich.progress import Progress

from frontdesk.core.clock import at_wall, day_bounds, local, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
from frontdesk.coverage import operations as coverage
from frontdesk.coverage.models import Policy
from frontdesk.demo import floor, folk, office
from frontdesk.demo.foundation import World, allowed
from frontdesk.demo.visiting import Office, staff
from frontdesk.people.models import Patient
from frontdesk.practice.models import Hours, Practice, Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.jobs.verifying import ask_about_coverage
from frontdesk.scheduling.models import Appointment, Session, VisitType
from frontdesk.staff.models import Provider

AHEAD_DAYS = 14
BEFORE, AFTER = timedelta(hours=4), timedelta(hours=5)  # of today, around the present hour
SHORT = {"follow-up", "sick", "lab-review"}


class Book:
    """Fills days of the book by the scheduler's own operation."""

    def __init__(self, practice_id: Any, chance: random.Random) -> None:
        self.by = staff(practice_id, "scheduler", "Theo Brandt")
        self.chance = chance
        with practice_scope(practice_id):
            self.providers = list(
                Provider.objects.filter(is_active=True).select_related("site").order_by("pk")
            )
            self.types = {kind.code: kind for kind in VisitType.objects.filter(is_active=True)}
            self.panels: dict[Any, list[Patient]] = {}
            patients = Patient.objects.filter(status="active").order_by("pk")[:4000]
            for patient in patients:
                self.panels.setdefault(patient.provider_id, []).append(patient)

    def fill(self, on: date, start: datetime, end: datetime, share: float) -> int:
        """Book a share of every provider's time between two instants; return how many visits."""
        booked = 0
        for provider in self.providers:
            at = start
            while at < end - timedelta(minutes=20):
                if self.chance.random() > share:
                    at += timedelta(minutes=20)
                    continue
                patient, kind = self._choose(provider, on)
                booked += self._book(patient, kind, provider, at, on)
                at += timedelta(minutes=max(20, kind.minutes))
        return booked

    def _choose(self, provider: Provider, on: date) -> tuple[Patient, VisitType]:
        patient = self.chance.choice(self.panels[provider.pk])
        group = folk.group_of(patient.birth_date, on)
        fitting = [
            (facts.code, facts.weight + (20 if facts.code in SHORT else 0))
            for facts in office.VISIT_TYPES
            if (facts.ages in ("all", group) or (facts.ages, group) == ("adult", "senior"))
            and not facts.is_new
        ]
        return patient, self.types[folk.weighted(fitting, self.chance)]

    def _book(
        self, patient: Patient, kind: VisitType, provider: Provider, at: datetime, on: date
    ) -> int:
        asked = min(now(), at) - timedelta(days=self.chance.randint(1, 20))
        reason = self.chance.choice(office.REASONS.get(kind.code, [kind.name]))
        try:
            scheduling.book(
                patient, visit_type=kind, provider=provider, site=provider.site, starts_at=at,
                at=asked, reason=reason, by=self.by,
            )  # fmt: skip
        except Refused:
            return 0
        return 1


def book_ahead(world: World, *, chance: random.Random, progress: Progress) -> None:
    """Fill the coming two weeks, thinner the further away."""
    book = Book(world.practice.pk, chance)
    site = next(iter(world.sites.values()))
    days = [today(site) + timedelta(days=ahead) for ahead in range(1, AHEAD_DAYS)]
    days = [day for day in days if day.weekday() < 5]
    task = progress.add_task("The days ahead", total=len(days))
    for number, day in enumerate(days):
        start = at_wall(site, day, office.OPENS).astimezone(UTC)
        end = at_wall(site, day, office.CLOSES).astimezone(UTC)
        book.fill(day, start, end, 0.62 * 0.84**number)
        progress.advance(task)


def live_today(world: World, *, chance: random.Random, progress: Progress) -> None:
    """Open today around the present hour, book it full, and live it up to now."""
    _live(world.practice.pk, chance, progress)


def catch_up() -> None:
    """Make today busy again, when the demo was made on an earlier day."""
    with practice_scope(EVERY_PRACTICE):
        practice = Practice.objects.filter(is_demo=True).first()
    if practice is None:
        return
    with practice_scope(practice.pk):
        site = Site.objects.order_by("pk").first()
        if site is None:
            return
        opens, closes = day_bounds(site, today(site))
        here = Appointment.objects.filter(starts_at__gte=opens, starts_at__lt=closes)
        is_busy = here.filter(visit__isnull=False).exists()
    if not is_busy:
        chance = random.Random(today(site).toordinal())  # noqa: S311 - made-up people
        with Progress(disable=True) as progress:
            _live(practice.pk, chance, progress)


def tell_sandbox(world: World) -> None:
    """Write the training payer's world: the same payers, plans and members as the office holds."""
    folder = settings.VAR / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "world.json").write_text(json.dumps(sandbox_world(world.practice.pk), indent=1))


def sandbox_world(practice_id: Any) -> dict[str, Any]:
    """Return what the training payer knows of this practice's patients."""
    with practice_scope(practice_id):
        policies = list(
            Policy.objects.filter(is_active=True).select_related(
                "patient", "subscription__plan__payer", "subscription__holder"
            )
        )
    chance = random.Random(11)  # noqa: S311 - made-up accumulators
    members = [_member_told(policy, chance) for policy in policies]
    return {
        "payers": [_payer_told(facts) for facts in office.PAYERS],
        "plans": [_plan_told(facts) for facts in office.PAYERS],
        "members": members + _covered_elsewhere(members),
    }


def _covered_elsewhere(members: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Let every second one whose plan ended be found with another payer that looks by name."""
    finding = [one.payer_id for one in office.PAYERS if one.filing_indicator in office.FIND_BY_NAME]
    ended = [one for one in members if one["ends"] and one["relationship"] == "18"]
    return [
        {**one, "id": f"N{one['id'][1:]}", "plan": f"{other}-1", "ends": None}
        for one in ended[::2]
        if (other := next((key for key in finding if f"{key}-1" != one["plan"]), None))
    ]


def _payer_told(facts: office.PayerFacts) -> dict[str, Any]:
    charges = {code: dollars for code, _, dollars, *_ in office.CHARGES}
    fees = {code: str(allowed(facts, office.dollars(dollars))) for code, dollars in charges.items()}
    return {
        "id": facts.payer_id, "name": facts.name, "allowed_ratio": str(facts.ratio),
        "allowed": fees, "filing_days": facts.filing_days,
        "finds_by_name": facts.filing_indicator in office.FIND_BY_NAME,
    }  # fmt: skip


def _plan_told(facts: office.PayerFacts) -> dict[str, Any]:
    visit: dict[str, Any] = {"copay": str(facts.copay)} if facts.copay else {}
    services: dict[str, Any] = {
        "98": visit,
        "A3": {"copay": "0.00", "coinsurance": "0", "deductible_applies": False},
    }
    return {
        "id": f"{facts.payer_id}-1", "payer": facts.payer_id, "name": facts.plan,
        "group": f"{facts.payer_id}-100", "deductible": str(facts.deductible),
        "out_of_pocket": str(facts.out_of_pocket) if facts.out_of_pocket else None,
        "coinsurance": str(facts.coinsurance), "services": services,
        "code_services": {**dict.fromkeys(office.FREE, "A3"), "Z96": "5", "Z97": "2"},
        "needs_authorization": office.NEEDS_AUTHORIZATION.get(facts.payer_id, []),
        "not_covered": office.NOT_COVERED.get(facts.payer_id, []),
        "reviews": {"Z9720": "A4", "Z9730": "A2"}, "review_seconds": 900,
    }  # fmt: skip


def _member_told(policy: Policy, chance: random.Random) -> dict[str, Any]:
    patient, subscription = policy.patient, policy.subscription
    ended = chance.random() < 0.02
    year = today(Site(time_zone="America/New_York")).year
    return {
        "id": subscription.member_id, "plan": f"{subscription.plan.payer.payer_id}-1",
        "last": patient.last_name, "first": patient.first_name,
        "born": patient.birth_date.isoformat(), "sex": patient.sex,
        "relationship": policy.relationship, "begins": f"{year}-01-01",
        "ends": f"{year}-06-30" if ended else None,
        "deductible_used": str(chance.choice([0, 0, 60, 140, 257, 500])) + ".00",
    }  # fmt: skip


def _live(practice_id: Any, chance: random.Random, progress: Progress) -> None:
    by = staff(practice_id, "clock", "Frontdesk")
    with practice_scope(practice_id):
        sites = list(Site.objects.filter(is_active=True).order_by("pk"))
        rooms = {site.pk: list(Room.objects.filter(site=site, is_active=True)) for site in sites}
    at = now()
    start, end = _span(sites[0], at)
    open_today(sites, start, end, by=by)
    on = today(sites[0])
    Book(practice_id, chance).fill(on, start, end, 0.8)
    ask_together(practice_id, start, by=by)
    with world_of_payers(practice_id):
        run_jobs()
        floor.learn(practice_id)
        _move_along(practice_id, sites, rooms, at, chance, progress)
        run_jobs()
    floor.stir(practice_id, chance)


def ask_together(practice_id: Any, since: datetime, *, by: Any) -> None:
    """Ask the payers about every insured visit that was booked in one batch, not one by one.

    The others keep the job that their booking queued: somebody owes them an estimate.
    """
    with practice_scope(practice_id):
        booked = Appointment.objects.filter(status="booked", starts_at__gte=since)
        insured = booked.filter(patient__policies__is_active=True).distinct()
        visits = list(insured.select_related("patient", "site", "visit_type"))
        told = {str(visit.pk) for visit in visits}
    jobs = DBTaskResult.objects.ready().filter(task_path=ask_about_coverage.module_path)
    for job in jobs:
        if set(job.args_kwargs["args"]) & told:
            job.delete()
    days = [(visit, local(visit.site, visit.starts_at).date()) for visit in visits]
    due = [
        coverage.Due(visit.pk, visit.patient, on, visit.visit_type.service_types)
        for visit, on in days
    ]
    coverage.reverify(due, at=now(), today=now().date(), by=by)


def _span(site: Site, at: datetime) -> tuple[datetime, datetime]:
    opens, closes = day_bounds(site, today(site))
    start = max(opens, at - BEFORE)
    end = min(closes - timedelta(minutes=5), at + AFTER)
    minute = timedelta(minutes=start.minute % 20, seconds=start.second)
    start = start - minute - timedelta(microseconds=start.microsecond)
    return max(start, opens).astimezone(UTC), end.astimezone(UTC)


@operation("scheduling.templates")
def open_today(sites: list[Site], start: datetime, end: datetime, *, by: Any) -> None:
    """Open the sites around the present hour, today only for the providers' sessions."""
    for site in sites:
        zone_start, zone_end = (_wall(site, instant) for instant in (start, end))
        on = today(site)
        held = Hours.objects.filter(site=site, weekday=on.weekday())
        if not held.filter(opens__lte=zone_start, closes__gte=zone_end).exists():
            for hours in held:
                hours.opens, hours.closes = (
                    min(hours.opens, zone_start),
                    max(hours.closes, zone_end),
                )
                hours.save()
            if not held.exists():
                Hours.objects.create(
                    site=site, weekday=on.weekday(), opens=zone_start, closes=zone_end
                )
        for provider in Provider.objects.filter(site=site, is_active=True):
            Session.objects.create(
                provider=provider, site=site, weekday=on.weekday(), starts=zone_start,
                ends=zone_end, from_on=on, until_on=on + timedelta(days=1),
            )  # fmt: skip


def _wall(site: Site, instant: datetime) -> Any:
    return local(site, instant).time().replace(second=0, microsecond=0)


def _move_along(
    practice_id: Any, sites: list[Site], rooms: dict[Any, list[Room]], at: datetime,
    chance: random.Random, progress: Progress,
) -> None:  # fmt: skip
    crew = Office.of(practice_id, chance)
    with practice_scope(practice_id):
        opens, closes = day_bounds(sites[0], today(sites[0]))
        due = list(
            Appointment.objects.filter(
                starts_at__gte=opens, starts_at__lt=min(closes, at + timedelta(minutes=12)),
                status="booked",
            ).select_related("patient", "provider", "site", "visit_type", "room")
            .order_by("starts_at", "pk")
        )  # fmt: skip
    task = progress.add_task("Today, up to now", total=len(due))
    for appointment in due:
        _bring_to_now(crew, appointment, rooms[appointment.site_id], at)
        progress.advance(task)


def _bring_to_now(crew: Office, appointment: Appointment, rooms: list[Room], at: datetime) -> None:
    if crew.chance.random() < 0.06:
        return  # late, or will not come
    moment = appointment.starts_at - timedelta(minutes=crew.chance.randint(2, 14))
    if moment > at:
        return
    visit = crew.arrive(appointment, moment)
    order = sorted(rooms, key=lambda room: room.pk != appointment.room_id)
    steps: list[tuple[int, int, Callable[[datetime], Any]]] = [
        (2, 6, lambda then: crew.check_in(visit, then)),
        (6, 14, lambda then: crew.room(visit, order, then)),
        (4, 11, lambda then: crew.see(visit, then)),
        (9, appointment.visit_type.minutes + 4, lambda then: crew.sign(visit, then)),
        (3, 8, lambda then: crew.check_out(visit, then)),
    ]
    for least, most, step in steps:
        moment += timedelta(minutes=crew.chance.randint(least, most))
        if moment > at or step(moment) is False:
            return


@contextmanager
def world_of_payers(practice_id: Any) -> Iterator[str]:
    """Start the training payer for a while, knowing this practice's patients; give its address."""
    state = settings.VAR / "sandbox"
    state.mkdir(parents=True, exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder) / "world.json"
        world.write_text(json.dumps(sandbox_world(practice_id)))
        command = [
            sys.executable, "-m", "frontdesk.sandbox", "--port", str(port), "--state", str(state),
            "--world", str(world),
        ]  # fmt: skip
        process = subprocess.Popen(  # noqa: S603 - our own program
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        before = settings.CLEARINGHOUSE_URL
        settings.CLEARINGHOUSE_URL = f"http://127.0.0.1:{port}"
        try:
            _wait_for(settings.CLEARINGHOUSE_URL)
            yield settings.CLEARINGHOUSE_URL
        finally:
            settings.CLEARINGHOUSE_URL = before
            process.terminate()
            process.wait(timeout=10)


def _wait_for(address: str) -> None:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=2):  # noqa: S310
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise RuntimeError("The sandbox payer did not start.")


def run_jobs() -> None:
    """Run everything that waits, here and now."""
    from django_tasks_db.management.commands.db_worker import Worker

    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False,
        max_tasks=None, worker_id="demo", excluded_queue_names=[],
    ).run()  # fmt: skip
