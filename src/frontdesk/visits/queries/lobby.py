"""What the lobby's display and a patient's own phone may show: numbers, never names."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from frontdesk.core.clock import local
from frontdesk.practice.models import Closure, Hours, Site
from frontdesk.visits.models import Stage, Ticket, Visit
from frontdesk.visits.queries.policy import policy_of
from frontdesk.visits.queries.predicted import predicted
from frontdesk.visits.rules import waits

SHOWN_FOR = timedelta(minutes=10)  # how long a called number stands
LAST_CALLED = 4
BEHIND = 15  # minutes from which a provider is said to run late


@dataclass(frozen=True, slots=True)
class Called:
    """A number that was called, and where to."""

    code: str
    to: str
    at: datetime
    is_new: bool


@dataclass(frozen=True, slots=True)
class Pace:
    """How long whoever comes now would wait for a provider."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Lobby:
    """The display of one site."""

    site: Site
    at: datetime
    called: list[Called]
    waiting: list[str]
    paces: list[Pace]
    notice: str
    is_closed: bool
    closed_because: str


@dataclass(frozen=True, slots=True)
class Position:
    """What one patient is told of their own place in line."""

    code: str
    stage: str
    ahead: int
    low: int
    high: int
    is_called: bool
    called_to: str
    behind: int  # minutes the provider runs late; 0 when not


def lobby(site: Site, at: datetime) -> Lobby:
    """Return what the display of a site shows now."""
    on = local(site, at).date()
    tickets = list(
        Ticket.objects.filter(site=site, on=on)
        .exclude(status=Ticket.Status.LEFT)
        .order_by("number")
    )
    called = sorted(
        (one for one in tickets if one.called_at and at - one.called_at <= SHOWN_FOR),
        key=lambda one: one.called_at or at,
        reverse=True,
    )[:LAST_CALLED]
    closed = _closed(site, at)
    return Lobby(
        site=site,
        at=at,
        called=[
            Called(
                one.code,
                one.called_to,
                one.called_at or at,
                at - (one.called_at or at) < timedelta(minutes=1),
            )
            for one in called
        ],
        waiting=[one.code for one in tickets if one.status == Ticket.Status.WAITING],
        paces=_paces(site, at),
        notice=policy_of(site).notice,
        is_closed=closed is not None,
        closed_because=closed or "",
    )


def position(visit: Visit, at: datetime) -> Position:
    """Return a patient's place in line, with a range that is kept more often than not."""
    ticket = Ticket.objects.filter(visit=visit).first()
    told = predicted(visit.site, visit.on, at).of(visit.pk) if visit.is_here else None
    low, high = waits.rounded(told.seen) if told else (0, 0)
    starts = visit.appointment.starts_at
    late = int((at - starts) / timedelta(minutes=1)) + (told.seen.likely if told else 0)
    waits_still = visit.stage in (Stage.ARRIVED, Stage.ROOMED)
    called = ticket is not None and ticket.status == Ticket.Status.CALLED
    return Position(
        code=ticket.code if ticket else "",
        stage=visit.stage,
        ahead=told.ahead if told else 0,
        low=low,
        high=high,
        is_called=called,
        called_to=ticket.called_to if ticket and called else "",
        behind=round(late / 5) * 5 if waits_still and late >= BEHIND else 0,
    )


def _paces(site: Site, at: datetime) -> list[Pace]:
    """Return the wait for each provider who has patients here."""
    on = local(site, at).date()
    here = Visit.objects.filter(site=site, on=on).exclude(stage__in=(Stage.EXPECTED, Stage.GONE))
    names = {one.provider_id: one.provider.short_name for one in here.select_related("provider")}
    told = predicted(site, on, at).providers
    found = []
    for pk, name in sorted(names.items(), key=lambda item: item[1]):
        if pk in told:
            low, high = waits.rounded(told[pk])
            found.append(Pace(name, low, high))
    return found


def _closed(site: Site, at: datetime) -> str | None:
    """Return why the site is closed now ("" for the hour), or None while it is open."""
    wall = local(site, at)
    mine = Closure.objects.filter(Q(site=site) | Q(site=None), on=wall.date())
    for closure in mine.order_by(F("site").asc(nulls_last=True), "pk"):
        starts, ends = closure.span  # some are for a part of the day
        if starts <= wall.time() < ends:
            return str(closure.because)
    spans = Hours.objects.filter(site=site, weekday=wall.weekday())
    is_open = any(span.opens <= wall.time() < span.closes for span in spans)
    return None if is_open else ""
