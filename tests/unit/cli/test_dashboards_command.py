"""`callbank dashboards`: what it writes and draws, and how it refuses what it cannot do."""

import json
from pathlib import Path

import pytest

from dialer.cli.main import main
from dialer.dashboards import files
from tests.unit.dashboards.a_prometheus import Answers, serving

Captured = pytest.CaptureFixture[str]
EVERYTHING = {"campaign": "A", "window": "day", "trunk": "t", "le": "1.0", "reason": "hours"}


def preview(output: Path, *words: str) -> int:
    return main(["dashboards", "preview", "--output", str(output), *words])


def test_generate_writes_what_differs_and_check_tells(tmp_path: Path, capsys: Captured) -> None:
    here = ["--folder", str(tmp_path)]
    assert main(["dashboards", "generate", "--check", *here]) == 1
    assert capsys.readouterr().out.count("differs from the code") == len(files.NAMES)
    assert main(["dashboards", "generate", *here]) == 0
    assert main(["dashboards", "generate", "--check", "--json", *here]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"dashboards": list(files.NAMES), "changed": []}


def test_the_dashboards_that_are_named_are_drawn(tmp_path: Path, capsys: Captured) -> None:
    with serving(Answers([(EVERYTHING, 1.0)])) as url:
        words = ["floor", "compliance", "floor", "--prometheus", url, "--from", "now-5m", "--json"]
        assert preview(tmp_path / "new", *words) == 0
    told = json.loads(capsys.readouterr().out)
    assert [one["dashboard"] for one in told] == ["floor", "compliance"]
    assert not any(one["empty"] for one in told)
    for one in told:
        assert Path(one["file"]).read_bytes().startswith(b"\x89PNG")


def test_one_dashboard_goes_into_one_file_with_its_variables(tmp_path: Path) -> None:
    answers = Answers([(EVERYTHING, 1.0)])
    with serving(answers) as url:
        words = ["wallboard", "--prometheus", url, "--set", "goal=77", "--set", "campaign=A"]
        assert preview(tmp_path / "wall.png", *words) == 0
    assert (tmp_path / "wall.png").exists()
    asked = [parameters.get("query", "") for _, parameters in answers.asked]
    assert any(query.endswith("/ 77") for query in asked)
    assert any('campaign=~"A"' in query for query in asked)


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["nobody"], 2, 'there is no dashboard "nobody"'),
        (["--prometheus", "http://127.0.0.1:9"], 1, "no Prometheus answers at"),
        (["--prometheus", "here"], 2, "--prometheus must be an address"),
        (["--from", "yesterday"], 2, "--from must be now"),
        (["--set", "nobody=1"], 2, "--set nobody=1: give NAME=VALUE"),
        (["--set", "goal"], 2, "--set goal: give NAME=VALUE"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, capsys: Captured, words: list[str], code: int, sentence: str
) -> None:
    assert preview(tmp_path, *words) == code
    assert sentence in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_prometheus_that_knows_nothing_of_us_is_said(tmp_path: Path, capsys: Captured) -> None:
    with serving(Answers([])) as url:
        assert preview(tmp_path / "new", "--prometheus", url) == 1
    assert "has no figures of Callbank" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_place_that_cannot_take_the_pictures_is_refused(
    tmp_path: Path, capsys: Captured
) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file")
    for output, words, sentence in (
        (tmp_path / "a.png", [], "is one picture, for one dashboard"),
        (taken, [], "is a file"),
        (taken / "a.png", ["floor"], "cannot be written"),
    ):
        assert preview(output, *words) == 2
        assert sentence in capsys.readouterr().err
    assert main(["dashboards", "generate", "--folder", str(taken)]) == 2
    assert taken.read_text() == "a file"
