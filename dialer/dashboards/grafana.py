"""Boards as the JSON that Grafana reads, through Grafana's own library (its one importer).

Called by files.py. The data source is a variable, so that a dashboard imported by hand finds the
Prometheus of that Grafana; campaign and node are asked from Prometheus itself.
"""

import json
from collections.abc import Iterator
from typing import Any

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    gauge,
    heatmap,
    prometheus,
    stat,
    table,
    timeseries,
)
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import common as words
from grafana_foundation_sdk.models import dashboard as model
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dialer.dashboards.board import (
    AIR,
    Board,
    Kind,
    Panel,
    Query,
    Spot,
    Step,
    TextVariable,
    bottom,
    spots,
)
from dialer.dashboards.queries import CAMPAIGNS, NODES

SOURCE = model.DataSourceRef(type_val="prometheus", uid="${datasource}")
TAG = "callbank"
LAST = "lastNotNull"

# The builders have no type in common that names all that we call.
Builder = Any


def as_json(board: Board) -> str:
    """The file's whole text; the same board gives the same text."""
    made = (
        dashboard.Dashboard(board.title)
        .uid(board.uid)
        .description(board.about)
        .tags([TAG])
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .refresh(board.refresh)
        .time(board.window, "now")
        .timezone("browser")
        .link(_siblings())
    )
    for variable in _variables(board):
        made = made.with_variable(variable)
    top, number = 0, 1
    for row in board.rows:
        if row.title:
            place = model.GridPos(x=0, y=top, w=24, h=1)
            made = made.with_row(dashboard.Row(row.title).grid_pos(place).id(number))
            top, number = top + 1, number + 1
        for panel, spot in zip(row.panels, spots(row, top), strict=True):
            made = made.with_panel(_panel(panel, spot).id(number))
            number += 1
        top = bottom(row, top)
    return json.dumps(made.build(), cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def _siblings() -> dashboard.DashboardLink:
    """The other dashboards, with campaign, node and time kept."""
    return (
        dashboard.DashboardLink("Callbank")
        .type(model.DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .include_vars(True)
        .keep_time(True)
    )


def _variables(board: Board) -> list[Builder]:
    source = (
        dashboard.DatasourceVariable("datasource")
        .label("Prometheus")
        .type("prometheus")
        .hide(model.VariableHide.HIDE_VARIABLE)
    )
    return [
        source,
        _asked("campaign", "Campaign", CAMPAIGNS),
        _asked("node", "Node", NODES),
        *(_typed(variable) for variable in board.typed),
    ]


def _asked(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """A choice of several of a label's values, of all at first."""
    everything = model.VariableOption(selected=True, text=["All"], value=["$__all"])
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(SOURCE)
        .query({"query": query, "refId": name})
        .refresh(model.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(model.VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(everything)
    )


def _typed(variable: TextVariable) -> dashboard.TextBoxVariable:
    value = model.VariableOption(selected=True, text=variable.value, value=variable.value)
    return (
        dashboard.TextBoxVariable(variable.name)
        .label(variable.label)
        .description(variable.about)
        .default_value(variable.value)
        .current(value)
        .options([value])
    )


def _panel(panel: Panel, spot: Spot) -> Builder:
    """What all kinds have in common, then what is the kind's own."""
    made: Builder = (
        _MAKERS[panel.kind](panel)
        .title(panel.title)
        .description(panel.about)
        .datasource(SOURCE)
        .unit(panel.unit.value)
        .grid_pos(model.GridPos(x=spot.x, y=spot.y, w=spot.width, h=spot.height))
        .thresholds(
            dashboard.ThresholdsConfig()
            .mode(model.ThresholdsMode.ABSOLUTE)
            .steps(_thresholds(panel.steps))
        )
    )
    look = panel.look
    if look.decimals is not None:
        made = made.decimals(look.decimals)
    if look.least is not None:
        made = made.min(look.least)
    if look.most is not None:
        made = made.max(look.most)
    if look.words:
        results = {
            str(value): model.ValueMappingResult(text=word, index=place)
            for place, (value, word) in enumerate(look.words.items())
        }
        made = made.mappings([model.ValueMap(options=results)])
    for legend, colour in look.colours.items():
        fixed = {"mode": "fixed", "fixedColor": colour.value}
        made = made.override_by_name(legend, [model.DynamicConfigValue("color", fixed)])
    for place, query in enumerate(panel.queries):
        made = made.with_target(_target(panel, query, chr(ord("A") + place)))
    return made


def _thresholds(steps: tuple[Step, ...]) -> list[model.Threshold]:
    return [model.Threshold(step.start, step.colour.value) for step in steps]


def _target(panel: Panel, query: Query, ref_id: str) -> prometheus.Dataquery:
    form = {
        Kind.TABLE: PromQueryFormat.TABLE,
        Kind.HEATMAP: PromQueryFormat.HEATMAP,
    }.get(panel.kind, PromQueryFormat.TIME_SERIES)
    asked = prometheus.Dataquery().expr(query.promql).ref_id(ref_id).format(form)
    asked = asked.legend_format(query.legend or "__auto")
    return asked.instant() if panel.is_instant else asked.range()


def _by_steps() -> dashboard.FieldColor:
    return dashboard.FieldColor().mode(model.FieldColorModeId.THRESHOLDS)


def _newest() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs([LAST])


def _stat(panel: Panel) -> Builder:
    look = panel.look
    return (
        stat.Panel()
        .reduce_options(_newest())
        .color_scheme(_by_steps())
        .color_mode(
            words.BigValueColorMode.BACKGROUND if look.is_filled else words.BigValueColorMode.VALUE
        )
        .graph_mode(
            words.BigValueGraphMode.AREA if look.has_sparkline else words.BigValueGraphMode.NONE
        )
        .justify_mode(words.BigValueJustifyMode.CENTER)
        .text_mode(words.BigValueTextMode.AUTO)
        .orientation(words.VizOrientation.AUTO)
    )


def _gauge(_: Panel) -> Builder:
    return (
        gauge.Panel()
        .reduce_options(_newest())
        .color_scheme(_by_steps())
        .show_threshold_markers(True)
        .show_threshold_labels(True)
    )


def _bars(_: Panel) -> Builder:
    return (
        bargauge.Panel()
        .reduce_options(_newest())
        .color_scheme(_by_steps())
        .display_mode(words.BarGaugeDisplayMode.BASIC)
        .orientation(words.VizOrientation.HORIZONTAL)
        .value_mode(words.BarGaugeValueMode.TEXT)
    )


def _series(panel: Panel) -> Builder:
    look = panel.look
    legend = common.VizLegendOptions().show_legend(True).placement(words.LegendPlacement.BOTTOM)
    mode = words.StackingMode.NORMAL if look.is_stacked else words.StackingMode.NONE
    lines = (
        words.GraphThresholdsStyleMode.DASHED
        if look.has_lines
        else words.GraphThresholdsStyleMode.OFF
    )
    made = (
        timeseries.Panel()
        .legend(legend.display_mode(words.LegendDisplayMode.LIST).calcs([]))
        .tooltip(common.VizTooltipOptions().mode(words.TooltipDisplayMode.MULTI))
        .line_width(2)
        .fill_opacity(35 if look.is_stacked else 8)
        .show_points(words.VisibilityMode.NEVER)
        .stacking(common.StackingConfig().mode(mode))
        .thresholds_style(common.GraphThresholdsStyleConfig().mode(lines))
        .axis_soft_min(0)
    )
    highest = panel.steps[-1].start
    return made.axis_soft_max(AIR * highest) if look.has_lines and highest else made


def _table(panel: Panel) -> Builder:
    """The queries' newest values side by side, joined by their labels."""
    headings = {"Value": panel.queries[0].legend} | {
        f"Value #{chr(ord('A') + place)}": query.legend
        for place, query in enumerate(panel.queries)
    }
    made = (
        table.Panel()
        .show_header(True)
        .cell_height(words.TableCellHeight.MD)
        .color_scheme(_by_steps())
        .with_transformation(model.DataTransformerConfig("merge", options={}))
        .with_transformation(
            model.DataTransformerConfig(
                "organize",
                options={"excludeByName": {"Time": True}, "renameByName": headings},
            )
        )
    )
    for query in panel.queries:
        if own := list(_column(query)):
            made = made.override_by_name(query.legend, own)
    return made


def _column(query: Query) -> Iterator[model.DynamicConfigValue]:
    """What a table's column has of its own."""
    if query.unit is not None:
        yield model.DynamicConfigValue("unit", query.unit.value)
    if query.steps:
        colours = {"mode": "absolute", "steps": [one.to_json() for one in _thresholds(query.steps)]}
        yield model.DynamicConfigValue("thresholds", colours)
        yield model.DynamicConfigValue("custom.cellOptions", {"type": "color-text"})


def _heatmap(panel: Panel) -> Builder:
    return (
        heatmap.Panel()
        .calculate(False)
        .cell_gap(1)
        .color(
            heatmap.HeatmapColorOptions()
            .mode("scheme")
            .scheme("Oranges")
            .scale("exponential")
            .exponent(0.5)
            .steps(64)
        )
        .y_axis(heatmap.YAxisConfig().unit(panel.unit.value))
        .rows_frame(heatmap.RowsHeatmapOptions().layout(words.HeatmapCellLayout.AUTO))
        .show_legend()
    )


_MAKERS = {
    Kind.STAT: _stat,
    Kind.GAUGE: _gauge,
    Kind.SERIES: _series,
    Kind.BARS: _bars,
    Kind.TABLE: _table,
    Kind.HEATMAP: _heatmap,
}
