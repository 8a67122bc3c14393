"""Tables: a line for each set of labels, a column for each label and each query.

Called by picture.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialer.dashboards.answers import Named
from dialer.dashboards.board import Panel
from dialer.dashboards.canvas import Box, Canvas, Pen, cut, width_of
from dialer.dashboards.palette import EDGE, WORDS, colour_of, shade
from dialer.dashboards.wording import as_text

LINE_PX = 32.0
SIZE_PX = 14.0
HEADING = Pen(size=SIZE_PX, colour="#6e9fff", is_bold=True)

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """What stands in one place."""

    words: str
    colour: str = WORDS


def draw_table(canvas: Canvas, box: Box, panel: Panel, named: Sequence[Named]) -> None:
    """As many lines as there is room for."""
    rows = list(rows_of(panel, named))
    names = [name for name, _ in _keys(named)[0]] if named else []
    headings = [*names, *(query.legend for query in panel.queries)]
    room = box.inside(left=12, right=12, top=2, bottom=4)
    fitting = int(room.height // LINE_PX) - 1
    widths = [
        max(
            width_of(heading, SIZE_PX, is_bold=True),
            *(width_of(row[place].words, SIZE_PX) for row in rows),
        )
        + 24
        for place, heading in enumerate(headings)
    ]
    stretch = room.width / sum(widths)
    left = room.left
    for place, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        middle = room.top + LINE_PX / 2
        canvas.write((left, middle), cut(heading, SIZE_PX, width * stretch), HEADING)
        for number, row in enumerate(rows[:fitting], start=1):
            cell = row[place]
            words = cut(cell.words, SIZE_PX, width * stretch - 8)
            at = (left, middle + number * LINE_PX)
            canvas.write(at, words, Pen(size=SIZE_PX, colour=cell.colour))
        left += width * stretch
    for number in range(1, min(len(rows), fitting) + 1):
        canvas.bar(Box(room.left, room.top + number * LINE_PX, room.width, 1), EDGE)


def rows_of(panel: Panel, named: Sequence[Named]) -> Iterator[list[Cell]]:
    """The lines in the order of their labels; an empty cell where a query says nothing."""
    values = {(_key(one), one.query): one.newest for one in named}
    for key in _keys(named):
        line = [Cell(words=value) for _, value in key]
        for place, query in enumerate(panel.queries):
            value = values.get((key, place))
            if value is None:
                line.append(Cell(words=""))
                continue
            unit = query.unit or panel.unit
            words = as_text(value, unit, panel.look.decimals, panel.look.words)
            colour = shade(colour_of(value, query.steps)) if query.steps else WORDS
            line.append(Cell(words=words, colour=colour))
        yield line


def _keys(named: Sequence[Named]) -> list[Labels]:
    return sorted({_key(one) for one in named})


def _key(one: Named) -> Labels:
    return tuple(
        sorted((name, value) for name, value in one.series.labels.items() if name != "__name__")
    )
