"""What every store keeps as evidence: a record of each judgement and each end, in one chain."""

from dataclasses import replace

from dialer.compliance import evidence
from dialer.compliance.evidence import GENESIS, facts_of, record_of, subject_of, verdict_bytes
from dialer.compliance.facts import CallFacts, Facts
from dialer.compliance.gate import Refusal, VoicemailLeave
from dialer.compliance.proof import Piece, Row, walk
from dialer.compliance.rule import Finding, Outcome
from dialer.domain.campaign import Campaign, DialMethod, Organisation, Purpose
from dialer.domain.lead import Lead
from dialer.domain.outcome import Outcome as Ending
from dialer.engine.store_commands import AmendAttempt, DeferLead, NoteRefusal, SaveVoicemail
from tests.contract.store_calls import ANN, BOB, NOW, claim_one, closed, dialed, rests
from tests.contract.store_worlds import StoreWorld

FACTS = Facts(
    at=NOW + 0.125,
    call=CallFacts(
        purpose=Purpose.POLITICAL,
        organisation=Organisation.COMMITTEE,
        method=DialMethod.PROGRESSIVE,
    ),
    country="US",
    zones=("America/New_York",),
)
FINDINGS = (Finding(rule="x.hours", reason="HOURS_FED", outcome=Outcome.DEFER, until=NOW + 900),)
REFUSAL = Refusal(
    reasons=("HOURS_FED",),
    retry_at=NOW + 900,
    outcome=Outcome.DEFER,
    facts=FACTS,
    book="2026-11-28.test",
    findings=FINDINGS,
)


async def whole_chain(world: StoreWorld) -> list[Row]:
    rows = await world.evidence()
    found = walk(rows, Piece(first=1, last=len(rows), before=GENESIS, judges=None))
    assert found.faults == []
    return rows


def deferred(lead: Lead, at: float = NOW) -> DeferLead:
    return DeferLead(
        lead_id=lead.id,
        campaign_id=lead.campaign_id,
        refusal=REFUSAL,
        next_at=NOW + 900,
        at=at,
        e164=lead.e164,
    )


async def test_an_attempt_leaves_a_record_of_its_judgement_and_one_of_its_end(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    saved = replace(
        dialed(lead, "cb-1"), seller="Committee", offer="vote", message_version="1a2b"
    )
    await world.store.write([saved])
    end = closed("cb-1", Ending.TALKED, answered_at=NOW + 8.0625, connected_at=NOW + 8.5)
    await world.store.write([end, rests(lead, until=NOW)])
    first, second = (record_of(row.record) for row in await whole_chain(world))
    assert isinstance(first, evidence.Dialed) and isinstance(second, evidence.Ended)
    assert (first.attempt, first.lead, first.campaign) == ("cb-1", lead.id, campaign.id)
    assert (first.trunk, first.caller_id) == ("carrier", "+12025550199")
    assert (first.seller, first.offer) == ("Committee", "vote")
    assert first.message == "1a2b"
    assert (second.outcome, second.connected_ms) == ("talked", round(NOW * 1000) + 8500)
    assert second.answered_ms == round((NOW + 8.0625) * 1000) and second.rang_ms is None


async def test_a_refusal_leaves_its_facts_and_findings(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    await world.store.write([deferred(lead)])
    (row,) = await whole_chain(world)
    record = record_of(row.record)
    assert isinstance(record, evidence.Refused) and record.rule_set == "2026-11-28.test"
    assert facts_of(record.facts) == FACTS
    assert bytes(record.verdict) == verdict_bytes(Outcome.DEFER, FINDINGS)
    assert (record.lead, record.reasons) == (lead.id, ())


async def test_a_refusal_of_the_engines_own_leaves_its_reasons(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    in_use = Refusal(reasons=("NUMBER_IN_USE",), retry_at=NOW + 60, outcome=Outcome.DEFER)
    await world.store.write([replace(deferred(lead), refusal=in_use)])
    (row,) = await whole_chain(world)
    record = record_of(row.record)
    assert isinstance(record, evidence.Refused) and record.reasons == ("NUMBER_IN_USE",)
    assert bytes(record.facts) == b"" == bytes(record.verdict)


async def test_leave_for_a_voicemail_leaves_its_judgement_once(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    agent = await world.agent("ada")
    lead = await claim_one(world, campaign)
    left = SaveVoicemail(
        attempt_id="cb-1",
        campaign_id=campaign.id,
        lead_id=lead.id,
        agent_id=agent.id,
        voicemail_version="1a2b",
        leave=VoicemailLeave(e164=lead.e164, facts=FACTS, book="2026-11-28.test"),
        at=NOW + 9.0,
    )
    await world.store.write([dialed(lead, "cb-1"), left])
    await world.store.write([left])
    dial, record = (record_of(row.record) for row in await whole_chain(world))
    assert isinstance(dial, evidence.Dialed) and isinstance(record, evidence.Voicemail)
    assert (record.attempt, record.message, record.agent) == ("cb-1", "1a2b", agent.id)
    assert facts_of(record.facts) == FACTS and record.rule_set == "2026-11-28.test"
    assert bytes(record.verdict) == verdict_bytes(Outcome.ALLOW)


async def test_what_bars_a_whole_campaign_leaves_one_record(
    world: StoreWorld, campaign: Campaign
) -> None:
    lead_id = await world.lead(campaign, ANN)
    noted = NoteRefusal(
        campaign_id=campaign.id, lead_id=lead_id, refusal=REFUSAL, at=NOW, e164=ANN
    )
    await world.store.write([noted])
    await world.store.write([noted])
    (row,) = await whole_chain(world)
    assert row.kind == "held" and row.campaign == campaign.id


async def test_a_batch_that_comes_twice_leaves_its_evidence_once(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    await world.lead(campaign, BOB)
    first, second = await world.store.claim_leads(campaign.id, 2, NOW)
    batch = [
        dialed(first, "cb-1"),
        deferred(second),
        closed("cb-1", Ending.BUSY),
        rests(first, until=NOW + 60),
    ]
    for _ in range(2):
        await world.store.write(batch)
        kinds = [row.kind for row in await whole_chain(world)]
        assert kinds == ["dialed", "refused", "ended"]


async def test_evidence_names_no_number_but_its_key_proves_which_it_was(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    await world.lead(campaign, BOB)
    first, second = await world.store.claim_leads(campaign.id, 2, NOW)
    await world.store.write([dialed(first, "cb-1"), deferred(second)])
    await world.store.write([closed("cb-1", Ending.BUSY), rests(first, until=NOW)])
    again = await claim_one(world, campaign)
    await world.store.write([dialed(again, "cb-2", at=NOW + 40)])
    rows = await whole_chain(world)
    for number in (ANN, BOB):
        assert not any(number.strip("+").encode() in row.record for row in rows)
    about = [row.subject for row in rows if row.kind != "ended"]
    assert about[0] == about[2] != about[1]
    for subject, e164 in zip(about, (ANN, BOB, ANN), strict=True):
        number, key = await world.number_of(subject)
        assert number == e164 and subject == subject_of(number, key)


async def test_what_is_heard_after_the_end_is_a_record_of_its_own(
    world: StoreWorld, campaign: Campaign
) -> None:
    await world.lead(campaign, ANN)
    lead = await claim_one(world, campaign)
    heard = AmendAttempt(attempt_id="cb-1", connected_at=NOW + 8.5)
    await world.store.write([dialed(lead, "cb-1"), closed("cb-1", Ending.TALKED), heard])
    rows = await whole_chain(world)
    assert [row.kind for row in rows] == ["dialed", "ended", "amended"]
    record = record_of(rows[-1].record)
    assert isinstance(record, evidence.Amended)
    assert record.connected_ms == round((NOW + 8.5) * 1000) and record.answered_ms is None
