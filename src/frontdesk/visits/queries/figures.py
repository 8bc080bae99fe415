"""How patients waited: for how long, for whom, and how good the foretellings were."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median, quantiles
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.visits.models import Call, CheckIn, FlowEvent, Visit, Vitals, WaitPrediction
from frontdesk.visits.queries.predicted import foretellings
from frontdesk.visits.rules import flow, waits

SPANS = {"day": 1, "week": 7, "month": 28}
MINUTE = timedelta(minutes=1)
STAGES = (
    (flow.ARRIVED, _("Waiting room")),
    (flow.ROOMED, _("Room, before the provider")),
    (flow.WITH_PROVIDER, _("With the provider")),
    (flow.CHECK_OUT, _("Check-out")),
)
BLAMES = {
    flow.Blame.CHECK_IN: _("Check-in"),
    flow.Blame.ROOM: _("A room or the assistant"),
    flow.Blame.ASSISTANT: _("The assistant, in the room"),
    flow.Blame.INTERPRETER: _("An interpreter"),
    flow.Blame.PROVIDER: _("The provider"),
    flow.Blame.DESK: _("Check-out"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row of figures: what, how many visits, the middle, nine of ten, in minutes."""

    label: object
    count: int
    middle: int
    most: int


@dataclass(frozen=True, slots=True)
class Blamed:
    """How much waiting somebody caused: minutes a visit, and their part of all waiting."""

    label: object
    minutes: int
    percent: int


@dataclass(frozen=True, slots=True)
class WaitFigures:
    """The waits of some days at a site."""

    first: date
    last: date
    visits: int
    stages: list[Line]
    by_provider: list[Line]
    by_type: list[Line]
    blamed: list[Blamed]
    left: list[tuple[str, int]]
    left_count: int
    foretold: list[tuple[object, dict[str, int]]]


@dataclass(slots=True)
class _Lived:
    provider: str
    kind: str
    steps: list[flow.Step]
    checked_in: datetime | None
    prepared: datetime | None
    interpreter: tuple[datetime, datetime | None] | None = None  # called for, and came


def span_of(word: str) -> str:
    """Return the span that is meant: a day, a week, a month."""
    return word if word in SPANS else "day"


def wait_figures(site: Site, at: datetime, span: str) -> WaitFigures:
    """Return the figures of the last days, today the last, in a constant number of queries."""
    last = local(site, at).date()
    first = last - timedelta(days=SPANS[span] - 1)
    lived = _lived(site, first, last)
    spent = [(one, flow.waits(one.steps, _end(one, at))) for one in lived]
    until_seen = [(one, _until_seen(one)) for one in lived]
    told = foretellings(day_bounds(site, first)[0], site)
    left = _left(site, first, last)
    return WaitFigures(
        first=first,
        last=last,
        visits=len(lived),
        stages=[
            _line(label, [wait[stage] for _one, wait in spent if stage in wait])
            for stage, label in STAGES
        ],
        by_provider=_grouped((one.provider, wait) for one, wait in until_seen),
        by_type=_grouped((one.kind, wait) for one, wait in until_seen),
        blamed=_blamed(lived, at),
        left=sorted(left.items(), key=lambda item: -item[1]),
        left_count=sum(left.values()),
        foretold=[
            (until.label, waits.score(told[until])) for until in WaitPrediction.Until if told[until]
        ],
    )


def _lived(site: Site, first: date, last: date) -> list[_Lived]:
    visits = Visit.objects.filter(site=site, on__gte=first, on__lte=last)
    rows = visits.values_list("pk", "provider__last_name", "appointment__visit_type__name")
    steps: defaultdict[UUID, list[flow.Step]] = defaultdict(list)
    events = FlowEvent.objects.filter(visit__in=visits).order_by("visit_id", "place")
    for row in events.values_list(
        "visit_id", "pk", "stage", "at", "room_id", "undoes_id", "corrects_id"
    ):
        steps[row[0]].append(flow.Step(*row[1:]))
    checked = dict(CheckIn.objects.filter(visit__in=visits).values_list("visit_id", "finished_at"))
    taken = Vitals.objects.filter(visit__in=visits, status=Vitals.Status.TAKEN)
    prepared = dict(taken.order_by("-taken_at").values_list("visit_id", "taken_at"))
    interpreters = _interpreters(visits)
    found = (
        _Lived(provider, kind, steps[pk], checked.get(pk), prepared.get(pk), interpreters.get(pk))
        for pk, provider, kind in rows
    )
    return [one for one in found if flow.effective(one.steps)]


def _interpreters(visits: QuerySet[Visit]) -> dict[UUID, tuple[datetime, datetime | None]]:
    """Return for each visit when an interpreter was first called for, and when one came."""
    calls = Call.objects.filter(visit__in=visits, kind=Call.Kind.INTERPRETER).exclude(
        status=Call.Status.CANCELLED
    )
    rows = calls.order_by("-at").values_list("visit_id", "at", "answered_at")
    return {pk: (at, answered_at) for pk, at, answered_at in rows if pk}


def _end(one: _Lived, at: datetime) -> datetime:
    """Return until when to count: a log of an earlier day that nobody ended ends with itself."""
    last = flow.effective(one.steps)[-1].at
    return at if at - last < timedelta(hours=8) else last


def _until_seen(one: _Lived) -> timedelta | None:
    """Return how long it took from arrival until the provider came."""
    held = flow.effective(one.steps)
    seen = next((step.at for step in held if step.stage == flow.WITH_PROVIDER), None)
    return seen - held[0].at if seen else None


def _grouped(told: Iterable[tuple[str, timedelta | None]]) -> list[Line]:
    groups: defaultdict[str, list[timedelta]] = defaultdict(list)
    for name, wait in told:
        if wait is not None:
            groups[name].append(wait)
    lines = [_line(name, waited) for name, waited in groups.items()]
    return sorted(lines, key=lambda line: (-line.middle, str(line.label)))


def _line(label: object, told: list[timedelta]) -> Line:
    minutes = [wait / MINUTE for wait in told]
    if not minutes:
        return Line(label, 0, 0, 0)
    most = quantiles(minutes, n=10)[-1] if len(minutes) > 1 else minutes[0]
    return Line(label, len(minutes), round(median(minutes)), round(most))


def _blamed(lived: list[_Lived], at: datetime) -> list[Blamed]:
    spent: defaultdict[flow.Blame, timedelta] = defaultdict(timedelta)
    for one in lived:
        for blame, wait in flow.waited_for(milestones(one), _end(one, at)).items():
            spent[blame] += wait
    spent.pop(flow.Blame.NOBODY, None)
    total = sum(spent.values(), timedelta(0))
    if not total:
        return []
    return [
        Blamed(label, round(spent[blame] / MINUTE / len(lived)), round(100 * spent[blame] / total))
        for blame, label in BLAMES.items()
        if spent[blame]
    ]


def milestones(one: _Lived) -> flow.Milestones:
    """Return when things happened in one visit, from its log and what was done meanwhile."""
    held = flow.effective(one.steps)
    first: dict[str, datetime] = {}
    for step in held:
        first.setdefault(step.stage, step.at)
    gone = held[-1].at if held[-1].stage == flow.GONE else None
    return flow.Milestones(
        arrived=held[0].at,
        checked_in=one.checked_in,
        roomed=first.get(flow.ROOMED),
        prepared=one.prepared,
        seen=first.get(flow.WITH_PROVIDER),
        left_provider=first.get(flow.CHECK_OUT) or (gone if flow.WITH_PROVIDER in first else None),
        gone=gone,
        interpreter_called=one.interpreter[0] if one.interpreter else None,
        interpreter_came=one.interpreter[1] if one.interpreter else None,
    )


def _left(site: Site, first: date, last: date) -> dict[str, int]:
    """Return how many left without being seen, by the reason they gave."""
    events = FlowEvent.objects.filter(
        visit__site=site,
        visit__on__gte=first,
        visit__on__lte=last,
        visit__left_unseen=True,
        stage=flow.GONE,
        undoes=None,
    )
    found: defaultdict[str, int] = defaultdict(int)
    for note in events.values_list("note", flat=True):
        reason = note.partition(": ")[2].partition(": ")[0]
        found[reason or "not said"] += 1
    return found
