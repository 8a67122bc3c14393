"""The store without a database: the same port in plain dictionaries.

For tests of the pump and for the simulator. Shipped, and held to the same contract suite as
PostgreSQL (tests/contract/test_store_contract.py). `go_away` makes every method raise StoreAway.
Rows lie in `tables`; what would need a look through all of them is indexed (memory_index.py).
"""

import heapq
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from math import inf

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.ledger import LegalLedger
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.language import Language
from dialer.domain.lead import Lead, LeadState
from dialer.domain.list_order import ListOrder
from dialer.domain.number import History
from dialer.domain.outcome import Outcome
from dialer.domain.value import changed
from dialer.engine import store_commands as wishes
from dialer.engine.events import Restored
from dialer.engine.store_commands import StoreCommand
from dialer.pacing.floor import Fact, LeadClass
from dialer.runtime.ports import LOOKED_AT, FactNews, StoreAway
from dialer.storage.memory_evidence import MemoryEvidence
from dialer.storage.memory_facts import NO_HISTORY, LegalFacts, past_of
from dialer.storage.memory_index import AttemptIndex, LeadQueue, rescore
from dialer.storage.memory_ledger import MemoryLedger
from dialer.storage.memory_past import past_facts
from dialer.storage.memory_rows import (
    AttemptRow,
    Claim,
    LeadRow,
    Tables,
    amended,
    is_settled,
    make_lead_row,
    make_progress,
    make_row,
    merged,
)
from dialer.storage.memory_visits import awaited_calls, leads_of_caller, left_behind

CLAIM_S = 15 * 60.0


class MemoryStore:
    """See the port for what each method promises. `tables` may be read by tests, `facts` filled.
    Evidence is kept when asked for: a simulated month would need a hundred times the memory."""

    def __init__(self, *, keeps_evidence: bool = False) -> None:
        self.tables = Tables()
        self.evidence = MemoryEvidence() if keeps_evidence else None
        self.facts = LegalFacts()
        self._is_away = False
        self._ids = itertools.count(1)
        self._queues: defaultdict[int, LeadQueue] = defaultdict(LeadQueue)  # by campaign
        self._leads_of: defaultdict[str, list[LeadRow]] = defaultdict(list)  # by number
        self._leads_of_person: defaultdict[str, list[LeadRow]] = defaultdict(list)
        self._attempts = AttemptIndex()
        self._ledger = MemoryLedger(self.tables)
        self._expiries: list[tuple[float, str]] = []  # of claims, by number
        self._writers: dict[type, Callable[[wishes.StoreCommand], None]] = {
            wishes.SaveAttempt: self._save_attempt,
            wishes.SaveProgress: self._save_progress,
            wishes.CloseAttempt: self._close_attempt,
            wishes.AmendAttempt: self._amend_attempt,
            wishes.SaveResult: self._save_result,
            wishes.UpdateLead: self._update_lead,
            wishes.ReleaseLeads: self._release_leads,
            wishes.DeferLead: self._defer_lead,
            wishes.NoteRefusal: self.tables.note_refusal,
            wishes.AddDoNotCall: self._add_do_not_call,
            wishes.SaveAgentState: self._save_agent_state,
            **self.tables.keepers(),
        }

    def go_away(self) -> None:
        """From now on the store cannot be reached."""
        self._is_away = True

    def come_back(self) -> None:
        """The store can be reached again, with all its rows."""
        self._is_away = False

    def add_campaign(self, campaign: Campaign) -> Campaign:
        """Give the campaign an id and keep it."""
        kept = changed(campaign, id=next(self._ids))
        self.tables.campaigns[kept.id] = kept
        return kept

    def add_agent(self, name: str, extension: str, **its: object) -> Agent:
        agent = Agent(id=next(self._ids), name=name, extension=extension, **its)
        self.tables.agents[agent.id] = agent
        return agent

    def add_lead(self, lead: Lead, *, priority: int = 0, person: str = "") -> Lead:
        """Give the lead an id and keep it. `person` is his key across campaigns, if he has one."""
        kept = changed(lead, id=next(self._ids), priority=priority)
        row = self.tables.leads[kept.id] = make_lead_row(
            lead=kept,
            person=person,
            priority=priority,
            attempt_count=lead.attempt_count,
            last_outcome=lead.last_outcome,
        )
        self._leads_of[kept.e164].append(row)
        if person:
            self._leads_of_person[person].append(row)
        self._queues[kept.campaign_id].offer(row)
        return kept

    async def write(self, batch: Sequence[StoreCommand]) -> None:
        self._reach()
        for command in batch:
            if self.evidence is not None:
                self.evidence.note(command, self.tables)
            self._writers[type(command)](command)

    async def claim_leads(
        self,
        campaign_id: int,
        count: int,
        now: float,
        leads: LeadClass | None = None,
        languages: tuple[Language, ...] = (),
    ) -> tuple[Lead, ...]:
        self._reach()
        self._free_expired(now)
        queue = self._queues[campaign_id]
        claimed: list[Lead] = []
        passed_over: list[LeadRow] = []
        left = LOOKED_AT
        while left and len(claimed) < count and (row := queue.next_due(now)) is not None:
            is_free = row.is_meant(languages) and self._is_free(row.lead.e164)
            left -= is_free
            if is_free and (leads is None or self._class_of(row) is leads):
                claimed.append(self._claim(row, now))
            else:
                passed_over.append(row)
        for row in passed_over:
            queue.offer(row)
        return tuple(claimed)

    async def rescore_leads(self, campaign_id: int, order: ListOrder) -> None:
        self._reach()
        rescore(self.tables.leads.values(), campaign_id, self._queues[campaign_id], order)

    async def lead_for_number(self, campaign_id: int, e164: str) -> Lead | None:
        self._reach()
        now = time.time()
        self._free_expired(now)
        its = [
            row
            for row in self._leads_of.get(e164, ())
            if row.lead.campaign_id == campaign_id and row.is_due(now)
        ]
        if not its or not self._is_free(e164):
            return None
        return self._claim(min(its, key=LeadRow.turn), now)

    async def leads_of_caller(self, e164: str) -> tuple[Lead, ...]:
        self._reach()
        its = leads_of_caller(self.tables, self._leads_of.get(e164, []))
        return tuple(self._read(row, time.time()) for row in its)

    async def restore(self, now: float) -> Restored:
        """All that an engine before left; its claims go, save those of calls and wrap-ups."""
        self._reach()
        still_open = list(self._attempts.open_to.values())
        self._give_up_claims(awaited_calls(self.tables), now)
        for row in still_open:
            self.tables.claims.setdefault(
                row.saved.permit.e164, Claim(row.saved.lead.id, row.saved.dialed_at, inf)
            )
        still_open.sort(key=lambda row: row.saved.dialed_at)
        return left_behind(self.tables, still_open, lambda row: self._read(row, now), now)

    async def campaigns(self) -> tuple[Campaign, ...]:
        self._reach()
        return tuple(
            campaign
            for campaign in self.tables.campaigns.values()
            if campaign.state is not CampaignState.FINISHED
        )

    async def agents(self) -> tuple[Agent, ...]:
        self._reach()
        return tuple(self.tables.agents.values())

    async def agent_by_name(self, name: str) -> Agent | None:
        self._reach()
        return next((one for one in self.tables.agents.values() if one.name == name), None)

    async def ledger(self, campaign: Campaign, now: float) -> LegalLedger:
        self._reach()
        return self._ledger.read(campaign, now)

    async def keep_books(self, now: float) -> None:
        self._reach()
        self._ledger.keep_books(now)

    async def past_facts(self, campaign_id: int, limit: int) -> tuple[Fact, ...]:
        self._reach()
        return past_facts(self.tables, campaign_id, limit)

    async def circumstances(self) -> Circumstances:
        self._reach()
        return self.facts.in_circumstances(self.tables.circumstances)

    async def fact_news(self) -> FactNews:
        self._reach()
        return self.facts.news(self.tables.claims, self.tables.do_not_call)

    async def remove_decisions(self, before: float) -> int:
        self._reach()
        return self.tables.remove_decisions(before)

    # --- reading ------------------------------------------------------------------------------

    def _reach(self) -> None:
        if self._is_away:
            raise StoreAway("the store in memory was told to be away")

    def _free_expired(self, now: float) -> None:
        while self._expiries and self._expiries[0][0] < now:
            expires_at, e164 = heapq.heappop(self._expiries)
            claim = self.tables.claims.get(e164)
            if claim is not None and claim.expires_at == expires_at:
                self._unclaim(e164)

    def _is_free(self, e164: str) -> bool:
        return e164 not in self.tables.claims and e164 not in self._attempts.open_to

    def _class_of(self, row: LeadRow) -> LeadClass:
        may_hear = self.facts.of(row.lead, row.person).may_hear_recording()
        return LeadClass.OVER_DIALABLE if may_hear else LeadClass.ONE_TO_ONE

    def _claim(self, row: LeadRow, now: float) -> Lead:
        expires_at = now + CLAIM_S
        self.tables.claims[row.lead.e164] = Claim(row.lead.id, now, expires_at)
        heapq.heappush(self._expiries, (expires_at, row.lead.e164))
        self._queues[row.lead.campaign_id].take(row)
        return self._read(row, now)

    def _unclaim(self, e164: str) -> None:
        row = self.tables.leads[self.tables.claims.pop(e164).lead_id]
        self._queues[row.lead.campaign_id].offer(row)

    def _read(self, row: LeadRow, now: float) -> Lead:
        e164 = row.lead.e164
        lead = self.facts.of(row.with_history(), row.person)
        history = self._history(row, now)
        is_callback, is_barred = row.state is LeadState.CALLBACK, e164 in self.tables.do_not_call
        if not (is_barred or is_callback or history is not NO_HISTORY):
            return lead
        its = {"is_do_not_call": is_barred, "is_callback": is_callback}
        return changed(lead, history=history, **its)

    def _history(self, row: LeadRow, now: float) -> History:
        leads = self._leads_of_person[row.person] if row.person else [row]
        past = past_of(row, leads, self._attempts, self.tables.campaigns)
        return NO_HISTORY if past is None else past.history(now)

    # --- writing ------------------------------------------------------------------------------

    def _save_attempt(self, command: wishes.SaveAttempt) -> None:
        if command.attempt_id in self.tables.attempts:
            return
        e164 = command.permit.e164
        if e164 in self._attempts.open_to:
            raise RuntimeError("a number with an open attempt was to be dialed again")
        row = self.tables.attempts[command.attempt_id] = make_row(
            saved=command,
            progress=make_progress(attempt_id=command.attempt_id, agent_id=command.agent_id),
        )
        self._attempts.add(row)
        self._ledger.dialed(row)
        claim = self.tables.claims.get(e164)
        since = command.dialed_at if claim is None else claim.since
        self.tables.claims[e164] = Claim(command.lead.id, since, inf)

    def _save_progress(self, command: wishes.SaveProgress) -> None:
        row = self.tables.attempts.get(command.attempt_id)
        if row is not None and row.closed is None:
            row.progress = merged(row.progress, command)
            self._ledger.recount(row)

    def _close_attempt(self, command: wishes.CloseAttempt) -> None:
        row = self.tables.attempts.get(command.attempt_id)
        if row is not None and row.closed is None:
            row.closed = command
            row.progress = merged(row.progress, command)
            self._attempts.close(row)
            self._ledger.recount(row)
            self._ledger.draw(row)

    def _amend_attempt(self, command: wishes.AmendAttempt) -> None:
        row = self.tables.attempts.get(command.attempt_id)
        if row is not None and row.closed is not None:
            row.closed, row.progress = amended(row.closed, command), merged(row.progress, command)
            self._ledger.recount(row)
            self._ledger.draw(row)

    def _save_result(self, command: wishes.SaveResult) -> None:
        row = self.tables.attempts[command.attempt_id]
        row.results[:] = [one for one in row.results if one.at != command.at]
        row.results.append(command)
        row.results.sort(key=lambda one: one.at)
        self._ledger.recount(row)

    def _update_lead(self, command: wishes.UpdateLead) -> None:
        row = self.tables.leads[command.lead_id]
        was_claimed = self._drop_claim(row)
        row.update(command, is_counted=command.counted and was_claimed)
        self._queues[row.lead.campaign_id].offer(row)

    def _release_leads(self, command: wishes.ReleaseLeads) -> None:
        for lead_id in command.lead_ids:
            row = self.tables.leads[lead_id]
            if self._drop_claim(row):
                self._queues[row.lead.campaign_id].offer(row)

    def _defer_lead(self, command: wishes.DeferLead) -> None:
        row = self.tables.leads[command.lead_id]
        self._drop_claim(row)
        self.tables.note_refusal(command)
        row.next_at = command.next_at
        if command.next_at is None:
            row.state = LeadState.FINAL
        self._queues[row.lead.campaign_id].offer(row)

    def _add_do_not_call(self, command: wishes.AddDoNotCall) -> None:
        self.tables.do_not_call.setdefault(command.e164, command)

    def _save_agent_state(self, command: wishes.SaveAgentState) -> None:
        states = self.tables.agent_states.setdefault(command.agent_id, [])
        if states and states[-1].at >= command.at:
            command = changed(command, at=states.pop().at)
        states.append(command)

    def _drop_claim(self, row: LeadRow) -> bool:
        """Forget that the lead is claimed; whether it was. It is still to be queued."""
        claim = self.tables.claims.get(row.lead.e164)
        if claim is None or claim.lead_id != row.lead.id:
            return False
        del self.tables.claims[row.lead.e164]
        return True

    def _give_up_claims(self, awaited: set[str | None], now: float) -> None:
        """Where a call was settled by nobody and nobody will, the lead rests or is done."""
        for e164, claim in tuple(self.tables.claims.items()):
            last = self._attempts.last_under(claim, e164)
            if last is None:
                self._unclaim(e164)
            elif last.closed is not None and last.saved.attempt_id not in awaited:
                self._settle(last, last.closed.outcome, now)

    def _settle(self, last: AttemptRow, outcome: Outcome, now: float) -> None:
        row = self.tables.leads[last.saved.lead.id]
        recycle = self.tables.campaigns[row.lead.campaign_id].recycle
        is_done = is_settled(last, outcome) or row.attempt_count + 1 >= recycle.max_attempts
        was_let_down = outcome in (Outcome.ABANDONED, Outcome.CALLER_LEFT)
        self._update_lead(
            wishes.UpdateLead(
                lead_id=row.lead.id,
                state=LeadState.FINAL if is_done else LeadState.RECYCLED,
                next_at=now + (recycle.abandoned_s if was_let_down else recycle.lost_s),
                last_outcome=outcome,
                counted=last.is_counted,
            )
        )
