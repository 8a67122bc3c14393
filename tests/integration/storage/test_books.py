"""What `compliance ledger` and `compliance audit-sample` show, from a real database."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest

from dialer.compliance.audits import Heard, is_drawn
from dialer.domain.campaign import Campaign, Limits
from dialer.errors import UsageError
from dialer.storage.admin import Administration
from dialer.storage.books import Books
from tests.integration.cli.callbank_command import Callbank, callbank

PEOPLE = """
    WITH n AS (INSERT INTO numbers (e164)
        SELECT '+1919733' || lpad(g::text, 4, '0') FROM generate_series(1, %(count)s) AS g
        RETURNING e164),
    c AS (INSERT INTO contacts (campaign_id, external_id) SELECT 1, e164 FROM n
          RETURNING id, external_id),
    l AS (INSERT INTO leads (campaign_id, contact_id, e164)
          SELECT 1, id, external_id FROM c RETURNING id, e164)
    INSERT INTO attempts (id, lead_id, campaign_id, e164, trunk, caller_id, permit, due_at,
        dialed_at, answered_at, connected_at, ended_at, outcome, amd_verdict)
    SELECT 'cb-' || substr(l.e164, 9), l.id, 1, l.e164, 't', '', '{}', '-infinity', t.at, t.at,
           CASE WHEN %(outcome)s = 'talked' THEN t.at END, t.at + interval '5 seconds',
           %(outcome)s, %(verdict)s
    FROM l, (SELECT now() - interval '1 hour' AS at) AS t
    """


def people(url: str, count: int, outcome: str, verdict: str) -> None:
    """So many calls an hour ago that ended like this."""
    with psycopg.connect(url) as connection:
        connection.execute(PEOPLE, {"count": count, "outcome": outcome, "verdict": verdict})


@pytest.fixture
async def office(database_url: str) -> AsyncIterator[Administration]:
    async with Administration.at(database_url) as office:
        await office.create_campaign(
            Campaign(id=0, name="spring", limits=Limits(audit_share=0.25))
        )
        yield office


async def test_the_draw_is_the_keyed_hashs_and_nobodys_choice(
    office: Administration, database_url: str
) -> None:
    people(database_url, 400, "machine", "machine")
    _, drawn = await Books(office).drawn("spring")
    with psycopg.connect(database_url) as connection:
        ((key,),) = connection.execute("SELECT key FROM audit_draws").fetchall()
        ids = [row[0] for row in connection.execute("SELECT id FROM attempts ORDER BY id")]
    assert {one.attempt_id for one in drawn} == {its for its in ids if is_drawn(key, its, 0.25)}
    assert 60 < len(drawn) < 140
    _, again = await Books(office).drawn("spring")
    assert again == drawn


async def test_what_is_heard_bounds_the_errors(office: Administration, database_url: str) -> None:
    people(database_url, 1000, "machine", "machine")
    books = Books(office)
    (before,), drawn = await books.drawn("spring")
    assert (before.bound, before.windows[0].errors) == (0.05, 50)
    for number, one in enumerate(drawn):
        heard = Heard.PERSON if number == 0 else Heard.MACHINE
        await books.review(one.attempt_id, heard, "Ada")
    (after,), reviewed = await books.drawn("spring")
    assert after.audit.persons == 1 and after.audit.sample == len(drawn) >= 100
    assert 0.0 < after.bound < 0.05
    assert {one.reviewed_by for one in reviewed} == {"Ada"}
    await books.review(drawn[0].attempt_id, Heard.MACHINE, "Bob")
    (corrected,), _ = await books.drawn("spring")
    assert corrected.audit.persons == 0


async def test_an_attempt_that_was_not_drawn_cannot_be_reviewed(office: Administration) -> None:
    with pytest.raises(UsageError, match="was not drawn"):
        await Books(office).review("cb-7", Heard.PERSON, "Ada")


def test_a_frozen_block_cannot_be_changed(database_url: str) -> None:
    async def call_and_freeze() -> None:
        async with Administration.at(database_url) as office:
            await office.create_campaign(Campaign(id=0, name="spring"))
            people(database_url, 3, "talked", "not_asked")
            long_ago = "UPDATE attempts SET dialed_at = dialed_at - interval '31 days',"
            fill = long_ago + " answered_at = answered_at - interval '31 days'"
            with psycopg.connect(database_url) as connection:
                connection.execute(fill)
            _, blocks = await Books(office).ledger("spring")
            assert [one.frozen.counts.uk_connected for one in blocks] == [0]

    asyncio.run(call_and_freeze())
    with psycopg.connect(database_url) as connection, pytest.raises(
        psycopg.errors.RaiseException, match="never changed"
    ):
        connection.execute("UPDATE abandonment_blocks SET connected = 0")


@pytest.fixture
def shop(database_url: str) -> Iterator[Callbank]:
    with callbank() as command:
        command.environment["CALLBANK_DATABASE_URL"] = database_url
        assert command.run("campaign", "create", "spring", "--audit-share", "1").code == 0
        yield command


def test_the_commands_show_and_keep(shop: Callbank, database_url: str) -> None:
    people(database_url, 40, "machine", "machine")
    shown = shop.run("compliance", "ledger", "--campaign", "spring", "--json")
    assert shown.code == 0, shown.err
    block = json.loads(shown.out)["windows"][0]
    assert (block["name"], block["M"], block["E"], block["is_legal"]) == ("block", 40, 2.0, True)
    assert (block["rate"], block["left"]) == (1.0, 0)
    table = shop.run("compliance", "ledger", "--campaign", "spring")
    assert table.code == 0 and "block  (law)" in table.out and "T_L" in table.out
    listed = json.loads(shop.run("compliance", "audit-sample", "--json").out)
    assert len(listed["to_review"]) == 40
    attempt = listed["to_review"][0]["attempt"]
    review = ["compliance", "audit-sample", "--attempt", attempt, "--verdict", "person"]
    shop.run(*review).refused("--by")
    kept = shop.run(*review, "--by", "Ada", "--json")
    assert kept.code == 0, kept.err
    said = json.loads(kept.out)
    assert [one["attempt"] for one in said["reviewed"]] == [attempt]
    figures = said["legal_campaigns"][0]["machine_errors"]
    assert (figures["reviewed"], figures["people"], figures["f"]) == (1, 1, 1.0)
    assert figures["f_u"] == figures["f_u_wilson"] == 1.0
    words = shop.run("compliance", "audit-sample", "--campaign", "spring").out
    assert "39 to be listened to, 1 listened to." in words
    shop.run("compliance", "ledger", "--campaign", "nobody").refused('no campaign called "nobody"')
