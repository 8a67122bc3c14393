"""Evidence to be verified: a log as a campaign leaves it, made for `bench compliance`.

Every call has a judgement and an end, every tenth a refusal instead. Nobody was dialed.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from dialer.compliance import evidence
from dialer.compliance.evidence import GENESIS, Record, kind_of, link_hash, record_bytes
from dialer.compliance.facts import CallFacts, Facts
from dialer.compliance.gate import judge
from dialer.compliance.rulebook import shipped
from dialer.domain.campaign import DialMethod, Organisation, Purpose
from dialer.domain.number import NumberFacts
from dialer.storage.connect import plainly

AFTERNOON = 1_764_356_400.0
"""28 November 2025, 14:00 in New York: a lawful hour. `NIGHT` is not."""
NIGHT = AFTERNOON + 9 * 3600.0
BOOK = shipped()
COLUMNS = "seq, at, kind, campaign_id, attempt_id, subject, record, hash"


def fill(url: str, count: int) -> None:
    """Put so many records of evidence into the empty log of the database at `url`."""
    before = GENESIS
    with plainly(url) as connection:
        connection.execute(
            "INSERT INTO rule_sets (version, body) VALUES (%s, %s)", (BOOK.version, BOOK.as_text())
        )
        with connection.cursor().copy(f"COPY evidence ({COLUMNS}) FROM STDIN") as copied:
            for seq, record in enumerate(_records(count), 1):
                data = record_bytes(record)
                subject = seq.to_bytes(32, "big") if not isinstance(record, evidence.Ended) else b""
                before = link_hash(before, seq, evidence.record_digest(subject, data))
                copied.write_row(
                    (seq, datetime.fromtimestamp(record.at_ms / 1000, UTC), kind_of(record), 1,
                     getattr(record, "attempt", None), subject or None, data.decode(), before)
                )  # fmt: skip
        connection.execute("UPDATE evidence_head SET count = %s, hash = %s", (count, before))


def _records(count: int) -> Iterator[Record]:
    for n in range(count):
        if n % 20 == 19:
            yield evidence.Refused(**_judged(NIGHT + n * 0.01), lead=n)
        elif n % 2 == 0:
            yield evidence.Dialed(
                **_judged(AFTERNOON + n * 0.05),
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


def _judged(at: float) -> dict[str, object]:
    facts = _facts(at)
    verdict = judge(facts, BOOK)
    return {
        "at_ms": evidence.milliseconds(at),
        "campaign": 1,
        "facts": evidence.raw(evidence.facts_bytes(facts)),
        "verdict": evidence.raw(evidence.verdict_bytes(verdict.outcome, verdict.findings)),
        "rule_set": BOOK.version,
    }


def _facts(at: float) -> Facts:
    return Facts(
        at=at,
        call=CallFacts(
            purpose=Purpose.POLITICAL,
            organisation=Organisation.COMMITTEE,
            method=DialMethod.PROGRESSIVE,
            has_reserved_agent=True,
        ),
        country="US",
        zones=("America/New_York",),
        number=NumberFacts(states=("NC",)),
    )
