"""Third parties in the telephone world in memory: their lines, and whom they talk with.

For fake.py only, which tells it what becomes of the persons' lines.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.telephony.fake_lines import NO_ANSWER, PATIENT_PERSON, FakeLine, FarEnd


@dataclass(kw_only=True, slots=True)
class FakeThird:
    """One third party's line; `with_whom` is the attempt or the agent's channel in his bridge."""

    id: str
    channel: str
    is_up: bool = False
    with_whom: str = ""


class FakeThirds:
    """All of them. `emit` tells what happened, `clock` when."""

    def __init__(
        self,
        far_ends: Mapping[str, FarEnd],
        extensions: frozenset[str],
        emit: Callable[[ev.Event], None],
        clock: Callable[[], float],
    ) -> None:
        self._far_ends = far_ends
        self._extensions = extensions
        self._emit = emit
        self._clock = clock
        self._thirds: dict[str, FakeThird] = {}

    def __contains__(self, transfer_id: str) -> bool:
        return transfer_id in self._thirds

    def dial(self, wish: cmd.DialThird) -> None:
        """Call one; who does not answer rings until he is hung up."""
        far_end = self._far_ends.get(wish.dial_string, NO_ANSWER)
        if not wish.dial_string:
            is_known = wish.endpoint in self._extensions
            far_end = PATIENT_PERSON if is_known else FarEnd(ends=(0, None))
        third = FakeThird(id=wish.transfer_id, channel=f"PJSIP/{wish.endpoint}-{wish.transfer_id}")
        self._thirds[third.id] = third
        if far_end.ends is not None:
            self.end(third.id, *far_end.ends)
        elif far_end.answers:
            third.is_up = True
            self._emit(
                ev.ThirdAnswered(at=self._clock(), transfer_id=third.id, channel=third.channel)
            )

    def consult(self, wish: cmd.ConsultThird) -> bool:
        """He talks with an agent, if he is still there."""
        third = self._thirds.get(wish.transfer_id)
        if third is not None:
            third.with_whom = wish.agent_channel
        return third is not None

    def take(self, line: FakeLine, third_channel: str) -> None:
        """Put a person through to him, who stays on hold where he is gone."""
        its = (one for one in self._thirds.values() if one.channel == third_channel)
        third = next(its, None)
        line.is_on_hold = third is None
        if third is not None:
            third.with_whom, line.third_id = line.id, third.id
            self._emit(ev.ThirdJoined(at=self._clock(), transfer_id=third.id))

    def leave(self, agent_channel: str) -> None:
        """The agent is with somebody else again."""
        for third in self._thirds.values():
            if third.with_whom == agent_channel:
                third.with_whom = ""

    def end(self, transfer_id: str, cause: int = 16, sip_status: int | None = None) -> str:
        """His line ends; returns whom he was with."""
        third = self._thirds.pop(transfer_id, None)
        if third is None:
            return ""
        at = self._clock()
        self._emit(
            ev.ThirdEnded(at=at, transfer_id=transfer_id, cause=cause, sip_status=sip_status)
        )
        return third.with_whom

    def seen(self) -> list[ev.LegSeen]:
        """Those who are up, after a gap."""
        return [
            ev.LegSeen(
                channel_id=one.id,
                channel=one.channel,
                is_up=one.is_up,
                bridge_id=f"bridge-{one.with_whom}" if one.with_whom else "",
            )
            for one in self._thirds.values()
        ]
