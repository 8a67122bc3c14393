"""The page by https, with Callbank's own certificate and no proxy: a real conversation over it.

The host has a name that is not localhost, so nothing but the certificate gives the page a
microphone. Chromium trusts that certificate's key alone: with another one the page does not open.
"""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, Error, async_playwright

from dialer.bench.page import CHROMIUM_FLAGS
from dialer.parts.carrier import Behaviour
from dialer.parts.processes import free_ports
from dialer.web.volunteer.session import COOKIE
from tests.asterisk.e2e.venue import Venue
from tests.browser.shift import Shift, shift

pytestmark = pytest.mark.alone  # a browser that starves loses its call

CERTIFICATES = Path(__file__).parent / "certificates"
HOST = "calls.example.org"
"""Whom tests/browser/certificates/calls.pem names."""

KEY_HASH = "3FFIwhfT6kaIRvrttHz+KfCu4hRc/MAwoKZ8mQ/DFQw="
"""SHA-256 of its public key (DER), in base64: openssl x509 -pubkey, pkey -pubin -outform der."""

FINDS_HOST = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"


@pytest.fixture
async def browser(chromium: str) -> AsyncIterator[Browser]:
    """A Chromium that finds the host here, and trusts its key."""
    trusts = f"--ignore-certificate-errors-spki-list={KEY_HASH}"
    async with async_playwright() as playwright:
        its = await playwright.chromium.launch(
            executable_path=chromium, args=[*CHROMIUM_FLAGS, FINDS_HOST, trusts]
        )
        yield its
        await its.close()


@asynccontextmanager
async def secured(venue: Venue) -> AsyncIterator[str]:
    """The daemon takes https itself meanwhile; yields its address."""
    (port,) = free_ports(1)
    public_url = f"https://{HOST}:{port}"
    for name in ("calls.pem", "calls.key"):
        shutil.copyfile(CERTIFICATES / name, venue.home / name)
    await venue.stage.stop_daemon()
    await venue.stage.start_daemon(
        settings={
            "CALLBANK_WEB_CERTIFICATE": str(venue.home / "calls.pem"),
            "CALLBANK_WEB_KEY": str(venue.home / "calls.key"),
            "CALLBANK_WEB_HTTPS_HOST": "127.0.0.1",
            "CALLBANK_WEB_HTTPS_PORT": str(port),
            "CALLBANK_WEB_PUBLIC_URL": public_url,
        }
    )
    try:
        yield public_url
    finally:
        await venue.stage.stop_daemon()
        await venue.stage.start_daemon()


@pytest.fixture
async def its(
    venue: Venue, browser: Browser, request: pytest.FixtureRequest
) -> AsyncIterator[Shift]:
    """A running campaign whose link begins with https."""
    async with secured(venue) as url, shift(venue, browser, request.node.name[:60]) as one:
        yield replace(one, link=one.link.replace(venue.stage.web_url, url))


async def test_a_conversation_over_https_with_our_own_certificate(its: Shift) -> None:
    its.people(Behaviour.PERSON_ECHOES)
    sockets: list[str] = []
    async with its.volunteer() as his:
        his.page.on("websocket", lambda socket: sockets.append(socket.url))
        opened = await his.page.goto(its.link)
        assert opened is not None
        shown = await opened.security_details()
        assert shown is not None
        assert shown["subjectName"] == HOST
        assert await his.page.evaluate("isSecureContext")
        await his.join(its.link)
        await his.check_sound()
        await his.start()
        await his.talks()
        await his.hears_himself()
        await its.ends(his, "undecided")
        await his.has_sent_all()
        [session] = [one for one in await his.context.cookies() if one["name"] == COOKIE]
        assert session["secure"]
    assert {address.partition(":")[0] for address in sockets} == {"wss"}
    assert any(address.endswith("/ws") for address in sockets), "his telephone's"


async def test_without_the_certificate_there_is_no_page_or_no_microphone(
    its: Shift, chromium: str
) -> None:
    """Else the conversation above would show nothing."""
    async with its.volunteer() as his:
        plain = its.venue.stage.web_url.replace("127.0.0.1", HOST)
        await his.page.goto(f"{plain}/join/{its.link.rpartition('/')[2]}")
        assert not await his.page.evaluate("isSecureContext")
        assert await his.page.evaluate("navigator.mediaDevices === undefined")
    async with async_playwright() as playwright:
        wary = await playwright.chromium.launch(
            executable_path=chromium, args=[*CHROMIUM_FLAGS, FINDS_HOST]
        )
        page = await wary.new_page()
        with pytest.raises(Error, match="ERR_CERT_AUTHORITY_INVALID"):
            await page.goto(its.link)
        await wary.close()
