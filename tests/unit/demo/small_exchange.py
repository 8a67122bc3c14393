"""A telephone network in a few lines: what the real pump and engine need to play an evening.

`SmallExchange` is a `Telephony`: volunteers' telephones answer at once, some people answer too,
some hang up first, others are busy. Calls outlive the daemon, as on a real Asterisk.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine
from dataclasses import dataclass

from dialer.engine import events
from dialer.engine.commands import (
    CallAgent,
    Destination,
    DropAgent,
    HangUp,
    Originate,
    TelephoneCommand,
)
from dialer.runtime.ports import FrontDesk, Sink

PATIENCE_OF_PEOPLE_S = 0.3


@dataclass
class Leg:
    """A line that is up: a person's (`attempt_id`) or a volunteer's (`agent_id`)."""

    channel_id: str
    bridge_id: str = ""
    is_up: bool = False


class SmallExchange:
    """Implements runtime.ports.Telephony."""

    def __init__(self, seed: int, clock: Callable[[], float]) -> None:
        self.dialed: list[str] = []
        self.desk: FrontDesk | None = None
        self._chance = random.Random(seed)
        self._clock = clock
        self._sink: Sink | None = None
        self._legs: dict[str, Leg] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, sink: Sink) -> None:
        """The link is up at once, with whatever is still on the lines."""
        self._sink = sink
        seen = tuple(
            events.LegSeen(
                channel_id=leg.channel_id,
                channel=f"PJSIP/{leg.channel_id}",
                is_up=leg.is_up,
                bridge_id=leg.bridge_id,
            )
            for leg in self._legs.values()
        )
        self._tell(events.LinkCameUp(at=self._clock(), legs=seen))

    async def stop(self) -> None:
        """The daemon is gone; conversations go on."""
        self._sink = None
        self.desk = None

    async def close(self) -> None:
        """The end of the evening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def execute(self, command: TelephoneCommand) -> None:
        """Carry out one command."""
        match command:
            case CallAgent():
                self._legs[command.leg_id] = Leg(command.leg_id, is_up=True)
                self._tell(
                    events.AgentLegUp(
                        at=self._clock(),
                        agent_id=command.agent_id,
                        channel=f"PJSIP/{command.leg_id}",
                    )
                )
            case DropAgent():
                self.cut_agent(command.agent_id)
            case Originate():
                self._begin(self._place(command))
            case HangUp():
                self._end(command.attempt_id, 16)

    def cut_agent(self, agent_id: int) -> None:
        """A volunteer's telephone is gone, with the conversation he was in."""
        for leg in [leg for leg in self._legs.values() if _agent_of(leg) == agent_id]:
            del self._legs[leg.channel_id]
            for other in [o for o in self._legs.values() if o.bridge_id == leg.bridge_id != ""]:
                self._end(other.channel_id, 16)
            self._tell(events.AgentLegDown(at=self._clock(), agent_id=agent_id))

    async def _place(self, call: Originate) -> None:
        self.dialed.append(call.permit.e164)
        leg = self._legs[call.attempt_id] = Leg(call.attempt_id)
        await asyncio.sleep(self._chance.uniform(0.001, 0.03))
        if self._chance.random() < 0.4:
            self._end(call.attempt_id, self._chance.choice((17, 19, 1, 34)))
            return
        leg.is_up = True
        channel = f"PJSIP/{call.attempt_id}"
        self._tell(
            events.LineAnswered(at=self._clock(), attempt_id=call.attempt_id, channel=channel)
        )
        agent_id = await self._ask_for_agent(call, channel)
        if agent_id is None:
            self._end(call.attempt_id, 16)
            return
        self._join(call.attempt_id, agent_id)
        await asyncio.sleep(self._chance.expovariate(1 / PATIENCE_OF_PEOPLE_S))
        self._end(call.attempt_id, 16)

    async def _ask_for_agent(self, call: Originate, channel: str) -> int | None:
        """The dialplan's way: ask the daemon; without one, take the reserved volunteer."""
        agent_channel = call.agent_channel
        if self.desk is not None:
            asked = events.RouteAsked(
                at=self._clock(),
                attempt_id=call.attempt_id,
                request_id=call.attempt_id,
                channel=channel,
            )
            answer = await self.desk.route(asked)
            if answer.destination is not Destination.BRIDGE:
                return None
            agent_channel = answer.agent_channel
        leg = self._legs.get(agent_channel.removeprefix("PJSIP/"))
        return _agent_of(leg) if leg is not None else None

    def _join(self, attempt_id: str, agent_id: int) -> None:
        for leg in self._legs.values():
            if leg.channel_id == attempt_id or _agent_of(leg) == agent_id:
                leg.bridge_id = attempt_id
        self._tell(events.CallConnected(at=self._clock(), attempt_id=attempt_id, agent_id=agent_id))

    def _end(self, attempt_id: str, cause: int) -> None:
        leg = self._legs.pop(attempt_id, None)
        if leg is None:
            return
        if leg.bridge_id:
            for other in self._legs.values():
                if other.bridge_id == leg.bridge_id:
                    other.bridge_id = ""
            self._tell(events.CallParted(at=self._clock(), attempt_id=attempt_id))
        self._tell(events.LineEnded(at=self._clock(), attempt_id=attempt_id, cause=cause))

    def _tell(self, event: events.Event) -> None:
        if self._sink is not None:
            self._sink(event)

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work, name="a call")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _agent_of(leg: Leg) -> int | None:
    parts = leg.channel_id.split("-")
    return int(parts[1]) if parts[0] == "agent" else None
