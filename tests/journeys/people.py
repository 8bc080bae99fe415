"""Who works in the office of the journeys, what it charges, and the payer it speaks to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django_tasks_db.models import DBTaskResult
from playwright.sync_api import Page, expect

from frontdesk.coding.models import ChargeItem, Diagnosis, Fee, FeeSchedule
from frontdesk.core.clock import now
from frontdesk.demo.living import run_jobs
from frontdesk.practice.models import Room
from frontdesk.records import operations as records
from frontdesk.sandbox import examples
from frontdesk.scheduling.models import Session
from frontdesk.staff.models import Provider
from frontdesk.visits import operations as visits
from frontdesk.visits.models import Stage
from tests.browser import DESKTOP, settled, sign_in
from tests.clinic import NPIS, Clinic

PICTURES = os.environ.get("FRONTDESK_PICTURES")  # a folder for pictures of the main screens
CHARGES = (  # the code, its words, our price, and what the plan allows
    ("Z9213", "Office visit, known patient, 20 min", "98.00", "56.84"),
    ("Z9630", "Finger-stick sugar", "18.00", "10.44"),
)
NAMES = {
    "receptionist": "Maria Santos",
    "assistant": "Sam Whitfield",
    "provider": "Ada Okafor",
    "biller": "Omar Haddad",
}
NEIGHBOURS = (
    "Denise Fairbanks, Priya Raman, Caleb Thornquist, June Hallowell, Arjun Mehta, Beatrix Novak, "
    "Samuel Ibarra, Leon Castellane, Marguerite Dufour, Hana Suzuki, Gideon Marsh, Ingrid Solberg, "
    "Yolanda Pruitt, Marcus Delacroix, Fatima Haddad, Wilhelmina Grant, Ada Kowalczyk, Jerome Pike"
)
DIAGNOSES = {
    "E11.9": "Type 2 diabetes mellitus without complications",
    "E11.65": "Type 2 diabetes mellitus with hyperglycemia",
    "I10": "Essential (primary) hypertension",
}


def payers() -> dict[str, Any]:
    """Return the training payers, to whom a finger-stick is a laboratory test."""
    world = deepcopy(examples.WORLD)
    for plan in world["plans"]:
        plan["code_services"] = {"Z96": "5"}
    return world


def furnish(clinic: Clinic) -> None:
    """Give the office consent forms, diagnoses, charges and prices, and a payer."""
    records.add_starter_forms(by=clinic.anybody())
    Diagnosis.objects.bulk_create(Diagnosis(code=c, description=d) for c, d in DIAGNOSES.items())
    payer = clinic.payer(name="Demo Blue PPO")
    with clinic.writing():
        clinic.site.time_zone = where_it_is_ten()
        clinic.site.save()
        schedule = FeeSchedule.objects.create(name="Fees", starts_on=date(2020, 1, 1))
        payer.allowed = FeeSchedule.objects.create(
            name="Demo Blue PPO", kind=FeeSchedule.Kind.CONTRACT, starts_on=date(2020, 1, 1)
        )
        payer.save()
        for code, words, ours, theirs in CHARGES:
            ChargeItem.objects.create(code=code, description=words, is_favorite=True)
            Fee.objects.create(schedule=schedule, code=code, amount=Decimal(ours))
            Fee.objects.create(schedule=payer.allowed, code=code, amount=Decimal(theirs))
    if PICTURES:
        crowd(clinic)


def crowd(clinic: Clinic) -> None:
    """Fill the office with others, so that its pictures look like a morning at work."""
    by, at = clinic.anybody(), now()
    with clinic.writing():
        others = [
            Provider.objects.create(
                first_name=first, last_name=last, credential="MD", npi=next(NPIS), site=clinic.site
            )
            for first, last in (("Ruth", "Lindqvist"), ("Daniel", "Reyes"))
        ]
        for provider in others:
            Session.objects.bulk_create(
                Session(
                    practice_id=clinic.practice.pk, provider=provider, site=clinic.site,
                    weekday=weekday, starts=time(8), ends=time(17), from_on=date(2020, 1, 1),
                )
                for weekday in range(7)
            )  # fmt: skip
        rooms = [Room.objects.create(site=clinic.site, name=f"Room {n}") for n in range(3, 9)]
    steps = (Stage.ROOMED, Stage.WITH_PROVIDER, Stage.CHECK_OUT, Stage.GONE)
    for place, name in enumerate(NEIGHBOURS.split(", ")):
        first, last = name.split()
        born = date(1951 + 53 * place % 60, 1 + place % 12, 1 + 7 * place % 28)
        patient = clinic.patient(first, last, birth_date=born)
        minutes = 5 * (place // 2 * 4 - 21)  # every provider has one each twenty minutes
        starts_at = at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)
        booked = clinic.booked(at=starts_at + timedelta(minutes=minutes), patient=patient)
        with clinic.writing():
            booked.provider, booked.room = others[place % 2], rooms[place % 6]
            booked.save()
        if minutes > 10:
            continue
        came = min(booked.starts_at - timedelta(minutes=6), at)
        visit = visits.arrive(booked, at=came, by=by)
        for number, stage in enumerate(steps[: max(0, (at - came).seconds // 60 // 18)]):
            room = rooms[place % 6] if stage == Stage.ROOMED else None
            moment = came + timedelta(minutes=8 + 14 * number)
            visits.move(visit, stage, room=room, at=moment, by=by)


def where_it_is_ten() -> str:
    """Name a time zone in which it is ten in the morning now, or eleven, on the date of UTC.

    So the office is open at whatever hour the journey is made, by the clock of the browser too.
    """
    west = min(now().hour - 10, 12)
    return f"Etc/GMT{west:+d}"  # what lies west of Greenwich has a plus there


class Staff:
    """Those who work here: each signs in at a window of their own and leaves when done."""

    def __init__(
        self, clinic: Clinic, live_server: Any, new_page: Callable[..., Page], size: dict[str, int]
    ) -> None:
        self.size = size
        self.url = live_server.url
        self._server, self._new_page = live_server, new_page
        self._members = {
            role: clinic.member(role, provider=clinic.provider if role == "provider" else None)
            for role in NAMES
        }
        with clinic.writing():
            for role, member in self._members.items():
                member.name = NAMES[role]
                member.save()
        self.provider, self._site = clinic.provider, clinic.site

    @contextmanager
    def at_work(self, role: str) -> Iterator[Page]:
        """Give the page of somebody, who is signed in; what they left to the machine is done."""
        page = sign_in(self._new_page(self.size), self._server, self._members[role], self._site)
        self.open(page, "/")
        yield page
        self.work(page)
        page.close()

    def open(self, page: Page, path: str) -> Page:
        """Open a page and wait until it is quiet; it must fit its window."""
        if page.url.startswith(self.url):
            settled(page)  # what was pressed before has been answered
        page.goto(self.url + path)
        return self.whole(page)

    def whole(self, page: Page) -> Page:
        """Wait until a page is quiet; it must fit its window."""
        settled(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        return page

    def work(self, page: Page) -> None:
        """Let the worker do what waits, while nobody asks anything of the server."""
        here = page.url
        settled(page)
        page.goto("about:blank")
        run_jobs()
        assert list(DBTaskResult.objects.failed().values_list("task_path", "traceback")) == []
        page.goto(here)
        self.whole(page)

    def picture(self, page: Page, name: str) -> None:
        """Keep a picture of a main screen at a desk, where a folder for them is named."""
        if PICTURES and self.size == DESKTOP:
            page.mouse.move(0, 0)
            settled(page)
            page.screenshot(path=Path(PICTURES) / f"{name}.png")


def pick(page: Page, field: str, text: str, option: str) -> None:
    """Find as one types, and choose."""
    page.locator(f"#{field}-text").press_sequentially(text)
    page.locator(f"#{field}-list").get_by_role("option", name=option).click()


def says(page: Page, text: str) -> None:
    """Wait until the main part of the page, or its drawer, says so."""
    expect(page.locator("#main")).to_contain_text(text)
