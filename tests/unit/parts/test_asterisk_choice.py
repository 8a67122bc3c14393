"""Which Asterisk is taken: installed, private, or none."""

from pathlib import Path

import pytest

from dialer.config import load_settings
from dialer.errors import CallbankError
from dialer.parts import asterisk


def install(place: Path, version: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    program = place / "asterisk"
    program.write_text(f"#!/bin/sh\necho 'Asterisk {version}'\n")
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(
    ("said", "version"),
    [
        ("22.10.1+dfsg+~cs6.17.60671434-1", "22.10.1"),
        ("20.6.0~dfsg+~cs6.13.40431414-2build5", "20.6.0"),
        ("certified/20.7-cert1", "20.7"),
        ("certified-20.7-cert8", "20.7"),
    ],
)
def test_an_installed_asterisk_is_taken_with_its_version(
    tmp_path: Path, said: str, version: str
) -> None:
    install(tmp_path, said)
    found = asterisk.find_installed(None, path=str(tmp_path))
    assert found is not None
    assert found.version == version
    assert found.server(Path("/x.conf")) == [
        str(tmp_path / "asterisk"),
        "-C",
        "/x.conf",
        "-f",
        "-n",
    ]


@pytest.mark.parametrize("said", ["18.24.1", "", "GIT-master-abc"])
def test_an_installed_asterisk_that_is_too_old_or_odd_is_passed_over(
    tmp_path: Path, said: str
) -> None:
    install(tmp_path, said)
    assert asterisk.find_installed(None, path=str(tmp_path)) is None


def test_a_named_program_that_does_not_fit_is_an_error(tmp_path: Path) -> None:
    program = install(tmp_path, "18.0.0")
    with pytest.raises(CallbankError, match=r"not an Asterisk 20 or later \(it says 18.0.0\)"):
        asterisk.find_installed(program, path="")
    with pytest.raises(CallbankError, match="says nothing"):
        asterisk.find_installed(tmp_path / "missing", path="")


def test_an_installed_one_that_is_asked_for_and_missing_is_an_error(tmp_path: Path) -> None:
    settings = load_settings({"CALLBANK_ASTERISK_MODE": "installed"}, home=tmp_path)
    with pytest.raises(CallbankError, match="no Asterisk 20 or later is installed"):
        asterisk.find_or_make(settings, announce=print, environ={"PATH": str(tmp_path)})


def test_an_unfinished_tree_is_not_taken(tmp_path: Path) -> None:
    (tmp_path / "tree" / "usr").mkdir(parents=True)
    assert asterisk.open_tree(tmp_path / "tree") is None


def test_version_numbers_compare_as_numbers() -> None:
    program = asterisk.AsteriskProgram(
        version="22.10.1", program=Path("a"), modules_dir=Path("m"), data_dir=Path("d"), tree=None
    )
    assert program.version_numbers == (22, 10, 1) > (22, 9, 5)
