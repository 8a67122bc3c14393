"""Who changed which setting of a campaign, and how: part of the proof. Written by admin.py."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.storage.evidence_tables import campaign_changes


async def note_change(
    connection: AsyncConnection,
    campaign_id: int,
    by: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write down the settings that differ; nothing where none does."""
    names = [name for name in after if name not in before or before[name] != after[name]]
    if names:
        await connection.execute(
            insert(campaign_changes).values(
                campaign_id=campaign_id,
                changed_by=by,
                before={name: before[name] for name in names if name in before},
                after={name: after[name] for name in names},
            )
        )
