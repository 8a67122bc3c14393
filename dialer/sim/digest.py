"""The digest of a run: one hash over every event that the engine was told, save the ticks.

Equal digests mean that the same things happened at the same microseconds in the same order.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from dialer.engine import events as ev
from dialer.engine import requests

FLUSH_AT = 512


def _claimed(event: ev.LeadsClaimed) -> str:
    return ",".join([str(lead.id) for lead in event.leads])


def _whom(event: ev.Event) -> str:
    return getattr(event, "attempt_id", None) or str(getattr(event, "agent_id", ""))


_DETAILS: dict[type, Callable[[Any], str]] = {
    ev.LineEnded: lambda e: f"{e.attempt_id} {e.cause} {e.sip_status}",
    ev.RouteAsked: lambda e: f"{e.attempt_id} {e.verdict}",
    ev.CallConnected: lambda e: f"{e.attempt_id} {e.agent_id}",
    requests.ResultGiven: lambda e: f"{e.agent_id} {e.attempt_id} {e.disposition}",
    ev.LeadsClaimed: _claimed,
    ev.AbandonmentCounted: lambda e: f"{[(w.name, w.answered, w.abandoned) for w in e.windows]}",
    ev.Restored: lambda e: f"{len(e.attempts)} {len(e.agents)}",
    ev.LinkCameUp: lambda e: f"{len(e.legs)}",
}


class Digest:
    """Takes in one event after the other."""

    def __init__(self) -> None:
        self._hash = sha256()
        self._lines: list[str] = []

    def take(self, now_us: int, event: ev.Event) -> None:
        """An event, as it reaches the engine."""
        kind = type(event)
        if kind is ev.Ticked:
            return
        what = _DETAILS.get(kind, _whom)(event)
        lines = self._lines
        lines.append(f"{now_us} {kind.__name__} {what}\n")
        if len(lines) >= FLUSH_AT:
            self._flush()

    def _flush(self) -> None:
        self._hash.update("".join(self._lines).encode())
        self._lines.clear()

    def hexdigest(self) -> str:
        """The digest so far."""
        self._flush()
        return self._hash.hexdigest()
