"""Commands as AMI actions: pure, and the one place that decides what may stand in a header.

An AMI action is a mapping of header to value (or to several values). Everything that reaches a
dial string or a channel variable must match a strict pattern; anything else is `ActionRefused`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agi import names
from dialer.domain.campaign import AmdMode
from dialer.engine.commands import (
    CallAgent,
    ConsultThird,
    DialThird,
    DropAgent,
    Originate,
    PutThrough,
    ShowAgentToQueue,
    StartPractice,
    StartRecording,
)

Action = Mapping[str, str | Sequence[str]]

_LINE_BREAKERS = re.compile(r"[\r\n\0]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*\Z")
_DIGITS = re.compile(r"\+?[0-9]{2,20}\Z")
_ENDPOINT = re.compile(r"[A-Za-z0-9_.-]{1,64}\Z")
_CHANNEL_ID = re.compile(r"[A-Za-z0-9_-]{1,100}\Z")
_CHANNEL = re.compile(r"[A-Za-z0-9_./+@:;-]{1,150}\Z")
_VARIABLE_VALUE = re.compile(r"[A-Za-z0-9_./+@:; -]{0,250}\Z")  # no comma: AMI splits there
_NAME_NOISE = re.compile(r"[\x00-\x1f\x7f\"<>\\,;()]+")

AGENT_RING_TIME_S = 30.0
RECORDER_TIMEOUT_S = 5.0
PRACTICE_TIMEOUT_S = 5.0


class ActionRefused(ValueError):
    """A value may not be sent to Asterisk; the message says which, never the value itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DialString:
    """Digits to be dialed out by one PJSIP endpoint."""

    digits: str
    endpoint: str

    def __post_init__(self) -> None:
        """Refuse anything but digits and an endpoint's plain name."""
        _insist(_DIGITS, self.digits, "the number to dial")
        _insist(_ENDPOINT, self.endpoint, "the trunk's endpoint")

    def __str__(self) -> str:
        """As Asterisk's Dial syntax."""
        return f"PJSIP/{self.digits}@{self.endpoint}"


def checked(action: Action) -> Action:
    """The action itself, if no header or value could break out of its line."""
    for header, value in action.items():
        if not _HEADER_NAME.match(header):
            raise ActionRefused("an AMI header has an unlawful name")
        for text in (value,) if isinstance(value, str) else value:
            if not isinstance(text, str) or _LINE_BREAKERS.search(text):
                raise ActionRefused(f"the AMI header {header} holds a line break, NUL or no text")
    return action


def originate(command: Originate, message_sound: str, audit_path: str = "") -> Action:
    """Dial a person. `ChannelId` makes the attempt's id the channel's Uniqueid."""
    _insist(_CHANNEL_ID, command.attempt_id, "the attempt's id")
    dial = DialString(digits=command.dial_string, endpoint=command.endpoint)
    variables = {
        names.VAR_ATTEMPT: command.attempt_id,
        names.VAR_CAMPAIGN: str(command.campaign_id),
        names.VAR_AMD: "gate" if command.amd_mode is AmdMode.GATE else "off",
        names.VAR_QUEUE: names.queue_name(command.campaign_id),
        names.VAR_AGENT_CHANNEL: command.agent_channel,
        names.VAR_MESSAGE: message_sound if command.may_play_message else "",
        names.VAR_OPTOUT_NUMBER: command.permit.e164,
        names.VAR_AUDIT: audit_path,
    }
    return _originate(
        channel=str(dial),
        channel_id=command.attempt_id,
        context=names.CONTEXT_ANSWERED,
        timeout_s=command.ring_timeout_s,
        variables=variables,
    ) | {"CallerID": caller_id(command.caller_name, command.caller_id)}


def call_agent(command: CallAgent) -> tuple[Action, ...]:
    """Call an agent's telephone; the queues know him as busy until he is held and free."""
    _insist(_CHANNEL_ID, command.leg_id, "the agent leg's id")
    _insist(_ENDPOINT, command.extension, "the agent's extension")
    variables = {names.VAR_AGENT: str(command.agent_id)}
    if command.may_break_off:
        variables[names.VAR_KEEPS] = "yes"
    channel = f"PJSIP/{command.extension}"
    shown = '"Callbank" <100>'
    other_half: dict[str, str] = {}
    if command.over is not None:
        over = command.over
        channel = str(DialString(digits=over.dial_string, endpoint=over.endpoint))
        shown = caller_id(over.caller_name, over.caller_id)
    elif command.dials_in:
        # His call is here already: the leg is a Local channel whose other half is joined with it.
        channel = f"Local/{command.extension}@{names.CONTEXT_KEYPAD_HALF}/n"
        variables[names.VAR_EXTENSION] = command.extension
        other_half["OtherChannelId"] = names.KEYPAD_HALF_PREFIX + command.leg_id
    return (
        _device_state(command.agent_id, is_free=False),
        *(_add_member(command.agent_id, queue) for queue in command.queues),
        _originate(
            channel=channel,
            channel_id=command.leg_id,
            context=names.CONTEXT_AGENT,
            timeout_s=AGENT_RING_TIME_S,
            variables=variables,
        )
        | {"CallerID": shown}
        | other_half,
    )


def _add_member(agent_id: int, queue: str) -> Action:
    _insist(_ENDPOINT, queue, "the queue's name")
    return {
        "Action": "QueueAdd",
        "Queue": queue,
        "Interface": names.queue_member(agent_id),
        "StateInterface": names.agent_device(agent_id),
        "MemberName": f"agent-{agent_id}",
        "Paused": "false",
    }


def drop_agent(command: DropAgent) -> tuple[Action, ...]:
    """Take an agent out of his queues. His leg is ended by its channel's name."""
    return (
        _device_state(command.agent_id, is_free=False),
        *(_remove_member(command.agent_id, queue) for queue in command.queues),
    )


def _remove_member(agent_id: int, queue: str) -> Action:
    _insist(_ENDPOINT, queue, "the queue's name")
    return {
        "Action": "QueueRemove",
        "Queue": queue,
        "Interface": names.queue_member(agent_id),
    }


def show_agent_to_queue(command: ShowAgentToQueue) -> Action:
    """Tell the queue whether an agent may be given a call."""
    return _device_state(command.agent_id, is_free=command.is_free)


def hang_up(channel: str) -> Action:
    """End a channel by its name."""
    _insist(_CHANNEL, channel, "the channel to hang up")
    return {"Action": "Hangup", "Channel": channel, "Cause": "16"}


def play_message(channel: str) -> Action:
    """Send a waiting person's channel to the safe-harbor message."""
    return _redirect(channel, names.CONTEXT_MESSAGE)


def hold_call(channel: str) -> Action:
    """Send a person's channel from his conversation to the music."""
    return _redirect(channel, names.CONTEXT_HOLD)


def play_voicemail(channel: str, sound: str) -> tuple[Action, Action]:
    """Send a machine's channel from its conversation to the recorded message."""
    _insist(_VARIABLE_VALUE, sound, "the voicemail's sound file")
    tell = _tell(channel, names.VAR_VOICEMAIL, sound)
    return tell, _redirect(channel, names.CONTEXT_VOICEMAIL)


def connect_call(channel: str, agent_channel: str) -> tuple[Action, Action]:
    """Put a waiting person through to an agent's leg."""
    _insist(_CHANNEL, agent_channel, "the agent's channel")
    tell = _tell(channel, names.VAR_AGENT_CHANNEL, agent_channel)
    return tell, _redirect(channel, names.CONTEXT_CONNECT)


def dial_third(command: DialThird) -> Action:
    """Call a third party; without digits the endpoint is his telephone."""
    _insist(_CHANNEL_ID, command.transfer_id, "the transfer's id")
    _insist(_ENDPOINT, command.endpoint, "the third party's endpoint")
    dial = f"PJSIP/{command.endpoint}"
    if command.dial_string:
        dial = str(DialString(digits=command.dial_string, endpoint=command.endpoint))
    return _originate(
        channel=dial,
        channel_id=command.transfer_id,
        context=names.CONTEXT_THIRD,
        timeout_s=command.ring_timeout_s,
        variables={},
    ) | {"CallerID": caller_id(command.caller_name, command.caller_id)}


def consult_third(command: ConsultThird) -> tuple[Action, ...]:
    """Send a waiting third party to an agent's leg, which leaves its person for it."""
    _insist(_CHANNEL, command.agent_channel, "the agent's channel")
    return (
        _tell(command.channel, names.VAR_HOLDS, "yes"),
        _tell(command.third_channel, names.VAR_AGENT_CHANNEL, command.agent_channel),
        _redirect(command.third_channel, names.CONTEXT_CONSULT),
    )


def put_through(command: PutThrough) -> tuple[Action, ...]:
    """Send a person to a third party, whose line ends with it."""
    _insist(_CHANNEL, command.third_channel, "the third party's channel")
    return (
        _tell(command.third_channel, names.VAR_THROUGH, "yes"),
        _tell(command.channel, names.VAR_THIRD_CHANNEL, command.third_channel),
        _redirect(command.channel, names.CONTEXT_THROUGH),
    )


def start_recording(command: StartRecording, announcement: str, file: str) -> Action:
    """Begin the channel that announces and records; `listen` is its half at the person's ear."""
    _insist(_CHANNEL_ID, command.attempt_id, "the attempt's id")
    recorder = names.recorder_id(command.attempt_id, command.number)
    return _originate(
        channel=f"Local/{names.EXTEN_LISTEN}@{names.CONTEXT_RECORDING}/n",
        channel_id=recorder,
        context=names.CONTEXT_RECORDING,
        timeout_s=RECORDER_TIMEOUT_S,
        variables={
            names.VAR_ATTEMPT: command.attempt_id,
            names.VAR_ANNOUNCEMENT: announcement,
            names.VAR_RECORDING: file,
        },
    ) | {"OtherChannelId": recorder + names.LISTENER_SUFFIX}


def start_practice(command: StartPractice) -> Action:
    """Begin the channel whose near half joins the agent's leg and whose far half is the person."""
    _insist(_CHANNEL_ID, command.practice_id, "the practice call's id")
    _insist(_CHANNEL, command.agent_channel, "the agent's channel")
    return _originate(
        channel=f"Local/{names.EXTEN_PERSON}@{names.CONTEXT_PRACTICE}/n",
        channel_id=command.practice_id,
        context=names.CONTEXT_PRACTICE,
        timeout_s=PRACTICE_TIMEOUT_S,
        variables={
            names.VAR_PRACTICE: command.practice_id,
            names.VAR_AGENT_CHANNEL: command.agent_channel,
        },
    ) | {"OtherChannelId": names.PRACTICE_PERSON_PREFIX + command.practice_id}


def _tell(channel: str, variable: str, value: str) -> Action:
    return {"Action": "Setvar", "Channel": channel, "Variable": variable, "Value": value}


def _redirect(channel: str, context: str) -> Action:
    _insist(_CHANNEL, channel, "the channel to redirect")
    return {
        "Action": "Redirect",
        "Channel": channel,
        "Context": context,
        "Exten": "s",
        "Priority": "1",
    }


def caller_id(name: str, number: str) -> str:
    """A CallerID header; a name keeps only what cannot be mistaken for syntax."""
    if number:
        _insist(_DIGITS, number, "the caller ID")
    clean = " ".join(_NAME_NOISE.sub(" ", name).split())[:40]
    return f'"{clean}" <{number}>' if clean else f"<{number}>"


def _originate(
    *, channel: str, channel_id: str, context: str, timeout_s: float, variables: dict[str, str]
) -> dict[str, str | Sequence[str]]:
    for name, value in variables.items():
        _insist(_VARIABLE_VALUE, value, f"the channel variable {name}")
    return {
        "Action": "Originate",
        "ActionID": channel_id,
        "Channel": channel,
        "ChannelId": channel_id,
        "Context": context,
        "Exten": "s",
        "Priority": "1",
        "Timeout": str(round(timeout_s * 1000)),
        "Async": "true",
        "Variable": [f"{name}={value}" for name, value in variables.items()],
    }


def _device_state(agent_id: int, *, is_free: bool) -> Action:
    return {
        "Action": "Setvar",
        "Variable": names.agent_device_function(agent_id),
        "Value": "NOT_INUSE" if is_free else "INUSE",
    }


def _insist(pattern: re.Pattern[str], value: str, what: str) -> None:
    if not pattern.match(value):
        raise ActionRefused(f"{what} holds characters that may not be sent to Asterisk")
