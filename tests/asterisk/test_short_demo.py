"""A short real demo by an operator who has settings of his own, and what it leaves behind."""

import csv
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialer.parts import leftovers
from tests.asterisk.harness import asterisk_program
from tests.integration.prometheus_here import prometheus_here

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_S = 240.0
MARK = "CALLBANK_SHORT_DEMO"


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A demo that has ended."""

    home: Path
    figures: dict[str, object]
    err: str
    mark: str


@pytest.fixture(scope="module")
def shown() -> Iterator[Shown]:
    """Run with an operator's own database and ports in the environment: none of it is touched."""
    program = asterisk_program()
    kept = {name: value for name, value in os.environ.items() if "CALLBANK" not in name}
    place = "TREE" if program.tree is not None else "PROGRAM"
    watched = {k: v for k, v in os.environ.items() if k == "CALLBANK_PROMETHEUS_TREE"}
    with tempfile.TemporaryDirectory(prefix="cb-demo-") as made:
        Path(made).chmod(0o755)
        mark = f"{MARK}={made}"
        environment = {
            **kept,
            **watched,
            MARK: made,
            "CALLBANK_HOME": f"{made}/home",
            "PYTHONPATH": str(CHECKOUT),
            f"CALLBANK_ASTERISK_{place}": str(program.tree or program.program),
            "CALLBANK_DATABASE_URL": "postgresql://operator:secret@127.0.0.1:9/his",
            "CALLBANK_WEB_PORT": "9",
        }
        words = ["demo", "--volunteers", "4", "--minutes", "0.6", "--json"]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "dialer", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        yield Shown(
            home=Path(made) / "home", figures=json.loads(done.stdout), err=done.stderr, mark=mark
        )


def test_it_kept_its_promises(shown: Shown) -> None:
    assert (shown.figures["double_dials"], shown.figures["open_attempts"]) == (0, 0)
    assert shown.figures["connected"]


def test_prometheus_gathered_its_figures_and_those_of_asterisk(shown: Shown) -> None:
    programs = prometheus_here()
    assert str(shown.figures["prometheus_url"]) in shown.err
    for series in ("callbank_people_connected_total", "asterisk_core_uptime_seconds"):
        dumped = subprocess.run(
            [programs.tool, "tsdb", "dump", f"--match={series}",
             str(shown.home / "demo" / "prometheus" / "data")],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        last = [line.split()[-2] for line in dumped.stdout.splitlines()]
        assert any(float(value) > 0 for value in last), series


def test_it_left_nothing_running(shown: Shown) -> None:
    assert not leftovers.of(shown.mark, shown.home)


def test_no_log_holds_a_number_or_a_name(shown: Shown) -> None:
    logs = sorted((shown.home / "demo").rglob("*.log"))
    assert {"daemon.log", "asterisk.log"} <= {path.name for path in logs}
    with (shown.home / "demo" / "voters.txt").open(encoding="iso-8859-1", newline="") as file:
        voters = list(csv.DictReader(file, delimiter="\t"))
    assert len(voters) > 100
    numbers = {re.sub(r"\D", "", row["full_phone_number"])[-10:] for row in voters} - {""}
    names = {f"{row['first_name']} {row['last_name']}".strip().casefold() for row in voters}
    for path in (path for path in logs if "carrier" not in path.parts and path.stem != "carrier"):
        text = path.read_text(encoding="utf-8", errors="replace")
        digits = set(re.findall(r"(?<!\d)1?(\d{10})(?!\d)", text))
        assert not digits & numbers, path
        assert not {name for name in names if len(name) > 4 and name in text.casefold()}, path


def test_files_with_secrets_are_their_owners_alone(shown: Shown) -> None:
    stage = shown.home / "demo"
    private = [stage / "secrets.json", *stage.glob("asterisk/*/etc/*.conf")]
    assert len(private) > 20
    for path in private:
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_our_login_into_asterisk_may_do_no_more_than_it_needs(shown: Shown) -> None:
    text = (shown.home / "demo" / "asterisk" / "pbx" / "etc" / "manager.conf").read_text()
    assert re.findall(r"^write = (.*)$", text, re.MULTILINE) == [
        "call,originate,agent,reporting,user"
    ]
    assert "bindaddr = 127.0.0.1" in text
