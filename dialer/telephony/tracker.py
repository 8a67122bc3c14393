"""From Asterisk's facts to the engine's events. Pure; one tracker for each AMI link.

Remembers only what a single message does not say: which channels live, which Originates have no
last word yet, who is bridged with whom, what was already reported. Everything is dropped when its
channel ends or the link is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass

from agi import names
from dialer.engine import events as ev
from dialer.telephony import parse
from dialer.telephony.bridges import BridgeTracker, Change, Joined
from dialer.telephony.resync import Snapshot

TALK_SILENCE_S = names.TALK_SILENCE_MS / 1000


@dataclass(kw_only=True, slots=True)
class _Leg:
    """One live channel of ours, and what of it was reported."""

    channel: str
    is_reported: bool = False  # answered (a person) or held (an agent, a third party)
    speech: int = 0  # 1: speech began, 2: the greeting is over
    is_queued: bool = False
    is_speaking: bool = False  # an agent, at this moment
    was_heard: bool = False  # an agent, in this conversation
    was_heard_alone: bool = False  # an agent, since his last one


class Tracker:
    """What is known of the live channels of ours."""

    def __init__(self) -> None:
        self._legs: dict[str, _Leg] = {}
        self._originating: dict[str, bool] = {}  # id -> whether a channel was ever seen
        self._leg_of_agent: dict[int, str] = {}
        self._bridges = BridgeTracker()

    def __len__(self) -> int:
        """Everything remembered (to show that memory is bounded)."""
        return len(self._legs) + len(self._originating) + len(self._bridges)

    def originating(self, channel_id: str) -> None:
        """An Originate with this ChannelId was sent."""
        self._originating[channel_id] = False
        agent_id = parse.agent_of_leg(channel_id)
        if agent_id is not None:
            self._leg_of_agent[agent_id] = channel_id

    def refused(self, channel_id: str) -> None:
        """Asterisk did not accept the Originate."""
        self._originating.pop(channel_id, None)

    def is_originating(self, channel_id: str) -> bool:
        """Whether an Originate was sent whose last word has not come."""
        return channel_id in self._originating

    def channel_of(self, channel_id: str) -> str | None:
        """The channel's name, when it lives."""
        leg = self._legs.get(channel_id)
        return None if leg is None else leg.channel

    def clear(self) -> None:
        """Forget everything: the link is lost."""
        self._legs.clear()
        self._originating.clear()
        self._leg_of_agent.clear()
        self._bridges.clear()

    def adopt(self, snapshot: Snapshot) -> None:
        """Start afresh from what a resync found alive. What was originated since stays known."""
        originating = dict.fromkeys(self._originating, True)
        self.clear()
        self._originating = originating
        for seen in snapshot.legs:
            self._legs[seen.channel_id] = _Leg(
                channel=seen.channel, is_reported=seen.is_up, speech=2 if seen.is_up else 0
            )
            agent_id = parse.agent_of_leg(seen.channel_id)
            if agent_id is not None:
                self._leg_of_agent[agent_id] = seen.channel_id
        for channel_id, bridge_id in snapshot.bridged:
            self._bridges.enter(channel_id, bridge_id)

    def apply(self, fact: parse.Fact) -> list[ev.Event]:
        """What the fact means to the engine."""
        return _HANDLERS[type(fact)](self, fact)

    def _born(self, fact: parse.ChannelBorn) -> list[ev.Event]:
        self._legs[fact.channel_id] = _Leg(channel=fact.channel)
        if fact.channel_id in self._originating:
            self._originating[fact.channel_id] = True
        return []

    def _rang(self, fact: parse.ChannelRang) -> list[ev.Event]:
        return [ev.LineRang(at=fact.at, attempt_id=fact.channel_id)]

    def _answered(self, fact: parse.ChannelAnswered) -> list[ev.Event]:
        leg = self._legs.setdefault(fact.channel_id, _Leg(channel=fact.channel))
        if leg.is_reported:
            return []
        leg.is_reported = True
        return [ev.LineAnswered(at=fact.at, attempt_id=fact.channel_id, channel=fact.channel)]

    def _gone(self, fact: parse.ChannelGone) -> list[ev.Event]:
        self._legs.pop(fact.channel_id, None)
        if fact.channel_id in self._originating:
            self._originating[fact.channel_id] = True
        found = self._told(fact.at, self._bridges.gone(fact.channel_id))
        recorded = parse.recorded_attempt(fact.channel_id)
        if recorded:
            found.append(ev.RecordingEnded(at=fact.at, attempt_id=recorded))
        if parse.is_visit(fact.channel_id):
            found.append(ev.VisitEnded(at=fact.at, visit_id=fact.channel_id))
        if parse.is_transfer(fact.channel_id):
            found.append(
                ev.ThirdEnded(
                    at=fact.at,
                    transfer_id=fact.channel_id,
                    cause=fact.cause,
                    sip_status=fact.sip_status,
                )
            )
        if parse.is_attempt(fact.channel_id):
            found.append(
                ev.LineEnded(
                    at=fact.at,
                    attempt_id=fact.channel_id,
                    cause=fact.cause,
                    sip_status=fact.sip_status,
                )
            )
        return found + self._agents_part(fact.at, fact.channel_id)

    def _originate_ended(self, fact: parse.OriginateEnded) -> list[ev.Event]:
        """A Failure without a channel will never see a Hangup: the fault is on our side."""
        had_channel = self._originating.pop(fact.channel_id, True)
        if fact.succeeded or had_channel:
            return []
        if parse.is_attempt(fact.channel_id):
            reason = f"Asterisk made no channel (reason {fact.reason or 'unknown'})"
            return [ev.OriginateRefused(at=fact.at, attempt_id=fact.channel_id, reason=reason)]
        if parse.is_transfer(fact.channel_id):
            return [ev.ThirdEnded(at=fact.at, transfer_id=fact.channel_id, cause=0)]
        return self._agents_part(fact.at, fact.channel_id)

    def _agents_part(self, at: float, channel_id: str) -> list[ev.Event]:
        """What the end of a channel is to an agent: of his leg, or of his practice call."""
        agent_id = parse.practising_agent(channel_id)
        if agent_id is not None:
            return [ev.PracticeEnded(at=at, agent_id=agent_id, practice_id=channel_id)]
        return self._agent_down(at, channel_id)

    def _agent_down(self, at: float, leg_id: str) -> list[ev.Event]:
        """Only the agent's present leg counts; an older one of his may end at any time."""
        agent_id = parse.agent_of_leg(leg_id)
        if agent_id is None or self._leg_of_agent.get(agent_id, leg_id) != leg_id:
            return []
        self._leg_of_agent.pop(agent_id, None)
        return [ev.AgentLegDown(at=at, agent_id=agent_id)]

    def _entered(self, fact: parse.BridgeEntered) -> list[ev.Event]:
        if not fact.is_holding:
            return self._told(fact.at, self._bridges.enter(fact.channel_id, fact.bridge_id))
        found = self._told(fact.at, self._bridges.leave_any(fact.channel_id))
        agent_id = parse.agent_of_leg(fact.channel_id)
        is_transfer = parse.is_transfer(fact.channel_id)
        if agent_id is None and not is_transfer:
            return found
        leg = self._legs.setdefault(fact.channel_id, _Leg(channel=fact.channel))
        if leg.is_reported:
            return found
        leg.is_reported = True
        if is_transfer:
            its = fact.channel_id
            found.append(ev.ThirdAnswered(at=fact.at, transfer_id=its, channel=fact.channel))
        elif agent_id is not None:
            self._leg_of_agent.setdefault(agent_id, fact.channel_id)
            found.append(ev.AgentLegUp(at=fact.at, agent_id=agent_id, channel=fact.channel))
        return found

    def _left(self, fact: parse.BridgeLeft) -> list[ev.Event]:
        return self._told(fact.at, self._bridges.leave(fact.channel_id, fact.bridge_id))

    def _queue_entered(self, fact: parse.QueueEntered) -> list[ev.Event]:
        leg = self._legs.get(fact.channel_id)
        if leg is not None:
            leg.is_queued = True
        return [ev.CallQueued(at=fact.at, attempt_id=fact.channel_id)]

    def _queue_left(self, fact: parse.QueueLeft) -> list[ev.Event]:
        """Abandon and Leave may both come for one person."""
        leg = self._legs.get(fact.channel_id)
        if leg is None or not leg.is_queued:
            return []
        leg.is_queued = False
        return [ev.CallUnqueued(at=fact.at, attempt_id=fact.channel_id)]

    def _message(self, fact: parse.MessageMarked) -> list[ev.Event]:
        return [_MESSAGE[fact.state](at=fact.at, attempt_id=fact.channel_id)]

    def _recording(self, fact: parse.RecordingMarked) -> list[ev.Event]:
        return [_RECORDING_EVENTS[fact.state](at=fact.at, attempt_id=fact.channel_id)]

    def _talking(self, fact: parse.TalkingChanged) -> list[ev.Event]:
        """Of a person only the greeting, its begin and its end; of an agent that he is heard.
        The rest of the talk is nobody's business."""
        leg = self._legs.get(fact.channel_id)
        agent_id = parse.agent_of_leg(fact.channel_id)
        if leg is not None and agent_id is not None:
            leg.is_speaking = fact.is_talking
            is_with_somebody = self._bridges.is_talking(fact.channel_id)
            tell = self._heard if is_with_somebody else self._heard_alone
            return tell(fact.at, agent_id, leg)
        if leg is None or leg.speech != (0 if fact.is_talking else 1):
            return []
        leg.speech += 1
        if fact.is_talking:
            return [ev.SpeechStarted(at=fact.at, attempt_id=fact.channel_id)]
        return [ev.SpeechStopped(at=fact.at, attempt_id=fact.channel_id, silence_s=TALK_SILENCE_S)]

    def _heard(self, at: float, agent_id: int, leg: _Leg) -> list[ev.Event]:
        """Once in a conversation."""
        if not leg.is_speaking or leg.was_heard:
            return []
        leg.was_heard = True
        return [ev.AgentSpoke(at=at, agent_id=agent_id)]

    def _heard_alone(self, at: float, agent_id: int, leg: _Leg) -> list[ev.Event]:
        """Once between two conversations."""
        if not leg.is_speaking or leg.was_heard_alone:
            return []
        leg.was_heard_alone = True
        return [ev.AgentSpokeAlone(at=at, agent_id=agent_id)]

    def _told(self, at: float, changes: list[Change]) -> list[ev.Event]:
        found: list[ev.Event] = []
        for change in changes:
            if isinstance(change, Joined) and parse.is_transfer(change.leg_id):
                found.append(ev.ThirdJoined(at=at, transfer_id=change.leg_id))
                continue
            is_visit = parse.is_visit(change.attempt_id)
            if isinstance(change, Joined):
                agent_id = parse.agent_of_leg(change.leg_id)
                assert agent_id is not None
                found.append(
                    ev.VisitConnected(at=at, visit_id=change.attempt_id, agent_id=agent_id)
                    if is_visit
                    else ev.CallConnected(at=at, attempt_id=change.attempt_id, agent_id=agent_id)
                )
                if (leg := self._legs.get(change.leg_id)) is not None:
                    leg.was_heard = leg.was_heard_alone = False
                    found += self._heard(at, agent_id, leg)
            elif is_visit:
                found.append(ev.VisitParted(at=at, visit_id=change.attempt_id))
            else:
                found.append(ev.CallParted(at=at, attempt_id=change.attempt_id))
        return found


_RECORDING_EVENTS: dict[str, type[ev.LineEvent]] = {
    names.RECORDING_ANNOUNCING: ev.AnnouncementBegan,
    names.RECORDING_ANNOUNCED: ev.AnnouncementEnded,
    names.RECORDING_BEGUN: ev.RecordingBegan,
}

_MESSAGE: dict[str, type[ev.LineEvent]] = {
    names.MESSAGE_STARTED: ev.MessageStarted,
    names.MESSAGE_FINISHED: ev.MessageFinished,
    names.MESSAGE_FAILED: ev.MessageFailed,
}

_HANDLERS: dict[type[parse.Fact], Callable[..., list[ev.Event]]] = {
    parse.ChannelBorn: Tracker._born,
    parse.ChannelRang: Tracker._rang,
    parse.ChannelAnswered: Tracker._answered,
    parse.ChannelGone: Tracker._gone,
    parse.OriginateEnded: Tracker._originate_ended,
    parse.BridgeEntered: Tracker._entered,
    parse.BridgeLeft: Tracker._left,
    parse.QueueEntered: Tracker._queue_entered,
    parse.QueueLeft: Tracker._queue_left,
    parse.MessageMarked: Tracker._message,
    parse.RecordingMarked: Tracker._recording,
    parse.TalkingChanged: Tracker._talking,
}
