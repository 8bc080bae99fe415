"""The engine beside a naive reader of the same rules, and what it refuses."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.rulebook import (
    CATALOGUE,
    Book,
    Malformed,
    Rule,
    conflicts,
    contradiction,
    in_words,
    matches,
    whole,
)
from frontdesk.rulebook.conditions import ALONE, COMPARISONS, read

DAY = date(2026, 11, 16)
CODES = ["99213", "99214", "93000", "J1885", "80061"]
MODIFIERS = ["25", "59", "GA"]
PLACES = ["11", "02", "10"]


def rule(when, actions=None, *, number=1, key="", **more):
    return Rule(
        id=key or f"r{number}",
        key=key or f"R{number}",
        number=number,
        version=1,
        kind="claim",
        words="Something is wrong",
        how_to_fix="Mend it.",
        when=when,
        actions=actions or [{"do": "hold"}],
        **more,
    )


def compare(fact, op, value=None):
    return {"fact": fact, "is": op, **({} if value is None else {"value": value})}


def claim(*lines, **facts):
    rows = [{"code": code, "modifiers": list(mods)} for code, *mods in lines]
    return whole("claim", {**facts, "lines": rows})


# The naive reader: the definition, in as few words as possible, without compiling anything.

OPPOSITE = {
    "is_not": "is",
    "none_of": "one_of",
    "has_none": "has_any",
    "empty": "filled",
    "no": "yes",
}


def naive_holds(part, facts, line):
    if "fact" not in part:
        ((join, parts),) = part.items()
        held = [naive_holds(one, facts, line) for one in parts]
        return all(held) if join == "all" else any(held)
    name, op = part["fact"], part["is"]
    if op in OPPOSITE:
        return not naive_holds({**part, "is": OPPOSITE[op]}, facts, line)
    found = (line if name.startswith("line.") else facts)[name]
    if op == "yes" or found is None or found in ("", ()):
        return found is True
    return op == "filled" or naive_compares(CATALOGUE["claim"][name].type, op, found, part["value"])


def naive_compares(kind, op, found, value):
    wanted = value if isinstance(value, list) else [value]
    if kind == "codes":
        several = [any(naive_code(one, code) for code in found) for one in wanted]
        return any(several) if op == "has_any" else all(several)
    if op == "starts":
        return found.lower().startswith(wanted[0].lower())
    if kind == "code":
        return any(naive_code(one, found) for one in wanted)
    if isinstance(found, str):
        return found.lower() in [one.lower() for one in wanted]
    low, high = Decimal(wanted[0]), Decimal(wanted[-1])
    return {
        "is": found == low,
        "at_least": found >= low,
        "at_most": found <= low,
        "between": low <= found <= high,
    }[op]


def naive_code(pattern, code):
    low, dash, high = pattern.partition("-")
    if dash:
        return len(low) == len(code) and low <= code <= high
    return code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern


def naive(rules, facts):
    """Which rules decide, and on which lines."""
    found = []
    for one in sorted(rules, key=lambda one: one.number):
        if "line." in str(one.when):
            lines = tuple(
                place
                for place, line in enumerate(facts["lines"], start=1)
                if naive_holds(one.when, facts, line)
            )
            if lines:
                found.append((one.key, lines))
        elif naive_holds(one.when, facts, {}):
            found.append((one.key, ()))
    return found


patterns = st.lists(
    st.sampled_from([*CODES, "99202-99215", "J*", "8*"]), min_size=1, max_size=3, unique=True
)
small = st.integers(0, 9).map(str)


def a_comparison():
    def of(name):
        fact = CATALOGUE["claim"][name]
        values = {
            "codes": st.lists(st.sampled_from(MODIFIERS), min_size=1, max_size=2, unique=True),
            "code": st.lists(st.sampled_from(PLACES), min_size=1, max_size=2, unique=True),
            "choice": st.sampled_from(["MB", "MC", "CI"]),
            "text": st.sampled_from(["Gold", "silver", "Go"]),
            "number": small,
            "money": small,
        }
        value = patterns if name in ("codes", "line.code") else values.get(fact.type, st.none())

        def with_op(op):
            if op in ALONE:
                return st.just(compare(name, op))
            if op == "between":
                return st.tuples(small, small).map(
                    lambda two: compare(name, op, [min(two), max(two)])
                )
            if op == "has_all":
                plain = CODES if name == "codes" else MODIFIERS
                return st.lists(st.sampled_from(plain), min_size=1, max_size=2, unique=True).map(
                    lambda some: compare(name, op, some)
                )
            if op == "starts" and fact.type == "code":
                return st.sampled_from(["9", "J", "1"]).map(lambda v: compare(name, op, v))
            if op in ("one_of", "none_of") and fact.type in ("choice", "text"):
                return st.lists(value, min_size=1, max_size=2).map(lambda v: compare(name, op, v))
            return value.map(lambda v: compare(name, op, v))

        return st.sampled_from(COMPARISONS[fact.type]).flatmap(with_op)

    names = [
        "line.code", "line.modifiers", "line.units", "codes", "modifiers", "place_of_service",
        "payer_filing", "plan_name", "patient_age", "is_insured_self", "total",
    ]  # fmt: skip
    return st.sampled_from(names).flatmap(of)


def a_group(parts):
    return st.tuples(st.sampled_from(["all", "any"]), st.lists(parts, min_size=1, max_size=3)).map(
        lambda said: {said[0]: said[1]}
    )


conditions = a_group(st.one_of(a_comparison(), a_group(a_comparison())))
claims = st.builds(
    lambda lines, **facts: whole("claim", {**facts, "lines": lines}),
    lines=st.lists(
        st.fixed_dictionaries(
            {
                "code": st.sampled_from(CODES),
                "modifiers": st.lists(st.sampled_from(MODIFIERS), max_size=2, unique=True),
                "units": small,
            }
        ),
        min_size=1,
        max_size=4,
    ),
    place_of_service=st.sampled_from([*PLACES, ""]),
    payer_filing=st.sampled_from(["MB", "MC", "CI", ""]),
    plan_name=st.sampled_from(["Gold", "Silver", ""]),
    patient_age=st.one_of(st.none(), small),
    is_insured_self=st.sampled_from([True, False, None]),
    total=st.one_of(st.none(), small),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(conditions, min_size=1, max_size=6), claims)
def test_the_engine_decides_as_the_naive_reader_does(whens, facts):
    rules = [rule(when, number=number) for number, when in enumerate(whens, start=1)]

    decided = [(one.key, one.lines) for one in Book(rules).judge(facts, on=DAY).decisions]

    assert decided == naive(rules, facts)


@settings(max_examples=200, deadline=None)
@given(conditions, conditions, claims)
def test_what_is_called_a_contradiction_holds_for_no_claim(one, other, facts):
    for when in (one, other):
        if contradiction(read("claim", when)):
            assert not matches(rule(when), facts)[0]
    if contradiction(read("claim", one), read("claim", other)):
        lines = facts["lines"]
        both = [naive_holds(one, facts, x) and naive_holds(other, facts, x) for x in lines]
        assert not any(both)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(conditions, st.sampled_from(PLACES)), max_size=4), claims)
def test_setting_is_the_same_in_any_order_and_once_is_enough(said, facts):
    rules = [
        rule(when, [{"do": "set", "fact": "place_of_service", "to": to}], number=number)
        for number, (when, to) in enumerate(said, start=1)
    ]

    forth = Book(rules).judge(facts, on=DAY)
    back = Book(list(reversed(rules))).judge(facts, on=DAY)

    assert forth.decisions == back.decisions and forth.facts == back.facts
    wanted = {to for (when, to), one in zip(said, rules, strict=True) if matches(one, facts)[0]}
    if len(wanted) == 1:
        assert forth.facts["place_of_service"] == next(iter(wanted))
    else:
        assert forth.facts["place_of_service"] == facts["place_of_service"]
    assert any(one.instead_of == "set" for one in forth.decisions) == (len(wanted) > 1)


def test_others_judge_what_was_set_and_setters_what_came():
    at_home = compare("place_of_service", "is", "10")
    book = Book(
        [
            rule({"all": [at_home]}, number=1),
            rule(
                {"all": [compare("place_of_service", "is", "02")]},
                [{"do": "set", "fact": "place_of_service", "to": "10"}],
                number=2,
            ),
            rule(
                {"all": [at_home]},
                [{"do": "set", "fact": "line.modifiers", "add": "95"}],
                number=3,
            ),
        ]
    )

    found = book.judge(claim(["99213"], place_of_service="02"), on=DAY)

    assert [(one.key, one.does) for one in found.decisions] == [("R2", "set"), ("R1", "hold")]
    assert found.facts["modifiers"] == ()


def test_a_fifth_modifier_is_not_added_and_holds_instead():
    add = [{"do": "set", "fact": "line.modifiers", "add": "95"}]
    found = Book([rule({"all": [compare("line.code", "is", "99213")]}, add)]).judge(
        claim(["99213", "25", "59", "GA", "GX"]), on=DAY
    )

    (one,) = found.decisions
    assert (one.does, one.instead_of, one.lines) == ("hold", "set", (1,))
    assert "four already" in one.words


@pytest.mark.parametrize(
    ("scope", "on", "counts"),
    [
        ({}, DAY, True),
        ({"payer": "p"}, DAY, True),
        ({"payer": "q"}, DAY, False),
        ({"provider": "d", "site": "s"}, DAY, True),
        ({"site": "elsewhere"}, DAY, False),
        ({"starts_on": DAY, "ends_on": DAY}, DAY, True),
        ({"starts_on": date(2026, 11, 17)}, DAY, False),
        ({"ends_on": date(2026, 11, 15)}, DAY, False),
    ],
)
def test_scope_and_days(scope, on, counts):
    one = rule({"all": [compare("codes", "has_any", ["99213"])]}, **scope)
    found = Book([one]).judge(claim(["99213"]), on=on, payer="p", provider="d", site="s")
    assert bool(found.decisions) is counts


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({}, "under “all” or “any”"),
        ([], "under “all” or “any”"),
        ({"all": "x"}, "list of comparisons"),
        ({"all": []}, "no condition"),
        ({"all": [{"any": []}]}, "empty"),
        ({"all": [{"any": [{"all": [compare("total", "filled")]}]}]}, "nested once"),
        ({"all": [compare("moon", "is", "full")]}, "Nobody knows the fact"),
        ({"all": [compare("total", "starts", "1")]}, "can’t be compared"),
        ({"all": [compare("total", "at_least", "much")]}, "no number"),
        ({"all": [compare("total", "at_least", "NaN")]}, "no number"),
        ({"all": [compare("total", "between", "5, 3")]}, "smaller value first"),
        ({"all": [compare("total", "between", "5")]}, "two values"),
        ({"all": [compare("service_date", "at_least", "soon")]}, "Write a day"),
        ({"all": [compare("payer_filing", "is", "QQ")]}, "choose one of"),
        ({"all": [compare("line.code", "one_of", ["99215-99202"])]}, "is no range"),
        ({"all": [compare("line.code", "one_of", ["9*9"])]}, "one star"),
        ({"all": [compare("line.code", "one_of", [])]}, "Say what"),
        ({"all": [{"fact": "total", "is": "filled", "or": 1}]}, "names a fact"),
        ({"all": [compare("total", "filled")] * 41}, "at most 40"),
    ],
)
def test_what_cannot_be_understood_is_told_in_words(when, words):
    with pytest.raises(Malformed, match=words):
        read("claim", when)


@pytest.mark.parametrize(
    ("actions", "words"),
    [
        ([], "what the rule does"),
        ([{"do": "dance"}], "Say what the rule does"),
        ([{"do": "hold"}, {"do": "warn"}], "either holds or only tells"),
        ([{"do": "split"}], "ask something of a line"),
        ([{"do": "attach", "report": "ZZ"}], "which document"),
        ([{"do": "set", "fact": "total", "to": "1"}], "can’t set"),
        ([{"do": "set", "fact": "line.modifiers", "to": "25"}], "what is to be set"),
        ([{"do": "set", "fact": "line.modifiers", "add": "250"}], "two letters or digits"),
        ([{"do": "set", "fact": "place_of_service", "to": "home"}], "two digits"),
        ([{"do": "set", "fact": "clia_number", "to": "x" * 51}], "too long"),
        ([{"do": "hold", "loud": True}], "Nobody knows loud"),
    ],
)
def test_actions_that_cannot_be_done_are_told_in_words(actions, words):
    with pytest.raises(Malformed, match=words):
        _ = rule({"all": [compare("codes", "filled")]}, actions or []).does if actions else _empty()


def _empty():
    from frontdesk.rulebook.actions import read as read_actions

    return read_actions("claim", [], by_line=False)


@pytest.mark.parametrize(
    "parts",
    [
        [compare("payer_filing", "is", "MB"), compare("payer_filing", "is", "MC")],
        [compare("payer_filing", "is", "MB"), compare("payer_filing", "none_of", ["MB", "MC"])],
        [compare("total", "at_least", "5"), compare("total", "at_most", "4")],
        [compare("total", "empty"), compare("total", "at_most", "4")],
        [compare("is_insured_self", "yes"), compare("is_insured_self", "no")],
        [compare("codes", "has_all", ["99213"]), compare("codes", "has_none", ["99202-99215"])],
        [compare("line.code", "one_of", ["99213"]), compare("line.code", "starts", "J")],
        [
            compare("total", "at_least", "9"),
            {"any": [compare("total", "at_most", "3"), compare("total", "empty")]},
        ],
    ],
)
def test_contradictions_are_found(parts):
    assert "can never all hold" in contradiction(read("claim", {"all": parts}))
    assert not contradiction(read("claim", {"any": parts}))


def test_conflicts_are_found_where_both_may_apply_and_not_where_they_never_meet():
    def setting(number, to, *parts, **scope):
        return rule(
            {"all": [compare("codes", "filled"), *parts]},
            [{"do": "set", "fact": "place_of_service", "to": to}],
            number=number,
            **scope,
        )

    mine = setting(1, "10", compare("payer_filing", "is", "MB"), payer="p")
    others = [
        setting(2, "02"),
        setting(3, "10"),  # the same value
        setting(4, "02", compare("payer_filing", "is", "MC")),  # never together
        setting(5, "02", payer="q"),
    ]

    (found,) = conflicts(mine, others)

    assert found.other.key == "R2"
    assert "Set the place of service to 10" in found.words


def test_a_condition_reads_as_a_biller_would_say_it():
    group = read(
        "claim",
        {
            "all": [
                compare("line.code", "one_of", "99202-99205, J*, 93000"),
                compare("payer_filing", "one_of", ["MB", "16"]),
                compare("service_date", "at_least", "2026-01-02"),
                {"any": [compare("is_insured_self", "no"), compare("total", "at_least", "1200.5")]},
            ]
        },
    )

    assert in_words(group) == [
        "the line’s code is one of 93000, 99202-99205, J*",
        "the kind of payer is one of Medicare, Medicare Advantage",
        "the day of the visit is on or after Jan 2, 2026",
        "the patient is the insured: no or the claim’s total is at least $1,200.50",
    ]
