"""What a volunteer sees between his calls: the wait, the goal, breaks, help, his sound again."""

import asyncio
import json
from collections.abc import Mapping

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, WebSocketRoute, expect

from dialer.parts.carrier import Behaviour
from dialer.web.client import Json
from tests.asterisk.e2e.venue import until
from tests.browser.shift import PATIENCE_MS, Shift
from tests.browser.test_shift import look

pytestmark = pytest.mark.alone  # a browser that starves loses its call


def set_goal(its: Shift, counts: str, target: int) -> None:
    """As `campaign set --goal` does."""
    goal = json.dumps({"counts": counts, "target": target, "since": 0, "by": None})
    its.venue.change(
        "UPDATE campaigns SET goal = %s WHERE id = %s", goal, its.evening.campaign.id
    )


async def tell_besides(page: Page, told: Mapping[str, object]) -> None:
    """Let the server's states say this too: what takes it an hour to know."""

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()

        def hear(message: str | bytes) -> None:
            said = json.loads(message)
            if said["type"] == "state":
                said["state"] |= told
            route.send(json.dumps(said))

        server.on_message(hear)

    await page.route_web_socket("**/api/volunteer/socket", between)


async def becomes_true(page: Page, condition: str) -> None:
    """Wait for it; Playwright's own way is forbidden by the page's content security policy."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while not await page.evaluate(condition):
            await asyncio.sleep(0.1)


async def asking(its: Shift, path: str = "", *, is_post: bool = False) -> list[Json]:
    """Who asks for help, as the shift lead sees it, or after he did something about it."""
    headers = {"Authorization": f"Bearer {its.venue.token}"}
    async with (
        ClientSession(its.venue.stage.web_url, headers=headers) as http,
        http.request("POST" if is_post else "GET", f"/api/floor{path}") as answer,
    ):
        assert answer.status == 200, await answer.text()
        return list((await answer.json())["help"])


_SEE_SOUNDS = """
window.callbankContexts = [];
window.callbankTones = [];
window.AudioContext = class extends AudioContext {
  constructor(...options) { super(...options); window.callbankContexts.push(this); }
  createOscillator() {
    const tone = super.createOscillator();
    tone.addEventListener("ended", () => window.callbankTones.push(tone.frequency.value));
    return tone;
  }
};
"""
ASLEEP = "callbankContexts.length > 0 && callbankContexts.every((one) => one.state === 'suspended')"


async def test_a_tick_says_that_somebody_is_there_and_between_sounds_the_audio_sleeps(
    its: Shift,
) -> None:
    async with its.volunteer() as his:
        await his.page.add_init_script(_SEE_SOUNDS)
        await his.join(its.link)
        await his.check_sound()
        await his.start()
        await becomes_true(his.page, ASLEEP)
        assert await his.page.evaluate("callbankTones") == []
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await becomes_true(his.page, "callbankTones.length > 0")
        assert await his.page.evaluate("callbankTones") == [880]
        await becomes_true(his.page, ASLEEP)
        await its.ends(his, "supports")


async def test_the_goal_is_shown_and_who_does_not_want_to_be_compared_hides_his_part(
    its: Shift, axe: str
) -> None:
    set_goal(its, "conversations", 212)
    async with its.volunteer() as his:
        await his.page.goto(await its.invite(teams=("Red", "Blue")))
        await his.page.get_by_label("Your first name").fill("Ada")
        await his.page.get_by_label("Your team").select_option("Blue")
        await his.page.get_by_role("button", name="Join").click()
        await his.agree()
        await his.check_sound()
        await his.start()
        await expect(his.page.get_by_text("You: 0 of the 212")).to_be_visible()
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await expect(his.page.get_by_text("You: 1 of the 212")).to_be_visible()
        await expect(his.page.get_by_text("Your team: 1")).to_be_visible()
        await expect(his.page.get_by_text("How long it takes is not known yet.")).to_be_visible()
        await look(his, axe, "20-goal")
        await his.page.get_by_role("button", name="Do not compare me").press("Enter")
        await expect(his.page.get_by_text("You: 1")).to_have_count(0)
        await expect(his.page.get_by_text("Your team")).to_have_count(0)
        await his.page.reload()
        await his.sees_state("Waiting for the next person.")
        await expect(his.page.get_by_text("All together: 1 of 212.")).to_be_visible()
        await expect(his.page.get_by_text("You: 1")).to_have_count(0)


async def test_the_wait_and_the_time_for_a_break_are_told_in_words(its: Shift, axe: str) -> None:
    async with its.volunteer() as his:
        wait = {"estimate_s": 38, "from_s": 4, "to_s": 170}
        await tell_besides(his.page, {"wait": wait, "nudge": "break"})
        await his.join(its.link)
        await his.check_sound()
        await his.start()
        await expect(
            his.page.get_by_text("The next person is usually there within 40 seconds.")
        ).to_be_visible()
        await expect(
            his.page.get_by_text("Mostly it takes between a few seconds and 3 minutes.")
        ).to_be_visible()
        await look(his, axe, "21-wait-and-break")
        nudge = his.page.locator(".nudge", has_text="a long time without a break")
        await nudge.get_by_role("button", name="Break").press("Enter")
        await his.sees_state("You are on a break.")


async def test_it_is_all_said_in_spanish_too(its: Shift) -> None:
    set_goal(its, "pledges", 30)
    async with its.volunteer() as his:
        page = his.page
        await page.goto(its.link)
        await page.get_by_role("button", name="Español").click()
        await page.get_by_label("Su nombre").fill("Ada")
        await page.get_by_role("button", name="Participar").click()
        await page.get_by_role("button", name="Estoy de acuerdo").wait_for()
        for box in await page.get_by_role("checkbox").all():
            await box.check()
        await page.get_by_role("button", name="Estoy de acuerdo").click()
        await page.get_by_role("button", name="Usar mi micrófono").click()
        await page.get_by_role("button", name="Funciona, continuar").click()
        await page.get_by_role("button", name="Empezar a llamar").click()
        await his.sees_state("Esperando a la próxima persona.")
        await expect(page.get_by_text("Nuestra meta: 30 promesas de donación")).to_be_visible()
        await page.get_by_role("button", name="Ayuda").press("Enter")
        await expect(page.get_by_text("Se está avisando a su jefe de turno")).to_be_visible()


async def test_after_a_hard_call_one_tap_gives_a_minute_off(its: Shift, axe: str) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.page.get_by_role("button", name="A minute off").press("Enter")
        await expect(
            his.page.get_by_text("A minute off comes after this call.")
        ).to_be_visible()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("refused")
        await his.sees_state("You are on a break.")
        await expect(his.page.get_by_text("This minute is yours.")).to_be_visible()
        await look(his, axe, "22-minute-off")
        await his.page.get_by_role("button", name="Ready").press("Enter")
        await his.sees_state("Waiting for the next person.")


async def test_who_asks_for_help_is_told_when_the_shift_lead_has_seen_it(
    its: Shift, axe: str
) -> None:
    async with its.at_work() as his:
        await his.page.get_by_role("button", name="Help me").press("Enter")
        await expect(his.page.get_by_text("Your shift lead is being told")).to_be_visible()
        await look(his, axe, "23-help")
        asks = (await asking(its))[-1]  # others asked in other tests
        assert str(asks["name"]).startswith("Ada")
        assert asks not in await asking(its, f"/help/{asks['agent_id']}/seen", is_post=True)
        await expect(his.page.get_by_text("Your shift lead has seen it")).to_be_visible()
        await expect(his.page.get_by_role("button", name="Help me")).to_be_enabled()
        await his.page.get_by_role("button", name="Close").click()
        await expect(his.page.get_by_text("Your shift lead")).to_have_count(0)


async def test_whoever_people_do_not_hear_checks_his_sound_before_the_next_person(
    its: Shift, axe: str
) -> None:
    numbers = its.people(*[Behaviour.EARLY_HANGUP] * 4)
    async with its.at_work() as his:
        await his.page.keyboard.press("m")
        for count in range(1, len(numbers) + 1):
            await his.sees_state("The call is over.")
            await his.report("refused")
            await until(lambda so_far=count: len(its.results()) == so_far, "the result is kept")
        await expect(his.page.get_by_text("perhaps they do not hear you")).to_be_visible()
        await his.page.get_by_role("button", name="Use my microphone").press("Enter")
        goes_on = his.page.get_by_role("button", name="That works, go on")
        await expect(his.page.get_by_text("You are muted. Unmute yourself")).to_be_visible()
        await expect(goes_on).to_be_disabled()
        await look(his, axe, "24-check-again")
        await his.page.keyboard.press("m")
        await expect(his.page.get_by_text("We hear you.")).to_be_visible()
        await goes_on.press("Enter")
        await his.sees_state("Waiting for the next person.")
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await his.hears_and_speaks()


async def test_who_opens_his_page_again_does_not_get_round_the_check(its: Shift) -> None:
    numbers = its.people(*[Behaviour.EARLY_HANGUP] * 4)
    async with its.at_work() as his:
        for count in range(1, len(numbers) + 1):
            await his.sees_state("The call is over.")
            await his.report("refused")
            await until(lambda so_far=count: len(its.results()) == so_far, "the result is kept")
        await expect(his.page.get_by_text("perhaps they do not hear you")).to_be_visible()
        await his.page.reload()
        await his.check_sound()
        await his.start()
