"""`callbank compliance verify`, `erase` and `retain` as people run them."""

import asyncio
import json
from pathlib import Path

import pytest

from dialer.cli.main import main
from dialer.storage.evidence_heads import FILE_NAME
from dialer.storage.proof_keeper import ProofKeeper
from tests.integration.storage import evidence_evening as evening
from tests.integration.storage.evidence_evening import ANN, BOB, tamper

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    asyncio.run(evening.play(database_url))
    return database_url


def figures(capsys: Output, *words: str, code: int = 0) -> dict[str, object]:
    assert main(["compliance", *words, "--json"]) == code
    return json.loads(capsys.readouterr().out)


def test_whole_evidence_ends_with_0(capsys: Output) -> None:
    assert main(["compliance", "verify"]) == 0
    said = capsys.readouterr().out
    assert "5 records, 1 to 5 (2 dialed, 2 ended, 1 refused); 3 verdicts replayed" in said
    assert said.endswith("The evidence is whole.\n")


def test_tampering_ends_with_1_and_says_where_but_not_who(capsys: Output, url: str) -> None:
    tamper(url, "UPDATE evidence SET record = replace(record, 'talked', 'busy') WHERE seq = 2")
    assert main(["compliance", "verify"]) == 1
    said = capsys.readouterr().out
    assert "record 2: its hash does not fit" in said and "THE EVIDENCE IS NOT WHOLE" in said
    assert ANN not in said and BOB not in said
    found = figures(capsys, "verify", code=1)
    assert found["is_whole"] is False
    assert {"seq": 2, "what": "attempt cb-1 does not say the same of how it ended"} in (
        found["faults"]
    )


def test_pieces_in_several_processes_find_the_same(
    capsys: Output, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dialer.cli.compliance_verify.PIECE", 2)
    assert figures(capsys, "verify", "--workers", "2")["replayed"] == 3
    tamper(url, "DELETE FROM evidence WHERE seq = 3")
    found = figures(capsys, "verify", "--workers", "2", code=1)
    assert {"seq": 3, "what": "it is missing"} in found["faults"]


def test_a_part_of_the_time_and_the_chain_alone(capsys: Output) -> None:
    found = figures(capsys, "verify", "--from", "2025-11-28T20:00", "--chain-only")
    assert (found["first"], found["records"], found["replayed"]) == (5, 1, 0)
    assert main(["compliance", "verify", "--from", "2027-01-01"]) == 0
    assert "There is no evidence there." in capsys.readouterr().out


def test_heads_that_serve_told_are_held_against_the_chain(
    capsys: Output, url: str, tmp_path: Path
) -> None:
    ProofKeeper(url, tmp_path, 5).look()
    assert figures(capsys, "verify")["anchors"] == 1
    heads = tmp_path / FILE_NAME
    heads.write_text(heads.read_text().replace(" 5 ", " 7 "))
    found = figures(capsys, "verify", code=1)
    assert "it had a record 7 once" in str(found["faults"])
    assert main(["compliance", "verify", "--heads", str(tmp_path / "none")]) == 2
    assert "there is no file" in capsys.readouterr().err


def test_erasing_says_what_went_and_what_stays_and_the_evidence_is_whole(capsys: Output) -> None:
    words = ("erase", "--person", "+1 (202) 555-0101", "--reason", "letter", "--by", "Vera")
    would = figures(capsys, *words, "--dry-run")
    assert main(["compliance", *words]) == 0
    said = capsys.readouterr().out
    assert "1 person. Removed:" in said and "Kept, and why:" in said and "keep_days" in said
    assert would["removed"]["places on lists"] == 1
    assert figures(capsys, "verify")["kinds"] == {
        "dialed": 2, "ended": 2, "erasure": 1, "refused": 1,
    }  # fmt: skip


def test_wrong_usage_of_erase_is_one_sentence(capsys: Output) -> None:
    for person, sentence in (("nobody", "nobody is known"), (" ", "must not be empty")):
        words = ("--person", person, "--reason", "letter", "--by", "Vera")
        assert main(["compliance", "erase", *words]) == 2
        assert sentence in capsys.readouterr().err


def test_retention_removes_nothing_that_is_young(capsys: Output) -> None:
    assert figures(capsys, "retain")["records"] == 0
    assert main(["compliance", "retain"]) == 0
    assert "(5 years): 0 records of evidence" in capsys.readouterr().out
