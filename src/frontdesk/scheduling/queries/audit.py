"""The nightly look over the schedule: what should not be, and what is of no use."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import cast
from uuid import UUID

from django.db.models import Q

from frontdesk.core.clock import local
from frontdesk.people.models import Patient
from frontdesk.practice.models import Hours
from frontdesk.practice.queries import is_closed
from frontdesk.scheduling.models import Appointment, GroupVisit, Hold, Occupancy, Session
from frontdesk.scheduling.queries import away, feasible, working
from frontdesk.scheduling.queries.preferences import contradictions_by
from frontdesk.scheduling.queries.setup import visit_types
from frontdesk.scheduling.queries.working import Visit, counted, visits_between
from frontdesk.scheduling.rules.audit import Finding, Taken, outside, overlapping
from frontdesk.scheduling.rules.time import clock_words

Lane = tuple[UUID, int]  # a resource and its lane
LOOKED_BACK = timedelta(weeks=8)  # a block that nobody used for so long is of no use
SOON = 2  # days before a session by which its least number should be booked


def findings(at: datetime) -> list[Finding]:
    """Return everything that is found, the worst first; the same queries whatever there is."""
    sessions = list(
        Session.objects.filter(Q(until_on=None) | Q(until_on__gt=at.date() - LOOKED_BACK))
        .select_related("provider", "site")
        .prefetch_related("blocks")
        .order_by("provider__last_name", "weekday", "starts", "pk")
    )
    present = [one for one in sessions if one.until_on is None or one.until_on > at.date()]
    visits = visits_between(
        {one.provider_id for one in sessions}, at - LOOKED_BACK, at + timedelta(days=14), at=at
    )
    return [
        *_overlaps(at),
        *_orphans(at),
        *_of_the_dead(at),
        *_sessions_that_overlap(present),
        *_outside_hours(present),
        *_never_given(at.date()),
        *_contradictions(present),
        *_unused_blocks(sessions, visits, at),
        *_too_few(present, visits, at),
    ]


def _overlaps(at: datetime) -> Iterator[Finding]:
    """What the database refuses; looked for all the same, for a restored or altered database."""
    rows = Occupancy.objects.filter(is_active=True, ends_at__gt=at)
    columns = rows.values_list("resource_id", "lane", "starts_at", "ends_at", "pk")
    taken = [Taken((key, lane), starts, ends, pk) for key, lane, starts, ends, pk in columns]
    pairs = overlapping(taken)
    names = away.names_of({cast("Lane", one.resource)[0] for one, _other in pairs})
    for one, other in pairs:
        name = names.get(cast("Lane", one.resource)[0], "Somebody")
        yield Finding("overlap", f"{name} is taken twice at {other.starts:%Y-%m-%d %H:%M} UTC.")


def _orphans(at: datetime) -> Iterator[Finding]:
    """Time that is taken for nothing: of holds long over, of visits that are cancelled."""
    held = Occupancy.objects.filter(is_active=True, ends_at__gt=at, hold__isnull=False)
    over = held.exclude(hold__status=Hold.Status.HELD, hold__expires_at__gt=at - timedelta(days=1))
    if count := over.count():
        yield Finding("orphan", f"{_count(count, 'stretch')} kept by holds that are over.")
    gone = Occupancy.objects.filter(
        is_active=True,
        ends_at__gt=at,
        appointment__status__in=(Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW),
    )
    if count := gone.count():
        yield Finding("orphan", f"{_count(count, 'stretch')} taken by visits that are cancelled.")
    nobody = Occupancy.objects.filter(is_active=True, ends_at__gt=at, appointment=None, hold=None)
    if count := nobody.exclude(pk__in=_taken_by_groups(at)).count():
        yield Finding("orphan", f"{_count(count, 'stretch')} taken by no visit at all.")


def _taken_by_groups(at: datetime) -> list[str]:
    """Return what groups take: their patients have seats in it."""
    groups = GroupVisit.objects.filter(is_active=True, ends_at__gt=at)
    return [key for keys in groups.values_list("occupancy_ids", flat=True) for key in keys]


def _of_the_dead(at: datetime) -> Iterator[Finding]:
    """Visits to come of patients who died: somebody cancels them, and nobody is waited for."""
    booked = Appointment.objects.filter(
        starts_at__gt=at,
        status=Appointment.Status.BOOKED,
        patient__status=Patient.Status.DECEASED,
    )
    for visit in booked.select_related("site", "provider").order_by("starts_at", "pk"):
        starts = local(visit.site, visit.starts_at)
        when = f"{starts:%b} {starts.day}, {clock_words(starts.time())}"
        yield Finding("nobody", f"{when}, {visit.provider}: the patient has died. Cancel it.")


def _sessions_that_overlap(sessions: list[Session]) -> Iterator[Finding]:
    by_day: defaultdict[tuple[UUID, int], list[Session]] = defaultdict(list)
    for session in sessions:
        by_day[session.provider_id, session.weekday].append(session)
    for rows in by_day.values():
        for number, one in enumerate(rows):
            for other in rows[number + 1 :]:
                is_then = one.starts < other.ends and other.starts < one.ends
                if is_then and one.overlaps_days_of(other):
                    yield Finding("sessions", f"{_said(one)} overlaps {_said(other)}.")


def _outside_hours(sessions: list[Session]) -> Iterator[Finding]:
    opened: defaultdict[tuple[UUID, int], list[tuple[time, time]]] = defaultdict(list)
    for hours in Hours.objects.all():
        opened[hours.site_id, hours.weekday].append((hours.opens, hours.closes))
    for session in sessions:
        if outside(session.starts, session.ends, opened[session.site_id, session.weekday]):
            yield Finding("hours", f"{_said(session)}: {session.site} is not open for all of it.")


def _never_given(on: date) -> Iterator[Finding]:
    types = list(visit_types())
    names = {one.pk: one.name for one in types}
    for key, words in feasible.troubles_by(types, on).items():
        yield Finding("visit_type", f"{names[key]} can't be given: {' '.join(words)}")


def _contradictions(sessions: list[Session]) -> Iterator[Finding]:
    by_provider: defaultdict[UUID, list[Session]] = defaultdict(list)
    for session in sessions:
        by_provider[session.provider_id].append(session)
    for found in contradictions_by(by_provider).values():
        yield from (Finding("preference", words) for words in found)


def _unused_blocks(sessions: list[Session], visits: list[Visit], at: datetime) -> Iterator[Finding]:
    for session in sessions:
        has_begun = session.from_on <= (at - LOOKED_BACK).date()
        for block in session.active_blocks if has_begun else ():
            used = any(
                visit.starts_at < at
                and visit.provider_id == session.provider_id
                and str(visit.visit_type_id) in block.visit_type_ids
                and session.holds_on(local(session.site, visit.starts_at).date())
                and block.starts <= local(session.site, visit.starts_at).time() < block.ends
                for visit in visits
            )
            if not used:
                words = f"The block {block.name} of {_said(session)} was not used for 8 weeks."
                yield Finding("block", words)


def _too_few(sessions: list[Session], visits: list[Visit], at: datetime) -> Iterator[Finding]:
    asked = [session for session in sessions if session.least_visits]
    off = _off_soon({session.provider_id for session in asked}, at) if asked else {}
    for session in asked:
        least = session.least_visits or 0
        today = local(session.site, at).date()
        booked = counted(session, session.site, visits)
        for day in (today + timedelta(days=n) for n in range(1, SOON + 1)):
            count = booked[day].total() if day in booked else 0
            is_on = session.holds_on(day) and not is_closed(session.site, day)
            works = working.minutes_worked([session], session.site, [day], {}, off)
            if is_on and works and count < least:
                yield Finding(
                    "few",
                    f"{_said(session)}, {day:%b} {day.day}: {count} of at least {least} visits.",
                )


def _off_soon(providers: set[UUID], at: datetime) -> dict[UUID, list[working.Span]]:
    found: defaultdict[UUID, list[working.Span]] = defaultdict(list)
    for key, starts_at, ends_at in working.off_between(
        providers, at, at + timedelta(days=SOON + 2)
    ):
        found[key].append((starts_at, ends_at))
    return found


def _said(session: Session) -> str:
    span = f"{clock_words(session.starts)} to {clock_words(session.ends)}"
    return f"{session.provider}'s {session.weekday_name} session ({span}, {session.site})"


def _count(number: int, what: str) -> str:
    return f"1 {what} of time is" if number == 1 else f"{number} {what}es of time are"
