"""A person is put through to an office, over real Asterisk: the network plays both of them.

That sound goes both ways is told by the far ends: each waits for a noise after his own words, and
hangs up when there is none.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dialer.domain.campaign import CampaignState, DialMethod
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.evening import Evening, evening, new_number
from tests.asterisk.e2e.test_campaign_by_hand import Browser, browser
from tests.asterisk.e2e.venue import PATIENCE_S, Row, Venue, until, until_ready


def destination(name: str, number: str) -> TransferDestination:
    return TransferDestination(kind=DestinationKind.OFFICE, name=name, number=number)


OFFICE = destination("Senator Gray", new_number(Behaviour.PERSON_PATIENT))
BUSY = destination("Senator White", new_number(Behaviour.BUSY))
RINGS = destination("Senator Black", new_number(Behaviour.NO_ANSWER))


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A volunteer in a conversation with somebody of the list."""

    its: Evening
    his: Browser
    attempt_id: str

    @property
    def venue(self) -> Venue:
        return self.its.venue

    async def ask(self, name: str) -> None:
        await self.his.ask("transfer", destination=name)

    async def until_stage(self, stage: str) -> None:
        """Wait until the volunteer is told that the transfer is so far."""
        path, token = f"/api/agents/{self.his.who.agent_id}", self.his.who.token
        async with asyncio.timeout(PATIENCE_S):
            while (await self.his.client.get(path, token))["transfer"]["stage"] != stage:
                await asyncio.sleep(0.1)

    def rows(self) -> list[Row]:
        return self.venue.rows(
            "SELECT * FROM transfers WHERE attempt_id = %s ORDER BY asked_at", self.attempt_id
        )

    async def until_outcome(self, outcome: str) -> Row:
        await until(
            lambda: self.rows() and self.rows()[-1]["outcome"] == outcome, f"the row is {outcome}"
        )
        return self.rows()[-1]

    def far_end(self, words: str) -> str:
        """The network's channel whose line in its list of channels has these words, or empty."""
        listed = self.venue.carrier.console("core show channels concise").splitlines()
        return next((line.partition("!")[0] for line in listed if words in line), "")

    def does(self, context: str, channel: str) -> None:
        """Have a far end do what people of that context do."""
        self.venue.carrier.console(f"channel redirect {channel} {context},s,1")

    def office_speaks(self) -> str:
        """Have the office say something, and then hang up unless it hears somebody; its channel."""
        office = self.far_end("!person_patient!")
        assert office
        self.does("person", office)
        return office

    async def listens(self, channel: str, app: str = "WaitForSilence") -> None:
        """Wait until a far end waits for a voice (WaitForNoise), or hears one."""
        await until(
            lambda: app in self.venue.carrier.console(f"core show channel {channel}"),
            f"{channel} is in {app}",
        )

    async def both_are_heard(self) -> str:
        """Have the office speak, and then the silent person, so that each hears the other; the
        office's channel."""
        office, person = self.office_speaks(), self.far_end("!person_silent!")
        await self.listens(office, "WaitForNoise")
        self.does("person", person)
        await self.listens(office)
        await self.listens(person)
        self.does("person_silent", person)
        self.does("person_silent", office)
        return office

    async def over(self) -> None:
        """Wait until nothing of it is left."""
        await until(
            lambda: self.its.outcomes() and None not in self.its.outcomes().values(), "it is over"
        )
        await until(
            lambda: not any(one.startswith("transfer-") for one in self.venue.channels()),
            "no third line is up",
        )


@asynccontextmanager
async def talk(venue: Venue, name: str, behaviour: Behaviour) -> AsyncIterator[Talk]:
    """Somebody of the list talks with a volunteer, whose campaign names three offices."""
    wanted = {"dial_method": DialMethod.MANUAL, "destinations": (OFFICE, BUSY, RINGS)}
    async with evening(venue, name, **wanted) as its:
        (number,) = its.add([behaviour])
        async with browser(its) as his:
            await its.set_state(CampaignState.RUNNING)
            await his.dial(number)
            attempt_id = str((await his.until_state("talking"))["attempt_id"])
            yield Talk(its=its, his=his, attempt_id=attempt_id)


async def test_person_and_office_hear_each_other_and_the_volunteer_is_free(venue: Venue) -> None:
    async with talk(venue, "Put through", Behaviour.PERSON_SILENT) as it:
        await it.ask(OFFICE.name)
        await it.until_stage("answered")
        await it.his.ask("put_through")
        await it.until_outcome("put_through")
        office = await it.both_are_heard()
        await it.his.until_state("wrap_up")
        await it.his.ask("result", attempt_id=it.attempt_id, disposition="supports")
        await it.his.until_state("ready")
        assert it.its.outcomes() == {next(iter(it.its.behaviours)): None}
        venue.carrier.console(f"channel request hangup {office}")
        await it.over()
        row = await it.until_outcome("put_through")
        assert row["asked_at"] < row["answered_at"] < row["through_at"] < row["ended_at"]
        (attempt,) = it.its.attempts()
        assert attempt["outcome"] == "talked"
        await it.its.check()


async def test_a_person_who_says_nothing_is_not_heard_and_the_office_hangs_up(
    venue: Venue,
) -> None:
    async with talk(venue, "Put through in silence", Behaviour.PERSON_SILENT) as it:
        await it.ask(OFFICE.name)
        await it.until_stage("answered")
        await it.his.ask("put_through")
        await it.until_outcome("put_through")
        it.office_speaks()
        await it.over()
        assert (await it.until_outcome("put_through"))["ended_at"] is not None
        assert set(it.its.outcomes().values()) == {"talked"}


async def test_an_office_that_is_busy_is_told_and_the_conversation_goes_on(venue: Venue) -> None:
    async with talk(venue, "The office is busy", Behaviour.PERSON_PATIENT) as it:
        await it.ask(BUSY.name)
        await it.until_outcome("busy")
        await it.until_stage("over")
        await it.his.until_state("talking")
        await it.ask(RINGS.name)
        await it.his.ask("cancel_transfer")
        await it.until_outcome("cancelled")
        await it.his.talk_and_report("supports")
        await it.over()


async def test_the_volunteer_talks_with_the_office_first_and_is_back_with_the_person(
    venue: Venue,
) -> None:
    async with talk(venue, "Talk first", Behaviour.PERSON_SILENT) as it:
        await it.ask(OFFICE.name)
        await it.until_stage("answered")
        await it.his.ask("consult")
        await it.until_stage("consulting")
        await it.listens(it.office_speaks())
        await it.his.ask("cancel_transfer")
        await until(
            lambda: "callbank-hold" not in venue.pbx.console("core show channels concise"),
            "the person is back",
        )
        await it.his.talk_and_report("supports")
        await it.over()
        await it.until_outcome("cancelled")


async def test_a_killed_daemon_leaves_the_two_together_and_ends_both_lines(venue: Venue) -> None:
    async with talk(venue, "Killed meanwhile", Behaviour.PERSON_SILENT) as it:
        await it.ask(OFFICE.name)
        await it.until_stage("answered")
        await it.his.ask("put_through")
        await it.until_outcome("put_through")
        keeper = asyncio.create_task(venue.stage.keep_daemon(print), name="keeper")
        try:
            killed = venue.kill("daemon")
            await until(lambda: venue.stage.pids()["daemon"] != killed, "another one runs")
            await until_ready(venue)
            assert it.attempt_id in venue.channels()
            venue.carrier.console(f"channel request hangup {it.far_end('!person_patient!')}")
            await it.over()
        finally:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        assert set(it.its.outcomes().values()) == {"talked"}
        assert (await it.until_outcome("put_through"))["ended_at"] is not None
