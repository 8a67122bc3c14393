"""A volunteer finds himself at an answering machine and leaves the campaign's message there."""

import array
import wave
from pathlib import Path

import pytest
from playwright.async_api import expect

from dialer.demo.show import CALLER
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.venue import until
from tests.browser.shift import Shift, Volunteer

pytestmark = pytest.mark.alone  # a browser that starves loses its call

VOICEMAIL = f"Hello, this is {CALLER}. To be called no more, call us at 8 0 0 5 5 5 0 1 9 9. Bye."
LOUD = 500
"""Of a sample's 32767: what a synthesised voice reaches and a silent line does not."""


def listen(its: Shift, file: Path) -> None:
    """What the machine hears from now on goes into a file."""
    its.venue.carrier.console("module load app_mixmonitor.so")
    channels = its.venue.carrier.console("core show channels concise").splitlines()
    [machine] = [line.split("!")[0] for line in channels if "!voicemail!" in line]
    both = file.with_suffix(".both.wav")
    its.venue.carrier.console(f"mixmonitor start {machine} {both},r({file})")


def loud_s(file: Path) -> float:
    """For how long it is loud, in steps of a tenth of a second."""
    with wave.open(str(file)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
    steps = [samples[at : at + 800] for at in range(0, len(samples), 800)]
    return sum(max(map(abs, step)) > LOUD for step in steps) / 10.0


async def is_at_a_machine(its: Shift, his: Volunteer, line_type: str) -> None:
    its.evening.add([Behaviour.VOICEMAIL], line_type)
    await his.talks()
    await until(
        lambda: "!voicemail!" in its.venue.carrier.console("core show channels concise"),
        "the machine answers",
    )


async def test_the_message_is_left_while_the_volunteer_goes_on_to_the_next_person(
    its: Shift, tmp_path: Path
) -> None:
    its.venue.change(
        "UPDATE campaigns SET voicemail_text = %s WHERE id = %s",
        VOICEMAIL,
        its.evening.campaign.id,
    )
    spoken = its.venue.home / "speech" / "messages" / f"voicemail-{its.evening.campaign.id}.wav"
    await until(spoken.exists, "the message is spoken")
    async with its.at_work() as his:
        await is_at_a_machine(its, his, "landline")
        heard = tmp_path / "heard.wav"
        listen(its, heard)
        its.people(Behaviour.PERSON_PATIENT)
        await his.page.get_by_role("button", name="Leave the message").click()
        await expect(his.page.locator(".person h1")).to_have_text("Grace Hopper")
        await his.talks()
        await until(lambda: its.evening.attempts()[0]["outcome"] == "talked", "its line has ended")
        first = its.evening.attempts()[0]
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await its.has_result("supports")
    assert its.results()[0] == "left_message"
    [row] = its.venue.rows(
        "SELECT how_far, v.started_at > a.connected_at AS is_after"
        " FROM played_messages v JOIN attempts a ON a.id = v.attempt_id WHERE a.id = %s",
        first["id"],
    )
    assert (row["how_far"], row["is_after"]) == ("finished", True)
    kinds = its.venue.rows("SELECT kind FROM evidence WHERE attempt_id = %s", first["id"])
    assert [one["kind"] for one in kinds] == ["dialed", "voicemail", "ended"]
    standing = its.venue.rows(
        "SELECT standing FROM answered_calls WHERE attempt_id = %s", first["id"]
    )
    assert standing == [{"standing": "machine_to_agent"}]
    with wave.open(str(spoken)) as sound:
        length_s = sound.getnframes() / sound.getframerate()
    assert loud_s(heard) > length_s / 3, "the machine heard a voice for as long as it spoke"


async def test_where_no_recorded_voice_is_lawful_the_page_says_why(its: Shift) -> None:
    its.venue.change(
        "UPDATE campaigns SET voicemail_text = %s WHERE id = %s",
        VOICEMAIL,
        its.evening.campaign.id,
    )
    async with its.at_work() as his:
        await is_at_a_machine(its, his, "wireless")
        await his.page.keyboard.press("v")
        await expect(his.page.get_by_text("CONSENT_WIRELESS_VOICE")).to_be_visible()
        await his.sees_state("On the line.")
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("machine")
        await its.has_result("machine")
    assert its.results() == ["machine"]


async def test_a_campaign_without_a_message_offers_none(its: Shift) -> None:
    async with its.at_work() as his:
        await is_at_a_machine(its, his, "landline")
        await expect(his.page.get_by_role("button", name="Hang up")).to_be_visible()
        await expect(his.page.get_by_role("button", name="Leave the message")).to_have_count(0)
