"""What an operator may write into callbank.toml and the environment."""

from pathlib import Path

import pytest

from dialer.config import Settings, load_settings
from dialer.config_keys import example_file
from dialer.errors import UsageError


def settings_of(home: Path, text: str = "", **environ: str) -> Settings:
    (home / "callbank.toml").write_text(text, encoding="utf-8")
    return load_settings(environ, home=home)


def complaint(home: Path, text: str = "", **environ: str) -> str:
    with pytest.raises(UsageError) as caught:
        settings_of(home, text, **environ)
    return str(caught.value)


def test_without_a_file_every_setting_has_a_default(tmp_path: Path) -> None:
    settings = load_settings({}, home=tmp_path)
    assert settings.database_url is None
    assert settings.asterisk.tree == tmp_path / "asterisk" / "tree"
    assert (settings.sip.port, settings.ami.port, settings.agi.port) == (5060, 5038, 4573)
    assert settings.trunks == ()


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path, "[ami]\nport = 6000\n[web]\nport = 81", CALLBANK_AMI_PORT="6001"
    )
    assert (settings.ami.port, settings.web.port) == (6001, 81)


def test_all_mistakes_are_reported_together(tmp_path: Path) -> None:
    said = complaint(tmp_path, '[ami]\nport = "x"\nprot = 1\n[nonsense]\n', CALLBANK_WEB_PORT="0")
    for part in (
        "[ami] port: must be a whole number from 1 to 65535",
        "[ami] prot: is not a known",
        "nonsense: is not a known",
        "CALLBANK_WEB_PORT: must be a whole number",
    ):
        assert part in said


@pytest.mark.parametrize("text", ["[ami", "\x00", "log_level = 5", 'ami = "x"', "ami = [1]"])
def test_a_file_that_cannot_be_used_is_one_clear_error(tmp_path: Path, text: str) -> None:
    assert "callbank.toml" in complaint(tmp_path, text)


def test_a_file_in_another_encoding_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "callbank.toml").write_bytes(b'log_level = "\xe9"')
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings({}, home=tmp_path)


def test_any_spelling_of_a_postgresql_address_goes_through_psycopg(tmp_path: Path) -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        settings = settings_of(tmp_path, CALLBANK_DATABASE_URL=f"{scheme}://me:pw@db/x")
        assert settings.database_url == "postgresql+psycopg://me:pw@db/x"


def test_other_databases_are_refused_without_showing_the_password(tmp_path: Path) -> None:
    said = complaint(tmp_path, CALLBANK_DATABASE_URL="mysql://me:hush@db/x")
    assert "PostgreSQL" in said
    assert "hush" not in said


@pytest.mark.parametrize(("said", "is_enabled"), [("true", True), ("false", False)])
def test_a_flag_may_come_from_the_environment(
    tmp_path: Path, said: str, is_enabled: bool
) -> None:
    settings = settings_of(tmp_path, CALLBANK_METRICS_ENABLED=said)
    assert settings.metrics.enabled is is_enabled


def test_a_flag_is_true_or_false_and_nothing_else(tmp_path: Path) -> None:
    said = complaint(tmp_path, CALLBANK_METRICS_ENABLED="yes")
    assert "CALLBANK_METRICS_ENABLED: must be true or false" in said


TRUNK = '[[trunk]]\nname = "main"\nhost = "127.0.0.1"\n'


def test_a_trunk_is_read_with_its_limits_and_numbers(tmp_path: Path) -> None:
    (trunk,) = settings_of(
        tmp_path,
        TRUNK + "channel_limit = 30\ncalls_per_second = 2\n"
        'caller_ids = ["+15550100"]\ncodecs = ["alaw"]',
    ).trunks
    assert (trunk.channel_limit, trunk.calls_per_second) == (30, 2.0)
    assert (trunk.caller_ids, trunk.codecs) == (("+15550100",), ("alaw",))


def test_a_trunk_password_comes_from_the_environment_and_is_not_shown(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, TRUNK, CALLBANK_TRUNK_MAIN_PASSWORD="hush")
    assert settings.trunks[0].password == "hush"
    assert "hush" not in repr(settings)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('[[trunk]]\nname = "a"', "[[trunk]] a: needs host"),
        (TRUNK + 'caller_ids = ["5551234"]', "must be a list of numbers such as +15551234567"),
        (TRUNK + 'caller_ids = "+15551234567"', "must be a list of"),
        (TRUNK + TRUNK, "[[trunk]] main: is there twice"),
        (TRUNK + "registers = true", "registers, so it needs username and password"),
        (TRUNK + 'username = "a\\nb"', "must be a text without blanks"),
        (TRUNK + "calls_per_second = 0", "must be a number above 0"),
        (TRUNK + "calls_per_second = nan", "must be a number above 0"),
        (TRUNK + "colour = 1", "[[trunk]] main colour: is not a known key"),
        ('[trunk]\nname = "a"', "is written as [[trunk]]"),
        ('[[trunk]]\nname = "x"\nhost = "sip.example.org"', "set [sip] bind to 0.0.0.0"),
    ],
)
def test_a_trunk_that_cannot_work_is_refused(tmp_path: Path, lines: str, sentence: str) -> None:
    assert sentence in complaint(tmp_path, lines)


def test_two_listeners_on_one_port_are_refused(tmp_path: Path) -> None:
    assert "8080 is also [web] port" in complaint(tmp_path, "[http]\nport = 8080")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ('host = "0.0.0.0"', "takes plain http from the network"),
        ('host = "10.0.0.5"\npublic_url = "http://10.0.0.5"', "takes plain http"),
        ('certificate = "a.pem"', "[web] key: is needed too"),
        ('key = "a.key"', "[web] certificate: is needed too"),
        ('certificate = "a.pem"\nkey = "a.key"', "[web] public_url: must be the https address"),
    ],
)
def test_no_session_goes_over_a_network_in_the_open(
    tmp_path: Path, lines: str, sentence: str
) -> None:
    assert sentence in complaint(tmp_path, f"[web]\n{lines}\n")


def test_plain_http_is_taken_from_the_network_behind_a_proxy(tmp_path: Path) -> None:
    web = settings_of(tmp_path, '[web]\nhost = "0.0.0.0"\npublic_url = "https://a.example"\n').web
    assert (web.host, web.certificate) == ("0.0.0.0", None)


def test_an_external_asterisk_must_be_able_to_reach_us(tmp_path: Path) -> None:
    external = '[asterisk]\nmode = "external"\n[ami]\nhost = "192.0.2.7"\n'
    assert "[agi] host: the Asterisk at 192.0.2.7 cannot reach" in complaint(tmp_path, external)
    assert settings_of(tmp_path, external + '[agi]\nhost = "192.0.2.8"\n').ami.password is None


def test_the_example_file_says_the_defaults_and_is_a_settings_file(tmp_path: Path) -> None:
    example = example_file()
    assert (
        settings_of(tmp_path, example) == load_settings({}, home=tmp_path / "none")
        or settings_of(tmp_path, example).ami == load_settings({}, home=tmp_path / "none").ami
    )
    uncommented = "\n".join(
        line.removeprefix("# ")
        for line in example.split("# One block")[0].splitlines()
        if " = " in line or line.startswith("[")
    )
    kept = [line for line in uncommented.splitlines() if not line.endswith('""')]
    assert settings_of(tmp_path, "\n".join(kept)) == load_settings({}, home=tmp_path)
