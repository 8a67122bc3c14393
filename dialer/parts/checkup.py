"""What `doctor` looks at in the machine and the parts: each check says how it found things.

A check never changes anything and never raises for what it finds: a failure is a Finding too, with
what to do about it. Checks of the database's schema are the command's, which may know storage.
"""

import importlib.metadata
import os
import shutil
import stat
import sys
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from dialer.config import FILE_NAME, Settings
from dialer.errors import CallbankError
from dialer.parts import advisories, ami_check, asterisk, processes
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.lock import is_held
from dialer.parts.render import AMI_USER
from dialer.parts.secrets import load_secrets

LITTLE_DISK_MB = 2000
TOO_LITTLE_DISK_MB = 300
ZONES = ("America/New_York", "America/Indiana/Knox", "Pacific/Honolulu", "America/Puerto_Rico")
NEEDED_MODULES = (
    "chan_pjsip", "res_pjsip", "res_pjsip_session", "res_rtp_asterisk", "app_queue", "app_amd",
    "app_bridgewait", "bridge_holding", "bridge_simple", "res_agi", "func_talkdetect",
    "codec_ulaw", "format_wav",
)  # fmt: skip
CODEC_MODULES = {
    "ulaw": "codec_ulaw", "alaw": "codec_alaw", "g722": "codec_g722", "gsm": "codec_gsm",
    "g729": "codec_g729", "opus": "codec_opus",
}  # fmt: skip
PORTS_PER_CALL = 4


class State(StrEnum):
    """How a check ended; only `fail` makes doctor's exit code 1."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One row of doctor's report; `remedy` says what to do, "" where nothing is to be done."""

    name: str
    state: State
    says: str
    remedy: str = ""


def ok(name: str, says: str) -> Finding:
    return Finding(name=name, state=State.OK, says=says)


def warn(name: str, says: str, remedy: str) -> Finding:
    return Finding(name=name, state=State.WARN, says=says, remedy=remedy)


def fail(name: str, says: str, remedy: str) -> Finding:
    return Finding(name=name, state=State.FAIL, says=says, remedy=remedy)


def machine(home: Path) -> Iterator[Finding]:
    """Python, time zones, and the disk under the data directory."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield ok("python", f"{version} ({sys.executable})")
    yield _time_zones()
    yield _disk(home)


def _time_zones() -> Finding:
    missing = [name for name in ZONES if name not in zoneinfo.available_timezones()]
    if missing:
        return fail(
            "time zones",
            f"no data for {', '.join(missing)}",
            "remove the data directory's venv/ and start ./callbank again",
        )
    return ok("time zones", f"tzdata {importlib.metadata.version('tzdata')}")


def _disk(home: Path) -> Finding:
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return fail(
            "data directory",
            f"{home} cannot be made ({error.strerror})",
            "set CALLBANK_HOME to a directory of yours",
        )
    if not os.access(home, os.W_OK):
        return fail(
            "data directory",
            f"{home} cannot be written",
            "set CALLBANK_HOME to a directory of yours",
        )
    free_mb = shutil.disk_usage(home).free // 1_000_000
    says = f"{home}, {free_mb} MB free"
    if free_mb < TOO_LITTLE_DISK_MB:
        return fail("data directory", says, "make room: PostgreSQL stops on a full disk")
    if free_mb < LITTLE_DISK_MB:
        return warn("data directory", says, "make room soon")
    return ok("data directory", says)


def private_files(home: Path) -> Iterator[Finding]:
    """Files with passwords that others may read."""
    for name in ("secrets.json", FILE_NAME):
        path = home / name
        if not path.exists():
            continue
        mode = stat.S_IMODE(path.stat().st_mode)
        holds_secrets = name == "secrets.json" or "password" in path.read_text(errors="replace")
        if mode & 0o077 and holds_secrets:
            state = fail if name == "secrets.json" else warn
            yield state(name, f"others may read it (mode {mode:o})", f"run: chmod 600 {path}")
        else:
            yield ok(name, f"mode {mode:o}")


def asterisk_program(settings: Settings) -> Iterator[Finding]:
    """The Asterisk that we would run: version, flaws, modules, sounds, tools."""
    if not settings.asterisk.is_run_by_us:
        if settings.asterisk.mode == "supervised":
            return  # fitness.py asks it
        yield _messages_elsewhere(settings.speech.messages_dir)
        return
    try:
        program = asterisk.find(settings)
    except CallbankError as error:
        yield fail("asterisk", str(error), "correct [asterisk] program")
        return
    if program is None:
        yield _no_asterisk(settings)
        return
    where = "private, in " + str(program.tree) if program.tree else str(program.program)
    yield ok("asterisk", f"{program.version} ({where})")
    yield known_flaws(program.version_numbers, is_private=program.tree is not None)
    yield from _modules(program, settings)
    yield _sounds(program)


def _messages_elsewhere(place: Path | None) -> Finding:
    if place is None:
        return warn(
            "messages",
            "no recorded voice is played, so every call waits for a ready agent",
            "put each campaign's message-<id>.wav (8 kHz, mono) on Asterisk's machine and set"
            " [speech] messages_dir to their directory",
        )
    return ok("messages", f"message-<campaign id>.wav in {place} on Asterisk's machine")


def _no_asterisk(settings: Settings) -> Finding:
    if settings.asterisk.mode == "installed":
        return fail(
            "asterisk",
            f"no Asterisk {asterisk.OLDEST_MAJOR} or later is installed",
            'install one, or set [asterisk] mode to "auto"',
        )
    if shutil.which("mmdebstrap") is None and os.geteuid() != 0:
        return warn(
            "asterisk",
            "none yet, and mmdebstrap, which makes a private one, is not here",
            "run: sudo apt-get install mmdebstrap debian-archive-keyring",
        )
    return ok("asterisk", "none yet: a private one is made by demo, serve or test")


def known_flaws(version: tuple[int, ...], *, is_private: bool = False) -> Finding:
    """The published advisories that this version has not got the fixes for."""
    open_flaws = advisories.unfixed(version)
    shown = ".".join(map(str, version)) or "an unknown version"
    if not open_flaws:
        return ok("advisories", f"{shown} has the fixes of all {len(advisories.ADVISORIES)} known")
    listed = "; ".join(f"{flaw.name} ({flaw.what})" for flaw in open_flaws)
    remedy = "update Asterisk to 22.10.1 or later, or the newest 20; keep SIP closed to strangers"
    if is_private:
        remedy = "stop Callbank and remove asterisk/tree: the next start makes a newer one"
    return warn("advisories", f"{shown} lacks {len(open_flaws)}: {listed}", remedy)


def _modules(program: AsteriskProgram, settings: Settings) -> Iterator[Finding]:
    has = {path.stem for path in program.modules_dir.glob("*.so")}
    missing = [name for name in NEEDED_MODULES if name not in has]
    if missing:
        yield fail(
            "modules",
            f"{program.modules_dir} lacks {', '.join(missing)}",
            "install Asterisk's modules package (Debian, Ubuntu: asterisk-modules)",
        )
    else:
        yield ok("modules", f"all {len(NEEDED_MODULES)} needed are there")
    wanted = {codec for trunk in settings.trunks for codec in trunk.codecs} | {"ulaw", "alaw"}
    lacking = [
        codec
        for codec in sorted(wanted)
        if not any(name.startswith(CODEC_MODULES[codec]) for name in has)
    ]
    if lacking:
        yield warn(
            "codecs",
            f"nothing translates {', '.join(lacking)}",
            "install the codec's module, or leave it out of the trunk's codecs",
        )
    else:
        yield ok("codecs", ", ".join(sorted(wanted)))


def _sounds(program: AsteriskProgram) -> Finding:
    tools = [name for name in ("espeak-ng", "sox") if not program.has_tool(name)]
    if tools:
        return fail(
            "speech",
            f"{' and '.join(tools)} not found: no message can be spoken",
            f"run: apt-get install {' '.join(tools)}",
        )
    if not any(program.sounds_dir.glob("beep.*")):
        return warn(
            "sounds",
            f"no recorded sounds in {program.sounds_dir}",
            "install asterisk-core-sounds-en",
        )
    return ok("sounds", f"{program.sounds_dir}; speech by espeak-ng and sox")


def ami(settings: Settings) -> Iterator[Finding]:
    """What our AMI login may do: as rendered, and as a running Asterisk says."""
    rendered = settings.home / "asterisk" / "pbx" / "etc" / "manager.conf"
    if rendered.exists() and settings.asterisk.mode != "external":
        yield _rendered_privileges(rendered, AMI_USER)
    if settings.asterisk.is_run_by_us and processes.adopt("asterisk", home=settings.home) is None:
        yield ok("ami", "Asterisk is not running")
        return
    try:
        with ami_check.AmiProbe(settings.ami.host, settings.ami.port) as probe:
            probe.log_in(*ami_check.login_of(settings, load_secrets(settings.home)))
            version, allowed = probe.version(), probe.allowed_actions()
    except ami_check.LoginInUse:
        yield ok("ami", "our login is held by the running serve")
        return
    except CallbankError as error:
        yield fail(
            "ami",
            str(error),
            "see that Asterisk runs and, if it is external, that it has"
            " our includes (./callbank doctor --asterisk-includes)",
        )
        return
    yield _live_privileges(allowed)
    if not settings.asterisk.is_run_by_us:
        yield known_flaws(asterisk.numbers_of(version))


def _rendered_privileges(path: Path, user: str) -> Finding:
    may_write = ami_check.privileges(path, user, "write")
    if may_write is None:
        return fail("manager.conf", f"{path} has no user {user}", "start ./callbank serve again")
    too_much = [name for name in ami_check.FORBIDDEN_WRITE if name in may_write]
    if too_much:
        return fail(
            "manager.conf",
            f"{user} may write {', '.join(too_much)}",
            f"take these out of `write` in {path}: they run programs on this machine",
        )
    lacking = [name for name in ami_check.NEEDED_WRITE if name not in may_write]
    if lacking:
        return fail(
            "manager.conf",
            f"{user} may not write {', '.join(lacking)}",
            "start ./callbank serve again",
        )
    return ok("manager.conf", f"{user} may write {','.join(may_write)} and no more")


def _live_privileges(allowed: set[str]) -> Finding:
    too_much = [name for name in ami_check.FORBIDDEN_ACTIONS if name in allowed]
    if too_much:
        return fail(
            "ami",
            f"our login may use {', '.join(too_much)}",
            "take system, command, config and all out of its `write` in manager.conf",
        )
    if "Originate" not in allowed:
        return fail("ami", "our login may not use Originate", "add originate to its `write`")
    return ok("ami", f"login works and may use {len(allowed)} actions, none that runs programs")


def ports(settings: Settings) -> Iterator[Finding]:
    """Whether our listeners' ports are free, when nothing of ours has them."""
    if processes.adopt("asterisk", home=settings.home) is not None:
        yield ok("ports", "in use by our running Asterisk")
    elif is_held(settings.home):
        yield ok("ports", "in use by our running serve")
    else:
        yield _free_ports(settings)
    calls = sum(trunk.channel_limit for trunk in settings.trunks)
    room = (settings.rtp.end - settings.rtp.start) // PORTS_PER_CALL
    if calls > room:
        yield warn(
            "rtp",
            f"room for about {room} calls, and the trunks allow {calls}",
            "widen [rtp] start to end: four ports for every call",
        )


def _free_ports(settings: Settings) -> Finding:
    wanted = [
        ("ami", settings.ami.host, settings.ami.port, "tcp"),
        ("http", settings.http.host, settings.http.port, "tcp"),
        ("agi", settings.agi.host, settings.agi.port, "tcp"),
        ("web", settings.web.host, settings.web.port, "tcp"),
        ("sip", settings.sip.bind, settings.sip.port, "udp"),
        ("sip", settings.sip.bind, settings.sip.port, "tcp"),
    ]
    if settings.web.certificate is not None:
        wanted.append(("web", settings.web.https_host, settings.web.https_port, "tcp"))
    if not settings.asterisk.is_run_by_us:
        wanted = [want for want in wanted if want[0] in ("agi", "web")]
    for section, host, port, kind in wanted:
        try:
            processes.refuse_port_in_use(host, port, kind=kind, setting=f"{section}.port")
        except CallbankError as error:
            says, _, remedy = str(error).partition(": ")
            return fail("ports", says, remedy)
    return ok("ports", "free: " + ", ".join(f"{name} {port}" for name, _, port, _ in wanted[:5]))


def trunks(settings: Settings) -> Iterator[Finding]:
    """Carriers as set; whether they answer is seen when Asterisk runs."""
    if not settings.trunks:
        yield warn(
            "trunks",
            "none is set: only ./callbank demo can dial",
            f"add a [[trunk]] to {settings.home / FILE_NAME} (./callbank doctor --example-config)",
        )
    for trunk in settings.trunks:
        says = f"{trunk.host}:{trunk.port}, {trunk.channel_limit} calls at a time"
        if trunk.caller_ids:
            yield ok(f"trunk {trunk.name}", says)
        else:
            yield warn(
                f"trunk {trunk.name}",
                f"{says}, no caller ID",
                "list the numbers that this carrier lets you show in caller_ids",
            )
