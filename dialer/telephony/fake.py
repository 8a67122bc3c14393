"""A telephone world in memory behind the same port: for tests of the pump, and for the curious.

What a number does is scripted by `FarEnd`; calls are routed by the FrontDesk as a real Asterisk's
dialplan would do it. The contract suite runs against this and against a real Asterisk.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping

from agi import names
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.runtime.ports import FrontDesk, Sink, TelephonyAway
from dialer.telephony import actions
from dialer.telephony.actions import ActionRefused
from dialer.telephony.fake_lines import (
    NO_ANSWER,
    FakeAgentLeg,
    FakeLine,
    FakeVisit,
    FarEnd,
)
from dialer.telephony.fake_thirds import FakeThirds
from dialer.telephony.fake_voicemail import FakeVoicemail
from dialer.telephony.gateway import Clock

SILENCE_S = 0.4


class FakeTelephony:
    """Implements runtime.ports.Telephony. Events never come from within execute()."""

    def __init__(
        self,
        far_ends: Mapping[str, FarEnd],
        *,
        front_desk: FrontDesk | None = None,
        endpoints: frozenset[str] = frozenset({"sim"}),
        extensions: frozenset[str] = frozenset({"1001", "1002", "1003"}),
        clock: Clock = time.time,
    ) -> None:
        self.dialed: list[str] = []
        self._far_ends = far_ends
        self._front_desk = front_desk
        self._endpoints = endpoints
        self._extensions = extensions
        self._clock = clock
        self._sink: Sink = lambda _: None
        self._is_up = False
        self._lines: dict[str, FakeLine] = {}
        self._visits: dict[str, FakeVisit] = {}
        self._agents: dict[int, FakeAgentLeg] = {}
        self._practices: dict[str, int] = {}  # whose practice call that is
        self._thirds = FakeThirds(far_ends, extensions, self._emit, clock)
        self._voicemail = FakeVoicemail(self._lines, self._emit, self._end, clock)
        self._numbers = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()

    # --- the port --------------------------------------------------------------------------------

    async def start(self, sink: Sink) -> None:
        """Connect in the background; `LinkCameUp` follows when the link works."""
        self._sink = sink
        self._soon(self.mend_link)

    async def stop(self) -> None:
        """Let go of the link. Calls in progress stay up."""
        self.break_link()
        for line in self._lines.values():
            line.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def execute(self, command: cmd.TelephoneCommand) -> None:
        """Carry out one command, at most once. Raises TelephonyAway."""
        if isinstance(command, cmd.Originate):
            self._originate(command)
        elif not self._is_up:
            raise TelephonyAway("the link is down")
        else:
            self._soon(_EXECUTORS[type(command)], self, command)

    # --- the test's hands ------------------------------------------------------------------------

    def break_link(self) -> None:
        """The AMI link is lost; calls go on unseen."""
        if self._is_up:
            self._emit(ev.LinkWentDown(at=self._clock()))
            self._is_up = False

    def mend_link(self) -> None:
        """The AMI link is back, with what is really up."""
        self._is_up = True
        legs = [line.seen() for line in self._lines.values()]
        legs += [visit.seen() for visit in self._visits.values()]
        legs += self._thirds.seen()
        calls = (*self._lines.values(), *self._visits.values())
        talking = {call.agent_id for call in calls}
        legs += [leg.seen(number, number in talking) for number, leg in self._agents.items()]
        self._emit(ev.LinkCameUp(at=self._clock(), legs=tuple(legs)))

    def person_hangs_up(self, attempt_id: str) -> None:
        """The called person ends the call."""
        self._end(attempt_id, 16, None)

    async def somebody_calls(self, called: str, caller: str = "") -> str:
        """A call comes in (E.164), and goes where the front desk says; returns its id."""
        visit_id = f"{names.VISIT_PREFIX}{next(self._numbers)}"
        visit = FakeVisit(id=visit_id, channel=f"PJSIP/sim-{visit_id}")
        self._visits[visit_id] = visit
        assert self._front_desk is not None
        answer = await self._front_desk.incoming(
            ev.VisitAsked(
                at=self._clock(),
                visit_id=visit_id,
                request_id=visit_id,
                channel=visit.channel,
                called=called,
                caller=caller,
            )
        )
        legs = {leg.channel: number for number, leg in self._agents.items()}
        if answer.destination is cmd.Destination.BRIDGE and answer.agent_channel in legs:
            visit.agent_id = legs[answer.agent_channel]
            self._emit(
                ev.VisitConnected(at=self._clock(), visit_id=visit_id, agent_id=visit.agent_id)
            )
        return visit_id

    def _hang_up(self, command: cmd.HangUp) -> None:
        its = command.attempt_id
        others = (
            (self._practices, self._practice_ends),
            (self._thirds, self._third_ends),
            (self._visits, self._visit_ends),
        )
        next((end for known, end in others if its in known), self.person_hangs_up)(its)

    def _third_ends(self, transfer_id: str) -> None:
        with_whom = self._thirds.end(transfer_id)
        if with_whom in self._lines:
            self.person_hangs_up(with_whom)

    def _start_practice(self, command: cmd.StartPractice) -> None:
        self._practices[command.practice_id] = command.agent_id

    def _practice_ends(self, practice_id: str) -> None:
        agent_id = self._practices.pop(practice_id, None)
        if agent_id is not None:
            at = self._clock()
            self._emit(ev.PracticeEnded(at=at, agent_id=agent_id, practice_id=practice_id))

    def _visit_ends(self, visit_id: str) -> None:
        visit = self._visits.pop(visit_id, None)
        if visit is None:
            return
        if visit.agent_id is not None:
            self._emit(ev.VisitParted(at=self._clock(), visit_id=visit_id))
        self._emit(ev.VisitEnded(at=self._clock(), visit_id=visit_id))

    # --- a person's line -------------------------------------------------------------------------

    def _originate(self, wish: cmd.Originate) -> None:
        reason = self._unsent_because(wish)
        if reason:
            self._soon(
                self._sink,  # told even while the link is down: it is our own word
                ev.OriginateUnsent(at=self._clock(), attempt_id=wish.attempt_id, reason=reason),
            )
        else:
            self._soon(self._dial, wish)

    def _unsent_because(self, wish: cmd.Originate) -> str:
        if not self._is_up:
            return "the link is down"
        if self._clock() >= wish.permit.expires_at:
            return "the permit ran out before the call could be placed"
        try:
            actions.originate(wish, "message")
        except ActionRefused as error:
            return str(error)
        return ""

    def _dial(self, wish: cmd.Originate) -> None:
        self.dialed.append(wish.dial_string)
        at, attempt_id = self._clock(), wish.attempt_id
        if wish.endpoint not in self._endpoints:
            self._emit(ev.OriginateRefused(at=at, attempt_id=attempt_id, reason="no endpoint"))
            return
        channel = f"PJSIP/{wish.endpoint}-{next(self._numbers):08x}"
        line = self._lines[attempt_id] = FakeLine(id=attempt_id, channel=channel, wish=wish)
        far_end = self._far_ends.get(wish.dial_string, NO_ANSWER)
        if far_end.ends is not None:
            self._end(attempt_id, *far_end.ends)
            return
        if far_end.rings:
            self._emit(ev.LineRang(at=at, attempt_id=attempt_id))
        if far_end.answers:
            self._answer(line, far_end)
        else:
            line.timer = asyncio.get_running_loop().call_later(
                wish.ring_timeout_s, self._end, attempt_id, 19, 480
            )

    def _answer(self, line: FakeLine, far_end: FarEnd) -> None:
        at = self._clock()
        line.is_up = True
        self._emit(ev.LineAnswered(at=at, attempt_id=line.id, channel=line.channel))
        task = asyncio.get_running_loop().create_task(self._route(line), name="fake-route")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if far_end.says_hello:
            self._emit(ev.SpeechStarted(at=at, attempt_id=line.id))
            self._emit(ev.SpeechStopped(at=at, attempt_id=line.id, silence_s=SILENCE_S))

    async def _route(self, line: FakeLine) -> None:
        """What callbank-answered does; without a front desk, as if the daemon were away."""
        destination, channel = cmd.Destination.BRIDGE, line.wish.agent_channel
        if self._front_desk is not None:
            asked = ev.RouteAsked(
                at=self._clock(),
                attempt_id=line.id,
                request_id=f"{line.id}/{next(self._numbers)}",
                channel=line.channel,
            )
            answer = await self._front_desk.route(asked)
            destination, channel = answer.destination, answer.agent_channel
        if line.id not in self._lines:
            return
        legs = {leg.channel: number for number, leg in self._agents.items()}
        if destination is cmd.Destination.BRIDGE and channel in legs:
            self._connect(line, legs[channel])
        elif destination in (cmd.Destination.BRIDGE, cmd.Destination.QUEUE):
            self._queue(line)
        elif destination is cmd.Destination.MESSAGE:
            self._message(line)
        else:
            self._end(line.id, 16, None)

    def _queue(self, line: FakeLine) -> None:
        line.is_queued = True
        self._emit(ev.CallQueued(at=self._clock(), attempt_id=line.id))
        self._serve_queues()

    def _connect_waiting(self, command: cmd.ConnectCall) -> None:
        """Redirected out of the queue, to the agent's leg."""
        line = self._lines.get(command.attempt_id)
        legs = {leg.channel: number for number, leg in self._agents.items()}
        if line is not None and command.agent_channel in legs:
            self._unqueue(line)
            self._thirds.leave(command.agent_channel)
            self._connect(line, legs[command.agent_channel])

    def _hold(self, command: cmd.HoldCall | cmd.ConsultThird | cmd.PutThrough) -> None:
        line = self._lines.get(command.attempt_id)
        if line is not None and line.agent_id is not None:
            line.agent_id, line.is_on_hold = None, True
            self._emit(ev.CallParted(at=self._clock(), attempt_id=line.id))

    def _consult(self, command: cmd.ConsultThird) -> None:
        if self._thirds.consult(command):
            self._hold(command)

    def _put_through(self, command: cmd.PutThrough) -> None:
        """Who finds the third party gone stays on hold."""
        self._hold(command)
        line = self._lines.get(command.attempt_id)
        if line is not None:
            self._thirds.take(line, command.third_channel)

    def _serve_queues(self) -> None:
        """The longest-waiting person gets a free agent."""
        for line in [line for line in self._lines.values() if line.is_queued]:
            agent_id = next((n for n, leg in self._agents.items() if leg.is_free), None)
            if agent_id is not None:
                self._unqueue(line)
                self._connect(line, agent_id)

    def _unqueue(self, line: FakeLine) -> None:
        if line.is_queued:
            line.is_queued = False
            self._emit(ev.CallUnqueued(at=self._clock(), attempt_id=line.id))

    def _connect(self, line: FakeLine, agent_id: int) -> None:
        self._agents[agent_id].is_free = False
        line.agent_id, line.is_on_hold = agent_id, False
        self._emit(ev.CallConnected(at=self._clock(), attempt_id=line.id, agent_id=agent_id))
        if self._agents[agent_id].speaks:
            self._emit(ev.AgentSpoke(at=self._clock(), agent_id=agent_id))

    def _play_message(self, command: cmd.PlayMessage) -> None:
        line = self._lines.get(command.attempt_id)
        if line is not None and line.is_up:
            self._unqueue(line)
            self._message(line)

    def _message(self, line: FakeLine) -> None:
        if line.wish.may_play_message:
            self._emit(ev.MessageStarted(at=self._clock(), attempt_id=line.id))
            self._emit(ev.MessageFinished(at=self._clock(), attempt_id=line.id))
        self._end(line.id, 16, None)

    def _start_recording(self, command: cmd.StartRecording) -> None:
        line = self._lines.get(command.attempt_id)
        if line is None or line.agent_id is None:
            return
        line.is_recorded = True
        told: list[type[ev.LineEvent]] = [ev.RecordingBegan]
        if command.announcement_version:
            told = [ev.AnnouncementBegan, ev.AnnouncementEnded, ev.RecordingBegan]
        for kind in told:
            self._emit(kind(at=self._clock(), attempt_id=line.id))

    def _stop(self, command: cmd.StopRecording) -> None:
        self._stop_recording(command.attempt_id)

    def _stop_recording(self, attempt_id: str) -> None:
        line = self._lines.get(attempt_id)
        if line is not None and line.is_recorded:
            line.is_recorded = False
            self._emit(ev.RecordingEnded(at=self._clock(), attempt_id=attempt_id))

    def _end(self, attempt_id: str, cause: int, sip_status: int | None) -> None:
        self._stop_recording(attempt_id)
        line = self._lines.pop(attempt_id, None)
        if line is None:
            return
        line.cancel()
        self._unqueue(line)
        at = self._clock()
        if line.agent_id is not None or line.third_id:
            self._emit(ev.CallParted(at=at, attempt_id=attempt_id))
        self._thirds.end(line.third_id)
        self._emit(ev.LineEnded(at=at, attempt_id=attempt_id, cause=cause, sip_status=sip_status))

    # --- agents ----------------------------------------------------------------------------------

    def _call_agent(self, command: cmd.CallAgent) -> None:
        at, agent_id = self._clock(), command.agent_id
        if command.over is None and command.extension not in self._extensions:
            self._emit(ev.AgentLegDown(at=at, agent_id=agent_id))
            return
        endpoint = command.extension if command.over is None else command.over.endpoint
        channel = f"PJSIP/{endpoint}-{next(self._numbers):08x}"
        self._agents[agent_id] = FakeAgentLeg(
            id=command.leg_id, channel=channel, may_break_off=command.may_break_off
        )
        self._emit(ev.AgentLegUp(at=at, agent_id=agent_id, channel=channel))
        if self._agents[agent_id].speaks:
            self._emit(ev.AgentSpokeAlone(at=at, agent_id=agent_id))

    def _drop_agent(self, command: cmd.DropAgent) -> None:
        leg = self._agents.get(command.agent_id)
        if leg is None or leg.id != command.leg_id:
            return
        del self._agents[command.agent_id]
        for line in [x for x in self._lines.values() if x.agent_id == command.agent_id]:
            if leg.may_break_off:
                line.agent_id = None
                self._emit(ev.CallParted(at=self._clock(), attempt_id=line.id))
            else:
                self._end(line.id, 16, None)
        self._emit(ev.AgentLegDown(at=self._clock(), agent_id=command.agent_id))

    def _show_agent(self, command: cmd.ShowAgentToQueue) -> None:
        leg = self._agents.get(command.agent_id)
        if leg is not None:
            leg.is_free = command.is_free
            self._serve_queues()

    def _emit(self, event: ev.Event) -> None:
        if self._is_up:
            self._sink(event)

    def _soon(self, call: Callable[..., None], *args: object) -> None:
        asyncio.get_running_loop().call_soon(call, *args)


_EXECUTORS: dict[type[cmd.TelephoneCommand], Callable[..., None]] = {
    cmd.HangUp: FakeTelephony._hang_up,
    cmd.PlayMessage: FakeTelephony._play_message,
    cmd.ConnectCall: FakeTelephony._connect_waiting,
    cmd.HoldCall: FakeTelephony._hold,
    cmd.DialThird: lambda fake, command: fake._thirds.dial(command),
    cmd.ConsultThird: FakeTelephony._consult,
    cmd.PutThrough: FakeTelephony._put_through,
    cmd.PlayVoicemail: lambda fake, command: fake._voicemail.play(command),
    cmd.StartRecording: FakeTelephony._start_recording,
    cmd.StopRecording: FakeTelephony._stop,
    cmd.CallAgent: FakeTelephony._call_agent,
    cmd.StartPractice: FakeTelephony._start_practice,
    cmd.DropAgent: FakeTelephony._drop_agent,
    cmd.ShowAgentToQueue: FakeTelephony._show_agent,
}
"""Every TelephoneCommand but Originate, which never raises."""
