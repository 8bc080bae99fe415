"""Booking a series of visits in one go, and changing one of them, those that follow, or all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, PlannedVisit, SetVisit, VisitSet, VisitType
from frontdesk.scheduling.operations import planned, taking, telling
from frontdesk.scheduling.operations.booking import book, reschedule
from frontdesk.scheduling.operations.keeping import cancel
from frontdesk.scheduling.queries import series as queries
from frontdesk.scheduling.queries.conflicts import Wish
from frontdesk.scheduling.queries.fitting import why_no_time
from frontdesk.scheduling.rules.series import MOST
from frontdesk.staff.models import Provider

AROUND = timedelta(days=7)  # a date that is planned for later may be booked so far from its day


@dataclass(frozen=True, slots=True)
class Date:
    """One date of a series as somebody decided it.

    Without a time it is left out, because of `left_out`; `is_listed` keeps it on the list of
    planned visits.
    """

    planned_on: date
    starts_at: datetime | None = None
    provider: Provider | None = None
    site: Site | None = None
    left_out: str = ""
    is_listed: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What came of booking a series."""

    visit_set: VisitSet
    booked: list[Appointment]
    listed: list[PlannedVisit]
    left_out: list[SetVisit]


@dataclass(frozen=True, slots=True)
class Changed:
    """What came of changing visits of a series: those that were, and those that stay, with why."""

    done: list[Appointment]
    stayed: list[tuple[Appointment, str]]


@operation("scheduling.book")
def book_series(
    patient: Patient,
    visit_type: VisitType,
    dates: Sequence[Date],
    *,
    first: Appointment | None = None,
    every: int = 1,
    unit: str = VisitSet.Unit.WEEK,
    reason: str = "",
    only_free: bool = False,
    at: datetime,
    by: Actor,
) -> Made:
    """Book all dates or none; with `only_free` what is taken goes onto the list of planned visits.

    `first` is a visit that is booked already and becomes the first of the series. The patient is
    told of all of it in one message.
    """
    _refuse_strange(dates, first)
    visit_set = VisitSet.objects.create(
        kind=VisitSet.Kind.SERIES, patient=patient, visit_type=visit_type, every=every, unit=unit,
        made_at=at, made_by=by.name,
    )  # fmt: skip
    if first is not None:
        _put_first(visit_set, first)
    _wait_for_all(patient, visit_type, dates)
    made = Made(visit_set, [], [], [])
    for number, one in enumerate(dates, 2 if first else 1):
        _book_date(made, number, one, reason=reason, only_free=only_free, at=at, by=by)
    if not made.booked:
        raise Refused("None of these dates can be booked. Choose other times.")
    telling.tell_several(made.booked, at=at, by=by)
    return made


@operation("scheduling.book")
def move_following(
    appointment: Appointment,
    starts_at: datetime,
    *,
    scope: str,
    provider: Provider | None = None,
    only_free: bool = False,
    at: datetime,
    by: Actor,
) -> Changed:
    """Move a visit of a series, and with it those that follow, or all of them.

    They move by as many days, to the same time of day. What can't be moved refuses the whole, or
    stays as it is with `only_free`. Each keeps its history.
    """
    shift, wall = _shift(appointment, starts_at)
    rows = queries.following(appointment, scope)
    taking.wait_for_turns(
        [
            Wish(one.visit_type, provider or one.provider, one.site, _moved(one, shift, wall))
            for one in rows
        ],
        [one.site for one in rows],
    )
    changed, were = Changed([], []), {one.pk: one.starts_at for one in rows}
    for one in reversed(rows) if starts_at > appointment.starts_at else rows:
        try:
            with attempt():
                target = starts_at if one.pk == appointment.pk else _there(one, shift, wall)
                moved = reschedule(
                    one, target, provider=provider, at=at, tells=len(rows) == 1, by=by
                )
            changed.done.append(moved)
        except Refused as refusal:
            if not only_free:
                raise _about(one, refusal) from None
            changed.stayed.append((one, str(refusal)))
    if len(rows) > 1:
        telling.tell_several(changed.done, were=were, at=at, by=by)
    return changed


@operation("scheduling.cancel")
def cancel_following(
    appointment: Appointment,
    *,
    scope: str = "this",
    because: str,
    whose: str,
    again: bool = False,
    at: datetime,
    by: Actor,
) -> list[Appointment]:
    """Cancel a visit, this and those that follow in its series, or all that are still to come.

    With `again` the patient goes onto the list of planned visits: they want another time.
    """
    rows = [
        one
        for one in queries.following(appointment, scope)
        if one.pk == appointment.pk or one.starts_at > at
    ]
    gone = [
        cancel(one, because=because, whose=whose, tells=len(rows) == 1, at=at, by=by)
        for one in rows
    ]
    if len(gone) > 1:
        telling.tell_several_cancelled(gone, at=at, by=by)
    if again:
        planned.plan_after(gone[0], PlannedVisit.Source.CANCELLED, because=because, at=at, by=by)
    return gone


def _refuse_strange(dates: Sequence[Date], first: Appointment | None) -> None:
    if not dates:
        raise Refused("Choose at least one date.")
    if len(dates) > MOST:
        raise Refused(f"A series has at most {MOST} visits.")
    if first is not None and first.status != Appointment.Status.BOOKED:
        raise Refused("Only a visit that is still to come can begin a series.")
    for one in dates:
        if one.starts_at is not None and (one.provider is None or one.site is None):
            raise Refused("Say with whom and where each visit is.")


def _put_first(visit_set: VisitSet, first: Appointment) -> None:
    first = Appointment.objects.lock(first.pk)
    if SetVisit.objects.filter(appointment=first).exists():
        raise Refused("This visit belongs to a series already.")
    day = local(first.site, first.starts_at).date()
    SetVisit.objects.create(visit_set=visit_set, number=1, planned_on=day, appointment=first)


def _wait_for_all(patient: Patient, visit_type: VisitType, dates: Sequence[Date]) -> None:
    wishes = [
        Wish(visit_type, one.provider, one.site, one.starts_at, patient=patient)
        for one in dates
        if one.starts_at and one.provider and one.site
    ]
    if wishes:
        taking.wait_for_turns(wishes)


def _book_date(
    made: Made, number: int, one: Date, *, reason: str, only_free: bool, at: datetime, by: Actor
) -> None:
    visit_set, left_out, is_listed = made.visit_set, one.left_out, one.is_listed
    booked = None
    if one.starts_at and one.provider and one.site:
        try:
            with attempt():
                booked = book(
                    visit_set.patient, visit_set.visit_type, one.provider, one.site,
                    one.starts_at, at, reason=reason, tells=False, by=by,
                )  # fmt: skip
            made.booked.append(booked)
        except Refused as refusal:
            if not only_free:
                raise Refused(f"{_day_words(one.planned_on)}: {refusal}") from None
            left_out, is_listed = str(refusal), True
    place = SetVisit.objects.create(
        visit_set=visit_set,
        number=number,
        planned_on=one.planned_on,
        appointment=booked,
        left_out="" if booked else (left_out or "Left out")[:200],
    )
    if booked is None:
        made.left_out.append(place)
        if is_listed:
            made.listed.append(_list(visit_set, one, at=at, by=by))


def _list(visit_set: VisitSet, one: Date, *, at: datetime, by: Actor) -> PlannedVisit:
    return planned.plan_visit(
        visit_set.patient,
        visit_set.visit_type,
        source=PlannedVisit.Source.SERIES,
        due_on=one.planned_on,
        from_on=one.planned_on - AROUND,
        until_on=one.planned_on + AROUND,
        provider=one.provider,
        site=one.site,
        because="Left out of a series",
        list_on=local(one.site, at).date() if one.site else None,
        at=at,
        by=by,
    )


def _shift(appointment: Appointment, starts_at: datetime) -> tuple[int, time]:
    was, new = local(appointment.site, appointment.starts_at), local(appointment.site, starts_at)
    return (new.date() - was.date()).days, new.time()


def _moved(one: Appointment, days: int, wall: time) -> datetime:
    day = local(one.site, one.starts_at).date() + timedelta(days=days)
    return at_wall(one.site, day, wall)


def _there(one: Appointment, days: int, wall: time) -> datetime:
    """Return where a visit goes; refuse in words a time that its night skips."""
    target = _moved(one, days, wall)
    if words := why_no_time(one.site, local(one.site, target).date(), wall):
        raise Refused(words)
    return target


def _about(one: Appointment, refusal: Refused) -> Refused:
    return Refused(f"{_day_words(local(one.site, one.starts_at).date())}: {refusal}")


def _day_words(day: date) -> str:
    return f"{day:%a, %b} {day.day}"
