"""What is typed to `callbank agent ...` and what it prints, without daemon or database."""

import argparse
from pathlib import Path

import pytest

from dialer.cli import agent_live
from dialer.cli.agent_live import e164_of
from dialer.cli.agent_phone import server_of
from dialer.cli.agent_text import state_text
from dialer.cli.campaign import trunk_problems
from dialer.cli.client import daemon_of
from dialer.cli.main import main
from dialer.config import Settings, load_settings
from dialer.domain.campaign import Campaign
from dialer.errors import UsageError
from dialer.parts.secrets import load_secrets


def settings(home: Path, toml: str) -> Settings:
    """The settings of a callbank.toml."""
    (home / "callbank.toml").write_text(toml)
    return load_settings({}, home=home)


@pytest.mark.parametrize(
    "typed", ["+19195550142", "9195550142", "(919) 555-0142", "919.555.0142", "1 919 555 0142"]
)
def test_a_number_may_be_typed_in_any_usual_form(typed: str) -> None:
    assert e164_of(typed, "us") == "+19195550142"


@pytest.mark.parametrize("typed", ["", "911", "12", "no number", "+1 900 555 0142"])
def test_what_cannot_be_dialed_is_refused_with_the_reason(typed: str) -> None:
    with pytest.raises(UsageError, match="cannot be dialed"):
        e164_of(typed, "US")


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(UsageError, match="two letters"):
        e164_of("9195550142", "Narnia")


@pytest.mark.parametrize("typed", ["tomorrow", "2020-01-01", ""])
def test_a_callback_is_at_a_time_to_come(typed: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        agent_live._instant(typed)


@pytest.mark.parametrize(
    "words",
    [
        ["dial", "ada", "--number", "+19195550142", "--lead", "3"],
        ["dial", "ada", "--lead", "three"],
        ["login", "ada"],
        ["result", "ada"],
        ["result", "ada", "maybe"],
        ["result", "ada", "call_back", "--callback-at", "2020-01-01"],
    ],
)
def test_a_wrong_command_line_is_a_wrong_request(words: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["agent", *words])
    assert ended.value.code == 2


@pytest.mark.parametrize(
    "word",
    ["login", "ready", "break", "logout", "hangup", "preview", "dial", "skip", "result", "state",
     "token", "phone"],
)  # fmt: skip
def test_every_action_explains_itself(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["agent", word, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "--json" in said and "NAME" in said


@pytest.mark.parametrize(
    ("toml", "server"),
    [
        ("", "127.0.0.1"),
        ('[sip]\nbind = "192.0.2.7"\n', "192.0.2.7"),
        ('[sip]\nbind = "0.0.0.0"\nexternal_address = "203.0.113.5"\n', "203.0.113.5"),
    ],
)
def test_telephones_are_told_where_asterisk_is(tmp_path: Path, toml: str, server: str) -> None:
    assert server_of(settings(tmp_path, toml)) == server


def test_no_telephone_is_told_to_call_every_address_at_once(tmp_path: Path) -> None:
    assert server_of(settings(tmp_path, '[sip]\nbind = "0.0.0.0"\n')) != "0.0.0.0"


def test_a_daemon_that_listens_everywhere_is_asked_here(tmp_path: Path) -> None:
    toml = '[web]\nhost = "0.0.0.0"\npublic_url = "https://calls.example.org"\n'
    client = daemon_of(settings(tmp_path, toml), load_secrets(tmp_path))
    assert client._base_url == "http://127.0.0.1:8080"


def test_a_state_is_told_in_words() -> None:
    lead = {"lead_id": 3, "name": "", "number": "+19195550142", "attempts": 2,
            "last_outcome": "busy"}  # fmt: skip
    state = {"state": "talking", "since": None, "wants": "break", "attempt_id": "cb-1",
             "lead": lead}  # fmt: skip
    assert state_text("ada", state).splitlines() == [
        "ada is talking; then a break.",
        "  lead 3: no name, +19195550142 (2 attempts before, the last one busy)",
        "  attempt cb-1",
    ]


def test_a_campaign_whose_caller_id_no_trunk_owns_is_warned_of(tmp_path: Path) -> None:
    trunk = '[[trunk]]\nname = "main"\nhost = "127.0.0.1"\ncaller_ids = ["+19195550100"]\n'
    trunks = settings(tmp_path, trunk).trunks
    ours = Campaign(id=1, name="x", caller_id="+19195550100")
    assert trunk_problems(ours, trunks) == []
    [foreign] = trunk_problems(Campaign(id=1, name="x", caller_id="+19195550199"), trunks)
    assert "owns its caller ID" in foreign
    named = Campaign(id=1, name="x", caller_id="+19195550100", trunks=("spare",))
    assert 'no trunk called "spare"' in trunk_problems(named, trunks)[0]
    assert "there is no trunk" in trunk_problems(ours, ())[0]
