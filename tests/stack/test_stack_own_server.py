"""DATABASE_URL names a PostgreSQL of one's own: `db` is not started, all else works on it."""

import secrets
from collections.abc import Callable, Iterator

import pytest

from dialer.parts.processes import free_ports
from tests.stack.images import NAME
from tests.stack.running import DEMO, PROJECT, SERVICES, Stack

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(1800)]

SERVER = f"{PROJECT}-own-server"
ROLE, DATABASE = "somebody", "phones"
CONNECTED = "SELECT count(*) FROM attempts WHERE connected_at IS NOT NULL"

Query = Callable[[str], str]


@pytest.fixture
def port() -> int:
    return free_ports(1)[0]


@pytest.fixture
def query(stack: Stack, port: int) -> Iterator[Query]:
    """A server on a port of this machine, whose password stands in secrets/pgpass."""
    folder = stack.docker.keep / "own-server"
    folder.mkdir(exist_ok=True)
    password = secrets.token_hex(16)
    (folder / "password").write_text(password, encoding="ascii")
    pgpass = stack.home / "secrets" / "pgpass"
    before = pgpass.read_text(encoding="utf-8")
    pgpass.write_text(f"127.0.0.1:{port}:{DATABASE}:{ROLE}:{password}\n{before}", "utf-8")
    stack.docker.run(
        "run", "--detach", "--name", SERVER, "--network", "host",
        "--volume", f"{folder}/password:/run/password:ro",
        "--env", f"POSTGRES_USER={ROLE}", "--env", f"POSTGRES_DB={DATABASE}",
        "--env", "POSTGRES_PASSWORD_FILE=/run/password", "--env", "PGDATA=/tmp/data",
        "--env", "POSTGRES_INITDB_ARGS=--auth-local=trust --encoding=UTF8",
        f"{NAME}/postgres", "postgres", "-c", f"port={port}", "-c", "listen_addresses=127.0.0.1",
    )  # fmt: skip

    def ask(statement: str) -> str:
        return stack.docker.run(
            "exec", SERVER, "psql", "-h", "/run/postgresql", "-p", str(port), "-U", ROLE,
            "-qtAXc", statement, DATABASE,
        ).strip()  # fmt: skip

    is_ready = f"pg_isready -h 127.0.0.1 -p {port} -d {DATABASE} || true"
    try:
        stack.until(
            lambda: "accepting" in stack.docker.run("exec", SERVER, "sh", "-c", is_ready),
            "the server answers",
        )
        yield ask
    finally:
        stack.docker.run("rm", "--force", "--volumes", SERVER)
        pgpass.write_text(before, encoding="utf-8")


def test_the_demo_dials_and_is_backed_up_from_a_server_of_ones_own(
    stack: Stack, port: int, query: Query
) -> None:
    stack.compose("--profile", "*", "down", "--timeout", "5")
    url = f"postgresql://{ROLE}@127.0.0.1:{port}/{DATABASE}"
    others = [service for service in SERVICES if service != "db"]
    with stack.environment_file(f"DATABASE_URL={url}", "DATABASE_SCALE=0"):
        up = ("--profile", "demo", "up", "--detach", "--no-build")
        assert stack.try_compose(*up, *others, *DEMO).returncode == 0, stack.logs("migrate")
        stack.until(lambda: int(query(CONNECTED)) > 0, "a bridged call")
        stack.until_healthy("dialer", "asterisk", "caddy")
        assert stack.state("migrate") == "exited/0"
        made = stack.docker.run("ps", "--all", "--format", "{{.Names}}").split()
        assert stack.container("dialer") in made and stack.container("db") not in made
        stack.compose("--profile", "backup", "run", "--rm", "-T", "backup", "--once")
        newest = max((stack.home / "stack" / "backup").glob("callbank-*.dump"))
        assert b"somebody" in newest.read_bytes()
        stack.compose("--profile", "*", "down", "--timeout", "5")
    stack.compose("up", "--detach", "--no-build", *SERVICES)
    stack.until_healthy("db", "dialer")
