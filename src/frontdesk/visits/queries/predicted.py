"""What patients, providers and rooms can expect now, and how good such foretellings were."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, Protocol
from uuid import UUID

from frontdesk.core.clock import day_bounds
from frontdesk.core.composed import Composed
from frontdesk.practice.models import Room, Site
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import (
    CheckIn,
    FlowEvent,
    LateArrival,
    RoomEvent,
    RoomStanding,
    RoomState,
    Stage,
    UsualTimes,
    Visit,
    Vitals,
    WaitPrediction,
)
from frontdesk.visits.rules import flow
from frontdesk.visits.rules import waits as rules

LEARNT_FROM = timedelta(days=180)
MOST_VISITS = 20_000
COMES = 0.9  # of those who are expected and not late
GIVEN_UP = timedelta(minutes=20)  # who is later than this is not waited for
FIT_IN = 24 * 60.0  # minutes: after everybody else


class InTheDay(Protocol):
    """One appointment of the day with its visit: what a foretelling needs to know of it."""

    starts_at: datetime
    provider_id: UUID
    visit_type_id: UUID
    visit_id: UUID | None
    stage: str | None
    since: datetime | None
    room_id: UUID | None
    checked_in_at: datetime | None
    late_answer: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """What one patient can expect: minutes until a room, until seen; how many are before them."""

    room: rules.Range
    seen: rules.Range
    ahead: int


@dataclass(frozen=True, slots=True)
class Predicted:
    """What is to come at a site, in minutes from now."""

    waits: dict[UUID, Wait]  # by visit
    providers: dict[UUID, rules.Range]  # until whoever comes now would be seen
    rooms: dict[UUID, rules.Range]  # until a room is left and cleaned

    def of(self, visit_pk: UUID) -> Wait | None:
        """Return what one patient can expect; nothing of somebody who is not waiting."""
        return self.waits.get(visit_pk)


def predicted(site: Site, on: date, at: datetime) -> Predicted:
    """Return what everybody at a site can expect now, in a constant number of queries."""
    rows = list(_day(site, on))
    roomed = [row.visit_id for row in rows if row.stage == Stage.ROOMED and row.visit_id]
    used = {row.room_id for row in rows if row.stage in (Stage.ROOMED, Stage.WITH_PROVIDER)}
    every = Room.objects.filter(site=site, is_active=True).values_list("pk", flat=True)
    shut = RoomStanding.objects.filter(site=site).exclude(state=RoomState.CLEAN)
    closed = set(shut.values_list("room_id", flat=True))
    free = len([pk for pk in every if pk not in used and pk not in closed])
    return foretold(rows, at, usual_of(), prepared=prepared_of(roomed), rooms_free=free)


def foretold(
    rows: Sequence[InTheDay],
    at: datetime,
    usual: rules.Usual,
    *,
    prepared: Collection[UUID],
    rooms_free: int,
) -> Predicted:
    """Put a day that was read already together as it stands."""
    people = list(_people(rows, at, prepared))
    told = rules.foretell(people, usual, rooms_free=rooms_free)
    by_key = {str(row.visit_id): row for row in rows if row.visit_id}
    zero = rules.Range(0, 0, 0)
    found = {
        by_key[key].visit_id: Wait(
            usual.range_to_room(told.until_room[key]) if key in told.until_room else zero,
            usual.range(seen),
            told.ahead[key],
        )
        for key, seen in told.until_seen.items()
    }
    return Predicted(
        {pk: wait for pk, wait in found.items() if pk},
        {UUID(key): usual.range(free) for key, free in told.provider_free.items()},
        {
            room: usual.range(free)
            for key, free in told.room_free.items()
            if (room := by_key[key].room_id)
        },
    )


def usual_of() -> rules.Usual:
    """Return what the practice has learnt of its own times; the usual ones before it has."""
    kept = _fitted.first()
    return _usual(*kept) if kept else rules.Usual()


_fitted = Composed(lambda: UsualTimes.objects.values_list("pk", "fitted_at").order_by("pk")[:1])


@lru_cache(maxsize=256)
def _usual(pk: UUID, fitted_at: datetime) -> rules.Usual:
    return rules.Usual.from_values(UsualTimes.objects.get(pk=pk).figures)


def prepared_of(visit_pks: Iterable[UUID]) -> dict[UUID, datetime]:
    """Return those visits of which vitals were taken, with when: the assistant is done."""
    taken = Vitals.objects.filter(visit__in=list(visit_pks), status=Vitals.Status.TAKEN)
    return dict(taken.order_by("taken_at").values_list("visit_id", "taken_at"))


@dataclass(slots=True)
class _Row:
    starts_at: datetime
    provider_id: UUID
    visit_type_id: UUID
    visit_id: UUID | None
    stage: str | None
    since: datetime | None
    room_id: UUID | None
    checked_in_at: datetime | None
    late_answer: str | None


def _day(site: Site, on: date) -> Iterator[_Row]:
    opens, closes = day_bounds(site, on)
    rows = (
        Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
        .exclude(status__in=(Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW))
        .values_list(
            "starts_at", "provider_id", "visit_type_id", "visit__pk", "visit__stage",
            "visit__stage_since", "visit__room_id", "visit__check_in__finished_at",
            "visit__late__answer",
        )
    )  # fmt: skip
    return (_Row(*row) for row in rows)


def _people(
    rows: Iterable[InTheDay], at: datetime, prepared: Collection[UUID]
) -> Iterator[rules.Person]:
    for row in rows:
        stage = row.stage or Stage.EXPECTED
        if (
            stage in (Stage.CHECK_OUT, Stage.GONE)
            or row.late_answer == LateArrival.Answer.RESCHEDULE
        ):
            continue
        if stage == Stage.EXPECTED and at - row.starts_at > GIVEN_UP:
            continue
        began = row.checked_in_at if stage == Stage.ARRIVED and row.checked_in_at else row.since
        order = row.starts_at.timestamp() / 60
        yield rules.Person(
            key=str(row.visit_id) if row.visit_id else f"expected {order}",
            provider=str(row.provider_id),
            kind=str(row.visit_type_id),
            stage=stage,
            minutes=max((at - (began or at)) / timedelta(minutes=1), 0.0),
            order=order + (FIT_IN if row.late_answer == LateArrival.Answer.FIT_IN else 0.0),
            is_checked_in=row.checked_in_at is not None,
            is_prepared=row.visit_id in prepared,
            is_due=row.starts_at <= at,
            comes=COMES,
        )


def lived(at: datetime) -> tuple[list[tuple[str, str, str, float]], int]:
    """Return the stretches to learn from (stage, provider, visit type, minutes), and how many
    visits they are of.
    """
    since = (at - LEARNT_FROM).date()
    visits = {
        pk: (str(provider), str(kind))
        for pk, provider, kind in Visit.objects.filter(on__gte=since, stage=Stage.GONE)
        .order_by("-on")
        .values_list("pk", "provider_id", "appointment__visit_type_id")[:MOST_VISITS]
    }
    marks = _marks(since)
    found: list[tuple[str, str, str, float]] = []
    for pk, steps in _logs(since):
        if pk in visits:
            found += _stretches(steps, *visits[pk], marks.get(pk, (None, None)))
    found += ((rules.TURNOVER, "", "", minutes) for minutes in _turnovers(at - LEARNT_FROM))
    return found, len(visits)


def _logs(since: date) -> Iterator[tuple[UUID, list[flow.Step]]]:
    rows = (
        FlowEvent.objects.filter(visit__on__gte=since)
        .order_by("visit_id", "place")
        .values_list("visit_id", "pk", "stage", "at", "room_id", "undoes_id", "corrects_id")
    )
    for pk, group in groupby(rows.iterator(chunk_size=5000), key=itemgetter(0)):
        yield pk, [flow.Step(*row[1:]) for row in group]


def _marks(since: date) -> dict[UUID, tuple[datetime | None, datetime | None]]:
    """Return when each visit was checked in and when its vitals were first taken."""
    checked = dict(
        CheckIn.objects.filter(visit__on__gte=since).values_list("visit_id", "finished_at")
    )
    rows = Vitals.objects.filter(visit__on__gte=since, status=Vitals.Status.TAKEN)
    taken = dict(rows.order_by("-taken_at").values_list("visit_id", "taken_at"))  # the first stays
    return {pk: (checked.get(pk), taken.get(pk)) for pk in checked.keys() | taken.keys()}


def _stretches(
    steps: list[flow.Step],
    provider: str,
    kind: str,
    marks: tuple[datetime | None, datetime | None],
) -> Iterator[tuple[str, str, str, float]]:
    first: dict[str, datetime] = {}
    for step in flow.effective(steps):
        first.setdefault(step.stage, step.at)
    checked, taken = marks
    arrived, roomed = first.get(flow.ARRIVED), first.get(flow.ROOMED)
    seen = first.get(flow.WITH_PROVIDER)
    left = first.get(flow.CHECK_OUT) or first.get(flow.GONE)
    waits_from = max(arrived, checked) if arrived and checked else arrived
    pairs = (
        (rules.CHECK_IN, "", arrived, checked),
        (rules.PREPARE, provider, roomed, taken),
        (rules.PROVIDER, provider, seen, left),
        (rules.WAITING, provider, waits_from, roomed),
        (rules.IN_ROOM, provider, roomed, seen),
    )
    for stage, who, start, end in pairs:
        if start and end and end > start:
            yield stage, who, kind, (end - start) / timedelta(minutes=1)


def _turnovers(since: datetime) -> Iterator[float]:
    rows = (
        RoomEvent.objects.filter(at__gte=since, undoes=None)
        .order_by("room_id", "place")
        .values_list("room_id", "state", "at")
    )
    for _room, group in groupby(rows, key=itemgetter(0)):
        left: Any = None
        for _pk, state, moment in group:
            if state == RoomState.TURNOVER:
                left = moment
            elif state == RoomState.CLEAN and left:
                yield (moment - left) / timedelta(minutes=1)
                left = None


def foretellings(
    since: datetime, site: Site | None = None
) -> dict[str, list[tuple[rules.Range, int]]]:
    """Return what was foretold since then and came out, by what it was about."""
    rows = WaitPrediction.objects.filter(made_at__gt=since, actual__isnull=False)
    if site is not None:
        rows = rows.filter(visit__site=site)
    found: defaultdict[str, list[tuple[rules.Range, int]]] = defaultdict(list)
    for until, low, likely, high, actual in rows.values_list(
        "until", "low", "likely", "high", "actual"
    ):
        found[until].append((rules.Range(low, likely, high), actual or 0))
    return found
