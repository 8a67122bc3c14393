"""What is really up, after a gap: CoreShowChannels rows as `LegSeen`. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from dialer.engine.events import LegSeen
from dialer.telephony.actions import Action
from dialer.telephony.parse import Fields, is_local_half, is_ours

SHOW_CHANNELS: Action = {"Action": "CoreShowChannels"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Legs of ours, who is in which bridge, and which Local halves belong together."""

    legs: tuple[LegSeen, ...] = ()
    bridged: tuple[tuple[str, str], ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def conversations(self) -> tuple[LegSeen, ...]:
        """The legs, with two bridges that a Local channel joins told as one bridge."""
        bridge_of = dict(self.bridged)
        joined = {
            bridge_of[two]: bridge_of[one]
            for one, two in self.pairs
            if one in bridge_of and two in bridge_of
        }
        return tuple(
            replace(leg, bridge_id=joined.get(leg.bridge_id, leg.bridge_id)) for leg in self.legs
        )


def snapshot_of(rows: Iterable[Fields]) -> Snapshot:
    """What the rows say; a row that lacks an id or a name cannot be one of ours."""
    known = [row for row in rows if row.get("Uniqueid") and row.get("Channel")]
    ours = [row for row in known if is_ours(row["Uniqueid"])]
    halves = {row["Channel"]: row["Uniqueid"] for row in known if is_local_half(row["Channel"])}
    return Snapshot(
        legs=tuple(_leg(row) for row in ours),
        bridged=tuple(
            (row["Uniqueid"], row["BridgeId"])
            for row in known
            if row.get("BridgeId") and (is_ours(row["Uniqueid"]) or row["Channel"] in halves)
        ),
        pairs=tuple(
            (one_id, halves[name[:-1] + "2"])
            for name, one_id in halves.items()
            if name.endswith(";1") and name[:-1] + "2" in halves
        ),
    )


def _leg(row: Fields) -> LegSeen:
    return LegSeen(
        channel_id=row["Uniqueid"],
        channel=row["Channel"],
        is_up=row.get("ChannelState") == "6",
        bridge_id=row.get("BridgeId", ""),
        context=row.get("Context", ""),
    )
