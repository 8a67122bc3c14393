"""A volunteer with a telephone and nothing else: his whole shift by voice and keys, all real."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from dialer.demo.stage import OUR_NUMBER
from dialer.domain.campaign import CampaignState
from dialer.domain.transfer import DestinationKind, TransferDestination
from dialer.domain.volunteer import Invitation
from dialer.parts.carrier import Behaviour
from dialer.storage.volunteers import Volunteers
from tests.asterisk.e2e.evening import Evening, evening, new_number
from tests.asterisk.e2e.test_campaign_calls_in import known_to_the_engine
from tests.asterisk.e2e.venue import Venue, until

OFFICE = TransferDestination(
    kind=DestinationKind.OFFICE,
    name="Senator Gray",
    number=new_number(Behaviour.PERSON_PATIENT),
)


@dataclass
class Telephone:
    """A telephone in the network whose owner types; `channel` is its call in our Asterisk."""

    venue: Venue
    far: str  # the network's channel
    channel: str

    def type(self, keys: str) -> None:
        self.venue.carrier.console(f"channel redirect {self.far} typist,{keys},1")

    def speak(self) -> None:
        self.type("speak")

    def hang_up(self) -> None:
        self.venue.carrier.console(f"channel request hangup {self.far}")

    def where(self) -> str:
        """What he is asked, `held` among the held, or empty: nothing, or he is gone."""
        shown = self.venue.pbx.console(f"core show channel {self.channel}")
        app = re.search(r"Application: (\w+)", shown)
        step = re.search(r"^CB_STEP=(.*)$", shown, re.MULTILINE)
        if app is None:
            return ""
        if app[1] == "Bridge":
            return "held"
        return step[1].strip() if app[1] == "Read" and step else app[1]

    def tries(self) -> str:
        """How often he was asked in vain."""
        shown = self.venue.pbx.console(f"core show channel {self.channel}")
        found = re.search(r"^CB_TRIES=(.*)$", shown, re.MULTILINE)
        return found[1].strip() if found else ""

    async def until(self, where: str) -> None:
        await until(lambda: self.where() == where, f"he is at {where!r}", 30.0)

    async def answers(self, where: str, keys: str) -> None:
        await self.until(where)
        self.type(keys)


@asynccontextmanager
async def telephone(venue: Venue) -> AsyncIterator[Telephone]:
    """Somebody calls our number and is told who we are."""
    before, far_before = set(venue.channels().values()), set(far_channels(venue))
    venue.carrier.console(f"channel originate PJSIP/{OUR_NUMBER}@network extension s@typist")

    def ours() -> set[str]:
        return set(venue.channels().values()) - before

    await until(ours, "the call arrived")
    await until(lambda: set(far_channels(venue)) - far_before, "the network has it")
    [channel] = ours()
    [far] = set(far_channels(venue)) - far_before
    its = Telephone(venue=venue, far=far, channel=channel)
    try:
        yield its
    finally:
        its.hang_up()
        await until(lambda: channel not in venue.channels().values(), "he has hung up")


def far_channels(venue: Venue) -> list[str]:
    listed = venue.carrier.console("core show channels concise").splitlines()
    return [line.split("!")[0] for line in listed if line.count("!") > 10]


async def keypad_code(its: Evening) -> str:
    url = its.venue.database_url.replace("postgresql://", "postgresql+psycopg://")
    async with Volunteers.at(url) as volunteers:
        wanted = Invitation(code="", campaign_id=its.campaign.id)
        made = await volunteers.invite(wanted, pin="", by="test", has_keypad=True)
    return made.keypad_code


def results(its: Evening) -> list[str]:
    rows = its.venue.rows(
        "SELECT r.disposition FROM results AS r JOIN attempts AS a ON a.id = r.attempt_id"
        " WHERE a.campaign_id = %s ORDER BY r.at",
        its.campaign.id,
    )
    return [str(row["disposition"]) for row in rows]


def wanted_languages(its: Evening) -> list[str]:
    rows = its.venue.rows(
        "SELECT wanted_language FROM leads WHERE campaign_id = %s", its.campaign.id
    )
    return [str(row["wanted_language"]) for row in rows]


def state(its: Evening) -> str:
    rows = its.venue.rows(
        "SELECT state FROM agent_states WHERE campaign_id = %s ORDER BY started_at DESC LIMIT 1",
        its.campaign.id,
    )
    return str(rows[0]["state"]) if rows else ""


async def begins(phone: Telephone, its: Evening, code: str) -> None:
    """From the star to being ready for the first call."""
    for asked, keys in (
        ("BackGround", "*"),
        ("code", code),
        ("language", "1"),
        ("conduct", "1"),
        ("begin", "1"),
    ):
        await phone.answers(asked, keys)
    await phone.until("held")
    await until(lambda: state(its) == "ready", "he waits")


async def test_a_whole_shift_by_keys(venue: Venue) -> None:
    async with evening(venue, "By telephone alone", wrap_up_s=120.0) as its:
        await known_to_the_engine(its)
        code = await keypad_code(its)
        its.add([Behaviour.PERSON_PATIENT])
        async with telephone(venue) as phone:
            await begins(phone, its, code)

            await its.set_state(CampaignState.RUNNING)
            await until(its.talking, "he talks")
            phone.type("9")
            await until(lambda: flags(its), "his report is kept")
            assert its.talking(), "the conversation goes on"
            phone.type("*")
            await phone.answers("outcome", "1")
            await until(lambda: results(its) == ["supports"], "the outcome is kept")

            await phone.until("held")
            await until(lambda: state(its) == "ready", "he waits again")
            phone.type("8")
            await phone.answers("outcome", "4")
            await until(lambda: results(its)[-1] == "opposes", "it is corrected")

            await phone.until("held")
            await until(lambda: state(its) == "ready", "he waits again")
            phone.type("8")
            await phone.answers("outcome", "6")
            await phone.answers("more", "3")
            await phone.answers("speaks:", "9")
            await until(lambda: results(its)[-1] == "other_language", "it is corrected again")
            assert wanted_languages(its) == ["other"]

            await phone.until("held")
            await until(lambda: state(its) == "ready", "he waits again")
            phone.type("7")
            await phone.until("break")
            assert state(its) == "break"
            phone.type("7")
            await phone.until("held")
            await until(lambda: state(its) == "ready", "he is back")
        await until(lambda: session_end(its) == "left", "hanging up ends his session")
        await until(lambda: state(its) == "offline", "and his work")
        [attempt] = its.attempts()
        assert attempt["outcome"] == "talked"
        assert not [one for one in venue.channels().values() if "keypad-half" in one]


async def test_a_person_is_handed_over_by_keys(venue: Venue) -> None:
    wanted = {"wrap_up_s": 120.0, "destinations": (OFFICE,)}
    async with evening(venue, "Handed over by keys", **wanted) as its:
        await known_to_the_engine(its)
        code = await keypad_code(its)
        its.add([Behaviour.PERSON_SILENT])
        async with telephone(venue) as phone:
            await begins(phone, its, code)
            await its.set_state(CampaignState.RUNNING)
            await until(its.talking, "he talks")
            phone.type("61")
            await phone.answers("outcome", "1")
            await until(lambda: results(its) == ["supports"], "the outcome is kept")
            assert transfers(its) == [("put_through", None)], "the two talk on"
            await phone.until("held")
            await until(lambda: state(its) == "ready", "he waits again")
            office_hangs_up(venue)
            await until(lambda: list(its.outcomes().values()) == ["talked"], "the call is over")


def office_hangs_up(venue: Venue) -> None:
    listed = venue.carrier.console("core show channels concise").splitlines()
    [office] = [line.partition("!")[0] for line in listed if "!person_patient!" in line]
    venue.carrier.console(f"channel request hangup {office}")


def transfers(its: Evening) -> list[tuple[str, object]]:
    rows = its.venue.rows(
        "SELECT t.outcome, t.ended_at FROM transfers AS t JOIN attempts AS a"
        " ON a.id = t.attempt_id WHERE a.campaign_id = %s ORDER BY t.asked_at",
        its.campaign.id,
    )
    return [(str(row["outcome"]), row["ended_at"]) for row in rows]


def flags(its: Evening) -> list[str]:
    rows = its.venue.rows(
        "SELECT f.reason FROM flags AS f JOIN attempts AS a ON a.id = f.attempt_id"
        " WHERE a.campaign_id = %s",
        its.campaign.id,
    )
    return [str(row["reason"]) for row in rows]


def session_end(its: Evening) -> str:
    [row] = its.venue.rows(
        "SELECT end_reason FROM volunteer_sessions WHERE campaign_id = %s", its.campaign.id
    )
    return str(row["end_reason"])


async def test_who_is_put_through_to_a_volunteer_presses_star_to_become_one(venue: Venue) -> None:
    async with evening(venue, "A volunteer answers a volunteer") as its, its.crew(1):
        await until(lambda: state(its) == "ready", "the volunteer is ready")
        async with telephone(venue) as phone:
            await phone.answers("held", "*")
            await phone.until("code")


async def test_three_wrong_codes_end_the_call(venue: Venue) -> None:
    async with evening(venue, "Guessed at") as its:
        await known_to_the_engine(its)
        wrong = f"{(int(await keypad_code(its)) + 1) % 10**8:08d}"
        async with telephone(venue) as phone:
            await phone.answers("BackGround", "*")
            for tries in ("0", "1", "2"):
                await until(
                    lambda tries=tries: (phone.where(), phone.tries()) == ("code", tries),
                    f"he is asked, after {tries} wrong codes",
                )
                phone.type(wrong)
            await until(lambda: phone.channel not in venue.channels().values(), "goodbye")
        assert not venue.rows(
            "SELECT FROM volunteer_sessions WHERE campaign_id = %s", its.campaign.id
        )
