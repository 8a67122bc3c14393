"""One AGI conversation: pyst2's AGI over a socket, with its faults cured.

Scripts use `AgiSession.set_variables` (and any other command of pyst2's AGI). They see three
errors: `AgiHangup` (the caller or the connection is gone), `AgiLate` (Asterisk or its peer is too
slow), `AgiFailed` (anything else that Asterisk will not do).
"""

import io
import re
import socket
import time
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from asterisk.agi import AGI

LINE_LIMIT = 8192
HEADER_LIMIT = 100

_PLAIN = re.compile(r"[A-Za-z0-9_./+@:;-]*\Z")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REPLY = re.compile(r"([0-9]{3})([ -]?)(.*)", re.DOTALL)
_PAIR = re.compile(r"(?P<key>\w+)=(?P<value>\S*)\s*(?:\((?P<data>.*)\))*")

T = TypeVar("T")
Reply = dict[str, tuple[str, str]]


class AgiError(Exception):
    """The conversation cannot go on as the script wants."""


class AgiHangup(AgiError):
    """The caller hung up, or Asterisk closed the connection."""


class AgiLate(AgiError):
    """The other side did not say or take a line in time."""


class AgiFailed(AgiError):
    """Asterisk refused a command or spoke no AGI."""


class SocketLines:
    """A socket as the text file that pyst2 wants, with a deadline and a longest line."""

    def __init__(self, connection: socket.socket, deadline_s: float) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + deadline_s
        self._rest = b""

    def readline(self) -> str:
        """The next line with its end; empty at the end of the stream."""
        while b"\n" not in self._rest:
            if len(self._rest) > LINE_LIMIT:
                raise AgiFailed("a line without end")
            chunk = self._io(lambda: self._connection.recv(4096))
            if not chunk:
                return ""
            self._rest += chunk
        line, _, self._rest = self._rest.partition(b"\n")
        if len(line) > LINE_LIMIT:
            raise AgiFailed("a line that is too long")
        return line.decode("utf-8", "replace") + "\n"

    def write(self, text: str) -> None:
        """Send at once: a command is one line."""
        self._io(lambda: self._connection.sendall(text.encode("utf-8", "replace")))

    def flush(self) -> None:
        """Nothing is kept back."""

    def _io(self, call: Callable[[], T]) -> T:
        left_s = self._deadline - time.monotonic()
        if left_s <= 0:
            raise AgiLate("the AGI conversation took too long")
        self._connection.settimeout(left_s)
        try:
            return call()
        except TimeoutError as error:
            raise AgiLate("the AGI conversation took too long") from error
        except OSError as error:
            raise AgiHangup("the AGI connection broke") from error


class AgiSession(AGI):
    """pyst2's AGI without its signal handler, its log of personal data and its parsing."""

    def __init__(self, lines: SocketLines) -> None:
        # Not super().__init__: it calls signal.signal, which only the main thread may.
        self.stdin = self.stdout = lines
        self.stderr = _Silence()
        self._got_sighup = False
        self.env: dict[str, str] = {}
        self._get_agi_env()
        self.script, self.query = _request(self.env)

    def set_variables(self, variables: Mapping[str, str]) -> None:
        """Set channel variables in one round trip where the values allow it."""
        if len(variables) > 1 and all(_PLAIN.match(value) for value in variables.values()):
            pairs = ",".join(f"{name}={value}" for name, value in variables.items())
            self.execute("EXEC", "MSet", self._quote(pairs))
            return
        for name, value in variables.items():
            self.execute("SET VARIABLE", name, self._quote(value))

    def _get_agi_env(self) -> None:
        """Read the headers up to the blank line."""
        for _ in range(HEADER_LIMIT):
            line = self.stdin.readline()
            if not line:
                raise AgiHangup("the connection closed before the request was complete")
            line = line.strip()
            if not line:
                return
            name, _, value = line.partition(":")
            self.env[name.strip()] = value.strip()
        raise AgiFailed("too many AGI headers")

    def _quote(self, string: object) -> str:
        """One argument. A line break has no spelling in AGI, so control characters are blanks."""
        text = _CONTROL.sub(" ", str(string)).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{text}"'

    def send_command(self, command: str, *args: object) -> None:
        """Send one command; whoever forgot to quote cannot smuggle in a second one."""
        line = " ".join([command.strip(), *map(str, args)]).strip()
        if _CONTROL.search(line):
            raise AgiFailed("an AGI command may not hold control characters")
        if len(line) > LINE_LIMIT:
            raise AgiFailed("an AGI command that is too long")
        self.stdout.write(line + "\n")

    def get_result(self, stdin: object = None) -> Reply:
        """The answer to the last command."""
        while True:
            code, separator, rest = self._reply_line()
            if code == 100:
                continue  # 100 Trying: the answer follows
            if code == 200:
                return _result(rest)
            if code == 511:
                raise AgiHangup("the channel is dead")
            if code == 520 and separator == "-":
                self._skip_usage()
            raise AgiFailed(f"Asterisk answered {code} to an AGI command")

    def _reply_line(self) -> tuple[int, str, str]:
        line = self.stdin.readline()
        if not line or line.strip() == "HANGUP":
            raise AgiHangup("the caller hung up")
        matched = _REPLY.match(line.strip())
        if matched is None:
            raise AgiFailed("Asterisk sent a line that is no AGI reply")
        return int(matched[1]), matched[2], matched[3]

    def _skip_usage(self) -> None:
        for _ in range(HEADER_LIMIT):
            line = self.stdin.readline()
            if not line:
                raise AgiHangup("the connection closed within a usage text")
            if line.startswith("520 "):
                return
        raise AgiFailed("a usage text without end")


class _Silence(io.TextIOBase):
    """Takes what pyst2 would print: variables and commands hold personal data."""

    def write(self, text: str) -> int:
        return len(text)


def _result(text: str) -> Reply:
    reply: Reply = {"result": ("", "")}
    for key, value, data in _PAIR.findall(text):
        reply[key] = (value, data)
    value, data = reply["result"]
    if data == "hangup":
        raise AgiHangup("the caller hung up during the command")
    if value == "-1":
        raise AgiFailed("the application failed, or the caller hung up")
    return reply


def _request(env: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The script's name and its arguments, from agi_request (agi://host:port/script?a=b)."""
    try:
        parts = urlsplit(env.get("agi_request", ""))
        return parts.path.strip("/"), dict(parse_qsl(parts.query, keep_blank_values=True))
    except ValueError as error:
        raise AgiFailed("the AGI request is no URL") from error
