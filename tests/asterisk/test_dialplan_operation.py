"""How the rendered Asterisk runs: its start, its doors, and reloads under live calls."""

import asyncio
from collections.abc import Iterator, Mapping

import pytest
from aiohttp import ClientSession, encode_basic_auth
from prometheus_client.parser import text_string_to_metric_families

from agi import names
from dialer.parts.carrier import Behaviour
from dialer.parts.render import (
    METRICS_USER,
    AgentPhone,
    CampaignQueue,
    SipTrunk,
    render_agents,
    render_queues,
    render_trunks,
)
from tests.asterisk.harness import Ami, Desk, Lab, fast_agi, forced

PATIENT = forced(Behaviour.PERSON_PATIENT)


def test_neither_asterisk_reports_an_error_at_its_start(lab: Lab) -> None:
    for log in lab.logs_at_start:
        assert "Asterisk 2" in log
        assert "ERROR" not in log


def test_every_listed_module_runs(lab: Lab) -> None:
    listed = (lab.settings.home / "etc" / "modules.conf").read_text().count("\nload = ")
    shown = lab.pbx.run("module show like .so")
    assert shown.count("Running") == listed
    assert "Not Running" not in shown


def test_the_volunteers_telephones_register_with_their_passwords(lab: Lab) -> None:
    contacts = lab.pbx.run("pjsip show contacts")
    for bot in lab.bots:
        assert f"{bot.extension}/sip:bot{bot.extension}@" in contacts


async def test_a_browser_finds_the_websocket(lab: Lab) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.settings.http_port)
    writer.write(
        b"GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Protocol: sip\r\n\r\n"
    )
    assert b"101" in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_asterisk_tells_prometheus_its_figures_for_a_password_only(lab: Lab) -> None:
    page = f"http://127.0.0.1:{lab.settings.http_port}/metrics"
    password = encode_basic_auth(METRICS_USER, lab.secrets.metrics_password)
    async with ClientSession() as session:
        async with session.get(page) as refused:
            assert refused.status == 401
        async with session.get(page, headers={"Authorization": password}) as answer:
            figures = await answer.text()
    families = {family.name for family in text_string_to_metric_families(figures)}
    assert {"asterisk_core_uptime_seconds", "asterisk_calls_count"} <= families


@pytest.mark.parametrize(
    ("action", "headers"),
    [
        ("Command", {"Command": "core show channels"}),
        ("GetConfig", {"Filename": "manager.conf"}),
        ("ModuleLoad", {"LoadType": "reload"}),
        ("DBPut", {"Family": "x", "Key": "y", "Val": "z"}),
        (
            "Originate",
            {"Channel": "Local/s@callbank-nowhere", "Application": "System", "Data": "true"},
        ),
    ],
)
async def test_the_ami_user_may_not_do_what_callbank_never_does(
    ami: Ami, action: str, headers: dict[str, str]
) -> None:
    assert (await ami.act(action, **headers))["Response"] == "Error"


async def test_only_events_that_callbank_parses_come_through(
    lab: Lab, desk: Desk, ami: Ami
) -> None:
    async with fast_agi(lab, lambda script, arguments: {names.VAR_ROUTE: "queue"}):
        await desk.ended(await desk.dial(PATIENT, CB_MESSAGE=""))
    kinds = {event["Event"] for event in ami.events if "Event" in event}
    assert not kinds & {"VarSet", "Newexten", "DialBegin", "DialEnd", "RTCPSent", "TestEvent"}


@pytest.fixture
def configuration(lab: Lab) -> Iterator[Lab]:
    """The lab, with its agents, trunks and queues put back afterwards."""
    yield lab
    etc = lab.settings.home / "etc"
    back = render_agents(lab.bots, etc) + render_trunks(lab.trunks, etc)
    back += render_queues([CampaignQueue(campaign_id=1)], etc)
    for command in back.reloads:
        lab.pbx.run(command)


async def test_adding_agents_trunks_and_queues_drops_no_live_call(
    configuration: Lab, desk: Desk, ami: Ami
) -> None:
    lab, etc = configuration, configuration.settings.home / "etc"
    agent = await desk.agent(1)

    def reply(script: str, arguments: Mapping[str, str]) -> Mapping[str, str]:
        destination = "hangup" if arguments["attempt"] != attempt else "bridge"
        return {names.VAR_ROUTE: destination, names.VAR_AGENT_CHANNEL: agent}

    async with fast_agi(lab, reply):
        attempt = await desk.dial(PATIENT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
        new = AgentPhone(extension="newcomer", password="a-new-password", is_browser=True)
        rendered = (
            render_agents([*lab.bots, new], etc)
            + render_trunks([*lab.trunks, SipTrunk(endpoint="second", host="192.0.2.9")], etc)
            + render_queues([CampaignQueue(campaign_id=n, weight=n) for n in (1, 7)], etc)
        )
        assert not rendered.needs_restart
        for command in rendered.reloads:
            lab.pbx.run(command)
        endpoints = lab.pbx.run("pjsip show endpoints")
        assert "newcomer" in endpoints and "second" in endpoints
        assert "campaign-7" in lab.pbx.run("queue show")
        await desk.ended(await desk.dial(PATIENT))  # calls are placed as before
    assert not [event for event in ami.of(attempt) if event["Event"] == "Hangup"]


async def test_an_unknown_telephone_is_turned_away(lab: Lab) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", lab.settings.sip_port)
    writer.write(
        b"REGISTER sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx1\r\n"
        b"From: <sip:1001@127.0.0.1>;tag=1\r\nTo: <sip:1001@127.0.0.1>\r\nCall-ID: x1\r\n"
        b"CSeq: 1 REGISTER\r\nContact: <sip:x@127.0.0.1>\r\nMax-Forwards: 9\r\n"
        b"Content-Length: 0\r\n\r\n"
    )
    assert b"401" in await reader.readline()
    writer.close()
    await writer.wait_closed()
