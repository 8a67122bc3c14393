"""Third parties in the simulated world: their lines, and the persons who are put through to them.

A volunteer who wants one has it called in mid-conversation (crew.py); what becomes of it is drawn
here. Called by network.py, which owns the persons' lines.
"""

from typing import TYPE_CHECKING, Protocol

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.sim.agenda import Agenda
from dialer.sim.chance import Chance
from dialer.sim.line import NORMAL, RANG_OUT, Line

if TYPE_CHECKING:
    from dialer.sim.network import Network

BUSY = (17, 486)
BUSY_SHARE, RINGS_ON_SHARE, LEAVES_SHARE = 0.2, 0.2, 0.15
"""Of the third parties: engaged, not there, and gone before anybody is put through to them."""

TALK_MEAN_S = 60.0
TUNE_AT_MOST_S = 600.0
"""The dialplan's own limit on how long somebody hears the tune."""


class ThirdChecks(Protocol):
    """Who watches over third lines."""

    def third_dialed(self, transfer_id: str, endpoint: str) -> None:
        """One is about to be called."""

    def third_over(self, transfer_id: str) -> None:
        """Its line is gone."""


class Third:
    """One third party's line, as it really is."""

    __slots__ = ("dialed_at", "endpoint", "id", "is_over", "is_up", "line")

    def __init__(self, wish: cmd.DialThird, now: float) -> None:
        self.id, self.endpoint, self.dialed_at = wish.transfer_id, wish.endpoint, now
        self.is_up = self.is_over = False
        self.line: Line | None = None  # of the person who was put through to him

    @property
    def channel(self) -> str:
        """As Asterisk calls it."""
        return f"PJSIP/{self.endpoint}-{self.id}"


class Thirds:
    """All of them."""

    def __init__(self, agenda: Agenda, chance: Chance, network: "Network") -> None:
        self._agenda, self._chance, self._network = agenda, chance, network
        self.checks: ThirdChecks | None = None
        self.by_id: dict[str, Third] = {}

    def dial(self, wish: cmd.DialThird) -> None:
        """Call one; what he does is drawn."""
        assert self.checks is not None
        self.checks.third_dialed(wish.transfer_id, wish.endpoint)
        self._network.on_trunk[wish.endpoint] += 1
        third = self.by_id[wish.transfer_id] = Third(wish, self._agenda.now)
        draw = self._chance.share()
        if draw < BUSY_SHARE:
            self._agenda.after(self._chance.between(0.3, 2.0), self._ends_busy, third)
        elif draw < BUSY_SHARE + RINGS_ON_SHARE:
            self._agenda.after(wish.ring_timeout_s, self._rings_out, third)
        else:
            self._agenda.after(self._chance.between(1.0, 15.0), self._answers, third)

    def _ends_busy(self, third: Third) -> None:
        self.end(third, *BUSY)

    def _rings_out(self, third: Third) -> None:
        self.end(third, *RANG_OUT)

    def _leaves(self, third: Third) -> None:
        self.end(third, *NORMAL)

    def _answers(self, third: Third) -> None:
        if third.is_over:
            return
        third.is_up = True
        at = self._agenda.now
        self._network.wires.emit(
            ev.ThirdAnswered(at=at, transfer_id=third.id, channel=third.channel)
        )
        if self._chance.happens(LEAVES_SHARE):
            self._agenda.after(self._chance.between(0.5, 6.0), self._leaves, third)

    def put_through(self, wish: cmd.PutThrough) -> None:
        """The person leaves his volunteer for him; where he is gone, the person hears a tune."""
        line = self._network.lines.get(wish.attempt_id)
        if line is None:
            return
        volunteer = line.volunteer
        self._network.switch.hold(line)
        if volunteer is not None and volunteer.line is line:
            self._network.crew.parted(volunteer)
        its = (one for one in self.by_id.values() if one.channel == wish.third_channel)
        third = next(its, None)
        if third is None:
            line.hears_tune_since = self._agenda.now
            self._agenda.after(TUNE_AT_MOST_S, self._tune_over, (line, self._agenda.now))
            return
        line.is_kept = False
        line.third, third.line = third, line
        self._network.wires.emit(ev.ThirdJoined(at=self._agenda.now, transfer_id=third.id))
        self._agenda.after(self._chance.exponential(TALK_MEAN_S), self._talk_over, line)

    def _talk_over(self, line: Line) -> None:
        if line.third is not None and not line.is_over:
            self._network.end(line, *NORMAL)

    def _tune_over(self, what: tuple[Line, float]) -> None:
        line, since = what
        if line.is_kept and not line.is_over and line.hears_tune_since == since:
            self._network.end(line, *NORMAL)

    def leave(self, line: Line) -> None:
        """A person is with him no more: his line has no purpose then."""
        third, line.third = line.third, None
        if third is not None:
            third.line = None
            self.end(third, *NORMAL)

    def end(self, third: Third, cause: int, sip_status: int | None) -> None:
        """His line is gone, whoever ended it, and with it that of the person who talks with him."""
        if third.is_over:
            return
        assert self.checks is not None
        third.is_over = True
        del self.by_id[third.id]
        self._network.on_trunk[third.endpoint] -= 1
        self._network.wires.emit(
            ev.ThirdEnded(
                at=self._agenda.now, transfer_id=third.id, cause=cause, sip_status=sip_status
            )
        )
        self.checks.third_over(third.id)
        line, third.line = third.line, None
        if line is not None:
            self._network.end(line, *NORMAL)

    def legs(self) -> list[ev.LegSeen]:
        """What CoreShowChannels shows of them."""
        return [
            ev.LegSeen(
                channel_id=one.id,
                channel=one.channel,
                is_up=one.is_up,
                bridge_id="" if one.line is None else f"bridge-{one.id}",
            )
            for one in self.by_id.values()
        ]
