"""The composition root: builds every adapter, wires the ports, knows the order of start and stop.

With house.py (the parts that it stands on) the only place that knows every concrete class.
`serve` runs the phone bank in a prepared house until it is told to stop.
"""

import asyncio
import logging
import secrets as randomness
import sys
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from agi.server import AgiSettings
from dialer.domain.campaign import Campaign
from dialer.engine.engine import Engine
from dialer.engine.events import AgentLegDown, MessageLost, MessageMended
from dialer.errors import CallbankError
from dialer.house import (
    ConfiguredTrunks,
    House,
    MessageMark,
    VolunteersPhones,
    phone_of,
    practice_hall_of,
    recorder_of,
    secure_address_of,
    tokens_of,
)
from dialer.keypad.codes import DialInCodes
from dialer.keypad.desk import KeypadDesk
from dialer.keypad.ports import Help
from dialer.metering import Metering
from dialer.metrics.labels import Place
from dialer.parts import browser_pages, postgres
from dialer.parts.ami_check import login_of
from dialer.parts.messages import Speaker, speak_messages
from dialer.parts.recordings import RecordingsFolder
from dialer.parts.render import CampaignQueue, Rendered, render_agents, render_queues
from dialer.parts.rules import rule_book
from dialer.removal import Removal
from dialer.runtime.alarm import MessageAlarm
from dialer.runtime.clock import Jumps
from dialer.runtime.ports import StoreAway
from dialer.runtime.pump import Pump, World
from dialer.runtime.watch import Configuration, Watch
from dialer.storage.answer_book import AnswerBook
from dialer.storage.certificates import Certificates
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.goals import GoalBook
from dialer.storage.proof_keeper import ProofKeeper
from dialer.storage.shift_leads import ShiftLeads
from dialer.storage.store import PostgresStore
from dialer.storage.volunteers import Volunteers
from dialer.telephony.fastagi import FastAgi
from dialer.telephony.gateway import Gateway, GatewaySettings
from dialer.telephony.link import AmiSettings
from dialer.web.lead.ports import Leading
from dialer.web.server import (
    WebServer,
    add_pages,
    add_shift_leads,
    add_volunteers,
    make_app,
)
from dialer.web.volunteer.ports import Volunteering
from dialer.web.volunteer.reading import Readings

log = logging.getLogger(__name__)

KEEP_ALIVE_S = 0.5
DRAIN_POLL_S = 0.1
SWITCH_INTERVAL_S = 0.0005
"""A call script's thread waits so long at most for the interpreter, not Python's usual 5 ms: an
answered person hears nothing meanwhile, and three such hand-overs lie on his way to an agent."""


class PhoneBank:
    """Everything that runs: the pump with its adapters, and what keeps the parts alive."""

    def __init__(self, house: House) -> None:
        settings, secrets = house.settings, house.secrets
        self._house = house
        self._etc = settings.home / "asterisk" / "pbx" / "etc"
        username, password = login_of(settings, secrets)
        self._store = PostgresStore.at(house.database_url)
        self._proof = ProofKeeper(
            house.database_url, settings.home, settings.compliance.keep_years
        )
        self._gateway = Gateway(
            GatewaySettings(
                ami=AmiSettings(
                    host=settings.ami.host,
                    port=settings.ami.port,
                    username=username,
                    secret=password,
                ),
                sounds_dir=str(house.messages_dir),
                recordings_dir=str(house.recordings_dir),
                has_versions=house.pbx is not None,
            )
        )
        self._metering = self._make_metering()
        self._book = rule_book(settings.home)
        run = randomness.token_hex(4)
        self._recorder = recorder_of(settings, run)
        world = World(
            telephony=self._gateway,
            store=self._store,
            clock=time.time,
            note=self._recorder.note if self._recorder is not None else None,
            jumped_by_s=Jumps(),
        )
        self._recordings = RecordingsFolder(house.recordings_dir)
        self._observers = [self._recordings.observe]
        if self._metering is not None:
            world = replace(world, hear_commit=self._metering.observer.hear_commit)
            self._observers.append(self._metering.observer.observe)
        self._alarm = MessageAlarm()
        self._engine = Engine(run=run, book=self._book)
        self._pump = Pump(self._engine, world, self._observers)
        self._watch = Watch(
            self._store,
            ConfiguredTrunks(settings),
            self._pump.sink,
            time.time,
            self._configuration_changed,
        )
        self._feed_metering()
        self._codes = DialInCodes() if house.speech is not None else None
        self._page_codes = DialInCodes()
        self._practice = practice_hall_of(house)
        self._web = self._make_web(house)
        self._agi = self._make_agi(house)
        self._tasks: list[asyncio.Task[None]] = []
        self._campaigns: tuple[Campaign, ...] = ()
        self._messages: dict[int, MessageMark] = {}  # as they were when last looked for

    def _make_metering(self) -> Metering | None:
        settings = self._house.settings
        if not settings.metrics.enabled:
            return None
        places = {Place.DATA: settings.home, Place.RECORDINGS: self._house.recordings_dir}
        return Metering(settings, places, self._store, self._gateway)

    def _feed_metering(self) -> None:
        if self._metering is not None:
            self._watch.hears_ledgers = self._metering.observer.hear_ledgers
            self._metering.ask(self._pump, self._recorder)

    def _make_web(self, house: House) -> WebServer:
        tokens = tokens_of(house.secrets)
        exposition = self._metering.observer if self._metering is not None else None
        application = make_app(self._pump, self._store, self._store, tokens, exposition)
        phones = VolunteersPhones(
            settings=house.settings, secrets=house.secrets, look=self._watch.look_now
        )
        self._volunteers = Volunteers.of(house.database_url)
        self._answers = AnswerBook.at(house.database_url)
        add_volunteers(
            application,
            Volunteering(
                register=self._volunteers,
                documents=DocumentShelf(self._volunteers.engine),
                answers=self._answers,
                goals=GoalBook(self._volunteers.engine),
                certificates=Certificates(self._volunteers.engine),
                phones=phones,
                asterisk_url=phones.websocket_url,
                dial_in=self._codes,
                page_codes=self._page_codes,
                practice=self._practice,
            ),
        )
        add_shift_leads(
            application,
            Leading(
                register=ShiftLeads(self._volunteers.engine),
                roll=self._volunteers,
                goals=GoalBook(self._volunteers.engine),
                books=self._store,
            ),
        )
        add_pages(application, browser_pages.built_in(house.settings.web.pages_dir))
        web = house.settings.web
        server = WebServer(application, web.host, web.port, secure_address_of(house.settings))
        self._observers.append(server.observe)
        return server

    def _make_agi(self, house: House) -> FastAgi:
        agi = house.settings.agi
        settings = AgiSettings(token=house.secrets.agi_token, host=agi.host, port=agi.port)
        rehearsals = None if self._practice is None else self._practice.rehearsals
        return FastAgi(settings, self._pump, self._make_keypad(house), rehearsals)

    def _make_keypad(self, house: House) -> KeypadDesk | None:
        """Who leads volunteers without a screen, where there is a voice to do it with."""
        if house.speech is None or self._codes is None:
            return None
        return KeypadDesk(
            Help(
                floor=self._pump,
                register=self._volunteers,
                readings=Readings(documents=DocumentShelf(self._volunteers.engine)),
                clicks=self._answers,
                speaker=Speaker(house.messages_dir, house.speech),
                campaigns=self._store,
                codes=self._codes,
                page_codes=self._page_codes,
                clock=time.time,
            )
        )

    async def start(self) -> None:
        """Restore what an earlier daemon left, then open the link and the doors."""
        await self._store.keep_rule_set(self._book.version, self._book.as_text())
        self._recordings.open()
        if self._house.pbx is not None:
            self._engine.draw_with(await self._store.draw_key())
        await self._watch.look(with_ledger=True)
        self._pump.sink(await self._store.restore(time.time()))
        self._begin(self._pump.run(), "pump")
        if self._recorder is not None:
            self._begin(self._recorder.run(), "recorder")
        await self._agi.start()
        await self._gateway.start(self._pump.sink)
        await self._web.start()
        self._begin(self._watch.run(), "watch")
        if self._metering is not None:
            self._begin(self._metering.run(), "metering")
        self._begin(self._keep_parts(), "keeper of the parts")
        removal = Removal(self._store, self._recordings, self._house.settings)
        self._begin(removal.of_decisions(), "remover of old decisions")
        self._begin(removal.of_recordings(), "remover of old recordings")
        self._begin(self._proof.run(), "keeper of the proof")

    async def drain(self, patience_s: float) -> None:
        """Place no more calls and let the live ones finish, for at most `patience_s`."""
        self._watch.drain()
        ends_at = time.monotonic() + patience_s
        while self._has_calls() and time.monotonic() < ends_at:
            await asyncio.sleep(DRAIN_POLL_S)

    def _has_calls(self) -> bool:
        view = self._pump.view()
        return bool(view.open_attempts or view.visits)

    async def send_agents_home(self) -> None:
        """End every agent's duty, so that the next start rings nobody's telephone."""
        for agent in self._pump.view().agents:
            await self._pump.post(AgentLegDown(at=time.time(), agent_id=agent.agent_id))

    async def stop(self) -> None:
        """Close the doors, then the link, then write what is still to be written."""
        await self._web.stop()
        await self._agi.stop()
        await self._gateway.stop()
        self._pump.stop()
        for task in self._tasks[1:]:  # the pump ends by itself when all is written
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._recorder is not None:
            await self._recorder.close()
        await asyncio.to_thread(self._tell_head)
        await self._volunteers.close()
        await self._answers.close()
        await self._store.close()

    def _tell_head(self) -> None:
        try:
            self._proof.tell()
        except (CallbankError, OSError) as error:
            log.error("The head of the evidence was not told: %s", error)

    async def broken(self) -> str:
        """Wait until something that must run has ended by itself; says what."""
        done, _ = await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        task = next(iter(done))
        error = None if task.cancelled() else task.exception()
        return f"{task.get_name()} ended" + (f": {error}" if error else "")

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    async def _configuration_changed(self, now: Configuration) -> Configuration:
        """New agents' telephones, campaigns' queues and messages reach Asterisk first."""
        if self._house.pbx is not None:
            await asyncio.to_thread(self._render, now)
        self._campaigns = now.campaigns
        self._look_for_messages()
        return replace(now, campaigns=tuple(map(self._as_it_can_be_recorded, now.campaigns)))

    def _as_it_can_be_recorded(self, campaign: Campaign) -> Campaign:
        """Another's Asterisk records nothing: its files would not be ours to guard and remove."""
        if not campaign.records_calls or self._house.pbx is not None:
            return campaign
        log.error("Campaign %d is not recorded: the Asterisk is not run by us.", campaign.id)
        return replace(campaign, records_calls=False)

    def _look_for_messages(self) -> None:
        """Tell the engine when a campaign's message is gone, or there again, or another one."""
        for campaign in self._campaigns:
            if not campaign.message_text:
                self._messages.pop(campaign.id, None)
                continue
            mark = self._house.message_mark(campaign.id)
            is_new = campaign.id not in self._messages
            if not is_new and mark == self._messages[campaign.id]:
                continue
            self._messages[campaign.id] = mark
            if mark is None:
                log.error(
                    "The message of campaign %d is not at %s: no recorded voice is played, and"
                    " calls are placed one to one until it is. Give the campaign other words, or"
                    " see [speech] messages_dir and restart.",
                    campaign.id,
                    self._house.message_file(campaign.id),
                )
                self._pump.sink(MessageLost(at=time.time(), campaign_id=campaign.id))
            elif not is_new:
                self._pump.sink(MessageMended(at=time.time(), campaign_id=campaign.id))

    def _render(self, now: Configuration) -> None:
        assert self._house.pbx is not None
        if self._house.speech is not None:
            speak_messages(now.campaigns, self._house.messages_dir, self._house.speech)
        rendered = render_agents(
            [phone_of(agent, self._house.secrets) for agent in now.agents], self._etc
        ) + render_queues(
            [CampaignQueue(campaign_id=campaign.id) for campaign in now.campaigns], self._etc
        )
        if rendered != Rendered():
            self._house.pbx.take_over(rendered)

    async def _keep_parts(self) -> None:
        """Start a part again that ended under us (Asterisk killed, the database killed)."""
        settings = self._house.settings
        server = None
        if settings.database_url is None:
            server = postgres.embedded(settings, self._house.secrets)
        while True:
            await asyncio.sleep(KEEP_ALIVE_S)
            if self._metering is not None:
                self._metering.catch_up()
            self._look_for_messages()
            self._alarm.look(self._pump.view())
            pbx = self._house.pbx
            try:
                if pbx is not None and not pbx.is_running():
                    log.error("Asterisk has ended; it is started again.")
                    await asyncio.to_thread(pbx.start)
                if server is not None and not server.is_running():
                    log.error("The embedded PostgreSQL has ended; it is started again.")
                    await asyncio.to_thread(server.start)
            except CallbankError as error:
                log.error("%s", error)


async def serve(
    house: House, stopping: asyncio.Event, *, drain_s: float, keeps_agents: bool
) -> None:
    """Run the phone bank until `stopping` is set. Raises CallbankError when it broke.

    With `keeps_agents` their legs stay up in Asterisk for the next daemon to adopt.
    """
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    bank = PhoneBank(house)
    try:
        await bank.start()
        log.info("Callbank is ready at %s", house.web_url)
        stop = asyncio.create_task(stopping.wait(), name="stop")
        broken = asyncio.create_task(bank.broken(), name="broken")
        await asyncio.wait([stop, broken], return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if broken.done():
            raise CallbankError(f"the phone bank cannot go on: {broken.result()}.")
        broken.cancel()
        await bank.drain(drain_s)
        if not keeps_agents:
            await bank.send_agents_home()
    except StoreAway as error:
        raise CallbankError(f"{error}. Check the database and start again.") from error
    except OSError as error:
        raise CallbankError(f"the phone bank cannot start: {error}.") from error
    finally:
        await bank.stop()
