"""Reminding patients of their visits, and what they answer without signing in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from frontdesk.comms.models import Message
from frontdesk.comms.operations import end_links, make_link, tell
from frontdesk.comms.queries import Asked, has_short, route
from frontdesk.comms.rules import Said, language_of
from frontdesk.comms.signals import Reply
from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.practice.models import Practice, Site
from frontdesk.scheduling.models import Appointment, Reminder, ReminderPolicy, VisitType
from frontdesk.scheduling.operations import telling
from frontdesk.scheduling.operations.booking import reschedule
from frontdesk.scheduling.operations.keeping import cancel, confirm
from frontdesk.scheduling.operations.taking import Taken
from frontdesk.scheduling.queries import openings
from frontdesk.scheduling.queries.answers import is_reminder
from frontdesk.scheduling.queries.reminders import Due, kind_of, may_change_alone, soonest_alone
from frontdesk.scheduling.rules.reminders import LATEST, Step, troubles_of, why_not
from frontdesk.staff.models import Provider
from frontdesk.staff.operations import open_work

TOO_LATE = "It is too late to change this visit here. Please call us."
GONE = "Somebody has just taken this time. Please choose another."


@operation("comms.send")
def remind(due: Due, *, at: datetime, by: Actor) -> list[Reminder]:
    """Do what has come due for one visit: send the nearest step, note why the others are not.

    What is noted is not done again, so a job that dies or runs twice reminds once.
    """
    appointment = Appointment.objects.lock(due.appointment.pk)
    if appointment.status != Appointment.Status.BOOKED or appointment.starts_at <= at + LATEST:
        return []
    if appointment.sequence != due.appointment.sequence:  # it has just moved
        return []
    noted = Reminder.objects.filter(appointment=appointment, sequence=appointment.sequence)
    done = set(noted.values_list("step", flat=True))
    steps = [step for step in due.steps if step.key not in done]
    made, has_sent = [], False
    for step in reversed(steps):  # the nearest first: those before it come too late
        because = "A later reminder is due already." if has_sent else _why_not(due, step)
        reminder = _note(appointment, step, because, at, by)
        has_sent = has_sent or reminder.status == Reminder.Status.SENT
        made.append(reminder)
    return made


@operation("scheduling.templates")
def save_reminder_policy(
    visit_type: VisitType | None,
    *,
    steps: Sequence[Step],
    is_on: bool,
    notice_hours: int,
    by: Actor,
) -> ReminderPolicy:
    """Say when and how patients are reminded: of one type of visit, or of all the others."""
    if troubles := troubles_of(steps):
        raise Refused(" ".join(troubles))
    policy = ReminderPolicy.objects.filter(visit_type=visit_type).first()
    policy = policy or ReminderPolicy(visit_type=visit_type)
    ordered = sorted(steps, key=lambda step: -step.hours)
    policy.steps = [step.as_json() for step in ordered]
    policy.is_on, policy.notice_hours = is_on, notice_hours
    policy.save()
    return policy


@operation("scheduling.answer")
def confirm_by_patient(appointment: Appointment, *, via: str, at: datetime, by: Actor) -> None:
    """Note that the patient says they will come. Said twice it is one answer."""
    confirm(appointment, at=at, by=by)
    _answer(appointment, Reminder.Answer.CONFIRMED, via, at)


@operation("scheduling.answer")
def cancel_by_patient(
    appointment: Appointment, *, because: str, via: str, at: datetime, by: Actor
) -> Appointment:
    """Give the time back for the patient; too close to the visit they call the office."""
    _refuse_too_late(appointment, at)
    _answer(appointment, Reminder.Answer.CANCELLED, via, at)
    gone = cancel(appointment, because=because, whose="patient", at=at, by=by)
    end_links(appointment, purpose=telling.LINK, because="The visit is cancelled.", by=by)
    return gone


@operation("scheduling.answer")
def move_by_patient(
    appointment: Appointment,
    starts_at: datetime,
    *,
    provider: Provider,
    site: Site,
    via: str,
    at: datetime,
    by: Actor,
) -> Appointment:
    """Move the visit to a time that is offered for visits of its type, in one step."""
    _refuse_too_late(appointment, at)
    day = local(site, starts_at).date()
    offered = openings(
        appointment.own_type, site, provider, from_on=day, days=1, limit=200,
        patient=appointment.patient, moving=appointment, at=at,
    )  # fmt: skip
    soonest = soonest_alone(appointment, at)
    if starts_at < soonest or all(one.starts_at != starts_at for one in offered):
        raise Taken(GONE)
    _answer(appointment, Reminder.Answer.MOVED, via, at)
    moved = reschedule(appointment, starts_at, provider=provider, site=site, at=at, by=by)
    confirm(moved, at=at, by=by)  # who chooses a time says that they come
    return moved


@operation("scheduling.answer")
def answer_by_text(
    question: Message, *, said: Said, reply: Message, at: datetime, by: Actor
) -> Reply | None:
    """Do what a text says about the visit it answers; return what to write back.

    None when the question is of another room. What may not be done alone, and what is said in
    other words, goes to a person, beside the visit.
    """
    if not is_reminder(question):
        return None
    appointment = Appointment.objects.select_related(
        "patient", "site", "provider", "visit_type"
    ).get(pk=cast("UUID", question.subject_id))
    who = replace(by, name=f"{appointment.patient.name} (by text)")
    language = language_of(appointment.patient.language)
    when = {"when": telling.written(appointment.starts_at, appointment.site, language)}
    try:
        with attempt():
            return _done_by_text(appointment, said, reply, when, at, who)
    except Refused as refusal:
        said_words = f"{reply.body}\n{refusal}"
        _ask_to_call(appointment, what="asks by text", said=said_words, at=at, by=by)
        return Reply("reply.call_us", {})


def _done_by_text(
    appointment: Appointment,
    said: Said,
    reply: Message,
    when: dict[str, str],
    at: datetime,
    by: Actor,
) -> Reply:
    via = Reminder.Via.TEXT
    if said == Said.YES:
        confirm_by_patient(appointment, via=via, at=at, by=by)
        return Reply("reply.confirmed", when)
    if said == Said.NO:
        cancel_by_patient(appointment, because="By text", via=via, at=at, by=by)
        return Reply("reply.cancelled", when)
    if said == Said.MOVE:
        _refuse_too_late(appointment, at)
        made = make_link(
            telling.LINK,
            patient=appointment.patient,
            subject=appointment,
            expires_at=appointment.starts_at,
            by=by,
        )
        return Reply("reply.move", {"link": f"{made.url}times/"})
    _ask_to_call(appointment, what="wrote by text", said=reply.body, at=at, by=by)
    return Reply("reply.person", {})


def _ask_to_call(
    appointment: Appointment, *, what: str, said: str, at: datetime, by: Actor
) -> None:
    """Leave to a person what a patient may not do alone, or said in words of their own."""
    open_work(
        kind="scheduling.patient_asks",
        title=f"{appointment.patient.name}: {what}",
        detail=said,
        how_to_fix="Call the patient, and change the visit as they wish.",
        pool="receptionist",
        subject=appointment,
        due_at=appointment.starts_at,
        at=at,
        by=by,
    )


def _why_not(due: Due, step: Step) -> str:
    appointment = due.appointment
    return why_not(
        step,
        due_at=appointment.starts_at - step.before,
        known_since=due.known_since,
        is_confirmed=appointment.confirmed_at is not None,
        risk=due.risk,
    )


def _note(appointment: Appointment, step: Step, because: str, at: datetime, by: Actor) -> Reminder:
    """Send one step, or note why it is left out, under a key that lets it happen once."""
    message = None
    if not because:
        with attempt():
            message = _told(appointment, step, at, by)
        if message is None:
            because = f"No way to reach them. {_no_way(appointment, step, at)}"
    status = Reminder.Status.SENT if message else Reminder.Status.SKIPPED
    return Reminder.objects.create(
        appointment=appointment,
        sequence=appointment.sequence,
        step=step.key,
        due_at=appointment.starts_at - step.before,
        done_at=at,
        status=status,
        because=because[:120],
        message=message,
    )


def _told(appointment: Appointment, step: Step, at: datetime, by: Actor) -> Message | None:
    practice = Practice.objects.get(pk=by.practice_id)
    return tell(
        appointment.patient,
        kind_of(appointment),
        telling.facts_of(appointment, practice),
        once=f"reminder:{appointment.pk}:{appointment.sequence}:{step.key}",
        subject=appointment,
        channel=step.channel,
        place=appointment.site,
        link=telling.way_to(appointment),
        until=appointment.starts_at - LATEST,
        at=at,
        by=by,
    )


def _no_way(appointment: Appointment, step: Step, at: datetime) -> str:
    asked = Asked(
        at,
        step.channel,
        appointment.site,
        appointment.starts_at - LATEST,
        has_short=has_short(kind_of(appointment)),
    )
    return route(appointment.patient, asked).why


def _answer(appointment: Appointment, answer: str, via: str, at: datetime) -> None:
    """Note on the last reminder of this time that it was answered."""
    sent = Reminder.objects.filter(
        appointment=appointment, sequence=appointment.sequence, status=Reminder.Status.SENT
    )
    last = sent.order_by("-done_at", "-pk").first()
    if last is not None and last.answer != answer:
        last.answer, last.answered_at, last.answered_via = answer, at, via
        last.save()


def _refuse_too_late(appointment: Appointment, at: datetime) -> None:
    if not may_change_alone(appointment, at):
        raise Refused(TOO_LATE)
