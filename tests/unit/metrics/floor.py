"""A floor with one campaign, and its page of metrics, read as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

from dialer.compliance.gate import DialPermit
from dialer.domain.agent import AgentState
from dialer.domain.campaign import Campaign, CampaignState
from dialer.domain.lead import Lead
from dialer.domain.outcome import Outcome
from dialer.domain.trunk import Trunk
from dialer.engine import commands, events, store_commands
from dialer.engine.view import AgentView, CampaignView, FloorView, TrunkView
from dialer.metrics.observer import MetricsObserver

NUMBER = "+12025550123"
CAMPAIGN = Campaign(id=7, name="Turnout", state=CampaignState.RUNNING)
OURS = "+12025550100"
TRUNK = Trunk(
    name="main",
    endpoint="trunk-main",
    channel_limit=30,
    calls_per_second=5.0,
    caller_ids=(OURS,),
)
LEAD = Lead(id=31, campaign_id=7, e164=NUMBER, display_name="Grace Hopper", zones=("UTC",))
PERMIT = DialPermit(
    lead_id=31,
    e164=NUMBER,
    campaign_id=7,
    caller_id=OURS,
    granted_at=99.0,
    expires_at=104.0,
    may_over_dial=False,
    may_play_recording=False,
)
AGENT = AgentView(
    agent_id=1,
    name="anna",
    campaign_id=7,
    state=AgentState.TALKING,
    since=100.0,
    attempt_id="cb-1",
    lead=LEAD,
)
FLOOR = FloorView(
    at=100.0,
    link_is_up=True,
    store_is_up=False,
    campaigns=(
        CampaignView(
            campaign_id=7,
            name="Turnout",
            hopper=40,
            lines_dialing=3,
            people_waiting=2,
            people_talking=1,
            last_decision="",
        ),
    ),
    agents=(AGENT,),
    trunks=(TrunkView(name="main", channels=4, channel_limit=30, rests_until=None),),
    open_attempts=6,
)


class Page:
    """The exposition, read as Prometheus reads it."""

    def __init__(self, observer: MetricsObserver, view: FloorView = FLOOR) -> None:
        observer.look(view)
        page, _ = observer.page()
        self.text = page.decode()
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
        }

    def value(self, name: str, **labels: str) -> float:
        """One series; KeyError when it does not exist."""
        return self.samples[name, frozenset(labels.items())]


def placed(attempt_id: str = "cb-1") -> store_commands.SaveAttempt:
    """The attempt as it is written down."""
    return store_commands.SaveAttempt(
        attempt_id=attempt_id,
        lead=LEAD,
        campaign_id=7,
        permit=PERMIT,
        trunk="main",
        caller_id=OURS,
        agent_id=1,
        dialed_at=100.0,
    )


def closed(outcome: Outcome, attempt_id: str = "cb-1") -> store_commands.CloseAttempt:
    """The attempt's end."""
    return store_commands.CloseAttempt(
        attempt_id=attempt_id, campaign_id=7, outcome=outcome, ended_at=130.0
    )


def tell(observer: MetricsObserver, event: events.Event, *wishes: commands.Command) -> None:
    """One line of a transcript."""
    observer.observe(event, wishes)
