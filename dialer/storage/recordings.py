"""The rows of recordings, as far as files are concerned: which are too old, which are known."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.storage.instants import moment
from dialer.storage.tables import recordings

REMOVED_AT_ONCE = 500


async def expired_recordings(connection: AsyncConnection, before: float) -> tuple[str, ...]:
    """Files whose recording began before an instant and that are still to be removed."""
    its = recordings.c
    wanted = (
        select(its.file)
        .where(its.started_at < moment(before), its.removed_at.is_(None))
        .order_by(its.started_at)
        .limit(REMOVED_AT_ONCE)
    )
    return tuple((await connection.execute(wanted)).scalars())


async def note_removed(connection: AsyncConnection, files: Sequence[str], at: float) -> None:
    """The files are gone; that they existed stays on record."""
    its = recordings.c
    await connection.execute(
        update(recordings)
        .where(its.file.in_(files), its.removed_at.is_(None))
        .values(removed_at=moment(at))
    )


async def without_row(connection: AsyncConnection, files: Sequence[str]) -> tuple[str, ...]:
    """Of the files those of which no row says that they may be there."""
    its = recordings.c
    wanted = select(its.file).where(its.file.in_(files), its.removed_at.is_(None))
    known = set((await connection.execute(wanted)).scalars())
    return tuple(file for file in files if file not in known)
