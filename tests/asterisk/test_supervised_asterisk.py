"""An Asterisk that somebody else starts from the files that Callbank writes, and what it refuses.

The test is the supervisor here, as a container engine is in docker-compose.yml.
"""

import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.config import Settings, load_settings
from dialer.errors import CallbankError
from dialer.house import Subscribers, pbx_settings, start_pbx
from dialer.parts import console, fitness
from dialer.parts.asterisk import AsteriskProgram
from dialer.parts.pbx import SupervisedPbx
from dialer.parts.render import AgentPhone, PbxSecrets, render_pbx
from dialer.parts.secrets import load_secrets
from dialer.parts.templates import Rendered
from tests.asterisk.harness import asterisk_program, free_ports


class Supervisor:
    """Starts Asterisk once its files are whole, and ends it."""

    def __init__(self, program: AsteriskProgram, home: Path) -> None:
        self._program = program
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()

    def start(self) -> None:
        configuration = self._home / "etc" / "asterisk.conf"
        with (self._home / "log" / "output").open("ab") as output:
            self._process = subprocess.Popen(
                self._program.server(configuration), stdout=output, stderr=output
            )

    def start_when_rendered(self) -> threading.Thread:
        def wait() -> None:
            while not self._ending.wait(0.05):
                if (self._home / "etc" / "rendered").exists():
                    self.start()
                    return

        waiting = threading.Thread(target=wait)
        waiting.start()
        return waiting

    def stop(self) -> None:
        self._ending.set()
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None


@pytest.fixture
def settings() -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="cb-sup-") as made:
        names = ("SIP", "AMI", "HTTP", "AGI", "WEB")
        ports = zip(names, free_ports(len(names)), strict=True)
        environ = {f"CALLBANK_{name}_PORT": str(port) for name, port in ports}
        yield load_settings({**environ, "CALLBANK_ASTERISK_MODE": "supervised"}, home=Path(made))


@pytest.fixture
def supervisor(settings: Settings) -> Iterator[Supervisor]:
    supervisor = Supervisor(asterisk_program(), settings.home / "asterisk" / "pbx")
    yield supervisor
    supervisor.stop()


def rendered(settings: Settings) -> SupervisedPbx:
    """The files of a whole Asterisk, and what speaks to it."""
    secrets = load_secrets(settings.home)
    render_pbx(
        pbx_settings(settings, asterisk_program()),
        PbxSecrets(ami_secret=secrets.ami_password, agi_token=secrets.agi_token),
    )
    return SupervisedPbx("asterisk", settings.home / "asterisk" / "pbx")


def running(settings: Settings, supervisor: Supervisor) -> SupervisedPbx:
    pbx = rendered(settings)
    supervisor.start()
    pbx.start()
    return pbx


def test_its_supervisor_may_come_first_and_new_phones_reach_it(
    settings: Settings, supervisor: Supervisor
) -> None:
    waiting = supervisor.start_when_rendered()
    secrets, program = load_secrets(settings.home), asterisk_program()
    said: list[str] = []

    def start(*phones: AgentPhone) -> SupervisedPbx:
        pbx = start_pbx(settings, secrets, program, said.append, Subscribers(phones=phones))
        assert isinstance(pbx, SupervisedPbx)
        return pbx

    first = start()
    waiting.join(5)
    assert "2001" not in first.console("pjsip show endpoints")
    second = start(AgentPhone(extension="2001", password="x" * 20))
    assert "2001" in second.console("pjsip show endpoints")
    assert said[-1] == "found our Asterisk running; its conversations go on"
    second.stop()
    assert second.is_booted(), "it is its supervisor's to end"


def test_one_that_nobody_starts_is_missed_in_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.parts.pbx.BOOT_TIMEOUT_S", 0.2)
    with pytest.raises(CallbankError, match="whoever supervises it must start it"):
        rendered(settings).start()


def test_a_whole_one_is_accepted_and_doctor_says_so(
    settings: Settings, supervisor: Supervisor
) -> None:
    pbx = running(settings, supervisor)
    fitness.refuse_unfit_asterisk(pbx.console, settings)
    finding = fitness.supervised_asterisk(settings)
    assert finding.state == "ok" and "started by its supervisor" in finding.says


def test_one_without_a_needed_module_is_refused(settings: Settings, supervisor: Supervisor) -> None:
    rendered(settings)
    modules = settings.home / "asterisk" / "pbx" / "etc" / "modules.conf"
    text = modules.read_text(encoding="utf-8")
    modules.write_text(text.replace("load = app_amd.so\n", ""), encoding="utf-8")
    pbx = SupervisedPbx("asterisk", settings.home / "asterisk" / "pbx")
    supervisor.start()
    pbx.start()
    with pytest.raises(CallbankError, match=r"runs without app_amd: install its modules package"):
        fitness.refuse_unfit_asterisk(pbx.console, settings)
    assert fitness.supervised_asterisk(settings).state == "fail"


@pytest.mark.parametrize(
    ("section", "kind"),
    [("sip", socket.SOCK_DGRAM), ("sip", socket.SOCK_STREAM), ("http", socket.SOCK_STREAM)],
    ids=["sip over udp", "sip over tcp", "websockets"],
)
def test_one_whose_port_somebody_has_is_refused(
    settings: Settings, supervisor: Supervisor, section: str, kind: socket.SocketKind
) -> None:
    port = {"sip": settings.sip.port, "http": settings.http.port}[section]
    with socket.socket(type=kind) as taken:
        taken.bind(("127.0.0.1", port))
        pbx = running(settings, supervisor)
        with pytest.raises(CallbankError, match=rf"port {port} .*set \[{section}\] port"):
            fitness.refuse_unfit_asterisk(pbx.console, settings)


def test_an_ami_that_is_another_asterisks_is_refused(
    settings: Settings, supervisor: Supervisor
) -> None:
    running(settings, supervisor)
    fitness.refuse_strange_ami(settings, load_secrets(settings.home), time.time)
    (settings.home / "secrets.json").unlink()
    with pytest.raises(CallbankError, match="refuses the user callbank"):
        fitness.refuse_strange_ami(settings, load_secrets(settings.home), lambda: 0.0)


def test_an_asterisk_whose_clock_is_a_minute_off_is_refused(
    settings: Settings, supervisor: Supervisor
) -> None:
    running(settings, supervisor)
    with pytest.raises(CallbankError, match=r"is 60 s behind this machine's .*Set both by NTP"):
        fitness.refuse_strange_ami(settings, load_secrets(settings.home), lambda: time.time() + 60)


def test_an_ami_that_nobody_serves_is_left_to_the_link(settings: Settings) -> None:
    fitness.refuse_strange_ami(settings, load_secrets(settings.home), lambda: 0.0)


def test_the_console_says_nothing_where_nobody_listens(tmp_path: Path) -> None:
    assert console.ask(tmp_path, "core waitfullybooted") == ""


def test_a_console_that_does_not_answer_is_an_error(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as deaf:
        deaf.bind(str(tmp_path / console.SOCKET_NAME))
        deaf.listen()
        with pytest.raises(CallbankError, match="did not take a command"):
            console.ask(tmp_path, "core show version", timeout_s=0.2)


def test_what_needs_a_restart_is_said(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    pbx = SupervisedPbx("asterisk", tmp_path)
    pbx.take_over(Rendered(changed=(tmp_path / "modules.conf",), needs_restart=True))
    assert "take effect only when it is restarted: modules.conf" in caplog.text
