"""A Docker engine of the tests' own, and Docker Compose, where this machine can have them.

An engine that runs already is used. Else Debian's is started by hand (root only), with its data in
CALLBANK_TEST_STACK, a directory that is kept for the next run, or in one that goes at the end.
Where neither can be, `NoEngine` says why, and the tests are skipped.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialer.cli.announce import announce
from dialer.errors import CallbankError
from dialer.parts import packages

ENGINE_PACKAGES = ("docker.io", "mmdebstrap", "debian-archive-keyring")
LEAVES_THE_NETWORK_ALONE = ("--bridge=none", "--iptables=false", "--ip6tables=false")
"""Every service and every build uses the host's network, or none."""

SHARED_MOUNTS = ("unshare", "--mount", "--propagation", "shared")
"""node-exporter is shown / with what is mounted there later, and not every / may be shared so. What
the engine mounts is gone with it."""

COMPOSE_SUITE = "trixie"
START_S = 60.0
STOP_S = 60.0


class NoEngine(Exception):
    """No Docker engine or no Compose can be had here; the text says why."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Docker:
    """How docker and docker compose are called, and where bulky things are kept."""

    docker: str
    compose: tuple[str, ...]
    keep: Path
    environment: Mapping[str, str]

    def run(self, *words: str, **more: str) -> str:
        """What `docker ...` prints. Raises CallbankError with its last words."""
        return self._do([self.docker, *words], more)

    def run_compose(self, *words: str, **more: str) -> str:
        """What `docker compose ...` prints. Raises CallbankError with its last words."""
        return self._do([*self.compose, *words], more)

    def try_compose(self, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
        """As run_compose, for a command that is expected to fail."""
        return self._start([*self.compose, *words], more)

    def _do(self, command: list[str], more: Mapping[str, str]) -> str:
        ended = self._start(command, more)
        if ended.returncode != 0:
            said = "\n".join(ended.stdout.splitlines()[-25:])
            raise CallbankError(f"{' '.join(command)} ended with {ended.returncode}:\n{said}")
        return ended.stdout

    def _start(
        self, command: list[str], more: Mapping[str, str]
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )


@contextmanager
def docker_here() -> Iterator[Docker]:
    """Docker, with an engine that answers. Raises NoEngine."""
    named = os.environ.get("CALLBANK_TEST_STACK")
    keep = Path(named) if named else Path(tempfile.mkdtemp(prefix="cb-stack-", dir="/var/tmp"))
    keep.mkdir(parents=True, exist_ok=True)
    try:
        with _engine(keep) as (docker, host):
            environment = {name: os.environ[name] for name in ("PATH", "HOME", "TZ")
                           if name in os.environ}  # fmt: skip
            environment |= {"DOCKER_HOST": host}
            found = Docker(
                docker=docker, compose=_compose(docker, keep), keep=keep, environment=environment
            )
            yield found
    finally:
        if not named:
            shutil.rmtree(keep, ignore_errors=True)


@contextmanager
def _engine(keep: Path) -> Iterator[tuple[str, str]]:
    """The client's path and the engine's address."""
    client = shutil.which("docker")
    if client is not None and _answers(client, os.environ.get("DOCKER_HOST", "")):
        yield client, os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
        return
    if os.geteuid() != 0:
        raise NoEngine("no Docker engine answers, and starting one takes root")
    if shutil.which("dockerd") is None or shutil.which("mmdebstrap") is None:
        try:
            packages.install(
                ENGINE_PACKAGES, why="the test of the containers", home=keep, announce=announce
            )
        except CallbankError as error:
            raise NoEngine(f"no Docker engine could be installed: {error}") from error
    # A newer client than the engine would be refused: Debian's own goes with Debian's engine.
    client = "/usr/bin/docker" if Path("/usr/bin/docker").exists() else str(client)
    socket = f"unix://{keep}/docker.sock"
    with (keep / "dockerd.log").open("ab") as output:
        process = subprocess.Popen(
            [*SHARED_MOUNTS, "dockerd", "--data-root", str(keep / "data"),
             "--exec-root", str(keep / "exec"), "--pidfile", str(keep / "dockerd.pid"),
             "--host", socket, *LEAVES_THE_NETWORK_ALONE],
            stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        _wait_for(process, client, socket, keep / "dockerd.log")
        yield client, socket
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(STOP_S)


def _wait_for(
    process: "subprocess.Popen[bytes]", client: str, host: str, log_file: Path
) -> None:
    deadline = time.monotonic() + START_S
    while not _answers(client, host):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            lines = log_file.read_text(errors="replace").splitlines()
            raise NoEngine(f"the Docker engine does not start here: {(lines or ['silence'])[-1]}")
        time.sleep(0.2)


def _answers(client: str, host: str) -> bool:
    environment = {**os.environ, "DOCKER_HOST": host} if host else dict(os.environ)
    asked = subprocess.run(
        [client, "version", "--format", "{{.Server.Version}}"],
        env=environment, capture_output=True, check=False,
    )  # fmt: skip
    return asked.returncode == 0


def _compose(docker: str, keep: Path) -> tuple[str, ...]:
    """`docker compose`, else Debian's program, unpacked but not installed."""
    asked = subprocess.run([docker, "compose", "version"], capture_output=True, check=False)
    if asked.returncode == 0:
        return (docker, "compose")
    tree = keep / "compose"
    program = tree / "usr" / "libexec" / "docker" / "cli-plugins" / "docker-compose"
    if not program.exists():
        shutil.rmtree(tree, ignore_errors=True)
        made = subprocess.run(
            ["mmdebstrap", "--variant=extract", "--include=docker-compose", COMPOSE_SUITE,
             str(tree)], capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode != 0 or not program.exists():
            raise NoEngine("Docker Compose could not be fetched from Debian " + COMPOSE_SUITE)
    return (str(program),)
