"""Which Prometheus watches: an installed one, else Debian's packages, unpacked, not installed.

Its *programs* are the server, `promtool` (which checks and tests rules), and, where they are to be
had, the Alertmanager and `amtool` (which checks its file). They are Go programs that need nothing
but the C library, so they run from the data directory, as any user. Nothing depends on them but the
demo and the tests, so whoever cannot have them is told why and goes on. What they are told to do is
`watch.py`'s business.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.parts.lock import turn
from dialer.parts.processes import tail

OLDEST = (2, 42)
"""Debian 12's; the rules are written for it and for all that came later."""
PACKAGES = ("prometheus", "prometheus-alertmanager")
_SERVER = "prometheus"
_TOOL = "promtool"
_ALERTMANAGERS = ("prometheus-alertmanager", "alertmanager")
_ALERT_TOOL = "amtool"
_APT_TIMEOUT_S = 120.0
_PATIENCE = ("--quiet", "--option=Acquire::Retries=0", "--option=Acquire::http::Timeout=15")
"""Nobody waits long for what he can do without."""


class NoPrometheusError(CallbankError):
    """No Prometheus can be had here; one sentence says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrometheusPrograms:
    """The programs of one Prometheus; those of the Alertmanager are None where it is not there."""

    version: str
    server: Path
    tool: Path
    alertmanager: Path | None = None
    alert_tool: Path | None = None


def find(
    settings: Settings, *, environ: Mapping[str, str] = os.environ
) -> PrometheusPrograms | None:
    """The one that is there, installed or fetched earlier; fetches nothing."""
    return _in(environ.get("PATH", "")) or _in(str(_programs(settings.prometheus.tree)))


def find_or_fetch(
    settings: Settings, *, announce: Callable[[str], None], environ: Mapping[str, str] = os.environ
) -> PrometheusPrograms:
    """The one that is there, else this system's packages, unpacked into the data directory.

    Raises NoPrometheusError where there are none, or where the network does not give them.
    """
    found = find(settings, environ=environ)
    if found is not None:
        return found
    for needed in ("apt-get", "dpkg-deb"):
        if shutil.which(needed, path=environ.get("PATH", "")) is None:
            raise NoPrometheusError(
                f"no Prometheus is installed, and without {needed} none can be fetched: install"
                " prometheus with this system's package manager."
            )
    tree = settings.prometheus.tree
    with turn(tree.parent / ".prometheus.lock"):
        if (made := _in(str(_programs(tree)))) is None:
            announce("fetching Prometheus (about 30 MB)")
            _fetch(tree, settings.home / "log" / "setup.log")
            made = _in(str(_programs(tree)))
    if made is None:
        raise NoPrometheusError(
            f"this system's Prometheus does not run or is older than {_words(OLDEST)}: install a"
            " newer one, and have it on the PATH."
        )
    return made


def _in(path: str) -> PrometheusPrograms | None:
    """What is in the folders of `path`; None unless server and promtool are new enough."""
    server, tool = shutil.which(_SERVER, path=path), shutil.which(_TOOL, path=path)
    version = _version(server) if server and tool else None
    if not server or not tool or version is None or _numbers(version) < OLDEST:
        return None
    managers = [found for name in _ALERTMANAGERS if (found := shutil.which(name, path=path))]
    alert_tool = shutil.which(_ALERT_TOOL, path=path)
    return PrometheusPrograms(
        version=version,
        server=Path(server),
        tool=Path(tool),
        alertmanager=Path(managers[0]) if managers else None,
        alert_tool=Path(alert_tool) if alert_tool else None,
    )


def _version(server: str) -> str | None:
    """2.42.0 of `prometheus, version 2.42.0+ds (...)`; another program of that name has none."""
    try:
        answer = subprocess.run(
            [server, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"prometheus, version (\d+\.\d+(?:\.\d+)?)", answer.stdout + answer.stderr)
    return match[1] if match else None


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _words(numbers: tuple[int, ...]) -> str:
    return ".".join(map(str, numbers))


def _programs(tree: Path) -> Path:
    return tree / "usr" / "bin"


# --- fetching ------------------------------------------------------------------------------------


def _fetch(tree: Path, log_file: Path) -> None:
    """Makes the tree beside its place, so that it is whole or not there."""
    fresh = tree.with_name(tree.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    log_file.parent.mkdir(parents=True, exist_ok=True)
    log_file.touch(mode=0o640)
    apt = _Apt(fresh / ".apt", log_file)
    try:
        _unpack(apt, fresh)
        shutil.rmtree(apt.place)
        shutil.rmtree(tree, ignore_errors=True)
        fresh.rename(tree)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _unpack(apt: "_Apt", tree: Path) -> None:
    if not apt.fetch(*PACKAGES):
        # A bare machine has no lists of packages. We read them into a folder of our own: so
        # anybody may, and the system's stay as they are.
        apt.read_lists()
        if not apt.fetch(*PACKAGES):
            raise NoPrometheusError(
                "no Prometheus is installed, and this system's package could not be fetched (the"
                f" output is in {apt.log_file}): run `apt-get install prometheus` as root.\n"
                + tail(apt.log_file, 3)
            )
    apt.unpack(tree)
    if not (_programs(tree) / _TOOL).exists() and apt.fetch(_TOOL):  # a package of its own later
        apt.unpack(tree)


class _Apt:
    """apt's client for somebody who installs nothing: it fetches packages and unpacks them."""

    def __init__(self, place: Path, log_file: Path) -> None:
        self.place = place
        self.log_file = log_file
        self._options: list[str] = []
        (place / "packages").mkdir(parents=True)

    def read_lists(self) -> None:
        """Read the system's sources into lists of our own, and use these from now on."""
        for name in ("lists/partial", "cache/archives/partial"):
            (self.place / name).mkdir(parents=True, exist_ok=True)
        self._options = [
            f"--option=Dir::State::lists={self.place / 'lists'}",
            f"--option=Dir::Cache={self.place / 'cache'}",
            "--option=Acquire::Languages=none",
        ]
        self._apt("update")

    def fetch(self, *packages: str) -> bool:
        """Whether all of these could be fetched."""
        return self._apt("download", *packages)

    def unpack(self, tree: Path) -> None:
        """Unpack what was fetched, and remove the packages."""
        for package in sorted((self.place / "packages").glob("*.deb")):
            if not self._run("dpkg-deb", "--extract", str(package), str(tree)):
                raise NoPrometheusError(
                    f"{package.name} could not be unpacked into {tree.parent}; the last words in"
                    f" {self.log_file} are:\n{tail(self.log_file, 3)}"
                )
            package.unlink()

    def _apt(self, *words: str) -> bool:
        # Root's apt would give its rights away, and then could not write into our folder.
        rights = ["--option=APT::Sandbox::User=root"] if os.geteuid() == 0 else []
        return self._run("apt-get", *_PATIENCE, *rights, *self._options, *words)

    def _run(self, *words: str) -> bool:
        with self.log_file.open("ab") as output:
            try:
                done = subprocess.run(
                    words,
                    cwd=self.place / "packages",
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_APT_TIMEOUT_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return False
        return done.returncode == 0
