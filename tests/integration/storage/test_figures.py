"""The figures of a campaign: what is counted, and what is a double dial."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.rows import dict_row

from dialer.cli.campaign_text import figures_text
from dialer.compliance.abandonment import AnsweredCall, standing, uk_standing
from dialer.domain.campaign import Campaign
from dialer.domain.outcome import AmdVerdict
from dialer.storage.admin import Administration, working
from dialer.storage.figures import read_figures
from tests.integration.private_postgres import PrivatePostgres

T = 1_790_000_000.0

OneCall = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
async def administration(database_url: str) -> AsyncIterator[Administration]:
    async with Administration.at(database_url) as administration:
        await administration.create_campaign(Campaign(id=0, name="spring"))
        for name in ("ann", "bob"):
            await administration.add_agent(name)
        fill(
            database_url,
            """INSERT INTO numbers (e164) VALUES ('+12025550101'), ('+12025550102');
               INSERT INTO contacts (campaign_id, external_id) VALUES (1, 'a'), (1, 'b');
               INSERT INTO leads (campaign_id, contact_id, e164) VALUES
                   (1, 1, '+12025550101'), (1, 2, '+12025550102')""",
        )
        yield administration


def fill(url: str, statements: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statements)


def attempt(url: str, name: str, **columns: object) -> None:
    """An attempt; instants are seconds after T."""
    values: dict[str, object] = {"lead_id": 1, "e164": "+12025550101", "due_at": -1, **columns}
    instants = {
        key: None if value is None else f"@{T + float(value)}"
        for key, value in values.items()
        if key.endswith("_at") and value != "infinity"
    }
    values = {**values, **instants}
    names = ", ".join(values)
    places = ", ".join(
        f"to_timestamp(%({key})s::double precision)" if key in instants else f"%({key})s"
        for key in values
    )
    values |= {key: value and str(value).lstrip("@") for key, value in instants.items()}
    with psycopg.connect(url) as connection:
        connection.execute(
            f"INSERT INTO attempts (id, campaign_id, trunk, caller_id, permit, {names})"
            f" VALUES (%(id)s, 1, 't', '+1', '{{}}', {places})",
            {"id": name, **values},
        )


async def test_a_campaign_without_calls_has_no_rates(administration: Administration) -> None:
    figures = await administration.figures("spring")
    assert sum(figures.attempts.values()) == figures.answered == figures.double_dials == 0
    assert figures.abandon_rate is None and figures.utilisation is None
    assert figures.bridge_ms == {"p50": None, "p95": None, "p99": None}
    assert set(figures.as_json()) == {
        "attempts", "answered", "connected", "abandoned", "abandon_rate", "bridge_ms",
        "utilisation", "wait_s_mean", "double_dials", "open_attempts",
        "waiting_by_language",
    }  # fmt: skip


async def test_who_waits_for_another_language_is_counted_until_he_is_done_with(
    administration: Administration, database_url: str
) -> None:
    assert (await administration.figures("spring")).waiting_by_language == {}
    fill(database_url, "UPDATE leads SET wanted_language = 'es' WHERE id = 1")
    fill(database_url, "UPDATE leads SET wanted_language = 'other' WHERE id = 2")
    figures = await administration.figures("spring")
    assert figures.waiting_by_language == {"es": 1, "other": 1}
    assert "1 es, 1 other wait for a volunteer" in figures_text(figures, 0.03)
    fill(database_url, "UPDATE leads SET state = 'final' WHERE id = 2")
    assert (await administration.figures("spring")).waiting_by_language == {"es": 1}


async def test_people_are_counted_by_how_their_call_ended(
    administration: Administration, database_url: str
) -> None:
    ends = (
        ("talked", {"answered_at": 5, "connected_at": 5.02}),
        ("talked", {"answered_at": 5, "connected_at": 9}),  # late: abandoned by law
        ("abandoned", {"answered_at": 5}),
        ("caller_left", {"answered_at": 5, "ended_at": 6}),
        ("machine", {"answered_at": 5}),
        ("busy", {}),
    )
    for n, (outcome, instants) in enumerate(ends):
        attempt(
            database_url,
            f"cb-{n}",
            outcome=outcome,
            **{"dialed_at": n * 0.001, "ended_at": 60, **instants},
        )
    attempt(database_url, "cb-9", e164="+12025550102", lead_id=2, dialed_at=1)
    figures = await administration.figures("spring")
    assert {name: n for name, n in figures.attempts.items() if n} == {
        "talked": 2, "abandoned": 1, "caller_left": 1, "machine": 1, "busy": 1,
    }  # fmt: skip
    assert (figures.answered, figures.connected, figures.abandoned) == (4, 2, 2)
    assert figures.abandon_rate == pytest.approx(2 / 3, abs=1e-6)
    assert figures.bridge_ms["p50"] == pytest.approx((20 + 4000) / 2, abs=0.01)
    assert figures.open_attempts == 1
    assert (await administration.figures("spring", since=T + 30)).answered == 0


@pytest.mark.parametrize(
    ("second", "is_double"),
    [
        ({"dialed_at": 100, "due_at": 90}, False),
        ({"dialed_at": 100, "due_at": 100}, False),
        ({"dialed_at": 59, "due_at": 30}, True),  # the first was still going on
        ({"dialed_at": 100, "due_at": 100.5}, True),  # before it was due
        ({"dialed_at": 100, "due_at": "infinity"}, True),  # final
        ({"dialed_at": 100, "due_at": 100.5, "outcome": "not_placed"}, False),  # rang nowhere
    ],
)
async def test_what_is_a_double_dial(
    administration: Administration,
    database_url: str,
    second: dict[str, object],
    is_double: bool,
) -> None:
    attempt(database_url, "cb-1", outcome="busy", dialed_at=0, ended_at=60)
    attempt(database_url, "cb-2", **{"outcome": "busy", "ended_at": 160, **second})
    assert (await administration.figures("spring")).double_dials == int(is_double)


async def test_a_number_dialed_after_it_asked_for_no_calls_is_a_double_dial(
    administration: Administration, database_url: str
) -> None:
    attempt(database_url, "cb-1", outcome="busy", dialed_at=0, ended_at=60)
    fill(
        database_url,
        f"INSERT INTO do_not_call VALUES ('+12025550101', 'asked', to_timestamp({T + 70}))",
    )
    assert (await administration.figures("spring")).double_dials == 0
    attempt(database_url, "cb-2", outcome="busy", dialed_at=100, ended_at=160)
    assert (await administration.figures("spring")).double_dials == 1


async def test_the_agents_time(administration: Administration, database_url: str) -> None:
    spells = (
        (1, "joining", 0, 5), (1, "ready", 5, 15), (1, "reserved", 15, 20),
        (1, "talking", 20, 60), (1, "wrap_up", 60, 70), (1, "ready", 70, 75),
        (1, "break", 75, 175), (1, "ready", 175, None),
        (2, "ready", 0, 10), (2, "offline", 10, None),
    )  # fmt: skip
    for agent_id, state, start, end in spells:
        ends = "NULL" if end is None else f"to_timestamp({T + end})"
        fill(
            database_url,
            "INSERT INTO agent_states (agent_id, campaign_id, state, started_at, ended_at)"
            f" VALUES ({agent_id}, 1, '{state}', to_timestamp({T + start}), {ends})",
        )
    async with working(administration.engine) as connection:
        figures = await read_figures(connection, 1, now=T + 185)
    assert figures.utilisation == pytest.approx(50 / (50 + 15 + 5 + 10 + 10), abs=1e-3)
    assert figures.wait_s_mean == pytest.approx((15 + 5 + 10) / 3, abs=1e-3)


# --- the law in SQL and in Python ------------------------------------------------------------

_after = st.one_of(st.none(), st.integers(0, 6_000_000).map(lambda us: us / 1e6))

_ONE_CALL = """
    WITH attempts AS (
        SELECT 'x'::text AS id, 1 AS campaign_id, '+12025550101'::text AS e164,
               %(outcome)s::text AS outcome,
               %(verdict)s::text AS amd_verdict, %(was_given_up)s::boolean AS was_given_up,
               to_timestamp(%(answered_at)s) AS answered_at,
               to_timestamp(%(speech_started_at)s) AS speech_started_at,
               to_timestamp(%(greeting_ended_at)s) AS greeting_ended_at,
               to_timestamp(%(connected_at)s) AS connected_at,
               to_timestamp(%(message_started_at)s) AS message_started_at,
               to_timestamp(%(ended_at)s) AS ended_at),
    results AS (
        SELECT 'x'::text AS attempt_id, now() AS at, %(said)s::text AS disposition)
    """


@pytest.fixture
def one_call(postgres: PrivatePostgres, template: str) -> Iterator[OneCall]:
    """The view answered_calls over a single made-up call."""
    with psycopg.connect(postgres.url(template), autocommit=True, row_factory=dict_row) as its:
        view = its.execute("SELECT definition FROM pg_views WHERE viewname = 'answered_calls'")
        statement = _ONE_CALL + view.fetchone()["definition"].rstrip(";")
        yield lambda values: its.execute(statement, values).fetchone()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    outcome=st.sampled_from(["talked", "abandoned", "caller_left", "machine", "fax"]),
    verdict=st.sampled_from(list(AmdVerdict)),
    said=st.sampled_from(["machine", "supports"]),
    was_given_up=st.booleans(),
    instants=st.fixed_dictionaries(
        {
            "speech_started_at": _after,
            "greeting_ended_at": _after,
            "connected_at": _after,
            "message_started_at": _after,
        }
    ),
    ended=st.integers(0, 6_000_000),
)
def test_sql_and_python_count_the_same(
    one_call: OneCall,
    outcome: str,
    verdict: AmdVerdict,
    said: str,
    was_given_up: bool,
    instants: dict[str, float | None],
    ended: int,
) -> None:
    its: dict[str, Any] = {
        "answered_at": T + 1,
        "ended_at": T + ended / 1e6,
        **{name: None if after is None else T + after for name, after in instants.items()},
    }
    row = one_call(
        {**its, "outcome": outcome, "verdict": verdict, "said": said, "was_given_up": was_given_up}
    )
    call = AnsweredCall(
        **its,
        was_hung_up_by_us=was_given_up,
        verdict=AmdVerdict.MACHINE if outcome == "machine" else verdict,
        agent_said_machine=said == "machine",
        is_fax=outcome == "fax",
    )
    assert row["standing"] == standing(call)
    assert row["uk_standing"] == uk_standing(call)
    assert row["is_unknown"] == (verdict is AmdVerdict.UNKNOWN)
