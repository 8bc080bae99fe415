"""What a chart is made of: words and places, ready for a template."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

WIDTH, HEIGHT = 560, 236
LEFT, RIGHT, TOP, BOTTOM = 54, 14, 12, 28


class Series(NamedTuple):
    """One row of values, with a link for each where there is something behind it."""

    name: str
    values: Sequence[float | None]
    urls: Sequence[str] = ()


class Tick(NamedTuple):
    """A word beside an axis, and where its line runs; `often` ones are left out on a phone."""

    at: str
    text: str
    often: bool = False


class Mark(NamedTuple):
    """A point or a box: what it looks like, what it says, and what it opens."""

    d: str
    style: int
    says: str
    url: str = ""
    x: str = ""
    y: str = ""
    text: str = ""


class Stroke(NamedTuple):
    """A line through the points of a series."""

    d: str
    style: int


class Cell(NamedTuple):
    """A value in the table, with its link."""

    text: str
    url: str = ""


class Name(NamedTuple):
    """A series in the legend."""

    text: str
    style: int


@dataclass(slots=True)
class Chart:
    """All that the templates `ui/components/chart_*.html` draw."""

    kind: str  # lines, bars, ranked, heat, calibration
    title: str
    says: str
    key: str
    head: list[str]
    rows: list[tuple[str, list[Cell]]]
    width: int = WIDTH
    height: int = HEIGHT
    left: str = str(LEFT)
    right: str = str(WIDTH - RIGHT)
    bottom: str = str(HEIGHT - BOTTOM)
    across: list[Tick] = field(default_factory=list)
    up: list[Tick] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    goal: Tick | None = None

    @property
    def template(self) -> str:
        """The file that draws it."""
        return f"ui/components/chart_{self.kind}.html"

    @property
    def size(self) -> str:
        """Its width and height, as the view box says them."""
        return f"{self.width} {self.height}"

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to draw."""
        return not self.marks

    @property
    def is_linked(self) -> bool:
        """Say whether anything can be opened from it."""
        return any(mark.url for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Spark:
    """A line the size of a word; its meaning is said beside it."""

    d: str
    end: str
    says: str
