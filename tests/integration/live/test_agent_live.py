"""`callbank agent ...` against a running daemon: real database, real pump and HTTP API.

Only Asterisk is the shipped double. Each test is what somebody types, and what he is told.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from aiohttp.test_utils import unused_port

from dialer.cli.main import main
from dialer.config import load_settings
from dialer.demo.show import place_where_one_may_call
from dialer.domain.campaign import CampaignState, DialMethod
from dialer.engine.engine import Engine
from dialer.house import ConfiguredTrunks, tokens_of
from dialer.metrics.observer import MetricsObserver
from dialer.parts.secrets import load_secrets
from dialer.runtime.pump import Pump, World
from dialer.runtime.watch import Configuration, Watch
from dialer.storage.admin import Administration
from dialer.storage.store import PostgresStore
from dialer.telephony.fake import FakeTelephony
from dialer.telephony.fake_lines import PATIENT_PERSON
from dialer.web.server import WebServer, make_app
from tests.unit.engine.transcript import CAMPAIGN, OUR_NUMBER

GRACE = "+19195550142"
ALAN = "+19195550143"

_TRUNK = f"""
[[trunk]]
name = "sim"
host = "127.0.0.1"
caller_ids = ["{OUR_NUMBER}"]
calls_per_second = 50.0
"""

Output = pytest.CaptureFixture[str]


@dataclass(frozen=True, kw_only=True)
class Shell:
    """Somebody at a shell, beside a running daemon."""

    capsys: Output
    pump: Pump

    async def types(self, *words: str, code: int = 0) -> str:
        """Run a command; its output, or what it complained about."""
        self.capsys.readouterr()
        ended = await asyncio.to_thread(main, list(words))
        said = self.capsys.readouterr()
        assert ended == code, said.err
        return said.out if code == 0 else said.err

    async def asks(self, *words: str) -> dict:
        """Run an `agent` command; his state."""
        return json.loads(await self.types("agent", *words, "--json"))

    async def comes_to(self, state: str, name: str = "anna") -> None:
        """Wait until he does that."""
        while next(one for one in self.pump.view().agents if one.name == name).state != state:
            await asyncio.sleep(0.01)

    async def has_leads(self) -> None:
        """Wait until the hopper is filled."""
        while not any(place.hopper for place in self.pump.view().campaigns):
            await asyncio.sleep(0.01)


async def _furnish(database_url: str) -> None:
    zone = place_where_one_may_call(time.time(), 60.0) or "America/New_York"
    async with Administration.at(database_url) as office:
        for name, method in (("Shown", DialMethod.PREVIEW), ("Typed", DialMethod.MANUAL)):
            wanted = replace(CAMPAIGN, id=0, name=name, dial_method=method, trunks=())
            campaign = await office.create_campaign(wanted)
            await office.set_campaign_state(name, CampaignState.RUNNING)
            _add_lead(database_url, campaign.id, GRACE if name == "Shown" else ALAN, zone)
        await office.add_agent("anna", "1001")
        await office.add_agent("ben", "1002")


def _add_lead(database_url: str, campaign_id: int, e164: str, zone: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO numbers (e164, zones, line_type) VALUES (%s, %s, 'wireless')",
            (e164, [zone]),
        )
        connection.execute(
            "WITH p AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
            " VALUES (%s, %s, 'Grace Hopper') RETURNING id)"
            " INSERT INTO leads (campaign_id, contact_id, e164) SELECT %s, p.id, %s FROM p",
            (campaign_id, e164, campaign_id, e164),
        )


@pytest.fixture
async def shell(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> AsyncIterator[Shell]:
    """A daemon at work on a database with two campaigns and two agents."""
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    (tmp_path / "callbank.toml").write_text(f"[web]\nport = {unused_port()}\n" + _TRUNK)
    settings = load_settings({}, home=tmp_path)
    await _furnish(database_url)
    store = PostgresStore.at(database_url)
    people = {e164[1:]: PATIENT_PERSON for e164 in (GRACE, ALAN)}
    endpoints = frozenset(trunk.endpoint for trunk in ConfiguredTrunks(settings).trunks())
    observers: list = []
    telephony = FakeTelephony(people, endpoints=endpoints)
    world = World(telephony=telephony, store=store, clock=time.time)
    pump = Pump(Engine(run="it"), world, observers)
    watch = Watch(store, ConfiguredTrunks(settings), pump.sink, time.time, _nothing_to_render)
    metrics = MetricsObserver()
    app = make_app(pump, store, store, tokens_of(load_secrets(tmp_path)), metrics)
    server = WebServer(app, settings.web.host, settings.web.port)
    observers += [metrics.observe, server.observe]
    running = asyncio.create_task(pump.run())
    await watch.look(with_ledger=True)
    await telephony.start(pump.sink)
    await server.start()
    yield Shell(capsys=capsys, pump=pump)
    await server.stop()
    await telephony.stop()
    pump.stop()
    await running
    await store.close()


async def _nothing_to_render(now: Configuration) -> Configuration:
    """There is no Asterisk."""
    return now


async def at_work(shell: Shell, campaign: str) -> None:
    """Anna is ready for calls."""
    await shell.types("agent", "login", "anna", "--campaign", campaign)
    await shell.comes_to("break")
    await shell.types("agent", "ready", "anna")
    await shell.comes_to("ready")


async def test_a_previewed_lead_is_dialed_talked_to_and_reported_on(shell: Shell) -> None:
    await at_work(shell, "Shown")
    await shell.has_leads()
    card = (await shell.asks("preview", "anna"))["lead"]
    assert (card["name"], card["number"]) == ("Grace Hopper", GRACE)
    dialed = await shell.asks("dial", "anna", "--lead", str(card["lead_id"]))
    assert dialed["attempt_id"]
    await shell.comes_to("talking")
    assert "is talking" in await shell.types("agent", "state", "anna")
    await shell.types("agent", "hangup", "anna")
    await shell.comes_to("wrap_up")
    await shell.types("agent", "result", "anna", "supports")
    await shell.comes_to("ready")
    later = "2031-01-01T18:00Z"
    corrected = await shell.asks("result", "anna", "call_back", "--callback-at", later)
    assert corrected["last_attempt_id"] == dialed["attempt_id"]
    figures = json.loads(await shell.types("campaign", "status", "Shown", "--json"))
    assert (figures["connected"], figures["open_attempts"]) == (1, 0)


async def test_a_skipped_lead_is_not_shown_any_more(shell: Shell) -> None:
    await at_work(shell, "Shown")
    await shell.has_leads()
    await shell.types("agent", "preview", "anna")
    assert (await shell.asks("skip", "anna"))["lead"] is None
    assert "is shown no lead" in await shell.types("agent", "skip", "anna", code=1)


@pytest.mark.parametrize("typed", [ALAN, "(919) 555-0143", "919.555.0143", "1-919-555-0143"])
async def test_a_number_of_the_list_is_dialed_however_it_is_written(
    shell: Shell, typed: str
) -> None:
    await at_work(shell, "Typed")
    dialed = await shell.asks("dial", "anna", "--number", typed)
    assert dialed["lead"]["number"] == ALAN


async def test_in_a_preview_campaign_a_listed_number_may_be_typed_too(shell: Shell) -> None:
    await at_work(shell, "Shown")
    await shell.has_leads()
    dialed = await shell.asks("dial", "anna", "--number", GRACE)
    assert dialed["lead"]["number"] == GRACE


async def test_typing_the_number_that_is_shown_dials_it(shell: Shell) -> None:
    await at_work(shell, "Shown")
    await shell.has_leads()
    await shell.types("agent", "preview", "anna")
    dialed = await shell.asks("dial", "anna", "--number", GRACE)
    assert dialed["attempt_id"]


async def test_starting_a_campaign_without_a_fitting_trunk_warns(shell: Shell) -> None:
    await shell.types("campaign", "create", "Odd", "--caller-id", "+19195550199")
    assert await asyncio.to_thread(main, ["campaign", "start", "Odd"]) == 0
    assert "owns its caller ID +19195550199" in shell.capsys.readouterr().err


async def test_a_number_that_is_not_on_the_list_is_never_dialed(shell: Shell) -> None:
    await at_work(shell, "Typed")
    said = await shell.types("agent", "dial", "anna", "--number", "919 555 0177", code=2)
    assert "not on the campaign's list: import it first" in said
    said = await shell.types("agent", "dial", "anna", "--number", "911", code=2)
    assert "emergency" in said
    assert shell.pump.view().open_attempts == 0


async def test_who_and_what_is_unknown_is_named_with_what_is_known(shell: Shell) -> None:
    said = await shell.types("agent", "login", "anna", "--campaign", "Nowhere", code=2)
    assert "There are: Shown, Typed." in said
    for words in (["login", "carl", "--campaign", "Shown"], ["ready", "carl"], ["phone", "carl"]):
        assert "There are: anna, ben." in await shell.types("agent", *words, code=2)


async def test_what_the_floor_refuses_is_one_sentence(shell: Shell) -> None:
    assert "Log in first" in await shell.types("agent", "ready", "ben", code=1)
    await at_work(shell, "Shown")
    assert "no call to end" in await shell.types("agent", "hangup", "anna", code=1)
    said = await shell.types("agent", "result", "anna", "supports", code=1)
    assert "no conversation" in said


async def test_going_home(shell: Shell) -> None:
    await at_work(shell, "Shown")
    await shell.types("agent", "break", "anna")
    await shell.comes_to("break")
    await shell.types("agent", "logout", "anna")
    await shell.comes_to("offline")
    assert "is not logged in" in await shell.types("agent", "state", "anna")


async def test_what_he_types_into_his_telephone(shell: Shell, tmp_path: Path) -> None:
    phone = await shell.asks("phone", "anna")
    assert (phone["server"], phone["port"], phone["user"]) == ("127.0.0.1", 5060, "1001")
    text = await shell.types("agent", "phone", "anna")
    assert phone["password"] in text
    token = (await shell.types("agent", "token", "anna")).strip()
    assert tokens_of(load_secrets(tmp_path)).agent_of(token) is not None


async def test_without_a_daemon_one_sentence_says_what_to_do(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    (tmp_path / "callbank.toml").write_text(f"[web]\nport = {unused_port()}\n")
    assert main(["agent", "ready", "anna"]) == 1
    said = capsys.readouterr().err
    assert "does not answer; start it with `./callbank serve`" in said and said.count("\n") == 1
