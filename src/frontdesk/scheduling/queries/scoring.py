"""Which openings are the best for a patient, and why, in a few words each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.risk import HIGH, prospect
from frontdesk.scheduling.queries.search import NOON
from frontdesk.solver import score
from frontdesk.solver.openings import CELL_MINUTES

if TYPE_CHECKING:
    from frontdesk.scheduling.queries.openings import Opening, Source

LOOKED_AT, SHOWN = 200, 4
PAST_VISITS = 8  # that tell what somebody is used to
CLEARLY = 0.03  # less likely to be missed than the average of the starts
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
    facts = [_facts(source, key, when, habits, from_on, shortest) for source, key, when in rows]
    risks = _risks(rows, patient)
    scored = [score.points(one) for one in _nearest(_kept_more(facts, risks))]
    order = score.best([(total, place) for place, (total, _) in enumerate(scored)], SHOWN)
    found = []
    for place in order:
        total, names = scored[place]
        source, provider_id, when = rows[place]
        opening = source.opening(provider_id, when)
        because = [_words(name, opening) for name in names]
        because += [_("the soonest")] if place == 0 else []
        if opening.miles is not None and "nearest" not in names:
            because.append(_miles(opening.miles))
        if risks and risks[place] >= HIGH:
            because.append(_("%(n)s%% risk of a no-show") % {"n": round(100 * risks[place])})
        found.append(replace(opening, because=tuple(because), points=round(total, 1)))
    return found


def _risks(rows: Sequence["tuple[Source, UUID, datetime]"], patient: Patient | None) -> list[float]:
    """Return how likely the patient misses each of these starts; nothing without a model."""
    if not rows:
        return []
    first = rows[0][0].held
    known = prospect(patient, first.visit_type, first.at)
    if known is None:
        return []
    return [known.probability(when, ZoneInfo(source.site.time_zone)) for source, _key, when in rows]


def _kept_more(facts: list[score.Facts], risks: list[float]) -> list[score.Facts]:
    """Add the risks, and which starts are clearly kept more often than the others."""
    if not risks:
        return facts
    usual = sum(risks) / len(risks)
    return [
        replace(one, risk=risk, is_kept_more=usual - risk >= CLEARLY)
        for one, risk in zip(facts, risks, strict=True)
    ]


def _nearest(facts: list[score.Facts]) -> list[score.Facts]:
    """Add which sites are the nearest, where the way to several is known."""
    known = {one.miles for one in facts if one.miles is not None}
    if len(known) < 2:
        return facts
    return [replace(one, is_nearest=one.miles == min(known)) for one in facts]


def _miles(miles: float) -> str:
    whole = round(miles)
    return _("%(n)s mi away") % {"n": whole} if whole else _("less than a mile away")


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
        miles=source.miles,
        preference_cost=sum(one.cost for one in source.judging.broken(provider_id, when)),
    )


def _words(name: str, opening: "Opening") -> str:
    if name == "nearest" and opening.miles is not None:
        return _("the nearest, %(miles)s") % {"miles": _miles(opening.miles)}
    return {
        "last provider": _("same as last time"),
        "usual provider": _("their own provider"),
        "usual site": _("their usual site"),
        "fills a gap": _("leaves no gap"),
        "usual part": _("their usual time of day"),
        "kept more": _("visits at such a time are kept more often"),
    }[name]
