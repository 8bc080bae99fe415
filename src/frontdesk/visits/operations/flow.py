"""Where patients go in the office: arrive, move, take a move back, leave."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.composed import Composed
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Provider
from frontdesk.visits.models import CheckIn, FlowEvent, RoomState, Stage, Visit
from frontdesk.visits.operations import rooms as room_log
from frontdesk.visits.operations import waits
from frontdesk.visits.operations.checkout_items import begin_items
from frontdesk.visits.operations.superbill import begin_superbill, estimate_visit
from frontdesk.visits.operations.tickets import follow_ticket, take_ticket
from frontdesk.visits.queries.flow import steps_of, who_is_in
from frontdesk.visits.queries.policy import policy_of
from frontdesk.visits.rules import flow
from frontdesk.visits.signals import visit_arrived

Status = Appointment.Status
LEFT_UNSEEN = "left without being seen"


class Arrived(NamedTuple):
    """A patient who came without an appointment, and what was made for them."""

    appointment: Appointment
    visit: Visit


@operation("visits.arrive")
def arrive(appointment: Appointment, *, at: datetime, by: Actor) -> Visit:
    """Say that the patient has come. Said twice, the first one counts."""
    given, appointment = appointment, Appointment.objects.lock(appointment.pk)
    visit = _visit_of.first(appointment.pk)
    if visit and visit.stage != Stage.EXPECTED:
        return visit
    if appointment.status != Appointment.Status.ARRIVED:
        scheduling.arrive(appointment, at=at, is_held=True, by=by)
    is_first = visit is None
    if visit is None:
        visit = Visit.objects.create(
            appointment=appointment,
            patient_id=appointment.patient_id,
            provider_id=appointment.provider_id,
            site=given.site,
            on=local(given.site, at).date(),
            stage=Stage.ARRIVED,
            stage_since=at,
        )
        CheckIn.objects.create(visit=visit)
        FlowEvent.objects.create(visit=visit, stage=Stage.ARRIVED, at=at, by_name=by.name)
    else:
        _add_step(visit, Stage.ARRIVED, at=at, by=by)
    take_ticket(given.site, at=at, visit=visit, is_first=is_first, by=by)
    waits.ask_if_late(visit, appointment.starts_at, at=at)
    visit_arrived.send(Visit, visit=visit, by=by)
    return visit


_visit_of = Composed(
    lambda appointment: Visit.objects.filter(appointment_id=appointment).select_for_update(
        of=("self",)
    )
)


@operation("visits.arrive")
def walk_in(
    patient: Patient,
    *,
    visit_type: VisitType,
    provider: Provider,
    site: Site,
    starts_at: datetime,
    at: datetime,
    by: Actor,
    reason: str = "",
    because: str = "",
) -> Arrived:
    """Take in somebody who came without an appointment: book the time and arrive them.

    When the time is taken it is refused; with `because`, whoever may override books it all the
    same, and the reason is kept.
    """
    wish = (patient, visit_type, provider, site, starts_at, at)
    if because:
        appointment = scheduling.double_book(*wish, because=because, reason=reason, by=by)
    else:
        appointment = scheduling.book(*wish, reason=reason, by=by)
    return Arrived(appointment, arrive(appointment, at=at, by=by))


@operation("visits.move")
def move(
    visit: Visit,
    stage: str,
    *,
    at: datetime,
    by: Actor,
    room: Room | None = None,
    seen: str = "",
    note: str = "",
) -> FlowEvent:
    """Take a patient on to a stage. A room is needed for Roomed and given back at check-out.

    `seen` is the stage the person saw: when somebody else moved the patient meanwhile it is
    refused. The same move twice is one.
    """
    visit = Visit.objects.lock(visit.pk)
    stage = Stage(stage)
    if visit.stage == stage and (room is None or room.pk == visit.room_id):
        return _last_step(visit)
    if seen and seen != visit.stage:
        raise Changed(_("Somebody moved this patient on already. Look again."))
    if not flow.may_follow(visit.stage, stage):
        raise Refused(
            _("From %(from)s a patient can't go to %(to)s.")
            % {"from": Stage(visit.stage).label, "to": stage.label}
        )
    left_id = visit.room_id
    Room.objects.lock_many({key for key in (left_id, room.pk if room else None) if key})
    room = _room_for(visit, stage, room)
    event = _add_step(visit, stage, at=at, by=by, room=room, note=note)
    _change_rooms(left_id, room, event, by=by)
    _follow(visit, stage, at=at, by=by)
    return event


@operation("visits.move")
def leave_unseen(visit: Visit, *, at: datetime, by: Actor, because: str = "") -> FlowEvent:
    """Say that the patient left before anybody saw them; nothing is charged for."""
    visit = Visit.objects.lock(visit.pk)
    if visit.stage not in (Stage.ARRIVED, Stage.ROOMED):
        raise Refused(_("Only who waits can leave without being seen."))
    said = f"{LEFT_UNSEEN}: {because}" if because else LEFT_UNSEEN
    left_id = visit.room_id
    Room.objects.lock_many({left_id} if left_id else set())
    event = _add_step(visit, Stage.GONE, at=at, by=by, note=said[:100])
    _change_rooms(left_id, None, event, by=by)
    follow_ticket(visit, is_waiting=False, has_left=True, at=at)
    _agree(visit, at=at, by=by)
    staff.open_work(
        kind="visits.left_unseen",
        title=_("Call the patient who left without being seen"),
        detail=because,
        how_to_fix=_("Ask how they are, and offer another time."),
        pool="receptionist",
        subject=visit,
        once=f"left:{visit.pk}",
        at=at,
        by=by,
    )
    return event


@operation("visits.move")
def undo_move(visit: Visit, *, at: datetime, by: Actor, event_id: UUID | None = None) -> Visit:
    """Take the last move back; the wait before it goes on as if it had not been.

    `event_id` is the move meant: when another came after it, nothing is taken back. The key of a
    correction takes that back instead.
    """
    visit = Visit.objects.lock(visit.pk)
    steps = steps_of(visit)
    held = flow.effective(steps)
    if event_id and event_id in {step.undoes for step in steps}:
        return visit
    if event_id and event_id in {step.pk for step in steps if step.corrects}:
        return _undo_correction(visit, steps, event_id, at=at, by=by)
    if not held:
        raise Refused(_("There is nothing to take back."))
    if event_id and held[-1].pk != event_id:
        raise Changed(_("Somebody moved this patient on since. It was not taken back."))
    before = held[-2].stage if len(held) > 1 else Stage.EXPECTED
    undone = FlowEvent.objects.get(pk=held[-1].pk)
    room_id = held[-2].room_id if len(held) > 1 else None
    Room.objects.lock_many({key for key in (room_id, undone.room_id) if key})
    if room_id:
        _refuse_taken(Room.objects.get(pk=room_id), but=visit)
    _add_step(visit, Stage(before), at=at, by=by, undoes=undone)
    _unfollow(visit, undone, by=by, at=at)
    return visit


@operation("visits.move")
def correct_time(
    visit: Visit, event_id: UUID, *, was_at: datetime, at: datetime, by: Actor
) -> FlowEvent:
    """Say when a move really was. The wait, the board and every figure follow; both are kept.

    It can't have been before the move it followed, after the next one, or in the future.
    """
    visit = Visit.objects.lock(visit.pk)
    steps = steps_of(visit)
    held = {step.pk: step for step in flow.effective(steps)}
    if event_id not in held:
        raise Changed(_("That move was taken back. Look again."))
    earliest, latest = flow.room_to_correct(steps, event_id, at)
    if not (earliest or was_at) <= was_at <= latest:
        clock = [local(visit.site, end) for end in (earliest or latest, latest)]
        raise Refused(
            _("It was between %(from)s and %(to)s: the moves before and after say so.")
            % {"from": f"{clock[0]:%-I:%M %p}", "to": f"{clock[1]:%-I:%M %p}"}
            if earliest
            else _("It can't have been after %(to)s.") % {"to": f"{clock[1]:%-I:%M %p}"}
        )
    meant = FlowEvent.objects.get(pk=event_id)
    if held[event_id].at == was_at:
        return meant
    event = _add_step(visit, Stage(meant.stage), at=was_at, by=by, corrects=meant, noted_at=at)
    waits.measure(visit)
    return event


def _undo_correction(
    visit: Visit, steps: list[flow.Step], event_id: UUID, *, at: datetime, by: Actor
) -> Visit:
    wrong = FlowEvent.objects.get(pk=event_id)
    without = [step for step in steps if step.pk != event_id]
    if not flow.in_order(without):
        raise Changed(_("Other times were put right since. It was not taken back."))
    _add_step(visit, Stage(wrong.stage), at=at, by=by, undoes=wrong)
    waits.measure(visit)
    return visit


def _add_step(visit: Visit, stage: Stage, *, at: datetime, by: Actor, **more: Any) -> FlowEvent:
    """Write the event and bring the visit to where the log now leads."""
    steps = steps_of(visit)
    event = FlowEvent.objects.create(
        visit=visit, stage=stage, at=at, place=len(steps), by_name=by.name, **more
    )
    step = flow.Step(event.pk, stage, at, event.room_id, event.undoes_id, event.corrects_id)
    now = flow.standing([*steps, step])
    visit.stage = now.stage
    visit.stage_since = now.since or at
    visit.room_id = now.room_id
    visit.save()
    return event


def _last_step(visit: Visit) -> FlowEvent:
    return FlowEvent.objects.get(pk=flow.effective(steps_of(visit))[-1].pk)


def _room_for(visit: Visit, stage: Stage, room: Room | None) -> Room | None:
    """Return the room the patient is in after the move, or refuse one that is taken."""
    if stage == Stage.ROOMED:
        if room is None:
            raise Refused(_("Choose a room."))
        room = Room.objects.get(pk=room.pk)
        if room.site_id != visit.site_id or not room.is_active:
            raise Refused(_("%(room)s is not a room of this site.") % {"room": room.name})
        _refuse_taken(room, but=visit)
        _refuse_unready(room, visit)
        return room
    return _kept_room(visit) if stage == Stage.WITH_PROVIDER else None


def _kept_room(visit: Visit) -> Room | None:
    return Room.objects.get(pk=visit.room_id) if visit.room_id else None


def _refuse_taken(room: Room, *, but: Visit) -> None:
    if who_is_in(room, but.on).exclude(pk=but.pk).exists():
        raise Refused(_("%(room)s is taken. Choose another.") % {"room": room.name})


def _refuse_unready(room: Room, visit: Visit) -> None:
    state = room_log.state_of(room)
    if state == RoomState.OUT:
        raise Refused(_("%(room)s is out of use. Choose another.") % {"room": room.name})
    if state == RoomState.TURNOVER and policy_of(visit.site).needs_clean_rooms:
        raise Refused(_("%(room)s is not cleaned yet.") % {"room": room.name})


def _change_rooms(left_id: UUID | None, room: Room | None, step: FlowEvent, *, by: Actor) -> None:
    """Say in the rooms' own logs that one was left and another taken."""
    entered_id = room.pk if room else None
    if left_id == entered_id:
        return
    if left_id:
        room_log.leave_room(left_id, step=step, by=by)
    if room:
        room_log.enter_room(room, step=step, by=by)


def _follow(visit: Visit, stage: Stage, *, at: datetime, by: Actor) -> None:
    """Do what belongs to the new stage."""
    staff.settle_work(once=f"forgotten:{visit.pk}", at=at, by=by)
    waits.settle(visit, stage, at=at)
    follow_ticket(visit, is_waiting=stage == Stage.ARRIVED, has_left=stage == Stage.GONE, at=at)
    if stage in (Stage.ROOMED, Stage.WITH_PROVIDER, Stage.CHECK_OUT):
        begin_superbill(visit, by=by)
    if stage in (Stage.CHECK_OUT, Stage.GONE):
        begin_items(visit)
    if stage == Stage.CHECK_OUT:
        estimate_visit(visit, at=at, by=by)
    _agree(visit, at=at, by=by)


def _unfollow(visit: Visit, undone: FlowEvent, *, by: Actor, at: datetime) -> None:
    """Take back what belonged to the stage."""
    room_log.undo_rooms(undone, at=at, by=by)
    waits.unsettle(visit, undone.stage)
    follow_ticket(
        visit,
        is_waiting=visit.stage == Stage.ARRIVED,
        has_left=visit.stage in (Stage.EXPECTED, Stage.GONE),
        at=at,
    )
    if undone.stage == Stage.GONE:
        visit.closed_at, visit.closed_by = None, ""
        staff.settle_work(once=f"left:{visit.pk}", at=at, by=by)
    _agree(visit, at=at, by=by)


def _agree(visit: Visit, *, at: datetime, by: Actor) -> None:
    """Bring the book to where the log leads: what the board shows and the book shows is one."""
    held = flow.effective(steps_of(visit))
    last = FlowEvent.objects.get(pk=held[-1].pk) if held else None
    is_gone = last is not None and last.stage == Stage.GONE
    visit.left_unseen = is_gone and last is not None and last.note.startswith(LEFT_UNSEEN)
    visit.save()
    appointment = visit.appointment = Appointment.objects.get(pk=visit.appointment_id)
    if visit.stage == Stage.EXPECTED:
        wanted = Status.BOOKED
    elif is_gone:
        wanted = Status.LEFT if visit.left_unseen else Status.FULFILLED
    else:
        wanted = Status.ARRIVED
    if appointment.status not in (wanted, Status.CANCELLED):
        _BOOK[wanted](appointment, at=at, by=by)


_BOOK: dict[str, Callable[..., Any]] = {
    Status.BOOKED: lambda one, at, by: scheduling.unarrive(one, by=by),
    Status.ARRIVED: lambda one, at, by: scheduling.arrive(one, at=at, by=by),
    Status.FULFILLED: lambda one, at, by: scheduling.fulfil(one, by=by),
    Status.LEFT: lambda one, at, by: scheduling.leave(one, by=by),
}
