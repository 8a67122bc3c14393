"""asterisk-config/run-rendered, what the Asterisk container runs: what it refuses, and its health.

The Asterisk here is a script that says what it was called with; the real one is in tests/stack.
"""

import os
import subprocess
from pathlib import Path

import pytest

RUN_RENDERED = Path(__file__).resolve().parents[3] / "asterisk-config" / "run-rendered"
MODULES = ("app_amd.so", "chan_pjsip.so", "codec_opus_open_source.so")
SAYS = 'case "$*" in *waitfullybooted*) echo "$BOOTED";; *) echo "ran: $*";; esac'


@pytest.fixture
def pbx(tmp_path: Path) -> Path:
    """Rendered files, the modules that they load, and an Asterisk."""
    pbx, modules, programs = tmp_path / "pbx", tmp_path / "modules", tmp_path / "bin"
    for folder in (pbx / "etc", modules, programs):
        folder.mkdir(parents=True)
    for name in MODULES[:2]:
        (modules / name).touch()
    (pbx / "etc" / "asterisk.conf").write_text(f"[directories]\nastmoddir => {modules}\n")
    (pbx / "etc" / "modules.conf").write_text("".join(f"load = {name}\n" for name in MODULES))
    (pbx / "etc" / "rendered").touch()
    (programs / "asterisk").write_text(f"#!/bin/sh\n{SAYS}\n")
    (programs / "asterisk").chmod(0o755)
    return pbx


def run(pbx: Path, *words: str, booted: str = "") -> "subprocess.CompletedProcess[str]":
    path = os.pathsep.join([str(pbx.parent / "bin"), os.environ["PATH"]])
    return subprocess.run(
        [str(RUN_RENDERED), *words], capture_output=True, text=True, check=False, timeout=60,
        env={"CALLBANK_PBX": str(pbx), "PATH": path, "BOOTED": booted},
    )  # fmt: skip


def test_an_asterisk_with_all_modules_runs_from_the_rendered_files(pbx: Path) -> None:
    ended = run(pbx)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == f"ran: -C {pbx}/etc/asterisk.conf -f -n"


def test_an_asterisk_without_a_needed_module_is_refused_in_one_sentence(pbx: Path) -> None:
    (pbx.parent / "modules" / "app_amd.so").unlink()
    ended = run(pbx)
    assert ended.returncode == 1 and not ended.stdout
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith("callbank: this Asterisk has no app_amd.so in")
    assert "asterisk-config/Dockerfile" in sentence


@pytest.mark.parametrize(
    ("says", "code"), [("Asterisk has fully booted.", 0), ("", 1), ("not yet", 1)]
)
def test_it_is_healthy_once_asterisk_has_booted(pbx: Path, says: str, code: int) -> None:
    assert run(pbx, "--is-booted", booted=says).returncode == code
