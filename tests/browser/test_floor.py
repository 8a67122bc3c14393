"""The shift lead's page in a real browser: who asks for help, who waits, what goes on."""

import asyncio
import json

import pytest
from playwright.async_api import expect

from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.test_bad_input import callbank
from tests.browser.shift import Shift, Volunteer
from tests.browser.test_between import set_goal
from tests.browser.test_shift import look

pytestmark = pytest.mark.alone  # a browser that starves loses its call


async def command(its: Shift, *words: str) -> str:
    """What a command says on the tests' phone bank."""
    done = await asyncio.to_thread(callbank, its.venue.home, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


async def lead_link(its: Shift) -> tuple[int, str]:
    """A shift lead's link, and its number to end it by."""
    name = its.evening.campaign.name
    made = json.loads(await command(its, "shift-lead", "invite", "--campaign", name, "--json"))
    return int(made["id"]), str(made["link"])


async def sees(lead: Volunteer, name: str, does: str) -> None:
    """Wait until the table has it."""
    row = lead.page.get_by_role("row").filter(has_text=name)
    await expect(row.get_by_text(does)).to_be_visible()


async def test_the_shift_lead_comes_to_who_asks_for_help(its: Shift, axe: str) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    set_goal(its, "conversations", 212)
    number, link = await lead_link(its)
    async with its.volunteer() as lead, its.at_work() as his:
        await lead.page.goto(link)
        await expect(lead.page.get_by_text("Nobody at the moment.")).to_be_visible()
        assert lead.page.url.endswith("/floor")
        await his.talks()
        await sees(lead, "Ada", "talks")
        await his.page.get_by_role("button", name="Help me").press("Enter")
        alert = lead.page.get_by_role("alert")
        await expect(alert.get_by_text("Ada asks for help.")).to_be_attached()
        await expect(lead.page).to_have_title(f"(1) help! · {its.evening.campaign.name}")
        await look(lead, axe, "30-floor-help")
        assert "Grace" not in await lead.page.content()
        said = await command(its, "floor", "--campaign", its.evening.campaign.name)
        assert "Ada asks for the shift lead" in said and "1 talk," in said
        await lead.page.get_by_role("button", name="I am on it").press("Enter")
        await expect(his.page.get_by_text("Your shift lead has seen it")).to_be_visible()
        await expect(lead.page.get_by_text("Nobody at the moment.")).to_be_visible()
        await lead.page.reload()
        await sees(lead, "Ada", "talks")
        await look(lead, axe, "31-floor")
        await command(its, "shift-lead", "revoke", str(number))
        await expect(lead.page.get_by_text("This link has expired or was ended")).to_be_visible()
        await expect(lead.page.get_by_text("Ada")).to_have_count(0)


async def test_the_shift_lead_lets_in_who_waits_and_reads_spanish(its: Shift, axe: str) -> None:
    _, link = await lead_link(its)
    async with its.volunteer() as lead, its.volunteer() as his:
        await lead.page.goto(link)
        await his.page.goto(await its.invite(needs_approval=True, teams=("Red", "Blue")))
        await his.page.get_by_label("Your first name").fill("Grace")
        await his.page.get_by_label("Your team").select_option("Blue")
        await his.page.get_by_role("button", name="Join").click()
        await expect(lead.page.get_by_role("button", name="Let Grace in")).to_be_visible()
        await look(lead, axe, "32-floor-approval")
        its.venue.kill("daemon")
        await expect(lead.page.get_by_text("No connection to the server")).to_be_visible()
        await its.venue.stage.start_daemon()
        await expect(lead.page.get_by_text("No connection to the server")).to_have_count(0)
        await expect(lead.page.get_by_role("button", name="Let Grace in")).to_be_visible()
        await lead.page.get_by_role("button", name="Español").press("Enter")
        await expect(lead.page.get_by_text("Quién espera su aprobación")).to_be_visible()
        await lead.page.get_by_role("button", name="Aprobar a Grace").press("Enter")
        await expect(lead.page.get_by_text("Quién espera su aprobación")).to_have_count(0)
        await his.agree()
