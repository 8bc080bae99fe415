"""Charts as the server draws them: plain values in, places and words for SVG out.

A chart is never colour alone: a series has its own dash and marker, or pattern, and its name; a
value is in words at its mark and in the table below the chart. Coordinates are ready text, for a
template would write them in the reader's language.
"""

import math
from collections.abc import Callable, Sequence

from django.utils.text import slugify
from django.utils.translation import gettext as _

from frontdesk.ui.charts import drawing
from frontdesk.ui.charts.nouns import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Cell,
    Chart,
    Mark,
    Name,
    Series,
    Spark,
    Stroke,
    Tick,
)
from frontdesk.ui.charts.writing import days, minutes, percents, plain

Says = Callable[[float], str]

NAMES, MOST_NAMES = 132, 210  # for the words left of bars that lie: usual, and at most
MOST_LETTERS = 30  # of such a name
LANE = 30  # the height of such a bar and its air
SHOWN = 8  # words under an axis that fit beside each other
LEVELS = 5  # shades of a heat map
DASH = "—"

__all__ = [
    "Chart",
    "Series",
    "Spark",
    "bars",
    "calibration",
    "days",
    "heat",
    "lines",
    "minutes",
    "percents",
    "plain",
    "ranked",
    "sparkline",
]


def lines(
    title: str,
    along: Sequence[str],
    series: Sequence[Series],
    *,
    says: str = "",
    unit: Says = plain,
    head: str = "",
    goal: float | None = None,
    key: str = "",
) -> Chart:
    """Draw values along an order, mostly of days: a line a series, a gap where there is none."""
    chart = _new("lines", title, says, key, head, along, series, unit)
    up = _scale_up(chart, _all(series, goal), unit)
    step = (WIDTH - LEFT - RIGHT) / max(len(along) - 1, 1)
    middle = (WIDTH - LEFT - RIGHT) / 2 if len(along) == 1 else 0
    places = [LEFT + middle + step * number for number in range(len(along))]
    chart.across = _words_along(along, places)
    chart.goal = _goal(goal, up, unit)
    for style, one in enumerate(series, start=1):
        points = _points(places, one.values, up)
        chart.strokes.append(Stroke(drawing.path(points), style))
        for number, point in enumerate(points):
            if point is not None:
                chart.marks.append(_point(point, style, one, number, along[number], unit))
    return chart


def bars(
    title: str,
    along: Sequence[str],
    series: Sequence[Series],
    *,
    says: str = "",
    unit: Says = plain,
    head: str = "",
    stacked: bool = False,
    goal: float | None = None,
    key: str = "",
) -> Chart:
    """Draw standing bars: those of one place beside each other, or on top of each other."""
    chart = _new("bars", title, says, key, head, along, series, unit)
    highest = [sum(_known(s.values[n]) for s in series) for n in range(len(along))]
    up = _scale_up(chart, highest if stacked else _all(series, goal), unit)
    step = (WIDTH - LEFT - RIGHT) / max(len(along), 1)
    chart.across = _words_along(along, [LEFT + step * (n + 0.5) for n in range(len(along))])
    chart.goal = _goal(goal, up, unit)
    beside = 1 if stacked else max(len(series), 1)
    broad = min(step * 0.76 / beside, 44)
    for number, place in enumerate(along):
        ground = 0.0
        begins = LEFT + step * (number + 0.5) - broad * beside / 2
        for style, one in enumerate(series, start=1):
            value = one.values[number]
            if value is None:
                continue
            top, foot = up(ground + value), up(ground)
            box = drawing.box(begins, top, broad, foot - top)
            words = f"{place}, {one.name}: {unit(value)}"
            chart.marks.append(Mark(box, style, words, _url(one, number)))
            ground += value if stacked else 0.0
            begins += 0 if stacked else broad
    return chart


def ranked(
    title: str,
    rows: Sequence[str],
    series: Sequence[Series],
    *,
    says: str = "",
    unit: Says = plain,
    head: str = "",
    key: str = "",
) -> Chart:
    """Draw lying bars with their names on the left and their values at the end."""
    chart = _new("ranked", title, says, key, head, rows, series, unit)
    beside = max(len(series), 1)
    lane = LANE if beside == 1 else 12 + 16 * beside
    chart.height = TOP + lane * len(rows) + 8
    left = _names_wide(rows)
    chart.left = str(left)
    most = max([_known(v) for s in series for v in s.values], default=0.0) or 1.0
    long = (WIDTH - left - 72) / most
    broad = min(20.0, (lane - 10) / beside)
    for number, name in enumerate(rows):
        middle = TOP + lane * (number + 0.5)
        chart.up.append(Tick(drawing.n(middle + 4), _cut(name)))
        y = middle - broad * beside / 2
        for style, one in enumerate(series, start=1):
            value = one.values[number]
            end = left + _known(value) * long
            text = DASH if value is None else unit(value)
            box = drawing.box(left, y, max(end - left, 1), broad - 2)
            words = f"{name}, {one.name}: {text}"
            chart.marks.append(
                Mark(
                    box,
                    style,
                    words,
                    _url(one, number),
                    drawing.n(end + 6),
                    drawing.n(y + broad - 5),
                    text,
                )
            )
            y += broad
    return chart


def heat(
    title: str,
    rows: Sequence[str],
    columns: Sequence[str],
    values: Sequence[Sequence[float | None]],
    *,
    says: str = "",
    unit: Says = plain,
    urls: Sequence[Sequence[str]] = (),
    head: str = "",
    key: str = "",
) -> Chart:
    """Draw a grid, as of weekdays and hours; the more, the darker, and the value in each cell."""
    series = [
        Series(column, [row[n] for row in values], [row[n] for row in urls])
        for n, column in enumerate(columns)
    ]
    chart = _new("heat", title, says, key, head, rows, series, unit)
    chart.names = []
    most = max([_known(v) for row in values for v in row], default=0.0) or 1.0
    broad = (WIDTH - LEFT - RIGHT) / max(len(columns), 1)
    chart.height = 24 + LANE * len(rows) + 4
    chart.across = [
        Tick(drawing.n(LEFT + broad * (n + 0.5)), text) for n, text in enumerate(columns)
    ]
    for line, row in enumerate(rows):
        y = 24 + LANE * line
        chart.up.append(Tick(drawing.n(y + LANE / 2 + 4), row))
        for column, value in enumerate(values[line]):
            x = LEFT + broad * column
            shade = math.ceil(_known(value) / most * (LEVELS - 1) - 1e-9)
            text = DASH if value is None else unit(value)
            url = urls[line][column] if urls else ""
            box = drawing.box(x + 1, y + 1, broad - 2, LANE - 2)
            where = (drawing.n(x + broad / 2), drawing.n(y + LANE / 2 + 4))
            words = f"{row}, {columns[column]}: {text}"
            chart.marks.append(Mark(box, shade, words, url, *where, text))
    return chart


def calibration(
    title: str, points: Sequence[tuple[float, float, int]], *, says: str = "", key: str = ""
) -> Chart:
    """Draw what was predicted against what happened: (predicted, happened, how many) as shares.

    On the diagonal both agree; a point is the bigger the more it stands for.
    """
    said = [percents(predicted) for predicted, _happened, _count in points]
    rows = [
        (words, [Cell(percents(happened)), Cell(f"{count:,}")])
        for words, (_p, happened, count) in zip(said, points, strict=True)
    ]
    head = [_("Predicted"), _("Happened"), _("Visits")]
    chart = Chart("calibration", title, says, key or slugify(title), head, rows)
    chart.names = [Name(_("What happened"), 1), Name(_("Where both agree"), 2)]
    most = max([max(p, h) for p, h, _count in points], default=0.5)
    up = _scale_up(chart, [most], percents)
    high = drawing.ticks(most)[-1]
    wide = WIDTH - LEFT - RIGHT
    chart.across = [
        Tick(drawing.n(LEFT + wide * one / high), percents(one)) for one in drawing.ticks(most)
    ]
    chart.strokes = [
        Stroke(f"M{LEFT} {drawing.n(up(0))}L{WIDTH - RIGHT} {drawing.n(up(high))}", 2),
        Stroke(
            drawing.path([(LEFT + wide * p / high, up(h)) for p, h, _count in sorted(points)]), 1
        ),
    ]
    largest = max([count for _p, _h, count in points], default=1) or 1
    for predicted, happened, count in points:
        size = 3 + 5 * math.sqrt(count / largest)
        place = (LEFT + wide * predicted / high, up(happened))
        words = _("Predicted %(p)s, happened %(h)s, %(n)s visits") % {
            "p": percents(predicted), "h": percents(happened), "n": count,
        }  # fmt: skip
        chart.marks.append(Mark(drawing.marker(place, 1, size), 1, words))
    return chart


def sparkline(values: Sequence[float | None], says: str) -> Spark:
    """Draw how something went, small, for a table or beside a figure."""
    known = [one for one in values if one is not None]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    step = 88 / max(len(values) - 1, 1)
    flat = high - low or 1.0
    points = [
        None if one is None else (4 + step * n, 20 - 16 * (one - low) / flat)
        for n, one in enumerate(values)
    ]
    last = next((point for point in reversed(points) if point), None)
    return Spark(drawing.path(points), drawing.marker(last, 1, 2.5) if last else "", says)


def _new(
    kind: str,
    title: str,
    says: str,
    key: str,
    head: str,
    along: Sequence[str],
    series: Sequence[Series],
    unit: Says,
) -> Chart:
    rows = [
        (place, [Cell(_said(one.values[n], unit), _url(one, n)) for one in series])
        for n, place in enumerate(along)
    ]
    names = [Name(one.name, style) for style, one in enumerate(series, start=1)]
    columns = [head, *(one.name for one in series)]
    return Chart(kind, title, says, key or slugify(title), columns, rows, names=names)


def _scale_up(chart: Chart, values: Sequence[float | None], unit: Says) -> Callable[[float], float]:
    most = max([_known(one) for one in values], default=0.0)
    least = min([_known(one) for one in values], default=0.0)
    marks = drawing.ticks(most, min(least, 0.0))
    low, high = marks[0], marks[-1]
    tall = HEIGHT - TOP - BOTTOM

    def up(value: float) -> float:
        return HEIGHT - BOTTOM - tall * (value - low) / (high - low)

    chart.up = [Tick(drawing.n(up(one)), unit(one)) for one in marks]
    return up


def _goal(goal: float | None, up: Callable[[float], float], unit: Says) -> Tick | None:
    if goal is None:
        return None
    return Tick(drawing.n(up(goal)), _("goal %(value)s") % {"value": unit(goal)})


def _words_along(along: Sequence[str], places: Sequence[float]) -> list[Tick]:
    every = max(math.ceil(len(along) / SHOWN), 1)
    shown = [n for n in range(len(along)) if n % every == 0]
    return [Tick(drawing.n(places[n]), along[n], bool(place % 2)) for place, n in enumerate(shown)]


def _points(
    places: Sequence[float], values: Sequence[float | None], up: Callable[[float], float]
) -> list[drawing.Point | None]:
    pairs = zip(places, values, strict=True)
    return [None if value is None else (x, up(value)) for x, value in pairs]


def _point(
    point: drawing.Point, style: int, one: Series, number: int, place: str, unit: Says
) -> Mark:
    words = f"{place}, {one.name}: {_said(one.values[number], unit)}"
    return Mark(drawing.marker(point, style, 3.5), style, words, _url(one, number))


def _all(series: Sequence[Series], goal: float | None) -> list[float | None]:
    return [value for one in series for value in one.values] + [goal]


def _said(value: float | None, unit: Says) -> str:
    return DASH if value is None else unit(value)


def _known(value: float | None) -> float:
    return 0.0 if value is None else float(value)


def _url(one: Series, number: int) -> str:
    return one.urls[number] if number < len(one.urls) else ""


def _names_wide(rows: Sequence[str]) -> int:
    """Return how much room names on the left take: as much as the longest, within bounds."""
    longest = max((len(name) for name in rows), default=0)
    return min(max(NAMES, 12 + round(6.6 * longest)), MOST_NAMES)


def _cut(name: str) -> str:
    return name if len(name) <= MOST_LETTERS else f"{name[: MOST_LETTERS - 1]}…"
