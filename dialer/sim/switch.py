"""Asterisk with its dialplan: from the answer to a volunteer's ear, the queue, or the message.

An answered call's script asks the daemon where to go (`Wires.ask`); `route` is the answer. With the
daemon away the call is routed as the dialplan does it alone.
"""

from dialer.compliance.abandonment import LEGAL_WAIT_S
from dialer.domain.campaign import AmdMode
from dialer.domain.outcome import AmdVerdict
from dialer.domain.value import maker
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.sim.agenda import Agenda
from dialer.sim.chance import Chance
from dialer.sim.crew import Crew
from dialer.sim.line import NORMAL, Line, Wires
from dialer.sim.world import World

make_answered, make_asked = maker(ev.LineAnswered), maker(ev.RouteAsked)
make_connected = maker(ev.CallConnected)

QUEUE_SAFETY_S = 3.0
"""The dialplan's own limit on waiting, for when no daemon moves the call."""

MESSAGE_S = 8.0

GREETING_S = 6.0
"""For how long a machine still speaks when the recorded message is to be left there."""

KEPT_AT_MOST_S = 20.0
"""The dialplan's own limit on how long somebody is kept for a leg that broke off."""

LEAD_S = 0.1
"""The engine looks at a waiting person's clock so much before it runs out."""


class Switch:
    """Puts answered calls through."""

    def __init__(
        self, world: World, agenda: Agenda, chance: Chance, crew: Crew, wires: Wires
    ) -> None:
        self._law, self._detector = world.carrier, world.detector
        self._agenda = agenda
        self._chance = chance
        self._crew = crew
        self._wires = wires
        self._asked = 0
        self.rejoined = 0  # conversations that went on after a leg broke off
        self._queue_of: dict[str, Line] = {}  # who waits, by attempt
        self.while_away: list[ev.LineEvent] = []  # what the dialplan noted for us in AstDB

    # --- answered -------------------------------------------------------------------------------

    def answered(self, line: Line) -> None:
        """Somebody or something picked up."""
        if line.is_over:
            return
        now = line.answered_at = self._agenda.now
        self._wires.emit(make_answered(at=now, attempt_id=line.id, channel=line.channel))
        law = self._law
        if line.greeting_s is None and line.is_person and law.greeting_to_s > 0.0:
            line.greeting_s = self._chance.between(law.greeting_from_s, law.greeting_to_s)
        if line.greeting_s:
            self._wires.emit(ev.SpeechStarted(at=now, attempt_id=line.id))
            self._agenda.after(line.greeting_s, self._greeted, line)
        delay_s = 0.0
        if line.wish.amd_mode is AmdMode.GATE:
            detector = self._detector
            delay_s = detector.person_delay_s if line.is_person else detector.machine_delay_s
            line.verdict = self._judge(line)
        if delay_s > 0.0:
            self._agenda.after(delay_s, self._ask, line)
        else:
            self._ask(line)

    def _greeted(self, line: Line) -> None:
        if line.is_over or line.answered_at is None:
            return
        line.greeting_ended_at = self._agenda.now
        self._wires.emit(
            ev.SpeechStopped(at=self._agenda.now, attempt_id=line.id, silence_s=0.0)
        )
        if line.is_queued:
            self._wires.tick_after(LEGAL_WAIT_S - LEAD_S)

    def _judge(self, line: Line) -> AmdVerdict:
        law = self._detector
        if line.is_person:
            is_wrong = self._chance.happens(law.person_as_machine)
            return AmdVerdict.MACHINE if is_wrong else AmdVerdict.HUMAN
        is_wrong = self._chance.happens(law.machine_as_person)
        return AmdVerdict.HUMAN if is_wrong else AmdVerdict.MACHINE

    def _ask(self, line: Line) -> None:
        if line.is_over or line.volunteer is not None or line.is_message:
            return
        self._asked += 1
        self._wires.ask(
            make_asked(
                at=self._agenda.now,
                attempt_id=line.id,
                request_id=f"{line.id}/{self._asked}",
                channel=line.channel,
                verdict=line.verdict,
            ),
            line,
        )

    def route(self, line: Line, answer: cmd.RouteCall) -> None:
        """The engine's answer to a script that asked."""
        if line.is_over:
            return
        where = answer.destination
        if where is cmd.Destination.BRIDGE:
            self._bridge(line, answer.agent_channel)
        elif where is cmd.Destination.QUEUE:
            self._queue(line)
        elif where is cmd.Destination.MESSAGE:
            self._message(line)
        else:
            line.was_ended_by_us = True
            line.network.end(line, *NORMAL)

    def route_alone(self, line: Line) -> None:
        """What the dialplan does with no daemon to ask: his reserved agent, else the queue."""
        if line.verdict is AmdVerdict.MACHINE:
            line.was_ended_by_us = True
            line.network.end(line, *NORMAL)
            return
        volunteer = self._crew.by_channel.get(line.wish.agent_channel)
        if volunteer is not None and volunteer.line is None:
            self._bridge(line, volunteer.channel)
        else:
            self.while_away.append(ev.CallQueued(at=self._agenda.now, attempt_id=line.id))
            self._queue(line)

    # --- to a volunteer ---------------------------------------------------------------------------

    def _bridge(self, line: Line, channel: str) -> None:
        if self._law.connect_s > 0.0:
            self._agenda.after(self._law.connect_s, self._bridge_now, (line, channel))
        else:
            self._bridge_now((line, channel))

    def _bridge_now(self, what: tuple[Line, str]) -> None:
        line, channel = what
        if line.is_over or line.volunteer is not None or line.is_message:
            return
        volunteer = self._crew.by_channel.get(channel)
        if volunteer is None and line.connected_at is not None:
            line.is_kept = True
            return
        if volunteer is None:  # his leg is gone: the script asks again
            self._agenda.after(0.05, self._ask_again, line)
            return
        if volunteer.line is not None:  # Bridge() takes him out of the bridge that he is in
            self._wires.stolen(volunteer, line)
            volunteer.line.network.end(volunteer.line, *NORMAL)
        line.volunteer = volunteer
        self.rejoined += line.connected_at is not None
        line.connected_at = line.connected_at or self._agenda.now
        volunteer.is_shown_free = False
        self._wires.emit(
            make_connected(
                at=self._agenda.now, attempt_id=line.id, agent_id=volunteer.agent.id
            )
        )
        self._crew.connect(volunteer, line)

    def _ask_again(self, line: Line) -> None:
        self._ask(line)

    def _queue(self, line: Line) -> None:
        now = self._agenda.now
        line.is_queued = True
        self._queue_of[line.id] = line
        self._wires.emit(ev.CallQueued(at=now, attempt_id=line.id))
        assert line.answered_at is not None
        self._wires.tick_after(line.answered_at + LEGAL_WAIT_S - LEAD_S - now)
        if line.is_person and self._law.patience_s > 0.0:
            self._agenda.after(
                self._chance.exponential(self._law.patience_s), self._loses_patience, line
            )
        self._agenda.after(QUEUE_SAFETY_S, self._waited_too_long, line)
        self._serve_queue()

    def _loses_patience(self, line: Line) -> None:
        if line.is_queued and not line.is_over:
            line.network.end(line, *NORMAL)

    def _waited_too_long(self, line: Line) -> None:
        if line.is_queued and not line.is_over:
            self.leave_queue(line)
            self._message(line)

    def leave_queue(self, line: Line) -> None:
        """He waits no more, for whatever reason."""
        if line.is_queued:
            line.is_queued = False
            del self._queue_of[line.id]
            self._wires.emit(ev.CallUnqueued(at=self._agenda.now, attempt_id=line.id))

    def connect_waiting(self, line: Line, channel: str) -> None:
        """Redirected out of the queue, or from where he was kept, to a volunteer's leg."""
        line.network.thirds.leave(line)
        if line.is_queued or line.is_kept or line.connected_at is not None:
            self.leave_queue(line)
            line.is_kept, line.hears_tune_since = False, None
            self._bridge(line, channel)

    def hold(self, line: Line) -> None:
        """He leaves the conversation and waits."""
        if line.volunteer is not None:
            line.volunteer, line.is_kept = None, True
            self._wires.emit(ev.CallParted(at=self._agenda.now, attempt_id=line.id))

    def keep(self, line: Line) -> None:
        """The volunteer's leg broke off in mid-conversation: the person waits for it."""
        line.kept_since = self._agenda.now
        self.hold(line)
        self._agenda.after(KEPT_AT_MOST_S, self._kept_too_long, (line, self._agenda.now))

    def _kept_too_long(self, what: tuple[Line, float]) -> None:
        line, since = what
        if line.is_kept and not line.is_over and line.kept_since == since:
            self._wires.kept_too_long(line)
            line.network.end(line, *NORMAL)

    def show_agent(self, wish: cmd.ShowAgentToQueue) -> None:
        """Asterisk's queue is told whether it may give calls to a volunteer."""
        volunteer = self._crew.by_id[wish.agent_id]
        volunteer.is_shown_free = wish.is_free and bool(volunteer.channel)
        if volunteer.is_shown_free:
            self._serve_queue()

    def _serve_queue(self) -> None:
        for line in list(self._queue_of.values()):
            free = next((v for v in self._crew.by_id.values() if v.is_shown_free), None)
            if free is None:
                return
            self.leave_queue(line)
            self._bridge_now((line, free.channel))

    # --- the message, the end ---------------------------------------------------------------------

    def play_message(self, line: Line) -> None:
        """Redirected to the safe-harbor message."""
        if line.answered_at is not None and line.volunteer is None:
            self.leave_queue(line)
            self._message(line)

    def _message(self, line: Line) -> None:
        line.was_ended_by_us = line.is_message = True
        if not line.wish.may_play_message:
            line.network.end(line, *NORMAL)
            return
        line.message_started_at = self._agenda.now
        self._wires.emit(ev.MessageStarted(at=self._agenda.now, attempt_id=line.id))
        self._agenda.after(MESSAGE_S, self._message_over, line)

    def play_voicemail(self, line: Line) -> None:
        """A machine is left alone with the recorded message; its volunteer is free."""
        volunteer = line.volunteer
        if volunteer is None or line.is_voicemail:
            return
        line.volunteer, line.is_voicemail = None, True
        self._wires.emit(ev.CallParted(at=self._agenda.now, attempt_id=line.id))
        self._crew.left_message(volunteer)
        self._agenda.after(GREETING_S, self._voicemail, line)

    def _voicemail(self, line: Line) -> None:
        if not line.is_over:
            line.message_started_at = self._agenda.now
            self._wires.emit(ev.MessageStarted(at=self._agenda.now, attempt_id=line.id))
            self._agenda.after(MESSAGE_S, self._message_over, line)

    def _message_over(self, line: Line) -> None:
        if not line.is_over:
            self._wires.emit(ev.MessageFinished(at=self._agenda.now, attempt_id=line.id))
            line.network.end(line, *NORMAL)
