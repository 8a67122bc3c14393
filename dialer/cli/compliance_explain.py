"""`callbank compliance explain NUMBER`: may it be dialed, in which ways, why, and until when.

Reads the database and the rules; the daemon need not run, and nothing is dialed or claimed. What
it prints names the number: keep it to yourself.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from dialer.cli.database import ready_database_url, settings_of
from dialer.cli.fact_words import number
from dialer.compliance.reasons import Reason
from dialer.compliance.rule import Finding, Outcome, Rule
from dialer.compliance.rule_sentences import what_it_asks, what_lifts_it
from dialer.compliance.rulebook import RuleBook
from dialer.compliance.ways import Way, stranger, ways_to_dial
from dialer.config import Settings
from dialer.domain.campaign import Campaign
from dialer.domain.lead import Lead
from dialer.house import ConfiguredTrunks
from dialer.parts.rules import rule_book
from dialer.storage.admin import Administration
from dialer.storage.enquiry import Known, look_up

_OURS = {
    "callbank.clock": "the instant is on a calendar",
    "callbank.profile": "the rule book knows the number's country",
    "callbank.zones": "it is known in which time zones the person may be",
}
"""What is forbidden without a rule."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Its options."""
    parser.add_argument(
        "number", type=number, metavar="NUMBER", help="such as '(919) 555-0142' or +19195550142"
    )
    parser.add_argument("--campaign", required=True, metavar="NAME")
    parser.add_argument(
        "--at", type=_instant, metavar="TIME",
        help="such as 2026-11-18T18:30, in this machine's time zone, or 2026-11-18T18:30-05:00"
        " (default: now)",
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help="print what is found as JSON")


def run(args: argparse.Namespace) -> int:
    """0, whatever the answer is."""
    e164: str = args.number
    at = time.time() if args.at is None else args.at
    settings = settings_of(args)
    book = rule_book(args.home)
    url = ready_database_url(settings)
    campaign, known = asyncio.run(_read(url, args.campaign, e164, at))
    lead = known.leads[0] if known.leads else stranger(
        e164,
        campaign,
        is_do_not_call=known.is_do_not_call,
        registers=known.registers,
    )  # fmt: skip
    ways = ways_to_dial(
        lead,
        campaign,
        at,
        trunk_shows_caller_id=_trunk_shows_caller_id(settings, campaign),
        circumstances=known.circumstances,
        book=book,
    )
    if args.json:
        page = as_json(lead, campaign, ways, book, is_on_list=bool(known.leads))
        print(json.dumps(page, indent=2))
    else:
        print("\n".join(lines(lead, campaign, ways, book, is_on_list=bool(known.leads))))
    return 0


async def _read(url: str, name: str, e164: str, at: float) -> tuple[Campaign, Known]:
    async with Administration.at(url) as office:
        campaign = await office.campaign(name)
        return campaign, await look_up(office.engine, campaign.id, e164, at)


def _trunk_shows_caller_id(settings: Settings, campaign: Campaign) -> bool:
    trunks = ConfiguredTrunks(settings).trunks()
    return any(
        campaign.caller_id in trunk.caller_ids
        for trunk in trunks
        if not campaign.trunks or trunk.name in campaign.trunks
    )


def lines(
    lead: Lead, campaign: Campaign, ways: Sequence[Way], book: RuleBook, *, is_on_list: bool
) -> Iterator[str]:
    """All that is to be said, in words."""
    facts = ways[0].facts
    yield f'{lead.e164}, campaign "{campaign.name}", {_time(facts.at)}: {_summary(ways)}.'
    if not is_on_list:
        yield "The number is on no list of the campaign: judged by what the number alone tells."
    states = f", {' '.join(facts.number.states)}" if facts.number.states else ""
    zones = ", ".join(facts.zones) or "no time zone"
    yield f"Known: {facts.country or 'no country'}{states}; {zones}; line {facts.line_type}."
    for way in ways:
        chosen = "  (the campaign's)" if way.method is campaign.dial_method else ""
        yield f"  {way.method:<12}{_verdict(way)}{chosen}"
    findings = {(one.rule, one.reason): one for way in ways for one in way.verdict.findings}
    if findings:
        yield "Why not:"
    for finding in findings.values():
        yield from _why(finding, ways, book)
    yield f"Rules of version {book.version}. This is not legal advice."


def _summary(ways: Sequence[Way]) -> str:
    lawful = [way.method for way in ways if way.verdict.outcome is Outcome.ALLOW]
    if len(lawful) == len(ways):
        return "may be dialed by every method"
    if lawful:
        return f"may be dialed by {', '.join(lawful)}"
    return "may not be dialed"


def _verdict(way: Way) -> str:
    verdict = way.verdict
    if verdict.outcome is Outcome.ALLOW:
        until = "" if verdict.closes_at is None else f" until {_time(verdict.closes_at)}"
        return f"yes{until}"
    if verdict.retry_at is not None:
        return f"no ({verdict.outcome}); better from {_time(verdict.retry_at)}"
    return f"no ({verdict.outcome}), and time alone does not change that"


def _why(finding: Finding, ways: Sequence[Way], book: RuleBook) -> Iterator[str]:
    methods = [way.method for way in ways if _says(way, finding)]
    of = "" if len(methods) == len(ways) else f" [{', '.join(methods)}]"
    if finding.rule in _OURS:
        yield f"  {finding.reason}{of}: asked is that {_OURS[finding.rule]}."
        return
    rule = book.rule(finding.rule)
    lifts = _what_lifts(finding, rule)
    until = "" if finding.until is None else f" Until {_time(finding.until)}."
    yield f"  {finding.reason}{of}: asked is that {_asks(finding, rule)}" + (
        f", unless {lifts}.{until}" if lifts else f".{until}"
    )
    yield f"      {rule.cite} ({rule.basis}; rule {rule.id}, confidence {rule.confidence})"


def _says(way: Way, finding: Finding) -> bool:
    its = (finding.rule, finding.reason)
    return any((one.rule, one.reason) == its for one in way.verdict.findings)


def _asks(finding: Finding, rule: Rule) -> str:
    """What a finding asks: a rule past its review date stands for all of them."""
    if finding.reason is Reason.RULES_STALE:
        return f"rules are looked at again by their review date, such as this by {rule.review_by}"
    return what_it_asks(rule)


def _what_lifts(finding: Finding, rule: Rule) -> str:
    if finding.reason is Reason.RULES_STALE:
        return "somebody answers for them (callbank compliance sign-on)"
    return what_lifts_it(rule)


def as_json(
    lead: Lead, campaign: Campaign, ways: Sequence[Way], book: RuleBook, *, is_on_list: bool
) -> dict[str, Any]:
    """The same for programs; instants in seconds UTC."""
    facts = ways[0].facts
    return {
        "number": lead.e164,
        "campaign": campaign.name,
        "at": facts.at,
        "rules": book.version,
        "is_on_list": is_on_list,
        "country": facts.country,
        "states": list(facts.number.states),
        "zones": list(facts.zones),
        "line_type": facts.line_type,
        "campaign_method": campaign.dial_method,
        "methods": [
            {
                "method": way.method,
                "outcome": way.verdict.outcome,
                "better_at": way.verdict.retry_at,
                "closes_at": way.verdict.closes_at,
                "findings": [_finding(one, book) for one in way.verdict.findings],
            }
            for way in ways
        ],
    }


def _finding(finding: Finding, book: RuleBook) -> dict[str, Any]:
    rule = None if finding.rule in _OURS else book.rule(finding.rule)
    return {
        "rule": finding.rule,
        "reason": finding.reason,
        "outcome": finding.outcome,
        "until": finding.until,
        "asks": _OURS[finding.rule] if rule is None else _asks(finding, rule),
        "cite": "" if rule is None else rule.cite,
        "basis": "policy" if rule is None else rule.basis,
    }


def _time(at: float) -> str:
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S%z")


def _instant(text: str) -> float:
    try:
        return datetime.fromisoformat(text).astimezone().timestamp()
    except (ValueError, OverflowError):  # the second at either end of the calendar
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time such as 2026-11-18T18:30"
        ) from None
