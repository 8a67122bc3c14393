"""A volunteer's shift in a real browser: daemon, Asterisk and telephone network are real too.

Its pages are for everybody: nothing serious found by axe-core, narrow screens, dark mode. With
CALLBANK_TEST_PICTURES naming a directory, a picture of each page is kept there.
"""

import gzip
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import expect

from dialer.parts.browser_pages import find_node
from dialer.parts.carrier import Behaviour
from tests.asterisk.e2e.evening import new_number
from tests.asterisk.e2e.venue import until
from tests.browser.shift import Shift, Volunteer

pytestmark = pytest.mark.alone  # a browser that starves loses its call

LARGEST_GZIP_BYTES = 200_000
SERIOUS = ("serious", "critical")
OFFICE = new_number(Behaviour.PERSON_PATIENT)
SIZES = {"phone": (360, 740), "desk": (1440, 900)}


async def look(his: Volunteer, axe: str, name: str) -> None:
    """The page in both sizes, light and dark: axe-core has nothing serious, nothing sticks out."""
    for scheme in ("light", "dark"):
        await his.page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        for size, (width, height) in SIZES.items():
            await his.page.set_viewport_size({"width": width, "height": height})
            await _picture(his, f"{name}-{size}-{scheme}")
            wide = await his.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} pixels wide on a screen of {width}"
        assert await _findings(his, axe) == [], f"{name}, {scheme}"


async def _findings(his: Volunteer, axe: str) -> list[str]:
    await his.page.evaluate(axe)
    found: dict[str, Any] = await his.page.evaluate("axe.run()")
    return [
        f"{one['id']}: {node['html']}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


async def _picture(his: Volunteer, name: str) -> None:
    if kept := os.environ.get("CALLBANK_TEST_PICTURES"):
        await his.page.screenshot(path=Path(kept) / f"{name}.png")


def person_listens(its: Shift) -> bool:
    """Whether the person at the far end has heard a voice: else he hangs up after his hello."""
    return "WaitForSilence" in its.venue.carrier.console("core show channels concise")


async def test_a_volunteer_talks_to_somebody_after_opening_a_link(its: Shift) -> None:
    its.people(Behaviour.PERSON_HELLO)
    async with its.at_work() as his:
        await his.talks()
        assert await his.page.locator(".person h1").inner_text() == "Grace Hopper"
        await his.hears_and_speaks()
        await until(lambda: person_listens(its), "the person hears the volunteer")
        await his.answer("Yes", "Undecided")
        await his.page.get_by_label("What they said").fill("The opening hours.")
        await his.page.get_by_role("button", name="Next").click()
        await its.ends(his, "undecided")
        await his.has_sent_all()
        await his.sees_state("Waiting for the next person.")
    assert its.answers() == {
        "has_time": "yes",
        "support": "undecided",
        "concern": "The opening hours.",
    }


async def test_who_is_on_hold_hears_music_and_is_talked_to_again(its: Shift) -> None:
    its.people(Behaviour.PERSON_PATIENT)
    async with its.at_work() as his:
        await his.talks()
        await his.page.get_by_role("button", name="Hold").click()
        await his.sees_state("They hear music and not you.")
        await until(
            lambda: "callbank-hold" in its.venue.pbx.console("core show channels concise"),
            "the person hears music",
        )
        await his.page.keyboard.press("h")
        await until(
            lambda: "callbank-hold" not in its.venue.pbx.console("core show channels concise"),
            "the person is back",
        )
        await expect(his.page.get_by_role("button", name="Hold")).to_be_visible()
        await its.ends(his, "supports")
    assert list(its.evening.outcomes().values()) == ["talked"]


async def test_a_person_is_put_through_to_an_office_and_the_volunteer_is_free(
    its: Shift, axe: str
) -> None:
    its.venue.change(
        "UPDATE campaigns SET destinations = %s WHERE id = %s",
        json.dumps([{"kind": "office", "name": "Senator Gray", "number": OFFICE}]),
        its.evening.campaign.id,
    )
    its.people(Behaviour.PERSON_SILENT)
    async with its.at_work() as his:
        await his.talks()
        await his.page.get_by_text("Transfer", exact=True).click()
        await look(his, axe, "11-transfer")
        await his.page.get_by_role("button", name="Senator Gray").click()
        await his.sees_state("Senator Gray has answered: put the person through?")
        await look(his, axe, "12-answered")
        await his.page.get_by_role("button", name="Talk with them first").click()
        await his.sees_state("You talk with Senator Gray.")
        await his.page.get_by_role("button", name="Put them through").click()
        await his.sees_state("They talk with Senator Gray now.")
        await his.report("supports")
        await its.has_result("supports")
        await his.sees_state("Waiting for the next person.")
        assert list(its.evening.outcomes().values()) == [None], "the two talk on"
        channels = its.venue.carrier.console("core show channels concise").splitlines()
        [office] = [line.partition("!")[0] for line in channels if "!person_patient!" in line]
        its.venue.carrier.console(f"channel request hangup {office}")
        await until(lambda: list(its.evening.outcomes().values()) == ["talked"], "the call is over")
    [row] = its.venue.rows(
        "SELECT t.outcome FROM transfers t JOIN attempts a ON a.id = t.attempt_id"
        " WHERE a.campaign_id = %s",
        its.evening.campaign.id,
    )
    assert row["outcome"] == "put_through"


async def test_every_page_is_for_everybody(its: Shift, axe: str) -> None:
    link = await its.invite(pin="4711", teams=("Red", "Blue"))
    async with its.volunteer() as his:
        await his.page.goto(link)
        await his.page.get_by_label("Your first name").fill("Ada")
        await look(his, axe, "1-join")
        await his.page.get_by_label("PIN", exact=True).fill("4711")
        await his.page.get_by_role("button", name="Join").click()
        await his.page.get_by_role("button", name="I agree").wait_for()
        await look(his, axe, "2-conduct")
        await his.agree()
        await his.page.get_by_role("button", name="Use my microphone").click()
        await his.page.get_by_text("We hear you.").wait_for()
        await look(his, axe, "3-audio")
        await his.page.get_by_role("button", name="That works, go on").click()
        await look(his, axe, "4-ready")
        await his.start()
        await look(his, axe, "5-waiting")
        its.people(Behaviour.PERSON_PATIENT)
        await his.talks()
        await look(his, axe, "6-hello")
        await his.answer("Yes", "Undecided")
        await look(his, axe, "7-question")
        await his.page.get_by_role("button", name="Hang up").click()
        await his.sees_state("The call is over.")
        await look(his, axe, "8-result")


@pytest.mark.parametrize("page", ["volunteer", "floor"])
def test_the_page_is_small(pages: Path, page: str) -> None:
    its = (pages / "built").glob(f"{page}-*")
    files = [file for file in its if file.suffix in (".js", ".css")]
    assert len(files) == 2
    sizes = [len(gzip.compress(file.read_bytes())) for file in files]
    assert sum(sizes) <= LARGEST_GZIP_BYTES


def test_the_sources_have_no_wrong_types(pages: Path) -> None:
    node = find_node(pages, print)
    checked = subprocess.run(
        [*node.npm, "run", "check"],
        cwd=pages / "work",
        env={**os.environ, **node.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    if checked.returncode:
        pytest.fail(checked.stdout[-2000:])
