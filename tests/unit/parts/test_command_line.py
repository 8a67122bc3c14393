"""The table of commands, and how their ends become exit codes and sentences."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from dialer.cli import main as command_line
from dialer.cli import test as test_command
from dialer.cli.test import ON_REQUEST, Way
from dialer.errors import CallbankError

CHECKOUT = Path(__file__).resolve().parents[3]


def callbank(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-P", "-m", "dialer", *words],
        cwd="/",
        text=True,
        capture_output=True,
        check=False,
        env={"PYTHONPATH": str(CHECKOUT), "CALLBANK_HOME": "/nonexistent"},
    )


def test_help_names_every_command_that_exists() -> None:
    first_words = {line.split()[0] for line in callbank("--help").stdout.splitlines() if line}
    for subcommand in command_line.available():
        assert subcommand.name in first_words
    assert "doctor" in first_words


def test_help_needs_no_installed_package() -> None:
    result = subprocess.run(
        [sys.executable, "-S", "-P", "-m", "dialer", "--help"],
        cwd="/",
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        check=False,
    )
    assert result.returncode == 0


@pytest.mark.parametrize("words", [[], ["nonsense"], ["test", "--nonsense"]])
def test_a_wrong_command_line_ends_with_2(words: list[str]) -> None:
    result = callbank(*words)
    assert result.returncode == 2
    assert "usage:" in result.stderr


def test_an_error_is_one_sentence_on_stderr_and_its_exit_code() -> None:
    result = callbank("test", "tests/no/such")
    assert result.returncode == 1
    assert result.stderr.startswith("callbank: there are no tests at tests/no/such")
    assert "Traceback" not in result.stderr


def test_paths_are_split_by_the_way_their_tests_are_run() -> None:
    one = "tests/unit/parts/test_config.py::x"
    paths = test_command.split(["tests/unit", one, "tests/asterisk/e2e", "tests/contract"])
    assert paths == {
        Way.PURE: ["tests/unit", one],
        Way.COMPUTES: ["tests/contract"],
        Way.WAITS: ["tests/asterisk/e2e"],
    }


@pytest.mark.parametrize("path", ["tests/asterisk/nothing.py", "dialer", "/tmp"])
def test_a_path_without_tests_is_refused(path: str) -> None:
    with pytest.raises(CallbankError, match=f"no tests at {path}: "):
        test_command.split([path])


@pytest.mark.parametrize("paths", [[], ["tests"], ["tests/"]])
def test_without_a_path_every_directory_has_its_way(paths: list[str]) -> None:
    found = [path for its in test_command.split(paths).values() for path in its]
    assert sorted(found) == [f"tests/{name}" for name in test_command.directories()]
    assert "tests/unit" in found


def test_plain_pytest_leaves_out_what_runs_on_request_only() -> None:
    settings = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    options = settings["tool"]["pytest"]["ini_options"]
    left_out = " and ".join(f"not {mark}" for mark in ON_REQUEST)
    assert f"-m '{left_out}'" in options["addopts"]
    assert {*ON_REQUEST, "alone"} == {line.split(":")[0] for line in options["markers"]}


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([0, 0], 0),
        ([0, 5], 0),
        ([5, 5], 5),
        ([1, 0], 1),
        ([0, 2], 2),
        ([], 5),
    ],
)
def test_a_run_without_tests_counts_only_when_none_had_any(codes: list[int], code: int) -> None:
    assert test_command.verdict(codes) == code


SHAKY = """
from pathlib import Path

def test_that_starves():
    begun = Path(__file__).with_name("begun")
    is_first = not begun.exists()
    begun.touch()
    assert not is_first

def test_that_is_broken():
    assert {broken} == 1
"""


@pytest.mark.parametrize("way", [Way.COMPUTES, Way.WAITS])
@pytest.mark.parametrize(("broken", "code"), [(1, 0), (2, 1)])
def test_a_failure_in_real_time_counts_when_it_comes_again_alone(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    way: Way,
    broken: int,
    code: int,
) -> None:
    assert run_in(tmp_path, monkeypatch, Path("test_shaky.py"), way, broken) == code
    assert "test_shaky.py::test_that_starves" in capfd.readouterr().err


def test_a_failure_of_what_only_computes_is_never_looked_at_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    path = Path("tests") / "unit" / "test_shaky.py"
    assert run_in(tmp_path, monkeypatch, path, Way.PURE, broken=1) == 1
    assert "once more" not in capfd.readouterr().err


def run_in(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, path: Path, way: Way, broken: int
) -> int:
    """The exit code of `test` in a checkout with that file of shaky tests alone."""
    monkeypatch.setattr(test_command, "CHECKOUT", checkout)
    settings = "[pytest]\nasyncio_default_fixture_loop_scope = function\nmarkers =\n"
    marks = ("alone", "soak", "stack")
    (checkout / "pytest.ini").write_text(settings + "".join(f"  {mark}\n" for mark in marks))
    (checkout / path).parent.mkdir(parents=True, exist_ok=True)
    (checkout / path).write_text(SHAKY.replace("{broken}", str(broken)))
    words = ["test", "-k", "that"]
    args = command_line.build_parser(words).parse_args(words)
    environment = {**os.environ, "TMPDIR": str(checkout)}
    paths: dict[Way, list[str]] = {one: [] for one in Way} | {way: [str(path)]}
    return test_command.verdict(test_command.all_passes(args, paths, environment))
