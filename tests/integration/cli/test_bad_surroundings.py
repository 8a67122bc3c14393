"""Settings, ports, secrets and directories that are not as they should be: one sentence each."""

import json
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.telephony.actions import caller_id
from tests.integration.cli.callbank_command import Callbank, callbank

READY_S = 60.0


@pytest.fixture
def shop() -> Iterator[Callbank]:
    with callbank() as command:
        yield command


# --- names that could become something else ---------------------------------------------------


@pytest.fixture(scope="module")
def office() -> Iterator[Callbank]:
    with callbank() as command:
        assert command.run("campaign", "create", "spring").code == 0
        yield command


@pytest.mark.parametrize(
    "name",
    ["A\r\nAction: Command", "A\nB", "A\x00B".replace("\x00", "\x01"), "A\x7fB", "A\u2028B"],
    ids=["crlf", "lf", "control", "delete", "line separator"],
)
@pytest.mark.parametrize("word", ["create", "set"])
def test_a_caller_name_with_a_line_break_is_refused(
    office: Callbank, word: str, name: str
) -> None:
    before = office.counts()
    campaign = "spring" if word == "set" else "another"
    office.run("campaign", word, campaign, "--caller-name", name).refused("--caller-name")
    assert office.counts() == before
    assert '"caller_name": ""' in office.run("campaign", "show", "spring", "--json").out


@pytest.mark.parametrize("name", ['The "Best" Party', "A <+15551234567>", "A; B", "A\\B"])
def test_a_caller_name_with_signs_of_sip_is_refused(office: Callbank, name: str) -> None:
    office.run("campaign", "set", "spring", "--caller-name", name).refused("--caller-name")


def test_an_ordinary_caller_name_is_kept(office: Callbank) -> None:
    name = "O'Neill & Søn"
    assert office.run("campaign", "create", "fall", "--caller-name", name).code == 0
    shown = json.loads(office.run("campaign", "show", "fall", "--json").out)["caller_name"]
    assert shown == name
    assert caller_id(shown, "+19195550100") == "\"O'Neill & Søn\" <+19195550100>"


@pytest.mark.parametrize("number", ["+1919555\r\n0100", "911; drop", "abc"])
def test_a_caller_id_that_is_no_number_is_refused(office: Callbank, number: str) -> None:
    office.run("campaign", "set", "spring", "--caller-id", number).refused("--caller-id")


def test_a_campaign_name_with_a_line_break_is_refused(office: Callbank) -> None:
    office.run("campaign", "create", "two\nlines").refused("printable")


def test_an_unknown_campaign_is_named_with_those_there_are(office: Callbank) -> None:
    for words in (("show", "sprong"), ("start", "sprong"), ("status", "sprong")):
        office.run("campaign", *words).refused("sprong", "spring")


# --- settings ---------------------------------------------------------------------------------


def test_all_mistakes_of_the_settings_are_told_at_once(shop: Callbank) -> None:
    shop.home.mkdir()
    (shop.home / "callbank.toml").write_text(
        '[web]\nport = "many"\n[nonsense]\na = 1\n[sip]\nbnd = "x"\n[[trunk]]\nname = "a b"\n',
        encoding="utf-8",
    )
    shop.run("serve", CALLBANK_WEB_PORT="", CALLBANK_LOG_LEVEL="loud").refused(
        "[web] port", "nonsense", "[sip] bnd", "a b", "needs host", "CALLBANK_LOG_LEVEL"
    )
    assert not (shop.home / "postgres").exists()


def test_settings_that_are_no_toml_are_refused(shop: Callbank) -> None:
    shop.home.mkdir()
    (shop.home / "callbank.toml").write_bytes(b"\xff\xfe[web\n")
    shop.run("campaign", "list").refused("callbank.toml", "cannot be read")


@pytest.mark.parametrize(
    "url", ["mysql://root@localhost/x", "localhost", "postgresql+asyncpg://a@b/c", "sqlite:///x"]
)
def test_a_database_of_another_make_is_refused(shop: Callbank, url: str) -> None:
    shop.run("serve", CALLBANK_DATABASE_URL=url).refused("CALLBANK_DATABASE_URL", "PostgreSQL")


@pytest.mark.parametrize(
    "words", [("serve",), ("campaign", "list"), ("migrate", "--check")], ids=" ".join
)
def test_a_database_that_does_not_answer_is_named_without_its_password(
    shop: Callbank, words: tuple[str, ...]
) -> None:
    url = "postgresql://someone:hunter2@127.0.0.1:9/callbank"
    done = shop.run(*words, CALLBANK_DATABASE_URL=url)
    done.refused("someone@127.0.0.1:9", "CALLBANK_DATABASE_URL", code=1)
    assert "hunter2" not in done.err
    assert not (shop.home / "postgres").exists()


# --- the data directory -----------------------------------------------------------------------


@pytest.mark.parametrize("words", [("serve",), ("campaign", "list"), ("demo",)], ids=" ".join)
def test_a_data_directory_that_cannot_be_made_is_named(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    shop = Callbank(home=tmp_path / "file" / "home")
    shop.run(*words).refused(str(shop.home), "CALLBANK_HOME", code=1)


@pytest.mark.parametrize("rubbish", ["{", "[]", '{"master": 7}', "\udcff"])
def test_secrets_that_are_rubbish_are_kept_and_told(shop: Callbank, rubbish: str) -> None:
    shop.home.mkdir()
    path = shop.home / "secrets.json"
    path.write_bytes(rubbish.encode(errors="surrogateescape"))
    shop.run("serve").refused(str(path), "backup", code=1)
    assert path.read_bytes() == rubbish.encode(errors="surrogateescape")
    path.unlink()


def test_a_secret_that_could_become_a_line_of_asterisks_files_is_refused(shop: Callbank) -> None:
    assert shop.run("campaign", "list").code == 0
    path = shop.home / "secrets.json"
    kept = path.read_text(encoding="utf-8")
    ami = kept.split('"ami_password": "')[1][:64]
    path.write_text(kept.replace(ami, "x\\n[evil]\\nwrite = all"), encoding="utf-8")
    shop.run("serve").refused("ami_secret", code=1)
    path.write_text(kept, encoding="utf-8")


# --- ports ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["web", "agi", "ami", "sip", "http"])
def test_a_port_in_use_is_named_and_nothing_is_left_running(shop: Callbank, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        variable = f"CALLBANK_{name.upper()}_PORT"
        shop.run("serve", **{variable: port}).refused(port, f"[{name}] port", variable, code=1)
    assert not shop.server.is_running()


def test_a_sip_port_in_use_by_another_telephone_system_is_named(shop: Callbank) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        shop.run("serve", CALLBANK_SIP_PORT=port).refused("udp", port, "[sip] port", code=1)


def test_a_second_serve_is_refused_and_the_first_goes_on(shop: Callbank) -> None:
    first = shop.start("serve")
    try:
        _wait_until_serving(shop, first)
        again = shop.run("serve")
        again.refused(str(first.pid), str(shop.home), "CALLBANK_HOME", code=1)
        assert first.poll() is None
        assert shop.run("campaign", "list").code == 0
        _files_are_private(shop.home)
        assert shop.run("doctor").code == 0
    finally:
        first.send_signal(signal.SIGTERM)
        _out, err = first.communicate(timeout=60)
    assert first.returncode == 0, err
    assert not shop.server.is_running()
    _is_listening_nowhere(shop)


def _wait_until_serving(shop: Callbank, process: subprocess.Popen[str]) -> None:
    port = int(shop.environment["CALLBANK_WEB_PORT"])
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    raise AssertionError("serve did not become ready")


def _files_are_private(home: Path) -> None:
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
    rendered = list((home / "asterisk" / "pbx" / "etc").glob("*.conf"))
    assert len(rendered) > 10
    for path in rendered:
        assert path.stat().st_mode & 0o777 == 0o600, path
    for path in (home / "log").iterdir():
        assert path.stat().st_mode & 0o007 == 0, path


def _is_listening_nowhere(shop: Callbank) -> None:
    for port in shop.environment.values():
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", int(port))) != 0, port




def test_a_data_directory_with_a_blank_in_its_name_works() -> None:
    with callbank() as command:
        place = command.home.with_name("my phone bank")
        shop = Callbank(home=place, environment=command.environment)
        try:
            first = shop.start("serve")
            _wait_until_serving(shop, first)
            first.send_signal(signal.SIGTERM)
            _out, err = first.communicate(timeout=60)
            assert first.returncode == 0, err
        finally:
            shop.close()
