"""The private Asterisk and its tools run from their tree, as whoever we are."""

import os
import subprocess
from pathlib import Path

import pytest

from dialer.config import load_settings
from dialer.parts import asterisk


@pytest.fixture
def program(tmp_path: Path) -> asterisk.AsteriskProgram:
    found = asterisk.find(load_settings(os.environ, home=tmp_path))
    if found is None:
        pytest.skip("no Asterisk here: run through ./callbank test")
    return found


def test_it_is_new_enough_and_has_modules_and_sounds(program: asterisk.AsteriskProgram) -> None:
    assert program.version_numbers >= (20,)
    assert (program.modules_dir / "chan_pjsip.so").exists()
    if program.tree is not None:
        assert any(program.sounds_dir.glob("beep.*"))


def test_speech_becomes_a_file_that_asterisk_plays(
    program: asterisk.AsteriskProgram, tmp_path: Path
) -> None:
    spoken, ready = tmp_path / "spoken.wav", tmp_path / "ready.wav"
    if not (program.has_tool("espeak-ng") and program.has_tool("sox")):
        pytest.skip("espeak-ng and sox are not installed")
    subprocess.run(
        [*program.tool("espeak-ng"), "-v", "en-us", "-w", str(spoken), "hello"], check=True
    )
    subprocess.run(
        [*program.tool("sox"), str(spoken), "-r", "8000", "-c", "1", str(ready)], check=True
    )
    assert ready.stat().st_size > 2000
