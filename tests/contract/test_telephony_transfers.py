"""What the pump may rely on when a person is put through to a third party: memory and Asterisk."""

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from dialer.engine import commands as cmd
from dialer.engine import events as ev
from tests.asterisk.harness import Lab
from tests.contract.telephony_worlds import (
    BUSY,
    NO_ANSWER,
    NOT_IN_SERVICE,
    OFFICE,
    PERSON,
    World,
    lab_with,
    originate,
    world_of,
)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with lab_with(tmp_path_factory.mktemp("lab"), "message-1") as lab:
        yield lab


@pytest.fixture(params=["memory", "asterisk"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with world_of(request) as world:
        yield world


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A conversation: the person's call, his channel, the agent's leg."""

    wish: cmd.Originate
    channel: str
    agent_id: int
    agent_channel: str

    @property
    def attempt_id(self) -> str:
        return self.wish.attempt_id


async def conversation(world: World) -> Talk:
    call, up = await world.agent()
    world.desk.destination, world.desk.agent_channel = cmd.Destination.BRIDGE, up.channel
    wish = originate(PERSON)
    await world.telephony.execute(wish)
    await world.until(ev.CallConnected, attempt_id=wish.attempt_id)
    answered = await world.until(ev.LineAnswered, attempt_id=wish.attempt_id)
    return Talk(
        wish=wish, channel=answered.channel, agent_id=call.agent_id, agent_channel=up.channel
    )


async def third(world: World, digits: str, **changes: object) -> cmd.DialThird:
    values: dict[str, object] = {
        "transfer_id": f"transfer-{secrets.token_hex(4)}-1",
        "endpoint": "sim",
        "dial_string": digits,
        "caller_id": "+12025550100",
        "caller_name": "Turnout",
        "ring_timeout_s": 20.0,
    }
    wish = cmd.DialThird(**(values | changes))
    await world.telephony.execute(wish)
    return wish


async def office(world: World) -> ev.ThirdAnswered:
    wish = await third(world, OFFICE)
    return await world.until(ev.ThirdAnswered, transfer_id=wish.transfer_id)


async def put_through(world: World, talk: Talk, answered: ev.ThirdAnswered) -> None:
    await world.telephony.execute(
        cmd.PutThrough(
            attempt_id=talk.attempt_id, channel=talk.channel, third_channel=answered.channel
        )
    )


async def consult(world: World, talk: Talk, answered: ev.ThirdAnswered) -> None:
    await world.telephony.execute(
        cmd.ConsultThird(
            transfer_id=answered.transfer_id,
            third_channel=answered.channel,
            agent_channel=talk.agent_channel,
            attempt_id=talk.attempt_id,
            channel=talk.channel,
        )
    )
    await world.until(ev.CallParted, attempt_id=talk.attempt_id)


async def hangs_up(world: World, channel_id: str, channel: str = "") -> None:
    await world.telephony.execute(cmd.HangUp(attempt_id=channel_id, channel=channel))


@pytest.mark.parametrize(
    ("digits", "cause", "sip_status"), [(BUSY, 17, 486), (NOT_IN_SERVICE, 1, 404)]
)
async def test_a_third_party_who_does_not_answer_tells_why(
    world: World, digits: str, cause: int, sip_status: int
) -> None:
    wish = await third(world, digits)
    ended = await world.until(ev.ThirdEnded, transfer_id=wish.transfer_id)
    assert (ended.cause, ended.sip_status) == (cause, sip_status)


async def test_an_endpoint_that_does_not_exist_ends_at_once(world: World) -> None:
    wish = await third(world, "", endpoint="9999")
    ended = await world.until(ev.ThirdEnded, transfer_id=wish.transfer_id)
    assert ended.cause == 0


async def test_a_ringing_third_line_may_be_called_off(world: World) -> None:
    wish = await third(world, NO_ANSWER)
    await hangs_up(world, wish.transfer_id)
    await world.until(ev.ThirdEnded, transfer_id=wish.transfer_id)


async def test_a_telephone_of_ours_answers_as_a_third_party(world: World) -> None:
    wish = await third(world, "", endpoint="1002")
    answered = await world.until(ev.ThirdAnswered, transfer_id=wish.transfer_id)
    assert answered.channel.startswith("PJSIP/1002-")


async def test_the_conversation_goes_on_while_the_third_party_is_called(world: World) -> None:
    talk = await conversation(world)
    answered = await office(world)
    assert "CallParted" not in world.kinds_of(talk.attempt_id)
    await hangs_up(world, answered.transfer_id, answered.channel)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)
    assert "CallParted" not in world.kinds_of(talk.attempt_id)


async def test_the_person_is_put_through_and_his_end_ends_the_third_line(world: World) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await put_through(world, talk, answered)
    await world.until(ev.ThirdJoined, transfer_id=answered.transfer_id)
    await hangs_up(world, talk.attempt_id, talk.channel)
    await world.until(ev.LineEnded, attempt_id=talk.attempt_id)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)
    assert world.kinds_of(talk.attempt_id)[-3:] == ["CallParted", "CallParted", "LineEnded"]


async def test_the_third_partys_end_ends_the_persons_line(world: World) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await put_through(world, talk, answered)
    await world.until(ev.ThirdJoined, transfer_id=answered.transfer_id)
    await hangs_up(world, answered.transfer_id, answered.channel)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)
    await world.until(ev.LineEnded, attempt_id=talk.attempt_id)


async def test_the_agent_gets_the_next_person_while_the_two_talk_on(world: World) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await put_through(world, talk, answered)
    await world.until(ev.ThirdJoined, transfer_id=answered.transfer_id)
    following = originate(PERSON)
    await world.telephony.execute(following)
    connected = await world.until(ev.CallConnected, attempt_id=following.attempt_id)
    assert connected.agent_id == talk.agent_id
    assert "LineEnded" not in world.kinds_of(talk.attempt_id)


async def test_the_agent_talks_with_the_third_party_alone_and_is_back_with_the_person(
    world: World,
) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await consult(world, talk, answered)
    world.events.clear()
    await world.telephony.execute(
        cmd.ConnectCall(
            attempt_id=talk.attempt_id, channel=talk.channel, agent_channel=talk.agent_channel
        )
    )
    await world.until(ev.CallConnected, attempt_id=talk.attempt_id)
    assert not [one for one in world.events if isinstance(one, ev.ThirdEnded)], "he waits again"
    await hangs_up(world, answered.transfer_id, answered.channel)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)


async def test_after_that_the_person_is_put_through_and_both_lines_end_together(
    world: World,
) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await consult(world, talk, answered)
    await put_through(world, talk, answered)
    await world.until(ev.ThirdJoined, transfer_id=answered.transfer_id)
    await hangs_up(world, talk.attempt_id, talk.channel)
    await world.until(ev.LineEnded, attempt_id=talk.attempt_id)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)


async def test_a_person_whose_third_party_is_gone_waits_and_can_be_put_back(world: World) -> None:
    talk = await conversation(world)
    answered = await office(world)
    await hangs_up(world, answered.transfer_id, answered.channel)
    await world.until(ev.ThirdEnded, transfer_id=answered.transfer_id)
    await put_through(world, talk, answered)
    await world.until(ev.CallParted, attempt_id=talk.attempt_id)
    world.events.clear()
    await world.telephony.execute(
        cmd.ConnectCall(
            attempt_id=talk.attempt_id, channel=talk.channel, agent_channel=talk.agent_channel
        )
    )
    await world.until(ev.CallConnected, attempt_id=talk.attempt_id)


async def test_after_a_gap_it_is_told_who_was_put_through_to_whom(world: World) -> None:
    talk = await conversation(world)
    waiting, through = await office(world), await office(world)
    await put_through(world, talk, through)
    await world.until(ev.ThirdJoined, transfer_id=through.transfer_id)
    world.events.clear()
    world.breaks_link()
    legs = {leg.channel_id: leg for leg in (await world.until(ev.LinkCameUp)).legs}
    assert legs[through.transfer_id].bridge_id == legs[talk.attempt_id].bridge_id != ""
    assert legs[waiting.transfer_id].is_up
    assert legs[waiting.transfer_id].bridge_id != legs[talk.attempt_id].bridge_id
