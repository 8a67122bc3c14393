"""Figures of a campaign, from the reports in sql/reports: what the law and the manager ask.

Called by `campaign status`, the demo's table and the web.
The keys of `CampaignFigures` are the project's published ones.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from dialer.compliance.abandonment import Standing
from dialer.domain.outcome import ANSWERED_BY_A_PERSON, Outcome
from dialer.storage.instants import moment
from dialer.storage.migrations import SQL_DIR


@dataclass(frozen=True, kw_only=True, slots=True)
class CampaignFigures:
    """One campaign's figures; None where there is nothing to measure yet.

    `answered` are people, also those who hung up while they waited; `abandon_rate` is the legal
    one (late and abandoned, among these and those connected in time).
    """

    attempts: Mapping[str, int]
    answered: int
    connected: int
    abandoned: int
    abandon_rate: float | None
    bridge_ms: Mapping[str, float | None]
    utilisation: float | None
    wait_s_mean: float | None
    double_dials: int
    open_attempts: int
    waiting_by_language: Mapping[str, int]

    def as_json(self) -> dict[str, object]:
        """The published keys."""
        return asdict(self)


def report(name: str) -> TextClause:
    """A report of sql/reports as a statement."""
    lines = (SQL_DIR / "reports" / f"{name}.sql").read_text(encoding="utf-8").splitlines()
    kept = (line for line in lines if not line.startswith("--"))
    return text("\n".join(kept).strip().rstrip(";"))


_REPORTS = {
    name: report(name)
    for name in (
        "attempts_by_outcome", "standings", "bridge_times", "agent_time", "double_dials",
        "waiting_by_language",
    )
}
_REPORTS["double_dials_count"] = text(
    f"SELECT count(*) AS found FROM ({_REPORTS['double_dials'].text}) AS faults"
)


async def read_figures(
    connection: AsyncConnection, campaign_id: int, *, since: float = 0.0, now: float | None = None
) -> CampaignFigures:
    """The campaign's figures since an instant."""
    attempts = await _counts(connection, "attempts_by_outcome", campaign_id, since)
    standings = await _counts(connection, "standings", campaign_id, since)
    abandoned = standings.get(Standing.LATE, 0) + standings.get(Standing.ABANDONED, 0)
    in_all = standings.get(Standing.CONNECTED, 0) + abandoned
    (bridge,) = await _run(connection, "bridge_times", campaign_id, since)
    until = moment(time.time() if now is None else now)
    (work,) = await _run(connection, "agent_time", campaign_id, since, until=until)
    wishes = await _run(connection, "waiting_by_language", campaign_id, since)
    (faults,) = await _run(connection, "double_dials_count", campaign_id, since)
    return CampaignFigures(
        attempts={outcome.value: attempts.get(outcome.value, 0) for outcome in Outcome},
        answered=sum(attempts.get(outcome.value, 0) for outcome in ANSWERED_BY_A_PERSON),
        connected=attempts.get(Outcome.TALKED.value, 0),
        abandoned=abandoned,
        abandon_rate=_rounded(abandoned / in_all if in_all else None, 6),
        bridge_ms={name: _rounded(getattr(bridge, name)) for name in ("p50", "p95", "p99")},
        utilisation=_rounded(work.utilisation, 4),
        wait_s_mean=_rounded(work.wait_s_mean),
        double_dials=faults.found,
        open_attempts=attempts.get(None, 0),
        waiting_by_language={str(language): count for language, count in wishes},
    )


async def _counts(
    connection: AsyncConnection, name: str, campaign_id: int, since: float
) -> dict[str | None, int]:
    return {row[0]: row[1] for row in await _run(connection, name, campaign_id, since)}


async def _run(
    connection: AsyncConnection, name: str, campaign_id: int, since: float, **more: object
) -> list[Row[Any]]:
    its = {"campaign_id": campaign_id, "since": moment(since), **more}
    return list(await connection.execute(_REPORTS[name], its))


def _rounded(value: float | None, digits: int = 3) -> float | None:
    return None if value is None else round(float(value), digits)
