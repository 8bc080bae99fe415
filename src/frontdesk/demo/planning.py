"""The demo's visits for later: series, a family, orders that are due, a recall, reasons."""

import random
from contextlib import suppress
from datetime import time, timedelta
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.people.models import Patient
from frontdesk.practice import operations as practice
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, PlannedVisit, VisitType
from frontdesk.scheduling.queries import recall, series, together
from frontdesk.scheduling.rules.series import dates
from frontdesk.staff.models import Provider

VIDEO = "https://meet.aldercreek.example/{visit}"
ORDERED = (
    "Recheck blood pressure", "A1c and medication check", "Wound check", "Thyroid labs",
    "Inhaler technique", "Weight and diet", "Pain after injection",
)  # fmt: skip
SQUEEZED = ("Fever, the provider asked for it", "Sent over by the hospital", "Forms due today")
SERIES, LISTED, RECALLED = 4, 16, 48
MONTHS = 12


def live_planning(practice_id: UUID, *, chance: random.Random) -> None:
    """Repeat some visits, bring a family in, plan what was ordered, recall who is due."""
    desk = staff(practice_id, "scheduler", "Theo Brandt")
    manager = staff(practice_id, "manager", "Grace Osei")
    with practice_scope(practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk")[0]
        types = {kind.code: kind for kind in VisitType.objects.filter(is_active=True)}
        people = list(
            Patient.objects.filter(status=Patient.Status.ACTIVE, provider__isnull=False)
            .select_related("provider__site", "site")
            .order_by("pk")[:600]
        )
        chance.shuffle(people)
        _set_up(types, manager)
        for patient in people[:SERIES]:
            _repeat(patient, types["follow-up"], chance, desk)
        _family(people, types, site, desk)
        for patient in people[SERIES : SERIES + LISTED]:
            _order(patient, types["follow-up"], site, chance, desk)
        _recall(chance, by=desk)
        _squeeze_in(
            people[SERIES + LISTED :], types.get("sick") or types["follow-up"], site, manager
        )


def _set_up(types: dict[str, VisitType], by: Actor) -> None:
    practice.change_practice({"video_link": VIDEO}, by=by)
    for words in (words for group in recall.REASONS.values() for words in group):
        operations.save_cancel_reason(None, {"words": words}, by=by)
    physical = types.get("physical") or types.get("annual") or types["follow-up"]
    said = {"name": "Annual physical", "visit_type": physical, "months": MONTHS, "from_age": 18}
    operations.save_recall_rule(None, {**said, "counts": []}, by=by)


def _repeat(patient: Patient, kind: VisitType, chance: random.Random, by: Actor) -> None:
    """Book six weeks of visits at one time; what is taken is left to the list."""
    provider = patient.provider
    if provider is None:
        return
    site = provider.site
    first = today(site) + timedelta(days=chance.randint(3, 9))
    first += timedelta(days=-first.weekday() % 7 if first.weekday() > 4 else 0)
    days = dates(first, every=chance.choice([1, 1, 2]), unit="week", times=6)
    wall = time(chance.choice([8, 9, 10, 14, 15]), chance.choice([0, 20, 40]))
    shown = series.preview(series.Asked(patient, kind, provider, site, wall, days), now())
    said = []
    for line in shown.lines:
        one = line.opening or (line.instead[0] if line.instead and not line.is_closed else None)
        said.append(
            operations.Date(
                line.planned_on,
                one.starts_at if one else None,
                one.provider if one else None,
                site,
                left_out="" if one else line.why, is_listed=not one,
            )
        )  # fmt: skip
    try:
        operations.book_series(patient, kind, said, only_free=True, at=now(), by=by)
    except Refused:
        return


def _squeeze_in(people: list[Patient], kind: VisitType, site: Site, by: Actor) -> None:
    """Book some beside others in the next days, each with its reason."""
    coming = Appointment.objects.filter(
        site=site, status=Appointment.Status.BOOKED, starts_at__gt=now() + timedelta(days=1)
    )
    taken = coming.select_related("provider").order_by("starts_at", "pk")[:40:15]
    for patient, because, beside in zip(people, SQUEEZED, taken, strict=False):
        with suppress(Refused):
            operations.double_book(
                patient, kind, beside.provider, site, beside.starts_at, now(),
                because=because, by=by,
            )  # fmt: skip


def _family(people: list[Patient], types: dict[str, VisitType], site: Site, by: Actor) -> None:
    """Bring the first household with several children in, one after the other."""
    homes: dict[UUID, list[Patient]] = {}
    for patient in people:
        if patient.guarantor_id:
            homes.setdefault(patient.guarantor_id, []).append(patient)
    home = max(homes.values(), key=len, default=[])[:3]
    if len(home) < 2:
        return
    parts = [together.Part(one, types["follow-up"]) for one in home]
    from_on = today(site) + timedelta(days=2)
    asked = together.propose(parts, together.AFTER, site, from_on=from_on, days=14, at=now())
    found = asked.proposals
    if found:
        several = [
            operations.One(part.patient, part.visit_type, one.provider, one.site, one.starts_at)
            for part, one in zip(parts, found[0].openings, strict=True)
        ]
        operations.book_together(several, at=now(), by=by)


def _order(patient: Patient, kind: VisitType, site: Site, chance: random.Random, by: Actor) -> None:
    """Plan what a provider ordered some weeks ago: some due now, some overdue, some later."""
    on = today(site)
    due_on = on + timedelta(days=chance.choice([-5, 0, 2, 5, 9, 14, 40, 90]))
    provider: Provider | None = patient.provider
    operations.plan_visit(
        patient, kind, source=PlannedVisit.Source.ORDER, due_on=due_on,
        from_on=due_on - timedelta(days=4), until_on=due_on + timedelta(days=4),
        provider=provider, site=provider.site if provider else None,
        because=chance.choice(ORDERED), at=now() - timedelta(days=30), by=by,
    )  # fmt: skip


@operation("scheduling.plan")
def _recall(chance: random.Random, *, by: Actor) -> None:
    """Fill the recall list as the night does, and call some of those on it."""
    operations.fill_recalls(at=now(), by=by)
    rows = list(PlannedVisit.objects.filter(source="recall").order_by("-due_on", "pk"))
    for one in rows[RECALLED:]:  # long ago: a new office has declined these before
        operations.end_planned(one, because="Asked before Frontdesk came", at=now(), by=by)
    for one in rows[:RECALLED]:
        if chance.random() < 0.25:
            operations.note_planned_call(one, at=now() - timedelta(days=3), by=by)
