"""Payment edits: which pairs, units, ages and modifiers are told, and the quarter's files."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.coding import operations, queries
from frontdesk.coding.exchange import gpci_file, pair_file, unit_file, values_file
from frontdesk.coding.models import PairEdit, UnitLimit
from frontdesk.coding.operations import payment
from frontdesk.coding.rules.edits import Limit, Line, Pair, pairs_found, suggested, units_over
from frontdesk.coding.rules.em import is_established
from frontdesk.coding.rules.plausible import implausible
from frontdesk.core.errors import Refused

DAY = date(2026, 11, 23)
NEVER = Pair("G0438", "G0444", "0", "More extensive procedure", "2026-10-01")
MAY = Pair("G0101", "G0463", "1", "Standards of practice", "2026-10-01")


def rules(found):
    return [(one.rule, one.about, one.severity, one.modifier) for one in found]


def test_a_pair_that_no_modifier_opens_stops_whatever_is_added():
    for modifiers in ((), ("59",), ("XS", "25")):
        found = pairs_found([Line("G0444", modifiers=modifiers), Line("G0438")], [NEVER])
        assert rules(found) == [("NCCI-PTP", "G0444", "stop", "")]
        assert "no modifier" in found[0].how_to_fix
        assert found[0].citation == "CMS NCCI pairs, release 2026-10-01"


@pytest.mark.parametrize("modifier", ["59", "XU", "25", "LT", "F1"])
def test_a_modifier_on_either_line_tells_a_pair_apart_where_it_may(modifier):
    plain = [Line("G0101"), Line("G0463")]
    assert rules(pairs_found(plain, [MAY])) == [("NCCI-PTP", "G0463", "warn", "25")]
    for lines in (
        [Line("G0101", modifiers=(modifier,)), Line("G0463")],
        [Line("G0101"), Line("G0463", modifiers=(modifier,))],
    ):
        assert pairs_found(lines, [MAY]) == []
    assert pairs_found([Line("G0101"), Line("G0463", modifiers=("GT",))], [MAY])


@pytest.mark.parametrize(
    ("counts", "units", "severity"),
    [("1", (2, 2), None), ("1", (3, 1), "warn"), ("2", (2, 1), "stop"), ("3", (2, 1), "warn")],
)
def test_units_count_by_line_or_by_day(counts, units, severity):
    limit = Limit("J3420", 2, counts, "Prescribing information", "2026-10-01")
    found = units_over([Line("J3420", one) for one in units], {"J3420": limit})
    assert [one.severity for one in found] == ([severity] if severity else [])


@given(st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(1, 20))
def test_a_days_limit_is_told_just_when_the_sum_is_over_it(units, most):
    limit = Limit("J3420", most, "2", "", "x")
    found = units_over([Line("J3420", one) for one in units], {"J3420": limit})
    assert bool(found) == (sum(units) > most)


def test_a_visit_beside_a_procedure_wants_25_and_a_twin_76():
    found = suggested([Line("Z9213"), Line("Z9710"), Line("Z9710"), Line("36415")])
    assert rules(found) == [("MOD-25", "Z9213", "hint", "25"), ("MOD-76", "Z9710", "warn", "76")]
    assert suggested([Line("99213", modifiers=("25",)), Line("Z9710")]) == []
    assert suggested([Line("99213"), Line("36415")]) == []


@pytest.mark.parametrize(
    ("code", "born", "sex", "told"),
    [
        ("O09.90", date(1990, 1, 1), "F", []),
        ("O09.90", date(1990, 1, 1), "M", ["SEX"]),
        ("O09.90", date(2021, 1, 1), "F", ["AGE"]),
        ("N40.1", date(1950, 1, 1), "F", ["SEX"]),
        ("N40.1", date(1950, 1, 1), "U", []),
        ("Z00.129", date(2008, 11, 24), "F", []),  # 17 until tomorrow
        ("Z00.129", date(2008, 11, 23), "F", ["AGE"]),
        ("Z00.00", date(2020, 1, 1), "M", ["AGE"]),
        ("P07.30", date(2026, 1, 1), "F", []),
        ("P07.30", date(2020, 1, 1), "F", ["AGE"]),
        ("E11.9", date(2020, 1, 1), "M", []),
        ("N80.00", None, "F", []),
    ],
)
def test_ages_and_sexes_that_do_not_fit_are_told(code, born, sex, told):
    assert [one.rule for one in implausible([code], born=born, sex=sex, on=DAY)] == told


def test_the_edits_that_came_with_the_product_are_asked_by_day(codes, django_assert_num_queries):
    lines = [Line("G0438"), Line("G0444"), Line("J3420", 2)]
    with django_assert_num_queries(2):
        found = queries.edits(lines, on=DAY)
    assert {one.rule for one in found} == {"NCCI-PTP", "NCCI-MUE", "MOD-25"}
    assert found[0].severity == "stop"
    PairEdit.objects.filter(column_1="G0438").update(valid_to=date(2026, 9, 30))
    assert "NCCI-PTP" not in {one.rule for one in queries.edits(lines, on=DAY)}
    assert "NCCI-PTP" in {one.rule for one in queries.edits(lines, on=date(2026, 9, 30))}


HEAD = "CPT only copyright American Medical Association.\r\nColumn 1\tColumn 2\t*\r\n"


def test_cmss_file_of_pairs_is_read_past_its_notices():
    rows = list(
        pair_file(
            [HEAD, "99213\t36415\t\t20200101\t*\t1\tMisuse\r\n", "0001A\t0002A\t*\t\t20210630\t0\t"]
        )
    )
    assert [tuple(row)[:5] for row in rows] == [
        ("99213", "36415", "1", date(2020, 1, 1), None),
        ("0001A", "0002A", "0", date(1996, 1, 1), date(2021, 6, 30)),
    ]
    with pytest.raises(ValueError, match="Line 1"):
        list(pair_file(["99213\t36415\t\t20201301\t*\t1\tMisuse"]))
    with pytest.raises(ValueError, match="Line 1"):
        list(pair_file(["99213\t36415\t\t20200101\t*\t7\tMisuse"]))


def test_a_quarter_comes_in_whole_or_not_at_all(codes, monkeypatch):
    before = PairEdit.objects.count()
    with pytest.raises(Refused, match="not a whole"):
        operations.follow_pairs(["99213\t36415\t\t20200101\t*\t1\tM"], release=DAY)
    good = [f"G{n:04d}\tG0001\t\t20200101\t*\t1\tM" for n in range(2, 40)]
    monkeypatch.setattr(payment, "FEWEST_PAIRS", 10)
    with pytest.raises(Refused, match="Line 39"):
        operations.follow_pairs([*good, "99213\t36415\t\tx\t*\t1\tM"], release=DAY)
    assert PairEdit.objects.count() == before
    assert operations.follow_pairs(good, release=DAY) == 38
    assert PairEdit.objects.count() == 38
    assert payment.load_edits() == 0  # what came with the product is older


def test_unit_limits_begin_and_end_with_their_quarter(codes, monkeypatch):
    monkeypatch.setattr(payment, "FEWEST_UNITS", 2)
    lines = ['"HCPCS/CPT Code","MUE"', "J3420,3,3 Date of Service Edit: Clinical,Clinical: Data"]
    lines.append("J9999,1,1 Line Edit,CMS Policy")
    kept = UnitLimit.objects.exclude(code="J3420").count()
    assert operations.follow_units(lines, release=date(2026, 10, 1)) == (2, kept + 1)
    assert UnitLimit.objects.filter(code="J3420").count() == 2
    old = queries.edits([Line("J3420", 2)], on=date(2026, 9, 30))
    assert [one.rule for one in old] == ["NCCI-MUE"]
    assert queries.edits([Line("J3420", 2)], on=date(2026, 10, 1)) == []
    assert operations.follow_units(lines, release=date(2027, 1, 1)) == (0, 0)
    with pytest.raises(ValueError, match="Line 1"):
        list(unit_file(["J3420,many,3"]))


RVU = (
    "HCPCS,MOD,DESCRIPTION,STATUS,,WORK,NONFAC PE,,FAC PE,,MP\n"
    "G0101,,not kept,A,,0.45,0.60,,0.24,,0.05\n"
    "G0101,26,not kept,A,,0.40,0.2,,0.2,,0.01\nNOTES,,,,,x,x,,x,,x\n"
)
GPCI = (
    "ADDENDUM E\nMedicare Administrative Contractor (MAC),State,Locality Number,Locality Name,"
    "2027 PW GPCI (without 1.0 Floor),2027 PW GPCI (with 1.0 Floor),2027 PE GPCI,2027 MP GPCI\n"
    "15202,OH,00,OHIO*,0.98,1.000,0.911,1.033\n"
)


def test_a_year_of_medicares_prices_is_read_from_cmss_files(db):
    rows = list(values_file(RVU.splitlines(), year=2027))
    assert [(row.code, row.modifier, str(row.expense_in_facility)) for row in rows] == [
        ("G0101", "", "0.24"),
        ("G0101", "26", "0.2"),
    ]
    (place,) = gpci_file(GPCI, year=2027)
    assert (place.code, place.name, str(place.work)) == ("1520200", "OHIO", "1.000")
    with pytest.raises(ValueError, match="no heading"):
        list(gpci_file("a,b\n1,2\n", year=2027))
    with pytest.raises(Refused, match="not the whole files"):
        operations.follow_medicare(RVU.splitlines(), GPCI, year=2027)


def test_no_code_of_the_cpt_is_shipped():
    data = Path(queries.__file__).parents[1] / "data"
    assert data.is_dir()
    assert not [row for row in payment.exchange.pairs() if row.column_1[0].isdigit()]
    assert not [row for row in payment.exchange.units() if row.code[0].isdigit()]
    assert not [row for row in payment.exchange.values() if row.code[0].isdigit()]


@pytest.mark.parametrize(
    ("seen", "specialty", "known"),
    [
        (date(2023, 11, 24), "207Q00000X", True),
        (date(2023, 11, 23), "207Q00000X", False),  # three years ago to the day
        (DAY, "207Q00000X", False),  # this very visit
        (date(2026, 1, 1), "207RC0000X", False),
        (date(2026, 1, 1), "", True),
    ],
)
def test_who_was_seen_by_the_specialty_within_three_years_is_not_new(seen, specialty, known):
    assert is_established(DAY, "207Q00000X", [(seen, specialty)]) is known


def test_three_years_before_a_leap_day_are_counted():
    assert is_established(date(2028, 2, 29), "", [(date(2025, 3, 1), "")])
    assert not is_established(date(2028, 2, 29), "", [(date(2025, 2, 28), "")])
