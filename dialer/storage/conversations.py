"""The conversations of a campaign and the answers of its pages, for `bench page`."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.storage.admin import working

_ATTEMPTS = text("""
    SELECT id, outcome, extract(epoch FROM connected_at)::double precision
    FROM attempts WHERE campaign_id = :campaign_id
""")
_ANSWERS = text("""
    SELECT click_id FROM answers JOIN attempts ON attempts.id = attempt_id
    WHERE campaign_id = :campaign_id
""")


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversations:
    """Instants at which people were connected and outcomes (None: open), by attempt; the ids of
    the clicks that answers were given by."""

    connected_at: Mapping[str, float]
    outcomes: Mapping[str, str | None]
    answers: frozenset[str]


async def read_conversations(engine: AsyncEngine, campaign_id: int) -> Conversations:
    """All of the campaign's."""
    its = {"campaign_id": campaign_id}
    async with working(engine) as connection:
        attempts = list(await connection.execute(_ATTEMPTS, its))
        answers = list(await connection.execute(_ANSWERS, its))
    return Conversations(
        connected_at={one: at for one, _, at in attempts if at is not None},
        outcomes={one: outcome for one, outcome, _ in attempts},
        answers=frozenset(str(one) for (one,) in answers),
    )
