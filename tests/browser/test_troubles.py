"""What goes wrong in a volunteer's shift, and what he sees of it: nothing is lost, nothing runs."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Error, Route, async_playwright, expect

from dialer.parts.carrier import Behaviour
from tests.browser.shift import Shift

pytestmark = pytest.mark.alone  # a browser that starves loses its call

CUT_S = 10.0
LOSING = """
const count = RTCPeerConnection.prototype.getStats;
RTCPeerConnection.prototype.getStats = async function () {
  const far = { type: "remote-inbound-rtp", fractionLost: window.callbankLoss ?? 0 };
  return new Map([...(await count.call(this)), ["far", far]]);
};
"""
"""What the far end says of the sound that it gets."""
MARKUP = "<img src=x onerror=\"document.title='owned'\">"


@contextlib.asynccontextmanager
async def no_network() -> AsyncIterator[None]:
    """Everything that our browsers send and get lies still: requests, WebSockets, and the audio,
    whose sockets Chromium's network process holds too."""
    (pid,) = network_processes()
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def network_processes() -> list[int]:
    """Those of the browsers that this test has started."""
    named = b"--utility-sub-type=network.mojom.NetworkService"
    return [
        int(place.name)
        for place in Path("/proc").glob("[0-9]*")
        if named in _read(place / "cmdline") and os.getpid() in _ancestors(place.name)
    ]


def _ancestors(pid: str) -> Iterator[int]:
    while pid not in ("", "0"):
        pid = _read(Path("/proc", pid, "stat")).decode().rpartition(") ")[2].split(" ")[1:2][0]
        yield int(pid)


def _read(file: Path) -> bytes:
    """Nothing of a process that is gone."""
    with contextlib.suppress(OSError):
        return file.read_bytes()
    return b""


async def test_clicks_without_a_network_are_kept_and_sent_once(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.context.set_offline(True)
        await his.answer("Yes", "Leaning yes")
        await expect(his.page.get_by_text("2 not sent yet")).to_be_visible()
        await his.page.get_by_label("Note").fill("Likes libraries.")
        await his.page.get_by_role("button", name="Keep the note").click()
        await expect(his.page.get_by_text("3 not sent yet")).to_be_visible()
        await his.context.set_offline(False)
        await his.has_sent_all()
        await his.talks()
    assert its.answers() == {"has_time": "yes", "support": "leaning"}
    assert [note["words"] for note in its.clicks("notes")] == ["Likes libraries."]
    assert len(its.clicks("answers")) == 2


async def test_a_click_whose_answer_was_lost_on_the_way_is_sent_again_and_kept_once(
    its: Shift,
) -> None:
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        answer = await route.fetch()
        lost.append(await answer.text())
        await route.abort()

    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.page.route("**/api/volunteer/clicks", lose_the_first)
        await his.answer("Yes")
        await his.has_sent_all()
    assert "saved" in lost[0]
    assert len(its.clicks("answers")) == 1


async def test_after_a_reload_he_talks_with_the_same_person_and_goes_on(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.answer("Yes", "Undecided")
        await his.has_sent_all()
        await his.page.reload()
        await expect(his.page.locator(".person h1")).to_have_text("Grace Hopper")
        await expect(his.page.get_by_role("heading", name="What matters to them")).to_be_visible()
        await his.talks()
        await his.speaks()
        await its.ends(his, "undecided")
        await his.sees_state("Waiting for the next person.")
    assert its.answers() == {"has_time": "yes", "support": "undecided"}
    assert len(its.clicks("answers")) == 2
    assert its.results() == ["undecided"]
    assert list(its.evening.outcomes().values()) == ["talked"]


async def test_after_his_browser_died_he_talks_with_the_same_person_in_a_new_page(
    its: Shift,
) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        dying = await his.context.new_cdp_session(his.page)
        with contextlib.suppress(Error, TimeoutError):  # nobody is left to answer
            await asyncio.wait_for(dying.send("Page.crash"), 1.0)
        his.page = await his.context.new_page()
        await his.page.goto(its.link)
        await his.check_sound()
        await his.page.get_by_role("button", name="Start calling").click()
        await his.talks()
        await his.speaks()
        await its.ends(his, "undecided")
    assert list(its.evening.outcomes().values()) == ["talked"]


async def test_a_network_that_is_gone_for_ten_seconds_costs_no_click_and_no_conversation(
    its: Shift,
) -> None:
    its.people(Behaviour.PERSON_ECHOES)
    async with its.at_work() as his:
        await his.talks()
        await his.answer("Yes")
        await his.has_sent_all()
        await his.hears_himself()
        async with no_network():
            await his.answer("Undecided")
            await expect(his.page.get_by_text("1 not sent yet")).to_be_visible()
            is_told = expect(his.page.get_by_text("Your line is interrupted")).to_be_visible()
            await asyncio.gather(is_told, asyncio.sleep(CUT_S))
        await his.has_sent_all()
        await his.talks()
        await his.hears_himself()
        await expect(his.page.get_by_text("Your line is interrupted")).to_have_count(0)
        await its.ends(his, "undecided")
        await his.sees_state("Waiting for the next person.")
    assert its.answers() == {"has_time": "yes", "support": "undecided"}
    assert len(its.clicks("answers")) == 2
    assert its.results() == ["undecided"]
    assert list(its.evening.outcomes().values()) == ["talked"]


async def test_a_network_that_loses_much_of_the_sound_is_told_until_it_is_better(
    its: Shift,
) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.volunteer() as his:
        await his.context.add_init_script(LOSING)
        await his.join(its.link)
        await his.check_sound()
        await his.start()
        await his.talks()
        await his.page.evaluate("window.callbankLoss = 0.3")
        await expect(his.page.get_by_text("Your network is weak")).to_be_visible()
        await his.page.evaluate("window.callbankLoss = 0.01")
        await expect(his.page.get_by_text("Your network is weak")).to_have_count(0)
        await his.talks()


async def test_the_last_call_can_be_corrected(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.answer("Yes", "No")
        await his.page.get_by_role("button", name="Hang up").click()
        await his.sees_state("The call is over.")
        await his.report("opposes")
        await his.page.get_by_role("button", name="Correct the last call (Grace Hopper)").click()
        await his.page.get_by_role("button", name="Back", exact=True).click()
        await his.answer("Yes")
        await his.report("supports")
        await its.has_result("supports")
        await his.has_sent_all()
    assert its.answers()["support"] == "yes"


async def test_of_two_tabs_the_newer_one_works(its: Shift) -> None:
    async with its.at_work() as his:
        other = await his.context.new_page()
        await other.goto(its.link)
        await other.get_by_role("button", name="Use my microphone").click()
        await other.get_by_role("button", name="That works, go on").click()
        await other.get_by_role("button", name="Start calling").click()
        await expect(his.page.get_by_text("Callbank is open in another tab")).to_be_visible()
        await expect(
            other.locator(".state").filter(has_text="Waiting for the next person.")
        ).to_be_visible()


async def test_a_wrong_link_and_a_wrong_pin_are_told_in_a_sentence(its: Shift) -> None:
    async with its.volunteer() as his:
        await his.page.goto(its.link.rpartition("/")[0] + "/0000000000")
        await expect(his.page.get_by_text("There is no such invitation")).to_be_visible()
        await his.page.goto(await its.invite(pin="4711"))
        await his.page.get_by_label("Your first name").fill("Ada")
        await his.page.get_by_label("PIN", exact=True).fill("1234")
        await his.page.get_by_role("button", name="Join").click()
        await expect(his.page.get_by_text("That is not the PIN")).to_be_visible()
        await his.page.get_by_label("PIN", exact=True).fill("4711")
        await his.page.get_by_role("button", name="Join").click()
        await his.agree()


async def test_markup_in_names_and_answers_is_only_shown(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT, name=MARKUP)
    async with its.volunteer() as his:
        await his.join(its.link, name=MARKUP[:40])
        await his.check_sound()
        await his.start()
        await his.talks()
        await expect(his.page.locator(".person h1")).to_have_text(MARKUP)
        await his.answer("Yes", "Undecided")
        await his.page.get_by_label("What they said").fill(MARKUP)
        await his.page.get_by_role("button", name="Next").click()
        await his.has_sent_all()
        assert await his.page.title() == "Callbank"
    assert its.answers()["concern"] == MARKUP


async def test_who_refuses_the_microphone_is_told_how_to_allow_it(
    its: Shift, chromium: str
) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--use-fake-device-for-media-stream"]
        )
        async with Shift(evening=its.evening, browser=browser, link=its.link).volunteer() as his:
            await his.join(its.link)
            await his.page.get_by_role("button", name="Use my microphone").click()
            await expect(
                his.page.get_by_text("does not let this page use the microphone")
            ).to_be_visible()
        await browser.close()


async def test_everything_of_a_call_can_be_done_by_keys(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        press = his.page.keyboard.press
        await press("1")
        await press("4")
        await expect(his.page.get_by_role("heading", name="Goodbye")).to_be_visible()
        await press("Escape")
        await expect(his.page.get_by_role("heading", name="Support")).to_be_visible()
        await press("1")
        await press("m")
        await expect(his.page.locator(".state")).to_contain_text("You are muted.")
        await press("m")
        await press("/")
        await his.page.keyboard.type("robot")
        await expect(his.page.get_by_text("No, I'm a neighbor")).to_be_visible()
        await press("Escape")
        await his.page.get_by_role("button", name="Hang up").press("Enter")
        await his.sees_state("The call is over.")
        await press("r")
        await press("Enter")
        await its.has_result("supports")
        await his.has_sent_all()
    assert its.answers()["support"] == "yes"


async def test_a_server_that_is_killed_in_a_call_costs_no_click_and_no_conversation(
    its: Shift,
) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.answer("Yes")
        await his.has_sent_all()
        its.venue.kill("daemon")
        await his.answer("Leaning yes")
        await expect(his.page.get_by_text("1 not sent yet")).to_be_visible()
        await its.venue.stage.start_daemon()
        await his.has_sent_all()
        await his.talks()
        await expect(his.page.get_by_role("heading", name="What matters to them")).to_be_visible()
        await its.ends(his, "leans")
        await his.sees_state("Waiting for the next person.")
    assert its.answers() == {"has_time": "yes", "support": "leaning"}
    assert list(its.evening.outcomes().values()) == ["talked"]


async def test_who_goes_home_in_a_call_finishes_it_first(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.page.get_by_role("button", name="Go home").click()
        await his.sees_state("You leave after this call.")
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await expect(his.page.get_by_text("Thank you. You have left")).to_be_visible()
        await its.has_result("supports")
        await his.page.goto(its.link)
        await expect(his.page.get_by_label("Your first name")).to_be_visible()


async def test_who_goes_home_is_not_called_again_while_the_answer_is_on_its_way(
    its: Shift,
) -> None:
    async def come_late(route: Route) -> None:
        answer = await route.fetch()
        await asyncio.sleep(1.0)
        await route.fulfill(response=answer)

    asked: list[str] = []
    async with its.at_work() as his:
        await his.sees_state("Waiting for the next person.")
        await his.page.route("**/api/volunteer/leave", come_late)
        his.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        await his.page.get_by_role("button", name="Go home").click()
        await expect(his.page.get_by_text("Thank you. You have left")).to_be_visible()
    assert asked == ["leave"]
