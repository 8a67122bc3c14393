"""The chain in PostgreSQL: it cannot be changed, and what changes it all the same is found."""

import asyncio
from pathlib import Path

import psycopg
import pytest

from dialer.cli.compliance_verify import outside_faults, walk_all
from dialer.compliance.evidence import link_hash, record_digest
from dialer.compliance.proof import Anchor, Fault
from dialer.engine.store_commands import AmendAttempt
from dialer.errors import CallbankError
from dialer.storage.connect import plainly
from dialer.storage.evidence import faults_beside, head_faults, read_links, read_span
from dialer.storage.evidence_heads import FILE_NAME, read_heads, tell_head
from dialer.storage.store import PostgresStore
from tests.integration.storage import evidence_evening as evening
from tests.integration.storage.evidence_evening import tamper


@pytest.fixture
def url(database_url: str) -> str:
    asyncio.run(evening.play(database_url))
    return database_url


def show(phase: str, part: float) -> None:
    """Nobody watches."""


def faults(url: str, anchors: tuple[Anchor, ...] = ()) -> list[Fault]:
    span = read_span(url)
    walked = walk_all(url, span, replays=True, workers=1, show=show)
    return [
        *walked.faults,
        *head_faults(url),
        *outside_faults(url, span, list(anchors)),
        *faults_beside(url, span),
    ]


def test_an_evening_is_whole_and_its_verdicts_are_replayed(url: str) -> None:
    span = read_span(url)
    walked = walk_all(url, span, replays=True, workers=1, show=show)
    assert (walked.records, walked.replayed, span.count) == (5, 3, 5)
    assert walked.kinds == {"dialed": 2, "ended": 2, "refused": 1}
    assert faults(url) == []


def test_what_was_heard_after_an_end_is_evidence_too(url: str) -> None:
    async def write() -> None:
        store = PostgresStore.at(url)
        await store.write(
            [AmendAttempt(attempt_id="cb-1", connected_at=evening.AFTERNOON + 9)]
        )
        await store.close()

    asyncio.run(write())
    assert faults(url) == []
    earlier = "UPDATE attempts SET connected_at = connected_at - interval '1 s' WHERE id = 'cb-1'"
    tamper(url, earlier)
    (fault,) = faults(url)
    assert fault.what == "attempt cb-1 does not say the same of how it ended"


def test_a_span_of_time_is_walked_alone(url: str) -> None:
    span = read_span(url, since=evening.AFTERNOON + 50)
    assert (span.first, span.last, span.is_all) == (3, 5, False)
    assert walk_all(url, span, replays=True, workers=1, show=show).records == 3
    nothing = read_span(url, since=evening.NIGHT + 1e6)
    assert walk_all(url, nothing, replays=True, workers=1, show=show).records == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence SET record = record || ' ' WHERE seq = 2",
        "DELETE FROM evidence WHERE seq = 1",
        "TRUNCATE evidence",
    ],
)
def test_nobody_changes_evidence_by_mistake(url: str, statement: str) -> None:
    with (
        psycopg.connect(url, autocommit=True) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="only ever appended"),
    ):
        connection.execute(statement)


@pytest.mark.parametrize(
    ("statement", "seq"),
    [
        ("UPDATE evidence SET record = replace(record, 'talked', 'busy') WHERE seq = 2", 2),
        ("UPDATE evidence SET subject = decode(repeat('ab', 32), 'hex') WHERE seq = 3", 3),
        ("UPDATE evidence SET hash = decode(repeat('ab', 32), 'hex') WHERE seq = 4", 4),
        ("UPDATE evidence SET at = at + interval '1 hour' WHERE seq = 1", 1),
        ("UPDATE evidence SET campaign_id = 2 WHERE seq = 1", 1),
        ("UPDATE evidence SET kind = 'held' WHERE seq = 5", 5),
        ("DELETE FROM evidence WHERE seq = 1", 2),  # where the chain begins now
        ("DELETE FROM evidence WHERE seq = 3", 3),
        ("DELETE FROM evidence WHERE seq = 5", 5),
        ("UPDATE evidence SET seq = CASE seq WHEN 2 THEN -3 ELSE -2 END WHERE seq IN (2, 3);"
         "UPDATE evidence SET seq = -seq WHERE seq < 0", 2),
        ("UPDATE evidence SET record = 'rubbish' WHERE seq = 2", 2),
        ("UPDATE evidence SET record = '{\"answered_ms\": \"x\"}' WHERE seq = 2", 2),
        ("UPDATE evidence SET at = 'infinity' WHERE seq = 1", 1),
        ("UPDATE evidence SET kind = 'checkpoint', record = 'rubbish' WHERE seq = 5", 5),
        ("UPDATE evidence SET seq = 9223372036854775807 WHERE seq = 5", 9223372036854775807),
        ("INSERT INTO evidence SELECT 6, at, kind, campaign_id, attempt_id, subject, record, hash"
         " FROM evidence WHERE seq = 5", 6),
    ],
)  # fmt: skip
def test_whatever_is_done_to_one_record_is_found_there(url: str, statement: str, seq: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE evidence DROP CONSTRAINT evidence_seq_check")
    tamper(url, statement)
    assert seq in [fault.seq for fault in faults(url)]


def test_a_record_added_with_the_right_hash_is_found_by_the_head(url: str) -> None:
    tamper(
        url,
        "INSERT INTO evidence SELECT 6, at, kind, campaign_id, attempt_id, subject, record,"
        " sha256(hash || int8send(6::bigint) || sha256(int2send(octet_length(subject)::smallint)"
        " || subject || convert_to(record, 'UTF8'))) FROM evidence WHERE seq = 5",
    )
    span = read_span(url)
    assert walk_all(url, span, replays=True, workers=1, show=show).fault_count == 0
    assert span.is_all, "else the command does not look at the head"
    assert "the chain's head says that 5 is the last" in [fault.what for fault in faults(url)]


def test_a_head_that_is_gone_is_found(url: str) -> None:
    tamper(url, "DELETE FROM evidence_head")
    assert read_span(url).is_all
    assert faults(url)[0].what == "the chain's head is missing"


def cut_off_the_last(url: str) -> None:
    """As somebody who knows how the head is kept."""
    tamper(
        url,
        "DELETE FROM evidence WHERE seq = 5;"
        "UPDATE evidence_head SET count = 4, hash = (SELECT hash FROM evidence WHERE seq = 4)",
    )


def test_the_last_record_cut_off_with_the_head_mended_is_found_by_its_refusal(url: str) -> None:
    cut_off_the_last(url)
    (fault,) = faults(url)
    assert fault.what == "a refusal of lead 1 has no record"


def test_the_same_without_its_refusal_is_found_by_a_head_told_outside(
    url: str, tmp_path: Path
) -> None:
    span = read_span(url)
    heads = tmp_path / FILE_NAME
    told = Anchor(at_ms=1_764_400_000_000, seq=span.count, hash=span.head.hex())
    for _ in range(2):
        tell_head(heads, told)
    assert read_heads(heads) == [told]
    assert faults(url, (told,)) == []
    cut_off_the_last(url)
    tamper(url, "DELETE FROM refusals")
    assert faults(url) == []
    (fault,) = faults(url, tuple(read_heads(heads)))
    assert fault.what == "the chain ends at 4, but it had a record 5 once"


def test_a_chain_written_anew_is_found_by_a_head_told_outside(url: str) -> None:
    told = Anchor(at_ms=0, seq=5, hash=read_span(url).head.hex())
    before = bytes(32)
    with plainly(url) as connection:
        connection.execute("ALTER TABLE evidence DISABLE TRIGGER evidence_is_appended")
        for row in list(read_links(connection, 1, 5)):
            record = row.record.replace(b"carrier", b"another")
            before = link_hash(before, row.seq, record_digest(row.subject, record))
            connection.execute(
                "UPDATE evidence SET record = %s, hash = %s WHERE seq = %s",
                (record.decode(), before, row.seq),
            )
        connection.execute("UPDATE evidence_head SET hash = %s", (before,))
    assert faults(url) == []
    assert [fault.what for fault in faults(url, (told,))] == ["record 5 had another hash once"]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE attempts SET connected_at = connected_at - interval '3 s' WHERE id = 'cb-1'",
         "attempt cb-1 does not say the same of how it ended"),
        ("UPDATE attempts SET outcome = 'busy' WHERE id = 'cb-2'",
         "attempt cb-2 does not say the same of how it ended"),
        ("UPDATE attempts SET e164 = '+12025550102' WHERE id = 'cb-1'",
         "attempt cb-1 is not to the number that it is about"),
        ("UPDATE evidence_subjects SET e164 = '+12025550109' WHERE e164 = '+12025550101'",
         "1 subjects are not their number under their key"),
        ("INSERT INTO attempts (id, lead_id, campaign_id, e164, trunk, caller_id, permit, due_at,"
         " dialed_at) SELECT 'cb-9', lead_id, campaign_id, e164, trunk, caller_id, permit, due_at,"
         " dialed_at FROM attempts WHERE id = 'cb-1'",
         "attempt cb-9 has no record of its judgement"),
        ("UPDATE rule_sets SET body = replace(body, '21:00', '22:00')", "cannot be replayed"),
        ("UPDATE rule_sets SET body = 'rubbish: ['", "cannot be replayed"),
    ],
)  # fmt: skip
def test_what_lies_beside_the_chain_is_held_against_it(
    url: str, statement: str, what: str
) -> None:
    tamper(url, statement)
    said = [fault.what for fault in faults(url)]
    assert any(what in one for one in said)
    assert not any("+1" in one for one in said)


def test_a_head_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    heads = tmp_path / FILE_NAME
    heads.write_text("2026-11-28T00:00:00Z 5 00ff\nrubbish\n2026-11-2", encoding="utf-8")
    with pytest.raises(CallbankError, match="line 2: this is no head"):
        read_heads(heads)
    heads.write_text("2026-11-28T00:00:00Z 5 00ff\n2026-11-2", encoding="utf-8")
    assert [one.seq for one in read_heads(heads)] == [5]
    tell_head(heads, Anchor(at_ms=1_764_400_000_000, seq=6, hash="00ff"))
    assert [one.seq for one in read_heads(heads)] == [5, 6]
