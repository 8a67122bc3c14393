"""docker-compose.yml, brought up for real: the demo's campaign is dialed through the containers.

The tests build on each other in the order in which they stand. What takes its time is measured and
printed, not judged. Only with `./callbank test --stack`.
"""

import json
import re
import time

import pytest

from tests.stack.conftest import Say
from tests.stack.running import DEMO, EXPORTERS, LASTING, SERVICES, VOLUNTEERS, Stack

pytestmark = [pytest.mark.stack, pytest.mark.alone, pytest.mark.timeout(1800)]

LIVE_CALLS = 20
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
CONNECTED = "SELECT count(*) FROM attempts WHERE connected_at IS NOT NULL"


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


def test_the_volunteers_page_is_part_of_the_image(stack: Stack) -> None:
    page = stack.page("/volunteer", BROWSER)
    (script,) = re.findall(rb'src="(/assets/volunteer-\w+[.]js)"', page.body)
    assert stack.page(script.decode()).status == 200
    assert "browser pages" not in stack.logs("dialer"), "nothing is fetched or built at a start"


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


def test_the_exporters_tell_of_the_machine_and_the_database(stack: Stack) -> None:
    stack.compose("--profile", "exporters", "up", "--detach", "--no-build", *EXPORTERS)
    stack.until_healthy(*EXPORTERS)
    stack.until(lambda: "node" in stack.prometheus("node_load1"), "the machine's load")
    stack.until(lambda: "postgres" in stack.prometheus("pg_up"), "the database's state")
    assert stack.prometheus("pg_up")["postgres"] == 1
    stack.compose("--profile", "exporters", "stop", *EXPORTERS)


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


def test_who_loads_a_page_meanwhile_is_told_that_it_comes_back(stack: Stack) -> None:
    page = stack.page("/volunteer", BROWSER)
    assert page.status == 503 and b"back in a moment" in page.body
    assert stack.page("/api/health").status == 502
    assert stack.state("caddy") == "running/healthy"


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
