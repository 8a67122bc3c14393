"""Generated passwords: made once for a data directory, in secrets.json that only its owner reads.

Where CALLBANK_SECRETS_FILE names a file (in a container), they are read from it and none is made:
`callbank init` did that. Never logged and never shown; the renderer writes them into Asterisk's
files, the adapters log in with them. A secret per phone is derived from the master, so none has to
be added to the file.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts.lock import turn

FILE_NAME = "secrets.json"
NAMED_FILE = "CALLBANK_SECRETS_FILE"
ASTERISK_METRICS = "asterisk metrics"
"""What Prometheus's password for Asterisk is derived by."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Secrets:
    """All generated secrets of one data directory."""

    master: str = field(repr=False)
    ami_password: str = field(repr=False)
    ami_reload_password: str = field(repr=False)
    carrier_ami_password: str = field(repr=False)
    agi_token: str = field(repr=False)
    database_password: str = field(repr=False)
    web_token: str = field(repr=False)

    def derive(self, name: str) -> str:
        """A password of its own for `name` (for instance `phone:101`), always the same one."""
        return hmac.new(self.master.encode(), name.encode(), hashlib.sha256).hexdigest()[:40]


def load_secrets(home: Path, environ: Mapping[str, str] = os.environ) -> Secrets:
    """The secrets of a data directory; those that are missing are made and kept.

    Raises CallbankError when they cannot be read, or when a named file lacks one.
    """
    if named := environ.get(NAMED_FILE):
        return _named_secrets(Path(named))
    path = home / FILE_NAME
    with turn(home / "run" / "secrets.lock"):
        kept = _read(path)
        values = {each.name: kept.get(each.name) or _generate() for each in fields(Secrets)}
        if values != kept:
            _write(path, {**kept, **values})
    return Secrets(**values)


def _named_secrets(path: Path) -> Secrets:
    kept = _read(path)
    missing = [each.name for each in fields(Secrets) if not kept.get(each.name)]
    if missing:
        raise CallbankError(
            f"{path} lacks {', '.join(missing)}: run `./callbank init` on the machine that runs the"
            " containers, or restore secrets.json from a backup."
        )
    return Secrets(**{each.name: kept[each.name] for each in fields(Secrets)})


def _generate() -> str:
    # Hexadecimal: nothing in it means anything to Asterisk's files, to SIP, to a URL or to SQL.
    return secrets.token_hex(32)


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CallbankError(
            f"{path} cannot be read ({error}): restore it from a backup, or move it"
            " away to have new secrets made."
        ) from None
    if not isinstance(kept, dict) or not all(isinstance(value, str) for value in kept.values()):
        raise CallbankError(
            f"{path} does not hold secrets: restore it from a backup, or move it"
            " away to have new ones made."
        )
    return kept


def _write(path: Path, values: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        json.dump(values, output, indent=2)
        output.flush()
        os.fsync(output.fileno())
    fresh.replace(path)
