"""What a visit waits for: noted, marked as there, an interpreter booked, watched day by day."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError

from frontdesk.comms import operations as comms
from frontdesk.comms.models import Message
from frontdesk.comms.rules import language_of
from frontdesk.core.actor import Actor
from frontdesk.core.clock import at_wall, local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import attempt, operation
from frontdesk.practice.models import Interpreter, Practice
from frontdesk.scheduling.models import (
    Appointment,
    Occupancy,
    Phase,
    ReadinessRule,
    Requirement,
    TimeOff,
)
from frontdesk.scheduling.operations.taking import CONSTRAINT, Taken
from frontdesk.scheduling.operations.waitlist.saying import written
from frontdesk.scheduling.queries.asked import questions_at
from frontdesk.scheduling.queries.not_ready import NotReady, not_ready
from frontdesk.scheduling.rules.readiness import CLEAR_DAYS
from frontdesk.staff.models import WorkItem
from frontdesk.staff.operations import open_work, settle_work

NOT_READY = "scheduling.not_ready"
MAY_WAIVE = "scheduling.override"
WHO_DECIDES = "A scheduler or the office manager may let it pass, with a reason."
Status = Requirement.Status


@operation("scheduling.ready")
def need_results(
    appointment: Appointment, *, what: str, clear_by: date | None, at: datetime, by: Actor
) -> Requirement:
    """Note that a visit needs results of something done elsewhere, by a day."""
    if not what.strip():
        raise Refused("Say what must be here: for example the MRI from Mercy Radiology.")
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_past(appointment)
    if clear_by and clear_by > local(appointment.site, appointment.starts_at).date():
        raise Refused("The results would be here after the visit. Choose an earlier day.")
    return Requirement.objects.create(
        appointment=appointment,
        kind=Requirement.Kind.RESULTS,
        what=what.strip()[:100],
        clear_by=clear_by,
        noted_at=at,
        noted_by=by.name,
    )


@operation("scheduling.ready")
def note_on_file(
    appointment: Appointment,
    *,
    kind: str,
    remark: str,
    at: datetime,
    by: Actor,
    is_waived: bool = False,
) -> Requirement:
    """Mark a referral or the interpreting as settled: on file, promised, or not needed.

    `remark` says how, so that whoever asks later finds it: a number, a name. Said again, the
    last word stands.
    """
    if kind not in (Requirement.Kind.REFERRAL, Requirement.Kind.INTERPRETER):
        raise Refused("Only a referral and the interpreting are noted like this.")
    if not remark.strip():
        raise Refused("Say how you know: the number of the referral, or who told you.")
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_past(appointment)
    known = Requirement.objects.filter(appointment=appointment, kind=kind).first()
    mark = known or Requirement(appointment=appointment, kind=kind, noted_at=at, noted_by=by.name)
    mark.status = Status.WAIVED if is_waived else Status.RECEIVED
    mark.remark = remark.strip()[:200]
    mark.closed_at, mark.closed_by = at, by.name
    mark.save()
    return mark


@operation("scheduling.ready")
def answer_rule(
    appointment: Appointment,
    rule_id: UUID,
    *,
    remark: str,
    at: datetime,
    by: Actor,
    is_waived: bool = False,
) -> Requirement:
    """Keep what was answered to a question of the office's rules; said again, the last word stands.

    With `is_waived` the visit passes without an answer, and `remark` says why: only somebody who
    may go against the book may let a question pass that stops.
    """
    if not remark.strip():
        raise Refused("Write down what was answered, or why it may pass.")
    appointment = Appointment.objects.lock(appointment.pk)
    if appointment.status not in (Appointment.Status.BOOKED, Appointment.Status.ARRIVED):
        raise Refused("This visit is over: nothing is asked for it any more.")
    question = next((one for one in questions_at(appointment) if one.rule_id == rule_id), None)
    if question is None:
        raise Refused("Nobody asks this any more for this visit.")
    if is_waived and question.stops and not by.may(MAY_WAIVE):
        raise Refused(f"{WHO_DECIDES} Otherwise write down the answer.")
    mark = Requirement.objects.filter(
        appointment=appointment, kind=Requirement.Kind.RULE, what=question.key
    ).first() or Requirement(
        appointment=appointment, kind=Requirement.Kind.RULE, what=question.key,
        noted_at=at, noted_by=by.name,
    )  # fmt: skip
    mark.status = Status.WAIVED if is_waived else Status.RECEIVED
    mark.remark = remark.strip()[:200]
    mark.closed_at, mark.closed_by = at, by.name
    mark.save()
    return mark


@operation("scheduling.ready")
def receive(requirement: Requirement, *, at: datetime, by: Actor) -> Requirement:
    """Mark something a visit waited for as there. Said twice, the first time counts."""
    return _settle(requirement, Status.RECEIVED, at, by)


@operation("scheduling.ready")
def need_again(requirement: Requirement, *, by: Actor) -> Requirement:
    """Take a mark back: the visit still waits for it."""
    requirement = Requirement.objects.lock(requirement.pk)
    requirement.status = requirement.lifecycle.move(requirement.status, Status.NEEDED)
    requirement.closed_at, requirement.closed_by = None, ""
    requirement.save()
    return requirement


@operation("scheduling.ready")
def book_interpreter(
    appointment: Appointment, interpreter: Interpreter, *, at: datetime, by: Actor
) -> Occupancy:
    """Take an interpreter's time for a visit; refuse with `Taken` when somebody else has it."""
    appointment = Appointment.objects.lock(appointment.pk)
    _refuse_past(appointment)
    if not interpreter.is_active:
        raise Refused(f"{interpreter.name} does not interpret here any more.")
    span = {"starts_at__lt": appointment.ends_at, "ends_at__gt": appointment.starts_at}
    if TimeOff.objects.filter(resource_id=interpreter.pk, is_active=True, **span).exists():
        raise Taken(f"{interpreter.name} is away at this time.")
    mine = Occupancy.objects.filter(
        appointment=appointment, resource_kind=Phase.Role.INTERPRETER, is_active=True
    )
    for row in mine:
        if row.resource_id == interpreter.pk:
            return row
        row.is_active = False
        row.save()
    try:
        with attempt():
            return Occupancy.objects.create(
                resource_kind=Phase.Role.INTERPRETER,
                resource_id=interpreter.pk,
                starts_at=appointment.starts_at,
                ends_at=appointment.ends_at,
                appointment=appointment,
            )
    except IntegrityError as refusal:
        if CONSTRAINT not in str(refusal):
            raise
        raise Taken(f"{interpreter.name} is at another visit at this time.") from None


@operation("comms.send")
def ask_for_forms(appointment: Appointment, *, at: datetime, by: Actor) -> Message:
    """Send the patient a link to check in from home, where the forms are filled in and signed.

    Once a day at most. Refuses in words where no message reaches them.
    """
    _refuse_past(appointment)
    patient, site = appointment.patient, appointment.site
    practice = Practice.objects.get(pk=by.practice_id)
    language = language_of(patient.language)
    message = comms.tell(
        patient,
        "visit.forms",
        {
            "patient": patient.name,
            "when": written(appointment.starts_at, site, language),
            "site": site.name,
            "phone": site.phone or practice.phone,
            "practice": practice.name,
        },
        once=f"visit.forms:{appointment.pk}:{local(site, at).date()}",
        subject=appointment,
        place=site,
        link=comms.Way("check_in", appointment.ends_at),
        until=appointment.starts_at,
        at=at,
        by=by,
    )
    if message is None:
        raise Refused(f"No e-mail or text reaches {patient.name}. Call them.")
    return message


@operation("scheduling.templates")
def save_readiness_rule(
    *,
    balance_from: Decimal,
    referral_kinds: Sequence[str],
    clear_days: Mapping[str, int],
    by: Actor,
) -> ReadinessRule:
    """Say from which balance on patients are asked, which plans want referrals, and the days."""
    if balance_from <= 0:
        raise Refused("Ask from one cent on, or from a larger sum.")
    strange = sorted(set(clear_days) - set(CLEAR_DAYS))
    if strange or any(not 0 <= days <= 60 for days in clear_days.values()):
        raise Refused("Give each check between 0 and 60 days.")
    rule = ReadinessRule.objects.first() or ReadinessRule()
    rule.balance_from = balance_from
    rule.referral_kinds = [kind.strip().upper() for kind in referral_kinds if kind.strip()]
    rule.clear_days = dict(clear_days)
    rule.save()
    return rule


@operation("scheduling.ready")
def watch_readiness(*, at: datetime, by: Actor, stopped: Sequence[NotReady] | None = None) -> int:
    """Put what stops coming visits on the work list, take off what is settled; say how many stop.

    Asked twice it changes nothing the second time. Who found what stops just before says it.
    """
    stopped = not_ready(at, state="red") if stopped is None else stopped
    wanted = set()
    for row in stopped:
        appointment, once = row.appointment, f"{NOT_READY}:{row.appointment.pk}"
        wanted.add(once)
        due_on = row.ready.clear_by or local(appointment.site, appointment.starts_at).date()
        open_work(
            kind=NOT_READY,
            title=f"Not ready: {appointment.patient.name}, {appointment.visit_type}",
            detail=row.ready.says,
            how_to_fix="Open the visit and settle what is red, or move the visit to a later day.",
            pool="receptionist",
            subject=appointment,
            due_at=at_wall(appointment.site, due_on + timedelta(days=1), _MIDNIGHT),
            once=once,
            at=at,
            by=by,
        )
    held = WorkItem.objects.filter(kind=NOT_READY, status=WorkItem.Status.OPEN)
    for once in held.exclude(once__in=wanted).values_list("once", flat=True):
        settle_work(once=once, at=at, by=by)
    return len(stopped)


_MIDNIGHT = datetime.min.time()


def _settle(requirement: Requirement, status: Status, at: datetime, by: Actor) -> Requirement:
    requirement = Requirement.objects.lock(requirement.pk)
    if requirement.status == status:
        return requirement
    requirement.status = requirement.lifecycle.move(requirement.status, status)
    requirement.closed_at, requirement.closed_by = at, by.name
    requirement.save()
    return requirement


def _refuse_past(appointment: Appointment) -> None:
    if appointment.status != Appointment.Status.BOOKED:
        raise Refused("This visit is not to come any more.")
