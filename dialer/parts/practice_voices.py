"""The voices of practice calls' people: their lines as sound files, synthesised when first needed.

House.messages_dir has them beside what else is spoken; web/volunteer/practice.py asks.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from dialer.parts.speech import SpeechTools, Voice, sound_name, speak
from dialer.practice.voter import Voter, VoterKind

VOICES: Mapping[VoterKind, Voice] = {
    VoterKind.FRIENDLY: Voice(name="en-us+f2", words_per_minute=165, pitch=60),
    VoterKind.BUSY: Voice(name="en-us+m3", words_per_minute=195, pitch=40),
    VoterKind.ANGRY: Voice(name="en-us+m7", words_per_minute=190, pitch=25),
    VoterKind.SPANISH: Voice(name="es-419+f4", words_per_minute=160, pitch=55),
    VoterKind.WRONG_NUMBER: Voice(name="en-us+f5", words_per_minute=155, pitch=45),
}


class PracticeVoices:
    """Says what they say; what was said once is there at once the next time."""

    def __init__(self, folder: Path, tools: SpeechTools) -> None:
        self._folder, self._tools = folder, tools

    async def sounds(self, voter: Voter) -> Mapping[str, str]:
        """The sound file of each line, without its ending. Raises SpeechError."""
        return await asyncio.to_thread(self._speak, voter)

    def _speak(self, voter: Voter) -> Mapping[str, str]:
        voice = VOICES[voter.kind]
        return {
            name: sound_name(speak(line.words, voice, self._folder, self._tools))
            for name, line in voter.lines.items()
        }
