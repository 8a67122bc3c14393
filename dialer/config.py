"""The operator's settings: from the environment and from callbank.toml in the data directory.

Read once at the start by the commands and passed down frozen. Every key is declared once, in
`dialer.config_keys`. All mistakes are reported together, because an operator should not have to
find them one run at a time.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dialer.config_keys import KEYS, TRUNK_KEYS, Key
from dialer.errors import UsageError

FILE_NAME = "callbank.toml"
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, kw_only=True, slots=True)
class AmiSettings:
    """Where Asterisk's manager interface listens; without a password the generated one is used."""

    host: str
    port: int
    user: str
    password: str | None = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskSettings:
    """Which Asterisk dials: `installed` or `private` (run by us), one that is `supervised` (ours,
    but started by somebody else, from the files that we write), or an `external` one."""

    mode: str
    program: Path | None
    tree: Path

    @property
    def is_run_by_us(self) -> bool:
        """Whether we start, watch and stop it."""
        return self.mode not in ("supervised", "external")


@dataclass(frozen=True, kw_only=True, slots=True)
class SipSettings:
    """Where our Asterisk takes SIP, and how it appears to carriers behind an address translator."""

    bind: str
    port: int
    external_address: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Endpoint:
    """A host and port that one of our listeners uses."""

    host: str
    port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class WebSettings(Endpoint):
    """Our own web server."""

    public_url: str | None
    pages_dir: Path
    certificate: Path | None
    key: Path | None
    https_host: str
    https_port: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PrometheusSettings:
    """Where the private Prometheus is, which the demo and the tests run."""

    tree: Path


@dataclass(frozen=True, kw_only=True, slots=True)
class RtpSettings:
    """The UDP ports of the audio, two for every leg."""

    start: int
    end: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechSettings:
    """How recorded sentences are synthesised at set-up."""

    voice: str
    words_per_minute: int
    messages_dir: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordSettings:
    """How many days something that was taken down is kept; 0: it is not taken down at all."""

    keep_days: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricsSettings:
    """Whether metrics are kept, and whose end they tell."""

    enabled: bool
    certificate: Path | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ComplianceSettings:
    """How many years the proof is kept."""

    keep_years: int


@dataclass(frozen=True, kw_only=True, slots=True)
class TrunkSettings:
    """One carrier: where it is, who we are to it, and how much of it may be used."""

    name: str
    host: str
    port: int
    transport: str
    username: str | None
    password: str | None = field(repr=False)
    registers: bool
    channel_limit: int
    calls_per_second: float
    caller_ids: tuple[str, ...]
    codecs: tuple[str, ...]
    tech_prefix: str
    dial_format: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything an operator may set; `database_url` None means the embedded PostgreSQL."""

    home: Path
    database_url: str | None
    ami: AmiSettings
    asterisk: AsteriskSettings
    sip: SipSettings
    http: Endpoint
    agi: Endpoint
    web: WebSettings
    prometheus: PrometheusSettings
    rtp: RtpSettings
    speech: SpeechSettings
    transcripts: RecordSettings
    decisions: RecordSettings
    recordings: RecordSettings
    metrics: MetricsSettings
    compliance: ComplianceSettings
    log_level: str
    trunks: tuple[TrunkSettings, ...]


class _Findings:
    """Collects every mistake while values are read, so that all are told at once."""

    def __init__(self) -> None:
        self.sentences: list[str] = []

    def add(self, place: str, sentence: str) -> None:
        self.sentences.append(f"{place}: {sentence}")

    def read(self, key: Key, raw: object, place: str) -> object:
        try:
            return key.read(raw)
        except ValueError as wanted:
            shown = "" if "password" in key.name or "url" in key.name else f", not {raw!r}"
            self.add(place, f"must be {wanted}{shown}")
            return key.default


def load_settings(environ: Mapping[str, str], *, home: Path) -> Settings:
    """Settings of the data directory `home`; the environment wins over the file."""
    findings = _Findings()
    document = _read_file(home / FILE_NAME, findings)
    trunks_raw = document.pop("trunk", [])
    _refuse_unknown(document, findings)
    values: dict[tuple[str, str], Any] = {
        (key.section, key.name): _value(key, document, environ, findings) for key in KEYS
    }
    settings = _assemble(home, values, tuple(_trunks(trunks_raw, environ, findings)))
    _check_together(settings, findings)
    if findings.sentences:
        raise UsageError(
            f"the settings cannot be used ({home / FILE_NAME} and environment): "
            + "; ".join(findings.sentences)
            + "."
        )
    return settings


def _read_file(path: Path, findings: _Findings) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        findings.add(FILE_NAME, f"cannot be read: {error}")
        return {}


def _refuse_unknown(document: Mapping[str, Any], findings: _Findings) -> None:
    known = {(key.section, key.name) for key in KEYS}
    sections = {section for section, _ in known if section}
    for name, value in document.items():
        if name in sections and isinstance(value, dict):
            for inner in value:
                if (name, inner) not in known:
                    findings.add(f"[{name}] {inner}", "is not a known key")
        elif ("", name) not in known:
            findings.add(name, "is not a known section or key")


def _value(
    key: Key, document: Mapping[str, Any], environ: Mapping[str, str], findings: _Findings
) -> object:
    from_environment = environ.get(key.environment_name, "")
    if from_environment:
        return findings.read(key, from_environment, key.environment_name)
    section = document.get(key.section, {}) if key.section else document
    if isinstance(section, dict) and key.name in section:
        return findings.read(key, section[key.name], key.place)
    return key.default


def _trunks(
    raw: object, environ: Mapping[str, str], findings: _Findings
) -> Iterator[TrunkSettings]:
    if not isinstance(raw, list) or not all(isinstance(item, dict) for item in raw):
        findings.add("trunk", "is written as [[trunk]], once for each carrier")
        return
    for number, item in enumerate(raw, start=1):
        trunk = _trunk(item, f"[[trunk]] {item.get('name', number)}", environ, findings)
        if trunk is not None:
            yield trunk


def _trunk(
    item: Mapping[str, Any], place: str, environ: Mapping[str, str], findings: _Findings
) -> TrunkSettings | None:
    before = len(findings.sentences)
    for name in item.keys() - {key.name for key in TRUNK_KEYS}:
        findings.add(f"{place} {name}", "is not a known key")
    values: dict[str, Any] = {}
    for key in TRUNK_KEYS:
        if key.name in item:
            values[key.name] = findings.read(key, item[key.name], f"{place} {key.name}")
        elif key.default is ...:
            findings.add(place, f"needs {key.name}")
        else:
            values[key.name] = key.default
    if len(findings.sentences) > before:
        return None
    secret = environ.get(f"CALLBANK_TRUNK_{values['name']}_PASSWORD".upper().replace("-", "_"))
    values["password"] = secret or values["password"]
    return TrunkSettings(**values)


def _assemble(
    home: Path, values: Mapping[tuple[str, str], Any], trunks: tuple[TrunkSettings, ...]
) -> Settings:
    def section(name: str) -> dict[str, Any]:
        return {key: value for (owner, key), value in values.items() if owner == name}

    asterisk = section("asterisk")
    asterisk["tree"] = asterisk["tree"] or home / "asterisk" / "tree"
    web = section("web")
    web["pages_dir"] = web["pages_dir"] or home / "web"
    prometheus = section("prometheus")
    prometheus["tree"] = prometheus["tree"] or home / "prometheus" / "tree"
    return Settings(
        home=home,
        database_url=values["database", "url"],
        ami=AmiSettings(**section("ami")),
        asterisk=AsteriskSettings(**asterisk),
        sip=SipSettings(**section("sip")),
        http=Endpoint(**section("http")),
        agi=Endpoint(**section("agi")),
        web=WebSettings(**web),
        prometheus=PrometheusSettings(**prometheus),
        rtp=RtpSettings(**section("rtp")),
        speech=SpeechSettings(**section("speech")),
        transcripts=RecordSettings(**section("transcripts")),
        decisions=RecordSettings(**section("decisions")),
        recordings=RecordSettings(**section("recordings")),
        metrics=MetricsSettings(**section("metrics")),
        compliance=ComplianceSettings(**section("compliance")),
        log_level=values["", "log_level"],
        trunks=trunks,
    )


def _check_together(settings: Settings, findings: _Findings) -> None:
    """Rules over several keys."""
    if settings.rtp.end - settings.rtp.start < 100:
        findings.add("[rtp] end", "must be at least 100 above [rtp] start")
    if (
        settings.asterisk.mode == "external"
        and settings.ami.host not in LOOPBACK
        and settings.agi.host in LOOPBACK
    ):
        findings.add(
            "[agi] host",
            f"the Asterisk at {settings.ami.host} cannot reach {settings.agi.host}: set an address"
            " of this machine",
        )
    _check_web(settings.web, findings)
    ports = {
        "sip": settings.sip.port,
        "ami": settings.ami.port,
        "http": settings.http.port,
        "agi": settings.agi.port,
        "web": settings.web.port,
    }
    for name, port in ports.items():
        twins = [other for other, its in ports.items() if its == port and other > name]
        if twins:
            findings.add(f"[{name}] port", f"{port} is also [{twins[0]}] port")
    names = [trunk.name for trunk in settings.trunks]
    for name in sorted({name for name in names if names.count(name) > 1}):
        findings.add(f"[[trunk]] {name}", "is there twice")
    for trunk in settings.trunks:
        if settings.asterisk.mode != "external" and _is_unreachable(settings.sip.bind, trunk.host):
            findings.add(
                f"[[trunk]] {trunk.name} host",
                f"{trunk.host} is outside this machine: set [sip] bind to 0.0.0.0",
            )
        if trunk.registers and not (trunk.username and trunk.password):
            findings.add(f"[[trunk]] {trunk.name}", "registers, so it needs username and password")


def _check_web(web: WebSettings, findings: _Findings) -> None:
    """Nobody's session goes over a network in the open."""
    is_https = (web.public_url or "").startswith("https://")
    if web.host not in LOOPBACK and not is_https:
        findings.add(
            "[web] host",
            f"{web.host} takes plain http from the network: leave it 127.0.0.1 and set [web]"
            " certificate and key, or set [web] public_url to the https address of your proxy",
        )
    if (web.certificate is None) != (web.key is None):
        lacking = "certificate" if web.certificate is None else "key"
        findings.add(f"[web] {lacking}", "is needed too: certificate and key go together")
    if web.certificate is not None and not is_https:
        findings.add(
            "[web] public_url",
            "must be the https address for which the certificate was made, such as"
            f" https://calls.example.org:{web.https_port}",
        )


def _is_unreachable(bind: str, host: str) -> bool:
    return bind in LOOPBACK and host not in LOOPBACK and not host.startswith("127.")
