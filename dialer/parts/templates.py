"""How a configuration file of Asterisk is written: from a template, atomically, with no surprises.

Everything that render.py and carrier.py write goes through here. Two fences keep a value from
becoming a configuration line: `check` by field, with a clear error, and `_finalize` for the rest.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dialer.errors import CallbankError

TEMPLATES = Path(__file__).resolve().parents[2] / "asterisk-config"
BANNER = "Written by Callbank. Changes made here are lost at the next start."

RELOAD_PJSIP = (
    "module reload res_pjsip.so",
    "module reload res_pjsip_endpoint_identifier_ip.so",
    "module reload res_pjsip_outbound_registration.so",
)
_RELOADS: Mapping[str, tuple[str, ...]] = {
    "pjsip_trunks.conf": RELOAD_PJSIP,
    "pjsip_agents.conf": RELOAD_PJSIP,
    "queues.conf": ("queue reload all",),
    "queues_campaigns.conf": ("queue reload all",),
    "extensions.conf": ("dialplan reload",),
    "manager.conf": ("manager reload",),
    "logger.conf": ("logger reload",),
    "amd.conf": ("module reload app_amd.so",),
    "rtp.conf": ("module reload res_rtp_asterisk.so",),
    "http.conf": ("module reload http",),
    "prometheus.conf": ("module reload res_prometheus.so",),
    "indications.conf": ("module reload indications",),
}
"""CLI commands for each file; a file not listed here needs a restart."""


class RenderError(CallbankError):
    """Something to be written into Asterisk's configuration cannot be written there."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """Which files changed, and what makes a running Asterisk take them over."""

    changed: tuple[Path, ...] = ()
    reloads: tuple[str, ...] = ()  # CLI commands, in order
    needs_restart: bool = False

    def __add__(self, other: "Rendered") -> "Rendered":
        return Rendered(
            changed=self.changed + other.changed,
            reloads=tuple(dict.fromkeys(self.reloads + other.reloads)),
            needs_restart=self.needs_restart or other.needs_restart,
        )


def make_home(home: Path) -> Path:
    """Make an Asterisk's directories; returns its etc directory."""
    for name in ("etc", "run", "log", "spool", "lib", "lib/keys", "db"):
        (home / name).mkdir(mode=0o750, parents=True, exist_ok=True)
    return home / "etc"


def environment(*folders: Path) -> Environment:
    """Templates in which every unknown name and every unfit value is an error."""
    return Environment(
        loader=FileSystemLoader(folders),
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render_files(
    names: Iterable[str],
    values: Mapping[str, object],
    into: Path,
    folder: Path = TEMPLATES,
) -> Rendered:
    """Render each named file from its template; only files whose text changed are written."""
    templates = environment(folder, TEMPLATES)
    changed: list[Path] = []
    for name in sorted(names):
        text = templates.get_template(f"{name}.j2").render({**values, "banner": BANNER})
        if write_if_changed(into / name, text):
            changed.append(into / name)
    reloads = [command for path in changed for command in _RELOADS.get(path.name, ())]
    return Rendered(
        changed=tuple(changed),
        reloads=tuple(dict.fromkeys(reloads)),
        needs_restart=any(path.name not in _RELOADS for path in changed),
    )


def write_if_changed(path: Path, text: str) -> bool:
    """Replace the file in one step, readable by its owner alone. False if it was the same."""
    try:
        if path.read_text(encoding="utf-8") == text:
            return False
    except FileNotFoundError:
        pass
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(f"Cannot read {path}: {error}.") from error
    try:
        handle, draft = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RenderError(f"Cannot write {path}: {error.strerror}.") from error
    return True


# --- refusing what could become a configuration line ------------------------------------------

_UNFIT = re.compile(r"[\x00-\x1f\x7f;\[\]]")

_SHAPES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "endpoint": (re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}"), "letters, digits, - and _"),
    "extension": (re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}"), "letters, digits, - and _"),
    "host": (re.compile(r"[A-Za-z0-9.:-]{1,253}"), "a host name or an address"),
    "transport": (re.compile(r"udp|tcp"), "udp or tcp"),
    "agi_token": (re.compile(r"[A-Za-z0-9_-]{16,128}"), "16 to 128 letters, digits, - and _"),
    "ami_secret": (re.compile(r"[A-Za-z0-9_-]{16,128}"), "16 to 128 letters, digits, - and _"),
    "metrics_password": (re.compile(r"[A-Za-z0-9_-]{0,128}"), "letters, digits, - and _"),
    "optout_prompt": (re.compile(r"[\w/. +@-]*"), "a plain path"),
    "tick": (re.compile(r"[\w/. +@-]*"), "a plain path"),
    "messages_dir": (re.compile(r"[\w/. +@-]*"), "a plain path"),
    "home": (re.compile(r"/[\w/. +@-]*"), "an absolute path of plain characters"),
    "module_dir": (re.compile(r"/[\w/. +@-]*"), "an absolute path of plain characters"),
    "data_dir": (re.compile(r"/[\w/. +@-]*"), "an absolute path of plain characters"),
}


def check(part: object, what: str) -> None:
    """Refuse a dataclass one of whose texts does not fit into a configuration file."""
    for name, value in values_of(part).items():
        texts = value if isinstance(value, tuple) else (value,)
        for text in texts:
            if isinstance(text, str | Path):
                _check_text(str(text), f"{name} of {what}", _SHAPES.get(name))


def _check_text(text: str, what: str, shape: tuple[re.Pattern[str], str] | None) -> None:
    if shape and not shape[0].fullmatch(text):
        raise RenderError(f"Cannot write Asterisk's configuration: {what} must be {shape[1]}.")
    if _UNFIT.search(text) or text != text.strip() or text.startswith((">", "#")):
        raise RenderError(
            f"Cannot write Asterisk's configuration: {what} must not hold a line break, a control "
            "character, ';', '[' or ']', nor begin or end with a blank, '>' or '#'."
        )


def _finalize(value: object) -> object:
    """The second fence: no value reaches a file unseen, also one that no check knows of."""
    if isinstance(value, str | Path) and _UNFIT.search(str(value)):
        raise RenderError("Cannot write Asterisk's configuration: a value holds a line break.")
    return value


def check_unique(what: str, names: Sequence[str]) -> None:
    doubles = sorted({name for name in names if names.count(name) > 1})
    if doubles:
        raise RenderError(f"Cannot write Asterisk's configuration: two of {what} {doubles[0]!r}.")


def values_of(part: object) -> dict[str, object]:
    """A dataclass's fields, not copied deeply."""
    return {field.name: getattr(part, field.name) for field in fields(part)}  # type: ignore[arg-type]
