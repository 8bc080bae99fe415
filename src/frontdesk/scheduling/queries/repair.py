"""What the screens of a broken day show: the plan as before and after, who to call, who is late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from frontdesk.core.clock import day_bounds, local
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Bump, Repair, RepairLine
from frontdesk.scheduling.queries.ways import Landed, scene_of
from frontdesk.solver.repair import cost
from frontdesk.solver.repair.model import Given

Kind = RepairLine.Kind
ALTERNATIVES = 16  # other ways of one visit, as offered to staff
RULES = {
    cost.MOVED: _("minutes moved"),
    cost.EARLIER: _("asked to come earlier"),
    cost.HALF_DAY: _("morning and afternoon swapped"),
    cost.PROVIDER: _("somebody else"),
    cost.SITE: _("other site"),
    cost.DAY: _("other day"),
    cost.HOUR: _("other hour of the day"),
    cost.CALL: _("no place found"),
    cost.HERE: _("is here already"),
    cost.CONFIRMED: _("had confirmed"),
    cost.INTERPRETER: _("interpreter to arrange again"),
    cost.NEW: _("new patient"),
    cost.TOUCHED: _("not hit, but moved"),
    cost.OVERTIME: _("after the provider’s hours"),
}
TONES = {
    Kind.STAY: "slate", Kind.ROOM: "green", Kind.TIME: "blue", Kind.PROVIDER: "blue",
    Kind.SITE: "amber", Kind.DAY: "amber", Kind.CALL: "red",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One visit of a plan, before and after, with what it costs and why."""

    line: RepairLine
    why: list[tuple[str, int]]
    is_changed_day: bool

    @property
    def tone(self) -> str:
        """The colour of what becomes of it."""
        return TONES[Kind(self.line.kind)]

    @property
    def is_here(self) -> bool:
        """Say whether the patient sits in the waiting room."""
        return self.line.was_status == Appointment.Status.ARRIVED


@dataclass(frozen=True, slots=True)
class Sheet:
    """A repair as its page shows it."""

    repair: Repair
    rows: list[Row]
    calls: list[Row]
    kept: list[Row]
    by_rule: list[tuple[str, int]]

    @property
    def moved(self) -> int:
        """How many visits get another time, provider, site or room."""
        return len(self.rows)

    @property
    def hit(self) -> int:
        """How many visits are hit."""
        every = (*self.rows, *self.calls, *self.kept)
        return sum(1 for row in every if row.line.is_affected)

    @property
    def saved(self) -> int:
        """Points that searching saved against the first plan."""
        return self.repair.greedy_cost - self.repair.cost


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another way of one visit, with what it costs."""

    landed: Landed
    points: int
    why: list[tuple[str, int]]


def repairs() -> QuerySet[Repair]:
    """Return repairs with what a page says of them."""
    return Repair.objects.select_related("site", "time_off")


def open_repairs(site: Site, on: date) -> QuerySet[Repair]:
    """Return what is being repaired at a site on a day."""
    opens, closes = day_bounds(site, on)
    return (
        repairs()
        .filter(site=site, starts_at__lt=closes, ends_at__gt=opens)
        .filter(status__in=(Repair.Status.ASKED, Repair.Status.READY, Repair.Status.FAILED))
        .annotate(hit=Count("lines", filter=Q(lines__is_affected=True)))
        .order_by("starts_at", "pk")
    )


def plan_of(repair: Repair) -> Sheet:
    """Return a repair with its rows: those that move, those to call, those left alone."""
    found = repair.lines.select_related(
        "appointment__patient", "appointment__visit_type", "was_provider", "provider", "site",
        "room", "appointment__site",
    ).order_by("-is_affected", "was_starts_at", "pk")  # fmt: skip
    every = [_row(line) for line in found]
    totals: dict[str, int] = {}
    is_kept = RepairLine.Wish.KEEP
    for row in every:
        for rule, points in row.line.costs if row.line.wish != is_kept else ():
            totals[rule] = totals.get(rule, 0) + points
    return Sheet(
        repair,
        rows=[r for r in every if r.line.kind not in (Kind.STAY, Kind.CALL) and not _kept(r)],
        calls=[r for r in every if r.line.kind == Kind.CALL and not _kept(r)],
        kept=[r for r in every if _kept(r)],
        by_rule=[
            (str(RULES.get(rule, rule)), points)
            for rule, points in sorted(totals.items(), key=lambda one: -one[1])
        ],
    )


def alternatives(line: RepairLine, at: datetime) -> list[Alternative]:
    """Return the cheapest other ways of one visit, as far as the rest of the book allows."""
    repair = line.repair
    scene = scene_of(repair, at, wishes=False)
    one = next((hit for hit in (*scene.hit, *scene.others) if hit.pk == line.appointment_id), None)
    if one is None:
        return []
    found = []
    for option in scene.ways(one, most=ALTERNATIVES)[1:]:
        landed = scene.landed(Given(option, ()))
        if landed is not None:
            found.append(Alternative(landed, option.cost, _why(option.costs)))
    found.sort(key=lambda way: (way.points, way.landed.starts_at))
    return found[:ALTERNATIVES]


def to_call(site: Site | None = None) -> QuerySet[Bump]:
    """Return the patients who are owed a call, those who are here first, then by their old time."""
    found = bumps().filter(status__in=(Bump.Status.TO_CALL, Bump.Status.CALLED))
    if site is not None:
        found = found.filter(site=site)
    return found.order_by("-is_here", "status", "was_starts_at", "pk")


def bumps() -> QuerySet[Bump]:
    """Return bumped patients with what a list says of them."""
    return Bump.objects.select_related(
        "patient", "site", "appointment__visit_type", "appointment__provider", "new_appointment"
    )


def lately_settled(since: datetime) -> QuerySet[Bump]:
    """Return those who have another time or want none, the latest first."""
    ended = (Bump.Status.REBOOKED, Bump.Status.DROPPED)
    return bumps().filter(status__in=ended, ended_at__gte=since).order_by("-ended_at", "pk")[:20]


def _row(line: RepairLine) -> Row:
    site = line.appointment.site
    is_changed = line.starts_at is not None and (
        local(site, line.starts_at).date() != local(site, line.was_starts_at).date()
    )
    return Row(line, _why(line.costs), is_changed)


def _why(costs: Iterable[Sequence[Any]]) -> list[tuple[str, int]]:
    return [(str(RULES.get(rule, rule)), int(points)) for rule, points in costs]


def _kept(row: Row) -> bool:
    return row.line.wish == RepairLine.Wish.KEEP
