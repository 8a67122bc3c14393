"""One pbx and one carrier for the session, of each xdist worker; an AMI login for each test."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.asterisk.harness import Ami, Desk, Lab, connect, new_lab


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Both Asterisks, started."""
    lab = new_lab(tmp_path_factory.mktemp("lab"))
    try:
        lab.start()
        yield lab
    finally:
        lab.stop()


@pytest.fixture
async def ami(lab: Lab) -> AsyncIterator[Ami]:
    """A fresh AMI login; calls that a test left up are ended after it."""
    ami = await connect(lab)
    yield ami
    await ami.act("Hangup", Channel="/^PJSIP/")
    await ami.event("ChannelsHungupListComplete")
    for number in range(1, len(lab.bots) + 1):
        await Desk(lab, ami).leave_queue(number)
    await ami.close()


@pytest.fixture
def desk(lab: Lab, ami: Ami) -> Desk:
    """Who places the calls."""
    return Desk(lab, ami)
