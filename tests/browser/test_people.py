"""The person on the line, and who else there is to speak with."""

import asyncio
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, expect

from dialer.domain.campaign import DialMethod
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.venue import Venue
from tests.browser.shift import Shift, shift
from tests.browser.test_shift import look

pytestmark = [pytest.mark.alone, pytest.mark.soak]  # as test_shift.py


async def test_another_one_of_the_household_is_one_tap_away(its: Shift, axe: str) -> None:
    numbers = its.people(Behaviour.PERSON_PATIENT)
    its.evening.add_again(numbers)
    its.venue.change(
        "UPDATE leads SET next_at = now() + interval '1 hour', state = 'recycled' FROM contacts c"
        " WHERE c.id = contact_id AND c.display_name = 'Somebody else' AND leads.campaign_id = %s",
        its.evening.campaign.id,
    )
    async with its.at_work() as his:
        await his.talks()
        await his.answer("Yes")
        await look(his, axe, "13-household")
        await his.page.get_by_role("button", name="Somebody else").click()
        await expect(his.page.locator(".person h1")).to_have_text("Somebody else")
        await his.answer("Yes", "Undecided")
        await his.page.get_by_role("button", name="Grace Hopper").click()
        await his.answer("Leaning yes")
        await his.page.reload()
        await expect(his.page.locator(".person h1")).to_have_text("Grace Hopper")
        await his.page.get_by_role("button", name="Somebody else").click()
        await expect(his.page.get_by_role("heading", name="What matters to them")).to_be_visible()
        await his.report("leans")
        await its.has_result("leans")
        await his.has_sent_all()
    rows = its.venue.rows(
        "SELECT c.display_name AS name, value FROM answers JOIN contacts c ON c.id = contact_id"
        " WHERE question = 'support' AND c.campaign_id = %s ORDER BY name",
        its.evening.campaign.id,
    )
    said = {str(row["name"]): row["value"] for row in rows}
    assert said == {"Grace Hopper": "leaning", "Somebody else": "undecided"}
    assert its.results()[-1] == "leans", "the result is that of the call"


async def test_a_call_back_is_asked_for_in_the_persons_own_time(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        zones = its.venue.rows(
            "SELECT n.zones FROM numbers n JOIN leads l USING (e164) WHERE l.campaign_id = %s",
            its.evening.campaign.id,
        )[0]["zones"]
        assert isinstance(zones, list)
        [zone] = zones
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("call_back")
        await expect(his.page.get_by_text("Their clock: ")).to_be_visible()
        tomorrow = datetime.now(ZoneInfo(zone)).date() + timedelta(days=1)
        await his.page.get_by_label("When (their time)").fill(f"{tomorrow}T03:00")
        await his.page.get_by_role("button", name="Call back then").click()
        await expect(his.page.get_by_text("Nobody is called there then")).to_be_visible()
        await his.report("call_back")
        await his.page.get_by_label("When (their time)").fill(f"{tomorrow}T12:30")
        await his.page.get_by_role("button", name="Call back then").click()
        await its.has_result("call_back")
    [lead] = its.venue.rows(
        "SELECT state, next_at FROM leads WHERE campaign_id = %s", its.evening.campaign.id
    )
    wanted = datetime.combine(tomorrow, time(12, 30), ZoneInfo(zone))
    assert (lead["state"], lead["next_at"]) == ("callback", wanted)


async def test_in_preview_he_sees_the_person_then_skips_or_calls(
    venue: Venue,
    browser: Browser,
    axe: str,
) -> None:
    async with (
        shift(venue, browser, "Preview on the page", DialMethod.PREVIEW) as its,
        its.at_work() as his,
    ):
        await his.page.get_by_role("button", name="Show me the next person").click()
        await expect(his.page.get_by_text("There is nobody to call")).to_be_visible()
        its.people(Behaviour.PERSON_PATIENT, Behaviour.PERSON_PATIENT)
        person = his.page.locator(".person h1")
        async with asyncio.timeout(60):
            while not await person.is_visible():
                await his.page.get_by_role("button", name="Show me the next person").click()
                await asyncio.sleep(0.5)
        await look(his, axe, "14-preview")
        assert its.evening.outcomes() == {}, "nothing is dialed before he says so"
        await his.page.get_by_text("Skip", exact=True).click()
        await his.page.get_by_role("button", name="I know this person").click()
        await his.page.get_by_role("button", name="Show me the next person").click()
        await his.page.get_by_role("button", name="Call", exact=True).click()
        await his.talks()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.report("supports")
        await its.has_result("supports")
        await expect(
            his.page.get_by_role("button", name="Show me the next person")
        ).to_be_visible()
    [skipped] = venue.rows("SELECT reason FROM skips")
    assert skipped["reason"] == "knows_them"
