"""A campaign's words in a voice of its own: a recorded sound file instead of the synthesised one.

The *words* are what is said in it, for the checks of what must be said and for evidence; the file
lies beside the spoken messages under their version, and messages.py takes it. Called by `campaign
create` and `campaign set`.
"""

import shutil
import wave
from pathlib import Path

from dialer.domain.wording import version_of
from dialer.errors import UsageError
from dialer.parts.speech import SAMPLES_PER_S

SHORTEST_S, LONGEST_S = 2.0, 60.0
"""Less says nobody's name and number, and many mailboxes take no more."""

SAMPLE_BYTES = 2


def recording_of(words: str, folder: Path) -> Path:
    """Where the recording of these words lies, if there is one."""
    return folder / f"recorded-{version_of(words)}.wav"


def take_recording(file: Path, words: str, folder: Path) -> None:
    """Keep the file as the voice of these words. Raises UsageError; nothing is kept then."""
    _check(file)
    kept = recording_of(words, folder)
    if kept.exists() and kept.read_bytes() != file.read_bytes():
        raise UsageError(
            "these words have another recording already, which may have been played: change a word."
        )
    try:
        folder.mkdir(mode=0o750, parents=True, exist_ok=True)
        draft = kept.with_suffix(".new")
        shutil.copyfile(file, draft)
        draft.replace(kept)
    except OSError as error:
        raise UsageError(f"the recording cannot be kept in {folder}: {error}.") from error


def _check(file: Path) -> None:
    try:
        with wave.open(str(file), "rb") as sound:
            shape = (sound.getnchannels(), sound.getsampwidth(), sound.getframerate())
            length_s = sound.getnframes() / max(1, sound.getframerate())
    except (OSError, EOFError, wave.Error) as error:
        raise UsageError(f"{file} is no sound file that can be read: {error}.") from error
    if shape != (1, SAMPLE_BYTES, SAMPLES_PER_S):
        raise UsageError(
            f"{file} must be a WAV file with one channel, 16 bits and {SAMPLES_PER_S} samples a"
            f" second: `sox {file.name} -r {SAMPLES_PER_S} -c 1 -b 16 OTHER.wav` makes one."
        )
    if not SHORTEST_S <= length_s <= LONGEST_S:
        raise UsageError(
            f"{file} is {length_s:.1f} s long; it must be {SHORTEST_S:g} to {LONGEST_S:g} s."
        )
