"""A campaign's attempts with their people, results and answers, streamed row by row.

Called by `callbank export`. The server keeps the rows; we hold a few hundred at a time.
"""

from collections.abc import AsyncGenerator, Mapping

from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.storage.admin import working
from dialer.storage.instants import moment
from dialer.storage.texts import QUERIES

EXPORT_PATIENCE_S = 3600.0
ROWS_AT_ONCE = 500

COLUMNS = (
    "attempt_id", "external_id", "first_name", "last_name", "e164", "line_type", "zip", "state",
    "language", "dialed_at", "answered_at", "connected_at", "ended_at", "outcome",
    "hangup_cause", "sip_status", "amd_verdict", "trunk", "caller_id", "agent", "disposition",
    "disposition_at", "lead_state", "wanted_language", "custom", "answers", "note", "flags",
    "transfers",
)  # fmt: skip


async def exported_rows(
    engine: AsyncEngine, campaign_id: int, *, since: float = 0.0
) -> AsyncGenerator[Mapping[str, object], None]:
    """The campaign's attempts since an instant, oldest first, each with COLUMNS as its keys."""
    its = {"campaign_id": campaign_id, "since": moment(since)}
    async with working(engine, EXPORT_PATIENCE_S) as connection:
        streaming = await connection.execution_options(yield_per=ROWS_AT_ONCE)
        result = await streaming.stream(QUERIES["export_attempts"], its)
        async for row in result.mappings():
            yield row
