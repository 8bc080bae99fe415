"""The floor of the demo office: rooms being cleaned, calls, a queue, waits that were foretold."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from frontdesk.core.actor import Actor
from frontdesk.core.clock import now, today
from frontdesk.core.operation import operation
from frontdesk.core.scoping import practice_scope
from frontdesk.demo.visiting import staff
from frontdesk.practice.models import Site
from frontdesk.visits import operations
from frontdesk.visits.models import (
    FlowEvent,
    RoomStanding,
    RoomState,
    Stage,
    Ticket,
    Visit,
    WaitPrediction,
)
from frontdesk.visits.queries.predicted import usual_of
from frontdesk.visits.rules import waits

REPLAYED = timedelta(days=28)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
ROOMS = 4  # open at a site on a past day


@dataclass(frozen=True, slots=True)
class _Lived:
    """A past visit: whose it was and when it came to each stage."""

    pk: UUID
    provider: str
    kind: str
    due: datetime
    first: dict[str, datetime]

    def stage_at(self, at: datetime) -> tuple[str, datetime] | None:
        """Return where the patient was at an instant, and since when."""
        reached = [(moment, stage) for stage, moment in self.first.items() if moment <= at]
        if not reached:
            return None
        moment, stage = max(reached)
        return stage, moment


def learn(practice_id: UUID) -> None:
    """Learn how long things take, foretell the last weeks again from their log, learn from that."""
    by = staff(practice_id, "clock", "Frontdesk")
    operations.learn_times(at=now(), by=by)
    with practice_scope(practice_id):
        is_known = WaitPrediction.objects.exists()
        sites = list(Site.objects.filter(is_active=True))
    weeks = range(REPLAYED // WEEK, 0, -1) if not is_known else ()
    for back in weeks:  # each is foretold with what the weeks before it have shown
        until = now() - (back - 1) * WEEK
        for site in sites:
            foretell_again(site, today(site) - back * WEEK, by=by)
        operations.learn_times(at=until, by=by)


@operation("visits.policy")
def foretell_again(site: Site, first: date, *, by: Actor) -> int:
    """Write what the patients of a week would have been foretold at arrival, and what came."""
    usual = usual_of()
    days: defaultdict[object, list[_Lived]] = defaultdict(list)
    for on, one in _past(site, first):
        days[on].append(one)
    rows = [row for day in days.values() for one in day for row in _foretold(one, day, usual)]
    WaitPrediction.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def _past(site: Site, on_from: date) -> Iterator[tuple[object, _Lived]]:
    visits = Visit.objects.filter(site=site, on__gte=on_from, on__lt=on_from + WEEK)
    first: defaultdict[UUID, dict[str, datetime]] = defaultdict(dict)
    for pk, stage, at in FlowEvent.objects.filter(visit__in=visits).values_list(
        "visit_id", "stage", "at"
    ):
        first[pk].setdefault(stage, at)
    rows = visits.values_list(
        "pk", "on", "provider_id", "appointment__visit_type_id", "appointment__starts_at"
    )
    for pk, on, provider, kind, due in rows:
        yield on, _Lived(pk, str(provider), str(kind), due, first[pk])


def _foretold(one: _Lived, day: Iterable[_Lived], usual: waits.Usual) -> Iterator[WaitPrediction]:
    at, seen = one.first[Stage.ARRIVED], one.first.get(Stage.WITH_PROVIDER)
    people = [person for other in day if (person := _person(other, at)) is not None]
    used = sum(person.stage in ("roomed", "provider") for person in people)
    told = waits.foretell(people, usual, rooms_free=max(ROOMS - used, 0))
    came = {
        WaitPrediction.Until.ROOM: (told.until_room, one.first.get(Stage.ROOMED)),
        WaitPrediction.Until.PROVIDER: (told.until_seen, seen),
    }
    say = {
        WaitPrediction.Until.ROOM: usual.range_to_room,
        WaitPrediction.Until.PROVIDER: usual.range,
    }
    for until, (expected, reached) in came.items():
        said = say[until](expected[str(one.pk)])
        if reached:
            yield WaitPrediction(
                visit_id=one.pk,
                until=until,
                made_at=at,
                low=said.low,
                likely=said.likely,
                high=said.high,
                actual=int((reached - at) / MINUTE),
            )


def _person(one: _Lived, at: datetime) -> waits.Person | None:
    found = one.stage_at(at)
    stage, since = found or (Stage.EXPECTED.value, at)
    if stage in (Stage.CHECK_OUT, Stage.GONE) or (not found and one.due > at):
        return None
    return waits.Person(
        key=str(one.pk),
        provider=one.provider,
        kind=one.kind,
        stage=stage,
        minutes=(at - since) / MINUTE,
        order=one.due.timestamp() / 60,
        is_checked_in=since < at,
        comes=0.9,
    )


def stir(practice_id: UUID, chance: random.Random) -> None:
    """Make the floor busy: most rooms cleaned, a light on, a message, numbers called."""
    desk = staff(practice_id, "receptionist", "Maya Ortiz")
    assistant = staff(practice_id, "assistant", "Lena Fischer")
    at = now()
    with practice_scope(practice_id):
        sites = list(Site.objects.filter(is_active=True))
    for site in sites:
        _clean(site, assistant, at, chance)
        operations.take_ticket(site, what=Ticket.What.QUESTION, at=at - 4 * MINUTE, by=desk)
        _call(site, desk, assistant, at)


def _clean(site: Site, by: Actor, at: datetime, chance: random.Random) -> None:
    with practice_scope(by.practice_id):
        dirty = RoomStanding.objects.filter(site=site, state=RoomState.TURNOVER)
        rooms = [standing.room for standing in dirty.select_related("room").order_by("since")]
    for room in rooms[: max(len(rooms) - 1, 0)]:
        operations.clean_room(room, at=at - chance.randint(1, 5) * MINUTE, by=by)


def _call(site: Site, desk: Actor, assistant: Actor, at: datetime) -> None:
    with practice_scope(desk.practice_id):
        here = Visit.objects.filter(site=site, on=today(site)).select_related("room", "site")
        roomed = here.filter(stage=Stage.ROOMED).first()
        waiting = Ticket.objects.filter(
            visit__in=here, visit__stage=Stage.ARRIVED, status=Ticket.Status.WAITING
        ).order_by("number")
        first = waiting.first()
    if roomed and roomed.room:
        operations.call("supplies", site=site, room=roomed.room, at=at - 2 * MINUTE, by=assistant)
        operations.write_to_room(
            "Needs the step stool.", site=site, visit=roomed, at=at - 3 * MINUTE, by=desk
        )
    if first:
        operations.call_ticket(first, to="Front desk", at=at - MINUTE, by=desk)
