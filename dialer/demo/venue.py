"""Where a demo plays: a data directory of its own (stage.py), or the containers (stack.py).

What both have in common: whom to ask, and the simulated telephone network's files. Used by the
demo and the benchmarks.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Sequence

from dialer.config import Settings
from dialer.domain.agent import Agent
from dialer.house import Announce, phone_of, speech_tools, tokens_of
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.carrier import CarrierMix, CarrierSettings, render_carrier
from dialer.parts.pbx import Console
from dialer.parts.secrets import Secrets, load_secrets
from dialer.parts.templates import Rendered
from dialer.web.tokens import SecretTokens

CARRIER_RTP = (20000, 29998)


class Venue(ABC):
    """One phone bank with the simulated network beside it."""

    def __init__(self, settings: Settings, network: Console) -> None:
        self.settings = settings
        self.secrets: Secrets = load_secrets(settings.home)
        self._network = network

    @property
    def tokens(self) -> SecretTokens:
        """Who may use the daemon's API."""
        return tokens_of(self.secrets)

    @property
    def web_url(self) -> str:
        """Where the daemon's API is."""
        return f"http://{self.settings.web.host}:{self.settings.web.port}"

    @abstractmethod
    def open_database(self, announce: Announce) -> str:
        """The URL of a database with the whole schema."""

    @abstractmethod
    def open_pbx(self, agents: Sequence[Agent], announce: Announce) -> None:
        """Returns when Asterisk knows the volunteers' telephones."""

    @abstractmethod
    def open_network(self, mix: CarrierMix, agents: Sequence[Agent]) -> None:
        """Start the simulated telephone network, with the volunteers' telephones in it."""

    @abstractmethod
    def run_command(self, *words: str) -> None:
        """Run a callbank command as an operator would. Raises CallbankError when it fails.

        What it prints goes to stderr: stdout is for the figures alone.
        """

    @abstractmethod
    async def keep_daemon(self, announce: Announce) -> None:
        """Have the daemon started again whenever it has ended, until cancelled."""

    async def cut(self, extension: str) -> None:
        """An agent's network is gone: his telephone's call breaks off."""
        await asyncio.to_thread(self._cut, extension)

    def _cut(self, extension: str) -> None:
        for line in self._network.console("core show channels concise").splitlines():
            fields = line.split("!")  # channel, context, exten, ...
            if len(fields) > 2 and fields[2] == f"bot{extension}":
                self._network.console(f"channel request hangup {fields[0]}")

    def _render_network(
        self, program: AsteriskProgram, sip_port: int, mix: CarrierMix, agents: Sequence[Agent]
    ) -> Rendered:
        """Write the simulated network's configuration and speak what is said in it."""
        home = self.settings.home
        return render_carrier(
            CarrierSettings(
                home=home / "asterisk" / "carrier",
                module_dir=program.modules_dir,
                data_dir=program.data_dir,
                sounds=home / "speech",
                sip_port=sip_port,
                pbx_port=self.settings.sip.port,
                rtp_start=CARRIER_RTP[0],
                rtp_end=CARRIER_RTP[1],
            ),
            mix,
            speech_tools(program),
            bots=[phone_of(agent, self.secrets) for agent in agents],
        )
