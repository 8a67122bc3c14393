"""Taking ringing lines back: when that is lawful, and what we owe to who answers all the same.

The law (47 CFR 64.1200(a)(6), 16 CFR 310.4(b)(4)(ii)) forbids to end an unanswered call before
the telephone has rung for 15 seconds or four times. We count seconds, and only seconds of which
the network told us that it rings: from when we heard so, by our own clock. A line without a
ringing report (many carriers send 183 alone) is never taken back, however old: nothing says when
its telephone began to ring, and a margin wide enough for every set-up would end where the ring
timeout ends it anyway.

The hang-up can cross the answer on the wire. Whoever is there then is served like anybody else
for as long as his line stands, and if it goes without an agent he counts as abandoned by us.
"""

from dialer.domain.campaign import LAWFUL_RING_TIME_S
from dialer.engine.attempt import HANGUP_PATIENCE_S, Attempt, State
from dialer.engine.commands import HangUp
from dialer.engine.floor import Floor


def may_be_taken_back(attempt: Attempt, now: float) -> bool:
    """Whether the line rings, has not been answered, and has rung as long as the law asks."""
    return (
        attempt.state is State.RINGING
        and not attempt.is_hanging_up
        and attempt.ringing_heard_at is not None
        and now - attempt.ringing_heard_at >= LAWFUL_RING_TIME_S
    )


def withdraw(floor: Floor, attempt_ids: tuple[str, ...], now: float) -> list[HangUp]:
    """Hang up those of the lines that may be taken back.

    An agent who is reserved for one stays so until its end is reported: the answer may cross.
    """
    lines = (floor.attempts.get(attempt_id) for attempt_id in dict.fromkeys(attempt_ids))
    return [
        _take_back(line, now)
        for line in lines
        if line is not None and may_be_taken_back(line, now)
    ]


def _take_back(attempt: Attempt, now: float) -> HangUp:
    attempt.is_withdrawn = attempt.is_hanging_up = True
    attempt.deadline = now + HANGUP_PATIENCE_S
    return HangUp(attempt_id=attempt.id, channel=attempt.channel)
