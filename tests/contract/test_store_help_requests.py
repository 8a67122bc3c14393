"""What every store keeps of who asks for the shift lead: PostgreSQL and memory alike."""

from dialer.engine.left_behind import HelpRequest
from dialer.engine.store_commands import SaveHelpRequest
from tests.contract.store_calls import NOW
from tests.contract.store_worlds import StoreWorld


async def asking(world: StoreWorld) -> tuple[HelpRequest, ...]:
    return (await world.store.restore(NOW + 100)).help_requests


async def test_who_asks_for_help_is_found_again_longest_first(world: StoreWorld) -> None:
    ann, bob = await world.agent("ann"), await world.agent("bob")
    first = SaveHelpRequest(help_id="help-x-2", agent_id=bob.id, asked_at=NOW + 1)
    second = SaveHelpRequest(help_id="help-x-1", agent_id=ann.id, asked_at=NOW + 2)
    await world.store.write([second, first])
    assert await asking(world) == (
        HelpRequest(help_id="help-x-2", agent_id=bob.id, asked_at=NOW + 1),
        HelpRequest(help_id="help-x-1", agent_id=ann.id, asked_at=NOW + 2),
    )


async def test_a_request_that_is_over_is_open_no_more(world: StoreWorld) -> None:
    ann = await world.agent("ann")
    asked = SaveHelpRequest(help_id="help-x-1", agent_id=ann.id, asked_at=NOW + 1)
    over = SaveHelpRequest(
        help_id="help-x-1", agent_id=ann.id, asked_at=NOW + 1, over_at=NOW + 5
    )
    await world.store.write([asked, over])
    assert await asking(world) == ()
    again = SaveHelpRequest(help_id="help-x-2", agent_id=ann.id, asked_at=NOW + 9)
    await world.store.write([again])
    assert [one.help_id for one in await asking(world)] == ["help-x-2"]


async def test_who_works_here_no_more_asks_for_nothing(world: StoreWorld) -> None:
    ann = await world.agent("ann")
    await world.store.write(
        [SaveHelpRequest(help_id="help-x-1", agent_id=ann.id, asked_at=NOW + 1)]
    )
    await world.remove_agent(ann.id)
    assert await asking(world) == ()
