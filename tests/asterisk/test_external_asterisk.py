"""Somebody else's Asterisk, set up with nothing but what `doctor --asterisk-includes` prints."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from dialer.cli.client import DaemonClient
from dialer.demo.show import place_where_one_may_call
from dialer.errors import CallbankError
from dialer.parts import postgres
from dialer.parts.carrier import Behaviour, CarrierSettings, render_carrier
from dialer.parts.processes import free_ports
from dialer.parts.render import AgentPhone
from dialer.parts.secrets import load_secrets
from dialer.parts.templates import make_home
from tests.asterisk.harness import (
    MIX,
    AsteriskProcess,
    asterisk_program,
    forced,
    speech_tools,
)

CHECKOUT = Path(__file__).resolve().parents[2]
PATIENCE_S = 90.0
PERSON = "+" + forced(Behaviour.PERSON_PATIENT)

BASE = {
    "asterisk.conf": "[directories]\nastetcdir => {home}/etc\nastmoddir => {modules}\n"
    "astvarlibdir => {home}/lib\nastdbdir => {home}/db\nastkeydir => {home}/lib\n"
    "astdatadir => {data}\nastagidir => {home}/lib\nastspooldir => {home}/spool\n"
    "astrundir => {home}/run\nastlogdir => {home}/log\n",
    "modules.conf": "[modules]\nautoload = yes\nnoload = chan_sip.so\n",
    "logger.conf": "[general]\n[logfiles]\nmessages.log => notice,warning,error\n",
    "manager.conf": "[general]\nenabled = yes\nbindaddr = 127.0.0.1\nport = {ami}\n"
    "timestampevents = yes\n#include manager_custom.conf\n",
    "extensions.conf": "[general]\n[default]\n#include extensions_custom.conf\n",
    "queues.conf": "[general]\n#include queues_custom.conf\n",
    "rtp.conf": "[general]\nrtpstart = 12000\nrtpend = 14998\n",
    "pjsip.conf": "[global]\ntype = global\nendpoint_identifier_order = username,ip\n"
    "[0.0.0.0-udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{sip}\n"
    "#include pjsip_custom.conf\n",
}
"""A small PBX as somebody might have it: all modules, its own names, nothing of ours."""

SETTINGS = """
[asterisk]
mode = "external"
[ami]
port = {ami}
[agi]
port = {agi}
[web]
port = {web}
[[trunk]]
name = "sim"
host = "127.0.0.1"
port = {carrier}
caller_ids = ["+19195550100"]
"""


@dataclass(frozen=True, kw_only=True)
class Office:
    """A Callbank that has no Asterisk of its own, and the PBX in the cellar."""

    home: Path
    pbx: AsteriskProcess
    carrier: AsteriskProcess
    ports: dict[str, int]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if "CALLBANK" not in name}
        return {**kept, "CALLBANK_HOME": str(self.home), "PYTHONPATH": str(CHECKOUT)}

    def start(self, *words: str, log: Path | None = None) -> "subprocess.Popen[str]":
        output = (log or Path(os.devnull)).open("a") if log else subprocess.PIPE
        try:
            return subprocess.Popen(
                [sys.executable, "-P", "-m", "dialer", *words],
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                text=True,
            )
        finally:
            if not isinstance(output, int):
                output.close()

    def run(self, *words: str) -> str:
        process = self.start(*words)
        out, err = process.communicate(timeout=PATIENCE_S)
        assert process.returncode == 0, err
        return out

    def ask(self, query: str, *values: object) -> list[tuple[object, ...]]:
        secrets = load_secrets(self.home)
        server = postgres.EmbeddedPostgres(
            place=self.home / "postgres", password=secrets.database_password
        )
        plain = server.url().replace("+psycopg", "")
        with psycopg.connect(plain) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def write_base(self) -> None:
        etc = make_home(self.pbx.home)
        program = self.pbx.program
        for name, text in BASE.items():
            filled = text.format(
                home=self.pbx.home,
                modules=program.modules_dir,
                data=program.data_dir,
                **self.ports,
            )
            (etc / name).write_text(filled, encoding="utf-8")

    def append_includes(self) -> None:
        """What the operator does by hand."""
        printed = self.run("doctor", "--asterisk-includes")
        for part in printed.split("\n; ======== ")[1:]:
            name, _, text = part.partition("\n")
            (self.pbx.home / "etc" / name).write_text(text, encoding="utf-8")


def until(is_so: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < deadline, f"still not so: {what}"
        time.sleep(0.1)


@pytest.fixture
def office() -> Iterator[Office]:
    program = asterisk_program()
    with tempfile.TemporaryDirectory(prefix="cb-ext-") as made:
        place = Path(made)
        place.chmod(0o755)
        names = ("sip", "ami", "agi", "web", "carrier")
        office = Office(
            home=place / "home",
            pbx=AsteriskProcess(program, place / "pbx"),
            carrier=AsteriskProcess(program, place / "carrier"),
            ports=dict(zip(names, free_ports(len(names)), strict=True)),
        )
        office.home.mkdir()
        (office.home / "callbank.toml").write_text(SETTINGS.format(**office.ports))
        try:
            yield office
        finally:
            office.carrier.stop()
            office.pbx.stop()
            secrets = load_secrets(office.home)
            postgres.EmbeddedPostgres(
                place=office.home / "postgres", password=secrets.database_password
            ).stop()


def people(office: Office) -> dict[str, str]:
    """A campaign with one person on its list, and a volunteer whose telephone registers."""
    words = ("--method", "progressive", "--amd", "off", "--caller-id", "+19195550100")
    office.run("campaign", "create", "spring", *words)
    volunteer: dict[str, str] = json.loads(office.run("agent", "add", "Vera", "--json"))
    zone = place_where_one_may_call(time.time(), 600.0) or "America/New_York"
    office.ask(
        "WITH n AS (INSERT INTO numbers (e164, zones, line_type)"
        "  VALUES (%s, ARRAY[%s], 'landline') RETURNING e164),"
        " c AS (INSERT INTO contacts (campaign_id, external_id, display_name)"
        "  SELECT 1, e164, 'Somebody' FROM n RETURNING id, external_id)"
        " INSERT INTO leads (campaign_id, contact_id, e164) SELECT 1, id, external_id FROM c",
        PERSON,
        zone,
    )
    return volunteer


def start_telephones(office: Office, volunteer: dict[str, str]) -> None:
    office.write_base()
    office.append_includes()
    office.pbx.start()
    render_carrier(
        CarrierSettings(
            home=office.carrier.home,
            module_dir=office.carrier.program.modules_dir,
            data_dir=office.carrier.program.data_dir,
            sounds=office.home.parent / "speech",
            sip_port=office.ports["carrier"],
            pbx_port=office.ports["sip"],
            rtp_start=20000,
            rtp_end=29998,
        ),
        MIX,
        speech_tools(office.carrier.program),
        bots=[AgentPhone(extension=volunteer["extension"], password=volunteer["password"])],
    )
    office.carrier.start()
    until(
        lambda: "sip:bot" in office.pbx.run("pjsip show contacts"), "the volunteer's registration"
    )


def test_a_call_is_placed_through_somebody_elses_asterisk(office: Office) -> None:
    volunteer = people(office)
    start_telephones(office, volunteer)
    log = office.home / "serve.log"
    serve = office.start("serve", "--drain-seconds", "1", log=log)
    try:
        operator = DaemonClient(
            f"http://127.0.0.1:{office.ports['web']}", load_secrets(office.home).web_token
        )
        until(lambda: "Asterisk" in log.read_text() and _is_up(operator), log.read_text())
        operator.log_in("Vera", volunteer["token"], ["spring"])
        until(lambda: "agent-1-" in office.pbx.run("core show channels concise"), "the held leg")
        operator.ask_for_agent(1, "ready")
        office.run("campaign", "start", "spring")
        until(
            lambda: office.ask("SELECT 1 FROM attempts WHERE connected_at IS NOT NULL"),
            "a conversation",
        )
        doctor = office.start("doctor")
        said, _ = doctor.communicate(timeout=PATIENCE_S)
        assert "no recorded voice is played" in said
        assert doctor.returncode == 0, said
    finally:
        serve.send_signal(signal.SIGTERM)
        serve.wait(PATIENCE_S)
    assert serve.returncode == 0, log.read_text()
    assert "fully booted" in office.pbx.run("core waitfullybooted"), "it is not ours to stop"
    assert "ERROR" not in log.read_text()


def _is_up(operator: DaemonClient) -> bool:
    try:
        return bool(operator.floor()["link_is_up"])
    except CallbankError:
        return False
