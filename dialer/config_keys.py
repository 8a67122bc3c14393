"""Every setting an operator may write: its name, how it is read, its default, what it is for.

`dialer.config` reads the values by these tables; `doctor --example-config` prints them as a file.
A reader takes what stood in the file or the environment and returns the value, or raises a
ValueError that says what is wanted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Reader = Callable[[object], Any]


def _text(raw: object) -> str:
    if not isinstance(raw, str) or not raw or any(ord(c) < 32 for c in raw):
        raise ValueError("a text without control characters")
    return raw


def _pattern(expression: str, wanted: str) -> Reader:
    def read(raw: object) -> str:
        if not isinstance(raw, str) or not re.fullmatch(expression, raw):
            raise ValueError(wanted)
        return raw

    return read


def _choice(*allowed: str) -> Reader:
    return _pattern("|".join(allowed), "one of " + ", ".join(allowed))


def _whole(low: int, high: int) -> Reader:
    def read(raw: object) -> int:
        text = str(raw)
        if (
            isinstance(raw, bool)
            or not re.fullmatch(r"\d{1,9}", text)
            or not low <= int(text) <= high
        ):
            raise ValueError(f"a whole number from {low} to {high}")
        return int(text)

    return read


def _rate(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw <= 1000:
        raise ValueError("a number above 0, up to 1000")
    return float(raw)


def _flag(raw: object) -> bool:
    if raw in ("true", "false"):  # as the environment has it
        return raw == "true"
    if not isinstance(raw, bool):
        raise ValueError("true or false")
    return raw


def _path(raw: object) -> Path:
    return Path(_text(raw)).expanduser()


def _many(one: Reader, wanted: str) -> Reader:
    def read(raw: object) -> tuple[Any, ...]:
        if not isinstance(raw, list):
            raise ValueError(f"a list of {wanted}")
        try:
            return tuple(one(item) for item in raw)
        except ValueError:
            raise ValueError(f"a list of {wanted}") from None

    return read


def _database_url(raw: object) -> str:
    """Only PostgreSQL is served, and always through psycopg 3."""
    match = re.fullmatch(r"(?:postgresql\+psycopg|postgresql|postgres)://(\S+)", str(raw))
    if not match:
        raise ValueError("a PostgreSQL address such as postgresql://user:password@host/name")
    return "postgresql+psycopg://" + match[1]


_host = _pattern(r"[0-9A-Za-z._:\-]+", "a host name or an address")
_port = _whole(1, 65535)
_web_address = _pattern(
    r"https?://[0-9A-Za-z.:\[\]-]+/?", "an address without a path, such as https://calls.example.org"
)
_word = _pattern(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", "letters, digits, - and _ (at most 40)")
_credential = _pattern(
    r"[^\s;,\[\]\x00-\x1f]{1,128}", "a text without blanks, commas, semicolons or brackets"
)
_codecs = _many(_choice("ulaw", "alaw", "g722", "g729", "opus", "gsm"), "codec names")
_e164 = _pattern(r"\+[1-9]\d{6,14}", "a number such as +15551234567")


@dataclass(frozen=True, kw_only=True, slots=True)
class Key:
    """One setting: its place in the file, how it is read, its default and what it is for."""

    section: str
    name: str
    read: Reader
    default: Any
    help: str

    @property
    def environment_name(self) -> str:
        return "_".join(part for part in ("callbank", self.section, self.name) if part).upper()

    @property
    def place(self) -> str:
        return f"[{self.section}] {self.name}" if self.section else self.name


def _key(place: str, read: Reader, default: object, help: str) -> Key:
    section, _, name = place.rpartition(".")
    return Key(section=section, name=name, read=read, default=default, help=help)


# fmt: off
KEYS = (
    _key("log_level", _choice("debug", "info", "warning", "error"), "info", "How much is logged."),
    _key("database.url", _database_url, None,
         "PostgreSQL server; without it an embedded one is run in the data directory."),
    _key("asterisk.mode", _choice("auto", "installed", "private", "supervised", "external"),
         "auto", "auto: an installed Asterisk >= 20, else a private one; supervised: ours, but"
         " started and stopped by a container engine or systemd; external: another's."),
    _key("asterisk.program", _path, None, "The asterisk program, when not on the PATH."),
    _key("asterisk.tree", _path, None, "Where the private one lives (default: asterisk/tree)."),
    _key("ami.host", _host, "127.0.0.1", "Asterisk's manager interface (AMI)."),
    _key("ami.port", _port, 5038, "Its TCP port."),
    _key("ami.user", _word, "callbank", "Our AMI user."),
    _key("ami.password", _credential, None, "Of an external Asterisk (default: a generated one)."),
    _key("sip.bind", _host, "127.0.0.1",
         "Address that takes SIP and audio; 0.0.0.0 for a carrier outside this machine."),
    _key("sip.port", _port, 5060, "SIP port, UDP and TCP."),
    _key("sip.external_address", _host, None,
         "Our public address, when behind a router that translates."),
    _key("http.host", _host, "127.0.0.1", "Asterisk's web server, for browser phones (WebRTC)."),
    _key("http.port", _port, 8088, "Its TCP port."),
    _key("agi.host", _host, "127.0.0.1", "Where Asterisk asks us about answered calls (FastAGI)."),
    _key("agi.port", _port, 4573, "Its TCP port."),
    _key("web.host", _host, "127.0.0.1", "Callbank's own web server: API and /metrics."),
    _key("web.port", _port, 8080, "Its TCP port."),
    _key("web.public_url", _web_address, None,
         "What volunteers' links begin with, behind a proxy (default: web host and port)."),
    _key("web.certificate", _path, None,
         "TLS certificate (PEM, with its chain): https is served too, without a proxy."),
    _key("web.key", _path, None, "Its private key (PEM, without a password)."),
    _key("web.https_host", _host, "0.0.0.0", "Address that takes https, with a certificate."),
    _key("web.https_port", _port, 8443, "Its TCP port."),
    _key("web.pages_dir", _path, None, "Where the built pages are kept (default: web/)."),
    _key("prometheus.tree", _path, None,
         "Where Prometheus lives, if none is installed (default: prometheus/tree)."),
    _key("rtp.start", _whole(1024, 65535), 10000, "First UDP port of the audio."),
    _key("rtp.end", _whole(1024, 65535), 20000, "Last UDP port; two are needed for every leg."),
    _key("speech.voice", _word, "en-us", "espeak-ng voice of recorded sentences."),
    _key("speech.messages_dir", _path, None,
         "External Asterisk only: where it finds message-<campaign id>.wav; without it no recorded"
         " voice is played and calls are placed one to one."),
    _key("speech.words_per_minute", _whole(80, 300), 165, "How fast it speaks."),
    _key("transcripts.keep_days", _whole(0, 3650), 30,
         "Days that transcripts (all that happened, for replay) are kept; 0: none is written."),
    _key("recordings.keep_days", _whole(1, 3650), 90,
         "Days that recorded conversations are kept."),
    _key("decisions.keep_days", _whole(1, 3650), 30,
         "Days that pacing's decisions are kept, for `callbank pacing why`."),
    _key("metrics.enabled", _flag, True, "Whether metrics are kept, for Prometheus at /metrics."),
    _key("metrics.certificate", _path, None,
         "TLS certificate (PEM) whose end the metrics tell (default: web.certificate)."),
    _key("compliance.keep_years", _whole(5, 100), 5,
         "Years that evidence, attempts and consents are kept (16 CFR 310.5: five at least);"
         " do-not-call requests are kept for ten at least, whatever stands here."),
)

TRUNK_KEYS = (
    _key("trunk.name", _word, ..., "What you call this carrier; also its name in Asterisk."),
    _key("trunk.host", _host, ..., "The carrier's SIP host."),
    _key("trunk.port", _port, 5060, "The carrier's SIP port."),
    _key("trunk.transport", _choice("udp", "tcp"), "udp", "How SIP travels."),
    _key("trunk.username", _credential, None, "Our user name, if the carrier asks for one."),
    _key("trunk.password", _credential, None,
         "Its password (or set CALLBANK_TRUNK_<NAME>_PASSWORD)."),
    _key("trunk.registers", _flag, False, "true when the carrier wants us to register."),
    _key("trunk.channel_limit", _whole(1, 10000), 10, "Most calls at one time."),
    _key("trunk.calls_per_second", _rate, 1.0, "Most new calls in a second."),
    _key("trunk.caller_ids", _many(_e164, "numbers such as +15551234567"), (),
         "Numbers that this carrier lets us show."),
    _key("trunk.codecs", _codecs, ("ulaw", "alaw"), "Codecs offered, best first."),
    _key("trunk.tech_prefix", _pattern(r"[0-9*#]{0,15}", "digits, * and #"), "",
         "Digits put before every dialed number."),
    _key("trunk.dial_format", _choice("e164", "plus", "national"), "e164",
         "15551234567 (e164), +15551234567 (plus) or 5551234567 (national)."),
)
# fmt: on


def example_file() -> str:
    """An annotated callbank.toml: every key with its default, commented out."""
    lines = [
        "# Callbank's settings. Every key may be left out; what stands here is its default.",
        "# The environment wins over this file: the name to use is in brackets.",
    ]
    section = ""
    for key in KEYS:
        if key.section != section:
            section = key.section
            lines += ["", f"[{section}]"]
        lines += [f"# {key.help} [{key.environment_name}]", f"# {key.name} = {_toml(key.default)}"]
    lines += ["", "# One block for each carrier:", "# [[trunk]]"]
    for key in TRUNK_KEYS:
        default = f'"my-{key.name}"' if key.default is ... else _toml(key.default)
        lines += [f"# {key.help}", f"# {key.name} = {default}"]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return '""' if value is None else str(value) if isinstance(value, int | float) else f'"{value}"'
