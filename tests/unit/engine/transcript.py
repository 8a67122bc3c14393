"""Tests of the engine read as transcripts: what happens at the call centre, and what we wish then.

`Night` is one evening of one campaign: it feeds an engine with facts at given seconds and keeps
every command, so that a test says who did what when, and what must have followed.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from dialer.compliance.circumstances import Circumstances
from dialer.domain.agent import Agent, AgentState
from dialer.domain.budget import BudgetWindow
from dialer.domain.campaign import AmdMode, Campaign, CampaignState, DialMethod
from dialer.domain.lead import Lead, LineType
from dialer.domain.outcome import AmdVerdict, Disposition
from dialer.domain.trunk import Trunk
from dialer.engine import commands as cmd
from dialer.engine import events as ev
from dialer.engine import requests
from dialer.engine.engine import Engine
from dialer.engine.store_commands import CloseAttempt, UpdateLead

START = datetime(2026, 11, 18, 23, 0, tzinfo=UTC).timestamp()
"""A Wednesday, six in the evening in New York."""

OUR_NUMBER = "+19195550100"

CAMPAIGN = Campaign(
    id=1,
    name="Turnout",
    state=CampaignState.RUNNING,
    dial_method=DialMethod.PROGRESSIVE,
    caller_id=OUR_NUMBER,
    caller_name="Turnout Project",
    trunks=("main",),
    message_text=(
        "This is the Turnout Project. We are sorry that nobody was free to talk to you. "
        "You can reach us at 9 1 9 5 5 5 0 1 0 0. To not be called again, press 9."
    ),
)

TRUNK = Trunk(
    name="main",
    endpoint="trunk-main",
    channel_limit=50,
    calls_per_second=1000.0,
    caller_ids=(OUR_NUMBER,),
)

C = TypeVar("C", bound=cmd.Command)


def lead(number: int, line_type: LineType = LineType.WIRELESS) -> Lead:
    """Lead number n, with a telephone number of its own."""
    return Lead(
        id=number,
        campaign_id=1,
        e164=f"+1919555{number:04d}",
        display_name=f"Voter {number}",
        zones=("America/New_York",),
        line_type=line_type,
    )


class Night:
    """One evening. Time is in seconds since its start."""

    def __init__(
        self,
        campaign: Campaign = CAMPAIGN,
        trunks: tuple[Trunk, ...] = (TRUNK,),
        engine: Engine | None = None,
        circumstances: Circumstances | None = Circumstances(),
    ) -> None:
        self.engine = engine or Engine(run="test")
        self.now = START
        self.wishes: list[cmd.Command] = []
        self.happens(
            ev.Configured(
                at=self.now,
                campaigns=(campaign,),
                trunks=trunks,
                circumstances=circumstances,
            )
        )
        self.happens(ev.LinkCameUp(at=self.now, legs=()))

    def at(self, second: float) -> "Night":
        """Move on to a second of the evening, ticking on the way there."""
        while self.now < START + second - 1e-9:
            self.now = min(self.now + 0.1, START + second)
            self.happens(ev.Ticked(at=self.now))
        return self

    def happens(self, event: ev.Event) -> list[cmd.Command]:
        """Something happened; returns what the engine wishes because of it."""
        wished = self.engine.handle(event, self.now)
        self.wishes += wished
        return wished

    def wished(self, kind: type[C]) -> list[C]:
        """Every command of a kind so far."""
        return [command for command in self.wishes if isinstance(command, kind)]

    # --- people at work -------------------------------------------------------------------

    def arrives(self, agent_id: int) -> None:
        """An agent logs in, picks up his telephone and says he is ready."""
        self.logs_in(agent_id)
        self.picks_up_leg(agent_id)
        self.happens(requests.AgentAskedReady(at=self.now, agent_id=agent_id))

    def logs_in(self, agent_id: int) -> None:
        """An agent wants to work; his telephone is being called."""
        agent = Agent(id=agent_id, name=f"Volunteer {agent_id}", extension=f"v{agent_id}")
        self.happens(
            ev.AgentLoggedIn(at=self.now, agent_id=agent_id, agent=agent, campaign_id=1)
        )

    def picks_up_leg(self, agent_id: int) -> None:
        """The agent's telephone is held."""
        self.happens(
            ev.AgentLegUp(at=self.now, agent_id=agent_id, channel=f"PJSIP/v{agent_id}-01")
        )

    def claims(self, *leads: Lead) -> None:
        """The store hands leads to the hopper."""
        self.happens(ev.LeadsClaimed(at=self.now, campaign_id=1, leads=leads))

    def has_history(self, *, answered: int, abandoned: int = 0) -> None:
        """The ledger knows people who answered before this evening."""
        window = BudgetWindow(name="block", answered=answered, abandoned=abandoned)
        self.happens(
            ev.AbandonmentCounted(at=self.now, campaign_id=1, windows=(window,))
        )

    def state_of(self, agent_id: int) -> AgentState:
        """What an agent is doing."""
        view = self.engine.view(self.now)
        return next(agent.state for agent in view.agents if agent.agent_id == agent_id)

    # --- people called ---------------------------------------------------------------------

    def call(self, index: int = -1) -> cmd.Originate:
        """The nth Originate of the evening."""
        return self.wished(cmd.Originate)[index]

    def answers(
        self, call: cmd.Originate, verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    ) -> cmd.RouteCall:
        """The person picks up and the script asks where to go."""
        channel = f"PJSIP/trunk-main-{call.attempt_id}"
        self.happens(ev.LineRang(at=self.now, attempt_id=call.attempt_id))
        self.happens(ev.LineAnswered(at=self.now, attempt_id=call.attempt_id, channel=channel))
        return self.asks_route(call, verdict)

    def asks_route(
        self, call: cmd.Originate, verdict: AmdVerdict = AmdVerdict.NOT_ASKED
    ) -> cmd.RouteCall:
        """The call's script asks where to go."""
        wished = self.happens(
            ev.RouteAsked(
                at=self.now,
                attempt_id=call.attempt_id,
                request_id=f"ask-{len(self.wishes)}",
                channel=f"PJSIP/trunk-main-{call.attempt_id}",
                verdict=verdict,
            )
        )
        return next(command for command in wished if isinstance(command, cmd.RouteCall))

    def is_connected(self, call: cmd.Originate, agent_id: int) -> None:
        """Person and agent hear each other."""
        self.happens(
            ev.CallConnected(at=self.now, attempt_id=call.attempt_id, agent_id=agent_id)
        )

    def is_gone(self, call: cmd.Originate, cause: int = 16, status: int | None = None) -> None:
        """The line is gone."""
        self.happens(
            ev.LineEnded(
                at=self.now, attempt_id=call.attempt_id, cause=cause, sip_status=status
            )
        )

    def result(self, agent_id: int, call: cmd.Originate, disposition: Disposition) -> None:
        """The agent reports."""
        self.happens(
            requests.ResultGiven(
                at=self.now,
                agent_id=agent_id,
                attempt_id=call.attempt_id,
                disposition=disposition,
            )
        )

    def ending(self, call: cmd.Originate) -> CloseAttempt:
        """How an attempt was closed; fails unless it was closed exactly once."""
        [closing] = [
            command
            for command in self.wished(CloseAttempt)
            if command.attempt_id == call.attempt_id
        ]
        return closing

    def next_step(self, lead_id: int) -> UpdateLead:
        """What was last decided about a lead."""
        return [step for step in self.wished(UpdateLead) if step.lead_id == lead_id][-1]


def ratio_campaign(ratio: float) -> Campaign:
    """A campaign that over-dials."""
    return replace(CAMPAIGN, dial_method=DialMethod.RATIO, ratio=ratio)


def by_hand(method: DialMethod) -> Campaign:
    """A campaign whose agents decide when to dial."""
    return replace(CAMPAIGN, dial_method=method)


def gated_campaign() -> Campaign:
    """A campaign with answering-machine detection before the agent."""
    return replace(CAMPAIGN, amd_mode=AmdMode.GATE)
