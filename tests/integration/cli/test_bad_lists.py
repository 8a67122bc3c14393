"""`callbank import` of files that are no lists, or not quite: one sentence, nothing half-done."""

import json
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.cli.callbank_command import Callbank, callbank

HEADER = "first_name,last_name,phone,note"
GOOD = [f"Ann{n},Lee,919555{n:04d},hello" for n in range(2000, 2020)]


@pytest.fixture(scope="module")
def shop() -> Iterator[Callbank]:
    with callbank() as command:
        assert command.run("campaign", "create", "spring").code == 0
        yield command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "people.csv"


def write(file: Path, *lines: str) -> None:
    file.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")


def load(shop: Callbank, file: Path, *words: str) -> dict[str, object]:
    done = shop.run("import", str(file), "--campaign", "spring", "--json", *words)
    assert done.code == 0, done
    found: dict[str, object] = json.loads(done.out)
    return found


def refused(shop: Callbank, file: Path, *fragments: str, campaign: str = "spring") -> None:
    before = shop.counts()
    shop.run("import", str(file), "--campaign", campaign).refused(str(file), *fragments)
    assert shop.counts() == before


def test_a_list_without_a_phone_column_is_refused(shop: Callbank, file: Path) -> None:
    file.write_text("first_name,last_name\nAnn,Lee\n", encoding="utf-8")
    refused(shop, file, "phone", "Nothing was imported.")


def test_an_empty_file_is_refused(shop: Callbank, file: Path) -> None:
    file.write_bytes(b"")
    refused(shop, file, "empty")


def test_a_header_alone_is_refused(shop: Callbank, file: Path) -> None:
    write(file)
    refused(shop, file, "no row")


def test_a_directory_is_refused(shop: Callbank, tmp_path: Path) -> None:
    refused(shop, tmp_path, "directory")


def test_a_file_that_is_not_there_is_refused(shop: Callbank, file: Path) -> None:
    refused(shop, file, "no such file")


def test_a_pipe_is_refused(shop: Callbank, file: Path) -> None:
    os.mkfifo(file)
    refused(shop, file, "pipe")


def test_a_picture_is_refused(shop: Callbank, file: Path) -> None:
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50)
    refused(shop, file)


def test_an_unknown_campaign_is_refused(shop: Callbank, file: Path) -> None:
    write(file, *GOOD)
    before = shop.counts()
    shop.run("import", str(file), "--campaign", "sprnig").refused("sprnig", "campaign list")
    assert shop.counts() == before


def test_broken_lines_and_giant_fields_are_told_and_left_out(shop: Callbank, file: Path) -> None:
    write(
        file,
        "Bob,Broken,9195553001",
        "Bob,Broken,9195553002,x,y,z",
        "Gus,Giant,9195553003," + "x" * 1_000_000,
        "Nina,Nul\0l,9195553004,\0",
        "Fay,=cmd|'/C calc'!A0,9195553005,=1+1",
    )
    report = load(shop, file)
    assert report["rows"] == 5
    assert report["imported"] == {"added": 1, "updated": 0, "unchanged": 0}, report
    rejects = Path(str(report["rejects_file"])).read_text(encoding="utf-8-sig")
    assert rejects.count("\n") >= 4
    assert len(rejects) < 60_000
    assert oct(Path(str(report["rejects_file"])).stat().st_mode & 0o777) == "0o600"


def test_an_unclosed_quote_does_not_swallow_the_list(shop: Callbank, file: Path) -> None:
    write(file, 'Una,"Unclosed,9195553101,x', *(line.replace("5552", "5554") for line in GOOD))
    report = load(shop, file)
    assert report["valid"] == len(GOOD)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "iso-8859-1"])
def test_every_usual_encoding_is_read(shop: Callbank, file: Path, encoding: str) -> None:
    text = f"{HEADER}\r\nJosé,Nuñez,9195553201,\r\n"
    prefix = b"\xff\xfe" if encoding == "utf-16-le" else b""
    file.write_bytes(prefix + text.encode(encoding))
    report = load(shop, file, "--dry-run")
    assert (report["valid"], report["imported"]) == (1, None)


def test_a_second_import_changes_nothing(shop: Callbank, file: Path) -> None:
    write(file, *GOOD)
    load(shop, file)
    before = shop.counts()
    again = load(shop, file)
    assert again["imported"] == {"added": 0, "updated": 0, "unchanged": len(GOOD)}
    assert shop.counts() == before


def test_a_list_that_nobody_may_read_is_refused(shop: Callbank, file: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    write(file, *GOOD)
    file.chmod(0)
    refused(shop, file, "may not be read")


# --- a full disk ----------------------------------------------------------------------------


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own that a ballast file can fill; only root may mount one."""
    with tempfile.TemporaryDirectory(prefix="cb-disk-") as place:
        command = ["mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", place]
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            pytest.skip("only root may mount a small disk")
        try:
            yield Path(place)
        finally:
            subprocess.run(["umount", "-l", place], check=True)


def test_a_full_disk_leaves_no_half_imported_list(small_disk: Path, file: Path) -> None:
    dice = random.Random(7)
    notes = ("".join(dice.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=9000)) for _ in GOOD)
    lines = [
        f"Ann{n},Lee,919555{n:04d},{note}"
        for note in notes
        for n in dice.sample(range(2000, 9999), 150)
    ]
    write(file, *lines)
    with callbank(small_disk / "home") as shop:
        assert shop.run("campaign", "create", "spring").code == 0
        before = shop.counts()
        free = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
        ballast = small_disk / "ballast"
        ballast.write_bytes(b"\0" * (free - 6_000_000))
        done = shop.run("import", str(file), "--campaign", "spring")
        ballast.unlink()
        done.refused("disk is full", "Nothing was", code=1)
        shop.run("campaign", "list")  # starts a server that a full disk ended
        assert shop.counts() == before
        assert not list((small_disk / "home" / "imports").glob("*"))
        assert load(shop, file)["imported"], "with room again it is imported"
