"""A volunteer with a SIP telephone of his own: it registers with exactly what the page shows.

The telephone is another Asterisk; its credentials are read off a picture of the page, from the QR
code, by a decoder that is not ours. What both sides hear is told by its spectrum.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import expect

from dialer.cli.test import QR_READER
from dialer.parts.carrier import Behaviour
from dialer.parts.speech import sound_name, tone_file
from tests.asterisk.e2e.test_volunteer_by_telephone import far_channels
from tests.asterisk.e2e.venue import until
from tests.asterisk.hearing import seconds_with
from tests.browser.shift import Shift, Volunteer
from tests.browser.sip_telephone import sip_telephone, whistle
from tests.browser.test_ways import fact

pytestmark = pytest.mark.alone  # a browser that starves loses its call

PERSON_HZ, VOLUNTEER_HZ = 440, 880
SECONDS_HEARD = 2.0


async def read_off_the_page(his: Volunteer, folder: Path) -> str:
    """What a telephone's camera reads from the page's QR code."""
    if shutil.which(QR_READER) is None:
        pytest.skip(f"no decoder for QR codes: install the package that has {QR_READER}")
    seen = folder / "qr.png"
    await his.page.get_by_alt_text("The same as a QR code").screenshot(path=seen)
    read = subprocess.run(
        [QR_READER, "--quiet", "--raw", str(seen)], capture_output=True, text=True, check=True
    )
    return read.stdout.strip()


async def test_a_sip_telephone_works_with_what_the_page_shows_until_its_owner_leaves(
    its: Shift, tmp_path: Path
) -> None:
    tones = {
        hz: sound_name(tone_file(f"tone-{hz}", ((float(hz), 5.0),), tmp_path))
        for hz in (PERSON_HZ, VOLUNTEER_HZ)
    }
    async with its.volunteer() as his:
        await his.join(its.link)
        await his.page.get_by_role("button", name="A SIP telephone").click()
        address = await read_off_the_page(his, tmp_path)
        user, password = await fact(his, "User name"), await fact(his, "Password")
        host, port = await fact(his, "Server"), await fact(his, "Port")
        assert address == f"sip:{user}:{password}@{host}:{port}"
        with sip_telephone(address, its.venue, tmp_path / "telephone") as phone:
            await until(lambda: phone.registration() == "Registered", "it is registered")
            await his.page.get_by_role("button", name="Go on").click()
            await his.page.get_by_role("button", name="Start calling").click()
            await until(phone.calls, "it has picked up")
            heard = {PERSON_HZ: tmp_path / "volunteer.wav", VOLUNTEER_HZ: tmp_path / "person.wav"}
            whistle(phone.asterisk.run, phone.calls()[0], tones[VOLUNTEER_HZ], heard[PERSON_HZ])
            await his.sees_state("Waiting for the next person.")
            its.people(Behaviour.PERSON_SILENT)
            await his.talks()
            await until(lambda: len(far_channels(its.venue)) == 1, "nobody else is on the line")
            [person] = far_channels(its.venue)
            whistle(its.venue.carrier.console, person, tones[PERSON_HZ], heard[VOLUNTEER_HZ])
            for hz, file in heard.items():
                await until(
                    lambda hz=hz, file=file: seconds_with(file, hz) >= SECONDS_HEARD,
                    f"{file.stem} hears {hz} Hz",
                )
            await his.page.get_by_role("button", name="Hang up").click()
            await his.sees_state("The call is over.")
            await his.report("supports")
            await its.has_result("supports")
            await his.sees_state("Waiting for the next person.")
            assert phone.calls(), "his line stays for the next person"
            await his.page.get_by_role("button", name="Go home").click()
            await expect(his.page.get_by_text("Thank you. You have left")).to_be_visible()
            await until(lambda: not phone.calls(), "his line has ended")
            phone.register()
            await until(lambda: phone.registration() == "Rejected", "its credentials are dead")
