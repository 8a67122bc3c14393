"""Keeps the engine told of what people change in the store: campaigns, trunks, the ledger, facts.

Polled, not pushed: a second's delay is of no matter here, and a poll cannot be missed.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.ledger import LegalLedger
from dialer.domain.agent import Agent
from dialer.domain.campaign import Campaign, CampaignState, DialMethod
from dialer.domain.trunk import Trunk
from dialer.engine import events
from dialer.runtime.ports import FactNews, Sink, Store, StoreAway, TrunkSource

log = logging.getLogger(__name__)

POLL_S = 1.0
LEDGER_EVERY = 15
PAST_ATTEMPTS = 5000
"""How many attempts pacing learns from at its start: some evenings of a small team. More would
only be forgotten again, because what was learned is discounted as it ages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Configuration:
    """Everything that people configure in the store and the settings, and what the law asks of the
    whole phone bank."""

    campaigns: tuple[Campaign, ...]
    agents: tuple[Agent, ...]
    trunks: tuple[Trunk, ...]
    circumstances: Circumstances = Circumstances()

    def drained(self) -> "Configuration":
        """The same with no campaign running: live calls finish, none is placed."""
        paused = tuple(
            replace(campaign, state=CampaignState.PAUSED) for campaign in self.campaigns
        )
        return replace(self, campaigns=paused)


class Watch:
    """Polls configuration and ledger. `on_change` hears of it before the engine does, and says
    what the engine may count on."""

    def __init__(
        self,
        store: Store,
        trunks: TrunkSource,
        sink: Sink,
        clock: Callable[[], float],
        on_change: Callable[[Configuration], Awaitable[Configuration]],
    ) -> None:
        self._store = store
        self._trunks = trunks
        self._sink = sink
        self._clock = clock
        self._on_change = on_change
        self._known: Configuration | None = None
        self._told: Configuration | None = None
        self._is_draining = False
        self._looking = asyncio.Lock()
        self._taught: dict[int, DialMethod] = {}
        self._barred: set[str] = set()
        self._news = FactNews()
        self.hears_ledgers: Callable[[tuple[LegalLedger, ...]], None] = lambda ledgers: None

    def drain(self) -> None:
        """From now on no call is placed."""
        self._is_draining = True
        if self._told is not None:
            self._tell(self._told)

    async def run(self) -> None:
        """Poll until cancelled."""
        turn = 0
        while True:
            try:
                await self.look(with_ledger=turn % LEDGER_EVERY == 0)
            except StoreAway:
                log.debug("the store is away; configuration stays as it is")
            turn += 1
            await asyncio.sleep(POLL_S)

    async def look(self, *, with_ledger: bool) -> None:
        """Look once; afterwards all have heard of what was changed before. Raises StoreAway."""
        async with self._looking:
            await self._look(with_ledger=with_ledger)

    async def look_now(self) -> None:
        """Do not leave a change to the next poll. Raises StoreAway."""
        await self.look(with_ledger=False)

    async def _look(self, *, with_ledger: bool) -> None:
        now = Configuration(
            campaigns=await self._store.campaigns(),
            agents=await self._store.agents(),
            trunks=self._trunks.trunks(),
            circumstances=await self._store.circumstances(),
        )
        if now != self._known:
            self._told = await self._on_change(now)
            self._known = now
            self._tell(self._told)
        await self._look_at_facts()
        for campaign in now.campaigns:
            await self._teach(campaign)
        if with_ledger:
            await self._count(now.campaigns)

    async def _look_at_facts(self) -> None:
        """Do-not-call requests, revocations and imports of others, for leads in the hopper.

        A revocation is told as long as a lead is held that was claimed before it, because one
        that is on its way from the store comes after the first telling.
        """
        news, known = await self._store.fact_news(), self._news
        self._news = news
        barred = news.barred - self._barred
        if barred:
            self._barred |= barred
            self._sink(events.NumbersBarred(at=self._clock(), e164s=tuple(sorted(barred))))
        if news.imports != known.imports:
            self._sink(events.FactsChanged(at=self._clock()))
        elif news.revoked:
            self._sink(
                events.FactsChanged(at=self._clock(), e164s=tuple(sorted(news.revoked)))
            )

    def _tell(self, configuration: Configuration) -> None:
        said = configuration.drained() if self._is_draining else configuration
        self._sink(
            events.Configured(
                at=self._clock(),
                campaigns=said.campaigns,
                trunks=said.trunks,
                circumstances=said.circumstances,
            )
        )

    async def _teach(self, campaign: Campaign) -> None:
        """What earlier calls taught, to a pacer that has only begun."""
        if self._taught.get(campaign.id) is campaign.dial_method:
            return
        facts = await self._store.past_facts(campaign.id, PAST_ATTEMPTS)
        self._taught[campaign.id] = campaign.dial_method
        if facts:
            self._sink(
                events.PastLearned(at=self._clock(), campaign_id=campaign.id, facts=facts)
            )

    async def _count(self, campaigns: Iterable[Campaign]) -> None:
        # Who is connected while the store counts is counted twice until the next time.
        now = self._clock()
        await self._store.keep_books(now)
        ledgers: dict[str, LegalLedger] = {}
        for campaign in campaigns:
            if campaign.state is not CampaignState.RUNNING:
                continue
            its = ledgers.get(campaign.legal_campaign)
            if its is None:
                its = await self._store.ledger(campaign, now)
                ledgers[campaign.legal_campaign] = its
            self._sink(
                events.AbandonmentCounted(
                    at=now,
                    campaign_id=campaign.id,
                    windows=its.budgets(),
                    machine_error_bound=its.bound,
                )
            )
        self.hears_ledgers(tuple(ledgers.values()))
