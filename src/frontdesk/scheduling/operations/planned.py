"""Visits that are planned for later: put on the list, booked from it once, asked again, ended."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from frontdesk.comms.models import Message
from frontdesk.comms.operations import Way, tell
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local, today
from frontdesk.core.composed import Composed
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Practice, Room, Site
from frontdesk.scheduling.models import Appointment, PlannedVisit, VisitType
from frontdesk.scheduling.operations.booking import book
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import settle_work

Status, Source = PlannedVisit.Status, PlannedVisit.Source
SOON = timedelta(days=14)  # a planned visit enters the list so long before its first good day
USUAL = timedelta(days=7)  # days before and after the best one that do as well
FOLLOW_UP = timedelta(days=14)  # in which somebody who missed or cancelled is seen again
FARTHEST = timedelta(days=5 * 366)
LINK = "book"  # the purpose of a link with which the patient books a planned visit
LINK_HOLDS = timedelta(days=30)


@operation("scheduling.plan")
def plan_visit(
    patient: Patient,
    visit_type: VisitType,
    *,
    source: str = Source.HAND,
    due_on: date,
    from_on: date | None = None,
    until_on: date | None = None,
    list_on: date | None = None,
    provider: Provider | None = None,
    site: Site | None = None,
    because: str = "",
    after: Appointment | None = None,
    at: datetime,
    by: Actor,
) -> PlannedVisit:
    """Plan a visit for about a day: "in 6 weeks, with Dr. Osei". It enters the list when due.

    Said twice after the same visit it is one plan, as it was said last.
    """
    if patient.status != Patient.Status.ACTIVE:
        raise Refused("This chart is not in use.")
    first, last = from_on or due_on - USUAL, until_on or due_on + USUAL
    _refuse_days(first, due_on, last, at)
    known = (
        after
        and PlannedVisit.objects.filter(after=after, source=source, status=Status.OPEN).first()
    )
    planned = known or PlannedVisit(
        patient=patient, source=source, after=after, planned_at=at, planned_by=by.name
    )
    planned.visit_type, planned.provider, planned.site = visit_type, provider, site
    planned.from_on, planned.due_on, planned.until_on = first, due_on, last
    planned.list_on = list_on or first - SOON
    planned.because = because.strip()[:200]
    planned.save()
    return planned


@operation("scheduling.book")
def book_planned(
    planned: PlannedVisit,
    starts_at: datetime,
    *,
    provider: Provider,
    site: Site,
    room: Room | None = None,
    at: datetime,
    by: Actor,
) -> Appointment:
    """Book a planned visit. Two who book the same one: the second is told that it is booked."""
    planned = PlannedVisit.objects.lock(planned.pk)
    if planned.status == Status.BOOKED and planned.appointment is not None:
        starts = local(planned.appointment.site, planned.appointment.starts_at)
        raise Refused(f"This visit is booked already: {starts:%a, %b} {starts.day}.")
    if planned.status != Status.OPEN:
        raise Refused("This visit is not on the list any more.")
    booked = book(
        planned.patient, planned.visit_type, provider, site, starts_at, at, room=room,
        reason=planned.because if planned.source == Source.ORDER else "", by=by,
    )  # fmt: skip
    planned.refresh_from_db()
    if planned.status == Status.OPEN:  # else what is booked has settled it as it was announced
        _settle(planned, booked, at=at, by=by)
    return booked


@operation("scheduling.plan")
def decline_planned(
    planned: PlannedVisit, *, because: str = "", at: datetime, by: Actor
) -> PlannedVisit:
    """Take a visit off the list: the patient does not want it."""
    return _end(planned, Status.DECLINED, because or "Declined", at=at, by=by)


@operation("scheduling.plan")
def end_planned(planned: PlannedVisit, *, because: str, at: datetime, by: Actor) -> PlannedVisit:
    """Take a visit off the list that is of no use any more; say why."""
    if not because.strip():
        raise Refused("Say why it is taken off the list.")
    return _end(planned, Status.ENDED, because, at=at, by=by)


@operation("scheduling.plan")
def plan_again(planned: PlannedVisit, *, by: Actor) -> PlannedVisit:
    """Put a visit back on the list."""
    planned = PlannedVisit.objects.lock(planned.pk)
    if planned.patient.status != Patient.Status.ACTIVE:
        raise Refused("This chart is not in use.")
    _reopen(planned)
    return planned


@operation("scheduling.plan")
def note_planned_call(planned: PlannedVisit, *, at: datetime, by: Actor) -> PlannedVisit:
    """Remember that the patient was called and could not be reached."""
    planned = _open(planned)
    planned.calls += 1
    planned.called_at, planned.called_by = at, by.name
    planned.save()
    return planned


@operation("scheduling.plan")
def ask_later(planned: PlannedVisit, *, on: date, at: datetime, by: Actor) -> PlannedVisit:
    """Take a visit off the list until a day: the patient wants to be asked then."""
    planned = _open(planned)
    if not at.date() <= on <= at.date() + FARTHEST:
        raise Refused("Choose a day to come.")
    planned.list_on = on
    planned.until_on = max(planned.until_on, on)
    planned.save()
    return planned


@operation("scheduling.plan")
def tell_due(planned: PlannedVisit, *, at: datetime, by: Actor) -> Message | None:
    """Write to the patient that it is time to book, with a link that lets them choose a time.

    None where no way to them is open. Asked twice on one day, it is one message.
    """
    planned = _open(planned)
    site = planned.site or planned.patient.site or Site.objects.filter(is_active=True).first()
    practice = Practice.objects.get(pk=by.practice_id)
    facts = {
        "patient": planned.patient.name,
        "practice": practice.name,
        "phone": (site and site.phone) or practice.phone,
        "site": site.name if site else practice.name,
        "address": ", ".join(site.address_lines) if site else "",
    }
    day = today(site).isoformat() if site else at.date().isoformat()
    written = tell(
        planned.patient, "recall.due", facts, once=f"recall.due:{planned.pk}:{day}",
        subject=planned, place=site, link=Way(LINK, at + LINK_HOLDS), at=at, by=by,
    )  # fmt: skip
    if written is not None and (planned.told_at is None or planned.told_at < written.written_at):
        planned.told += 1
        planned.told_at = written.written_at
        planned.save()
    return written


@operation("scheduling.book")
def settle_planned(appointment: Appointment, *, at: datetime, by: Actor) -> int:
    """Take off the list what a visit that was just booked answers; say how many."""
    open_ones = _open_ones(appointment.patient_id)
    if not open_ones:
        return 0
    waiting = PlannedVisit.objects.filter(pk__in=open_ones).select_related("rule")
    day = local(appointment.site, appointment.starts_at).date()
    keys = [one.pk for one in waiting if _answers(one, appointment, day)]
    for one in PlannedVisit.objects.lock_many(keys):
        _settle(one, appointment, at=at, by=by)
    return len(keys)


_open_ones = Composed(  # nearly always none: read no more than the keys
    lambda patient: PlannedVisit.objects.filter(patient_id=patient, status=Status.OPEN).values_list(
        "pk", flat=True
    )
)


@operation("scheduling.cancel")
def unsettle_planned(appointment: Appointment, *, at: datetime, by: Actor) -> int:
    """Put back on the list what a visit that is now cancelled had answered."""
    keys = PlannedVisit.objects.filter(appointment=appointment, status=Status.BOOKED)
    rows = PlannedVisit.objects.lock_many(list(keys.values_list("pk", flat=True)))
    for one in rows:
        _reopen(one)
    return len(rows)


@operation("scheduling.cancel")
def plan_after(
    appointment: Appointment, source: str, *, because: str = "", at: datetime, by: Actor
) -> PlannedVisit | None:
    """Plan another time for a visit that was missed or cancelled, unless there is one already."""
    if appointment.patient.status != Patient.Status.ACTIVE:
        return None
    others = Appointment.objects.filter(
        patient_id=appointment.patient_id,
        visit_type_id=appointment.visit_type_id,
        status=Appointment.Status.BOOKED,
        starts_at__gt=at,
    )
    on = local(appointment.site, at).date()
    if (
        others.exists()
        or PlannedVisit.objects.filter(
            patient_id=appointment.patient_id,
            visit_type_id=appointment.visit_type_id,
            status=Status.OPEN,
            list_on__lte=on,
        ).exists()
    ):
        return None
    return plan_visit(
        appointment.patient,
        appointment.visit_type,
        source=source,
        from_on=on,
        due_on=on,
        until_on=on + FOLLOW_UP,
        list_on=on,
        provider=appointment.provider,
        site=appointment.site,
        because=because,
        after=appointment,
        at=at,
        by=by,
    )


@operation("scheduling.cancel")
def forget_after(appointment: Appointment, *, at: datetime, by: Actor) -> int:
    """Take off the list what was planned because a visit was missed or cancelled: it was not."""
    found = PlannedVisit.objects.filter(
        after=appointment, status=Status.OPEN, source__in=(Source.MISSED, Source.CANCELLED)
    )
    keys: Sequence[UUID] = list(found.values_list("pk", flat=True))
    for one in PlannedVisit.objects.lock_many(keys):
        _end(one, Status.ENDED, "The visit is in the book again.", at=at, by=by)
    return len(keys)


def asked_to_call(planned: PlannedVisit) -> str:
    """Return by what the work of calling about a planned visit is known."""
    return f"planned.call:{planned.pk}"


def _refuse_days(first: date, due_on: date, last: date, at: datetime) -> None:
    if not first <= due_on <= last:
        raise Refused("The days are not in order: not before, best, at the latest.")
    if last < at.date() - timedelta(days=1):
        raise Refused("That day is past.")
    if due_on > at.date() + FARTHEST:
        raise Refused("Plan at most five years ahead.")


def _answers(planned: PlannedVisit, appointment: Appointment, day: date) -> bool:
    """Say whether a booked visit is the one that was planned.

    Of a recall every type of visit that counts is; else it is the same type, no more than two
    weeks before the first good day: a follow-up today is not the one in six months.
    """
    if planned.rule is not None:
        return str(appointment.visit_type_id) in planned.rule.counted
    return appointment.visit_type_id == planned.visit_type_id and day >= planned.from_on - SOON


def _settle(planned: PlannedVisit, booked: Appointment, *, at: datetime, by: Actor) -> None:
    planned.status = planned.lifecycle.move(planned.status, Status.BOOKED)
    planned.appointment, planned.ended_at, planned.ended_by = booked, at, by.name
    planned.save()
    settle_work(once=asked_to_call(planned), at=at, by=by)


def _open(planned: PlannedVisit) -> PlannedVisit:
    planned = PlannedVisit.objects.lock(planned.pk)
    if planned.status != Status.OPEN:
        raise Refused("This visit is not on the list any more.")
    return planned


def _reopen(planned: PlannedVisit) -> None:
    same = PlannedVisit.objects.filter(
        after=planned.after, source=planned.source, status=Status.OPEN
    )
    if planned.after_id and same.exclude(pk=planned.pk).exists():
        raise Refused("This visit is on the list already.")
    planned.status = planned.lifecycle.move(planned.status, Status.OPEN)
    planned.appointment, planned.ended_at = None, None
    planned.ended_by = planned.ended_because = ""
    planned.save()


def _end(
    planned: PlannedVisit, status: PlannedVisit.Status, because: str, *, at: datetime, by: Actor
) -> PlannedVisit:
    planned = PlannedVisit.objects.lock(planned.pk)
    planned.status = planned.lifecycle.move(planned.status, status)
    planned.ended_at, planned.ended_by = at, by.name
    planned.ended_because = because.strip()[:200]
    planned.save()
    settle_work(once=asked_to_call(planned), at=at, by=by)
    return planned
