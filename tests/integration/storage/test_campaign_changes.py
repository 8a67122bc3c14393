"""The settings of campaigns leave a trail."""

from dataclasses import replace

from sqlalchemy import select

from dialer.domain.campaign import Campaign, CampaignState
from dialer.storage.admin import Administration
from dialer.storage.evidence_tables import campaign_changes


async def test_every_change_of_a_campaign_is_written_down_with_who_made_it(
    database_url: str,
) -> None:
    async with Administration.at(database_url, by="vera") as office:
        made = await office.create_campaign(Campaign(id=0, name="spring"))
        await office.change_campaign(replace(made, caller_id="+12025550199"))
        await office.change_campaign(replace(made, caller_id="+12025550199"))
        await office.set_campaign_state("spring", CampaignState.RUNNING)
        async with office.engine.connect() as connection:
            found = list(await connection.execute(select(campaign_changes)))
    assert [row.changed_by for row in found] == ["vera"] * 3
    first, second, third = found
    assert first.before == {} and first.after["limits"]["abandon_limit"] == 0.03
    assert (second.before, second.after) == ({"caller_id": ""}, {"caller_id": "+12025550199"})
    assert (third.before, third.after) == ({"state": "draft"}, {"state": "running"})
