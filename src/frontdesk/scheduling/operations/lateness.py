"""A provider runs late: the rest of the day anew, who is told, what they answer, caught up."""

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import override

from frontdesk.comms.models import Link
from frontdesk.comms.operations import end_links, tell, use_link
from frontdesk.comms.operations.messages import Way
from frontdesk.comms.rules import language_of
from frontdesk.core.actor import Actor
from frontdesk.core.clock import day_bounds, local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling.models import Appointment, Lateness, LateNotice
from frontdesk.scheduling.operations.booking import reschedule
from frontdesk.scheduling.queries import lateness as queries
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import open_work

LONGEST_DELAY = 480  # minutes; more than that is a day off
TELL_FROM = 10  # minutes of delay that are worth a message, and of change that are worth another
CAUGHT_UP_BELOW = 5  # minutes, as the board measures them
Status = Lateness.Status
Answer = LateNotice.Answer


@operation("scheduling.late")
def run_late(
    provider: Provider,
    site: Site,
    minutes: int,
    *,
    at: datetime,
    is_measured: bool = False,
    tells: bool = True,
    by: Actor,
) -> Lateness:
    """Say that a provider is so many minutes behind now; said again, the new figure counts.

    The rest of their day is worked out: gaps absorb, order and breaks are kept. Whoever is still
    on the way and begins ten minutes later or more is told, with a link to choose by; told again
    only when that changes by as much.
    """
    if not 0 < minutes <= LONGEST_DELAY:
        raise Refused("Say how many minutes late: 1 to 480. For more, say that they are out.")
    queries.check_not_out(provider, site, at)
    list(Site.objects.select_for_update(no_key=True).filter(pk=site.pk))
    on = local(site, at).date()
    lateness = Lateness.objects.filter(
        provider=provider, site=site, on=on, status=Status.RUNNING
    ).first() or Lateness(provider=provider, site=site, on=on)
    lateness.minutes, lateness.is_measured = minutes, is_measured
    lateness.said_at, lateness.said_by = at, by.name
    lateness.save()
    for due in queries.rest_of_day(provider, site, minutes, at):
        notice = _noticed(lateness, due)
        if tells:
            _tell(notice, at=at, by=by)
    return lateness


@operation("scheduling.late")
def caught_up(lateness: Lateness, *, at: datetime, by: Actor) -> Lateness:
    """The provider is on time again: nobody is told of a delay any more, open links end."""
    lateness = Lateness.objects.lock(lateness.pk)
    if lateness.status == Status.CAUGHT_UP:
        return lateness
    lateness.status = lateness.lifecycle.move(lateness.status, Status.CAUGHT_UP)
    lateness.ended_at = at
    lateness.save()
    for notice in lateness.notices.filter(answer=Answer.NONE):
        end_links(notice, by=by)
    return lateness


@operation("scheduling.late")
def measure_late(
    provider: Provider, site: Site, minutes: int, *, at: datetime, by: Actor
) -> Lateness | None:
    """Take the board's own measure for a provider who is known to run late.

    Nobody is written to because of a measure alone: a person said it first. Below five minutes
    they have caught up; marked out for the rest of the day, they are late no more.
    """
    on = local(site, at).date()
    known = Lateness.objects.filter(
        provider=provider, site=site, on=on, status=Status.RUNNING
    ).first()
    if known is None:
        return None
    if minutes < CAUGHT_UP_BELOW or queries.is_out_for_the_day(provider, site, at):
        return caught_up(known, at=at, by=by)
    if abs(minutes - known.minutes) < CAUGHT_UP_BELOW:
        return known
    return run_late(provider, site, min(minutes, LONGEST_DELAY), at=at, is_measured=True, by=by)


@operation("scheduling.answer_late")
def keep_late_time(notice: LateNotice, *, link: Link, at: datetime, by: Actor) -> LateNotice:
    """The patient comes at the new time."""
    return _answered(notice, Answer.KEEP, link=link, at=at, by=by)


@operation("scheduling.answer_late")
def ask_for_a_call(notice: LateNotice, *, link: Link, at: datetime, by: Actor) -> LateNotice:
    """No time offered suits the patient: the desk calls them."""
    notice = _answered(notice, Answer.CALL, link=link, at=at, by=by)
    open_work(
        kind="scheduling.late",
        title=f"Call {notice.appointment.patient.name}: their provider runs late",
        detail="They were told by message and asked to be called.",
        how_to_fix="Ring them, then move the visit or leave it as it is.",
        pool="receptionist",
        subject=notice.appointment,
        patient_id=notice.appointment.patient_id,
        once=f"scheduling.late:{notice.pk}",
        at=at,
        by=by,
    )
    return notice


@operation("scheduling.answer_late")
def take_other_time(
    notice: LateNotice,
    starts_at: datetime,
    *,
    provider: Provider,
    link: Link,
    at: datetime,
    by: Actor,
) -> LateNotice:
    """Move the patient's visit to a time they chose from those that were offered."""
    one = notice.appointment
    _answered(notice, Answer.MOVED, link=link, at=at, by=by)
    reschedule(one, starts_at, at=at, provider=provider, by=by)
    return notice


def _noticed(lateness: Lateness, due: queries.Due) -> LateNotice:
    notice = LateNotice.objects.filter(lateness=lateness, appointment=due.appointment).first()
    notice = notice or LateNotice(lateness=lateness, appointment=due.appointment)
    notice.promised_at = due.appointment.starts_at
    notice.expected_at = due.expected_at
    notice.save()
    return notice


def _tell(notice: LateNotice, *, at: datetime, by: Actor) -> None:
    """Tell who is still on the way; who sits in the waiting room is told by the desk."""
    one = notice.appointment
    change = abs(notice.expected_at - (notice.told_expected_at or notice.promised_at))
    if one.status != Appointment.Status.BOOKED or change < timedelta(minutes=TELL_FROM):
        return
    if notice.answer in (Answer.MOVED, Answer.CALL):
        return
    _, closes = day_bounds(one.site, notice.lateness.on)
    end_links(notice, by=by)
    said = tell(
        one.patient,
        "appointment.late",
        _facts(notice, by),
        once=f"appointment.late:{notice.pk}:{notice.expected_at:%H%M}",
        subject=notice,
        place=one.site,
        link=Way("late", closes),
        until=notice.expected_at,
        at=at,
        by=by,
    )
    if said is None:
        notice.why_not_told = "No way to write to them: call."
    else:
        notice.why_not_told = ""
        notice.told_at, notice.told_expected_at = at, notice.expected_at
        notice.answer, notice.answered_at = Answer.NONE, None
    notice.save()


def _facts(notice: LateNotice, by: Actor) -> dict[str, str]:
    one = notice.appointment
    practice, language = Practice.objects.get(pk=by.practice_id), language_of(one.patient.language)

    def said(instant: datetime) -> str:
        with override(language):
            return date_format(local(one.site, instant), "g:i A")

    return {
        "patient": one.patient.name,
        "was": said(notice.promised_at),
        "when": said(queries.rounded(notice.expected_at)),
        "provider": one.provider.full_name,
        "site": one.site.name,
        "phone": one.site.phone or practice.phone,
        "practice": practice.name,
    }


def _answered(
    notice: LateNotice, answer: LateNotice.Answer, *, link: Link, at: datetime, by: Actor
) -> LateNotice:
    use_link(link, by=by)
    notice = LateNotice.objects.lock(notice.pk)
    notice.answer, notice.answered_at = answer, at
    notice.save()
    return notice
