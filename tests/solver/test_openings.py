"""Openings in many calendars at once, against what counting on fingers finds."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.solver.openings import (
    Grid,
    Need,
    assign,
    cells,
    first_empty,
    runs,
    spread,
    starts,
    stretches,
)

CELLS = 24
RESOURCES = "abcd"
calendars = st.fixed_dictionaries({name: st.integers(0, 2**CELLS - 1) for name in RESOURCES})
needs = st.lists(
    st.builds(
        Need,
        choices=st.lists(st.sampled_from(RESOURCES), min_size=1, unique=True).map(tuple),
        after=st.integers(0, 6),
        cells=st.integers(1, 5),
    ),
    min_size=1,
    max_size=3,
)


def taken_cells(need, start):
    return set(range(start + need.after, start + need.after + need.cells))


def is_free(calendar, wanted):
    return all(cell < CELLS and calendar >> cell & 1 for cell in wanted)


def brute(free, needs):
    """Try every start with every way of giving out the resources."""
    found = []
    for start in range(CELLS):
        for given_out in product(*(need.choices for need in needs)):
            held = {}
            for need, who in zip(needs, given_out, strict=True):
                wanted = taken_cells(need, start)
                if not is_free(free[who], wanted) or wanted & held.get(who, set()):
                    break
                held[who] = held.get(who, set()) | wanted
            else:
                found.append(start)
                break
    return found


@settings(max_examples=400, deadline=None)
@given(calendars, needs)
def test_starts_are_those_that_brute_force_finds(free, needs):
    assert list(cells(starts(free, needs))) == brute(free, needs)


@settings(max_examples=200, deadline=None)
@given(calendars, needs)
def test_a_resource_is_given_out_once_at_a_time(free, needs):
    for start in cells(starts(free, needs)):
        given_out = assign(free, needs, start)
        held = {}
        for need, who in zip(needs, given_out, strict=True):
            assert who in need.choices
            wanted = taken_cells(need, start)
            assert is_free(free[who], wanted)
            assert not wanted & held.get(who, set())
            held[who] = held.get(who, set()) | wanted


@given(st.integers(0, 2**CELLS - 1), st.integers(1, 8))
def test_runs_begin_where_enough_cells_are_free(free, length):
    expected = [c for c in range(CELLS) if is_free(free, range(c, c + length))]
    assert list(cells(runs(free, length))) == expected


def test_the_preferred_resource_comes_first():
    free = {"a": 0b1111, "b": 0b1111}
    assert assign(free, [Need(("b", "a"), 0, 2)], 0) == ("b",)
    assert assign(free, [Need(("b", "a"), 0, 2), Need(("b",), 1, 2)], 0) == ("a", "b")


def test_times_to_say_begin_with_each_gap():
    assert list(spread(0b111111011110, 3)) == [1, 4, 6, 9]
    assert list(spread(0, 3)) == []


def test_busy_takes_every_touched_cell_and_work_gives_only_whole_ones():
    grid = Grid(datetime(2026, 11, 24, 13, tzinfo=UTC), 12)

    def at(minutes):
        return grid.starts_at + timedelta(minutes=minutes)

    assert list(cells(grid.touched(at(7), at(11)))) == [1, 2]
    assert list(cells(grid.within(at(7), at(21)))) == [2, 3]
    assert list(cells(grid.touched(at(-30), at(4)))) == [0]
    assert list(cells(grid.within(at(50), at(900)))) == [10, 11]
    assert (grid.cell_of(at(15)), grid.cell_of(at(16)), grid.cell_of(at(60))) == (3, None, None)


def test_the_days_on_which_clocks_change_have_23_and_25_hours():
    zone = ZoneInfo("America/New_York")

    def hours(month, day):
        opens = datetime(2026, month, day, tzinfo=zone)
        closes = datetime(2026, month, day + 1, tzinfo=zone)
        return Grid.between(opens, closes).cells / 12

    assert [hours(3, 8), hours(11, 1), hours(11, 24)] == [23, 25, 24]


def test_what_binds_is_the_first_thing_that_leaves_nothing():
    assert first_empty([("hours", 0b11), ("time off", 0), ("rooms", 0)]) == "time off"
    assert first_empty([("hours", 0b11)]) == ""


@given(st.integers(0, 2**CELLS - 1))
def test_stretches_are_the_unbroken_runs(bits):
    found = list(stretches(bits))
    assert sum(((1 << length) - 1) << first for first, length in found) == bits
    assert all(a + n < b for (a, n), (b, _) in pairwise(found))
