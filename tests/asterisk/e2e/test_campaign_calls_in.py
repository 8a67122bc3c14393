"""The whole phone bank when somebody calls it, and when it records: daemon, database, Asterisk."""

import asyncio
import wave
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agi import names
from dialer.demo.stage import OUR_NUMBER
from dialer.domain.campaign import CampaignState
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient
from tests.asterisk.e2e.evening import HABITS, Evening, evening
from tests.asterisk.e2e.venue import PATIENCE_S, Row, Venue, until

CALLER = "+15125550123"
ANNOUNCEMENT = "This call is recorded."


@pytest.fixture(autouse=True)
def forgotten(venue: Venue) -> Iterator[None]:
    """Nobody knows the caller before or after a test."""
    yield
    venue.change("DELETE FROM do_not_call WHERE e164 = %s", CALLER)


def somebody_calls(venue: Venue, does: str) -> None:
    venue.carrier.console(f"channel originate PJSIP/{OUR_NUMBER}@network extension s@{does}")


def visits(its: Evening) -> list[Row]:
    return its.venue.rows(
        "SELECT * FROM inbound_calls WHERE campaign_id = %s ORDER BY came_at", its.campaign.id
    )


def put_on_list(its: Evening) -> None:
    """The caller is somebody of the campaign's list."""
    its.venue.change(
        "WITH n AS (INSERT INTO numbers (e164) VALUES (%s) ON CONFLICT DO NOTHING),"
        " c AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
        "  VALUES (%s, 'caller', 'Ann Example') RETURNING id)"
        " INSERT INTO leads (campaign_id, contact_id, e164) SELECT %s, id, %s FROM c",
        CALLER,
        its.campaign.id,
        its.campaign.id,
        CALLER,
    )


async def test_a_ready_volunteer_talks_with_who_calls_and_his_lead_is_settled(
    venue: Venue,
) -> None:
    async with evening(venue, "Somebody calls back") as its:
        put_on_list(its)
        async with its.crew(1) as crew:
            await until(lambda: "ready" in states(its), "the volunteer is ready")
            somebody_calls(venue, "person_silent")
            await until(
                lambda: any(row["disposition"] for row in visits(its)), "the volunteer reported"
            )
            assert not crew.record.refused
        [row] = visits(its)
        assert row["lead_id"] is not None
        assert row["agent_id"] == venue.agents[0].id
        assert row["came_at"] <= row["connected_at"] < row["ended_at"]
        assert row["e164"] == "", "the number is needed no more"
        assert its.attempts() == [], "it is no attempt"


def states(its: Evening) -> str:
    rows = its.venue.rows(
        "SELECT state FROM agent_states WHERE campaign_id = %s AND ended_at IS NULL",
        its.campaign.id,
    )
    return " ".join(str(row["state"]) for row in rows)


async def test_without_a_volunteer_the_key_is_on_the_list_before_the_call_ends(
    venue: Venue,
) -> None:
    async with evening(venue, "Nobody is there") as its:
        await known_to_the_engine(its)
        somebody_calls(venue, "caller")
        await until(lambda: any(row["ended_at"] for row in visits(its)), "he has hung up")
        [row] = visits(its)
        assert (row["agent_id"], row["connected_at"]) == (None, None)
        [entry] = venue.rows(
            "SELECT d.added_at <= i.ended_at AS was_in_time, d.added_at = i.opted_out_at AS is_his"
            " FROM do_not_call AS d, inbound_calls AS i WHERE d.e164 = %s AND i.id = %s",
            CALLER,
            row["id"],
        )
        assert entry == {"was_in_time": True, "is_his": True}


async def test_with_the_daemon_killed_the_message_plays_and_the_key_is_committed_later(
    venue: Venue,
) -> None:
    async with evening(venue, "The daemon is away") as its:
        await known_to_the_engine(its)
        venue.kill("daemon")
        somebody_calls(venue, "caller")
        asked = f"database get {names.DB_OPTOUT} {CALLER}"
        await until(lambda: "Value:" in venue.pbx.console(asked), "the key is kept")
        await venue.stage.start_daemon()
        await until(
            lambda: venue.rows("SELECT FROM do_not_call WHERE e164 = %s", CALLER),
            "the key is committed",
        )


async def known_to_the_engine(its: Evening) -> None:
    """The campaign is open; its message for callers was spoken before that."""
    async with ApiClient(its.venue.stage.web_url) as client, asyncio.timeout(PATIENCE_S):
        while (await client.campaign(its.campaign.name, its.venue.token))["live"] is None:
            await asyncio.sleep(0.1)


async def test_a_conversation_is_recorded_after_its_announcement(venue: Venue) -> None:
    async with evening(
        venue, "Recorded", records_calls=True, announcement_text=ANNOUNCEMENT
    ) as its, its.crew(1, replace(HABITS, talk_s=8.0)) as crew:
        [number] = its.add([Behaviour.PERSON_HELLO])
        await its.set_state(CampaignState.RUNNING)
        await its.all_dialed()
        attempt = its.attempt(number)
        assert attempt is not None and attempt["outcome"] == "talked"
        [row] = venue.rows("SELECT * FROM recordings WHERE attempt_id = %s", attempt["id"])
        instants = [
            attempt["connected_at"],
            row["announced_from"],
            row["announced_to"],
            row["started_at"],
            row["ended_at"],
        ]
        assert instants == sorted(instants)
        assert row["leave"] == "announcement_first", "nobody knows where they are"
        file = venue.home / "recordings" / str(row["file"])
        assert file.stat().st_mode & 0o777 == 0o600
        with wave.open(str(file)) as heard:
            assert heard.getnframes() > 8000
        words = venue.home / "speech" / "messages" / f"announcement-{row['announcement_version']}"
        assert words.with_suffix(".txt").read_text(encoding="utf-8").strip() == ANNOUNCEMENT
        await its.check(crew)
