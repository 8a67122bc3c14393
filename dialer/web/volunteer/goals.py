"""The goal's progress as volunteers see it: own, team's and all. Nobody sees another's figure.

Counted for all pages together, at most every few seconds for a campaign.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from dialer.domain.goal import NO_GOAL, Goal
from dialer.domain.volunteer import Reached, Session
from dialer.runtime.ports import StoreAway
from dialer.web.ports import AgentDirectory
from dialer.web.render import Json
from dialer.web.render import goal as goal_json
from dialer.web.volunteer.ports import GoalCounter

COUNT_EVERY_S = 5.0
CLOSE_S = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Count:
    at: float
    goal: Goal
    reached: tuple[Reached, ...]


class GoalBoard:
    """The last count of each campaign. Nobody waits for a count: a card is not to come late for it,
    so that pages are told again (`wake`, of an agent) when one has brought something new."""

    def __init__(
        self, directory: AgentDirectory, counter: GoalCounter, wake: Callable[[int], None]
    ) -> None:
        self._directory = directory
        self._counter = counter
        self._wake = wake
        self._counts: dict[int, _Count] = {}
        self._counting: dict[int, asyncio.Task[None]] = {}
        self._readers: defaultdict[int, set[int]] = defaultdict(set)  # agents, by campaign

    def shown_to(self, session: Session, now: float) -> Json | None:
        """What was counted last; None without a goal or before the first count."""
        campaign_id = session.campaign_id
        count = self._counts.get(campaign_id)
        if count is None or not 0 <= now - count.at < COUNT_EVERY_S:
            self._readers[campaign_id].add(session.agent.id)
            if campaign_id not in self._counting:
                self._counting[campaign_id] = asyncio.create_task(self._count(campaign_id, now))
        if count is None or not count.goal.target:
            return None
        return _shown(count, session)

    async def close(self) -> None:
        """Let a count that is under way end, before its database is closed."""
        counting = tuple(self._counting.values())
        if counting:
            _, late = await asyncio.wait(counting, timeout=CLOSE_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*counting, return_exceptions=True)

    async def _count(self, campaign_id: int, now: float) -> None:
        before = self._counts.get(campaign_id)
        try:
            campaigns = await self._directory.campaigns()
            goal = next((one.goal for one in campaigns if one.id == campaign_id), NO_GOAL)
            reached = await self._counter.reached(campaign_id, goal) if goal.target else ()
        except StoreAway:
            return  # the next state asks again
        finally:
            del self._counting[campaign_id]
        self._counts[campaign_id] = _Count(at=now, goal=goal, reached=reached)
        readers = self._readers.pop(campaign_id, set())
        is_same = before is not None and (before.goal, before.reached) == (goal, reached)
        if not is_same and (goal.target or before is not None):
            for agent_id in readers:
                self._wake(agent_id)


def _shown(count: _Count, session: Session) -> Json:
    reached = count.reached
    in_team = sum(one.count for one in reached if one.team == session.team)
    return {
        **goal_json(count.goal),
        "since": count.goal.since,
        "you": sum(one.count for one in reached if one.agent_id == session.agent.id),
        "team": in_team if session.team else None,
        "all": sum(one.count for one in reached),
    }
