"""`callbank compliance check`: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from dialer.cli.main import main

GOOD = "- {id: A, kind: math, f: us, T_L: 970, D: 30, expect: 0.03, pass: true}\n"
WRONG = "- {id: B, kind: math, f: us, T_L: 970, D: 30, pass: false}\n"
PROSE = "- {id: C, kind: rule, given: a call at night, expect: defer}\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))


def check(tmp_path: Path, text: str, *options: str) -> int:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return main(["compliance", "check", str(file), *options])


def test_json_counts_the_cases_and_tells_of_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, GOOD + WRONG + PROSE, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["passed"], told["failed"], told["undecided"]) == (1, 1, 1)
    assert [(one["id"], one["pass"]) for one in told["cases"]] == [
        ("A", True), ("B", False), ("C", None),
    ]  # fmt: skip
    assert all({"id", "pass", "expected", "got", "reasons"} <= one.keys() for one in told["cases"])


def test_undecided_cases_do_not_fail_a_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, GOOD + PROSE) == 0
    assert "1 passed, 0 failed, 1 undecided." in capsys.readouterr().out


def test_a_file_that_cannot_be_read_ends_with_two_and_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check(tmp_path, "- {id: A, kind: sums}\n") == 2
    assert "case A: its kind must be one of" in capsys.readouterr().err
    assert main(["compliance", "check", str(tmp_path / "none.yaml")]) == 2
    assert "name a case file" in capsys.readouterr().err


def test_the_format_is_told_by_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["compliance", "check", "--help"])
    told = capsys.readouterr().out
    assert "registers_as_of" in told and "T_L: 970" in told and "greeting_end" in told
