"""What the law asks of one call or one message, said anew and otherwise than by the gate's rules.

A fault is a sentence. Called by checks.py, which stops the run at the first.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from dialer.domain.campaign import Voice
from dialer.domain.lead import LineType
from dialer.engine import commands as cmd
from dialer.engine.store_commands import SaveVoicemail

QUARTER_HOUR_S = 900.0
EARLIEST_H, LATEST_H = 8, 21
"""Hours of the called person's day in which a telephone may ring."""


def unlawful(wish: cmd.Originate, now: float) -> Iterator[str]:
    """The permit rests on facts that are those of the call, and it is day where it rings."""
    facts = wish.permit.facts
    if facts is None or not wish.permit.book:
        yield f"{wish.attempt_id} is dialed on a permit that rests on nothing"
        return
    if facts.at != wish.permit.granted_at:
        yield f"{wish.attempt_id} is dialed on facts of another moment"
    if facts.call.has_reserved_agent and not wish.agent_channel:
        yield f"{wish.attempt_id} was allowed with an agent, and has none"
    rings_until = now + wish.ring_timeout_s
    for at in (now, rings_until):
        hours = {_hour(zone, int(at // QUARTER_HOUR_S)) for zone in facts.zones}
        if not hours or min(hours) < EARLIEST_H or max(hours) >= LATEST_H:
            yield f"{wish.attempt_id} rings at {hours} o'clock of the called person"


def unlawful_voicemail(left: SaveVoicemail) -> Iterator[str]:
    """A recorded voice is for landlines, and for those who agreed to it."""
    facts = left.leave.facts
    may_hear = facts.line_type is LineType.LANDLINE or facts.number.consents
    if facts.call.voice is not Voice.RECORDED or not may_hear:
        yield f"{left.attempt_id} is left a recorded voice without leave for it"


@lru_cache(maxsize=4096)
def _hour(zone: str, quarter: int) -> int:
    """The hour by a zone's clock; zones' clocks differ by whole quarters of an hour."""
    return datetime.fromtimestamp(quarter * QUARTER_HOUR_S, ZoneInfo(zone)).hour
