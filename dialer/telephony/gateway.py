"""Asterisk as the pump's `Telephony` port: commands out over AMI, facts in as engine events.

Nothing here waits for an answer: an action is written once, and its answer, if one ever comes,
is looked at when it comes. A lost answer changes nothing, for only a resync knows what is up.
"""

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from agi import names
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.runtime.ports import Sink, TelephonyAway
from dialer.telephony import actions, parse, resync
from dialer.telephony.actions import Action, ActionRefused
from dialer.telephony.link import AmiLink, AmiSettings, AnswerLost, Fields, LinkDown
from dialer.telephony.tracker import Tracker

log = logging.getLogger(__name__)

Clock = Callable[[], float]
Answered = Callable[[Fields], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class GatewaySettings:
    """`sounds_dir` holds the campaigns' safe-harbor messages, `message-<campaign id>`, and their
    voicemails, `voicemail-<campaign id>`.

    With `has_versions` both also lie there as `message-<version>`, so that what is played is what
    was meant when it was ordered. `recordings_dir` takes recordings.
    """

    ami: AmiSettings
    sounds_dir: str
    recordings_dir: str = ""
    has_versions: bool = False

    def message_sound(self, campaign_id: int, version: str) -> str:
        """The sound file's path as Asterisk wants it, without extension."""
        name = version if self.has_versions and version else str(campaign_id)
        return f"{self.sounds_dir}/message-{name}"

    def voicemail_sound(self, campaign_id: int, version: str) -> str:
        """The same of what is left on machines."""
        name = f"message-{version}" if self.has_versions else f"voicemail-{campaign_id}"
        return f"{self.sounds_dir}/{name}"

    def announcement_sound(self, version: str) -> str:
        """The announcement's path, empty where none is needed."""
        return f"{self.sounds_dir}/announcement-{version}" if version else ""

    def recording(self, file: str) -> str:
        """The path of a sound file that Asterisk writes, empty where there is none."""
        return f"{self.recordings_dir}/{file}" if file and self.recordings_dir else ""


class Gateway:
    """Implements runtime.ports.Telephony over one AMI link."""

    def __init__(self, settings: GatewaySettings, clock: Clock = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._link = AmiLink(settings.ami, parse.WANTED_EVENTS, self)
        self._tracker = Tracker()
        self._doomed: set[str] = set()  # to be hung up as soon as they have a channel
        self._missed: list[ev.Event] = []  # told by AstDB, not yet by us
        self._retold: set[ev.Event] = set()  # AstDB keeps them; the engine hears of each once
        self._sink: Sink = _nowhere
        self._is_ready = False
        self._version = ""
        self._clock_offset_s: float | None = None

    @property
    def counts(self) -> Counter[str]:
        """Messages, malformed ones, survived errors, lost answers, reconnects … for metrics."""
        return self._link.counts

    @property
    def events_read(self) -> int:
        """How many events Asterisk has sent us, wanted or not."""
        return self.counts["messages"] + self.counts["unwanted"]

    @property
    def is_ready(self) -> bool:
        """Whether the link is up and what is up is known."""
        return self._is_ready

    @property
    def version(self) -> str:
        """Asterisk's version as it told us, or empty."""
        return self._version

    def take_clock_offset_s(self) -> float | None:
        """How far our clock is ahead of Asterisk's: what the swiftest event since this was last
        asked seems to have taken to arrive. None without one."""
        offset_s, self._clock_offset_s = self._clock_offset_s, None
        return offset_s

    async def start(self, sink: Sink) -> None:
        """Connect in the background; `LinkCameUp` follows when the link works."""
        self._sink = sink
        await self._link.start()

    async def stop(self) -> None:
        """Let go of the link. Calls in progress stay up."""
        await self._link.stop()

    def break_link(self) -> None:
        """Give up this connection; a new one follows at once (for tests and emergencies)."""
        self._link.drop()

    async def execute(self, command: cmd.TelephoneCommand) -> None:
        """Carry out one command, at most once. Raises TelephonyAway."""
        if isinstance(command, cmd.Originate):
            self._originate(command)
            return
        if not self._is_ready:
            raise TelephonyAway("the AMI link is down")
        try:
            _EXECUTORS[type(command)](self, command)
        except LinkDown as error:
            raise TelephonyAway(str(error)) from error
        except ActionRefused as error:
            self.counts["actions_refused"] += 1
            log.error("%s was not sent to Asterisk: %s", type(command).__name__, error)

    # --- commands ----------------------------------------------------------------------------

    def _originate(self, command: cmd.Originate) -> None:
        now = self._clock()
        if not self._is_ready:
            self._unsent(command, "the AMI link is down")
            return
        if now >= command.permit.expires_at:
            self._unsent(command, "the permit ran out before the call could be placed")
            return
        try:
            sound = self._settings.message_sound(command.campaign_id, command.message_version)
            action = actions.originate(command, sound, self._settings.recording(command.audit_file))
            answer = self._link.send(action)
        except (LinkDown, ActionRefused) as error:
            self._unsent(command, str(error))
            return
        self._tracker.originating(command.attempt_id)
        answer.add_done_callback(partial(self._originate_answered, command.attempt_id))

    def _unsent(self, command: cmd.Originate, reason: str) -> None:
        self.counts["originates_unsent"] += 1
        self._sink(
            ev.OriginateUnsent(at=self._clock(), attempt_id=command.attempt_id, reason=reason)
        )

    def _originate_answered(self, attempt_id: str, answer: asyncio.Future[Fields]) -> None:
        """An Error means that no channel will be made. A lost answer means nothing at all."""
        refusal = _refusal(answer)
        if refusal:
            self._tracker.refused(attempt_id)
            self._doomed.discard(attempt_id)
            self._sink(ev.OriginateRefused(at=self._clock(), attempt_id=attempt_id, reason=refusal))

    def _hang_up(self, command: cmd.HangUp) -> None:
        self._end(command.attempt_id, command.channel)

    def _end(self, channel_id: str, channel: str = "") -> None:
        """Hang up by name, for AMI knows no other way: if there is no name yet, when there is."""
        name = channel or self._tracker.channel_of(channel_id)
        if name:
            self._send(actions.hang_up(name))
        elif self._tracker.is_originating(channel_id):
            self._doomed.add(channel_id)

    def _play_message(self, command: cmd.PlayMessage) -> None:
        self._send(actions.play_message(command.channel))

    def _connect_call(self, command: cmd.ConnectCall) -> None:
        for action in actions.connect_call(command.channel, command.agent_channel):
            self._send(action)

    def _hold_call(self, command: cmd.HoldCall) -> None:
        self._send(actions.hold_call(command.channel))

    def _play_voicemail(self, command: cmd.PlayVoicemail) -> None:
        sound = self._settings.voicemail_sound(command.campaign_id, command.voicemail_version)
        for action in actions.play_voicemail(command.channel, sound):
            self._send(action)

    def _dial_third(self, command: cmd.DialThird) -> None:
        answer = self._link.send(actions.dial_third(command))
        self._tracker.originating(command.transfer_id)
        answer.add_done_callback(partial(self._third_answered, command.transfer_id))

    def _third_answered(self, transfer_id: str, answer: asyncio.Future[Fields]) -> None:
        refusal = _refusal(answer)
        if refusal:
            log.error("Asterisk refused to call a third party: %s", refusal)
            self._tracker.refused(transfer_id)
            self._doomed.discard(transfer_id)
            self._sink(ev.ThirdEnded(at=self._clock(), transfer_id=transfer_id, cause=0))

    def _consult_third(self, command: cmd.ConsultThird) -> None:
        for action in actions.consult_third(command):
            self._send(action)

    def _put_through(self, command: cmd.PutThrough) -> None:
        for action in actions.put_through(command):
            self._send(action)

    def _start_recording(self, command: cmd.StartRecording) -> None:
        action = actions.start_recording(
            command,
            self._settings.announcement_sound(command.announcement_version),
            self._settings.recording(command.file),
        )
        self._send(action)
        self._tracker.originating(names.recorder_id(command.attempt_id, command.number))

    def _stop_recording(self, command: cmd.StopRecording) -> None:
        self._end(names.recorder_id(command.attempt_id, command.number))

    def _call_agent(self, command: cmd.CallAgent) -> None:
        *preparations, call = actions.call_agent(command)
        for action in preparations:
            self._send(action)
        answer = self._link.send(call)
        self._tracker.originating(command.leg_id)
        answer.add_done_callback(partial(self._agent_call_answered, command))

    def _agent_call_answered(self, command: cmd.CallAgent, answer: asyncio.Future[Fields]) -> None:
        refusal = _refusal(answer)
        if refusal:
            log.error("Asterisk refused to call agent %d: %s", command.agent_id, refusal)
            self._tracker.refused(command.leg_id)
            self._sink(ev.AgentLegDown(at=self._clock(), agent_id=command.agent_id))

    def _start_practice(self, command: cmd.StartPractice) -> None:
        answer = self._link.send(actions.start_practice(command))
        self._tracker.originating(command.practice_id)
        answer.add_done_callback(partial(self._practice_answered, command))

    def _practice_answered(
        self, command: cmd.StartPractice, answer: asyncio.Future[Fields]
    ) -> None:
        refusal = _refusal(answer)
        if refusal:
            log.error("Asterisk refused a practice call: %s", refusal)
            self._tracker.refused(command.practice_id)
            self._sink(
                ev.PracticeEnded(
                    at=self._clock(),
                    agent_id=command.agent_id,
                    practice_id=command.practice_id,
                )
            )

    def _drop_agent(self, command: cmd.DropAgent) -> None:
        for action in actions.drop_agent(command):
            self._send(action)
        self._end(command.leg_id)

    def _show_agent_to_queue(self, command: cmd.ShowAgentToQueue) -> None:
        self._send(actions.show_agent_to_queue(command))

    def _send(self, action: Action) -> None:
        self._link.send(action).add_done_callback(partial(self._answered, str(action["Action"])))

    def _answered(self, name: str, answer: asyncio.Future[Fields]) -> None:
        """A refusal is often only lateness: the channel has gone, the member is there already."""
        refusal = _refusal(answer)
        if refusal:
            self.counts[f"refused_{name.lower()}"] += 1
            log.info("Asterisk answered %s with an error: %s", name, refusal)

    # --- the link's listener -----------------------------------------------------------------

    def on_up(self, version: str) -> None:
        """Find out what happened and what is really up before anything else."""
        self._version = version
        self._missed.clear()
        self._link.send(resync.SHOW_AWAY, on_rows=self._tell_missed_answers)
        self._link.send(resync.SHOW_OPTOUTS, on_rows=self._tell_missed_optouts)
        self._link.send(resync.SHOW_CHANNELS, on_rows=self._resynced).add_done_callback(
            self._resync_answered
        )

    def _tell_missed_answers(self, rows: list[Fields]) -> None:
        self._missed += resync.missed_answers(rows)

    def _tell_missed_optouts(self, rows: list[Fields]) -> None:
        self._missed += resync.missed_optouts(rows)

    def _resynced(self, rows: list[Fields]) -> None:
        snapshot = resync.snapshot_of(rows)
        legs = snapshot.conversations()
        self._tracker.adopt(snapshot)
        self._is_ready = True
        log.info("Resync: %d legs of ours are up on Asterisk", len(legs))
        for event in self._missed:
            if event not in self._retold:
                self._retold.add(event)
                self._sink(event)
        self._missed.clear()
        self._sink(ev.LinkCameUp(at=self._clock(), legs=legs))

    def _resync_answered(self, answer: asyncio.Future[Fields]) -> None:
        refusal = _refusal(answer)
        if refusal:
            log.error(
                "Asterisk refused CoreShowChannels (%s): does the AMI user have write=reporting?",
                refusal,
            )
        if not self._is_ready:
            self._link.drop()

    def on_down(self) -> None:
        """What happens from now on is unseen."""
        self._tracker.clear()
        self._doomed.clear()
        if self._is_ready:
            self._is_ready = False
            self._sink(ev.LinkWentDown(at=self._clock()))

    def on_message(self, message: Fields) -> None:
        """One event of a kind we read."""
        now = self._clock()
        try:
            fact = parse.fact_of(message, now)
        except parse.Malformed as error:
            self.counts["malformed"] += 1
            log.warning("Asterisk sent a malformed event: %s", error)
            return
        if fact is None:
            return
        took_s = now - fact.at
        if self._clock_offset_s is None or took_s < self._clock_offset_s:
            self._clock_offset_s = took_s
        for event in self._tracker.apply(fact):
            self._sink(event)
        if self._doomed and fact.channel_id in self._doomed:
            self._doom(fact)

    def _doom(self, fact: parse.Fact) -> None:
        """Hang up what was to be hung up before it had a channel."""
        if isinstance(fact, parse.ChannelBorn):
            self._send(actions.hang_up(fact.channel))
            self._doomed.discard(fact.channel_id)
        elif not self._tracker.is_originating(fact.channel_id):
            self._doomed.discard(fact.channel_id)


_EXECUTORS: dict[type[cmd.TelephoneCommand], Callable[..., None]] = {
    cmd.HangUp: Gateway._hang_up,
    cmd.PlayMessage: Gateway._play_message,
    cmd.ConnectCall: Gateway._connect_call,
    cmd.HoldCall: Gateway._hold_call,
    cmd.PlayVoicemail: Gateway._play_voicemail,
    cmd.DialThird: Gateway._dial_third,
    cmd.ConsultThird: Gateway._consult_third,
    cmd.PutThrough: Gateway._put_through,
    cmd.StartRecording: Gateway._start_recording,
    cmd.StopRecording: Gateway._stop_recording,
    cmd.CallAgent: Gateway._call_agent,
    cmd.StartPractice: Gateway._start_practice,
    cmd.DropAgent: Gateway._drop_agent,
    cmd.ShowAgentToQueue: Gateway._show_agent_to_queue,
}
"""Every TelephoneCommand but Originate, which never raises."""


def _refusal(answer: asyncio.Future[Fields]) -> str:
    """Asterisk's words when it refused an action; empty when it agreed or nobody knows."""
    if answer.cancelled() or isinstance(answer.exception(), AnswerLost):
        return ""
    fields = answer.result()
    if fields.get("Response") == "Success":
        return ""
    return fields.get("Message") or fields.get("Response") or "no reason given"


def _nowhere(event: ev.Event) -> None:
    """Where events go before start()."""
