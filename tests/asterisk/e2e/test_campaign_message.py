"""A safe-harbor message that cannot be played: one line for one volunteer until it can."""

import asyncio
from pathlib import Path
from typing import Any

from dialer.domain.campaign import DialMethod
from dialer.domain.wording import version_of
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient
from tests.asterisk.e2e.evening import LONG_TALKS, Evening, evening
from tests.asterisk.e2e.venue import PATIENCE_S, Venue, until


async def has_failed(its: Evening) -> bool:
    """Whether the status says that the campaign's message cannot be played."""
    async with ApiClient(its.venue.stage.web_url) as client:
        status = await client.campaign(its.campaign.name, its.venue.token)
    live: Any = status["live"]
    return bool(live["has_message_failed"])


async def until_failed(its: Evening, *, is_failed: bool) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await has_failed(its) is not is_failed:
            await asyncio.sleep(0.1)


def message_of(its: Evening) -> Path:
    return its.venue.home / "speech" / "messages" / f"message-{its.campaign.id}.wav"


async def test_while_the_message_is_not_there_one_line_is_dialed_for_one_volunteer(
    venue: Venue,
) -> None:
    async with evening(
        venue, "Message gone", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1, LONG_TALKS) as crew:
        await its.over_dials()
        message = message_of(its)
        kept = message.with_suffix(".kept")
        message.rename(kept)
        await until_failed(its, is_failed=True)
        its.add([Behaviour.SLOW_ANSWER] * 3)
        await until(lambda: its.ringing() == 1, "one line rings")
        await until(lambda: bool(its.talking()), "the first is put through")
        assert len(its.attempts()) == 1, "while he is free, no second line was dialed"
        log = (venue.home / "log" / "daemon.log").read_text(encoding="utf-8", errors="replace")
        assert f"safe-harbor message of campaign {its.campaign.id} could not be played" in log
        kept.rename(message)
        await until_failed(its, is_failed=False)
        await its.all_dialed()
        assert set(its.outcomes().values()) <= {"talked", "abandoned", "caller_left"}
        await its.check(crew)


async def test_a_message_that_asterisk_cannot_play_is_noticed(venue: Venue) -> None:
    async with evening(
        venue, "Message broken", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1) as crew:
        await its.over_dials()
        its_version = version_of(its.campaign.message_text)  # it is what Asterisk plays
        message = message_of(its).with_name(f"message-{its_version}.wav")
        message.unlink()  # a hard link: the words themselves stay as they are
        message.write_bytes(b"this is no sound")
        its.add([Behaviour.PERSON_PATIENT] * 3)
        await until_failed(its, is_failed=True)
        await its.all_dialed(3)
        abandoned = [row for row in its.attempts() if row["outcome"] == "abandoned"]
        assert abandoned
        its.add([Behaviour.SLOW_ANSWER] * 2)
        await until(lambda: its.ringing() == 1, "one line rings")
        await its.all_dialed(5)
        await its.check(crew)
