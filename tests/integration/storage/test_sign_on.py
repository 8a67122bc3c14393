"""`callbank compliance sign-on` on a real database: what is kept, and what is refused."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from dialer.cli.main import main
from dialer.parts.rules import rule_book

OLD_RULE = """\
version: 2026-01-02
rules:
  - {id: own.old, jurisdiction: '*', predicate: within_hours, arguments: {sun: null},
     outcome: defer, reason: HOURS, basis: policy, cite: Board, confidence: A,
     effective_from: 2020-01-01, review_by: 2021-06-30}
"""

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "old.yaml").write_text(OLD_RULE)
    return tmp_path


def ahead(days: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=days)).isoformat()


def sign_on(*words: str, by: str = "Ada Lovelace", reason: str = "counsel is at it") -> int:
    return main(["compliance", "sign-on", "--by", by, "--reason", reason, *words])


def test_who_answers_is_kept_with_reason_end_and_version(
    home: Path, database_url: str, capsys: Output
) -> None:
    assert sign_on("--until", ahead(10)) == 0
    said = capsys.readouterr()
    assert "own.old\treview by 2021-06-30\tBoard" in said.out
    assert "Ada Lovelace answers until the end of" in said.err
    with psycopg.connect(database_url) as connection:
        ((by, reason, signed_at, until, version),) = connection.execute(
            "SELECT signed_by, reason, signed_at, until, book_version FROM rule_sign_ons"
        ).fetchall()
    assert (by, reason, version) == ("Ada Lovelace", "counsel is at it", rule_book(home).version)
    assert abs(signed_at.timestamp() - time.time()) < 60
    assert until.astimezone(UTC).date() == date.fromisoformat(ahead(11))  # that day's end


def test_all_sign_ons_are_listed_in_order(capsys: Output) -> None:
    assert main(["compliance", "sign-on", "--list"]) == 0
    assert "nobody has answered" in capsys.readouterr().err
    sign_on("--until", ahead(1))
    sign_on("--until", ahead(30), by="Grace Hopper")
    capsys.readouterr()
    assert main(["compliance", "sign-on", "--list"]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "Ada Lovelace" in first and f"to {ahead(1)}" in first
    assert "Grace Hopper" in second and f"to {ahead(30)}" in second
    assert main(["compliance", "sign-on", "--list", "--json"]) == 0
    assert [row["signed_by"] for row in json.loads(capsys.readouterr().out)] == [
        "Ada Lovelace",
        "Grace Hopper",
    ]


def test_json_names_the_rules_that_are_answered_for(capsys: Output) -> None:
    assert sign_on("--until", ahead(1), "--json") == 0
    assert json.loads(capsys.readouterr().out)["rules"] == ["own.old"]


def test_ahead_of_time_nothing_is_due_and_it_is_kept_all_the_same(
    home: Path, capsys: Output
) -> None:
    (home / "rules" / "old.yaml").unlink()
    assert sign_on("--until", ahead(1)) == 0
    assert "for no rule, as none is due then" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--by", "Ada", "--reason", "why"], "--until is needed"),
        (["--by", "Ada", "--until", "2027-01-01"], "--reason is needed"),
        (["--reason", "why", "--until", "2027-01-01"], "--by is needed"),
        (["--by", " ", "--reason", "why", "--until", "2027-01-01"], "--by is needed"),
        (["--by", "Ada", "--reason", "why", "--until", "soon"], "--until takes a date such as"),
        (["--by", "Ada", "--reason", "why", "--until", ahead(-1)], "is not within the next 366"),
        (["--by", "Ada", "--reason", "why", "--until", ahead(367)], "is not within the next 366"),
        (["--list", "--by", "Ada"], "--list takes no --by"),
    ],
)
def test_a_sign_on_that_says_too_little_is_refused_and_nothing_is_kept(
    words: list[str], says: str, database_url: str, capsys: Output
) -> None:
    assert main(["compliance", "sign-on", *words]) == 2
    assert says in capsys.readouterr().err
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM rule_sign_ons").fetchone() == (0,)
