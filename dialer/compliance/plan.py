"""A plan: the rules for calls of one kind on one day, made ready to be asked of many numbers.

Thousands of numbers a second are judged for few kinds of call, so what hangs on the call alone is
worked out once: which rules hold, which of them it breaks whatever the number, and when the hours
of all of them are open together. The judgement (gate.py) asks a plan for its findings.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from dialer.compliance.exceptions import Lifting, exception_of
from dialer.compliance.facts import CallFacts, Facts
from dialer.compliance.predicates import FIXED_BY_THE_CALL, HEARS_THE_VOICE, PREDICATES
from dialer.compliance.predicates.breach import FOR_GOOD, Breach, Check
from dialer.compliance.predicates.hours import HoursCheck
from dialer.compliance.predicates.number import are_zones_known
from dialer.compliance.reasons import PLACE, Reason
from dialer.compliance.rule import Finding, Outcome, Rule
from dialer.compliance.windows import DAY_S, in_both, spans
from dialer.domain.campaign import DialMethod
from dialer.domain.lead import LineType

STRICTNESS: dict[DialMethod, int] = {
    DialMethod.PREDICTIVE: 0,
    DialMethod.RATIO: 0,
    DialMethod.PROGRESSIVE: 1,
    DialMethod.PREVIEW: 2,
    DialMethod.MANUAL: 3,
}
"""How much of the dialing a person does himself."""

BY_HAND = STRICTNESS[DialMethod.PREVIEW]


class Book(Protocol):
    """A rule book, as far as a judgement asks it (rulebook.RuleBook)."""

    @property
    def version(self) -> str:
        """What it is known by in evidence."""

    def has_profile(self, country: str) -> bool:
        """Whether there are rules for the country."""

    def rules_for(
        self,
        country: str,
        states: tuple[str, ...],
        call: CallFacts,
        line_type: LineType,
        at: float,
    ) -> tuple[Rule, ...]:
        """The rules that hold for such a call then."""

    def stale_for(
        self,
        country: str,
        states: tuple[str, ...],
        call: CallFacts,
        line_type: LineType,
        at: float,
    ) -> tuple[Rule, ...]:
        """Those of them that are past their review date."""

    def unchanged_since(self, at: float) -> float:
        """The last instant up to `at` at which what holds, or what is stale, changed."""

    def ends_at(self, rule: Rule) -> float | None:
        """The first instant at which the rule is no longer in force; None when that is open."""


class Timed(NamedTuple):
    """A rule with its hours."""

    rule: Rule
    check: HoursCheck
    exception: Lifting | None
    ends_at: float | None


class Asked(NamedTuple):
    """A rule with its check, and what is found where time does not mend it."""

    rule: Rule
    check: Check
    exception: Lifting | None
    ends_at: float | None
    for_good: Finding


class Kind(NamedTuple):
    """What makes calls alike to the rules."""

    country: str
    states: tuple[str, ...]
    call: CallFacts
    line: LineType


OpenSpans = tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """See above. It holds on one UTC day, as long as the rules do not change. `stale` is a rule
    past its review date, which only an automated method minds."""

    day: int
    has_profile: bool
    stale: Rule | None
    checks: tuple[Asked, ...]
    hours: tuple[Timed, ...]
    has_lifted_hours: bool  # some hours have exceptions
    _open: dict[tuple[tuple[str, ...], str, str], OpenSpans] = field(default_factory=dict)

    def findings(self, facts: Facts) -> tuple[list[Finding], float | None]:
        """All that stands in the way, and until when the hours are open that hold now."""
        found: list[Finding] = []
        for rule, check, exception, ends_at, for_good in self.checks:
            breach = check(facts)
            if breach is not None and (exception is None or not exception(facts)):
                is_for_good = breach is FOR_GOOD
                found.append(for_good if is_for_good else _finding(rule, breach, ends_at))
        closes_at = None if self.has_lifted_hours else self._closes_at(facts)
        if closes_at is None:
            closes_at = self._ask_hours(facts, found)
        found += self._built_in(facts, found)
        if len(found) > 1:
            found.sort(key=lambda one: PLACE[one.reason])
        return found, closes_at

    def _closes_at(self, facts: Facts) -> float | None:
        """The end of the span in which the whole ring fits all hours; None when it does not."""
        policy = facts.policy
        key = (facts.zones, policy.window_start, policy.window_end)
        its = self._open.get(key)
        if its is None:
            its = self._open[key] = self._open_together(facts, self.hours)
        at = facts.at
        over_at = at + facts.call.ring_timeout_s
        for opens_at, closes_at in its:
            if opens_at <= at and over_at < closes_at:
                return closes_at
        return None

    def _open_together(self, facts: Facts, timed: Sequence[Timed]) -> OpenSpans:
        common: OpenSpans = (((self.day - 1.0) * DAY_S, (self.day + 2.0) * DAY_S),)
        for _, check, _, _ in timed:
            hours, zones = check.hours_for(facts), check.zones(facts)
            if hours is None or not are_zones_known(zones):
                return ()
            common = in_both(common, spans(zones, hours, self.day))
        return common

    def _ask_hours(self, facts: Facts, found: list[Finding]) -> float | None:
        """One rule's hours after the other. Returns the end of those that no exception lifts."""
        binding = []
        for timed in self.hours:
            if timed.exception is not None and timed.exception(facts):
                continue
            binding.append(timed)
            breach = timed.check(facts)
            if breach is not None:
                found.append(_finding(timed.rule, breach, timed.ends_at))
        at = facts.at
        for opens_at, closes_at in self._open_together(facts, binding):
            if opens_at <= at < closes_at:
                return closes_at
        return None

    def _built_in(self, facts: Facts, found: list[Finding]) -> list[Finding]:
        """What no rule book may forget to forbid, and the age of the rules themselves."""
        if self.stale is None and self.has_profile and are_zones_known(facts.zones):
            return []  # nearly always
        more = []
        if self.stale is not None and not (
            facts.signed_on_until is not None and facts.at < facts.signed_on_until
        ):
            more.append(
                Finding(
                    rule=self.stale.id,
                    reason=Reason.RULES_STALE,
                    outcome=Outcome.DOWNGRADE,
                    downgrade_to=DialMethod.PREVIEW,
                )
            )
        reasons = {one.reason for one in found}
        if not self.has_profile and Reason.NO_PROFILE not in reasons:
            more.append(_blocked("callbank.profile", Reason.NO_PROFILE))
        if Reason.NO_ZONE not in reasons and not are_zones_known(facts.zones):
            more.append(_blocked("callbank.zones", Reason.NO_ZONE))
        return more


def make_plan(book: Book, kind: Kind, day: int, since: float) -> Plan:
    """The plan for such calls on that UTC day by the rules that hold since then."""
    country, states, call, line = kind
    checks: list[Asked] = []
    hours: list[Timed] = []
    for rule in book.rules_for(country, states, call, line, since):
        if is_satisfied(rule, call) or (rule.unless.has_reserved_agent and call.has_reserved_agent):
            continue
        check = PREDICATES[rule.predicate](rule)
        exception, ends_at = exception_of(rule.unless), book.ends_at(rule)
        for_good = _finding(rule, FOR_GOOD, ends_at)
        if isinstance(check, HoursCheck):
            hours.append(Timed(rule, check, exception, ends_at))
        elif rule.predicate not in FIXED_BY_THE_CALL:
            checks.append(Asked(rule, check, exception, ends_at, for_good))
        elif check(_nobody(call)) is not None:
            checks.append(Asked(rule, _always, exception, ends_at, for_good))
    is_by_hand = STRICTNESS[call.method] >= BY_HAND
    stale = book.stale_for(country, states, call, line, since)
    return Plan(
        day=day,
        has_profile=book.has_profile(country),
        stale=None if is_by_hand or not stale else stale[0],
        checks=tuple(checks),
        hours=tuple(hours),
        has_lifted_hours=any(timed.exception is not None for timed in hours),
    )


def plan_beyond(plan: Plan, *others: Plan) -> Plan:
    """What the others ask that the plan does not: for facts that it has been asked of already."""
    known = {
        asked.rule.id
        for asked in (*plan.checks, *plan.hours)
        if asked.rule.predicate not in HEARS_THE_VOICE
    }
    checks = {asked.rule.id: asked for other in others for asked in other.checks}
    hours = {asked.rule.id: asked for other in others for asked in other.hours}
    beyond = tuple(asked for name, asked in hours.items() if name not in known)
    return Plan(
        day=plan.day,
        has_profile=plan.has_profile,
        stale=next((other.stale for other in others if other.stale is not plan.stale), None),
        checks=tuple(asked for name, asked in checks.items() if name not in known),
        hours=beyond,
        has_lifted_hours=any(timed.exception is not None for timed in beyond),
    )


def is_satisfied(rule: Rule, call: CallFacts) -> bool:
    """Whether the call is made by the method that the rule would have, or a stricter one."""
    if rule.downgrade_to is None:
        return False
    method = STRICTNESS[call.method]
    if call.has_reserved_agent:
        method = max(method, STRICTNESS[DialMethod.PROGRESSIVE])
    return method >= STRICTNESS[rule.downgrade_to]


def _finding(rule: Rule, breach: Breach, ends_at: float | None) -> Finding:
    """The rule stands in the way, at most until it is no longer in force."""
    until = breach.until
    if ends_at is not None:
        until = ends_at if until is None else min(until, ends_at)
    return Finding(
        rule=rule.id,
        reason=breach.reason or rule.reason,
        outcome=rule.outcome,
        until=until,
        downgrade_to=rule.downgrade_to,
    )


def _blocked(rule: str, reason: Reason) -> Finding:
    return Finding(rule=rule, reason=reason, outcome=Outcome.BLOCK)


def _nobody(call: CallFacts) -> Facts:
    """Facts of no number, for checks that ask only about the call."""
    return Facts(at=0.0, call=call, country="")


def _always(_facts: Facts) -> Breach:
    return FOR_GOOD
