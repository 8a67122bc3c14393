"""The demo inside the containers of docker-compose.yml: its database, dialer and Asterisk are used.

Only the simulated telephone network and the bot volunteers are new; the container `carrier` starts
the network from the files that are written here. Called by `callbank demo --stack`.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from rich.console import Console

from dialer.config import LOOPBACK, Settings, TrunkSettings
from dialer.demo.show import CAMPAIGN, Programme, furnish, play
from dialer.demo.table import result_of
from dialer.demo.venue import Venue
from dialer.domain.agent import Agent
from dialer.errors import CallbankError, UsageError
from dialer.house import Announce
from dialer.parts import asterisk, pbx, postgres
from dialer.parts.carrier import CarrierMix
from dialer.storage.admin import Administration
from dialer.web.client import ApiClient, ApiRefused, Json

TRUNK = "simulated"
PATIENCE_S = 60.0
POLL_S = 0.2


class StackStage(Venue):
    """The running stack, with the simulated network beside it."""

    def __init__(self, settings: Settings) -> None:
        asterisks = settings.home / "asterisk"
        self._carrier = pbx.SupervisedPbx("carrier", asterisks / "carrier")
        super().__init__(settings, self._carrier)
        self._trunk = simulated_trunk(settings)
        self._pbx = pbx.Console("asterisk", asterisks / "pbx")

    def open_database(self, announce: Announce) -> str:
        """The stack's database, which the service `migrate` brought up to date."""
        return postgres.open_database(self.settings, announce)

    def open_pbx(self, agents: Sequence[Agent], announce: Announce) -> None:
        """Wait until the daemon has told its Asterisk of the volunteers' telephones: a telephone
        that is refused once does not try again."""
        announce("waiting for the dialer to take the volunteers in")
        last = agents[-1].extension
        _wait(lambda: last in self._pbx.console(f"pjsip show endpoint {last}"), "its telephones")

    def open_network(self, mix: CarrierMix, agents: Sequence[Agent]) -> None:
        """Start the simulated telephone network, with the volunteers' telephones in it."""
        program = asterisk.supervised(self.settings)
        rendered = self._render_network(program, self._trunk.port, mix, agents)
        if self._carrier.start():
            self._carrier.take_over(rendered)
        _wait(lambda: self._registered() >= len(agents), "the volunteers' registration")
        self._pbx.console(f"pjsip qualify trunk-{TRUNK}")

    def _registered(self) -> int:
        return self._pbx.console("pjsip show contacts").count("sip:bot")

    def run_command(self, *words: str) -> None:
        """Run a callbank command in this container. Raises when it fails."""
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "dialer", *words], stdout=sys.stderr, check=False
        )
        if ended.returncode != 0:
            raise CallbankError(f"`callbank {' '.join(words)}` ended with {ended.returncode}.")

    async def keep_daemon(self, announce: Announce) -> None:
        """The container engine keeps it."""
        await asyncio.Event().wait()

    async def dialer_knows(self, campaign: str) -> None:
        """Wait until the daemon has noticed a campaign."""
        deadline = time.monotonic() + PATIENCE_S
        async with ApiClient(self.web_url) as client:
            while True:
                try:
                    await client.campaign(campaign, self.tokens.operator_token)
                    return
                except ApiRefused:
                    if time.monotonic() > deadline:
                        raise
                await asyncio.sleep(POLL_S)


def simulated_trunk(settings: Settings) -> TrunkSettings:
    """The demo's trunk. Raises UsageError where a call could leave this machine."""
    outside = [trunk.name for trunk in settings.trunks if trunk.host not in LOOPBACK]
    found = [trunk for trunk in settings.trunks if trunk.name == TRUNK]
    if outside or not found:
        raise UsageError(
            "the demo dials invented people, so its stack may have no trunk but"
            f' "{TRUNK}" on 127.0.0.1 in callbank.toml: make one with ./callbank init --demo.'
        )
    return found[0]


async def show_in_stack(
    settings: Settings,
    programme: Programme,
    console: Console,
    announce: Announce,
) -> Json:
    """Run the demo in the stack and return its figures under the published keys."""
    stage = await asyncio.to_thread(StackStage, settings)
    agents = await _agents_of_earlier(stage, announce)
    if agents:
        await asyncio.to_thread(stage.open_pbx, agents, announce)
        await asyncio.to_thread(stage.open_network, CarrierMix(seed=programme.seed), agents)
    else:
        agents = await furnish(stage, programme, announce)
    await stage.dialer_knows(CAMPAIGN)
    setup_s = time.time() - programme.began_at
    announce(f"everything runs after {setup_s:.0f} s")
    await play(stage, programme, agents, console, announce)
    async with ApiClient(stage.web_url) as client:
        status = await client.campaign(CAMPAIGN, stage.tokens.operator_token)
    return result_of(dict(status["figures"]), setup_s, None)


async def _agents_of_earlier(stage: StackStage, announce: Announce) -> list[Agent]:
    """The volunteers of an earlier run of this container, whose campaign goes on."""
    url = await asyncio.to_thread(stage.open_database, announce)
    async with Administration.at(url) as office:
        if all(campaign.name != CAMPAIGN for campaign in await office.campaigns()):
            return []
        announce("the demo's campaign is there already and goes on")
        return list(await office.agents())


def _wait(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise CallbankError(
                f"the stack waited {PATIENCE_S:.0f} s for {what} in vain: look into"
                " docker compose logs dialer asterisk carrier."
            )
        time.sleep(POLL_S)
