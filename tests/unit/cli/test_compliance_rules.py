"""`callbank compliance rules` and doctor's line about the rules."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dialer.cli.main import main
from dialer.compliance import rulebook
from dialer.parts import rules
from dialer.parts.checkup import State

OWN = """\
version: 2027-01-02
rules:
  - id: own.no_sundays
    jurisdiction: '*'
    predicate: within_hours
    arguments: {sun: null}
    outcome: defer
    reason: HOURS
    basis: policy
    cite: Board of 2026-11-02
    confidence: A
    effective_from: 2020-01-01
    review_by: 2027-06-30
"""

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC).timestamp()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    (tmp_path / "rules").mkdir()
    return tmp_path


def show(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = main(["compliance", "rules", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_states_rules_are_shown_with_those_of_its_country_and_of_everywhere(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = show(capsys, "--jurisdiction", "us-fl", "--at", "2026-11-28")
    assert code == 0
    for words in (
        "us.fl.attempts.sales: CAP_24H, defer",
        "Asks that at most 3 attempts in 24 hours to the person on one subject",
        "Fla. Stat. 501.616(6) [statute, confidence A; since 2021-07-01, review by 2027-",
        "us.hours.sales: HOURS_FED, defer",
        "policy.hours.widest: HOURS, defer",
        "Licence for commercial telephone sellers",
    ):
        assert words in out
    assert "us.ok." not in out
    assert max(map(len, out.splitlines())) <= 100


def test_the_holidays_of_the_year_are_written_out(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = show(capsys, "--jurisdiction", "US-AL", "--at", "2027-01-01")
    assert "Holidays of US-AL in 2027" in out
    assert "02-09 Mardi Gras" in out
    _, out, _ = show(capsys, "--jurisdiction", "US-AL", "--at", "2031-01-01")
    assert "not known: the calendar covers 2025 to 2030" in out


def test_rules_are_those_of_the_day_that_is_asked_about(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = show(capsys, "--jurisdiction", "US-OR", "--at", "2025-12-31")
    assert "us.or.hours.sales" not in out
    _, out, _ = show(capsys, "--jurisdiction", "US-OR", "--at", "2026-01-01")
    assert "us.or.hours.sales" in out


def test_a_rule_past_its_review_is_marked(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = show(capsys, "--jurisdiction", "US-FL", "--at", "2028-06-01")
    assert "PAST ITS REVIEW of 2027-" in out


def test_json_has_every_row_and_whether_it_is_stale(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = show(capsys, "--json", "--at", "2026-11-28")
    said = json.loads(out)
    assert said["version"] == rulebook.shipped().version
    rows = {row["id"]: row for row in said["rules"]}
    assert rows["us.fl.attempts.sales"]["arguments"] == {"hours": 24, "most": 3, "of": "subject"}
    assert rows["us.fl.attempts.sales"]["is_stale"] is False
    assert {duty["jurisdiction"] for duty in said["checklist"]} >= {"US", "US-TX", "GB"}
    assert "FL" in said["recordings_announced_in"]


def test_own_rules_are_shown_beside_the_others(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "rules" / "mine.yaml").write_text(OWN)
    _, out, _ = show(capsys)
    assert "own.no_sundays: HOURS, defer" in out
    assert "Rule book 2027-01-02." in out


def test_a_reader_who_has_seen_enough_is_no_failure_of_ours(home: Path) -> None:
    """`| head`: the pipe closes while much is still to be said."""
    command = [sys.executable, "-m", "dialer", "compliance", "rules"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None and program.stderr is not None
        program.stdout.close()
        said = program.stderr.read()
        assert (program.wait(), said) == (1, b"")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--jurisdiction", "US-ZZ"), "US-ZZ is no place with a profile. Known are AU, CA, GB, US"),
        (("--jurisdiction", "DE"), "DE is no place with a profile"),
        (("--jurisdiction", "*"), "* is no place with a profile"),
        (("--at", "tomorrow"), "--at takes a date such as 2026-01-02, not tomorrow."),
    ],
)
def test_wrong_words_are_answered_with_the_right_ones(
    home: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str], says: str
) -> None:
    code, out, err = show(capsys, *words)
    assert (code, out) == (2, "")
    assert says in err


def test_own_rules_with_a_mistake_stop_the_command(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "rules" / "mine.yaml").write_text(OWN.replace("    cite: Board of 2026-11-02\n", ""))
    code, out, err = show(capsys)
    assert (code, out) == (1, "")
    assert "mine.yaml: rule own.no_sundays (line 3) has no cite" in err


def test_own_rules_must_be_utf8(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "rules" / "mine.yaml").write_bytes("cite: Gruß".encode("latin-1"))
    code, _, err = show(capsys)
    assert code == 1 and "mine.yaml is not UTF-8 text (byte 9): save it as UTF-8." in err


@pytest.mark.parametrize("name", ["florida.txt", "florida.yaml.bak", "florida"])
def test_a_file_beside_the_own_rules_that_nobody_would_read_is_named(
    home: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (home / "rules" / "mine.YML").write_text(OWN)
    (home / "rules" / ".mine.yml.swp").write_bytes(b"\0")
    assert show(capsys)[0] == 0
    (home / "rules" / name).write_text(OWN)
    code, out, err = show(capsys)
    assert (code, out) == (1, "")
    assert f"{name} is no rules file: let its name end in .yaml, or move it elsewhere." in err


# --- doctor ----------------------------------------------------------------------------------


def test_doctor_names_the_version_and_is_content_while_nothing_is_due(home: Path) -> None:
    finding = rules.check(home, NOON)
    assert finding.state is State.OK
    assert rulebook.shipped().version in finding.says and "none past its review" in finding.says


def test_doctor_warns_a_month_before_a_review_and_after_it(home: Path) -> None:
    (home / "rules" / "mine.yaml").write_text(OWN.replace("2027-06-30", "2026-12-10"))
    soon = rules.check(home, NOON)
    assert soon.state is State.WARN
    assert "1 to be reviewed within 30 days: own.no_sundays" in soon.says
    late = rules.check(home, NOON + 20 * 86400)
    assert late.state is State.WARN
    assert "1 past review: own.no_sundays" in late.says
    assert "sign-on" in late.remedy


def test_doctor_shortens_a_long_list_of_stale_rules(home: Path) -> None:
    finding = rules.check(home, NOON + 800 * 86400)
    assert " more" in finding.says and len(finding.says) < 250


def test_doctor_fails_on_rules_that_cannot_be_read(home: Path) -> None:
    (home / "rules" / "mine.yaml").write_text("version: soon")
    finding = rules.check(home, NOON)
    assert finding.state is State.FAIL and "mine.yaml" in finding.says
