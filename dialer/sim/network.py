"""The telephone network: trunks, and the fate of every line that is dialed.

Telephone commands come in through `execute`; those about answered calls go on to the switch.
What happens is told through `Wires`.
"""

from collections.abc import Callable
from typing import Any

from dialer.domain.value import maker
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.sim.agenda import Agenda
from dialer.sim.chance import Chance
from dialer.sim.crew import Crew
from dialer.sim.line import NORMAL, RANG_OUT, TRUNK_OUT, Line, Wires
from dialer.sim.people import People
from dialer.sim.switch import Switch
from dialer.sim.thirds import Thirds
from dialer.sim.world import EndKind, TrunkLaw, World

CAUSES: dict[EndKind, tuple[int, int | None]] = {
    EndKind.BUSY: (17, 486),
    EndKind.NOT_IN_SERVICE: (1, 404),
    EndKind.CONGESTION: (34, 503),
    EndKind.REJECTED: (21, 603),
    EndKind.VOICEMAIL: (16, None),
    EndKind.NO_ANSWER: (19, 480),
}


make_rang, make_ended = maker(ev.LineRang), maker(ev.LineEnded)


class Network:
    """All lines that are up, and the trunks they go through."""

    def __init__(
        self,
        world: World,
        agenda: Agenda,
        chances: Callable[[str], Chance],
        crew: Crew,
        wires: Wires,
    ) -> None:
        self._law, self._detector = world.carrier, world.detector
        self._agenda = agenda
        self._fate = chances("carrier")
        self.crew = crew
        self.wires = wires
        self.thirds = Thirds(agenda, chances("thirds"), self)
        self.switch = Switch(world, agenda, chances("switch"), crew, wires)
        self._end_weights = [one.share for one in self._law.ends]
        self._trunk_laws = {f"trunk-{law.name}": law for law in self._law.trunks}
        self.failing: set[str] = set()
        self.dialed = 0
        self.people: People | None = None
        self.worked_h: Callable[[], float] = lambda: 0.0
        self.lines: dict[str, Line] = {}
        self.numbers: dict[str, int] = {}  # lines up to each number
        self.on_trunk: dict[str, int] = dict.fromkeys(self._trunk_laws, 0)
        self._do: dict[type, Callable[[Any], None]] = {
            cmd.Originate: self.originate,
            cmd.HangUp: self._hang_up,
            cmd.PlayMessage: self._play_message,
            cmd.ConnectCall: self._connect_call,
            cmd.HoldCall: self._hold_call,
            cmd.DialThird: self.thirds.dial,
            cmd.PutThrough: self.thirds.put_through,
            cmd.PlayVoicemail: self._play_voicemail,
            cmd.CallAgent: crew.call,
            cmd.DropAgent: crew.drop,
            cmd.ShowAgentToQueue: self.switch.show_agent,
        }

    def trunk_use(self, endpoint: str) -> tuple[int, int, float]:
        """Lines up on a trunk, its channel limit, its calls per second."""
        law = self._trunk_laws[endpoint]
        return self.on_trunk[endpoint], law.channel_limit, law.calls_per_second

    def execute(self, command: cmd.TelephoneCommand) -> None:
        """Carry out one command."""
        self._do[type(command)](command)

    # --- dialing --------------------------------------------------------------------------------

    def originate(self, wish: cmd.Originate) -> None:
        """Dial. The line's fate is drawn here."""
        law = self._trunk_laws.get(wish.endpoint)
        if law is None:
            reason = "no such trunk"
            self.wires.emit(
                ev.OriginateRefused(
                    at=self._agenda.now, attempt_id=wish.attempt_id, reason=reason
                )
            )
            return
        self.dialed += 1
        line = Line(wish, self, self._agenda.now)
        self.lines[line.id] = line
        number = wish.permit.e164
        self.numbers[number] = self.numbers.get(number, 0) + 1
        self.on_trunk[wish.endpoint] += 1
        if self._is_refused(law):
            line.ends_as = TRUNK_OUT
            self._agenda.after(0.2, self._fate_ends, line)
        else:
            self._draw_fate(line)

    def _is_refused(self, law: TrunkLaw) -> bool:
        return (
            law.name in self.failing
            or self.on_trunk[f"trunk-{law.name}"] > law.channel_limit
            or self._fate.happens(law.refused_share)
        )

    def _draw_fate(self, line: Line) -> None:
        law, fate = self._law, self._fate
        assert self.people is not None
        line.is_person = self.people.picks_up(line.wish.permit.lead_id, self.worked_h, fate)
        setup_s = fate.between(law.setup_from_s, law.setup_to_s)
        if line.is_person:
            longest_s = law.longest_ring_s
            while True:
                answer_s = setup_s + fate.gamma(law.ring_shape, law.ring_scale_s)
                if answer_s <= longest_s:
                    break
                setup_s = fate.between(law.setup_from_s, law.setup_to_s)
            self._rings(line, setup_s, answer_s, self.switch.answered)
            return
        end = law.ends[fate.choice(self._end_weights)]
        end_s = fate.between(end.from_s, end.to_s)
        line.ends_as = CAUSES[end.kind]
        if end.kind is EndKind.VOICEMAIL and self._detector.is_ideal():
            line.ends_as = RANG_OUT  # after a ring, so that nobody blames the trunk for silence
            self._rings(line, min(setup_s, end_s - 0.5), end_s, self._fate_ends)
        elif end.kind is EndKind.VOICEMAIL:
            self._rings(line, setup_s, end_s - self._detector.machine_delay_s, self.switch.answered)
        elif end.kind is EndKind.NO_ANSWER:
            self._rings(line, setup_s, end_s, self._fate_ends)
        else:
            self._agenda.after(end_s, self._fate_ends, line)

    def _rings(
        self, line: Line, setup_s: float, until_s: float, then: Callable[[Line], None]
    ) -> None:
        """Ring from the end of the set-up; our ring timeout may come before what fate has."""
        patience_s = line.wish.ring_timeout_s
        if setup_s < until_s:
            self._agenda.after(setup_s, self._ring, line)
        if until_s <= patience_s:
            self._agenda.after(until_s, then, line)
        else:
            line.ends_as = RANG_OUT
            self._agenda.after(patience_s, self._fate_ends, line)

    def _ring(self, line: Line) -> None:
        if not line.is_over:
            self.wires.emit(make_rang(at=self._agenda.now, attempt_id=line.id))

    def _fate_ends(self, line: Line) -> None:
        if not line.is_over:
            self.end(line, *line.ends_as)

    # --- orders for lines that are up, and the end ---------------------------------------------

    def _play_message(self, wish: cmd.PlayMessage) -> None:
        if (line := self.lines.get(wish.attempt_id)) is not None:
            self.switch.play_message(line)

    def _connect_call(self, wish: cmd.ConnectCall) -> None:
        if (line := self.lines.get(wish.attempt_id)) is not None:
            self.switch.connect_waiting(line, wish.agent_channel)

    def _hold_call(self, wish: cmd.HoldCall) -> None:
        if (line := self.lines.get(wish.attempt_id)) is not None:
            self.switch.hold(line)

    def _play_voicemail(self, wish: cmd.PlayVoicemail) -> None:
        if (line := self.lines.get(wish.attempt_id)) is not None:
            self.switch.play_voicemail(line)

    def _hang_up(self, wish: cmd.HangUp) -> None:
        line = self.lines.get(wish.attempt_id)
        if line is not None:
            line.was_ended_by_us = True
            self.end(line, *NORMAL)
        elif wish.attempt_id in self.thirds.by_id:
            self.thirds.end(self.thirds.by_id[wish.attempt_id], *NORMAL)
        elif wish.channel in self.crew.by_channel:
            self.crew.leg_gone(self.crew.by_channel[wish.channel])

    def end(self, line: Line, cause: int, sip_status: int | None) -> None:
        """The line is gone, whoever ended it."""
        if line.is_over:
            return
        line.is_over = True
        at = line.ended_at = self._agenda.now
        self.switch.leave_queue(line)
        del self.lines[line.id]
        number = line.wish.permit.e164
        self.numbers[number] -= 1
        if not self.numbers[number]:
            del self.numbers[number]
        self.on_trunk[line.wish.endpoint] -= 1
        if line.third is not None:
            self.wires.emit(ev.CallParted(at=at, attempt_id=line.id))
            self.thirds.leave(line)
        if line.volunteer is not None:
            self.wires.emit(ev.CallParted(at=at, attempt_id=line.id))
            if line.volunteer.line is line:
                self.crew.parted(line.volunteer)
        self.wires.emit(
            make_ended(at=at, attempt_id=line.id, cause=cause, sip_status=sip_status)
        )
        self.wires.line_over(line)

    def legs(self) -> tuple[ev.LegSeen, ...]:
        """What CoreShowChannels shows."""
        found = [
            ev.LegSeen(
                channel_id=line.id,
                channel=line.channel,
                is_up=line.answered_at is not None,
                bridge_id=_bridge_of(line),
                is_on_hold=line.is_kept and line.hears_tune_since is not None,
                is_voicemail=line.is_voicemail,
            )
            for line in self.lines.values()
        ]
        found += self.thirds.legs()
        for one in self.crew.by_channel.values():
            found.append(
                ev.LegSeen(
                    channel_id=one.leg_id,
                    channel=one.channel,
                    is_up=True,
                    bridge_id="held" if one.line is None else f"bridge-{one.agent.id}",
                )
            )
        return tuple(found)


def _bridge_of(line: Line) -> str:
    if line.third is not None:
        return f"bridge-{line.third.id}"
    return f"bridge-{line.volunteer.agent.id}" if line.volunteer else ""
