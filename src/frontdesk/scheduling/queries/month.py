"""How full each day of a month is, by provider and site."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.scheduling.queries import calendars, working
from frontdesk.staff.models import Provider

SUNDAY = 6
FULL, BUSY = 85, 50  # percent of the sessions' minutes
Status = Appointment.Status


@dataclass(slots=True)
class Density:
    """How many minutes were worked and booked, and by how many visits."""

    name: str = ""
    key: str = ""
    visits: int = 0
    booked: int = 0
    worked: int = 0

    @property
    def percent(self) -> int | None:
        """How full; None where nobody works."""
        if not self.worked:
            return 100 if self.booked else None
        return min(100, round(100 * self.booked / self.worked))

    @property
    def tone(self) -> str:
        """Its colour."""
        share = self.percent
        if share is None:
            return "slate"
        return "amber" if share >= FULL else "teal" if share >= BUSY else "green"

    @property
    def open_hours(self) -> str:
        """What is left of the sessions, in hours."""
        return f"{max(self.worked - self.booked, 0) / 60:.1f}".removesuffix(".0")


@dataclass(slots=True)
class Day:
    """A day of the month."""

    day: date
    is_outside: bool  # of the month before or after
    is_today: bool
    closed: str = ""
    all: Density = field(default_factory=Density)
    by_provider: list[Density] = field(default_factory=list)


def month_plan(
    sites: Sequence[Site], on: date, here: date, provider: Provider | None = None
) -> list[list[Day]]:
    """Return the weeks of the month around a day, from Sunday on; with the same few queries."""
    weeks = Calendar(SUNDAY).monthdatescalendar(on.year, on.month)
    first, days = weeks[0][0], 7 * len(weeks)
    found: defaultdict[tuple[date, UUID], Density] = defaultdict(Density)
    closed: dict[date, list[str]] = defaultdict(list)
    for site in sites:
        _read(site, first, days, provider, found, closed)
    names = {one.pk: one.full_name for one in Provider.objects.all()}
    by_day: defaultdict[date, list[Density]] = defaultdict(list)
    for (day, key), one in found.items():
        one.name, one.key = names.get(key, ""), str(key)
        by_day[day].append(one)
    return [
        [_day(one, on, here, by_day[one], closed[one], len(sites)) for one in row] for row in weeks
    ]


def _day(one: date, on: date, here: date, by: list[Density], closed: list[str], sites: int) -> Day:
    by.sort(key=lambda density: density.name)
    whole = Density(
        visits=sum(d.visits for d in by),
        booked=sum(d.booked for d in by),
        worked=sum(d.worked for d in by),
    )
    said = ", ".join(dict.fromkeys(closed)) if len(closed) == sites else ""
    return Day(one, one.month != on.month, one == here, said, whole, by)


def _read(
    site: Site,
    first: date,
    days: int,
    provider: Provider | None,
    found: dict[tuple[date, UUID], Density],
    closed: dict[date, list[str]],
) -> None:
    every = [first + timedelta(days=n) for n in range(days)]
    closures = working.closures_of(site, every)
    for day in every:
        whole = next((one for one in closures.get(day, ()) if one.is_whole_day), None)
        if whole:
            closed[day].append(whole.because)
    sessions = calendars.sessions_of(site, first, days, provider)
    for name, minutes in working.minutes_worked_at(sessions, site, every).items():
        found[name].worked += minutes
    opens, _closes = day_bounds(site, first)
    _opens, closes = day_bounds(site, every[-1])
    rows = Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
    if provider is not None:
        rows = rows.filter(provider=provider)
    rows = rows.exclude(status__in=(Status.CANCELLED, Status.NO_SHOW))
    for starts, ends, key in rows.values_list("starts_at", "ends_at", "provider_id"):
        one = found[local(site, starts).date(), key]
        one.visits += 1
        one.booked += int((ends - starts).total_seconds()) // 60
