"""Mistakes of an operator: one clear sentence, the right exit code, and nothing half-done."""

import subprocess
import sys
from pathlib import Path

import pytest

from dialer.config import FILE_NAME
from dialer.demo.stage import Stage
from dialer.parts import leftovers, processes
from tests.asterisk.e2e.venue import Venue, still_running

CHECKOUT = Path(__file__).resolve().parents[3]


def callbank(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a data directory, as an operator would."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "dialer", *words],
        env={**Stage.environment(home), "PYTHONPATH": str(CHECKOUT)},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def sentence_of(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what is wrong (lines of progress before it do not count)."""
    assert "Traceback" not in done.stderr, done.stderr
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("callbank")
    return said


async def test_a_second_serve_on_the_same_data_directory_is_refused(venue: Venue) -> None:
    running = venue.stage.pids()
    done = callbank(venue.home, "serve")
    assert done.returncode == 1
    assert "another `callbank serve`" in sentence_of(done)
    assert venue.stage.pids() == running
    assert await venue.stage.is_ready()


@pytest.mark.parametrize("part", ["web", "agi", "sip", "ami", "http"])
async def test_a_port_in_use_is_named_and_nothing_is_left_running(
    venue: Venue, tmp_path: Path, part: str
) -> None:
    ports = dict(
        zip(("web", "agi", "sip", "ami", "http"), processes.free_ports(5), strict=True)
    )
    taken = getattr(venue.stage.settings, part).port
    tree = venue.stage.settings.asterisk.tree
    tmp_path.chmod(0o755)
    (tmp_path / FILE_NAME).write_text(
        f'[asterisk]\ntree = "{tree}"\n'
        + "".join(f"[{name}]\nport = {port}\n" for name, port in {**ports, part: taken}.items())
    )
    done = callbank(tmp_path, "serve")
    assert done.returncode == 1
    assert f"port {taken}" in sentence_of(done)
    assert f"[{part}] port" in sentence_of(done)
    assert not still_running(tmp_path)
    assert not leftovers.of(None, tmp_path)
    assert await venue.stage.is_ready()


@pytest.mark.parametrize(
    "name", ["Eve\r\nAction: Originate", "Eve\nAdam", 'The "Best" Campaign', "Eve\x1b[2J"]
)
async def test_a_caller_name_that_asterisk_must_not_see_is_refused(
    venue: Venue, name: str
) -> None:
    before = venue.rows("SELECT count(*) FROM campaigns")
    done = callbank(venue.home, "campaign", "create", "Mistake", "--caller-name", name)
    assert done.returncode == 2
    assert "--caller-name" in sentence_of(done)
    assert venue.rows("SELECT count(*) FROM campaigns") == before


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "status", "Nobody's"),
        ("campaign", "start", "Nobody's"),
        ("import", "list.csv", "--campaign", "Nobody's", "--yes"),
        ("export", "--campaign", "Nobody's"),
    ],
    ids=lambda words: " ".join(words[:2]),
)
async def test_an_unknown_campaign_is_named_with_those_there_are(
    venue: Venue, words: tuple[str, ...]
) -> None:
    (venue.home / "list.csv").write_text("name,phone\nEve,9195550142\n")
    done = callbank(venue.home, *words)
    assert done.returncode == 2
    assert "Nobody's" in sentence_of(done)
