"""Visits that are planned and not booked: the lists to work through, and times for each."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q, QuerySet

from frontdesk.core.clock import local, today
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import PlannedVisit, RecallRule, VisitType
from frontdesk.scheduling.queries.openings import Found, Opening, find_a_time
from frontdesk.staff.models import Provider

Source, Status = PlannedVisit.Source, PlannedVisit.Status
DUE, LATER, OVERDUE, SETTLED = "due", "later", "overdue", "settled"
SETTLED_SHOWN = timedelta(days=14)
LOOKED_AT = 28  # days, at least
BEST = 6  # times shown at the desk
DAYS_BY_LINK, A_DAY_BY_LINK = 5, 4  # shown on the patient's phone
MANY = 2000  # of a few weeks: what is chosen from
SOONEST_BY_LINK = timedelta(hours=2)  # nobody books by link what the desk has no time to prepare


@dataclass(frozen=True, slots=True)
class Counts:
    """How many are due now, of them past their last good day, and how many come later."""

    due: int
    overdue: int
    later: int


def planned_visits() -> QuerySet[PlannedVisit]:
    """Return planned visits with what a list says of them."""
    return PlannedVisit.objects.select_related(
        "patient", "visit_type", "provider", "site", "rule", "after__provider",
        "after__site", "appointment__site", "appointment__provider",
    )  # fmt: skip


def work_list(
    *,
    is_recall: bool,
    show: str = DUE,
    source: str = "",
    visit_type: VisitType | None = None,
    provider: Provider | None = None,
    rule: RecallRule | None = None,
    on: date,
    at: datetime,
) -> QuerySet[PlannedVisit]:
    """Return the planned visits or the recalls: what is due, the most overdue first.

    Charts that are not in use any more are left out at once, before the night takes them off.
    """
    held = planned_visits().filter(_is_shown(show, on, at))
    held = held.filter(source=Source.RECALL) if is_recall else held.exclude(source=Source.RECALL)
    if show != SETTLED:
        held = held.filter(patient__status=Patient.Status.ACTIVE)
    wanted = {"source": source, "visit_type": visit_type, "provider": provider, "rule": rule}
    held = held.filter(**{name: value for name, value in wanted.items() if value})
    return held.order_by("-ended_at" if show == SETTLED else F("until_on").asc(), "due_on", "pk")


def counts(*, is_recall: bool, on: date) -> Counts:
    """Count the open ones of a list."""
    held = PlannedVisit.objects.filter(status=Status.OPEN, patient__status=Patient.Status.ACTIVE)
    held = held.filter(source=Source.RECALL) if is_recall else held.exclude(source=Source.RECALL)
    found = held.aggregate(
        due=Count("pk", filter=Q(list_on__lte=on)),
        overdue=Count("pk", filter=Q(list_on__lte=on, until_on__lt=on)),
        later=Count("pk", filter=Q(list_on__gt=on)),
    )
    return Counts(**found)


def planned_of(patient: Patient) -> QuerySet[PlannedVisit]:
    """Return what is planned for a patient and not booked."""
    held = planned_visits().filter(patient=patient, status=Status.OPEN)
    return held.order_by("due_on", "pk")


def times_for_planned(planned: PlannedVisit, here: Site, at: datetime) -> Found:
    """Return the best times for a planned visit: within its days, else the soonest after them."""
    site = planned.site or planned.patient.site or here
    first = max(planned.from_on, today(site))
    best = min(max(planned.due_on, first), max(planned.until_on, first))
    later = _find(planned, site, best, max((planned.until_on - best).days + 1, 1), at)
    sooner = _find(planned, site, first, (best - first).days, at) if best > first else Found([])
    found = [*sooner.openings, *later.openings]
    if not found:
        later = _find(planned, site, first, LOOKED_AT * 2, at)
        found = later.openings
    near = sorted(found, key=lambda one: _away(planned, one.starts_at, site))
    return Found(_by_day(near, site)[:BEST], later.why_none)


def times_by_link(planned: PlannedVisit, at: datetime) -> list[Opening]:
    """Return the times that a patient may choose from without calling, the best first."""
    site = _site_of(planned)
    if site is None:
        return []
    first = max(planned.from_on, today(site))
    for days in ((planned.until_on - first).days + 1, LOOKED_AT * 2):
        found = _find(planned, site, first, days, at, MANY).openings if days > 0 else []
        if soon := [one for one in found if one.starts_at - at >= SOONEST_BY_LINK]:
            return _spread(planned, site, soon)
    return []


def _spread(planned: PlannedVisit, site: Site, openings: list[Opening]) -> list[Opening]:
    """Return a few times over each of the days that are nearest to the best one."""
    days: dict[date, dict[datetime, Opening]] = {}
    for one in openings:
        days.setdefault(local(site, one.starts_at).date(), {}).setdefault(one.starts_at, one)
    near = sorted(days, key=lambda day: (abs((day - planned.due_on).days), day))[:DAYS_BY_LINK]
    chosen = []
    for day in near:
        times = list(days[day].values())
        step = max(len(times) / A_DAY_BY_LINK, 1.0)
        chosen += [times[int(n * step)] for n in range(min(A_DAY_BY_LINK, len(times)))]
    return chosen


def is_offered(
    planned: PlannedVisit, starts_at: datetime, *, provider: Provider, site: Site, at: datetime
) -> bool:
    """Say whether a patient may still choose this time: free, with whom and where it is planned."""
    if planned.provider_id not in (None, provider.pk) or starts_at - at < SOONEST_BY_LINK:
        return False
    here = _site_of(planned)
    if here is None or here.pk != site.pk:
        return False
    day = local(site, starts_at).date()
    farthest = max(planned.until_on, today(site) + timedelta(days=LOOKED_AT * 2))
    if not planned.from_on <= day <= farthest:
        return False
    found = find_a_time(
        planned.visit_type, site, provider, from_on=day, days=1, limit=200,
        patient=planned.patient, at=at,
    )  # fmt: skip
    return any(one.starts_at == starts_at for one in found.openings)


def _site_of(planned: PlannedVisit) -> Site | None:
    usual = planned.site or planned.patient.site
    return usual or Site.objects.filter(is_active=True).order_by("name").first()


def _by_day(openings: list[Opening], site: Site) -> list[Opening]:
    """Return at most two times a day, so that there is something to choose from."""
    count: Counter[date] = Counter()
    found = []
    for one in openings:
        day = local(site, one.starts_at).date()
        count[day] += 1
        if count[day] <= 2:
            found.append(one)
    return found


def _find(
    planned: PlannedVisit, site: Site, first: date, days: int, at: datetime, limit: int = 60
) -> Found:
    return find_a_time(
        planned.visit_type, site, planned.provider, from_on=first, days=days, limit=limit,
        patient=planned.patient, at=at,
    )  # fmt: skip


def _away(planned: PlannedVisit, starts_at: datetime, site: Site) -> tuple[int, datetime]:
    return abs((local(site, starts_at).date() - planned.due_on).days), starts_at


def _is_shown(show: str, on: date, at: datetime) -> Q:
    if show == SETTLED:
        return ~Q(status=Status.OPEN) & Q(ended_at__gte=at - SETTLED_SHOWN)
    is_open = Q(status=Status.OPEN)
    if show == LATER:
        return is_open & Q(list_on__gt=on)
    if show == OVERDUE:
        return is_open & Q(list_on__lte=on, until_on__lt=on)
    return is_open & Q(list_on__lte=on)
