"""Volunteers who come too late, on purpose: is the two-second clock kept to the millisecond?

A real Asterisk calls people of the simulated network, one at a time. Its dialplan is changed for
the time being: an answered person is held back for some time before he is bridged to his
volunteer, so that the volunteer comes so long after the end of the person's greeting, by
Asterisk's own timestamps. How long a greeting takes and what bridging adds is learned from each
call; a call that misses its aim is tried again. What a call counts as is read from the ledger in
the database. Called by `callbank demo --late-connect`.
"""

import asyncio
import csv
import time
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.compliance.abandonment import LEGAL_WAIT_S, Standing
from dialer.config import Settings
from dialer.demo.bots import Crew
from dialer.demo.show import CALLER, MESSAGE, place_where_one_may_call
from dialer.demo.stage import OUR_NUMBER, Capacity, Stage
from dialer.demo.volunteers import Habits, Volunteer
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.errors import CallbankError
from dialer.house import Announce
from dialer.parts.carrier import Behaviour, CarrierMix, voice_of
from dialer.parts.pbx import Pbx
from dialer.storage.admin import Administration
from dialer.storage.books import Books
from dialer.storage.ledger import ConnectedCall

CAMPAIGN = "Late on purpose"
MOST_TRIES = 20
MISS_S = 0.03
"""A call hit its aim if it is so near it; aims at the legal limit are never to be passed."""
BELOW_LIMIT_S = 0.012
FIRST_GUESS_S = 1.2
"""From the answer to the greeting's end, before it is measured."""
PATIENCE_S = 60.0
POLL_S = 0.05

MIX = CarrierMix(weights=((Behaviour.PERSON_PATIENT, 1),), ring_s=(1.2, 1.6))
VOICE = 0
"""All have the same voice and say the same, so that one call teaches about the next."""

HOLDING = (
    "dialplan add extension s,1,Wait,${CB_HELD_S} into callbank-held",
    "dialplan add extension s,2,Bridge,${CB_AGENT_CHANNEL} into callbank-held",
    "dialplan add extension s,3,Hangup,16 into callbank-held",
    "dialplan add extension bridge,1,Goto,callbank-held,s,1 into callbank-route replace",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class LateCall:
    """A call that hit its aim: after so long the volunteer was there, and it counts as this."""

    aim_s: float
    measured_s: float
    attempt_id: str
    standing: Standing
    tries: int

    @property
    def is_good(self) -> bool:
        """Whether the ledger has it as connected in time."""
        return self.standing is Standing.CONNECTED

    @property
    def is_judged_right(self) -> bool:
        """Whether that is what the law says of the aim."""
        return self.is_good == (self.aim_s <= LEGAL_WAIT_S)


async def late_calls(
    operator: Settings, aims_s: Sequence[float], announce: Announce
) -> tuple[LateCall, ...]:
    """One call for each aim. Raises CallbankError where an aim was missed again and again."""
    stage = await asyncio.to_thread(Stage.build, operator, "demo", Capacity(channels=10), announce)
    try:
        url = await asyncio.to_thread(stage.open_database, announce)
        async with Administration.at(url) as office:
            campaign, agent = await _furnish(stage, office, announce)
            await stage.start_daemon()
            pbx = Pbx(
                "asterisk", stage.settings.home / "asterisk" / "pbx", stage.program,
                stage.settings.home,
            )  # fmt: skip
            await asyncio.to_thread(_hold_back, pbx)
            session = _Session(pbx, Books(office), campaign)
            return await _with_volunteer(stage, agent, session.call_each(aims_s, announce))
    finally:
        await asyncio.to_thread(stage.close)


async def _furnish(
    stage: Stage, office: Administration, announce: Announce
) -> tuple[Campaign, Agent]:
    """A campaign of patient people, and one volunteer."""
    campaign = await office.create_campaign(
        Campaign(
            id=0,
            name=CAMPAIGN,
            caller_id=OUR_NUMBER,
            caller_name=CALLER,
            trunks=("simulated",),
            message_text=MESSAGE,
        )
    )
    agent = await office.add_agent("Volunteer 1", "2001")
    await asyncio.to_thread(stage.open_pbx, [agent], announce)
    await asyncio.to_thread(stage.open_network, MIX, [agent])
    path = stage.settings.home / "patient.csv"
    _write_list(path)
    await asyncio.to_thread(stage.run_command, "import", str(path), "--campaign", CAMPAIGN, "--yes")
    await office.set_campaign_state(CAMPAIGN, CampaignState.RUNNING)
    return campaign, agent


def _write_list(path: Path) -> None:
    zone = place_where_one_may_call(time.time(), 1800.0) or "America/New_York"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["phone", "first_name", "timezone", "line_type"])
        for number in _numbers(8 * MOST_TRIES):
            table.writerow([number, "Somebody", zone, "landline"])


def _numbers(count: int) -> Iterator[str]:
    """Numbers of people who all sound the same."""
    found = 0
    for line in range(10_000):
        number = f"1919733{line:04d}"
        if voice_of(number, MIX) == VOICE:
            found += 1
            yield "+" + number
        if found == count:
            return


def _hold_back(pbx: Pbx) -> None:
    """Change the running dialplan; it is as it was when Asterisk starts again."""
    for command in HOLDING:
        pbx.console(command)
    if "callbank-held" not in pbx.console("dialplan show bridge@callbank-route"):
        raise CallbankError("Asterisk did not take the change of its dialplan.")


async def _with_volunteer(
    stage: Stage, agent: Agent, work: Coroutine[Any, Any, tuple[LateCall, ...]]
) -> tuple[LateCall, ...]:
    volunteer = Volunteer(
        agent_id=agent.id,
        name=agent.name,
        token=stage.tokens.agent_token(agent.id),
        extension=agent.extension,
        campaign=CAMPAIGN,
    )
    habits = Habits(
        talk_s=1.0, wrap_up_s=0.3, break_chance=0.0, vanish_chance=0.0, arrive_within_s=0.1
    )
    crew, closing = Crew(stage.web_url, [volunteer], habits, 1, stage.cut), asyncio.Event()
    working = asyncio.create_task(crew.work(closing), name="crew")
    try:
        return await work
    finally:
        closing.set()
        await working


class _Session:
    """The calls of one campaign, each held back as the last ones taught."""

    def __init__(self, pbx: Pbx, books: Books, campaign: Campaign) -> None:
        self._pbx = pbx
        self._books = books
        self._campaign = campaign
        self._seen = 0
        self._extra_s = FIRST_GUESS_S  # what a hold is longer than the wait that comes of it

    async def call_each(
        self, aims_s: Sequence[float], announce: Announce
    ) -> tuple[LateCall, ...]:
        """One call for each aim, in their order."""
        return tuple([await self._call(aim_s, announce) for aim_s in aims_s])

    async def _call(self, aim_s: float, announce: Announce) -> LateCall:
        is_limit = aim_s == LEGAL_WAIT_S
        target_s = aim_s - (BELOW_LIMIT_S if is_limit else 0.0)
        for tries in range(1, MOST_TRIES + 1):
            hold_s = max(0.0, target_s + self._extra_s)
            await asyncio.to_thread(
                self._pbx.console, f"dialplan set global CB_HELD_S {hold_s:.3f}"
            )
            call = await self._next_call()
            self._extra_s = hold_s - call.waited_s
            most_s = LEGAL_WAIT_S if is_limit else aim_s + MISS_S
            if aim_s - MISS_S <= call.waited_s <= most_s:
                announce(f"aimed at {aim_s:g} s, came at {call.waited_s:.3f} s: {call.standing}")
                return LateCall(
                    aim_s=aim_s,
                    measured_s=call.waited_s,
                    attempt_id=call.attempt_id,
                    standing=call.standing,
                    tries=tries,
                )
            announce(f"aimed at {aim_s:g} s, came at {call.waited_s:.3f} s: once more")
        raise CallbankError(f"no volunteer came {aim_s:g} s late in {MOST_TRIES} calls.")

    async def _next_call(self) -> ConnectedCall:
        """The next call in which person and volunteer come together."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            calls = await self._books.connected(self._campaign)
            if len(calls) > self._seen:
                self._seen = len(calls)
                return calls[-1]
            await asyncio.sleep(POLL_S)
        raise CallbankError(f"nobody was put through to the volunteer in {PATIENCE_S:g} s.")
