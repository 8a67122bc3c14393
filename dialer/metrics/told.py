"""What the observer is told that no event of the engine says: of queues, of the machine, of clocks.

Made by app.py, which knows the parts that these figures come from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialer.metrics.labels import Peer, Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Queues:
    """What waits inside the daemon at this moment."""

    inbox_events: int  # for the engine
    store_commands: int  # to be committed
    transcript_entries: int = 0  # to be written down
    is_transcript_lost: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Disk:
    """The disk of a directory."""

    free_bytes: int
    size_bytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Surroundings:
    """The machine and the parts, as last looked at. What is not known is left out, or None."""

    disks: Mapping[Place, Disk] = field(default_factory=dict)
    certificates: Mapping[str, float] = field(default_factory=dict)  # file name: when it ends
    clock_offsets_s: Mapping[Peer, float] = field(default_factory=dict)  # how far we are ahead
    store_round_trip_s: float | None = None
