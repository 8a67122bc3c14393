"""A visit: one call that came in, from its question where to go to its end.

Somebody dialed the number that a campaign shows. He is no attempt: nobody dialed him, so he counts
in no cap, no outcome and no abandonment. An agent who talks with him is as busy as with anybody,
and what roster.py does with agents it does for both kinds of call. A visit without an agent is
somebody who hears the message; the dialplan alone leads him through it.
"""

from dataclasses import dataclass, field

from dialer.domain.lead import Lead
from dialer.domain.outcome import Disposition
from dialer.engine.attempt import Attempt
from dialer.engine.store_commands import SaveVisit

VISIT_PREFIX = "in-"
"""Of a visit's id; the rest is the channel's Uniqueid."""


@dataclass(kw_only=True, slots=True)
class Visit:
    """A live call that came in. Instants as those of an attempt.

    `e164` is the caller's number, empty when he withholds it. `lead` is who he is on the
    campaign's list, if he is on it. A visit that is over is remembered as long as its agent may
    report on it.
    """

    id: str
    campaign_id: int
    came_at: float
    deadline: float
    channel: str = ""
    e164: str = ""
    lead: Lead | None = None
    agent_id: int | None = None  # the agent it goes to, or who talks
    connected_at: float | None = None
    parted_at: float | None = None
    opted_out_at: float | None = None
    ended_at: float | None = None
    disposition: Disposition | None = None
    callback_at: float | None = None
    is_hanging_up: bool = False
    tried_agents: set[int] = field(default_factory=set)

    def holds(self, e164: str) -> bool:
        """Whether the number is in this call now."""
        return self.ended_at is None and self.e164 == e164

    def row(self) -> SaveVisit:
        """The visit as it is to be written. The number is kept only while an agent has the call:
        he may be told not to call it again."""
        is_with_agent = self.agent_id is not None and self.disposition is None
        return SaveVisit(
            visit_id=self.id,
            campaign_id=self.campaign_id,
            lead_id=None if self.lead is None else self.lead.id,
            e164=self.e164 if is_with_agent else "",
            agent_id=self.agent_id,
            came_at=self.came_at,
            connected_at=self.connected_at,
            parted_at=self.parted_at,
            opted_out_at=self.opted_out_at,
            ended_at=self.ended_at,
            disposition=self.disposition,
        )


Call = Attempt | Visit
"""What an agent can be busy with."""


def is_visit(call_id: str) -> bool:
    """Whether the id is that of a call that came in."""
    return call_id.startswith(VISIT_PREFIX)
