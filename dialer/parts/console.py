"""Asterisk's console, spoken to over its control socket: one command, its answer.

This is what `asterisk -rx` says on that socket, without the program: so it costs a millisecond, and
works where Asterisk runs in another container that shares the socket's directory. The server first
tells its name, then answers the command and closes.
"""

import contextlib
import socket
from pathlib import Path

from dialer.errors import CallbankError

SOCKET_NAME = "asterisk.ctl"
TIMEOUT_S = 15.0
_PREFIX = "cli quit after "
_CHUNK = 65536


def ask(run_directory: Path, command: str, *, timeout_s: float = TIMEOUT_S) -> str:
    """What the Asterisk with this run directory answers to a console command.

    Empty while nobody listens there; raises CallbankError when it does not answer in time.
    """
    with socket.socket(socket.AF_UNIX) as talk:
        talk.settimeout(timeout_s)
        try:
            talk.connect(str(run_directory / SOCKET_NAME))
            talk.sendall(f"{_PREFIX}{command}\0".encode())
            return _answer(talk)
        except (ConnectionError, FileNotFoundError):
            return ""
        except OSError as error:
            raise CallbankError(
                f"Asterisk's console in {run_directory} did not take a command ({error}): look"
                " into its log."
            ) from error


def _answer(talk: socket.socket) -> str:
    parts = []
    with contextlib.suppress(ConnectionError):
        while part := talk.recv(_CHUNK):
            parts.append(part)
    said = b"".join(parts).decode(errors="replace").replace("\x7f", "")
    _, _, answer = said.partition("\n")  # the first line is host/pid/version
    return answer
