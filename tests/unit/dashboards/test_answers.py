"""Panels' queries are asked with every variable filled in, and answers are named by the legend."""

import socket
import threading

import pytest

from dialer.dashboards.answers import Asker, Span, fill_in, has_figures
from dialer.dashboards.board import Kind, Look, Panel, Query, Unit
from dialer.dashboards.prometheus import Prometheus, QueryRefusedError
from dialer.errors import CallbankError, UsageError
from tests.unit.dashboards.a_prometheus import Answers, serving

SPAN = Span(began_at=1_800_000_000.0, ended_at=1_800_003_600.0)
VALUES = [({"campaign": "A"}, 3.0), ({"campaign": "B"}, float("nan")), ({"campaign": "C"}, 5.0)]


def panel(kind: Kind, *queries: str, legend: str = "", has_sparkline: bool = False) -> Panel:
    return Panel(
        kind=kind,
        title="A panel",
        about="What it shows.",
        unit=Unit.COUNT,
        queries=tuple(Query(promql=query, legend=legend) for query in queries),
        width=12,
        look=Look(has_sparkline=has_sparkline),
    )


def ask(answers: Answers, asked: Panel, variables: dict[str, str] | None = None) -> list[str]:
    """The names of what was answered."""
    with serving(answers) as url:
        prometheus = Prometheus(url)
        asker = Asker(
            prometheus=prometheus, span=SPAN, scrape_interval_s=prometheus.scrape_interval_s()
        )
        return [f"{one.name}={one.newest:g}" for one in asker.answer(asked, variables or {}, 400)]


def test_series_are_named_by_the_legend_and_those_without_a_number_are_left_out() -> None:
    answers = Answers(VALUES)
    named = ask(answers, panel(Kind.BARS, "x", legend="of {{campaign}}"))
    assert named == ["of A=3", "of C=5"]


def test_series_without_a_legend_have_their_labels_as_name() -> None:
    assert ask(Answers([({"__name__": "x", "trunk": "t"}, 1.0)]), panel(Kind.BARS, "x")) == ["t=1"]


def test_the_newest_figures_are_asked_for_at_the_end_and_courses_over_the_span() -> None:
    answers = Answers(VALUES)
    ask(answers, panel(Kind.GAUGE, "x"))
    ask(answers, panel(Kind.STAT, "y", has_sparkline=True))
    (_, _), (path, instant), (_, _), (ranged, course) = answers.asked
    assert (path, float(instant["time"])) == ("query", SPAN.ended_at)
    assert ranged == "query_range"
    assert (float(course["start"]), float(course["end"])) == (SPAN.began_at, SPAN.ended_at)
    assert course["step"] == "10"  # 3600 s in 400 pixels


def test_a_rate_covers_four_scrapes_or_one_more_than_the_step() -> None:
    query = "rate(x[$__rate_interval]) + increase(x[$__range])"
    for interval, window in (("5s", "20s"), ("1s", "11s")):
        answers = Answers(VALUES, interval=interval)
        ask(answers, panel(Kind.SERIES, query))
        assert answers.asked[-1][1]["query"] == f"rate(x[{window}]) + increase(x[3600s])"


def test_a_variable_that_there_is_not_is_found() -> None:
    assert fill_in('x{a=~"$campaign"} / $goal', {"campaign": ".*", "goal": "5"}) == (
        'x{a=~".*"} / 5'
    )
    with pytest.raises(UsageError, match="has no variable"):
        fill_in("x / $nobody", {})


def test_a_table_needs_figures_for_each_column() -> None:
    with serving(Answers(VALUES)) as url:
        asker = Asker(prometheus=Prometheus(url), span=SPAN, scrape_interval_s=1.0)
        table = panel(Kind.TABLE, "x", "y")
        named = asker.answer(table, {}, 400)
    assert has_figures(table, named)
    assert not has_figures(table, tuple(one for one in named if one.query == 0))
    assert not has_figures(panel(Kind.STAT, "x"), ())


def test_prometheus_says_why_it_refuses_a_query() -> None:
    with pytest.raises(QueryRefusedError, match="refuses bad: parse error"):
        ask(Answers([]), panel(Kind.STAT, "bad"))


def test_a_prometheus_that_still_starts_is_told_from_none() -> None:
    answers = Answers([])
    answers.is_starting = True
    with pytest.raises(CallbankError, match="is still starting"):
        ask(answers, panel(Kind.STAT, "x"))


def test_nobody_answers_where_there_is_no_prometheus() -> None:
    with pytest.raises(CallbankError, match="no Prometheus answers at http"):
        Prometheus("http://127.0.0.1:9").scrape_interval_s()


def test_what_speaks_another_language_is_no_prometheus() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        def greet() -> None:
            with server.accept()[0] as peer:
                peer.recv(1000)
                peer.sendall(b"220 mail.example ready\r\n")

        greeter = threading.Thread(target=greet)
        greeter.start()
        with pytest.raises(CallbankError, match="no Prometheus answers"):
            Prometheus(f"http://127.0.0.1:{port}").scrape_interval_s()
        greeter.join()


@pytest.mark.parametrize("url", ["127.0.0.1:9090", "ftp://here", "http://", "prometheus"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="--prometheus"):
        Prometheus(url)
