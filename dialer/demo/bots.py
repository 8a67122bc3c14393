"""Bot volunteers: they use the HTTP API as people's programs do, over real SIP telephones.

A bot logs in, follows its event stream, talks for a drawn time, hangs up, wraps up, gives a
drawn result, takes breaks and sometimes vanishes. It owes a result until the daemon has
confirmed it, whatever happens to the daemon meanwhile. demo and bench run a `Crew` of them;
their telephones are registered by the simulated network.
"""

import asyncio
import contextlib
import logging
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from enum import Enum

from dialer.demo.volunteers import BackOff, Habits, Record, Temper, Volunteer
from dialer.domain.agent import AgentState
from dialer.domain.outcome import Disposition
from dialer.web.client import ApiClient, ApiRefused, DaemonAway, Json

logger = logging.getLogger(__name__)

Vanish = Callable[[str], Awaitable[None]]
"""Cuts the telephone of an extension, as a lost network does."""

RETRY_S = 1.0
"""How long a bot rests after the daemon refused something."""

FREE_STATES = frozenset({AgentState.READY, AgentState.RESERVED})


class ShiftEnd(Enum):
    """Why a shift is over."""

    OFFLINE = "the floor does not know him any more"
    VANISHED = "he lost his network"
    HOME = "he logged out"


class Bot:
    """One volunteer's shift, as one task."""

    def __init__(
        self,
        volunteer: Volunteer,
        client: ApiClient,
        temper: Temper,
        vanish: Vanish,
    ) -> None:
        self.record = Record()
        self._who = volunteer
        self._client = client
        self._temper = temper
        self._vanish = vanish
        self._state: Json | None = None
        self._news = asyncio.Event()
        self._back_off = BackOff(random.Random(volunteer.agent_id))
        self._is_going_home = False
        self._shift_end: ShiftEnd | None = None
        self._attempt_id = ""  # the conversation that the deadlines below belong to
        self._hang_up_at = math.inf
        self._vanish_at = math.inf
        self._result_at = math.inf
        self._wants_break = False
        self._is_break_mine = False
        self._break_until = -math.inf
        self._owed: tuple[str, Disposition] | None = None

    async def work(self) -> None:
        """Until he has gone home; outlives any number of daemons."""
        await asyncio.sleep(self._temper.arrives_after_s())
        while True:
            try:
                end = await self._shift()
            except DaemonAway:
                if self._is_going_home and self._owed is None:
                    return
                self.record.reconnects += 1
                await self._back_off.wait()
                continue
            if end is ShiftEnd.HOME:
                return
            if end is ShiftEnd.VANISHED:
                await self._stay_away()
            else:
                await self._back_off.wait()

    def go_home(self) -> None:
        """Finish what is going on, then log out."""
        self._is_going_home = True
        self._news.set()

    # --- one shift: from log-in until the stream or the volunteer ends -------------------

    async def _shift(self) -> ShiftEnd:
        self._state = None
        self._shift_end = None
        try:
            await self._join()
        except ApiRefused as refusal:
            if not refusal.is_temporary and refusal.status != 409:
                raise
            return ShiftEnd.HOME if self._is_going_home else ShiftEnd.OFFLINE
        reader = asyncio.create_task(self._follow(), name=f"states of {self._who.extension}")
        reader.add_done_callback(lambda _: self._news.set())
        try:
            while self._shift_end is None and not reader.done():
                await self._wait_for_news(await self._step())
        finally:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError, DaemonAway, ApiRefused):
                await reader
        if self._shift_end is None:
            raise DaemonAway("the event stream ended")
        return self._shift_end

    async def _join(self) -> None:
        path = f"/api/agents/{self._who.agent_id}"
        present = await self._client.get(path, self._who.token)
        if present["state"] == AgentState.OFFLINE and not self._is_going_home:
            login = {
                "name": self._who.name,
                "token": self._who.token,
                "campaign": self._who.campaign,
            }
            await self._client.post("/api/agents/login", body=login)

    async def _follow(self) -> None:
        async for state in self._client.agent_states(self._who.agent_id, self._who.token):
            self._state = state
            self._news.set()

    async def _wait_for_news(self, at_most_s: float) -> None:
        timeout_s = None if math.isinf(at_most_s) else max(0.0, at_most_s)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        self._news.clear()

    async def _stay_away(self) -> None:
        self.record.vanished += 1
        logger.info("volunteer %s vanished", self._who.extension)
        await self._vanish(self._who.extension)
        self._attempt_id = ""
        if not self._is_going_home:
            await asyncio.sleep(self._temper.away_s())

    # --- what to do in each state; each returns after how many seconds to look again ------

    async def _step(self) -> float:
        if self._state is None:
            return math.inf
        try:
            if self._owed is not None:
                await self._give_result(*self._owed)
            return await self._act(AgentState(str(self._state["state"])))
        except ApiRefused as refusal:
            if refusal.status in {401, 403}:
                raise
            logger.debug("volunteer %s was refused: %s", self._who.extension, refusal.error_id)
            return RETRY_S

    async def _act(self, state: AgentState) -> float:
        match state:
            case AgentState.OFFLINE:
                self._shift_end = ShiftEnd.HOME if self._is_going_home else ShiftEnd.OFFLINE
                return 0.0
            case AgentState.TALKING:
                return await self._talk()
            case AgentState.WRAP_UP:
                return await self._wrap_up()
            case AgentState.BREAK:
                return await self._rest()
            case _ if state in FREE_STATES:
                return await self._be_free(state)
        return await self._leave() if self._is_going_home else math.inf

    async def _be_free(self, state: AgentState) -> float:
        self._back_off.reset()
        if self._is_going_home:
            return await self._leave()
        if self._wants_break and state is AgentState.READY:
            await self._ask("break")
            self._wants_break = False
            self._is_break_mine = True
            self.record.breaks += 1
        return math.inf

    async def _talk(self) -> float:
        attempt_id = self._present_attempt()
        if attempt_id != self._attempt_id:
            self._begin(attempt_id)
        if self._now() >= self._vanish_at:
            self._shift_end = ShiftEnd.VANISHED
            return 0.0
        if self._now() >= self._hang_up_at:
            await self._ask("hangup")
            return RETRY_S
        return min(self._hang_up_at, self._vanish_at) - self._now()

    async def _wrap_up(self) -> float:
        attempt_id = self._present_attempt()
        if attempt_id != self._attempt_id:
            self._begin(attempt_id)
        if attempt_id in self.record.confirmed or attempt_id in self.record.refused:
            await self._ask("ready")
            return RETRY_S
        if math.isinf(self._result_at):
            self._result_at = self._now() + self._temper.wrap_up_s()
        if self._now() < self._result_at:
            return self._result_at - self._now()
        drawn = self._temper.result()
        self._owed = (attempt_id, drawn)
        if self._is_going_home:
            await self._ask("logout")  # before the result, which would bring him another call
        await self._give_result(attempt_id, drawn)
        return RETRY_S

    async def _rest(self) -> float:
        """On a break; one that he did not ask for (after log-in) ends at once."""
        if self._is_going_home:
            return await self._leave()
        if self._is_break_mine:
            self._is_break_mine = False
            self._break_until = self._now() + self._temper.break_s()
        if self._now() < self._break_until:
            return self._break_until - self._now()
        await self._ask("ready")
        return RETRY_S

    async def _leave(self) -> float:
        await self._ask("logout")
        return RETRY_S

    def _begin(self, attempt_id: str) -> None:
        """Draw how a conversation will go, all at once."""
        course = self._temper.course()
        self._wants_break = course.wants_break
        self._attempt_id = attempt_id
        self._hang_up_at = self._now() + course.talk_s
        after_s = course.vanish_after_s
        self._vanish_at = math.inf if after_s is None else self._now() + after_s
        self._result_at = math.inf
        self.record.conversations += 1

    async def _give_result(self, attempt_id: str, disposition: Disposition) -> None:
        """Send what is owed; it is forgotten only when confirmed or refused for good."""
        body = {"attempt_id": attempt_id, "disposition": disposition.value}
        try:
            await self._ask("result", body)
        except ApiRefused as refusal:
            if refusal.is_temporary:
                raise
            self.record.refused[attempt_id] = refusal.error_id
        else:
            self.record.confirmed[attempt_id] = disposition
        self._owed = None

    async def _ask(self, wish: str, body: Json | None = None) -> None:
        path = f"/api/agents/{self._who.agent_id}/{wish}"
        await self._client.post(path, self._who.token, body)

    def _present_attempt(self) -> str:
        return str((self._state or {}).get("attempt_id") or "")

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


class Crew:
    """All bot volunteers of a demo, in one process."""

    def __init__(
        self,
        base_url: str,
        volunteers: Sequence[Volunteer],
        habits: Habits,
        seed: int,
        vanish: Vanish,
    ) -> None:
        self._client = ApiClient(base_url)
        self._bots = [
            Bot(who, self._client, Temper(habits, seed, who.agent_id), vanish)
            for who in volunteers
        ]

    async def work(self, closing: asyncio.Event, grace_s: float = 60.0) -> None:
        """Everybody works until `closing` is set, then finishes and goes home.

        Whoever has not gone home `grace_s` after closing is sent away.
        """
        async with self._client:
            tasks = [asyncio.create_task(bot.work(), name="bot") for bot in self._bots]
            try:
                await self._wait_for_closing(closing, tasks)
                for bot in self._bots:
                    bot.go_home()
                _, late = await asyncio.wait(tasks, timeout=grace_s)
                if late:
                    logger.warning("%d volunteers did not get home in time", len(late))
            finally:
                for task in tasks:
                    task.cancel()
                outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    @property
    def record(self) -> Record:
        """What all of them did together."""
        total = Record()
        for bot in self._bots:
            total.conversations += bot.record.conversations
            total.breaks += bot.record.breaks
            total.vanished += bot.record.vanished
            total.reconnects += bot.record.reconnects
            total.confirmed |= bot.record.confirmed
            total.refused |= bot.record.refused
        return total

    async def _wait_for_closing(
        self, closing: asyncio.Event, tasks: Sequence[asyncio.Task[None]]
    ) -> None:
        """Return at closing time, or early when a bot broke (a defect: its error is raised)."""
        closed = asyncio.create_task(closing.wait(), name="closing time")
        waiting: set[asyncio.Task[object]] = {closed, *tasks}
        try:
            while closed in waiting and len(waiting) > 1:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if any(task.exception() for task in done):
                    return
        finally:
            closed.cancel()
