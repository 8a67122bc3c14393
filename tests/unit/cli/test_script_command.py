"""`callbank script check` and `preview`: what they print and how they end."""

import json
from pathlib import Path

import pytest

from dialer.cli.main import main

SHIPPED = Path(__file__).parents[3] / "dialer" / "demo" / "script.yaml"


def test_a_sound_script_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "check", str(SHIPPED)]) == 0
    assert capsys.readouterr().out == "Get out the vote: 9 blocks, 0 errors, 0 warnings.\n"


def test_faults_are_counted_and_end_with_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(SHIPPED.read_text(encoding="utf-8").replace("next: later,", "next: never,"))
    assert main(["script", "check", str(file), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["errors"], told["warnings"]) == (2, 0)
    assert [fault["what"] for fault in told["faults"]] == [
        "it leads to never, which is no block",
        "nothing leads here: link it or take it out",
    ]


def test_a_script_that_cannot_be_read_ends_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("name: X\n")
    assert main(["script", "check", str(file)]) == 2
    assert "there are no blocks: write `blocks:` and name each." in capsys.readouterr().err
    assert main(["script", "check", str(tmp_path / "none.yaml")]) == 2
    assert "cannot be read (No such file or directory)" in capsys.readouterr().err


def test_a_preview_fills_in_a_made_up_person(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["script", "preview", str(SHIPPED), "--json", "--person", "first_name="]
    assert main(words) == 0
    hello, support = json.loads(capsys.readouterr().out)[:2]
    assert hello["say"].startswith("Hi, is this there? My name is Ada,")
    assert hello["next"] == ["support", "later", "goodbye"]
    assert "Durham" in support["say"]


def test_a_field_that_does_not_exist_cannot_be_filled(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["script", "preview", str(SHIPPED), "--person", "age=7"]) == 2
    assert "--person age=7 fills no field: write FIELD=TEXT" in capsys.readouterr().err
