"""The book as it is drawn: columns of a day or a week, with visits, breaks and held times."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.core.kept import kept, number_of, touched
from frontdesk.practice.models import Hours, Room, Site
from frontdesk.scheduling.models import Appointment, Hold, Session, TimeOff, VisitType
from frontdesk.scheduling.queries import calendars, working
from frontdesk.scheduling.queries.readiness import facts_of, readiness_of
from frontdesk.scheduling.queries.shapes import (
    COLUMNS,
    LOOKS,
    Away,
    Band,
    Booked,
    Card,
    Column,
    Kept,
    Plan,
    part_lanes,
)
from frontdesk.solver.openings import CELL_MINUTES, Grid, cells, stretches
from frontdesk.staff.models import Provider

CELL = timedelta(minutes=CELL_MINUTES)
ROWS_OF_AN_HOUR = 60 // CELL_MINUTES
FIRST_HOUR, LAST_HOUR = 8, 17  # shown at least, where nothing is earlier or later
FILLED_BY = ("scheduling", "practice", "staff")  # whose records say how full a day is
READY_BY = ("scheduling", "practice", "coverage", "records", "ledger", "people")  # or ready
Status = Appointment.Status


def day_plan(site: Site, day: date, at: datetime, *, by: str = "") -> Plan:
    """Return one day of a site with a column for each provider, or for each room."""
    book = Book(site, [day], at)
    if by == "rooms":
        keys = [(room.pk, room.name) for room in Room.objects.filter(site=site, is_active=True)]
        columns = [book.room_column(key, name) for key, name in sorted(keys, key=lambda k: k[1])]
    else:
        columns = [book.provider_column(provider, day) for provider in book.providers_on(day)]
    return book.plan(columns)


def week_plan(site: Site, day: date, at: datetime, provider: Provider) -> Plan:
    """Return the week of a provider at a site, from Monday on, a column for each day."""
    monday = day - timedelta(days=day.weekday())
    days = [monday + timedelta(days=n) for n in range(7)]
    book = Book(site, days, at, provider)
    shown = [one for one in days if one.weekday() < 5 or book.is_used(one)]
    columns = [book.provider_column(provider, one, of_day=True) for one in shown]
    return book.plan(columns)


def providers_at(site: Site, on: date) -> list[Provider]:
    """Return every provider, those with sessions at the site in the week of a day first."""
    here = {one.provider_id for one in calendars.sessions_of(site, on, 7)}
    every = Provider.objects.filter(is_active=True).order_by("last_name", "first_name")
    return sorted(every, key=lambda one: one.pk not in here)


def busy_days(site: Site, first: date, days: int) -> dict[date, int]:
    """Return how full each local day is, in percent of the minutes in which patients are seen.

    A day on which nobody sees patients and nothing is booked is left out.
    """
    last = touched(site.practice_id, number_of(site.practice_id), FILLED_BY)
    return kept(("busy", site.pk, first, days, last), lambda: _busy_days(site, first, days))


def _busy_days(site: Site, first: date, days: int) -> dict[date, int]:
    every = [first + timedelta(days=n) for n in range(days)]
    edges = [day_bounds(site, day)[0] for day in every] + [day_bounds(site, every[-1])[1]]
    lengths = dict(VisitType.objects.values_list("pk", "minutes"))
    booked = list(
        Appointment.objects.filter(site=site, starts_at__gte=edges[0], starts_at__lt=edges[-1])
        .exclude(status__in=(Status.CANCELLED, Status.NO_SHOW))
        .order_by("starts_at")
        .values_list("starts_at", "visit_type_id")
    )
    cuts = [bisect_left(booked, edge, key=itemgetter(0)) for edge in edges]
    minutes = {
        day: sum(lengths[visit_type] for _starts, visit_type in booked[cut:end])
        for day, cut, end in zip(every, cuts, cuts[1:], strict=False)
        if end > cut
    }
    sessions = calendars.sessions_of(site, first, days)
    worked: Counter[date] = Counter()
    for (on, _provider), some in working.minutes_worked_at(sessions, site, every).items():
        worked[on] += some
    return {
        on: _percent(minutes.get(on, 0), worked[on]) for on in every if worked[on] or on in minutes
    }


class Book:
    """Some days of a site, read once."""

    def __init__(
        self, site: Site, days: Sequence[date], at: datetime, provider: Provider | None = None
    ) -> None:
        self.site, self.days, self.at = site, days, at
        opens, _closes = day_bounds(site, days[0])
        _opens, closes = day_bounds(site, days[-1])
        self.booked = self._read(opens, closes, provider)
        self.sessions = calendars.sessions_of(site, days[0], len(days), provider)
        self.hours = list(Hours.objects.filter(site=site))
        self.closures = working.closures_of(site, days)
        off = TimeOff.objects.filter(is_active=True, starts_at__lt=closes, ends_at__gt=opens)
        self.off: defaultdict[UUID, list[Away]] = defaultdict(list)
        for one in off:
            self.off[one.resource_id].append(Away(one.starts_at, one.ends_at, one.because))
        for again, starts_at, ends_at in working.again_between(opens, closes):
            self.off[again.resource_id].append(Away(starts_at, ends_at, again.because))
        self.kept = list(
            Hold.objects.filter(
                site=site,
                status=Hold.Status.HELD,
                expires_at__gt=at,
                starts_at__gte=opens,
                starts_at__lt=closes,
            )
        )
        self.first_hour, self.last_hour = self._range()
        self.ready = self._readiness()
        self.types = self._names_of_types()

    def providers_on(self, day: date) -> list[Provider]:
        """Return who has a session or a visit on the day."""
        found = {s.provider_id: s.provider for s in self.sessions if s.holds_on(day)}
        missing = {one.provider_id for one in self.booked} - found.keys()
        if missing:
            found |= Provider.objects.in_bulk(missing)
        return sorted(found.values(), key=lambda p: (p.last_name, p.first_name))

    def is_used(self, day: date) -> bool:
        """Say whether there is something to see on a day."""
        has_visit = any(local(self.site, one.starts_at).date() == day for one in self.booked)
        return has_visit or any(session.holds_on(day) for session in self.sessions)

    def provider_column(self, provider: Provider, day: date, *, of_day: bool = False) -> Column:
        """Return a provider's column of a day, headed by the provider or by the day."""
        mine = [one for one in self.booked if one.provider_id == provider.pk]
        column = self.column(str(provider.pk), provider.full_name, day, mine)
        sessions = [s for s in self.sessions if s.provider_id == provider.pk and s.holds_on(day)]
        column.bands = self.bands(column.grid, day, sessions, self.off[provider.pk])
        kept = [one for one in self.kept if one.provider_id == provider.pk]
        column.kept = [k for one in kept if (k := self._kept(column.grid, one))]
        if of_day:
            column.title, column.face = f"{day:%a}, {day:%b} {day.day}", ""
        is_open = 0 if of_day else self._free(column).bit_count() * CELL_MINUTES
        column.says = _count(len(column.cards), is_open)
        return column

    def room_column(self, key: UUID, name: str) -> Column:
        """Return a room's column of the day."""
        day = self.days[0]
        mine = [one for one in self.booked if one.room_id == key]
        column = self.column(str(key), name, day, mine)
        column.face = ""
        column.bands = self.bands(column.grid, day, None, self.off[key])
        kept = [one for one in self.kept if one.room_id == key]
        column.kept = [k for one in kept if (k := self._kept(column.grid, one))]
        column.says = _count(len(column.cards), 0)
        return column

    def count(self, visits: int) -> str:
        """Say how many visits stand in a column."""
        return _count(visits, 0)

    def plan(self, columns: list[Column]) -> Plan:
        """Put the columns together with the hours beside them."""
        rows = (self.last_hour - self.first_hour) * ROWS_OF_AN_HOUR
        standing = [one for one in self.booked if one.status != Status.NO_SHOW]
        minutes = sum(int((o.ends_at - o.starts_at).total_seconds()) // 60 for o in standing)
        worked = self._minutes_worked()
        for number, column in enumerate(columns, start=2):
            column.place = str(number)
        found = Plan(
            columns=columns,
            rows=rows,
            hours=[
                ((hour - self.first_hour) * ROWS_OF_AN_HOUR, f"{time(hour % 24):%I %p}".lstrip("0"))
                for hour in range(self.first_hour, self.last_hour)
            ],
            visits=len(standing),
            filled=_percent(minutes, worked) if worked else None,
            beside=sum(bool(one.override_reason) for one in standing),
        )
        today = next((column for column in columns if column.is_today), None)
        if today and (now := list(cells(today.grid.touched(self.at, self.at + CELL)))):
            found.now_row = now[0]
            found.now_label = f"{local(self.site, self.at):%I:%M}".lstrip("0")
        return found

    def _minutes_worked(self) -> int:
        off = {
            key: [(one.starts_at, one.ends_at) for one in mine] for key, mine in self.off.items()
        }
        found = working.minutes_worked(self.sessions, self.site, self.days, self.closures, off)
        return sum(found.values())

    def _read(self, opens: datetime, closes: datetime, provider: Provider | None) -> list[Booked]:
        rows = Appointment.objects.filter(
            site=self.site, starts_at__gte=opens, starts_at__lt=closes
        ).exclude(status=Status.CANCELLED)
        if provider is not None:
            rows = rows.filter(provider=provider)
        return [Booked(*row) for row in rows.order_by("starts_at", "pk").values_list(*COLUMNS)]

    def _range(self) -> tuple[int, int]:
        on = [session for session in self.sessions if any(map(session.holds_on, self.days))]
        starts = [local(self.site, one.starts_at) for one in self.booked]
        ends = [local(self.site, one.ends_at) for one in self.booked]
        first = min([s.starts.hour for s in on] + [s.hour for s in starts], default=FIRST_HOUR)
        lasts = [s.ends.hour + (s.ends.minute > 0) for s in on]
        lasts += [e.hour + (e.minute > 0) for e in ends if e.hour or e.minute]
        return first, max([first + 1, *lasts]) if lasts else LAST_HOUR

    def column(self, key: str, title: str, day: date, booked: Iterable[Booked]) -> Column:
        """Return a column with the visits in it."""
        rows = (self.last_hour - self.first_hour) * ROWS_OF_AN_HOUR
        first = local(self.site, at_wall(self.site, day, time(self.first_hour)))
        grid = Grid(first, rows)  # by the wall: the browser reads the clock of its rows from it
        cards = [card for one in booked if (card := self.card(grid, one))]
        part_lanes(cards)
        today = local(self.site, self.at).date()
        return Column(key, title, title, "", day, grid, is_today=day == today, cards=cards)

    def card(self, grid: Grid, one: Booked) -> Card | None:
        """Return a visit as it stands on a grid; None where it stands on another day."""
        run = next(stretches(grid.touched(one.starts_at, one.ends_at)), None)
        if run is None:
            return None
        return Card(
            booked=one,
            time=f"{local(self.site, one.starts_at):%I:%M}".lstrip("0"),
            start=run[0],
            length=max(run[1], 2),
            look=LOOKS[Status(one.status)],
            ready=self.ready.get(one.pk),
        )

    def _kept(self, grid: Grid, hold: Hold) -> Kept | None:
        run = next(stretches(grid.touched(hold.starts_at, hold.ends_at)), None)
        return Kept(hold, run[0], max(run[1], 2)) if run else None

    def bands(
        self, grid: Grid, day: date, sessions: Sequence[Session] | None, off: Iterable[Away]
    ) -> list[Band]:
        """Return what shades a column, each cell once: closed, away, no session, some visits."""
        opened = calendars.cells_open(self.site, grid, day, self.hours)
        closures = self.closures.get(day, ())
        whole = next((one for one in closures if one.is_whole_day), None)
        if whole:
            return [Band(0, grid.cells, whole.because)]
        masks = [(grid.whole & ~opened, "", False)]
        masks += [
            (working.cells_closed([one], self.site, grid, day), one.because, False)
            for one in closures
        ]
        masks += [(grid.touched(one.starts_at, one.ends_at), one.because, False) for one in off]
        if sessions is not None:
            spans = [(self._cells(grid, day, s), s) for s in sessions]
            worked = 0
            for span, _session in spans:
                worked |= span
            breaks = _between(worked)
            masks += [(breaks, _("Break"), False), (grid.whole & ~worked, "", False)]
            masks += [block for _span, s in spans for block in self._kept_for(grid, day, s)]
            masks += [(span, self._only(s), True) for span, s in spans if s.visit_type_ids]
        found, seen = [], 0
        for mask, label, is_bookable in masks:
            found += [Band(*run, label, is_bookable) for run in stretches(mask & ~seen)]
            seen |= mask
        return found

    def _kept_for(self, grid: Grid, day: date, session: Session) -> Iterator[tuple[int, str, bool]]:
        """Yield the blocks of a session that have not opened yet."""
        for block in session.active_blocks:
            starts_at = at_wall(self.site, day, block.starts)
            opens_at = block.opens_at(starts_at)
            if opens_at is None or self.at < opens_at:
                cells = grid.within(starts_at, at_wall(self.site, day, block.ends))
                yield cells, self._kept_words(block.name, opens_at, day), True

    def _kept_words(self, name: str, opens_at: datetime | None, day: date) -> str:
        """Say for whom a part is kept, and when it opens to others."""
        kept = _("Kept for: %(block)s") % {"block": name}
        if opens_at is None:
            return kept
        wall = local(self.site, opens_at)
        clock = f"{wall:%I:%M %p}".lstrip("0")
        when = clock if wall.date() == day else f"{wall:%a}, {wall:%b} {wall.day}, {clock}"
        return kept + ". " + _("Opens to others: %(when)s") % {"when": when}

    def _free(self, column: Column) -> int:
        """Return what nobody has of a column."""
        free = column.grid.whole
        runs = [(card.start, card.length) for card in column.cards]
        runs += [(kept.start, kept.length) for kept in column.kept]
        runs += [(band.start, band.length) for band in column.bands if not band.is_bookable]
        for start, length in runs:
            free &= ~(((1 << length) - 1) << start)
        return free & ~column.grid.touched(column.grid.starts_at, self.at)

    def _cells(self, grid: Grid, day: date, session: Session) -> int:
        starts, ends = (at_wall(self.site, day, t) for t in (session.starts, session.ends))
        return grid.within(starts, ends)

    def _only(self, session: Session) -> str:
        names = [self.types[key] for key in session.visit_type_ids if key in self.types]
        return _("Only %(visits)s") % {"visits": ", ".join(names)} if names else ""

    def _names_of_types(self) -> dict[str, str]:
        if not any(session.visit_type_ids for session in self.sessions):
            return {}
        return {str(pk): name for pk, name in VisitType.objects.values_list("pk", "name")}

    def _readiness(self) -> dict[UUID, dict[str, str]]:
        """Return the marks of each visit still to come, in the same few queries for any."""
        keys = tuple(one.pk for one in self.booked if one.status == Status.BOOKED)
        if not keys:
            return {}
        practice_id, on = self.site.practice_id, local(self.site, self.at).date()
        last = touched(practice_id, number_of(practice_id), READY_BY)
        key = ("marks", keys, on, last, get_language())
        return kept(key, lambda: _marks(keys, self.at))


def _marks(keys: Sequence[UUID], at: datetime) -> dict[UUID, dict[str, str]]:
    found = {}
    for key, ready in readiness_of(facts_of(keys), at).items():
        beyond = ready.beyond
        words = ", ".join(f"{check.label}: {check.says}" for check in beyond)
        found[key] = {**ready.dots, "beyond": words, "tone": beyond[0].tone if beyond else ""}
    return found


def _between(worked: int) -> int:
    """Return the gaps between the first and the last worked cell."""
    if not worked:
        return 0
    first = (worked & -worked).bit_length() - 1
    span = ((1 << (worked.bit_length() - first)) - 1) << first
    return span & ~worked


def _percent(part: int, whole: int) -> int:
    return min(100, round(100 * part / whole)) if whole else 100


def _count(visits: int, minutes_open: int) -> str:
    said = _("%(n)s visits") % {"n": visits} if visits != 1 else _("1 visit")
    if not minutes_open:
        return said
    hours, minutes = divmod(minutes_open, 60)
    if not hours:
        return said + ", " + _("%(m)s min open") % {"m": minutes}
    return said + ", " + _("%(h)s h %(m)s open") % {"h": hours, "m": f"{minutes:02}"}
