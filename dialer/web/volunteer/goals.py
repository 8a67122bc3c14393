"""The goal's progress as volunteers see it: own, team's and all. Nobody sees another's figure.

Counted for all pages together, at most every few seconds for a campaign.
"""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

from dialer.domain.goal import NO_GOAL, Goal
from dialer.domain.volunteer import Reached, Session
from dialer.runtime.ports import StoreAway
from dialer.web.ports import AgentDirectory
from dialer.web.render import Json
from dialer.web.volunteer.ports import GoalCounter

COUNT_EVERY_S = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Count:
    at: float
    goal: Goal
    reached: tuple[Reached, ...]


class GoalBoard:
    """The last count of each campaign."""

    def __init__(self, directory: AgentDirectory, counter: GoalCounter) -> None:
        self._directory = directory
        self._counter = counter
        self._counts: dict[int, _Count] = {}
        self._counting: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def shown_to(self, session: Session, now: float) -> Json | None:
        """None without a goal; while the database is away, what was counted before."""
        async with self._counting[session.campaign_id]:
            count = self._counts.get(session.campaign_id)
            if count is None or not 0 <= now - count.at < COUNT_EVERY_S:
                count = await self._count(session.campaign_id, now) or count
        if count is None or not count.goal.target:
            return None
        return _shown(count, session)

    async def _count(self, campaign_id: int, now: float) -> _Count | None:
        try:
            campaigns = await self._directory.campaigns()
            goal = next((one.goal for one in campaigns if one.id == campaign_id), NO_GOAL)
            reached = await self._counter.reached(campaign_id, goal) if goal.target else ()
        except StoreAway:
            return None
        self._counts[campaign_id] = _Count(at=now, goal=goal, reached=reached)
        return self._counts[campaign_id]


def _shown(count: _Count, session: Session) -> Json:
    goal, reached = count.goal, count.reached
    in_team = sum(one.count for one in reached if one.team == session.team)
    question, choice = goal.answer or (None, None)
    return {
        "counts": "answers" if goal.answer else goal.counts,
        "question": question,
        "choice": choice,
        "target": goal.target,
        "since": goal.since,
        "by": goal.by,
        "you": sum(one.count for one in reached if one.agent_id == session.agent.id),
        "team": in_team if session.team else None,
        "all": sum(one.count for one in reached),
    }
