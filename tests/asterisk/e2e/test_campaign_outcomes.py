"""A whole campaign: whatever a number does, its attempt ends as what happened, and once."""

from dialer.domain.campaign import AmdMode, CampaignState, DialMethod
from dialer.parts.carrier import Behaviour
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
