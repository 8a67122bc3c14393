"""Real small stand-ins for what the web needs: a floor in memory, its directory and its figures.

`RehearsalDesk` plays the engine with one simple agent table and a store that can be taken away;
tests and developers of user interfaces use it. It is no model of how the engine decides.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from types import SimpleNamespace

from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.domain.value import changed
from dialer.engine import events, requests
from dialer.engine.commands import Command, Destination, RefuseAgent, RouteCall, ShowPreview
from dialer.engine.store_commands import SaveAgentState, SaveHelpRequest, SaveResult
from dialer.engine.view import AgentView, CampaignView, FloorView
from dialer.runtime.ports import StoreAway
from dialer.web.ports import CampaignFigures
from dialer.web.render import FIGURE_KEYS

Observer = Callable[[events.Event, Sequence[Command]], None]


class RehearsalDesk:
    """A `FrontDesk` without lines: tests put people through by hand."""

    def __init__(self, campaigns: tuple[Campaign, ...] = ()) -> None:
        self.campaigns = campaigns
        self.agents: dict[int, AgentView] = {}
        self.results: dict[str, SaveResult] = {}
        self.posted: list[events.Event] = []
        self.observers: list[Observer] = []
        self.previews: list[Lead] = []
        self.is_store_up = True
        self._asking: dict[int, SaveHelpRequest] = {}  # for help
        self._queued: list[events.Event] = []
        self._attempts: dict[str, int] = {}
        self._now = 1_800_000_000.0

    async def route(self, asked: events.RouteAsked) -> RouteCall:
        """Nobody is ever free."""
        return RouteCall(request_id=asked.request_id, destination=Destination.QUEUE)

    async def incoming(self, asked: events.VisitAsked) -> RouteCall:
        """Nobody is ever free."""
        return RouteCall(request_id=asked.request_id, destination=Destination.MESSAGE)

    async def post(self, event: events.Event) -> tuple[Command, ...]:
        """Apply the event, or keep it while the store is away."""
        self.posted.append(event)
        if not self.is_store_up:
            self._queued.append(event)
            raise StoreAway("the store is away")
        return self._handle(event)

    def now(self) -> float:
        """The instant at which everything is."""
        return self._now

    def view(self) -> FloorView:
        """The floor now."""
        return FloorView(
            at=self._now,
            link_is_up=True,
            store_is_up=self.is_store_up,
            campaigns=tuple(self._campaign_view(campaign) for campaign in self.campaigns),
            agents=tuple(self.agents.values()),
            trunks=(),
            open_attempts=len(self._attempts) - len(self.results),
        )

    def bring_store_back(self) -> None:
        """The store is there again; what was kept is written."""
        self.is_store_up = True
        kept, self._queued = self._queued, []
        for event in kept:
            self._handle(event)

    def pass_time(self, seconds: float) -> None:
        """Nothing happens for so long."""
        self._now += seconds

    def put_through(self, agent_id: int, attempt_id: str, lead: Lead) -> None:
        """A person answered and talks to this agent."""
        self._attempts[attempt_id] = agent_id
        self._move(agent_id, AgentState.TALKING, attempt_id=attempt_id, lead=lead)

    def part(self, agent_id: int) -> None:
        """The person hung up."""
        self._move(agent_id, AgentState.WRAP_UP)

    def lose_leg(self, agent_id: int) -> None:
        """The agent's telephone is gone."""
        self.agents.pop(agent_id, None)
        self._announce(events.AgentLegDown(at=self._now, agent_id=agent_id), ())

    def _handle(self, event: events.Event) -> tuple[Command, ...]:
        commands = self._commands(event)
        self._announce(event, commands)
        return commands

    def _commands(self, event: events.Event) -> tuple[Command, ...]:
        match event:
            case events.AgentLoggedIn():
                return self._log_in(event)
            case requests.ResultGiven():
                return self._take_result(event)
            case requests.AgentAskedHelp():
                return self._ask_help(event)
            case requests.AgentHelpOver():
                asked = self._asking.pop(event.agent_id, None)
                return () if asked is None else (changed(asked, over_at=self._now),)
            case events.AgentEvent() if event.agent_id not in self.agents:
                return self._refuse(event, "You are not logged in.")
            case requests.AgentAskedReady():
                return self._move(event.agent_id, AgentState.READY, attempt_id=None, lead=None)
            case requests.AgentAskedBreak():
                return self._after_the_call(event.agent_id, "break")
            case requests.AgentLoggedOut():
                return self._after_the_call(event.agent_id, "log out")
            case requests.PracticeAsked():
                return self._practise(event, event.practice_id)
            case events.PracticeEnded():
                return self._practise(event, None)
            case requests.AgentAskedHangup():
                if self.agents[event.agent_id].state is not AgentState.TALKING:
                    return self._refuse(event, "There is no conversation to end.")
                self._announce(event, ())  # the call's end comes after the wish
                return self._move(event.agent_id, AgentState.WRAP_UP)
            case requests.PreviewAsked():
                return self._show_preview(event)
            case requests.PreviewSkipped():
                return self._move(event.agent_id, AgentState.READY, lead=None)
            case requests.DialAsked():
                self.put_through(event.agent_id, f"cb-manual-{event.lead.id}", event.lead)
                return ()
        return ()

    def _ask_help(self, event: requests.AgentAskedHelp) -> tuple[Command, ...]:
        if event.agent_id in self._asking:
            return ()
        asked = SaveHelpRequest(
            help_id=f"help-{len(self.posted)}", agent_id=event.agent_id, asked_at=self._now
        )
        self._asking[event.agent_id] = asked
        return (asked,)

    def _practise(self, event: events.AgentEvent, practice_id: str | None) -> tuple[Command, ...]:
        view = self.agents[event.agent_id]
        if view.state is not AgentState.BREAK:
            return self._refuse(event, "You can practise during a break only.")
        self.agents[event.agent_id] = replace(view, practice_id=practice_id)
        return ()

    def _log_in(self, event: events.AgentLoggedIn) -> tuple[Command, ...]:
        if event.agent_id in self.agents:
            return self._refuse(event, "You are logged in already.")
        self.agents[event.agent_id] = AgentView(
            agent_id=event.agent_id,
            name=event.agent.name,
            campaign_id=event.campaign_id,
            state=AgentState.JOINING,
            since=self._now,
            attempt_id=None,
            lead=None,
            also=(event.campaign_id, *event.also) if event.also else (),
            languages=event.agent.languages,
        )
        return self._move(event.agent_id, AgentState.READY)

    def _take_result(self, event: requests.ResultGiven) -> tuple[Command, ...]:
        if self._attempts.get(event.attempt_id) != event.agent_id:
            return self._refuse(event, "That conversation is not yours.")
        saved = SaveResult(
            attempt_id=event.attempt_id,
            agent_id=event.agent_id,
            disposition=event.disposition,
            at=event.at,
        )
        self.results[event.attempt_id] = saved
        agent = self.agents.get(event.agent_id)
        if agent is not None and agent.attempt_id == event.attempt_id:
            self._move(event.agent_id, AgentState.READY, attempt_id=None, lead=None)
            self._after_the_call(event.agent_id, agent.wants)
        return (saved,)

    def _after_the_call(self, agent_id: int, wish: str) -> tuple[Command, ...]:
        """Grant a break or log-out now, or when the conversation has its result."""
        agent = self.agents[agent_id]
        if agent.state in {AgentState.TALKING, AgentState.WRAP_UP}:
            self.agents[agent_id] = replace(agent, wants=wish)
        elif wish == "break":
            return self._move(agent_id, AgentState.BREAK, wants="")
        elif wish == "log out":
            del self.agents[agent_id]
        return ()

    def _show_preview(self, event: requests.PreviewAsked) -> tuple[Command, ...]:
        lead = self.previews.pop(0) if self.previews else None
        self.agents[event.agent_id] = replace(self.agents[event.agent_id], lead=lead)
        return (ShowPreview(agent_id=event.agent_id, lead=lead),)

    def _move(self, agent_id: int, state: AgentState, **changes: object) -> tuple[Command, ...]:
        self._now += 1.0
        agent = replace(self.agents[agent_id], state=state, since=self._now, **changes)
        self.agents[agent_id] = agent
        saved = SaveAgentState(
            agent_id=agent_id,
            campaign_id=agent.campaign_id,
            state=state,
            at=self._now,
            attempt_id=agent.attempt_id,
        )
        self._announce(events.Ticked(at=self._now), (saved,))
        return (saved,)

    def _refuse(self, event: events.AgentEvent, reason: str) -> tuple[Command, ...]:
        return (RefuseAgent(agent_id=event.agent_id, reason=reason),)

    def _announce(self, event: events.Event, commands: Sequence[Command]) -> None:
        for observe in self.observers:
            observe(event, commands)

    def _campaign_view(self, campaign: Campaign) -> CampaignView:
        return CampaignView(
            campaign_id=campaign.id,
            name=campaign.name,
            hopper=0,
            lines_dialing=0,
            people_waiting=0,
            people_talking=sum(a.state is AgentState.TALKING for a in self.agents.values()),
            last_decision="",
        )


class RehearsalDirectory:
    """An `AgentDirectory` in memory."""

    def __init__(
        self,
        agents: Sequence[Agent] = (),
        campaigns: Sequence[Campaign] = (),
        leads: Sequence[Lead] = (),
    ) -> None:
        self._agents = {agent.name: agent for agent in agents}
        self._campaigns = tuple(campaigns)
        self._leads = {(lead.campaign_id, lead.e164): lead for lead in leads}
        self.is_store_up = True

    async def agent_by_name(self, name: str) -> Agent | None:
        """The agent of that log-in name."""
        self._check()
        return self._agents.get(name)

    async def campaigns(self) -> tuple[Campaign, ...]:
        """Every campaign."""
        self._check()
        return self._campaigns

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        """The lead of that number."""
        self._check()
        return self._leads.get((campaign_id, e164))

    def _check(self) -> None:
        if not self.is_store_up:
            raise StoreAway("the store is away")


class RehearsalFigures:
    """A `FiguresSource` with the same figures for every campaign; those not given are nothing."""

    def __init__(self, **figures: object) -> None:
        nothing = {"attempts": {}, "bridge_ms": {}, "waiting_by_language": {}}
        rates = {"abandon_rate": 0.0, "utilisation": None, "wait_s_mean": None}
        given = {**dict.fromkeys(FIGURE_KEYS, 0), **nothing, **rates, **figures}
        self._figures = SimpleNamespace(**given)

    async def campaign_figures(self, campaign_id: int) -> CampaignFigures:
        """The same for every campaign."""
        return self._figures


class RehearsalExposition:
    """An `Exposition` with one line."""

    def look(self, view: FloorView) -> None:
        """There are no gauges."""

    def page(self) -> tuple[bytes, str]:
        """A page that is valid and says nothing."""
        return b"# no metrics in the rehearsal\n", "text/plain; version=0.0.4; charset=utf-8"
