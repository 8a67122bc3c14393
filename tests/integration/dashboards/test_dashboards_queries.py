"""Every query of the dashboards is one that the real Prometheus takes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.cli.main import main
from dialer.dashboards import files
from dialer.dashboards.answers import Asker, Span
from dialer.dashboards.board import Panel, Query
from dialer.dashboards.prometheus import Prometheus, QueryRefusedError
from dialer.dashboards.reading import read
from dialer.parts import processes
from dialer.parts.prometheus_server import Orders, PrometheusServer
from tests.integration.prometheus_here import prometheus_here

AT = 1_800_000_000.0


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prometheus that has nobody to ask."""
    (port,) = processes.free_ports(1)
    server = PrometheusServer(
        prometheus_here(), tmp_path_factory.mktemp("watching"), f"127.0.0.1:{port}"
    )
    server.start(Orders(callbank="127.0.0.1:9"))
    try:
        yield server.url
    finally:
        server.stop()


@pytest.mark.parametrize("name", files.NAMES)
def test_prometheus_takes_every_query(url: str, name: str) -> None:
    drawing = read(files.path_of(name))
    asker = Asker(
        prometheus=Prometheus(url),
        span=Span(began_at=AT - 3600, ended_at=AT),
        scrape_interval_s=15.0,
    )
    for placed in drawing.placed:
        asker.answer(placed.panel, drawing.variables, 800)


def test_a_query_that_is_none_is_refused_with_prometheus_s_words(url: str) -> None:
    panel = read(files.path_of("floor")).placed[0].panel
    broken = Panel(
        kind=panel.kind,
        title=panel.title,
        about=panel.about,
        unit=panel.unit,
        queries=(Query(promql="sum by campaign (up{})"),),
        width=4,
    )
    asker = Asker(
        prometheus=Prometheus(url), span=Span(began_at=AT - 60, ended_at=AT), scrape_interval_s=1
    )
    with pytest.raises(QueryRefusedError, match="parse error"):
        asker.answer(broken, {}, 100)


def test_the_shortest_interval_of_a_real_prometheus_is_read(url: str) -> None:
    assert Prometheus(url).scrape_interval_s() == Orders(callbank="").interval_s


def test_a_real_prometheus_without_figures_of_ours_is_said(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["dashboards", "preview", "plumbing", "--prometheus", url]
    assert main([*words, "--output", str(tmp_path)]) == 1
    assert "has no figures of Callbank" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
