"""AMI messages as typed facts. Pure: fields in, a fact, nothing, or `Malformed` out.

A fact says what one channel did, in Asterisk's terms; tracker.py turns facts into the engine's
events. Messages about channels that are none of ours are passed over as early as possible.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from agi import names

Fields = Mapping[str, str]

_OURS = (
    names.ATTEMPT_PREFIX,
    names.AGENT_LEG_PREFIX,
    names.RECORDER_PREFIX,
    names.PRACTICE_PREFIX,
    names.TRANSFER_PREFIX,
)
_CALLED_US = (names.CONTEXT_INBOUND, names.CONTEXT_OPTOUT)
_SIP_STATUS = re.compile(r"\b([1-6][0-9]{2})\b")


class Malformed(ValueError):
    """A message of a kind we know lacks what such a message must have."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Fact:
    """Something a channel did. `channel_id` is its Uniqueid, or a Local half's whole name.

    A call that came in has an Uniqueid of Asterisk's making: it goes by that with `in-` before it.
    """

    at: float
    channel_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelBorn(Fact):
    """Asterisk made a channel of ours."""

    channel: str


class ChannelRang(Fact):
    """The far end rings."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelAnswered(Fact):
    """The far end picked up."""

    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelGone(Fact):
    """The channel is no more."""

    cause: int
    sip_status: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class OriginateEnded(Fact):
    """Asterisk's last word on an Originate; its Reason is not an outcome code."""

    succeeded: bool
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeEntered(Fact):
    """A channel entered a bridge. Also told of Local halves, which link two bridges."""

    bridge_id: str
    channel: str
    is_holding: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class BridgeLeft(Fact):
    """A channel left a bridge."""

    bridge_id: str


class QueueEntered(Fact):
    """An answered person stands in a queue."""


class QueueLeft(Fact):
    """A person left the queue, whichever way."""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageMarked(Fact):
    """The dialplan tells where the safe-harbor message stands: one of names.MESSAGE_*."""

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordingMarked(Fact):
    """The dialplan tells where a recording stands, in the words of names.RECORDING_STATES."""

    state: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TalkingChanged(Fact):
    """TALK_DETECT saw speech begin or end."""

    is_talking: bool


def fact_of(message: Fields, arrived_at: float) -> Fact | None:
    """The fact that a message holds, if it concerns us. Raises Malformed."""
    reader = _READERS.get(message.get("Event", ""))
    return None if reader is None else reader(message, arrived_at)


def instant_of(message: Fields, arrived_at: float) -> float:
    """Asterisk's own instant of an event (timestampevents=yes), else that of its arrival."""
    try:
        at = float(message["Timestamp"])
    except (KeyError, ValueError):
        return arrived_at
    return at if math.isfinite(at) and at > 0 else arrived_at


def agent_of_leg(leg_id: str) -> int | None:
    """The agent whose leg has this id (`agent-<agent>-<run>-<n>`), or None for anything else."""
    return _agent_after(names.AGENT_LEG_PREFIX, leg_id)


def practising_agent(channel_id: str) -> int | None:
    """The agent in whose practice call this channel is at his leg, or None for anything else."""
    return _agent_after(names.PRACTICE_PREFIX, channel_id)


def _agent_after(prefix: str, channel_id: str) -> int | None:
    if not channel_id.startswith(prefix):
        return None
    number = channel_id.removeprefix(prefix).partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() else None


def is_ours(channel_id: str) -> bool:
    """Whether the channel is one of those that we begin."""
    return channel_id.startswith(_OURS)


def is_attempt(channel_id: str) -> bool:
    """Whether the channel is a called person's."""
    return channel_id.startswith(names.ATTEMPT_PREFIX)


def is_transfer(channel_id: str) -> bool:
    """Whether the channel is a third party's."""
    return channel_id.startswith(names.TRANSFER_PREFIX)


def recorded_attempt(channel_id: str) -> str:
    """The attempt that this channel records; empty for any other channel."""
    if channel_id.endswith(names.LISTENER_SUFFIX):
        return ""
    is_recorder = channel_id.startswith(names.RECORDER_PREFIX)
    recorded = channel_id.removeprefix(names.RECORDER_PREFIX).partition(".")[0]
    return recorded if is_recorder else ""


def is_visit(channel_id: str) -> bool:
    """Whether the channel is a caller's."""
    return channel_id.startswith(names.VISIT_PREFIX)


def our_id(message: Fields) -> str:
    """The channel's id as we call it, or empty when it is none of ours."""
    channel_id = message.get("Uniqueid", "")
    if is_ours(channel_id):
        return channel_id
    # Who called us is told by where in the dialplan he is. Who was called back there first had an
    # id of ours.
    is_caller = bool(channel_id) and message.get("Context") in _CALLED_US
    return names.VISIT_PREFIX + channel_id if is_caller else ""


def is_local_half(channel: str) -> bool:
    """Whether the channel is one half of a Local channel."""
    return channel.startswith("Local/")


def other_half(channel: str) -> str:
    """The name of a Local channel's other half: `Local/…;1` and `Local/…;2` are one wire."""
    return channel[:-1] + ("2" if channel.endswith("1") else "1")


def _need(message: Fields, header: str) -> str:
    value = message.get(header)
    if not value:
        raise Malformed(f"{message.get('Event')} without {header}")
    return value


def _new_channel(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _need(message, "Uniqueid")
    if not is_ours(channel_id):
        return None
    return ChannelBorn(
        at=instant_of(message, arrived_at),
        channel_id=channel_id,
        channel=_need(message, "Channel"),
    )


def _new_state(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _need(message, "Uniqueid")
    if not is_attempt(channel_id):
        return None
    state = _need(message, "ChannelState")
    at = instant_of(message, arrived_at)
    if state == "6":
        return ChannelAnswered(at=at, channel_id=channel_id, channel=_need(message, "Channel"))
    return ChannelRang(at=at, channel_id=channel_id) if state == "5" else None


def _talker(message: Fields) -> str | None:
    """Who it is about, if he can be in a conversation of ours: Local halves go by their names."""
    _need(message, "Uniqueid")
    channel_id = our_id(message)
    if channel_id:
        return channel_id
    channel = _need(message, "Channel")
    return channel if is_local_half(channel) else None


def _hang_up(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _talker(message)
    if channel_id is None:
        return None
    cause = _need(message, "Cause")
    if not (cause.isascii() and cause.isdigit()):
        raise Malformed("Hangup with a Cause that is no number")
    status = _SIP_STATUS.search(message.get("TechCause", ""))  # absent before Asterisk 22.7
    return ChannelGone(
        at=instant_of(message, arrived_at),
        channel_id=channel_id,
        cause=int(cause),
        sip_status=int(status[1]) if status else None,
    )


def _originate_response(message: Fields, arrived_at: float) -> Fact | None:
    # Uniqueid is "<null>" when no channel was made, but the ActionID is always our own id.
    channel_id = message.get("ActionID") or _need(message, "Uniqueid")
    if not is_ours(channel_id):
        return None
    response = _need(message, "Response")
    return OriginateEnded(
        at=instant_of(message, arrived_at),
        channel_id=channel_id,
        succeeded=response == "Success",
        reason=message.get("Reason", ""),
    )


def _bridge_enter(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _talker(message)
    if channel_id is None:
        return None
    return BridgeEntered(
        at=instant_of(message, arrived_at),
        channel_id=channel_id,
        channel=_need(message, "Channel"),
        bridge_id=_need(message, "BridgeUniqueid"),
        is_holding=message.get("BridgeTechnology") == "holding_bridge",
    )


def _bridge_leave(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _talker(message)
    if channel_id is None:
        return None
    return BridgeLeft(
        at=instant_of(message, arrived_at),
        channel_id=channel_id,
        bridge_id=_need(message, "BridgeUniqueid"),
    )


def _queue_join(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _need(message, "Uniqueid")
    if not is_attempt(channel_id):
        return None
    return QueueEntered(at=instant_of(message, arrived_at), channel_id=channel_id)


def _queue_leave(message: Fields, arrived_at: float) -> Fact | None:
    channel_id = _need(message, "Uniqueid")
    if not is_attempt(channel_id):
        return None
    return QueueLeft(at=instant_of(message, arrived_at), channel_id=channel_id)


def _user_event(message: Fields, arrived_at: float) -> Fact | None:
    kind = message.get("UserEvent")
    known = _TOLD_STATES.get(kind or "")
    if known is None:
        return None
    at, channel_id, state = (
        instant_of(message, arrived_at),
        _need(message, "Attempt"),
        _need(message, "State"),
    )
    if not is_attempt(channel_id) or state not in known:
        raise Malformed(f"a {kind} user event that makes no sense")
    if kind == names.USER_EVENT_RECORDING:
        return RecordingMarked(at=at, channel_id=channel_id, state=state)
    return MessageMarked(at=at, channel_id=channel_id, state=state)


_TOLD_STATES = {
    names.USER_EVENT_MESSAGE: names.MESSAGE_STATES,
    names.USER_EVENT_RECORDING: names.RECORDING_STATES,
}


def _talking_start(message: Fields, arrived_at: float) -> Fact | None:
    return _talking(message, arrived_at, is_talking=True)


def _talking_stop(message: Fields, arrived_at: float) -> Fact | None:
    return _talking(message, arrived_at, is_talking=False)


def _talking(message: Fields, arrived_at: float, *, is_talking: bool) -> Fact | None:
    channel_id = _need(message, "Uniqueid")
    if not is_attempt(channel_id) and agent_of_leg(channel_id) is None:
        return None
    return TalkingChanged(
        at=instant_of(message, arrived_at), channel_id=channel_id, is_talking=is_talking
    )


_READERS: dict[str, Callable[[Fields, float], Fact | None]] = {
    "Newchannel": _new_channel,
    "Newstate": _new_state,
    "Hangup": _hang_up,
    "OriginateResponse": _originate_response,
    "BridgeEnter": _bridge_enter,
    "BridgeLeave": _bridge_leave,
    "QueueCallerJoin": _queue_join,
    "QueueCallerLeave": _queue_leave,
    "QueueCallerAbandon": _queue_leave,
    "UserEvent": _user_event,
    "ChannelTalkingStart": _talking_start,
    "ChannelTalkingStop": _talking_stop,
}

WANTED_EVENTS = frozenset(_READERS)
"""The kinds of event we read; manager.conf's event filters let these and FullyBooted through."""
