"""System packages: installed by apt when we are root on Debian or Ubuntu, else asked for."""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from dialer.errors import CallbankError
from dialer.parts.processes import run_long

_UNATTENDED = {"DEBIAN_FRONTEND": "noninteractive"}
_WAIT_FOR_OTHERS = ("-q", "-o", "DPkg::Lock::Timeout=300")


def install(
    packages: Sequence[str], *, why: str, home: Path, announce: Callable[[str], None]
) -> None:
    """Installs Debian packages, or raises with the command that root must run."""
    command = "apt-get install --no-install-recommends " + " ".join(packages)
    if shutil.which("apt-get") is None:
        raise CallbankError(
            f"{why} needs {', '.join(packages)}: install them with this system's package manager."
        )
    if os.geteuid() != 0:
        raise CallbankError(
            f"{why} needs {', '.join(packages)}, and installing takes root."
            f" Run: sudo apt-get update && sudo {command}"
        )
    log_file = home / "log" / "setup.log"
    run_long(
        ["apt-get", *_WAIT_FOR_OTHERS, "update"],
        what="reading the package lists",
        log_file=log_file,
        announce=announce,
        environment=_UNATTENDED,
    )
    run_long(
        ["apt-get", *_WAIT_FOR_OTHERS, "-y", "install", "--no-install-recommends", *packages],
        what="installing " + " and ".join(packages),
        log_file=log_file,
        announce=announce,
        environment=_UNATTENDED,
    )
