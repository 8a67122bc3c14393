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


class AgentDirectory(Protocol):
    """Who may log in, to which campaigns, and whom a typed number belongs to."""

    async def agent_by_name(self, name: str) -> Agent | None:
        """The agent of that log-in name."""

    async def campaigns(self) -> tuple[Campaign, ...]:
        """Every campaign that is not finished."""

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        """The lead of that number (manual dialing), claimed for us."""


class CampaignFigures(Protocol):
    """One campaign's figures so far, counted by SQL. Rates are fractions; None means no data."""

    @property
    def attempts(self) -> Mapping[str, int]:
        """Ended attempts by outcome."""

    @property
    def answered(self) -> int:
        """People who answered."""

    @property
    def connected(self) -> int:
        """People who were put through to an agent."""

    @property
    def abandoned(self) -> int:
        """People who answered and for whom we had nobody in time."""

    @property
    def abandon_rate(self) -> float | None:
        """Abandoned, as a fraction of the people who answered."""

    @property
    def bridge_ms(self) -> Mapping[str, float | None]:
        """Answer to bridged in milliseconds: p50, p95, p99."""

    @property
    def utilisation(self) -> float | None:
        """Part of the agents' time on duty (breaks excluded) spent talking or wrapping up."""

    @property
    def wait_s_mean(self) -> float | None:
        """How long an agent waits for a conversation, on average."""

    @property
    def double_dials(self) -> int:
        """Numbers dialed twice where once was meant; anything but 0 is a defect."""

    @property
    def open_attempts(self) -> int:
        """Attempts without an end."""

    @property
    def waiting_by_language(self) -> Mapping[str, int]:
        """People who want to be called in another language, by its code."""


class FiguresSource(Protocol):
    """Where a campaign's figures are counted."""

    async def campaign_figures(self, campaign_id: int) -> CampaignFigures:
        """The figures of one campaign, from its first attempt to now."""


class Exposition(Protocol):
    """The metrics as text for Prometheus (metrics/observer.py)."""

    def look(self, view: FloorView) -> None:
        """Set the gauges as this view has them."""

    def page(self) -> tuple[bytes, str]:
        """Page and content type. Takes its time, and may be called in another thread."""


class Tokens(Protocol):
    """Who stands behind a bearer token."""

    def is_operator(self, token: str) -> bool:
        """Whether the token is the operator's."""

    def agent_of(self, token: str) -> int | None:
        """The agent whose token this is, or None when it is nobody's."""
