"""`callbank pacing advise`: what a team can reach, and what is no team."""

import json

import pytest

from dialer.cli.main import main

Captured = pytest.CaptureFixture[str]
TEAM = ["--agents", "8", "--answer-rate", "0.2", "--talk", "120"]


def advised(captured: Captured, *words: str) -> dict[str, object]:
    assert main(["pacing", "advise", "--json", *words]) == 0
    found: dict[str, object] = json.loads(captured.readouterr().out)
    return found


def test_eight_volunteers_are_told_to_dial_ahead(capsys: Captured) -> None:
    found = advised(capsys, *TEAM)
    assert found["method"] == "predictive"
    assert "8 volunteers" in str(found["why"])
    assert isinstance(found["reach"], list)
    reach = [one["utilisation"] for one in found["reach"]]
    assert reach == sorted(reach)


def test_a_stricter_target_reaches_less(capsys: Captured) -> None:
    loose, strict = (advised(capsys, *TEAM, "--target", share) for share in ("3", "0.5"))
    assert isinstance(loose["reach"], list) and isinstance(strict["reach"], list)
    assert strict["reach"][1]["utilisation"] < loose["reach"][1]["utilisation"]
    assert (loose["target"], strict["target"]) == (0.03, 0.005)


def test_people_get_a_table_and_the_reason(capsys: Captured) -> None:
    assert main(["pacing", "advise", *TEAM]) == 0
    said = capsys.readouterr().out
    assert "nobody can do better" in said and "Use predictive." in said


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--agents", "0", "--agents must be between 1 and 10000"),
        ("--answer-rate", "20", "for 20 % write 0.2"),
        ("--answer-rate", "0", "--answer-rate is a share between"),
        ("--answer-rate", "nan", "--answer-rate is a share between"),
        ("--talk", "0", "--talk must be 1 to 86400 seconds"),
        ("--talk", "inf", "--talk must be 1 to 86400 seconds"),
        ("--wrap-up", "-1", "--wrap-up must be 0 to 86400 seconds"),
        ("--target", "5", "--target is in percent, above 0 and at most 3"),
        ("--target", "0", "--target is in percent, above 0 and at most 3"),
    ],
)
def test_what_is_no_team_is_one_sentence(
    option: str, value: str, said: str, capsys: Captured
) -> None:
    assert main(["pacing", "advise", *TEAM, option, value]) == 2
    printed = capsys.readouterr()
    assert said in printed.err and printed.out == "" and printed.err.count("\n") == 1
