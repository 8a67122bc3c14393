"""The folder of recorded conversations: for its owner alone, and no longer than they are kept.

Asterisk writes the files; here they are guarded and removed. The rows are storage/recordings.py's.
"""

from collections.abc import Iterator
from pathlib import Path


class RecordingsFolder:
    """`recordings/` in the data directory."""

    def __init__(self, folder: Path) -> None:
        self.path = folder

    def open(self) -> None:
        """Make it, or make it private again."""
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)

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
