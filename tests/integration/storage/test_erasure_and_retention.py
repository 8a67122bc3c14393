"""Erasing a person, and removing what is old, leave a chain that verifies."""

import asyncio
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from dialer.compliance.proof import Anchor
from dialer.domain.volunteer import Asked, Invitation, Newcomer
from dialer.errors import CallbankError, UsageError
from dialer.runtime.ports import FactNews
from dialer.storage.erasure import Wish, erase
from dialer.storage.evidence import read_span
from dialer.storage.retention import oldest_kept, retain
from dialer.storage.store import PostgresStore
from dialer.storage.volunteers import Volunteers
from tests.integration.storage import evidence_evening as evening
from tests.integration.storage.evidence_evening import ANN, BOB, NIGHT
from tests.integration.storage.test_evidence import faults, tamper

NOW = NIGHT + 3600.0
FIVE_YEARS_S = 1826 * 86400.0
"""From November 2025."""


RECORDED = (
    "INSERT INTO recordings (attempt_id, file, leave, started_at)"
    " VALUES ('cb-1', 'cb-1.wav', 'one_party', now())"
)


@pytest.fixture
def url(database_url: str) -> str:
    asyncio.run(evening.play(database_url))
    return database_url


def wish(e164: str | None = None, person: str | None = None) -> Wish:
    return Wish(e164=e164, person=person, by="Vera", reason="asked by letter", keep_years=5)


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(query).fetchall()


def everything(url: str) -> str:
    """All rows of all tables, as text."""
    tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
    names = [row["relname"] for row in rows(url, tables + " AND relkind = 'r'")]
    return "\n".join(str(rows(url, f"SELECT t::text AS line FROM {name} AS t")) for name in names)


def test_an_erased_person_is_nowhere_any_more_and_the_chain_is_whole(url: str) -> None:
    assert "Ann Example" in everything(url) and ANN in everything(url)
    erased = erase(url, wish(person="NC-1"), now=NOW)
    left = everything(url)
    for text in ("Ann Example", ANN, "NC-1", "27601", "UNA", "supports"):
        assert text not in left, text
    assert erased.removed["answers to volunteers"] == 1 and erased.removed["numbers"] == 1
    assert list(erased.kept) == ["evidence"]
    assert faults(url) == []
    (lead,) = rows(url, "SELECT state, e164 FROM leads WHERE id = 1")
    assert lead == {"state": "final", "e164": "+99900000000001"}
    assert "Bob Example" in left and BOB in left


def test_recordings_of_his_voice_go_and_are_named_for_their_files(url: str) -> None:
    tamper(url, RECORDED)
    erased = erase(url, wish(person="NC-1"), now=NOW)
    assert erased.recordings == ["cb-1.wav"] and erased.removed["recordings"] == 1
    (kept,) = rows(url, "SELECT removed_at IS NOT NULL AS is_gone FROM recordings")
    assert kept["is_gone"]
    assert erase(url, wish(person="erased-1"), now=NOW).recordings == []


def test_erasing_is_evidence_itself_and_names_nobody(url: str) -> None:
    erase(url, wish(e164=ANN), now=NOW)
    (record,) = rows(url, "SELECT record, subject FROM evidence WHERE kind = 'erasure'")
    assert '"by":"Vera"' in record["record"] and ANN not in record["record"]
    (about,) = rows(url, "SELECT DISTINCT subject FROM evidence WHERE seq = 1")
    assert record["subject"] == about["subject"]


def test_an_engine_that_holds_him_hears_of_it(url: str) -> None:
    async def news() -> FactNews:
        store = PostgresStore.at(url)
        try:
            return await store.fact_news()
        finally:
            await store.close()

    before = asyncio.run(news()).imports
    erase(url, wish(person="NC-1"), now=NOW)
    assert asyncio.run(news()).imports == before + 1


def test_a_dry_run_says_the_same_and_does_nothing(url: str) -> None:
    before = everything(url)
    said = erase(url, wish(person="NC-1"), now=NOW, is_dry_run=True)
    assert everything(url) == before
    assert said == erase(url, wish(person="NC-1"), now=NOW)


def test_details_of_sales_calls_stay_until_the_law_lets_them_go(url: str) -> None:
    for e164 in (BOB, "+12025550177"):
        tamper(
            url,
            "INSERT INTO consents (e164, person, kind, given_at, source)"
            f" VALUES ('{e164}', 'NC-2', 'express_written', '2025-01-01', 'a form')",
        )
    erased = erase(url, wish(person="NC-2"), now=NOW)
    assert "16 CFR 310.5" in erased.kept["call details"]
    assert [row["e164"] for row in rows(url, "SELECT e164 FROM consents")] == [BOB]
    tamper(url, "UPDATE consents SET person = ''")  # else his id stays with it, as it must
    left = everything(url)
    assert BOB in left and "Bob Example" not in left and "NC-2" not in left
    (attempt,) = rows(url, "SELECT e164 FROM attempts WHERE id = 'cb-2'")
    assert attempt["e164"] == BOB
    retain(url, now=NOW + FIVE_YEARS_S - 86400.0, keep_years=5)
    assert BOB in everything(url)
    done = retain(url, now=NOW + FIVE_YEARS_S, keep_years=5)
    assert BOB not in everything(url)
    assert done.attempts == 2
    assert faults(url) == []


def test_the_do_not_call_entry_stays(url: str) -> None:
    tamper(url, f"INSERT INTO do_not_call (e164, reason) VALUES ('{ANN}', 'asked')")
    erased = erase(url, wish(e164=ANN), now=NOW)
    assert "do-not-call" in erased.kept["do-not-call entry"]
    assert [row["e164"] for row in rows(url, "SELECT e164 FROM do_not_call")] == [ANN]
    assert ANN not in str(rows(url, "SELECT t::text FROM attempts AS t"))


def test_a_number_at_which_somebody_else_is_reached_stays(url: str) -> None:
    tamper(url, f"UPDATE leads SET e164 = '{ANN}' WHERE id = 2")
    erased = erase(url, wish(person="NC-1"), now=NOW)
    assert erased.kept["shared number"] == "somebody else is reached at it"
    (kept,) = rows(url, f"SELECT erased_at FROM evidence_subjects WHERE e164 = '{ANN}'")
    assert kept["erased_at"] is None
    assert [row["e164"] for row in rows(url, "SELECT e164 FROM leads WHERE id = 2")] == [ANN]


def test_who_is_being_called_is_erased_after_the_call(url: str) -> None:
    tamper(url, "UPDATE attempts SET outcome = NULL, ended_at = NULL WHERE id = 'cb-1'")
    before = everything(url)
    with pytest.raises(CallbankError, match="being called now"):
        erase(url, wish(person="NC-1"), now=NOW)
    assert everything(url) == before


def test_a_number_that_is_on_no_list_is_erased_where_it_is_known(url: str) -> None:
    stranger = "+12025550177"
    tamper(
        url,
        "INSERT INTO consents (e164, kind, given_at, source)"
        f" VALUES ('{stranger}', 'express', '2025-01-01', 'a form')",
    )
    erased = erase(url, wish(e164=stranger), now=NOW)
    assert (erased.people, erased.removed) == (0, {"consents": 1})
    assert stranger not in everything(url) and faults(url) == []


OWN = "+15125550177"


async def shift_of(url: str, *, phone: str, called: str) -> int:
    """A volunteer's session, with the number that he wrote and the one that was called."""
    async with Volunteers.at(url.replace("postgresql://", "postgresql+psycopg://")) as volunteers:
        wanted = Invitation(code="", campaign_id=1, asks_phone=Asked.OPTIONAL, may_call_back=True)
        made = await volunteers.invite(wanted, pin="", by="Vera")
        who = Newcomer(first_name="Ottilie", phone=phone, email="o@example.org", language="en")
        joined = await volunteers.join(made.code, who, NOW)
        assert joined is not None
        if called:
            await volunteers.call_back(joined[0], called, NOW)
        return joined[0].id


async def home(url: str, session_id: int) -> None:
    async with Volunteers.at(url.replace("postgresql://", "postgresql+psycopg://")) as volunteers:
        assert await volunteers.end(session_id, "left", NOW)


@pytest.mark.parametrize(("phone", "called"), [("(512) 555-0177", ""), ("", OWN), (OWN, OWN)])
def test_a_volunteer_is_erased_by_the_number_that_he_gave(
    url: str, phone: str, called: str
) -> None:
    session_id = asyncio.run(shift_of(url, phone=phone, called=called))
    with pytest.raises(CallbankError, match=f"volunteer revoke {session_id}"):
        erase(url, wish(e164=OWN), now=NOW)
    asyncio.run(home(url, session_id))
    erased = erase(url, wish(e164=OWN), now=NOW)
    assert erased.removed == {"volunteers' names and addresses": 1} and erased.people == 0
    left = everything(url)
    for text in ("Ottilie", "555-0177", OWN, "o@example.org"):
        assert text not in left, text


def test_nobody_of_that_name_is_one_sentence(url: str) -> None:
    for who in (wish(person="NC-9"), wish(e164="+12025550199")):
        with pytest.raises(UsageError, match="nobody is known"):
            erase(url, who, now=NOW)


# --- retention ----------------------------------------------------------------------------------


def test_nothing_is_removed_before_its_time(url: str) -> None:
    done = retain(url, now=evening.AFTERNOON + FIVE_YEARS_S, keep_years=5)
    assert (done.records, done.attempts, done.refusals) == (0, 0, 0)
    assert rows(url, "SELECT count(*) FROM evidence") == [{"count": 5}]


def test_the_front_goes_with_its_attempts_and_the_rest_verifies(url: str) -> None:
    tamper(url, RECORDED)
    between = evening.AFTERNOON + 90
    now = between + FIVE_YEARS_S
    assert oldest_kept(now, 5) < NIGHT
    done = retain(url, now=now, keep_years=5)
    assert (done.records, done.attempts) == (3, 1)
    span = read_span(url)
    assert (span.begins, span.count) == (4, 6)
    assert span.checkpoint is not None and span.checkpoint.through == 3
    assert faults(url) == []
    assert [row["id"] for row in rows(url, "SELECT id FROM attempts")] == ["cb-2"]
    again = retain(url, now=now + 30 * 86400, keep_years=5)
    assert (again.records, again.attempts, again.refusals) == (2, 1, 1)
    assert faults(url) == []
    assert rows(url, "SELECT * FROM evidence_subjects") == []


def test_records_are_removed_a_part_at_a_time(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dialer.storage.retention.REMOVED_AT_ONCE", 2)
    shown: list[int] = []
    retain(url, now=NIGHT + FIVE_YEARS_S + 86400.0, keep_years=5, show=shown.append)
    assert shown == [2, 4, 5]
    assert faults(url) == []


def test_a_front_that_was_cut_off_is_no_retention(url: str) -> None:
    retain(url, now=evening.AFTERNOON + 90 + FIVE_YEARS_S, keep_years=5)
    said = [fault.what for fault in faults(url)]
    assert said == []
    tamper(url, "DELETE FROM evidence WHERE seq = (SELECT min(seq) FROM evidence)")
    assert faults(url)


def test_the_oldest_day_kept_is_the_same_day_some_years_ago() -> None:
    leap_day = 1_835_438_400.0  # 29 February 2028
    assert oldest_kept(leap_day, 5) == leap_day - 1827 * 86400.0  # 28 February 2023
    assert oldest_kept(leap_day + 86400, 5) == leap_day - 1826 * 86400.0


def test_a_head_told_outside_shows_that_retention_came_too_early(url: str) -> None:
    first = rows(url, "SELECT hash FROM evidence WHERE seq = 1")[0]["hash"].hex()
    told = Anchor(at_ms=round(NIGHT * 1000), seq=1, hash=first)
    retain(url, now=evening.AFTERNOON + 90 + FIVE_YEARS_S, keep_years=5)
    (fault,) = faults(url, (told,))
    assert fault.what == "retention removed records that were younger than it says"
