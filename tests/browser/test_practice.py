"""Practice in a browser: somebody simulated is heard, what is tapped counts nothing, feedback."""

import pytest
from playwright.async_api import expect

from dialer.parts.carrier import Behaviour
from tests.browser.shift import Shift
from tests.browser.test_shift import look

pytestmark = pytest.mark.alone  # a browser that starves loses its call


async def test_who_practises_first_hears_somebody_and_gets_feedback_before_real_calls(
    its: Shift, axe: str
) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.volunteer() as his:
        await his.join(its.link)
        await his.check_sound()
        await his.page.get_by_role("button", name="Practice first").click()
        angry = his.page.get_by_role("button", name="Somebody angry")
        await expect(angry).to_be_enabled()
        await look(his, axe, "practice-1-choice")
        await angry.click()
        await his.sees_state("Practice call")
        await expect(his.page.locator(".person h1")).to_have_text("Walter Reed")
        await his.hears_and_speaks()
        await his.answer("No")
        await his.report("supports")
        await look(his, axe, "practice-2-call")
        await his.page.get_by_role("button", name="Hang up").click()
        await expect(his.page.locator('[data-finding="hung_up"]')).to_be_visible()
        await expect(his.page.locator('[data-finding="other_result"]')).to_contain_text(
            "Do not call again"
        )
        await look(his, axe, "practice-3-feedback")
        assert not its.evening.attempts()
        assert not its.answers()
        await his.page.get_by_role("button", name="To real calls").click()
        await his.talks()
        await expect(his.page.locator(".person h1")).to_have_text("Grace Hopper")


async def test_a_page_that_is_loaded_again_in_a_practice_call_still_has_its_card(
    its: Shift,
) -> None:
    async with its.volunteer() as his:
        await his.join(its.link)
        await his.check_sound()
        await his.page.get_by_role("button", name="Practice first").click()
        angry = his.page.get_by_role("button", name="Somebody angry")
        await expect(angry).to_be_enabled()
        await angry.click()
        await his.sees_state("Practice call")
        await his.answer("No")
        said = await his.page.locator(".block > .say").inner_text()
        await his.page.reload()
        await his.sees_state("The practice call is over.")
        await expect(his.page.locator(".person h1")).to_have_text("Walter Reed")
        await expect(his.page.locator(".block > .say")).to_have_text(said)
        await his.report("do_not_call")
        await expect(his.page.locator('[data-finding="hung_up"]')).to_be_visible()
        await his.page.reload()
        await expect(angry).to_be_enabled()


async def test_where_a_certificate_is_required_practice_comes_first(its: Shift) -> None:
    campaign_id = its.evening.campaign.id
    its.venue.change(
        "UPDATE campaigns SET requires_certificate = true WHERE id = %s", campaign_id
    )
    async with its.volunteer() as his:
        await his.join(its.link)
        await his.check_sound()
        await expect(his.page.get_by_text("asks for a certificate")).to_be_visible()
        await expect(his.page.get_by_role("button", name="Start calling")).to_have_count(0)
        await his.page.get_by_role("button", name="Practice first").click()
        await expect(his.page.get_by_role("button", name="Somebody busy")).to_be_enabled()
        on = his.page.get_by_role("button", name="To real calls")
        await expect(on).to_be_disabled()
        its.venue.change(
            "UPDATE volunteer_sessions SET certified_at = now() WHERE campaign_id = %s", campaign_id
        )
        await his.page.reload()
        await expect(on).to_be_enabled()
        await expect(his.page.get_by_role("button", name="Somebody busy")).to_be_enabled()
        await on.click()
        await his.sees_state("Waiting for the next person.")
