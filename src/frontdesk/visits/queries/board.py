"""Today's board: every lane with its cards, in the same few queries for one visit and hundreds."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from frontdesk.core.clock import day_bounds
from frontdesk.core.composed import Composed
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment
from frontdesk.visits.models import Call, RoomState, Stage
from frontdesk.visits.queries.cards import Moment, card_of, say_outcome, say_readiness
from frontdesk.visits.queries.interpreting import without_interpreter
from frontdesk.visits.queries.policy import limits_of, policy_of
from frontdesk.visits.queries.predicted import foretold, prepared_of, usual_of
from frontdesk.visits.queries.shapes import COLUMNS, Board, Booked, Lane
from frontdesk.visits.queries.strip import (
    OCCUPIED,
    Light,
    RoomChip,
    lights_of,
    messages_near,
    strip_of,
)
from frontdesk.visits.rules import flow, waits

NEXT_EXPECTED = 7
LAST_GONE = 8
BEHIND = 10  # minutes after which a provider counts as behind
_OUT = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
_IN_A_ROOM = (Stage.ROOMED, Stage.WITH_PROVIDER)
_WAITING = (Stage.ARRIVED, Stage.ROOMED)
VIEWS = {  # which lanes each view shows
    "all": tuple(Stage),
    "desk": (Stage.EXPECTED, Stage.ARRIVED, Stage.CHECK_OUT, Stage.GONE),
    "rooms": (Stage.EXPECTED, Stage.ARRIVED, Stage.ROOMED, Stage.WITH_PROVIDER),
    "mine": tuple(Stage),
}


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wants to see of a board."""

    provider_id: UUID | None = None
    is_whole: bool = False  # every expected patient and not just the next ones
    view: str = "all"


def board(
    site: Site, on: date, at: datetime, look: Look | None = None, number: int | None = None
) -> Board:
    """Return the site's board of a day as it is at an instant.

    `number` is that of the practice's `Revision`, where what is known may be kept between boards.
    """
    look = look or Look()
    every = _booked(site, on)
    mine = [one for one in every if look.provider_id in (None, one.provider_id)]
    by_lane: dict[str, list[Booked]] = defaultdict(list)
    for one in mine:
        by_lane[one.lane].append(one)
    lights = lights_of(site)
    strip = strip_of(site, lights, at)
    moment = _moment(site, every, strip, lights, at)
    lanes = _lanes(by_lane, moment, look)
    cards = [card for lane in lanes for card in lane.cards]
    say_readiness(cards, site, on, number)
    say_outcome([card for card in cards if card.booked.lane == Stage.GONE])
    _fill(strip, every, moment)
    return Board(
        lanes=lanes,
        providers=_providers(every, look.provider_id),
        late=sum(flow.is_late(one.starts_at, at) for one in by_lane[Stage.EXPECTED]),
        longest=_longest(mine, moment),
        rooms_free=moment.rooms_free,
        rooms=len(strip),
        behind=_behind(mine, at),
        seen=sum(one.lane in (Stage.CHECK_OUT, Stage.GONE) for one in mine),
        total=len(mine),
        next_arrival=_next(by_lane),
        strip=strip,
        free_at=_free_at(every, moment),
        forgotten=sum(card.is_forgotten for card in cards),
        desk_waits=sum(one.checked_in_at is None for one in by_lane[Stage.ARRIVED]),
        calls=lights,
        view=look.view,
    )


def _moment(
    site: Site, every: list[Booked], strip: list[RoomChip], lights: list[Light], at: datetime
) -> Moment:
    policy = policy_of(site)
    used = {one.room_id for one in every if one.lane in _IN_A_ROOM}
    empty = [chip for chip in strip if chip.pk not in used]
    free = sum(chip.state == RoomState.CLEAN for chip in empty)
    prepared = prepared_of(
        [one.visit_id for one in every if one.lane == Stage.ROOMED and one.visit_id]
    )
    called: defaultdict[UUID, set[str]] = defaultdict(set)
    for light in lights:
        if light.room_id and light.kind != Call.Kind.HELP:
            called[light.room_id].add(light.kind)
    return Moment(
        site=site,
        at=at,
        limits=limits_of(policy),
        forgotten_minutes=policy.forgotten_minutes,
        early_minutes=policy.early_minutes,
        foretold=foretold(every, at, usual_of(), prepared=prepared, rooms_free=free),
        prepared=prepared,
        called={room: frozenset(kinds) for room, kinds in called.items()},
        rooms_free=free,
        rooms_to_clean=sum(chip.state == RoomState.TURNOVER for chip in empty),
        speechless=without_interpreter([one for one in every if one.lane in _WAITING]),
        seeing={one.provider_id: True for one in every if one.lane == Stage.WITH_PROVIDER},
    )


def _fill(strip: list[RoomChip], every: list[Booked], moment: Moment) -> None:
    """Say of each room who is in it and when it is likely free."""
    inside = {one.room_id: one for one in every if one.lane in _IN_A_ROOM}
    written = messages_near(moment.site, moment.at)
    for chip in strip:
        chip.messages = written.get(chip.pk, 0)
        one = inside.get(chip.pk)
        if one is None:
            continue
        chip.state, chip.since, chip.appointment_id = OCCUPIED, one.since, one.pk
        chip.who = f"{(one.preferred or one.first)[:1]}{one.last[:1]}".upper()
        chip.says = str(Stage(one.lane).label)
        if one.visit_id:
            chip.messages += written.get(one.visit_id, 0)
        told = moment.foretold.rooms.get(chip.pk)
        chip.free_in = waits.rounded(told)[1] if told else None


def _booked(site: Site, on: date) -> list[Booked]:
    opens, closes = day_bounds(site, on)
    return [Booked(*row) for row in _rows(site.pk, opens, closes)]


_rows = Composed(
    lambda site, opens, closes: (
        Appointment.objects.filter(site_id=site, starts_at__gte=opens, starts_at__lt=closes)
        .exclude(status__in=_OUT)
        .order_by("starts_at", "pk")
        .values_list(*COLUMNS.values())
    )
)


def _lanes(by_lane: dict[str, list[Booked]], moment: Moment, look: Look) -> list[Lane]:
    lanes = []
    for stage in VIEWS.get(look.view, tuple(Stage)):
        inside = by_lane[stage]
        shown = inside
        if stage == Stage.EXPECTED and not look.is_whole:
            shown = inside[:NEXT_EXPECTED]
        elif stage == Stage.GONE:
            shown = sorted(inside, key=_since, reverse=True)
            shown = shown if look.is_whole else shown[:LAST_GONE]
        elif stage != Stage.EXPECTED:
            shown = sorted(inside, key=_since)
        cards = [card_of(one, moment) for one in shown]
        later = len(inside) - len(shown)
        lanes.append(Lane(stage, len(inside), cards, later, moment.limits.get(stage)))
    return lanes


def _providers(every: Collection[Booked], chosen: UUID | None) -> list[tuple[UUID, str, bool]]:
    found = {one.provider_id: one.provider_last for one in every}
    ordered = sorted(found.items(), key=lambda item: item[1])
    return [(pk, name, pk == chosen) for pk, name in ordered]


def _free_at(every: Collection[Booked], moment: Moment) -> list[tuple[str, int]]:
    """Return when each provider who has patients waiting or inside would see one who came now."""
    names = {one.provider_id: one.provider_last for one in every}
    busy = {
        one.provider_id
        for one in every
        if one.lane in (Stage.ARRIVED, Stage.ROOMED, Stage.WITH_PROVIDER)
    }
    told = moment.foretold.providers
    found = [(names[pk], told[pk].likely) for pk in busy if pk in told]
    return sorted(found, key=lambda one: (-one[1], one[0]))


def _longest(mine: Collection[Booked], moment: Moment) -> tuple[str, datetime, bool] | None:
    waiting = [one for one in mine if one.lane in moment.limits and one.since]
    if not waiting:
        return None
    one = min(waiting, key=_since)
    return one.last, _since(one), flow.is_over(_since(one), moment.at, moment.limits[one.lane])


def _behind(mine: Collection[Booked], at: datetime) -> tuple[str, int] | None:
    """Return the provider whose patient has waited longest past the time promised."""
    ready = [one for one in mine if one.lane in (Stage.ARRIVED, Stage.ROOMED)]
    past = [
        (int((at - max(one.starts_at, _since(one))) / timedelta(minutes=1)), one.provider_last)
        for one in ready
    ]
    minutes, name = max(past, default=(0, ""))
    return (name, minutes) if minutes >= BEHIND else None


def _next(by_lane: dict[str, list[Booked]]) -> Booked | None:
    """Return whom the desk takes next: who waits without check-in, else who is expected first."""
    unfinished = [one for one in by_lane[Stage.ARRIVED] if one.checked_in_at is None]
    return next(iter(sorted(unfinished, key=_since) or by_lane[Stage.EXPECTED]), None)


def _since(one: Booked) -> datetime:
    return one.since or one.starts_at
