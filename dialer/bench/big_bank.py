"""A phone bank as big as the metrics must bear, made of values: campaigns, agents, ledgers, trunks.

An observer that was told of it all, as the daemon would tell it; the benchmark and the test of the
number of series read its page.
"""

from collections.abc import Iterator

from dialer.compliance.abandonment import Audit, Counts
from dialer.compliance.ledger import LegalLedger, Pool, ledger_of, periods_at
from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.trunk import Trunk
from dialer.engine.events import Configured, Ticked
from dialer.engine.store_commands import SaveDecision
from dialer.engine.view import AgentView, CampaignView, FloorView, TrunkView
from dialer.metrics.labels import ON_DUTY, Peer, Place
from dialer.metrics.observer import MetricsObserver
from dialer.metrics.told import Disk, Queues, Surroundings
from dialer.pacing.floor import LineKind

NOW = 1_800_000_000.0
TRUNKS = 3
CALLER_IDS_PER_TRUNK = 10
DISK = Disk(free_bytes=50_000_000_000, size_bytes=250_000_000_000)


def big_bank(*, campaigns: int, agents: int) -> tuple[MetricsObserver, FloorView]:
    """An observer that knows the bank, and its floor."""
    observer = MetricsObserver(version="0", clock=lambda: NOW)
    configured = [_campaign(number) for number in range(1, campaigns + 1)]
    trunks = tuple(_trunks())
    observer.observe(Configured(at=NOW, campaigns=tuple(configured), trunks=trunks), ())
    observer.observe(Ticked(at=NOW), [_decision(campaign) for campaign in configured])
    observer.hear_ledgers([_ledger(campaign) for campaign in configured])
    observer.hear_surroundings(
        Surroundings(
            disks=dict.fromkeys(Place, DISK),
            certificates={"proxy.pem": NOW},
            clock_offsets_s=dict.fromkeys(Peer, 0.001),
            store_round_trip_s=0.002,
        )
    )
    observer.ask_queues(lambda: Queues(inbox_events=1, store_commands=2, transcript_entries=3))
    return observer, _floor(configured, trunks, agents)


def _campaign(number: int) -> Campaign:
    return Campaign(
        id=number, name=f"Get out the vote, county {number}", state=CampaignState.RUNNING
    )


def _trunks() -> Iterator[Trunk]:
    for number in range(TRUNKS):
        first = 100 + number * CALLER_IDS_PER_TRUNK
        yield Trunk(
            name=f"carrier-{number}",
            endpoint=f"trunk-carrier-{number}",
            channel_limit=500,
            calls_per_second=20.0,
            caller_ids=tuple(f"+1202555{first + n:04d}" for n in range(CALLER_IDS_PER_TRUNK)),
        )


def _decision(campaign: Campaign) -> SaveDecision:
    return SaveDecision(
        campaign_id=campaign.id,
        at=NOW,
        kind=LineKind.SHARED,
        count=2,
        withdrawn=0,
        reason="two will be free",
        figures={"theta": 0.02},
    )


def _ledger(campaign: Campaign) -> LegalLedger:
    counts = Counts(connected=970, abandoned=10, screened_out=40)
    tallies = {period: {"US": counts} for period in periods_at(NOW - 1000.0, NOW)}
    return ledger_of(Pool.of(campaign, [campaign]), NOW - 1000.0, tallies, Audit(), NOW)


def _floor(campaigns: list[Campaign], trunks: tuple[Trunk, ...], agents: int) -> FloorView:
    return FloorView(
        at=NOW,
        link_is_up=True,
        store_is_up=True,
        campaigns=tuple(
            CampaignView(
                campaign_id=campaign.id,
                name=campaign.name,
                hopper=100,
                lines_dialing=7,
                people_waiting=1,
                people_talking=9,
                last_decision="two will be free",
                utilisation=0.79,
                reachable=0.83,
            )
            for campaign in campaigns
        ),
        agents=tuple(
            AgentView(
                agent_id=number,
                name=f"volunteer {number}",
                campaign_id=campaigns[number % len(campaigns)].id,
                state=AgentState(ON_DUTY[number % len(ON_DUTY)]),
                since=NOW,
                attempt_id=None,
                lead=None,
            )
            for number in range(1, agents + 1)
        ),
        trunks=tuple(
            TrunkView(name=trunk.name, channels=200, channel_limit=500, rests_until=None)
            for trunk in trunks
        ),
        open_attempts=500,
    )
