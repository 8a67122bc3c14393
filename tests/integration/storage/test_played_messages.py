"""The evidence of safe-harbor messages: which words were played, from when to when, how far."""

import time
from dataclasses import replace

from sqlalchemy import text

from dialer.domain.outcome import Outcome
from dialer.domain.wording import version_of
from dialer.engine.store_commands import AddDoNotCall, CloseAttempt
from dialer.storage.store import PostgresStore
from tests.contract.store_calls import claim_one, dialed
from tests.contract.store_worlds import PostgresWorld

WORDS = "Citizens for Parks called."


async def test_each_message_says_its_words_and_how_far_it_was_heard(database_url: str) -> None:
    store = PostgresStore.at(database_url)
    world, now = PostgresWorld(store), float(round(time.time()))
    campaign = await world.campaign("spring")
    heard = {
        "finished": {"message_started_at": now + 2, "message_finished_at": now + 12},
        "opted_out": {"message_started_at": now + 2},
        "hung_up": {"message_started_at": now + 2},
        "silence": {},
    }
    for number, (how_far, instants) in enumerate(heard.items()):
        await world.lead(campaign, f"+1202555010{number}")
        lead = await claim_one(world, campaign, now)
        begun = replace(
            dialed(lead, f"cb-{how_far}", at=now), message_version=version_of(WORDS)
        )
        end = CloseAttempt(
            attempt_id=begun.attempt_id,
            campaign_id=campaign.id,
            outcome=Outcome.ABANDONED,
            answered_at=now,
            ended_at=now + 15,
            **instants,
        )
        key = AddDoNotCall(
            e164=lead.e164, reason="opt-out key", at=now + 6, attempt_id=begun.attempt_id
        )
        await store.write([begun, end, *([key] if how_far == "opted_out" else [])])
    async with store._engine.connect() as connection:
        rows = list(
            await connection.execute(
                text(
                    "SELECT attempt_id, message_version, how_far,"
                    " extract(epoch FROM started_at) AS began,"
                    " extract(epoch FROM stopped_at) AS ended FROM played_messages"
                )
            )
        )
    await store.close()
    told = {
        row.attempt_id: (row.how_far, float(row.began) - now, float(row.ended) - now)
        for row in rows
    }
    assert told == {
        "cb-finished": ("finished", 2, 12),
        "cb-opted_out": ("opted_out", 2, 6),
        "cb-hung_up": ("hung_up", 2, 15),
    }
    assert {row.message_version for row in rows} == {version_of(WORDS)}
