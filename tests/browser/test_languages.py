"""Somebody speaks another language, and is called again by a volunteer who speaks it."""

import pytest
from playwright.async_api import expect

from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.venue import until
from tests.browser.shift import Shift
from tests.browser.test_shift import look

pytestmark = pytest.mark.alone  # a browser that starves loses its call


async def test_who_speaks_another_language_is_called_by_somebody_who_speaks_it(
    its: Shift, axe: str
) -> None:
    async with its.volunteer() as hers, its.at_work() as his:
        await hers.page.goto(its.link)
        await hers.page.get_by_label("Your first name").fill("Luz")
        await hers.page.get_by_text("I can also speak").click()
        await hers.page.get_by_label("Spanish").check()
        await look(hers, axe, "1-join-languages")
        await hers.page.get_by_role("button", name="Join").click()
        await hers.agree()
        await hers.check_sound()
        await hers.start()
        await hers.page.get_by_role("button", name="Break", exact=True).click()
        await hers.sees_state("You are on a break.")
        [number] = its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await his.report("other_language")
        await look(his, axe, "7-which-language")
        await his.page.locator('[data-language="es"]').click()
        await its.has_result("other_language")
        await his.page.get_by_role("button", name="Hang up").click()
        await his.sees_state("Waiting for the next person.")
        await until(
            lambda: its.venue.rows(
                "SELECT 1 FROM leads WHERE e164 = %s AND wanted_language = 'es'", number
            ),
            "the wish is kept",
        )
        its.venue.change("UPDATE leads SET next_at = now() WHERE e164 = %s", number)
        await hers.page.get_by_role("button", name="Ready", exact=True).click()
        await hers.talks()
        await expect(his.page.locator(".state")).to_contain_text("Waiting for the next person.")
        await hers.page.get_by_role("button", name="Hang up").click()
        await hers.report("supports")
        await its.has_result("supports")
    first, second = its.evening.attempts()
    assert first["agent_id"] != second["agent_id"]
