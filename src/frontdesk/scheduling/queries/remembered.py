"""What each process remembers of a practice's time, and how it learns that something changed.

The audit's chain is the log of changes: every operation adds an entry, whose number goes up by
one and which names the records that it touched. Before it answers, a process reads the head of the
chain (one query by its key) and, where it moved, the entries since. What shapes time — sessions,
hours, rooms, visit types — is forgotten when one of it changed; which days of which calendars
have to be read again is told to the year's index. So a change is seen by every process at its
next question, and nothing has to be written for it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass, field
from threading import Event, RLock
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db.models import Q

from frontdesk.core import audit
from frontdesk.core.models import AuditEntry, Record, Revision
from frontdesk.core.scoping import EVERY_PRACTICE, current_practice_id

T = TypeVar("T")


def always(_value: Any) -> bool:
    """Hold for whatever it is."""
    return True


SHAPING = frozenset(
    [
        *("practice.Practice", "practice.Site", "practice.Hours", "practice.Closure"),
        *("practice.Room", "practice.Device", "practice.Interpreter"),
        *("staff.Provider", "staff.Member"),
        *("scheduling.Session", "scheduling.Block", "scheduling.Preference"),
        *("scheduling.TimeOff", "scheduling.RecurringOff"),
        *("scheduling.VisitType", "scheduling.Phase"),
    ]
)
TAKING = frozenset({"scheduling.Occupancy", "scheduling.Hold"})
ROOMS = ("practice", "staff", "scheduling")
PRACTICES = 32  # whose time a process remembers at most
ANSWERS = 4000  # of one practice
MOST_ENTRIES = 2000  # behind the head by more than this, everything is read again

Change = dict[str, Any]


@dataclass
class Ahead:
    """A year that a thread reads: what changes meanwhile, and when it is there."""

    taken: set[UUID] = field(default_factory=set)
    holds: set[UUID] = field(default_factory=set)
    is_void: bool = False  # so much changed that it has to be read anew
    over: Event = field(default_factory=Event)


@dataclass
class Memory:
    """What one process remembers of one practice."""

    number: int  # of the last entry that it knows
    answers: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    taken: set[UUID] = field(default_factory=set)  # occupancy rows that changed, not read yet
    holds: set[UUID] = field(default_factory=set)  # holds that changed, not read yet
    doubtful: list[tuple[UUID, int, int]] = field(default_factory=list)  # spans, not committed yet
    shape: int = 0  # goes up when what shapes time changed
    years: OrderedDict[Hashable, Any] = field(default_factory=OrderedDict)
    alike: OrderedDict[Hashable, tuple[Any, Any]] = field(default_factory=OrderedDict)
    ahead: dict[Hashable, Ahead] = field(default_factory=dict)  # years being read, by zone
    lock: RLock = field(default_factory=RLock)

    def learn(self, changes: list[Change]) -> None:
        """Take in what one operation changed."""
        for change in changes:
            label = change["record"]
            if label in SHAPING and "looked_at" not in change:
                self.reshape()
            elif label in TAKING:
                keys = {UUID(key) for key in keys_of(change)}
                is_row = label == "scheduling.Occupancy"
                (self.taken if is_row else self.holds).update(keys)
                for year in self.ahead.values():
                    (year.taken if is_row else year.holds).update(keys)

    def reshape(self) -> None:
        """Forget what shapes time; what is taken is still known."""
        self.answers.clear()
        self.shape += 1


_looked: ContextVar["tuple[list[Change], Memory] | None"] = ContextVar("looked", default=None)
_memories: OrderedDict[UUID, Memory] = OrderedDict()
_lock = RLock()


def memory() -> Memory | None:
    """Return what is remembered of the practice in scope, as of its last entry."""
    practice_id = current_practice_id()
    if practice_id == EVERY_PRACTICE:
        return None
    head = Revision.objects.filter(practice_id=practice_id).values_list("number", flat=True).first()
    with _lock:
        known = _memories.get(practice_id)
        if known is None or known.number > (head or 0):  # a database that was put back
            known = _memories[practice_id] = Memory(head or 0)
        _memories.move_to_end(practice_id)
        if len(_memories) > PRACTICES:
            _memories.popitem(last=False)
    if known.number < (head or 0):
        _catch_up(known, practice_id, head or 0)
    if audit.is_recording():
        _looked.set((under_way(), known))
    return known


def lately() -> Memory | None:
    """Return what is remembered as of the last look in the operation under way, else as of now."""
    looked = _looked.get()
    if looked is not None and audit.is_recording() and looked[0] is under_way():
        return looked[1]
    return memory()


def learn_own(
    sender: object, *, practice_id: UUID, number: int, changes: list[Change], **_: Any
) -> None:
    """Take in what this process has just committed, where it is the next thing that it knows.

    So nobody reads from the database what was written here a moment ago. Anything else, and what
    other processes write, is read at the next question.
    """
    with _lock:
        known = _memories.get(practice_id)
    if known is None:
        return
    with known.lock:
        if known.number == number - 1:
            known.learn(changes)
            known.number = number


def recall(held: Memory | None, key: Hashable, load: Callable[[], T]) -> T:
    """Return what `load` gives, remembered until something that shapes time changes.

    Without a memory, and inside an operation that has changed such a thing itself, it is loaded.
    """
    if held is None or shapes_under_way():
        return load()
    with held.lock:
        if key in held.answers:
            held.answers.move_to_end(key)
            return cast("T", held.answers[key])
    number, shape = held.number, held.shape
    found = load()
    with held.lock:
        if (number, shape) == (held.number, held.shape):
            held.answers[key] = found
            if len(held.answers) > ANSWERS:
                held.answers.popitem(last=False)
    return found


def alike(
    held: Memory | None,
    key: Hashable,
    content: Any,
    load: Callable[[], T],
    *,
    holds: Callable[[T], bool] = always,
) -> T:
    """Return what `load` makes of this content, kept as long as the content is the same.

    So when one session changed, what the other sessions came to is not worked out again. `holds`
    may say that what is kept is no longer true.
    """
    if held is None or shapes_under_way():
        return load()
    with held.lock:
        known = held.alike.get(key)
        if known is not None and known[0] == content and holds(known[1]):
            held.alike.move_to_end(key)
            return cast("T", known[1])
    found = load()
    with held.lock:
        held.alike[key] = (content, found)
        held.alike.move_to_end(key)
        if len(held.alike) > ANSWERS:
            held.alike.popitem(last=False)
    return found


def values_of(rows: Iterable[Record]) -> list[tuple[Any, ...]]:
    """Return every value of some records, to tell whether they are as they were."""
    return [
        tuple(getattr(row, field.attname) for field in row._meta.concrete_fields) for row in rows
    ]


def forget(practice_id: UUID) -> None:
    """Forget a practice: for whoever changes records outside of operations, as tests do."""
    with _lock:
        _memories.pop(practice_id, None)


def under_way() -> list[Change]:
    """Return what the operation under way has changed so far: no entry tells of it yet."""
    return audit.changes_so_far()


def shapes_under_way() -> bool:
    """Say whether the operation under way has changed something that shapes time."""
    return any(change["record"] in SHAPING for change in under_way())


def _catch_up(known: Memory, practice_id: UUID, head: int) -> None:
    with known.lock:
        if known.number >= head:
            return
        if head - known.number > MOST_ENTRIES:
            known.reshape()
            known.years.clear()
            for year in known.ahead.values():
                year.is_void = True
        else:
            touching = Q()
            for room in ROOMS:
                touching |= Q(rooms__contains=room)
            entries = AuditEntry.objects.filter(
                touching, practice_id=practice_id, number__gt=known.number, number__lte=head
            )
            for changes in entries.order_by("number").values_list("changes", flat=True):
                known.learn(changes)
        known.number = head


def keys_of(change: Change) -> list[str]:
    """Return the keys of the records that a change is about."""
    if "pk" in change:
        return [change["pk"]]
    return list(change.get("created", []))
