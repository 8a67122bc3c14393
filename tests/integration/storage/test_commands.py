"""The commands on a real database: what they print, and their exit codes."""

import csv
import io
import json
from pathlib import Path

import psycopg
import pytest

from dialer.cli.main import main
from tests.unit.parts.test_own_voice import recorded


@pytest.fixture(autouse=True)
def installation(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)


Output = pytest.CaptureFixture[str]


def test_a_campaign_is_made_started_paused_and_finished(capsys: Output) -> None:
    assert main(["campaign", "create", "spring", "--method", "ratio", "--rest-busy", "0.5"]) == 0
    assert main(["campaign", "start", "spring"]) == 2
    assert "shows no number" in capsys.readouterr().err
    assert main(["campaign", "set", "spring", "--caller-id", "+19195550100"]) == 0
    for word, state in (("start", "running"), ("pause", "paused"), ("finish", "finished")):
        assert main(["campaign", word, "spring"]) == 0
        capsys.readouterr()
        assert main(["campaign", "show", "spring", "--json"]) == 0
        shown = json.loads(capsys.readouterr().out)
        assert shown["state"] == state
    assert (shown["dial_method"], shown["recycle"]["busy_s"]) == ("ratio", 1800.0)
    assert main(["campaign", "pause", "spring"]) == 2


def test_a_certificate_is_required_and_given_by_an_organiser(
    capsys: Output, database_url: str
) -> None:
    main(["campaign", "create", "spring", "--certificate", "required"])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO invitations (code, campaign_id) SELECT 'ABCDEFGHJK', id FROM campaigns"
        )
        connection.execute("INSERT INTO agents (name, extension) VALUES ('Ada', 'v1')")
        connection.execute(
            "INSERT INTO volunteer_sessions (token_hash, agent_id, campaign_id, invitation,"
            " first_name, is_approved, has_screen)"
            " SELECT 'x', a.id, c.id, 'ABCDEFGHJK', 'Ada', true, true"
            " FROM agents a, campaigns c"
        )

    def session() -> dict[str, object]:
        capsys.readouterr()
        assert main(["volunteer", "list", "--json"]) == 0
        [one] = json.loads(capsys.readouterr().out)
        return one

    its = session()
    assert (its["needs_practice"], its["practised"]) == (True, [])
    assert main(["volunteer", "certify", "999"]) == 2
    assert "no session 999 lasts" in capsys.readouterr().err
    assert main(["volunteer", "certify", str(its["session"])]) == 0
    capsys.readouterr()
    main(["volunteer", "list"])
    assert "certified by your word" in capsys.readouterr().out
    assert session()["needs_practice"] is False
    with pytest.raises(SystemExit, match="2"):
        main(["campaign", "set", "spring", "--certificate", "perhaps"])
    assert "write required or no" in capsys.readouterr().err


def test_a_shift_leads_link_is_made_listed_and_revoked(capsys: Output) -> None:
    main(["campaign", "create", "spring"])
    invite = ["shift-lead", "invite", "--campaign", "spring", "--label", "Vera"]
    assert main([*invite, "--hours", "0"]) == 2
    capsys.readouterr()
    assert main(invite) == 0
    address, secret = capsys.readouterr().out.strip().split("#")
    assert address.endswith("/floor") and len(secret) == 32

    def listed() -> list[dict[str, object]]:
        capsys.readouterr()
        assert main(["shift-lead", "list", "--campaign", "spring", "--json"]) == 0
        said = capsys.readouterr().out
        assert secret not in said
        its: list[dict[str, object]] = json.loads(said)
        return its

    [its] = listed()
    assert (its["label"], its["is_open"]) == ("Vera", True)
    assert main(["shift-lead", "revoke", str(its["id"])]) == 0
    assert [one["is_open"] for one in listed()] == [False]
    assert main(["shift-lead", "revoke", "999"]) == 2
    assert "there is no link 999" in capsys.readouterr().err


@pytest.mark.parametrize("goal", ["conversations=212", "support=yes=50", "shifts=20"])
def test_a_goal_is_set_and_taken_away_again(capsys: Output, goal: str) -> None:
    main(["campaign", "create", "spring"])
    until = "2026-11-03T21:00-05:00"
    assert main(["campaign", "set", "spring", "--goal", goal, "--goal-by", until]) == 0
    capsys.readouterr()
    main(["campaign", "show", "spring", "--json"])
    kept = json.loads(capsys.readouterr().out)["goal"]
    assert f"{kept['counts']}={kept['target']}" == goal
    assert kept["by"] == 1793757600.0 and kept["since"] > 1.7e9
    assert main(["campaign", "set", "spring", "--goal", "none"]) == 0
    capsys.readouterr()
    main(["campaign", "show", "spring", "--json"])
    assert json.loads(capsys.readouterr().out)["goal"]["target"] == 0


@pytest.mark.parametrize(
    "words",
    [
        ["--goal", "conversations"],
        ["--goal", "conversations=0"],
        ["--goal", "songs=5"],
        ["--goal-by", "2026-11-03T21:00"],
        ["--goal-by", "2026-11-03T21:00-05:00"],
    ],
)
def test_a_goal_that_cannot_be_understood_is_refused(capsys: Output, words: list[str]) -> None:
    main(["campaign", "create", "spring"])
    capsys.readouterr()
    try:
        status = main(["campaign", "set", "spring", *words])
    except SystemExit as ended:
        status = ended.code
    assert status == 2
    assert words[0] in capsys.readouterr().err


def test_a_voicemail_may_be_a_recording_of_its_words(capsys: Output, tmp_path: Path) -> None:
    words = ["--voicemail", "Parks. Call us at 800-555-0199.", "--caller-name", "Parks"]
    file = recorded(tmp_path / "ours.wav")
    assert main(["campaign", "create", "spring", *words, "--voicemail-file", str(file)]) == 0
    [kept] = (tmp_path / "speech" / "messages").iterdir()
    assert kept.read_bytes() == file.read_bytes()
    capsys.readouterr()
    for wrong, says in (
        (["--voicemail-file", str(file)], "goes with --voicemail"),
        ([*words, "--voicemail-file", __file__], "no sound file"),
    ):
        assert main(["campaign", "set", "spring", "--ratio", "2", *wrong]) == 2
        assert says in capsys.readouterr().err
    main(["campaign", "show", "spring", "--json"])
    shown = json.loads(capsys.readouterr().out)
    assert (shown["ratio"], shown["voicemail_text"]) == (1.0, words[1])


def test_an_unknown_campaign_names_those_there_are(capsys: Output) -> None:
    main(["campaign", "create", "spring"])
    for words in (
        ["campaign", "status", "autumn"],
        ["campaign", "set", "autumn", "--ratio", "2"],
        ["export", "--campaign", "autumn"],
    ):
        capsys.readouterr()
        assert main(words) == 2
        said = capsys.readouterr()
        assert "There are: spring." in said.err and said.out == ""


def test_settings_that_may_not_dial_are_told_and_refused_at_the_start(capsys: Output) -> None:
    assert main(["campaign", "create", "night", "--window-end", "23:00"]) == 0
    assert "before it can start" in capsys.readouterr().err
    assert main(["campaign", "start", "night"]) == 2
    assert "it was not started" in capsys.readouterr().err


def test_the_status_has_the_published_keys(capsys: Output) -> None:
    main(["campaign", "create", "spring"])
    capsys.readouterr()
    assert main(["campaign", "status", "spring", "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert set(status) == {
        "campaign", "state", "attempts", "answered", "connected", "abandoned", "abandon_rate",
        "bridge_ms", "utilisation", "wait_s_mean", "double_dials", "open_attempts",
        "waiting_by_language",
    }  # fmt: skip
    assert main(["campaign", "status", "spring"]) == 0
    assert "double dials    0" in capsys.readouterr().out


def test_agents_are_added_shown_and_removed(capsys: Output) -> None:
    assert main(["agent", "add", "ann", "--json"]) == 0
    added = json.loads(capsys.readouterr().out)
    assert added["extension"] == "101" and added["password"] and added["token"]
    assert main(["agent", "show", "ann", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == added
    assert main(["agent", "add", "ann"]) == 2
    assert main(["agent", "add", "b\r\nAction: x"]) == 2
    assert main(["agent", "add", "bob", "--extension", "1;2"]) == 2
    assert main(["agent", "add", "luz", "--speaks", "ES, en", "--json"]) == 0
    assert '"languages": ["en", "es"]' in capsys.readouterr().out
    assert main(["agent", "remove", "luz"]) == 0
    with pytest.raises(SystemExit):
        main(["agent", "add", "bob", "--speaks", "klingon"])
    assert main(["agent", "remove", "ann"]) == 0
    assert main(["agent", "remove", "ann"]) == 2
    capsys.readouterr()
    main(["agent", "list", "--json"])
    assert json.loads(capsys.readouterr().out) == []


def test_an_export_is_whole_and_safe_to_open(
    database_url: str, tmp_path: Path, capsys: Output
) -> None:
    main(["campaign", "create", "spring"])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            """INSERT INTO numbers (e164) VALUES ('+12025550101');
               INSERT INTO contacts (campaign_id, external_id, first_name, last_name, custom)
                   VALUES (1, 'a', '=cmd()', 'O"Hara, Ann', '{"Ward": "3"}');
               INSERT INTO leads (campaign_id, contact_id, e164) VALUES (1, 1, '+12025550101');
               INSERT INTO attempts (id, lead_id, campaign_id, e164, trunk, caller_id, permit,
                                     due_at, dialed_at)
                   SELECT 'cb-' || n, 1, 1, '+1202555' || (1000 + n), 't', '+1', '{}', now(),
                          now() + n * interval '1 s' FROM generate_series(1, 1200) AS n"""
        )
    target = tmp_path / "out.csv"
    assert main(["export", "--campaign", "spring", "--output", str(target)]) == 0
    assert "1,200 attempts" in capsys.readouterr().err
    rows = list(csv.DictReader(io.StringIO(target.read_text(encoding="utf-8"))))
    assert len(rows) == 1200
    assert (rows[0]["first_name"], rows[0]["last_name"]) == ("'=cmd()", 'O"Hara, Ann')
    assert rows[0]["attempt_id"] == "cb-1" and rows[0]["outcome"] == ""
    assert main(["export", "--campaign", "spring", "--json", "--output", str(target)]) == 0
    lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert lines[-1]["attempt_id"] == "cb-1200" and lines[0]["custom"] == {"Ward": "3"}
    assert [path.name for path in tmp_path.glob("*.part")] == []


def test_an_export_that_cannot_be_written_leaves_nothing(tmp_path: Path, capsys: Output) -> None:
    main(["campaign", "create", "spring"])
    assert main(["export", "--campaign", "spring", "--output", str(tmp_path)]) == 2
    missing = tmp_path / "no" / "where.csv"
    assert main(["export", "--campaign", "spring", "--output", str(missing)]) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_migrate_checks_and_migrates(
    empty_database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CALLBANK_DATABASE_URL", empty_database_url)
    assert main(["migrate", "--check"]) == 1
    assert main(["campaign", "list"]) == 1
    assert "run `callbank migrate`" in capsys.readouterr().err
    assert main(["migrate"]) == 0
    assert main(["migrate", "--check", "--json"]) == 0
    assert main(["campaign", "list"]) == 0
    assert main(["migrate", "--sql"]) == 0
    assert "CREATE TABLE attempts" in capsys.readouterr().out


def test_a_database_that_is_not_there_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("CALLBANK_DATABASE_URL", f"postgresql://x@/none?host={tmp_path}")
    assert main(["campaign", "list"]) == 1
    assert capsys.readouterr().err.count("callbank:") == 1
