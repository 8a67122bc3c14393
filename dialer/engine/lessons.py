"""What the engine tells the pacers: every fact that pacing learns from, and the people it counts.

Called by lines.py and agents.py where the thing happens.
"""

from dialer.domain.outcome import NEVER_REACHED_THE_NETWORK, AmdVerdict, Outcome
from dialer.domain.value import maker
from dialer.engine.agent import Duty
from dialer.engine.attempt import Attempt
from dialer.engine.floor import CountsAs, Floor
from dialer.pacing.floor import (
    Connected,
    LineFailed,
    LineWithdrawn,
    PersonArrived,
    PersonLost,
    TalkEnded,
    WrapUpEnded,
)

make_arrived, make_failed = maker(PersonArrived), maker(LineFailed)
make_connected = maker(Connected)
make_talk_ended, make_wrap_up_ended = maker(TalkEnded), maker(WrapUpEnded)


def wants_agent(floor: Floor, attempt: Attempt, at: float) -> None:
    """The answered call is ready for an agent, unless a machine was heard."""
    is_known = attempt.wanted_agent_at is not None or attempt.verdict is AmdVerdict.MACHINE
    if is_known or attempt.answered_at is None or attempt.seen is None:
        return
    attempt.wanted_agent_at = at
    fact = make_arrived(
        dialed_at=attempt.dialed_at,
        answered_at=attempt.answered_at,
        ready_at=at,
        lead=attempt.seen,
    )
    floor.learn(attempt.campaign_id, fact)


def connected(floor: Floor, attempt: Attempt) -> None:
    """The person has his agent: in time, or too late to count as good."""
    assert attempt.connected_at is not None
    if attempt.wanted_agent_at is not None:
        latency_s = max(0.0, attempt.connected_at - attempt.wanted_agent_at)
        floor.learn(attempt.campaign_id, make_connected(latency_s=latency_s))
    is_late = attempt.connected_at > attempt.must_be_connected_by()
    counts_as = CountsAs.ABANDONED if is_late else CountsAs.CONNECTED
    floor.count_answer(attempt.campaign_id, attempt.connected_at, counts_as)


def talk_ended(floor: Floor, attempt: Attempt) -> None:
    """The conversation is over."""
    if attempt.connected_at is not None and attempt.parted_at is not None:
        seconds = max(0.0, attempt.parted_at - attempt.connected_at)
        floor.learn(attempt.campaign_id, make_talk_ended(seconds=seconds))


def wrap_up_ended(floor: Floor, duty: Duty, now: float) -> None:
    """The agent is free again, by himself or because his time was up."""
    floor.learn(duty.campaign_id, make_wrap_up_ended(seconds=now - duty.since))


def line_over(floor: Floor, attempt: Attempt, outcome: Outcome, at: float) -> None:
    """The attempt has ended."""
    counts_as = _LEDGER.get(outcome)
    if counts_as is not None:
        floor.count_answer(attempt.campaign_id, at, counts_as)
    if outcome in (Outcome.ABANDONED, Outcome.CALLER_LEFT):
        wants_agent(floor, attempt, at)  # who was gone before detection was over
        floor.learn(attempt.campaign_id, PersonLost(at=at))
    elif attempt.wanted_agent_at is None and attempt.seen is not None:
        _learn_failure(floor, attempt, outcome, at)


def _learn_failure(floor: Floor, attempt: Attempt, outcome: Outcome, at: float) -> None:
    assert attempt.seen is not None
    if outcome is Outcome.WITHDRAWN:
        taken_back = LineWithdrawn(dialed_at=attempt.dialed_at, ended_at=at, lead=attempt.seen)
        floor.learn(attempt.campaign_id, taken_back)
    elif outcome not in NEVER_REACHED_THE_NETWORK and outcome not in _UNKNOWN_ENDS:
        failed = make_failed(dialed_at=attempt.dialed_at, ended_at=at, lead=attempt.seen)
        floor.learn(attempt.campaign_id, failed)


_LEDGER = {Outcome.ABANDONED: CountsAs.ABANDONED, Outcome.MACHINE: CountsAs.MACHINE}
_UNKNOWN_ENDS = (Outcome.LOST, Outcome.TALKED)  # of an earlier engine's line, or unseen
