"""When providers, sites and things work: blocks and limits of sessions, time off, half days."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.practice.models import Closure, Site
from frontdesk.scheduling.models import (
    Appointment,
    Block,
    Hold,
    RecurringOff,
    Session,
    TimeOff,
    VisitType,
)
from frontdesk.scheduling.rules.preferences import Planned
from frontdesk.scheduling.rules.time import clock_words
from frontdesk.solver.openings import CELL_MINUTES, Grid

NONE_YET: Counter[str] = Counter()  # visits of a session nobody is booked into
Span = tuple[datetime, datetime]
GONE = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)


class Visit(NamedTuple):
    """A visit or a held time as limits and preferences count it."""

    provider_id: UUID
    starts_at: datetime
    ends_at: datetime
    visit_type_id: UUID
    is_new: bool
    key: UUID

    def planned(self, site: Site) -> Planned:
        """Return it as rules judge it, by the clock on the site's wall."""
        return Planned(
            starts=local(site, self.starts_at),
            ends=local(site, self.ends_at),
            type_key=str(self.visit_type_id),
            is_new=self.is_new,
            key=str(self.key),
        )


def visits_between(
    providers: Collection[UUID],
    opens: datetime,
    closes: datetime,
    *,
    at: datetime,
    besides: Collection[UUID] = (),
) -> list[Visit]:
    """Return what is booked or held with these providers at any site, in two queries."""
    span = {"provider_id__in": providers, "starts_at__gte": opens, "starts_at__lt": closes}
    columns = ("provider_id", "starts_at", "ends_at", "visit_type_id")
    booked = Appointment.objects.filter(**span).exclude(status__in=GONE)
    kept = Hold.objects.filter(**span, status=Hold.Status.HELD, expires_at__gt=at)
    rows = [
        Visit(*row)
        for found in (booked, kept)
        for row in found.values_list(*columns, "visit_type__is_new_patient", "pk")
    ]
    return [row for row in rows if row.key not in besides]


def cells_of(session: Session, site: Site, grid: Grid, day: date) -> int:
    """Return the cells of a session on a day."""
    return grid.within(at_wall(site, day, session.starts), at_wall(site, day, session.ends))


def cells_for(
    session: Session, visit_type: VisitType, site: Site, grid: Grid, day: date, at: datetime
) -> int:
    """Return the cells of a session on a day into which this type may be booked now (`at`).

    A block takes its part out for others until it opens, and gives it to those it is kept for
    though the rest of the session may be for other visits.
    """
    found = cells_of(session, site, grid, day) if session.is_for(visit_type) else 0
    for block in session.active_blocks:
        starts_at = at_wall(site, day, block.starts)
        cells = grid.within(starts_at, at_wall(site, day, block.ends))
        found = found | cells if block.takes(visit_type, starts_at, at) else found & ~cells
    return found


def full_days(
    sessions: Sequence[Session],
    site: Site,
    days: Sequence[date],
    visit_type: VisitType,
    *,
    at: datetime,
    besides: Collection[UUID] = (),
) -> dict[UUID, set[date]]:
    """Return the days on which a session takes no more of this type of visit, by session.

    Sessions without limits cost no query.
    """
    limited = [session for session in sessions if session.is_limited]
    if not limited:
        return {}
    opens, _closes = day_bounds(site, days[0])
    _opens, closes = day_bounds(site, days[-1])
    providers = {session.provider_id for session in limited}
    visits = visits_between(providers, opens, closes, at=at, besides=besides)
    found: defaultdict[UUID, set[date]] = defaultdict(set)
    for session in limited:
        for day, kinds in counted(session, site, visits).items():
            if is_full(session, kinds, visit_type):
                found[session.pk].add(day)
        if session.most_visits == 0 or session.most_of_type.get(str(visit_type.pk)) == 0:
            found[session.pk].update(days)
    return dict(found)


def counted(session: Session, site: Site, visits: Iterable[Visit]) -> dict[date, Counter[str]]:
    """Return how many visits begin in a session, by day and by key of the visit type."""
    found: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for visit in visits:
        starts = local(site, visit.starts_at)
        is_in = session.starts <= starts.time() < session.ends and session.holds_on(starts.date())
        if visit.provider_id == session.provider_id and is_in:
            found[starts.date()][str(visit.visit_type_id)] += 1
    return dict(found)


def is_full(session: Session, kinds: Counter[str], visit_type: VisitType) -> bool:
    """Say whether a session with these visits takes no more of the type."""
    key = str(visit_type.pk)
    most = session.most_of_type.get(key)
    is_at_most = session.most_visits is not None and kinds.total() >= session.most_visits
    return is_at_most or (most is not None and kinds[key] >= most)


def off_between(
    keys: Collection[UUID] | None, opens: datetime, closes: datetime
) -> Iterator[tuple[UUID, datetime, datetime]]:
    """Yield each stretch for which one of these is away, or anybody: once, and what comes again."""
    off = TimeOff.objects.filter(is_active=True, starts_at__lt=closes, ends_at__gt=opens)
    if keys is not None:
        off = off.filter(resource_id__in=keys)
    yield from off.values_list("resource_id", "starts_at", "ends_at")
    for again, starts_at, ends_at in again_between(opens, closes, keys):
        yield again.resource_id, starts_at, ends_at


def again_between(
    opens: datetime, closes: datetime, keys: Collection[UUID] | None = None
) -> Iterator[tuple[RecurringOff, datetime, datetime]]:
    """Yield the stretches of time off that comes again, for some or for everybody."""
    held = RecurringOff.objects.filter(
        Q(until_on=None) | Q(until_on__gt=opens - timedelta(days=2)),
        is_active=True,
        from_on__lt=closes + timedelta(days=2),
    )
    if keys is not None:
        held = held.filter(resource_id__in=keys)
    for again in held.select_related("site"):
        first, last = local(again.site, opens).date(), local(again.site, closes).date()
        for starts_at, ends_at in again.spans(first, last):
            if starts_at < closes and opens < ends_at:
                yield again, starts_at, ends_at


def closures_of(site: Site, days: Sequence[date]) -> dict[date, list[Closure]]:
    """Return what is closed of a site on these days: whole days and parts of them."""
    held = Closure.objects.filter(Q(site=site) | Q(site=None), on__gte=days[0], on__lte=days[-1])
    found: defaultdict[date, list[Closure]] = defaultdict(list)
    for closure in held:
        found[closure.on].append(closure)
    return dict(found)


def cells_closed(closures: Iterable[Closure], site: Site, grid: Grid, day: date) -> int:
    """Return the cells of a day that closures touch."""
    found = 0
    for closure in closures:
        opens, closes = day_bounds(site, day)
        starts_at = at_wall(site, day, closure.starts) if closure.starts else opens
        ends_at = at_wall(site, day, closure.ends) if closure.ends else closes
        found |= grid.touched(starts_at, ends_at)
    return found


def minutes_worked(
    sessions: Iterable[Session],
    site: Site,
    days: Sequence[date],
    closed: Mapping[date, Sequence[Closure]],
    away: Mapping[UUID, Iterable[Span]],
) -> dict[tuple[date, UUID], int]:
    """Return for how many minutes each provider sees patients at a site on these days.

    That is the time of their sessions, less what is closed and less their time off; whoever is
    left with nothing is left out.
    """
    held, found = list(sessions), {}
    for day in days:
        grid = Grid.between(*day_bounds(site, day))
        shut = cells_closed(closed.get(day, ()), site, grid, day)
        worked: defaultdict[UUID, int] = defaultdict(int)
        for one in held:
            if one.holds_on(day):
                worked[one.provider_id] |= cells_of(one, site, grid, day) & ~shut
        for key, cells in worked.items():
            left = cells
            for starts_at, ends_at in away.get(key, ()):
                left &= ~grid.touched(starts_at, ends_at)
            if left:
                found[day, key] = left.bit_count() * CELL_MINUTES
    return found


def minutes_worked_at(
    sessions: Iterable[Session], site: Site, days: Sequence[date]
) -> dict[tuple[date, UUID], int]:
    """Return `minutes_worked` of a site, with what is closed and who is off read for it."""
    held = list(sessions)
    opens, closes = day_bounds(site, days[0])[0], day_bounds(site, days[-1])[1]
    away: defaultdict[UUID, list[Span]] = defaultdict(list)
    for key, starts_at, ends_at in off_between({s.provider_id for s in held}, opens, closes):
        away[key].append((starts_at, ends_at))
    return minutes_worked(held, site, days, closures_of(site, days), away)


def why_kept(
    sessions: Iterable[Session],
    visit_type: VisitType,
    starts_at: datetime,
    ends_at: datetime,
    at: datetime,
) -> str:
    """Say why somebody who works then takes none of this type: a block or a limit; else ""."""
    for session in sessions:
        starts, ends = local(session.site, starts_at), local(session.site, ends_at)
        day = starts.date()
        if not (session.holds_on(day) and session.starts <= starts.time() < session.ends):
            continue
        for block in session.active_blocks:
            begins = at_wall(session.site, day, block.starts)
            is_in = block.starts < ends.time() and starts.time() < block.ends
            if is_in and not block.takes(visit_type, begins, at):
                return _kept_for(session, block, begins)
        if session.is_limited and session.is_for(visit_type):
            return _limit_words(session, visit_type)
    return ""


def _kept_for(session: Session, block: Block, begins: datetime) -> str:
    span = f"{clock_words(block.starts)} to {clock_words(block.ends)}"
    opens_at = block.opens_at(begins)
    if opens_at is None:
        return f"{session.provider} keeps {span} for: {block.name}."
    opens = local(session.site, opens_at)
    until = f"{opens:%a, %b} {opens.day}, {clock_words(opens.time())}"
    return f"{session.provider} keeps {span} for {block.name} until {until}."


def _limit_words(session: Session, visit_type: VisitType) -> str:
    most = session.most_of_type.get(str(visit_type.pk))
    what = f"{most} of: {visit_type}" if most is not None else f"{session.most_visits} visits"
    return f"{session.provider} takes no more in this session than {what}."
