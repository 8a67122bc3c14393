"""A short evening with its evidence, written through the store: two calls and a refusal."""

from dataclasses import replace

import psycopg

from dialer.compliance.facts import CallFacts, Facts
from dialer.compliance.gate import Refusal, judge, permit_on_record
from dialer.compliance.rulebook import shipped
from dialer.domain.campaign import DialMethod, Organisation, Purpose
from dialer.domain.lead import Lead
from dialer.domain.number import NumberFacts
from dialer.domain.outcome import Disposition, Outcome
from dialer.domain.wording import version_of
from dialer.engine.store_commands import CloseAttempt, DeferLead, SaveAttempt, SaveResult
from dialer.storage.store import PostgresStore

ANN, BOB = "+12025550101", "+12025550102"
AFTERNOON = 1_764_356_400.125
"""28 November 2025, 14:00 in New York: a lawful hour. `NIGHT` is not."""
NIGHT = AFTERNOON + 9 * 3600.0
BOOK = shipped()
WORDS = "This is the Committee for Ann. Press 9 not to be called again."

FILL = """
INSERT INTO campaigns (name, state, purpose, organisation, seller, offer) VALUES
    ('spring', 'running', 'political', 'committee', 'Committee for Ann', 'vote'),
    ('sale', 'running', 'sales', 'business', 'Acme', 'windows');
INSERT INTO agents (name, extension) VALUES ('vera', '101');
INSERT INTO numbers (e164, zones) VALUES ('+12025550101', '{America/New_York}'),
    ('+12025550102', '{America/New_York}');
INSERT INTO contacts (campaign_id, external_id, first_name, last_name, display_name, zip, state,
                      custom)
VALUES (1, 'NC-1', 'Ann', 'Example', 'Ann Example', '27601', 'NC', '{"party": "UNA"}'),
       (2, 'NC-2', 'Bob', 'Example', 'Bob Example', '27602', 'NC', '{}');
INSERT INTO leads (campaign_id, contact_id, e164) VALUES (1, 1, '+12025550101'),
    (2, 2, '+12025550102');
UPDATE evidence_head SET began_at = '2025-01-01';
"""


def facts_at(at: float) -> Facts:
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


def dialed(attempt: str, lead_id: int, e164: str, at: float) -> SaveAttempt:
    values = {
        "lead_id": lead_id, "e164": e164, "campaign_id": lead_id, "caller_id": "+12025550199",
        "granted_at": at, "expires_at": at + 5.0, "may_over_dial": False,
        "may_play_recording": False, "facts": facts_at(at), "book": BOOK.version,
    }  # fmt: skip
    return SaveAttempt(
        attempt_id=attempt,
        lead=Lead(id=lead_id, campaign_id=lead_id, e164=e164, display_name="", zones=()),
        campaign_id=lead_id,
        permit=permit_on_record(values),
        trunk="carrier",
        caller_id="+12025550199",
        agent_id=1,
        dialed_at=at,
        seller="Committee for Ann",
        offer="vote",
        message_version=version_of(WORDS),
    )


def ended(attempt: str, campaign_id: int, at: float) -> CloseAttempt:
    return CloseAttempt(
        attempt_id=attempt,
        campaign_id=campaign_id,
        outcome=Outcome.TALKED,
        ended_at=at + 40,
        rang_at=at + 2,
        answered_at=at + 8,
        connected_at=at + 8.0625,
        parted_at=at + 39,
        agent_id=1,
        hangup_cause=16,
    )


def refused(lead_id: int, e164: str, at: float = NIGHT) -> DeferLead:
    facts = facts_at(at)
    verdict = judge(facts, BOOK)
    refusal = Refusal(
        reasons=tuple({one.reason for one in verdict.findings}),
        retry_at=verdict.retry_at,
        outcome=verdict.outcome,
        facts=facts,
        book=BOOK.version,
        findings=verdict.findings,
    )
    return DeferLead(
        lead_id=lead_id,
        campaign_id=lead_id,
        refusal=refusal,
        next_at=verdict.retry_at,
        at=at,
        e164=e164,
    )


async def play(url: str, *, shift_s: float = 0.0) -> None:
    """Fill the database and write the evening: 5 records. `shift_s` moves it in time."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FILL)
    store = PostgresStore.at(url)
    await store.keep_rule_set(BOOK.version, BOOK.as_text())
    start = AFTERNOON + shift_s
    await store.write([dialed("cb-1", 1, ANN, start)])
    await store.write([ended("cb-1", 1, start), dialed("cb-2", 2, BOB, start + 60)])
    said = SaveResult(
        attempt_id="cb-1", agent_id=1, disposition=Disposition.SUPPORTS, at=start + 45
    )
    await store.write([ended("cb-2", 2, start + 60), said, refused(1, ANN, NIGHT + shift_s)])
    await store.write([replace(said, attempt_id="cb-2", disposition=Disposition.OPPOSES)])
    await store.close()


def tamper(url: str, statement: str) -> None:
    """As somebody who may do everything in the database."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE evidence DISABLE TRIGGER evidence_is_appended")
        connection.execute(statement)
