"""How long an agent who waits will still wait, from how it went for others who stood where he does.

An agent *waits* from being ready until a conversation, also while a line is dialed for him. His
*place* is how many agents of the campaign have waited longer than he. A *sample* is how long
somebody in a place still waited, counted from the instant at which he came to that place; so the
estimate is right whether people go to whoever waited longest or to whom a line was dialed for.
The web shows it to volunteers (web/shift.py).
"""

from collections import deque
from dataclasses import dataclass

from numpy import quantile

RECENT_S = 1800.0
"""An evening changes: what is older says nothing of now."""

MOST_KEPT = 400
"""Samples that are kept: enough for 30 minutes of a small team, minutes of a large one."""

NEAREST = 40
"""Samples that an estimate is made of: those of the places nearest to his."""

LEAST = 8
"""With fewer samples an estimate would be a guess."""

FROM_SHARE, TO_SHARE = 0.1, 0.9
"""Eight of ten waits end between `from_s` and `to_s`."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WaitEstimate:
    """Seconds from now: half of those who stood there were put through within `estimate_s`."""

    estimate_s: float
    from_s: float
    to_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stand:
    """That somebody came to a place."""

    at: float
    place: int


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sample:
    ended_at: float
    place: int
    still_s: float


class Waits:
    """One campaign's waits: those that go on, in the order in which they began, and samples."""

    def __init__(self) -> None:
        self._stands: dict[int, list[_Stand]] = {}
        self._samples: deque[_Sample] = deque(maxlen=MOST_KEPT)

    def began(self, agent_id: int, at: float) -> None:
        """An agent is ready. Who waits already goes on waiting."""
        if agent_id not in self._stands:
            self._stands[agent_id] = [_Stand(at=at, place=len(self._stands))]

    def ended(self, agent_id: int, at: float, *, is_connected: bool) -> None:
        """He has a conversation, or does not wait any more; who is behind him moves up."""
        if agent_id not in self._stands:
            return
        behind = False
        for other_id, stands in self._stands.items():
            if behind:
                stands.append(_Stand(at=at, place=stands[-1].place - 1))
            behind = behind or other_id == agent_id
        stands = self._stands.pop(agent_id)
        for stand in stands if is_connected else ():
            self._samples.append(
                _Sample(ended_at=at, place=stand.place, still_s=max(0.0, at - stand.at))
            )

    def estimate(self, agent_id: int, now: float) -> WaitEstimate | None:
        """For one who waits; None when too little is known, or he has waited longer than others."""
        stands = self._stands.get(agent_id)
        if stands is None:
            return None
        stood_s = max(0.0, now - stands[-1].at)
        still = [
            sample.still_s - stood_s
            for sample in self._nearest(stands[-1].place, now)
            if sample.still_s > stood_s
        ]
        if len(still) < LEAST:
            return None
        from_s, estimate_s, to_s = map(float, quantile(still, (FROM_SHARE, 0.5, TO_SHARE)))
        return WaitEstimate(estimate_s=estimate_s, from_s=from_s, to_s=to_s)

    def _nearest(self, place: int, now: float) -> list[_Sample]:
        recent = [one for one in reversed(self._samples) if now - one.ended_at <= RECENT_S]
        return sorted(recent, key=lambda one: abs(one.place - place))[:NEAREST]
