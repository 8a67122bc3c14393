"""The project's images and what stands in for the pinned ones, on bases made with mmdebstrap."""

import shutil
import subprocess
from pathlib import Path

from dialer.errors import CallbankError
from tests.stack.engine import Docker

CHECKOUT = Path(__file__).resolve().parents[2]
STAND_INS = CHECKOUT / "tests" / "stack" / "stand_ins"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
NAME = "callbank-stack-test"
STAND_IN_FOR = {
    "postgres": "POSTGRES_IMAGE",
    "caddy": "CADDY_IMAGE",
    "prometheus": "PROMETHEUS_IMAGE",
    "alertmanager": "ALERTMANAGER_IMAGE",
    "node-exporter": "NODE_EXPORTER_IMAGE",
    "postgres-exporter": "POSTGRES_EXPORTER_IMAGE",
}
"""Services that Debian has a package for, by the compose file's variable of their image."""


def build_images(docker: Docker) -> dict[str, str]:
    """Build all of them; returns the compose file's variables that name them."""
    trixie, forky = _base(docker, "trixie"), _base(docker, "forky")
    _build(docker, f"{NAME}/dialer", CHECKOUT, "-f", str(CHECKOUT / "dialer" / "Dockerfile"),
           "--build-arg", f"DEBIAN_IMAGE={trixie}")  # fmt: skip
    _build(docker, f"{NAME}/asterisk", CHECKOUT / "asterisk-config",
           "--build-arg", f"ASTERISK_BASE_IMAGE={forky}")  # fmt: skip
    for target in STAND_IN_FOR:
        _build(docker, f"{NAME}/{target}", STAND_INS, "--target", target,
               "--build-arg", f"DEBIAN_IMAGE={trixie}")  # fmt: skip
    names = {"DIALER_IMAGE": f"{NAME}/dialer", "ASTERISK_IMAGE": f"{NAME}/asterisk"}
    return names | {variable: f"{NAME}/{name}" for name, variable in STAND_IN_FOR.items()}


def _build(docker: Docker, name: str, context: Path, *options: str) -> None:
    docker.run("build", "--quiet", "--network", "host", "--tag", name, *options, str(context))


def _base(docker: Docker, suite: str) -> str:
    """Debian's smallest system of that release, trusting whom this machine trusts."""
    name = f"{NAME}/base:{suite}"
    if docker.run("images", "--quiet", name).strip():
        return name
    archive = docker.keep / f"{suite}.tar"
    made = subprocess.run(
        ["mmdebstrap", "--variant=minbase", "--include=ca-certificates",
         '--aptopt=Acquire::Check-Valid-Until "false"', suite, str(archive)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode != 0:
        raise CallbankError(f"mmdebstrap could not make Debian {suite}:\n{made.stderr[-1500:]}")
    docker.run("import", str(archive), f"{name}-bare")
    archive.unlink()
    context = docker.keep / f"base-{suite}"
    context.mkdir(exist_ok=True)
    shutil.copy(CERTIFICATES, context / "certificates")
    (context / "Dockerfile").write_text(
        f"FROM {name}-bare\nCOPY certificates {CERTIFICATES}\n", encoding="utf-8"
    )
    _build(docker, name, context)
    return name
