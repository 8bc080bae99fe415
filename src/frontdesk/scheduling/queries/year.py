"""The year's index of a practice: read from the database once, kept right by its log of changes."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import CharField, F, Max, Q, QuerySet
from django.db.models.functions import Cast

from frontdesk.core.clock import at_wall
from frontdesk.practice.models import Closure, Hours, Site
from frontdesk.scheduling.models import Appointment, Occupancy, Session, VisitType
from frontdesk.scheduling.queries import calendars, remembered, working
from frontdesk.scheduling.queries.epoch import Epoch
from frontdesk.scheduling.queries.remembered import Memory
from frontdesk.scheduling.queries.year_kept import Kept, Window, Year
from frontdesk.scheduling.rules.time import LONGEST
from frontdesk.solver.index import DayGrid
from frontdesk.solver.openings import CELL_MINUTES, Grid

DAYS = 400  # that are kept; a year, and what is left of a month
BEFORE, LATEST = 2, 30  # days before the present that are kept; after so many it moves on
PIECES = 12  # separate days that are read again by one query at most
CHUNK = 20_000
PATIENCE = 15.0  # seconds for which a question waits for the thread that reads the year


def year_of(site: Site, memory: Memory, at: datetime) -> Year:
    """Return the index of the site's time zone as of the memory, and of the present."""
    ahead = memory.ahead.get(site.time_zone)
    if ahead is not None:
        ahead.over.wait(PATIENCE)
    with memory.lock:
        years = memory.years
        found: Year | None = years.get(site.time_zone)
        today = at.astimezone(ZoneInfo(site.time_zone)).date()
        if found is None or not _is_fit(found, memory, today):
            found = years[site.time_zone] = _next(found, memory, site.time_zone, today)
            found.shape = memory.shape
        _read_changes(memory)
        found.stand(at)
        return found


def must_be_read(site: Site, memory: Memory, at: datetime) -> bool:
    """Say whether the year of a site's zone is to be read from the first day to the last."""
    with memory.lock:
        found: Year | None = memory.years.get(site.time_zone)
        if found is None:
            return True
        age = (at.astimezone(ZoneInfo(site.time_zone)).date() - found.first).days
        if not 0 <= age < len(found.grid.opens):
            return True
        return found.shape != memory.shape and _window(site.time_zone) != found.window


def build(zone: str, today: date) -> Year:
    """Read a year of everything that is taken, in two queries."""
    window = _window(zone)
    first = today - timedelta(days=BEFORE)
    year = Year(zone, window, grid_of(zone, first, DAYS, window))
    opens, closes = _edges(year)
    rows = _rows(opens, closes).filter(hold=None)
    keys: dict[str, list[int]] = {}
    for text, starts, ends in rows.values_list(*_COLUMNS).iterator(chunk_size=CHUNK):
        days = keys.get(text)
        if days is None:
            days = keys[text] = [0] * DAYS
        for day, mask in year.grid.day_masks(starts, ends):
            days[day] |= mask
    year.busy = {UUID(text): days for text, days in keys.items()}
    year.kept = list(_kept(year, _rows(opens, closes).exclude(hold=None)))
    return year


def _next(before: Year | None, memory: Memory, zone: str, today: date) -> Year:
    """Return the year as of today: what is known of it goes on where its days are the same."""
    if before is not None and before.window == _window(zone):
        shift = (today - timedelta(days=BEFORE) - before.first).days
        if 0 <= shift < len(before.grid.opens):
            return _moved_on(before, shift)
    return build(zone, today)


def _moved_on(before: Year, shift: int) -> Year:
    """Return a year some days later: the days that are over fall off, and the new ones are read.

    So whoever asks first in a month waits for the rows of these days alone.
    """
    first = before.first + timedelta(days=shift)
    year = Year(before.zone, before.window, grid_of(before.zone, first, DAYS, before.window))
    kept = DAYS - shift
    year.busy = {key: [*days[shift:], *[0] * shift] for key, days in before.busy.items()}
    opens = datetime.fromtimestamp(year.grid.opens[kept], UTC)
    rows = _rows(opens, _edges(year)[1])
    for text, starts, ends in rows.filter(hold=None).values_list(*_COLUMNS):
        days = year.busy.setdefault(UUID(text), [0] * DAYS)
        for day, mask in year.grid.day_masks(starts, ends):
            days[day] |= mask
    year.kept = list(_kept(year, _rows(*_edges(year)).exclude(hold=None)))
    return year


def grid_of(zone: str, first: date, days: int, window: Window) -> DayGrid:
    """Return the grid of local days, each from when the first site opens to when the last closes.

    A little is kept around, as much as the longest buffer asks for.
    """
    place = ZoneInfo(zone)
    opens, lengths = [], []
    margin = timedelta(minutes=window.margin)
    for number in range(days):
        day = first + timedelta(days=number)
        starts = datetime.combine(day, window.opens, tzinfo=place).astimezone(UTC) - margin
        ends = datetime.combine(day, window.closes, tzinfo=place).astimezone(UTC) + margin
        opens.append(int(starts.timestamp()))
        lengths.append(int((ends - starts).total_seconds()) // (60 * CELL_MINUTES))
    return DayGrid(first, tuple(opens), tuple(lengths))


def opened(year: Year, site: Site, memory: Memory) -> int:
    """Return the cells in which a site is open."""
    days = _days(year)

    def load() -> int:
        hours = list(Hours.objects.filter(site=site).order_by("pk"))
        closed = working.closures_of(site, days)
        content = (
            year.window,
            remembered.values_of(hours),
            {d: remembered.values_of(c) for d, c in closed.items()},
        )
        key = ("year opened", site.pk, year.first)
        return remembered.alike(memory, key, content, lambda: made(hours, closed))

    def made(hours: list[Hours], closed: dict[date, list[Closure]]) -> int:
        masks = []
        patterns: dict[tuple[int, int], int] = {}
        for number, day in enumerate(days):
            grid = _grid_of_day(year, number)
            pattern = (day.weekday(), grid.cells)
            if pattern not in patterns:
                patterns[pattern] = calendars.cells_open(site, grid, day, hours)
            shut = working.cells_closed(closed[day], site, grid, day) if day in closed else 0
            masks.append(patterns[pattern] & ~shut)
        return year.grid.join(masks)

    return remembered.recall(memory, ("year opened", site.pk, year.first), load)


def freed_by(year: Year, moving: Appointment) -> dict[UUID, int]:
    """Return the cells that this visit alone takes, by resource: free when it is moved."""
    opens, closes = moving.starts_at - LONGEST, moving.ends_at + LONGEST
    rows = list(
        Occupancy.objects.filter(
            resource_id__in=Occupancy.objects.filter(is_active=True, appointment=moving).values(
                "resource_id"
            ),
            is_active=True,
            starts_at__gte=opens,
            starts_at__lt=closes,
        ).values_list("resource_id", "appointment_id", "starts_at", "ends_at")
    )
    own: dict[UUID, int] = {}
    for key, _pk, starts_at, ends_at in (row for row in rows if row[1] == moving.pk):
        own[key] = own.get(key, 0) | year.grid.touched(starts_at, ends_at)
    for key, pk, starts_at, ends_at in rows:
        if pk != moving.pk:
            own[key] = own.get(key, 0) & ~year.grid.touched(starts_at, ends_at)
    return own


def away(year: Year, memory: Memory) -> dict[UUID, int]:
    """Return the cells in which each of those who are ever away is away."""
    opens, closes = _edges(year)

    def load() -> dict[UUID, int]:
        spans = sorted(working.off_between(None, opens, closes))
        key, content = ("year away", year.zone, year.first), (year.window, spans)
        return remembered.alike(memory, key, content, lambda: made(spans))

    def made(spans: list[tuple[UUID, datetime, datetime]]) -> dict[UUID, int]:
        found: dict[UUID, int] = {}
        for key, starts_at, ends_at in spans:
            found[key] = found.get(key, 0) | year.grid.touched(starts_at, ends_at)
        return found

    return remembered.recall(memory, ("year away", year.zone, year.first), load)


def sessions_at(year: Year, site: Site, memory: Memory) -> list[Session]:
    """Return the sessions that may hold at a site within the year, by provider."""
    days = len(year.grid.opens)
    return remembered.recall(
        memory,
        ("year sessions", site.pk, year.first),
        lambda: calendars.sessions_of(site, year.first, days),
    )


class Worked(NamedTuple):
    """When somebody takes a type of visit, as blocks stand between two instants."""

    cells: int
    from_at: datetime
    until: datetime | None  # when a block opens to others; None when that never happens

    def holds_at(self, at: datetime) -> bool:
        """Say whether it is still true. Where no block opens it always is."""
        return self.until is None or self.from_at <= at < self.until


def worked(
    year: Year,
    sessions: Iterable[Session],
    visit_type: VisitType | None,
    site: Site,
    at: datetime,
) -> Worked:
    """Return the cells of these sessions into which a type may be booked now; of any without."""
    masks = [0] * len(year.grid.opens)
    openings: list[datetime] = []
    patterns: dict[Hashable, int] = {}
    for session in sessions:
        blocks = session.active_blocks if visit_type else []
        for number in _numbers_of(year, session):
            day = year.first + timedelta(days=number)
            begins = [at_wall(site, day, block.starts) for block in blocks]
            openings += [b.opens_at(s) or at for b, s in zip(blocks, begins, strict=True)]
            taking = [
                visit_type and b.takes(visit_type, s, at)
                for b, s in zip(blocks, begins, strict=True)
            ]
            pattern = (session.pk, year.grid.cells_of_day[number], *taking)
            if pattern not in patterns:
                patterns[pattern] = _cells(session, visit_type, site, year, number, at)
            masks[number] |= patterns[pattern]
    later = [one for one in openings if one > at]
    earlier = [one for one in openings if one <= at and one != at]
    until = min(later, default=at + timedelta(days=DAYS) if earlier else None)
    return Worked(year.grid.join(masks), at, until)


def _cells(
    session: Session,
    visit_type: VisitType | None,
    site: Site,
    year: Year,
    number: int,
    at: datetime,
) -> int:
    grid = _grid_of_day(year, number)
    day = year.first + timedelta(days=number)
    if visit_type is None:
        return working.cells_of(session, site, grid, day)
    return working.cells_for(session, visit_type, site, grid, day, at)


def _numbers_of(year: Year, session: Session) -> Iterator[int]:
    """Yield the days on which a session holds, a week at a time."""
    first = (session.weekday - year.first.weekday()) % 7
    for number in range(first, len(year.grid.opens), 7):
        if session.holds_on(year.first + timedelta(days=number)):
            yield number


def _read_changes(memory: Memory) -> None:
    """Read again the days of the calendars that changed since.

    What the operation under way has changed is read as it stands in its transaction, and once
    more at the next question: it may yet come to nothing.
    """
    unsure_rows: set[UUID] = set()
    unsure_holds: set[UUID] = set()
    for change in remembered.under_way():
        if change["record"] in remembered.TAKING:
            keys = {UUID(key) for key in remembered.keys_of(change)}
            (unsure_rows if change["record"].endswith("Occupancy") else unsure_holds).update(keys)
    rows, holds = memory.taken | unsure_rows, memory.holds | unsure_holds
    touched = list(memory.doubtful)
    doubtful = []
    if rows or holds:
        found = Occupancy.objects.filter(Q(pk__in=rows) | Q(hold_id__in=holds))
        columns = found.annotate(starts=Epoch(F("starts_at")), ends=Epoch(F("ends_at")))
        rows_of = columns.values_list("pk", "hold_id", "resource_id", "starts", "ends")
        for pk, hold, key, starts, ends in rows_of:
            touched.append((key, starts, ends))
            if pk in unsure_rows or hold in unsure_holds:
                doubtful.append((key, starts, ends))
    for year in memory.years.values():
        _read_again(year, touched)
    memory.taken, memory.holds, memory.doubtful = set(), set(), doubtful


def _read_again(year: Year, touched: Collection[tuple[UUID, int, int]]) -> None:
    pairs = {
        (key, day)
        for key, starts, ends in touched
        for day, _mask in year.grid.day_masks(starts, ends)
    }
    if not pairs:
        return
    keys, days = {key for key, _ in pairs}, sorted({day for _, day in pairs})
    rows = _rows(*_edges(year)).filter(_on(year, days), resource_id__in=keys)
    masks: defaultdict[tuple[UUID, int], int] = defaultdict(int)
    for text, starts, ends in rows.filter(hold=None).values_list(*_COLUMNS):
        for day, mask in year.grid.day_masks(starts, ends):
            masks[UUID(text), day] |= mask
    for key, day in pairs:
        year.busy.setdefault(key, [0] * len(year.grid.opens))[day] = masks[key, day]
        year.versions[key] += 1
    kept = _kept(year, rows.exclude(hold=None))
    still = [one for one in year.kept if (one.resource_id, one.day) not in pairs]
    year.kept = still + [one for one in kept if (one.resource_id, one.day) in pairs]


def _on(year: Year, days: list[int]) -> Q:
    """Restrict to rows that may touch these days: each of a few, or from the first to the last."""
    spans = [(day, day) for day in days] if len(days) <= PIECES else [(days[0], days[-1])]
    found = Q()
    for first, last in spans:
        opens = datetime.fromtimestamp(year.grid.opens[first], UTC)
        closes = datetime.fromtimestamp(year.grid.opens[last], UTC) + timedelta(days=1)
        found |= Q(starts_at__gte=opens - LONGEST, starts_at__lt=closes)
    return found


_COLUMNS = (
    Cast("resource_id", CharField()),
    Epoch(F("starts_at")),
    Epoch(F("ends_at")),
)


def _rows(opens: datetime, closes: datetime) -> QuerySet[Occupancy]:
    return Occupancy.objects.filter(
        is_active=True, starts_at__gte=opens - LONGEST, starts_at__lt=closes
    )


def _kept(year: Year, rows: QuerySet[Occupancy]) -> Iterator[Kept]:
    held = rows.annotate(
        starts=Epoch(F("starts_at")), ends=Epoch(F("ends_at")), expires=Epoch(F("hold__expires_at"))
    )
    for key, starts, ends, expires in held.values_list("resource_id", "starts", "ends", "expires"):
        for day, mask in year.grid.day_masks(starts, ends):
            yield Kept(key, day, mask, expires)


def _is_fit(year: Year, memory: Memory, today: date) -> bool:
    """Say whether a year can go on: it reaches far enough, and its days are still long enough."""
    age = (today - year.first).days
    if not 0 <= age <= BEFORE + LATEST:
        return False
    if year.shape != memory.shape:
        if _window(year.zone) != year.window:
            return False
        year.shape = memory.shape
    return True


def _window(zone: str) -> Window:
    """Return from when to when any site of the zone is open, and the longest buffer."""
    hours = Hours.objects.filter(site__time_zone=zone, site__is_active=True)
    spans = list(hours.values_list("opens", "closes"))
    longest = VisitType.objects.aggregate(before=Max("buffer_before"), after=Max("buffer_after"))
    margin = max(longest["before"] or 0, longest["after"] or 0)
    return Window(
        min((opens.replace(minute=0) for opens, _ in spans), default=time(8)),
        max((closes for _, closes in spans), default=time(17)),
        -(-margin // CELL_MINUTES) * CELL_MINUTES,
    )


def _edges(year: Year) -> tuple[datetime, datetime]:
    last = len(year.grid.opens) - 1
    closes = year.grid.opens[last] + year.grid.cells_of_day[last] * 60 * CELL_MINUTES
    return (
        datetime.fromtimestamp(year.grid.opens[0], UTC),
        datetime.fromtimestamp(closes, UTC),
    )


def _days(year: Year) -> list[date]:
    return [year.first + timedelta(days=number) for number in range(len(year.grid.opens))]


def _grid_of_day(year: Year, number: int) -> Grid:
    """Return one day's own grid, whose cells are those of the year."""
    opens = datetime.fromtimestamp(year.grid.opens[number], UTC)
    return Grid(opens, year.grid.cells_of_day[number])
