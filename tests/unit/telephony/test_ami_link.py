"""The faults of panoramisk that reference/asterisk-and-libraries.md lists, each shown cured."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from dialer.telephony.actions import ActionRefused
from dialer.telephony.link import AmiLink, AmiSettings, AnswerLost, LinkDown
from tests.unit.telephony.fake_asterisk import (
    SECRET,
    FakeAsterisk,
    channel_row,
    frame,
    silence,
    success,
)

WANTED = frozenset({"OriginateResponse", "Hangup", "UserEvent"})
ORIGINATE = {"Action": "Originate", "ActionID": "cb-1", "Channel": "PJSIP/1@t", "Async": "true"}


class Listener:
    """Keeps what the link says; fails when told to."""

    def __init__(self) -> None:
        self.messages: list[dict[str, str]] = []
        self.version = ""
        self.ups = 0
        self.downs = 0
        self.fails = False
        self._changed = asyncio.Condition()
        self._notes: set[asyncio.Task[None]] = set()

    def on_up(self, version: str) -> None:
        self.version = version
        self.ups += 1
        self._note()

    def on_down(self) -> None:
        self.downs += 1
        self._note()

    def on_message(self, message: dict[str, str]) -> None:
        self._note()
        if self.fails:
            raise RuntimeError("a listener's defect")
        self.messages.append(message)

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(holds)

    def _note(self) -> None:
        task = asyncio.ensure_future(self._notify())
        self._notes.add(task)
        task.add_done_callback(self._notes.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


def settings(port: int, **changes: object) -> AmiSettings:
    patience = {
        "action_timeout_s": 5.0,
        "ping_interval_s": 60.0,
        "first_delay_s": 0.01,
        "longest_delay_s": 0.05,
        "refused_delay_s": 0.01,
    }
    return AmiSettings(port=port, username="callbank", **({"secret": SECRET} | patience | changes))


@asynccontextmanager
async def linked(
    asterisk: FakeAsterisk, **changes: object
) -> AsyncIterator[tuple[AmiLink, Listener]]:
    listener = Listener()
    link = AmiLink(settings(asterisk.port, **changes), WANTED, listener)
    await link.start()
    try:
        await listener.until(lambda: listener.ups)
        yield link, listener
    finally:
        await link.stop()


@pytest.fixture
async def asterisk() -> AsyncIterator[FakeAsterisk]:
    async with FakeAsterisk() as server:
        yield server


async def test_the_version_is_read_and_the_secret_never_crosses_the_wire(
    asterisk: FakeAsterisk,
) -> None:
    async with linked(asterisk) as (_, listener):
        assert listener.version == "22.10.1"
    assert SECRET.encode() not in asterisk.raw


async def test_an_originate_whose_ack_was_lost_is_not_sent_again(asterisk: FakeAsterisk) -> None:
    asterisk.replies["Originate"] = silence
    async with linked(asterisk) as (link, listener):
        answer = link.send(ORIGINATE)
        await asterisk.until(lambda: asterisk.named("Originate"))
        asterisk.drop()
        with pytest.raises(AnswerLost):
            await answer
        await listener.until(lambda: listener.ups == 2)
        await link.send({"Action": "Ping"})
    assert len(asterisk.named("Originate")) == 1


async def test_nothing_can_be_sent_while_the_link_is_down(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as (link, listener):
        await asterisk.hang_up()
        await listener.until(lambda: listener.downs)
        with pytest.raises(LinkDown):
            link.send(ORIGINATE)
        await asterisk.listen()
        await listener.until(lambda: listener.ups == 2)
        await link.send({"Action": "Ping"})
    assert asterisk.named("Originate") == []


async def test_the_originates_future_is_its_ack_and_its_response_reaches_the_listener(
    asterisk: FakeAsterisk,
) -> None:
    async with linked(asterisk) as (link, listener):
        answer = await link.send(ORIGINATE)
        assert answer["Message"] == "Originate successfully queued"
        asterisk.send(frame(Event="OriginateResponse", ActionID="cb-1", Response="Failure"))
        await listener.until(lambda: listener.messages)
    assert listener.messages[0]["Response"] == "Failure"
    assert link.pending == 0


async def test_queue_add_is_answered(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as (link, _):
        answer = await link.send({"Action": "QueueAdd", "Queue": "q", "Interface": "Local/1@x"})
    assert answer["Response"] == "Success"


async def test_an_originate_without_async_does_not_break_the_link(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as (link, listener):
        await link.send({"Action": "Originate", "Channel": "PJSIP/1@t"})
        assert listener.downs == 0


@pytest.mark.parametrize("evil", ["x\r\nAction: Command", "x\ny", "x\ry", "x\0y"])
async def test_a_line_break_in_a_header_is_refused(asterisk: FakeAsterisk, evil: str) -> None:
    async with linked(asterisk) as (link, _):
        for action in (
            {"Action": "Setvar", "Value": evil},
            {"Action": "Originate", "Variable": ["A=1", f"B={evil}"]},
            {"Action": "Ping", f"Header{evil}": "1"},
        ):
            with pytest.raises(ActionRefused):
                link.send(action)
        await link.send({"Action": "Ping"})
        assert link.pending == 0
    assert not asterisk.named("Command") and not asterisk.named("Setvar")


async def test_a_character_cut_by_a_segment_boundary_is_not_lost(asterisk: FakeAsterisk) -> None:
    data = frame(Event="UserEvent", Name="José").encode()
    cut = data.index("é".encode()) + 1
    async with linked(asterisk) as (link, listener):
        reads = link.counts["reads"]
        asterisk.send(data[:cut])
        while link.counts["reads"] == reads:
            await asyncio.sleep(0)
        asterisk.send(data[cut:])
        await listener.until(lambda: listener.messages)
    assert listener.messages[0]["Name"] == "José"


async def test_bytes_that_are_no_utf8_cost_only_themselves(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as (_, listener):
        asterisk.send(b"Event: UserEvent\r\nName: Jos\xe9 \xff\r\n\r\n")
        await listener.until(lambda: listener.messages)
    assert listener.messages[0]["Name"] == "Jos\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}"


async def test_a_failing_listener_costs_neither_the_link_nor_the_rest_of_the_buffer(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL)
    async with linked(asterisk) as (link, listener):
        listener.fails = True
        asterisk.send(frame(Event="UserEvent", N="1") + frame(Event="UserEvent", N="2"))
        await link.send({"Action": "Ping"})
        listener.fails = False
        asterisk.send(frame(Event="UserEvent", N="3"))
        await listener.until(lambda: listener.messages)
        assert listener.downs == 0
    assert link.counts["survived_errors"] == 2
    assert [message["N"] for message in listener.messages] == ["3"]


@pytest.mark.parametrize(
    "noise",
    [
        "\r\n\r\n\r\n\r\n",
        "no header at all\r\n\r\n",
        "Event: \r\n\r\n",
        "Event: Hangup\r\n\r\n",
        ": \r\n: :\r\n\r\n",
        "Response: Follows\r\n\r\n",
        "Response: Success\r\nActionID: nobody asked\r\n\r\n",
        "Event: CoreShowChannelsComplete\r\nActionID: stray\r\nEventList: Complete\r\n\r\n",
    ],
)
async def test_noise_on_the_wire_is_survived(asterisk: FakeAsterisk, noise: str) -> None:
    async with linked(asterisk) as (link, listener):
        asterisk.send(noise)
        await link.send({"Action": "Ping"})
        assert listener.downs == 0


async def test_a_peer_that_answers_no_pings_is_dropped(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(asterisk, ping_interval_s=0.01, ping_timeout_s=0.01) as (link, listener):
        asterisk.replies["Ping"] = silence
        await listener.until(lambda: listener.downs)
        assert link.pending == 0
        del asterisk.replies["Ping"]
        await listener.until(lambda: listener.ups == 2)
    assert link.counts["dead_peers"] >= 1


async def test_an_unanswered_action_gives_up_and_is_forgotten(asterisk: FakeAsterisk) -> None:
    asterisk.replies["Setvar"] = silence
    async with linked(asterisk, action_timeout_s=0.01) as (link, _):
        with pytest.raises(AnswerLost):
            await link.send({"Action": "Setvar"})
        assert link.pending == 0
        assert link.counts["answers_lost"] == 1


async def test_a_wrong_password_is_told_once_a_try_and_tried_slowly(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    listener = Listener()
    link = AmiLink(settings(asterisk.port, secret="wrong"), WANTED, listener)
    await link.start()
    await asterisk.until(lambda: len(asterisk.named("Login")) == 2)
    await link.stop()
    assert link.counts["logins_refused"] >= 1
    assert link.counts["reconnects"] == 0  # the fast back-off is not used
    assert "refused the AMI log-in of user 'callbank'" in caplog.text
    assert "wrong" not in caplog.text


async def test_a_session_that_asterisk_has_not_seen_end_is_no_wrong_password(
    asterisk: FakeAsterisk,
) -> None:
    asterisk.replies["Login"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="Login Already In Use"
    )
    listener = Listener()
    link = AmiLink(settings(asterisk.port, refused_delay_s=3600.0), WANTED, listener)
    await link.start()
    await asterisk.until(lambda: len(asterisk.named("Login")) == 2)
    del asterisk.replies["Login"]
    await listener.until(lambda: listener.ups)
    await link.stop()
    assert link.counts["logins_refused"] == 0


async def test_stop_during_the_back_off_ends_the_reconnecting(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk, first_delay_s=3600.0, longest_delay_s=3600.0) as (link, listener):
        asterisk.drop()
        await listener.until(lambda: listener.downs)
        await link.stop()
        assert not link.is_up
    assert asterisk.connections == 1
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "ami-link"]


async def test_a_closed_port_is_tried_again_until_it_opens(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    await asterisk.hang_up()
    listener = Listener()
    link = AmiLink(settings(asterisk.port), WANTED, listener)
    await link.start()
    while not link.counts["reconnects"]:
        await asyncio.sleep(0)
    await asterisk.listen()
    await listener.until(lambda: listener.ups)
    await link.stop()
    assert "No AMI link to 127.0.0.1" in caplog.text


async def test_rows_of_a_list_come_at_their_place_in_the_stream(asterisk: FakeAsterisk) -> None:
    asterisk.rows = [channel_row("cb-1", "PJSIP/t-1"), channel_row("cb-2", "PJSIP/t-2")]
    order: list[str] = []

    def reply(action: dict[str, str]) -> str:
        rows = "".join(row.replace("@ID@", action["ActionID"]) for row in asterisk.rows)
        after = frame(Event="UserEvent", Name="after")
        complete = frame(
            Event="CoreShowChannelsComplete", ActionID=action["ActionID"], EventList="Complete"
        )
        before = frame(Event="UserEvent", Name="before")
        return success(action, EventList="start") + rows + before + complete + after

    asterisk.replies["CoreShowChannels"] = reply
    async with linked(asterisk) as (link, listener):
        listener.on_message = lambda message: order.append(message["Name"])
        await link.send(
            {"Action": "CoreShowChannels"},
            on_rows=lambda rows: order.append(f"{len(rows)} rows"),
        )
    assert order == ["before", "2 rows", "after"]


async def test_a_refused_list_is_answered_with_the_refusal(asterisk: FakeAsterisk) -> None:
    asterisk.replies["CoreShowChannels"] = lambda action: frame(
        Response="Error", ActionID=action["ActionID"], Message="Permission denied"
    )
    async with linked(asterisk) as (link, _):
        rows: list[object] = []
        answer = await link.send({"Action": "CoreShowChannels"}, on_rows=rows.append)
    assert answer["Message"] == "Permission denied" and rows == []


async def test_a_message_without_end_closes_the_link_instead_of_filling_memory(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(asterisk) as (_, listener):
        asterisk.send(b"Event: UserEvent\r\nName: " + b"x" * 1_200_000)
        await listener.until(lambda: listener.downs)


async def test_asterisks_shutdown_is_a_lost_link(
    asterisk: FakeAsterisk, caplog: pytest.LogCaptureFixture
) -> None:
    async with linked(asterisk) as (_, listener):
        asterisk.send(frame(Event="Shutdown", Shutdown="Cleanly"))
        await listener.until(lambda: listener.downs)


async def test_unwanted_events_are_passed_over_unparsed(asterisk: FakeAsterisk) -> None:
    async with linked(asterisk) as (link, listener):
        asterisk.send(frame(Event="VarSet", Variable="x") * 3)
        await link.send({"Action": "Ping"})
        assert listener.messages == []
        assert link.counts["unwanted"] == 3
