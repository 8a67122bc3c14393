"""A recording of a campaign's own voice: what is taken, and what is refused in one sentence."""

import wave
from pathlib import Path

import pytest

from dialer.errors import UsageError
from dialer.parts.own_voice import recording_of, take_recording

WORDS = "This is Citizens for Parks."


def recorded(
    path: Path, *, seconds: float = 4.0, channels: int = 1, bits: int = 16, hz: int = 8000
) -> Path:
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(bits // 8)
        sound.setframerate(hz)
        sound.writeframes(bytes(int(seconds * hz) * channels * bits // 8))
    return path


def test_a_recording_is_kept_under_the_version_of_its_words(tmp_path: Path) -> None:
    file, folder = recorded(tmp_path / "a.wav"), tmp_path / "messages"
    take_recording(file, WORDS, folder)
    assert recording_of(WORDS, folder).read_bytes() == file.read_bytes()
    take_recording(file, WORDS, folder)
    assert [one.name for one in folder.iterdir()] == [recording_of(WORDS, folder).name]


def test_what_may_have_been_played_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "messages"
    take_recording(recorded(tmp_path / "a.wav"), WORDS, folder)
    before = recording_of(WORDS, folder).read_bytes()
    with pytest.raises(UsageError, match="change a word"):
        take_recording(recorded(tmp_path / "b.wav", seconds=5.0), WORDS, folder)
    assert recording_of(WORDS, folder).read_bytes() == before


@pytest.mark.parametrize(
    ("shape", "says"),
    [
        ({"channels": 2}, "one channel"),
        ({"bits": 8}, "16 bits"),
        ({"hz": 44100}, "8000 samples"),
        ({"seconds": 1.0}, "1.0 s long"),
        ({"seconds": 61.0}, "61.0 s long"),
    ],
)
def test_a_file_that_asterisk_or_a_mailbox_would_not_take_is_refused(
    tmp_path: Path, shape: dict[str, int], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        take_recording(recorded(tmp_path / "a.wav", **shape), WORDS, tmp_path / "messages")
    assert not (tmp_path / "messages").exists()


def test_what_is_no_sound_file_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "a.wav"
    text.write_text("Hello.")
    for file in (text, tmp_path / "nothing.wav"):
        with pytest.raises(UsageError, match="no sound file"):
            take_recording(file, WORDS, tmp_path / "messages")
