"""Whose series there are: the campaigns, trunks and caller IDs that are configured.

They begin when something is configured and go when it is not any more; a campaign that is finished
keeps its own until its last call has ended. What was never configured has none, and is not counted.
Kept by the observer.
"""

from collections.abc import Collection

from dialer.domain.campaign import Campaign, CampaignState
from dialer.engine.events import Configured
from dialer.metrics.names import Metrics
from dialer.metrics.series import CallerIdSeries, CampaignSeries, TrunkSeries


class Directory:
    """Finds the series of a campaign by its id, of a trunk by its name, of a number by itself."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.campaigns: dict[int, CampaignSeries] = {}
        self.trunks: dict[str, TrunkSeries] = {}
        self.caller_ids: dict[str, CallerIdSeries] = {}
        self._leaving: set[int] = set()  # campaigns that are finished

    def take_in(self, configured: Configured) -> None:
        """What is configured from now on."""
        self._know_campaigns(configured.campaigns)
        self._know_trunks(configured)
        self._know_caller_ids(configured)

    def let_go(self, busy: Collection[int]) -> None:
        """Drop the finished campaigns, but for the busy ones that still have calls."""
        for campaign_id in self._leaving - set(busy):
            self._drop(campaign_id)

    def names(self) -> frozenset[str]:
        """The campaigns' names."""
        return frozenset(series.name for series in self.campaigns.values())

    def _drop(self, campaign_id: int) -> None:
        self._leaving.discard(campaign_id)
        self.campaigns.pop(campaign_id).drop()

    def _know_campaigns(self, campaigns: Collection[Campaign]) -> None:
        named = {campaign.id: campaign.name for campaign in campaigns}
        self._leaving = self.campaigns.keys() - named.keys()
        names = set(named.values())
        for campaign_id, series in tuple(self.campaigns.items()):
            is_another = named.get(campaign_id, series.name) != series.name
            if is_another or (campaign_id in self._leaving and series.name in names):
                self._drop(campaign_id)
        for campaign in campaigns:
            if campaign.id not in self.campaigns:
                self.campaigns[campaign.id] = CampaignSeries(self._metrics, campaign.name)
            is_running = campaign.state is CampaignState.RUNNING
            self.campaigns[campaign.id].is_running.set(is_running)
        for campaign_id in self._leaving:
            self.campaigns[campaign_id].is_running.set(0)

    def _know_trunks(self, configured: Configured) -> None:
        for gone in self.trunks.keys() - {trunk.name for trunk in configured.trunks}:
            self.trunks.pop(gone).drop()
        for trunk in configured.trunks:
            known = self.trunks.get(trunk.name)
            if known is None:
                self.trunks[trunk.name] = TrunkSeries(self._metrics, trunk)
            else:
                known.configure(trunk)

    def _know_caller_ids(self, configured: Configured) -> None:
        shown = {number for trunk in configured.trunks for number in trunk.caller_ids}
        shown |= {campaign.caller_id for campaign in configured.campaigns if campaign.caller_id}
        for gone in self.caller_ids.keys() - shown:
            self.caller_ids.pop(gone).drop()
        for number in sorted(shown - self.caller_ids.keys()):
            self.caller_ids[number] = CallerIdSeries(self._metrics, number)
