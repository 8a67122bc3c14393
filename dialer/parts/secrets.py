"""Generated passwords: made once for a data directory, in secrets.json that only its owner reads.

Never logged and never shown; the renderer writes them into Asterisk's files, the adapters log in
with them. A secret per phone is derived from the master, so none has to be added to the file.
"""

import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field, fields
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts.lock import turn


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


def load_secrets(home: Path) -> Secrets:
    """The secrets of a data directory; those that are missing are made and kept."""
    path = home / "secrets.json"
    with turn(home / "run" / "secrets.lock"):
        kept = _read(path)
        values = {each.name: kept.get(each.name) or _generate() for each in fields(Secrets)}
        if values != kept:
            _write(path, {**kept, **values})
    return Secrets(**values)


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
