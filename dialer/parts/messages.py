"""The folder of spoken messages: what Asterisk plays to people, made from the campaigns' words.

`message-<campaign id>` is the campaign's safe-harbor message, `voicemail-<campaign id>` what is
left on machines, `announcement-<version>` tells of the recording, `inbound-<digits>` answers who
calls that number. The first two are also kept as `message-<version>` for ever, with their words
beside them, so that what was once played can be heard again. Words that somebody recorded
(own_voice.py) are not synthesised.
"""

import asyncio
import logging
from collections.abc import Sequence
from pathlib import Path

from dialer.domain.campaign import Campaign
from dialer.domain.wording import inbound_words, version_of
from dialer.parts.own_voice import recording_of
from dialer.parts.speech import (
    MESSAGE_VOICE,
    SPANISH_VOICE,
    SpeechError,
    SpeechTools,
    sound_name,
    speak,
)

log = logging.getLogger(__name__)


def message_name(campaign_id: int) -> str:
    """A campaign's safe-harbor message, as its words are now."""
    return f"message-{campaign_id}"


def voicemail_name(campaign_id: int) -> str:
    """What a campaign's volunteers leave on machines, as its words are now."""
    return f"voicemail-{campaign_id}"


def inbound_name(caller_id: str) -> str:
    """What somebody hears who calls this number."""
    return f"inbound-{caller_id.lstrip('+')}"


def speak_messages(campaigns: Sequence[Campaign], folder: Path, tools: SpeechTools) -> None:
    """Make what is missing. What cannot be spoken is logged, and is then not there to be played."""
    for campaign in campaigns:
        words = campaign.message_text
        _tell(words, folder, (message_name(campaign.id), f"message-{version_of(words)}"), tools)
        words = campaign.voicemail_text
        _tell(words, folder, (voicemail_name(campaign.id), f"message-{version_of(words)}"), tools)
        words = campaign.announcement_text
        _tell(words, folder, (f"announcement-{version_of(words)}",), tools)
    for caller_id in sorted({campaign.caller_id for campaign in campaigns if campaign.caller_id}):
        its = [campaign for campaign in campaigns if campaign.caller_id == caller_id]
        callers = [campaign.caller_name or campaign.seller for campaign in its]
        _tell(inbound_words(callers), folder, (inbound_name(caller_id),), tools)


class Speaker:
    """Says words to volunteers; what was said once is there at once the next time."""

    def __init__(self, folder: Path, tools: SpeechTools) -> None:
        self._folder, self._tools = folder, tools

    async def say(self, words: str, language: str) -> str:
        """The sound file in which they are said, without its ending; empty: it cannot be made."""
        voice = SPANISH_VOICE if language == "es" else MESSAGE_VOICE
        try:
            return sound_name(
                await asyncio.to_thread(speak, words, voice, self._folder, self._tools)
            )
        except SpeechError as error:
            log.error("%s", error)
            return ""


def _tell(words: str, folder: Path, names: tuple[str, ...], tools: SpeechTools) -> None:
    """The words under each of the names; the last is kept with its text."""
    if not words:
        return
    own = recording_of(words, folder)
    try:
        spoken = own if own.exists() else speak(words, MESSAGE_VOICE, folder, tools)
    except SpeechError as error:
        log.error("%s", error)
        for name in names:
            (folder / f"{name}.wav").unlink(missing_ok=True)  # words that it does not say any more
        return
    for name in names:
        _link(spoken, folder / f"{name}.wav")
    text = folder / f"{names[-1]}.txt"
    if not text.exists() or text.read_text(encoding="utf-8") != words + "\n":
        text.write_text(words + "\n", encoding="utf-8")


def _link(spoken: Path, named: Path) -> None:
    if named.exists() and named.samefile(spoken):
        return
    draft = named.with_suffix(".new")
    draft.unlink(missing_ok=True)
    draft.hardlink_to(spoken)
    draft.replace(named)
