"""One phone bank for all end-to-end tests; each test has a campaign of its own in it."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from tests.asterisk.e2e.sip_refuser import SipRefuser
from tests.asterisk.e2e.venue import Venue, open_venue, still_running

from dialer.parts import processes


@pytest.fixture(scope="session")
def refusers() -> Iterator[dict[str, SipRefuser]]:
    """Carriers that refuse every call: one wants a password, one has no room."""
    made = {"locked": SipRefuser("401 Unauthorized"), "crowded": SipRefuser("503 No Room")}
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
        if kept := os.environ.get("CALLBANK_TEST_KEEP"):
            shutil.copytree(place, kept, dirs_exist_ok=True, ignore=_sockets)
        shutil.rmtree(place, ignore_errors=True)


def _sockets(folder: str, names: list[str]) -> set[str]:
    return {name for name in names if not (Path(folder) / name).is_file()} - {
        name for name in names if (Path(folder) / name).is_dir()
    }


@pytest.fixture
async def venue(opened: Venue) -> AsyncIterator[Venue]:
    """The phone bank at work: the daemon runs, whatever an earlier test did to it."""
    if not await opened.stage._is_ready():
        await opened.stage.start_daemon()
    yield opened
    keeper = [task for task in asyncio.all_tasks() if task.get_name() == "keeper"]
    for task in keeper:
        task.cancel()
