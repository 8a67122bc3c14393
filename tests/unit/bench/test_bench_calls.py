"""`bench calls` without its stage: numbers, the kernel's CPU account, figures, options."""

import csv
import os
from pathlib import Path

import pytest

from dialer.bench.calls import Plan
from dialer.bench.figures import Baseline, Interval, metrics_share, result_of, shortcomings_of
from dialer.bench.meter import cpu_s_in, cpu_s_of
from dialer.bench.numbers import numbers, write_list
from dialer.cli.main import main
from dialer.compliance.protected import is_e164
from dialer.errors import CallbankError
from dialer.storage.placed import Placed

BASELINE = Baseline(
    calls=100, failed=0, seconds=10.0, events=500, client_cpu_s=0.1, asterisk_cpu_s=0.5
)


def interval(
    outcomes: dict[str | None, int], *, p99: float = 12.0, daemon_cpu_s: float = 0.3
) -> Interval:
    return Interval(
        placed=Placed(outcomes=outcomes, bridge_ms={"p50": 2.0, "p95": 5.0, "p99": p99}),
        seconds=10.0,
        events=1100.0,
        cpu_s={"daemon": daemon_cpu_s, "asterisk": 1.5, "carrier": 9.0},
    )


UNMETERED = [interval({"talked": 50}, daemon_cpu_s=cpu_s) for cpu_s in (0.146, 0.148)]


def test_every_number_is_there_once_and_none_is_anybodys() -> None:
    many = list(numbers(30_000))
    assert len(set(many)) == 30_000
    assert all(is_e164(number) and number[5:8] in ("958", "959") for number in many)


def test_the_list_has_a_row_for_each_person(tmp_path: Path) -> None:
    write_list(tmp_path / "people.csv", 3, "Asia/Tokyo")
    with (tmp_path / "people.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["phone"] for row in rows] == list(numbers(3))
    assert {row["time_zone"] for row in rows} == {"Asia/Tokyo"}


def test_user_and_system_time_are_read_behind_any_name() -> None:
    ticks = os.sysconf("SC_CLK_TCK")
    fields = "S 1 2 3 4 5 6 7 8 9 10 11 12 13 14"  # state is proc(5)'s third field
    assert cpu_s_in(f"42 (a name) with) {fields}") == (11 + 12) / ticks


def test_a_process_that_has_ended_is_a_sentence() -> None:
    with pytest.raises(CallbankError, match="Asterisk"):
        cpu_s_of("Asterisk", 2**22 + 1)


def test_the_figures_have_exactly_the_published_keys() -> None:
    result = result_of(10.0, interval({"talked": 100}), UNMETERED, BASELINE)
    assert list(result) == [
        "cps_offered",
        "cps_achieved",
        "failed_by_us",
        "bridge_ms",
        "daemon_cpu_ms_per_call",
        "daemon_cpu_ms_per_call_unmetered",
        "asterisk_cpu_ms_per_call",
        "events_per_call",
        "baseline",
    ]
    assert result["cps_achieved"] == 10.0
    assert result["daemon_cpu_ms_per_call"] == 3.0
    assert result["daemon_cpu_ms_per_call_unmetered"] == 2.94
    assert result["asterisk_cpu_ms_per_call"] == 15.0
    assert result["events_per_call"] == 11.0
    assert result["baseline"] == {
        "cps_achieved": 10.0,
        "failed": 0,
        "client_cpu_ms_per_call": 1.0,
        "asterisk_cpu_ms_per_call": 5.0,
        "events_per_call": 5.0,
    }


def test_only_ends_that_nobody_out_there_caused_are_our_failures() -> None:
    outcomes: dict[str | None, int] = {
        "talked": 80, "busy": 5, "trunk_failed": 1, "not_placed": 2, "lost": 3, "failed": 4, None: 5
    }  # fmt: skip
    assert result_of(10.0, interval(outcomes), UNMETERED, BASELINE)["failed_by_us"] == 15


def test_a_run_that_reached_its_aims_has_no_shortcomings() -> None:
    assert shortcomings_of(result_of(10.0, interval({"talked": 100}), UNMETERED, BASELINE)) == []


def test_what_metrics_cost_is_a_part_of_the_daemons_cpu() -> None:
    dear = result_of(10.0, interval({"talked": 100}, daemon_cpu_s=0.31), UNMETERED, BASELINE)
    cost = metrics_share(dear)
    assert cost is not None
    assert cost == pytest.approx(1.0 - 0.294 / 0.31)
    (sentence,) = shortcomings_of(dear)
    assert "costs of metrics are 5.2%" in sentence


def test_each_aim_that_was_missed_is_a_sentence() -> None:
    slow = interval({"talked": 89, "lost": 1}, p99=51.0, daemon_cpu_s=0.9)
    assert len(shortcomings_of(result_of(10.0, slow, UNMETERED, BASELINE))) == 5


def test_a_run_without_a_call_is_told_and_not_divided_by() -> None:
    empty = Interval(
        placed=Placed(outcomes={}, bridge_ms={"p50": None, "p95": None, "p99": None}),
        seconds=10.0,
        events=0.0,
        cpu_s={},
    )
    result = result_of(10.0, empty, [empty, empty], BASELINE)
    assert result["daemon_cpu_ms_per_call"] is None
    assert len(shortcomings_of(result)) == 4


def test_the_crew_grows_with_rate_and_talk() -> None:
    assert Plan(cps=50, talk_s=1.0).crew > Plan(cps=25, talk_s=1.0).crew
    assert Plan(cps=50, talk_s=3.0).crew > Plan(cps=50, talk_s=1.0).crew
    assert Plan(volunteers=7).crew == 7


@pytest.mark.parametrize(
    "options",
    [
        ["--cps", "0"],
        ["--cps", "nan"],
        ["--seconds", "-1"],
        ["--talk", "1000"],
        ["--volunteers", "-3"],
        ["--volunteers", "5000"],
        ["--baseline-seconds", "0"],
        ["--cps", "500", "--seconds", "3600"],
        ["--cps", "400", "--talk", "60"],
    ],
)
def test_what_cannot_be_measured_is_refused_in_one_sentence(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", "calls", *options]) == 2
    (sentence,) = capsys.readouterr().err.splitlines()
    assert sentence.startswith("callbank: ")
