"""A whole shift without a mouse: from the link to going home, everything is reached by Tab."""

import pytest
from playwright.async_api import Page, expect

from dialer.parts.carrier import Behaviour
from tests.browser.shift import Shift

pytestmark = pytest.mark.alone  # a browser that starves loses its call

MOST_TABS = 80
"""More than any page has places for the focus."""

_FOCUSED = """
() => {
  const one = document.activeElement;
  return one.labels?.[0]?.textContent ?? one.ariaLabel ?? one.textContent ?? "";
}
"""


async def tab_to(page: Page, words: str) -> None:
    """Press Tab until what these words begin has the focus."""
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        if str(await page.evaluate(_FOCUSED)).strip().startswith(words):
            return
    raise AssertionError(f"Tab does not lead to {words!r}")


async def press(page: Page, words: str) -> None:
    """Go to this button, when it is there, and press it."""
    await page.get_by_text(words).first.wait_for()
    await tab_to(page, words)
    await page.keyboard.press("Enter")


async def test_a_whole_shift_needs_no_mouse(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.volunteer() as his:
        page, keys = his.page, his.page.keyboard
        await page.goto(its.link)
        await page.get_by_label("Your first name").wait_for()
        await tab_to(page, "Your first name")
        await keys.type("Ada")
        await press(page, "Join")
        await page.get_by_role("button", name="I agree").wait_for()
        for _ in await page.get_by_role("checkbox").all():
            await tab_to(page, "I ")
            await keys.press("Space")
        await press(page, "I agree")
        await press(page, "Use my microphone")
        await page.get_by_text("We hear you.").wait_for()
        await press(page, "That works, go on")
        await press(page, "Start calling")
        await his.talks()
        await keys.press("1")
        await tab_to(page, "Note")
        await keys.type("Likes libraries.")
        await press(page, "Keep the note")
        await press(page, "Flag this call")
        await tab_to(page, "Why")
        await keys.press("ArrowDown")
        await press(page, "Flag it")
        await expect(page.get_by_text("Flagged: Somebody is in danger.")).to_be_visible()
        await press(page, "Break after this call")
        await press(page, "Hang up")
        await his.sees_state("The call is over.")
        await press(page, "Undecided")
        await his.sees_state("You are on a break.")
        await press(page, "Correct the last call")
        await press(page, "Supports")
        await its.has_result("supports")
        await press(page, "Ready")
        await his.sees_state("Waiting for the next person.")
        await press(page, "Go home")
        await expect(page.get_by_text("Thank you. You have left")).to_be_visible()
    assert [note["words"] for note in its.clicks("notes")] == ["Likes libraries."]
    assert [flag["reason"] for flag in its.clicks("flags")] == ["self_harm"]
