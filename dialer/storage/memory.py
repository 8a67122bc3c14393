"""The store without a database: the same port in plain dictionaries.

For tests of the pump and for the simulator. Shipped, and held to the same contract suite as
PostgreSQL (tests/contract/test_store_contract.py). `go_away` makes every method raise StoreAway.
"""

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from dialer.compliance.abandonment import AnsweredCall, Standing, standing
from dialer.domain.agent import Agent, AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import NEVER_REACHED_THE_NETWORK, Disposition, Outcome
from dialer.engine import commands as wishes
from dialer.engine.commands import StoreCommand
from dialer.engine.events import AgentOnDuty, OpenAttempt, Restored
from dialer.runtime.ports import Ledger, StoreAway

ATTEMPTS_KNOWN_S = 48 * 3600.0


@dataclass(kw_only=True, slots=True)
class LeadRow:
    """A lead as it lies in the store; `lead` without what is read from other rows."""

    lead: Lead
    state: LeadState = LeadState.NEW
    next_at: float | None = None
    priority: int = 0

    def is_due(self, now: float) -> bool:
        return self.state is not LeadState.FINAL and (self.next_at is None or self.next_at <= now)

    def turn(self) -> tuple[bool, int, float, int]:
        is_callback = self.state is LeadState.CALLBACK
        return (
            not is_callback,
            0 if is_callback else -self.priority,
            self.next_at if self.next_at is not None else float("-inf"),
            self.lead.id,
        )


@dataclass(kw_only=True, slots=True)
class AttemptRow:
    """An attempt as it lies in the store. The latest of `results` is valid."""

    saved: wishes.SaveAttempt
    progress: wishes.SaveProgress
    closed: wishes.CloseAttempt | None = None
    results: list[wishes.SaveResult] = field(default_factory=list)

    @property
    def is_counted(self) -> bool:
        return self.closed is None or self.closed.outcome not in NEVER_REACHED_THE_NETWORK


@dataclass(kw_only=True, slots=True)
class Tables:
    """All rows."""

    campaigns: dict[int, Campaign] = field(default_factory=dict)
    agents: dict[int, Agent] = field(default_factory=dict)
    leads: dict[int, LeadRow] = field(default_factory=dict)
    claims: dict[str, tuple[int, float]] = field(default_factory=dict)  # number: lead, since
    attempts: dict[str, AttemptRow] = field(default_factory=dict)
    refusals: dict[tuple[int, float], wishes.DeferLead] = field(default_factory=dict)
    do_not_call: dict[str, wishes.AddDoNotCall] = field(default_factory=dict)
    agent_states: dict[int, list[wishes.SaveAgentState]] = field(default_factory=dict)


class MemoryStore:
    """See the port for what each method promises. `tables` may be read and filled by tests."""

    def __init__(self) -> None:
        self.tables = Tables()
        self._is_away = False
        self._ids = itertools.count(1)
        self._writers: dict[type, Callable[[wishes.StoreCommand], None]] = {
            wishes.SaveAttempt: self._save_attempt,
            wishes.SaveProgress: self._save_progress,
            wishes.CloseAttempt: self._close_attempt,
            wishes.SaveResult: self._save_result,
            wishes.UpdateLead: self._update_lead,
            wishes.ReleaseLeads: self._release_leads,
            wishes.DeferLead: self._defer_lead,
            wishes.AddDoNotCall: self._add_do_not_call,
            wishes.SaveAgentState: self._save_agent_state,
        }

    def go_away(self) -> None:
        """From now on the store cannot be reached."""
        self._is_away = True

    def come_back(self) -> None:
        """The store can be reached again, with all its rows."""
        self._is_away = False

    def add_campaign(self, campaign: Campaign) -> Campaign:
        """Give the campaign an id and keep it."""
        kept = replace(campaign, id=next(self._ids))
        self.tables.campaigns[kept.id] = kept
        return kept

    def add_agent(self, name: str, extension: str) -> Agent:
        agent = Agent(id=next(self._ids), name=name, extension=extension)
        self.tables.agents[agent.id] = agent
        return agent

    def add_lead(self, lead: Lead, *, priority: int = 0) -> Lead:
        """Give the lead an id and keep it."""
        kept = replace(lead, id=next(self._ids))
        self.tables.leads[kept.id] = LeadRow(lead=kept, priority=priority)
        return kept

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        self._reach()
        for command in batch:
            self._writers[type(command)](command)

    async def claim_leads(self, campaign_id: int, count: int, now: float) -> tuple[Lead, ...]:
        self._reach()
        due = sorted(
            (
                row
                for row in self.tables.leads.values()
                if row.lead.campaign_id == campaign_id and row.is_due(now)
            ),
            key=LeadRow.turn,
        )
        claimed: list[Lead] = []
        for row in due:
            if len(claimed) < count and self._is_free(row.lead.e164):
                claimed.append(self._claim(row, now))
        return tuple(claimed)

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        self._reach()
        now = time.time()
        its = [
            row
            for row in self.tables.leads.values()
            if row.lead.campaign_id == campaign_id and row.lead.e164 == e164 and row.is_due(now)
        ]
        if not its or not self._is_free(e164):
            return None
        return self._claim(min(its, key=LeadRow.turn), now)

    async def restore(self, now: float) -> Restored:
        """All that an engine before left; its claims go, save those of open attempts."""
        self._reach()
        still_open = [row for row in self.tables.attempts.values() if row.closed is None]
        for lead_id, since in tuple(self.tables.claims.values()):
            self._settle(lead_id, since, now)
        self.tables.claims = {
            row.saved.permit.e164: (row.saved.lead.id, row.saved.dialed_at) for row in still_open
        }
        return Restored(
            at=now,
            attempts=tuple(
                self._open_attempt(row, now)
                for row in sorted(still_open, key=lambda row: row.saved.dialed_at)
            ),
            agents=tuple(
                AgentOnDuty(
                    agent=self.tables.agents[agent_id],
                    campaign_id=states[-1].campaign_id,
                    state=states[-1].state,
                    attempt_id=states[-1].attempt_id,
                )
                for agent_id, states in sorted(self.tables.agent_states.items())
                if states[-1].state is not AgentState.OFFLINE
            ),
        )

    async def campaigns(self) -> tuple[Campaign, ...]:
        self._reach()
        return tuple(
            campaign
            for campaign in self.tables.campaigns.values()
            if campaign.state is not CampaignState.FINISHED
        )

    async def agent_by_name(self, name: str) -> Agent | None:
        self._reach()
        return next((one for one in self.tables.agents.values() if one.name == name), None)

    async def ledger(self, campaign_id: int, since: float) -> Ledger:
        self._reach()
        standings = [
            _standing(row)
            for row in self.tables.attempts.values()
            if row.saved.campaign_id == campaign_id and (_answered_at(row) or 0.0) >= since
        ]
        abandoned = sum(one in (Standing.LATE, Standing.ABANDONED) for one in standings)
        answered = abandoned + sum(one is Standing.CONNECTED for one in standings)
        return Ledger(campaign_id=campaign_id, answered=answered, abandoned=abandoned)

    # --- reading ------------------------------------------------------------------------------

    def _reach(self) -> None:
        if self._is_away:
            raise StoreAway("the store in memory was told to be away")

    def _is_free(self, e164: str) -> bool:
        return e164 not in self.tables.claims and not any(
            row.closed is None and row.saved.permit.e164 == e164
            for row in self.tables.attempts.values()
        )

    def _claim(self, row: LeadRow, now: float) -> Lead:
        self.tables.claims[row.lead.e164] = (row.lead.id, now)
        return self._read(row, now)

    def _read(self, row: LeadRow, now: float) -> Lead:
        e164 = row.lead.e164
        known = [
            attempt.saved.dialed_at
            for attempt in self.tables.attempts.values()
            if attempt.saved.permit.e164 == e164
            and attempt.is_counted
            and attempt.saved.dialed_at > now - ATTEMPTS_KNOWN_S
        ]
        return replace(
            row.lead,
            attempts_at=tuple(sorted(known)),
            is_do_not_call=e164 in self.tables.do_not_call,
        )

    def _open_attempt(self, row: AttemptRow, now: float) -> OpenAttempt:
        return OpenAttempt(
            attempt_id=row.saved.attempt_id,
            lead=self._read(self.tables.leads[row.saved.lead.id], now),
            campaign_id=row.saved.campaign_id,
            trunk=row.saved.trunk,
            dialed_at=row.saved.dialed_at,
            answered_at=row.progress.answered_at,
            connected_at=row.progress.connected_at,
            agent_id=row.progress.agent_id,
        )

    # --- writing ------------------------------------------------------------------------------

    def _save_attempt(self, command: wishes.SaveAttempt) -> None:
        if command.attempt_id in self.tables.attempts:
            return
        e164 = command.permit.e164
        for row in self.tables.attempts.values():
            if row.closed is None and row.saved.permit.e164 == e164:
                raise RuntimeError("a number with an open attempt was to be dialed again")
        self.tables.attempts[command.attempt_id] = AttemptRow(
            saved=command,
            progress=wishes.SaveProgress(
                attempt_id=command.attempt_id, agent_id=command.agent_id
            ),
        )

    def _save_progress(self, command: wishes.SaveProgress) -> None:
        row = self.tables.attempts.get(command.attempt_id)
        if row is not None and row.closed is None:
            row.progress = _merged(row.progress, command)

    def _close_attempt(self, command: wishes.CloseAttempt) -> None:
        row = self.tables.attempts.get(command.attempt_id)
        if row is not None and row.closed is None:
            row.closed = command
            row.progress = _merged(row.progress, command)

    def _save_result(self, command: wishes.SaveResult) -> None:
        results = self.tables.attempts[command.attempt_id].results
        results[:] = [one for one in results if one.at != command.at]
        results.append(command)
        results.sort(key=lambda one: one.at)

    def _update_lead(self, command: wishes.UpdateLead) -> None:
        row = self.tables.leads[command.lead_id]
        was_claimed = self._free(command.lead_id)
        row.state = command.state
        row.next_at = command.next_at
        row.lead = replace(
            row.lead,
            last_outcome=command.last_outcome or row.lead.last_outcome,
            attempt_count=row.lead.attempt_count + (command.counted and was_claimed),
        )

    def _release_leads(self, command: wishes.ReleaseLeads) -> None:
        for lead_id in command.lead_ids:
            self._free(lead_id)

    def _defer_lead(self, command: wishes.DeferLead) -> None:
        self._free(command.lead_id)
        self.tables.refusals.setdefault((command.lead_id, command.at), command)
        row = self.tables.leads[command.lead_id]
        row.next_at = command.next_at
        if command.next_at is None:
            row.state = LeadState.FINAL

    def _add_do_not_call(self, command: wishes.AddDoNotCall) -> None:
        self.tables.do_not_call.setdefault(command.e164, command)

    def _save_agent_state(self, command: wishes.SaveAgentState) -> None:
        states = self.tables.agent_states.setdefault(command.agent_id, [])
        if states and states[-1].at >= command.at:
            command = replace(command, at=states.pop().at)
        states.append(command)

    def _free(self, lead_id: int) -> bool:
        e164 = self.tables.leads[lead_id].lead.e164
        if self.tables.claims.get(e164, (0, 0.0))[0] != lead_id:
            return False
        del self.tables.claims[e164]
        return True

    def _settle(self, lead_id: int, since: float, now: float) -> None:
        """The lead was dialed under this claim, and nobody will say any more what follows."""
        its = [
            row
            for row in self.tables.attempts.values()
            if row.saved.lead.id == lead_id and row.saved.dialed_at >= since
        ]
        last = max(its, key=lambda row: row.saved.dialed_at, default=None)
        if last is None or last.closed is None:
            return
        row = self.tables.leads[lead_id]
        recycle = self.tables.campaigns[row.lead.campaign_id].recycle
        outcome = last.closed.outcome
        is_done = (
            outcome in (Outcome.TALKED, Outcome.NOT_IN_SERVICE, Outcome.FAX)
            or row.lead.attempt_count + 1 >= recycle.max_attempts
        )
        rest_s = recycle.abandoned_s if outcome is Outcome.ABANDONED else recycle.lost_s
        self._update_lead(
            wishes.UpdateLead(
                lead_id=lead_id,
                state=LeadState.FINAL if is_done else LeadState.RECYCLED,
                next_at=None if is_done else now + rest_s,
                last_outcome=outcome,
                counted=last.is_counted,
            )
        )


def _merged(
    known: wishes.SaveProgress, news: wishes.SaveProgress | wishes.CloseAttempt
) -> wishes.SaveProgress:
    return replace(
        known,
        answered_at=known.answered_at if news.answered_at is None else news.answered_at,
        connected_at=known.connected_at if news.connected_at is None else news.connected_at,
        agent_id=known.agent_id if news.agent_id is None else news.agent_id,
    )


def _answered_at(row: AttemptRow) -> float | None:
    return row.progress.answered_at


def _standing(row: AttemptRow) -> Standing | None:
    """What an answered call counts as; None while its person still waits, or without an answer."""
    closed, answered_at = row.closed, row.progress.answered_at
    if answered_at is None or (closed is None and row.progress.connected_at is None):
        return None
    said = row.results[-1].disposition if row.results else None
    outcome = None if closed is None else closed.outcome
    return standing(
        AnsweredCall(
            answered_at=answered_at,
            greeting_ended_at=None if closed is None else closed.greeting_ended_at,
            connected_at=row.progress.connected_at,
            ended_at=answered_at if closed is None else closed.ended_at,
            message_started_at=None if closed is None else closed.message_started_at,
            was_hung_up_by_us=outcome is not Outcome.CALLER_LEFT,
            was_machine=outcome in (Outcome.MACHINE, Outcome.FAX)
            or said is Disposition.MACHINE,
        )
    )
