"""`./callbank test`: makes the real parts, runs pytest against them, and leaves nothing running.

Tests find Asterisk by CALLBANK_ASTERISK_TREE or _PROGRAM (through the settings, as in life); they
start their own PostgreSQL from its wheel. TMPDIR and CALLBANK_HOME are of this run alone.

DIRECTORIES says how the tests of each directory are run. Those that wait for telephones run beside
those that compute, which give way to them; the tests marked `alone` run last, one at a time. A few
tests with calls that fail are looked at again when nothing runs beside them, and named.
"""

import argparse
import enum
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dialer.cli.announce import announce
from dialer.config import Settings, load_settings
from dialer.errors import CallbankError
from dialer.parts import access, asterisk, browser_pages, leftovers, packages, postgres, prometheus


class Way(enum.Enum):
    """How the tests of a directory are run; always a file to a worker."""

    PURE = enum.auto()  # they compute, and need neither Asterisk nor PostgreSQL
    COMPUTES = enum.auto()
    WAITS = enum.auto()  # mostly for calls and programs: more workers, beside those that compute


DIRECTORIES = {
    "architecture": Way.PURE,
    "unit": Way.PURE,
    "sim": Way.PURE,
    "contract": Way.COMPUTES,
    "integration": Way.COMPUTES,
    "asterisk": Way.WAITS,
    "browser": Way.WAITS,
    "stack": Way.WAITS,
}
"""Every directory of tests/; a new one is put into its pass by a row here."""

ON_REQUEST = ("soak", "stack")
"""Marks of tests that run only with the option of that name."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QR_READER = "zbarimg"
"""A decoder for QR codes, with which tests/browser look at the page."""

CHECKOUT = Path(__file__).resolve().parents[2]
WORKERS = {
    Way.COMPUTES: max(2, min(4, os.cpu_count() or 2)),
    Way.WAITS: 3,
}
GIVES_WAY = ("nice", "-n", "10")
TESTS_FAILED = 1
NO_TESTS_COLLECTED = 5
MOST_LOOKED_AT_AGAIN = 3
"""More failures than that are no accident of a busy machine."""

COMPUTING, WITH_CALLS = MEMORIES = ("computing", "with-calls")
"""Where passes note what failed; those that run beside each other do not share one."""

ONE_AT_A_TIME = ("-p", "no:xdist")
MEMORY = Path("/dev/shm")
MEMORY_ROOM_BYTES = 4 * 2**30
"""A run fills less than 1 GiB; the rest is left to the programs."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", help="files or directories; default: all of tests/")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match")
    parser.add_argument("-x", action="store_true", help="stop at the first failure")
    parser.add_argument("-v", action="store_true", help="say each test's name")
    parser.add_argument("--soak", action="store_true", help="many simulated worlds besides")
    parser.add_argument(
        "--stack", action="store_true", help="the services around Callbank besides"
    )
    parser.add_argument("--durations", type=int, metavar="N", help="the N slowest tests")


def run(args: argparse.Namespace) -> int:
    paths = split(args.paths)
    parts = bool(paths[Way.COMPUTES] or paths[Way.WAITS])
    if any("tests/browser" in path for path in paths[Way.WAITS]):
        _have_browsers_programs(args.home)
    with _surroundings(args.home, with_parts=parts) as environment:
        return verdict(all_passes(args, paths, environment))


def split(paths: Sequence[str]) -> dict[Way, list[str]]:
    """The paths by the way their tests are run; no paths, or tests/, mean all directories."""
    found: dict[Way, list[str]] = {way: [] for way in Way}
    for path in paths or ["tests"]:
        place = (CHECKOUT / path.split("::")[0]).resolve()
        if place == CHECKOUT / "tests":
            for directory in directories():
                found[_way_of(directory)].append(f"tests/{directory}")
        elif not place.exists() or not place.is_relative_to(CHECKOUT / "tests"):
            raise CallbankError(
                f"there are no tests at {path}: name a file or directory of tests/."
            )
        else:
            found[_way_of(place.relative_to(CHECKOUT / "tests").parts[0])].append(path)
    return found


def directories() -> list[str]:
    """The directories of tests/ that hold tests."""
    places = sorted(place for place in (CHECKOUT / "tests").iterdir() if place.is_dir())
    return [place.name for place in places if any(place.rglob("test_*.py"))]


def _way_of(directory: str) -> Way:
    if directory not in DIRECTORIES:
        raise CallbankError(
            f"nobody says how the tests of tests/{directory} are run: add a row to DIRECTORIES"
            " in dialer/cli/test.py."
        )
    return DIRECTORIES[directory]


def verdict(codes: Sequence[int]) -> int:
    """One exit code for all runs: a run without tests counts only when no other had any."""
    telling = [code for code in codes if code != NO_TESTS_COLLECTED]
    return max(telling) if telling else NO_TESTS_COLLECTED


def all_passes(
    args: argparse.Namespace, paths: Mapping[Way, list[str]], environment: Mapping[str, str]
) -> list[int]:
    """The exit code of each pass; with -x none begins after a failure, and none beside another."""
    computing = [*paths[Way.PURE], *paths[Way.COMPUTES]]
    computes = [*computing, *_options(args), *_parallel(computing, Way.COMPUTES)]
    computes += _remembering(environment, COMPUTING)
    calls = _passes_with_calls(args, paths[Way.WAITS], environment)
    computed: list[int] = []
    called: list[int] = []
    if computing and calls and not args.x:
        with _beside(calls.pop(0), environment) as its_end:
            computed.append(_pytest(computes, environment, GIVES_WAY))
            called.append(its_end())
    elif computing:
        computed.append(_pytest(computes, environment))
    for words in calls:
        if not args.x or verdict([0, *computed, *called]) == 0:
            called.append(_pytest(words, environment))
    codes = [*computed, *called]
    return codes if args.x else _looked_at_again(codes, environment)


def _passes_with_calls(
    args: argparse.Namespace, paths: Sequence[str], environment: Mapping[str, str]
) -> list[list[str]]:
    """Beside others, then those that bear nothing beside them."""
    if not paths:
        return []
    remembering = _remembering(environment, WITH_CALLS)
    together = [*_options(args, "not alone"), *_parallel(paths, Way.WAITS)]
    alone = [*_options(args, "alone"), *ONE_AT_A_TIME]
    return [[*paths, *words, *remembering] for words in (together, alone)]


def _looked_at_again(codes: list[int], environment: Mapping[str, str]) -> list[int]:
    """The exit codes when the few tests that failed have run once more, with nothing beside them:
    none of those that only compute, for they depend on nothing else. A call, a database, a browser
    live in real time: on a starved machine one may give up where nothing is wrong. Who fails again
    has failed; who passes is named all the same."""
    failed = _failed(environment)
    if not 0 < len(failed) <= MOST_LOOKED_AT_AGAIN or any(map(_is_pure, failed)):
        return codes
    announce("these failed; they run once more, alone: " + ", ".join(failed))
    code = _pytest([*failed, "-q", "-m", "", *ONE_AT_A_TIME], environment)
    if code != 0:
        return [*codes, code]
    announce("passed alone, and worth a look when it happens again: " + ", ".join(failed))
    return [0 if one == TESTS_FAILED else one for one in codes]


def _failed(environment: Mapping[str, str]) -> list[str]:
    caches = [_cache(environment, passes) / "v/cache/lastfailed" for passes in MEMORIES]
    return sorted(one for kept in caches if kept.exists() for one in json.loads(kept.read_text()))


def _is_pure(test: str) -> bool:
    return any(
        test.startswith(f"tests/{directory}/")
        for directory, way in DIRECTORIES.items()
        if way is Way.PURE
    )


def _remembering(environment: Mapping[str, str], passes: str) -> list[str]:
    """What lets pytest note its failures there."""
    return ["-o", f"cache_dir={_cache(environment, passes)}"]


def _cache(environment: Mapping[str, str], passes: str) -> Path:
    return Path(environment["TMPDIR"]) / passes


def _parallel(paths: Sequence[str], way: Way) -> list[str]:
    places = [CHECKOUT / path.split("::")[0] for path in paths]
    files = sum(1 if place.is_file() else len([*place.rglob("test_*.py")]) for place in places)
    workers = min(WORKERS[way], files)
    # In the order of their names: else the files with the fewest tests, the longest, come last.
    return ["-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder"]


def _options(args: argparse.Namespace, *marks: str) -> list[str]:
    options = ["-q"] if not args.v else ["-v"]
    options += ["-k", args.k] if args.k else []
    options += ["-x"] if args.x else []
    unasked = [f"not {mark}" for mark in ON_REQUEST if not getattr(args, mark)]
    options += ["-m", " and ".join([*marks, *unasked])]
    return options + ([f"--durations={args.durations}"] if args.durations else [])


def _pytest(
    words: Sequence[str], environment: Mapping[str, str], before: Sequence[str] = ()
) -> int:
    command = [*before, *_command(words)]
    return subprocess.run(command, cwd=CHECKOUT, check=False, env=dict(environment)).returncode


def _command(words: Sequence[str]) -> list[str]:
    announce("pytest " + " ".join(words))
    return [sys.executable, "-m", "pytest", *words]


@contextmanager
def _beside(words: Sequence[str], environment: Mapping[str, str]) -> Iterator[Callable[[], int]]:
    """Run pytest in the background; what is yielded waits for it, shows its report, and returns
    its exit code."""
    said = Path(environment["TMPDIR"]) / "beside"
    with said.open("wb") as output:
        process = subprocess.Popen(
            _command(words), cwd=CHECKOUT, env=dict(environment), stdout=output, stderr=output
        )
    try:
        yield lambda: _follow(process, said)
    finally:
        process.terminate()
        process.wait()


def _follow(process: "subprocess.Popen[bytes]", said: Path) -> int:
    """Show what a process says until it ends; returns its exit code."""
    with said.open("rb") as lines:
        has_ended = False
        while not has_ended:
            has_ended = process.poll() is not None
            shutil.copyfileobj(lines, sys.stdout.buffer)
            sys.stdout.flush()
            time.sleep(0.0 if has_ended else 0.2)
    return process.wait()


@contextmanager
def _surroundings(home: Path, *, with_parts: bool) -> Iterator[dict[str, str]]:
    """The environment of one test run; all that it made and started is gone at the end."""
    # Its name is short: paths of Unix sockets are limited.
    place = Path(tempfile.mkdtemp(prefix="cbt-", dir=_memory()))
    place.chmod(0o755)  # root's PostgreSQL is run by another user
    marker = f"CALLBANK_TEST_RUN={uuid.uuid4().hex}"
    environment = _environment(place, marker)
    try:
        if with_parts:
            environment.update(_parts(home))
        yield environment
    finally:
        left = leftovers.of(marker, place)
        leftovers.end(left)
        shutil.rmtree(place, ignore_errors=True)
    if left:
        raise CallbankError(
            "the tests left running: "
            + ", ".join(map(str, left))
            + " (ended now; a test must stop what it starts)."
        )


def _memory() -> Path | None:
    """Where files are in memory, if there is room and programs may run there; hundreds of
    databases are made in a run, ten times faster than on a disk."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return None
    has_room = shutil.disk_usage(MEMORY).free >= MEMORY_ROOM_BYTES
    return MEMORY if has_room and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC else None


def _environment(place: Path, marker: str) -> dict[str, str]:
    """The caller's environment without its Callbank settings: results do not depend on them."""
    kept = ("CALLBANK_TEST_", "CALLBANK_PYTHON")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("CALLBANK_") or name.startswith(kept)
    }
    temporary = place / "tmp"
    temporary.mkdir(mode=0o755)
    name, _, value = marker.partition("=")
    return {
        **inherited,
        name: value,
        "TMPDIR": str(temporary),
        "CALLBANK_HOME": str(place / "home"),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(place / "hypothesis"),
        "TZ": "UTC",
    }


def _parts(home: Path) -> dict[str, str]:
    """The Asterisk and the pages for the tests, kept in the data directory for the next run."""
    settings = load_settings(os.environ, home=home)
    program = asterisk.find_or_make(settings, announce=announce)
    announce(f"Asterisk {program.version} from {program.tree or program.program}")
    access.allow(access.unprivileged_owner(announce), [postgres.programs()])
    browser_pages.build_or_go_without(settings.web.pages_dir, announce, for_tests=True)
    found = {"CALLBANK_WEB_PAGES_DIR": str(settings.web.pages_dir), **_prometheus(settings)}
    if program.tree is not None:
        its = {"CALLBANK_ASTERISK_TREE": str(program.tree), "CALLBANK_ASTERISK_MODE": "private"}
        return {**found, **its}
    return {**found, "CALLBANK_ASTERISK_PROGRAM": str(program.program)}


def find_chromium() -> str | None:
    """The browser that tests/browser drives."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _have_browsers_programs(home: Path) -> None:
    """Debian's browser and decoder, if there is none yet; without one its tests are skipped."""
    programs = {"chromium": find_chromium(), "zbar-tools": shutil.which(QR_READER)}
    for package in (name for name, program in programs.items() if program is None):
        try:
            packages.install([package], why="tests/browser", home=home, announce=announce)
        except CallbankError as error:
            announce(f"tests of the browser's page are skipped: {error}")


def _prometheus(settings: Settings) -> dict[str, str]:
    """The Prometheus for the tests, kept too; without one its tests are skipped."""
    try:
        programs = prometheus.find_or_fetch(settings, announce=announce)
    except prometheus.NoPrometheusError as error:
        announce(f"the tests of rules and alerts are skipped: {error}")
        return {}
    announce(f"Prometheus {programs.version} from {programs.server.parent}")
    return {"CALLBANK_PROMETHEUS_TREE": str(settings.prometheus.tree)}
