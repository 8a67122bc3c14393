"""The rows of recordings, as far as files are concerned: which are too old, which are known.

Two tables name files: recordings those of conversations, amd_audits those of drawn greetings.
"""

from collections.abc import Sequence

from sqlalchemy import select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.storage.instants import moment
from dialer.storage.tables import amd_audits, recordings

REMOVED_AT_ONCE = 500


async def expired_recordings(connection: AsyncConnection, before: float) -> tuple[str, ...]:
    """Files that were begun before an instant and are still to be removed."""
    talks, greetings = recordings.c, amd_audits.c
    wanted = union_all(
        select(talks.file).where(talks.started_at < moment(before), talks.removed_at.is_(None)),
        select(greetings.recording).where(
            greetings.sampled_at < moment(before), greetings.recording.is_not(None)
        ),
    ).limit(REMOVED_AT_ONCE)
    return tuple((await connection.execute(wanted)).scalars())


async def note_removed(connection: AsyncConnection, files: Sequence[str], at: float) -> None:
    """The files are gone; that they existed stays on record."""
    talks, greetings = recordings.c, amd_audits.c
    await connection.execute(
        update(recordings)
        .where(talks.file.in_(files), talks.removed_at.is_(None))
        .values(removed_at=moment(at))
    )
    await connection.execute(
        update(amd_audits).where(greetings.recording.in_(files)).values(recording=None)
    )


async def without_row(connection: AsyncConnection, files: Sequence[str]) -> tuple[str, ...]:
    """Of the files those of which no row says that they may be there."""
    talks, greetings = recordings.c, amd_audits.c
    wanted = union_all(
        select(talks.file).where(talks.file.in_(files), talks.removed_at.is_(None)),
        select(greetings.recording).where(greetings.recording.in_(files)),
    )
    known = set((await connection.execute(wanted)).scalars())
    return tuple(file for file in files if file not in known)


async def draw_key(connection: AsyncConnection) -> bytes:
    """The key by which verdicts are drawn to be listened to."""
    found = await connection.execute(text("SELECT key FROM audit_draws"))
    return bytes(found.scalar_one())
