"""Repairing a day: the packing against every plan there is, and a judge who shares nothing."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.solver.openings import Need
from frontdesk.solver.repair import check, greedy, late, packing
from frontdesk.solver.repair.columns import CALL, Day, Way, options_of
from frontdesk.solver.repair.cost import POINTS, Becomes, Was, price, price_of_calling
from frontdesk.solver.repair.late import Break, Promised
from frontdesk.solver.repair.model import Option, Plan, Problem, Shift, Take, Visit

ROOMS = ("r1", "r2")
CELLS = 8

takes = st.tuples(
    st.builds(
        Take,
        choices=st.sampled_from([("d1",), ("d2",), ROOMS, ("r1",), ("r2", "r3"), (*ROOMS, "r3")]),
        first=st.integers(0, CELLS - 2),
        cells=st.integers(1, 3),
    ),
    st.builds(
        Take, choices=st.just(ROOMS), first=st.integers(0, CELLS - 2), cells=st.integers(1, 2)
    ),
)


@st.composite
def problems(draw):
    free = {key: draw(st.integers(0, 2**CELLS - 1)) | 0b111100 for key in ("d1", "d2", "r1", "r2")}
    free["r3"] = 0b11110000
    visits = []
    for number in range(draw(st.integers(1, 4))):
        ways = draw(st.lists(st.tuples(takes, st.integers(0, 90)), max_size=4))
        options = [Option(CALL, (), (("call", 100),))]
        options += [
            Option(f"o{place}", held, (("moved", cost),)) for place, (held, cost) in enumerate(ways)
        ]
        visits.append(Visit(f"v{number}", tuple(options)))
    return Problem(tuple(visits), free)


def cheapest_of_all(problem):
    """Try every choice with every way of giving everything out."""
    best = None
    for chosen in product(*(visit.options for visit in problem.visits)):
        cost = sum(option.cost for option in chosen)
        if best is not None and cost >= best:
            continue
        wanted = [take for option in chosen for take in option.takes]
        for given_out in product(*(take.choices for take in wanted)):
            taken = [
                (key, cell)
                for key, take in zip(given_out, wanted, strict=True)
                for cell in range(take.first, take.first + take.cells)
            ]
            is_free = all(problem.free.get(key, 0) >> cell & 1 for key, cell in taken)
            if is_free and len(set(taken)) == len(taken):
                best = cost
                break
    return best


@settings(max_examples=60, deadline=None)
@given(problems())
def test_the_packing_finds_what_trying_everything_finds(problem):
    plan = packing.solve(problem)
    assert check.faults(problem, plan) == []
    assert plan.is_proven
    assert plan.cost == plan.bound == cheapest_of_all(problem)


@settings(max_examples=150, deadline=None)
@given(problems())
def test_the_greedy_plan_keeps_every_rule_and_is_no_better_than_the_best(problem):
    plan = greedy.plan(problem)
    assert check.faults(problem, plan) == []
    assert plan.cost >= cheapest_of_all(problem)


def test_rooms_free_in_turns_make_no_room_for_a_long_visit_beside_another():
    """A count of free rooms says yes where no single room does: the choice is taken back."""
    free = {"r1": 0b0011, "r2": 0b1111, "r3": 0b1100}
    both = ("r1", "r2", "r3")
    long = Option("long", (Take(both, 0, 4),), (("moved", 1),))
    visits = (
        Visit("a", (Option(CALL, (), (("call", 50),)), long)),
        Visit("b", (Option(CALL, (), (("call", 60),)), long)),
    )
    plan = packing.solve(Problem(visits, free))
    assert check.faults(Problem(visits, free), plan) == []
    assert (plan.cost, plan.is_proven, plan.tries) == (51, True, 2)


def test_somebody_not_hit_is_moved_only_where_it_pays():
    stays = Option("stay", (Take(("d",), 0, 2),))
    gives_way = Option("later", (Take(("d",), 2, 2),), (("touched", 90), ("moved", 10)))
    neighbour = Visit("neighbour", (stays, gives_way))

    def hit(call):
        ways = (Option(CALL, (), (("call", call),)), Option("now", (Take(("d",), 0, 2),)))
        return Problem((neighbour, Visit("hit", ways)), {"d": 0b1111})

    assert packing.solve(hit(99)).chosen["neighbour"].option is stays
    plan = packing.solve(hit(101))
    assert plan.chosen["neighbour"].option is gives_way
    assert plan.by_rule == {"touched": 90, "moved": 10}


def test_without_the_solver_the_greedy_plan_stands(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(packing, "import_module", missing)
    problem = Problem((Visit("a", (Option(CALL, (), (("call", 5),)),)),), {})
    assert packing.solve(problem).how == "greedy"


def test_the_judge_sees_every_kind_of_mistake():
    way = Option("o", (Take(("d",), 0, 2), Take(ROOMS, 0, 2)))
    visits = (Visit("a", (way,)), Visit("b", (way,)))
    problem = Problem(visits, {"d": 0b111, "r1": 0b111, "r2": 0b001})
    good = packing.Given(way, ("d", "r1"))

    def said(**chosen):
        return " ".join(check.faults(problem, Plan(chosen)))

    assert "told what becomes" in said(a=good)
    assert "d is with a in cell 0" in said(a=good, b=good)
    assert "r2 is not free in cell 1" in said(a=packing.Given(way, ("d", "r2")), b=good)
    assert "x will not do" in said(a=packing.Given(way, ("d", "x")), b=good)
    assert "missing" in said(a=packing.Given(way, ("d",)), b=good)
    assert "not one of this visit's" in said(a=packing.Given(replace(way, key="p"), ()), b=good)
    twice = Option("o", (Take(ROOMS, 0, 2), Take(ROOMS, 1, 2)))
    told = check.faults(
        Problem((Visit("a", (twice,)),), {"r1": 0b111}),
        Plan({"a": packing.Given(twice, ("r1", "r1"))}),
    )
    assert told == ["a: r1 is taken twice in cell 1."]


WAS = Was(108, 0, False, "ada", "elm")


@pytest.mark.parametrize(
    ("was", "new", "expected"),
    [
        (WAS, Becomes(108, 0, False, "ada", "elm"), {}),
        (WAS, Becomes(111, 0, False, "ada", "elm"), {"moved": 15}),
        (WAS, Becomes(105, 0, False, "ada", "elm"), {"moved": 15, "earlier": 30}),
        (WAS, Becomes(108, 0, False, "bo", "elm"), {"provider": 45}),
        (
            WAS._replace(is_own_provider=True),
            Becomes(108, 0, False, "bo", "oak"),
            {"provider": 65, "site": 90},
        ),
        (
            WAS._replace(is_remote=True),
            Becomes(180, 0, True, "ada", "oak"),
            {"moved": 360, "half_day": 30},
        ),
        (
            WAS._replace(is_new=True, is_confirmed=True, needs_interpreter=True),
            Becomes(684, 2, False, "ada", "elm"),
            {"day": 210, "confirmed": 25, "interpreter": 40, "new_patient": 60},
        ),
        (
            WAS._replace(into_day=108),
            Becomes(408, 1, False, "ada", "elm", 120),
            {"day": 180, "hour": 6},
        ),
        (WAS._replace(is_here=True), Becomes(110, 0, False, "ada", "elm"), {"moved": 20}),
        (
            WAS._replace(is_affected=False),
            Becomes(109, 0, False, "ada", "elm"),
            {"moved": 5, "touched": 90},
        ),
        (
            WAS,
            Becomes(110, 0, False, "ada", "elm", cells_over=2),
            {"moved": 10, "overtime": 30},
        ),
    ],
)
def test_what_a_change_costs(was, new, expected):
    assert dict(price(was, new)) == expected


def test_a_call_costs_more_than_any_other_day():
    was = WAS._replace(is_new=True, is_confirmed=True, needs_interpreter=True)
    worst = price(was, Becomes(5 * 288 + 200, 5, True, "bo", "oak"))
    assert sum(points for _, points in price_of_calling(was)) > sum(p for _, p in worst)
    assert dict(price_of_calling(WAS)) == {"call": POINTS["call"]}


def test_ways_are_written_out_the_cheapest_first_and_later_days_apart():
    days = [Day(0, 144), Day(288, 432)]
    needs = [Need(("bo",), 0, 4), Need(ROOMS, 1, 2)]
    way = Way("bo", "elm", needs, 0b111 << 107 | 1 << 400)
    call, *rest = options_of(
        WAS._replace(into_day=108), [way], days, patient="ann", cells_long=4, most=2
    )
    assert call.key == CALL
    assert [option.takes[0].first for option in rest] == [108, 109, 400]
    assert rest[0].takes == (
        Take(("ann",), 108, 4),
        Take(("bo",), 108, 4),
        Take(ROOMS, 109, 2),
    )
    assert dict(rest[2].costs)["day"] == POINTS["day"]


def test_ways_after_hours_say_by_how_much():
    needs = [Need(("bo",), 1, 3), Need(ROOMS, 0, 6)]
    way = Way("bo", "elm", needs, 0b11111 << 106, hours_end=111)
    _call, *rest = options_of(WAS, [way], [Day(0, 144)], patient="ann", cells_long=4)
    over = {one.takes[0].first: dict(one.costs).get("overtime") for one in rest}
    assert over == {108: 15, 109: 30, 110: 45}  # 106 and 107 end within the hours


@st.composite
def days_with_hours(draw):
    """Days of two providers whose hours end at cell five, with what is agreed after it."""
    agreed = {key: draw(st.integers(0, 3)) for key in ("d1", "d2")}
    free = {key: (1 << 5 + most) - 1 for key, most in agreed.items()}
    free |= {"r1": 0b11111111, "r2": 0b11111111}
    visits = []
    for number in range(draw(st.integers(1, 4))):
        options = [Option(CALL, (), (("call", 100),))]
        for who, first in draw(
            st.sets(st.tuples(st.sampled_from(["d1", "d2"]), st.integers(0, 6)))
        ):
            over = max(0, first + 2 - 5)
            costs = (("moved", 5 * first), *((("overtime", 15 * over),) if over else ()))
            takes = (Take((who,), first, 2), Take(ROOMS, first, 2))
            options.append(Option(f"{who}@{first}", takes, costs))
        visits.append(Visit(f"v{number}", tuple(options)))
    shifts = {key: [Shift(5, 8, most)] for key, most in agreed.items()}
    return Problem(tuple(visits), free, shifts)


@settings(max_examples=80, deadline=None)
@given(days_with_hours())
def test_no_plan_keeps_anybody_longer_than_agreed(problem):
    for plan in (greedy.plan(problem), packing.solve(problem)):
        assert check.faults(problem, plan) == []
        for given_out in plan.chosen.values():
            for take, key in zip(given_out.option.takes, given_out.resources, strict=True):
                if key in problem.shifts:
                    assert take.first + take.cells <= 5 + problem.shifts[key][0].most


@settings(max_examples=60, deadline=None)
@given(days_with_hours())
def test_the_judge_sees_who_stays_longer_than_agreed(problem):
    """Everybody may stay as the calendars stand; the judge alone knows what was agreed."""
    nobody = {key: [Shift(5, 8, 0)] for key in problem.shifts}
    plan = greedy.plan(problem)
    stays = any("overtime" in dict(one.option.costs) for one in plan.chosen.values())
    told = check.faults(Problem(problem.visits, problem.free, nobody), plan)
    assert bool(told) == stays


DAY = [Promised("a", 0, 20), Promised("b", 20, 20), Promised("c", 60, 20), Promised("d", 180, 20)]


def expected(free_at, breaks=()):
    return [seen.late for seen in late.ripple(DAY, free_at=free_at, breaks=breaks)]


def test_gaps_absorb_a_delay_and_order_is_kept():
    assert expected(0) == [0, 0, 0, 0]
    assert expected(25) == [25, 25, 5, 0]
    assert expected(90) == [90, 90, 70, 0]


def test_a_break_shrinks_to_what_is_kept_of_it():
    lunch = Break(80, 180, 30)
    assert expected(100, [lunch]) == [100, 100, 80, 10]  # c ends at 160, 30 minutes are kept
    assert expected(60, [lunch]) == [60, 60, 40, 0]


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(5, 60)), max_size=12),
    st.integers(0, 300),
    st.integers(0, 60),
)
def test_nobody_is_seen_early_overtakes_or_overlaps(rows, free_at, more):
    promised = [Promised(str(n), begins, length) for n, (begins, length) in enumerate(rows)]
    seen = late.ripple(promised, free_at=free_at)
    lengths = {one.key: one.minutes for one in promised}
    clock = free_at
    for one in seen:
        assert one.late >= 0
        assert one.begins >= clock
        clock = one.begins + lengths[one.key]
    later = late.ripple(promised, free_at=free_at + more)
    assert all(b.begins >= a.begins for a, b in zip(seen, later, strict=True))
