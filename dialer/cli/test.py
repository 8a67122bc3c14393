"""`./callbank test`: makes the real parts, runs pytest against them, and leaves nothing running.

Tests find Asterisk by CALLBANK_ASTERISK_TREE or _PROGRAM (through the settings, as in life); they
start their own PostgreSQL from its wheel. TMPDIR and CALLBANK_HOME are of this run alone.
tests/asterisk runs one test at a time, all else in parallel.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dialer.cli.announce import announce
from dialer.config import Settings, load_settings
from dialer.errors import CallbankError
from dialer.parts import access, asterisk, leftovers, postgres, prometheus

CHECKOUT = Path(__file__).resolve().parents[2]
SERIAL = "asterisk"
PURE = ("unit", "architecture", "sim")
NO_TESTS_COLLECTED = 5


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", help="files or directories; default: all of tests/")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match")
    parser.add_argument("-x", action="store_true", help="stop at the first failure")
    parser.add_argument("-v", action="store_true", help="say each test's name")
    parser.add_argument("--soak", action="store_true", help="many simulated worlds besides")
    parser.add_argument("--durations", type=int, metavar="N", help="the N slowest tests")


def run(args: argparse.Namespace) -> int:
    parallel, serial = split(args.paths)
    with _surroundings(args.home, with_parts=needs_parts([*parallel, *serial])) as environment:
        options = _options(args)
        codes = []
        if parallel:
            workers = str(max(2, min(4, os.cpu_count() or 2)))
            codes.append(
                _pytest([*parallel, *options, "-n", workers, "--dist", "loadfile"], environment)
            )
        if serial and not (args.x and any(codes)):
            codes.append(_pytest([*serial, *options, "-p", "no:xdist"], environment))
    return verdict(codes)


def split(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """What may run in parallel and what may not; no paths mean every directory of tests/."""
    if not paths:
        places = sorted(place for place in (CHECKOUT / "tests").iterdir() if place.is_dir())
        paths = [str(place.relative_to(CHECKOUT)) for place in places if _holds_tests(place)]
    for path in paths:
        if not (CHECKOUT / path.split("::")[0]).exists():
            raise CallbankError(
                f"there are no tests at {path}: name a file or directory of tests/."
            )
    is_serial = {path: SERIAL in Path(path.split("::")[0]).parts for path in paths}
    return (
        [path for path in paths if not is_serial[path]],
        [path for path in paths if is_serial[path]],
    )


def _holds_tests(place: Path) -> bool:
    return any(place.rglob("test_*.py"))


def needs_parts(paths: Sequence[str]) -> bool:
    """Pure tests alone need neither Asterisk nor PostgreSQL."""
    return not all(len(Path(path).parts) > 1 and Path(path).parts[1] in PURE for path in paths)


def verdict(codes: Sequence[int]) -> int:
    """One exit code for all runs: a run without tests counts only when no other had any."""
    telling = [code for code in codes if code != NO_TESTS_COLLECTED]
    return max(telling) if telling else NO_TESTS_COLLECTED


def _options(args: argparse.Namespace) -> list[str]:
    options = ["-q"] if not args.v else ["-v"]
    options += ["-k", args.k] if args.k else []
    options += ["-x"] if args.x else []
    options += ["-m", "soak or not soak"] if args.soak else []
    return options + ([f"--durations={args.durations}"] if args.durations else [])


def _pytest(words: Sequence[str], environment: Mapping[str, str]) -> int:
    announce("pytest " + " ".join(words))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words], cwd=CHECKOUT, check=False, env=dict(environment)
    ).returncode


@contextmanager
def _surroundings(home: Path, *, with_parts: bool) -> Iterator[dict[str, str]]:
    """The environment of one test run; all that it made and started is gone at the end."""
    place = Path(tempfile.mkdtemp(prefix="cbt-"))  # short: paths of Unix sockets are limited
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
    """The Asterisk for the tests, kept in the data directory for the next run."""
    settings = load_settings(os.environ, home=home)
    program = asterisk.find_or_make(settings, announce=announce)
    announce(f"Asterisk {program.version} from {program.tree or program.program}")
    access.allow(access.unprivileged_owner(announce), [postgres.programs()])
    watched = _prometheus(settings)
    if program.tree is not None:
        its = {"CALLBANK_ASTERISK_TREE": str(program.tree), "CALLBANK_ASTERISK_MODE": "private"}
        return {**watched, **its}
    return {**watched, "CALLBANK_ASTERISK_PROGRAM": str(program.program)}


def _prometheus(settings: Settings) -> dict[str, str]:
    """The Prometheus for the tests, kept too; without one its tests are skipped."""
    try:
        programs = prometheus.find_or_fetch(settings, announce=announce)
    except prometheus.NoPrometheusError as error:
        announce(f"the tests of rules and alerts are skipped: {error}")
        return {}
    announce(f"Prometheus {programs.version} from {programs.server.parent}")
    return {"CALLBANK_PROMETHEUS_TREE": str(settings.prometheus.tree)}
