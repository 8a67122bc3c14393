"""The folder of recordings: for its owner alone, and no longer than they are kept.

Asterisk writes the files, of conversations and of what the detector hears; here they are guarded
and removed. The rows are storage/recordings.py's. The pump shows all that happens to `observe`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dialer.domain.outcome import AmdVerdict
from dialer.engine.audit import audit_file
from dialer.engine.commands import Command
from dialer.engine.events import Event, RouteAsked
from dialer.engine.store_commands import CloseAttempt, SaveAudit, SaveRecording


class RecordingsFolder:
    """`recordings/` in the data directory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def open(self) -> None:
        """Make it, or make it private again."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

    def observe(self, event: Event, commands: Sequence[Command]) -> None:
        """Guard what is begun, and remove at once what the detector heard of a person."""
        if isinstance(event, RouteAsked) and event.verdict is not AmdVerdict.MACHINE:
            self.remove(audit_file(event.attempt_id))
        for command in commands:
            match command:
                case SaveRecording() | SaveAudit():
                    self.guard(command.file)
                case CloseAttempt() if command.amd_verdict is not AmdVerdict.MACHINE:
                    self.remove(audit_file(command.attempt_id))

    def guard(self, name: str) -> None:
        """A file that Asterisk has begun, if it is there."""
        file = self.path / name
        if file.exists():
            file.chmod(0o600)

    def remove(self, name: str) -> None:
        """Take the file away; one that is gone already is no error."""
        (self.path / name).unlink(missing_ok=True)

    def untouched_since(self, instant: float) -> Iterator[str]:
        """Names of files that nobody has written to since then."""
        if not self.path.is_dir():
            return
        for file in sorted(self.path.iterdir()):
            if file.is_file() and file.stat().st_mtime < instant:
                yield file.name
