"""What can be said of a practice call without understanding a word of it.

Measured are who spoke when, what was tapped, and what the call was written down as. A *finding* is
one thing to do better; those in DECISIVE make that the call does not count towards a certificate.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialer.practice.rehearsal import Record, Written
from dialer.practice.voter import LONG_S, Voter
from dialer.script.language import Block, Script

PEOPLE_NEEDED = 3
"""With so many of the simulated people a call must have gone well for a certificate."""

ANSWERS_WITHIN_S = 2.0
"""Who hears nobody for longer after his hello hangs up, or takes us for a machine."""

TALK_SHARE_MOST = 0.7
"""Of a conversation: who speaks more than that hears little of the other."""

SPOKEN_WORDS_PER_S = 4.0
"""Nobody speaks faster and is understood: what takes less time was not said."""


class Finding(StrEnum):
    """Something to do better."""

    SILENT = "silent"  # he never spoke
    LATE = "late"  # he let the person wait after his hello
    NOT_IDENTIFIED = "not_identified"  # too short a first word to have said who calls
    TALKED_OVER = "talked_over"
    TALKED_MOST = "talked_most"
    ARGUED = "argued"  # long words to somebody who wanted to be left alone
    HUNG_UP = "hung_up"  # before the person was done
    NO_RESULT = "no_result"
    OTHER_RESULT = "other_result"  # than such a call is written down as
    ANSWERS_MISSED = "answers_missed"
    NOT_FINISHED = "not_finished"  # the script's end was not reached


DECISIVE = frozenset(
    {
        Finding.SILENT,
        Finding.NOT_IDENTIFIED,
        Finding.ARGUED,
        Finding.HUNG_UP,
        Finding.NO_RESULT,
        Finding.OTHER_RESULT,
        Finding.ANSWERS_MISSED,
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """`answers_missed` are questions' words, `talk_share` a share of 1."""

    findings: tuple[Finding, ...]
    talk_share: float | None
    spoken_s: float
    answers_missed: tuple[str, ...]

    @property
    def has_passed(self) -> bool:
        """Whether the call counts towards a certificate."""
        return DECISIVE.isdisjoint(self.findings)


def earns_certificate(practised: Collection[str]) -> bool:
    """Whether he has one by the people with whom calls went well."""
    return len(set(practised)) >= PEOPLE_NEEDED


def feedback(
    voter: Voter, record: Record, written: Written, script: Script | None
) -> Feedback:
    """Look at a call that is over."""
    blocks = _blocks(script, written.trail) if voter.goes_through_script else ()
    missed = tuple(
        block.question.ask
        for block in blocks
        if block.question is not None and block.question.key not in written.answers
    )
    found = [*_spoken(voter, record, script), *_written(voter, written)]
    if missed:
        found.append(Finding.ANSWERS_MISSED)
    if blocks and not blocks[-1].is_end:
        found.append(Finding.NOT_FINISHED)
    return Feedback(
        findings=tuple(found),
        talk_share=record.talk_share,
        spoken_s=record.volunteer_s,
        answers_missed=missed,
    )


def _spoken(voter: Voter, record: Record, script: Script | None) -> list[Finding]:
    found = [] if record.spoken else [Finding.SILENT]
    if record.first_wait_s is not None and record.first_wait_s > ANSWERS_WITHIN_S:
        found.append(Finding.LATE)
    if _is_too_short(record, script):
        found.append(Finding.NOT_IDENTIFIED)
    if record.cut_offs:
        found.append(Finding.TALKED_OVER)
    share = record.talk_share
    if voter.goes_through_script and share is not None and share > TALK_SHARE_MOST:
        found.append(Finding.TALKED_MOST)
    if any(
        voter.lines[line].asks_to_stop and length_s > LONG_S
        for line, length_s in record.spoken
    ):
        found.append(Finding.ARGUED)
    if not record.has_person_ended:
        found.append(Finding.HUNG_UP)
    return found


def _is_too_short(record: Record, script: Script | None) -> bool:
    """Whether nothing that he said in his first two turns can have been who calls."""
    if script is None or not script.identification or not record.spoken:
        return False
    needs_s = len(script.identification.split()) / SPOKEN_WORDS_PER_S
    return max(length_s for _, length_s in record.spoken[:2]) < needs_s


def _written(voter: Voter, written: Written) -> list[Finding]:
    if written.result is None:
        return [Finding.NO_RESULT]
    return [] if written.result in voter.right_results else [Finding.OTHER_RESULT]


def _blocks(script: Script | None, trail: Sequence[str]) -> tuple[Block, ...]:
    found = (script.block(name) for name in trail) if script is not None else ()
    return tuple(block for block in found if block is not None)
