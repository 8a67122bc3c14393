"""Pictures show what was answered: panels on the grid, in the colours of their steps."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from dialer.dashboards.answers import Named, Span
from dialer.dashboards.board import Colour, Kind, Look, Panel, Query, Spot, Unit, steps
from dialer.dashboards.canvas import cut, width_of
from dialer.dashboards.draw_table import rows_of
from dialer.dashboards.palette import PAGE, background, shade
from dialer.dashboards.picture import COLUMN_PX, EDGE_PX, HEAD_PX, LINE_PX, WIDTH_PX, draw
from dialer.dashboards.prometheus import Series
from dialer.dashboards.reading import Drawing, Heading, Placed

SPAN = Span(began_at=1_800_000_000.0, ended_at=1_800_000_600.0)
LAW = steps(Colour.GREEN, (0.03, Colour.RED))
PLAIN = Look()
NEAR = 0.06
"""How far a pixel's colour may be from the one that was meant, after the picture's reduction."""


def panel(kind: Kind, look: Look = PLAIN, queries: int = 1) -> Panel:
    return Panel(
        kind=kind,
        title="Abandoned",
        about="What it shows.",
        unit=Unit.SHARE,
        queries=tuple(Query(promql="x", legend=f"column {place}") for place in range(queries)),
        width=12,
        height=8,
        steps=LAW,
        look=look,
    )


def named(*values: float, labels: dict[str, str] | None = None, query: int = 0) -> Named:
    points = tuple((SPAN.began_at + 60 * place, value) for place, value in enumerate(values))
    return Named(name="a series", query=query, series=Series(labels=labels or {}, points=points))


def pixels_near(found: np.ndarray, colour: str) -> int:
    """How many pixels have about this colour."""
    meant = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    return int((np.abs(found - meant) < NEAR).all(axis=-1).sum())


def draw_one(path: Path, one: Panel, *series: Named) -> np.ndarray:
    """The pixels in the place where the panel is drawn."""
    spot = Spot(x=0, y=0, width=one.width, height=one.height)
    drawing = Drawing(
        uid="a-board",
        title="A board of $5",
        headings=(Heading(title="Below", y=9),),
        placed=(Placed(panel=one, spot=spot),),
        variables={"campaign": ".*"},
        window="now-1h",
        refresh="5s",
    )
    draw(drawing, [series], SPAN, {}, path)
    pixels = imread(path)[:, :, :3]
    return pixels[HEAD_PX : HEAD_PX + 8 * LINE_PX, EDGE_PX : EDGE_PX + round(12 * COLUMN_PX)]


@pytest.mark.parametrize(
    ("kind", "look"),
    [
        (Kind.STAT, Look()),
        (Kind.STAT, Look(has_sparkline=True)),
        (Kind.GAUGE, Look(least=0.0, most=0.05)),
        (Kind.BARS, Look(least=0.0, most=0.05)),
    ],
)
def test_the_newest_figure_has_the_colour_of_its_step(
    tmp_path: Path, kind: Kind, look: Look
) -> None:
    path = tmp_path / "a.png"
    lawful = draw_one(path, panel(kind, look), named(0.05, 0.01))
    unlawful = draw_one(path, panel(kind, look), named(0.01, 0.05))
    # A dial shows every step as a thin ring; the figure and the bar are what grows.
    assert pixels_near(lawful, shade(Colour.GREEN)) > 2 * pixels_near(
        unlawful, shade(Colour.GREEN)
    )
    assert pixels_near(unlawful, shade(Colour.RED)) > 2 * pixels_near(lawful, shade(Colour.RED))


def test_a_filled_stat_is_seen_from_afar(tmp_path: Path) -> None:
    look = Look(is_filled=True, words={0: "down", 1: "up"})
    found = draw_one(tmp_path / "a.png", panel(Kind.STAT, look), named(1.0))
    assert pixels_near(found, background(Colour.RED)) > found[:, :, 0].size / 2


def test_the_law_is_a_line_through_a_time_series(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    own = {"a series": Colour.BLUE}
    lined = Look(has_lines=True, colours=own)
    with_line = draw_one(path, panel(Kind.SERIES, lined), named(0, 0.01))
    without = draw_one(path, panel(Kind.SERIES, Look(colours=own)), named(0, 0.01))
    assert pixels_near(with_line, shade(Colour.RED)) > 200
    assert pixels_near(without, shade(Colour.RED)) == 0
    assert pixels_near(without, shade(Colour.BLUE)) > 200


@pytest.mark.parametrize("is_stacked", [False, True])
def test_a_time_series_that_is_0_or_a_single_point_is_drawn(
    tmp_path: Path, is_stacked: bool
) -> None:
    look = Look(is_stacked=is_stacked, colours={"a series": Colour.BLUE})
    found = draw_one(tmp_path / "a.png", panel(Kind.SERIES, look), named(0, 0, 0), named(5.0))
    assert pixels_near(found, shade(Colour.BLUE)) > 30


def test_a_heatmap_is_brightest_where_most_fell(tmp_path: Path) -> None:
    def bucket(top: str, *counts: float) -> Named:
        return named(*counts, labels={"le": top})

    def brightness(*buckets: Named) -> int:
        found = draw_one(tmp_path / "a.png", panel(Kind.HEATMAP), *buckets)
        return int(((found[:, :, 0] > 0.7) & (found[:, :, 2] < 0.6)).sum())

    empty = brightness(bucket("1.0", 0, 0), bucket("+Inf", 0, 0))
    full = brightness(bucket("1.0", 9, 9), bucket("+Inf", 10, 9))
    assert full > empty + 500


def test_a_panel_without_figures_says_so(tmp_path: Path) -> None:
    found = draw_one(tmp_path / "a.png", panel(Kind.SERIES))
    assert (found > 0.5).any()  # words
    assert pixels_near(found, shade(Colour.RED)) == 0


def test_the_picture_has_the_grid_s_size_and_the_page_s_colour(tmp_path: Path) -> None:
    draw_one(tmp_path / "a.png", panel(Kind.STAT), named(0.5))
    pixels = imread(tmp_path / "a.png")
    assert pixels.shape[1] == WIDTH_PX and pixels.shape[0] > 8 * LINE_PX
    assert pixels_near(pixels[-1:, :4, :3], PAGE) == 4


def test_a_table_joins_its_queries_by_their_labels() -> None:
    table = panel(Kind.TABLE, Look(words={1: "one"}), queries=2)
    rows = rows_of(
        table,
        [
            named(0.5, labels={"campaign": "B"}),
            named(1.0, labels={"campaign": "A"}),
            named(0.25, labels={"campaign": "B"}, query=1),
        ],
    )
    assert [[cell.words for cell in row] for row in rows] == [
        ["A", "one", ""],
        ["B", "50 %", "25 %"],
    ]


def test_words_are_cut_where_there_is_no_room() -> None:
    assert cut("short", 13, 200) == "short"
    shorter = cut("a very long name of a campaign", 13, 80)
    assert shorter.endswith("…") and width_of(shorter, 13) <= 80
