"""The front door's script: what it does before there is a Python environment."""

import os
import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
TOOLS = ("sh", "dirname", "readlink", "mkdir", "id", "date", "sleep", "tail", "head", "cut",
         "sha256sum", "cat", "flock", "rm", "mv", "env")  # fmt: skip


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with the system's small tools and no Python."""
    place = tmp_path / "bin"
    place.mkdir()
    for name in TOOLS:
        found = next(p / name for p in map(Path, ("/usr/bin", "/bin")) if (p / name).exists())
        (place / name).symlink_to(found)
    return place


def door(
    path: Path, home: Path, *words: str, script: Path = CHECKOUT / "callbank"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["/bin/sh", str(script), *words],
        cwd="/",
        text=True,
        check=False,
        env={"PATH": str(path), "CALLBANK_HOME": str(home)},
        capture_output=True,
    )


def pretend(path: Path, name: str, script: str) -> None:
    (path / name).write_text(f"#!/bin/sh\n{script}\n")
    (path / name).chmod(0o755)


def test_without_python_and_apt_it_says_what_is_needed(bare: Path, tmp_path: Path) -> None:
    result = door(bare, tmp_path / "home", "doctor")
    assert result.returncode == 1
    assert "Python 3.11 or later, with its venv module, is needed" in result.stderr


def test_an_ordinary_user_is_told_the_command_to_run(bare: Path, tmp_path: Path) -> None:
    (bare / "id").unlink()
    pretend(bare, "id", "echo 1000")
    pretend(bare, "apt-get", "exit 99")
    result = door(bare, tmp_path / "home", "doctor")
    assert result.returncode == 1
    assert "Run: sudo apt-get install --no-install-recommends python3 python3-venv" in result.stderr


def test_a_failing_package_manager_is_shown_with_its_last_words(bare: Path, tmp_path: Path) -> None:
    (bare / "id").unlink()
    pretend(bare, "id", "echo 0")
    pretend(bare, "apt-get", "echo no network; exit 100")
    result = door(bare, tmp_path / "home", "doctor")
    assert result.returncode == 1
    assert "no network" in result.stderr
    assert "apt-get update failed" in result.stderr


def test_help_is_said_without_python_and_makes_nothing(bare: Path, tmp_path: Path) -> None:
    result = door(bare, tmp_path / "home", "--help")
    assert result.returncode == 0
    assert "usage: ./callbank" in result.stdout
    assert not (tmp_path / "home").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_directory_that_cannot_be_written_is_named(bare: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    result = door(bare, home, "doctor")
    assert result.returncode == 1
    assert f"{home} cannot be written: set CALLBANK_HOME" in result.stderr


FINISHED = 'echo "$PYTHONPATH $CALLBANK_HOME $*"'


def finished_home(home: Path) -> Path:
    """A data directory whose environment is complete; its Python only says how it was called."""
    (home / "venv" / "bin").mkdir(parents=True)
    pretend(home / "venv" / "bin", "python", FINISHED)
    lock = (CHECKOUT / "requirements.lock").read_bytes()
    stamp = subprocess.run(["sha256sum"], input=lock, capture_output=True, check=True).stdout
    (home / "venv" / ".callbank").write_bytes(stamp.split()[0] + b"\n")
    return home


def test_a_finished_environment_is_used_through_a_link_from_elsewhere(
    bare: Path, tmp_path: Path
) -> None:
    home = finished_home(tmp_path / "home")
    link = tmp_path / "link"
    link.symlink_to(CHECKOUT / "callbank")
    result = door(bare, home, "import", "a file.csv", script=link)
    assert result.stdout == f"{CHECKOUT} {home} -P -m dialer import a file.csv\n"


@pytest.mark.parametrize("damage", [".callbank", "bin/python"])
def test_a_half_made_environment_is_made_again(bare: Path, tmp_path: Path, damage: str) -> None:
    home = finished_home(tmp_path / "home")
    (home / "venv" / damage).unlink()
    result = door(bare, home, "doctor")
    assert result.returncode == 1
    assert "is needed" in result.stderr
