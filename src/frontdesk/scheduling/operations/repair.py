"""Somebody or something is out: ask for a plan, keep it, say what is wanted of it, apply it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Device, Room, Site
from frontdesk.scheduling.models import Appointment, Phase, Repair, RepairLine, TimeOff
from frontdesk.scheduling.operations.away import OVER_VISITS, end_time_off, take_time_off
from frontdesk.scheduling.operations.bumping import bump
from frontdesk.scheduling.operations.carrying import carry_out, move_together
from frontdesk.scheduling.queries.ways import hit_by
from frontdesk.scheduling.signals import repair_asked
from frontdesk.staff.models import Member, Provider
from frontdesk.staff.operations import open_work, settle_work

Status = Repair.Status
Wish = RepairLine.Wish
_KINDS: dict[str, type[Provider | Room | Device | Member]] = {
    Phase.Role.PROVIDER: Provider,
    Phase.Role.ROOM: Room,
    Phase.Role.DEVICE: Device,
    Phase.Role.ASSISTANT: Member,
}
STALE = "The book has changed since this plan was made. Work it out again."


@dataclass(frozen=True, slots=True)
class Worked:
    """What the solver found, to be kept with the repair."""

    lines: Sequence[RepairLine]
    cost: int
    greedy_cost: int
    bound: int
    is_proven: bool


class Rehearsed(Exception):
    """Carries what the book would refuse out of a transaction that is taken back."""

    def __init__(self, refused: Sequence[tuple[RepairLine, str]]) -> None:
        super().__init__("A rehearsal leaves nothing behind.")
        self.refused = refused


@operation("scheduling.repair")
def start_repair(
    *,
    resource_kind: str,
    resource_id: UUID,
    site: Site,
    starts_at: datetime,
    ends_at: datetime,
    because: str,
    at: datetime,
    time_off: TimeOff | None = None,
    days: int = 7,
    may_touch: bool = True,
    by: Actor,
) -> Repair:
    """Keep somebody or something free for a span, and ask for a plan for the visits it hits.

    Without `time_off` the time is taken off here. Asked for what is being repaired already, the
    repair under way is returned: two people at once start one. Out for longer than it says, it is
    worked out anew for all of the time.
    """
    if ends_at <= max(starts_at, at):
        raise Refused("This time has passed already.")
    list(Site.objects.select_for_update(no_key=True).filter(pk=site.pk))
    known = Repair.objects.filter(
        resource_id=resource_id,
        starts_at__lt=ends_at,
        ends_at__gt=starts_at,
        status__in=(Status.ASKED, Status.READY, Status.FAILED),
    ).first()
    if known is not None:
        return _widened(known, starts_at, ends_at, at=at, by=by)
    said = because.strip() or "Out"
    time_off = time_off or take_time_off(
        resource_kind=resource_kind,
        resource_id=resource_id,
        starts_at=starts_at,
        ends_at=ends_at,
        because=said,
        by=by,
    )
    repair = Repair.objects.create(
        resource_kind=resource_kind,
        resource_id=resource_id,
        name=_name_of(resource_kind, resource_id),
        site=site,
        starts_at=starts_at,
        ends_at=ends_at,
        because=said,
        time_off=time_off,
        days=days,
        may_touch=may_touch,
        asked_at=at,
        asked_by=by.name,
    )
    repair_asked.send(Repair, repair=repair)
    return repair


def _widened(
    known: Repair, starts_at: datetime, ends_at: datetime, *, at: datetime, by: Actor
) -> Repair:
    """Return a repair under way, its time off and plan made longer where somebody is out longer."""
    first, last = min(known.starts_at, starts_at), max(known.ends_at, ends_at)
    if (first, last) == (known.starts_at, known.ends_at):
        return known
    repair = Repair.objects.lock(known.pk)
    off = TimeOff.objects.lock(repair.time_off_id) if repair.time_off_id else None
    if off is not None:
        off.starts_at, off.ends_at = min(off.starts_at, first), max(off.ends_at, last)
        off.save()
    repair.starts_at, repair.ends_at = first, last
    repair.save()
    return work_out_again(repair, at=at, by=by)


@operation("scheduling.repair")
def work_out_again(repair: Repair, *, at: datetime, by: Actor) -> Repair:
    """Ask for another plan, from the book as it is now. A plan under way is overtaken."""
    repair = Repair.objects.lock(repair.pk)
    _refuse_ended(repair)
    if repair.status != Status.ASKED:
        repair.status = repair.lifecycle.move(repair.status, Status.ASKED)
    repair.round += 1
    repair.asked_at = at
    repair.failed_because = ""
    repair.save()
    repair_asked.send(Repair, repair=repair)
    return repair


@operation("scheduling.repair")
def keep_plan(
    repair: Repair, worked: Worked, *, of_round: int, is_last: bool, at: datetime, by: Actor
) -> Repair | None:
    """Keep what was worked out so far; None when another plan was asked for in the meantime.

    What staff wished of a visit stays with its line.
    """
    repair = Repair.objects.lock(repair.pk)
    if repair.status != Status.ASKED or repair.round != of_round:
        return None
    _replace_lines(repair, worked.lines)
    repair.cost, repair.greedy_cost = worked.cost, worked.greedy_cost
    repair.bound, repair.is_proven = worked.bound, worked.is_proven
    repair.solved_at = at
    if is_last:
        repair.status = repair.lifecycle.move(repair.status, Status.READY)
    repair.save()
    settle_work(once=_trouble_of(repair), at=at, by=by)
    return repair


@operation("scheduling.repair")
def note_unsolved(repair: Repair, *, because: str, at: datetime, by: Actor) -> Repair:
    """Remember that no plan could be made, and put it on the desk's list."""
    repair = Repair.objects.lock(repair.pk)
    if repair.status != Status.ASKED:
        return repair
    repair.status = repair.lifecycle.move(repair.status, Status.FAILED)
    repair.failed_because = because[:200]
    repair.save()
    open_work(
        kind="scheduling.repair",
        title=f"No plan was found: {repair.name} is out",
        detail=because,
        how_to_fix="Open the repair and work it out again, or call the patients one by one.",
        pool="receptionist",
        subject=repair,
        once=_trouble_of(repair),
        at=at,
        by=by,
    )
    return repair


@operation("scheduling.repair")
def wish(
    repair: Repair,
    appointment: Appointment,
    *,
    wish: str,
    starts_at: datetime | None = None,
    provider: Provider | None = None,
    site: Site | None = None,
    at: datetime,
    by: Actor,
) -> Repair:
    """Say what is wanted of one visit: just this, a call, hands off, or whatever is best.

    With a time and a provider, just that; the rest of the plan is worked out around it.
    """
    repair = Repair.objects.lock(repair.pk)
    _refuse_ended(repair)
    if wish not in Wish.values:
        raise Refused("Say what is wanted of this visit.")
    line = repair.lines.filter(appointment=appointment).first()
    if line is None:
        raise Refused("This visit is not part of the plan any more.")
    line.wish = wish
    is_other = starts_at is not None and provider is not None and site is not None
    if is_other:
        line.starts_at, line.provider, line.site = starts_at, provider, site
    line.save()
    if is_other or wish != Wish.PINNED:
        return work_out_again(repair, at=at, by=by)
    return repair


@operation("scheduling.repair")
def drop_repair(repair: Repair, *, is_back: bool = False, at: datetime, by: Actor) -> Repair:
    """Let the plan be. With `is_back` the time off that belongs to it is taken back too."""
    repair = Repair.objects.lock(repair.pk)
    _refuse_ended(repair)
    repair.status = repair.lifecycle.move(repair.status, Status.DROPPED)
    repair.ended_at, repair.ended_by = at, by.name
    repair.save()
    settle_work(once=_trouble_of(repair), at=at, by=by)
    if is_back and repair.time_off is not None:
        end_time_off(repair.time_off, by=by)
    return repair


@operation("scheduling.repair")
def apply_repair(repair: Repair, *, of_round: int, at: datetime, by: Actor) -> Repair:
    """Move everybody as the plan says, tell them, and put the rest on the list to call.

    All or nothing. `of_round` says which plan the person looked at. Refused whole when the book
    has changed since; asked twice, it happens once.
    """
    repair = Repair.objects.lock(repair.pk)
    _refuse_ended(repair)
    if repair.status != Status.READY or repair.round != of_round:
        raise Refused("This plan is being worked out anew. Look at the new one first.")
    stays = RepairLine.Kind.STAY
    lines = [x for x in _lines(repair) if x.wish != Wish.KEEP and x.kind != stays]
    _refuse_stale(repair, lines, at)
    refused = move_together(lines, at=at, by=by)
    if refused:
        line, why = refused[0]
        raise Refused(f"{line.appointment.patient.name}: {why} Nothing was changed. {STALE}")
    for line in lines:
        if line.kind == RepairLine.Kind.CALL:
            bump(line.appointment, because=f"{repair.name}: {repair.because}", repair=repair,
                 at=at, by=by)  # fmt: skip
    repair.status = repair.lifecycle.move(repair.status, Status.APPLIED)
    repair.ended_at, repair.ended_by = at, by.name
    repair.save()
    settle_work(once=f"{OVER_VISITS}:{repair.time_off_id}", at=at, by=by)
    return repair


@operation("scheduling.repair")
def rehearse(lines: Sequence[RepairLine], *, at: datetime, by: Actor) -> None:
    """Carry a plan out and take everything back; raise `Rehearsed` with what the book refused.

    So every rule that booking keeps is kept by a plan before anybody sees it.
    """
    raise Rehearsed(carry_out(lines, at=at, by=by))


def _lines(repair: Repair) -> list[RepairLine]:
    found = repair.lines.select_related(
        "appointment__patient", "appointment__visit_type", "appointment__site",
        "appointment__provider", "appointment__room", "provider", "site", "room",
    )  # fmt: skip
    return list(found.order_by("was_starts_at", "pk"))


def _refuse_ended(repair: Repair) -> None:
    if not repair.is_open:
        said = Status(repair.status).label.lower()
        raise Refused(f"{repair.ended_by} was quicker: this repair is {said}.")


def _refuse_stale(repair: Repair, lines: Sequence[RepairLine], at: datetime) -> None:
    now_hit = hit_by(repair.resource_kind, repair.resource_id, repair.starts_at, repair.ends_at)
    known = {line.appointment_id for line in repair.lines.all()}
    if any(one.pk not in known and one.ends_at > at for one in now_hit):
        raise Refused(STALE)
    for line in lines:
        one = line.appointment
        is_same = one.starts_at == line.was_starts_at and one.provider_id == line.was_provider_id
        if not is_same or one.status != line.was_status:
            raise Refused(f"{one.patient.name}'s visit is not as it was. {STALE}")


def _replace_lines(repair: Repair, lines: Sequence[RepairLine]) -> None:
    """Put the new lines in the place of the old ones; what is not in the plan stays put."""
    held = {line.appointment_id: line for line in repair.lines.all()}
    for new in lines:
        line = held.pop(new.appointment_id, None)
        if line is None:
            new.repair = repair
            new.save()
            continue
        for name in _PLANNED:
            setattr(line, name, getattr(new, name))
        line.save()
    for line in held.values():
        if line.wish != Wish.KEEP and line.kind != RepairLine.Kind.STAY:
            line.kind, line.costs = RepairLine.Kind.STAY, []
            line.starts_at = line.provider = line.site = line.room = None
            line.save()


_PLANNED = (
    "is_affected", "was_starts_at", "was_provider_id", "was_status", "kind", "starts_at",
    "provider_id", "site_id", "room_id", "costs",
)  # fmt: skip


def _name_of(resource_kind: str, resource_id: UUID) -> str:
    model = _KINDS.get(resource_kind)
    found = model._default_manager.filter(pk=resource_id).first() if model else None
    if found is None:
        raise Refused("Nobody and nothing of this practice is meant.")
    return str(found)


def _trouble_of(repair: Repair) -> str:
    return f"scheduling.repair:{repair.pk}"
