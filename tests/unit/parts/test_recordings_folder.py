"""The folder of recordings: who may read it, and what is removed at once."""

from pathlib import Path

import pytest

from dialer.domain.outcome import AmdVerdict, Outcome
from dialer.engine.audit import audit_file
from dialer.engine.events import RouteAsked, Ticked
from dialer.engine.store_commands import CloseAttempt, SaveAudit, SaveRecording
from dialer.parts.recordings import RecordingsFolder


@pytest.fixture
def folder(tmp_path: Path) -> RecordingsFolder:
    folder = RecordingsFolder(tmp_path / "recordings")
    folder.open()
    return folder


def written(folder: RecordingsFolder, name: str) -> Path:
    """A file as Asterisk writes it."""
    file = folder.path / name
    file.touch(mode=0o644)
    return file


def asked(verdict: AmdVerdict) -> RouteAsked:
    return RouteAsked(at=1.0, attempt_id="cb-1", request_id="1", channel="x", verdict=verdict)


def closed(verdict: AmdVerdict) -> CloseAttempt:
    return CloseAttempt(
        attempt_id="cb-1",
        campaign_id=1,
        outcome=Outcome.CALLER_LEFT,
        ended_at=1.0,
        amd_verdict=verdict,
    )


def test_nobody_else_may_read_it(folder: RecordingsFolder) -> None:
    assert folder.path.stat().st_mode & 0o777 == 0o700
    file = written(folder, "cb-1.wav")
    begun = SaveRecording(
        attempt_id="cb-1",
        file="cb-1.wav",
        leave="none_needed",
        announcement_version="",
        announced_from=None,
        announced_to=None,
        started_at=1.0,
    )
    folder.observe(Ticked(at=1.0), [begun])
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("verdict", [AmdVerdict.HUMAN, AmdVerdict.UNKNOWN, AmdVerdict.NOT_ASKED])
def test_a_persons_greeting_is_removed_with_the_verdict(
    folder: RecordingsFolder, verdict: AmdVerdict
) -> None:
    file = written(folder, audit_file("cb-1"))
    folder.observe(asked(verdict), [])
    assert not file.exists()


def test_who_hangs_up_before_the_verdict_leaves_nothing(folder: RecordingsFolder) -> None:
    file = written(folder, audit_file("cb-1"))
    folder.observe(Ticked(at=1.0), [closed(AmdVerdict.NOT_ASKED)])
    assert not file.exists()


def test_a_machines_greeting_stays(folder: RecordingsFolder) -> None:
    file = written(folder, audit_file("cb-1"))
    kept = SaveAudit(attempt_id="cb-1", file=file.name, at=1.0)
    folder.observe(asked(AmdVerdict.MACHINE), [kept])
    folder.observe(Ticked(at=1.0), [closed(AmdVerdict.MACHINE)])
    assert file.exists()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_nobody_writes_to_any_more_is_named(folder: RecordingsFolder) -> None:
    file = written(folder, "cb-1.wav")
    touched_at = file.stat().st_mtime
    assert list(folder.untouched_since(touched_at + 1)) == ["cb-1.wav"]
    assert list(folder.untouched_since(touched_at - 1)) == []
    folder.remove("cb-1.wav")
    folder.remove("cb-1.wav")
    assert list(folder.untouched_since(touched_at + 1)) == []
