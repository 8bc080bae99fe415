"""Where patients go in the office: arrive, move, take a move back, leave."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Changed, Refused
from frontdesk.core.operation import operation
from frontdesk.people.models import Patient
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling import operations as scheduling
from frontdesk.scheduling.models import Appointment, VisitType
from frontdesk.staff import operations as staff
from frontdesk.staff.models import Provider
from frontdesk.visits.models import CheckIn, FlowEvent, Stage, Visit
from frontdesk.visits.operations.checkout_items import begin_items
from frontdesk.visits.operations.superbill import begin_superbill, estimate_visit
from frontdesk.visits.queries.flow import steps_of, who_is_in
from frontdesk.visits.rules import flow
from frontdesk.visits.signals import visit_arrived

LEFT_UNSEEN = "left without being seen"


class Arrived(NamedTuple):
    """A patient who came without an appointment, and what was made for them."""

    appointment: Appointment
    visit: Visit


@operation("visits.arrive")
def arrive(appointment: Appointment, *, at: datetime, by: Actor) -> Visit:
    """Say that the patient has come. Said twice, the first one counts."""
    given, appointment = appointment, Appointment.objects.lock(appointment.pk)
    visit = Visit.objects.filter(appointment=appointment).select_for_update(of=("self",)).first()
    if visit and visit.stage != Stage.EXPECTED:
        return visit
    if appointment.status != Appointment.Status.ARRIVED:
        scheduling.arrive(appointment, at=at, by=by)
    if visit is None:
        visit = Visit.objects.create(
            appointment=appointment,
            patient_id=appointment.patient_id,
            provider_id=appointment.provider_id,
            site_id=appointment.site_id,
            on=local(given.site, at).date(),
            stage=Stage.ARRIVED,
            stage_since=at,
        )
        CheckIn.objects.create(visit=visit)
        FlowEvent.objects.create(visit=visit, stage=Stage.ARRIVED, at=at, by_name=by.name)
    else:
        _add_step(visit, Stage.ARRIVED, at=at, by=by)
    visit_arrived.send(Visit, visit=visit, by=by)
    return visit


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
    room = _room_for(visit, stage, room)
    event = _add_step(visit, stage, at=at, by=by, room=room, note=note)
    _follow(visit, stage, at=at, by=by)
    return event


@operation("visits.move")
def leave_unseen(visit: Visit, *, at: datetime, by: Actor, because: str = "") -> FlowEvent:
    """Say that the patient left before anybody saw them; nothing is charged for."""
    visit = Visit.objects.lock(visit.pk)
    if visit.stage not in (Stage.ARRIVED, Stage.ROOMED):
        raise Refused(_("Only who waits can leave without being seen."))
    said = f"{LEFT_UNSEEN}: {because}" if because else LEFT_UNSEEN
    event = _add_step(visit, Stage.GONE, at=at, by=by, note=said[:100])
    visit.left_unseen = True
    visit.save()
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

    `event_id` is the move meant: when another came after it, nothing is taken back.
    """
    visit = Visit.objects.lock(visit.pk)
    steps = steps_of(visit)
    held = flow.effective(steps)
    if event_id and event_id in {step.undoes for step in steps}:
        return visit
    if not held:
        raise Refused(_("There is nothing to take back."))
    if event_id and held[-1].pk != event_id:
        raise Changed(_("Somebody moved this patient on since. It was not taken back."))
    before = held[-2].stage if len(held) > 1 else Stage.EXPECTED
    undone = FlowEvent.objects.get(pk=held[-1].pk)
    room_id = held[-2].room_id if len(held) > 1 else None
    if room_id:
        _refuse_taken(Room.objects.lock(room_id), but=visit)
    _add_step(visit, Stage(before), at=at, by=by, undoes=undone)
    _unfollow(visit, undone, by=by, at=at)
    return visit


def _add_step(
    visit: Visit,
    stage: Stage,
    *,
    at: datetime,
    by: Actor,
    room: Room | None = None,
    undoes: FlowEvent | None = None,
    note: str = "",
) -> FlowEvent:
    """Write the event and bring the visit to where the log now leads."""
    steps = steps_of(visit)
    event = FlowEvent.objects.create(
        visit=visit,
        stage=stage,
        room=room,
        at=at,
        place=len(steps),
        by_name=by.name,
        undoes=undoes,
        note=note,
    )
    step = flow.Step(event.pk, stage, at, event.room_id, undoes.pk if undoes else None)
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
        room = Room.objects.lock(room.pk)
        if room.site_id != visit.site_id or not room.is_active:
            raise Refused(_("%(room)s is not a room of this site.") % {"room": room.name})
        _refuse_taken(room, but=visit)
        return room
    return _kept_room(visit) if stage == Stage.WITH_PROVIDER else None


def _kept_room(visit: Visit) -> Room | None:
    return Room.objects.get(pk=visit.room_id) if visit.room_id else None


def _refuse_taken(room: Room, *, but: Visit) -> None:
    if who_is_in(room, but.on).exclude(pk=but.pk).exists():
        raise Refused(_("%(room)s is taken. Choose another.") % {"room": room.name})


def _follow(visit: Visit, stage: Stage, *, at: datetime, by: Actor) -> None:
    """Do what belongs to the new stage."""
    if stage in (Stage.ROOMED, Stage.WITH_PROVIDER, Stage.CHECK_OUT):
        begin_superbill(visit, by=by)
    if stage in (Stage.CHECK_OUT, Stage.GONE):
        begin_items(visit)
    if stage == Stage.CHECK_OUT:
        estimate_visit(visit, at=at, by=by)
    if stage == Stage.GONE:
        scheduling.fulfil(visit.appointment, by=by)


def _unfollow(visit: Visit, undone: FlowEvent, *, by: Actor, at: datetime) -> None:
    """Take back what belonged to the stage."""
    appointment = visit.appointment
    if undone.stage == Stage.ARRIVED and visit.stage == Stage.EXPECTED:
        scheduling.unarrive(appointment, by=by)
    if undone.stage == Stage.GONE:
        if appointment.status == Appointment.Status.FULFILLED:
            scheduling.arrive(appointment, at=at, by=by)
        visit.left_unseen = False
        visit.closed_at, visit.closed_by = None, ""
        visit.save()
