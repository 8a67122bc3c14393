"""What is really up after a gap, and what the dialplan did while we were away. Pure.

CoreShowChannels' rows become a `Snapshot`; AstDB's rows, which the dialplan wrote while no daemon
answered, become the events that we missed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from agi import names
from dialer.engine import events as ev
from dialer.engine.events import LegSeen
from dialer.telephony.actions import Action
from dialer.telephony.parse import Fields, is_attempt, is_local_half, other_half, our_id

SHOW_CHANNELS: Action = {"Action": "CoreShowChannels"}
SHOW_AWAY: Action = {"Action": "DBGetTree", "Family": names.DB_AWAY}
SHOW_OPTOUTS: Action = {"Action": "DBGetTree", "Family": names.DB_OPTOUT}

WHOLE_SECOND_S = 1.0
"""AstDB keeps whole seconds: what was noted in one happened before the next."""

_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_EPOCH = re.compile(r"[0-9]{9,11}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Legs of ours, and who is in which bridge (Local halves too, by name)."""

    legs: tuple[LegSeen, ...] = ()
    bridged: tuple[tuple[str, str], ...] = ()

    def conversations(self) -> tuple[LegSeen, ...]:
        """The legs, with two bridges that a Local channel joins told as one bridge."""
        bridge_of = dict(self.bridged)
        joined = {
            bridge_of[other_half(half)]: bridge_id
            for half, bridge_id in self.bridged
            if half.endswith(";1") and other_half(half) in bridge_of
        }
        return tuple(
            replace(leg, bridge_id=joined.get(leg.bridge_id, leg.bridge_id)) for leg in self.legs
        )


def snapshot_of(rows: Iterable[Fields]) -> Snapshot:
    """What the rows say; a row that lacks an id or a name cannot be one of ours."""
    legs: list[LegSeen] = []
    bridged: list[tuple[str, str]] = []
    for row in rows:
        channel_id, channel = our_id(row), row.get("Channel", "")
        bridge_id = row.get("BridgeId", "")
        if channel and channel_id:
            legs.append(_leg(row, channel_id))
        elif is_local_half(channel):
            channel_id = channel
        else:
            continue
        if bridge_id:
            bridged.append((channel_id, bridge_id))
    return Snapshot(legs=tuple(legs), bridged=tuple(bridged))


def missed_answers(rows: Iterable[Fields]) -> tuple[ev.LineEvent, ...]:
    """People who were answered by the dialplan alone: they did pick up, and what they heard."""
    found: list[ev.LineEvent] = []
    for attempt_id, value in _entries(rows):
        what, _, epochs = value.partition(":")
        epoch, _, answered = epochs.partition("/")
        if not (is_attempt(attempt_id) and _EPOCH.match(epoch)):
            continue
        at = float(epoch)
        answered_at = float(answered) if _EPOCH.match(answered) else at
        found.append(ev.CallQueued(at=answered_at, attempt_id=attempt_id))
        if what == names.AWAY_MESSAGE:
            found.append(ev.MessageStarted(at=at, attempt_id=attempt_id))
        if what == names.AWAY_BRIDGED:
            found.append(ev.CallBridgedAlone(at=at + WHOLE_SECOND_S, attempt_id=attempt_id))
    return tuple(found)


def missed_optouts(rows: Iterable[Fields]) -> tuple[ev.DoNotCallAdded, ...]:
    """Opt-outs that were pressed while nobody could commit them."""
    return tuple(
        ev.DoNotCallAdded(at=float(epoch), e164=e164)
        for e164, epoch in _entries(rows)
        if _E164.match(e164) and _EPOCH.match(epoch)
    )


def _entries(rows: Iterable[Fields]) -> Iterable[tuple[str, str]]:
    """Key (without its family) and value of each AstDB row."""
    for row in rows:
        yield row.get("Key", "").rpartition("/")[2], row.get("Val", "")


def _leg(row: Fields, channel_id: str) -> LegSeen:
    return LegSeen(
        channel_id=channel_id,
        channel=row["Channel"],
        is_up=row.get("ChannelState") == "6",
        bridge_id=row.get("BridgeId", ""),
        is_on_hold=row.get("Context") == names.CONTEXT_HOLD,
        is_voicemail=row.get("Context") == names.CONTEXT_VOICEMAIL,
    )
