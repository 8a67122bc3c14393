"""The AMI link: panoramisk's protocol, hardened. The only file that imports panoramisk.

Of panoramisk we keep the wire (AMIProtocol, Action, Message) and leave its Manager aside: the
Manager replays unanswered actions after a reconnect, which would ring a person twice. Here
nothing is ever sent twice, and nothing at all while not logged in. Used by gateway.py alone.
"""

import asyncio
import codecs
import contextlib
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from panoramisk.actions import Action as WireAction
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message as WireMessage

from dialer.telephony.actions import Action, checked

log = logging.getLogger(__name__)

Fields = dict[str, str]
Rows = Callable[[list[Fields]], None]

_BLANK_LINE = "\r\n\r\n"
_FRAME_LIMIT = 1_000_000
"""Characters of one AMI message, and bytes of unsent actions, beyond which the peer is mad."""


_STABLE_S = 30.0
"""A link that was up for less counts as one more failure: a flapping link backs off too."""


class LinkError(Exception):
    """Something between us and Asterisk's manager interface."""


class LinkDown(LinkError):
    """Not logged in: the action was not sent and never will be."""


class AnswerLost(LinkError):
    """The action was sent, but no answer came: nobody knows whether it was carried out."""


class LoginRefused(LinkError):
    """Asterisk does not accept our user name and secret."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AmiSettings:
    """Where Asterisk's manager interface is, and how patient we are with it."""

    host: str = "127.0.0.1"
    port: int = 5038
    username: str
    secret: str = field(repr=False)
    connect_timeout_s: float = 5.0
    boot_timeout_s: float = 15.0
    action_timeout_s: float = 5.0
    ping_interval_s: float = 5.0
    ping_timeout_s: float = 3.0
    first_delay_s: float = 0.5
    longest_delay_s: float = 30.0
    refused_delay_s: float = 30.0


class Listener(Protocol):
    """Who hears of the link. All calls come from the event loop, in stream order."""

    def on_up(self, version: str) -> None:
        """Logged in and fully booted; actions may be sent. `version` of Asterisk, or empty."""

    def on_down(self) -> None:
        """The link is lost; facts may be missed until the next on_up."""

    def on_message(self, message: Fields) -> None:
        """One wanted event."""


class _Wire(AMIProtocol):
    """panoramisk's protocol with its faults cured; lives for one connection.

    `factory` stays None: without a Manager the base class has nowhere to keep actions for replay.
    """

    encoding = "utf-8"

    def __init__(self, wanted: frozenset[str], counts: Counter[str]) -> None:
        loop = asyncio.get_running_loop()
        self.lost: asyncio.Future[None] = loop.create_future()
        self.booted: asyncio.Future[None] = loop.create_future()
        self.deliver: Callable[[Fields], None] = _ignore
        self._wanted = wanted
        self._counts = counts
        self._lists: dict[str, tuple[list[Fields], Rows]] = {}
        self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        self._rest = ""

    def request(
        self, action: Action, timeout_s: float, on_rows: Rows | None = None
    ) -> asyncio.Future[Fields]:
        """Send an action; the future is its answer, or AnswerLost. Lists end in `on_rows`."""
        wire = WireAction(dict(checked(action)), as_list=False)
        if self.lost.done() or self.transport.is_closing():
            raise LinkDown("the AMI link is down")
        if self.transport.get_write_buffer_size() > _FRAME_LIMIT:
            self.transport.abort()
            raise LinkDown("Asterisk has stopped reading from the AMI link")
        if on_rows is not None:
            self._lists[wire.id] = ([], on_rows)
        answer: asyncio.Future[Fields] = self.send(wire, as_list=False)
        timer = asyncio.get_running_loop().call_later(timeout_s, self._give_up, wire.id)
        answer.add_done_callback(lambda _: timer.cancel())
        return answer

    def data_received(self, data: bytes) -> None:
        """Cut the stream into messages. One bad message costs only itself."""
        self._counts["reads"] += 1
        *frames, self._rest = (self._rest + self._decoder.decode(data)).split(_BLANK_LINE)
        if len(self._rest) > _FRAME_LIMIT:
            log.error("Asterisk sent an AMI message without end; the link is closed")
            self.transport.abort()
            return
        for frame in frames:
            try:
                self._frame(frame)
            except Exception:
                self._counts["survived_errors"] += 1
                log.exception("An AMI message could not be handled and was passed over")

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody will answer any more: tell all who wait, and forget them."""
        self.closed = True
        if not self.lost.done():
            self.lost.set_result(None)
        for action_id in list(self.responses):
            self._give_up(action_id)

    def close(self) -> None:
        """Drop the connection at once, without waiting for a peer that may be dead."""
        self.closed = True
        self.transport.abort()

    def _frame(self, frame: str) -> None:
        if frame.startswith("\r\n"):
            frame = frame.lstrip("\r\n")
        if not frame.startswith("Event: "):
            self._response(frame)
            return
        name = frame[7 : frame.find("\r\n")]
        if name in self._wanted:
            self._counts["messages"] += 1
            self.deliver(_fields(frame))
        elif name == "FullyBooted":
            if not self.booted.done():
                self.booted.set_result(None)
        elif name == "Shutdown":
            log.warning("Asterisk is shutting down")
            self.transport.abort()
        elif self._lists:
            self._row(_fields(frame))
        else:
            self._counts["unwanted"] += 1

    def _response(self, frame: str) -> None:
        message = WireMessage.from_line(frame.strip())
        if message is None or message.action_id is None:
            if "Asterisk Call Manager/" not in frame and frame.strip():
                self._counts["malformed"] += 1
            return
        if message.action_id in self._lists and message.success:
            return  # the rows follow
        self._answer(message.action_id, {k: str(v) for k, v in message.items()})

    def _row(self, row: Fields) -> None:
        action_id = row.get("ActionID", "")
        collected = self._lists.get(action_id)
        if collected is None:
            self._counts["unwanted"] += 1
        elif row.get("EventList") == "Complete":
            rows, on_rows = collected
            try:
                on_rows(rows)  # now, not later: what follows in the stream is news
            finally:
                self._answer(action_id, {"Response": "Success"})
        else:
            collected[0].append(row)

    def _answer(self, action_id: str, answer: Fields) -> None:
        self._lists.pop(action_id, None)
        action = self.responses.pop(action_id, None)
        if action is not None and not action.future.done():
            action.future.set_result(answer)

    def _give_up(self, action_id: str) -> None:
        self._lists.pop(action_id, None)
        action = self.responses.pop(action_id, None)
        if action is not None and not action.future.done():
            self._counts["answers_lost"] += 1
            action.future.set_exception(AnswerLost(f"no answer to AMI action {action['Action']}"))
            action.future.exception()  # marks it seen: nobody is obliged to await an answer


class AmiLink:
    """Keeps one AMI connection up until told to stop."""

    def __init__(
        self,
        settings: AmiSettings,
        wanted: frozenset[str],
        listener: Listener,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._settings = settings
        self._wanted = wanted
        self._listener = listener
        self._jitter = jitter
        self._wire: _Wire | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def is_up(self) -> bool:
        """Whether actions may be sent."""
        return self._wire is not None

    @property
    def pending(self) -> int:
        """Actions that still wait for an answer."""
        return 0 if self._wire is None else len(self._wire.responses)

    async def start(self) -> None:
        """Connect in the background, and again after every loss."""
        self._task = asyncio.create_task(self._run(), name="ami-link")

    async def stop(self) -> None:
        """Close the link for good, also in the middle of a back-off."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def send(self, action: Action, on_rows: Rows | None = None) -> asyncio.Future[Fields]:
        """Send an action once. Raises LinkDown or ActionRefused, and then nothing was sent.

        The future is the answer, which may say `Response: Error`, or raises AnswerLost. For list
        actions `on_rows` gets the rows synchronously, at their place in the stream of events.
        """
        if self._wire is None:
            raise LinkDown("the AMI link is down")
        return self._wire.request(action, self._settings.action_timeout_s, on_rows)

    def drop(self) -> None:
        """Give up this connection; a new one follows."""
        if self._wire is not None:
            self._wire.close()

    async def _run(self) -> None:
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            try:
                await self._session()
                failures = 0 if clock() - begun > _STABLE_S else failures + 1
            except LoginRefused:
                log.error(
                    "Asterisk at %s:%d refused the AMI log-in of user %r: compare the secret in "
                    "manager.conf with Callbank's; next try in about %.0f s",
                    *(self._settings.host, self._settings.port, self._settings.username),
                    self._settings.refused_delay_s,
                )
                self.counts["logins_refused"] += 1
                await self._pause(self._settings.refused_delay_s)
                continue
            except (OSError, LinkError) as error:  # TimeoutError is an OSError
                failures += 1
                log.warning("No AMI link to %s:%d: %s", *self._where(), error or "timed out")
            self.counts["reconnects"] += 1
            growth = min(2.0**failures, 2.0**16)
            await self._pause(
                min(self._settings.first_delay_s * growth, self._settings.longest_delay_s)
            )

    async def _pause(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s * (0.5 + self._jitter() / 2))

    def _where(self) -> tuple[str, int]:
        return self._settings.host, self._settings.port

    async def _session(self) -> None:
        """One connection from log-in to loss; raises if it never came up."""
        wire = await self._connect()
        try:
            await self._log_in(wire)
            await self._wait_until_booted(wire)
            version = await self._version(wire)
            wire.deliver = self._deliver
            self._wire = wire
            log.info("AMI link to %s:%d is up (Asterisk %s)", *self._where(), version or "?")
            self._tell(self._listener.on_up, version)
            await self._watch(wire)
        finally:
            wire.deliver = _ignore
            wire.close()
            if self._wire is not None:
                self._wire = None
                log.warning("AMI link to %s:%d is down", *self._where())
                self._tell(self._listener.on_down)

    async def _connect(self) -> _Wire:
        async with asyncio.timeout(self._settings.connect_timeout_s):
            _, wire = await asyncio.get_running_loop().create_connection(
                lambda: _Wire(self._wanted, self.counts), *self._where()
            )
        return wire

    async def _log_in(self, wire: _Wire) -> None:
        """By MD5 challenge, so that the secret itself never crosses the wire."""
        timeout_s = self._settings.action_timeout_s
        asked = await wire.request({"Action": "Challenge", "AuthType": "MD5"}, timeout_s)
        challenge = asked.get("Challenge", "")
        if not challenge:
            raise LoginRefused(asked.get("Message", "no challenge"))
        key = hashlib.md5(
            (challenge + self._settings.secret).encode(), usedforsecurity=False
        ).hexdigest()
        answer = await wire.request(
            {
                "Action": "Login",
                "AuthType": "MD5",
                "Username": self._settings.username,
                "Key": key,
                "Events": "on",
            },
            timeout_s,
        )
        if answer.get("Response") != "Success":
            reason = answer.get("Message", "refused")
            # In use: Asterisk has not yet noticed the end of our last session; it will shortly.
            raise (LinkError if "already in use" in reason.lower() else LoginRefused)(reason)

    async def _wait_until_booted(self, wire: _Wire) -> None:
        done, _ = await asyncio.wait(
            {wire.booted, wire.lost},
            timeout=self._settings.boot_timeout_s,
            return_when=asyncio.FIRST_COMPLETED,
        )
        if wire.lost in done:
            raise LinkDown("Asterisk closed the connection after the log-in")
        if not done:
            log.warning("Asterisk did not say FullyBooted: does the AMI user lack read=system?")

    async def _version(self, wire: _Wire) -> str:
        answer = await wire.request({"Action": "CoreSettings"}, self._settings.action_timeout_s)
        return answer.get("AsteriskVersion", "")

    async def _watch(self, wire: _Wire) -> None:
        """Ping until the connection is lost or two pings in a row stay unanswered."""
        misses = 0
        while misses < 2:
            done, _ = await asyncio.wait({wire.lost}, timeout=self._settings.ping_interval_s)
            if done:
                return
            try:
                await wire.request({"Action": "Ping"}, self._settings.ping_timeout_s)
                misses = 0
            except LinkError:
                misses += 1
        self.counts["dead_peers"] += 1
        log.error("Asterisk at %s:%d does not answer pings; the link is dropped", *self._where())

    def _deliver(self, message: Fields) -> None:
        self._tell(self._listener.on_message, message)

    def _tell(self, callback: Callable[..., None], *args: object) -> None:
        try:
            callback(*args)
        except Exception:
            self.counts["survived_errors"] += 1
            log.exception("A listener of the AMI link failed")


def _fields(frame: str) -> Fields:
    fields: Fields = {}
    for line in frame.split("\r\n"):
        name, _, value = line.partition(": ")
        fields[name] = value
    return fields


def _ignore(message: Fields) -> None:
    """Events before the log-in is complete are covered by the resync that follows."""
