"""How an attempt can end, and what that means for the person who was called.

An *outcome* belongs to the attempt (what the network and our call flow did); a *disposition*
is what the agent says about the conversation. Read by every package.
"""

from enum import StrEnum


class Outcome(StrEnum):
    """The one way in which an attempt ended."""

    TALKED = "talked"  # a person answered and was put through to an agent
    ABANDONED = "abandoned"  # a person answered and no agent was there in time
    CALLER_LEFT = "caller_left"  # the waiting person hung up before the legal clock ran out
    MACHINE = "machine"  # answering-machine detection said machine
    FAX = "fax"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_IN_SERVICE = "not_in_service"  # the number does not exist (404, 410, 484, SIT)
    CONGESTION = "congestion"  # the network had no room; says nothing about the number
    REJECTED = "rejected"  # declined or labelled as spam (603, 607, 608)
    FAILED = "failed"  # any other end of a line that was dialed but never answered
    WITHDRAWN = "withdrawn"  # we took a ringing line back
    TRUNK_FAILED = "trunk_failed"  # our trunk's fault; the lead is not burnt
    NOT_PLACED = "not_placed"  # never left us: store or link was away, or the permit ran out
    LOST = "lost"  # in flight while we were not looking; how it ended is unknown


ANSWERED_BY_A_PERSON = frozenset({Outcome.TALKED, Outcome.ABANDONED, Outcome.CALLER_LEFT})

NEVER_REACHED_THE_NETWORK = frozenset({Outcome.TRUNK_FAILED, Outcome.NOT_PLACED})
"""Ends after which the person's telephone cannot have rung: the attempt is not counted."""


class Disposition(StrEnum):
    """What the agent reports after the conversation."""

    SUPPORTS = "supports"
    LEANS = "leans"
    UNDECIDED = "undecided"
    OPPOSES = "opposes"
    REFUSED = "refused"
    NOT_HOME = "not_home"
    WRONG_NUMBER = "wrong_number"
    CALL_BACK = "call_back"
    OTHER_LANGUAGE = "other_language"
    DO_NOT_CALL = "do_not_call"
    MACHINE = "machine"
    LEFT_MESSAGE = "left_message"  # a machine, and the recorded voicemail was left on it
    NO_RESULT = "no_result"  # the agent vanished or the wrap-up ran out


MACHINE_ANSWERED = frozenset({Disposition.MACHINE, Disposition.LEFT_MESSAGE})
"""Results by which no person was reached: the agent heard a machine."""


class AmdVerdict(StrEnum):
    """What answering-machine detection thinks of the far end."""

    HUMAN = "human"
    MACHINE = "machine"
    UNKNOWN = "unknown"  # counted and treated as a person
    NOT_ASKED = "not_asked"
