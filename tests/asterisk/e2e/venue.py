"""The whole phone bank for end-to-end tests: database, both Asterisks and the daemon, all real.

A `Venue` is a Stage (dialer/demo/stage.py) with more trunks and eyes: the database by SQL, our
Asterisk by its console, and the `Wire`, which is what the carrier received. One for the session.
"""

import asyncio
import os
import re
import shutil
import signal
import struct
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from dialer.config import FILE_NAME, Settings, load_settings
from dialer.demo.stage import OUR_NUMBER, Capacity, Stage
from dialer.domain.agent import Agent
from dialer.parts import processes
from dialer.parts.carrier import CarrierMix
from dialer.parts.pbx import Pbx
from dialer.storage.admin import Administration
from dialer.web.client import Json
from tests.asterisk.harness import asterisk_program

AGENTS = 6
MIX = CarrierMix(
    ring_s=(0.3, 1.0), slow_ring_s=(6.0, 7.0), late_ring_s=45.0, talk_s=(30.0, 40.0)
)
CERTIFICATES = Path(__file__).parent / "certificates"
CERTIFICATE = "certificate.pem"
PATIENCE_S = 90.0
"""How long anything may take; nothing is measured by it."""

_TRUNK = """
[[trunk]]
name = "{name}"
host = "127.0.0.1"
port = {port}
channel_limit = 20
calls_per_second = 20.0
caller_ids = ["{our_number}"]
"""

_WATCHED = """
[metrics]
certificate = "{certificate}"
"""

Row = dict[str, Any]


async def until(
    is_so: Callable[[], object], what: str, patience_s: float = PATIENCE_S
) -> None:
    """Wait until `is_so` holds; how it did not is said by `what`."""
    deadline = asyncio.get_running_loop().time() + patience_s
    while not is_so():
        assert asyncio.get_running_loop().time() < deadline, f"still not so: {what}"
        await asyncio.sleep(0.1)


@dataclass(kw_only=True)
class Wire:
    """What arrived at the carrier, written down by its own SIP logger.

    The logger writes a file to its end only when it is given another one.
    """

    carrier: Pbx
    folder: Path
    files: list[Path] = field(default_factory=list)
    calls: set[tuple[str, str]] = field(default_factory=set)

    def begin(self) -> None:
        """Write down from now on."""
        self.carrier.console("module load res_pjsip_logger.so")
        self.carrier.console("pjsip set logger verbose off")
        self._next_file()
        self.carrier.console("pjsip set logger on")

    def invites(self) -> Counter[str]:
        """How many calls the carrier was asked for so far, by number. A call is a Call-ID."""
        finished = self.files[-1]
        self._next_file()
        self.calls |= {
            (f"+{number.decode()}", call_id.decode())
            for packet in _packets(finished.read_bytes())
            for number in re.findall(rb"^INVITE sip:\+?([0-9]+)@", packet, re.MULTILINE)
            for call_id in re.findall(rb"^Call-ID: *(\S+)", packet, re.MULTILINE)
        }
        return Counter(number for number, _ in self.calls)

    def _next_file(self) -> None:
        self.files.append(self.folder / f"wire-{len(self.files)}.pcap")
        self.carrier.console(f"pjsip set logger pcap {self.files[-1]}")


def _packets(pcap: bytes) -> Iterator[bytes]:
    """Every packet that begins an INVITE, without what is before it."""
    at = 24
    while at + 16 <= len(pcap):
        (length,) = struct.unpack_from("=I", pcap, at + 8)
        packet = pcap[at + 16 : at + 16 + length]
        start = packet.find(b"INVITE sip:")
        if 0 <= start < 100:
            yield packet[start:]
        at += 16 + length


@dataclass(frozen=True, kw_only=True)
class Venue:
    """Everything that runs, and ways to look at it and to break it."""

    stage: Stage
    database_url: str
    agents: tuple[Agent, ...]
    pbx: Pbx
    carrier: Pbx
    wire: Wire

    @property
    def home(self) -> Path:
        return self.stage.settings.home

    @property
    def token(self) -> str:
        return self.stage.tokens.operator_token

    def rows(self, query: str, *values: object) -> list[Row]:
        """What the database says."""
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            return connection.execute(query, values).fetchall()

    def change(self, statement: str, *values: object) -> None:
        """Change the database behind everybody's back."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement, values)

    def channels(self) -> dict[str, str]:
        """The live channels of our Asterisk: name by unique id."""
        listed = self.pbx.console("core show channels concise").splitlines()
        fields = [line.split("!") for line in listed]
        return {each[-1]: each[0] for each in fields if len(each) > 10}

    def kill(self, part: str) -> int:
        """kill -9 of `daemon`, `asterisk` or `postgres`; returns the process's id."""
        pid = self.stage.pids()[part]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        return pid


async def until_ready(venue: Venue) -> None:
    """Wait until the daemon that runs now can dial."""
    async with asyncio.timeout(PATIENCE_S):
        while not await venue.stage.is_ready():
            await asyncio.sleep(0.1)


def open_venue(place: Path, other_trunks: dict[str, int]) -> Venue:
    """Make and start everything but the daemon below `place`."""
    operator = load_settings(operators_environment(), home=place)
    stage = Stage.build(operator, "s", Capacity(channels=40), print)
    stage = _with_trunks(stage, other_trunks)
    home = stage.settings.home
    try:
        url = stage.open_database(print)
        agents = asyncio.run(_hire(url))
        stage.open_network(MIX, agents)
        carrier = Pbx("carrier", home / "asterisk" / "carrier", stage.program, home)
        wire = Wire(carrier=carrier, folder=home)
        wire.begin()
    except BaseException:
        stage.close()
        raise
    return Venue(
        stage=stage,
        database_url=url.replace("postgresql+psycopg://", "postgresql://"),
        agents=tuple(agents),
        pbx=Pbx("asterisk", home / "asterisk" / "pbx", stage.program, home),
        carrier=carrier,
        wire=wire,
    )


def operators_environment() -> dict[str, str]:
    """The caller's, with the Asterisk that all of tests/asterisk runs."""
    program = asterisk_program()
    kept = {
        name: value
        for name, value in os.environ.items()
        if "CALLBANK" not in name or name == "CALLBANK_WEB_PAGES_DIR"
    }
    if program.tree is not None:
        return {**kept, "CALLBANK_ASTERISK_TREE": str(program.tree)}
    return {**kept, "CALLBANK_ASTERISK_PROGRAM": str(program.program)}


def _with_trunks(stage: Stage, others: dict[str, int]) -> Stage:
    """The same stage with more trunks than the one that works, and a certificate to watch."""
    home = stage.settings.home
    with (home / FILE_NAME).open("a", encoding="utf-8") as settings:
        for name, port in others.items():
            settings.write(_TRUNK.format(name=name, port=port, our_number=OUR_NUMBER))
        settings.write(_WATCHED.format(certificate=home / CERTIFICATE))
    shutil.copy(CERTIFICATES / "lasting.pem", home / CERTIFICATE)
    read: Settings = load_settings(Stage.environment(home), home=home)
    return Stage(read, stage.program, read.trunks[0].port)


async def _hire(url: str) -> list[Agent]:
    async with Administration.at(url) as office:
        return [
            await office.add_agent(f"Volunteer {number}", str(2000 + number))
            for number in range(1, AGENTS + 1)
        ]


def still_running(home: Path) -> list[str]:
    """Which of our processes live."""
    names = ("daemon", "asterisk", "carrier")
    return [name for name in names if processes.adopt(name, home=home) is not None]


def result_rows(venue: Venue) -> Json:
    """Every attempt's last reported result."""
    rows = venue.rows(
        "SELECT DISTINCT ON (attempt_id) attempt_id, disposition FROM results"
        " ORDER BY attempt_id, at DESC"
    )
    return {str(row["attempt_id"]): row["disposition"] for row in rows}
