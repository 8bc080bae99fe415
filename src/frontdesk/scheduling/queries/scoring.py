"""Which openings are the best for a patient, and why, in a few words each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.search import NOON
from frontdesk.solver import score
from frontdesk.solver.openings import CELL_MINUTES

if TYPE_CHECKING:
    from frontdesk.scheduling.queries.openings import Opening, Source

LOOKED_AT, SHOWN = 200, 4
PAST_VISITS = 8  # that tell what somebody is used to
USUAL = 0.6  # of them in one part of the day make it the usual one


@dataclass(frozen=True, slots=True)
class Habits:
    """What a patient is used to, from their chart and their last visits."""

    last_provider: UUID | None = None
    usual_provider: UUID | None = None
    usual_site: UUID | None = None
    mornings: bool | None = None  # None: no habit


def best(
    rows: Sequence["tuple[Source, UUID, datetime]"], patient: Patient | None, from_on: date
) -> "list[Opening]":
    """Return the best few of the starts, the best first, each with what speaks for it."""
    habits = habits_of(patient)
    shortest = shortest_cells(rows[0][0]) if rows else 1
    scored = []
    for source, provider_id, when in rows:
        scored.append(score.points(_facts(source, provider_id, when, habits, from_on, shortest)))
    order = score.best([(total, place) for place, (total, _) in enumerate(scored)], SHOWN)
    found = []
    for place in order:
        total, names = scored[place]
        source, provider_id, when = rows[place]
        because = [_words(name) for name in names] + ([_("the soonest")] if place == 0 else [])
        opening = source.opening(provider_id, when)
        found.append(replace(opening, because=tuple(because), points=round(total, 1)))
    return found


def habits_of(patient: Patient | None) -> Habits:
    """Return what a patient is used to, in one query."""
    if patient is None:
        return Habits()
    past = list(
        Appointment.objects.filter(patient=patient, status=Appointment.Status.FULFILLED)
        .select_related("site")
        .order_by("-starts_at")[:PAST_VISITS]
    )
    mornings = Counter(local(one.site, one.starts_at).time() < NOON for one in past)
    usual = mornings.most_common(1)[0] if len(past) > 2 else (None, 0)
    sites = Counter(one.site_id for one in past).most_common(1)
    return Habits(
        last_provider=past[0].provider_id if past else None,
        usual_provider=patient.provider_id,
        usual_site=patient.site_id or (sites[0][0] if sites else None),
        mornings=usual[0] if past and usual[1] / len(past) >= USUAL else None,
    )


def shortest_cells(source: "Source") -> int:
    """Return the cells of the practice's shortest visit: a gap below is of no use."""
    memory = source.held.memory

    def load() -> int:
        found = VisitType.objects.filter(is_active=True).order_by("minutes")
        return found.values_list("minutes", flat=True).first() or CELL_MINUTES

    return -(-remembered.recall(memory, ("shortest",), load) // CELL_MINUTES)


def _facts(
    source: "Source",
    provider_id: UUID,
    when: datetime,
    habits: Habits,
    from_on: date,
    shortest: int,
) -> score.Facts:
    held = source.held
    starts = local(source.site, when)
    cell = held.cell_of(when)
    length = -(-held.visit_type.minutes // CELL_MINUTES)
    before, after = score.gap_around(held.free_of(provider_id), cell, length)
    return score.Facts(
        days_away=(starts.date() - from_on).days,
        before=before,
        after=after,
        shortest=shortest,
        is_last_provider=provider_id == habits.last_provider,
        is_usual_provider=provider_id == habits.usual_provider,
        is_usual_site=source.site.pk == habits.usual_site,
        is_usual_part=habits.mornings is not None and (starts.time() < NOON) == habits.mornings,
        preference_cost=sum(one.cost for one in source.judging.broken(provider_id, when)),
    )


def _words(name: str) -> str:
    return {
        "last provider": _("same as last time"),
        "usual provider": _("their own provider"),
        "usual site": _("their usual site"),
        "fills a gap": _("leaves no gap"),
        "usual part": _("their usual time of day"),
    }[name]
