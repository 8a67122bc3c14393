"""A whole campaign: whatever a number does, its attempt ends as what happened, and once."""

from prometheus_client.parser import text_string_to_metric_families

from dialer.demo.stage import OUR_NUMBER
from dialer.domain.campaign import AmdMode, CampaignState, DialMethod
from dialer.domain.outcome import Outcome
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient
from tests.asterisk.e2e.evening import evening
from tests.asterisk.e2e.venue import Venue

EXPECTED = {
    Behaviour.BUSY: "busy",
    Behaviour.NO_ANSWER: "no_answer",
    Behaviour.LATE_ANSWER: "no_answer",
    Behaviour.NOT_IN_SERVICE: "not_in_service",
    Behaviour.SIT_EARLY: "not_in_service",
    Behaviour.CONGESTION: "congestion",
    Behaviour.DECLINED: "rejected",
    Behaviour.UNWANTED: "rejected",
    Behaviour.REJECTED: "rejected",
    Behaviour.PERSON_HELLO: "talked",
    Behaviour.SLOW_ANSWER: "talked",
    Behaviour.PERSON_PATIENT: "talked",
    Behaviour.DIES_MIDCALL: "talked",
    Behaviour.EARLY_HANGUP: "talked",  # a volunteer was reserved: they were together for a moment
    Behaviour.VOICEMAIL: "talked",  # without detection the volunteer finds out
}


async def test_every_number_ends_as_what_happened_on_its_line(venue: Venue) -> None:
    async with evening(
        venue, "Outcomes", dial_method=DialMethod.PROGRESSIVE, trunks=("simulated",)
    ) as its:
        its.add(list(EXPECTED))
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(6) as crew:
            await its.all_dialed()
        outcomes = its.outcomes()
        found = {its.behaviours[e164]: outcomes[e164] for e164 in its.behaviours}
        assert found == EXPECTED
        figures = await its.check(crew)
        assert figures["answered"] == figures["connected"] == 6
        assert figures["abandoned"] == 0
        assert sum(venue.wire.invites()[e164] for e164 in its.behaviours) == len(EXPECTED)
        page = await scraped(venue)
        for outcome in Outcome:
            ended = f'callbank_attempts_ended_total{{campaign="Outcomes",outcome="{outcome}"}}'
            assert page[ended] == list(EXPECTED.values()).count(outcome)
        assert page['callbank_people_answered_total{campaign="Outcomes"}'] == 6
        assert page['callbank_greeting_end_to_connected_seconds_count{campaign="Outcomes"}'] == 6
        assert page['callbank_trunk_hangups_total{trunk="simulated",cause="user_busy"}'] >= 1
        for status in (603, 607, 608):
            signals = "callbank_caller_id_spam_signals_total"
            its_own = f'{{caller_id="{OUR_NUMBER}",sip_status="{status}"}}'
            assert page[signals + its_own] >= 1
        assert page["callbank_ami_link_up"] == page["callbank_store_up"] == 1
        assert abs(page['callbank_clock_offset_seconds{against="asterisk"}']) < 60.0


async def scraped(venue: Venue) -> dict[str, float]:
    """The daemon's metrics as Prometheus takes them."""
    async with ApiClient(venue.stage.web_url) as client:
        text = await client.text("/metrics")
    assert list(text_string_to_metric_families(text))
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {series: float(value) for series, _, value in lines}


async def test_the_gate_puts_persons_through_and_machines_away(venue: Venue) -> None:
    persons, machines = [Behaviour.PERSON_PATIENT] * 3, [Behaviour.VOICEMAIL] * 3
    async with evening(
        venue, "The gate", dial_method=DialMethod.PROGRESSIVE, amd_mode=AmdMode.GATE
    ) as its:
        answering = its.add([*persons, *machines])
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(3) as crew:
            await its.all_dialed()
        ends = {str(row["e164"]): (row["outcome"], row["amd_verdict"]) for row in its.attempts()}
        assert [ends[e164] for e164 in answering] == [("talked", "human")] * 3 + [
            ("machine", "machine")
        ] * 3
        figures = await its.check(crew)
        assert figures["answered"] == 3
