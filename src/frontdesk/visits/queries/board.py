"""Today's board: every lane with its cards, in the same few queries for one visit and a hundred."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import gettext as _

from frontdesk.core.clock import day_bounds, local
from frontdesk.coverage import queries as coverage
from frontdesk.ledger import queries as ledger
from frontdesk.ledger.models import Payment
from frontdesk.practice.models import Room, Site
from frontdesk.records import queries as records
from frontdesk.scheduling.models import Appointment
from frontdesk.staff.models import Provider
from frontdesk.ui import figures
from frontdesk.visits.models import Stage
from frontdesk.visits.rules import flow

NEXT_EXPECTED = 7
LAST_GONE = 8
BEHIND = 10  # minutes after which a provider counts as behind
_OUT = (Appointment.Status.CANCELLED, Appointment.Status.NO_SHOW)
_COLUMNS = {
    "pk": "pk",
    "starts_at": "starts_at",
    "patient_id": "patient_id",
    "what": "visit_type__name",
    "minutes": "visit_type__minutes",
    "needs_authorization": "visit_type__needs_authorization",
    "reason": "reason",
    "first": "patient__first_name",
    "preferred": "patient__preferred_name",
    "last": "patient__last_name",
    "born": "patient__birth_date",
    "provider_id": "provider_id",
    "provider_first": "provider__first_name",
    "provider_last": "provider__last_name",
    "credential": "provider__credential",
    "visit_id": "visit__pk",
    "stage": "visit__stage",
    "since": "visit__stage_since",
    "room_id": "visit__room_id",
    "room": "visit__room__name",
    "left_unseen": "visit__left_unseen",
    "closed_at": "visit__closed_at",
    "checked_in_at": "visit__check_in__finished_at",
}
LOOKS = {
    Stage.EXPECTED: ("slate", 0, "open"),
    Stage.ARRIVED: ("amber", 25, ""),
    Stage.ROOMED: ("violet", 50, ""),
    Stage.WITH_PROVIDER: ("blue", 75, ""),
    Stage.CHECK_OUT: ("green", 100, ""),
    Stage.GONE: ("green", 0, "done"),
}


@dataclass(slots=True)
class Booked:
    """One appointment of the day with its visit, as read from the database."""

    pk: UUID
    starts_at: datetime
    patient_id: UUID
    what: str
    minutes: int
    needs_authorization: bool
    reason: str
    first: str
    preferred: str
    last: str
    born: date
    provider_id: UUID
    provider_first: str
    provider_last: str
    credential: str
    visit_id: UUID | None
    stage: str | None
    since: datetime | None
    room_id: UUID | None
    room: str | None
    left_unseen: bool | None
    closed_at: datetime | None
    checked_in_at: datetime | None

    @property
    def name(self) -> str:
        """As said in the office."""
        return f"{self.preferred or self.first} {self.last}"

    @property
    def lane(self) -> str:
        """Where the patient is."""
        return self.stage or Stage.EXPECTED


@dataclass(slots=True)
class Card:
    """What a card of the board shows."""

    booked: Booked
    age: str
    time: str
    face: str
    provider: str
    ready: dict[str, str] = field(default_factory=dict)
    says: str = ""
    tone: str = ""
    limit: int | None = None
    percent: int = 0
    alert: int | None = None  # the limit, where passing it raises a hand
    bar: str = ""
    is_over: bool = False
    late: int = 0


@dataclass(slots=True)
class Lane:
    """One stage of the board, how many are in it, and the cards shown."""

    stage: Stage
    count: int
    cards: list[Card]
    later: int = 0

    @property
    def look(self) -> tuple[str, int, str]:
        """Tone, percent and kind of its clock."""
        return LOOKS[self.stage]

    @property
    def limit(self) -> int | None:
        """The minutes after which a card needs an eye."""
        return flow.LIMITS.get(self.stage)


@dataclass(slots=True)
class Board:
    """The office at one moment."""

    lanes: list[Lane]
    providers: list[tuple[UUID, str, bool]]
    late: int
    longest: tuple[str, datetime, bool] | None
    rooms_free: int
    rooms: int
    behind: tuple[str, int] | None
    seen: int
    total: int
    next_arrival: Booked | None


def board(
    site: Site,
    on: date,
    at: datetime,
    *,
    provider_id: UUID | None = None,
    is_whole: bool = False,
) -> Board:
    """Return the site's board of a day as it is at an instant, for one provider or all.

    `is_whole` shows every expected patient and not just the next ones.
    """
    every = _booked(site, on)
    mine = [one for one in every if provider_id in (None, one.provider_id)]
    by_lane: dict[str, list[Booked]] = defaultdict(list)
    for one in mine:
        by_lane[one.lane].append(one)
    lanes = _lanes(site, by_lane, at, is_whole=is_whole)
    _say_readiness([card for lane in lanes for card in lane.cards], on)
    _say_outcome([card for lane in lanes if lane.stage == Stage.GONE for card in lane.cards])
    used = {one.room_id for one in every if one.lane in (Stage.ROOMED, Stage.WITH_PROVIDER)}
    rooms = set(Room.objects.filter(site=site, is_active=True).values_list("pk", flat=True))
    expected = by_lane[Stage.EXPECTED]
    return Board(
        lanes=lanes,
        providers=_providers(every, provider_id),
        late=sum(flow.is_late(one.starts_at, at) for one in expected),
        longest=_longest(mine, at),
        rooms_free=len(rooms - used),
        rooms=len(rooms),
        behind=_behind(mine, at),
        seen=sum(one.lane in (Stage.CHECK_OUT, Stage.GONE) for one in mine),
        total=len(mine),
        next_arrival=_next(by_lane),
    )


def _booked(site: Site, on: date) -> list[Booked]:
    opens, closes = day_bounds(site, on)
    rows = (
        Appointment.objects.filter(site=site, starts_at__gte=opens, starts_at__lt=closes)
        .exclude(status__in=_OUT)
        .order_by("starts_at", "pk")
        .values_list(*_COLUMNS.values())
    )
    return [Booked(*row) for row in rows]


def _lanes(
    site: Site, by_lane: dict[str, list[Booked]], at: datetime, *, is_whole: bool
) -> list[Lane]:
    lanes = []
    for stage in Stage:
        inside = by_lane[stage]
        shown = inside
        if stage == Stage.EXPECTED and not is_whole:
            shown = inside[:NEXT_EXPECTED]
        elif stage == Stage.GONE:
            shown = sorted(inside, key=_since, reverse=True)
            shown = shown if is_whole else shown[:LAST_GONE]
        elif stage != Stage.EXPECTED:
            shown = sorted(inside, key=_since)
        cards = [_card(site, one, at) for one in shown]
        lanes.append(Lane(stage, len(inside), cards, later=len(inside) - len(shown)))
    return lanes


def _card(site: Site, one: Booked, at: datetime) -> Card:
    wall = local(site, one.starts_at)
    card = Card(
        booked=one,
        age=figures.age(one.born, local(site, at).date()),
        time=f"{wall.hour % 12 or 12}:{wall.minute:02}",
        face=f"{one.provider_first[:1]}{one.provider_last[:1]}".upper(),
        provider=_short_name(one.provider_first, one.provider_last, one.credential),
    )
    if one.lane == Stage.EXPECTED:
        card.late = int((at - one.starts_at) / timedelta(minutes=1))
        card.late = card.late if flow.is_late(one.starts_at, at) else 0
    elif one.lane == Stage.GONE:
        wall = local(site, one.since) if one.since else wall
        card.time = f"{wall.hour % 12 or 12}:{wall.minute:02}"
    elif one.since:
        card.limit = flow.limit_of(one.lane, one.minutes)
        card.percent = flow.percent_of_limit(one.since, at, card.limit)
        card.alert = flow.LIMITS.get(one.lane)
        card.is_over = flow.is_over(one.since, at, card.alert)
        card.bar = _bar(one.lane, card)
    return card


@lru_cache(maxsize=512)
def _short_name(first: str, last: str, credential: str) -> str:
    """Return the provider's name as said in the office."""
    return Provider(first_name=first, last_name=last, credential=credential).short_name


def _bar(lane: str, card: Card) -> str:
    if card.is_over:
        return "red"
    nearly = card.percent >= 80 and lane in flow.LIMITS
    return "amber" if nearly else LOOKS[Stage(lane)][0]


def _say_readiness(cards: list[Card], on: date) -> None:
    """Give each card its four marks and its one line of words: the worst of them, else the room."""
    waiting = [card for card in cards if card.booked.lane != Stage.GONE]
    patients = {card.booked.patient_id for card in waiting}
    covered = coverage.readiness([card.booked for card in waiting], on)
    forms = records.forms_readiness(patients, on)
    balances = ledger.balances_of(patients)
    for card in waiting:
        one = card.booked
        cover, form = covered[one.pk], forms[one.patient_id]
        owed = balances[one.patient_id].to_pay if one.patient_id in balances else Decimal(0)
        card.ready = {
            "coverage": cover.state,
            "authorization": _authorization(one, cover),
            "forms": form.tone,
            "balance": "warn" if owed else "ok",
        }
        said = (
            (cover.state, cover.words),
            (card.ready["authorization"], cover.authorization_words),
            (form.tone, form.words if not (one.since or card.late) else form.short),
            (card.ready["balance"], _("%(sum)s open") % {"sum": figures.money(owed)}),
        )
        card.says, card.tone = _worst(one, said)


def _authorization(one: Booked, cover: coverage.CoverageReadiness) -> str:
    """Return how the approval stands: one that the visit type needs is missed even unasked."""
    if cover.authorization == "none" and one.needs_authorization and cover.state != "none":
        return "warn"
    return cover.authorization


def _worst(one: Booked, said: Iterable[tuple[str, str]]) -> tuple[str, str]:
    if one.lane in (Stage.ROOMED, Stage.WITH_PROVIDER):
        return one.room or _("No room"), ""
    worst = sorted(
        (item for item in said if item[0] in ("stop", "warn")), key=lambda item: item[0] != "stop"
    )
    if not worst:
        return _("Ready"), ""
    state, words = worst[0]
    return words, "red" if state == "stop" else "amber"


def _say_outcome(cards: list[Card]) -> None:
    """Say of those who left what they paid today, or what is still open."""
    visits = [card.booked.visit_id for card in cards if card.booked.visit_id]
    paid = dict(
        Payment.objects.filter(visit_id__in=visits, status=Payment.Status.POSTED)
        .values_list("visit_id")
        .annotate(Sum("amount"))
    )
    for card in cards:
        one = card.booked
        if one.left_unseen:
            card.says, card.tone = _("Left without visit"), "amber"
        elif one.closed_at is None:
            card.says, card.tone = _("Check-out open"), "amber"
        elif one.visit_id in paid:
            card.says = _("Paid %(sum)s") % {"sum": figures.money(paid[one.visit_id])}
        else:
            card.says = _("Nothing paid")


def _providers(every: Collection[Booked], chosen: UUID | None) -> list[tuple[UUID, str, bool]]:
    found = {one.provider_id: one.provider_last for one in every}
    ordered = sorted(found.items(), key=lambda item: item[1])
    return [(pk, name, pk == chosen) for pk, name in ordered]


def _longest(mine: Collection[Booked], at: datetime) -> tuple[str, datetime, bool] | None:
    waiting = [one for one in mine if one.lane in flow.LIMITS and one.since]
    if not waiting:
        return None
    one = min(waiting, key=_since)
    return one.last, _since(one), flow.is_over(_since(one), at, flow.LIMITS[one.lane])


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
