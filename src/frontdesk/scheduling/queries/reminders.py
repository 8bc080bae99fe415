"""Which reminders are due, what became of them, and how many patients answer each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from frontdesk.comms.models import Message
from frontdesk.comms.queries import can_text, wording
from frontdesk.comms.rules import EXAMPLES, WORDINGS, as_sent, parts_of
from frontdesk.scheduling.models import Appointment, Change, Reminder, ReminderPolicy, VisitType
from frontdesk.scheduling.rules.reminders import DEFAULT_STEPS, LATEST, Step, step_words

KINDS = {
    VisitType.Mode.IN_PERSON.value: "appointment.reminder",
    VisitType.Mode.TELEPHONE.value: "appointment.reminder_phone",
    VisitType.Mode.VIDEO.value: "appointment.reminder_video",
}
Status = Appointment.Status


@dataclass(frozen=True, slots=True)
class Policies:
    """The practice's policies; what it has not set is as the house comes."""

    own: dict[UUID | None, ReminderPolicy]

    def of(self, visit_type_id: UUID) -> ReminderPolicy:
        """Return the policy for a type of visit: its own, the general one, or the house's."""
        return self.own.get(visit_type_id) or self.general

    @property
    def general(self) -> ReminderPolicy:
        """The policy of every type that has no own."""
        steps = [step.as_json() for step in DEFAULT_STEPS]
        return self.own.get(None) or ReminderPolicy(steps=steps)

    @property
    def horizon(self) -> timedelta:
        """How long before a visit the earliest reminder goes."""
        plans = [self.general.plan, *(policy.plan for policy in self.own.values())]
        hours = [step.hours for plan in plans for step in plan]
        return timedelta(hours=max(hours, default=0))


@dataclass(frozen=True, slots=True)
class Due:
    """An appointment and the steps that have come due for it, the earliest first."""

    appointment: Appointment
    steps: list[Step]
    known_since: datetime  # since when it is booked at this time
    risk: int | None = None  # percent, when it is known


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder in the life of an appointment, for its drawer."""

    text: str
    at: datetime
    tone: str = "slate"
    says: str = ""


@dataclass(slots=True)
class Rate:
    """How patients answered one step."""

    step: str
    words: str
    sent: int = 0
    left_out: int = 0
    answers: dict[str, int] = field(default_factory=dict)

    @property
    def percent(self) -> int:
        """Of those reminded by it, who said they will come."""
        return round(100 * self.answers.get("confirmed", 0) / self.sent) if self.sent else 0


def policies() -> Policies:
    """Return how this practice reminds."""
    found = ReminderPolicy.objects.select_related("visit_type")
    return Policies({policy.visit_type_id: policy for policy in found})


def due(at: datetime) -> list[Due]:
    """Return the coming visits for which a reminder has come due and nothing is noted yet."""
    held = policies()
    coming = Appointment.objects.filter(
        status=Status.BOOKED, starts_at__gt=at + LATEST, starts_at__lte=at + held.horizon
    ).select_related("patient", "provider", "site", "visit_type")
    appointments = list(coming.order_by("starts_at", "pk"))
    if not appointments:
        return []
    done = _done(appointments)
    found = []
    for one in appointments:
        noted = done[(one.pk, one.sequence)]
        steps = [
            step
            for step in held.of(one.visit_type_id).plan
            if step.key not in noted and one.starts_at - step.before <= at and _fits(step, one)
        ]
        if steps:
            found.append((one, sorted(steps, key=lambda step: -step.hours)))
    return _told(found)


def _told(found: list[tuple[Appointment, list[Step]]]) -> list[Due]:
    appointments = [one for one, _ in found]
    moved = _moved(appointments)
    risky = [one for one, steps in found if any(step.risk for step in steps)]
    risks = risks_of(risky)
    return [
        Due(one, steps, moved.get(one.pk, one.booked_at), risks.get(one.pk)) for one, steps in found
    ]


def risks_of(appointments: Sequence[Appointment]) -> dict[UUID, int]:
    """Return how likely each is to be missed, in percent, where the practice's model knows."""
    from frontdesk.scheduling import queries

    ask = getattr(queries, "no_show_risk", None)
    told: dict[UUID, Any] = (ask(appointments) if ask and appointments else None) or {}
    return {pk: round(100 * float(one.probability)) for pk, one in told.items() if one is not None}


def steps_ahead(appointment: Appointment, at: datetime) -> list[Line]:
    """Return the reminders of one visit: what became of those due, and those to come."""
    noted = Reminder.objects.filter(appointment=appointment).select_related("message")
    lines = [_line(one) for one in noted.order_by("done_at", "pk")]
    if appointment.status != Status.BOOKED or appointment.starts_at <= at:
        return lines
    done = {one.step for one in noted if one.sequence == appointment.sequence}
    for step in policies().of(appointment.visit_type_id).plan:
        when = appointment.starts_at - step.before
        is_needless = appointment.confirmed_at is not None and not step.even_confirmed
        if step.key in done or not _fits(step, appointment) or when <= at or is_needless:
            continue
        says = "only if likely to be missed" if step.risk else ""
        lines.append(Line(f"Planned: {step_words(step)}", when, says=says))
    return lines


def unreached(since: datetime, at: datetime, until: datetime) -> QuerySet[Reminder]:
    """Return reminders of visits to come that nobody got, for whoever calls these patients.

    What did not arrive one way and went another has reached them.
    """
    other_way = Message.objects.filter(instead_of__isnull=False).exclude(
        status=Message.Status.FAILED
    )
    left = Reminder.objects.filter(
        Q(status=Reminder.Status.SKIPPED, because__startswith="No way")
        | Q(message__status=Message.Status.FAILED) & ~Q(message__in=other_way.values("instead_of")),
        done_at__gte=since,
        appointment__status=Status.BOOKED,
        appointment__confirmed_at=None,
        appointment__starts_at__gt=at,
        appointment__starts_at__lt=until,
    )
    joined = left.select_related("appointment__patient", "appointment__site", "message")
    return joined.order_by("appointment__starts_at", "pk")


def to_call(since: datetime, at: datetime, until: datetime) -> list[Reminder]:
    """Return one line a visit for the list of calls, the next visit first."""
    by_visit = {one.appointment_id: one for one in unreached(since, at, until)[:200]}
    return list(by_visit.values())


def rates(since: datetime) -> list[Rate]:
    """Return for each step how many were reminded and what they answered, the earliest first."""
    counted = (
        Reminder.objects.filter(done_at__gte=since)
        .values("step", "status", "answer")
        .annotate(count=Count("pk"))
        .order_by("step")
    )
    found: dict[str, Rate] = {}
    for row in counted:
        key = row["step"]
        rate = found.setdefault(key, Rate(key, step_words(Step.read(key))))
        if row["status"] == Reminder.Status.SENT:
            rate.sent += row["count"]
            rate.answers[row["answer"]] = rate.answers.get(row["answer"], 0) + row["count"]
        else:
            rate.left_out += row["count"]
    return sorted(found.values(), key=lambda rate: -Step.read(rate.step).hours)


def may_change_alone(appointment: Appointment, at: datetime) -> bool:
    """Say whether the patient may still cancel or move the visit without calling."""
    if appointment.status != Status.BOOKED:
        return False
    hours = policies().of(appointment.visit_type_id).notice_hours
    return (
        appointment.starts_at - at >= timedelta(hours=max(hours, 0)) and appointment.starts_at > at
    )


def soonest_alone(appointment: Appointment, at: datetime) -> datetime:
    """Return from when on the patient may choose another time without calling."""
    hours = policies().of(appointment.visit_type_id).notice_hours
    return at + timedelta(hours=max(hours, appointment.visit_type.notice_hours, 1))


def kind_of(appointment: Appointment) -> str:
    """Return the kind of message that reminds of this visit."""
    kind = KINDS[appointment.visit_type.mode]
    return kind if kind in WORDINGS else KINDS[VisitType.Mode.IN_PERSON.value]


def _fits(step: Step, appointment: Appointment) -> bool:
    is_remote = appointment.visit_type.mode != VisitType.Mode.IN_PERSON
    return step.mode == "" or (step.mode == "remote") == is_remote


def _done(appointments: Sequence[Appointment]) -> defaultdict[tuple[UUID, int], set[str]]:
    noted = Reminder.objects.filter(appointment__in=[one.pk for one in appointments])
    done: defaultdict[tuple[UUID, int], set[str]] = defaultdict(set)
    for key, sequence, step in noted.values_list("appointment_id", "sequence", "step"):
        done[(key, sequence)].add(step)
    return done


def _moved(appointments: Sequence[Appointment]) -> dict[UUID, datetime]:
    """Return when each got the time it has, where that is not when it was booked."""
    keys = [one.pk for one in appointments if one.sequence]
    kinds = (Change.Kind.MOVED, Change.Kind.RESTORED)
    moves = Change.objects.filter(appointment__in=keys, kind__in=kinds)
    return dict(moves.values_list("appointment_id").annotate(Max("at")).order_by())


def _line(one: Reminder) -> Line:
    words = step_words(Step.read(one.step))
    if one.status == Reminder.Status.SKIPPED:
        return Line(f"Not reminded: {words}", one.done_at, says=one.because)
    tone, says = "slate", ""
    if one.message is not None:
        tone, says = one.message.tone, str(one.message.get_status_display())
    if one.answer:
        how = "by text" if one.answered_via == Reminder.Via.TEXT else "by link"
        says, tone = f"{one.get_answer_display()}, {how}", "green"
    return Line(f"Reminded: {words}", one.answered_at or one.done_at, tone, says)


@dataclass(frozen=True, slots=True)
class Plan:
    """How one type of visit, or every other, is reminded: for the list."""

    visit_type: VisitType | None
    is_own: bool
    steps: list[str]


def plans() -> list[Plan]:
    """Return the general plan and that of every type of visit in use."""
    held = policies()
    general = Plan(None, True, _said(held.general))
    types = VisitType.objects.filter(is_active=True).order_by("name", "pk")
    return [general, *(Plan(one, one.pk in held.own, _said(held.of(one.pk))) for one in types)]


def _said(policy: ReminderPolicy) -> list[str]:
    said = []
    for step in policy.plan:
        words = step_words(step)
        words += {"remote": " (telephone, video)", "in_person": " (in the office)"}.get(
            step.mode, ""
        )
        said.append(words + (f" (if likely missed, {step.risk}%)" if step.risk else ""))
    return said


def ways() -> dict[str, bool]:
    """Return which ways of reminding are set up."""
    return {"text": can_text()}


def seen(visit_type: VisitType | None) -> list[tuple[str, str, str, int]]:
    """Return the words that go out, by language: its name, the e-mail, the text, its parts."""
    mode = visit_type.mode if visit_type else VisitType.Mode.IN_PERSON.value
    found = []
    for tag, name in (("en", "English"), ("es", "Spanish")):
        text = wording(KINDS[mode], tag).filled(EXAMPLES)
        found.append((name, text.body, as_sent(text.short), parts_of(text.short).parts))
    return found
