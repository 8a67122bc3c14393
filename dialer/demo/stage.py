"""The stage of demo and benchmarks: a data directory of its own, the simulated telephone network,
and the daemon as a process of its own (so that it can be killed and come back, as in life).

Nothing here touches the operator's own data; the private Asterisk tree is shared.
"""

import asyncio
import contextlib
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from dialer.config import FILE_NAME, Settings, load_settings
from dialer.demo.venue import Venue
from dialer.domain.agent import Agent
from dialer.errors import CallbankError
from dialer.house import (
    Announce,
    Subscribers,
    metrics_password_of,
    phone_of,
    start_pbx,
)
from dialer.parts import asterisk, postgres, processes, prometheus
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.carrier import CarrierMix
from dialer.parts.pbx import Pbx, SupervisedPbx
from dialer.parts.prometheus_server import NAME as PROMETHEUS
from dialer.parts.prometheus_server import Orders, PrometheusServer
from dialer.parts.secrets import Secrets, load_secrets
from dialer.parts.templates import write_if_changed
from dialer.storage import migrations
from dialer.web.client import ApiClient, ApiRefused, DaemonAway

log = logging.getLogger(__name__)

OUR_NUMBER = "+19195550100"
READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 60.0

_SETTINGS = """\
# Written anew at every start of the demo.
log_level = "info"
[asterisk]
tree = "{tree}"
[ami]
port = {ami}
[sip]
port = {sip}
[http]
port = {http}
[agi]
port = {agi}
[web]
port = {web}
pages_dir = "{pages}"
[rtp]
start = {rtp_start}
end = {rtp_end}
[[trunk]]
name = "simulated"
host = "127.0.0.1"
port = {carrier}
channel_limit = {channels}
calls_per_second = {calls_per_second}
caller_ids = ["{our_number}"]
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Capacity:
    """What the simulated trunk carries."""

    channels: int = 100
    calls_per_second: float = 20.0


class Stage(Venue):
    """One data directory with the simulated network beside it."""

    def __init__(self, settings: Settings, program: AsteriskProgram, carrier_port: int) -> None:
        self._carrier = Pbx(
            "carrier", settings.home / "asterisk" / "carrier", program, settings.home
        )
        super().__init__(settings, self._carrier)
        self.program = program
        self.carrier_port = carrier_port
        self._pbx: Pbx | SupervisedPbx | None = None
        self._daemon: processes.Process | None = None

    @classmethod
    def build(
        cls, operator: Settings, name: str, capacity: Capacity, announce: Announce
    ) -> "Stage":
        """An empty stage under the operator's data directory; one of that name is thrown away."""
        program = asterisk.find_or_make(operator, announce=announce)
        home = operator.home / name
        _clear_away(home)
        home.mkdir(parents=True)
        sip, ami, http, agi, web, carrier = processes.free_ports(6)
        (home / FILE_NAME).write_text(
            _SETTINGS.format(
                tree=operator.asterisk.tree,
                ami=ami,
                sip=sip,
                http=http,
                agi=agi,
                web=web,
                pages=operator.web.pages_dir,
                carrier=carrier,
                rtp_start=11000,
                rtp_end=19998,
                channels=capacity.channels,
                calls_per_second=float(capacity.calls_per_second),
                our_number=OUR_NUMBER,
            ),
            encoding="utf-8",
        )
        settings = load_settings(cls.environment(home), home=home)
        return cls(settings, program, carrier)

    @staticmethod
    def environment(home: Path) -> Mapping[str, str]:
        """The environment of everything that runs on the stage: ours without its CALLBANK_*."""
        kept = {name: value for name, value in os.environ.items() if "CALLBANK" not in name}
        return {**kept, "CALLBANK_HOME": str(home)}

    def open_database(self, announce: Announce) -> str:
        """Start the stage's own database and bring it up to date; returns its URL."""
        url = postgres.open_database(self.settings, announce)
        migrations.upgrade(url)
        return url

    def open_network(self, mix: CarrierMix, agents: Sequence[Agent]) -> None:
        """Start the simulated telephone network, with the volunteers' telephones in it."""
        self._render_network(self.program, self.carrier_port, mix, agents)
        self._carrier.start()

    def open_pbx(self, agents: Sequence[Agent], announce: Announce) -> None:
        """Start our Asterisk before the daemon does, which then finds it running."""
        phones = tuple(phone_of(agent, self.secrets) for agent in agents)
        self._pbx = start_pbx(
            self.settings, self.secrets, self.program, announce, Subscribers(phones=phones)
        )

    def run_command(self, *words: str) -> None:
        """Run a callbank command on the stage, as an operator would. Raises when it fails.

        What it prints goes to stderr: stdout is for the figures alone.
        """
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "dialer", *words],
            stdout=sys.stderr,
            env=dict(self._python_environment()),
            check=False,
        )
        if ended.returncode != 0:
            raise CallbankError(f"`callbank {' '.join(words)}` ended with {ended.returncode}.")

    async def start_daemon(
        self, *words: str, settings: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Start `serve` and wait until it can dial; with these words, and more environment."""
        self._daemon = processes.start(
            "daemon",
            [sys.executable, "-P", "-m", "dialer", "serve", *words],
            home=self.settings.home,
            environment={**self._python_environment(), **settings},
        )
        deadline = asyncio.get_running_loop().time() + READY_TIMEOUT_S
        while not await self.is_ready():
            if not self._daemon.is_running():
                raise CallbankError(
                    f"the daemon ended at once; its last words in {self._daemon.log_file} are:\n"
                    + self._daemon.last_words()
                )
            if asyncio.get_running_loop().time() > deadline:
                raise CallbankError(
                    f"the daemon was not ready within {READY_TIMEOUT_S:g} s; see"
                    f" {self._daemon.log_file}."
                )
            await asyncio.sleep(0.1)
        if self._pbx is not None:
            # Asterisk has looked for its trunk in vain, and would look again in half a minute.
            with contextlib.suppress(CallbankError):
                await asyncio.to_thread(self._pbx.console, "pjsip qualify trunk-simulated")

    def open_prometheus(self, operator: Settings, announce: Announce) -> PrometheusServer:
        """Start a Prometheus that watches the stage; it may start before what it watches.

        Raises CallbankError where there is none to be had.
        """
        programs = prometheus.find_or_fetch(operator, announce=announce)
        (port,) = processes.free_ports(1)
        server = PrometheusServer(programs, self.settings.home, f"127.0.0.1:{port}")
        web, http = self.settings.web, self.settings.http
        secret = self.settings.home / "asterisk-metrics-password"
        write_if_changed(secret, metrics_password_of(self.secrets))
        server.start(
            Orders(
                callbank=f"{web.host}:{web.port}",
                asterisk=f"{http.host}:{http.port}",
                asterisk_password_file=secret,
                interval_s=1,
            )
        )
        return server

    async def stop_daemon(self) -> None:
        """End the daemon as an operator does."""
        if self._daemon is not None:
            await asyncio.to_thread(self._daemon.stop, grace_s=STOP_TIMEOUT_S)

    async def keep_daemon(self, announce: Announce) -> None:
        """Start the daemon again whenever it has ended (somebody killed it), until cancelled."""
        while True:
            await asyncio.sleep(0.5)
            if self._daemon is not None and not self._daemon.is_running():
                announce("the daemon has ended; it is started again")
                with contextlib.suppress(CallbankError):
                    await self.start_daemon()

    def pids(self) -> dict[str, int | None]:
        """Whom to kill to see what happens."""
        pbx = processes.adopt("asterisk", home=self.settings.home)
        server = postgres.embedded(self.settings, self.secrets)
        watcher = processes.adopt(PROMETHEUS, home=self.settings.home)
        return {
            "daemon": self._daemon.pid if self._daemon else None,
            "asterisk": pbx.pid if pbx else None,
            "carrier": self._carrier.pid,
            "postgres": server.server_pid(),
            "prometheus": watcher.pid if watcher else None,
        }

    def close(self) -> None:
        """End everything that runs on the stage."""
        if self._daemon is not None:
            self._daemon.stop(grace_s=STOP_TIMEOUT_S)
        _end_all(self.settings, self.secrets)

    def _python_environment(self) -> Mapping[str, str]:
        checkout = str(Path(__file__).resolve().parents[2])
        return {**self.environment(self.settings.home), "PYTHONPATH": checkout}

    async def is_ready(self) -> bool:
        """Whether the daemon answers and can dial."""
        async with ApiClient(self.web_url) as client:
            try:
                floor = await client.floor(self.tokens.operator_token)
            except (DaemonAway, ApiRefused):
                return False
            return bool(floor["link_is_up"])


def _end_all(settings: Settings, secrets: Secrets) -> None:
    for name in ("daemon", "asterisk", "carrier", PROMETHEUS):
        process = processes.adopt(name, home=settings.home)
        if process is not None:
            process.stop()
    postgres.embedded(settings, secrets).stop()


def _clear_away(home: Path) -> None:
    """An earlier stage, which may have been left in a hurry."""
    if not home.exists():
        return
    if (home / FILE_NAME).exists():
        settings = load_settings(Stage.environment(home), home=home)
        _end_all(settings, load_secrets(home))
    shutil.rmtree(home)
