"""The command: report before commit, all or nothing, exit codes, one clear sentence."""

import argparse
import io
import json
import os
import resource
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from dialer.cli.import_ import ImportRequest, Terminal, configure, import_list, request_of
from dialer.demo.voters import write_voter_file
from dialer.errors import CallbankError, UsageError
from dialer.lists.importing import ImportedLead
from dialer.lists.ports import Stored
from dialer.lists.report import ImportReport


class MemoryImporter:
    """A campaign's leads in a dict, with transactions. `on_add` may raise, as a database does."""

    def __init__(self, on_add: Callable[[int], None] = lambda batch: None) -> None:
        self.leads: dict[str, ImportedLead] = {}
        self.on_add = on_add
        self.opened = 0
        self._draft: dict[str, ImportedLead] = {}
        self._batches = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator["MemoryImporter"]:
        self.opened += 1
        yield self

    async def campaign_id(self, name: str) -> int | None:
        return 7 if name == "spring" else None

    @asynccontextmanager
    async def importing(
        self, campaign_id: int, report: ImportReport
    ) -> AsyncIterator["MemoryImporter"]:
        assert campaign_id == 7 and report.valid
        self._draft, self._batches = dict(self.leads), 0
        yield self
        self.leads = self._draft

    async def add(self, leads: Sequence[ImportedLead]) -> Stored:
        self._batches += 1
        self.on_add(self._batches)
        stored = Stored()
        for lead in leads:
            known = self._draft.get(lead.external_id)
            stored += Stored(
                added=known is None,
                updated=known not in (None, lead),
                unchanged=known == lead,
            )
            self._draft[lead.external_id] = lead
        return stored


class Session:
    """A person at a terminal, or a script, with a data directory."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.importer = MemoryImporter()
        self.answers: list[str] = []
        self.questions: list[str] = []
        self.out, self.err = io.StringIO(), io.StringIO()

    def run(self, file: Path, campaign: str = "spring", **options: object) -> int:
        request = ImportRequest(file=file, campaign=campaign, home=self.home)
        terminal = Terminal(
            out=Console(file=self.out, soft_wrap=True, markup=False, emoji=False),
            err=Console(file=self.err, soft_wrap=True),
            ask=self._answer,
            is_interactive=bool(self.answers),
        )
        return import_list(replace(request, **options), self.importer.open, terminal)

    def _answer(self, question: str) -> str:
        assert "valid" in self.out.getvalue(), "the report comes before the question"
        assert not self.importer.leads
        self.questions.append(question)
        return self.answers.pop()

    def files_left(self) -> set[str]:
        return {path.name for path in self.home.rglob("*") if path.is_file()}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    home = tmp_path / "var"
    home.mkdir()
    return Session(home)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.csv"
    file.write_text("phone,name\n9195550123,Ann Lee\n9195550124,Bob Ray\n")
    return file


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    file = tmp_path / "mixed.csv"
    file.write_text('phone,name\n9195550123,Ann Lee\n12,=1+1\n9195550124,"Bob\n')
    return file


def test_a_list_is_imported_with_its_report(session: Session, mixed: Path) -> None:
    assert session.run(mixed) == 0
    assert [lead.first_name for lead in session.importer.leads.values()] == ["Ann"]
    shown = session.out.getvalue()
    assert shown.index("1  valid") < shown.index('Campaign "spring": 1 people added')
    assert session.files_left() == {"mixed.csv.rejects.csv"}
    rejects = (session.home / "imports" / "mixed.csv.rejects.csv").read_text("utf-8-sig")
    assert "3,invalid_phone,Not a valid telephone number.,12,'=1+1" in rejects
    assert "4,broken_line" in rejects


def test_a_second_import_of_the_same_file_changes_nothing(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "voters.txt"
    write_voter_file(file, 5000, seed=5)
    assert session.run(file) == 0
    before = dict(session.importer.leads)
    assert session.run(file, is_json=True) == 0
    assert session.importer.leads == before
    told = json.loads(session.out.getvalue().splitlines()[-1])
    assert told["imported"] == {"added": 0, "updated": 0, "unchanged": told["valid"]}
    assert len(before) == told["valid"] > 4000


def test_json_is_the_only_thing_on_standard_output(session: Session, mixed: Path) -> None:
    assert session.run(mixed, is_json=True) == 0
    told = json.loads(session.out.getvalue())
    assert told["rejects_file"] == str(session.home / "imports" / "mixed.csv.rejects.csv")
    assert (told["rows"], told["valid"], told["dry_run"], told["campaign"]) == (
        3,
        1,
        False,
        "spring",
    )


def test_a_dry_run_touches_neither_database_nor_data_directory(
    session: Session, mixed: Path
) -> None:
    assert session.run(mixed, is_dry_run=True) == 0
    assert session.importer.opened == 0 and not session.files_left()
    assert "Dry run: nothing was stored." in session.out.getvalue()


def test_a_dry_run_writes_rejects_where_told_to(session: Session, mixed: Path) -> None:
    out = session.home / "out.csv"
    assert session.run(mixed, is_dry_run=True, rejects=out) == 0
    assert session.files_left() == {"out.csv"}


def test_without_a_rejected_row_there_is_no_rejects_file(session: Session, good: Path) -> None:
    assert session.run(good) == 0
    assert not session.files_left()


@pytest.mark.parametrize(("answer", "imported"), [("y", 2), ("YES ", 2), ("n", 0), ("", 0)])
def test_at_a_terminal_it_asks_after_the_report(
    session: Session, good: Path, answer: str, imported: int
) -> None:
    session.answers = [answer]
    assert session.run(good) == 0
    assert session.questions == ['Import 2 people into "spring"? [y/N] ']
    assert len(session.importer.leads) == imported
    assert not session.files_left()


def test_yes_stands_for_the_answer(session: Session, good: Path) -> None:
    session.answers = ["n"]
    assert session.run(good, is_confirmed=True) == 0
    assert not session.questions and len(session.importer.leads) == 2


def test_nothing_valid_is_exit_code_1_and_stores_nothing(session: Session, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("phone\n12\n")
    assert session.run(file) == 1
    assert not session.importer.leads
    assert session.files_left() == {"bad.csv.rejects.csv"}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "bad.csv: The file is empty"),
        (b"phone\n", "bad.csv: The file has a header and no row under it. Nothing was imported."),
        (b"name,email\nAnn,a@example.org\n", "No column holds a telephone number"),
        (b"PK\x03\x04", "an Excel workbook"),
        (b"phone,phone\n1,2\n", "Two columns are called"),
    ],
)
def test_a_file_that_is_no_list_is_bad_input(
    session: Session, tmp_path: Path, content: bytes, sentence: str
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    with pytest.raises(UsageError, match=sentence) as caught:
        session.run(file)
    assert caught.value.exit_code == 2
    assert not session.files_left() and not session.importer.leads


def test_directories_pipes_and_missing_files_are_bad_input(
    session: Session, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, sentence in (("", "directory"), ("pipe", "a pipe"), ("none", "no such file")):
        with pytest.raises(UsageError, match=sentence):
            session.run(tmp_path / name)
    assert session.importer.opened == 0


def test_an_unknown_campaign_is_told_before_the_file_is_read(session: Session, good: Path) -> None:
    with pytest.raises(UsageError, match='There is no campaign called "winter"'):
        session.run(good, campaign="winter")
    assert session.out.getvalue() == ""


def test_the_list_cannot_be_its_own_rejects_file(session: Session, mixed: Path) -> None:
    before = mixed.read_bytes()
    with pytest.raises(UsageError, match="names the list itself"):
        session.run(mixed, rejects=mixed)
    assert mixed.read_bytes() == before


def test_a_database_that_fails_half_way_leaves_nothing_behind(
    session: Session, tmp_path: Path
) -> None:
    def disk_is_full(batch: int) -> None:
        if batch == 2:
            raise CallbankError("The database's disk is full: nothing was imported.")

    file = tmp_path / "voters.txt"
    write_voter_file(file, 5000, seed=5)
    session.importer.on_add = disk_is_full
    with pytest.raises(CallbankError, match="disk is full"):
        session.run(file)
    assert not session.importer.leads and not session.files_left()


def test_an_interruption_while_storing_leaves_nothing_behind(session: Session, mixed: Path) -> None:
    def interrupted(batch: int) -> None:
        raise KeyboardInterrupt

    session.importer.on_add = interrupted
    assert session.run(mixed) == 130
    assert "Interrupted: nothing was imported." in session.err.getvalue()
    assert not session.importer.leads and not session.files_left()


@pytest.mark.parametrize(("rejected", "room"), [(5000, 16_384), (3, 10)])
def test_a_full_disk_under_the_rejects_file_is_told_before_anything_is_stored(
    session: Session, tmp_path: Path, rejected: int, room: int
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("phone\n9195550123\n" + "12\n" * rejected)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))  # as near as a test gets to ENOSPC
    try:
        with pytest.raises(CallbankError, match=r"cannot be written .* Nothing was imported"):
            session.run(file)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert not session.importer.leads and not session.files_left()


def test_a_rejects_file_that_cannot_be_made_is_told_before_anything_is_stored(
    session: Session, mixed: Path
) -> None:
    for place, sentence in ((session.home, "a directory"), (mixed / "x.csv", "cannot be written")):
        with pytest.raises(CallbankError, match=sentence):
            session.run(mixed, rejects=place)
    assert not session.importer.leads


def test_a_file_that_changes_between_report_and_commit_is_not_imported(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text("phone\n9195550123\n")
    session.importer.on_add = lambda batch: file.write_text("phone\n9195550123\n9195550124\n")
    with pytest.raises(CallbankError, match="changed while it was being read"):
        session.run(file)
    assert not session.importer.leads


def test_the_command_line_becomes_a_request(tmp_path: Path) -> None:
    parser = argparse.ArgumentParser()
    configure(parser)
    words = "a.csv --campaign spring --layout plain --country gb --dry-run --json --yes"
    assert request_of(parser.parse_args(words.split()), tmp_path) == ImportRequest(
        file=Path("a.csv"),
        campaign="spring",
        home=tmp_path,
        layout="plain",
        country="GB",
        is_dry_run=True,
        is_json=True,
        is_confirmed=True,
    )
