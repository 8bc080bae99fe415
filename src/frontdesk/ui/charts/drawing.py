"""Lines, markers and boxes as the path data of SVG, and the round numbers of an axis.

Coordinates are ready text: a template would write a number in the reader's language.
"""

import math
from collections.abc import Sequence

Point = tuple[float, float]


def ticks(high: float, low: float = 0.0, wanted: int = 5) -> list[float]:
    """Return round numbers (1, 2, 2.5, 5 times a power of ten) from below `low` to above `high`."""
    span = high - low if high > low else 1.0
    rough = span / wanted
    power = 10 ** math.floor(math.log10(rough))
    step = next(one * power for one in (1, 2, 2.5, 5, 10) if one * power >= rough * 0.999)
    first = math.floor(low / step)
    last = math.ceil(first + (low - first * step + span) / step - 1e-9)
    return [round(number * step, 10) for number in range(first, max(last, first + 1) + 1)]


def path(points: Sequence[Point | None]) -> str:
    said, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        said.append(f"{pen}{n(point[0])} {n(point[1])}")
        pen = "L"
    return "".join(said)


def marker(point: Point, style: int, size: float) -> str:
    """Return a circle, square, triangle or diamond around a point."""
    x, y = point
    r, wide, tall = size, size * 1.3, size * 1.2
    circle = f"a{n(r)} {n(r)} 0 1 0 {n(2 * r)} 0a{n(r)} {n(r)} 0 1 0 -{n(2 * r)} 0z"
    diamond = f"l{n(wide)} {n(wide)}l-{n(wide)} {n(wide)}l-{n(wide)} -{n(wide)}z"
    shapes = (
        f"M{n(x - r)} {n(y)}{circle}",
        f"M{n(x - r)} {n(y - r)}h{n(2 * r)}v{n(2 * r)}h-{n(2 * r)}z",
        f"M{n(x)} {n(y - r)}l{n(tall)} {n(r * 2)}h-{n(tall * 2)}z",
        f"M{n(x)} {n(y - wide)}{diamond}",
    )
    return shapes[(style - 1) % len(shapes)]


def box(x: float, y: float, wide: float, tall: float) -> str:
    return f"M{n(x)} {n(y)}h{n(wide)}v{n(tall)}h-{n(wide)}z"


def n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
