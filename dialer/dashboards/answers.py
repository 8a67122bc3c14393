"""The figures of a dashboard: its queries with the variables filled in, asked of a Prometheus.

An *answer* is what one panel shows. Intervals are chosen as Grafana chooses them, so that the
pictures show the same figures. Called by picture.py (through `callbank dashboards preview`) and by
the test that finds no panel empty.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from dialer.dashboards.board import Kind, Panel
from dialer.dashboards.prometheus import Prometheus, Series
from dialer.dashboards.reading import Drawing
from dialer.errors import UsageError

_LABEL = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_VARIABLE = re.compile(r"\$(\w+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """What time is shown."""

    began_at: float
    ended_at: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.ended_at - self.began_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    """A series under the name that the legend gives it; `query` counts from 0."""

    name: str
    query: int
    series: Series

    @property
    def newest(self) -> float:
        """The last value that is a number, as Grafana's lastNotNull; nan without one."""
        values = (value for _, value in reversed(self.series.points) if value == value)
        return next(values, float("nan"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Asker:
    """Asks one Prometheus for what panels show of one span of time."""

    prometheus: Prometheus
    span: Span
    scrape_interval_s: float

    def answer(
        self, panel: Panel, variables: Mapping[str, str], width_px: float
    ) -> tuple[Named, ...]:
        """Every series of the panel. Raises QueryRefusedError for a query that is none."""
        step_s = max(self.scrape_interval_s, _rounded(self.span.length_s / width_px))
        filled = {
            **variables,
            "__rate_interval": self._seconds(
                max(step_s + self.scrape_interval_s, 4 * self.scrape_interval_s)
            ),
            "__interval": self._seconds(step_s),
            "__range": self._seconds(self.span.length_s),
        }
        return tuple(self._answers(panel, filled, step_s))

    def _answers(
        self, panel: Panel, filled: Mapping[str, str], step_s: float
    ) -> Iterator[Named]:
        for place, query in enumerate(panel.queries):
            promql = fill_in(query.promql, filled)
            if panel.is_instant:
                answered = self.prometheus.instant(promql, self.span.ended_at)
            else:
                answered = self.prometheus.course(
                    promql,
                    began_at=self.span.began_at,
                    ended_at=self.span.ended_at,
                    step_s=step_s,
                )
            for series in answered:
                if any(value == value for _, value in series.points):
                    yield Named(name=_name(query.legend, series), query=place, series=series)

    @staticmethod
    def _seconds(seconds: float) -> str:
        return f"{max(1, round(seconds))}s"


def is_known(prometheus: Prometheus, span: Span) -> bool:
    """Whether this Prometheus has watched Callbank at some time of the span."""
    watched = f"count_over_time(callbank_ami_link_up[{max(1, round(span.length_s))}s])"
    return bool(prometheus.instant(watched, span.ended_at))


def fill_in(promql: str, variables: Mapping[str, str]) -> str:
    """The query with every variable replaced. Raises UsageError for one that there is not."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            raise UsageError(f"the dashboard has no variable ${match[1]}, as in its query {promql}")
        return variables[match[1]]

    return _VARIABLE.sub(value, promql)


def answers_of(
    drawing: Drawing,
    asker: Asker,
    variables: Mapping[str, str],
    *,
    column_px: float,
    show: Callable[[float], None] = lambda _: None,
) -> list[tuple[Named, ...]]:
    """What every panel of a dashboard shows; `show` is told the share that is done."""
    found = []
    for count, placed in enumerate(drawing.placed, start=1):
        width_px = placed.spot.width * column_px
        found.append(asker.answer(placed.panel, {**drawing.variables, **variables}, width_px))
        show(count / len(drawing.placed))
    return found


def _name(legend: str, series: Series) -> str:
    if legend:
        return _LABEL.sub(lambda match: series.labels.get(match[1], ""), legend).strip()
    return ", ".join(value for name, value in series.labels.items() if name != "__name__")


def _rounded(seconds: float) -> float:
    """Up to an interval that Grafana would choose."""
    for step in (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1800, 3600):
        if seconds <= step:
            return step
    return 86400.0


def has_figures(panel: Panel, named: tuple[Named, ...]) -> bool:
    """Whether anything is to be seen; a table needs something for each of its columns."""
    if panel.kind is Kind.TABLE:
        return {one.query for one in named} == set(range(len(panel.queries)))
    return bool(named)
