"""The dashboards' files say what the code says, and ask for figures that there are."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from dialer.dashboards import files
from dialer.dashboards.board import Kind, Panel
from dialer.dashboards.reading import Placed, read
from dialer.metrics.names import sample_names
from dialer.parts.prometheus_server import Orders
from tests.architecture.source_tree import REPOSITORY

PROVISIONING = REPOSITORY / "dashboards" / "grafana" / "provisioning"
NOT_OURS = {
    "ALERTS", "up", "scrape_duration_seconds",  # Prometheus's own
    "asterisk_channels_count", "asterisk_bridges_count", "asterisk_calls_count",
    "asterisk_core_uptime_seconds", "asterisk_endpoints_count",
    "asterisk_endpoints_state",  # Asterisk's res_prometheus
}  # fmt: skip
"""What others count; tests/asterisk finds that it is really there."""

_NOT_NAMES = re.compile(
    r'"[^"]*"|\[[^]]*\]|\b(?:by|without|on|ignoring|group_left|group_right) *\([^)]*\)|\$\w+'
)
_NAME = re.compile(r"\b[a-zA-Z_:][\w:]*\b(?! *[(=!~\w])")
_WORDS = {"and", "or", "unless", "bool", "offset"}

WALL = files.path_of("wallboard")


def names_in(promql: str) -> set[str]:
    """The metrics that a query asks for."""
    return set(_NAME.findall(_NOT_NAMES.sub("", promql))) - _WORDS


def panels() -> list[tuple[str, Panel]]:
    return [
        (name, placed.panel) for name in files.NAMES for placed in read(files.path_of(name)).placed
    ]


def all_panels() -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "panel", [pytest.param(panel, id=f"{name}: {panel.title}") for name, panel in panels()]
    )


def test_the_files_say_what_the_code_says() -> None:
    assert not files.drifted(), "run `./callbank dashboards generate`"


def test_a_file_that_was_changed_by_hand_is_found(tmp_path: Path) -> None:
    files.write(tmp_path)
    changed = files.path_of("floor", tmp_path)
    changed.write_text(changed.read_text().replace("Lines dialing", "Lines"))
    files.path_of("plumbing", tmp_path).unlink()
    assert [path.stem for path in files.drifted(tmp_path)] == ["floor", "plumbing"]


@pytest.mark.parametrize("name", files.NAMES)
def test_the_file_read_back_is_the_board_that_was_declared(name: str) -> None:
    board = files.BOARDS[files.NAMES.index(name)]
    drawing = read(files.path_of(name))
    assert tuple(placed.panel for placed in drawing.placed) == board.panels
    assert [heading.title for heading in drawing.headings] == [
        row.title for row in board.rows if row.title
    ]


def test_names_are_found_in_a_query() -> None:
    query = 'sum by (le, a) (rate(x_bucket{b="c",d=~"$e"}[5m])) / on (f) (y_count{} > 0) or z{}'
    assert names_in(query) == {"x_bucket", "y_count", "z"}


@all_panels()
def test_every_metric_of_a_query_is_known(panel: Panel) -> None:
    asked = set().union(*(names_in(query.promql) for query in panel.queries))
    assert asked
    assert not asked - sample_names() - NOT_OURS


def test_every_foreign_metric_is_asked_for() -> None:
    asked = {
        name for _, panel in panels() for query in panel.queries for name in names_in(query.promql)
    }
    assert asked >= NOT_OURS


@all_panels()
def test_every_panel_says_what_it_shows(panel: Panel) -> None:
    assert panel.title
    assert len(panel.about) > 25 and panel.about.endswith((".", ")"))
    assert panel.steps and panel.steps[0].start is None
    starts = [step.start for step in panel.steps[1:] if step.start is not None]
    assert starts == sorted(set(starts)) and len(starts) == len(panel.steps) - 1
    if panel.kind is Kind.GAUGE:
        assert len(panel.steps) > 1 and panel.look.most is not None


@pytest.mark.parametrize("name", files.NAMES)
def test_panels_fill_the_grid_without_overlap(name: str) -> None:
    drawing = read(files.path_of(name))
    cells = [cell for placed in drawing.placed for cell in _cells(placed)]
    assert len(cells) == len(set(cells))
    height = max(y for _, y in cells) + 1
    assert {x for x, _ in cells} == set(range(24))
    assert len(cells) + 24 * len(drawing.headings) == 24 * height


def _cells(placed: Placed) -> list[tuple[int, int]]:
    spot = placed.spot
    return [
        (x, y)
        for x in range(spot.x, spot.x + spot.width)
        for y in range(spot.y, spot.y + spot.height)
    ]


@pytest.mark.parametrize("name", files.NAMES)
def test_campaign_and_node_can_be_chosen_on_every_dashboard(name: str) -> None:
    content = json.loads(files.path_of(name).read_text())
    variables = {one["name"]: one for one in content["templating"]["list"]}
    assert {"campaign", "node", "datasource"} <= variables.keys()
    for asked in ("campaign", "node"):
        query = variables[asked]["query"]["query"]
        match = re.fullmatch(r"label_values\((\w+), (\w+)\)", query)
        assert match and match[1] in sample_names() and match[2] == asked


def _only_yaml(folder: str) -> dict[str, Any]:
    (path,) = (PROVISIONING / folder).iterdir()
    content: dict[str, Any] = yaml.safe_load(path.read_text())
    return content


def test_what_grafana_is_provisioned_with_fits_the_dashboards() -> None:
    (source,) = _only_yaml("datasources")["datasources"]
    assert (source["type"], source["isDefault"], source["editable"]) == ("prometheus", True, False)
    assert source["jsonData"]["timeInterval"] == f"{Orders(callbank='').interval_s}s"
    variable = json.loads(WALL.read_text())["templating"]["list"][0]
    assert (variable["type"], variable["query"]) == ("datasource", source["type"])
    (provider,) = _only_yaml("dashboards")["providers"]
    assert provider["type"] == "file" and not provider["allowUiUpdates"]
