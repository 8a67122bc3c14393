"""`bench pacing`: which runs it makes, what its rows say, and that workers change nothing."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from dialer.bench.decisions import decision_times
from dialer.bench.pacing import Row, measure, row_of
from dialer.bench.pacing_aims import verdicts_of
from dialer.bench.pacing_plan import Group, Piece, groups, sections
from dialer.bench.pacing_text import Made, bounds_of, tables_of
from dialer.bench.rivals import comparisons_of, sentences_of
from dialer.cli.main import main
from dialer.sim.figures import Counts, Figures
from dialer.sim.peers.policies import policy_named
from dialer.sim.scenario import load

KEYS = "policy agents hours seed utilisation talk_share abandon_rate answered abandoned"
KEYS += " wait_s_mean digest seeds abandon_rate_worst"

Captured = pytest.CaptureFixture[str]


def run(**more: object) -> Figures:
    usual = Figures(
        policy="power",
        agents=5,
        hours=2.0,
        seed=1,
        utilisation=0.7,
        talk_share=0.6,
        abandon_rate=0.01,
        answered=100,
        abandoned=1,
        wait_s_mean=40.0,
        digest="a",
        counts=Counts(attempts=0, connected=0, events=0, commands=0, wall_s=1.0),
    )
    return replace(usual, **more)


def group(policy: str = "power", *, hours: float = 0.6, seeds: int = 2) -> Group:
    piece = Piece(scenario="stationary", policy=policy, agents=5, hours=hours, seed=1)
    return Group(
        section=sections(is_quick=True)[0],
        pieces=tuple(replace(piece, seed=seed) for seed in range(1, seeds + 1)),
    )


def made(policy: str, talk_share: float, abandon_rate: float) -> Made:
    its = group(policy)
    row = row_of(its, [run(talk_share=talk_share, abandoned=round(100 * abandon_rate))])
    return Made(group=its, row=row)


# --- the plan ---------------------------------------------------------------------------------


@pytest.mark.parametrize("is_quick", [True, False])
def test_everything_in_the_plan_can_be_played(is_quick: bool) -> None:
    for section in sections(is_quick=is_quick):
        assert {policy_named(name).name for name in section.policies} == {*section.policies}
        burn_in_h = load(section.scenario).world.burn_in_min / 60
        assert all(section.hours(size) > burn_in_h for size in section.sizes)


def test_the_quick_plan_is_less_of_everything() -> None:
    for quick, full in zip(sections(is_quick=True), sections(is_quick=False), strict=True):
        assert set(quick.sizes) <= set(full.sizes)
        assert all(quick.hours(size) <= full.hours(size) for size in quick.sizes)


def test_filters_leave_the_others_out() -> None:
    chosen = list(groups(sections(is_quick=True), policies=["power"], agents=5, seed=3))
    (pieces,) = (one.pieces for one in chosen)
    assert {(one.policy, one.agents) for one in pieces} == {("power", 5)}
    assert [one.seed for one in pieces] == [3, 4]


def test_a_policy_or_a_team_that_is_in_no_table_joins_the_first() -> None:
    plan = sections(is_quick=True)
    (other,) = groups(plan, policies=["power:2.5"], agents=7, seed=1)
    assert other.section == plan[0]
    assert (other.pieces[0].policy, other.pieces[0].agents) == ("power:2.5", 7)


# --- rows -------------------------------------------------------------------------------------


def test_a_row_counts_people_together_and_keeps_the_worst_seed() -> None:
    runs = [run(), run(utilisation=0.8, answered=300, abandoned=9, abandon_rate=0.03, digest="b")]
    row = row_of(group(), runs)
    assert row.utilisation == 0.75
    assert (row.answered, row.abandoned, row.abandon_rate) == (400, 10, 0.025)
    assert (row.seeds, row.abandon_rate_worst) == (2, 0.03)
    assert list(row.as_json()) == KEYS.split()


FIELD = [
    made("predictive", 0.6, 0.02).row,
    made("vicidial-ratio", 0.48, 0.03).row,
    made("vicidial-average", 0.55, 0.04).row,
    made("vicidial-tapered", 0.40, 0.01).row,
    made("power", 0.59, 0.01).row,
]


def test_ours_is_compared_with_vicidials_best_mode_that_keeps_the_law() -> None:
    (found,) = comparisons_of(FIELD)
    assert found.best is not None and found.best_adaptive is not None
    assert (found.best.policy, found.best.talk_ratio) == ("vicidial-ratio", 1.25)
    assert (found.best_adaptive.policy, found.best_adaptive.talk_ratio) == ("vicidial-tapered", 1.5)
    said = "\n".join(sentences_of(FIELD))
    assert "vicidial-ratio 28.8 minutes, 3.00% abandoned" in said
    assert "ours talks 1.25 times as much" in said and "36.0 minutes" in said


def test_where_no_mode_keeps_the_law_that_is_said() -> None:
    unlawful = [row for row in FIELD if row.policy in ("predictive", "vicidial-average")]
    (found,) = comparisons_of(unlawful)
    assert found.as_json() == {"vicidial_best": None, "vicidial_best_adaptive": None}
    assert "none of those played abandoned 3 % or less" in "\n".join(sentences_of(unlawful))


def test_without_vicidial_in_the_run_nothing_is_compared() -> None:
    elsewhere = replace(FIELD[1], policy="vicidial-ratio @ list-switch")
    assert list(comparisons_of([FIELD[0], FIELD[4], elsewhere])) == []
    assert list(comparisons_of([FIELD[0], replace(FIELD[1], agents=25)])) == []


def test_the_bound_grows_with_the_team() -> None:
    bounds = bounds_of([5, 25, 100])
    assert bounds[5] < bounds[25] < bounds[100] < 1


def test_an_aim_is_reached_only_with_both_its_figures() -> None:
    def verdict(utilisation: float, abandoned: int) -> bool:
        row = row_of(group("predictive"), [run(utilisation=utilisation, abandoned=abandoned)])
        (found,) = verdicts_of([row])
        return found.is_reached

    assert verdict(0.78, 3)
    assert not verdict(0.76, 3)
    assert not verdict(0.78, 4)


def test_a_gain_is_judged_team_by_team() -> None:
    usual = row_of(group(), [run(utilisation=0.6, abandoned=0)])
    better = replace(usual, policy="predictive @ cells-only", utilisation=0.67)
    worse = replace(usual, policy="progressive @ cells-only")
    assert [one.is_reached for one in verdicts_of([better, worse])] == [True, True]
    assert "7.0 points" in {one.measured for one in verdicts_of([better, worse])}


# --- runs -------------------------------------------------------------------------------------


def test_rows_are_the_same_however_many_workers_there_are() -> None:
    chosen = [group("progressive"), group("power:1.5")]
    parts: list[float] = []
    found: list[list[Row]] = [
        measure(chosen, workers=workers, show=parts.append) for workers in (1, 3)
    ]
    assert found[0] == found[1]
    assert parts[-1] == pytest.approx(1.0)


def test_decisions_are_timed() -> None:
    times = decision_times("power", 5, 2.0)
    assert times.count > 50
    assert 0 < times.p50_ms <= times.p99_ms


# --- the command ------------------------------------------------------------------------------


def test_a_small_case_is_measured_printed_and_drawn(capsys: Captured, tmp_path: Path) -> None:
    picture = tmp_path / "pacing.png"
    words = ["bench", "pacing", "--quick", "--policy", "power", "--agents", "5"]
    assert main([*words, "--json", "--plot", str(picture)]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert list(row) == KEYS.split()
    assert row["seeds"] == 2
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_row_may_have_more_seeds_than_the_plan_says(capsys: Captured) -> None:
    words = ["bench", "pacing", "--quick", "--policy", "progressive", "--agents", "5"]
    assert main([*words, "--scenario", "cells-only", "--seeds", "3", "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["seeds"] == 3


def test_people_get_a_table_of_policies_and_team_sizes(capsys: Captured) -> None:
    console = Console(width=120)
    for table in tables_of([made("power", 0.6, 0.02), made("predictive", 0.6, 0.01)]):
        console.print(table)
    said = capsys.readouterr().out
    assert "stationary: the reference model" in said and "N = 5" in said
    assert "70.0 · 2.0 (1.0) · 40" in said and "closed-form bound" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "predictve"], "no policy 'predictve'"),
        (["--policy", "vicidal-*"], "no policy fits 'vicidal-*'"),
        (["--scenario", "nowhere"], "--scenario must be one of stationary, list-switch"),
        (["--agents", "0"], "--agents must be between 1 and 1000"),
        (["--workers", "0"], "--workers must be between 1 and 256"),
        (["--seed", "-1"], "--seed must be between 0"),
        (["--seeds", "0"], "--seeds must be between 1 and 1000, not 0"),
        (["--plot", "pacing.svg"], "call it pacing.png"),
        (["--plot", "/nowhere/pacing.png"], "/nowhere must be a directory"),
    ],
)
def test_a_wrong_request_is_refused_before_any_work(
    words: list[str], said: str, capsys: Captured
) -> None:
    assert main(["bench", "pacing", *words]) == 2
    assert said in capsys.readouterr().err
