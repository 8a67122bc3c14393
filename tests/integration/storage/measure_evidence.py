"""What verify costs: `python -m tests.integration.storage.measure_evidence [records] [workers]`.

Not a test (nothing timed is asserted). Fills a database with attempts as the engine leaves them
(a judgement and an end each, every tenth a refusal instead), then walks the chain alone, then with
the replay of every verdict, and prints records a second.
"""

import json
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dialer.cli.compliance_verify import walk_all
from dialer.compliance import evidence
from dialer.compliance.evidence import GENESIS, Record, kind_of, link_hash, record_bytes
from dialer.compliance.gate import judge
from dialer.storage.connect import plainly
from dialer.storage.evidence import read_span
from dialer.storage.migrations import upgrade
from tests.integration.private_postgres import private_postgres
from tests.integration.storage.evidence_evening import AFTERNOON, BOOK, NIGHT, facts_at

RECORDS = 300_000
COLUMNS = "seq, at, kind, campaign_id, attempt_id, subject, record, hash"


def records(count: int) -> Iterator[Record]:
    """As many records as asked for."""
    for n in range(count):
        if n % 20 == 19:
            yield evidence.Refused(**judged(NIGHT + n * 0.01), lead=n)
        elif n % 2 == 0:
            yield evidence.Dialed(
                **judged(AFTERNOON + n * 0.05),
                lead=n,
                attempt=f"cb-{n:08x}",
                trunk="carrier",
                caller_id="+12025550199",
                seller="Committee for Ann",
                offer="vote",
                message="0123456789abcdef",
            )
        else:
            at_ms = evidence.milliseconds(AFTERNOON + n * 0.05)
            yield evidence.Ended(
                at_ms=at_ms,
                campaign=1,
                attempt=f"cb-{n - 1:08x}",
                outcome="talked",
                rang_ms=at_ms - 40_000,
                answered_ms=at_ms - 30_000,
                greeting_ended_ms=at_ms - 29_000,
                connected_ms=at_ms - 28_900,
                agent=7,
                hangup_cause=16,
            )


def judged(at: float) -> dict[str, object]:
    facts = facts_at(at)
    verdict = judge(facts, BOOK)
    return {
        "at_ms": evidence.milliseconds(at),
        "campaign": 1,
        "facts": evidence.raw(evidence.facts_bytes(facts)),
        "verdict": evidence.raw(evidence.verdict_bytes(verdict.outcome, verdict.findings)),
        "rule_set": BOOK.version,
    }


def fill(url: str, count: int) -> None:
    before, size = GENESIS, 0
    with plainly(url) as connection:
        connection.execute(
            "INSERT INTO rule_sets (version, body) VALUES (%s, %s)", (BOOK.version, BOOK.as_text())
        )
        with connection.cursor().copy(f"COPY evidence ({COLUMNS}) FROM STDIN") as copied:
            for seq, record in enumerate(records(count), 1):
                data = record_bytes(record)
                subject = seq.to_bytes(32, "big") if not isinstance(record, evidence.Ended) else b""
                before = link_hash(before, seq, evidence.record_digest(subject, data))
                size += len(data)
                copied.write_row(
                    (seq, datetime.fromtimestamp(record.at_ms / 1000, UTC), kind_of(record), 1,
                     getattr(record, "attempt", None), subject or None, data.decode(), before)
                )  # fmt: skip
        connection.execute("UPDATE evidence_head SET count = %s, hash = %s", (count, before))
    print(json.dumps({"records": count, "bytes_per_record": round(size / count)}))




def show(phase: str, part: float) -> None:
    """Nobody watches."""


def main() -> None:
    count, workers = (int(word) for word in (*sys.argv[1:], RECORDS, 2)[:2])
    with private_postgres() as server:
        server.run("createdb", "-h", str(server.root), "-U", "callbank", "measured")
        url = server.url("measured")
        upgrade(url)
        fill(url, count)
        for replays in (False, True):
            began = time.perf_counter()
            found = walk_all(url, read_span(url), replays=replays, workers=workers, show=show)
            took = time.perf_counter() - began
            assert found.fault_count == 0, found.faults
            print(
                json.dumps(
                    {
                        "replays": replays,
                        "workers": workers,
                        "replayed": found.replayed,
                        "records_per_s": round(found.records / took),
                    }
                )
            )


if __name__ == "__main__":
    assert Path("dialer").is_dir(), "run this in the checkout"
    main()
