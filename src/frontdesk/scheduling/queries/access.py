"""Access figures: counted anew for the hourly snapshot, and read from the snapshots."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from statistics import median
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import AccessDay, Appointment, VisitType
from frontdesk.scheduling.queries.calendars import Stretch, stretch
from frontdesk.scheduling.queries.openings import Source, sources
from frontdesk.scheduling.rules.access import (
    AHEAD_DAYS,
    REBOOK_DAYS,
    WINDOW_DAYS,
    Count,
    together,
)
from frontdesk.solver.openings import CELL_MINUTES
from frontdesk.staff.models import Provider

Status = Appointment.Status
KEPT = (Status.ARRIVED, Status.FULFILLED)
THIRD = 3
HISTORY_DAYS = 84
MEASURES = ("all", "kept", "missed", "cancelled", "late", "lost", "not_rebooked")
Pair = tuple[UUID, UUID]


class Row(NamedTuple):
    """A visit as it is counted."""

    pk: UUID
    provider_id: UUID
    visit_type_id: UUID
    patient_id: UUID
    status: str
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    cancelled_at: datetime | None
    cancelled_by: str
    cancelled_late: bool


@dataclass(frozen=True, slots=True)
class Access:
    """The newest figures of some sites, with the names to read them by."""

    rows: list[tuple[str, str, Count]]  # provider, visit type, count
    by_provider: list[tuple[str, Count]]
    total: Count
    taken_at: datetime | None
    on: date | None


def count_site(site: Site, on: date, at: datetime) -> list[Count]:
    """Count the figures of a site for the 28 days before a day, and the third next time now."""
    rows = _rows_of(site, on)
    again = _booked_again(rows)
    grouped: defaultdict[Pair, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.provider_id, row.visit_type_id].append(row)
    for pair in _booked_ahead(site, on):
        grouped.setdefault(pair, [])  # who is new has no past, but times that are asked for
    types = VisitType.objects.filter(is_active=True).prefetch_related("phases").order_by("name")
    found = [
        _counted(str(pair[0]), str(pair[1]), mine, again) for pair, mine in sorted(grouped.items())
    ]
    by_pair = {(one.provider, one.visit_type): one for one in found}
    for kind in types:
        past = stretch(
            kind, site, from_on=on - timedelta(days=WINDOW_DAYS), days=WINDOW_DAYS, at=at
        )
        ahead = sources(kind, site, None, from_on=on, days=AHEAD_DAYS, at=at)[0]
        for key in past.providers.keys() | ahead.held.providers.keys():
            count = by_pair.get((str(key), str(kind.pk)))
            if count is not None:  # what nobody books of a provider has no figures
                count.offered = offered_minutes(past, key)
                count.third_next = third_next(ahead, key, on)
    return sorted(by_pair.values(), key=lambda one: (one.provider, one.visit_type))


def offered_minutes(held: Stretch, provider_id: UUID) -> int:
    """Return the minutes in which a provider took this type of visit in the stretch."""
    if provider_id not in held.everybody:
        return 0
    cells = held.worked(provider_id) & held.opened & ~held.away.get(provider_id, 0)
    return cells.bit_count() * CELL_MINUTES


def third_next(ahead: Source, provider_id: UUID, on: date) -> int | None:
    """Return the days from `on` until the third next time with a provider, as Find offers it."""
    if provider_id not in ahead.held.providers:
        return None
    third = next(islice(ahead.times(provider_id), THIRD - 1, None), None)
    return None if third is None else (local(ahead.site, third).date() - on).days


def newest(sites: Collection[Site]) -> Access:
    """Return the newest snapshot of each of these sites, together."""
    days = [
        day
        for site in sites
        if (day := AccessDay.objects.filter(site=site).order_by("-on").first()) is not None
    ]
    return _access(days)


def _access(days: Sequence[AccessDay]) -> Access:
    providers = {str(one.pk): one.full_name for one in Provider.objects.all()}
    types = {str(key): name for key, name in VisitType.objects.values_list("pk", "name")}
    counts = [Count.of(row) for day in days for row in day.figures]
    pairs: defaultdict[tuple[str, str], list[Count]] = defaultdict(list)
    for one in counts:
        pairs[one.provider, one.visit_type].append(one)
    rows = [
        (providers.get(who, "—"), types.get(kind, "—"),
         together(several, provider=who, visit_type=kind))
        for (who, kind), several in pairs.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: row[:2])
    merged = [row[2] for row in rows]
    keys = dict.fromkeys(one.provider for one in merged)
    by_provider = [
        (providers.get(key, "—"), together((o for o in merged if o.provider == key), provider=key))
        for key in keys
    ]
    return Access(
        rows, by_provider, together(merged),
        min((day.taken_at for day in days), default=None),
        max((day.on for day in days), default=None),
    )  # fmt: skip


def history(sites: Collection[Site], until: date) -> list[tuple[date, list[Count]]]:
    """Return the figures of the last twelve weeks day by day, those of several sites together."""
    held = AccessDay.objects.filter(
        site__in=sites, on__gt=until - timedelta(days=HISTORY_DAYS), on__lte=until
    )
    days: defaultdict[date, list[Count]] = defaultdict(list)
    for day in held.order_by("on"):
        days[day.on] += [Count.of(row) for row in day.figures]
    return sorted(days.items())


def visits_behind(
    measure: str, sites: Collection[Site], on: date, *, provider: Any = None, visit_type: Any = None
) -> QuerySet[Appointment]:
    """Return the visits that a figure counts, the newest first; `on` is the day it was taken."""
    found = Appointment.objects.none()
    for site in sites:
        opens, closes = _window(site, on)
        found = found | Appointment.objects.filter(
            site=site, starts_at__gte=opens, starts_at__lt=closes
        )
    if provider is not None:
        found = found.filter(provider=provider)
    if visit_type is not None:
        found = found.filter(visit_type=visit_type)
    found = found.filter(_of_measure(measure))
    if measure == "not_rebooked":
        again = _booked_again([Row(*row) for row in found.values_list(*Row._fields)])
        found = found.exclude(pk__in=again)
    shown = found.select_related("patient", "provider", "site", "visit_type")
    return shown.order_by("-starts_at", "pk")


def _of_measure(measure: str) -> Q:
    lost = Q(status=Status.NO_SHOW) | Q(status=Status.CANCELLED, cancelled_by="patient")
    return {
        "kept": Q(status__in=KEPT),
        "missed": Q(status=Status.NO_SHOW),
        "cancelled": Q(status=Status.CANCELLED),
        "late": Q(status=Status.CANCELLED, cancelled_late=True),
        "lost": lost,
        "not_rebooked": lost,
    }.get(measure, Q())


def weeks_of(sites: Collection[Site], until: date, weeks: int = 12) -> list[tuple[date, Count]]:
    """Return how visits ended in each of the last whole weeks, the oldest first."""
    monday = until - timedelta(days=until.weekday())
    first = monday - timedelta(weeks=weeks)
    found = {first + timedelta(weeks=number): Count() for number in range(weeks)}
    for site in sites:
        opens, _ = day_bounds(site, first)
        _, closes = day_bounds(site, monday - timedelta(days=1))
        rows = Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
        for status, starts_at in rows.values_list("status", "starts_at").iterator():
            on = local(site, starts_at).date()
            count = found[on - timedelta(days=on.weekday())]
            count.all += 1
            count.kept += status in KEPT
            count.missed += status == Status.NO_SHOW
            count.cancelled += status == Status.CANCELLED
    return sorted(found.items())


def missed_by_hour(sites: Collection[Site], on: date) -> dict[tuple[int, int], Count]:
    """Return kept and missed visits of the window by weekday and hour of the wall."""
    found: defaultdict[tuple[int, int], Count] = defaultdict(Count)
    for site in sites:
        opens, closes = _window(site, on)
        rows = Appointment.objects.filter(
            site=site,
            starts_at__gte=opens,
            starts_at__lt=closes,
            status__in=(*KEPT, Status.NO_SHOW),
        )
        for status, starts_at in rows.values_list("status", "starts_at"):
            wall = local(site, starts_at)
            count = found[wall.weekday(), wall.hour]
            count.kept += status != Status.NO_SHOW
            count.missed += status == Status.NO_SHOW
    return dict(found)


def _window(site: Site, on: date) -> tuple[datetime, datetime]:
    opens, _ = day_bounds(site, on - timedelta(days=WINDOW_DAYS))
    closes, _ = day_bounds(site, on)
    return opens, closes


def _rows_of(site: Site, on: date) -> list[Row]:
    opens, closes = _window(site, on)
    held = Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
    return [Row(*row) for row in held.order_by("starts_at", "pk").values_list(*Row._fields)]


def _booked_ahead(site: Site, on: date) -> set[Pair]:
    """Return which providers are booked for which visits in the days from one on."""
    opens, _ = day_bounds(site, on)
    _, closes = day_bounds(site, on + timedelta(days=AHEAD_DAYS))
    ahead = Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
    ahead = ahead.filter(status=Status.BOOKED)
    return set(ahead.order_by().values_list("provider_id", "visit_type_id").distinct())


def _booked_again(rows: Iterable[Row]) -> set[UUID]:
    """Return which lost visits were followed by another booking for the patient in 30 days."""
    lost = [row for row in rows if _is_lost(row)]
    if not lost:
        return set()
    first = min(_told(row) for row in lost)
    later = Appointment.objects.filter(
        patient_id__in={row.patient_id for row in lost}, booked_at__gte=first
    )
    booked: defaultdict[UUID, list[tuple[datetime, UUID]]] = defaultdict(list)
    for patient_id, booked_at, pk in later.values_list("patient_id", "booked_at", "pk"):
        booked[patient_id].append((booked_at, pk))
    within = timedelta(days=REBOOK_DAYS)
    return {
        row.pk
        for row in lost
        if any(
            _told(row) <= when <= _told(row) + within and pk != row.pk
            for when, pk in booked[row.patient_id]
        )
    }


def _counted(provider: str, visit_type: str, rows: Sequence[Row], again: set[UUID]) -> Count:
    over = [row for row in rows if row.status in (*KEPT, Status.NO_SHOW)]
    leads = [max((row.starts_at - row.booked_at).total_seconds(), 0.0) / 86_400 for row in over]
    standing = [row for row in rows if row.status != Status.CANCELLED]
    lost = [row for row in rows if _is_lost(row)]
    return Count(
        provider,
        visit_type,
        booked=sum(int((row.ends_at - row.starts_at).total_seconds()) // 60 for row in standing),
        lead_days=round(median(leads), 2) if leads else None,
        leads=len(leads),
        kept=sum(row.status in KEPT for row in rows),
        missed=sum(row.status == Status.NO_SHOW for row in rows),
        all=len(rows),
        cancelled=sum(row.status == Status.CANCELLED for row in rows),
        late=sum(row.status == Status.CANCELLED and row.cancelled_late for row in rows),
        lost=len(lost),
        rebooked=sum(row.pk in again for row in lost),
    )


def _is_lost(row: Row) -> bool:
    by_patient = row.status == Status.CANCELLED and row.cancelled_by == "patient"
    return by_patient or row.status == Status.NO_SHOW


def _told(row: Row) -> datetime:
    return row.cancelled_at or row.starts_at
