"""What is really up, after a gap: CoreShowChannels rows as `LegSeen`. Pure."""

from collections.abc import Iterable

from dialer.engine.events import LegSeen
from dialer.telephony.actions import Action
from dialer.telephony.parse import Fields, is_ours

SHOW_CHANNELS: Action = {"Action": "CoreShowChannels"}


def legs_of(rows: Iterable[Fields]) -> tuple[LegSeen, ...]:
    """The legs of ours among the rows; a row that lacks an id or a name cannot be one."""
    return tuple(
        LegSeen(
            channel_id=row["Uniqueid"],
            channel=row["Channel"],
            is_up=row.get("ChannelState") == "6",
            bridge_id=row.get("BridgeId", ""),
            context=row.get("Context", ""),
        )
        for row in rows
        if is_ours(row.get("Uniqueid", "")) and row.get("Channel")
    )
