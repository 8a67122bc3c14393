"""Panels that show the newest figures alone: large ones, dials, bars. Called by picture.py.

Each function draws one panel's series into the box below its title.
"""

from collections.abc import Sequence
from math import cos, radians, sin

from dialer.dashboards.answers import Named
from dialer.dashboards.board import Colour, Panel, Step
from dialer.dashboards.canvas import Box, Canvas, Pen, cut, fitting_size, width_of
from dialer.dashboards.palette import (
    FAINT,
    ON_COLOUR,
    TRACK,
    WORDS,
    background,
    colour_of,
    shade,
)
from dialer.dashboards.wording import as_text

LARGEST_PX = 84.0
NAME_PX = 15.0
DIAL_BEGINS, DIAL_SWEEP = 150.0, 240.0
"""Degrees, clockwise from three o'clock: open at the bottom, as Grafana's."""


def draw_stat(canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named]) -> None:
    """A tile for each series with its newest value."""
    texts = [_text(panel, one) for one in named]
    tiles = _tiles(box, len(named))
    room = tiles[0].inside(left=10, right=10, top=4, bottom=4)
    has_names = len(named) > 1
    size = fitting_size(texts, Box(0, 0, room.width, room.height * 0.62), most=LARGEST_PX)
    for tile, one, text in zip(tiles, named, texts, strict=True):
        colour = colour_of(one.newest, panel.steps)
        pen = Pen(size=size, colour=shade(colour), side="center", is_bold=True)
        if panel.look.is_filled:
            canvas.panel(tile, background(colour))
            pen = Pen(size=size, colour=ON_COLOUR, side="center", is_bold=True)
        if panel.look.has_sparkline:
            _sparkline(canvas, tile, one, shade(colour))
        across, down = tile.middle
        if has_names:
            name = cut(one.name, NAME_PX, tile.width - 8)
            canvas.write((across, down - size * 0.75), name, Pen(size=NAME_PX, side="center"))
            down += NAME_PX * 0.7
        elif panel.look.has_sparkline:
            down -= tile.height * 0.12
        canvas.write((across, down), text, pen)


def _text(panel: Panel, one: Named) -> str:
    return as_text(one.newest, panel.unit, panel.look.decimals, panel.look.words)


def _tiles(box: Box, count: int) -> list[Box]:
    if box.width > box.height:
        return box.columns(count, gap=6)
    return box.lines(count, gap=6)


def _sparkline(canvas: Canvas, tile: Box, one: Named, colour: str) -> None:
    """The course behind the figure, in the lower third."""
    points = [(at, value) for at, value in one.series.points if value == value]
    if len(points) < 2:
        return
    axes = canvas.plot(tile.inside(top=tile.height * 0.66))
    axes.set_axis_off()
    instants = [at for at, _ in points]
    values = [value for _, value in points]
    floor = min(0.0, *values)
    axes.fill_between(instants, values, floor, color=colour, alpha=0.22, linewidth=0)
    axes.plot(instants, values, color=colour, linewidth=1.4)
    axes.set_xlim(instants[0], instants[-1])
    axes.set_ylim(floor, max(values) * 1.1 or 1.0)


def draw_gauge(canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named]) -> None:
    """A dial for each series, with the steps as a thin ring around it and their values."""
    for tile, one in zip(_tiles(box, len(named)), named, strict=True):
        _dial(canvas, tile, panel, one)


def _dial(canvas: Canvas, box: Box, panel: Panel, one: Named) -> None:
    least, most = panel.look.least or 0.0, panel.look.most or 1.0
    room = box.inside(left=44, right=44, top=26, bottom=4)
    radius = min(room.width / 2, room.height / 1.55)
    centre = (room.middle[0], room.top + radius)
    thick, thin, gap = radius * 0.25, radius * 0.05, radius * 0.025

    def angle(value: float) -> float:
        share = (min(max(value, least), most) - least) / (most - least)
        return DIAL_BEGINS + DIAL_SWEEP * share

    for step, start, end in _arcs(panel.steps, least, most):
        canvas.arc(centre, (radius, thin), (angle(start), angle(end)), shade(step.colour))
    inner = (radius - thin - gap, thick)
    canvas.arc(centre, inner, (DIAL_BEGINS, DIAL_BEGINS + DIAL_SWEEP), TRACK)
    colour = shade(colour_of(one.newest, panel.steps))
    if one.newest > least:
        canvas.arc(centre, inner, (DIAL_BEGINS, angle(one.newest)), colour)
    for value in (least, *(step.start for step in panel.steps if step.start is not None), most):
        _mark(canvas, centre, radius, angle(value), as_text(value, panel.unit))
    text = _text(panel, one)
    hole = Box(0, 0, (radius - thin - gap - thick) * 1.4, radius * 0.5)
    size = fitting_size([text], hole, most=LARGEST_PX)
    canvas.write(
        (centre[0], centre[1] + radius * 0.06),
        text,
        Pen(size=size, colour=colour, side="center", is_bold=True),
    )


def _arcs(
    steps: Sequence[Step], least: float, most: float
) -> list[tuple[Step, float, float]]:
    """Each step with the values from and to which it reaches on the dial."""
    starts = [least if step.start is None else step.start for step in steps]
    return [
        (step, start, end)
        for step, start, end in zip(steps, starts, [*starts[1:], most], strict=True)
        if start < most and end > start
    ]


def _mark(
    canvas: Canvas, centre: tuple[float, float], radius: float, degrees: float, words: str
) -> None:
    turn = radians(degrees)
    distance = radius + 12
    across = centre[0] + distance * cos(turn)
    down = centre[1] + distance * sin(turn)
    side = "center" if abs(cos(turn)) < 0.15 else "left" if cos(turn) > 0 else "right"
    canvas.write((across, down), words, Pen(size=13, colour=FAINT, side=side))


def draw_bars(canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named]) -> None:
    """A line for each series: its name, its bar, its value."""
    room = box.inside(left=12, right=12, top=4, bottom=8)
    texts = [_text(panel, one) for one in named]
    size = min(15.0, room.height / len(named) * 0.6)
    names_px = min(room.width * 0.4, max(width_of(one.name, size) for one in named)) + 12
    values_px = max(width_of(text, size, is_bold=True) for text in texts) + 14
    least = panel.look.least or 0.0
    most = panel.look.most or max(*(one.newest for one in named), least + 1e-9)
    gap = 6 if room.height / len(named) > 20 else 2
    for line, one, text in zip(room.lines(len(named), gap=gap), named, texts, strict=True):
        line = _at_most(line, 34)
        down = line.middle[1]
        canvas.write(
            (line.left + names_px - 10, down), cut(one.name, size, names_px - 10),
            Pen(size=size, side="right"),
        )  # fmt: skip
        track = line.inside(left=names_px, right=values_px)
        canvas.bar(track, TRACK)
        share = (min(max(one.newest, least), most) - least) / (most - least)
        own = panel.look.colours.get(one.name)
        colour = shade(own or colour_of(one.newest, panel.steps))
        if share > 0:
            canvas.bar(Box(track.left, track.top, track.width * share, track.height), colour)
        is_neutral = own is None and colour == shade(Colour.TEXT)
        pen = Pen(size=size, colour=WORDS if is_neutral else colour, side="right", is_bold=True)
        canvas.write((line.right, down), text, pen)


def _at_most(line: Box, height: float) -> Box:
    """The line no higher than this, in its middle."""
    spare = max(0.0, line.height - height) / 2
    return line.inside(top=spare, bottom=spare)
