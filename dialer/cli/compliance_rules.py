"""`callbank compliance rules`: the rules in force, in words, with their numbers and sources."""

import argparse
import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import groupby

from dialer.compliance.checklist import Duty, row_of_duty
from dialer.compliance.holidays import holidays_of, known_years
from dialer.compliance.places import EVERY_STATE
from dialer.compliance.recording import announcing_states
from dialer.compliance.rule import Rule
from dialer.compliance.rule_rows import row_of
from dialer.compliance.rule_sentences import (
    what_follows,
    what_it_asks,
    what_lifts_it,
    whom_it_concerns,
)
from dialer.compliance.rulebook import RuleBook
from dialer.errors import UsageError
from dialer.parts.rules import rule_book

WIDTH = 100
NOON_S = 43200.0
"""A day's rules are those at its noon: rules begin and end at midnight in their place."""


def configure(parser: argparse.ArgumentParser) -> None:
    """The options of `callbank compliance rules`."""
    parser.add_argument(
        "--jurisdiction",
        metavar="PLACE",
        help="only what holds in US, US-FL, GB, CA or AU, the rules for everywhere included",
    )
    parser.add_argument(
        "--at", metavar="DATE", help="the rules of that day, such as 2026-01-02 (default: today)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(args: argparse.Namespace) -> int:
    """Print the rules; exit code 0, though some be past their review."""
    day = _day(args.at)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() + NOON_S
    book = rule_book(args.home)
    places = _places(book, args.jurisdiction)
    rules = [rule for rule in book.in_force(at) if rule.jurisdiction in places]
    duties = [duty for duty in book.duties if duty.jurisdiction in places]
    if args.json:
        print(json.dumps(_as_json(book, day, at, rules, duties), indent=2, ensure_ascii=False))
    else:
        print("\n".join(_lines(book, day, at, rules, duties)))
    return 0


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--at takes a date such as 2026-01-02, not {text}.") from None


def _places(book: RuleBook, jurisdiction: str | None) -> tuple[str, ...]:
    """The jurisdictions to show, from everywhere down to the state."""
    known = {rule.jurisdiction for rule in book.rules} | {d.jurisdiction for d in book.duties}
    if jurisdiction is None:
        return tuple(sorted(known))
    wanted = jurisdiction.upper()
    country, _, state = wanted.partition("-")
    is_state = not state or country != "US" or state in EVERY_STATE
    if not book.has_profile(country) or country == "*" or not is_state:
        raise UsageError(
            f"--jurisdiction {jurisdiction} is no place with a profile. Known are "
            + ", ".join(sorted(place for place in known if place.isalpha()))
            + ", and states such as US-FL."
        )
    return tuple(dict.fromkeys(("*", country, wanted)))


def _as_json(
    book: RuleBook, day: date, at: float, rules: Sequence[Rule], duties: Sequence[Duty]
) -> dict[str, object]:
    return {
        "version": book.version,
        "at": day.isoformat(),
        "rules": [
            {**row_of(rule), "asks": what_it_asks(rule), "is_stale": book.stale_from(rule) <= at}
            for rule in rules
        ],
        "recordings_announced_in": list(announcing_states()),
        "checklist": [dict(row_of_duty(duty)) for duty in duties],
        "holidays": {
            calendar: {each.isoformat(): name for each, name in days}
            for calendar, days in _holidays(rules, day.year)
        },
    }


def _lines(
    book: RuleBook, day: date, at: float, rules: Sequence[Rule], duties: Sequence[Duty]
) -> Iterator[str]:
    yield f"Rule book {book.version}: {len(rules)} rules in force on {day}, and a checklist."
    yield "Confidence: A primary text read, B secondary source, M to be confirmed by counsel."
    by_place = sorted(rules, key=lambda rule: rule.jurisdiction)
    for place, group in groupby(by_place, key=lambda rule: rule.jurisdiction):
        yield f"\n{'everywhere' if place == '*' else place}"
        for rule in group:
            yield from _rule_lines(rule, is_stale=book.stale_from(rule) <= at)
    for calendar, days in _holidays(rules, day.year):
        said = ", ".join(f"{each:%m-%d} {name}" for each, name in days)
        yield f"\nHolidays of {calendar} in {day.year}"
        yield from _wrapped(said or f"not known: the calendar covers {_years()}", 4)
    yield "\nRecordings of conversations"
    yield from _wrapped(
        "Only after an announcement, if either side may be in one of these states, outside of the"
        f" US, or nobody knows where: {', '.join(announcing_states())}.",
        4,
    )
    if duties:
        yield "\nChecklist (no rule of a call keeps these for you)"
        for duty in duties:
            yield from _wrapped(f"{duty.jurisdiction:<6} {duty.kind}: {duty.what}.", 2, hang=9)
            yield f"{'':11}{duty.cite}; confidence {duty.confidence}"


def _rule_lines(rule: Rule, *, is_stale: bool) -> Iterator[str]:
    yield f"  {rule.id}: {rule.reason}, {what_follows(rule)}"
    lifts = what_lifts_it(rule)
    unless = f", unless {lifts}" if lifts else ""
    yield from _wrapped(f"Asks that {what_it_asks(rule)}{unless}.", 4)
    yield from _wrapped(f"Concerns {whom_it_concerns(rule)}.", 4)
    review = "PAST ITS REVIEW of" if is_stale else "review by"
    since = f"since {rule.effective_from}, {review} {rule.review_by}"
    yield from _wrapped(f"{rule.cite} [{rule.basis}, confidence {rule.confidence}; {since}]", 4)
    if rule.note:
        yield from _wrapped(f"Note: {rule.note}", 4)


def _wrapped(text: str, indent: int, *, hang: int = 0) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + hang)
    )


def _holidays(rules: Sequence[Rule], year: int) -> Iterator[tuple[str, list[tuple[date, str]]]]:
    calendars = {rule.arguments["holidays"] for rule in rules if "holidays" in rule.arguments}
    for calendar in sorted(calendars):
        yield calendar, [(day, name) for day, name in holidays_of(calendar) if day.year == year]


def _years() -> str:
    first, last = known_years()
    return f"{first} to {last}"
