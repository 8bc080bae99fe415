"""What can be booked and when: visit types and weekly sessions."""

from collections.abc import Mapping, Sequence
from datetime import date, time, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Phase, Session, VisitType
from frontdesk.scheduling.operations.blocks import carry_blocks, refuse_outside
from frontdesk.scheduling.rules.time import LONGEST, clock_words
from frontdesk.staff.models import Provider

LONGEST_MINUTES = int(LONGEST.total_seconds()) // 60


class PhaseSaid(NamedTuple):
    """A phase as somebody says it: who or what, from which minute on, for how many."""

    role: str
    starts_after: int
    minutes: int
    kind: str = ""  # of room or device
    skill: str = ""  # of an assistant
    named_id: UUID | None = None  # this one and no other
    may_wait: int = 0  # minutes it may begin later


class Limits(NamedTuple):
    """How many visits a session takes on a day: at most, at most of a type by key, at least."""

    most_visits: int | None = None
    most_of_type: Mapping[str, int] = MappingProxyType({})
    least_visits: int | None = None


@operation("scheduling.templates")
def save_visit_type(
    visit_type: VisitType | None,
    values: dict[str, Any],
    *,
    phases: Sequence[PhaseSaid] | None = None,
    by: Actor,
) -> VisitType:
    """Make or change what can be booked. `phases` replaces its phases; None leaves them.

    `minutes` is the patient's time: the end of the last phase, where phases are given. A room that
    is taken for longer is being made ready for the next patient.
    """
    kept = VisitType.objects.lock(visit_type.pk) if visit_type else VisitType()
    for name, value in values.items():
        setattr(kept, name, value)
    if phases is not None:
        _refuse_odd(phases)
        kept.minutes = max(
            phase.starts_after + phase.minutes for phase in phases if phase.role != Phase.Role.ROOM
        )
    if VisitType.objects.filter(code=kept.code).exclude(pk=kept.pk).exists():
        raise Refused(f"Another visit type has the code {kept.code}.")
    kept.save()
    if phases is not None:
        _replace_phases(kept, phases)
    return kept


@operation("scheduling.templates")
def add_session(
    provider: Provider,
    site: Site,
    *,
    weekday: int,
    starts: time,
    ends: time,
    from_on: date,
    until_on: date | None = None,
    visit_types: Sequence[VisitType] = (),
    limits: Limits = Limits(),  # noqa: B008 - immutable
    by: Actor,
) -> Session:
    """Let a provider see patients every week at this time, from a day on (`until_on` excluded).

    Nobody works at two places at once: a session that overlaps another of theirs is refused.
    """
    session = Session(provider=provider, site=site, weekday=weekday, from_on=from_on)
    _limit(session, limits)
    return _save_session(session, starts, ends, until_on, visit_types)


@operation("scheduling.templates")
def add_sessions(
    provider: Provider,
    site: Site,
    *,
    weekdays: Sequence[int],
    starts: time,
    ends: time,
    from_on: date,
    visit_types: Sequence[VisitType] = (),
    limits: Limits = Limits(),  # noqa: B008 - immutable
    by: Actor,
) -> list[Session]:
    """Let a provider see patients on several days of the week at the same time: all, or none."""
    return [
        add_session(
            provider,
            site,
            weekday=weekday,
            starts=starts,
            ends=ends,
            from_on=from_on,
            visit_types=visit_types,
            limits=limits,
            by=by,
        )
        for weekday in weekdays
    ]


@operation("scheduling.templates")
def change_session(
    session: Session,
    *,
    starts: time,
    ends: time,
    on: date,
    visit_types: Sequence[VisitType] = (),
    limits: Limits | None = None,
    by: Actor,
) -> Session:
    """Change a session from a day on; before it everything stays as it was.

    Its blocks go along; one that would lie outside the new hours is refused. Without `limits`
    they stay too.
    """
    session = Session.objects.lock(session.pk)
    before = Limits(session.most_visits, session.most_of_type, session.least_visits)
    limits = before if limits is None else limits
    if on <= session.from_on:
        _limit(session, limits)
        session.starts, session.ends = starts, ends
        for block in session.active_blocks:
            refuse_outside(block, session)
        return _save_session(session, starts, ends, session.until_on, visit_types)
    until_on = session.until_on
    session.until_on = on
    session.save()
    later = Session(
        provider=session.provider, site=session.site, weekday=session.weekday, from_on=on
    )
    _limit(later, limits)
    _save_session(later, starts, ends, until_on, visit_types)
    carry_blocks(session, later)
    return later


@operation("scheduling.templates")
def end_session(session: Session, *, on: date, by: Actor) -> Session:
    """Let a session hold no longer from a day on. What is booked stays booked."""
    session = Session.objects.lock(session.pk)
    session.until_on = max(on, session.from_on)
    session.save()
    return session


def _refuse_odd(phases: Sequence[PhaseSaid]) -> None:
    if not any(phase.role == Phase.Role.PROVIDER for phase in phases):
        raise Refused("A visit needs a provider for some of its time.")
    for phase in phases:
        if phase.minutes <= 0 or any(
            minutes % 5 for minutes in (phase.minutes, phase.starts_after, phase.may_wait)
        ):
            raise Refused("Phases start and last in steps of five minutes.")
    if max(phase.starts_after + phase.minutes for phase in phases) > LONGEST_MINUTES:
        raise Refused("A visit lasts a day at most.")


def _replace_phases(visit_type: VisitType, phases: Sequence[PhaseSaid]) -> None:
    """Use the rows there are; a phase that is not said any more is kept for no visit type."""
    held = list(visit_type.phases.order_by("pk"))
    for row, said in zip(held, phases, strict=False):
        for name, value in said._asdict().items():
            setattr(row, name, value)
        row.is_active = True
        row.save()
    for said in phases[len(held) :]:
        Phase.objects.create(visit_type=visit_type, **said._asdict())
    for row in held[len(phases) :]:
        row.is_active = False
        row.save()


def _save_session(
    session: Session,
    starts: time,
    ends: time,
    until_on: date | None,
    visit_types: Sequence[VisitType],
) -> Session:
    if ends <= starts:
        raise Refused("A session ends after it starts.")
    if starts.minute % 5 or ends.minute % 5:
        raise Refused("Sessions start and end on five-minute marks.")
    session.starts, session.ends, session.until_on = starts, ends, until_on
    session.visit_type_ids = [str(visit_type.pk) for visit_type in visit_types]
    refuse_overlap(session)
    session.save()
    return session


def refuse_overlap(session: Session) -> None:
    """Refuse a session while which the provider has another one, and say which."""
    others = Session.objects.filter(
        provider=session.provider,
        weekday=session.weekday,
        starts__lt=session.ends,
        ends__gt=session.starts,
    )
    for other in others.exclude(pk=session.pk).select_related("site"):
        if session.overlaps_days_of(other):
            raise Refused(
                f"{session.provider} has a session at {other.site} then: {_words_of(other)}."
            )


def _limit(session: Session, limits: Limits) -> None:
    most, least = limits.most_visits, limits.least_visits
    if most is not None and least is not None and least > most:
        raise Refused("The least number of visits is more than the most.")
    session.most_visits, session.least_visits = most, least
    session.most_of_type = dict(limits.most_of_type)


def _words_of(session: Session) -> str:
    """Say which session it is: Tuesdays, 8:00 AM to 5:00 PM, from Jan 1, 2026."""
    span = f"{clock_words(session.starts)} to {clock_words(session.ends)}"
    since = f"from {_day_words(session.from_on)}"
    until = f" until {_day_words(session.until_on - timedelta(days=1))}" if session.until_on else ""
    return f"{session.weekday_name}s, {span}, {since}{until}"


def _day_words(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
