"""The baseline: the same calls as bare AMI Originates, with no engine, no database, no agents.

A client as lean as Python allows: it writes actions and counts what comes back. Whatever the
daemon costs beyond it is the price of deciding, recording and obeying the law.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from dialer.errors import CallbankError

LOGIN_TIMEOUT_S = 10.0
SETTLE_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class BareSettings:
    """Where Asterisk's manager interface is, and the endpoint that the calls go out by."""

    host: str
    port: int
    user: str
    secret: str = field(repr=False)
    endpoint: str
    cps: float


class BareClient:
    """One AMI connection that originates calls and counts their ends."""

    def __init__(self, settings: BareSettings) -> None:
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._reader: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Connect and log in. Raises CallbankError."""
        its = self._settings
        try:
            async with asyncio.timeout(LOGIN_TIMEOUT_S):
                stream, self._writer = await asyncio.open_connection(its.host, its.port)
                await stream.readline()  # Asterisk's greeting
                self._reader = asyncio.create_task(self._read(stream), name="bare AMI reader")
                self._write("Login", Username=its.user, Secret=its.secret)
                while not self.counts["Success"]:
                    await asyncio.sleep(0.05)
        except OSError as error:  # TimeoutError is one
            raise CallbankError(
                f"the baseline could not log in to Asterisk at {its.host}:{its.port}."
            ) from error

    async def call(self, numbers: Iterator[str], for_s: float) -> None:
        """Originate at the offered rate, each call at its own instant."""
        began, placed = time.monotonic(), 0
        while (elapsed_s := time.monotonic() - began) < for_s:
            while placed < elapsed_s * self._settings.cps:
                self._originate(next(numbers), placed)
                placed += 1
            await asyncio.sleep(1 / self._settings.cps)
        self.counts["placed"] += placed

    async def settle(self) -> None:
        """Wait until the last of them has ended."""
        deadline = time.monotonic() + SETTLE_S
        while self.counts["Hangup"] < self.counts["placed"] and time.monotonic() < deadline:
            await asyncio.sleep(0.1)

    async def close(self) -> None:
        """Let go of the connection."""
        if self._writer is not None and self._reader is not None:
            self._writer.close()
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    def _originate(self, number: str, serial: int) -> None:
        self._write(
            "Originate",
            ActionID=f"bare-{serial}",
            Channel=f"PJSIP/{number}@{self._settings.endpoint}",
            ChannelId=f"bare-{serial}",
            Application="Wait",
            Data="30",
            Timeout="25000",
            Async="true",
        )

    def _write(self, action: str, **headers: str) -> None:
        assert self._writer is not None
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        self._writer.write(f"Action: {action}\r\n{lines}\r\n".encode())

    async def _read(self, stream: asyncio.StreamReader) -> None:
        """Count messages by the first line's value: an event's name, or Success or Error."""
        rest = b""
        while data := await stream.read(65536):
            *messages, rest = (rest + data).split(b"\r\n\r\n")
            for message in messages:
                kind = message.lstrip().partition(b"\r\n")[0].partition(b": ")[2].decode()
                self.counts[kind] += 1
                self.counts["events"] += message.startswith(b"Event: ")
                if kind == "OriginateResponse" and b"Response: Failure" in message:
                    self.counts["failed"] += 1
