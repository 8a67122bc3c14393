"""A small AMI server on a real socket that misbehaves when told to. Shared by the link's tests."""

import asyncio
import hashlib
from collections.abc import Callable
from typing import Self

Fields = dict[str, str]
Reply = Callable[[Fields], str]

SECRET = "s3cret"
CHALLENGE = "840415273"


def frame(**fields: str) -> str:
    """One AMI message; keyword order is header order."""
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + "\r\n"


def success(action: Fields, **more: str) -> str:
    """A plain positive answer."""
    return frame(Response="Success", ActionID=action["ActionID"], **more)


def silence(action: Fields) -> str:
    """No answer at all."""
    return ""


class FakeAsterisk:
    """Counts what it is sent. `replies` maps an action's name to what is answered."""

    def __init__(self) -> None:
        self.received: list[Fields] = []
        self.raw = b""
        self.logins = 0
        self.connections = 0
        self.rows: list[str] = []
        self.replies: dict[str, Reply] = {}
        self._writers: list[asyncio.StreamWriter] = []
        self._changed = asyncio.Condition()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.hang_up()

    @property
    def port(self) -> int:
        return self._port

    async def listen(self) -> None:
        """Accept connections, on the same port as before if there was one."""
        self._server = await asyncio.start_server(self._converse, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def hang_up(self) -> None:
        """Close the listener and every connection."""
        assert self._server is not None
        self._server.close()
        self.drop()

    def drop(self) -> None:
        """Break every connection; the listener stays."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def send(self, data: str | bytes) -> None:
        """Say something to the newest connection."""
        self._writers[-1].write(data if isinstance(data, bytes) else data.encode())

    async def flush(self) -> None:
        await self._writers[-1].drain()

    def named(self, name: str) -> list[Fields]:
        """The received actions of one kind."""
        return [action for action in self.received if action["Action"] == name]

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that depends on what was received."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(holds)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        await self._note(connections=1)
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        try:
            while True:
                data = await reader.readuntil(b"\r\n\r\n")
                self.raw += data
                await self._answer(_parsed(data), writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, action: Fields, writer: asyncio.StreamWriter) -> None:
        self.received.append(action)
        reply = self.replies.get(action["Action"]) or _REPLIES.get(action["Action"])
        if reply is not None:
            writer.write(reply(action).encode())
        elif action["Action"] == "Login":
            await self._log_in(action, writer)
        elif action["Action"] == "CoreShowChannels":
            rows = "".join(row.replace("@ID@", action["ActionID"]) for row in self.rows)
            writer.write((success(action, EventList="start") + rows + _complete(action)).encode())
        else:
            writer.write(success(action).encode())
        await self._note()

    async def _log_in(self, action: Fields, writer: asyncio.StreamWriter) -> None:
        expected = hashlib.md5((CHALLENGE + SECRET).encode()).hexdigest()
        if action.get("Key") != expected:
            writer.write(
                frame(
                    Response="Error",
                    ActionID=action["ActionID"],
                    Message="Authentication failed",
                ).encode()
            )
            writer.close()
            return
        writer.write(success(action, Message="Authentication accepted").encode())
        writer.write(frame(Event="FullyBooted", Status="Fully Booted").encode())
        await self._note(logins=1)

    async def _note(self, connections: int = 0, logins: int = 0) -> None:
        self.connections += connections
        self.logins += logins
        async with self._changed:
            self._changed.notify_all()


def channel_row(channel_id: str, channel: str, bridge_id: str = "", state: str = "6") -> str:
    """A row of CoreShowChannels."""
    return frame(
        Event="CoreShowChannel",
        ActionID="@ID@",
        Channel=channel,
        ChannelState=state,
        Context="callbank-answered",
        Uniqueid=channel_id,
        BridgeId=bridge_id,
    )


def _parsed(data: bytes) -> Fields:
    fields: Fields = {}
    for line in data.decode().split("\r\n"):
        name, _, value = line.partition(": ")
        if name:
            fields[name] = f"{fields[name]}\n{value}" if name in fields else value
    return fields


def _complete(action: Fields) -> str:
    return frame(
        Event="CoreShowChannelsComplete", ActionID=action["ActionID"], EventList="Complete"
    )


_REPLIES: dict[str, Reply] = {
    "Challenge": lambda action: success(action, Challenge=CHALLENGE),
    "CoreSettings": lambda action: success(action, AsteriskVersion="22.10.1"),
    "Originate": lambda action: success(action, Message="Originate successfully queued"),
    "QueueAdd": lambda action: success(action, Message="Added interface to queue"),
}
