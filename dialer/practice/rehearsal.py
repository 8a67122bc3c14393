"""One practice call as it goes: what the person does next, and a record of who spoke when.

Asterisk tells what was heard (`Heard`), turn by turn, and is told what to do (`Turn`); instants are
the daemon's clock when it asks. telephony/fastagi.py asks, web/volunteer/practice.py begins calls
and reads the records. All of it is kept in memory: a practice call is nobody's business for long.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dialer.domain.outcome import Disposition
from dialer.practice.voter import Voter

NOISE_S = 0.1
SILENCE_S = 0.9
CUT_OFF_S = 0.75
"""How long the dialplan (callbank-practice) has heard speech, silence, or speech and the silence
after it, before it tells of them."""

LONGEST_TURN_S = 25
KEPT = 500
"""Calls whose records are kept at a time."""


class Heard(StrEnum):
    """What has happened on the person's side. The values are the dialplan's CB_EVENT."""

    CAME = "came"  # he has picked up
    SAID = "said"  # his line is over
    CUT_OFF = "cut_off"  # the volunteer spoke into it
    NOISE = "noise"  # the volunteer begins to speak
    QUIET = "quiet"  # the volunteer says nothing
    SILENCE = "silence"  # the volunteer has stopped
    GONE = "gone"  # the call is over


class Next(StrEnum):
    """What the person does. The values are the dialplan's CB_NEXT."""

    SAY = "say"
    HEAR = "hear"  # wait for speech
    LISTEN = "listen"  # wait for its end
    BYE = "bye"


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """`sound` is a file without its ending; `wait_s` before a line, or for the volunteer."""

    next: Next
    sound: str = ""
    wait_s: float = 0.0


@dataclass(kw_only=True, slots=True)
class Record:
    """Who spoke when. Lengths in seconds."""

    began_at: float
    ended_at: float | None = None
    said: list[str] = field(default_factory=list)  # lines, by name
    person_s: float = 0.0
    spoken: list[tuple[str, float]] = field(default_factory=list)  # after which line, how long
    cut_offs: int = 0
    first_wait_s: float | None = None  # between the person's hello and the volunteer's first word
    has_person_ended: bool = False

    @property
    def volunteer_s(self) -> float:
        """How long the volunteer has spoken."""
        return sum(length_s for _, length_s in self.spoken)

    @property
    def talk_share(self) -> float | None:
        """The volunteer's share of all that was spoken; None when nobody spoke."""
        both_s = self.volunteer_s + self.person_s
        return self.volunteer_s / both_s if both_s > 0 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """What the volunteer tapped: blocks in their order, answers by question, the result."""

    trail: Sequence[str] = ()
    answers: Mapping[str, object]
    result: Disposition | None = None


class Rehearsal:
    """One practice call. `sounds` has the file of each of the voter's lines."""

    def __init__(self, voter: Voter, sounds: Mapping[str, str], now: float) -> None:
        self.voter = voter
        self.record = Record(began_at=now)
        self.written: Written | None = None
        self._sounds = sounds
        self._line = voter.start
        self._line_from = self._speech_from = self._line_until = now
        self._is_listening = False

    def write(self, written: Written) -> Written:
        """What was tapped in it. The first word counts: feedback tells what would be right."""
        self.written = self.written or written
        return self.written

    def turn(self, heard: Heard, at: float) -> Turn:
        """What he does now."""
        match heard:
            case Heard.CAME:
                return self._say(self._line, at)
            case Heard.SAID:
                self._line_ended(at)
                line = self.voter.lines[self._line]
                return self._bye() if line.is_last else self._hear(line.patience_s)
            case Heard.CUT_OFF:
                self._line_ended(at - CUT_OFF_S)
                self.record.cut_offs += 1
                return self._listen(at - CUT_OFF_S)
            case Heard.NOISE:
                return self._listen(at - NOISE_S)
            case Heard.SILENCE:
                return self._heard(max(0.0, at - SILENCE_S - self._speech_from), at)
            case Heard.QUIET:
                return self._heard(None, at)
            case Heard.GONE:
                self._gone(at)
                return Turn(next=Next.BYE)

    def _say(self, name: str, at: float) -> Turn:
        line = self.voter.lines[name]
        self._line, self._line_from = name, at + line.pause_s
        self.record.said.append(name)
        return Turn(next=Next.SAY, sound=self._sounds.get(name, ""), wait_s=line.pause_s)

    def _line_ended(self, at: float) -> None:
        self.record.person_s += max(0.0, at - self._line_from)
        self._line_until = at

    def _hear(self, patience_s: float) -> Turn:
        return Turn(next=Next.HEAR, wait_s=patience_s)

    def _listen(self, speech_from: float) -> Turn:
        self._speech_from, self._is_listening = speech_from, True
        if self.record.first_wait_s is None:
            self.record.first_wait_s = max(0.0, speech_from - self._line_until)
        return Turn(next=Next.LISTEN, wait_s=LONGEST_TURN_S)

    def _heard(self, length_s: float | None, at: float) -> Turn:
        self._is_listening = False
        if length_s is not None:
            self.record.spoken.append((self._line, length_s))
        line = self.voter.lines[self._line]
        return self._bye() if line.is_last else self._say(line.follows(length_s), at)

    def _gone(self, at: float) -> None:
        if self.record.ended_at is not None:
            return
        self.record.ended_at = at
        if self._is_listening:  # the volunteer hung up in the middle of his words
            self.record.spoken.append((self._line, max(0.0, at - self._speech_from)))

    def _bye(self) -> Turn:
        self.record.has_person_ended = True
        return Turn(next=Next.BYE)


class Rehearsals:
    """The calls that are going on, and the last ones."""

    def __init__(self) -> None:
        self._calls: dict[str, Rehearsal] = {}

    def begin(self, practice_id: str, rehearsal: Rehearsal) -> None:
        """Somebody is about to be called."""
        self._calls[practice_id] = rehearsal
        while len(self._calls) > KEPT:
            del self._calls[next(iter(self._calls))]

    def of(self, practice_id: str) -> Rehearsal | None:
        """The call of that id."""
        return self._calls.get(practice_id)

    def forget(self, practice_id: str) -> None:
        """It never came about."""
        self._calls.pop(practice_id, None)
