"""The FastAGI server: a bounded pool of threads that run the scripts, one call at a time each.

Asterisk opens one connection for each AGI() call. Whatever a connection does, it costs at most
one thread until its deadline; when all are busy and the waiting room is full, a connection is
closed at once, so that the dialplan goes on by itself instead of holding a person in silence.
"""

import contextlib
import hmac
import logging
import socket
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from agi import answered, incoming, keypad, names, optout, practice
from agi.desk import Desk, DeskAway
from agi.session import AgiError, AgiHangup, AgiSession, SocketLines

log = logging.getLogger(__name__)

Script = Callable[[AgiSession, Desk], None]

SCRIPTS: Mapping[str, Script] = {
    names.SCRIPT_ANSWERED: answered.run,
    names.SCRIPT_INCOMING: incoming.run,
    names.SCRIPT_OPTOUT: optout.run,
    names.SCRIPT_KEYPAD: keypad.run,
    names.SCRIPT_PRACTICE: practice.run,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class AgiSettings:
    """Where to listen, the token that Asterisk must show, and the bounds."""

    token: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 4573
    threads: int = 16
    waiting_max: int = 200
    deadline_s: float = 8.0
    """Longest life of one conversation, the script's own waiting included."""


class AgiServer:
    """Listens from start() to stop(). Thread-safe in so far as both are called once."""

    def __init__(
        self, settings: AgiSettings, desk: Desk, scripts: Mapping[str, Script] = SCRIPTS
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._desk = desk
        self._scripts = scripts
        self._listener: socket.socket | None = None
        self._acceptor: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(settings.threads, thread_name_prefix="agi")
        self._lock = threading.Lock()
        self._connections: set[socket.socket] = set()

    @property
    def port(self) -> int:
        """The port that is listened on (useful when 0 was asked for)."""
        return 0 if self._listener is None else int(self._listener.getsockname()[1])

    def start(self) -> None:
        """Bind and accept in the background. Raises OSError when the port is taken."""
        self._listener = socket.create_server(
            (self._settings.host, self._settings.port), backlog=256
        )
        self._acceptor = threading.Thread(
            target=self._accept, args=(self._listener,), name="agi-accept", daemon=True
        )
        self._acceptor.start()

    def stop(self) -> None:
        """Close the listener and all conversations, and wait for the threads."""
        if self._listener is not None and self._acceptor is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
            self._acceptor.join()
            self._listener.close()
            self._listener = None
        with self._lock:
            for connection in self._connections:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self._pool.shutdown(wait=True)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except ConnectionError:
                continue  # this one gave up before we took it
            except OSError:
                return  # stop() shut the listener down
            if len(self._connections) >= self._settings.threads + self._settings.waiting_max:
                self.counts["turned_away"] += 1
                connection.close()
                continue
            with self._lock:
                self._connections.add(connection)
            self._pool.submit(self._serve, connection)

    def _serve(self, connection: socket.socket) -> None:
        try:
            self._converse(connection)
        except AgiHangup:
            self.counts["hangups"] += 1
        except (AgiError, DeskAway) as error:
            self.counts["failed"] += 1
            log.warning("An AGI script gave up: %s", error)
        except Exception:
            self.counts["crashed"] += 1
            log.exception("An AGI script crashed")
        finally:
            with self._lock:
                self._connections.discard(connection)
            connection.close()

    def _converse(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        session = AgiSession(SocketLines(connection, self._settings.deadline_s))
        shown = session.query.get("token", "")
        if not hmac.compare_digest(shown.encode(), self._settings.token.encode()):
            self.counts["wrong_token"] += 1
            log.warning("A FastAGI request without the right token was turned away")
            return
        script = self._scripts.get(session.script)
        if script is None:
            self.counts["unknown_script"] += 1
            log.warning("A FastAGI request for an unknown script was turned away")
            return
        script(session, self._desk)
        self.counts["served"] += 1
