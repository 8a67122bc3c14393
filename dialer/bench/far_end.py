"""What the simulated network does with a call, in seconds, as the simulator is to have it.

The dice of a number (parts/carrier.py, `Fate`) say most of it; how long spoken words take was
measured on the real Asterisk, and so was what its dialplan leaves open: when a person hears the
volunteer, and when the sentence ends that he says when his time is over. Called by same_evening.py
and same_world.py.
"""

import random
from dataclasses import dataclass

from dialer.parts.carrier import Behaviour, Fate
from dialer.sim.network import CAUSES
from dialer.sim.world import EndKind

SETUP_S = (0.02, 0.05)
"""From the INVITE to the first ringing, or to a refusal."""

HELLO_S = (
    (0.85, 1.11), (0.93, 1.20), (1.59, 1.84), (1.61, 1.95), (1.24, 1.68), (2.36, 2.69),
)  # fmt: skip
"""Of each voice: from the answer until his last word is over, and until he listens."""

VOICEMAIL_S = ((10.68, 70.7), (10.69, 70.7), (9.63, 69.6))
"""Of each greeting: until its last word, and until it has recorded enough and hangs up."""

SIT_S, FAX_S = (4.52, 15.0), (3.40, 19.5)
ANNOUNCEMENT_S = 7.5
"""Special tones and "not in service", before the answer; after it they come twice."""

HEARS_S = (0.08, 0.5)
"""Until he notices that somebody speaks."""

OVERRUN_S = (0.0, 5.7)
"""How much longer than he meant a person stays: his sentence, and the answer to it."""

NEVER_S = 600.0

PEOPLE = (Behaviour.PERSON_HELLO, Behaviour.SLOW_ANSWER)
ANSWERING = (
    *PEOPLE,
    Behaviour.EARLY_HANGUP,
    Behaviour.VOICEMAIL,
    Behaviour.SIT_ANSWERED,
    Behaviour.FAX,
    Behaviour.DIES_MIDCALL,
)
"""What picks up. Without detection all of it is put through, and counts as somebody."""

_ENDS = {
    Behaviour.BUSY: EndKind.BUSY,
    Behaviour.NOT_IN_SERVICE: EndKind.NOT_IN_SERVICE,
    Behaviour.SIT_EARLY: EndKind.NOT_IN_SERVICE,
    Behaviour.CONGESTION: EndKind.CONGESTION,
    Behaviour.DECLINED: EndKind.REJECTED,
    Behaviour.UNWANTED: EndKind.REJECTED,
    Behaviour.REJECTED: EndKind.REJECTED,
    Behaviour.NO_ANSWER: EndKind.NO_ANSWER,
    Behaviour.LATE_ANSWER: EndKind.NO_ANSWER,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answers:
    """Somebody or something picks up. `listens_s` and `stays_s` count from the answer, of a person
    `stays_s` from when he has heard somebody."""

    after_s: float  # of ringing
    speaks_s: float  # until his first words are over; 0: no word is heard
    stays_s: float
    listens_s: float | None = None  # when a person listens; None: it is none
    patience_s: float = 0.0  # for so long, if he hears nobody
    hears_s: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Fails:
    """Nobody picks up."""

    kind: EndKind
    after_s: float
    rings: bool

    @property
    def cause(self) -> tuple[int, int | None]:
        """Q.850 cause and SIP status."""
        return CAUSES[self.kind]


def far_end_of(fate: Fate, dice: random.Random) -> Answers | Fails:
    """What becomes of a call to a number with this fate."""
    kind = fate.behaviour
    if kind in _ENDS:
        after_s = {
            Behaviour.SIT_EARLY: ANNOUNCEMENT_S,
            Behaviour.DECLINED: fate.ring_s,
            Behaviour.NO_ANSWER: NEVER_S,
            Behaviour.LATE_ANSWER: NEVER_S,
        }.get(kind, 0.0)
        rings = kind in (Behaviour.DECLINED, Behaviour.NO_ANSWER, Behaviour.LATE_ANSWER)
        return Fails(kind=_ENDS[kind], after_s=after_s, rings=rings)
    if kind in PEOPLE:
        word_s, listens_s = HELLO_S[fate.voice]
        return Answers(
            after_s=fate.ring_s,
            speaks_s=word_s,
            stays_s=fate.talk_s + dice.uniform(*OVERRUN_S),
            listens_s=listens_s,
            patience_s=fate.patience_s,
            hears_s=dice.uniform(*HEARS_S),
        )
    return _short_lived(fate)


def _short_lived(fate: Fate) -> Answers:
    """What does not converse: it stays for its own time, whoever is there."""
    match fate.behaviour:
        case Behaviour.EARLY_HANGUP:
            return Answers(after_s=fate.ring_s, speaks_s=0.0, stays_s=fate.early_talk_s)
        case Behaviour.DIES_MIDCALL:
            word_s, listens_s = HELLO_S[fate.voice]
            stays_s = listens_s + fate.breaks_off_s
            return Answers(after_s=fate.ring_s, speaks_s=word_s, stays_s=stays_s)
        case Behaviour.SIT_ANSWERED:
            return Answers(after_s=0.0, speaks_s=SIT_S[0], stays_s=SIT_S[1])
        case Behaviour.FAX:
            return Answers(after_s=fate.ring_s, speaks_s=FAX_S[0], stays_s=FAX_S[1])
        case Behaviour.VOICEMAIL:
            word_s, stays_s = VOICEMAIL_S[fate.voicemail]
            return Answers(after_s=fate.ring_s, speaks_s=word_s, stays_s=stays_s)
    raise AssertionError(f"{fate.behaviour} is not in the network's mix")
