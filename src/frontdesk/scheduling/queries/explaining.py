"""Why a part of a day has no time, and the least that would have to give way for one.

For each rule a search is asked that leaves just this rule out. The rule that binds is the one
whose leaving out gives a time; where none alone does, two are left out together. Of all ways out
the cheapest is said, with the right that it needs.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import combinations
from uuid import UUID

from frontdesk.people.models import Patient
from frontdesk.practice.models import Site
from frontdesk.scheduling.models import Appointment, Override, Phase, VisitType
from frontdesk.scheduling.queries import remembered
from frontdesk.scheduling.queries.judging import Judging, judging
from frontdesk.scheduling.queries.openings import Source, not_for, sources
from frontdesk.scheduling.queries.search import AFTERNOON, MORNING, Search, search
from frontdesk.solver.openings import cells
from frontdesk.staff.models import Member, Provider
from frontdesk.staff.roles import permissions_of

OVERRIDE = "scheduling.override"
MOST_DAYS = 14  # that are explained
MOST_NAMES = 3
LACKING_MORE = "More than two things are missing then."
Kind = Override.Kind
NOTHING = frozenset[str]()


@dataclass(frozen=True, slots=True)
class WayOut:
    """A time that can be had if something gives way, and the right that this needs."""

    starts_at: datetime
    provider: Provider
    site: Site
    words: str  # "with Dr. Reyes", "without the ultrasound"
    kind: str = ""  # of the override; empty where none is needed
    cost: int = 0

    @property
    def needs_right(self) -> bool:
        """Say whether it goes against a rule."""
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class Rejected:
    """A part of a day without a time: what binds, and the cheapest way out."""

    day: date
    part: str
    why: str
    way_out: WayOut | None


@dataclass(frozen=True, slots=True)
class Rule:
    """A search that leaves one rule out: how it is called, and what going against it costs."""

    kind: str
    cost: int
    why: str  # what binds, in words
    words: str  # the way out, in words
    held: Search
    skipped: frozenset[str] = NOTHING
    phases: tuple[Phase, ...] = ()  # that are left out
    notice: timedelta = timedelta(0)
    busy: int = 0  # the patient is elsewhere: no rule that could give way
    judging: Judging | None = None  # of a way out that needs no right: nothing may refuse it

    def first(self, day: date, part: str) -> tuple[datetime, UUID, Search] | None:
        """Return the first start in a part of a day when the rule is left out."""
        within = self.held.within(day, 1, part, notice=self.notice) & ~self.busy
        found = []
        for key in self.held.providers:
            bits = self.held.starts(key) & within
            cell = next((c for c in cells(bits) if self._can(key, c)), None)
            if cell is not None:
                found.append((self.held.grid.at(cell), str(key), key))
        if not found:
            return None
        when, _text, key = min(found)
        return when, key, self.held

    def _can(self, key: UUID, cell: int) -> bool:
        if self.held.given(key, cell) is None:
            return False
        return self.judging is None or self.judging.takes(key, self.held.grid.at(cell))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the find screen."""

    visit_type: VisitType
    site: Site
    provider: Provider | None
    patient: Patient | None
    at: datetime
    moving: Appointment | None = None

    @property
    def who(self) -> str:
        """The provider, or everybody."""
        return str(self.provider) if self.provider else "Everybody"


def explain(
    visit_type: VisitType,
    site: Site,
    provider: Provider | None = None,
    *,
    from_on: date,
    days: int,
    part: str = "",
    patient: Patient | None = None,
    moving: Appointment | None = None,
    at: datetime,
) -> list[Rejected]:
    """Return the parts of days without a time, each with what binds and the cheapest way out.

    Parts in which nobody of the site works at all are left out. Days beyond the year's index are
    not explained. The own time of the visit that is `moving` counts as free.
    """
    memory = remembered.memory()
    if memory is None or remembered.shapes_under_way():
        return []
    asked = Asked(visit_type, site, provider, patient, at, moving)
    source = sources(
        visit_type, site, provider, from_on=from_on, days=days, patient=patient, moving=moving,
        at=at,
    )[0]  # fmt: skip
    if not isinstance(source.held, Search):
        return []
    busy = not_for(source.held, patient, from_on, days, {moving.pk} if moving else set())
    ways = Ways(asked, source.held, memory, busy)
    found = []
    for number in range(min(days, MOST_DAYS)):
        day = from_on + timedelta(days=number)
        for one in [part] if part else [MORNING, AFTERNOON]:
            rejected = _explained(asked, source, ways, day, one)
            if rejected:
                found.append(rejected)
    return found


def who_may(permission: str = OVERRIDE) -> list[str]:
    """Return the names of some people who have a right, for whoever has to ask one of them."""
    members = Member.objects.filter(is_active=True).order_by("name")
    names = [one.name for one in members if permission in permissions_of(one.roles)]
    return names[:MOST_NAMES]


def _explained(asked: Asked, source: Source, ways: "Ways", day: date, part: str) -> Rejected | None:
    held = source.held
    assert isinstance(held, Search)  # noqa: S101 - explain() has looked
    window = held.within(day, 1, part)
    free = [(key, c) for key in held.providers for c in cells(held.starts(key) & window)]
    allowed = window & source.within
    if any(
        allowed >> cell & 1 and source.judging.takes(key, held.grid.at(cell)) for key, cell in free
    ):
        return None
    own = _refused(asked, source, free, allowed) or ways.own(day, part, window)
    others = _first_of(ways.elsewhere, day, part)
    works = any(held.worked_at_all(key) & window for key in held.providers)
    if own is None and others is None and not works:
        return None
    why = own[0] if own else _when_nobody(asked, held, window) or LACKING_MORE
    outs = [way for _, way in (pair for pair in (own, others) if pair) if way]
    return Rejected(day, part, why, min(outs, key=lambda one: one.cost, default=None))


def _refused(
    asked: Asked, source: Source, free: Sequence[tuple[UUID, int]], allowed: int
) -> tuple[str, WayOut | None] | None:
    """Say what refuses times that the calendars would give: notice, limits, preferences."""
    held = source.held
    for key, cell in free:
        when = held.grid.at(cell)
        if not allowed >> cell & 1:
            hours = asked.visit_type.notice_hours
            if hours and when - asked.at < timedelta(hours=hours):
                kind, words = Kind.NOTICE, f"{asked.visit_type} is booked {hours} hours ahead."
                out = _out(held, key, when, kind, "with less notice", 4)
                return words, out
            return f"{asked.patient} has another visit then.", None
        broken = [one for one in source.judging.broken(key, when) if one.is_hard]
        if broken:
            out = _out(held, key, when, Kind.PREFERENCE, "against the preference", 6)
            return broken[0].words, out
        words = f"{held.everybody[key]} takes no more of these visits in this session."
        return words, _out(held, key, when, Kind.LIMIT, "beyond the limit", 5)
    return None


def _first_of(rules: Iterable[Rule], day: date, part: str) -> tuple[str, WayOut | None] | None:
    for rule in sorted(rules, key=lambda one: one.cost):
        if start := rule.first(day, part):
            when, key, held = start
            return rule.why, _out(held, key, when, rule.kind, rule.words, rule.cost)
    return None


def _out(
    held: Search | object, key: UUID, when: datetime, kind: str, words: str, cost: int
) -> WayOut:
    assert isinstance(held, Search)  # noqa: S101 - explain() has looked
    provider = held.everybody[key]
    said = words or f"with {provider}"
    return WayOut(when, provider, held.site, said.format(provider=provider), kind, cost)


class Ways:
    """What could give way, each put to the index when it is asked for."""

    def __init__(self, asked: Asked, held: Search, memory: remembered.Memory, busy: int) -> None:
        self.asked, self.held, self.memory, self.busy = asked, held, memory, busy

    def own(self, day: date, part: str, window: int) -> tuple[str, WayOut | None] | None:
        """Return what binds while the provider and the site stay the same, and the way out."""
        if _when_nobody(self.asked, self.held, window):
            return None
        return _first_of(self.alone, day, part) or _first_of(self.pairs, day, part)

    @cached_property
    def alone(self) -> list[Rule]:
        """Each rule that could give way by itself."""
        return list(self._alone())

    @cached_property
    def pairs(self) -> list[Rule]:
        """Every two rules that could give way together."""
        return [
            replace(
                dear,
                cost=one.cost + dear.cost,
                why=f"{one.why} {dear.why}",
                words=f"{one.words}, {dear.words}",
                held=self._search(one.skipped | dear.skipped, (*one.phases, *dear.phases)),
            )
            for one, dear in combinations(sorted(self.alone, key=lambda one: one.cost), 2)
            if one.phases or dear.phases or not one.skipped <= dear.skipped
        ]

    @cached_property
    def elsewhere(self) -> list[Rule]:
        """Who else and where else: nothing is gone against."""
        return list(self._elsewhere())

    def _search(self, skipped: frozenset[str], phases: Sequence[Phase] = ()) -> Search:
        asked = self.asked
        return search(
            self.memory, asked.visit_type, asked.site, at=asked.at, provider=asked.provider,
            patient=asked.patient, moving=asked.moving, skipped=skipped,
            without=(lambda one: any(_same(one, phase) for phase in phases)) if phases else None,
        )  # fmt: skip

    def _without(
        self, kind: str, cost: int, why: str, words: str, *skipped: str, phase: Phase | None = None
    ) -> Rule:
        rules, phases = frozenset(skipped), (phase,) if phase else ()
        held = self._search(rules, phases)
        return Rule(kind, cost, why, words, held, rules, phases, busy=self.busy)

    def _alone(self) -> Iterator[Rule]:
        visit_type, who = self.asked.visit_type, self.asked.who
        if visit_type.buffer_before or visit_type.buffer_after:
            why = f"{who} has no free minutes left around: {visit_type}."
            yield self._without(Kind.BUFFER, 3, why, "without the buffer", "buffer")
        if any(session.active_blocks or session.visit_type_ids for session in self.held.sessions):
            why = f"What is free is kept for other visits than: {visit_type}."
            yield self._without(Kind.KEPT, 4, why, "in kept time", "kept")
        said = set()
        for phase in self.held.phases:
            if phase.role == Phase.Role.PROVIDER or _name(phase) in said:
                continue
            said.add(_name(phase))
            is_interpreter = phase.role == Phase.Role.INTERPRETER
            kind, cost = (Kind.INTERPRETER, 7) if is_interpreter else (Kind.LACKING, 5)
            why = f"No {_name(phase)} is free when the provider is."
            yield self._without(kind, cost, why, f"without the {_name(phase)}", phase=phase)
        why = f"{who} is fully booked."
        words = "double-booked with {provider}"
        yield self._without(Kind.TAKEN, 8, why, words, "taken", "buffer")

    def _elsewhere(self) -> Iterator[Rule]:
        asked = self.asked
        if asked.provider is not None:
            yield self._at(1, "with {provider}", asked.site, None)
        others = Site.objects.filter(is_active=True).exclude(pk=asked.site.pk).order_by("name")
        for site in others:
            if site.time_zone == asked.site.time_zone:
                yield self._at(2, f"at {site.name} with {{provider}}", site, asked.provider)

    def _at(self, cost: int, words: str, site: Site, provider: Provider | None) -> Rule:
        asked = self.asked
        held = search(
            self.memory, asked.visit_type, site, at=asked.at, provider=provider,
            patient=asked.patient, moving=asked.moving,
        )  # fmt: skip
        besides = {asked.moving.pk} if asked.moving else set()
        judged = judging(
            asked.visit_type, site, asked.at, held.sessions, self.memory, besides
        )  # fmt: skip
        notice = timedelta(hours=asked.visit_type.notice_hours)
        return Rule("", cost, "", words, held, notice=notice, busy=self.busy, judging=judged)


def _when_nobody(asked: Asked, held: Search, window: int) -> str:
    """Say why the provider has no cell at all in a part of a day; nothing where they have."""
    wanted = list(held.providers)
    if not any(held.worked_at_all(key) & window for key in wanted):
        return f"{asked.who} sees no patients then." if asked.provider else "Nobody works then."
    if not held.opened & window:
        return f"{asked.site.name} is closed then."
    if all(not window & held.worked_at_all(key) & ~held.away.get(key, 0) for key in wanted):
        return f"{asked.who} is away then."
    return ""


def _same(one: Phase, other: Phase | None) -> bool:
    return other is not None and one.role == other.role and _name(one) == _name(other)


def _name(phase: Phase) -> str:
    return phase.skill or phase.needs_words
