"""What `callbank init` writes for docker-compose.yml: secrets, folders, settings and .env.

Standard library only, so that it runs on a machine that has Docker and any Python. Everything is
written once: what is there already is never changed. Containers run as one user, who owns it all;
when root runs `init` that is a user id of its own, else whoever runs it.
"""

import os
import secrets as randomness
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import CallbankError, UsageError
from dialer.parts.secrets import ASTERISK_METRICS, FILE_NAME, Secrets, load_secrets

OWN_ID = 10001
"""The user that the images name; not one that Debian gives to anybody."""

FOLDERS = (
    "home", "home/asterisk", "home/speech", "home/recordings",
    "home/asterisk/pbx", "home/asterisk/pbx/etc", "home/asterisk/carrier", "database",
    "database-socket", "prometheus", "alertmanager", "grafana", "backup",
)  # fmt: skip
PASSWORD_BYTES = 32

SETTINGS = """\
# Callbank's settings: README, "A first real campaign". ./callbank doctor --example-config prints
# every key. In containers, Asterisk and the database are found by docker-compose.yml.
[sip]
bind = "0.0.0.0"
# external_address = "203.0.113.10"

# [[trunk]]
# name = "carrier-a"
# host = "sip.carrier.example"
# caller_ids = ["+19195550100"]
"""
DEMO_SETTINGS = """\
# For `docker compose --profile demo up`: the only trunk ends in the simulated telephone network.
[rtp]
start = 10000
end = 19998

[[trunk]]
name = "simulated"
host = "127.0.0.1"
port = 5070
channel_limit = 200
calls_per_second = 20.0
caller_ids = ["+19195550100"]
"""
ENVIRONMENT = """\
# Written by ./callbank init for docker-compose.yml; no secret is in it. Add your own below, such as
# DATABASE_URL, ASTERISK_IMAGE or COMPOSE_PROFILES: README, "With Docker Compose".
CALLBANK_HOME={home}
CALLBANK_UID={uid}
CALLBANK_GID={gid}
CALLBANK_SITE={site}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class StackPlan:
    """Where and for whom the files are written."""

    home: Path  # CALLBANK_HOME
    environment_file: Path  # .env beside docker-compose.yml
    site: str  # the host name that browsers use
    is_demo: bool = False
    alerts_to: str = ""  # the chat's webhook; "" is none yet


def write_stack(plan: StackPlan) -> tuple[Path, ...]:
    """Write all of it; returns the files that were made.

    Raises UsageError when an earlier init wrote some of it, and CallbankError when there is no
    owner to give it to; nothing is written then.
    """
    _refuse_second_time(plan)
    uid, gid = _owner()
    for folder in (plan.home, plan.home / "stack", plan.home / "secrets"):
        folder.mkdir(mode=0o711 if folder == plan.home else 0o700, parents=True, exist_ok=True)
    made = [plan.home / "stack" / folder for folder in FOLDERS]
    for folder in made:
        folder.mkdir(mode=0o700, exist_ok=True)
    files = dict(_files(plan, load_secrets(plan.home, {})))
    files[plan.environment_file] = ENVIRONMENT.format(
        home=plan.home, uid=uid, gid=gid, site=plan.site
    )
    for path, text in files.items():
        _write_once(path, text)
    if uid != os.geteuid():
        owned = [plan.home / FILE_NAME, plan.home / "stack", plan.home / "secrets", *made]
        for path in [*owned, *(p for p in files if p.is_relative_to(plan.home))]:
            os.chown(path, uid, gid)
    return (plan.home / FILE_NAME, *files)


def _files(plan: StackPlan, secrets: Secrets) -> Iterator[tuple[Path, str]]:
    place = plan.home / "secrets"
    yield place / "database_password", secrets.database_password
    yield place / "pgpass", f"*:*:*:callbank:{secrets.database_password}\n"
    yield place / "asterisk_metrics_password", secrets.derive(ASTERISK_METRICS)
    yield place / "grafana_password", randomness.token_hex(PASSWORD_BYTES)
    yield place / "alert_webhook_url", plan.alerts_to
    if not (plan.home / "callbank.toml").exists():
        yield plan.home / "callbank.toml", DEMO_SETTINGS if plan.is_demo else SETTINGS


def _refuse_second_time(plan: StackPlan) -> None:
    there = [path for path in (plan.environment_file, plan.home / "secrets") if path.exists()]
    if there:
        raise UsageError(
            f"{there[0]} is there already: init writes everything once and changed nothing. To"
            " begin anew, move it and the data directory's secrets/ and stack/ away."
        )
    if any(sign in str(plan.home) for sign in "$'\"\n\\#"):
        raise UsageError(f"{plan.home} cannot stand in .env: choose a CALLBANK_HOME without signs.")


def _owner() -> tuple[int, int]:
    return (OWN_ID, OWN_ID) if os.geteuid() == 0 else (os.geteuid(), os.getegid())


def _write_once(path: Path, text: str) -> None:
    """Readable by its owner alone; never over a file that is there."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise CallbankError(f"{path} is there already and was not changed.") from None
    with os.fdopen(handle, "w", encoding="utf-8") as output:
        output.write(text)


def stack_environment(environment_file: Path) -> Mapping[str, str]:
    """What an .env of ours says; for tests and for people who ask."""
    lines = environment_file.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, value in pairs}
