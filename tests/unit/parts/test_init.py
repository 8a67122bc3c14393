"""`callbank init`: everything is written once, for one owner, and never over what is there."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from dialer.errors import CallbankError, UsageError
from dialer.parts.secrets import NAMED_FILE, load_secrets
from dialer.parts.stack_files import OWN_ID, StackPlan, write_stack
from dialer.parts.systemd import UNIT, USER, install, unit_files

CHECKOUT = Path(__file__).resolve().parents[3]
HOME = Path("/var/lib/callbank")


def plan(tmp_path: Path, **more: object) -> StackPlan:
    usual = {
        "home": tmp_path / "home", "environment_file": tmp_path / ".env", "site": "phone.example"
    }  # fmt: skip
    return StackPlan(**{**usual, **more})  # type: ignore[arg-type]  # the tests know its fields


def contents(place: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def test_all_secrets_are_its_owners_alone_and_fit_together(tmp_path: Path) -> None:
    write_stack(plan(tmp_path))
    home, owner = tmp_path / "home", OWN_ID if os.geteuid() == 0 else os.geteuid()
    files = [home / "secrets.json", home / "callbank.toml", *(home / "secrets").iterdir()]
    assert len(files) == 7
    for path in files:
        assert path.stat().st_mode & 0o777 == 0o600 and path.stat().st_uid == owner, path
    for folder in (home / "stack").rglob("*"):
        assert folder.stat().st_uid == owner
    kept = load_secrets(tmp_path, {NAMED_FILE: str(home / "secrets.json")})
    assert (home / "secrets" / "database_password").read_text() == kept.database_password
    assert kept.database_password in (home / "secrets" / "pgpass").read_text()


def test_no_secret_is_in_the_environment_file(tmp_path: Path) -> None:
    write_stack(plan(tmp_path))
    text = (tmp_path / ".env").read_text()
    assert "CALLBANK_SITE=phone.example" in text
    for secret in json.loads((tmp_path / "home" / "secrets.json").read_text()).values():
        assert secret not in text


def test_a_second_time_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    write_stack(plan(tmp_path))
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="init writes everything once and changed nothing"):
        write_stack(plan(tmp_path))
    assert contents(tmp_path) == before


def test_secrets_and_settings_that_are_there_are_kept(tmp_path: Path) -> None:
    made = load_secrets(tmp_path / "home", {})
    settings = tmp_path / "home" / "callbank.toml"
    settings.write_text("log_level = 'debug'\n")
    write_stack(plan(tmp_path))
    assert load_secrets(tmp_path / "home", {}) == made
    assert settings.read_text() == "log_level = 'debug'\n"


def test_the_chats_address_is_a_secret_too(tmp_path: Path) -> None:
    write_stack(plan(tmp_path, alerts_to="https://chat.example/hooks/1"))
    webhook = tmp_path / "home" / "secrets" / "alert_webhook_url"
    assert webhook.read_text() == "https://chat.example/hooks/1"


def test_the_demos_only_trunk_ends_on_this_machine(tmp_path: Path) -> None:
    write_stack(plan(tmp_path, is_demo=True))
    text = (tmp_path / "home" / "callbank.toml").read_text()
    assert text.count("[[trunk]]") == 1 and 'host = "127.0.0.1"' in text


def test_a_home_that_an_environment_file_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"cannot stand in \.env"):
        write_stack(plan(tmp_path, home=tmp_path / "a$b"))
    assert not (tmp_path / "a$b").exists()


@pytest.mark.parametrize(
    ("words", "fragment"),
    [(("--site", "a b"), "--site must be"), (("--alerts-to", "chat"), "--alerts-to must be"),
     (("--install",), "belongs to --systemd")],
    ids=["site", "alerts", "install"],
)  # fmt: skip
def test_wrong_words_are_refused(tmp_path: Path, words: tuple[str, ...], fragment: str) -> None:
    ended = subprocess.run(
        [str(CHECKOUT / "callbank"), "init", *words], capture_output=True, text=True, check=False,
        env={"PATH": os.environ["PATH"], "CALLBANK_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert ended.returncode == 2 and fragment in ended.stderr
    assert not (tmp_path / "home").exists()


# --- systemd ------------------------------------------------------------------------------------

needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed"
)


def test_the_units_are_printed_without_any_package(tmp_path: Path) -> None:
    ended = subprocess.run(
        [str(CHECKOUT / "callbank"), "init", "--systemd"], capture_output=True, text=True,
        check=True, env={"PATH": os.environ["PATH"], "CALLBANK_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    assert f"ExecStart={CHECKOUT}/callbank serve" in ended.stdout
    assert not (tmp_path / "home").exists(), "nothing was set up"


def test_units_are_installed_once_and_never_over_anothers(tmp_path: Path) -> None:
    files = unit_files(CHECKOUT, HOME)
    written = install(files, tmp_path)
    assert {path.relative_to(tmp_path) for path in written} == {UNIT, USER}
    install(files, tmp_path)  # the same once more is no harm
    (tmp_path / UNIT).write_text("[Service]\n")
    with pytest.raises(CallbankError, match="is there and differs"):
        install(files, tmp_path)
    assert (tmp_path / UNIT).read_text() == "[Service]\n"


def test_a_path_that_a_unit_would_read_otherwise_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot stand in a unit"):
        unit_files(Path("/opt/call bank"), HOME)


@needs_systemd
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = installed_unit(tmp_path)
    ended = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(unit)], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    about_ours = [line for line in ended.stderr.splitlines() if "callbank" in line]
    assert about_ours == []


@needs_systemd
def test_systemd_finds_the_unit_closed_in(tmp_path: Path) -> None:
    unit = installed_unit(tmp_path)
    ended = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(unit)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr


def installed_unit(tmp_path: Path) -> Path:
    """The unit as it is, but of a user whom every machine has and systemd does not warn of."""
    unit = tmp_path / "callbank.service"
    text = unit_files(CHECKOUT, HOME)[UNIT]
    unit.write_text(text.replace("=callbank\nGroup=callbank", "=daemon\nGroup=daemon"))
    return unit
