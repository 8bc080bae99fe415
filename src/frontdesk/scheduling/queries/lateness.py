"""Who runs late, and when the patients of the rest of the day are really seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from frontdesk.core.clock import at_wall, day_bounds, local
from frontdesk.core.errors import Refused
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Lateness, LateNotice
from frontdesk.scheduling.queries import calendars, overtime, working
from frontdesk.scheduling.queries.preferences import preferences_by
from frontdesk.scheduling.rules.preferences import Kind
from frontdesk.scheduling.rules.time import STEP
from frontdesk.solver.openings import CELL_MINUTES, Grid, stretches
from frontdesk.solver.repair import late
from frontdesk.solver.repair.late import Break, Promised
from frontdesk.staff.models import Provider

KEPT_OF_A_BREAK = 20  # minutes of a break that are kept, however late it is
Status = Appointment.Status


@dataclass(frozen=True, slots=True)
class Due:
    """A visit still to come of a provider who runs late."""

    appointment: Appointment
    expected_at: datetime
    minutes: int  # later than promised
    after_hours: int = 0  # minutes after the provider's hours at which they are done with it


class Stays(NamedTuple):
    """How long a late provider would stay after their hours, for how many, and what is agreed."""

    minutes: int
    visits: int
    agreed: int

    @property
    def is_too_long(self) -> bool:
        """Say whether it is longer than they agreed to."""
        return self.minutes > self.agreed


def rest_of_day(provider: Provider, site: Site, minutes: int, at: datetime) -> list[Due]:
    """Return when each visit still to come begins if the provider is so many minutes behind.

    Whoever was promised a time by now and waits is seen by the delay after it; in a free moment
    the provider is held up for that long. A visit within the provider's time off is not late but
    to be moved: the plan for who is out looks after it.
    """
    delay, at = timedelta(minutes=minutes), at.replace(second=0, microsecond=0)
    _, closes = day_bounds(site, local(site, at).date())
    coming = list(
        Appointment.objects.filter(
            provider=provider,
            site=site,
            starts_at__gte=at - delay,
            starts_at__lt=closes,
            status__in=(Status.BOOKED, Status.ARRIVED),
        )
        .select_related("patient", "visit_type", "site", "provider")
        .prefetch_related("visit_type__phases")
        .order_by("starts_at", "pk")
    )
    away = [span[1:] for span in working.off_between({provider.pk}, at - delay, closes)]
    coming = [one for one in coming if not any(a <= one.starts_at < b for a, b in away)]
    if not coming:
        return []
    zero = at - delay
    promised = [
        Promised(str(one.pk), _minutes(one.starts_at - zero), _with_provider(one)) for one in coming
    ]
    free_at = _minutes(min(coming[0].starts_at, at) - zero) + minutes
    breaks = _breaks(provider, site, zero, closes) + _lunches(provider, site, zero, promised)
    seen = {one.key: one for one in late.ripple(promised, free_at=free_at, breaks=breaks)}
    hours_end = overtime.hours_end(provider, site, local(site, at).date())
    found = []
    for one in coming:
        expected_at = zero + timedelta(minutes=seen[str(one.pk)].begins)
        done_at = expected_at + timedelta(minutes=_with_provider(one))
        over = overtime.minutes_after(done_at, hours_end)
        found.append(Due(one, expected_at, seen[str(one.pk)].late, over))
    return found


def is_out_for_the_day(provider: Provider, site: Site, at: datetime) -> bool:
    """Say whether a provider is marked out from this instant until their hours of the day end."""
    hours_end = overtime.hours_end(provider, site, local(site, at).date())
    if hours_end is None or hours_end <= at:
        return False
    back_at = at
    for _key, starts_at, ends_at in sorted(working.off_between({provider.pk}, at, hours_end)):
        back_at = max(back_at, ends_at) if starts_at <= back_at else back_at
    return back_at >= hours_end


def check_not_out(provider: Provider, site: Site, at: datetime) -> None:
    """Refuse to call a provider late who is marked out until the end of their day."""
    if is_out_for_the_day(provider, site, at):
        raise Refused(
            f"{provider} is marked out for the rest of the day: their patients are in the plan for"
            " that. If they come after all, end the time off first."
        )


def stays(provider: Provider, site: Site, due: Sequence[Due], at: datetime) -> Stays | None:
    """Return how long a late provider stays after their hours, beside what is agreed; or None."""
    over = max((one.after_hours for one in due), default=0)
    if not over:
        return None
    count = sum(1 for one in due if one.after_hours)
    return Stays(over, count, overtime.may_stay(provider, site, at))


def running(site: Site, on: date) -> QuerySet[Lateness]:
    """Return who runs late at a site on a day, with the patients it hits, by time."""
    found = told().filter(site=site, on=on, status=Lateness.Status.RUNNING)
    return found.order_by("provider__last_name", "pk")


def told() -> QuerySet[Lateness]:
    """Return late providers with everybody who waits for them, by time."""
    rows = LateNotice.objects.select_related("appointment__patient", "appointment__visit_type")
    return Lateness.objects.select_related("provider", "site").prefetch_related(
        Prefetch("notices", queryset=rows.order_by("promised_at", "pk"))
    )


def notices() -> QuerySet[LateNotice]:
    """Return notices with what a patient's page says of them."""
    return LateNotice.objects.select_related(
        "lateness", "appointment__provider", "appointment__site", "appointment__visit_type",
        "appointment__patient",
    )  # fmt: skip


def rounded(instant: datetime) -> datetime:
    """Return the next five-minute mark: what is said to a patient."""
    over = instant.timestamp() % STEP.total_seconds()
    return instant if not over else instant + STEP - timedelta(seconds=over)


def _breaks(provider: Provider, site: Site, zero: datetime, closes: datetime) -> list[Break]:
    """Return the gaps between a provider's sessions and the time off within the day."""
    day = local(site, zero).date()
    grid = Grid.between(day_bounds(site, day)[0], closes)
    worked = 0
    for session in calendars.sessions_of(site, day, 1, provider):
        if session.holds_on(day):
            worked |= working.cells_of(session, site, grid, day)
    if not worked:
        return []
    first = (worked & -worked).bit_length() - 1
    span = ((1 << (worked.bit_length() - first)) - 1) << first
    free = span & ~worked
    for _key, starts_at, ends_at in working.off_between({provider.pk}, grid.starts_at, closes):
        free |= grid.touched(starts_at, ends_at) & span
    found = []
    for cell, cells in stretches(free):
        begins, long = _minutes(grid.at(cell) - zero), cells * CELL_MINUTES
        if begins + long > 0:
            found.append(Break(begins, begins + long, min(long, KEPT_OF_A_BREAK)))
    return found


def _lunches(
    provider: Provider, site: Site, zero: datetime, promised: Sequence[Promised]
) -> list[Break]:
    """Return the free time that a provider keeps for lunch, as the day was planned.

    It is the longest piece without visits between the times that the preference says.
    """
    day, found = local(site, zero).date(), []
    for rule in preferences_by({provider.pk}).get(provider.pk, []):
        if rule.kind != Kind.LUNCH or not rule.is_on(day.weekday()):
            continue
        opens, closes = (
            _minutes(at_wall(site, day, wall) - zero) for wall in (rule.starts, rule.ends) if wall
        )
        begins, ends = _longest_gap(promised, opens, closes)
        if ends - begins >= rule.number and ends > 0:
            found.append(Break(begins, begins + rule.number, min(rule.number, KEPT_OF_A_BREAK)))
    return found


def _longest_gap(promised: Sequence[Promised], opens: int, closes: int) -> tuple[int, int]:
    """Return the longest piece of a window without visits, the first of equals."""
    best, free_from = (opens, opens), opens
    for begins, minutes in [*sorted((one.begins, one.minutes) for one in promised), (closes, 0)]:
        until = min(begins, closes)
        if until - free_from > best[1] - best[0]:
            best = (free_from, until)
        free_from = max(free_from, begins + minutes)
    return best


def _with_provider(one: Appointment) -> int:
    """Return how long the provider is needed: the visit's provider phases, else all of it."""
    phases = [p for p in one.own_type.active_phases if p.role == p.Role.PROVIDER]
    return sum(phase.minutes for phase in phases) or one.minutes


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
