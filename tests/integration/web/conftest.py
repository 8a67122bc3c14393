"""The house of volunteer_house.py, with an evening's campaign and its script in the database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer

from dialer.keypad.codes import DialInCodes
from dialer.practice.rehearsal import Rehearsals
from dialer.script.document import Document, DocumentKind
from dialer.storage.answer_book import AnswerBook
from dialer.storage.certificates import Certificates
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.goals import GoalBook
from dialer.storage.shift_leads import ShiftLeads
from dialer.storage.store import PostgresStore
from dialer.storage.volunteers import Volunteers
from dialer.web.lead.ports import Leading
from dialer.web.server import WebServer, add_shift_leads, add_volunteers, make_app
from dialer.web.testing import RehearsalDesk, RehearsalExposition, RehearsalFigures
from dialer.web.tokens import SecretTokens
from dialer.web.volunteer.ports import PracticeHall, Volunteering
from tests.integration.storage import evidence_evening as evening
from tests.integration.web.volunteer_house import (
    TestDialIn,
    TestPhones,
    TestVoices,
    VolunteerHouse,
)

BODY = (Path(__file__).parents[3] / "dialer" / "demo" / "script.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def house(database_url: str) -> AsyncIterator[VolunteerHouse]:
    await evening.play(database_url)
    store = PostgresStore.at(database_url)
    volunteers, book = Volunteers.of(database_url), AnswerBook.at(database_url)
    shelf = DocumentShelf(volunteers.engine)
    script = Document(version="", language="en", since=0.0, given_by="Vera", body=BODY)
    await shelf.give(1, DocumentKind.SCRIPT, script)
    page_codes, rehearsals = DialInCodes(), Rehearsals()
    desk = RehearsalDesk(campaigns=await store.campaigns())
    tokens = SecretTokens(operator_token="operator", agent_key="key")
    app = make_app(desk, store, RehearsalFigures(), tokens, RehearsalExposition())
    add_volunteers(
        app,
        Volunteering(
            register=volunteers,
            documents=shelf,
            answers=book,
            goals=GoalBook(volunteers.engine),
            certificates=Certificates(volunteers.engine),
            phones=TestPhones(),
            asterisk_url="ws://127.0.0.1:1/ws",
            dial_in=TestDialIn(),
            page_codes=page_codes,
            practice=PracticeHall(voices=TestVoices(), rehearsals=rehearsals),
        ),
    )
    add_shift_leads(
        app,
        Leading(
            register=ShiftLeads(volunteers.engine),
            roll=volunteers,
            goals=GoalBook(volunteers.engine),
            books=store,
        ),
    )
    desk.observers.append(WebServer(app, "127.0.0.1", 0).observe)
    async with TestClient(TestServer(app), cookie_jar=CookieJar(unsafe=True)) as http:
        yield VolunteerHouse(
            url=database_url,
            desk=desk,
            volunteers=volunteers,
            shelf=shelf,
            book=book,
            page_codes=page_codes,
            rehearsals=rehearsals,
            http=http,
        )
    await book.close()
    await volunteers.close()
    await store.close()
