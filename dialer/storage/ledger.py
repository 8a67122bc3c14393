"""The abandonment ledger in the database: counted from the calls, frozen block by block.

The store's port and the commands read it here. What the figures mean is compliance/ledger.py;
what a call counts as is the view answered_calls.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.compliance.abandonment import COUNTED, Audit, Counts, Formula, Standing
from dialer.compliance.ledger import (
    FrozenBlock,
    LegalLedger,
    Pool,
    Tally,
    frozen_blocks,
    ledger_of,
    periods_at,
)
from dialer.compliance.periods import AREA_DIGITS, Period, blocks_over, profile_of_area
from dialer.domain.campaign import Campaign
from dialer.storage import rows, tables
from dialer.storage.audits import draw
from dialer.storage.figures import report
from dialer.storage.instants import moment
from dialer.storage.texts import QUERIES

STILL_OPEN_S = 86400.0
"""A block waits so long at most for its last calls to end before it is frozen."""

_LEDGER = report("ledger")


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockNow:
    """A frozen block, and what its calls would be counted as today (a result was corrected)."""

    frozen: FrozenBlock
    counts_now: Counts


@dataclass(frozen=True, kw_only=True, slots=True)
class ConnectedCall:
    """A call whose person was put through, and so long after the end of his greeting."""

    attempt_id: str
    waited_s: float
    standing: Standing


async def read_connected(
    connection: AsyncConnection, campaign_id: int
) -> tuple[ConnectedCall, ...]:
    """The campaign's connected calls as the ledger has them, oldest first."""
    found = await connection.execute(QUERIES["connected_calls"], {"campaign_id": campaign_id})
    return tuple(
        ConnectedCall(
            attempt_id=row.attempt_id, waited_s=row.waited_s, standing=Standing(row.standing)
        )
        for row in found
    )


async def read_ledger(
    connection: AsyncConnection, campaign: Campaign, now: float
) -> LegalLedger:
    """The ledger of the campaign's legal campaign."""
    pool = await _pool_of(connection, campaign)
    found = await connection.execute(
        QUERIES["legal_pools"], {"legal_campaign": pool.legal_campaign}
    )
    row = found.first()
    anchor_at = None if row is None else _anchor(row)
    tallies = await _tallies(connection, pool.campaign_ids, periods_at(anchor_at, now))
    audit = await _audit(connection, pool.campaign_ids)
    return ledger_of(pool, anchor_at, tallies, audit, now)


async def keep_books(connection: AsyncConnection, now: float) -> None:
    """Freeze the blocks that are over and in which somebody answered; draw machine verdicts."""
    for row in list(await connection.execute(QUERIES["legal_pools"], {"legal_campaign": None})):
        over = blocks_over(_anchor(row), now)
        if not over:
            continue
        tallies = await _tallies(connection, tuple(row.campaign_ids), over)
        pool = await _pool_named(connection, row.legal_campaign)
        audit = await _audit(connection, pool.campaign_ids)
        for period in over:
            if period not in tallies:
                continue
            if await _is_still_open(connection, pool, period, now):
                break  # the blocks after it wait too, so that none is left out
            await _keep(connection, frozen_blocks(pool, period, tallies[period], audit, now))
    await draw(connection, now)


async def read_blocks(
    connection: AsyncConnection, campaign: Campaign
) -> tuple[BlockNow, ...]:
    """The frozen blocks of the campaign's legal campaign, oldest first, with today's count."""
    blocks = tables.abandonment_blocks
    wanted = (
        select(blocks)
        .where(blocks.c.legal_campaign == campaign.legal_campaign)
        .order_by(blocks.c.began_at, blocks.c.country)
    )
    frozen = [block_of(row) for row in await connection.execute(wanted)]
    found = []
    for one in frozen:
        tallies = await _tallies(connection, one.campaign_ids, [one.period])
        counts = tallies.get(one.period, {}).get(one.country, Counts())
        found.append(BlockNow(frozen=one, counts_now=counts))
    return tuple(found)


def _anchor(row: Row[Any]) -> float:
    """From where blocks follow each other: a first call that is found later moves no old block."""
    at: float = row.first_at if row.frozen_until is None else row.frozen_until
    return at


async def _pool_of(connection: AsyncConnection, campaign: Campaign) -> Pool:
    found = await connection.execute(select(tables.campaigns))
    return Pool.of(campaign, [rows.campaign_of(row) for row in found])


async def _pool_named(connection: AsyncConnection, legal_campaign: str) -> Pool:
    known = [rows.campaign_of(row) for row in await connection.execute(select(tables.campaigns))]
    return Pool.of(next(one for one in known if one.legal_campaign == legal_campaign), known)


async def _tallies(
    connection: AsyncConnection, campaign_ids: Sequence[int], periods: Sequence[Period]
) -> dict[Period, Tally]:
    """What was counted in each period; periods without an answered call are left out."""
    edges = {edge for period in periods for edge in (period.began_at, period.ends_at)}
    bounds = sorted(edge for edge in edges if isfinite(edge))
    found = await connection.execute(
        _LEDGER,
        {
            "campaign_ids": list(campaign_ids),
            "area_digits": AREA_DIGITS,
            "first": min(period.began_at for period in periods),
            "last": max(period.ends_at for period in periods),
            "bounds": bounds,
        },
    )
    tallies: dict[Period, dict[str, Counts]] = {}
    for row in found:
        since = bounds[row.stretch - 1]
        country = profile_of_area(row.area).country
        counts = Counts(**{name: getattr(row, name) for name in COUNTED})
        for period in periods:
            if period.began_at <= since < period.ends_at:
                tally = tallies.setdefault(period, {})
                tally[country] = tally.get(country, Counts()) + counts
    return dict(tallies)


async def _audit(connection: AsyncConnection, campaign_ids: Sequence[int]) -> Audit:
    found = await connection.execute(QUERIES["audit_of"], {"campaign_ids": list(campaign_ids)})
    row = found.one()
    return Audit(persons=row.persons, machines=row.machines, unclear=row.unclear)


async def _is_still_open(
    connection: AsyncConnection, pool: Pool, period: Period, now: float
) -> bool:
    if now >= period.ends_at + STILL_OPEN_S:
        return False
    its = {"campaign_ids": list(pool.campaign_ids), "before": period.ends_at}
    return bool((await connection.execute(QUERIES["is_answered_call_open"], its)).scalar())


async def _keep(connection: AsyncConnection, frozen: Sequence[FrozenBlock]) -> None:
    for one in frozen:
        values = {
            "legal_campaign": one.legal_campaign,
            "country": one.country,
            "began_at": moment(one.period.began_at),
            "ended_at": moment(one.period.ends_at),
            "campaign_ids": list(one.campaign_ids),
            **{name: getattr(one.counts, name) for name in COUNTED},
            "reviewed": one.audit.sample,
            "reviewed_people": one.audit.errors,
            "error_bound": one.bound,
            "errors": float(one.errors),
            "rate": one.rate(Formula.US),
            "rate_strict": one.rate(Formula.US, is_strict=True),
            "uk_rate": one.rate(Formula.UK),
            "uk_rate_strict": one.rate(Formula.UK, is_strict=True),
            "ca_rate": one.rate(Formula.CA),
            "frozen_at": moment(one.frozen_at),
        }
        await connection.execute(
            upsert(tables.abandonment_blocks).values(**values).on_conflict_do_nothing()
        )


def block_of(row: Row[Any]) -> FrozenBlock:
    """A row of abandonment_blocks."""
    return FrozenBlock(
        legal_campaign=row.legal_campaign,
        country=row.country,
        period=Period(began_at=row.began_at.timestamp(), ends_at=row.ended_at.timestamp()),
        campaign_ids=tuple(row.campaign_ids),
        counts=Counts(**{name: getattr(row, name) for name in COUNTED}),
        audit=Audit(persons=row.reviewed_people, machines=row.reviewed - row.reviewed_people),
        bound=row.error_bound,
        frozen_at=row.frozen_at.timestamp(),
    )
