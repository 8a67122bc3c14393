"""What our AMI login may do: read out of manager.conf, and asked of a running Asterisk.

A login that may write `system`, `command` or `config` can run programs on the machine, so `doctor`
wants to see that ours cannot. This speaks just enough AMI for that; calls go through telephony.
"""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.parts.render import AMI_USER
from dialer.parts.secrets import Secrets

FORBIDDEN_WRITE = ("all", "system", "command", "config")
NEEDED_WRITE = ("call", "originate", "agent", "reporting", "user")
FORBIDDEN_ACTIONS = ("Command", "UpdateConfig", "GetConfig", "ModuleLoad", "Reload", "DBPut")
TIMEOUT_S = 5.0
LONGEST_ANSWER = 1_000_000


def login_of(settings: Settings, secrets: Secrets) -> tuple[str, str]:
    """Our AMI user and password: into our own Asterisk the rendered ones, whatever is set."""
    if settings.asterisk.mode == "external":
        return settings.ami.user, settings.ami.password or secrets.ami_password
    return AMI_USER, secrets.ami_password


def our_address(host: str) -> str:
    """The address that a machine sees us come from; nothing is sent to find out."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, 9, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"


class LoginRefused(CallbankError):
    """Asterisk does not take our AMI user and password."""


def privileges(manager_conf: Path, user: str, right: str) -> tuple[str, ...] | None:
    """The `read` or `write` privileges of a user in a manager.conf; None without such a user."""
    section = ""
    found: tuple[str, ...] | None = None
    for raw in manager_conf.read_text(encoding="utf-8", errors="replace").splitlines():
        line = raw.split(";")[0].strip()
        header = re.match(r"\[([^\]]+)\]", line)
        if header:
            section = header[1]
            found = () if section == user and found is None else found
        key, equals, value = line.partition("=")
        if equals and section == user and key.strip().lower() == right:
            words = value.removeprefix(">").split(",")
            found = (found or ()) + tuple(word.strip().lower() for word in words)
    return found


class AmiAway(CallbankError):
    """Nobody answers at the AMI's address."""


class LoginInUse(CallbankError):
    """Our AMI user is logged in already: a running serve holds its one session."""


class AmiProbe:
    """A short conversation with a running Asterisk; use it in a `with` block."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=TIMEOUT_S)
        except OSError as error:
            raise AmiAway(f"no AMI at {host}:{port} ({error.strerror or error})") from None
        self._lines = self._socket.makefile("r", encoding="utf-8", errors="replace", newline="\r\n")
        self._socket_name = f"{host}:{port}"
        banner = self._read_line()
        if not banner.startswith("Asterisk Call Manager"):
            raise CallbankError(f"what listens at {self._socket_name} is not Asterisk's AMI")

    def __enter__(self) -> "AmiProbe":
        return self

    def __exit__(self, *ending: object) -> None:
        self._lines.close()
        self._socket.close()

    def log_in(self, user: str, password: str) -> None:
        answer = dict(self._ask(Action="Login", Username=user, Secret=password, Events="off"))
        if "already in use" in answer.get("Message", "").lower():
            raise LoginInUse(f"AMI at {self._socket_name}: {user} is logged in already")
        if answer.get("Response") != "Success":
            raise LoginRefused(
                f"AMI at {self._socket_name} refuses the user {user}"
                f" ({answer.get('Message', 'no reason given')})"
            )

    def version(self) -> str:
        """The version that it says it is, "" when it does not say."""
        return dict(self._ask(Action="CoreSettings")).get("AsteriskVersion", "")

    def clock(self) -> float | None:
        """Asterisk's time, seconds since the epoch; None where it does not tell."""
        said = dict(self._ask(Action="Ping")).get("Timestamp", "")
        return float(said) if re.fullmatch(r"\d+(\.\d+)?", said) else None

    def log_off(self) -> None:
        """End the session, so that another may begin: ours is allowed only once."""
        self._ask(Action="Logoff")
        while self._read_line():
            pass

    def allowed_actions(self) -> set[str]:
        """The actions that this login may use: Asterisk lists no others."""
        return {name for name, _ in self._ask(Action="ListCommands")} - {"Response"}

    def _ask(self, **headers: str) -> list[tuple[str, str]]:
        text = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        try:
            self._socket.sendall(f"{text}\r\n".encode())
            return list(self._read_answer())
        except OSError as error:
            raise CallbankError(f"AMI at {self._socket_name} broke off ({error})") from None

    def _read_answer(self) -> Iterator[tuple[str, str]]:
        """The lines of the next response; an event that slips in between is passed over."""
        while True:
            block = list(iter(self._read_line, ""))
            if not block or block[0].startswith("Response"):
                for line in block:
                    name, _, value = line.partition(":")
                    yield name.strip(), value.strip()
                return

    def _read_line(self) -> str:
        try:
            return self._lines.readline(LONGEST_ANSWER).rstrip("\r\n")
        except OSError as error:
            raise CallbankError(f"AMI at {self._socket_name} does not answer ({error})") from None
