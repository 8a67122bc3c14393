"""Chains of evidence for tests: records as the store would write them, linked in order."""

from hypothesis import HealthCheck, settings

from dialer.compliance import evidence
from dialer.compliance.evidence import (
    GENESIS,
    Record,
    kind_of,
    link_hash,
    record_bytes,
    record_digest,
)
from dialer.compliance.facts import CallFacts, Facts
from dialer.compliance.proof import Piece, Row
from dialer.compliance.rule import Finding, Outcome, Verdict
from dialer.domain.campaign import DialMethod, Organisation, Purpose


def patient(examples: int = 100) -> settings:
    """Settings of properties: a machine may be busy with other things."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


SUBJECT = bytes(range(32))
NOW_MS = 1_764_000_000_000


def facts(at: float = 1_764_000_000.25) -> Facts:
    """Of a volunteer's call for a committee."""
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
    )


def judged(its: Facts) -> Verdict:
    """A judge for tests: odd seconds are outside the hours."""
    if int(its.at) % 2:
        finding = Finding(rule="hours", reason="HOURS", outcome=Outcome.DEFER, until=its.at + 1)
        return Verdict(outcome=Outcome.DEFER, findings=(finding,))
    return Verdict(outcome=Outcome.ALLOW)


def judgement(n: int) -> dict[str, object]:
    """The fields of a record of what was judged in second n."""
    its = facts(1_764_000_000.25 + n)
    found = judged(its)
    return {
        "at_ms": NOW_MS + n,
        "campaign": 1,
        "lead": n + 1,
        "facts": evidence.raw(evidence.facts_bytes(its)),
        "verdict": evidence.raw(evidence.verdict_bytes(found.outcome, found.findings)),
        "rule_set": "test",
    }


def some_records(count: int) -> list[Record]:
    """Attempts with their ends, and refusals."""
    made: list[Record] = []
    for n in range(count):
        if n % 3 == 0:
            made.append(
                evidence.Dialed(
                    **judgement(n - n % 2), attempt=f"cb-{n}", trunk="t", caller_id="+12025550199"
                )
            )
        elif n % 3 == 1:
            made.append(
                evidence.Ended(
                    at_ms=NOW_MS + n, campaign=1, attempt=f"cb-{n - 1}", outcome="busy", rang_ms=5
                )
            )
        else:
            made.append(evidence.Refused(**judgement(n | 1)))
    return made


def chain(records: list[Record], *, before: bytes = GENESIS, after: int = 0) -> list[Row]:
    """The records as rows of the store."""
    rows = []
    for seq, record in enumerate(records, after + 1):
        data = record_bytes(record)
        subject = SUBJECT if isinstance(record, evidence.Judgement) else b""
        before = link_hash(before, seq, record_digest(subject, data))
        rows.append(
            Row(
                seq=seq,
                at_ms=record.at_ms,
                kind=kind_of(record),
                campaign=record.campaign or None,
                attempt=getattr(record, "attempt", None),
                subject=subject,
                record=data,
                hash=before,
            )
        )
    return rows


def piece(rows: list[Row]) -> Piece:
    """All of a chain that begins at 1, with the judge for tests."""
    return Piece(first=1, last=len(rows), before=GENESIS, judges={"test": judged})
