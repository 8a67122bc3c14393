"""A volunteer with a page and another telephone than the browser's, such as his own."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from dialer.parts.carrier import Behaviour
from dialer.parts.speech import MESSAGE_VOICE, spoken_name
from tests.asterisk.e2e.evening import new_number
from tests.asterisk.e2e.test_campaign_calls_in import known_to_the_engine
from tests.asterisk.e2e.test_volunteer_by_telephone import Telephone, keypad_code, telephone
from tests.asterisk.e2e.venue import until
from tests.browser.shift import Shift, Volunteer
from tests.browser.test_shift import look

pytestmark = pytest.mark.alone  # a browser that starves loses its call


async def fact(his: Volunteer, name: str) -> str:
    """What the page says to type or to call."""
    row = his.page.locator(".facts div", has_text=name)
    return await row.locator("dd").inner_text()


async def test_who_calls_in_with_a_code_has_the_card_on_his_page(its: Shift, axe: str) -> None:
    await known_to_the_engine(its.evening)
    async with its.volunteer() as his, telephone(its.venue) as phone:
        await his.join(its.link)
        await his.page.get_by_role("button", name="My own telephone: I call in").click()
        await expect(his.page.get_by_text("press star while you hear us")).to_be_visible()
        await look(his, axe, "10-dial-in")
        await his.page.get_by_role("button", name="Go on").click()
        await his.page.get_by_role("button", name="Start calling").click()
        await his.sees_state("Not connected.")
        code = re.sub(r"\D", "", await fact(his, "Then type"))
        await phone.answers("BackGround", "*")
        await phone.answers("code", code)
        await his.sees_state("You are on a break.")
        await expect(his.page.get_by_text("Say hello on your telephone")).to_be_visible()
        await look(his, axe, "13-say-hello")
        await phone.until("held")
        phone.speak()
        await his.sees_state("Waiting for the next person.")
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await expect(his.page.get_by_role("button", name="Mute")).to_have_count(0)
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await its.has_result("supports")
        await his.sees_state("Waiting for the next person.")
        assert phone.where() == "held", "his page says how it went, not his keys"
        phone.hang_up()
        await his.sees_state("Not connected.")
        await expect(his.page.locator(".facts")).to_be_visible()
        assert re.sub(r"\D", "", await fact(his, "Then type")) != code, "one that is still good"


async def test_whom_people_do_not_hear_on_his_own_telephone_goes_on_when_he_is_heard(
    its: Shift, axe: str
) -> None:
    await known_to_the_engine(its.evening)
    async with its.volunteer() as his, telephone(its.venue) as phone:
        await his.join(its.link)
        await his.page.get_by_role("button", name="My own telephone: I call in").click()
        await his.page.get_by_role("button", name="Go on").click()
        await his.page.get_by_role("button", name="Start calling").click()
        await phone.answers("BackGround", "*")
        await phone.answers("code", re.sub(r"\D", "", await fact(his, "Then type")))
        await his.page.get_by_role("button", name="Ready").click()
        numbers = its.people(*[Behaviour.EARLY_HANGUP] * 4)
        for count in range(1, len(numbers) + 1):
            await his.sees_state("The call is over.")
            await his.report("refused")
            await until(lambda so_far=count: len(its.results()) == so_far, "the result is kept")
        goes_on = his.page.get_by_role("button", name="That works, go on")
        await expect(goes_on).to_be_disabled()
        await expect(his.page.get_by_text("We do not hear you yet.")).to_be_visible()
        await look(his, axe, "14-check-own-telephone")
        phone.speak()
        await expect(his.page.get_by_text("We hear you.")).to_be_visible()
        await goes_on.click()
        await his.sees_state("Waiting for the next person.")


async def test_a_sip_telephone_gets_what_it_registers_with_as_text_and_picture(
    its: Shift, axe: str
) -> None:
    async with its.volunteer() as his:
        await his.join(its.link)
        await his.page.get_by_role("button", name="A SIP telephone").click()
        picture = his.page.get_by_alt_text("The same as a QR code")
        await expect(picture).to_be_visible()
        assert await picture.evaluate("one => one.naturalWidth") > 0
        assert re.fullmatch(r"v[0-9a-f]{12}", await fact(his, "User name"))
        await look(his, axe, "11-sip")
        await his.page.get_by_role("button", name="This browser").click()
        await his.check_sound()
        await his.start()


async def test_who_works_by_telephone_alone_brings_a_page_with_a_spoken_code(
    its: Shift, axe: str
) -> None:
    await known_to_the_engine(its.evening)
    code = await keypad_code(its.evening)
    async with its.volunteer() as his, telephone(its.venue) as phone:
        await phone.answers("BackGround", "*")
        await phone.answers("code", code)
        for question in ("language", "conduct", "begin"):
            await phone.answers(question, "1")
        await phone.until("held")
        phone.type("7")
        await phone.answers("break", "5")
        await phone.until("pair")
        heard = spoken(its, phone)
        await his.page.goto(f"{its.venue.stage.web_url}/pair")
        await his.page.get_by_label("The code that you heard").fill("12345678")
        await his.page.get_by_role("button", name="Pair").click()
        await expect(his.page.get_by_text("That code is not known")).to_be_visible()
        await look(his, axe, "12-pair")
        await his.page.get_by_label("The code that you heard").fill(heard)
        await his.page.get_by_role("button", name="Pair").click()
        await his.sees_state("You are on a break.")
        await phone.until("held")
        await his.page.get_by_role("button", name="Ready").click()
        await his.sees_state("Waiting for the next person.")
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await its.has_result("supports")
        await his.sees_state("Waiting for the next person.")


async def test_who_is_called_at_his_own_number_says_that_he_is_there(its: Shift) -> None:
    link = await its.invite(may_call_back=True)
    async with its.volunteer() as his:
        await his.join(link)
        await his.page.get_by_role("button", name="My own telephone: call me").click()
        await his.page.get_by_label("Your telephone number").fill("020 7946 0958")
        await his.page.get_by_label("This is my own telephone").check()
        await his.page.get_by_role("button", name="Take this number").click()
        await expect(his.page.get_by_text("That number is not called")).to_be_visible()
        own = new_number(Behaviour.PERSON_PATIENT)
        await his.page.get_by_label("Your telephone number").fill(own.removeprefix("+1"))
        await his.page.get_by_role("button", name="Take this number").click()
        await expect(his.page.get_by_text("rings when you start")).to_be_visible()
        await his.page.get_by_role("button", name="Go on").click()
        await his.page.get_by_role("button", name="Start calling").click()
        await his.sees_state("You are on a break.")
        await expect(his.page.get_by_text("Have you picked up")).to_be_visible()
        await expect(his.page.get_by_text("We hear you.")).to_be_visible()
        await his.page.get_by_role("button", name="Ready").click()
        await his.sees_state("Waiting for the next person.")
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await its.has_result("supports")


def spoken(its: Shift, phone: Telephone) -> str:
    """The digits that his telephone said: each is a sound of its own."""
    shown = its.venue.pbx.console(f"core show channel {phone.channel}")
    said = re.search(r"^CB_SAY=(.*)$", shown, re.MULTILINE)
    assert said is not None
    sounds = {spoken_name(digit, MESSAGE_VOICE): digit for digit in "0123456789"}
    return "".join(sounds[Path(one).name] for one in said[1].strip().split("&")[1:])
