"""What doctor finds, and what it says to do."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialer.cli import doctor
from dialer.config import load_settings
from dialer.parts import ami_check, checkup
from dialer.parts.checkup import State
from dialer.parts.secrets import load_secrets

CHECKOUT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("version", "count"),
    [((22, 10, 1), 0), ((22, 10, 0), 1), ((20, 6, 0), 10), ((22, 5, 2), 3), ((23, 0, 0), 0)],
)
def test_a_version_has_the_flaws_that_were_fixed_after_it(
    version: tuple[int, ...], count: int
) -> None:
    finding = checkup.known_flaws(version)
    assert finding.state is (State.WARN if count else State.OK)
    assert finding.says.count(" (") == count


def test_an_unknown_version_is_not_called_safe() -> None:
    assert checkup.known_flaws(()).state is State.WARN


def rendered(home: Path, write: str) -> Path:
    path = home / "asterisk" / "pbx" / "etc" / "manager.conf"
    path.parent.mkdir(parents=True)
    path.write_text(
        f"[general]\nwrite = all\n[callbank] ; ours\nread => call\nwrite = {write}\n"
        "[other]\nwrite = system\n"
    )
    return path


@pytest.mark.parametrize(
    ("write", "state", "says"),
    [
        ("call,originate,agent,reporting,user", State.OK, "and no more"),
        ("call,originate,agent,reporting,user,system", State.FAIL, "may write system"),
        ("ALL", State.FAIL, "may write all"),
        ("call, originate, agent, reporting, user, config ; why", State.FAIL, "may write config"),
        ("call,agent,reporting,user", State.FAIL, "may not write originate"),
    ],
)
def test_rights_that_run_programs_are_found_in_manager_conf(
    tmp_path: Path, write: str, state: State, says: str
) -> None:
    rendered(tmp_path, write)
    found, _ = checkup.ami(load_settings({}, home=tmp_path))
    assert found.state is state
    assert says in found.says


def test_a_second_write_line_counts_too(tmp_path: Path) -> None:
    path = rendered(tmp_path, "call\nwrite = system")
    assert ami_check.privileges(path, "callbank", "write") == ("call", "system")
    assert ami_check.privileges(path, "nobody", "write") is None


@contextmanager
def fake_asterisk(answers: dict[str, str]) -> Iterator[int]:
    """Answers each AMI action, once, by its name; hangs up afterwards."""

    def talk() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", newline="\r\n") as lines:
            lines.write("Asterisk Call Manager/11.0.0\r\n")
            lines.flush()
            for line in lines:
                name = line.strip().removeprefix("Action: ")
                if name in answers:
                    lines.write(answers[name] + "\r\n\r\n")
                    lines.flush()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


GREETED = {
    "Login": "Response: Success\r\n\r\nEvent: FullyBooted",
    "CoreSettings": "Response: Success\r\nAsteriskVersion: 22.5.2~dfsg-1",
}


def external(home: Path, port: int) -> list[checkup.Finding]:
    environ = {
        "CALLBANK_ASTERISK_MODE": "external",
        "CALLBANK_AMI_PASSWORD": "hush",
        "CALLBANK_AMI_PORT": str(port),
    }
    return list(checkup.ami(load_settings(environ, home=home)))


def test_an_external_asterisk_is_asked_what_our_login_may_do(tmp_path: Path) -> None:
    allowed = "Response: Success\r\nOriginate: x (Priv: call)\r\nHangup: y"
    with fake_asterisk({**GREETED, "ListCommands": allowed}) as port:
        login, flaws = external(tmp_path, port)
    assert login.state is State.OK
    assert "2 actions" in login.says
    assert "22.5.2 lacks 3" in flaws.says


def test_a_login_that_may_run_programs_fails(tmp_path: Path) -> None:
    allowed = "Response: Success\r\nOriginate: x\r\nCommand: y\r\nUpdateConfig: z"
    with fake_asterisk({**GREETED, "ListCommands": allowed}) as port:
        login, _ = external(tmp_path, port)
    assert login.state is State.FAIL
    assert "Command, UpdateConfig" in login.says


def test_a_refused_login_and_a_silent_port_are_sentences(tmp_path: Path) -> None:
    refused = {"Login": "Response: Error\r\nMessage: Authentication failed"}
    with fake_asterisk(refused) as port:
        (finding,) = external(tmp_path, port)
    assert "refuses the user callbank (Authentication failed)" in finding.says
    (finding,) = external(tmp_path, port)
    assert finding.state is State.FAIL
    assert "no AMI at 127.0.0.1" in finding.says
    assert "hush" not in finding.says


def test_a_login_that_serve_holds_is_no_failure(tmp_path: Path) -> None:
    with fake_asterisk({"Login": "Response: Error\r\nMessage: Login Already In Use"}) as port:
        (finding,) = external(tmp_path, port)
    assert finding.state is State.OK


def test_files_with_passwords_that_others_may_read_are_found(tmp_path: Path) -> None:
    load_secrets(tmp_path)
    (finding,) = checkup.private_files(tmp_path)
    assert finding.state is State.OK
    (tmp_path / "secrets.json").chmod(0o644)
    (finding,) = checkup.private_files(tmp_path)
    assert finding.state is State.FAIL
    assert "chmod 600" in finding.remedy


def test_a_port_in_use_fails_with_its_setting(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (finding,) = checkup.ports(load_settings({"CALLBANK_WEB_PORT": str(port)}, home=tmp_path))
    if finding.says.startswith(f"tcp port {port}"):
        assert "CALLBANK_WEB_PORT" in finding.remedy
    else:  # another of our default ports is in use on this machine
        assert finding.state is State.FAIL


def test_trunks_that_need_more_audio_ports_than_there_are_get_a_warning(tmp_path: Path) -> None:
    (tmp_path / "callbank.toml").write_text(
        '[rtp]\nstart = 10000\nend = 10400\n[[trunk]]\nname = "a"\nhost = "127.0.0.1"\n'
        "channel_limit = 200\n"
    )
    findings = {each.name: each for each in checkup.ports(load_settings({}, home=tmp_path))}
    assert "room for about 100 calls" in findings["rtp"].says


def test_bad_settings_are_a_row_of_the_report_and_end_it(tmp_path: Path) -> None:
    (tmp_path / "callbank.toml").write_text("[ami]\nport = 0\n")
    findings = list(doctor.look_over(tmp_path))
    assert findings[-1].name == "settings"
    assert findings[-1].state is State.FAIL


def test_the_report_is_json_when_asked_and_its_exit_code_tells(tmp_path: Path) -> None:
    (tmp_path / "callbank.toml").write_text("nonsense = 1\n")
    result = subprocess.run(
        [sys.executable, "-P", "-m", "dialer", "doctor", "--json"],
        env={"PYTHONPATH": str(CHECKOUT), "CALLBANK_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert report["ok"] is False
    assert {"name", "state", "says", "remedy"} == set(report["findings"][0])


def test_an_external_asterisk_gets_its_four_files_with_our_password(tmp_path: Path) -> None:
    text = doctor.asterisk_includes(load_settings({}, home=tmp_path), agents=(), campaigns=())
    for name in ("extensions", "pjsip", "queues", "manager"):
        assert f"; ======== {name}_custom.conf" in text
    assert load_secrets(tmp_path).ami_password in text
