"""Which recordings are to be removed, and which files nothing gives leave to keep."""

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from dialer.engine.store_commands import SaveAudit, SaveRecording
from dialer.storage.store import PostgresStore
from tests.contract.store_calls import claim_one, dialed
from tests.contract.store_worlds import PostgresWorld

DAY_S = 86400.0


async def test_old_recordings_are_named_until_their_files_are_gone(database_url: str) -> None:
    store = PostgresStore.at(database_url)
    world, now = PostgresWorld(store), time.time()
    campaign = await world.campaign("spring")
    for number, days in (("+12025550101", 100), ("+12025550102", 1)):
        await world.lead(campaign, number)
        lead = await claim_one(world, campaign, now)
        attempt_id = f"cb-{days}"
        await store.write([dialed(lead, attempt_id, at=now - days * DAY_S)])
        await store.write(
            [
                SaveRecording(
                    attempt_id=attempt_id,
                    file=f"{attempt_id}.wav",
                    leave="none_needed",
                    announcement_version="",
                    announced_from=None,
                    announced_to=None,
                    started_at=now - days * DAY_S,
                )
            ]
        )
    assert await store.expired_recordings(now - 90 * DAY_S) == ("cb-100.wav",)
    assert await store.recordings_without_row(["cb-1.wav", "cb-100.wav", "cb-x.wav"]) == (
        "cb-x.wav",
    )
    await store.recordings_removed(["cb-100.wav"], now)
    assert await store.expired_recordings(now - 90 * DAY_S) == ()
    assert await store.recordings_without_row(["cb-100.wav"]) == ("cb-100.wav",)
    await store.close()


async def test_the_database_refuses_a_recording_before_its_announcement(
    database_url: str,
) -> None:
    store = PostgresStore.at(database_url)
    too_early = text(
        "INSERT INTO recordings (attempt_id, file, leave, announced_from, announced_to, started_at)"
        " VALUES ('cb-1', 'cb-1.wav', 'announcement_first', to_timestamp(1), to_timestamp(3),"
        " to_timestamp(2))"
    )
    with pytest.raises(IntegrityError, match="recordings_check"):
        async with store._engine.begin() as connection:
            await connection.execute(too_early)
    await store.close()


async def test_drawn_greetings_are_kept_and_removed_like_recordings(database_url: str) -> None:
    store = PostgresStore.at(database_url)
    world, now = PostgresWorld(store), time.time()
    campaign = await world.campaign("spring")
    await world.lead(campaign, "+12025550101")
    lead = await claim_one(world, campaign, now)
    at = now - 100 * DAY_S
    audit = SaveAudit(attempt_id="cb-1", file="audit-cb-1.wav", at=at)
    await store.write([dialed(lead, "cb-1", at=at), audit])
    await store.write([audit])
    assert await store.recordings_without_row(["audit-cb-1.wav"]) == ()
    assert await store.expired_recordings(now - 90 * DAY_S) == ("audit-cb-1.wav",)
    await store.recordings_removed(["audit-cb-1.wav"], now)
    assert await store.expired_recordings(now - 90 * DAY_S) == ()
    assert len(await store.draw_key()) == 32
    await store.close()
