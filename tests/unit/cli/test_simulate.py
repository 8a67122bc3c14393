"""`callbank simulate` as it is typed: its figures, its list, and what it refuses."""

import json
from pathlib import Path

import pytest

from dialer.cli.main import main

KEYS = "policy agents hours seed utilisation talk_share abandon_rate answered abandoned"
KEYS += " wait_s_mean digest"

Captured = pytest.CaptureFixture[str]


def simulated(captured: Captured, *words: str) -> dict[str, object]:
    """What a short run prints as JSON."""
    assert main(["simulate", "--json", *words]) == 0
    printed = captured.readouterr()
    assert printed.err == ""
    found: dict[str, object] = json.loads(printed.out)
    return found


def refused(captured: Captured, *words: str) -> str:
    assert main(["simulate", *words]) == 2
    printed = captured.readouterr()
    assert printed.out == ""
    (sentence,) = printed.err.splitlines()
    assert sentence.startswith("callbank: ")
    return sentence


def test_a_run_has_exactly_the_published_keys(capsys: Captured) -> None:
    found = simulated(capsys, "--policy", "progressive", "--agents", "3", "--hours", "1")
    assert list(found) == KEYS.split()
    assert (found["policy"], found["agents"], found["hours"], found["seed"]) == (
        "progressive", 3, 1.0, 1,
    )  # fmt: skip
    assert isinstance(found["utilisation"], float) and 0.3 < found["utilisation"] < 0.9
    assert found["abandon_rate"] == 0.0


def test_the_seed_decides_and_nothing_else(capsys: Captured) -> None:
    words = ["--policy", "power:2", "--agents", "4", "--hours", "0.6"]
    first = simulated(capsys, *words, "--seed", "7")
    assert simulated(capsys, *words, "--seed", "7") == first
    assert simulated(capsys, *words, "--seed", "8")["digest"] != first["digest"]


def test_team_and_hours_come_from_the_scenario_where_none_are_given(
    capsys: Captured, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("agents = 2\nhours = 0.5\nburn_in_min = 0\n[carrier]\nanswer_rate = 0.4\n")
    found = simulated(capsys, "--scenario", str(mine), "--policy", "progressive")
    assert (found["agents"], found["hours"]) == (2, 0.5)


def test_a_swarm_seed_draws_everything_and_can_be_played_again(capsys: Captured) -> None:
    first = simulated(capsys, "--scenario", "swarm", "--seed", "2", "--hours", "0.1")
    again = simulated(capsys, "--scenario", "swarm", "--seed", "2", "--hours", "0.1")
    assert first == again
    other = simulated(capsys, "--scenario", "swarm", "--seed", "3", "--hours", "0.1")
    assert other["digest"] != first["digest"]


def test_people_get_a_table_and_a_sentence(capsys: Captured) -> None:
    assert main(["simulate", "--policy", "progressive", "--agents", "1", "--hours", "1"]) == 0
    said = capsys.readouterr().out
    assert "utilisation" in said and "keeps 1 volunteer talking" in said


def test_the_list_names_scenarios_and_policies(capsys: Captured) -> None:
    assert main(["simulate", "--list"]) == 0
    said = capsys.readouterr().out
    assert "list-switch" in said and "vicidial-hard-limit" in said
    assert main(["simulate", "--list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out).keys() == {"scenarios", "policies"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "predictve"], "no policy 'predictve'"),
        (["--policy", "progressive:2"], "has no knob"),
        (["--scenario", "stationery"], "did you mean stationary?"),
        (["--scenario", "away/x.toml"], "away/x.toml cannot be read"),
        (["--scenario", "/"], "/ cannot be read"),
        (["--agents", "0"], "--agents must be 1 to 1000"),
        (["--agents", "-3"], "--agents must be 1 to 1000"),
        (["--hours", "nan"], "--hours must be above 0"),
        (["--hours", "0.25"], "burn_in_min is 30"),
        (["--seed", "-1"], "--seed must be between 0"),
    ],
)
def test_what_cannot_be_played_is_one_sentence(
    words: list[str], said: str, capsys: Captured
) -> None:
    known = [] if "--policy" in words else ["--policy", "progressive"]
    assert said in refused(capsys, *words, *known)


def test_a_wrong_file_is_told_with_its_name_and_key(capsys: Captured, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text("[carrier]\nansewr_rate = 0.2\n")
    said = refused(capsys, "--scenario", str(mine), "--policy", "progressive")
    assert str(mine) in said and "[carrier] ansewr_rate" in said


@pytest.mark.parametrize("word", ["two", "1.5"])
def test_a_number_that_is_none_is_a_wrong_request(word: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["simulate", "--agents", word])
    assert ended.value.code == 2
