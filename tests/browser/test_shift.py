"""A volunteer's shift in a real browser: daemon, Asterisk and telephone network are real too."""

from dialer.parts.carrier import Behaviour
from tests.browser.shift import Shift


async def test_a_volunteer_talks_to_somebody_after_opening_a_link(its: Shift) -> None:
    its.people(Behaviour.PERSON_HELLO)
    async with its.at_work() as his:
        await his.talks()
        assert await his.page.locator(".person h1").inner_text() == "Grace Hopper"
        await his.hears_and_speaks()
        await his.answer("Yes", "Undecided")
        await his.page.get_by_label("What they said").fill("The opening hours.")
        await his.page.get_by_role("button", name="Next").click()
        await his.page.get_by_role("button", name="Hang up").click()
        await his.sees_state("The call is over.")
        await his.report("undecided")
        await its.has_result("undecided")
        await his.has_sent_all()
        await his.sees_state("Waiting for the next person.")
    assert its.answers() == {
        "has_time": "yes",
        "support": "undecided",
        "concern": "The opening hours.",
    }
