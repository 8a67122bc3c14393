"""Running a part as a user with fewer rights than root, and letting that user reach its files.

PostgreSQL refuses to run as root. When Callbank is started by root, a system user is made for it;
the directories on the way (such as /root) are opened to that one user by an access control entry,
not to everybody. An ordinary user runs everything as himself and nothing here has an effect.
"""

import os
import pwd
import shutil
import struct
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.errors import CallbankError

USER = "callbank-db"

# POSIX access control lists as the kernel keeps them: version 2, then (tag, permissions, id) each.
_ATTRIBUTE = "system.posix_acl_access"
_ENTRY = struct.Struct("<HHI")
_VERSION = struct.pack("<I", 2)
_NOBODY = 0xFFFFFFFF
_OWNER, _NAMED_USER, _GROUP, _MASK, _OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
_SEARCH = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Owner:
    """The system user that a part runs as."""

    name: str
    uid: int
    gid: int


def unprivileged_owner(announce: Callable[[str], None] = lambda words: None) -> Owner | None:
    """The user to run PostgreSQL as; None when we are an ordinary user and run it ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        found = pwd.getpwnam(USER)
    except KeyError:
        announce(f"making the system user {USER}, because PostgreSQL never runs as root")
        _make_user()
        found = pwd.getpwnam(USER)
    return Owner(name=USER, uid=found.pw_uid, gid=found.pw_gid)


def _make_user() -> None:
    command = [
        "useradd",
        "--system",
        "--user-group",
        "--no-create-home",
        "--home-dir",
        "/nonexistent",
        "--shell",
        "/usr/sbin/nologin",
        USER,
    ]
    path = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    result = None
    if path is not None:
        result = subprocess.run([path, *command[1:]], capture_output=True, text=True, check=False)
    # Another callbank may have made it in the meantime: exit code 9 says so.
    if result is None or result.returncode not in (0, 9):
        said = f" ({result.stderr.strip()})" if result else ""
        raise CallbankError(
            f"the system user {USER} is needed to run PostgreSQL{said}."
            f" Run: {' '.join(command)}; or run callbank as an ordinary user."
        )


def as_user(owner: Owner | None) -> dict[str, Any]:
    """The arguments that make `subprocess.run` run a program as this user."""
    return {"user": owner.uid, "group": owner.gid, "extra_groups": []} if owner else {}


def allow(owner: Owner | None, places: Iterable[Path]) -> None:
    """Lets the user pass through every directory on the way to these places, no more."""
    if owner is None:
        return
    for place in places:
        for directory in [*reversed(place.absolute().parents), place.absolute()]:
            if not directory.stat().st_mode & 0o001:
                _let_pass(owner, directory)
        if not _may_read(owner, place):
            raise _unreachable(owner, place)


def _let_pass(owner: Owner, directory: Path) -> None:
    if directory.stat().st_uid == owner.uid:
        return
    try:
        os.setxattr(directory, _ATTRIBUTE, _with_search(_acl(directory), owner.uid))
    except OSError:
        raise _unreachable(owner, directory) from None


def _acl(directory: Path) -> list[tuple[int, int, int]]:
    """The entries of a directory; one without a list has what its mode says."""
    try:
        raw = os.getxattr(directory, _ATTRIBUTE)
    except OSError:
        mode = directory.stat().st_mode
        return [
            (_OWNER, mode >> 6 & 7, _NOBODY),
            (_GROUP, mode >> 3 & 7, _NOBODY),
            (_OTHER, mode & 7, _NOBODY),
        ]
    return [_ENTRY.unpack_from(raw, at) for at in range(len(_VERSION), len(raw), _ENTRY.size)]


def _with_search(entries: list[tuple[int, int, int]], uid: int) -> bytes:
    """The list with the user's right to pass; the mask is widened by what it must let through."""
    rights = {(tag, who): permissions for tag, permissions, who in entries}
    mask = rights.pop((_MASK, _NOBODY), rights[_GROUP, _NOBODY])
    rights[_MASK, _NOBODY] = mask | _SEARCH
    rights[_NAMED_USER, uid] = rights.get((_NAMED_USER, uid), 0) | _SEARCH
    packed = (_ENTRY.pack(tag, rights[tag, who], who) for tag, who in sorted(rights))
    return _VERSION + b"".join(packed)


def _may_read(owner: Owner, place: Path) -> bool:
    return subprocess.run(["test", "-x", str(place)], check=False, **as_user(owner)).returncode == 0


def _unreachable(owner: Owner, place: Path) -> CallbankError:
    return CallbankError(
        f"PostgreSQL runs as the user {owner.name}, who cannot reach {place}: set CALLBANK_HOME"
        f" to a directory such as /var/lib/callbank, or run: chmod o+x {place}"
    )
