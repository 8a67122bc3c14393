"""Colours of the pictures: Grafana's dark theme, near enough. Called by whatever draws."""

from collections.abc import Sequence

from dialer.dashboards.board import Colour, Step

PAGE = "#111217"
PANEL = "#181b1f"
EDGE = "#2c3036"
WORDS = "#d8d9da"
FAINT = "#9a9ba4"
TRACK = "#26292f"
ON_COLOUR = "#ffffff"

_HEX = {
    Colour.GREEN: "#73bf69",
    Colour.YELLOW: "#fade2a",
    Colour.ORANGE: "#ff9830",
    Colour.RED: "#f2495c",
    Colour.BLUE: "#5794f2",
    Colour.LIGHT_BLUE: "#8ab8ff",
    Colour.PURPLE: "#b877d9",
    Colour.GREY: "#8e8e8e",
    Colour.TEXT: WORDS,
}
_DARK = {
    Colour.GREEN: "#37872d",
    Colour.YELLOW: "#a88a00",
    Colour.ORANGE: "#c4620a",
    Colour.RED: "#c4162a",
}
"""Of a filled background, on which white words stand."""

_IN_TURN = (
    "#73bf69", "#f2cc0c", "#8ab8ff", "#ff780a", "#f2495c", "#5794f2", "#b877d9", "#705da0",
    "#37872d", "#fade2a", "#447ebc", "#c15c17",
)  # fmt: skip
"""Series without a colour of their own take these, as in Grafana's classic palette."""


def shade(colour: Colour) -> str:
    """What matplotlib calls it."""
    return _HEX[colour]


def background(colour: Colour) -> str:
    """The same for a whole tile with white words on it."""
    return _DARK.get(colour, EDGE)


def in_turn(place: int) -> str:
    """The colour of the series at a place among the panel's."""
    return _IN_TURN[place % len(_IN_TURN)]


def colour_of(value: float, steps: Sequence[Step]) -> Colour:
    """The step that a value has reached."""
    reached = [step.colour for step in steps if step.start is None or value >= step.start]
    return reached[-1] if reached else Colour.TEXT
