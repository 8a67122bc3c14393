"""Imported leads in the database: merged by their external id, all or nothing."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

import psycopg
import pytest

from dialer.domain.campaign import Campaign
from dialer.domain.lead import LineType
from dialer.errors import CallbankError
from dialer.lists.importing import ImportedLead
from dialer.lists.ports import Stored
from dialer.lists.report import ImportReport
from dialer.storage.admin import Administration
from dialer.storage.importer import PostgresImporter

REPORT = ImportReport(
    rows=1, valid=1, invalid=0, duplicates=0, no_time_zone=0, shared_numbers=0, layout="plain",
    encoding="utf-8", delimiter="comma", columns={}, custom_columns=(), line_types={}, rejects={},
)  # fmt: skip

ANN = ImportedLead(
    row_number=2,
    external_id="A1",
    first_name="Ann",
    last_name='O\'Hara, "Nan"\t\\N',
    e164="+12025550101",
    line_type=LineType.UNKNOWN,
    zones=("America/New_York",),
    state="DC",
    zip_code="20001",
    language="en",
    custom={"Ward": "3", "Ñame": "é"},
)
BOB = replace(
    ANN,
    row_number=3,
    external_id="B2",
    first_name="Bob",
    zones=("America/Chicago",),
    line_type=LineType.LANDLINE,
)


@pytest.fixture
async def importer(database_url: str) -> AsyncIterator[PostgresImporter]:
    async with AsyncExitStack() as stack:
        administration = await stack.enter_async_context(Administration.at(database_url))
        await administration.create_campaign(Campaign(id=0, name="spring"))
        yield await stack.enter_async_context(PostgresImporter.at(database_url))


async def imported(importer: PostgresImporter, *batches: Sequence[ImportedLead]) -> Stored:
    campaign_id = await importer.campaign_id("spring")
    assert campaign_id is not None
    stored = Stored()
    async with importer.importing(campaign_id, REPORT) as open_import:
        for batch in batches:
            stored += await open_import.add(batch)
    return stored


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


async def test_people_of_one_household_share_their_number_and_its_zones(
    importer: PostgresImporter, database_url: str
) -> None:
    assert await imported(importer, [ANN, BOB]) == Stored(added=2)
    assert rows(database_url, "SELECT e164, zones, line_type FROM numbers") == [
        ("+12025550101", ["America/Chicago", "America/New_York"], "landline")
    ]
    assert rows(database_url, "SELECT last_name, custom FROM contacts ORDER BY id") == [
        (ANN.last_name, ANN.custom),
        (BOB.last_name, BOB.custom),
    ]
    assert rows(database_url, "SELECT state, attempt_count FROM leads") == [("new", 0)] * 2


async def test_the_same_list_again_changes_nothing(
    importer: PostgresImporter, database_url: str
) -> None:
    await imported(importer, [ANN], [BOB])
    everything = (
        "SELECT p.*, l.*, n.*, p.xmin::text, l.xmin::text, n.xmin::text, i.* FROM contacts p"
        " JOIN leads l ON l.contact_id = p.id JOIN numbers n USING (e164), list_imports i"
    )
    everything = everything.replace("p.*, l.*", "p.*, l.id, l.e164, l.state")
    before = rows(database_url, everything)
    assert await imported(importer, [ANN], [BOB]) == Stored(unchanged=2)
    assert rows(database_url, everything) == before


async def test_a_changed_person_is_updated_and_keeps_his_history(
    importer: PostgresImporter, database_url: str
) -> None:
    await imported(importer, [ANN, BOB])
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE leads SET state = 'final', attempt_count = 2")
    married = replace(ANN, last_name="Smith")
    moved = replace(BOB, e164="+12025550102")
    assert await imported(importer, [married, moved]) == Stored(updated=2)
    assert rows(database_url, "SELECT state, attempt_count, e164 FROM leads ORDER BY id") == [
        ("final", 2, "+12025550101"),
        ("final", 2, "+12025550102"),
    ]


async def test_a_number_keeps_the_line_type_with_the_stricter_rules(
    importer: PostgresImporter, database_url: str
) -> None:
    for line_type in (LineType.LANDLINE, LineType.WIRELESS, LineType.UNKNOWN, LineType.LANDLINE):
        await imported(importer, [replace(ANN, line_type=line_type)])
    assert rows(database_url, "SELECT line_type FROM numbers") == [("wireless",)]


async def test_an_import_that_fails_leaves_nothing(
    importer: PostgresImporter, database_url: str
) -> None:
    with pytest.raises(ZeroDivisionError):
        async with importer.importing(1, REPORT) as open_import:
            await open_import.add([ANN])
            raise ZeroDivisionError
    with pytest.raises(CallbankError, match="refused the list"):
        await imported(importer, [ANN], [replace(BOB, first_name="B\x00b")])
    for table in ("contacts", "numbers", "leads", "list_imports"):
        assert rows(database_url, f"SELECT count(*) FROM {table}") == [(0,)]


async def test_an_unknown_campaign_is_none(importer: PostgresImporter) -> None:
    assert await importer.campaign_id("autumn") is None
