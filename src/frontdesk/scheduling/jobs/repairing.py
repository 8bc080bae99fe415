"""Working plans out, in the worker: the first one at once, the best one within seconds."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django_tasks import task

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now
from frontdesk.core.scoping import practice_scope
from frontdesk.scheduling import operations
from frontdesk.scheduling.models import Appointment, Repair, RepairLine
from frontdesk.scheduling.operations import Rehearsed, Worked
from frontdesk.scheduling.queries.ways import Scene, kind_of, scene_of
from frontdesk.scheduling.signals import appointment_booked, repair_asked
from frontdesk.solver.repair import check, greedy, packing
from frontdesk.solver.repair.columns import STAY
from frontdesk.solver.repair.model import Plan, Problem
from frontdesk.staff.queries import the_clock

REHEARSALS = 6  # of taking out what the book refuses, before the rest is left to a call
UNSOLVED = "The plan could not be made. The office has been told; work it out again."

logger = logging.getLogger("frontdesk.repair")


@task()
def work_out(practice_id: str, repair_id: str, of_round: int) -> str:
    """Make the plan of a repair; return how it stands. Run twice, it makes the same plan.

    A plan is shown only when the judge finds no fault with it and the book would take it.
    """
    clock = the_clock(UUID(practice_id))
    with practice_scope(clock.practice_id):
        repair = Repair.objects.select_related("site").get(pk=repair_id)
        if repair.status != Repair.Status.ASKED or repair.round != of_round:
            return repair.status
        try:
            return _work_out(repair, now(), clock)
        except Exception:  # whatever it was, the desk hears of it and can go on by hand
            logger.exception("A repair could not be worked out.")
            operations.note_unsolved(repair, because=UNSOLVED, at=now(), by=clock)
            return Repair.Status.FAILED


def work_out_soon(sender: object, *, repair: Repair, **_: object) -> None:
    """Queue the work in the transaction that asked for it."""
    work_out.enqueue(str(repair.practice_id), str(repair.pk), repair.round)


def take_off_the_list(sender: object, *, appointment: Appointment, by: Actor, **_: object) -> None:
    """Whoever was bumped and has a time again is owed no call."""
    operations.settle_bumps(appointment, at=now(), by=by)


def listen() -> None:
    """Hear of repairs that are asked for, and of visits booked for those who were bumped."""
    repair_asked.connect(work_out_soon, dispatch_uid="scheduling.repair_asked")
    appointment_booked.connect(take_off_the_list, dispatch_uid="scheduling.bump_rebooked")


def _work_out(repair: Repair, at: datetime, by: Actor) -> str:
    scene = scene_of(repair, at)
    problem = scene.problem()
    first = greedy.plan(problem)
    _refuse_faulty(problem, first)
    early = Worked(lines_of(scene, first), first.cost, first.cost, 0, is_proven=False)
    if not operations.keep_plan(
        repair, early, of_round=repair.round, is_last=False, at=now(), by=by
    ):
        return "overtaken"
    plan, lines = _best(scene, problem, by)
    worked = Worked(lines, plan.cost, max(first.cost, plan.cost), plan.bound, plan.is_proven)
    kept = operations.keep_plan(
        repair, worked, of_round=repair.round, is_last=True, at=now(), by=by
    )
    return kept.status if kept else "overtaken"


def _best(scene: Scene, problem: Problem, by: Actor) -> tuple[Plan, Sequence[RepairLine]]:
    """Search, rehearse, and take out of the choice what the book refuses, until it takes all."""
    banned: set[tuple[str, str]] = set()
    for _try in range(REHEARSALS):
        plan = packing.solve(problem)
        _refuse_faulty(problem, plan)
        lines = lines_of(scene, plan)
        refused = _rehearsed(lines, scene.at, by)
        if not refused:
            return plan, lines
        for line in refused:
            key = str(line.appointment_id)
            banned.add((key, plan.chosen[key].option.key))
        problem = scene.problem(banned)
    return _without(refused, plan), [_to_call(line, refused) for line in lines]


def _rehearsed(lines: Sequence[RepairLine], at: datetime, by: Actor) -> list[RepairLine]:
    try:
        operations.rehearse(lines, at=at, by=by)
    except Rehearsed as rehearsal:
        return [line for line, _why in rehearsal.refused]
    raise AssertionError("A rehearsal always takes itself back.")


def _to_call(line: RepairLine, refused: Sequence[RepairLine]) -> RepairLine:
    if line in refused:
        kinds = RepairLine.Kind
        line.kind = kinds.CALL if line.is_affected else kinds.STAY
        line.starts_at = line.provider = line.site = line.room = None
    return line


def _without(refused: Sequence[RepairLine], plan: Plan) -> Plan:
    return Plan(plan.chosen, plan.bound, is_proven=False, how=plan.how)


def _refuse_faulty(problem: Problem, plan: Plan) -> None:
    if faults := check.faults(problem, plan):
        raise ValueError(f"The judge refuses the plan: {faults[:3]}")


def lines_of(scene: Scene, plan: Plan) -> list[RepairLine]:
    """Return the plan as lines of the repair: everybody who is hit, and whoever gives way."""
    lines = []
    for one in (*scene.hit, *scene.others):
        given = plan.chosen[str(one.pk)]
        if given.option.key == STAY:
            continue
        was, landed = scene.was(one), scene.landed(given)
        line = RepairLine(
            repair=scene.repair,
            appointment=one,
            is_affected=was.is_affected,
            was_starts_at=one.starts_at,
            was_provider=one.provider,
            was_status=one.status,
            kind=kind_of(given, landed),
            costs=[list(cost) for cost in given.option.costs],
        )
        if landed is not None:
            line.starts_at, line.provider = landed.starts_at, landed.provider
            line.site, line.room = landed.site, landed.room
        lines.append(line)
    return lines
