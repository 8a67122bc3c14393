"""The database puts a list in the same order as the code does, in pieces, and waits for nobody."""

import random

import psycopg
import pytest

from dialer.domain.lead import Lead, LineType
from dialer.domain.list_order import ListOrder
from dialer.domain.outcome import Outcome
from dialer.storage import store as storing
from dialer.storage.store import PostgresStore

LEADS = 400

ORDER = ListOrder(
    effects={
        "area": {f"+1{201 + n}": (n * 7 % 20 - 10) / 6 for n in range(20)},
        "line_type": {"wireless": -0.13, "voip": 0.31},
        "attempt": {"0": 0.21, "1": -0.08, "6": -0.52},
        "last_outcome": {"": 0.11, "busy": 0.47, "no_answer": -0.33},
    }
)


def some_leads() -> list[Lead]:
    chance = random.Random(7)
    return [
        Lead(
            id=n,
            campaign_id=1,
            e164=f"+1{201 + chance.randrange(25)}5550{n:03}",
            display_name="Ann Example",
            zones=("America/New_York",),
            line_type=chance.choice(list(LineType)),
            attempt_count=(attempts := chance.randrange(9)),
            last_outcome=chance.choice([Outcome.BUSY, Outcome.LOST, Outcome.NO_ANSWER])
            if attempts
            else None,
        )
        for n in range(1, LEADS + 1)
    ]


def put_in(connection: psycopg.Connection, leads: list[Lead]) -> None:
    connection.execute("INSERT INTO campaigns (name, state) VALUES ('spring', 'running')")
    for lead in leads:
        connection.execute(
            "INSERT INTO numbers (e164, line_type) VALUES (%s, %s)", (lead.e164, lead.line_type)
        )
        connection.execute(
            "INSERT INTO contacts (campaign_id, external_id) VALUES (1, %s)", (str(lead.id),)
        )
        connection.execute(
            "INSERT INTO leads (campaign_id, contact_id, e164, state, attempt_count, last_outcome)"
            " VALUES (1, %s, %s, %s, %s, %s)",
            (
                lead.id,
                lead.e164,
                "recycled" if lead.attempt_count else "new",
                lead.attempt_count,
                lead.last_outcome,
            ),
        )


async def test_the_database_reckons_buckets_as_the_code_does(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storing, "RESCORED_AT_ONCE", 30)  # so that there are pieces
    leads = some_leads()
    with psycopg.connect(database_url, autocommit=True) as connection:
        put_in(connection, leads)
        store = PostgresStore.at(database_url)
        await store.rescore_leads(1, ORDER)
        await store.close()
        rows = connection.execute("SELECT id, odds_bucket FROM leads ORDER BY id").fetchall()
    assert rows == [(lead.id, ORDER.bucket(lead)) for lead in leads]


async def test_a_lead_that_somebody_is_writing_is_left_as_it_is(database_url: str) -> None:
    with psycopg.connect(database_url) as writer:
        put_in(writer, some_leads()[:2])
        writer.commit()
        writer.execute("UPDATE leads SET attempt_count = attempt_count WHERE id = 1")
        store = PostgresStore.at(database_url)
        await store.rescore_leads(1, ListOrder(effects={"area": {}, "line_type": {}} | {
            "attempt": {str(n): 2.0 for n in range(7)}
        }))
        await store.close()
        writer.commit()
        rows = writer.execute("SELECT odds_bucket FROM leads ORDER BY id").fetchall()
    assert rows == [(8,), (15,)]
