"""Who is in a bridge with whom. Pure; fed by tracker.py.

A person and an agent's leg are together when they share a bridge, or when the two halves of one
Local channel (the queue's way to an agent) join their two bridges into one conversation. A third
party to whom a person was put through counts here as an agent's leg does.
Members go by their Uniqueid, Local halves by their names.
"""

from dataclasses import dataclass

from dialer.telephony.parse import (
    agent_of_leg,
    is_attempt,
    is_local_half,
    is_transfer,
    is_visit,
    other_half,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Person and agent, or person and third party, came together, when the later of the two
    entered. Who called us is told by his visit's id, here and below."""

    attempt_id: str
    leg_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Parted:
    """One of the two left the other."""

    attempt_id: str


Change = Joined | Parted


class BridgeTracker:
    """The membership of all bridges that one of ours, or a Local half, is in."""

    def __init__(self) -> None:
        self._bridge_of: dict[str, str] = {}
        self._members: dict[str, set[str]] = {}
        self._partner: dict[str, str] = {}  # attempt id -> leg id

    def __len__(self) -> int:
        """Channels that are in some bridge (to show that memory is bounded)."""
        return len(self._bridge_of) + len(self._partner)

    def enter(self, channel_id: str, bridge_id: str) -> list[Change]:
        """A channel entered a bridge, leaving any other it was in."""
        changes = self._leave_current(channel_id, unless=bridge_id)
        self._bridge_of[channel_id] = bridge_id
        self._members.setdefault(bridge_id, set()).add(channel_id)
        return changes + self._meetings(bridge_id)

    def leave_any(self, channel_id: str) -> list[Change]:
        """A channel is in no bridge that matters any more (an agent back in the holding room)."""
        return self._leave_current(channel_id)

    def leave(self, channel_id: str, bridge_id: str) -> list[Change]:
        """A channel left a bridge. A late word about a bridge it is no longer in is ignored."""
        if self._bridge_of.get(channel_id) != bridge_id:
            return []
        return self._leave_current(channel_id)

    def gone(self, channel_id: str) -> list[Change]:
        """A channel is no more."""
        return self._leave_current(channel_id)

    def is_talking(self, leg_id: str) -> bool:
        """Whether a person is with the agent of this leg."""
        return leg_id in self._partner.values()

    def clear(self) -> None:
        """Forget everything: what follows is a fresh view."""
        for table in (self._bridge_of, self._members, self._partner):
            table.clear()

    def _leave_current(self, channel_id: str, unless: str = "") -> list[Change]:
        bridge_id = self._bridge_of.get(channel_id)
        if bridge_id is None or bridge_id == unless:
            return []
        del self._bridge_of[channel_id]
        members = self._members[bridge_id]
        members.discard(channel_id)
        if not members:
            del self._members[bridge_id]
        return self._partings(channel_id)

    def _partings(self, channel_id: str) -> list[Change]:
        """Whoever talked by way of this channel does so no more."""
        if channel_id in self._partner:
            parted = [channel_id]
        elif agent_of_leg(channel_id) is not None:
            parted = [attempt for attempt, leg in self._partner.items() if leg == channel_id]
        else:  # a Local half: who can no longer hear his partner?
            pairs = self._partner.items()
            parted = [attempt for attempt, leg in pairs if leg not in self._company(attempt)]
        for attempt_id in parted:
            del self._partner[attempt_id]
        return [Parted(attempt_id=attempt_id) for attempt_id in parted]

    def _meetings(self, bridge_id: str) -> list[Change]:
        """New pairs of person and agent among all who can hear each other here."""
        company = self._hearing(bridge_id)
        legs = [one for one in company if agent_of_leg(one) is not None or is_transfer(one)]
        if not legs:
            return []
        changes: list[Change] = []
        for attempt_id in filter(_is_person, company):
            if attempt_id not in self._partner:
                self._partner[attempt_id] = legs[0]
                changes.append(Joined(attempt_id=attempt_id, leg_id=legs[0]))
        return changes

    def _company(self, channel_id: str) -> set[str]:
        bridge_id = self._bridge_of.get(channel_id)
        return set() if bridge_id is None else self._hearing(bridge_id)

    def _hearing(self, bridge_id: str) -> set[str]:
        """Members of the bridge and of those that Local channels join to it (one step)."""
        members = self._members.get(bridge_id, set())
        halves = filter(is_local_half, members)
        others = (self._bridge_of.get(other_half(half)) for half in halves)
        return members.union(*(self._members[b] for b in others if b is not None))


def _is_person(channel_id: str) -> bool:
    return is_attempt(channel_id) or is_visit(channel_id)
