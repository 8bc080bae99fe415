"""Past demand played again against another template: who would have been given which time.

Requests come in the order in which they came. Each is given the first start at which everything it
needs is free, by the index that finds times for people; a cancelled visit gives its time back when
it was cancelled. In between, once a day, it is noted how far away the third next time was.
"""

import heapq
from bisect import bisect_right
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from frontdesk.solver.index import Index, shifted, spread_cells
from frontdesk.solver.openings import runs
from frontdesk.solver.shapes import Layout

THIRD = 3
Pair = tuple[Hashable, Hashable]  # a type of visit and a provider


class Request(NamedTuple):
    """Somebody who asks for a visit. Cells may lie before the first: it was asked earlier."""

    asked: int
    earliest: int  # the first cell that would do
    kind: Hashable
    providers: tuple[Hashable, ...]  # whom it may be with, the preferred first
    cancelled: int | None = None  # when the time is given back, if it is
    key: Hashable = None


class Kept(NamedTuple):
    """A part of the week that is kept from a type of visit until it opens; None: for good."""

    cells: int
    opens: int | None


class Limit(NamedTuple):
    """A session of a day that takes so many visits, of one kind or of any."""

    provider: Hashable
    cells: int
    most: int
    kind: Hashable = None


@dataclass(slots=True)
class Template:
    """What the template lets be booked: each type with each provider, and how it lies in time."""

    open: dict[Pair, int]
    ways: dict[Pair, Sequence[Layout]]
    kept: dict[Pair, Sequence[Kept]] = field(default_factory=dict)
    limits: Sequence[Limit] = ()
    clear: Callable[[Hashable], Hashable] | None = None  # the calendar of what is promised


class Given(NamedTuple):
    """A request with what it was given; without a provider it was given nothing."""

    request: Request
    provider: Hashable
    cell: int
    cells: int  # of the provider's time


class Third(NamedTuple):
    """How many cells away the third next time was, looked at from a cell; None: none in sight."""

    at: int
    pair: Pair
    away: int | None


@dataclass(slots=True)
class Played:
    """What came of a replay."""

    given: list[Given] = field(default_factory=list)
    thirds: list[Third] = field(default_factory=list)

    @property
    def turned_away(self) -> list[Request]:
        """Those who could be given nothing."""
        return [one.request for one in self.given if one.provider is None]

    @property
    def stood(self) -> list[Given]:
        """Those who were given a time that was not given back."""
        return [one for one in self.given if one.provider is not None and not _is_back(one)]


def play(
    index: Index,
    template: Template,
    requests: Sequence[Request],
    looks: Sequence[int],
    pairs: Sequence[Pair],
    tell: Callable[[float], None] = lambda _share: None,
) -> Played:
    """Play the requests; at each of `looks` note the third next time of these pairs.

    The index is used up. `tell` hears how much is done, as a share.
    """
    replay = _Replay(index, template)
    events = [(one.asked, 1, number) for number, one in enumerate(requests)]
    events += [(at, 2, number) for number, at in enumerate(looks)]
    heapq.heapify(events)
    every = max(len(events) // 20, 1)
    done = 0
    while events:
        at, what, number = heapq.heappop(events)
        if what == 0:
            replay.give_back(number)
            continue
        done += 1
        if what == 2:
            replay.look(at, pairs)
        else:
            request = requests[number]
            replay.ask(request)
            if request.cancelled is not None and replay.played.given[-1].provider is not None:
                back = max(request.cancelled, at)
                heapq.heappush(events, (back, 0, len(replay.played.given) - 1))
        if done % every == 0:
            tell(done / (len(requests) + len(looks)))
    return replay.played


class _Replay:
    """A replay under way."""

    def __init__(self, index: Index, template: Template) -> None:
        self.index = index
        self.template = template
        self.played = Played()
        self.taken: dict[int, list[tuple[Hashable, int]]] = {}  # what each given visit holds
        self.counts = [0] * len(template.limits)
        self.full: dict[tuple[Hashable, Hashable], int] = {}
        self.released = {pair: _released(kept) for pair, kept in template.kept.items()}

    def ask(self, request: Request) -> None:
        """Give a request the first time with the provider it prefers, else with another."""
        for provider in request.providers:
            pair = (request.kind, provider)
            ways = self.template.ways.get(pair)
            if ways is None:
                continue
            wanted = self.within(pair, request.asked) & _from(request.earliest)
            cell = next(self.index.each(ways, wanted), None)
            if cell is not None:
                self.take(request, pair, ways, cell)
                return
        self.played.given.append(Given(request, None, -1, 0))

    def take(self, request: Request, pair: Pair, ways: Sequence[Layout], cell: int) -> None:
        """Take everything that the visit needs from this cell on."""
        found = self.index.assign(ways, cell)
        if found is None:
            self.played.given.append(Given(request, None, -1, 0))
            return
        way, given = found
        held: list[tuple[Hashable, int]] = []
        first, last = cell, cell
        provider = pair[1]
        clear = self.template.clear(provider) if self.template.clear is not None else None
        for need, key in zip(way.needs, given, strict=True):
            if clear is not None and key == clear:
                continue  # a buffer is left free, not taken
            span = ((1 << need.cells) - 1) << (cell + need.after)
            if key == provider:
                first, last = cell + need.after, max(last, cell + need.after + need.cells)
                if clear is not None:
                    held.append((clear, span))
            held.append((key, span))
        held = [(key, span & self.index.free.get(key, 0)) for key, span in held]
        for key, span in held:
            self.index.put(key, self.index.free.get(key, 0) & ~span)
        self.taken[len(self.played.given)] = held
        self.played.given.append(Given(request, provider, cell, last - first))
        self._count(pair, cell, 1)

    def give_back(self, number: int) -> None:
        """Give back what a visit holds that was cancelled."""
        for key, span in self.taken.pop(number, ()):
            self.index.put(key, self.index.free.get(key, 0) | span)
        one = self.played.given[number]
        self._count((one.request.kind, one.provider), one.cell, -1)

    def look(self, at: int, pairs: Sequence[Pair]) -> None:
        """Note how far away the third next time is."""
        for pair in pairs:
            ways = self.template.ways.get(pair)
            if ways is None:
                continue  # nobody can book this with them: there is nothing to wait for
            wanted = self.within(pair, at) & _from(at)
            every = max(max(n.after + n.cells for n in way.needs) for way in ways[:1])
            times = spread_cells(self.index.each(ways, wanted), every)
            third = next(islice(times, THIRD - 1, None), None)
            self.played.thirds.append(Third(at, pair, None if third is None else third - at))

    def within(self, pair: Pair, at: int) -> int:
        """Return the starts that the template lets this pair have when asked at a cell."""
        kind, provider = pair
        open_then = self.template.open.get(pair, 0)
        if pair in self.released:
            opens, kept = self.released[pair]
            open_then &= ~kept[bisect_right(opens, at)]
        open_then &= ~self.full.get((provider, None), 0) & ~self.full.get((provider, kind), 0)
        found = 0
        for way in self.template.ways[pair]:
            starts = -1
            for need in way.needs:
                if need.choices == (provider,):
                    starts &= shifted(runs(open_then, need.cells), need.after)
            found |= starts if starts != -1 else open_then
        return found

    def _count(self, pair: Pair, cell: int, by: int) -> None:
        kind, provider = pair
        touched = False
        for number, limit in enumerate(self.template.limits):
            fits = limit.provider == provider and limit.kind in (None, kind)
            if fits and limit.cells >> cell & 1:
                self.counts[number] += by
                touched = True
        if touched:
            self.full = {}
            for count, limit in zip(self.counts, self.template.limits, strict=True):
                if count >= limit.most:
                    key = (limit.provider, limit.kind)
                    self.full[key] = self.full.get(key, 0) | limit.cells


def _released(kept: Sequence[Kept]) -> tuple[list[int], list[int]]:
    """Return when parts open, in order, and what is kept from each of these on."""
    always = 0
    for one in kept:
        if one.opens is None:
            always |= one.cells
    timed = sorted((one.opens, one.cells) for one in kept if one.opens is not None)
    later, masks = always, [always]
    for _opens, cells in reversed(timed):
        later |= cells
        masks.append(later)
    return [opens for opens, _cells in timed], masks[::-1]


def _from(cell: int) -> int:
    """Return every cell from this one on."""
    return -1 << max(cell, 0)


def _is_back(one: Given) -> bool:
    return one.request.cancelled is not None


def demand(requests: Sequence[Request], percent: Mapping[Any, int]) -> list[Request]:
    """Return the requests with more or fewer of some kinds: 150 doubles every second of a kind."""
    found: list[Request] = []
    owed: dict[Hashable, int] = {}
    for one in requests:
        owed[one.kind] = owed.get(one.kind, 0) + percent.get(one.kind, 100)
        while owed[one.kind] >= 100:
            owed[one.kind] -= 100
            found.append(one)
    return found
