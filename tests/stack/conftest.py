"""One stack for all tests of the containers, with images built once."""

from collections.abc import Callable, Iterator

import pytest

from dialer.parts.processes import answers
from tests.stack.engine import Docker, NoEngine, docker_here
from tests.stack.running import Stack, stack_here

FIXED_PORTS = (5038, 4573, 8080, 8088, 9090, 9093)

Say = Callable[[str], None]


@pytest.fixture(scope="session")
def docker() -> Iterator[Docker]:
    busy = [port for port in FIXED_PORTS if answers("127.0.0.1", port)]
    assert not busy, f"the stack's ports {busy} are in use: end what has them"
    try:
        with docker_here() as docker:
            yield docker
    except NoEngine as why:
        pytest.skip(f"the containers are not tried: {why}")


@pytest.fixture(scope="session")
def stack(docker: Docker) -> Iterator[Stack]:
    with stack_here(docker) as stack:
        yield stack


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints a figure for whoever watches."""

    def speak(what: str) -> None:
        with capsys.disabled():
            print(f"\nstack: {what}")

    return speak
