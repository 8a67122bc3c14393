"""The auditor's bundle: complete, the same bytes each time, and checked without a database."""

import asyncio
import csv
import hashlib
import io
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from dialer.cli.main import main
from dialer.domain.wording import version_of
from dialer.engine.store_commands import AmendAttempt
from dialer.storage.bundle import write_bundle
from dialer.storage.bundle_check import check_bundle
from dialer.storage.bundle_wish import BundleWish
from dialer.storage.store import PostgresStore
from tests.integration.storage import evidence_evening as evening
from tests.integration.storage.evidence_evening import ANN, BOB, tamper

Output = pytest.CaptureFixture[str]


@pytest.fixture
def url(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("CALLBANK_HOME", str(tmp_path))
    monkeypatch.setenv("CALLBANK_DATABASE_URL", database_url)
    asyncio.run(evening.play(database_url))
    tamper(
        database_url,
        f"UPDATE campaigns SET message_text = '{evening.WORDS}' WHERE id = 1;"
        f"INSERT INTO do_not_call (e164, reason) VALUES ('{ANN}', '=1+1');"
        "INSERT INTO consents (e164, kind, given_at, words, source) VALUES"
        f" ('{ANN}', 'express', '2025-01-01', 'Yes <b>do</b>', 'paper'),"
        f" ('{BOB}', 'express', '2025-01-01', 'yes', 'paper');"
        "INSERT INTO caller_ids (e164, proof) VALUES ('+12025550199', 'contract 7')",
    )
    sounds = tmp_path / "speech" / "messages"
    sounds.mkdir(parents=True)
    (sounds / f"message-{version_of(evening.WORDS)}.wav").write_bytes(b"RIFF....sound")
    return database_url


def wish(tmp_path: Path) -> BundleWish:
    return BundleWish(
        campaign_id=1,
        campaign="spring",
        since=evening.AFTERNOON - 60,
        until=evening.NIGHT + 60,
        by="Vera",
        reason="<script>alert(1)</script>",
        exported_at=evening.NIGHT + 3600,
        sounds=tmp_path / "speech" / "messages",
    )


def show(phase: str, part: float) -> None:
    """Nobody watches."""


@pytest.fixture
def bundle(url: str, tmp_path: Path) -> Path:
    path = tmp_path / "audit.zip"
    write_bundle(url, wish(tmp_path), path, show)
    return path


def table(path: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(path) as file:
        return list(csv.DictReader(io.StringIO(file.read(name).decode())))


def lines(path: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(path) as file:
        return [json.loads(line) for line in file.read(name).splitlines()]


def test_the_bundle_holds_the_campaign_and_nothing_of_another(bundle: Path) -> None:
    (call,) = table(bundle, "calls.csv")
    assert (call["call_id"], call["called_number"], call["outcome"]) == ("cb-1", ANN, "talked")
    assert (call["seller"], call["dialed_seq"], call["ended_seq"]) == (
        "Committee for Ann", "1", "2",
    )  # fmt: skip
    assert [line["seq"] for line in lines(bundle, "decisions.jsonl")] == [1, 2, 5]
    (consent,) = lines(bundle, "consents.jsonl")
    assert (consent["e164"], consent["words"]) == (ANN, "Yes <b>do</b>")
    (opt_out,) = table(bundle, "opt_outs.csv")
    assert (opt_out["e164"], opt_out["reason"]) == (ANN, "'=1+1")
    assert [row["proof"] for row in table(bundle, "caller_ids.csv")] == ["contract 7"]
    assert [row["e164"] for row in table(bundle, "subjects.csv")] == [ANN]
    with zipfile.ZipFile(bundle) as file:
        for name in file.namelist():
            assert BOB.encode() not in file.read(name), name
        version = version_of(evening.WORDS)
        assert file.read(f"messages/message-{version}.txt").decode().strip() == evening.WORDS
        assert file.read(f"messages/message-{version}.wav") == b"RIFF....sound"


def test_what_was_heard_after_an_end_goes_with_its_campaign(url: str, tmp_path: Path) -> None:
    async def write() -> None:
        store = PostgresStore.at(url)
        for attempt in ("cb-1", "cb-2"):
            await store.write([AmendAttempt(attempt_id=attempt, connected_at=1.0)])
        await store.close()

    asyncio.run(write())
    out = tmp_path / "audit.zip"
    write_bundle(url, replace(wish(tmp_path), until=time.time() + 60), out, show)
    assert [line["seq"] for line in lines(out, "decisions.jsonl")] == [1, 2, 5, 6]
    assert check_bundle(out, show)[1].faults == []


def test_the_manifest_says_what_is_in_it_and_why(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as file:
        manifest = json.loads(file.read("manifest.json"))
        for name, said in manifest["files"].items():
            data = file.read(name)
            assert said["sha256"] == hashlib.sha256(data).hexdigest()
            assert said["bytes"] == len(data)
        assert set(file.namelist()) == {*manifest["files"], "manifest.json"}
    assert (manifest["exported_by"], manifest["calls"], manifest["verdicts_replayed"]) == (
        "Vera", 1, 2,
    )  # fmt: skip
    assert manifest["records"] == {"dialed": 1, "ended": 1, "refused": 1}
    assert manifest["rule_sets"] == [evening.BOOK.version]
    assert manifest["files"]["calls.csv"]["rows"] == 1


def test_the_page_is_text_that_loads_nothing(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as file:
        page = file.read("summary.html").decode()
    assert "<script" not in page and "&lt;script&gt;alert(1)" in page
    assert "http" not in page.replace("http-equiv", "") and "src=" not in page
    assert "Committee for Ann" in page and "HOURS" in page and "NOT KEPT" not in page
    assert "talked" in page and "policy.hours" in page


def test_the_same_wish_gives_the_same_bytes(url: str, tmp_path: Path, bundle: Path) -> None:
    again = tmp_path / "again.zip"
    write_bundle(url, wish(tmp_path), again, show)
    assert again.read_bytes() == bundle.read_bytes()


def test_a_bundle_is_checked_by_itself(bundle: Path) -> None:
    manifest, found = check_bundle(bundle, show)
    assert found.faults == [] and (found.records, found.replayed) == (3, 2)
    assert manifest["campaign"] == "spring"


def rewritten(
    path: Path, name: str, change: Callable[[bytes], bytes], *, mends_manifest: bool
) -> Path:
    """The bundle with one file changed, and its manifest so that the file fits."""
    out = path.with_name("changed.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w") as new:
        manifest = json.loads(old.read("manifest.json"))
        for member in old.namelist():
            data = old.read(member)
            if member == name:
                data = change(data)
                if member in manifest["files"]:
                    manifest["files"][member]["sha256"] = hashlib.sha256(data).hexdigest()
            if member == "manifest.json" and mends_manifest:
                data = json.dumps(manifest).encode()
            new.writestr(member, data)
    return out


def test_any_file_that_was_changed_is_named(bundle: Path) -> None:
    with zipfile.ZipFile(bundle) as file:
        names = [name for name in file.namelist() if name != "manifest.json"]
    assert len(names) > 12
    for name in names:
        out = rewritten(bundle, name, lambda data: data + b" ", mends_manifest=False)
        _, found = check_bundle(out, show)
        assert f"{name} is not what the manifest says" in [one.what for one in found.faults]


@pytest.mark.parametrize(
    ("name", "old", "new", "what"),
    [
        ("decisions.jsonl", b"talked", b"busy..", "it is not the record that the chain binds"),
        ("decisions.jsonl", b"America/New_York", b"America/Chicago", "that the chain binds"),
        ("chain.bin", b"", b"", "the chain does not end at the hash"),
        ("subjects.csv", b"+1202", b"+1203", "not its number under its key"),
    ],
)
def test_what_was_changed_with_its_manifest_is_found_too(
    bundle: Path, name: str, old: bytes, new: bytes, what: str
) -> None:
    out = rewritten(
        bundle,
        name,
        lambda data: data.replace(old, new) if old else data[::-1],
        mends_manifest=True,
    )
    _, found = check_bundle(out, show)
    assert any(what in one.what for one in found.faults)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("manifest.json", b'"verdicts_replayed"', b'"verdicts"'),
        ("manifest.json", b'"hash_before": "', b'"hash_before": "no '),
        ("decisions.jsonl", b'{"seq"', b'["seq"'),
        ("subjects.csv", b"key", b"kee"),
    ],
)
def test_what_is_not_written_as_a_bundle_is_a_fault(
    bundle: Path, name: str, old: bytes, new: bytes
) -> None:
    out = rewritten(
        bundle, name, lambda data: data.replace(old, new), mends_manifest=name != "manifest.json"
    )
    _, found = check_bundle(out, show)
    assert any("it is not written as a bundle is" in one.what for one in found.faults)


def test_a_file_that_cannot_be_unpacked_is_named(bundle: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(bundle) as file:
        begins = file.getinfo("calls.csv").header_offset
    data = bytearray(bundle.read_bytes())
    for place in range(begins + 60, begins + 90):
        data[place] ^= 0xFF
    broken = tmp_path / "broken.zip"
    broken.write_bytes(data)
    said = [one.what for one in check_bundle(broken, show)[1].faults]
    assert said == ["calls.csv is not what the manifest says"]


def test_a_file_too_many_and_a_file_too_few_are_named(bundle: Path, tmp_path: Path) -> None:
    out = tmp_path / "other.zip"
    with zipfile.ZipFile(bundle) as old, zipfile.ZipFile(out, "w") as new:
        for member in old.namelist():
            if member != "agents.csv":
                new.writestr(member, old.read(member))
        new.writestr("more.csv", "x")
    said = [one.what for one in check_bundle(out, show)[1].faults]
    assert said == ["more.csv is not in the manifest", "agents.csv is missing"]


def test_the_command_writes_and_the_other_checks(
    url: str, tmp_path: Path, capsys: Output
) -> None:
    out = tmp_path / "out.zip"
    words = ["compliance", "export", "--campaign", "spring", "--from", "2025-11-28"]
    assert main([*words, "--to", "2025-11-30", "--output", str(out), "--by", "Vera"]) == 0
    said = capsys.readouterr().out
    assert "1 calls, 3 records" in said and hashlib.sha256(out.read_bytes()).hexdigest() in said
    assert main(["compliance", "verify", str(out)]) == 0
    assert "The evidence is whole." in capsys.readouterr().out
    assert main([*words, "--to", "2025-11-30", "--output", str(out)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*words, "--to", "2025-11-01"]) == 2
    for name, data in (("rubbish.zip", b"rubbish"), ("empty.zip", b"PK\5\6" + bytes(18))):
        (tmp_path / name).write_bytes(data)
        assert main(["compliance", "verify", str(tmp_path / name)]) == 2
    assert main(["compliance", "verify", str(tmp_path / "none.zip")]) == 2


def test_an_evening_without_calls_is_a_bundle_too(url: str, tmp_path: Path) -> None:
    out = tmp_path / "empty.zip"
    main(
        ["compliance", "export", "--campaign", "spring", "--from", "2024-01-01", "--to",
         "2024-02-01", "--output", str(out)]
    )  # fmt: skip
    _, found = check_bundle(out, show)
    assert found.faults == [] and found.records == 0
