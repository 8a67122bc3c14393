"""What became of the calls that a campaign placed in an interval, for the benchmarks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.storage.admin import working
from dialer.storage.instants import moment

PERCENTILES = {"p50": 0.50, "p95": 0.95, "p99": 0.99}

_PLACED = text("""
    SELECT outcome, extract(epoch FROM connected_at - answered_at)::double precision * 1000
    FROM attempts
    WHERE campaign_id = :campaign_id AND dialed_at >= :since AND dialed_at < :until
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Placed:
    """Attempts by outcome (None: open), and the bridging times of those that were connected."""

    outcomes: Mapping[str | None, int]
    bridge_ms: Mapping[str, float | None]

    @property
    def count(self) -> int:
        """How many were placed."""
        return sum(self.outcomes.values())


async def read_placed(
    engine: AsyncEngine, campaign_id: int, since: float, until: float
) -> Placed:
    """The attempts dialed from `since` to just before `until`."""
    its = {"campaign_id": campaign_id, "since": moment(since), "until": moment(until)}
    async with working(engine) as connection:
        rows = list(await connection.execute(_PLACED, its))
    outcomes: dict[str | None, int] = {}
    for outcome, _ in rows:
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
    waits = sorted(wait_ms for _, wait_ms in rows if wait_ms is not None)
    return Placed(
        outcomes=outcomes,
        bridge_ms={name: percentile(waits, part) for name, part in PERCENTILES.items()},
    )


def percentile(ordered: Sequence[float], part: float) -> float | None:
    """The nearest rank, so that a percentile is always a time that was really measured."""
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 3)
