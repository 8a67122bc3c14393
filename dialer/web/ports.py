"""What the web needs besides the front desk: who works here, what the figures are, who may enter.

The store satisfies `AgentDirectory` as it stands; app.py brings the rest together. Methods that
look into the database may raise `StoreAway`.
"""

from collections.abc import Mapping
from typing import Protocol

from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.engine.view import FloorView

FIGURE_KEYS = (
    "attempts",  # ended attempts by outcome
    "answered",  # people who answered
    "connected",  # people put through to an agent
    "abandoned",
    "abandon_rate",  # a fraction, as the law counts
    "bridge_ms",  # answer to bridged: p50, p95, p99
    "utilisation",  # part of the agents' working time spent talking or wrapping up
    "wait_s_mean",  # an agent's wait for a conversation
    "double_dials",  # anything but 0 is a defect
    "open_attempts",  # attempts without an end
)


class AgentDirectory(Protocol):
    """Who may log in, to which campaigns, and whom a typed number belongs to."""

    async def agent_by_name(self, name: str) -> Agent | None:
        """The agent of that log-in name."""

    async def campaigns(self) -> tuple[Campaign, ...]:
        """Every campaign that is not finished."""

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        """The lead of that number (manual dialing), claimed for us."""


class FiguresSource(Protocol):
    """Where a campaign's figures are counted."""

    async def campaign_figures(self, campaign_id: int) -> Mapping[str, object]:
        """The figures of one campaign, from its first attempt to now, by `FIGURE_KEYS`."""


class Exposition(Protocol):
    """The metrics as text for Prometheus (metrics/observer.py)."""

    def render(self, view: FloorView) -> tuple[bytes, str]:
        """Page and content type, with the gauges as this view has them."""


class Tokens(Protocol):
    """Who stands behind a bearer token."""

    def is_operator(self, token: str) -> bool:
        """Whether the token is the operator's."""

    def agent_of(self, token: str) -> int | None:
        """The agent whose token this is, or None when it is nobody's."""
