"""Waits: when to be alarmed, who comes too late, what is foretold, and who is forgotten."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from frontdesk.core.actor import Actor
from frontdesk.core.clock import local
from frontdesk.core.errors import Refused
from frontdesk.core.operation import operation
from frontdesk.practice.models import Site, save_checked
from frontdesk.staff import operations as staff
from frontdesk.visits.models import (
    FlowPolicy,
    LateArrival,
    Stage,
    UsualTimes,
    Visit,
    WaitPrediction,
)
from frontdesk.visits.queries.flow import steps_of
from frontdesk.visits.queries.policy import policy_of
from frontdesk.visits.queries.predicted import foretellings, lived, predicted, prepared_of
from frontdesk.visits.rules import flow, waits

MOST = 32000  # minutes a small whole number holds
Until = WaitPrediction.Until
_REACHES = {  # the stages with which a foretold wait is over
    Until.ROOM: (Stage.ROOMED, Stage.WITH_PROVIDER),
    Until.PROVIDER: (Stage.WITH_PROVIDER,),
}


@operation("visits.policy")
def save_policy(site: Site, values: Mapping[str, Any], *, by: Actor) -> FlowPolicy:
    """Set when the site wants to be alarmed, and what its lobby says."""
    Site.objects.lock(site.pk)
    policy = policy_of(site)
    save_checked(policy, values)
    return policy


@operation("visits.move")
def answer_late(late: LateArrival, answer: str, *, at: datetime, by: Actor) -> LateArrival:
    """Note the provider's word on somebody who came late: see now, fit in, or another day."""
    late = LateArrival.objects.lock(late.pk)
    answer = LateArrival.Answer(answer)
    if answer == LateArrival.Answer.ASKED:
        raise Refused(_("Say whether to see them, fit them in, or offer another day."))
    late.answer = answer
    late.answered_at, late.answered_by = at, by.name
    late.save()
    return late


def ask_if_late(visit: Visit, starts_at: datetime, *, at: datetime) -> LateArrival | None:
    """Ask the provider about somebody who came later than the site's policy allows."""
    minutes = int((at - starts_at) / timedelta(minutes=1))
    if minutes <= 0 or minutes <= policy_of(visit.site).late_minutes:
        return None
    known = LateArrival.objects.filter(visit=visit).first()
    return known or LateArrival.objects.create(visit=visit, minutes=min(minutes, MOST), asked_at=at)


@operation("visits.arrive")
def foretell(visit: Visit, *, at: datetime, by: Actor) -> None:
    """Write down what this patient can expect now, to be measured against what comes.

    Written once a visit: after an arrival that was taken back, the first foretelling stays.
    """
    visit = Visit.objects.lock(visit.pk)
    if visit.stage != Stage.ARRIVED or WaitPrediction.objects.filter(visit=visit).exists():
        return
    told = predicted(visit.site, visit.on, at).of(visit.pk)
    if told is None:
        return
    WaitPrediction.objects.bulk_create(
        WaitPrediction(
            visit=visit, until=until, made_at=at, low=said.low, likely=said.likely, high=said.high
        )
        for until, said in ((Until.ROOM, told.room), (Until.PROVIDER, told.seen))
    )


def settle(visit: Visit, stage: str, *, at: datetime) -> None:
    """Write beside what was foretold what has come."""
    reached = {Stage.ROOMED: [Until.ROOM], Stage.WITH_PROVIDER: [Until.ROOM, Until.PROVIDER]}
    open_ones = WaitPrediction.objects.filter(
        visit=visit, until__in=reached.get(Stage(stage), []), actual=None
    )
    for one in open_ones if stage in reached else ():
        one.actual = _minutes_from(one.made_at, at)
        one.save()


def unsettle(visit: Visit, stage: str) -> None:
    """Forget what came when the move that brought it is taken back."""
    until = {Stage.ROOMED: Until.ROOM, Stage.WITH_PROVIDER: Until.PROVIDER}.get(Stage(stage))
    if until is None:
        return
    for one in WaitPrediction.objects.filter(visit=visit, until=until, actual__isnull=False):
        one.actual = None
        one.save()


def measure(visit: Visit) -> None:
    """Write anew what came of what was foretold, by the log as it is: a time was put right."""
    held = flow.effective(steps_of(visit))
    for one in WaitPrediction.objects.filter(visit=visit):
        came = next((step.at for step in held if step.stage in _REACHES[Until(one.until)]), None)
        actual = None if came is None else _minutes_from(one.made_at, came)
        if one.actual != actual:
            one.actual = actual
            one.save()


def _minutes_from(made_at: datetime, at: datetime) -> int:
    return min(max(int((at - made_at) / timedelta(minutes=1)), 0), MOST)


def see_times(at: datetime) -> tuple[waits.Cells, int]:
    """Return how long each stage took, and in how many visits: seconds in which nobody waits."""
    stretches, visits = lived(at)
    return waits.learn(stretches), visits


@operation("visits.policy")
def learn_times(
    *, at: datetime, by: Actor, seen: tuple[waits.Cells, int] | None = None
) -> UsualTimes:
    """Learn from the last half year how long each stage takes, and how far foretellings were off.

    Learnt twice, it is the same: only foretellings made since the ranges were last stretched
    stretch them again. What was seen just before is not looked for again.
    """
    kept = UsualTimes.objects.select_for_update(of=("self",)).first() or UsualTimes()
    since, before = _stretched(kept)
    told = foretellings(since)
    is_enough = all(len(told[until]) >= waits.ENOUGH for until in Until)
    cells, visits = seen or see_times(at)
    usual = replace(before, cells=cells)
    if is_enough:
        stretch = waits.stretch_of(told[Until.PROVIDER], before.stretch)
        room_stretch = waits.stretch_of(told[Until.ROOM], before.room_stretch)
        usual = replace(usual, stretch=stretch, room_stretch=room_stretch)
    stretched_at = at if is_enough else since
    kept.fitted_at, kept.visits = at, visits
    kept.figures = {**usual.as_values(), "stretched_at": stretched_at.isoformat()}
    kept.save()
    return kept


def _stretched(kept: UsualTimes) -> tuple[datetime, waits.Usual]:
    """Return when the ranges were last stretched, and what was known then."""
    told = str(kept.figures.get("stretched_at") or "2000-01-01T00:00:00+00:00")
    return datetime.fromisoformat(told), waits.Usual.from_values(kept.figures)


@operation("staff.work")
def watch(site: Site, *, at: datetime, by: Actor) -> int:
    """Put everybody of whom nothing was noted for too long on the work list; say how many.

    Who was moved on since is taken off it.
    """
    on = local(site, at).date()
    policy = policy_of(site)
    found = 0
    here = Visit.objects.filter(site=site, on=on).exclude(stage__in=(Stage.EXPECTED, Stage.GONE))
    visits = list(here.select_related("patient", "room", "appointment__visit_type", "check_in"))
    prepared = prepared_of(one.pk for one in visits if one.stage == Stage.ROOMED)
    for visit in visits:
        checked_in = visit.check_in.finished_at if hasattr(visit, "check_in") else None
        last = flow.last_noted(visit.stage_since, checked_in, prepared.get(visit.pk))
        minutes = policy.forgotten_minutes
        if visit.stage == Stage.WITH_PROVIDER:
            minutes += visit.appointment.visit_type.minutes
        if flow.is_forgotten(last, at, minutes):
            found += 1
            _raise(visit, last, at, by)
    return found


def _raise(visit: Visit, last: datetime, at: datetime, by: Actor) -> None:
    minutes = int((at - last) / timedelta(minutes=1))
    staff.open_work(
        kind="visits.forgotten",
        title=_("Look after the patient who may be forgotten"),
        detail=_("%(stage)s for %(minutes)s minutes%(room)s; nothing was noted since.")
        % {
            "stage": visit.get_stage_display(),
            "minutes": minutes,
            "room": f", {visit.room.name}" if visit.room else "",
        },
        how_to_fix=_("Go and see them; then move them on the board, or correct the times."),
        pool="receptionist" if visit.stage in (Stage.ARRIVED, Stage.CHECK_OUT) else "assistant",
        subject=visit,
        patient_id=visit.patient_id,
        once=f"forgotten:{visit.pk}",
        due_at=at,
        at=at,
        by=by,
    )
