"""`callbank replay`: what it prints, and the one sentence for a file that it cannot replay."""

import json
from pathlib import Path

import pytest

from dialer.cli.main import main
from tests.unit.runtime.test_replay import an_evening


@pytest.fixture
def evening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data directory with one transcript."""
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    night = an_evening(tmp_path / "transcripts", seconds=20)
    night.recorder.finish()
    (path,) = (tmp_path / "transcripts").iterdir()
    return path


def test_an_evening_is_replayed(evening: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", str(evening)]) == 0
    said = capsys.readouterr().out
    assert "from 2026-11-18 23:00:00.000 UTC (Turnout)" in said
    assert "would have decided otherwise in 0 of" in said
    assert "other wishes are the same" in said


def test_the_report_as_json(evening: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["replay", evening.name, "--policy", "ratio", "--first", "2", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["policy"] == "ratio" and report["wishes"]["Originate"]["missing"] == 0
    assert len(report["differences"]) <= 2 and set(report["decisions"]) == {"same", "different"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nothing.jsonl.gz"], "there is no transcript nothing.jsonl.gz. The newest is "),
        (["."], "is a directory"),
        ([__file__], "is no transcript (line 1 is no header)"),
        (["EVENING", "--policy", "psychic"], 'there is no dial method "psychic" to replay with'),
        (["EVENING", "--first", "-1"], "--first must not be below 0"),
    ],
)
def test_what_cannot_be_replayed_ends_with_two_and_one_sentence(
    evening: Path, capsys: pytest.CaptureFixture[str], words: list[str], sentence: str
) -> None:
    given = [str(evening) if word == "EVENING" else word for word in words]
    assert main(["replay", *given]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


def test_a_file_that_was_cut_off_is_replayed_only_when_asked_to(
    evening: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    evening.write_bytes(evening.read_bytes()[:-200])
    assert main(["replay", str(evening)]) == 2
    assert "is cut off after line" in capsys.readouterr().err
    assert main(["replay", str(evening), "--partial"]) == 0
    assert "Turnout" in capsys.readouterr().out
