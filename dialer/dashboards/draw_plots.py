"""Panels with axes: time series and heatmaps. Called by picture.py.

Each function draws one panel's series into the box below its title.
"""

from collections.abc import Sequence
from math import ceil, isfinite, log2

from matplotlib.axes import Axes
from matplotlib.colors import PowerNorm
from matplotlib.ticker import FuncFormatter, Locator, MaxNLocator, MultipleLocator

from dialer.dashboards.answers import Named, Span
from dialer.dashboards.board import AIR, Panel, Unit
from dialer.dashboards.canvas import Box, Canvas, Pen, cut, width_of
from dialer.dashboards.palette import WORDS, in_turn, shade
from dialer.dashboards.wording import as_text, clock

LEGEND_PX = 13.0
_APART_S = (
    5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
    7 * 86400,
)  # fmt: skip
MOST_LABELS = 9


def draw_series(
    canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named], span: Span
) -> None:
    """Lines over time, or layers on each other, with the steps as dashed lines."""
    colours = [_own_colour(panel, one.name, place) for place, one in enumerate(named)]
    entries = list(zip((one.name for one in named), colours, strict=True))
    lines = _legend_lines(entries, box.width - 24)
    room = box.inside(left=62, right=18, top=10, bottom=30 + 20 * len(lines))
    axes = canvas.plot(room)
    if panel.look.is_stacked:
        _layers(axes, named, colours)
    else:
        for one, colour in zip(named, colours, strict=True):
            instants, values = _finite(one)
            axes.plot(instants, values, color=colour, linewidth=1.7)
            axes.fill_between(instants, values, 0, color=colour, alpha=0.07, linewidth=0)
    _height(axes, panel)
    if panel.look.has_lines:
        for step in panel.steps[1:]:
            if step.start is not None:
                axes.axhline(
                    step.start, color=shade(step.colour), linestyle=(0, (6, 4)), linewidth=1.6
                )
    axes.yaxis.set_major_locator(_marks(panel, axes.get_ylim()[1]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: as_text(value, panel.unit)))
    _time_axis(axes, span, room.width)
    _legend(canvas, box, lines)


def _own_colour(panel: Panel, name: str, place: int) -> str:
    own = panel.look.colours.get(name)
    return shade(own) if own is not None else in_turn(place)


def _finite(one: Named) -> tuple[list[float], list[float]]:
    points = [(at, value) for at, value in one.series.points if isfinite(value)]
    return [at for at, _ in points], [value for _, value in points]


def _layers(axes: Axes, named: Sequence[Named], colours: Sequence[str]) -> None:
    """Each series on top of those before it; what is not told counts as 0."""
    instants = sorted({at for one in named for at, _ in one.series.points})
    below = [0.0] * len(instants)
    for one, colour in zip(named, colours, strict=True):
        told = {at: value for at, value in one.series.points if isfinite(value)}
        above = [height + told.get(at, 0.0) for at, height in zip(instants, below, strict=True)]
        axes.fill_between(instants, below, above, color=colour, alpha=0.35, linewidth=0)
        axes.plot(instants, above, color=colour, linewidth=1.4)
        below = above


def _height(axes: Axes, panel: Panel) -> None:
    """The axis begins at 0 (softly, as in Grafana), and shows the highest dashed line."""
    low, high = axes.dataLim.ymin, axes.dataLim.ymax
    high = high + 0.08 * (high - min(0.0, low))  # a little air
    tops = [step.start for step in panel.steps if step.start is not None]
    if panel.look.has_lines and tops:
        high = max(high, AIR * tops[-1])
    look = panel.look
    low = look.least if look.least is not None else min(0.0, low)
    high = look.most if look.most is not None else high
    axes.set_ylim(low, high if high > low else low + 1.0)


def _marks(panel: Panel, high: float) -> Locator:
    """Where the axis has its figures: at round ones, which are powers of two for bytes."""
    if panel.unit is Unit.BYTES and high > 0:
        return MultipleLocator(2.0 ** ceil(log2(high / 5)))
    return MaxNLocator(5, integer=panel.unit is Unit.COUNT and panel.look.decimals == 0)


def _time_axis(axes: Axes, span: Span, width: float) -> None:
    axes.set_xlim(span.began_at, span.ended_at)
    most = max(2, min(MOST_LABELS, int(width / 70)))
    apart = next((one for one in _APART_S if span.length_s / one <= most), _APART_S[-1])
    first = ceil(span.began_at / apart)
    marks = [mark * apart for mark in range(first, int(span.ended_at // apart) + 1)]
    axes.set_xticks(marks, [clock(at, with_seconds=apart < 60) for at in marks])


Entries = list[tuple[str, str]]  # a name and its colour


def _legend_lines(entries: Entries, width: float) -> list[Entries]:
    """The legend's entries on as many lines as they need, three at most."""
    lines: list[Entries] = [[]]
    used = 0.0
    for name, colour in entries:
        shown = cut(name, LEGEND_PX, min(width - 40, 420))
        needs = width_of(shown, LEGEND_PX) + 44
        if used and used + needs > width:
            lines.append([])
            used = 0.0
        lines[-1].append((shown, colour))
        used += needs
    if len(lines) > 3:
        left_out = sum(len(line) for line in lines[3:])
        lines = [*lines[:2], [*lines[2][:-1], (f"and {left_out + 1} more", WORDS)]]
    return lines


def _legend(canvas: Canvas, box: Box, lines: list[Entries]) -> None:
    for number, line in enumerate(reversed(lines)):
        across, down = box.left + 16, box.bottom - 14 - 20 * number
        for name, colour in line:
            canvas.bar(Box(across, down - 2, 16, 4), colour)
            canvas.write((across + 22, down), name, Pen(size=LEGEND_PX))
            across += width_of(name, LEGEND_PX) + 44


def draw_heatmap(
    canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named], span: Span
) -> None:
    """A histogram's buckets over time: the brighter, the more fell into the bucket then."""
    buckets = sorted(named, key=lambda one: float(one.series.labels["le"]))
    instants = sorted({at for one in buckets for at, _ in one.series.points})
    room = box.inside(left=78, right=18, top=10, bottom=34)
    axes = canvas.plot(room)
    axes.grid(visible=False)
    cells = _cells(buckets, instants)
    most = max((value for row in cells for value in row), default=0.0)
    if most > 0 and len(instants) > 1:
        apart = instants[1] - instants[0]
        shown = [[value if value > 0 else float("nan") for value in row] for row in cells]
        axes.pcolormesh(
            [*instants, instants[-1] + apart],
            list(range(len(buckets) + 1)),
            shown,
            cmap="Oranges",
            norm=PowerNorm(0.5, vmin=0, vmax=most),
        )
    tops = [float(one.series.labels["le"]) for one in buckets]
    axes.set_ylim(0, len(buckets))
    axes.set_yticks(
        [place + 1 for place in range(len(tops))], [as_text(top, panel.unit) for top in tops]
    )
    for step in panel.steps[1:]:
        if step.start in tops:
            axes.axhline(
                tops.index(step.start) + 1,
                color=shade(step.colour),
                linestyle=(0, (6, 4)),
                linewidth=1.6,
            )
    _time_axis(axes, span, room.width)


def _cells(buckets: Sequence[Named], instants: Sequence[float]) -> list[list[float]]:
    """How many fell into each bucket alone: Prometheus counts those below as well."""
    below = [0.0] * len(instants)
    cells = []
    for one in buckets:
        told = dict(one.series.points)
        up_to = [told.get(at, 0.0) for at in instants]
        cells.append([max(0.0, up - down) for up, down in zip(up_to, below, strict=True)])
        below = up_to
    return cells
