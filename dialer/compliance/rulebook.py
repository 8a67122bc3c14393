"""The rule book: every rule that a call is judged by, read from rules files, and quick to ask.

A *rules file* holds `version` (its date), `rules` and `checklist`. A *version* names a book's whole
content: the newest date of its files and a hash, so that a verdict can say by what it was judged.
A rule is *in force* from the beginning of its first day, in its place, until its last, or until one
that supersedes it begins. It is *stale* when its day of review, or the calendar that it hangs on,
is over. An operator's own rows (`own.…`) can only be added: a rule forbids or says nothing, so that
no row can make a call lawful. The gate asks `rules_for` and `stale_for` for every kind of call.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from dialer.compliance import holidays
from dialer.compliance.checklist import Duty, row_of_duty
from dialer.compliance.facts import CallFacts
from dialer.compliance.reasons import PLACE
from dialer.compliance.rule import Rule
from dialer.compliance.rule_files import RuleBookError, read_file
from dialer.compliance.rule_history import last_days, mistakes
from dialer.compliance.rule_rows import OWN, row_of
from dialer.compliance.zones import STATE_ZONES
from dialer.domain.lead import LineType

__all__ = ["RuleBook", "RuleBookError", "read", "shipped"]

_EARLIEST = {
    "US": "America/New_York",
    "GB": "Europe/London",
    "CA": "America/St_Johns",
    "AU": "Australia/Sydney",
}
"""Where in a country a day begins first."""

_MOST_CACHED = 50_000
"""Far above the kinds of calls that campaigns make; only odd sets of states could reach it."""


@dataclass(frozen=True, slots=True)
class _InForce:
    """What holds for one kind of call in one stretch of time."""

    rules: tuple[Rule, ...]
    stale: tuple[Rule, ...]


class RuleBook:
    """All rules, in the order of a verdict. Immutable; made by `read`, `shipped`, `with_policy`."""

    def __init__(self, rules: Iterable[Rule], duties: Iterable[Duty], as_of: date) -> None:
        """Raises RuleBookError when rules contradict each other."""
        self.rules = tuple(sorted(rules, key=lambda rule: (PLACE[rule.reason], rule.id)))
        self.duties = tuple(duties)
        self.as_of = as_of
        found = mistakes(self.rules)
        if found:
            raise RuleBookError(found)
        self._ends = last_days(self.rules)
        self._turns = sorted({turn for rule in self.rules for turn in self._turns_of(rule)})
        self._by_id = {rule.id: rule for rule in self.rules}
        self._cache: dict[tuple[object, ...], _InForce] = {}
        self._countries = {rule.jurisdiction for rule in self.rules if not rule.id.startswith(OWN)}
        self.version = f"{as_of.isoformat()}.{self._digest()}"

    def rules_for(
        self,
        country: str,
        states: tuple[str, ...],
        call: CallFacts,
        line_type: LineType,
        at: float,
    ) -> tuple[Rule, ...]:
        """The rules in force at the instant for such a call, in the order of a verdict.

        `line_type` is the class of the line; VoIP and unknown count as wireless.
        """
        return self._in_force_for(country, states, call, line_type, at).rules

    def stale_for(
        self,
        country: str,
        states: tuple[str, ...],
        call: CallFacts,
        line_type: LineType,
        at: float,
    ) -> tuple[Rule, ...]:
        """Those of `rules_for` that are past their review date."""
        return self._in_force_for(country, states, call, line_type, at).stale

    def stale_rules(self, at: float) -> tuple[Rule, ...]:
        """All rules in force at the instant that are past their review date."""
        return tuple(rule for rule in self.in_force(at) if self.stale_from(rule) <= at)

    def in_force(self, at: float) -> tuple[Rule, ...]:
        """All rules in force at the instant, wherever and for whatever."""
        return tuple(rule for rule in self.rules if self._holds(rule, at))

    def stale_from(self, rule: Rule) -> float:
        """The instant from which the rule is past its review: the day after it, 00:00 UTC."""
        last = rule.review_by
        if "holidays" in rule.arguments:
            last = min(last, date(holidays.known_years()[1], 12, 31))
        return start_of(last + timedelta(days=1), "*")

    def ends_at(self, rule: Rule) -> float | None:
        """The first instant at which the rule is no longer in force; None when that is open."""
        end = self._ends.get(rule.id)
        return None if end is None else start_of(end, rule.jurisdiction)

    def unchanged_since(self, at: float) -> float:
        """The last instant up to `at` at which a rule began, ended or went stale; 0 before any."""
        passed = bisect_right(self._turns, at)
        return self._turns[passed - 1] if passed else 0.0

    def has_profile(self, country: str) -> bool:
        """Whether the shipped rules know the country; an operator's own rows do not count."""
        return country in self._countries

    def rule(self, name: str) -> Rule:
        """The rule of that id. Raises KeyError."""
        return self._by_id[name]

    def with_policy(self, texts: Mapping[str, str]) -> "RuleBook":
        """The book with an operator's own files added. Raises RuleBookError.

        They may hold only rows of basis policy whose ids begin with `own.`.
        """
        pages = [read_file(name, text, is_own=True) for name, text in sorted(texts.items())]
        return RuleBook(
            [*self.rules, *(rule for page in pages for rule in page.rules)],
            [*self.duties, *(duty for page in pages for duty in page.duties)],
            max([self.as_of, *(page.version for page in pages)]),
        )

    def as_text(self) -> str:
        """The whole book as one rules file; `read` of it gives the same book, version and all."""
        return json.dumps({"version": self.as_of.isoformat(), **self._content()}, indent=1)

    def _content(self) -> dict[str, object]:
        return {
            "rules": [row_of(rule) for rule in self.rules],
            "checklist": [row_of_duty(duty) for duty in self.duties],
        }

    def _digest(self) -> str:
        content = json.dumps(self._content(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(content.encode()).hexdigest()[:12]

    def _in_force_for(
        self,
        country: str,
        states: tuple[str, ...],
        call: CallFacts,
        line_type: LineType,
        at: float,
    ) -> _InForce:
        # Between two turns neither what holds nor what is stale can change.
        period = bisect_right(self._turns, at)
        key = (
            country, states, call.purpose, call.organisation, call.method, call.voice,
            line_type is LineType.LANDLINE, period,
        )  # fmt: skip
        found = self._cache.get(key)
        if found is None:
            places = {"*", country, *(f"{country}-{state}" for state in states)}
            line = LineType.LANDLINE if line_type is LineType.LANDLINE else LineType.WIRELESS
            rules = tuple(
                rule
                for rule in self.rules
                if rule.jurisdiction in places
                and self._holds(rule, at)
                and _concerns(rule, call, line)
            )
            stale = tuple(rule for rule in rules if self.stale_from(rule) <= at)
            found = _InForce(rules, stale)
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[key] = found
        return found

    def _holds(self, rule: Rule, at: float) -> bool:
        end = self._ends.get(rule.id)
        here = rule.jurisdiction
        return start_of(rule.effective_from, here) <= at and (
            end is None or at < start_of(end, here)
        )

    def _turns_of(self, rule: Rule) -> Iterable[float]:
        yield start_of(rule.effective_from, rule.jurisdiction)
        yield self.stale_from(rule)
        end = self._ends.get(rule.id)
        if end is not None:
            yield start_of(end, rule.jurisdiction)


def _concerns(rule: Rule, call: CallFacts, line: LineType) -> bool:
    return (
        (not rule.purposes or call.purpose in rule.purposes)
        and (not rule.organisations or call.organisation in rule.organisations)
        and (not rule.methods or call.method in rule.methods)
        and (not rule.voices or call.voice in rule.voices)
        and (not rule.lines or line in rule.lines)
    )


@lru_cache(maxsize=4096)
def start_of(day: date, jurisdiction: str) -> float:
    """The first instant at which it is that day somewhere in the jurisdiction; UTC for all of them.

    A law of Oregon that begins with the new year does not bind the last evening of the old one.
    """
    country, _, state = jurisdiction.partition("-")
    zones = STATE_ZONES.get(state) if country == "US" else None
    names = zones or {_EARLIEST.get(country, "UTC")}
    return min(
        datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(name)).timestamp()
        for name in names
    )


def read(texts: Mapping[str, str]) -> RuleBook:
    """The book of these files, by name. Raises RuleBookError with a sentence for each mistake."""
    pages, found = [], []
    for name, text in sorted(texts.items()):
        try:
            pages.append(read_file(name, text))
        except RuleBookError as error:
            found += error.mistakes
    if found:
        raise RuleBookError(found)
    if not pages:
        raise RuleBookError(["there is no rules file: without rules nothing may be dialed."])
    return RuleBook(
        (rule for page in pages for rule in page.rules),
        (duty for page in pages for duty in page.duties),
        max(page.version for page in pages),
    )


@lru_cache(maxsize=1)
def shipped() -> RuleBook:
    """The book that comes with this version of Callbank."""
    folder = files("dialer.compliance").joinpath("rules")
    return read(
        {
            entry.name: entry.read_text("utf-8")
            for entry in folder.iterdir()
            if entry.name.endswith(".yaml")
        }
    )
