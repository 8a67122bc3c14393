"""Starting, finding again and stopping the programs that run beside the dialer.

A *detached* process outlives us: when the daemon is killed, live conversations in Asterisk go on,
and the next daemon adopts it through its pid file. An *attached* one dies with us. The pid file
holds the process's own line of /proc (pid and start time), so a pid that was given to another
program is never taken for ours. Called by the parts, by the composition root and by tests.
"""

import contextlib
import logging
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dialer.errors import CallbankError

log = logging.getLogger(__name__)

POLL_S = 0.02
SIGN_OF_LIFE_S = 10.0
# The child writes its own pid file before it becomes the program: a parent that is killed right
# after the start leaves no process that nobody can find.
_WRITE_PID_THEN_EXEC = 'cat "/proc/$$/stat" >"$0" && exec "$@"'


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A program that we started, now or in an earlier life."""

    name: str
    pid: int
    start_ticks: int
    pid_file: Path
    log_file: Path

    def is_running(self) -> bool:
        """False once it has ended, even when nobody has collected its exit status yet."""
        _reap(self.pid)
        return _start_ticks(self.pid) == self.start_ticks

    def stop(self, *, grace_s: float = 10.0) -> None:
        """Asks it to end, and after `grace_s` makes it."""
        for request, wait_s in ((signal.SIGTERM, grace_s), (signal.SIGKILL, 10.0)):
            if self._signal(request, wait_s):
                break
            log.warning("%s (process %d) did not end in %.0f s", self.name, self.pid, wait_s)
        self.pid_file.unlink(missing_ok=True)

    def _signal(self, request: signal.Signals, wait_s: float) -> bool:
        try:
            handle = os.pidfd_open(self.pid)
        except ProcessLookupError:
            return True
        try:
            # The handle is pinned to whoever has the pid now: make sure that it is still ours.
            if not self.is_running():
                return True
            signal.pidfd_send_signal(handle, request)
            ended = bool(select.select([handle], [], [], wait_s)[0])
            _reap(self.pid)
            return ended
        except ProcessLookupError:
            return True
        finally:
            os.close(handle)

    def last_words(self, lines: int = 12) -> str:
        """The end of its log, for an error that people read."""
        return tail(self.log_file, lines)


def start(
    name: str,
    argv: Sequence[str],
    *,
    home: Path,
    environment: Mapping[str, str] | None = None,
    attached: bool = False,
) -> Process:
    """Starts a program; output to log/<name>.log, pid to run/<name>.pid under `home`.

    `environment` is all that it finds in its own: nothing of ours is added to it.
    """
    pid_file = home / "run" / f"{name}.pid"
    log_file = home / "log" / f"{name}.log"
    for place in (pid_file, log_file):
        place.parent.mkdir(parents=True, exist_ok=True)
    words = ["/bin/sh", "-c", _WRITE_PID_THEN_EXEC, str(pid_file), *argv]
    if attached:
        words = [_program("setpriv"), "--pdeathsig", "KILL", *words]
    if not shutil.which(argv[0]):
        raise CallbankError(f"{name} cannot be started: {argv[0]} is not there or not executable.")
    pid = _spawn(
        words, log_file, os.environ if environment is None else environment, attached=attached
    )
    ticks = _wait_for_pid_file(pid_file, pid)
    if ticks is None:
        raise CallbankError(
            f"{name} ended at once; the last words in {log_file} are:\n{tail(log_file, 12)}"
        )
    return Process(name=name, pid=pid, start_ticks=ticks, pid_file=pid_file, log_file=log_file)


def _wait_for_pid_file(pid_file: Path, pid: int) -> int | None:
    """The start time that the child wrote; None when it ended before it could."""
    while _start_ticks(pid) is not None:
        with contextlib.suppress(FileNotFoundError, ValueError):
            written, ticks = _parse_stat(pid_file.read_text(encoding="utf-8", errors="replace"))
            if written == pid:
                return ticks
        time.sleep(POLL_S / 10)
    _reap(pid)
    return None


def _spawn(
    words: Sequence[str], log_file: Path, environment: Mapping[str, str], *, attached: bool
) -> int:
    append = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    return os.posix_spawn(
        words[0],
        words,
        environment,
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log_file), append, 0o640),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=not attached,
        setsigmask=[],
        setsigdef=[signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGHUP],
    )


def adopt(name: str, *, home: Path) -> Process | None:
    """The process that an earlier life of ours started under this name, if it still runs."""
    pid_file = home / "run" / f"{name}.pid"
    try:
        pid, ticks = _parse_stat(pid_file.read_text(encoding="utf-8", errors="replace"))
    except (FileNotFoundError, ValueError):
        return None
    process = Process(
        name=name,
        pid=pid,
        start_ticks=ticks,
        pid_file=pid_file,
        log_file=home / "log" / f"{name}.log",
    )
    return process if process.is_running() else None


def wait_until_ready(
    process: Process, is_ready: Callable[[], bool], *, timeout_s: float = 30.0
) -> None:
    """Returns when `is_ready()` is true; one that ends or dawdles is an error with its words."""
    deadline = time.monotonic() + timeout_s
    while not is_ready():
        if not process.is_running():
            trouble = "ended at once"
        elif time.monotonic() > deadline:
            trouble = f"is not ready after {timeout_s:.0f} s"
        else:
            time.sleep(POLL_S)
            continue
        raise CallbankError(
            f"{process.name} {trouble}; the last words in {process.log_file} are:\n"
            + process.last_words()
        )


def run_long(
    argv: Sequence[str],
    *,
    what: str,
    log_file: Path,
    announce: Callable[[str], None],
    environment: Mapping[str, str] | None = None,
) -> None:
    """Runs a slow command to its end, saying now and then that it still goes; output to the log."""
    announce(f"{what} ...")
    began = time.monotonic()
    log_file.parent.mkdir(parents=True, exist_ok=True)
    log_file.touch(mode=0o640)
    with log_file.open("ab") as output:
        child = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
        )
        try:
            code = _wait_aloud(child, what, began, announce)
        except BaseException:
            child.terminate()
            child.wait()
            raise
    if code != 0:
        raise CallbankError(
            f"{what} failed ({argv[0]} ended with {code}); the last words in"
            f" {log_file} are:\n{tail(log_file, 8)}"
        )
    announce(f"   done in {time.monotonic() - began:.0f} s")


def _wait_aloud(
    child: "subprocess.Popen[bytes]", what: str, began: float, announce: Callable[[str], None]
) -> int:
    while True:
        try:
            return child.wait(timeout=SIGN_OF_LIFE_S)
        except subprocess.TimeoutExpired:
            announce(f"   still {what} ({time.monotonic() - began:.0f} s)")


def refuse_port_in_use(host: str, port: int, *, kind: str, setting: str) -> None:
    """Raises when another program has the port; `kind` is tcp or udp, `setting` e.g. `ami.port`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM if kind == "tcp" else socket.SOCK_DGRAM) as probe:
        if kind == "tcp":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            section, _, key = setting.partition(".")
            variable = f"CALLBANK_{section}_{key}".upper()
            raise CallbankError(
                f"{kind} port {port} on {host} cannot be used ({error.strerror}): stop the program"
                f" that has it, or set [{section}] {key} in callbank.toml or {variable}."
            ) from None


def free_ports(count: int, *, host: str = "127.0.0.1") -> tuple[int, ...]:
    """Ports that are free for TCP and UDP right now, all different; for tests and the demo.

    No other process of ours is given one of them while this one lives, whoever uses them when.
    """
    sockets: list[socket.socket] = []
    try:
        while len(sockets) < 2 * count:
            tcp = socket.create_server((host, 0))
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind((host, tcp.getsockname()[1]))
                _reserve(tcp.getsockname()[1])
            except OSError:
                tcp.close()
                udp.close()
                continue
            sockets += [tcp, udp]
        return tuple(tcp.getsockname()[1] for tcp in sockets[::2])
    finally:
        for each in sockets:
            each.close()


def _reserve(port: int) -> None:
    """Raises OSError if the port is reserved already; the kernel frees it when this process ends.

    A name in Linux's abstract namespace of sockets is a lock without a file.
    """
    lock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        lock.bind(f"\0callbank-port-{port}")
    except OSError:
        lock.close()
        raise
    lock.detach()  # stays open as long as the process


def answers(host: str, port: int) -> bool:
    """Does something accept TCP connections there?"""
    try:
        socket.create_connection((host, port), timeout=0.5).close()
    except OSError:
        return False
    return True


def tail(path: Path, lines: int) -> str:
    """The last lines of a text file, "" where there is none."""
    try:
        words = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join("  " + line for line in words[-lines:])


def _program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise CallbankError(f"{name} is needed and is not on the PATH; it is part of util-linux.")
    return path


def is_dead(pid: int) -> bool:
    """Has the process ended? Also true of one whose exit status was not collected yet."""
    return _start_ticks(pid) is None


def _start_ticks(pid: int) -> int | None:
    """When the process started, None for one that has ended (or waits to be collected)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    state = stat.rpartition(")")[2].split()[0]
    return None if state in "ZX" else _parse_stat(stat)[1]


def _parse_stat(stat: str) -> tuple[int, int]:
    """pid and start time in a line of /proc/<pid>/stat; the name in brackets may hold blanks."""
    head, bracket, rest = stat.rpartition(")")
    fields = rest.split()
    if not bracket or len(fields) < 20:
        raise ValueError(f"not a line of /proc/<pid>/stat: {stat!r}")
    return int(head.split()[0]), int(fields[19])


def _reap(pid: int) -> None:
    """Collects the exit status of a child of ours; one that was adopted is init's to collect."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
