"""What would half run is refused: one sentence in the log, and a health check that fails.

Each test breaks something of a stack that runs, mends it, and sees all healthy again.
"""

import contextlib
import json
import socket
from collections.abc import Iterator

import pytest

from tests.stack.running import LASTING, PROJECT, SERVICES, Stack

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(1800)]

WITHOUT_MODULE = """\
FROM {image}
USER 0
RUN rm /usr/lib/*/asterisk/modules/app_amd.so
USER 10001:10001
"""
A_MINUTE_AHEAD = (
    "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
    " $$ SELECT pg_catalog.clock_timestamp() + interval '61 seconds' $$"
)


@pytest.fixture(autouse=True)
def whole(stack: Stack) -> Iterator[None]:
    """All runs before and after."""
    stack.compose("up", "--detach", "--no-build", *SERVICES)
    stack.until_healthy(*LASTING)
    yield
    stack.compose("up", "--detach", "--no-build", *SERVICES)
    stack.until_healthy(*LASTING)


def refuses_to_start(stack: Stack, service: str, sentence: str) -> None:
    """The service, made anew, says this and nothing of programmers; it is not healthy."""
    renew = ("up", "--detach", "--no-build", "--no-deps", "--force-recreate")
    stack.compose(*renew, service)
    stack.until(lambda: sentence in stack.logs(service), f"{service} says: {sentence}")
    assert "Traceback" not in stack.logs(service)
    assert stack.state(service) != "running/healthy"


def dialer_refuses(stack: Stack, sentence: str) -> None:
    """So does the dialer, and whoever asks for its health hears that it is bad."""
    refuses_to_start(stack, "dialer", sentence)
    asked = stack.try_compose("run", "--rm", "-T", "--no-deps", "dialer", "health")
    assert asked.returncode == 1 and "callbank: " in asked.stdout, asked.stdout


def test_a_missing_secret_is_refused(stack: Stack) -> None:
    secrets = stack.home / "secrets.json"
    whole = secrets.read_text(encoding="utf-8")
    kept = {name: value for name, value in json.loads(whole).items() if name != "agi_token"}
    secrets.write_text(json.dumps(kept), encoding="utf-8")
    try:
        dialer_refuses(stack, "lacks agi_token")
    finally:
        secrets.write_text(whole, encoding="utf-8")


def test_a_database_of_a_newer_callbank_is_refused(stack: Stack) -> None:
    head = stack.query("SELECT version_num FROM alembic_version")
    stack.query("UPDATE alembic_version SET version_num = '9001'")
    try:
        ended = stack.try_compose("run", "--rm", "-T", "migrate")
        assert ended.returncode == 1 and "a newer Callbank made it" in ended.stdout
        dialer_refuses(stack, "a newer Callbank made it")
    finally:
        stack.query(f"UPDATE alembic_version SET version_num = '{head}'")


def test_a_volume_of_another_postgresql_is_refused(stack: Stack) -> None:
    version = stack.home / "stack" / "database" / "17" / "PG_VERSION"
    stack.compose("stop", "db")
    version.write_text("16\n", encoding="ascii")
    try:
        refuses_to_start(stack, "db", "was initialized by PostgreSQL version 16")
    finally:
        version.write_text("17\n", encoding="ascii")


def test_a_database_that_is_not_ours_is_refused(stack: Stack) -> None:
    stack.query("CREATE DATABASE books")
    books = stack.with_variables(
        DATABASE_URL="postgresql://callbank@/books?host=/run/postgresql"
    )
    stack.query("CREATE TABLE invoices (id int)", database="books")
    try:
        dialer_refuses(books, "is not Callbank's")
    finally:
        stack.query("DROP DATABASE books WITH (FORCE)")


def test_a_clock_that_is_a_minute_off_is_refused(stack: Stack) -> None:
    stack.query(A_MINUTE_AHEAD)
    stack.query("ALTER ROLE callbank SET search_path = public, pg_catalog")
    try:
        dialer_refuses(stack, "the clock of the database is 61 s ahead of this machine's")
    finally:
        stack.query("ALTER ROLE callbank RESET search_path")
        stack.query("DROP FUNCTION public.clock_timestamp()")


def test_a_port_in_use_is_refused(stack: Stack) -> None:
    stack.compose("stop", "dialer")
    with contextlib.closing(socket.create_server(("127.0.0.1", 8080))):
        dialer_refuses(stack, "[web] port")


def test_an_asterisk_without_a_needed_module_is_refused(stack: Stack) -> None:
    context = stack.docker.keep / "without-module"
    context.mkdir(exist_ok=True)
    (context / "Dockerfile").write_text(
        WITHOUT_MODULE.format(image=stack.variables["ASTERISK_IMAGE"]), encoding="utf-8"
    )
    image = f"{PROJECT}/without-module"
    stack.docker.run("build", "--quiet", "--tag", image, str(context))
    refuses_to_start(stack.with_variables(ASTERISK_IMAGE=image), "asterisk", "has no app_amd.so")
    stack.until(lambda: stack.state("dialer") == "running/unhealthy", "the dialer misses Asterisk")
    asked = stack.try_compose("exec", "-T", "dialer", "callbank", "health")
    assert asked.returncode == 1 and "runs without Asterisk" in asked.stdout


def test_a_missing_init_is_said_by_compose(stack: Stack) -> None:
    ended = stack.docker.try_compose("--file", str(stack.folder / "docker-compose.yml"),
                                     "--env-file", "/dev/null", "config")  # fmt: skip
    assert ended.returncode != 0 and "run ./callbank init first" in ended.stdout
