"""What lives in the telephone world in memory (fake.py): far ends, lines, callers, agents' legs."""

import asyncio
from dataclasses import dataclass

from dialer.engine import commands as cmd
from dialer.engine.left_behind import LegSeen
from dialer.telephony.parse import agent_of_leg


@dataclass(frozen=True, kw_only=True, slots=True)
class FarEnd:
    """What a dialed number does. One that neither answers nor ends rings until our timeout."""

    rings: bool = False
    answers: bool = False
    says_hello: bool = False
    ends: tuple[int, int | None] | None = None  # Q.850 cause and SIP status, at once


NO_ANSWER = FarEnd(rings=True)
BUSY = FarEnd(ends=(17, 486))
NOT_IN_SERVICE = FarEnd(ends=(1, 404))
CONGESTION = FarEnd(ends=(34, 503))
PATIENT_PERSON = FarEnd(rings=True, answers=True, says_hello=True)


@dataclass(kw_only=True, slots=True)
class FakeLine:
    """One called person's line."""

    id: str
    channel: str
    wish: cmd.Originate
    is_up: bool = False
    is_queued: bool = False
    is_recorded: bool = False
    is_on_hold: bool = False
    is_voicemail: bool = False
    agent_id: int | None = None
    third_id: str = ""  # the transfer in which he talks with a third party
    timer: asyncio.TimerHandle | None = None

    def cancel(self) -> None:
        """Nothing happens on it by itself any more."""
        if self.timer is not None:
            self.timer.cancel()

    def seen(self) -> LegSeen:
        """After a gap."""
        bridge_id = "" if self.agent_id is None else f"bridge-{self.agent_id}"
        return LegSeen(
            channel_id=self.id,
            channel=self.channel,
            is_up=self.is_up,
            bridge_id=f"bridge-{self.id}" if self.third_id else bridge_id,
            is_on_hold=self.is_on_hold,
            is_voicemail=self.is_voicemail,
        )


@dataclass(kw_only=True, slots=True)
class FakeVisit:
    """One call that came in."""

    id: str
    channel: str
    agent_id: int | None = None

    def seen(self) -> LegSeen:
        """After a gap."""
        return LegSeen(
            channel_id=self.id,
            channel=self.channel,
            is_up=True,
            bridge_id="" if self.agent_id is None else f"bridge-{self.agent_id}",
        )


@dataclass(kw_only=True, slots=True)
class FakeAgentLeg:
    """One agent's held leg."""

    id: str
    channel: str
    is_free: bool = False
    may_break_off: bool = False
    speaks: bool = True  # as the bots of a real Asterisk do

    def seen(self, agent_id: int, is_talking: bool) -> LegSeen:
        """After a gap."""
        assert agent_of_leg(self.id) == agent_id
        return LegSeen(
            channel_id=self.id,
            channel=self.channel,
            is_up=True,
            bridge_id=f"bridge-{agent_id}" if is_talking else "held",
        )
