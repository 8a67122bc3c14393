"""docker-compose.yml, brought up for real: the demo's campaign is dialed through the containers.

One stack for all tests, which build on each other in the order in which they stand. What takes its
time is measured and printed, not judged. Only with `./callbank test --stack`.
"""

import json
import time
from collections.abc import Callable, Iterator

import pytest

from dialer.parts.processes import answers
from tests.stack.engine import Docker, NoEngine, docker_here
from tests.stack.running import DEMO, LASTING, SERVICES, VOLUNTEERS, Stack, stack_here

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(1800)]

LIVE_CALLS = 20
FIXED_PORTS = (5038, 4573, 8080, 8088, 9090, 9093)
CONNECTED = "SELECT count(*) FROM attempts WHERE connected_at IS NOT NULL"


@pytest.fixture(scope="module")
def docker() -> Iterator[Docker]:
    busy = [port for port in FIXED_PORTS if answers("127.0.0.1", port)]
    assert not busy, f"the stack's ports {busy} are in use: end what has them"
    try:
        with docker_here() as docker:
            yield docker
    except NoEngine as why:
        pytest.skip(f"the containers are not tried: {why}")


@pytest.fixture(scope="module")
def stack(docker: Docker) -> Iterator[Stack]:
    with stack_here(docker) as stack:
        yield stack


Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Prints a figure for whoever watches."""

    def speak(what: str) -> None:
        with capsys.disabled():
            print(f"\nstack: {what}")

    return speak


def test_the_compose_file_is_of_the_specification(stack: Stack) -> None:
    stack.compose("--profile", "*", "config", "--quiet")


def test_a_call_is_bridged_through_the_containers(stack: Stack, say: Say) -> None:
    began = time.monotonic()
    stack.compose("--profile", "demo", "up", "--detach", "--no-build", *SERVICES, *DEMO)
    up_s = time.monotonic() - began
    stack.until(lambda: int(stack.query(CONNECTED)) > 0, "a bridged call")
    say(f"first bridged call after {time.monotonic() - began:.1f} s (commanded in {up_s:.1f} s)")
    stack.until_healthy(*LASTING)
    assert stack.state("migrate") == "exited/0"


def test_nothing_but_caddy_runs_as_root(stack: Stack) -> None:
    users = {
        service: stack.docker.run(
            "inspect", "--format", "{{.Config.User}}", stack.container(service)
        ).strip()
        for service in (*LASTING, *DEMO)
    }
    assert {name for name, user in users.items() if user.startswith("0")} == {"caddy"}


def test_asterisk_cannot_change_its_configuration(stack: Stack) -> None:
    etc = "/var/lib/callbank/asterisk/pbx/etc"
    words = ("exec", "-T", "asterisk", "touch", f"{etc}/manager.conf")
    assert "Read-only file system" in stack.try_compose(*words).stdout


def test_one_certificate_serves_api_and_telephones_but_no_metrics(stack: Stack) -> None:
    healthy = stack.page("/api/health")
    assert healthy.status == 200 and json.loads(healthy.body)["status"] == "ok"
    assert stack.page("/metrics").status == 404


def test_a_volunteer_with_a_session_reaches_asterisks_websocket_and_nobody_else(
    stack: Stack,
) -> None:
    upgrade = {
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": "sip",
    }  # fmt: skip
    assert stack.page("/ws", upgrade).status == 401
    said = stack.callbank("volunteer", "invite", "--campaign", "Get out the vote", "--json")
    cookie = stack.join(json.loads(said)["code"])
    assert stack.page("/ws", {**upgrade, "Cookie": cookie}).status == 101


def test_prometheus_scrapes_dialer_and_asterisk_and_knows_the_alertmanager(stack: Stack) -> None:
    wanted = ("callbank", "asterisk", "prometheus", "alertmanager")
    stack.until(
        lambda: all(stack.prometheus("up").get(job) == 1 for job in wanted), "targets up"
    )
    ended = "sum by (job) (callbank_attempts_ended_total)"
    stack.until(lambda: stack.prometheus(ended).get("callbank", 0) > 0, "attempts in Prometheus")
    assert stack.prometheus("prometheus_notifications_alertmanagers_discovered")["prometheus"] == 1


def test_commands_work_in_the_dialers_container(stack: Stack) -> None:
    status = json.loads(stack.callbank("campaign", "status", "Get out the vote", "--json"))
    assert status["live"] is not None
    assert json.loads(stack.callbank("health", "--json"))["status"] == "ok"


def test_a_stop_drains_and_drops_no_live_call(stack: Stack, say: Say) -> None:
    stack.until(lambda: stack.talking() >= LIVE_CALLS, f"{LIVE_CALLS} live calls")
    live = stack.query("SELECT string_agg(quote_literal(id), ',') FROM attempts"
                       " WHERE connected_at IS NOT NULL AND ended_at IS NULL")  # fmt: skip
    began = time.monotonic()
    stack.compose("stop", "dialer")
    drained_s = time.monotonic() - began
    placed_after = stack.query(
        f"SELECT count(*) FROM attempts WHERE dialed_at > now() - interval '{drained_s - 3} s'"
    )
    outcomes = stack.query(f"SELECT string_agg(DISTINCT coalesce(outcome, 'open'), ',')"
                           f" FROM attempts WHERE id IN ({live})")  # fmt: skip
    say(f"{len(live.split(','))} live calls drained in {drained_s:.1f} s: {outcomes}")
    assert outcomes == "talked"
    assert placed_after == "0"
    assert stack.query("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == "0"
    assert stack.state("dialer").startswith("exited")


def test_the_next_dialer_goes_on_with_the_volunteers(stack: Stack, say: Say) -> None:
    before = int(stack.query(CONNECTED))
    began = time.monotonic()
    stack.compose("up", "--detach", "--no-build", "--no-deps", "dialer")
    stack.until(lambda: int(stack.query(CONNECTED)) > before, "another conversation")
    say(f"the next conversation {time.monotonic() - began:.1f} s after the dialer's start")
    lost = stack.query("SELECT count(*) FROM attempts WHERE outcome = 'lost'")
    assert lost == "0"


@pytest.mark.parametrize("service", LASTING)
def test_each_container_may_be_killed_and_the_dialing_goes_on(
    stack: Stack, say: Say, service: str
) -> None:
    began = time.monotonic()
    stack.kill(service)
    stack.until_healthy(*LASTING)
    before = int(stack.query(CONNECTED))
    stack.until(lambda: int(stack.query(CONNECTED)) > before, f"a call after {service}'s death")
    say(f"{service} killed: healthy and dialing after {time.monotonic() - began:.1f} s")
    assert stack.state("volunteers") == "running/0"


def test_every_attempt_of_the_evening_has_an_end_and_none_was_double(stack: Stack) -> None:
    stack.compose("--profile", "demo", "stop", "volunteers")
    stack.compose("stop", "dialer")
    assert stack.query("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == "0"
    twice = ("SELECT count(*) FROM attempts a JOIN attempts b ON a.e164 = b.e164 AND a.id < b.id"
             " AND tstzrange(a.dialed_at, a.ended_at) && tstzrange(b.dialed_at, b.ended_at)")
    assert stack.query(twice) == "0"


def test_a_backup_can_be_restored(stack: Stack) -> None:
    stack.compose("--profile", "backup", "run", "--rm", "-T", "backup", "--once")
    (dump,) = (stack.home / "stack" / "backup").glob("callbank-*.dump")
    assert [each.name for each in dump.parent.glob("callbank-*.secrets.json")]
    asked = ("PGPASSFILE=/run/secrets/pgpass; export PGPASSFILE; url=postgresql://callbank@/{}"
             "?host=/run/postgresql; createdb --maintenance-db=$(printf $url) again;"
             " pg_restore --dbname=$(printf $url | sed s@/callbank?@/again?@) /backup/*.dump")
    stack.compose("--profile", "backup", "run", "--rm", "-T", "--entrypoint", "sh", "backup",
                  "-ec", asked.format("callbank"))  # fmt: skip
    login = "PGPASSWORD=$(cat /run/secrets/database_password)"
    counted = stack.docker.run(
        "exec", stack.container("db"), "sh", "-c",
        f"{login} psql -h /run/postgresql -U callbank -d again -qtAXc"
        " 'SELECT count(*) FROM attempts'")  # fmt: skip
    assert int(counted) == int(stack.query("SELECT count(*) FROM attempts")) > VOLUNTEERS


PREVIOUS = """
from alembic import command
from alembic.script import ScriptDirectory
import os
from dialer.storage import migrations
with migrations._connected(os.environ["CALLBANK_DATABASE_URL"]) as connection:
    config = migrations._config()
    config.attributes["connection"] = connection
    head = ScriptDirectory.from_config(config).get_current_head()
    before = f"{int(head) - 1:04}"
    command.upgrade(config, before)
    connection.commit()
    print(before)
"""


def test_an_upgrade_brings_the_previous_schema_to_this_one_once(stack: Stack) -> None:
    head = stack.query("SELECT version_num FROM alembic_version")
    done = stack.logs("migrate").count(f"done: {head} ")
    stack.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    previous = stack.compose(
        "run", "--rm", "-T", "--no-deps", "--entrypoint", "/opt/callbank/venv/bin/python",
        "migrate", "-P", "-c", PREVIOUS)  # fmt: skip
    assert stack.query("SELECT version_num FROM alembic_version") in previous
    assert stack.query("SELECT version_num FROM alembic_version") < head
    stack.compose("up", "--detach", "--no-build", *SERVICES)
    stack.until_healthy(*LASTING)
    assert stack.query("SELECT version_num FROM alembic_version") == head
    assert stack.logs("migrate").count(f"done: {head} ") == done + 1


def test_a_newer_databases_volume_is_refused_in_one_sentence(stack: Stack) -> None:
    head = stack.query("SELECT version_num FROM alembic_version")
    stack.query("UPDATE alembic_version SET version_num = '9001'")
    ended = stack.try_compose("run", "--rm", "-T", "migrate")
    assert ended.returncode == 1 and "a newer Callbank made it" in ended.stdout
    assert "Traceback" not in ended.stdout
    stack.query(f"UPDATE alembic_version SET version_num = '{head}'")


def test_a_missing_secret_fails_the_start_and_the_health_check(stack: Stack) -> None:
    secrets = stack.home / "secrets.json"
    whole = secrets.read_text(encoding="utf-8")
    kept = {name: value for name, value in json.loads(whole).items() if name != "agi_token"}
    secrets.write_text(json.dumps(kept), encoding="utf-8")
    stack.compose("up", "--detach", "--no-build", "--no-deps", "--force-recreate", "dialer")
    stack.until(lambda: "lacks agi_token" in stack.logs("dialer"), "the sentence in the log")
    assert stack.state("dialer") != "running/healthy"
    assert "Traceback" not in stack.logs("dialer")
    secrets.write_text(whole, encoding="utf-8")
    stack.until_healthy("dialer")


def test_a_missing_init_is_said_by_compose(stack: Stack) -> None:
    ended = stack.docker.try_compose("--file", str(stack.folder / "docker-compose.yml"),
                                     "--env-file", "/dev/null", "config")  # fmt: skip
    assert ended.returncode != 0 and "run ./callbank init first" in ended.stdout
