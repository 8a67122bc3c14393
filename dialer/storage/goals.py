"""How far campaigns have come towards their goals, counted by volunteer. The web's port
`GoalCounter` is implemented here."""

from sqlalchemy.ext.asyncio import AsyncEngine

from dialer.domain.goal import CONVERSATIONS, PLEDGES, SHIFTS, Goal
from dialer.domain.volunteer import Reached
from dialer.script.document import DocumentKind
from dialer.script.language import QuestionKind
from dialer.storage.answer_book import read_kept
from dialer.storage.connect import PATIENCE_S, reaching_the_database
from dialer.storage.document_shelf import DocumentShelf
from dialer.storage.instants import moment
from dialer.storage.texts import QUERIES

_KINDS = {SHIFTS: QuestionKind.SHIFT, PLEDGES: QuestionKind.PLEDGE}


class GoalBook:
    """Counts for all campaigns. Raises StoreAway while the database is away."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._shelf = DocumentShelf(engine)

    async def reached(self, campaign_id: int, goal: Goal) -> tuple[Reached, ...]:
        """What each volunteer has reached since the goal was set; who has nothing is not in it."""
        its: dict[str, object] = {"campaign_id": campaign_id, "since": moment(goal.since)}
        if goal.counts == CONVERSATIONS:
            query = QUERIES["goal_conversations"]
        else:
            query = QUERIES["goal_answers"]
            its |= await self._answers(campaign_id, goal)
        async with reaching_the_database(PATIENCE_S), self._engine.begin() as connection:
            return tuple(
                Reached(agent_id=row.agent_id, team=row.team, count=row.reached)
                for row in await connection.execute(query, its)
            )

    async def _answers(self, campaign_id: int, goal: Goal) -> dict[str, object]:
        if goal.answer is not None:
            question, choice = goal.answer
            return {"questions": [question], "choice": choice}
        kept = await self._shelf.versions(campaign_id, DocumentKind.SCRIPT)
        scripts = [read_kept(one.version, one.body) for one in kept]
        asked = (block.question for script in scripts for block in script.blocks)
        kind = _KINDS[goal.counts]
        keys = {one.key for one in asked if one is not None and one.kind is kind}
        return {"questions": sorted(keys), "choice": None}
