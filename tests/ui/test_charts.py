"""Charts: round axes, true places, words and links for each value, the same in any language."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from frontdesk.ui import charts
from frontdesk.ui.charts import Series, drawing

WEEKS = ("Sep 7", "Sep 14", "Sep 21")


def drawn(chart):
    return render_to_string("ui/components/chart.html", {"chart": chart})


@pytest.mark.parametrize(
    ("high", "low", "expected"),
    [
        (7, 0, [0, 2, 4, 6, 8]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (1, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (48, 0, [0, 10, 20, 30, 40, 50]),
        (4, -3, [-4, -2, 0, 2, 4]),
        (0.23, 0, [0, 0.05, 0.1, 0.15, 0.2, 0.25]),
    ],
)
def test_an_axis_has_round_numbers_around_its_values(high, low, expected):
    assert drawing.ticks(high, low) == expected


def test_a_line_breaks_where_nothing_is_known_and_zero_stands_on_the_ground():
    chart = charts.lines("Waits", WEEKS, [Series("Today", [0, None, 4])])

    ground, top = float(chart.up[0].at), float(chart.up[-1].at)
    assert chart.strokes[0].d == f"M54 {ground:g}M546 {top:g}"
    assert [mark.says for mark in chart.marks] == ["Sep 7, Today: 0", "Sep 21, Today: 4"]


def test_stacked_bars_stand_on_each_other_and_beside_ones_do_not():
    series = [Series("Kept", [6]), Series("Missed", [2])]
    stacked = charts.bars("Visits", ["Mon"], series, stacked=True)
    beside = charts.bars("Visits", ["Mon"], series)

    kept, missed = (_box(mark) for mark in stacked.marks)
    assert missed["foot"] == pytest.approx(kept["y"], abs=0.11)
    assert missed["x"] == kept["x"]
    assert kept["tall"] == pytest.approx(3 * missed["tall"], abs=0.3)
    first, second = (_box(mark) for mark in beside.marks)
    assert second["x"] == pytest.approx(first["x"] + first["wide"], abs=0.11)
    assert first["foot"] == pytest.approx(second["foot"], abs=0.11)


def test_every_value_is_in_the_table_and_opens_what_is_behind_it():
    html = drawn(
        charts.lines(
            "Waits", WEEKS, [Series("Today", [2, 3.5, None], ["/a/", "/b/", ""])], unit=charts.days
        )
    )

    assert re.findall(r'<td class="n">(.*?)</td>', html) == [
        '<a href="/a/">2 days</a>',
        '<a href="/b/">3.5 days</a>',
        "—",
    ]
    assert 'href="/b/" tabindex="-1" aria-label="Sep 14, Today: 3.5 days"' in html
    assert 'role="group"' in html
    assert "style=" not in html


def test_a_heat_map_says_each_value_and_shades_the_most_darkest():
    chart = charts.heat("Calls", ["Mon", "Tue"], ["8", "9"], [[0, 3], [None, 9]])

    assert [(mark.style, mark.text) for mark in chart.marks] == [
        (0, "0"),
        (2, "3"),
        (0, "—"),
        (4, "9"),
    ]
    assert chart.rows[1][0] == "Tue"
    assert [cell.text for cell in chart.rows[1][1]] == ["—", "9"]


def test_places_are_the_same_in_spanish():
    chart = charts.calibration("Risk", [(0.05, 0.07, 40), (0.2, 0.16, 10)])
    places = re.compile(r' (?:d|x|y)="[^"]*"')

    with translation.override("en"):
        english = places.findall(drawn(chart))
    with translation.override("es"):
        spanish = places.findall(drawn(chart))

    assert english == spanish
    assert english


def test_what_has_nothing_to_draw_says_so():
    html = drawn(charts.lines("Waits", [], [Series("Today", [])]))

    assert "Nothing to draw yet." in html
    assert "<svg" not in html


@pytest.mark.parametrize(
    ("values", "small"),
    [
        ([], ""),
        ([None], ""),
        ([3], "M4 20"),
        ([0, 0, 0], "M4 20L48 20L92 20"),
        ([-2, 5, None, 1], "M4 20L33.3 4M92 13.1"),
    ],
)
def test_a_small_line_and_every_chart_take_whatever_comes(values, small):
    along = [str(number) for number in range(len(values))]

    assert charts.sparkline(values, "Waits").d == small
    for draw in (charts.lines, charts.bars, charts.ranked):
        html = drawn(draw("Waits", along, [Series("Today", values)]))
        assert ("<table" in html) != ("Nothing to draw yet." in html)
        assert html.count('<tr><th scope="row">') == len(values) or not small


def _box(mark):
    x, y, wide, tall = map(float, re.findall(r"-?[\d.]+", mark.d)[:4])
    return {"x": x, "y": y, "wide": wide, "tall": tall, "foot": y + tall}
