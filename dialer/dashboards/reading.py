"""Grafana's JSON read back into the words of board.py, with where each panel lies.

The preview draws what is read here, from the files that Grafana gets, so that a picture shows
what Grafana would be told. Only files of ours are understood. Called by picture.py and the tests.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.dashboards.board import Colour, Kind, Look, Panel, Query, Spot, Step, Unit
from dialer.errors import UsageError

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """The title of a row of panels."""

    title: str
    y: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """A panel and where it lies."""

    panel: Panel
    spot: Spot


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawing:
    """What is to be drawn of one dashboard."""

    uid: str
    title: str
    headings: tuple[Heading, ...]
    placed: tuple[Placed, ...]
    variables: dict[str, str]  # with what they stand for when the dashboard is opened
    window: str
    refresh: str


def read(path: Path) -> Drawing:
    """The dashboard in a file. Raises UsageError when it is none of ours."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return drawing_of(content)
    except FileNotFoundError:
        raise UsageError(
            f"{path} is not there: run `./callbank dashboards generate` in the checkout."
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{path} is no dashboard of ours ({type(error).__name__}: {error}): run"
            " `./callbank dashboards generate`."
        ) from error


def drawing_of(content: Json) -> Drawing:
    """The same from parsed JSON."""
    panels = content["panels"]
    return Drawing(
        uid=content["uid"],
        title=content["title"],
        headings=tuple(
            Heading(title=one["title"], y=one["gridPos"]["y"])
            for one in panels
            if one["type"] == "row"
        ),
        placed=tuple(
            Placed(panel=_panel(one), spot=_spot(one)) for one in panels if one["type"] != "row"
        ),
        variables=dict(_variables(content["templating"]["list"])),
        window=content["time"]["from"],
        refresh=content["refresh"],
    )


def _variables(listed: list[Json]) -> Iterator[tuple[str, str]]:
    for variable in listed:
        if variable["type"] == "query":
            yield variable["name"], variable["allValue"]
        elif variable["type"] == "textbox":
            yield variable["name"], variable["current"]["value"]


def _spot(one: Json) -> Spot:
    place = one["gridPos"]
    return Spot(x=place["x"], y=place["y"], width=place["w"], height=place["h"])


def _panel(one: Json) -> Panel:
    defaults = one["fieldConfig"]["defaults"]
    spot = _spot(one)
    return Panel(
        kind=Kind(one["type"]),
        title=one["title"],
        about=one["description"],
        unit=Unit(defaults["unit"]),
        queries=tuple(_queries(one)),
        width=spot.width,
        height=spot.height,
        steps=_steps(defaults["thresholds"]),
        look=_look(one, defaults),
    )


def _steps(thresholds: Json) -> tuple[Step, ...]:
    return tuple(
        Step(colour=Colour(step["color"]), start=step["value"]) for step in thresholds["steps"]
    )


def _overrides(one: Json, wanted: str) -> dict[str, Any]:
    """What is said of one property, by the name of the series or column."""
    return {
        override["matcher"]["options"]: its["value"]
        for override in one["fieldConfig"].get("overrides", [])
        for its in override["properties"]
        if its["id"] == wanted
    }


def _queries(one: Json) -> Iterator[Query]:
    units, steps = _overrides(one, "unit"), _overrides(one, "thresholds")
    for target in one["targets"]:
        legend = target["legendFormat"]
        yield Query(
            promql=target["expr"],
            legend="" if legend == "__auto" else legend,
            unit=Unit(units[legend]) if legend in units else None,
            steps=_steps(steps[legend]) if legend in steps else (),
        )


def _look(one: Json, defaults: Json) -> Look:
    custom, options = defaults.get("custom", {}), one.get("options", {})
    return Look(
        decimals=defaults.get("decimals"),
        least=defaults.get("min"),
        most=defaults.get("max"),
        is_stacked=custom.get("stacking", {}).get("mode") == "normal",
        has_lines=custom.get("thresholdsStyle", {}).get("mode") == "dashed",
        has_sparkline=options.get("graphMode") == "area",
        is_filled=options.get("colorMode") == "background",
        words={
            int(value): result["text"]
            for mapping in defaults.get("mappings", [])
            for value, result in mapping["options"].items()
        },
        colours={
            legend: Colour(its["fixedColor"]) for legend, its in _overrides(one, "color").items()
        },
    )
