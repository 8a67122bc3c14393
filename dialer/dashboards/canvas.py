"""A sheet to draw on, in pixels from the upper left corner, without a display.

A *box* is a rectangle on it. Called by whatever draws; a plot with axes is a piece of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Rectangle, Wedge
from matplotlib.textpath import text_to_path
from PIL import Image

from dialer.dashboards.palette import EDGE, FAINT, PAGE, PANEL, WORDS

DOTS_PER_INCH = 100
POINTS_PER_PIXEL = 72 / DOTS_PER_INCH
ELLIPSIS = "…"
COLOURS_MAX = 256

Side = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; `top` is its upper edge, counted downwards."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.top + self.height

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return self.left + self.width / 2, self.top + self.height / 2

    def inside(
        self, *, left: float = 0, top: float = 0, right: float = 0, bottom: float = 0
    ) -> "Box":
        """What is left when so much is taken from each side."""
        return Box(
            self.left + left,
            self.top + top,
            max(1.0, self.width - left - right),
            max(1.0, self.height - top - bottom),
        )

    def columns(self, count: int, gap: float = 0) -> list["Box"]:
        """So many boxes beside each other."""
        width = (self.width - gap * (count - 1)) / count
        return [
            Box(self.left + place * (width + gap), self.top, width, self.height)
            for place in range(count)
        ]

    def lines(self, count: int, gap: float = 0) -> list["Box"]:
        """So many boxes below each other."""
        height = (self.height - gap * (count - 1)) / count
        return [
            Box(self.left, self.top + place * (height + gap), self.width, height)
            for place in range(count)
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pen:
    """How words are written."""

    size: float = 13.0  # height of the letters' line in pixels
    colour: str = WORDS
    side: Side = "left"
    is_bold: bool = False


class Canvas:
    """One picture in the making."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        size = (width / DOTS_PER_INCH, height / DOTS_PER_INCH)
        self._figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=PAGE)
        FigureCanvasAgg(self._figure)
        self._sheet = self._figure.add_axes((0, 0, 1, 1))
        self._sheet.set_axis_off()
        self._sheet.set_xlim(0, width)
        self._sheet.set_ylim(height, 0)

    def panel(self, box: Box, colour: str = PANEL) -> None:
        """The ground of a panel or tile, with its corners rounded a little."""
        self._sheet.add_patch(
            FancyBboxPatch(
                (box.left, box.top), box.width, box.height,
                boxstyle="round,pad=0,rounding_size=3",
                facecolor=colour, edgecolor=EDGE, linewidth=0.8,
            )
        )  # fmt: skip

    def bar(self, box: Box, colour: str) -> None:
        """A plain rectangle."""
        self._sheet.add_patch(
            Rectangle(
                (box.left, box.top), box.width, box.height, facecolor=colour, edgecolor="none"
            )
        )

    def arc(self, centre: tuple[float, float], ring: tuple[float, float], turn: tuple[float, float],
            colour: str) -> None:
        """A piece of a ring: its outer radius and width, and from where to where in degrees,
        clockwise from three o'clock."""
        radius, width = ring
        self._sheet.add_patch(
            Wedge(centre, radius, turn[0], turn[1], width=width, facecolor=colour, edgecolor="none")
        )

    def write(self, at: tuple[float, float], words: str, pen: Pen = Pen()) -> None:
        """Words whose line has its middle at this height."""
        self._sheet.text(
            at[0], at[1], words.replace("$", r"\$"),
            fontsize=pen.size * POINTS_PER_PIXEL, color=pen.colour, ha=pen.side,
            va="center_baseline" if pen.size > 20 else "center",
            fontweight="bold" if pen.is_bold else "normal",
        )  # fmt: skip

    def plot(self, box: Box) -> Axes:
        """A plot in the box: with axes, or without by its `set_axis_off`."""
        axes = self._figure.add_axes(
            (
                box.left / self.width,
                1 - box.bottom / self.height,
                box.width / self.width,
                box.height / self.height,
            )
        )
        axes.set_facecolor("none")
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(colors=FAINT, labelsize=11 * POINTS_PER_PIXEL, length=0, pad=4)
        axes.grid(color=EDGE, linewidth=0.7)
        axes.set_axisbelow(True)
        return axes

    def save(self, path: Path) -> None:
        """Write the PNG, in few colours: a quarter of the size, and nobody sees the difference."""
        drawn = BytesIO()
        self._figure.savefig(drawn, facecolor=PAGE)
        with Image.open(drawn) as image:
            image.convert("RGB").quantize(COLOURS_MAX).save(path, optimize=True)


@lru_cache(maxsize=4096)
def width_of(words: str, size: float, *, is_bold: bool = False) -> float:
    """How wide the words are, in pixels."""
    if not words.strip():
        return 0.0
    font = FontProperties(weight="bold" if is_bold else "normal", size=100)
    width, _, _ = text_to_path.get_text_width_height_descent(words, font, ismath=False)
    return float(width) * size / 100


def fitting_size(texts: Sequence[str], box: Box, *, most: float) -> float:
    """The greatest size in which the widest of the bold texts fits into the box."""
    widest = max((width_of(text, 100, is_bold=True) for text in texts), default=0.0)
    return min(most, box.height, 100 * box.width / widest if widest else most)


def cut(words: str, size: float, width: float) -> str:
    """The words, or as many of them as there is room for."""
    if width_of(words, size) <= width:
        return words
    while words and width_of(words + ELLIPSIS, size) > width:
        words = words[:-1]
    return words.rstrip() + ELLIPSIS
