"""A dashboard's picture: its panels with a Prometheus's figures, on its own grid.

Near enough to Grafana to review a board, not a copy of it. Called by `callbank dashboards preview`.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from dialer.dashboards.answers import Named, Span
from dialer.dashboards.board import GRID_WIDTH, Kind, Panel, Spot
from dialer.dashboards.canvas import Box, Canvas, Pen, cut
from dialer.dashboards.draw_figures import draw_bars, draw_gauge, draw_stat
from dialer.dashboards.draw_plots import draw_heatmap, draw_series
from dialer.dashboards.draw_table import draw_table
from dialer.dashboards.palette import FAINT
from dialer.dashboards.reading import Drawing
from dialer.dashboards.wording import clock

WIDTH_PX = 1600
EDGE_PX = 12
COLUMN_PX = (WIDTH_PX - 2 * EDGE_PX) / GRID_WIDTH
LINE_PX, GAP_PX = 38, 8  # Grafana's: 30 and the gap
HEAD_PX = 50
TITLE_PX = 32


def draw(
    drawing: Drawing,
    answers: Sequence[Sequence[Named]],
    span: Span,
    variables: Mapping[str, str],
    path: Path,
) -> None:
    """Draw a dashboard with what each of its panels was answered."""
    bottom = max(placed.spot.y + placed.spot.height for placed in drawing.placed)
    canvas = Canvas(WIDTH_PX, round(HEAD_PX + bottom * LINE_PX + EDGE_PX - GAP_PX))
    _head(canvas, drawing, span, variables)
    for heading in drawing.headings:
        down = HEAD_PX + heading.y * LINE_PX + (LINE_PX - GAP_PX) / 2
        canvas.write((EDGE_PX + 4, down), heading.title, Pen(size=17, is_bold=True))
    for placed, named in zip(drawing.placed, answers, strict=True):
        _panel(canvas, _box(placed.spot), placed.panel, named, span)
    canvas.save(path)


def _head(canvas: Canvas, drawing: Drawing, span: Span, variables: Mapping[str, str]) -> None:
    middle = HEAD_PX / 2
    canvas.write((EDGE_PX + 4, middle), drawing.title, Pen(size=21, is_bold=True))
    shown = {name: variables.get(name, value) for name, value in drawing.variables.items()}
    chosen = [f"{name}: {'all' if value == '.*' else value}" for name, value in shown.items()]
    times = f"{clock(span.began_at)} to {clock(span.ended_at)}"
    words = "   ·   ".join([*chosen, times])
    canvas.write((WIDTH_PX - EDGE_PX - 4, middle), words, Pen(size=15, colour=FAINT, side="right"))


def _box(spot: Spot) -> Box:
    return Box(
        EDGE_PX + spot.x * COLUMN_PX + GAP_PX / 2,
        HEAD_PX + spot.y * LINE_PX,
        spot.width * COLUMN_PX - GAP_PX,
        spot.height * LINE_PX - GAP_PX,
    )


def _panel(canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named], span: Span) -> None:
    canvas.panel(box)
    title = cut(panel.title, 15, box.width - 20)
    canvas.write((box.left + 10, box.top + TITLE_PX / 2 + 1), title, Pen(size=15, is_bold=True))
    room = box.inside(top=TITLE_PX, left=2, right=2, bottom=2)
    if not named:
        canvas.write(room.middle, "no data", Pen(size=18, colour=FAINT, side="center"))
        return
    painters = {
        Kind.STAT: draw_stat,
        Kind.GAUGE: draw_gauge,
        Kind.BARS: draw_bars,
        Kind.TABLE: draw_table,
        Kind.SERIES: partial(draw_series, span=span),
        Kind.HEATMAP: partial(draw_heatmap, span=span),
    }
    painters[panel.kind](canvas, room, panel, named)
