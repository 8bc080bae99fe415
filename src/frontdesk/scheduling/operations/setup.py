"""What can be booked and when: visit types, weekly sessions, time off."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, NamedTuple

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Phase, Session, TimeOff, VisitType
from frontdesk.staff.models import Provider


class PhaseSaid(NamedTuple):
    """A phase as somebody says it: who or what, from which minute on, for how many."""

    role: str
    starts_after: int
    minutes: int
    kind: str = ""


@operation("scheduling.templates")
def save_visit_type(
    visit_type: VisitType | None,
    values: dict[str, Any],
    *,
    phases: Sequence[PhaseSaid] | None = None,
    by: Actor,
) -> VisitType:
    """Make or change what can be booked. `phases` replaces its phases; None leaves them.

    `minutes` is the patient's time: the end of the last phase, where phases are given.
    """
    kept = VisitType.objects.lock(visit_type.pk) if visit_type else VisitType()
    for name, value in values.items():
        setattr(kept, name, value)
    if phases is not None:
        _refuse_odd(phases)
        kept.minutes = max(phase.starts_after + phase.minutes for phase in phases)
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
    by: Actor,
) -> Session:
    """Let a provider see patients every week at this time, from a day on (`until_on` excluded).

    Nobody works at two places at once: a session that overlaps another of theirs is refused.
    """
    session = Session(provider=provider, site=site, weekday=weekday, from_on=from_on)
    return _save_session(session, starts, ends, until_on, visit_types)


@operation("scheduling.templates")
def change_session(
    session: Session,
    *,
    starts: time,
    ends: time,
    on: date,
    visit_types: Sequence[VisitType] = (),
    by: Actor,
) -> Session:
    """Change a session from a day on; before it everything stays as it was."""
    session = Session.objects.lock(session.pk)
    if on <= session.from_on:
        return _save_session(session, starts, ends, session.until_on, visit_types)
    until_on = session.until_on
    session.until_on = on
    session.save()
    later = Session(
        provider=session.provider, site=session.site, weekday=session.weekday, from_on=on
    )
    return _save_session(later, starts, ends, until_on, visit_types)


@operation("scheduling.templates")
def end_session(session: Session, *, on: date, by: Actor) -> Session:
    """Let a session hold no longer from a day on. What is booked stays booked."""
    session = Session.objects.lock(session.pk)
    session.until_on = max(on, session.from_on)
    session.save()
    return session


@operation("scheduling.templates")
def take_time_off(
    *,
    resource_kind: str,
    resource_id: Any,
    starts_at: datetime,
    ends_at: datetime,
    because: str,
    by: Actor,
) -> TimeOff:
    """Keep a provider, room, device or assistant from being booked. What is booked stays so."""
    if ends_at <= starts_at:
        raise Refused("Time off ends after it starts.")
    return TimeOff.objects.create(
        resource_kind=resource_kind,
        resource_id=resource_id,
        starts_at=starts_at,
        ends_at=ends_at,
        because=because.strip(),
    )


@operation("scheduling.templates")
def end_time_off(time_off: TimeOff, *, by: Actor) -> TimeOff:
    """Take time off back."""
    time_off = TimeOff.objects.lock(time_off.pk)
    time_off.is_active = False
    time_off.save()
    return time_off


def _refuse_odd(phases: Sequence[PhaseSaid]) -> None:
    if not any(phase.role == Phase.Role.PROVIDER for phase in phases):
        raise Refused("A visit needs a provider for some of its time.")
    for phase in phases:
        if phase.minutes <= 0 or phase.minutes % 5 or phase.starts_after % 5:
            raise Refused("Phases start and last in steps of five minutes.")


def _replace_phases(visit_type: VisitType, phases: Sequence[PhaseSaid]) -> None:
    """Use the rows there are; a phase that is not said any more is kept for no visit type."""
    held = list(visit_type.phases.order_by("pk"))
    for row, said in zip(held, phases, strict=False):
        row.role, row.kind = said.role, said.kind
        row.starts_after, row.minutes = said.starts_after, said.minutes
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
    others = Session.objects.filter(
        provider=session.provider, weekday=session.weekday, starts__lt=ends, ends__gt=starts
    )
    for other in others.exclude(pk=session.pk).select_related("site"):
        if session.overlaps_days_of(other):
            raise Refused(
                f"{session.provider} has a session at {other.site} then "
                f"({other.starts:%H:%M} to {other.ends:%H:%M})."
            )
    session.save()
    return session
