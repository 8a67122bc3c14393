"""What the store costs: `python -m tests.integration.storage.measure_store [calls per second]`.

Not a test (nothing timed is asserted). Writes one minute of calls as the engine and its store
lane would (group commit: what came in during one write is the next batch), and prints the
Python CPU, the server's CPU and the wall time for each call.
"""

import asyncio
import itertools
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from sqlalchemy import text

from dialer.compliance.gate import DialPermit, permit_on_record
from dialer.domain.agent import AgentState
from dialer.domain.lead import Lead, LeadState
from dialer.domain.outcome import AmdVerdict, Disposition, Outcome
from dialer.engine.store_commands import (
    CloseAttempt,
    SaveAgentState,
    SaveAttempt,
    SaveProgress,
    SaveResult,
    StoreCommand,
    UpdateLead,
)
from dialer.storage.migrations import upgrade
from dialer.storage.store import PostgresStore
from tests.integration.private_postgres import private_postgres
from tests.integration.storage.evidence_evening import BOOK, facts_at

CALLS = 3000
LEADS = 100_000

FILL = """
INSERT INTO campaigns (name, state) VALUES ('measured', 'running');
INSERT INTO agents (name, extension) SELECT 'a' || n, n FROM generate_series(1, 200) AS n;
INSERT INTO numbers (e164, zones, line_type)
    SELECT '+1202' || (5000000 + n), '{America/New_York}', 'landline'
    FROM generate_series(1, {leads}) AS n;
INSERT INTO contacts (campaign_id, external_id, display_name)
    SELECT 1, n::text, 'Ann Example' FROM generate_series(1, {leads}) AS n;
INSERT INTO leads (campaign_id, contact_id, e164)
    SELECT 1, n, '+1202' || (5000000 + n) FROM generate_series(1, {leads}) AS n;
"""


def permit_for(lead: Lead, now: float) -> DialPermit:
    return permit_on_record(
        {
            "lead_id": lead.id,
            "e164": lead.e164,
            "campaign_id": 1,
            "caller_id": "+12025550199",
            "granted_at": now,
            "expires_at": now + 5,
            "may_over_dial": False,
            "may_play_recording": False,
            "facts": facts_at(now),
            "book": BOOK.version,
        }
    )


def life_of(lead: Lead, n: int, now: float) -> Iterator[list[StoreCommand]]:
    """The batches that the engine makes of one call; every second one is talked to."""
    attempt, agent = f"cb-{n:08x}", n % 200 + 1

    def state(what: AgentState, after: float) -> SaveAgentState:
        return SaveAgentState(
            agent_id=agent, campaign_id=1, state=what, at=now + after, attempt_id=attempt
        )

    yield [
        SaveAttempt(
            attempt_id=attempt,
            lead=lead,
            campaign_id=1,
            permit=permit_for(lead, now),
            trunk="carrier",
            caller_id="+12025550199",
            agent_id=agent,
            dialed_at=now,
        ),
        state(AgentState.RESERVED, 0),
    ]
    talks = n % 2 == 0
    if talks:
        yield [SaveProgress(attempt_id=attempt, answered_at=now + 8)]
        yield [
            SaveProgress(attempt_id=attempt, connected_at=now + 8.02, agent_id=agent),
            state(AgentState.TALKING, 8.02),
        ]
    end = CloseAttempt(
        attempt_id=attempt,
        campaign_id=1,
        outcome=Outcome.TALKED if talks else Outcome.NO_ANSWER,
        ended_at=now + 40,
        rang_at=now + 2,
        answered_at=now + 8 if talks else None,
        connected_at=now + 8.02 if talks else None,
        agent_id=agent,
        hangup_cause=16,
        amd_verdict=AmdVerdict.NOT_ASKED,
    )
    update = UpdateLead(
        lead_id=lead.id, state=LeadState.FINAL, next_at=None, last_outcome=end.outcome, counted=True
    )
    if not talks:
        yield [end, update, state(AgentState.READY, 40)]
        return
    yield [end, state(AgentState.WRAP_UP, 40)]
    yield [
        SaveResult(
            attempt_id=attempt, agent_id=agent, disposition=Disposition.SUPPORTS, at=now + 50
        ),
        update,
        state(AgentState.READY, 50),
    ]


async def measure(url: str, postmaster: psutil.Process, calls_per_s: float) -> dict[str, object]:
    store = PostgresStore.at(url)
    async with store._engine.begin() as connection:
        for statement in FILL.replace("{leads}", str(LEADS)).split(";"):
            if statement.strip():
                await connection.execute(text(statement))
    async with store._engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(
            text("ANALYZE")
        )
    now = time.time()
    claimed: list[Lead] = []
    began = _cpu(postmaster)
    while len(claimed) < CALLS:
        claimed += await store.claim_leads(1, 100, now)
    claims = _since(began, postmaster)
    waiting: list[tuple[float, list[StoreCommand]]] = []
    for n, lead in enumerate(claimed):
        start = n / calls_per_s
        for step, batch in enumerate(life_of(lead, n, now + start)):
            waiting.append((start + step * 2.0, batch))
    waiting.sort(key=lambda item: item[0])
    began, first, writes = _cpu(postmaster), time.perf_counter(), 0
    queue = iter(waiting)
    due = next(queue, None)
    while due is not None:
        elapsed = time.perf_counter() - first
        batch: list[StoreCommand] = []
        while due is not None and (calls_per_s > 1e6 or due[0] <= elapsed) and len(batch) < 2000:
            batch += due[1]
            due = next(queue, None)
        if batch:
            await store.write(batch)
            writes += 1
        else:
            await asyncio.sleep(max(0.0005, due[0] - elapsed) if due else 0)
    result = {
        "calls": len(claimed),
        "writes": writes,
        "claim_100_leads_ms": {
            name: round(value / (CALLS / 100), 3) for name, value in claims.items()
        },
    }
    result["per_call_ms"] = {
        name: round(value / len(claimed), 3) for name, value in _since(began, postmaster).items()
    }
    await store.close()
    return result


def _cpu(postmaster: psutil.Process) -> tuple[float, float, float]:
    server = sum(
        sum(child.cpu_times()[:2]) for child in (postmaster, *postmaster.children(recursive=True))
    )
    return time.process_time(), server, time.perf_counter()


def _since(began: tuple[float, float, float], postmaster: psutil.Process) -> dict[str, float]:
    names = ("python_cpu", "server_cpu", "wall")
    return {
        name: (after - before) * 1000
        for name, before, after in zip(names, began, _cpu(postmaster), strict=True)
    }


def main() -> None:
    rates = [float(word) for word in sys.argv[1:]] or [50.0, 1e9]
    numbers = itertools.count(1)
    with private_postgres() as server:
        pid = int((server.root / "data" / "postmaster.pid").read_text().split()[0])
        for rate in rates:
            name = f"measured_{next(numbers)}"
            server.run("createdb", "-h", str(server.root), "-U", "callbank", name)
            upgrade(server.url(name))
            print(
                json.dumps(
                    {
                        "calls_per_s": rate,
                        **asyncio.run(measure(server.url(name), psutil.Process(pid), rate)),
                    }
                )
            )


if __name__ == "__main__":
    assert Path("dialer").is_dir(), "run this in the checkout"
    main()
