"""What a start refuses, so that a phone bank never half runs: an unfit Asterisk, a wrong clock.

Asterisk goes on without a module that it lacks and without a port that somebody else has; here that
ends the start with one sentence. Called by house.py once Asterisk and the database answer.
"""

import re
from collections.abc import Callable

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.parts import ami_check, console, postgres
from dialer.parts.checkup import NEEDED_MODULES, Finding, fail, ok, warn
from dialer.parts.secrets import Secrets

MOST_CLOCK_SKEW_S = 5.0
"""A dial permit is valid for five seconds (compliance/gate.py): clocks further apart than that
cannot agree on whether a call was allowed."""

_RUNNING_MODULE = re.compile(r"^(\S+)\.so\s.*\bRunning\b", re.MULTILINE)

Ask = Callable[[str], str]
"""One console command to its answer."""


def refuse_unfit_asterisk(ask: Ask, settings: Settings) -> None:
    """Raises CallbankError when our Asterisk lacks a module or one of its ports."""
    running = set(_RUNNING_MODULE.findall(ask("module show")))
    missing = [name for name in NEEDED_MODULES if name not in running]
    if missing:
        raise CallbankError(
            f"Asterisk runs without {', '.join(missing)}: install its modules package"
            " (Debian, Ubuntu: asterisk-modules), or see its log for why they were not loaded."
        )
    transports = ask("pjsip show transports")
    for kind in ("udp", "tcp"):
        if f"transport-{kind}" not in transports:
            raise _port_taken(f"{kind} port", settings.sip.bind, settings.sip.port, "sip")
    http = settings.http
    if "Enabled and Bound" not in ask("http show status"):
        raise _port_taken("tcp port", http.host, http.port, "http")


def _port_taken(kind: str, host: str, port: int, section: str) -> CallbankError:
    return CallbankError(
        f"Asterisk could not open {kind} {port} on {host}: stop the program that has it, or set"
        f" [{section}] port, and restart Asterisk."
    )


def supervised_asterisk(settings: Settings) -> Finding:
    """For `doctor`: the Asterisk that somebody else starts from our files."""
    run = settings.home / "asterisk" / "pbx" / "run"
    version = console.ask(run, "core show version").partition(" built by")[0]
    if not version:
        return warn("asterisk", f"none answers in {run}", "start its container or unit")
    try:
        refuse_unfit_asterisk(lambda command: console.ask(run, command), settings)
    except CallbankError as error:
        says, _, remedy = str(error).partition(": ")
        return fail("asterisk", says, remedy)
    return ok("asterisk", f"{version}, started by its supervisor")


def refuse_strange_ami(settings: Settings, secrets: Secrets, clock: Callable[[], float]) -> None:
    """Raises CallbankError when the AMI that answers is not ours, or its clock is not.

    One that does not answer yet is the link's care: it is asked again and again.
    """
    try:
        probe = ami_check.AmiProbe(settings.ami.host, settings.ami.port)
    except ami_check.AmiAway:
        return
    with probe:
        try:
            probe.log_in(*ami_check.login_of(settings, secrets))
        except ami_check.LoginInUse:
            return  # an earlier daemon's session, which is about to end
        asked_at, said, told_at = clock(), probe.clock(), clock()
        probe.log_off()
    if said is not None:
        whose = f"Asterisk at {settings.ami.host}:{settings.ami.port}"
        refuse_skew(said, between=(asked_at, told_at), whose=whose)


def refuse_database_clock(url: str, clock: Callable[[], float]) -> None:
    """Raises CallbankError when the database's clock and ours tell different times."""
    asked_at, said, told_at = clock(), postgres.clock(url), clock()
    refuse_skew(said, between=(asked_at, told_at), whose="the database")


def refuse_skew(said: float, *, between: tuple[float, float], whose: str) -> None:
    """Raises CallbankError when a clock is too far ahead of ours, or behind it.

    `said` is what it told at some moment between two of ours: a slow answer is no wrong clock.
    """
    asked_at, told_at = between
    ahead_s = said - min(max(said, asked_at), told_at)
    if abs(ahead_s) <= MOST_CLOCK_SKEW_S:
        return
    which = "ahead of" if ahead_s > 0 else "behind"
    raise CallbankError(
        f"the clock of {whose} is {abs(ahead_s):.0f} s {which} this machine's (at most"
        f" {MOST_CLOCK_SKEW_S:g} s may be): calling hours and abandonment are judged by it. Set"
        " both by NTP (timedatectl set-ntp true) and start again."
    )
