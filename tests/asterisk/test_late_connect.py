"""The two-second clock on a real Asterisk: volunteers who are held back on purpose."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.asterisk.harness import asterisk_program

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_S = 480.0

pytestmark = pytest.mark.alone  # it aims at an instant to a hundredth of a second


def test_1_9_and_2_seconds_after_the_greeting_are_good_and_2_1_is_abandonment() -> None:
    """Only calls that hit their aim are judged; the verdict is the database's ledger's."""
    program = asterisk_program()
    kept = {name: value for name, value in os.environ.items() if "CALLBANK" not in name}
    place = "TREE" if program.tree is not None else "PROGRAM"
    with tempfile.TemporaryDirectory(prefix="cb-late-") as made:
        Path(made).chmod(0o755)
        environment = {
            **kept,
            "CALLBANK_HOME": f"{made}/home",
            "PYTHONPATH": str(CHECKOUT),
            f"CALLBANK_ASTERISK_{place}": str(program.tree or program.program),
        }
        done = subprocess.run(
            [sys.executable, "-P", "-m", "dialer", "demo", "--late-connect", "1.9,2.0,2.1",
             "--json"],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr
    calls = json.loads(done.stdout)
    assert [call["verdict"] for call in calls] == ["good", "good", "abandoned"]
    assert [call["standing"] for call in calls] == ["connected", "connected", "late"]
    early, limit, late = (call["measured_s"] for call in calls)
    assert 1.87 <= early <= 1.93
    assert 1.97 <= limit <= 2.0
    assert 2.07 <= late <= 2.13
