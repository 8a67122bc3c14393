"""The gate: the only maker of dial permits. Pure; evaluated at the moment of dialing.

`judge` says of any facts what the rules in force say of them: *all* findings, the strictest
outcome, and the earliest instant at which it may be better. `may_dial` puts the facts of one call
together and answers with a `DialPermit` or a `Refusal`, each with the facts that it rests on and
the version of the rule book. A permit is short-lived: a call placed after `expires_at` would rest
on a judgement that no longer holds. The engine's dispatch calls it, once for each call.
"""

from collections.abc import Callable, Mapping
from dataclasses import field, replace
from functools import lru_cache
from typing import Any

from dialer.compliance.circumstances import Circumstances
from dialer.compliance.exceptions import begin_later
from dialer.compliance.facts import CallFacts, Facts, changed
from dialer.compliance.facts_of import (
    Mode,
    facts_of,
    is_shared,
    message_call,
    over_dialed,
    voicemail_call,
)
from dialer.compliance.plan import STRICTNESS, Book, Kind, Plan, make_plan, plan_beyond
from dialer.compliance.reasons import PLACE, Reason
from dialer.compliance.rule import Finding, Outcome, Verdict
from dialer.compliance.windows import DAY_S, SEARCH_DAYS, is_usable_instant
from dialer.domain.campaign import Campaign, DialMethod, Voice
from dialer.domain.lead import Lead, LineType
from dialer.domain.number import History, NumberFacts
from dialer.domain.value import maker, value

PERMIT_LIFETIME_S = 5.0
"""Long enough to commit the attempt's row and wait for a trunk's next slot; short enough that a
do-not-call request or a pause is never outrun by more than this."""

ASK_AGAIN_S = 60.0
"""When only a person's action can change the answer (start the campaign, set its caller ID), no
instant is known; asking once a minute is soon enough for him and costs nothing."""

ASK_LATER_S = 3600.0
"""The same where a register must be read again, somebody sign on, another method be chosen."""

ASK_TOMORROW_S = 86400.0
"""The same where it hangs on what is known of one number."""

PORTING_GRACE_S = 15.0 * DAY_S
"""How long a landline that was ported to wireless is one to a live caller: 47 CFR
64.1200(a)(1)(iv)."""

UNTIL_SOMEONE_ACTS = frozenset(
    {
        Reason.CIRCUMSTANCES_UNKNOWN,
        Reason.CAMPAIGN_NOT_RUNNING,
        Reason.CAMPAIGN_INVALID,
        Reason.CID_INVALID,
        Reason.RING_TIME,
    }
)
"""Reasons that hold for every lead of the campaign, until a person changes its settings."""

FOR_EVER = frozenset(
    {
        Reason.CLOCK_INVALID,
        Reason.NUMBER_INVALID,
        Reason.PROTECTED_LINE,
        Reason.INTERNAL_DNC,
        Reason.NO_ZONE,
        Reason.ATTEMPTS_EXHAUSTED,
    }
)
"""Reasons that nothing but a new import mends: the lead is done."""

_OF_ONE_NUMBER = frozenset(
    {
        Reason.NO_PROFILE,
        Reason.RND_REASSIGNED,
        Reason.RND_REQUIRED,
        Reason.DNC_NATIONAL,
        Reason.DNC_STATE,
        # No hour of a whole year is open in all of its zones: until the campaign's window is wider.
        Reason.HOURS,
        Reason.HOURS_FED,
        Reason.HOURS_STATE,
        Reason.HOLIDAY,
    }
)

_SEVERITY = {outcome: place for place, outcome in enumerate(Outcome)}
_HORIZON_S = SEARCH_DAYS * DAY_S


@value
class DialPermit:
    """Leave to dial one number once, in one way, until `expires_at`.

    `facts` and `book` are what it rests on; a permit read back from the attempt's row has none.
    """

    lead_id: int
    e164: str
    campaign_id: int
    caller_id: str
    granted_at: float
    expires_at: float
    may_over_dial: bool  # False: an agent must be reserved before the INVITE
    may_play_recording: bool
    facts: Facts | None = field(default=None, compare=False, repr=False)
    book: str = field(default="", compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)


@value
class Refusal:
    """Why a number may not be dialed now. `retry_at` is None when it never may.

    `outcome` DOWNGRADE says that it may be by a stricter dial method, `downgrade_to` by which.
    """

    reasons: tuple[str, ...]
    retry_at: float | None
    outcome: Outcome = field(default=Outcome.BLOCK, compare=False)
    downgrade_to: DialMethod | None = field(default=None, compare=False)
    facts: Facts | None = field(default=None, compare=False, repr=False)
    book: str = field(default="", compare=False)
    findings: tuple[Finding, ...] = field(default=(), compare=False)


@value
class VoicemailLeave:
    """Leave to play the campaign's voicemail on one line, now; `facts` and `book` as a permit's."""

    e164: str
    facts: Facts = field(repr=False)
    book: str
    findings: tuple[Finding, ...] = ()


make_permit, make_verdict = maker(DialPermit), maker(Verdict)


def judge(facts: Facts, book: Book) -> Verdict:
    """What the rules in force at `facts.at` say: everything that stands in the way."""
    if not is_usable_instant(facts.at):
        return Verdict(outcome=Outcome.BLOCK, findings=(_NO_CLOCK,))
    found, closes_at = _findings(facts, book)
    if not found:
        return make_verdict(outcome=Outcome.ALLOW, closes_at=closes_at)
    outcome = max((one.outcome for one in found), key=_SEVERITY.__getitem__)
    methods = [one.downgrade_to for one in found if one.downgrade_to is not None]
    return Verdict(
        outcome=outcome,
        findings=tuple(found),
        retry_at=_better_at(facts, book, found, _SEVERITY[outcome]),
        method=max(methods, key=STRICTNESS.__getitem__) if methods else None,
    )


def may_dial(
    lead: Lead,
    number: NumberFacts,
    campaign: Campaign,
    mode: Mode,
    history: History,
    now: float,
    *,
    circumstances: Circumstances | None,
    book: Book,
) -> DialPermit | Refusal:
    """Judge one number at the moment of dialing. Without known circumstances nobody is dialed."""
    if circumstances is None:
        return Refusal(reasons=(Reason.CIRCUMSTANCES_UNKNOWN,), retry_at=now + ASK_AGAIN_S)
    facts = facts_of(lead, number, campaign, mode, history, now, circumstances)
    verdict = judge(facts, book)
    if verdict.findings:
        return _refusal(facts, book, verdict)
    was_judged_shared = is_shared(facts.call) and facts.call.has_message
    may_share = was_judged_shared or _may_share(facts, book, _nothing_forbids)
    expires_at = now + PERMIT_LIFETIME_S
    if verdict.closes_at is not None:
        expires_at = min(expires_at, verdict.closes_at - campaign.ring_timeout_s)
    return make_permit(
        lead_id=lead.id,
        e164=lead.e164,
        campaign_id=campaign.id,
        caller_id=campaign.caller_id,
        granted_at=now,
        expires_at=expires_at,
        may_over_dial=may_share,
        may_play_recording=may_share,
        facts=facts,
        book=book.version,
    )


def may_over_dial(
    lead: Lead, campaign: Campaign, now: float, *, circumstances: Circumstances | None, book: Book
) -> bool:
    """Whether the number may be dialed with no agent reserved, as far as it is known ahead.

    For the hopper, which keeps such numbers apart; the gate says so again when one is dialed. Then
    the person may have to be abandoned, and that is lawful only where the message may be played.
    """
    if circumstances is None or not campaign.message_text:
        return False
    mode = _usual_mode(campaign.dial_method)
    facts = facts_of(lead, lead.number, campaign, mode, lead.history, now, circumstances)
    return _may_share(facts, book, _only_time_forbids)


@lru_cache(maxsize=16)
def _usual_mode(method: DialMethod) -> Mode:
    return Mode(method=method)


def may_leave_voicemail(
    lead: Lead,
    campaign: Campaign,
    mode: Mode,
    now: float,
    *,
    circumstances: Circumstances | None,
    book: Book,
) -> VoicemailLeave | Refusal:
    """Judge the recorded voice on a line that is up, at the moment of playing. What was said of the
    live call when it was dialed counts for nothing (compliance.md 1.6, 2.1)."""
    if circumstances is None:
        return Refusal(reasons=(Reason.CIRCUMSTANCES_UNKNOWN,), retry_at=now + ASK_AGAIN_S)
    live = facts_of(lead, lead.number, campaign, mode, lead.history, now, circumstances)
    facts = changed(live, call=voicemail_call(live.call))
    verdict = judge(facts, book)
    if verdict.findings:
        return _refusal(facts, book, verdict)
    return VoicemailLeave(e164=lead.e164, facts=facts, book=book.version)


def permit_on_record(values: Mapping[str, Any]) -> DialPermit:
    """The permit that an attempt was dialed on, read back from its row: evidence, no new leave."""
    return DialPermit(**values)


def line_class(facts: Facts) -> LineType:
    """How the rules see the line: what is not known to be a landline is wireless to them."""
    if facts.line_type is not LineType.LANDLINE:
        return LineType.WIRELESS
    ported_at = facts.number.ported_to_wireless_at
    if ported_at is None or facts.at < ported_at:
        return LineType.LANDLINE
    is_graced = facts.at < ported_at + PORTING_GRACE_S and facts.call.voice is Voice.LIVE
    return LineType.LANDLINE if is_graced else LineType.WIRELESS


_NO_CLOCK = Finding(
    rule="callbank.clock", reason=Reason.CLOCK_INVALID, outcome=Outcome.BLOCK
)


_Kind = tuple[str, tuple[str, ...], CallFacts, LineType]
"""A `Kind` to look up by: a plain tuple is made in a third of the time."""


def _plan_for(facts: Facts, book: Book) -> Plan:
    return _plan(book, _kind(facts), int(facts.at // DAY_S), book.unchanged_since(facts.at))


def _kind(facts: Facts) -> _Kind:
    return facts.country, facts.number.states, facts.call, line_class(facts)


@lru_cache(maxsize=4096)
def _plan(book: Book, kind: _Kind, day: int, since: float) -> Plan:
    return make_plan(book, Kind(*kind), day, since)


@lru_cache(maxsize=4096)
def _plan_beyond(book: Book, kind: _Kind, day: int, since: float) -> tuple[CallFacts, Plan]:
    """The call as it is when its safe-harbor message may be played, no agent being kept; and what
    is asked of that besides."""
    country, states, call, line = kind
    shared = over_dialed(call)
    heard = message_call(shared)
    own, *others = (
        _plan(book, (country, states, one, line), day, since) for one in (call, shared, heard)
    )
    return heard, plan_beyond(own, *others)


def _findings(facts: Facts, book: Book) -> tuple[list[Finding], float | None]:
    """All that stands in the way, and until when the hours are open.

    Where no agent is reserved the safe-harbor message may have to be played. What forbids that
    recorded voice forbids to dial so, and leaves one line for one reserved agent.
    """
    found, closes_at = _plan_for(facts, book).findings(facts)
    if not is_shared(facts.call) or not facts.call.has_message:
        return found, closes_at
    played = changed(facts, call=message_call(facts.call))
    heard, ends_at = _plan_for(played, book).findings(played)
    known = {one.rule for one in found}
    more = [
        replace(one, outcome=Outcome.DOWNGRADE, downgrade_to=DialMethod.PROGRESSIVE)
        for one in heard
        if one.rule not in known
    ]
    if more:
        found = sorted(found + more, key=lambda one: PLACE[one.reason])
    ends = [at for at in (closes_at, ends_at) if at is not None]
    return found, min(ends, default=None)


def _may_share(facts: Facts, book: Book, is_lawful: Callable[[list[Finding]], bool]) -> bool:
    """Whether a number that may be dialed may also be dialed with no agent reserved, and hear the
    safe-harbor message then: one is never lawful without the other. The budget is asked when such
    a line is dialed."""
    if not facts.call.has_message:
        return False
    day, since = int(facts.at // DAY_S), book.unchanged_since(facts.at)
    heard, plan = _plan_beyond(book, _kind(facts), day, since)
    played = changed(facts, call=heard, has_budget=True)
    if facts.number.ported_to_wireless_at is not None:
        # The line is of another class to a recorded voice, so that all is to be asked anew.
        as_shared = changed(played, call=over_dialed(facts.call))
        return all(is_lawful(_plan_for(one, book).findings(one)[0]) for one in (played, as_shared))
    return is_lawful(plan.findings(played)[0])


def _nothing_forbids(found: list[Finding]) -> bool:
    return not found


def _only_time_forbids(found: list[Finding]) -> bool:
    return not any(one.until is None for one in found)


def _refusal(facts: Facts, book: Book, verdict: Verdict) -> Refusal:
    return Refusal(
        reasons=tuple(dict.fromkeys(one.reason for one in verdict.findings)),
        retry_at=_ask_again_at(facts, verdict),
        outcome=verdict.outcome,
        downgrade_to=verdict.method if verdict.outcome is Outcome.DOWNGRADE else None,
        facts=facts,
        book=book.version,
        findings=verdict.findings,
    )


def _ask_again_at(facts: Facts, verdict: Verdict) -> float | None:
    """When it is worth while to ask again: as soon as time allows, and where only somebody's doing
    can change the answer, after he has had some time for it."""
    if any(one.reason in FOR_EVER for one in verdict.findings):
        return None
    if verdict.retry_at is not None:
        return verdict.retry_at
    # Not asked of the rules again: what they will say when somebody has acted, they say then.
    return max(
        facts.at + _patience_s(one.reason) if one.until is None else one.until
        for one in verdict.findings
    )


def _patience_s(reason: str) -> float:
    if reason in UNTIL_SOMEONE_ACTS or reason == Reason.BUSINESS_IN_CALL:
        return ASK_AGAIN_S
    return ASK_TOMORROW_S if reason in _OF_ONE_NUMBER else ASK_LATER_S


def _better_at(facts: Facts, book: Book, found: list[Finding], severity: int) -> float | None:
    """The earliest instant at which nothing so severe stands in the way; None: none is known.

    Before the last of the severe findings falls nothing can get better, so that is where to look
    next; what stands in the way there may be something else. The line's class and exceptions that
    begin later may lift what time does not.
    """
    at = facts.at
    standing = [one for one in found if _SEVERITY[one.outcome] >= severity]
    while standing:
        change = min(_changes(facts, at), default=None)
        known = [one.until for one in standing if one.until is not None]
        falls_at = max(known) if len(known) == len(standing) else None
        if change is not None and (falls_at is None or change < falls_at):
            falls_at = change
        if falls_at is None or not at < falls_at <= facts.at + _HORIZON_S:
            return None
        at = falls_at
        later = changed(facts, at=at)
        found, _ = _findings(later, book)
        standing = [one for one in found if _SEVERITY[one.outcome] >= severity]
    return at


def _changes(facts: Facts, after: float) -> list[float]:
    """Instants after which an untimed finding may be lifted."""
    instants = [at for at in begin_later(facts) if at > after]
    ported_at = facts.number.ported_to_wireless_at
    if ported_at is not None:
        instants += [at for at in (ported_at, ported_at + PORTING_GRACE_S) if at > after]
    return instants
