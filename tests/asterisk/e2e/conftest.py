"""One phone bank for all end-to-end tests; each test has a campaign of its own in it."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.parts import processes
from tests.asterisk.e2e.sip_refuser import SipRefuser
from tests.asterisk.e2e.venue import Venue, open_venue, still_running, until


@pytest.fixture(scope="session")
def refusers() -> Iterator[dict[str, SipRefuser]]:
    """Carriers that refuse every call: one wants a password, one has no room, one may get well."""
    made = {
        "locked": SipRefuser("401 Unauthorized"),
        "crowded": SipRefuser("503 No Room"),
        "fickle": SipRefuser("401 Unauthorized", after_s=0.5),
    }
    try:
        yield made
    finally:
        for refuser in made.values():
            refuser.close()


@pytest.fixture(scope="session")
def opened(refusers: dict[str, SipRefuser]) -> Iterator[Venue]:
    """Everything but the daemon."""
    # Not pytest's own folder: a socket's path may have 107 characters at most.
    place = Path(tempfile.mkdtemp(prefix="cb-e2e-"))
    place.chmod(0o755)  # root's PostgreSQL is run by another user
    try:
        (nobody,) = processes.free_ports(1)
        ports = {name: refuser.port for name, refuser in refusers.items()}
        venue = open_venue(place, {**ports, "dead": nobody})
        try:
            yield venue
        finally:
            venue.stage.close()
            assert not still_running(venue.home)
    finally:
        if kept := os.environ.get("CALLBANK_TEST_KEEP"):  # to look at what went wrong
            shutil.copytree(place / "s" / "log", kept, dirs_exist_ok=True)
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
async def venue(opened: Venue) -> Venue:
    """The phone bank at work: the daemon runs, whatever an earlier test did to it."""
    # Whom a killed Asterisk was talking with hears no goodbye, and would wait on.
    opened.carrier.console("channel request hangup all")
    listed = "core show channels concise"
    await until(lambda: not opened.carrier.console(listed).strip(), "the network has no call")
    if not await opened.stage.is_ready():
        await opened.stage.start_daemon()
    return opened
