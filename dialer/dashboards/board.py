"""What a dashboard is made of, as values: boards of rows of panels with their queries.

The boards (wallboard.py, floor.py, compliance.py, plumbing.py) are declared in these words;
grafana.py turns them into Grafana's JSON, reading.py that JSON back into them, and picture.py
draws them. A *step* colours all values from its own up to the next one's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

GRID_WIDTH = 24
"""Columns of Grafana's grid."""
AIR = 1.25
"""An axis goes so far beyond its highest dashed line, so that the line is always seen."""


class Kind(StrEnum):
    """How a panel shows its figures; the words are Grafana's."""

    STAT = "stat"  # large figures
    GAUGE = "gauge"  # a dial with its steps
    SERIES = "timeseries"
    BARS = "bargauge"  # one bar for each series
    TABLE = "table"  # one row for each series of the first query
    HEATMAP = "heatmap"  # a histogram over time


class Unit(StrEnum):
    """What the figures are, in Grafana's ids."""

    COUNT = "none"
    SHARE = "percentunit"  # 0 to 1, shown as per cent
    SECONDS = "s"
    BYTES = "bytes"
    PER_SECOND = "cps"
    PER_MINUTE = "cpm"


class Colour(StrEnum):
    """Grafana's named colours that we use."""

    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"
    BLUE = "blue"
    LIGHT_BLUE = "light-blue"
    PURPLE = "purple"
    GREY = "#8e8e8e"
    TEXT = "text"  # neither good nor bad


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """From this value on, this colour; None for the first step, which has no lower end."""

    colour: Colour
    start: float | None = None


NEUTRAL = (Step(colour=Colour.TEXT),)
"""Of figures that are neither good nor bad by themselves."""


def steps(lowest: Colour, *more: tuple[float, Colour]) -> tuple[Step, ...]:
    """The colour at the bottom, then (value, colour) upwards."""
    return (
        Step(colour=lowest),
        *(Step(colour=colour, start=start) for start, colour in more),
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Query:
    """One PromQL expression. `legend` names its series, with {{label}} for a label's value; in a
    table it heads the column, which may have a unit and steps of its own."""

    promql: str
    legend: str = ""
    unit: Unit | None = None
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """How a panel's figures are drawn, where it differs from the plain way."""

    decimals: int | None = None
    least: float | None = None  # the lower end of the axis, dial or bar
    most: float | None = None
    is_stacked: bool = False
    has_lines: bool = False  # the steps are drawn as lines through a time series
    has_sparkline: bool = False  # a stat shows its course behind the figure
    is_filled: bool = False  # a stat's background takes the step's colour
    words: Mapping[int, str] = field(default_factory=dict)  # shown instead of a value
    colours: Mapping[str, Colour] = field(default_factory=dict)  # of series, by their legend


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """One rectangle of a dashboard; `width` in columns of 24, `height` in rows of the grid."""

    kind: Kind
    title: str
    about: str
    unit: Unit
    queries: tuple[Query, ...]
    width: int
    height: int = 7
    steps: tuple[Step, ...] = NEUTRAL
    look: Look = field(default_factory=Look)

    @property
    def is_instant(self) -> bool:
        """Whether only the newest figures are asked for, not their course."""
        return self.kind in (Kind.BARS, Kind.TABLE, Kind.GAUGE) or (
            self.kind is Kind.STAT and not self.look.has_sparkline
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """Panels beside each other, which fill the grid's width line by line. An empty title: none."""

    panels: tuple[Panel, ...]
    title: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVariable:
    """Something that is typed at the head of the dashboard."""

    name: str
    label: str
    about: str
    value: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Board:
    """One dashboard. `uid` is its name in addresses and files."""

    uid: str
    title: str
    about: str
    rows: tuple[Row, ...]
    typed: tuple[TextVariable, ...] = ()
    window: str = "now-1h"  # what it shows when it is opened
    refresh: str = "5s"

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All of them, from the top."""
        return tuple(panel for row in self.rows for panel in row.panels)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """Where a panel lies on the grid."""

    x: int
    y: int
    width: int
    height: int


def spots(row: Row, top: int) -> tuple[Spot, ...]:
    """Where the row's panels lie, from the left, a new line when the width is full."""
    found: list[Spot] = []
    x, y, tallest = 0, top, 0
    for panel in row.panels:
        if x + panel.width > GRID_WIDTH:
            x, y, tallest = 0, y + tallest, 0
        found.append(Spot(x=x, y=y, width=panel.width, height=panel.height))
        x += panel.width
        tallest = max(tallest, panel.height)
    return tuple(found)


def bottom(row: Row, top: int) -> int:
    """The first free line below the row."""
    return max((spot.y + spot.height for spot in spots(row, top)), default=top)
