"""Trunks that fail: they rest, their leads are not burnt, and the next trunk takes over."""

from typing import Any

from dialer.domain.campaign import CampaignState, DialMethod, RecycleRules
from dialer.parts.carrier import Behaviour
from dialer.web.client import ApiClient
from tests.asterisk.e2e.evening import evening
from tests.asterisk.e2e.sip_refuser import SipRefuser
from tests.asterisk.e2e.venue import PATIENCE_S, Venue, until

SOON = RecycleRules(unburnt_s=2.0, congestion_s=2.0)


async def test_failing_trunks_rest_and_everybody_is_reached_by_the_one_that_works(
    venue: Venue, refusers: dict[str, SipRefuser]
) -> None:
    async with evening(
        venue,
        "Four trunks",
        dial_method=DialMethod.PROGRESSIVE,
        trunks=("dead", "locked", "crowded", "simulated"),
        recycle=SOON,
    ) as its:
        numbers = its.add([Behaviour.PERSON_PATIENT] * 9)
        await its.set_state(CampaignState.RUNNING)
        async with its.crew(6) as crew:
            await until(
                lambda: set(its.outcomes().values()) == {"talked"}
                and len(its.outcomes()) == len(numbers),
                "everybody was reached",
                2 * PATIENCE_S,
            )
            resting = await resting_trunks(venue)
        assert resting == {"dead", "locked", "crowded"}
        await its.check(crew)
        by_trunk = {
            name: [row["outcome"] for row in its.attempts() if row["trunk"] == name]
            for name in ("dead", "locked", "crowded", "simulated")
        }
        assert set(by_trunk["dead"]) == set(by_trunk["locked"]) == {"trunk_failed"}
        assert set(by_trunk["crowded"]) == {"congestion"}
        assert by_trunk["simulated"] == ["talked"] * len(numbers)
        assert refusers["locked"].asked
        assert refusers["crowded"].asked
        counted = venue.rows(
            "SELECT l.e164, l.attempt_count, count(a.id) AS reached FROM leads AS l"
            " JOIN attempts AS a ON a.lead_id = l.id"
            " AND a.outcome NOT IN ('trunk_failed', 'not_placed')"
            " WHERE l.campaign_id = %s GROUP BY l.id",
            its.campaign.id,
        )
        assert all(row["attempt_count"] == row["reached"] for row in counted)


async def resting_trunks(venue: Venue) -> set[str]:
    """Which trunks rest now."""
    async with ApiClient(venue.stage.web_url) as client:
        floor = await client.floor(venue.token)
    trunks: Any = floor["trunks"]
    return {str(trunk["name"]) for trunk in trunks if trunk["rests_until"] is not None}
