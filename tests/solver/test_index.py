"""The year's index, against what trying everything finds."""

import os
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, product
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.solver import series
from frontdesk.solver.index import DayGrid, Index, needs_a_look, set_cells, spread_cells
from frontdesk.solver.openings import cells, spread
from frontdesk.solver.shapes import Step, layouts

EXAMPLES = 1000 if os.environ.get("FRONTDESK_HYPOTHESIS") == "full" else 120
CELLS = 22
RESOURCES = "abcde"
# Mostly free, so that visits of several steps have starts at all.
mostly_free = st.lists(st.integers(0, CELLS - 1), max_size=7).map(
    lambda taken: (2**CELLS - 1) & ~sum(1 << cell for cell in set(taken))
)
calendars = st.fixed_dictionaries(dict.fromkeys(RESOURCES, mostly_free))
a_step = st.builds(
    Step,
    choices=st.lists(st.sampled_from(RESOURCES), min_size=1, max_size=4, unique=True).map(tuple),
    after=st.integers(-1, 5),
    cells=st.integers(1, 4),
    wait=st.sampled_from([0, 0, 0, 1, 2]),
    keep=st.sampled_from([None, None, "room"]),
)
visits = st.lists(a_step, min_size=1, max_size=4)


def given_to_steps(way, given):
    """The resource of each step, from those of the needs."""
    pairs = zip(given, way.serves, strict=True)
    found = {step: resource for resource, steps in pairs for step in steps}
    return [found[number] for number in range(len(way.delays))]


def lying(steps, waited):
    """Where each step lies when its waits are these: first and last cell after the start."""
    spans = []
    for step in steps:
        moved = sum(w for mark, w in waited.items() if mark <= step.after)
        held = sum(w for mark, w in waited.items() if step.after < mark < step.after + step.cells)
        spans.append((step.after + moved, step.after + moved + step.cells + held))
    return spans


def ways_to_wait(steps):
    marks = {}
    for step in steps:
        if step.wait:
            marks[step.after] = max(marks.get(step.after, 0), step.wait)
    for way in product(*(range(most + 1) for most in marks.values())):
        yield dict(zip(marks, way, strict=True))


def can_lie(free, steps, spans, start, who):
    """Say whether the steps can be given these resources: free, and none given twice at once."""
    held = {}
    for name in {one.keep for one in steps if one.keep}:
        kept = [i for i, one in enumerate(steps) if one.keep == name]
        if len({who[i] for i in kept}) > 1:
            return False
        whole = (min(spans[i][0] for i in kept), max(spans[i][1] for i in kept))
        spans = [whole if i == kept[0] else None if i in kept else s for i, s in enumerate(spans)]
    for span, resource in zip(spans, who, strict=True):
        if span is None:
            continue
        wanted = set(range(start + span[0], start + span[1]))
        if any(cell < 0 or cell >= CELLS or not free[resource] >> cell & 1 for cell in wanted):
            return False
        if wanted & held.get(resource, set()):
            return False
        held[resource] = held.get(resource, set()) | wanted
    return True


def brute(free, steps):
    """Try every start, with every waiting and every way of giving out the resources."""
    return [
        start
        for start in range(CELLS)
        if any(
            can_lie(free, steps, lying(steps, waited), start, who)
            for waited in ways_to_wait(steps)
            for who in product(*(step.choices for step in steps))
        )
    ]


def index_of(free):
    found = Index()
    for key, mask in free.items():
        found.put(key, mask)
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(calendars, visits)
def test_starts_are_those_that_trying_everything_finds(free, steps):
    index, ways = index_of(free), layouts(steps)
    expected = brute(free, steps)
    assert [c for c in index.each(ways) if c < CELLS] == expected
    if not any(needs_a_look(way.needs) for way in ways):
        assert [c for c in set_cells(index.any_layout(ways)) if c < CELLS] == expected


@settings(max_examples=EXAMPLES // 2, deadline=None)
@given(calendars, visits)
def test_what_is_given_fits(free, steps):
    index, ways = index_of(free), layouts(steps)
    for start in index.each(ways):
        way, given_out = index.assign(ways, start)
        who = given_to_steps(way, given_out)
        assert all(one in step.choices for one, step in zip(who, steps, strict=True))
        waited = {step.after: delay for step, delay in zip(steps, way.delays, strict=True)}
        spans = [(step.after + delay, 0) for step, delay in zip(steps, way.delays, strict=True)]
        assert [first for first, _ in spans] == [s.after + waited[s.after] for s in steps]
        assert any(
            can_lie(free, steps, lying(steps, w), start, who)
            for w in ways_to_wait(steps)
            if tuple(a for a, _ in lying(steps, w)) == tuple(a for a, _ in spans)
        )


@settings(max_examples=EXAMPLES // 4, deadline=None)
@given(calendars, visits, st.lists(st.tuples(st.sampled_from(RESOURCES), mostly_free), max_size=4))
def test_what_is_kept_follows_every_change(free, steps, changes):
    index, ways = index_of(free), layouts(steps)
    list(index.each(ways))
    for key, mask in changes:
        free = {**free, key: mask}
        index.put(key, mask)
        assert list(index.each(ways)) == list(index_of(free).each(ways))
    index.drop("a")
    free = {**free, "a": 0}
    assert list(index.each(ways)) == list(index_of(free).each(ways))


@given(st.integers(0, 2**1200 - 1), st.integers(1, 6))
def test_cells_of_long_numbers_are_those_of_short_ones(bits, every):
    assert list(set_cells(bits)) == list(cells(bits))
    assert list(spread_cells(set_cells(bits), every)) == list(spread(bits, every))


@given(st.sets(st.integers(0, 99)), st.integers(1, 9), st.integers(1, 3))
def test_a_series_comes_every_week(starts, times, every):
    week = 7
    expected = [
        s for s in sorted(starts) if all(s + n * every * week in starts for n in range(times))
    ]
    bits = sum(1 << s for s in starts)
    assert list(set_cells(series.weekly(bits, week, times, every=every))) == expected


@given(
    st.lists(st.sets(st.integers(0, 30)), min_size=1, max_size=4),
    st.lists(st.tuples(st.integers(0, 6), st.integers(0, 5)), min_size=3, max_size=3),
)
def test_a_sequence_keeps_its_distances(visits, said):
    distances = [(least, least + more) for least, more in said][: len(visits) - 1]

    def soonest(before, rest):
        """The soonest tail after a start, or None where there is none."""
        if not rest:
            return ()
        starts, (least, most) = rest[0]
        for start in sorted(s for s in starts if least <= s - before <= most):
            tail = soonest(start, rest[1:])
            if tail is not None:
                return (start, *tail)
        return None

    rest = list(zip(visits[1:], distances, strict=True))
    expected = [
        (first, *tail) for first in sorted(visits[0]) if (tail := soonest(first, rest)) is not None
    ]
    bits = [sum(1 << s for s in one) for one in visits]
    assert list(set_cells(series.sequence(bits, distances))) == [one[0] for one in expected]
    assert series.plans(bits, distances, 50) == expected


@given(
    st.lists(st.tuples(st.sets(st.integers(0, 30)), st.integers(1, 5)), min_size=1, max_size=4),
    st.integers(0, 2),
)
def test_a_family_comes_back_to_back(visits, gap):
    def follows(start, rest):
        if not rest:
            return True
        starts, _ = rest[0]
        length = visits[len(visits) - len(rest) - 1][1]
        reach = range(start + length, start + length + gap + 1)
        return any(s in starts and follows(s, rest[1:]) for s in reach)

    expected = [s for s in sorted(visits[0][0]) if follows(s, visits[1:])]
    bits = [(sum(1 << s for s in starts), length) for starts, length in visits]
    assert list(set_cells(series.back_to_back(bits, gap=gap))) == expected
    assert series.together(*(b for b, _ in bits)) == series.together(
        bits[0][0], *(b for b, _ in bits[1:])
    )


def grid(first, days, opens=8, hours=9, zone="America/New_York"):
    begins = [
        datetime(first.year, first.month, first.day, opens, tzinfo=ZoneInfo(zone))
        + timedelta(days=n)
        for n in range(days)
    ]
    return DayGrid(first, tuple(int(b.timestamp()) for b in begins), (hours * 12,) * days)


def test_days_stand_apart_and_weeks_have_one_length():
    year = grid(date(2026, 3, 2), 400)
    assert year.stride % 8 == 0
    nine = datetime(2026, 3, 6, 9, tzinfo=ZoneInfo("America/New_York"))
    first, later = year.cell_of(nine), year.cell_of(nine + timedelta(days=7))  # clocks changed
    assert later - first == year.week
    assert year.at(first) == nine
    assert year.at(later) == nine + timedelta(days=7)
    assert year.at(later) - year.at(first) != timedelta(days=7)  # an hour less of real time
    assert year.date_of(later) == date(2026, 3, 13)
    assert year.whole.bit_count() == 400 * 108


def test_spans_become_cells_of_their_days():
    year = grid(date(2026, 11, 23), 5)
    nine = datetime(2026, 11, 24, 14, tzinfo=UTC)

    def of_second_day(bits):
        return [c - year.stride for c in set_cells(bits)]

    assert of_second_day(
        year.touched(nine + timedelta(minutes=2), nine + timedelta(minutes=6))
    ) == [
        12,
        13,
    ]
    assert of_second_day(
        year.within(nine + timedelta(minutes=2), nine + timedelta(minutes=11))
    ) == [
        13,
    ]
    night = nine.replace(hour=3)
    assert year.touched(night, night + timedelta(hours=5)) == 0
    over_night = year.touched(nine.replace(hour=21, minute=55), nine + timedelta(days=1))
    assert year.date_of(next(set_cells(over_night))) == date(2026, 11, 24)
    assert over_night.bit_count() == 1 + 12
    assert year.touched(nine - timedelta(days=9), nine - timedelta(days=8)) == 0
    assert year.cell_of(night) is None
    assert year.cell_of(nine + timedelta(minutes=1)) is None
    assert year.cell_of(nine - timedelta(days=9)) is None
    days = year.days_between(date(2026, 11, 24), date(2026, 11, 25))
    assert (days & year.whole).bit_count() == 2 * 108
    assert year.days_between(date(2025, 1, 1), date(2025, 1, 2)) == 0


def test_a_day_on_which_clocks_change_has_its_own_hours():
    zone = ZoneInfo("America/New_York")
    opens = [datetime(2026, 11, 1, tzinfo=zone) + timedelta(days=n) for n in range(3)]
    seconds = [int(one.timestamp()) for one in opens]
    lengths = [(b - a) // 300 for a, b in pairwise(seconds)]
    assert lengths == [300, 288]
    year = DayGrid(date(2026, 11, 1), tuple(seconds[:2]), tuple(lengths))
    assert year.whole.bit_count() == 588
    half_past_one_again = datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=zone)
    assert year.cell_of(half_past_one_again) == 30
    assert [year.day_of(s) for s in (seconds[0] - 1, seconds[1] - 1, seconds[1])] == [-1, 0, 1]


def test_the_first_are_found_without_the_rest():
    index = index_of({"a": 2**40000 - 1})
    ways = layouts([Step(("a",), 0, 3)])
    assert list(islice(index.each(ways), 3)) == [0, 1, 2]
