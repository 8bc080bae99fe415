"""The demo practice's figures: habits, a learned risk, access, a draft that was tried out."""

import contextlib
import random
from datetime import date, time, timedelta
from typing import Any

from django.db.models import Count

from frontdesk.core.clock import at_wall, now, today
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling import operations
from frontdesk.scheduling.jobs import lab
from frontdesk.scheduling.models import AccessDay, Appointment, TemplateDraft, VisitType
from frontdesk.scheduling.rules.lab import Stint
from frontdesk.staff.models import Provider

HISTORY_DAYS = 84
LEAST, MOST = 0.015, 0.5


def chance_of_missing(patient_key: Any, lead_days: float) -> float:
    """Return how likely a made-up visit is missed: people have habits, and far-off days are."""
    habit = (patient_key.int >> 3) % 97 / 97  # the same for a patient each time
    base = 0.02 + 0.0028 * min(lead_days, 40)
    return float(min(max(base * (0.35 + 5.2 * habit**3), LEAST), MOST))


def learn(practice_id: Any, chance: random.Random) -> None:
    """Learn the risk, count access with the weeks before, and try a draft."""
    by = staff(practice_id, "manager", "Grace Kim")
    clock = staff(practice_id, "clock", "Frontdesk")
    operations.fit_risk(at=now(), by=clock)
    operations.take_access(at=now(), by=clock)
    remember_access(chance, by=clock)
    _try_out(practice_id, by)
    _fill_a_morning(practice_id, chance)


@operation("scheduling.figures")
def remember_access(chance: random.Random, *, by: Any) -> None:
    """Make the snapshots of the weeks before, around what is counted today."""
    rows = []
    for day in AccessDay.objects.select_related("site"):
        for back in range(1, HISTORY_DAYS):
            on = day.on - timedelta(days=back)
            if on.weekday() < 5:
                rows.append(_earlier(day, on, back, chance))
    AccessDay.objects.bulk_create(rows)


def _earlier(day: AccessDay, on: date, back: int, chance: random.Random) -> AccessDay:
    figures = []
    for one in day.figures:
        known = one["third_next"]
        drift = round(chance.gauss(1.5 - back / 40, 1.2))
        third = None if known is None else max(known + drift, 0)
        figures.append({**one, "third_next": third})
    return AccessDay(
        site=day.site, on=on, taken_at=day.taken_at - timedelta(days=back), figures=figures
    )


def _fill_a_morning(practice_id: Any, chance: random.Random) -> None:
    """Fill one morning with people who often stay away, so that one more visit is worth it."""
    by = staff(practice_id, "scheduler", "Theo Brandt")
    with practice_scope(practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk").first()
        provider = Provider.objects.filter(site=site, is_active=True).order_by("pk").last()
        kind = VisitType.objects.filter(code="follow-up").first()
        rows = Appointment.objects.filter(status="no_show", provider__site=site)
        often = rows.values("patient_id").annotate(missed=Count("pk")).order_by("-missed")[:30]
        patients = list(Patient.objects.filter(pk__in=[row["patient_id"] for row in often]))
    if site is None or provider is None or kind is None:
        return
    ahead = next(n for n in range(2, 7) if (today(site) + timedelta(days=n)).weekday() < 5)
    start = at_wall(site, today(site) + timedelta(days=ahead), time(8))
    chance.shuffle(patients)
    for number, patient in enumerate(patients):
        starts = start + timedelta(minutes=kind.minutes * (number % 16))
        if starts >= start + timedelta(hours=4):
            continue
        with contextlib.suppress(Refused):
            booked = starts - timedelta(days=chance.randint(25, 40))
            operations.book(patient, kind, provider, site, starts, booked, by=by)


def _try_out(practice_id: Any, by: Any) -> None:
    with practice_scope(practice_id):
        site = Site.objects.filter(is_active=True).order_by("pk").first()
        provider = Provider.objects.filter(site=site, is_active=True).order_by("pk").first()
    if site is None or provider is None:
        return
    draft = operations.copy_template(
        f"{provider.last_name}: longer Mondays, no Fridays", site, provider, at=now(), by=by
    )
    _change(draft, by)
    with practice_scope(practice_id):
        draft = TemplateDraft.objects.select_related("site", "provider").get(pk=draft.pk)
    replay = operations.ask_replay(draft, at=now(), by=by)
    lab.play.call(str(practice_id), str(replay.pk))


def _change(draft: TemplateDraft, by: Any) -> None:
    on = today(draft.site)
    stints = [Stint.of(one) for one in draft.sessions]
    for number in reversed(range(len(stints))):
        if stints[number].weekday == 4 and on.weekday() != 4:
            operations.drop_stint(draft, number, by=by)
    last = [one for one in stints if one.weekday == 0]
    if last and last[-1].ends < "18:30":
        number = stints.index(last[-1])
        kept = last[-1].plain() | {"ends": "18:30"}
        operations.save_stint(draft, number, Stint.of(kept), by=by)
