"""Pacing's decisions as they were kept: read for `callbank pacing why`, removed when they are old.

Written with all else that the engine wishes (batches.py).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.storage.instants import moment
from dialer.storage.tables import pacing_decisions

REMOVED_AT_ONCE = 20_000
"""So that removing a day's worth never holds up a call's row."""

Figure = float | int | str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptDecision:
    """What was decided at an instant, why, and what it rested on."""

    at: float
    kind: str  # of lines: shared or reserved
    count: int  # lines dialed
    withdrawn: int  # lines taken back
    reason: str
    figures: Mapping[str, Figure]


async def read_decisions(
    connection: AsyncConnection, campaign_id: int, *, until: float, last: int
) -> tuple[KeptDecision, ...]:
    """The campaign's last decisions up to an instant, oldest first."""
    its = pacing_decisions.c
    wanted = (
        select(pacing_decisions)
        .where(its.campaign_id == campaign_id, its.at <= moment(until))
        .order_by(its.at.desc(), its.id.desc())
        .limit(last)
    )
    found = list(await connection.execute(wanted))
    return tuple(_decision_of(row) for row in reversed(found))


async def remove_decisions(connection: AsyncConnection, before: float) -> int:
    """Remove the oldest decisions from before an instant; how many."""
    its = pacing_decisions.c
    old = select(its.id).where(its.at < moment(before)).limit(REMOVED_AT_ONCE)
    gone = await connection.execute(delete(pacing_decisions).where(its.id.in_(old)))
    return gone.rowcount


def kept_figures(figures: Mapping[str, Any]) -> dict[str, Figure]:
    """Figures as JSON in the database takes them: plain numbers, and no infinity."""
    return {name: _kept(value) for name, value in figures.items()}


def _kept(value: object) -> Figure:
    if isinstance(value, Integral):
        return int(value)
    if isinstance(value, Real):
        return float(value) if math.isfinite(value) else str(float(value))
    return str(value)


def _decision_of(row: Row[Any]) -> KeptDecision:
    return KeptDecision(
        at=row.at.timestamp(),
        kind=row.kind,
        count=row.count,
        withdrawn=row.withdrawn,
        reason=row.reason,
        figures=row.figures,
    )
