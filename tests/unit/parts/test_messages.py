"""Spoken messages: under which names they lie, and that old ones can still be heard."""

from dataclasses import replace
from pathlib import Path

import pytest

from dialer.domain.campaign import Campaign
from dialer.domain.wording import inbound_words, version_of
from dialer.parts.messages import speak_messages
from dialer.parts.own_voice import recording_of
from dialer.parts.speech import SpeechTools

PARKS = Campaign(
    id=7,
    name="Parks",
    caller_id="+19195550100",
    caller_name="Citizens for Parks",
    message_text="Citizens for Parks called.",
    voicemail_text="We called about the parks.",
    announcement_text="This call is recorded.",
)


@pytest.fixture
def tools(tmp_path: Path) -> SpeechTools:
    """Programs that write their last argument but one into a file, as espeak-ng and sox would."""
    espeak, sox = tmp_path / "espeak", tmp_path / "sox"
    espeak.write_text('#!/bin/sh\nfor word; do last=$word; done\necho "$last" > "$8"\n')
    sox.write_text('#!/bin/sh\ncp "$2" "$9"\n')
    for program in (espeak, sox):
        program.chmod(0o755)
    return SpeechTools(espeak=(str(espeak),), sox=(str(sox),))


def test_each_message_lies_under_the_names_by_which_it_is_found(
    tmp_path: Path, tools: SpeechTools
) -> None:
    folder = tmp_path / "messages"
    speak_messages([PARKS], folder, tools)
    version = version_of(PARKS.message_text)
    assert (folder / "message-7.wav").read_text() == "Citizens for Parks called.\n"
    assert (folder / f"message-{version}.wav").samefile(folder / "message-7.wav")
    assert (folder / f"message-{version}.txt").read_text() == "Citizens for Parks called.\n"
    left = folder / f"message-{version_of(PARKS.voicemail_text)}.wav"
    assert left.read_text() == "We called about the parks.\n"
    assert left.samefile(folder / "voicemail-7.wav")
    announcement = f"announcement-{version_of(PARKS.announcement_text)}"
    assert (folder / f"{announcement}.wav").read_text() == "This call is recorded.\n"
    answer = (folder / "inbound-19195550100.wav").read_text()
    assert "You have reached Citizens for Parks." in answer


def test_words_that_somebody_recorded_are_not_synthesised(
    tmp_path: Path, tools: SpeechTools
) -> None:
    folder = tmp_path / "messages"
    folder.mkdir()
    recording_of(PARKS.voicemail_text, folder).write_text("a voice")
    speak_messages([PARKS], folder, tools)
    version = version_of(PARKS.voicemail_text)
    assert (folder / "voicemail-7.wav").read_text() == "a voice"
    assert (folder / f"message-{version}.wav").read_text() == "a voice"
    assert (folder / f"message-{version}.txt").read_text() == "We called about the parks.\n"


def test_words_that_are_replaced_can_still_be_heard(tmp_path: Path, tools: SpeechTools) -> None:
    folder = tmp_path / "messages"
    speak_messages([PARKS], folder, tools)
    speak_messages([replace(PARKS, message_text="New words.")], folder, tools)
    assert (folder / "message-7.wav").read_text() == "New words.\n"
    old = folder / f"message-{version_of(PARKS.message_text)}.wav"
    assert old.read_text() == "Citizens for Parks called.\n"


def test_what_cannot_be_spoken_is_not_there_to_be_played(
    tmp_path: Path, tools: SpeechTools
) -> None:
    folder = tmp_path / "messages"
    speak_messages([PARKS], folder, tools)
    broken = replace(tools, espeak=("/nowhere/espeak",))
    speak_messages([replace(PARKS, message_text="New words.")], folder, broken)
    assert not (folder / "message-7.wav").exists()


def test_campaigns_that_show_one_number_are_named_together() -> None:
    words = inbound_words(["Parks", "Trees", "Parks", ""])
    assert "You have reached Parks and Trees." in words
    assert "press 9" in words


def test_a_campaign_without_a_name_still_offers_the_key() -> None:
    assert "press 9" in inbound_words([""])
    assert "You have reached" not in inbound_words([""])
