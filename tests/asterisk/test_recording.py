"""Recording on a real Asterisk: who hears the announcement, and what the file holds.

The person whistles 440 Hz, the volunteer 880 Hz, and the announcement is 1320 Hz, so that what
anybody heard can be told by its spectrum.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agi import names
from dialer.parts.carrier import Behaviour
from dialer.parts.speech import sound_name, tone_file
from tests.asterisk.harness import PATIENCE_S, Ami, Desk, Event, Lab, fast_agi, forced
from tests.asterisk.hearing import seconds_in, seconds_with

PERSON_HZ, VOLUNTEER_HZ, ANNOUNCEMENT_HZ = 440, 880, 1320
LASTS_S = 2.0
"""How long the announcement whistles."""

PATIENT = forced(Behaviour.PERSON_SILENT)


@pytest.fixture(scope="module")
def tones(lab: Lab) -> dict[int, str]:
    folder = lab.settings.home.parent / "tones"
    return {
        hz: sound_name(tone_file(f"tone-{hz}", ((float(hz), seconds),), folder))
        for hz, seconds in ((PERSON_HZ, 60.0), (VOLUNTEER_HZ, 60.0), (ANNOUNCEMENT_HZ, LASTS_S))
    }


class Talk:
    """A conversation of two whistling parties, with ears at both telephones."""

    def __init__(self, lab: Lab, ami: Ami, attempt: str) -> None:
        self.lab, self.ami, self.attempt = lab, ami, attempt
        self.folder = lab.settings.home.parent / attempt
        self.folder.mkdir()
        self.file = self.folder / "recording.wav"

    def ears(self) -> dict[str, str]:
        """The carrier's channels: the person's and the volunteer's telephone."""
        listed = self.lab.carrier.run("core show channels concise").splitlines()
        fields = [line.split("!") for line in listed if "!" in line]
        return {
            ("volunteer" if each[1] == "volunteer" else "person"): each[0] for each in fields
        }

    def whistle(self, tones: dict[int, str]) -> None:
        self.lab.carrier.run("module load app_mixmonitor.so")
        for who, hz in (("person", PERSON_HZ), ("volunteer", VOLUNTEER_HZ)):
            self.lab.carrier.run(
                f"dialplan add extension {who},1,Playback,{tones[hz]} into whistling"
            )
        for who, channel in self.ears().items():
            self.lab.carrier.run(
                f"mixmonitor start {channel} {self.folder}/all-{who}.wav,r({self.heard_by(who)})"
            )
            self.lab.carrier.run(f"channel redirect {channel} whistling,{who},1")

    def heard_by(self, who: str) -> Path:
        return self.folder / f"{who}.wav"

    async def record(self, announcement: str) -> None:
        """As the daemon asks for it."""
        await self.ami.act(
            "Originate",
            Channel=f"Local/{names.EXTEN_LISTEN}@{names.CONTEXT_RECORDING}/n",
            Context=names.CONTEXT_RECORDING,
            Exten="s",
            Priority="1",
            Async="true",
            ChannelId=f"{names.RECORDER_PREFIX}{self.attempt}",
            OtherChannelId=f"{names.RECORDER_PREFIX}{self.attempt}-listens",
            Variable=[
                f"{names.VAR_ATTEMPT}={self.attempt}",
                f"{names.VAR_ANNOUNCEMENT}={announcement}",
                f"{names.VAR_RECORDING}={self.file}",
            ],
        )

    async def is_told(self, state: str) -> Event:
        return await self.ami.event(
            "UserEvent",
            UserEvent=names.USER_EVENT_RECORDING,
            Attempt=self.attempt,
            State=state,
        )

    async def has_recorded(self, seconds: float) -> None:
        """Wait until so much is in the file."""
        async with asyncio.timeout(PATIENCE_S):
            while not self.file.exists() or self.file.stat().st_size < seconds * 16000:
                await asyncio.sleep(0.1)

    async def ends(self) -> None:
        channel = (await self.ami.event("Newchannel", Uniqueid=self.attempt))["Channel"]
        await self.ami.act("Hangup", Channel=channel)
        await self.ami.event("Hangup", Uniqueid=f"{names.RECORDER_PREFIX}{self.attempt}")
        ears = self.ears()
        for channel in ears.values():
            self.lab.carrier.run(f"channel request hangup {channel}")
        async with asyncio.timeout(PATIENCE_S):
            while self.ears().keys() & ears.keys():  # their files are whole when they have gone
                await asyncio.sleep(0.05)


@pytest.fixture
async def talk(
    lab: Lab, desk: Desk, ami: Ami, tones: dict[int, str]
) -> AsyncIterator[Talk]:
    agent = await desk.agent(1)
    async with fast_agi(
        lab, lambda *_: {names.VAR_ROUTE: "bridge", names.VAR_AGENT_CHANNEL: agent}
    ):
        attempt = await desk.dial(PATIENT)
        await desk.in_one_bridge(attempt, await desk.leg_of(agent))
    talk = Talk(lab, ami, attempt)
    talk.whistle(tones)
    await asyncio.sleep(1.0)
    yield talk
    await desk.hang_up(agent)


async def test_both_hear_the_announcement_and_each_other_and_only_then_it_is_recorded(
    talk: Talk, tones: dict[int, str]
) -> None:
    await talk.record(tones[ANNOUNCEMENT_HZ])
    told = [await talk.is_told(state) for state in names.RECORDING_STATES]
    await talk.has_recorded(1.5)
    await talk.ends()
    assert told == sorted(told, key=lambda event: float(event["Timestamp"]))
    for who, hears in (("person", VOLUNTEER_HZ), ("volunteer", PERSON_HZ)):
        heard = talk.heard_by(who)
        assert seconds_with(heard, ANNOUNCEMENT_HZ) >= LASTS_S - 0.2, f"{who} hears all of it"
        missed = seconds_in(heard) - seconds_with(heard, hears)
        assert missed <= 0.2, f"{who} hears the other one throughout"
    assert seconds_with(talk.file, PERSON_HZ) >= 1.0
    assert seconds_with(talk.file, VOLUNTEER_HZ) >= 1.0
    assert seconds_with(talk.file, ANNOUNCEMENT_HZ) == 0.0


async def test_where_no_announcement_is_needed_nobody_hears_anything_of_it(
    talk: Talk, tones: dict[int, str]
) -> None:
    await talk.record("")
    await talk.is_told(names.RECORDING_BEGUN)
    await talk.has_recorded(1.5)
    await talk.ends()
    for who, hears in (("person", VOLUNTEER_HZ), ("volunteer", PERSON_HZ)):
        heard = talk.heard_by(who)
        assert seconds_in(heard) - seconds_with(heard, hears) <= 0.2
    assert seconds_with(talk.file, PERSON_HZ) >= 1.0
    assert seconds_with(talk.file, VOLUNTEER_HZ) >= 1.0


async def test_an_announcement_that_is_not_there_leads_to_no_recording(talk: Talk) -> None:
    await talk.record("/nowhere/announcement")
    await talk.ami.event("Hangup", Uniqueid=f"{names.RECORDER_PREFIX}{talk.attempt}")
    told = [one for one in talk.ami.events if one.get("UserEvent") == names.USER_EVENT_RECORDING]
    assert told == []
    assert not talk.file.exists()
    assert talk.ears(), "the conversation goes on"


async def test_who_hangs_up_during_the_announcement_is_not_recorded(
    talk: Talk, tones: dict[int, str]
) -> None:
    await talk.record(tones[ANNOUNCEMENT_HZ])
    await talk.is_told(names.RECORDING_ANNOUNCING)
    await talk.ends()
    assert not talk.file.exists()
