"""Which visits of a series can be had, date by date, and what can be had instead."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from frontdesk.core.clock import at_wall, local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, SetVisit, VisitSet, VisitType
from frontdesk.scheduling.queries import conflicts, preferences, working
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.queries.fitting import why_no_time
from frontdesk.scheduling.queries.openings import Opening, Source, sources
from frontdesk.scheduling.queries.search import Search
from frontdesk.solver.index import set_cells
from frontdesk.solver.openings import CELL_MINUTES
from frontdesk.solver.series import weekly
from frontdesk.staff.models import Provider

INSTEAD, BETTER = 4, 3  # times that are shown in place of one, and for the whole series
NEAR = 3  # days before and after a date that are looked at for another time


@dataclass(frozen=True, slots=True)
class Asked:
    """A series as it is wanted: what, with whom, where, at what time of day, on which days."""

    patient: Patient
    visit_type: VisitType
    provider: Provider
    site: Site
    at_time: time
    days: Sequence[date]
    number: int = 1  # of the first of these days in the whole series


@dataclass(slots=True)
class Line:
    """One date of a series: the time that is wanted, why it can't be had, and others."""

    number: int
    planned_on: date
    starts_at: datetime
    opening: Opening | None
    why: str = ""
    is_closed: bool = False
    instead: list[Opening] = field(default_factory=list)

    @property
    def is_free(self) -> bool:
        """Say whether the wanted time can be had."""
        return self.opening is not None


@dataclass(frozen=True, slots=True)
class Preview:
    """A series before it is booked."""

    asked: Asked
    lines: list[Line]
    better: list[time]  # times of day at which every date could be had

    @property
    def free(self) -> int:
        """How many dates can be had as wanted."""
        return sum(line.is_free for line in self.lines)

    @property
    def busy(self) -> int:
        """How many can't."""
        return len(self.lines) - self.free


def preview(asked: Asked, at: datetime) -> Preview:
    """Return the series date by date. The same few queries, however many dates are free."""
    if not asked.days:
        return Preview(asked, [], [])
    first, last = min(asked.days) - timedelta(days=NEAR), max(asked.days) + timedelta(days=NEAR)
    source = sources(
        asked.visit_type, asked.site, None, from_on=first, days=(last - first).days + 1,
        patient=asked.patient, at=at,
    )[0]  # fmt: skip
    free = _free_by_provider(source)
    closed = working.closures_of(asked.site, list(asked.days))
    lines = []
    for number, day in enumerate(asked.days, asked.number):
        starts_at = at_wall(asked.site, day, asked.at_time)
        line = Line(number, day, starts_at, None)
        skips = why_no_time(asked.site, day, asked.at_time)
        if not skips and _has(source, free, asked.provider.pk, starts_at):
            line.opening = source.opening(asked.provider.pk, starts_at)
        else:
            whole = [one for one in closed.get(day, ()) if one.starts is None]
            line.is_closed = bool(whole)
            line.why = (
                _closed_words(whole[0].because) if whole else skips or _why(asked, starts_at, at)
            )
            line.instead = _instead(asked, source, free, line)
        lines.append(line)
    is_all = all(line.is_free or line.is_closed for line in lines)
    return Preview(asked, lines, [] if is_all else _better(asked, source, free, lines))


def set_of(appointment: Appointment) -> VisitSet | None:
    """Return the set that an appointment belongs to."""
    place = SetVisit.objects.filter(appointment=appointment).select_related("visit_set").first()
    return place.visit_set if place else None


def places_of(visit_set: VisitSet) -> QuerySet[SetVisit]:
    """Return all places of a set with their visits, in order."""
    return visit_set.visits.select_related(
        "appointment__patient", "appointment__provider", "appointment__site",
        "appointment__visit_type",
    ).order_by("number")  # fmt: skip


def following(appointment: Appointment, scope: str) -> list[Appointment]:
    """Return the visits of a set that are still booked: this one, this and later ones, or all."""
    mine = SetVisit.objects.filter(appointment=appointment).first()
    if mine is None or scope == "this":
        return [appointment]
    places = SetVisit.objects.filter(
        visit_set=mine.visit_set, appointment__status=Appointment.Status.BOOKED
    )
    if scope == "following":
        places = places.filter(appointment__starts_at__gte=appointment.starts_at)
    rows = places.select_related(
        "appointment__patient", "appointment__provider", "appointment__site",
        "appointment__visit_type", "appointment__room",
    )  # fmt: skip
    found = [place.appointment for place in rows if place.appointment]
    return sorted(found, key=lambda one: (one.starts_at, str(one.pk)))


def _free_by_provider(source: Source) -> dict[UUID, int]:
    return {key: source.held.starts(key) & source.within for key in source.held.providers}


def _has(source: Source, free: dict[UUID, int], key: UUID, starts_at: datetime) -> bool:
    cell = source.held.grid.cell_of(starts_at)
    return cell is not None and bool(free.get(key, 0) >> cell & 1) and _can(source, key, cell)


def _can(source: Source, key: UUID, cell: int) -> bool:
    """Say whether what the index offers is none too many, and the rules take it."""
    if not source.is_exact and source.given(key, cell) is None:
        return False
    return key not in source.judging.judged or source.judging.takes(key, source.held.grid.at(cell))


def _instead(asked: Asked, source: Source, free: dict[UUID, int], line: Line) -> list[Opening]:
    """Return the nearest other times: that day, the days around it, then with somebody else."""
    near = islice(_nearest(asked, source, free, line), INSTEAD)
    return [source.opening(key, source.held.grid.at(cell)) for key, cell in near]


def _nearest(
    asked: Asked, source: Source, free: dict[UUID, int], line: Line
) -> Iterator[tuple[UUID, int]]:
    """Yield starts around a date by how far they are, two a day of each provider at most.

    Another provider counts as a day away.
    """
    ranked = []
    for offset in range(-NEAR, NEAR + 1):
        day = line.planned_on + timedelta(days=offset)
        within = _day_cells(source, day)
        wanted = at_wall(asked.site, day, asked.at_time)
        for key, cells in free.items():
            other = 0 if key == asked.provider.pk else 24 * 60 + 1
            for cell in set_cells(cells & within):
                minutes = abs(int((source.held.grid.at(cell) - wanted).total_seconds())) // 60
                if minutes % 10 == 0 or minutes < 30:
                    away = abs(offset) * 24 * 60 + other + minutes
                    ranked.append((away, str(key), cell, key))
    ranked.sort()
    said: dict[tuple[UUID, date], list[int]] = {}
    apart = -(-asked.visit_type.minutes // CELL_MINUTES)
    for _away, _name, cell, key in ranked:
        day = local(asked.site, source.held.grid.at(cell)).date()
        others = said.setdefault((key, day), [])
        is_new = len(others) < 2 and all(abs(cell - one) >= apart for one in others)
        if is_new and _can(source, key, cell):
            others.append(cell)
            yield key, cell


def _day_cells(source: Source, day: date) -> int:
    opens, closes = (
        at_wall(source.site, day, time(0)),
        at_wall(source.site, day + timedelta(days=1), time(0)),
    )
    return source.held.grid.within(opens, closes)


def _better(
    asked: Asked, source: Source, free: dict[UUID, int], lines: Sequence[Line]
) -> list[time]:
    """Return other times of day, the nearest first, at which every open date could be had.

    A weekly series on the year's index is a few shifts of whole numbers; whatever is not weekly
    is looked at date by date.
    """
    mine = free.get(asked.provider.pk, 0)
    days = [line.planned_on for line in lines if not line.is_closed]
    if not mine or not days:
        return []
    first = _day_cells(source, days[0]) & mine
    held, apart = source.held, _weeks_apart(days)
    if isinstance(held, Search) and apart:
        first &= weekly(mine, held.grid.week, len(days), every=apart)
    found = []
    for cell in set_cells(first):
        wall = local(asked.site, held.grid.at(cell)).time()
        if all(_has(source, free, asked.provider.pk, at_wall(asked.site, d, wall)) for d in days):
            found.append(wall)
    found.sort(key=lambda wall: abs(_minutes(wall) - _minutes(asked.at_time)))
    return sorted(found[:BETTER])


def _weeks_apart(days: Sequence[date]) -> int:
    steps = {(later - day).days for day, later in pairwise(days)}
    return steps.pop() // 7 if len(steps) == 1 else 0


def _minutes(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _closed_words(because: str) -> str:
    return _("Closed: %(why)s") % {"why": because}


def _why(asked: Asked, starts_at: datetime, at: datetime) -> str:
    if starts_at <= at:
        return _("This time has passed.")
    wish = Wish(asked.visit_type, asked.provider, asked.site, starts_at, patient=asked.patient)
    held = conflicts.day_of(wish, at)
    if held.grid.cell_of(starts_at) is None:
        return _("Visits start on five-minute marks, while the office is open.")
    if found := conflicts.obstacles(wish, held):
        return found[0].words
    if words := preferences.hard_words(wish, held):
        return words
    return _("%(name)s has another visit then.") % {"name": asked.patient.name}
