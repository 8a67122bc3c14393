"""Speech and tones as 8 kHz mono wav files, synthesised at set-up and kept in the data directory.

`speak` makes the safe-harbor message, prompts, and the words of the simulated persons; a file's
name is the hash of text and voice, so nothing is made twice. Called at set-up, never in a call.
"""

import array
import hashlib
import math
import os
import subprocess
import sys
import tempfile
import wave
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialer.errors import CallbankError

SAMPLES_PER_S = 8000
SYNTHESIS_TIMEOUT_S = 60.0


class SpeechError(CallbankError):
    """A text could not be made into a sound file."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SpeechTools:
    """How espeak-ng and sox are run here: command-line prefixes, and their environment."""

    espeak: tuple[str, ...] = ("espeak-ng",)
    sox: tuple[str, ...] = ("sox",)
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Voice:
    """One of espeak-ng's voices, as fast and as high as this."""

    name: str = "en-us"
    words_per_minute: int = 165
    pitch: int = 50  # 0 to 99


MESSAGE_VOICE = Voice(name="en-us+f3", words_per_minute=160)
SPANISH_VOICE = Voice(name="es-419+f3", words_per_minute=155)

PERSONS = (
    (Voice(name="en-us+m3", words_per_minute=175, pitch=40), "Hello?"),
    (Voice(name="en-us+f2", words_per_minute=170, pitch=60), "Hello?"),
    (Voice(name="en-us+m7", words_per_minute=150, pitch=30), "Yes, hello?"),
    (Voice(name="en-us+f4", words_per_minute=185, pitch=70), "Hi, who is this?"),
    (Voice(name="en-us+m1", words_per_minute=165, pitch=45), "Smith residence."),
    (Voice(name="en-us+f5", words_per_minute=160, pitch=55), "Hello, this is Mary speaking."),
)
"""Voices and greetings of the simulated persons."""

PERSON_PHRASES = (
    "Well, I have not made up my mind yet.",
    "Yes, I think so.",
    "No, I am sorry, I have very little time.",
    "Could you say that again, please?",
    "I voted last time, and I will vote again.",
    "All right. Thank you.",
)

AGENT_PHRASES = (
    "Hi, this is Alex. I am a volunteer. Do you have a minute?",
    "We are asking people in your neighborhood what matters to them.",
    "Thank you. May I ask whether you plan to vote in November?",
    "I see. And how do you feel about the school board?",
)

VOICEMAIL_GREETINGS = (
    "You have reached the voice mailbox of 5 5 5, 0 1 4 7. Nobody is available to take your call. "
    "Please leave your message after the tone.",
    "Hi, you have reached Bob and Linda. We can not come to the phone right now, but if you leave "
    "your name and number, we will call you back as soon as we can.",
    "The person you are trying to reach is not available. At the tone, please record your message. "
    "When you have finished recording, you may hang up.",
)

NOT_IN_SERVICE = (
    "We are sorry. The number you have dialed is not in service. "
    "Please check the number and dial again."
)


def speak(text: str, voice: Voice, into: Path, tools: SpeechTools) -> Path:
    """The wav file in which `voice` says `text`; synthesised unless it is there already."""
    if not text.strip():
        raise SpeechError("Cannot synthesise speech: the text is empty.")
    path = into / f"{spoken_name(text, voice)}.wav"
    if path.exists():
        return path
    into.mkdir(mode=0o750, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".speech-", dir=into) as draft:
        raw, small = Path(draft) / "raw.wav", Path(draft) / "small.wav"
        said = [*tools.espeak, "-v", voice.name, "-s", str(voice.words_per_minute)]
        _run([*said, "-p", str(voice.pitch), "-w", str(raw), "--", text], tools)
        # -G guards against clipping; norm makes all voices alike loud.
        format_8k = ["-r", str(SAMPLES_PER_S), "-c", "1", "-b", "16"]
        _run([*tools.sox, "-G", str(raw), *format_8k, str(small), "norm", "-3"], tools)
        small.replace(path)
    return path


def spoken_name(text: str, voice: Voice) -> str:
    """The name of that file, without its ending: it tells nothing of the words."""
    return hashlib.sha256(repr((text, voice)).encode()).hexdigest()[:24]


def _run(command: Sequence[str], tools: SpeechTools) -> None:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **tools.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=SYNTHESIS_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SpeechError(f"Cannot synthesise speech: {command[0]}: {error}.") from error
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise SpeechError(f"Cannot synthesise speech: {command[0]}: {lines[-1]}")


# --- tones ------------------------------------------------------------------------------------

Tone = tuple[float, float]
"""Frequency in Hz (0: silence) and duration in seconds."""

BEEP: tuple[Tone, ...] = ((1000.0, 0.4),)
THANKS: tuple[Tone, ...] = ((660.0, 0.12), (880.0, 0.2))
TICK: tuple[Tone, ...] = ((1200.0, 0.06),)
"""A person arrives: short, for he has said hello already."""
SIT: tuple[Tone, ...] = ((985.2, 0.38), (1428.5, 0.38), (1776.7, 0.38), (0.0, 0.2))
"""Special information tone, "vacant code": ITU-T E.180."""
FAX_ANSWER: tuple[Tone, ...] = ((0.0, 0.4), (2100.0, 3.0), (0.0, 0.5))
"""CED, what a fax machine answers with: ITU-T T.30."""
FAX_CALLING: tuple[Tone, ...] = ((1100.0, 0.5), (0.0, 3.0))
"""CNG, what a calling fax machine sends: ITU-T T.30."""


def tone_file(name: str, tones: Sequence[Tone], into: Path) -> Path:
    """The wav file `name` with these tones in a row; made unless it is there already."""
    path = into / f"{name}.wav"
    if path.exists():
        return path
    into.mkdir(mode=0o750, parents=True, exist_ok=True)
    samples = array.array("h", (sample for tone in tones for sample in _tone(*tone)))
    if sys.byteorder == "big":
        samples.byteswap()
    draft = into / f".{name}.{os.getpid()}.wav"
    with wave.open(str(draft), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLES_PER_S)
        file.writeframes(samples.tobytes())
    draft.replace(path)
    return path


def _tone(frequency_hz: float, duration_s: float) -> list[int]:
    count = round(duration_s * SAMPLES_PER_S)
    if not frequency_hz:
        return [0] * count
    step = 2 * math.pi * frequency_hz / SAMPLES_PER_S
    return [round(9000 * math.sin(step * index)) for index in range(count)]


def sound_name(path: Path) -> str:
    """A file as Asterisk's applications want it: without its ending."""
    return str(path.with_suffix(""))
