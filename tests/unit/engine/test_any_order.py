"""Whatever the order in which a call's facts are heard, doubled or late: the ledger is the same."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.compliance.abandonment import AnsweredCall, Counts, counted
from dialer.domain.outcome import AmdVerdict
from dialer.engine import events as ev
from dialer.engine.store_commands import StoreCommand
from dialer.storage.memory import MemoryStore
from dialer.storage.memory_rows import LeadRow
from tests.unit.engine.transcript import CAMPAIGN, START, Night, lead

SILENCE_S = 0.4


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What really happened on a line, in seconds after the answer."""

    speech_s: float | None
    spoke_s: float
    asked_s: float
    queued_s: float | None
    connected_s: float | None
    message_s: float | None
    ended_s: float
    verdict: AmdVerdict


@st.composite
def truths(draw: st.DrawFn) -> Truth:
    after = st.integers(0, 4_000_000).map(lambda us: us / 1e6)
    asked_s = draw(after)
    verdict = draw(st.sampled_from([AmdVerdict.NOT_ASKED, AmdVerdict.UNKNOWN, AmdVerdict.MACHINE]))
    is_person = verdict is not AmdVerdict.MACHINE
    fate = draw(st.sampled_from(["connected", "message", "left"])) if is_person else "left"
    latest = draw(after)
    return Truth(
        speech_s=draw(st.one_of(st.none(), after)),
        spoke_s=draw(after),
        asked_s=asked_s,
        queued_s=draw(st.one_of(st.none(), after)) if is_person else None,
        connected_s=latest if fate == "connected" else None,
        message_s=latest if fate == "message" else None,
        ended_s=draw(after) + (latest if fate != "left" else 0.0),
        verdict=verdict,
    )


def facts(truth: Truth, attempt_id: str, answered_at: float) -> list[ev.LineEvent]:
    """All that can be heard of it, in the order of time."""

    def at(after_s: float) -> dict[str, object]:
        return {"at": answered_at + after_s, "attempt_id": attempt_id}

    asked = ev.RouteAsked(
        **at(truth.asked_s), request_id="ask", channel="PJSIP/x", verdict=truth.verdict
    )
    heard = [ev.LineAnswered(**at(0.0), channel="PJSIP/x"), asked]
    if truth.speech_s is not None:
        heard.append(ev.SpeechStarted(**at(truth.speech_s)))
        ended_s = truth.speech_s + truth.spoke_s + SILENCE_S
        heard.append(ev.SpeechStopped(**at(ended_s), silence_s=SILENCE_S))
    if truth.queued_s is not None:
        heard.append(ev.CallQueued(**at(truth.queued_s)))
    if truth.connected_s is not None:
        heard.append(ev.CallConnected(**at(truth.connected_s), agent_id=1))
    if truth.message_s is not None:
        heard.append(ev.MessageStarted(**at(truth.message_s)))
    heard.append(ev.LineEnded(**at(truth.ended_s), cause=16))
    return sorted(heard, key=lambda event: event.at)


def true_counts(truth: Truth) -> Counts:
    def at(after_s: float | None) -> float | None:
        return None if after_s is None else START + after_s

    greeting_s = None if truth.speech_s is None else truth.speech_s + truth.spoke_s
    call = AnsweredCall(
        answered_at=START,
        speech_started_at=at(truth.speech_s),
        greeting_ended_at=at(greeting_s),
        connected_at=at(truth.connected_s),
        message_started_at=at(truth.message_s),
        ended_at=START + truth.ended_s,
        verdict=truth.verdict,
    )
    return counted([call])


def ledger_after(heard: list[ev.LineEvent], night: Night) -> Counts:
    """What the store's ledger says when the engine has heard these, and wished what it wished."""
    for event in heard:
        night.happens(event)
    store = MemoryStore()
    store.tables.campaigns[1] = CAMPAIGN
    store.tables.leads[1] = LeadRow(lead=lead(1))
    wishes = [wish for wish in night.wishes if isinstance(wish, StoreCommand)]
    asyncio.run(store.write(wishes))
    ledger = asyncio.run(store.ledger(CAMPAIGN, START + 60.0))
    return next(window.counts for window in ledger.windows if window.name == "day")


def dialed_night() -> tuple[Night, str]:
    night = Night()
    night.arrives(1)
    night.claims(lead(1))
    return night, night.call().attempt_id


@settings(max_examples=300, deadline=None)
@given(truths(), st.data())
def test_any_order_of_events_yields_the_same_ledger(truth: Truth, data: st.DataObject) -> None:
    night, attempt_id = dialed_night()
    in_order = facts(truth, attempt_id, START)
    again = data.draw(st.lists(st.sampled_from(in_order), max_size=4))
    shuffled = data.draw(st.permutations(in_order + again))
    assert ledger_after(list(shuffled), night) == true_counts(truth)


@settings(max_examples=100, deadline=None)
@given(truths())
def test_heard_as_it_happened_the_ledger_is_the_truth(truth: Truth) -> None:
    night, attempt_id = dialed_night()
    assert ledger_after(facts(truth, attempt_id, START), night) == true_counts(truth)


