"""A short real demo by an operator who has settings of his own, and what it leaves behind."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialer.dashboards import files
from dialer.dashboards.answers import Asker, Span, answers_of, has_figures
from dialer.dashboards.picture import COLUMN_PX
from dialer.dashboards.prometheus import Prometheus
from dialer.dashboards.reading import Placed, read
from dialer.parts import leftovers, processes
from dialer.parts.prometheus_server import Orders, PrometheusServer
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
            [programs.tool.resolve(), "tsdb", "dump", f"--match={series}", "data"],
            # Since 2.49 it wants a folder `data` here for its own files.
            cwd=shown.home / "demo" / "prometheus",
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert dumped.returncode == 0, dumped.stderr
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


# --- what its Prometheus has gathered fills the dashboards ---------------------------------------


@pytest.fixture(scope="module")
def asker(shown: Shown, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    """A Prometheus with a copy of the demo's data, asked for the minute until the last talk."""
    home = tmp_path_factory.mktemp("watched")
    shutil.copytree(shown.home / "demo" / "prometheus" / "data", home / "prometheus" / "data")
    (port,) = processes.free_ports(1)
    server = PrometheusServer(prometheus_here(), home, f"127.0.0.1:{port}")
    server.start(Orders(callbank="127.0.0.1:9"))
    try:
        prometheus, now = Prometheus(server.url), time.time()
        (talking,) = prometheus.course(
            "sum(callbank_people_talking) > 0", began_at=now - LONGEST_S, ended_at=now, step_s=1
        )
        ended_at = talking.points[-1][0]
        yield Asker(
            prometheus=prometheus,
            span=Span(began_at=ended_at - 60, ended_at=ended_at),
            scrape_interval_s=1,
        )
    finally:
        server.stop()


@pytest.mark.parametrize("name", files.NAMES)
def test_no_panel_of_a_dashboard_is_empty(asker: Asker, name: str) -> None:
    drawing = read(files.path_of(name))
    answers = answers_of(drawing, asker, {"goal": "20"}, column_px=COLUMN_PX)
    empty = [
        placed.panel.title
        for placed, named in zip(drawing.placed, answers, strict=True)
        if not has_figures(placed.panel, named)
    ]
    assert not empty


def test_the_plumbing_is_up_while_the_demo_works(asker: Asker) -> None:
    drawing = read(files.path_of("plumbing"))
    told = [placed for placed in drawing.placed if placed.panel.look.words.get(1) == "up"]
    assert len(told) == 4
    for placed in told:
        assert newest(asker, placed, drawing.variables) == [1.0], placed.panel.title


def test_a_choice_of_campaign_and_node_is_there_and_chooses(asker: Asker) -> None:
    drawing = read(files.path_of("floor"))
    at = asker.span.ended_at
    (campaign,) = asker.prometheus.instant("count by (campaign) (callbank_lines_dialing)", at)
    (node,) = asker.prometheus.instant("count by (node) (callbank_ami_link_up)", at)
    chosen = {**drawing.variables, **campaign.labels, **node.labels}
    assert chosen.keys() == drawing.variables.keys()
    for placed in drawing.placed:
        everything = newest(asker, placed, drawing.variables)
        assert newest(asker, placed, chosen) == everything, placed.panel.title
        if placed.panel.title == "In conversation":
            assert everything[0] > 0
            assert not newest(asker, placed, chosen | {"campaign": "another"})
            assert not newest(asker, placed, chosen | {"node": "another"})


def newest(asker: Asker, placed: Placed, variables: dict[str, str]) -> list[float]:
    """The newest values of the panel's series that are numbers."""
    answered = asker.answer(placed.panel, variables, placed.spot.width * COLUMN_PX)
    return [one.newest for one in answered]
