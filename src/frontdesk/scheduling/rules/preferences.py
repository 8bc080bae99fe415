"""What a provider prefers, as rules on plain values: who is judged, against which day, and why.

A rule is hard (it refuses, unless somebody who may overrides it with a reason) or soft (it costs
points when times are compared). `judge` says which rules a visit would break, `contradictions`
which rules can't hold together or leave nothing of a session.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from itertools import combinations

from frontdesk.scheduling.rules.time import clock_words

BREATH = timedelta(minutes=15)  # long visits with less between them follow each other
STEP = 5  # minutes, of the marks on which a free piece is looked for
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Kind(StrEnum):
    """What a preference is about."""

    MOST_NEW = "most_new"  # at most `number` new patients a day
    MOST_OF_TYPE = "most_of_type"  # at most `number` visits of these types a day
    NOT_TWO_LONG = "not_two_long"  # visits of `number` minutes or more don't follow each other
    NOT_AFTER = "not_after"  # no visit of these types begins at `starts` or later
    LUNCH = "lunch"  # `number` minutes in one piece stay free between `starts` and `ends`
    GAP = "gap"  # `number` minutes at least between two visits
    NOTICE = "notice"  # visits are booked `number` hours before at least
    OVERTIME = "overtime"  # stays up to `number` minutes after hours when the day breaks


@dataclass(frozen=True, slots=True)
class Rule:
    """One preference of one provider. `who` is said in the words; no types means all of them."""

    kind: Kind
    who: str
    number: int = 0
    type_keys: frozenset[str] = frozenset()
    type_names: str = ""  # "Procedure", in the words
    starts: time | None = None
    ends: time | None = None
    weekdays: frozenset[int] = frozenset()  # Monday is 0; none: every day
    is_hard: bool = True
    cost: int = 10  # points, of a soft rule that is broken
    key: str = ""
    site_key: str = ""  # where alone it holds; of staying after hours
    site_name: str = ""

    def is_on(self, weekday: int) -> bool:
        """Say whether it holds on this day of the week."""
        return not self.weekdays or weekday in self.weekdays

    def is_about(self, type_key: str) -> bool:
        """Say whether it is about this type of visit."""
        return not self.type_keys or type_key in self.type_keys


@dataclass(frozen=True, slots=True)
class Planned:
    """A visit on a provider's day. Both instants are aware and in the zone of the site's wall."""

    starts: datetime
    ends: datetime
    type_key: str = ""
    is_new: bool = False
    asked_at: datetime | None = None  # when it is being booked; only of a candidate
    key: str = ""

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int(_between(self.starts, self.ends).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a visit would break, in words, with its cost in points (0 for a hard one)."""

    rule: Rule
    words: str
    is_hard: bool
    cost: int


@dataclass(frozen=True, slots=True)
class Worked:
    """A session of the week, as far as rules can contradict it."""

    weekday: int
    starts: time
    ends: time
    type_keys: frozenset[str] = frozenset()
    releases: tuple[tuple[str, int], ...] = ()  # blocks: their name, hours before that they open

    @property
    def words(self) -> str:
        """As said: Tuesday session (12:00 PM to 1:00 PM)."""
        span = f"{clock_words(self.starts)} to {clock_words(self.ends)}"
        return f"{DAYS[self.weekday]} session ({span})"


def judge(rules: Sequence[Rule], day_plan: Sequence[Planned], candidate: Planned) -> list[Broken]:
    """Return what the candidate would break on a day whose visits are `day_plan`, hard ones first.

    The plan holds the provider's visits of the candidate's day and not the candidate itself.
    """
    weekday = candidate.starts.weekday()
    found = [
        Broken(rule, words, rule.is_hard, 0 if rule.is_hard else rule.cost)
        for rule in rules
        if rule.is_on(weekday) and (words := _JUDGES[rule.kind](rule, day_plan, candidate))
    ]
    return sorted(found, key=lambda one: not one.is_hard)


def contradictions(
    rules: Sequence[Rule], week: Sequence[Worked] = (), new_types: Collection[str] = ()
) -> list[str]:
    """Say in words which hard rules can't hold together, and which leave nothing of a session."""
    hard = [rule for rule in rules if rule.is_hard]
    found = [words for pair in combinations(hard, 2) for words in _both(*pair)]
    for rule in hard:
        found += _alone(rule)
        found += [
            words
            for worked in week
            if rule.is_on(worked.weekday)
            for words in _against(rule, worked, week, new_types)
        ]
    return list(dict.fromkeys(found))


def _most_new(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    if not one.is_new:
        return ""
    booked = sum(other.is_new for other in plan)
    if booked < rule.number:
        return ""
    return f"{rule.who} takes {_count(rule.number, 'new patient')} a day, and {_booked(booked)}."


def _most_of_type(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    if not rule.is_about(one.type_key):
        return ""
    booked = sum(rule.is_about(other.type_key) for other in plan)
    if booked < rule.number:
        return ""
    what = rule.type_names or "visits"
    return f"{rule.who} takes {rule.number} a day of: {what}, and {_booked(booked)}."


def _not_two_long(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    if one.minutes < rule.number:
        return ""
    for other in plan:
        apart = max(_between(other.ends, one.starts), _between(one.ends, other.starts))
        if other.minutes >= rule.number and apart < BREATH:
            return f"{rule.who} does not see two visits of {rule.number} minutes or more in a row."
    return ""


def _not_after(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    if rule.starts is None or not rule.is_about(one.type_key) or one.starts.time() < rule.starts:
        return ""
    what = rule.type_names or "visits"
    return f"{rule.who} begins none of these at {clock_words(rule.starts)} or later: {what}."


def _lunch(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    if rule.starts is None or rule.ends is None:
        return ""
    day, wall = one.starts.date(), one.starts.tzinfo
    # In UTC: within one zone Python compares by the wall, which shows an hour of autumn twice.
    opens = datetime.combine(day, rule.starts, tzinfo=wall).astimezone(UTC)
    closes = datetime.combine(day, rule.ends, tzinfo=wall).astimezone(UTC)
    is_inside = one.starts < closes and opens < one.ends
    if not is_inside or _longest_free([*plan, one], opens, closes) >= rule.number:
        return ""
    span = f"{clock_words(rule.starts)} and {clock_words(rule.ends)}"
    return f"{rule.who} keeps {rule.number} minutes free between {span}."


def _gap(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    least = timedelta(minutes=rule.number)
    for other in plan:
        if max(_between(other.ends, one.starts), _between(one.ends, other.starts)) < least:
            return f"{rule.who} keeps {rule.number} minutes between visits."
    return ""


def _notice(rule: Rule, plan: Sequence[Planned], one: Planned) -> str:
    is_late = one.asked_at and _between(one.asked_at, one.starts) < timedelta(hours=rule.number)
    if not is_late or not rule.is_about(one.type_key):
        return ""
    return f"{rule.who} wants to know {_count(rule.number, 'hour')} before."


def _allows(_rule: Rule, _plan: Sequence[Planned], _one: Planned) -> str:
    """A rule that lets something happen refuses nothing."""
    return ""


_JUDGES = {
    Kind.MOST_NEW: _most_new,
    Kind.MOST_OF_TYPE: _most_of_type,
    Kind.NOT_TWO_LONG: _not_two_long,
    Kind.NOT_AFTER: _not_after,
    Kind.LUNCH: _lunch,
    Kind.GAP: _gap,
    Kind.NOTICE: _notice,
    Kind.OVERTIME: _allows,
}


def _both(one: Rule, other: Rule) -> Iterator[str]:
    """Two rules of one kind for the same visits and days: only the stricter ever counts."""
    days = (one.weekdays or frozenset(range(7))) & (other.weekdays or frozenset(range(7)))
    is_same = one.type_keys == other.type_keys and one.site_key == other.site_key
    is_twice = one.kind == other.kind and is_same and days
    if is_twice and one.kind != Kind.LUNCH:
        yield f"{one.who}: {said(one)}, and also {said(other)}. Keep one of the two."


def _alone(rule: Rule) -> Iterator[str]:
    if rule.kind == Kind.LUNCH and rule.starts and rule.ends:
        room = _minute(rule.ends) - _minute(rule.starts)
        if room < rule.number:
            span = f"{clock_words(rule.starts)} and {clock_words(rule.ends)}"
            yield f"{rule.who}: between {span} there are no {rule.number} minutes."


def _against(
    rule: Rule, worked: Worked, week: Sequence[Worked], new_types: Collection[str]
) -> Iterator[str]:
    if rule.kind == Kind.LUNCH and not _left_beside(rule, worked):
        yield f"{rule.who}: {said(rule)}, but the {worked.words} has no other time."
    only = worked.type_keys
    if only and _takes_none(rule, only, new_types):
        yield f"{rule.who}: {said(rule)}, but the {worked.words} is only for those."
    is_late = rule.kind == Kind.NOT_AFTER and rule.starts and worked.starts >= rule.starts
    if is_late and (not rule.type_keys or (only and only <= rule.type_keys)):
        yield f"{rule.who}: {said(rule)}, but the {worked.words} is for nothing else."
    if rule.kind == Kind.NOTICE:
        for name, hours in worked.releases:
            if hours <= rule.number:
                yield (
                    f"{rule.who}: {said(rule)}, but the block {name} of the {worked.words} "
                    f"opens to others only {_count(hours, 'hour')} before."
                )


def _left_beside(rule: Rule, worked: Worked) -> int:
    """Return the most minutes that a session keeps when the free piece lies as well as it can."""
    if rule.starts is None or rule.ends is None:
        return 1
    starts, ends = _minute(worked.starts), _minute(worked.ends)
    pieces = range(_minute(rule.starts), _minute(rule.ends) - rule.number + 1, STEP)
    inside = (min(ends, first + rule.number) - max(starts, first) for first in pieces)
    return (ends - starts) - min((max(0, one) for one in inside), default=0)


def _takes_none(rule: Rule, only: Collection[str], new_types: Collection[str]) -> bool:
    if rule.number:
        return False
    if rule.kind == Kind.MOST_NEW:
        return set(only) <= set(new_types)
    return rule.kind == Kind.MOST_OF_TYPE and all(rule.is_about(key) for key in only)


def said(rule: Rule) -> str:
    """Say a rule in a few words: at most 3 new patients a day."""
    what = rule.type_names or "any visit"
    at = clock_words(rule.starts) if rule.starts else ""
    until = clock_words(rule.ends) if rule.ends else ""
    where = f" at {rule.site_name}" if rule.site_name else ""
    return {
        Kind.MOST_NEW: f"at most {_count(rule.number, 'new patient')} a day",
        Kind.MOST_OF_TYPE: f"at most {rule.number} a day of: {what}",
        Kind.NOT_TWO_LONG: f"no two visits of {rule.number} minutes or more in a row",
        Kind.NOT_AFTER: f"none at {at} or later of: {what}",
        Kind.LUNCH: f"{rule.number} minutes free between {at} and {until}",
        Kind.GAP: f"{rule.number} minutes between visits",
        Kind.NOTICE: f"{_count(rule.number, 'hour')} notice, for: {what}",
        Kind.OVERTIME: f"stays up to {rule.number} minutes after hours{where} when the day breaks",
    }[rule.kind]


def _longest_free(plan: Sequence[Planned], opens: datetime, closes: datetime) -> int:
    """Return the longest free piece of a window, in whole minutes."""
    longest, free_from = timedelta(0), opens
    for one in sorted(plan, key=lambda one: one.starts.astimezone(UTC)):
        if one.starts >= closes:
            break
        longest = max(longest, _between(free_from, one.starts))
        free_from = max(free_from, one.ends.astimezone(UTC))
    longest = max(longest, _between(free_from, closes))
    return int(longest.total_seconds()) // 60


def _between(first: datetime, then: datetime) -> timedelta:
    """Return the real time between two instants, also across a change of the clocks."""
    return then.astimezone(UTC) - first.astimezone(UTC)


def _minute(wall: time) -> int:
    return 60 * wall.hour + wall.minute


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _booked(number: int) -> str:
    return "1 is booked" if number == 1 else f"{number} are booked"
