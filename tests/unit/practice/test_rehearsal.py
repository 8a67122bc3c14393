"""A simulated person's turns: what he says to speech and to silence, and who spoke when."""

import pytest

from dialer.practice.rehearsal import KEPT, Heard, Next, Rehearsal, Rehearsals, Turn
from dialer.practice.voter import LONG_S, VoterKind
from dialer.practice.voters import ANGRY, BUSY, FRIENDLY, VOTERS


class Call:
    """A practice call in which each line takes two seconds, as Asterisk tells of it."""

    def __init__(self, kind: VoterKind) -> None:
        voter = VOTERS[kind]
        self.rehearsal = Rehearsal(voter, {name: f"/s/{name}" for name in voter.lines}, 0.0)
        self.now = 0.0
        self.last = self.hears(Heard.CAME)

    def hears(self, heard: Heard, after_s: float = 0.0) -> Turn:
        self.now += after_s
        self.last = self.rehearsal.turn(heard, self.now)
        return self.last

    @property
    def said(self) -> str:
        """The line that he says now."""
        return self.last.sound.removeprefix("/s/") if self.last.next is Next.SAY else ""

    def his_line_ends(self) -> Turn:
        return self.hears(Heard.SAID, 2.0 + self.last.wait_s)

    def volunteer_speaks(self, length_s: float, after_s: float = 0.5) -> Turn:
        if self.last.next is Next.SAY:
            self.his_line_ends()
        assert self.hears(Heard.NOISE, after_s + 0.1).next is Next.LISTEN
        return self.hears(Heard.SILENCE, length_s - 0.1 + 0.9)

    def volunteer_is_silent(self) -> Turn:
        if self.last.next is Next.SAY:
            self.his_line_ends()
        return self.hears(Heard.QUIET, self.last.wait_s)


@pytest.mark.parametrize("kind", VoterKind)
def test_every_line_that_follows_another_is_there_and_somebody_says_it(kind: VoterKind) -> None:
    voter = VOTERS[kind]
    ways = {
        way
        for line in voter.lines.values()
        for way in (line.after, line.after_brief, line.after_long, line.after_silence)
        if way
    }
    assert ways | {voter.start} == set(voter.lines)


@pytest.mark.parametrize("kind", VoterKind)
@pytest.mark.parametrize("length_s", [0.5, 3.0, LONG_S + 1, None])
def test_everybody_hangs_up_in_the_end_whatever_he_hears(
    kind: VoterKind, length_s: float | None
) -> None:
    call = Call(kind)
    for _ in range(20):
        if VOTERS[kind].lines[call.said].is_last:
            break
        if length_s is None:
            call.volunteer_is_silent()
        else:
            call.volunteer_speaks(length_s)
    assert call.his_line_ends().next is Next.BYE
    assert call.rehearsal.record.has_person_ended


def test_silence_and_speech_lead_to_different_lines() -> None:
    call = Call(VoterKind.FRIENDLY)
    assert call.said == "hello"
    call.volunteer_is_silent()
    assert call.said == "again"
    call.volunteer_speaks(4.0)
    assert call.said == "speaking"
    call.volunteer_speaks(0.5)
    assert call.said == "more"


def test_somebody_without_time_cuts_long_words_short() -> None:
    brief, long = Call(VoterKind.BUSY), Call(VoterKind.BUSY)
    for call, length_s in ((brief, 3.0), (long, LONG_S + 2)):
        call.volunteer_speaks(3.0)
        assert call.said == "cooking"
        call.volunteer_speaks(length_s)
    assert (brief.said, long.said) == ("later", "impatient")
    assert BUSY.lines[long.said].is_last


def test_who_speaks_into_a_line_is_listened_to_and_it_is_noted() -> None:
    call = Call(VoterKind.ANGRY)
    call.volunteer_speaks(2.0)
    assert call.said == "stop"
    assert call.hears(Heard.CUT_OFF, 1.5).next is Next.LISTEN
    call.hears(Heard.SILENCE, 1.0)
    assert call.said == ANGRY.lines["stop"].after
    assert call.rehearsal.record.cut_offs == 1


def test_the_record_has_who_spoke_for_how_long() -> None:
    call = Call(VoterKind.FRIENDLY)
    call.volunteer_speaks(6.0, after_s=1.5)
    call.volunteer_speaks(2.0)
    record = call.rehearsal.record
    assert [line for line, _ in record.spoken] == ["hello", "speaking"]
    assert record.volunteer_s == pytest.approx(8.0)
    assert record.person_s == pytest.approx(4.0)
    assert record.talk_share == pytest.approx(8 / 12)
    assert record.first_wait_s == pytest.approx(1.5)
    assert not record.has_person_ended


def test_a_call_that_ends_in_the_middle_was_ended_by_the_volunteer() -> None:
    call = Call(VoterKind.FRIENDLY)
    call.volunteer_speaks(2.0)
    call.hears(Heard.GONE, 1.0)
    assert call.rehearsal.record.ended_at == call.now
    assert not call.rehearsal.record.has_person_ended


def test_words_in_which_the_call_ends_were_spoken() -> None:
    call = Call(VoterKind.FRIENDLY)
    call.his_line_ends()
    call.hears(Heard.NOISE, 0.6)
    for _ in range(2):  # the line's end may be told twice
        call.hears(Heard.GONE, 3.9)
    assert call.rehearsal.record.spoken == [("hello", pytest.approx(4.0))]


def test_only_so_many_records_are_kept() -> None:
    calls = Rehearsals()
    for number in range(KEPT + 3):
        calls.begin(str(number), Rehearsal(FRIENDLY, {}, 0.0))
    assert calls.of("2") is None
    assert calls.of("3") is not None
    calls.forget("3")
    assert calls.of("3") is None
