"""What volunteers write down: kept once, by whose call it is, while it may be changed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from dialer.errors import UsageError
from dialer.script.click import (
    CORRECTABLE_S,
    Answered,
    Click,
    ClickError,
    Flagged,
    FlagReason,
    Noted,
)
from dialer.script.document import Document, DocumentKind, version_of
from dialer.storage.admin import Administration
from dialer.storage.answer_book import AnswerBook
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.erasure import Wish, erase
from dialer.storage.export import exported_rows
from dialer.storage.retention import retain
from tests.integration.storage import evidence_evening as evening
from tests.integration.storage.evidence_evening import AFTERNOON

BODY = (Path(__file__).parents[3] / "dialer" / "demo" / "script.yaml").read_text(encoding="utf-8")
VERSION = version_of(BODY)
PARTED = AFTERNOON + 39.0
NOW = PARTED + 60.0


@pytest.fixture
async def url(database_url: str) -> str:
    await evening.play(database_url)
    async with DocumentShelf.at(database_url) as shelf:
        await shelf.give(1, DocumentKind.SCRIPT, document(BODY, AFTERNOON - 60.0))
    return database_url


@pytest.fixture
async def book(url: str) -> AsyncIterator[AnswerBook]:
    book = AnswerBook.at(url)
    yield book
    await book.close()


def document(body: str, since: float) -> Document:
    return Document(version="", language="en", since=since, given_by="Vera", body=body)


def answered(value: object, *, question: str = "support", at: float = AFTERNOON) -> Answered:
    return Answered(
        id=str(uuid4()),
        agent_id=1,
        attempt_id="cb-1",
        at=at,
        script_version=VERSION,
        question=question,
        value=value,
    )


def noted(words: str) -> Noted:
    return Noted(id=str(uuid4()), agent_id=1, attempt_id="cb-1", at=AFTERNOON, words=words)


def flagged(words: str) -> Flagged:
    return Flagged(
        id=str(uuid4()),
        agent_id=1,
        attempt_id="cb-1",
        at=AFTERNOON,
        reason=FlagReason.THREAT,
        words=words,
    )


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


async def exported(url: str) -> dict[str, object]:
    async with Administration.at(url) as office:
        (row,) = [dict(row) async for row in exported_rows(office.engine, 1)]
    return row


async def test_the_latest_answer_of_a_person_is_valid(book: AnswerBook) -> None:
    await book.keep(answered("undecided", at=AFTERNOON + 20), NOW)
    await book.keep(answered("yes", at=AFTERNOON + 10), NOW)  # sent later, tapped earlier
    await book.keep(answered({"channel": "text"}, question="follow_up"), NOW)
    assert await book.said(1) == {"support": "undecided", "follow_up": {"channel": "text"}}


async def test_an_answer_can_be_taken_back(book: AnswerBook) -> None:
    await book.keep(answered("yes", at=AFTERNOON), NOW)
    await book.keep(answered(None, at=AFTERNOON + 1), NOW)
    assert await book.said(1) == {}


async def test_a_click_that_is_sent_again_is_kept_once(url: str, book: AnswerBook) -> None:
    for click in (answered("yes"), noted("asks about parking"), flagged("shouted")):
        await asyncio.gather(*(book.keep(click, NOW) for _ in range(3)))
    assert [count(url, table) for table in ("answers", "notes", "flags")] == [1, 1, 1]


async def test_a_page_whose_clock_is_ahead_does_not_outbid_corrections(book: AnswerBook) -> None:
    await book.keep(answered("yes", at=NOW + 86400), NOW)
    await book.keep(answered("no", at=NOW + 5), NOW + 5)
    assert await book.said(1) == {"support": "no"}


@pytest.mark.parametrize(
    ("click", "reason"),
    [
        (replace(answered("yes"), agent_id=2), "not-your-call"),
        (replace(answered("yes"), attempt_id="cb-9"), "not-your-call"),
        (replace(answered("yes"), script_version="000000000000"), "no-such-script"),
        (answered("yes", question="gone"), "no-such-question"),
        (answered("perhaps"), "wrong-answer"),
    ],
)
async def test_a_click_that_cannot_be_kept_says_why_and_leaves_nothing(
    url: str, book: AnswerBook, click: Click, reason: str
) -> None:
    with pytest.raises(ClickError) as raised:
        await book.keep(click, NOW)
    assert raised.value.reason == reason
    assert str(raised.value).endswith(".")
    assert count(url, "answers") == 0


async def test_a_late_click_is_refused_only_after_the_time_for_corrections(
    book: AnswerBook,
) -> None:
    await book.keep(answered("yes"), PARTED + CORRECTABLE_S - 1)
    with pytest.raises(ClickError, match="ended more than 10 minutes ago"):
        await book.keep(answered("no"), PARTED + CORRECTABLE_S + 1)
    assert await book.said(1) == {"support": "yes"}


async def test_an_answer_knows_its_version_when_the_script_has_changed(
    url: str, book: AnswerBook
) -> None:
    newer = BODY.replace("key: support", "key: backs")
    async with DocumentShelf.at(url) as shelf:
        version = await shelf.give(1, DocumentKind.SCRIPT, document(newer, AFTERNOON + 5))
        kept = await shelf.versions(1, DocumentKind.SCRIPT)
        assert (await shelf.current(1, DocumentKind.SCRIPT))["en"].version == version
    assert [one.version for one in kept] == [VERSION, version]
    await book.keep(answered("yes"), NOW)  # of the old version, whose words were on the screen
    assert await book.said(1) == {"support": "yes"}


async def test_to_give_the_same_script_again_changes_nothing(url: str) -> None:
    async with DocumentShelf.at(url) as shelf:
        assert await shelf.give(1, DocumentKind.SCRIPT, document(BODY, NOW)) == VERSION
        (kept,) = await shelf.versions(1, DocumentKind.SCRIPT)
        assert await shelf.versions(1, DocumentKind.CONDUCT) == ()
    assert (kept.since, kept.body) == (AFTERNOON - 60.0, BODY)


async def test_answers_note_and_flags_are_in_the_export(url: str, book: AnswerBook) -> None:
    for click in (answered("yes"), noted("old"), flagged("shouted")):
        await book.keep(click, NOW)
    await book.keep(replace(noted("new"), at=AFTERNOON + 1), NOW)
    row = await exported(url)
    assert (row["answers"], row["note"], row["flags"]) == ({"support": "yes"}, "new", ["threat"])


async def test_erasing_a_person_takes_what_was_written_of_him(url: str, book: AnswerBook) -> None:
    for click in (answered("yes"), noted("his dog is ill"), flagged("he cried")):
        await book.keep(click, NOW)
    wish = Wish(e164=None, person="NC-1", by="Vera", reason="asked by letter", keep_years=5)
    erased = await asyncio.to_thread(erase, url, wish, now=NOW)
    assert erased.removed["answers to volunteers"] == 4
    assert [count(url, table) for table in ("answers", "notes", "flags")] == [0, 0, 1]
    row = await exported(url)
    assert json.dumps([row["answers"], row["note"]]) == "[{}, null]"


async def test_retention_removes_what_is_too_old(url: str, book: AnswerBook) -> None:
    for click in (answered("yes"), noted("x"), flagged("y")):
        await book.keep(click, NOW)
    await asyncio.to_thread(retain, url, now=NOW, keep_years=5)
    assert count(url, "answers") == 1
    await asyncio.to_thread(retain, url, now=NOW + 6 * 366 * 86400.0, keep_years=5)
    assert [count(url, table) for table in ("answers", "notes", "flags")] == [0, 0, 0]


def test_a_script_with_errors_is_not_taken(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dialer.cli.main import build_parser

    asyncio.run(evening.play(database_url))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    file = tmp_path / "bad.yaml"
    file.write_text(BODY.replace("next: later,", "next: never,"))
    words = ["script", "set", "--campaign", "spring", str(file)]
    args = build_parser(words).parse_args(words)
    args.home = tmp_path
    with pytest.raises(UsageError, match="was not taken, because of 2 errors"):
        args.run(args)
    assert count(database_url, "documents") == 0
