"""The audit sampler in the database: machine verdicts drawn to be heard, and what was heard."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.compliance.audits import Heard
from dialer.domain.campaign import Limits
from dialer.storage.instants import seconds
from dialer.storage.texts import QUERIES

LOOK_BACK_S = 2 * 86400.0
"""The daemon draws among the verdicts of so long; `compliance audit-sample` among all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnVerdict:
    """A machine verdict that was drawn. `recording` is the file to listen to, if there is one."""

    attempt_id: str
    campaign: str
    answered_at: float
    ended_at: float | None
    amd_cause: str
    trunk: str
    recording: str | None
    verdict: Heard | None
    reviewed_by: str | None
    reviewed_at: float | None


async def draw(
    connection: AsyncConnection, now: float, look_back_s: float = LOOK_BACK_S
) -> None:
    """Put the verdicts that the draw falls on into the review list; twice does no more."""
    its = {"now": now, "since": now - look_back_s, "usual_share": Limits().audit_share}
    await connection.execute(QUERIES["draw_audits"], its)


async def read_audits(
    connection: AsyncConnection, campaign_ids: tuple[int, ...] | None
) -> tuple[DrawnVerdict, ...]:
    """What was drawn, unreviewed first; of these campaigns, or of all."""
    its = {"campaign_ids": None if campaign_ids is None else list(campaign_ids)}
    return tuple(
        DrawnVerdict(
            attempt_id=row.attempt_id,
            campaign=row.campaign,
            answered_at=row.answered_at.timestamp(),
            ended_at=seconds(row.ended_at),
            amd_cause=row.amd_cause,
            trunk=row.trunk,
            recording=row.recording,
            verdict=None if row.verdict is None else Heard(row.verdict),
            reviewed_by=row.reviewed_by,
            reviewed_at=seconds(row.reviewed_at),
        )
        for row in await connection.execute(QUERIES["audits"], its)
    )


async def review(
    connection: AsyncConnection, attempt_id: str, verdict: Heard, by: str, now: float
) -> bool:
    """Keep what somebody heard; False where that attempt was never drawn."""
    its = {
        "attempt_id": attempt_id, "verdict": verdict.value, "reviewed_by": by, "now": now,
    }  # fmt: skip
    return (await connection.execute(QUERIES["review_audit"], its)).first() is not None
