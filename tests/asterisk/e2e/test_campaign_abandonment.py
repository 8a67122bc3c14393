"""People for whom nobody is free: the safe-harbor message, the opt-out key, the daemon away."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

from dialer.domain.campaign import CampaignState, DialMethod
from dialer.domain.wording import version_of
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient
from tests.asterisk.e2e.evening import HABITS, Evening, evening
from tests.asterisk.e2e.venue import Venue, until

ANSWERS_ON_RECORD = 200
LONG_TALKS = replace(HABITS, talk_s=8.0)


async def over_dialing(its: Evening) -> None:
    """Give the campaign a good past, start it, and wait until the governor knows of it."""
    its.add_history(ANSWERS_ON_RECORD)
    await its.set_state(CampaignState.RUNNING)
    async with ApiClient(its.venue.stage.web_url) as client, asyncio.timeout(45.0):
        while True:
            status = await client.campaign(its.campaign.name, its.venue.token)
            if "lines each" in str(status["live"]) and "1 ready" in str(status["live"]):
                return
            await asyncio.sleep(0.1)


def listed(its: Evening) -> dict[str, str]:
    """The do-not-call entries of the campaign's numbers: the attempt of each."""
    rows = its.venue.rows(
        "SELECT e164, attempt_id FROM do_not_call WHERE e164 = ANY(%s)", list(its.behaviours)
    )
    return {str(row["e164"]): str(row["attempt_id"]) for row in rows}


async def test_who_hears_the_message_and_presses_9_is_never_called_again(venue: Venue) -> None:
    async with evening(
        venue, "Too many answer", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1) as crew:
        await over_dialing(its)
        numbers = its.add([Behaviour.PERSON_OPTS_OUT] * 3)
        await its.all_dialed(3)
        outcomes = its.outcomes()
        assert sorted(map(str, outcomes.values())) == ["abandoned", "abandoned", "talked"]
        left_alone = {e164 for e164 in numbers if outcomes[e164] == "abandoned"}
        for e164 in left_alone:
            row = its.attempt(e164)
            assert row is not None
            assert row["message_started_at"] is not None
            (entry,) = venue.rows(
                "SELECT d.attempt_id, d.added_at <= a.ended_at AS was_in_time FROM do_not_call AS d"
                " JOIN attempts AS a ON a.id = d.attempt_id WHERE d.e164 = %s",
                e164,
            )
            assert entry == {"attempt_id": row["id"], "was_in_time": True}
        assert listed(its).keys() == left_alone
        its.add_again(sorted(left_alone))
        await until(lambda: len(refused(its)) == 2, "both were refused at the second time")
        assert refused(its) == {e164: ["INTERNAL_DNC", "ABANDONED_72H"] for e164 in left_alone}
        await its.check(crew)


def refused(its: Evening) -> dict[str, object]:
    """The numbers that the gate refused, and why."""
    rows = its.venue.rows(
        "SELECT l.e164, r.reasons FROM refusals AS r JOIN leads AS l ON l.id = r.lead_id"
        " WHERE r.campaign_id = %s",
        its.campaign.id,
    )
    return {str(row["e164"]): row["reasons"] for row in rows}


async def test_without_the_daemon_a_person_still_gets_his_reserved_agent(venue: Venue) -> None:
    async with evening(
        venue, "Reserved and away", dial_method=DialMethod.PROGRESSIVE
    ) as its, its.crew(1, LONG_TALKS) as crew:
        (e164,) = its.add([Behaviour.SLOW_ANSWER])
        await its.set_state(CampaignState.RUNNING)
        await until(lambda: ringing(its) == 1, "the line rings")
        venue.kill("daemon")
        row = its.attempt(e164)
        assert row is not None
        assert row["answered_at"] is None
        await until(lambda: f"/{row['id']}" in away(venue), "the dialplan put him through")
        channel = venue.channels()[str(row["id"])]
        await venue.stage.start_daemon()
        await until(lambda: its.talking(), "the conversation was adopted")
        assert venue.channels()[str(row["id"])] == channel
        await its.all_dialed()
        assert its.outcomes() == {e164: "talked"}
        await its.check(crew)


async def test_without_the_daemon_the_message_is_played_and_an_opt_out_is_kept(
    venue: Venue,
) -> None:
    async with evening(
        venue, "Too many and away", dial_method=DialMethod.RATIO, ratio=3.0
    ) as its, its.crew(1, LONG_TALKS) as crew:
        await over_dialing(its)
        numbers = its.add([Behaviour.SLOW_ANSWER] * 3)
        await until(lambda: ringing(its) == 3, "three lines ring")
        venue.kill("daemon")
        assert all(row["answered_at"] is None for row in its.attempts())
        await until(lambda: away(venue).count(": message:") >= 2, "two hear the message")
        who = {str(row["id"]): str(row["e164"]) for row in its.attempts()}
        hears = {e164 for each, e164 in who.items() if f"/{each}" in messages(venue)}
        press_9(venue, hears)
        await until(lambda: hears <= optouts(venue), "both opt-outs are kept")
        await venue.stage.start_daemon()
        await until(lambda: listed(its).keys() == hears, "both are on the list")
        await its.all_dialed(3)
        outcomes = its.outcomes()
        assert {outcomes[e164] for e164 in hears} == {"abandoned"}
        assert {outcomes[e164] for e164 in set(numbers) - hears} == {"talked"}
        await its.check(crew)


def ringing(its: Evening) -> int:
    """How many of the campaign's lines are out."""
    ids = {str(row["id"]) for row in its.attempts()}
    return len(ids & its.venue.channels().keys())


def away(venue: Venue) -> str:
    """What the dialplan did by itself."""
    return venue.pbx.console("database show callbank-away")


def messages(venue: Venue) -> str:
    """Those whom it played the message."""
    return "\n".join(line for line in away(venue).splitlines() if ": message:" in line) + "\n"


def optouts(venue: Venue) -> set[str]:
    """The numbers that it keeps on its own list."""
    lines = venue.pbx.console("database show callbank-optout").splitlines()
    return {line.split("/")[2].split(":")[0].strip() for line in lines if line.startswith("/")}


def press_9(venue: Venue, numbers: set[str]) -> None:
    """The persons of these numbers hear something and press the key."""
    for line in venue.carrier.console("core show channels concise").splitlines():
        channel = line.split("!")[0]
        variables = venue.carrier.console(f"core show channel {channel}").splitlines()
        if any(f"NUMBER={e164.removeprefix('+')}" in variables for e164 in numbers):
            venue.carrier.console(f"channel redirect {channel} caller,s,1")


async def has_failed(its: Evening) -> bool:
    """Whether the status says that the campaign's message cannot be played."""
    async with ApiClient(its.venue.stage.web_url) as client:
        status = await client.campaign(its.campaign.name, its.venue.token)
    live: Any = status["live"]
    return bool(live["has_message_failed"])


async def until_failed(its: Evening, *, is_failed: bool) -> None:
    async with asyncio.timeout(45.0):
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
        await over_dialing(its)
        message = message_of(its)
        kept = message.with_suffix(".kept")
        message.rename(kept)
        await until_failed(its, is_failed=True)
        its.add([Behaviour.SLOW_ANSWER] * 3)
        await until(lambda: ringing(its) == 1, "one line rings")
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
    ) as its, its.crew(1, LONG_TALKS) as crew:
        await over_dialing(its)
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
        await until(lambda: ringing(its) == 1, "one line rings")
        await its.all_dialed(5)
        await its.check(crew)

