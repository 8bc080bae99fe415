"""Run inside an office's environment: send requests through every middleware, count CPU."""

import io
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django

TIMES = 40
DIAGNOSES = ("E11.9", "M54", "type 2 diabetes", "low back pain", "fracture left wrist", "hyperten")


def main() -> None:
    """Print the median CPU milliseconds of each request, as JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontdesk.config.settings")
    django.setup()
    with redirect_stdout(io.StringIO()):
        figures = _figures()
    sys.stdout.write(json.dumps(figures))


def _figures() -> dict[str, Any]:
    desk = Desk()
    return {
        "day board page": timed(desk.board_anew),
        "day board page, unchanged": timed(desk.board),
        "patient search": timed(desk.search),
        "diagnosis search": timed(desk.diagnosis),
        "booking": timed(desk.book),
        "check-in": timed(desk.check_in),
        "charge and payment": timed(desk.charge_and_pay),
    }


def timed(request: Callable[[], Callable[[], Any]]) -> dict[str, Any]:
    """Time what `request` returns, `TIMES` times after warming up; it prepares untimed."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(5):
        request()()
    spent = []
    for _ in range(TIMES):
        act = request()
        start = time.process_time()
        act()
        spent.append((time.process_time() - start) * 1000)
    act = request()
    with CaptureQueriesContext(connection) as queries:
        act()
    return {"ms": statistics.median(spent), "times": TIMES, "queries": len(queries)}


class Desk:
    """A receptionist's browser, without the network."""

    def __init__(self) -> None:
        from django.conf import settings
        from django.test import Client

        from frontdesk.core.scoping import EVERY_PRACTICE, practice_scope
        from frontdesk.demo import living
        from frontdesk.demo.logins import PASSWORD
        from frontdesk.demo.visiting import Office, staff
        from frontdesk.staff.models import Member

        settings.ALLOWED_HOSTS = ["*"]
        living.catch_up()
        with practice_scope(EVERY_PRACTICE):
            member = Member.objects.select_related("user").get(user__email="grace@demo.example")
        self.practice_id = member.practice_id
        self.client = Client()
        answer = self.client.post(
            "/account/login/", {"login": member.user.email, "password": PASSWORD}
        )
        assert answer.status_code == 302, "The measured office let nobody in."
        self.by = staff(self.practice_id, "manager", "Grace Kim")
        self.chance = random.Random(3)
        self.crew = Office.of(self.practice_id, self.chance)
        self.book_of = living.Book(self.practice_id, self.chance)
        self.slots = self._slots()

    def get(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer

    def board(self) -> Callable[[], Any]:
        return lambda: self.get("/")

    def board_anew(self) -> Callable[[], Any]:
        """The board after somebody has just arrived: nothing of it is at hand."""
        self.check_in()()
        return self.board()

    def search(self) -> Callable[[], Any]:
        from frontdesk.core.scoping import practice_scope
        from frontdesk.people.models import Patient

        with practice_scope(self.practice_id):
            patient = Patient.objects.order_by("?").first()
        assert patient
        typed = self.chance.choice(
            [patient.last_name[:5], f"{patient.first_name} {patient.last_name}",
             f"{patient.last_name}, {patient.first_name[:3]}", patient.chart_number,
             patient.birth_date.strftime("%m/%d/%Y"), patient.mobile_phone[-7:]]
        )  # fmt: skip
        return lambda: self.client.get("/search/", {"q": typed}, headers={"HX-Request": "true"})

    def diagnosis(self) -> Callable[[], Any]:
        """A code or a few words, looked for in the whole of ICD-10-CM."""
        typed = self.chance.choice(DIAGNOSES)
        path = "/codes/diagnoses/"
        return lambda: self.client.post(path, {"q": typed}, headers={"HX-Request": "true"})

    def book(self) -> Callable[[], Any]:
        from frontdesk.core.clock import now
        from frontdesk.scheduling import operations

        provider, starts_at = next(self.slots)
        patient = self.chance.choice(self.book_of.panels[provider.pk])
        kind = self.book_of.types["follow-up"]
        return lambda: operations.book(
            patient, kind, provider, provider.site, starts_at, now(), by=self.by
        )

    def check_in(self) -> Callable[[], Any]:
        appointment = self.book()()
        path = f"/visits/of/{appointment.pk}/arrive/"
        return lambda: self.client.post(path, headers={"HX-Request": "true"})

    def charge_and_pay(self) -> Callable[[], Any]:
        from frontdesk.core.clock import now
        from frontdesk.core.keys import new_key
        from frontdesk.ledger import operations as ledger
        from frontdesk.ledger.rules import Line

        provider, _ = next(self.slots)
        patient = self.chance.choice(self.book_of.panels[provider.pk])
        key = new_key().hex  # a second run on the same office posts anew

        def act() -> None:
            line = Line(
                "income.services", "receivable.patient", Decimal("148.00"), "charge",
                patient_id=patient.pk, provider_id=provider.pk, site_id=provider.site_id,
            )  # fmt: skip
            ledger.post(
                kind="charge", key=f"bench:{key}", lines=[line], on=now().date(), at=now(),
                memo="Measured", by=self.by,
            )  # fmt: skip
            ledger.take_payment(
                patient, amount=Decimal("148.00"), method="cash", kind="balance",
                site=provider.site, key=key, at=now(), by=self.by,
            )  # fmt: skip

        return act

    def _slots(self) -> Any:
        from frontdesk.core.clock import at_wall, today
        from frontdesk.demo import office

        day = 30 + int(time.time()) % 5000  # so that a second run finds free days too
        while True:
            for provider in self.book_of.providers:
                on = today(provider.site) + timedelta(days=day)
                if on.weekday() < 5:
                    start = at_wall(provider.site, on, office.OPENS)
                    for number in range(3, 15):  # nine to one: the rest is kept in part
                        yield provider, start + timedelta(minutes=20 * number)
            day += 1


if __name__ == "__main__":
    main()
